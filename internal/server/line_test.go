package server_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
	"github.com/tideover/tideover/internal/standin"
)

// line is a world whose phone network is the stand-in.
type line struct {
	*world
	*standin.Exchange
}

// newLine starts Redis, an instance and the stand-in; words take no time.
func newLine(t *testing.T) *line {
	t.Helper()
	var x *standin.Exchange
	network := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { x.Handler().ServeHTTP(w, r) }))
	t.Cleanup(network.Close)
	w := newWorldWith(t, network.URL)
	hook := func(path string) string { return w.public + "/twilio/" + path }
	x, err := standin.New(standin.Options{
		Account: w.account, Token: w.token, Number: lineNumber, PublicURL: w.public, Apps: []string{w.base}, Now: time.Now, Seed: 7,
		Hooks: standin.Hooks{VoiceURL: hook("voice"), VoiceFallbackURL: hook("voice/fallback"), StatusURL: hook("voice/status"), SMSURL: hook("sms")},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	t.Cleanup(func() {
		for _, v := range x.Violations() {
			t.Errorf("Twilio would object (%s %d): %s at %s", v.Kind, v.Code, v.What, v.Where)
		}
	})
	return &line{w, x}
}

// person is somebody with API access.
type person struct {
	*line
	id    hotline.CounselorID
	token string
	phone *standin.Phone
}

// hire adds somebody to the roster, as `tideover staff add --with-token` does.
func (l *line) hire(t *testing.T, name string, role staff.Role, phone string, langs ...hotline.Lang) *person {
	t.Helper()
	s := l.store(t)
	roster := staff.NewRoster(s, l.onCall)
	free := func(context.Context, hotline.CounselorID) (bool, error) { return false, nil }
	p := staff.Person{Name: name, Role: role, Languages: langs}
	if phone != "" {
		p.Phone = number(t, phone)
	}
	added, err := roster.Add(t.Context(), p, "")
	if err != nil {
		t.Fatal(err)
	}
	secret, err := staff.NewDesk(s, roster, free, rand.Reader, time.Now).Token(t.Context(), added.ID)
	if err != nil {
		t.Fatal(err)
	}
	who := &person{line: l, id: added.ID, token: secret.Plain()}
	if phone != "" {
		who.phone = l.Phone(phone)
	}
	return who
}

// counselor is somebody on shift.
func (l *line) counselor(t *testing.T, phone string, langs ...hotline.Lang) *person {
	t.Helper()
	p := l.hire(t, "Counselor", staff.Counselor, phone, langs...)
	p.must(t, http.MethodPut, "/shift", map[string]any{"state": "available"}, nil)
	return p
}

// ask calls the API; a body gets a request id unless it has one.
func (p *person) ask(t *testing.T, method, path string, body map[string]any, out any) int {
	t.Helper()
	var in io.Reader
	if body != nil {
		if _, has := body["request_id"]; !has {
			body["request_id"] = string(hotline.NewToken())
		}
		raw, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		in = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, p.base+"/api/v1"+path, in)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+p.token)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	status, raw, _ := exchanged(t, req)
	if out != nil && len(raw) > 0 {
		if err := json.Unmarshal(raw, out); err != nil {
			t.Fatalf("%s %s: %v in %.200s", method, path, err, raw)
		}
	}
	return status
}

// exchanged sends a request and reads the whole answer: status, body, cookies.
func exchanged(t *testing.T, req *http.Request) (int, []byte, []*http.Cookie) {
	t.Helper()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, raw, res.Cookies()
}

// must is ask that has to succeed.
func (p *person) must(t *testing.T, method, path string, body map[string]any, out any) {
	t.Helper()
	if status := p.ask(t, method, path, body, out); status >= 300 {
		t.Fatalf("%s %s: %d", method, path, status)
	}
}

type row struct {
	CaseID   string `json:"case_id"`
	Band     string `json:"band"`
	Channel  string `json:"channel"`
	Language string `json:"language"`
	Position int    `json:"position"`
	Caller   string `json:"caller"`
	Callback bool   `json:"callback"`
	State    string `json:"state"`
}

// queue gives the rows of GET /queue.
func (p *person) queue(t *testing.T) []row {
	t.Helper()
	var q struct {
		Cases []row `json:"cases"`
	}
	p.must(t, http.MethodGet, "/queue", nil, &q)
	return q.Cases
}

// waiting gives a caller's row once it is there.
func (p *person) waiting(t *testing.T, phone string) row {
	t.Helper()
	var found row
	wait(t, "the caller ending in "+phone[len(phone)-4:]+" is not in the queue", func() bool {
		for _, r := range p.queue(t) {
			if strings.HasSuffix(r.Caller, phone[len(phone)-4:]) {
				found = r
				return true
			}
		}
		return false
	})
	return found
}

// state is the state of a case, as its owner or a supervisor sees it.
func (p *person) state(t *testing.T, id string) string {
	t.Helper()
	var c struct {
		State string `json:"state"`
	}
	p.ask(t, http.MethodGet, "/cases/"+id, nil, &c)
	return c.State
}

// claim takes a case.
func (p *person) claim(t *testing.T, id string) {
	t.Helper()
	p.must(t, http.MethodPost, "/claims", map[string]any{"case_id": id}, nil)
}

// do lets a phone act and fails the test if it could not.
func do(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// until waits for a phone to be as wanted. holds runs inside of the stand-in:
// it must not ask it anything.
func until(t *testing.T, p *standin.Phone, why string, holds func(standin.State) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := p.Await(ctx, holds); err != nil {
		t.Fatalf("%s: %v; state %+v; heard %q", why, err, p.State(), p.Said())
	}
}
