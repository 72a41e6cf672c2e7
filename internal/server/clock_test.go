package server_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
	"github.com/tideover/tideover/internal/vault"
)

// session signs somebody in, as the link of an invite does.
func (p *person) session(t *testing.T, base string) *http.Cookie {
	t.Helper()
	s := p.store(t)
	roster := staff.NewRoster(s, p.onCall)
	free := func(context.Context, hotline.CounselorID) (bool, error) { return false, nil }
	link, err := staff.NewDesk(s, roster, free, rand.Reader, time.Now).Invite(t.Context(), p.id)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/signin", strings.NewReader(`{"token":"`+link.Plain()+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	status, _, cookies := exchanged(t, req)
	if status != http.StatusOK || len(cookies) != 1 {
		t.Fatalf("sign-in: %d, %d cookies", status, len(cookies))
	}
	return cookies[0]
}

// look opens a page with a session.
func look(t *testing.T, url string, with *http.Cookie) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.AddCookie(with)
	res, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var b strings.Builder
	_, _ = bufio.NewReader(res.Body).WriteTo(&b)
	return res.StatusCode, b.String()
}

// event is one of a stream.
type event struct{ name, data string }

// events opens a stream; it is closed with the test, or by the server.
func (p *person) events(t *testing.T, base string) <-chan event {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/api/v1/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+p.token)
	res, err := http.DefaultClient.Do(req) //nolint:bodyclose // closed by the reader below
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("no stream: %v", err)
	}
	out := make(chan event, 1000)
	go func() {
		defer close(out)
		defer func() { _ = res.Body.Close() }()
		var e event
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			key, value, _ := strings.Cut(lines.Text(), ": ")
			switch key {
			case "event":
				e.name = value
			case "data":
				e.data = value
			case "":
				out <- e
				e = event{}
			}
		}
	}()
	return out
}

// hear gives the first event that is as wanted.
func hear(t *testing.T, stream <-chan event, why string, within time.Duration, wanted func(event) bool) event {
	t.Helper()
	limit := time.After(within)
	for {
		select {
		case e, open := <-stream:
			if !open {
				t.Fatalf("%s: the stream ended", why)
			}
			if wanted(e) {
				return e
			}
		case <-limit:
			t.Fatalf("%s: not within %v", why, within)
		}
	}
}

// FAULTS 44: the clock of one of two instances is hours, or years, off. Waits,
// leases, sessions, counters and the clock on the wallboard are those of the
// store all the same, and no key of a day to come is destroyed.
func TestAnInstanceWhoseClockIsOffShowsAndCountsAsTheOthers(t *testing.T) {
	t.Parallel()
	for name, skew := range map[string]time.Duration{
		"two hours ahead": 2 * time.Hour, "two hours behind": -2 * time.Hour, "three years ahead": 3 * 365 * 24 * time.Hour,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, nil)
			sam, a := s.hire(t, "Sam", staff.Supervisor, ""), s.counselor(t, ana, hotline.English)
			signedIn := sam.session(t, s.base)
			before := daysAhead(t, s.keysFile)
			right := s.base
			s.skew = skew
			s.base = s.serve(t)

			s.Route(right)
			r, onRosa := s.inLine(t, sam, rosa)
			s.Route(s.base)
			do(t, r.Silence(t.Context())) // a turn of the waiting loop at the other instance
			var q struct {
				AsOf    time.Time `json:"as_of"`
				Longest float64   `json:"longest_wait_seconds"`
			}
			sam.must(t, http.MethodGet, "/queue", nil, &q)
			if d := time.Since(q.AsOf).Abs(); d > 30*time.Second || q.Longest < 0 || q.Longest > 30 {
				t.Errorf("as of %v, the longest wait is %v s", q.AsOf, q.Longest)
			}
			if status, _ := look(t, s.base+"/wallboard", signedIn); status != http.StatusOK {
				t.Errorf("a session of the other instance: %d", status)
			}
			tick := hear(t, sam.events(t, s.base), "no tick", 5*time.Second, func(e event) bool { return e.name == "tick" })
			var at struct{ Now time.Time }
			do(t, json.Unmarshal([]byte(tick.data), &at))
			if d := time.Since(at.Now).Abs(); d > 30*time.Second {
				t.Errorf("the wallboard's clock is %v off", d)
			}
			var got struct {
				Claim struct {
					Lease time.Time `json:"lease_expires_at"`
				}
			}
			a.must(t, http.MethodPost, "/claims", map[string]any{"case_id": onRosa.CaseID}, &got)
			if left := time.Until(got.Claim.Lease); left < 10*time.Second || left > 50*time.Second {
				t.Errorf("the lease ends in %v", left)
			}
			s.meets(t, a, r, onRosa.CaseID)
			days := map[string]bool{}
			for _, key := range s.client(t).Keys(t.Context(), "to:{main}:d:*").Val() {
				days[key] = true
			}
			if len(days) != 1 {
				t.Errorf("counted on %v", days)
			}
			for _, base := range []string{right, s.base} {
				s.base = base
				if b := sam.board(t); b.Answered != 1 {
					t.Errorf("%s counts %d answered", base, b.Answered)
				}
			}
			if now := daysAhead(t, s.keysFile); now != before {
				t.Errorf("keys for %d days, before %d", now, before)
			}
			if !strings.Contains(s.logs.String(), "clock of this machine is off") {
				t.Error("the log does not tell")
			}
		})
	}
}

func daysAhead(t *testing.T, keysFile string) int {
	t.Helper()
	keys, err := vault.Watch(keysFile)
	if err != nil {
		t.Fatal(err)
	}
	return keys.Ring().DaysAhead(time.Now())
}
