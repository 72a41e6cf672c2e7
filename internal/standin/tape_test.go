package standin_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/standin"
)

// rested asks the REST API and gives status, content type and body.
func rested(t *testing.T, base, method, path, token string) (int, string, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, base+"/2010-04-01/Accounts/"+account+"/"+path, nil)
	must(t, err)
	req.SetBasicAuth(account, token)
	res, err := http.DefaultClient.Do(req)
	must(t, err)
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	must(t, err)
	return res.StatusCode, res.Header.Get("Content-Type"), string(body)
}

// A recording can be listed, fetched with credentials, and deleted, as at
// Twilio; before it is whole it cannot be fetched.
func TestARecordingLiesAtTwilioUntilItIsDeleted(t *testing.T) {
	t.Parallel()
	b := set(t, map[string]func(url.Values) string{"/voice": page(voicemail), "/after": page("<Hangup/>")})
	api := httptest.NewServer(b.Handler())
	t.Cleanup(api.Close)
	p := b.Phone(patient)
	must(t, p.Dial(t.Context()))
	open := b.Tapes()
	if len(open) != 1 || open[0].Status != "in-progress" {
		t.Fatalf("while it records: %+v", open)
	}
	sound := "Recordings/" + open[0].Sid + ".mp3"
	if code, _, _ := rested(t, api.URL, http.MethodGet, sound, token); code != http.StatusNotFound {
		t.Errorf("not yet whole: %d", code)
	}
	must(t, p.Speak(t.Context(), "Please call me back about my appointment"))
	must(t, p.Press(t.Context(), "#"))
	if code, _, _ := rested(t, api.URL, http.MethodGet, sound, "wrong"); code != http.StatusUnauthorized {
		t.Errorf("without credentials: %d", code)
	}
	code, kind, mp3 := rested(t, api.URL, http.MethodGet, sound, token)
	if code != http.StatusOK || kind != "audio/mpeg" || !strings.Contains(mp3, "Please call me back") || !strings.Contains(mp3, "\xff\xf3") {
		t.Errorf("the sound: %d %s %.40q", code, kind, mp3)
	}
	code, _, list := rested(t, api.URL, http.MethodGet, "Recordings.json?CallSid="+open[0].Call, token)
	var listed struct {
		Recordings []struct{ Sid, Status, Duration string }
	}
	if err := json.Unmarshal([]byte(list), &listed); err != nil || code != http.StatusOK || len(listed.Recordings) != 1 || listed.Recordings[0].Status != "completed" || listed.Recordings[0].Duration != "3" {
		t.Errorf("the list: %d %s", code, list)
	}
	if code, _, _ := rested(t, api.URL, http.MethodDelete, "Recordings/"+open[0].Sid+".json", token); code != http.StatusNoContent {
		t.Errorf("deleted: %d", code)
	}
	for _, method := range []string{http.MethodGet, http.MethodDelete} {
		if code, _, body := rested(t, api.URL, method, "Recordings/"+open[0].Sid+".json", token); code != http.StatusNotFound || !strings.Contains(body, "20404") {
			t.Errorf("%s after that: %d %s", method, code, body)
		}
	}
	if len(b.Tapes()) != 0 {
		t.Errorf("still there: %+v", b.Tapes())
	}
}

// Who speaks for too long is cut off, and what was said until then is kept.
func TestARecordingEndsAtItsLength(t *testing.T) {
	t.Parallel()
	short := strings.Replace(voicemail, `maxLength="180"`, `maxLength="4"`, 1)
	b := set(t, map[string]func(url.Values) string{"/voice": page(short), "/after": page("<Hangup/>")})
	p := b.Phone(patient)
	must(t, p.Dial(t.Context()))
	must(t, p.Speak(t.Context(), strings.Repeat("and then again ", 20)))
	b.await(t, "over", func(s standin.Snapshot) bool { return s.Quiet && !s.Calls[0].Live() })
	if got := b.app.requests("/after"); len(got) != 1 || got[0].form.Get("RecordingDuration") != "4" || got[0].form.Get("Digits") != "" {
		t.Errorf("action %+v", got)
	}
}
