package standin_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/standin"
)

var desk = []standin.Handset{
	{Name: "Maya, a patient", Number: patient, About: "Her appointment was cancelled."},
	{Name: "Counselor's phone", Number: counselor},
}

func furnished(o *standin.Options) {
	o.Handsets = desk
	o.Links = []standin.Link{{Name: "Counselor console", URL: "http://localhost:8080/"}}
}

func (b bench) button(t *testing.T, number, act, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "POST", b.rest+"/_phones/"+url.PathEscape(number)+"/"+act, strings.NewReader(body))
	must(t, err)
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	must(t, err)
	defer func() { _ = res.Body.Close() }()
	got, err := io.ReadAll(res.Body)
	must(t, err)
	return res.StatusCode, string(got)
}

func TestPhonesArePressedFromThePage(t *testing.T) {
	t.Parallel()
	pages := office()
	pages["/sms"], pages["/key"] = page("<Message>We read you.</Message>"), page(menu)
	b := set(t, pages, furnished)
	for _, step := range []struct {
		number, act, body string
		status            int
	}{
		{patient, "dial", `{}`, 200},
		{patient, "dial", `{}`, 409},
		{patient, "press", `{"keys":"1"}`, 200},
		{patient, "press", `{"keys":"one"}`, 409},
		{patient, "hangup", `{}`, 200},
		{patient, "hangup", `{}`, 409},
		{patient, "text", `{"body":"hello"}`, 200},
		{patient, "text", `{"body":" "}`, 409},
		{patient, "sing", `{}`, 404},
		{"home", "dial", `{}`, 404},
		{patient, "press", `{"keys":`, 400},
		{patient, "speak", `{"words":"` + strings.Repeat("x", 20_000) + `"}`, 400},
	} {
		if status, body := b.button(t, step.number, step.act, step.body); status != step.status {
			t.Errorf("%s %s: %d %s, want %d", step.act, step.body[:min(len(step.body), 20)], status, body, step.status)
		}
	}
	if len(b.app.requests("/key")) != 1 || len(b.app.requests("/sms")) != 1 {
		t.Errorf("asked %v", b.app.paths())
	}
}

func TestPhonesAreForThisMachineAndThisPage(t *testing.T) {
	t.Parallel()
	b := set(t, office(), furnished)
	handler := b.Handler()
	for name, c := range map[string]struct {
		peer, host, origin, kind string
		status                   int
	}{
		"this machine":              {"127.0.0.1:999", "127.0.0.1:8080", "http://127.0.0.1:8080", "application/json", 200},
		"by its name":               {"[::1]:999", "localhost:8080", "", "application/json", 200},
		"another machine":           {"192.0.2.7:999", "127.0.0.1:8080", "", "application/json", 403},
		"another page":              {"127.0.0.1:999", "127.0.0.1:8080", "https://evil.example", "application/json", 403},
		"a name that leads here":    {"127.0.0.1:999", "evil.example", "http://evil.example", "application/json", 403},
		"a form of some other page": {"127.0.0.1:999", "127.0.0.1:8080", "", "text/plain", 415},
	} {
		r := httptest.NewRequestWithContext(t.Context(), "POST", "/_phones/"+counselor+"/dial", strings.NewReader("{}"))
		r.RemoteAddr, r.Host = c.peer, c.host
		r.Header.Set("Content-Type", c.kind)
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != c.status {
			t.Errorf("%s: %d, want %d", name, w.Code, c.status)
		}
		if w.Code == 200 {
			must(t, b.Phone(counselor).Hangup(t.Context()))
		}
	}
}

func TestPageSaysThatItIsADemo(t *testing.T) {
	t.Parallel()
	b := set(t, map[string]func(url.Values) string{"/sms": page("<Message>&lt;script&gt;alert(1)&lt;/script&gt;</Message>")}, furnished)
	_, err := b.Phone(patient).Text(t.Context(), "<img src=x onerror=alert(1)>")
	must(t, err)
	res, err := http.Get(b.rest + "/_phones/")
	must(t, err)
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	must(t, err)
	got := string(raw)
	for _, want := range []string{"This is a demo, not a real line", "988", "911", "Maya, a patient", "Counselor console", "Call the hotline", `role="log"`, "&lt;script&gt;"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not there", want)
		}
	}
	if strings.Contains(got, "<script>alert") || strings.Contains(got, "<img") {
		t.Error("what people write becomes part of the page")
	}
	if csp := res.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
		t.Errorf("policy %q", csp)
	}
}

func TestPageHearsWhatHappens(t *testing.T) {
	t.Parallel()
	b := set(t, office(), furnished)
	r, err := http.NewRequestWithContext(t.Context(), "GET", b.rest+"/_phones/events", nil)
	must(t, err)
	res, err := http.DefaultClient.Do(r)
	must(t, err)
	t.Cleanup(func() { _ = res.Body.Close() })
	parts := bufio.NewScanner(res.Body)
	next := func(id, words string) {
		t.Helper()
		for parts.Scan() {
			data, isData := strings.CutPrefix(parts.Text(), "data: ")
			var p struct{ ID, HTML string }
			if isData {
				must(t, json.Unmarshal([]byte(data), &p))
			}
			if p.ID == id && strings.Contains(p.HTML, words) {
				return
			}
		}
		t.Fatalf("%s never said %q: %v", id, words, parts.Err())
	}
	next("state-0", "No call")
	b.talk(t)
	next("state-0", "Talking with Counselor")
	must(t, b.Phone(counselor).Speak(t.Context(), "How are you?"))
	next("log-0", "How are you?")
	_, body := b.button(t, patient, "hangup", "{}")
	next("state-0", "Call ended")
	if !strings.Contains(body, `"Phase":"over"`) {
		t.Errorf("answered %s", body)
	}
	must(t, b.Close()) // ends the stream
	for parts.Scan() {
	}
}
