package webhook

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/intake"
	"github.com/tideover/tideover/internal/triage"
	"github.com/tideover/tideover/internal/twilio"
)

// tapedInput is what a recording means for the script. A key that means
// something everywhere ends it for good: 9 is an emergency, a message or not.
func tapedInput(e twilio.RecordingEvent) (triage.Input, hotline.Recording) {
	rec := hotline.Recording{Sid: e.Sid, Seconds: e.Seconds}
	if e.Seconds < intake.ShortestTape {
		rec = hotline.Recording{}
	}
	switch {
	case e.Key == "9" || e.Key == "0" || e.Key == "*":
		return triage.Input{Kind: triage.Keys, Text: e.Key}, rec
	case rec.Sid == "":
		return triage.Input{Kind: triage.Outcome, Text: "short"}, rec
	}
	return triage.Input{Kind: triage.Outcome, Text: "taped"}, rec
}

// taped is a recording that was made: in this request, or in one that could
// not be stored and is carried along in the URL. It says whether it is one.
func taped(c echo.Context) (twilio.RecordingEvent, bool, error) {
	if f := form(c); f.Recorded() {
		e, err := f.RecordingEvent()
		return e, true, err
	}
	sid, seconds := c.QueryParam("r"), positive(c.QueryParam("z"))
	return twilio.RecordingEvent{Sid: sid, Seconds: seconds, Key: c.QueryParam("key")}, twilio.IsRecording(sid), nil
}

// hungUp is a recording that ended with the call: what was said is kept.
func (h *Hooks) hungUp(c echo.Context, m intake.Mark, call twilio.Call, e twilio.RecordingEvent) error {
	err := h.desk.Recorded(c.Request().Context(), m, hotline.Recording{Sid: e.Sid, Seconds: e.Seconds}, false)
	if err != nil {
		return h.failing(c, m, call, err)
	}
	doc, err := twilio.Voice(append(h.say(triage.Goodbye, m.Lang), twilio.Hangup{})...)
	if err != nil {
		return err
	}
	return page(c, doc)
}

// tapeStatus tells that the sound of a recording is there, or that there is
// none. Twilio asks again where we cannot take it.
func (h *Hooks) tapeStatus(c echo.Context) error {
	e, err := form(c).RecordingEvent()
	if err != nil {
		return h.refuse(c, http.StatusBadRequest, "malformed", form(c).Names())
	}
	m := mark(c.QueryParams())
	m.Leg = e.CallSid
	switch e.Status {
	case "completed":
	case "absent", "failed":
		e.Seconds = 0
	default:
		return c.NoContent(http.StatusNoContent)
	}
	return h.done(c, h.desk.Recorded(c.Request().Context(), m, hotline.Recording{Sid: e.Sid, Seconds: e.Seconds}, true))
}

// Sound fetches a recording.
func (p *Phone) Sound(ctx context.Context, sid string) ([]byte, error) {
	sound, err := p.client.Sound(ctx, sid)
	return sound, fault(err)
}

// Erase deletes a recording.
func (p *Phone) Erase(ctx context.Context, sid string) error {
	return fault(p.client.EraseRecording(ctx, sid))
}

// Recordings lists the whole recordings of a call.
func (p *Phone) Recordings(ctx context.Context, leg hotline.Leg) (all []hotline.Recording, open bool, err error) {
	found, err := p.client.RecordingsOf(ctx, string(leg))
	for _, r := range found {
		switch r.Status {
		case "completed":
			all = append(all, hotline.Recording{Sid: r.Sid, Seconds: r.Seconds})
		case "in-progress", "processing", "paused", "stopped":
			open = true
		}
	}
	return all, open, fault(err)
}
