package standin_test

import (
	"net/url"
	"testing"

	"github.com/tideover/tideover/internal/standin"
)

const voicemail = `<Record action="/after" maxLength="180" timeout="5" finishOnKey="#" playBeep="true" recordingStatusCallback="/rec" recordingStatusCallbackEvent="completed absent"/><Say>Nothing was said.</Say><Hangup/>`

func TestVoicemail(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		do          func(*testing.T, *standin.Phone)
		after       int
		key, status string
	}{
		"words and the finishing key": {func(t *testing.T, p *standin.Phone) {
			t.Helper()
			must(t, p.Speak(t.Context(), "Please call me back"))
			must(t, p.Press(t.Context(), "#"))
		}, 1, "#", "completed"},
		"words and silence": {func(t *testing.T, p *standin.Phone) {
			t.Helper()
			must(t, p.Speak(t.Context(), "Please call me back"))
			must(t, p.Silence(t.Context()))
		}, 1, "", "completed"},
		"words and a hang-up": {func(t *testing.T, p *standin.Phone) {
			t.Helper()
			must(t, p.Speak(t.Context(), "Please call me back"))
			must(t, p.Hangup(t.Context()))
		}, 1, "hangup", "completed"},
		"silence goes on below": {func(t *testing.T, p *standin.Phone) {
			t.Helper()
			must(t, p.Silence(t.Context()))
		}, 0, "", "absent"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := set(t, map[string]func(url.Values) string{"/voice": page(voicemail), "/after": page("<Hangup/>")})
			p := b.Phone(patient)
			must(t, p.Dial(t.Context()))
			c.do(t, p)
			b.await(t, "over", func(s standin.Snapshot) bool { return s.Quiet && !s.Calls[0].Live() })
			got := b.app.requests("/after")
			if len(got) != c.after {
				t.Fatalf("action asked %d times", len(got))
			}
			if c.after > 0 && (got[0].form.Get("Digits") != c.key || got[0].form.Get("RecordingUrl") == "" || got[0].form.Get("RecordingDuration") == "0") {
				t.Errorf("action %v", got[0].form)
			}
			if rec := b.news("/rec", "RecordingStatus"); len(rec) != 1 || rec[0] != c.status {
				t.Errorf("recording %v", rec)
			}
		})
	}
}
