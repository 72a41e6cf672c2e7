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
			return h.callbackGate(l, cs.Lang, "1"), nil
		}
		return h.callbackEnd(dispatch.Released, cs, spokenIn(lang)), nil
	})
}

func (h *Hooks) callbackGate(l staffLeg, lang hotline.Lang, turn string) []twilio.Verb {
	return h.gate(triage.CallbackGate, lang, h.links.staff(pathCallbackKey, l.id, l.epoch, "t", turn, "l", string(lang)))
}

// callbackKey is the key at the gate. Without one the gate is said once more:
// the first time a machine may have talked over it.
func (h *Hooks) callbackKey(c echo.Context) error {
	lang := mark(c.QueryParams()).Lang
	return h.once(c, "key", h.say(triage.StaffFailing, lang), func(ctx context.Context, l staffLeg) ([]twilio.Verb, error) {
		if l.key == "" && l.turn == "key1" {
			return h.callbackGate(l, spokenIn(lang), "2"), nil
		}
		v, cs, err := h.board.CallbackPressed(ctx, l.id, l.epoch, hotline.Leg(l.call.Sid), l.key)
		if err != nil {
			return nil, err
		}
		if v != dispatch.Join {
			return h.callbackEnd(v, cs, spokenIn(lang)), nil
		}
		return append(h.say(triage.Joining, cs.Lang), twilio.Dial{
			Action:    h.links.staff(pathAfter, cs.ID, cs.Epoch, "n", "callback", "l", string(cs.Lang)),
			TimeLimit: talkLimit, Room: h.links.roomOf(cs.ID, cs.Room, "patient", cs.Lang),
		}), nil
	})
}

// callbackEnd are the last words on a patient's phone that did not take the
// call. Where nobody pressed a key it is silence, or a message if they agreed
// to one: whoever hears it later may be somebody else.
func (h *Hooks) callbackEnd(v dispatch.Verdict, c hotline.Case, lang hotline.Lang) []twilio.Verb {
	var words []twilio.Verb
	switch v {
	case dispatch.Nobody:
	case dispatch.Message:
		words = h.say(triage.CallbackMemo, lang)
		if c.Callback != nil && c.Callback.Name != "" {
			words = h.say(triage.CallbackNamed, lang, "name", h.script.Word(triage.WordName, c.Callback.Name, lang))
		}
	case dispatch.Declined:
		words = h.say(triage.CallbackNo, lang)
	default: // no counselor is there any more
		words = h.say(triage.CallbackAgain, lang)
	}
	return append(words, twilio.Hangup{})
}

// callbackOver tells a patient's phone that the call has to wait.
func (h *Hooks) callbackOver(c echo.Context) error {
	return h.write(c, h.callbackEnd(dispatch.Released, hotline.Case{}, spokenIn(mark(c.QueryParams()).Lang))...)
}

func (h *Hooks) callbackStatus(c echo.Context) error {
	call, err := form(c).Call()
	m := mark(c.QueryParams())
	if err != nil || m.Case == "" || !ended(call.Status) {
		return c.NoContent(http.StatusNoContent)
	}
	return h.over(c, call, func(ctx context.Context, leg hotline.Leg) error {
		return h.board.CallbackOver(ctx, m.Case, m.Epoch, leg, call.Status)
	})
}
