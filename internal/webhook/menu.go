package webhook

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/internal/dispatch"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
	"github.com/tideover/tideover/internal/twilio"
)

// menuPatience is how long a key of the menu is waited for, in seconds: the
// caller holds meanwhile.
const menuPatience = 5

// counselorAfter is the action of a staff leg's Dial: the star, or the room
// ended.
func (h *Hooks) counselorAfter(c echo.Context) error {
	return h.leg(c, "after", func(ctx context.Context, l staffLeg) ([]twilio.Verb, error) {
		l.t = max(l.t, 1) // none in the URLs of an older version
		starred := l.call.Status == "in-progress" && l.call.DialStatus != "completed"
		v, cs, err := h.board.Starred(ctx, l.step(), starred)
		if err != nil {
			return nil, err
		}
		return h.fromRoom(v, cs, l), nil
	})
}

// menuKey is a key, or silence, in the menu behind the star.
func (h *Hooks) menuKey(c echo.Context) error {
	return h.leg(c, "menu", func(ctx context.Context, l staffLeg) ([]twilio.Verb, error) {
		s := l.step()
		s.Turn-- // the menu opened with the document before
		v, cs, err := h.board.MenuPressed(ctx, s, l.key)
		if err != nil {
			return nil, err
		}
		return h.fromRoom(v, cs, l), nil
	})
}

func (l staffLeg) step() dispatch.Step {
	return dispatch.Step{Case: l.id, Epoch: l.epoch, Leg: hotline.Leg(l.call.Sid), Turn: l.t}
}

// beforeRoom are the words before a counselor comes back to the caller.
var beforeRoom = map[dispatch.Verdict]triage.PhraseID{
	dispatch.Asked: triage.StaffAsked, dispatch.Alarmed: triage.StaffAlarmed, dispatch.Back: "", dispatch.Join: triage.StaffBrief,
	dispatch.Called: triage.StaffCalled, dispatch.NotNow: triage.StaffNotNow, dispatch.Sure: triage.StaffConfirmed, dispatch.Heard: triage.GuestHeard,
}

// fromRoom is what follows a talk, or a step out of it.
func (h *Hooks) fromRoom(v dispatch.Verdict, c hotline.Case, l staffLeg) []twilio.Verb {
	if v == dispatch.Menu {
		next := h.next(pathCounselorMenu, l, l.id, l.epoch)
		return []twilio.Verb{
			twilio.Gather{Keys: 1, FinishOnKey: &noKey, Timeout: menuPatience, Action: next, Body: h.say(triage.StaffMenu, l.lang)},
			twilio.Redirect{URL: next},
		}
	}
	id, back := beforeRoom[v]
	if !back {
		return h.end(v, l)
	}
	var words []twilio.Verb
	switch {
	case v == dispatch.Join:
		words = h.brief(c, l.lang)
	case id != "":
		words = h.say(id, l.lang)
	}
	return append(words, h.roomOf(c, l, v))
}
