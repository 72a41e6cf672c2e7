package twilio_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/twilio"
)

const (
	secret = "s3cr3t0token"
	tape   = "RE" + "0123456789abcdef0123456789abcdef"
)

func number(t *testing.T, s string) hotline.Number {
	t.Helper()
	n, err := hotline.ParseNumber(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// serve starts a server that answers as Twilio might, and a client of it.
func serve(t *testing.T, o twilio.Options, h http.HandlerFunc) *twilio.Client {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	o.BaseURL = server.URL
	return client(t, o)
}

func client(t *testing.T, o twilio.Options) *twilio.Client {
	t.Helper()
	if o.HTTP == nil {
		o.HTTP = &http.Transport{MaxIdleConnsPerHost: 64}
		t.Cleanup(o.HTTP.CloseIdleConnections)
	}
	c, err := twilio.New(twilio.Credentials{Account: account, Tokens: []string{secret, "second"}}, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func answer(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// operations is everything that we ask of Twilio, each in a usual form.
func operations(t *testing.T, c *twilio.Client) map[string]func(context.Context) error {
	t.Helper()
	to, from := number(t, "+14155550123"), number(t, "+14155550100")
	return map[string]func(context.Context) error{
		"call": func(ctx context.Context) error {
			_, err := c.Call(ctx, twilio.CallRequest{To: to, From: from, URL: "https://line.example/p?c=planted", StatusURL: "https://line.example/s", Timeout: 20})
			return err
		},
		"redirect": func(ctx context.Context) error { return c.Redirect(ctx, call, "https://line.example/p?c=planted") },
		"hang up":  func(ctx context.Context) error { return c.Hangup(ctx, call) },
		"end room": func(ctx context.Context) error { return c.EndRoom(ctx, room) },
		"announce": func(ctx context.Context) error {
			return c.Announce(ctx, room, call, "https://line.example/say?w=planted")
		},
		"unmute": func(ctx context.Context) error { return c.Unmute(ctx, room, call) },
		"status": func(ctx context.Context) error { return second(c.Status(ctx, call)) },
		"text": func(ctx context.Context) error {
			_, _, err := c.Text(ctx, twilio.TextRequest{To: to, From: from, Body: "planted words", StatusURL: "https://line.example/s"})
			return err
		},
		"calls to": func(ctx context.Context) error { return second(c.CallsTo(ctx, to, time.Time{})) },
		"texts to": func(ctx context.Context) error { return second(c.TextsTo(ctx, to, time.Time{})) },
	}
}

// harmless fails if an error shows what nobody may see in a log.
func harmless(t *testing.T, err error) {
	t.Helper()
	for e := err; e != nil; e = errors.Unwrap(e) {
		for _, bad := range []string{"planted", "4155550", secret, "line.example", "127.0.0.1", "http:", account} {
			if strings.Contains(fmt.Sprintf("%v %+v %#v", e, e, e), bad) {
				t.Errorf("the error shows %q: %v", bad, e)
			}
		}
	}
}

func TestRefusalsAreToldApart(t *testing.T) {
	t.Parallel()
	all := []error{twilio.ErrGone, twilio.ErrOptedOut, twilio.ErrRefused, twilio.ErrBusy, twilio.ErrUnknown, twilio.ErrUnauthorized}
	for name, c := range map[string]struct {
		status int
		body   string
		reads  error // what an operation that only looks gets
		writes []error
	}{
		"rotated token":            {401, `{"code":20003,"status":401,"message":"planted +14155550123"}`, twilio.ErrUnauthorized, []error{twilio.ErrUnauthorized}},
		"401 of a proxy":           {401, `<html>planted</html>`, twilio.ErrUnauthorized, []error{twilio.ErrUnauthorized}},
		"suspended account":        {403, `{"code":20003}`, twilio.ErrUnauthorized, []error{twilio.ErrUnauthorized}},
		"call not in progress":     {400, `{"code":21220,"message":"planted"}`, twilio.ErrGone, []error{twilio.ErrGone}},
		"opted out":                {400, `{"code":21610}`, twilio.ErrOptedOut, []error{twilio.ErrOptedOut}},
		"malformed number":         {400, `{"code":21211,"message":"planted"}`, twilio.ErrRefused, []error{twilio.ErrRefused}},
		"404 of a proxy":           {404, `not here`, twilio.ErrRefused, []error{twilio.ErrRefused}},
		"moved elsewhere":          {307, ``, twilio.ErrRefused, []error{twilio.ErrRefused}},
		"too many requests":        {429, `{"code":20429}`, twilio.ErrBusy, []error{twilio.ErrBusy}},
		"too many, without a code": {429, ``, twilio.ErrBusy, []error{twilio.ErrBusy}},
		"Twilio down":              {500, `{"code":20500}`, twilio.ErrBusy, []error{twilio.ErrBusy, twilio.ErrUnknown}},
		"gateway gave up waiting":  {504, `<html>planted</html>`, twilio.ErrBusy, []error{twilio.ErrBusy, twilio.ErrUnknown}},
		"a code that is no number": {400, `{"code":"planted"}`, twilio.ErrRefused, []error{twilio.ErrRefused}},
		"answer that is cut off":   {400, `{"code":212`, twilio.ErrRefused, []error{twilio.ErrRefused}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := serve(t, twilio.Options{}, func(w http.ResponseWriter, _ *http.Request) { answer(w, c.status, c.body) })
			for op, do := range operations(t, client) {
				if errors.Is(c.reads, twilio.ErrGone) && (op == "hang up" || op == "end room") {
					continue // no error there, see below
				}
				err := do(t.Context())
				want := c.writes
				if op == "status" || op == "calls to" || op == "texts to" || op == "hang up" { // hang up looks first
					want = []error{c.reads}
				}
				for _, kind := range all {
					if got, should := errors.Is(err, kind), slices.Contains(want, kind); got != should {
						t.Errorf("%s: error %v; is %q: %v, want %v", op, err, kind, got, should)
					}
				}
				harmless(t, err)
			}
		})
	}
}

func TestNotFoundIsGoneForALegButAWrongSettingForTheAccount(t *testing.T) {
	t.Parallel()
	c := serve(t, twilio.Options{}, func(w http.ResponseWriter, _ *http.Request) { answer(w, 404, `{"code":20404}`) })
	want := map[string]error{
		"call": twilio.ErrRefused, "text": twilio.ErrRefused, "calls to": twilio.ErrRefused, "texts to": twilio.ErrRefused,
		"redirect": twilio.ErrGone, "status": twilio.ErrGone, "hang up": nil, "end room": nil,
		"announce": twilio.ErrGone, "unmute": twilio.ErrGone,
	}
	for op, do := range operations(t, c) {
		if err := do(t.Context()); !errors.Is(err, want[op]) {
			t.Errorf("%s: error %v, want %v", op, err, want[op])
		}
	}
}

func TestRedirectedRequestIsNotFollowed(t *testing.T) {
	t.Parallel()
	var followed atomic.Int32
	c := serve(t, twilio.Options{}, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/elsewhere" {
			followed.Add(1)
		}
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(http.StatusTemporaryRedirect)
	})
	for op, do := range operations(t, c) {
		if err := do(t.Context()); !errors.Is(err, twilio.ErrRefused) {
			t.Errorf("%s: error %v, want refused", op, err)
		}
	}
	if followed.Load() > 0 {
		t.Error("numbers and words were carried to another address")
	}
}

// FAULTS 13.
func TestTwilioMaySayHowLongToWait(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		header, date string
		want         time.Duration
	}{
		"seconds":                      {"7", "", 7 * time.Second},
		"a date":                       {"Tue, 24 Nov 2026 10:00:30 GMT", "Tue, 24 Nov 2026 10:00:00 GMT", 30 * time.Second},
		"a date in the past":           {"Tue, 24 Nov 2026 09:00:00 GMT", "Tue, 24 Nov 2026 10:00:00 GMT", 0},
		"longer than anybody can wait": {"99999999", "", time.Hour},
		"below zero":                   {"-5", "", 0},
		"words":                        {"soon", "", 0},
		"nothing":                      {"", "", 0},
	} {
		client := serve(t, twilio.Options{}, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", c.header)
			if c.date != "" {
				w.Header().Set("Date", c.date)
			}
			answer(w, 429, `{"code":20429}`)
		})
		err := client.Redirect(t.Context(), call, "https://line.example/p")
		if got := twilio.RetryAfter(fmt.Errorf("ring: %w", err)); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	if twilio.RetryAfter(nil) != 0 || twilio.RetryAfter(io.EOF) != 0 {
		t.Error("an error of somebody else's has a time")
	}
}

func TestNothingCountsAsSentWhileThereIsNoConnection(t *testing.T) {
	t.Parallel()
	closed, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	c := client(t, twilio.Options{BaseURL: "http://" + closed.Addr().String()})
	for op, do := range operations(t, c) {
		err := do(t.Context())
		if !errors.Is(err, twilio.ErrBusy) || errors.Is(err, twilio.ErrUnknown) {
			t.Errorf("%s: error %v, want busy", op, err)
		}
		harmless(t, err)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Redirect(over, call, "https://line.example/p"); !errors.Is(err, twilio.ErrBusy) || !errors.Is(err, context.Canceled) {
		t.Errorf("called off before: error %v", err)
	}
}

// FAULTS 14.
func TestNobodyKnowsWhatBecameOfARequestThatWasSent(t *testing.T) {
	t.Parallel()
	for name, h := range map[string]http.HandlerFunc{
		"reset": func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				_ = conn.Close()
			}
		},
		"answer broke off": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			answer(w, 201, `{"sid":"`)
		},
		"answer is no JSON":       func(w http.ResponseWriter, _ *http.Request) { answer(w, 201, `planted`) },
		"answer of another shape": func(w http.ResponseWriter, _ *http.Request) { answer(w, 201, `{"sid":{"planted":1}}`) },
	} {
		c := serve(t, twilio.Options{}, h)
		for op, do := range operations(t, c) {
			if strings.Contains(name, "shape") && strings.HasSuffix(op, " to") {
				continue // a list without entries
			}
			err := do(t.Context())
			if !errors.Is(err, twilio.ErrUnknown) || errors.Is(err, twilio.ErrBusy) {
				t.Errorf("%s, %s: error %v, want unknown", name, op, err)
			}
			harmless(t, err)
		}
	}
	c := serve(t, twilio.Options{}, func(w http.ResponseWriter, _ *http.Request) { answer(w, 201, `{"status":"queued"}`) })
	for _, op := range []string{"call", "text"} {
		if err := operations(t, c)[op](t.Context()); !errors.Is(err, twilio.ErrUnknown) {
			t.Errorf("%s without an id in the answer: error %v, want unknown", op, err)
		}
	}
}

func TestSlowTwilioIsNotWaitedForBeyondTheDeadline(t *testing.T) {
	t.Parallel()
	done := make(chan struct{})
	c := serve(t, twilio.Options{Timeout: 30 * time.Millisecond}, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then the server sees that the client has left
		select {
		case <-done:
		case <-r.Context().Done():
		}
	})
	defer close(done)
	for op, do := range operations(t, c) {
		err := do(t.Context())
		if !errors.Is(err, twilio.ErrUnknown) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: error %v, want unknown by deadline", op, err)
		}
		harmless(t, err)
	}
}

func TestRefusedRequestsUseOneConnection(t *testing.T) {
	t.Parallel()
	var opened atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, "<html>"+strings.Repeat("down for maintenance ", 10_000))
	}))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			opened.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	c := client(t, twilio.Options{BaseURL: server.URL})
	for range 50 {
		if err := c.Redirect(t.Context(), call, "https://line.example/p"); !errors.Is(err, twilio.ErrBusy) {
			t.Fatal(err)
		}
	}
	if n := opened.Load(); n != 1 {
		t.Errorf("%d connections for 50 requests one after another", n)
	}
}

func TestConnectionsAreKeptUnderLoad(t *testing.T) {
	t.Parallel()
	var opened atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, `{"sid":"`+call+`","status":"ringing"}`)
	}))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			opened.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	c, err := twilio.New(twilio.Credentials{Account: account, Tokens: []string{secret}}, twilio.Options{BaseURL: server.URL}) // the own transport
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for range 32 {
		wait.Go(func() {
			for range 20 {
				if status, err := c.Status(t.Context(), call); err != nil || status != "ringing" {
					t.Errorf("status %q, error %v", status, err)
				}
			}
		})
	}
	wait.Wait()
	if n := opened.Load(); n > 64 {
		t.Errorf("%d connections for 32 at once", n)
	}
}
