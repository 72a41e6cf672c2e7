package console_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/internal/console"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/outreach"
	"github.com/tideover/tideover/internal/staff"
)

func number(s string) hotline.Number {
	n, err := hotline.ParseNumber(s)
	if err != nil {
		panic(err)
	}
	return n
}

// clock is a time that a test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// bundle is a console over a line in memory.
type bundle struct {
	t      *testing.T
	line   *line
	after  *after
	house  *house
	clock  *clock
	roster *staff.Roster
	desk   *staff.Desk
	con    *console.Console

	scripts *versions
	echo    *echo.Echo
	log     *bytes.Buffer
	spec    *spec
}

const onCallNumber = "+12095559901"

func setup(t *testing.T) *bundle {
	t.Helper()
	return setupWith(t, console.Options{ConsoleURL: "http://localhost:8080"})
}

func setupWith(t *testing.T, o console.Options) *bundle {
	t.Helper()
	b := &bundle{t: t, house: newHouse(), clock: &clock{at: time.Now()}, echo: echo.New(), log: &bytes.Buffer{}, spec: readSpec(t)}
	b.line = newLine(b.clock.now)
	b.after = &after{now: b.clock.now, people: map[string][]outreach.SignUp{}}
	b.scripts = &versions{running: "a1", on: map[string]int{"a1": 2, "b2": 1}}
	b.roster = staff.NewRoster(b.house, []hotline.Number{number(onCallNumber)})
	b.desk = staff.NewDesk(b.house, b.roster, func(ctx context.Context, id hotline.CounselorID) (bool, error) {
		s, err := b.line.Shift(ctx, id)
		return len(s.Cases) > 0, err
	}, rand.Reader, b.clock.now)
	b.con = console.New(console.Deps{
		Claims: b.line, Threads: b.line, Sounds: b.line, Emergencies: b.line, Talks: b.line, Shifts: b.line, Views: b.line, Events: b.line, Outcomes: b.line,
		Audit: b.line, Groups: b.after, Duties: b.after, Scripts: b.scripts, Alerts: b.line, Roster: b.roster, Desk: b.desk, Log: slog.New(slog.NewTextHandler(b.log, nil)), Now: b.clock.now,
		Answers: func(a hotline.Answer, l hotline.Lang) (string, string) {
			return string(l) + ":" + a.Question, string(l) + ":" + a.Answer
		},
		Place: func(hotline.Case) string { return "95301" },
	}, o)
	b.con.Register(b.echo)
	return b
}

// caller is a person with a token.
type caller struct {
	staff.Person
	b     *bundle
	token string

	cookie *http.Cookie // of a browser, where the test wants one
}

func (b *bundle) person(role staff.Role, change func(*staff.Person)) *caller {
	b.t.Helper()
	p := staff.Person{Name: "Ana Ruiz", Role: role, Languages: []hotline.Lang{"en", "es"}}
	if change != nil {
		change(&p)
	}
	p, err := b.roster.Add(b.t.Context(), p, "")
	if err != nil {
		b.t.Fatal(err)
	}
	s, err := b.desk.Token(b.t.Context(), p.ID)
	if err != nil {
		b.t.Fatal(err)
	}
	c := &caller{Person: p, b: b, token: s.Plain()}
	if role == staff.Counselor {
		b.line.shifts[p.ID] = hotline.Shift{State: hotline.Available, Channels: []hotline.Channel{"voice", "sms"}, Via: "console"}
	}
	return c
}

// answer is a response with its document.
type answer struct {
	*httptest.ResponseRecorder
	doc map[string]any
}

// kind is the last part of a problem's type.
func (a answer) kind() string {
	s, _ := a.doc["type"].(string)
	return s[strings.LastIndex(s, "/")+1:]
}

func rid() string { return uuid.NewString() }

// ask sends a request as this person; body may be nil, a string or anything
// that marshals. Every answer is checked against the OpenAPI document.
func (c *caller) ask(method, path string, body any) answer {
	c.b.t.Helper()
	return c.b.send(method, path, body, func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+c.token) })
}

func (b *bundle) send(method, path string, body any, change func(*http.Request)) answer {
	b.t.Helper()
	var in io.Reader
	switch v := body.(type) {
	case nil:
	case string:
		in = strings.NewReader(v)
	default:
		raw, err := json.Marshal(v)
		if err != nil {
			b.t.Fatal(err)
		}
		in = bytes.NewReader(raw)
	}
	req := httptest.NewRequestWithContext(b.t.Context(), method, "/api/v1"+path, in)
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if change != nil {
		change(req)
	}
	rec := httptest.NewRecorder()
	b.echo.ServeHTTP(rec, req)
	a := answer{ResponseRecorder: rec}
	if rec.Body.Len() > 0 && rec.Header().Get("Content-Type") != "audio/mpeg" {
		if err := json.Unmarshal(rec.Body.Bytes(), &a.doc); err != nil {
			b.t.Fatalf("%s %s: not JSON: %s", method, path, rec.Body)
		}
	}
	if rec.Code >= 400 {
		b.wellFormedProblem(method, path, a)
	}
	b.spec.check(b.t, req, rec)
	return a
}

func (b *bundle) wellFormedProblem(method, path string, a answer) {
	b.t.Helper()
	if got := a.Header().Get("Content-Type"); got != "application/problem+json" {
		b.t.Errorf("%s %s: problem as %q", method, path, got)
	}
	if int(a.doc["status"].(float64)) != a.Code || a.kind() == "" {
		b.t.Errorf("%s %s: problem %v under status %d", method, path, a.doc, a.Code)
	}
}

// want ends the test unless the answer has the status, and for a problem the
// kind.
func (a answer) want(t *testing.T, status int, kind string) answer {
	t.Helper()
	if a.Code != status || status >= 400 && a.kind() != kind {
		t.Fatalf("got %d %v, want %d %s", a.Code, a.doc, status, kind)
	}
	return a
}
