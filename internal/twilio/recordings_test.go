package twilio_test

import (
	"bytes"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/twilio"
)

// The sound is fetched from our own address with our credentials, and nobody
// leads us elsewhere.
func TestASoundIsFetchedFromItsOwnAddressOnly(t *testing.T) {
	t.Parallel()
	long := bytes.Repeat([]byte("x"), twilio.MaxSound+1)
	for name, c := range map[string]struct {
		answer func(w http.ResponseWriter)
		want   error // nil: the sound
	}{
		"there": {func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "audio/mpeg")
			_, _ = w.Write([]byte("sound"))
		}, nil},
		"not there yet": {func(w http.ResponseWriter) { http.Error(w, "<xml/>", http.StatusNotFound) }, twilio.ErrGone},
		"empty":         {func(w http.ResponseWriter) { w.Header().Set("Content-Type", "audio/mpeg") }, twilio.ErrGone},
		"elsewhere": {func(w http.ResponseWriter) {
			w.Header().Set("Location", "https://planted.example/")
			w.WriteHeader(http.StatusFound)
		}, twilio.ErrRefused},
		"no sound":              {func(w http.ResponseWriter) { answer(w, http.StatusOK, `{"planted":1}`) }, twilio.ErrRefused},
		"too large":             {func(w http.ResponseWriter) { w.Header().Set("Content-Type", "audio/mpeg"); _, _ = w.Write(long) }, twilio.ErrRefused},
		"credentials refused":   {func(w http.ResponseWriter) { answer(w, http.StatusUnauthorized, `{"code":20003}`) }, twilio.ErrUnauthorized},
		"busy":                  {func(w http.ResponseWriter) { answer(w, http.StatusTooManyRequests, "") }, twilio.ErrBusy},
		"out of order":          {func(w http.ResponseWriter) { answer(w, http.StatusBadGateway, "<html>planted</html>") }, twilio.ErrBusy},
		"hangs, and is cut off": {func(http.ResponseWriter) { <-t.Context().Done() }, twilio.ErrBusy},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			done := make(chan struct{})
			client := serve(t, twilio.Options{Timeout: 300 * time.Millisecond}, func(w http.ResponseWriter, r *http.Request) {
				user, password, _ := r.BasicAuth()
				if want := "/2010-04-01/Accounts/" + account + "/Recordings/" + tape + ".mp3"; r.URL.Path != want || r.Method != http.MethodGet || user != account || password != secret {
					t.Errorf("asked %s %s as %s", r.Method, r.URL.Path, user)
				}
				if strings.HasPrefix(name, "hangs") {
					<-done
					return
				}
				c.answer(w)
			})
			t.Cleanup(func() { close(done) }) // before the server ends
			sound, err := client.Sound(t.Context(), tape)
			if !errors.Is(err, c.want) || c.want == nil && string(sound) != "sound" || c.want != nil && sound != nil {
				t.Errorf("%q, %v", sound, err)
			}
			if err != nil && (strings.Contains(err.Error(), "planted") || strings.Contains(err.Error(), tape)) {
				t.Errorf("the error tells what was answered: %v", err)
			}
		})
	}
}

func TestErasingWhatIsGoneIsNoError(t *testing.T) {
	t.Parallel()
	c := serve(t, twilio.Options{}, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodDelete {
			t.Errorf("asked by %s", r.Method)
		}
		answer(w, http.StatusNotFound, `{"code":20404}`)
	})
	if err := c.EraseRecording(t.Context(), tape); err != nil {
		t.Error(err)
	}
}

// What a webhook says of a recording; the URL in it is never read.
func TestARecordingIsReadFromItsWebhooks(t *testing.T) {
	t.Parallel()
	action := url.Values{
		"AccountSid": {account}, "CallSid": {call}, "CallStatus": {"in-progress"}, "RecordingSid": {tape}, "RecordingDuration": {"14"},
		"RecordingUrl": {"https://planted.example/sound"}, "Digits": {"#"},
	}
	with := func(pairs ...string) url.Values {
		f := url.Values{}
		maps.Copy(f, action)
		for i := 0; i < len(pairs); i += 2 {
			f.Set(pairs[i], pairs[i+1])
		}
		return f
	}
	for name, c := range map[string]struct {
		form url.Values
		want twilio.RecordingEvent
		bad  bool
	}{
		"a key":               {form: action, want: twilio.RecordingEvent{Sid: tape, CallSid: call, Seconds: 14, Key: "#"}},
		"the hang-up":         {form: with("Digits", "hangup", "CallStatus", "completed"), want: twilio.RecordingEvent{Sid: tape, CallSid: call, Seconds: 14, HungUp: true}},
		"a negative length":   {form: with("RecordingDuration", "-1"), want: twilio.RecordingEvent{Sid: tape, CallSid: call, Key: "#"}},
		"a path for an id":    {form: with("RecordingSid", "RE/../planted"), bad: true},
		"no call":             {form: with("CallSid", ""), bad: true},
		"something else's id": {form: with("RecordingSid", call), bad: true},
	} {
		got, err := read(t, c.form).RecordingEvent()
		if c.bad != (err != nil) || !c.bad && got != c.want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	if !read(t, action).Recorded() || read(t, url.Values{"CallSid": {call}, "CallStatus": {"in-progress"}, "Digits": {"1"}}).Recorded() {
		t.Error("an action of a recording is not told from a key")
	}
}

// A recording has bounds and is never transcribed; any key ends it.
func TestARecordingIsWrittenWithItsBounds(t *testing.T) {
	t.Parallel()
	rec := twilio.Record{Action: "https://line.example/a", StatusURL: "https://line.example/s", Longest: 120, Timeout: 5}
	page, err := twilio.Voice(twilio.Say{Text: "After the tone", Lang: "en"}, rec, twilio.Redirect{URL: "https://line.example/a"})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`maxLength="120"`, `timeout="5"`, `finishOnKey="1234567890*#"`, `playBeep="true"`, `recordingStatusCallbackEvent="completed absent"`} {
		if !strings.Contains(string(page), want) {
			t.Errorf("without %s: %s", want, page)
		}
	}
	if strings.Contains(string(page), "transcribe") {
		t.Error("it is transcribed")
	}
	for name, change := range map[string]func(*twilio.Record){
		"no end":     func(r *twilio.Record) { r.Longest = 0 },
		"no silence": func(r *twilio.Record) { r.Timeout = 0 },
		"no action":  func(r *twilio.Record) { r.Action = "" },
		"no status":  func(r *twilio.Record) { r.StatusURL = "" },
	} {
		r := rec
		change(&r)
		if _, err := twilio.Voice(r, twilio.Redirect{URL: "https://line.example/a"}); err == nil {
			t.Errorf("%s: written", name)
		}
	}
	if _, err := twilio.Voice(rec); err == nil {
		t.Error("silence would end the call")
	}
}

func read(t *testing.T, f url.Values) twilio.Form {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(f.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	form, err := twilio.ReadForm(r)
	if err != nil {
		t.Fatal(err)
	}
	return form
}
