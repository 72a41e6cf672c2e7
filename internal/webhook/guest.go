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

// guest is the phone of somebody who was asked into a talk, picked up. Whoever
// has an account presses 1 first; 988 and an interpreter come at once.
func (h *Hooks) guest(c echo.Context) error {
	return h.leg(c, "guest"+c.QueryParam("k")+"-", func(ctx context.Context, l staffLeg) ([]twilio.Verb, error) {
		v, cs, g, err := h.board.GuestAnswered(ctx, l.id, l.n, hotline.Leg(l.call.Sid))
		if err != nil {
			return nil, err
		}
		if l.lang, err = h.board.Speaks(ctx, g.Who); err != nil {
			return nil, err
		}
		switch v { //nolint:exhaustive // a guest comes in by these two; all else is the end
		case dispatch.Gate:
			words := triage.GuestGate
			if g.Kind != hotline.Successor {
				words = triage.GuestGateBoss
			}
			return h.gate(words, l.lang, h.links.staff(pathGuestKey, l.id, l.epoch, "k", c.QueryParam("k"), "t", "1", "l", string(l.lang))), nil
		case dispatch.Join:
			return []twilio.Verb{h.roomOf(cs, l, v)}, nil
		}
		return h.end(v, l), nil
	})
}

// guestKey is the key at the gate: 1 hears the brief and comes in.
func (h *Hooks) guestKey(c echo.Context) error {
	return h.leg(c, "guest"+c.QueryParam("k")+"-key", func(ctx context.Context, l staffLeg) ([]twilio.Verb, error) {
		v, cs, _, err := h.board.GuestPressed(ctx, l.id, l.n, hotline.Leg(l.call.Sid), l.key)
		if err != nil {
			return nil, err
		}
		if v == dispatch.Join {
			return append(h.brief(cs, l.lang), h.roomOf(cs, l, v)), nil
		}
		return h.end(v, l), nil
	})
}

// roomOf bridges a staff leg into the room, under its own label: the owner's,
// or that of a guest. A listener is not heard, and who has no keys of ours
// presses no star.
func (h *Hooks) roomOf(c hotline.Case, l staffLeg, v dispatch.Verdict) twilio.Verb {
	label, muted, star := "counselor", false, true
	for _, g := range c.Guests {
		if g.Leg == hotline.Leg(l.call.Sid) && (g.Open() || g.State == hotline.GuestOwns) && g.Kind != hotline.Stayer {
			label, muted, star = g.Label(), g.Kind == hotline.Listener && v != dispatch.Heard, g.Who != ""
		}
	}
	return twilio.Dial{
		Action: h.next(pathCounselorAfter, l, c.ID, c.Epoch), TimeLimit: talkLimit, HangupOnStar: star, Room: h.links.roomOf(c.ID, c.Room, label, l.lang).Quiet(muted),
	}
}

func (h *Hooks) guestStatus(c echo.Context) error {
	call, err := form(c).Call()
	m := mark(c.QueryParams())
	if err != nil || m.Case == "" || !ended(call.Status) {
		return c.NoContent(http.StatusNoContent)
	}
	return h.over(c, call, func(ctx context.Context, leg hotline.Leg) error {
		return h.board.GuestOver(ctx, m.Case, positive(c.QueryParam("k")), leg, call.Status)
	})
}

// whispers are the words that one leg in the room hears, and nobody else.
var whispers = map[string]triage.PhraseID{
	"listen": triage.TellListen, "join": triage.TellJoin, "noshow": triage.TellNoShow, "gone": triage.TellGone, "yours": triage.TellYours,
	"held": triage.TellHold, "interpreter": triage.Interpreted,
}

func (h *Hooks) whisper(c echo.Context) error {
	id, known := whispers[c.QueryParam("w")]
	if !known {
		id = triage.ConnectingLine
	}
	doc, err := twilio.Announcement(h.say(id, spokenIn(mark(c.QueryParams()).Lang))...)
	if err != nil {
		return err
	}
	return page(c, doc)
}
