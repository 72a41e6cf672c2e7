package webhook

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/internal/dispatch"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
	"github.com/tideover/tideover/internal/twilio"
)

// onCall is a person on call who picked up a page.
func (h *Hooks) onCall(c echo.Context) error {
	return h.leg(c, "0", func(ctx context.Context, l staffLeg) ([]twilio.Verb, error) {
		v, _, err := h.board.Paged(ctx, l.id)
		if err != nil {
			return nil, err
		}
		if v == dispatch.Gate {
			return h.pageGate(l, 1), nil
		}
		return h.end(v, l), nil
	})
}

func (h *Hooks) pageGate(l staffLeg, turn int) []twilio.Verb {
	return h.gate(triage.PageGate, hotline.English, h.links.staff(pathOnCallKey, l.id, l.epoch, "k", strconv.Itoa(l.n), "t", strconv.Itoa(turn)))
}

// onCallKey: 1 takes and joins, 2 hears the headline, 3 or silence passes on.
func (h *Hooks) onCallKey(c echo.Context) error {
	return h.leg(c, "key", func(ctx context.Context, l staffLeg) ([]twilio.Verb, error) {
		v, cs, err := h.board.PagePressed(ctx, l.id, l.n, hotline.Leg(l.call.Sid), l.key)
		if err != nil {
			return nil, err
		}
		switch v { //nolint:exhaustive // a page leads on by these two; all else is its end
		case dispatch.Join:
			label := "oncall"
			if cs.CounselorLeg == hotline.Leg(l.call.Sid) {
				label = "counselor"
			}
			return append(h.brief(cs, l.lang), h.intoRoom(cs, label, l)), nil
		case dispatch.Headline:
			turn := positive(c.QueryParam("t")) + 1
			if turn > 5 { // a phone that presses by itself
				return h.end(dispatch.Passed, l), nil
			}
			return append(h.headline(cs), h.pageGate(l, turn)...), nil
		}
		return h.end(v, l), nil
	})
}

// headline says urgency, channel and language; no number, no word of the caller.
func (h *Hooks) headline(c hotline.Case) []twilio.Verb {
	return h.say(triage.PageHeadline, hotline.English,
		"band", h.script.Word(triage.WordBand, c.Band.String(), hotline.English),
		"channel", h.script.Word(triage.WordChannel, string(c.Channel), hotline.English),
		"lang", h.script.Word(triage.WordLang, string(spokenIn(c.Lang)), hotline.English))
}

// onCallNotice is heard once by the people on call: data lost, or a caller in
// danger while the store fails.
func (h *Hooks) onCallNotice(c echo.Context) error {
	id := triage.PageFailing
	if c.QueryParam("w") == "lost" {
		id = triage.PageLost
	}
	said := h.say(id, hotline.English)
	return h.write(c, append(append(said, said...), twilio.Hangup{})...)
}

func (h *Hooks) onCallStatus(c echo.Context) error {
	call, err := form(c).Call()
	m := mark(c.QueryParams())
	if err != nil || m.Case == "" || !ended(call.Status) {
		return c.NoContent(http.StatusNoContent)
	}
	return h.over(c, call, func(ctx context.Context, leg hotline.Leg) error {
		return h.board.PageOver(ctx, m.Case, positive(c.QueryParam("k")), leg, call.Status)
	})
}
