package standin_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/standin"
)

func TestRESTGoesWrongAsToldAndOnlyThen(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rule   standin.Rule
		status []int // of three requests
		sent   int   // texts that went out
	}{
		"too many requests, once":  {standin.Rule{Do: standin.Answer429}, []int{429, 201, 201}, 2},
		"an error, twice":          {standin.Rule{Do: standin.Answer500, Count: 2}, []int{500, 500, 201}, 1},
		"the second one only":      {standin.Rule{Do: standin.Answer500, Nth: 2}, []int{201, 500, 201}, 2},
		"always":                   {standin.Rule{Do: standin.Answer500, Count: -1}, []int{500, 500, 500}, 0},
		"a refusal by code":        {standin.Rule{Do: standin.RefuseCode, Code: 21610}, []int{400, 201, 201}, 2},
		"a reset before it's done": {standin.Rule{Do: standin.Reset}, []int{0, 201, 201}, 2},
		"done, but never answered": {standin.Rule{Do: standin.LoseCommit}, []int{0, 201, 201}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := set(t, nil)
			c.rule.Match = regexp.MustCompile(`^POST .*/Messages\.json$`)
			b.FailREST(c.rule)
			if status, _ := b.api(t, "GET", "Messages.json", nil); status != 200 {
				t.Errorf("another request went wrong: %d", status)
			}
			for i, want := range c.status {
				patience := 10 * time.Second
				if want == 0 && c.rule.Do == standin.LoseCommit {
					patience = 200 * time.Millisecond
				}
				if got := b.try(t, patience); got != want {
					t.Errorf("request %d: %d, want %d", i+1, got, want)
				}
			}
			if got := len(b.Messages()); got != c.sent {
				t.Errorf("%d texts went out, want %d", got, c.sent)
			}
		})
	}
}

// try sends a text and gives the status, 0 for no answer.
func (b bench) try(t *testing.T, patience time.Duration) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "POST", b.rest+"/2010-04-01/Accounts/"+account+"/Messages.json", strings.NewReader(message(patient, "hello").Encode()))
	must(t, err)
	r.SetBasicAuth(account, token)
	res, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
	if err != nil {
		return 0
	}
	_ = res.Body.Close()
	if res.StatusCode == 429 && res.Header.Get("Retry-After") == "" {
		t.Error("429 without Retry-After")
	}
	return res.StatusCode
}

func TestSlowAnswerComesWhenItsTimeHasPassed(t *testing.T) {
	t.Parallel()
	b := set(t, nil)
	b.FailREST(standin.Rule{Match: regexp.MustCompile(`Messages`), Do: standin.Slow, For: 2 * time.Second})
	if got := b.try(t, 200*time.Millisecond); got != 0 {
		t.Errorf("answered %d at once", got)
	}
	b.hand.Advance(2 * time.Second)
	b.await(t, "done in the end", func(s standin.Snapshot) bool { return len(s.Texts) == 1 })
}

func TestWebhooksGoWrongAsTold(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rule   standin.Rule
		asked  int
		tokens int // different ones
	}{
		"a duplicate with the same token":   {standin.Rule{Do: standin.Duplicate}, 2, 1},
		"twenty at the same time":           {standin.Rule{Do: standin.Parallel, Copies: 19}, 20, 1},
		"the answer is lost and asked anew": {standin.Rule{Do: standin.LoseAnswer}, 2, 1},
		"delayed":                           {standin.Rule{Do: standin.Delay}, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := set(t, map[string]func(url.Values) string{"/voice": page(menu), "/key": page(menu)})
			c.rule.Match = regexp.MustCompile(`^POST https://line\.example/voice$`)
			b.FailWebhooks(c.rule)
			p := b.Phone(patient)
			must(t, p.Dial(t.Context()))
			if p.Said() != "Press 1." {
				t.Errorf("heard %q", p.Said())
			}
			got := b.app.requests("/voice")
			tokens := map[string]bool{}
			for _, g := range got {
				tokens[g.token] = true
			}
			if len(got) != c.asked || len(tokens) != c.tokens {
				t.Errorf("asked %d times with %d tokens", len(got), len(tokens))
			}
			must(t, p.Press(t.Context(), "1"))
			if next := b.app.requests("/key"); len(next) != 1 || tokens[next[0].token] {
				t.Error("another webhook has the same token")
			}
		})
	}
}

func TestWebhooksAreReplayedMuchLater(t *testing.T) {
	t.Parallel()
	b := set(t, office())
	_, c, _, _ := b.talk(t)
	must(t, c.Hangup(t.Context()))
	b.settled(t)
	first := b.Webhooks()
	for _, h := range first {
		if status, body, err := b.Replay(h); err != nil || status != h.Status || body != h.Answer {
			t.Errorf("%s %s: %d %q, %v", h.Kind, h.URL, status, body, err)
		}
	}
	again := b.Webhooks()[len(first):]
	if len(again) != len(first) || again[0].Token != first[0].Token || again[0].Params.Get("CallSid") != first[0].Params.Get("CallSid") {
		t.Errorf("%d of %d were replayed", len(again), len(first))
	}
}

func TestForgedWebhookIsShownAsRefused(t *testing.T) {
	t.Parallel()
	b := set(t, nil)
	guard := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
	t.Cleanup(guard.Close)
	b.Route(guard.URL)
	b.FailWebhooks(standin.Rule{Match: regexp.MustCompile(`/voice$`), Do: standin.Forge})
	must(t, b.Phone(patient).Dial(t.Context()))
	if h := b.Webhooks()[0]; h.Accepted || h.Status != 403 || h.Note == "" {
		t.Errorf("log %+v", h)
	}
}

func TestCallbacksComeInDisorder(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rule standin.Rule
		want []string
	}{
		"one overtakes another": {standin.Rule{Do: standin.Reorder, Nth: 2}, []string{"initiated", "in-progress", "ringing"}},
		"one is lost":           {standin.Rule{Do: standin.Drop, Nth: 2}, []string{"initiated", "in-progress"}},
		"one comes twice":       {standin.Rule{Do: standin.Duplicate, Nth: 3}, []string{"initiated", "ringing", "in-progress", "in-progress"}},
		"one comes much later":  {standin.Rule{Do: standin.Delay, Nth: 1, For: time.Second}, []string{"ringing", "in-progress", "initiated"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := set(t, office())
			c.rule.Match = regexp.MustCompile(`/leg$`)
			b.FailWebhooks(c.rule)
			b.call(t, counselor)
			must(t, b.Phone(counselor).Answer(t.Context()))
			if c.rule.Do == standin.Delay {
				b.await(t, "the others", func(standin.Snapshot) bool { return len(b.app.requests("/leg")) == 2 })
				b.hand.Advance(time.Second)
			}
			b.await(t, "all callbacks", func(s standin.Snapshot) bool { return s.Quiet && len(b.app.requests("/leg")) >= len(c.want) })
			if got := b.news("/leg", "CallStatus"); !slices.Equal(got, c.want) {
				t.Errorf("callbacks %v, want %v", got, c.want)
			}
		})
	}
}

func TestAnotherInstanceIsAskedWhenOneIsGone(t *testing.T) {
	t.Parallel()
	b := set(t, map[string]func(url.Values) string{"/voice": page(menu)})
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	live := httptest.NewServer(b.app)
	t.Cleanup(live.Close)
	b.Route(gone.URL, live.URL)
	p := b.Phone(patient)
	must(t, p.Dial(t.Context()))
	if p.Said() != "Press 1." {
		t.Errorf("heard %q", p.Said())
	}
	h := b.Webhooks()
	if len(h) != 2 || h[0].Status != 0 || h[1].Status != 200 || h[0].Token != h[1].Token {
		t.Errorf("log %+v", h)
	}
}

func TestNobodyThereIsADeliveryFailure(t *testing.T) {
	t.Parallel()
	b := set(t, nil)
	b.Route()
	must(t, b.Phone(patient).Dial(t.Context()))
	if got := codes(b.Violations()); !slices.Contains(got, 11205) || b.Violations()[0].Kind != "delivery" {
		t.Errorf("violations %v", b.Violations())
	}
}

func TestPatienceWithAWebhookEnds(t *testing.T) {
	t.Parallel()
	var once sync.Once
	hang := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		first := false
		once.Do(func() { first = true })
		if first {
			<-hang
		}
		_, _ = w.Write([]byte(page("<Hangup/>")(nil)))
	}))
	t.Cleanup(func() { close(hang); slow.Close() })
	b := set(t, nil, func(o *standin.Options) { o.WebhookLimit = 50 * time.Millisecond })
	b.Route(slow.URL)
	must(t, b.Phone(patient).Dial(t.Context()))
	if got := codes(b.Violations()); len(got) == 0 || got[0] != 11200 {
		t.Errorf("violations %v", b.Violations())
	}
}

func TestMoveThatComesWhileADocumentIsUnderWayWins(t *testing.T) {
	t.Parallel()
	pages := office()
	reached, answer := make(chan struct{}), make(chan struct{})
	pages["/again"] = func(f url.Values) string {
		close(reached)
		<-answer
		return page(`<Say>Late.</Say>` + menu)(f)
	}
	b := set(t, pages)
	p := b.Phone(patient)
	must(t, p.Dial(t.Context()))
	call := p.State().Call.Sid
	silent := make(chan error, 1)
	go func() { silent <- p.Silence(context.WithoutCancel(t.Context())) }()
	<-reached
	b.move(t, call, "/join")
	close(answer)
	must(t, <-silent)
	must(t, p.Await(t.Context(), func(s standin.State) bool { return s.Room == "case-7" }))
	if strings.Contains(p.Said(), "Late") {
		t.Error("the late document was played")
	}
}

func TestHangupDoesNotWaitForADocument(t *testing.T) {
	t.Parallel()
	reached, answer := make(chan struct{}), make(chan struct{})
	b := set(t, map[string]func(url.Values) string{"/voice": page(menu), "/key": func(f url.Values) string {
		close(reached)
		<-answer
		return page(menu)(f)
	}})
	p := b.Phone(patient)
	must(t, p.Dial(t.Context()))
	go func() { _ = p.Press(context.WithoutCancel(t.Context()), "1") }()
	<-reached
	must(t, p.Hangup(t.Context()))
	b.await(t, "the end is reported", func(standin.Snapshot) bool { return len(b.app.requests("/voice/status")) == 1 })
	close(answer)
}

func TestPhoneThatCannotActSaysSo(t *testing.T) {
	t.Parallel()
	b := set(t, map[string]func(url.Values) string{"/voice": page(menu)})
	p := b.Phone(patient)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	for name, do := range map[string]func() error{
		"press":   func() error { return p.Press(ctx, "1") },
		"answer":  func() error { return p.Answer(ctx) },
		"silence": func() error { return p.Silence(ctx) },
		"hang up": func() error { return p.Hangup(ctx) },
	} {
		if err := do(); !errors.Is(err, standin.ErrNotNow) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := p.Press(ctx, "x"); err == nil || errors.Is(err, standin.ErrNotNow) {
		t.Errorf("a key that no phone has: %v", err)
	}
}

func TestSameSeedGivesTheSameIds(t *testing.T) {
	t.Parallel()
	first := func() string {
		b := set(t, map[string]func(url.Values) string{"/voice": page(menu)})
		must(t, b.Phone(patient).Dial(t.Context()))
		return b.Calls()[0].Sid + b.Webhooks()[0].Token
	}
	if a, b := first(), first(); a != b || !regexp.MustCompile(`^CA[0-9a-f]{32}[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`).MatchString(a) {
		t.Errorf("%s and %s", a, b)
	}
}

func TestOptionsThatCannotWork(t *testing.T) {
	t.Parallel()
	_, err := standin.New(standin.Options{Account: "AC1", Number: "home", PublicURL: "line", APIKey: "SK1", Pace: -1})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, name := range []string{"Account", "Token", "APISecret", "Number", "PublicURL", "Now", "Pace"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not named in %v", name, err)
		}
	}
}
