package webhook

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/intake"
	"github.com/tideover/tideover/internal/triage"
	"github.com/tideover/tideover/internal/twilio"
)

type answerFunc func(ctx context.Context, m intake.Mark) ([]byte, error)

// failing is what a patient hears while the store does not answer: 988 and
// 911 in their language, the back-up line, and after a pause the same turn
// again, so that it goes on when the store is back. Nobody is told that they
// are in a queue. A single key goes along; danger pages by REST at once.
func (h *Hooks) failing(c echo.Context, m intake.Mark, call twilio.Call, cause error) error {
	h.log.ErrorContext(c.Request().Context(), "answer without the store", "route", c.Path(), "case", m.Case, "error", cause)
	danger := h.danger(c, m, call)
	if danger {
		h.opt.Alarm(call.Sid)
	}
	id := triage.Failing
	_, recorded, _ := taped(c)
	hush := m.Hush || call.Digits == "#" && !recorded || c.QueryParam("key") == "#"
	switch {
	case hush: // somebody may listen: nothing is told, and 9 pages all the same
		id = triage.HoldWait
	case danger:
		id = triage.FailingDanger
	}
	again := h.again(c, call.Digits)
	if e, is, err := taped(c); is && err == nil { // the key that ends a recording is no answer
		again = h.againTaped(c, e)
	}
	verbs := h.say(id, m.Lang)
	if h.opt.Backup.Known() && !hush {
		verbs = []twilio.Verb{twilio.Gather{
			Keys: 1, FinishOnKey: &noKey, Timeout: 5, Action: h.links.to(pathBackup, "l", string(m.Lang), "u", again),
			Body: append(verbs, h.say(triage.FailingBackup, m.Lang, "number", Spell(h.opt.Backup))...),
		}}
	} else {
		verbs = append(verbs, twilio.Pause{Seconds: 5})
	}
	return h.write(c, append(verbs, twilio.Redirect{URL: h.links.public + again})...)
}

// again is this request's own path and query, with the key that was pressed.
// Only what we wrote goes along: the query of a GET holds the caller's number.
func (h *Hooks) again(c echo.Context, key string) string {
	u := *c.Request().URL
	q := url.Values{}
	for name, v := range u.Query() {
		if name == "key" || len(name) == 1 {
			q[name] = v
		}
	}
	if singleKey(key) && q.Get("key") != "9" {
		q.Set("key", key)
	}
	path := u.Path
	if base, err := url.Parse(h.links.public); err == nil {
		path = strings.TrimPrefix(path, base.Path)
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// againTaped is again with the recording that could not be stored.
func (h *Hooks) againTaped(c echo.Context, e twilio.RecordingEvent) string {
	key := e.Key
	if key != "0" && key != "9" {
		key = ""
	}
	path, query, _ := strings.Cut(h.again(c, key), "?")
	q, err := url.ParseQuery(query)
	if err != nil {
		return path + "?" + query
	}
	q.Set("r", e.Sid)
	q.Set("z", strconv.Itoa(e.Seconds))
	return path + "?" + q.Encode()
}

// yes is how the safety question is answered aloud.
var yes = map[string]bool{"yes": true, "yeah": true, "yep": true, "sí": true, "si": true, "claro": true}

// danger: 9, or "yes" where the safety question may have been asked, or words
// of crisis.
func (h *Hooks) danger(c echo.Context, m intake.Mark, call twilio.Call) bool {
	key := call.Digits
	if key == "" {
		key = c.QueryParam("key")
	}
	if key == "9" || m.Safety && key == "1" {
		return true
	}
	if call.Speech == "" {
		return false
	}
	level, _ := h.script.Screen(call.Speech)
	return level >= 3 || m.Safety && yes[strings.ToLower(strings.Trim(call.Speech, " .,!"))]
}

// write renders and answers; a page that cannot be written is a fault of
// ours, and the caller still hears where help is.
func (h *Hooks) write(c echo.Context, verbs ...twilio.Verb) error {
	doc, err := twilio.Voice(verbs...)
	if err != nil {
		h.log.ErrorContext(c.Request().Context(), "page not written", "route", c.Path(), "error", err)
		if doc, err = twilio.Voice(append(h.say(triage.Fallback, ""), twilio.Hangup{})...); err != nil {
			return err
		}
	}
	return page(c, doc)
}

// fallback is asked by Twilio when another answer failed. It needs nothing
// but this process, and leads back to where the call was.
func (h *Hooks) fallback(c echo.Context) error {
	f := form(c)
	back := h.links.to(pathVoice)
	if u := f.Get("ErrorUrl"); strings.HasPrefix(u, h.links.public+"/twilio/") && !strings.HasPrefix(u, h.links.to(pathFallback)) {
		back = u
	}
	m := intake.Mark{}
	if u, err := url.Parse(back); err == nil {
		m = mark(u.Query())
	}
	id := triage.Fallback
	if m.Hush {
		id = triage.HoldWait
	}
	return h.write(c, append(h.say(id, m.Lang), twilio.Pause{Seconds: 3}, twilio.Redirect{URL: back})...)
}

// backup dials the back-up line for whoever pressed 1 while the store failed;
// any other key goes along to the turn that could not be answered.
func (h *Hooks) backup(c echo.Context) error {
	call, err := form(c).Call()
	if err != nil {
		return h.refuse(c, http.StatusBadRequest, "malformed", form(c).Names())
	}
	m := mark(c.QueryParams())
	back := h.links.to(pathVoice)
	if u := c.QueryParam("u"); strings.HasPrefix(u, "/twilio/") {
		back = h.links.public + u
	}
	if call.Digits == "1" && h.opt.Backup.Known() {
		return h.write(c, append(h.say(triage.BackupDial, m.Lang), twilio.Dial{
			Action: back, Timeout: 30, Number: h.opt.Backup.E164(), CallerID: h.opt.Number.E164(),
		})...)
	}
	if call.Digits == "9" {
		h.opt.Alarm(call.Sid)
	}
	if u, err := url.Parse(back); err == nil && singleKey(call.Digits) {
		q := u.Query()
		if q.Get("key") != "9" { // a call for help is not taken back by the next key
			q.Set("key", call.Digits)
		}
		u.RawQuery = q.Encode()
		back = u.String()
	}
	return h.write(c, twilio.Redirect{URL: back})
}

// Spell says a number digit by digit; nothing where there is none.
func Spell(n hotline.Number) string {
	if !n.Known() {
		return ""
	}
	digits := strings.TrimPrefix(strings.TrimPrefix(n.E164(), "+1"), "+")
	return strings.Join(strings.Split(digits, ""), " ")
}
