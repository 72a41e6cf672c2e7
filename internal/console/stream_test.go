package console_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/console"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

// frame is one event as it came over the wire.
type frame struct {
	id, name, data, retry string
}

// listening is an open event stream.
type listening struct {
	t      *testing.T
	res    *http.Response
	frames chan frame // closed at the end of the stream
}

// serve runs the console with its loops on a real listener.
func (b *bundle) serve() *httptest.Server {
	b.t.Helper()
	ctx, cancel := context.WithCancel(b.t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := b.con.Run(ctx); err != nil {
			b.t.Errorf("run: %v", err)
		}
	}()
	srv := httptest.NewUnstartedServer(b.echo)
	srv.Config.ReadTimeout, srv.Config.WriteTimeout = 300*time.Millisecond, 300*time.Millisecond
	srv.Start()
	b.t.Cleanup(func() {
		srv.CloseClientConnections()
		srv.Close()
		cancel()
		<-ended
	})
	return srv
}

func (c *caller) listen(srv *httptest.Server, lastID string) *listening {
	c.b.t.Helper()
	req, err := http.NewRequestWithContext(c.b.t.Context(), http.MethodGet, srv.URL+"/api/v1/events", nil)
	if err != nil {
		c.b.t.Fatal(err)
	}
	if c.cookie != nil {
		req.AddCookie(c.cookie)
	} else {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	if lastID != "" {
		req.Header.Set("Last-Event-ID", lastID)
	}
	res, err := http.DefaultClient.Do(req) //nolint:bodyclose // closed by the reader below
	if err != nil {
		c.b.t.Fatal(err)
	}
	l := &listening{t: c.b.t, res: res, frames: make(chan frame, 100)}
	go func() {
		defer close(l.frames)
		defer func() { _ = res.Body.Close() }()
		var f frame
		lines := bufio.NewScanner(res.Body)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			key, value, _ := strings.Cut(lines.Text(), ": ")
			switch key {
			case "id":
				f.id = value
			case "event":
				f.name = value
			case "data":
				f.data = value
			case "retry":
				f.retry = value
			case "":
				l.frames <- f
				f = frame{}
			}
		}
	}()
	return l
}

// next gives the next frame that is no tick.
func (l *listening) next() frame {
	l.t.Helper()
	limit := time.After(5 * time.Second)
	for {
		select {
		case f, open := <-l.frames:
			if !open {
				l.t.Fatal("the stream ended")
			}
			if f.name != "tick" {
				return f
			}
		case <-limit:
			l.t.Fatal("nothing came for 5 s")
		}
	}
}

// ends waits for the end of the stream and gives the last frame.
func (l *listening) ends(within time.Duration) frame {
	l.t.Helper()
	limit := time.After(within)
	var last frame
	for {
		select {
		case f, open := <-l.frames:
			if !open {
				return last
			}
			last = f
		case <-limit:
			l.t.Fatalf("still open after %v", within)
		}
	}
}

func TestStreamBeginsWithASnapshotAndTellsWhatChanges(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boss := b.person(staff.Supervisor, nil)
	b.line.waiting(nil)
	srv := b.serve()
	l := boss.listen(srv, "")
	if kind := l.res.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Errorf("Content-Type %q", kind)
	}
	first := l.next()
	var doc struct {
		Queue     struct{ Depth struct{ Total int } }
		Wallboard struct{ Fresh bool }
		Shift     struct{ State string }
	}
	if err := json.Unmarshal([]byte(first.data), &doc); err != nil || first.name != "snapshot" {
		t.Fatalf("first %q %v", first.name, err)
	}
	if doc.Queue.Depth.Total != 1 || !doc.Wallboard.Fresh || doc.Shift.State != "off" {
		t.Errorf("snapshot %+v", doc)
	}
	b.line.tell(t.Context(), hotline.Event{ID: "5-0", Kind: "queue", Case: hotline.NewCaseID(), Code: "enqueued", At: b.clock.now()})
	got := l.next()
	if got.name != "queue" || got.id != "5-0" || !strings.Contains(got.data, `"code":"enqueued"`) {
		t.Errorf("event %+v", got)
	}
	if strings.Contains(first.data+got.data, "2095550123") {
		t.Error("a whole number in an event")
	}
}

func TestStreamOutlivesTheServersDeadlinesAndTicks(t *testing.T) {
	t.Parallel()
	b := setup(t)
	l := b.person(staff.Counselor, nil).listen(b.serve(), "") // deadlines of 300 ms
	limit := time.After(6 * time.Second)
	for {
		select {
		case f, open := <-l.frames:
			if !open {
				t.Fatal("the stream ended")
			}
			if f.name == "tick" {
				if !strings.Contains(f.data, `"fresh":true`) {
					t.Errorf("tick %s", f.data)
				}
				return
			}
		case <-limit:
			t.Fatal("no tick")
		}
	}
}

func TestCounselorsHearOfOwnCasesOnly(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c, boss := b.person(staff.Counselor, nil), b.person(staff.Supervisor, nil)
	mine := hotline.CaseID(c.held(nil)[7:])
	srv := b.serve()
	hers, all := c.listen(srv, ""), boss.listen(srv, "")
	hers.next()
	all.next()
	for _, e := range []hotline.Event{
		{ID: "1-0", Kind: "case", Case: hotline.NewCaseID(), State: hotline.Live, Code: "message"},
		{ID: "2-0", Kind: "shift", By: boss.ID},
		{ID: "3-0", Kind: "case", Case: mine, State: hotline.Live, Code: "message"},
		{ID: "4-0", Kind: "case", Case: mine, State: hotline.Closed, By: c.ID, Code: "closed"},
		{ID: "5-0", Kind: "case", Case: mine, State: hotline.Closed, Code: "swept"},
		{ID: "6-0", Kind: "alert", Code: "escalated"},
	} {
		b.line.tell(t.Context(), e)
	}
	for _, want := range []string{"3-0", "4-0", "6-0"} {
		if got := hers.next(); got.id != want {
			t.Errorf("the counselor heard %+v, want %s", got, want)
		}
	}
	for _, want := range []string{"1-0", "2-0", "3-0", "4-0", "5-0", "6-0"} {
		if got := all.next(); got.id != want {
			t.Errorf("the supervisor heard %+v, want %s", got, want)
		}
	}
}

// FAULTS 42.
func TestStreamEndsWithinASecondOfTheAccess(t *testing.T) {
	t.Parallel()
	cases := map[string]func(b *bundle, c *caller){
		"disabled on another instance": func(b *bundle, c *caller) { _ = b.roster.Disable(b.t.Context(), c.ID) },
		"signed out in another tab": func(b *bundle, c *caller) {
			(&browser{b: b, cookie: c.cookie}).post("/signout", "application/x-www-form-urlencoded", "")
		},
		"disabled by the API": func(b *bundle, c *caller) {
			b.person(staff.Supervisor, nil).ask("POST", "/staff/"+string(c.ID)+"/disable", map[string]any{"request_id": rid()}).want(b.t, 200, "")
		},
	}
	for name, end := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			c, other := b.person(staff.Counselor, nil), b.person(staff.Counselor, nil)
			srv := b.serve()
			c.cookie = b.signIn(c.Person).cookie
			l, stays := c.listen(srv, ""), other.listen(srv, "")
			l.next()
			stays.next()
			end(b, c)
			l.ends(time.Second)
			if got := (&browser{b: b, cookie: c.cookie}).get("/parts/queue"); got.Code != 401 {
				t.Errorf("afterwards: %d", got.Code)
			}
			b.line.tell(t.Context(), hotline.Event{ID: "9-0", Kind: "queue"})
			if got := stays.next(); got.id != "9-0" {
				t.Errorf("the other stream: %+v", got)
			}
		})
	}
}

func TestStreamSurvivesAStoreThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.person(staff.Counselor, nil)
	l := c.listen(b.serve(), "")
	l.next()
	b.house.fail(hotline.ErrUnknown)
	b.line.fail(hotline.ErrUnknown)
	limit := time.After(6 * time.Second)
	for {
		select {
		case f, open := <-l.frames:
			if !open {
				t.Fatal("the stream ended")
			}
			if f.name == "tick" && strings.Contains(f.data, `"fresh":false`) {
				return
			}
		case <-limit:
			t.Fatal("not marked as stale within 6 s")
		}
	}
}

func TestStreamGoesOnAfterTheLastEventHeard(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.person(staff.Counselor, nil)
	srv := b.serve()
	for sent, want := range map[string]string{"7-1": "7-1", "": "", "0-0 x": "", "$": "", "-1": "", strings.Repeat("9", 30) + "-1": ""} {
		if got := c.listen(srv, sent).next(); got.name != "snapshot" {
			t.Errorf("after %q: %+v", sent, got)
		}
		b.line.mu.Lock()
		if b.line.after != want {
			t.Errorf("after %q the line was asked from %q, want %q", sent, b.line.after, want)
		}
		b.line.mu.Unlock()
	}
}

func TestDrainTellsStreamsToReconnect(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.person(staff.Counselor, nil)
	srv := b.serve()
	l := c.listen(srv, "")
	l.next()
	b.con.Drain()
	b.con.Drain() // a second signal is harmless
	if last := l.ends(time.Second); last.name != "bye" || last.retry != "500" {
		t.Errorf("last words %+v", last)
	}
	if last := c.listen(srv, "").ends(time.Second); last.name != "bye" {
		t.Errorf("a stream that is opened while draining: %+v", last)
	}
}

func TestStreamEndsByItselfSoThatAccessIsCheckedAgain(t *testing.T) {
	t.Parallel()
	b := setupWith(t, console.Options{StreamLife: 200 * time.Millisecond})
	if last := b.person(staff.Counselor, nil).listen(b.serve(), "").ends(3 * time.Second); last.name != "bye" {
		t.Errorf("last words %+v", last)
	}
}
