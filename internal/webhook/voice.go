package webhook

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/intake"
	"github.com/tideover/tideover/internal/triage"
	"github.com/tideover/tideover/internal/twilio"
)

// patient reads a request of a patient's leg.
func (h *Hooks) patient(c echo.Context) (intake.Mark, twilio.Call, error) {
	call, err := form(c).Call()
	if err != nil {
		return intake.Mark{}, call, err
	}
	m := mark(c.QueryParams())
	m.Leg, m.Token, m.From = call.Sid, token(c), call.From
	if call.Direction == "outbound-api" {
		m.From = call.To
	}
	return m, call, nil
}

// voice is a call that comes in.
func (h *Hooks) voice(c echo.Context) error {
	m, call, err := h.patient(c)
	if err != nil {
		return h.refuse(c, http.StatusBadRequest, "malformed", form(c).Names())
	}
	lang, staff, err := h.board.CallIn(c.Request().Context(), hotline.Leg(call.Sid), call.From)
	if err != nil {
		return h.failing(c, m, call, err)
	}
	if staff {
		return h.once(c, "0", h.say(triage.StaffFailing, lang), func(_ context.Context, l staffLeg) ([]twilio.Verb, error) {
			return h.askPIN(lang, h.links.to(pathPhoneTurn, "t", "1", "l", string(lang))), nil
		})
	}
	doc, err := h.desk.Begin(c.Request().Context(), m)
	if err != nil {
		return h.failing(c, m, call, err)
	}
	return page(c, doc)
}

// turn is a key, words or silence at any question and in the waiting loop.
func (h *Hooks) turn(c echo.Context) error {
	m, call, err := h.patient(c)
	if err != nil {
		return h.refuse(c, http.StatusBadRequest, "malformed", form(c).Names())
	}
	in := input(c, call)
	switch e, is, err := taped(c); {
	case err != nil:
		return h.refuse(c, http.StatusBadRequest, "malformed", form(c).Names())
	case e.HungUp: // nobody hears the answer, but Twilio wants one
		return h.hungUp(c, m, call, e)
	case is:
		in, m.Taped = tapedInput(e)
	}
	doc, err := h.desk.Answer(c.Request().Context(), m, in)
	if err != nil {
		return h.failing(c, m, call, err)
	}
	return page(c, doc)
}

// input is what the caller did. A key that could not be stored was carried
// along in the URL and counts now.
func input(c echo.Context, call twilio.Call) triage.Input {
	switch carried := c.QueryParam("key"); {
	case call.HasDigits && call.Digits != "":
		return triage.Input{Kind: triage.Keys, Text: call.Digits}
	case call.HasSpeech && call.Speech != "":
		return triage.Input{Kind: triage.Words, Text: call.Speech, Vague: call.Confidence > 0 && call.Confidence < sureWords}
	case singleKey(carried):
		return triage.Input{Kind: triage.Keys, Text: carried}
	case call.HasDigits && form(c).Get("Digits") != "":
		return triage.Input{Kind: triage.Keys, Text: "?"} // pressed, but no key of a phone
	}
	return triage.Input{Kind: triage.Silence}
}

// sureWords is the confidence below which recognised words may have been
// somebody else's: a radio, a child, a street.
const sureWords = 0.5

func singleKey(s string) bool {
	return len(s) == 1 && (s[0] >= '0' && s[0] <= '9' || s[0] == '*' || s[0] == '#')
}

// moved is a URL that REST gave the patient's leg.
func (h *Hooks) moved(c echo.Context) error { return h.byState(c, h.desk.Moved) }

// after is the action of the patient's Dial.
func (h *Hooks) after(c echo.Context) error { return h.byState(c, h.desk.AfterDial) }

func (h *Hooks) byState(c echo.Context, answer answerFunc) error {
	m, call, err := h.patient(c)
	if err != nil {
		return h.refuse(c, http.StatusBadRequest, "malformed", form(c).Names())
	}
	doc, err := answer(c.Request().Context(), m)
	if err != nil {
		return h.failing(c, m, call, err)
	}
	return page(c, doc)
}

// voiceStatus is the end of a patient's call.
func (h *Hooks) voiceStatus(c echo.Context) error {
	call, err := form(c).Call()
	if err != nil {
		return c.NoContent(http.StatusNoContent)
	}
	if !ended(call.Status) {
		return c.NoContent(http.StatusNoContent)
	}
	return h.over(c, call, func(ctx context.Context, leg hotline.Leg) error {
		return errors.Join(h.board.PhoneOver(ctx, leg), h.desk.Over(ctx, call.Sid))
	})
}

// over is the end of a leg: it counts no more, and something follows from it.
func (h *Hooks) over(c echo.Context, call twilio.Call, then func(ctx context.Context, leg hotline.Leg) error) error {
	ctx, leg := c.Request().Context(), hotline.Leg(call.Sid)
	return h.done(c, errors.Join(then(ctx, leg), h.board.LegEnded(ctx, leg)))
}

func ended(status string) bool {
	switch status {
	case "completed", "busy", "failed", "no-answer", "canceled":
		return true
	}
	return false
}

// done answers a status callback. Where the store failed Twilio may try again.
func (h *Hooks) done(c echo.Context, err error) error {
	if err != nil {
		h.log.WarnContext(c.Request().Context(), "callback not stored", "route", c.Path(), "error", err)
		return c.NoContent(http.StatusServiceUnavailable)
	}
	return c.NoContent(http.StatusNoContent)
}

func (h *Hooks) say(id triage.PhraseID, lang hotline.Lang, args ...string) []twilio.Verb {
	return says(h.script.Lines(id, lang, hotline.Voice, args...))
}
