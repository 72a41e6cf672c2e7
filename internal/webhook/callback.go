package webhook

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/internal/dispatch"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
	"github.com/tideover/tideover/internal/twilio"
)

// callback is a patient's phone that we dialled: a gate that says nothing
// private, since anybody may have picked up.
func (h *Hooks) callback(c echo.Context) error {
	lang := mark(c.QueryParams()).Lang
	return h.once(c, "0", h.say(triage.StaffFailing, lang), func(ctx context.Context, l staffLeg) ([]twilio.Verb, error) {
		v, cs, err := h.board.CalledBack(ctx, l.id, l.epoch)
		if err != nil {
			return nil, err
		}
		if v == dispatch.Gate {
			return h.gate(triage.CallbackGate, cs.Lang, h.links.staff(pathCallbackKey, l.id, l.epoch, "t", "1", "l", string(cs.Lang))), nil
		}
		return append(h.say(triage.CallbackNo, cs.Lang), twilio.Hangup{}), nil
	})
}

func (h *Hooks) callbackKey(c echo.Context) error {
	lang := mark(c.QueryParams()).Lang
	return h.once(c, "key", h.say(triage.Failing, lang), func(ctx context.Context, l staffLeg) ([]twilio.Verb, error) {
		v, cs, err := h.board.CallbackPressed(ctx, l.id, l.epoch, hotline.Leg(l.call.Sid), l.key)
		if err != nil {
			return nil, err
		}
		if v != dispatch.Join {
			return append(h.say(triage.CallbackNo, cs.Lang), twilio.Hangup{}), nil
		}
		return append(h.say(triage.Joining, cs.Lang), twilio.Dial{
			Action:    h.links.staff(pathAfter, cs.ID, cs.Epoch, "n", "callback", "l", string(cs.Lang)),
			TimeLimit: talkLimit, Room: h.links.roomOf(cs.ID, cs.Room, "patient", cs.Lang),
		}), nil
	})
}

func (h *Hooks) callbackStatus(c echo.Context) error {
	call, err := form(c).Call()
	m := mark(c.QueryParams())
	if err != nil || m.Case == "" || !ended(call.Status) {
		return c.NoContent(http.StatusNoContent)
	}
	return h.done(c, h.board.CallbackOver(c.Request().Context(), m.Case, m.Epoch, hotline.Leg(call.Sid)))
}
