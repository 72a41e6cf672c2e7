package standin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// hook is one webhook: a question to the app, or news for it.
type hook struct {
	kind   string // as in Webhook.Kind
	target *url.URL
	method string
	params params
	sid    string
	token  string // set by hookRule
}

// answer is what came back.
type answer struct {
	status   int
	kind     string // content type
	body     []byte
	location string
}

// refusal is Twilio's error for something that it would not take.
type refusal struct {
	code int
	what string
}

func (r *refusal) Error() string { return fmt.Sprintf("%d: %s", r.code, r.what) }

const (
	maxDocument  = 64 << 10
	maxSound     = 16 << 20
	maxRedirects = 10 // by HTTP (11215)
)

func dialer() *net.Dialer { return &net.Dialer{Timeout: 5 * time.Second} }

// send asks once, and once more where nobody was reached, as Twilio does by
// default. The error is a *refusal.
func (x *Exchange) send(h hook) (answer, error) {
	x.mu.Lock()
	r := x.hookRule(&h)
	x.mu.Unlock()
	return x.sendBy(r, h)
}

// hookRule names a webhook and finds what shall go wrong with it. x.mu is held.
func (x *Exchange) hookRule(h *hook) Rule {
	h.token = x.ids.token()
	return x.take(x.hookRules, h.method+" "+h.target.String())
}

// sendBy is send with the rule for it.
func (x *Exchange) sendBy(r Rule, h hook) (answer, error) {
	switch r.Do {
	case Drop:
		x.logHook(h, answer{}, 0, "dropped")
		return answer{}, &refusal{11205, "connection failed (played)"}
	case Delay:
		if !x.pause(r.For) {
			return answer{}, &refusal{11205, "closed"}
		}
		return x.follow(h, "delayed")
	case LoseAnswer:
		if _, err := x.follow(h, "answer lost"); err != nil {
			return answer{}, err
		}
		return x.follow(h, "again, after a lost answer")
	case Duplicate:
		a, err := x.follow(h, "")
		for range max(r.Copies, 1) {
			_, _ = x.follow(h, "duplicate")
		}
		return a, err
	case Parallel:
		return x.together(h, max(r.Copies, 1))
	case Forge:
		return x.follow(h, forged)
	case Answer429, Answer500, Answer401, Answer404, RefuseCode, LoseCommit, Reset, Slow, Reorder, none:
	}
	return x.follow(h, "")
}

// Replay sends a webhook of the log once more, under its token, and gives what
// came back. It plays no faults and moves no call.
func (x *Exchange) Replay(w Webhook) (status int, body string, err error) {
	target, err := url.Parse(w.URL)
	if err != nil {
		return 0, "", fmt.Errorf("replay: %w", err)
	}
	h := hook{kind: w.Kind, target: target, method: w.Method, sid: w.Sid, token: w.Token}
	for _, name := range sortedKeys(w.Params) {
		for _, value := range w.Params[name] {
			h.params = append(h.params, param{name, value})
		}
	}
	a, err := x.follow(h, "replayed")
	return a.status, string(a.body), err
}

// together sends the same webhook n+1 times at once.
func (x *Exchange) together(h hook, n int) (answer, error) {
	done := make(chan struct{}, n)
	for range n {
		x.mu.Lock()
		x.spawn(func() {
			_, _ = x.follow(h, "at once")
			done <- struct{}{}
		})
		x.mu.Unlock()
	}
	a, err := x.follow(h, "")
	for range n {
		select {
		case <-done:
		case <-x.ctx.Done():
		}
	}
	return a, err
}

// follow goes where redirects lead.
func (x *Exchange) follow(h hook, note string) (answer, error) {
	for range maxRedirects + 1 {
		a, err := x.ask(h, note)
		if err != nil || a.location == "" {
			return a, err
		}
		next, err := h.target.Parse(a.location)
		if err != nil {
			return a, &refusal{11215, "redirect to no URL"}
		}
		h.target = next
		if a.status != http.StatusTemporaryRedirect && a.status != http.StatusPermanentRedirect {
			h.method = http.MethodGet
		}
	}
	return answer{}, &refusal{11215, "too many HTTP redirects"}
}

// ask makes one request, and a second one where no connection came about.
func (x *Exchange) ask(h hook, note string) (answer, error) {
	var a answer
	var err error
	for range 2 {
		began := x.o.Now()
		a, err = x.attempt(h, note == forged)
		told := note
		if err != nil {
			told = strings.TrimSpace(note + " " + err.Error())
		}
		x.logHook(h, a, x.o.Now().Sub(began), told)
		if r := (*refusal)(nil); err == nil || !errors.As(err, &r) || r.code != 11205 || x.ctx.Err() != nil {
			break
		}
	}
	return a, err
}

const forged = "signed with another token"

func (x *Exchange) attempt(h hook, forge bool) (answer, error) {
	ctx, cancel := context.WithTimeout(x.ctx, x.o.WebhookLimit)
	defer cancel()
	req, err := x.request(ctx, h, forge)
	if err != nil {
		return answer{}, err
	}
	res, err := x.client.Do(req)
	if err != nil {
		return answer{}, unreached(err)
	}
	defer func() { _ = res.Body.Close() }()
	limit := int64(maxDocument)
	if h.kind == "sound" {
		limit = maxSound
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, limit+1))
	if err != nil {
		return answer{}, &refusal{11200, "answer broke off"}
	}
	a := answer{status: res.StatusCode, kind: res.Header.Get("Content-Type"), body: body}
	if res.StatusCode >= 300 && res.StatusCode < 400 {
		a.location = res.Header.Get("Location")
	}
	return a, nil
}

func unreached(err error) error {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return &refusal{11205, "connection failed"}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &refusal{11200, "no answer in time"}
	}
	return &refusal{11200, "connection broke off"}
}

// request signs for the public URL and goes to the next app.
func (x *Exchange) request(ctx context.Context, h hook, forge bool) (*http.Request, error) {
	target, form := *h.target, h.params
	if h.method == http.MethodGet {
		if len(form) > 0 {
			target.RawQuery = strings.TrimPrefix(target.RawQuery+"&"+form.encode(), "&")
		}
		form = nil
	}
	token := x.o.Token
	if forge {
		token += "forged"
	}
	signature := sign(token, signedAs(&target, h.kind == "voice" || h.kind == "wait"), form)
	real, err := x.reach(&target)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, h.method, real, strings.NewReader(form.encode()))
	if err != nil {
		return nil, &refusal{11100, "no URL"}
	}
	req.Host = h.target.Host
	if h.method != http.MethodGet {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	}
	req.Header.Set("X-Twilio-Signature", signature)
	req.Header.Set("I-Twilio-Idempotency-Token", h.token)
	req.Header.Set("User-Agent", "TwilioProxy/1.1")
	req.Header.Set("Accept", "*/*")
	return req, nil
}

// reach turns a public URL into one of an app. The stand-in never leaves the
// machine, so any other URL is refused.
func (x *Exchange) reach(u *url.URL) (string, error) {
	if u.Scheme != x.public.Scheme || u.Host != x.public.Host || !strings.HasPrefix(u.Path, x.public.Path+"/") {
		return "", &refusal{11100, "outside of the public URL, which is all that the stand-in asks"}
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.apps) == 0 {
		return "", &refusal{11205, "no app to ask"}
	}
	app := strings.TrimRight(x.apps[x.turn%len(x.apps)], "/")
	x.turn++
	real := app + strings.TrimPrefix(u.EscapedPath(), x.public.EscapedPath())
	if u.RawQuery != "" {
		real += "?" + u.RawQuery
	}
	return real, nil
}

func (x *Exchange) logHook(h hook, a answer, took time.Duration, note string) {
	if h.kind == "sound" {
		a.body = nil // too large for a log
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.webhooks = appended(x.webhooks, Webhook{
		At: x.o.Now(), Kind: h.kind, Method: h.method, URL: h.target.String(), Params: h.params.values(), Sid: h.sid, Token: h.token,
		Status: a.status, Accepted: a.status != 0 && a.status != http.StatusForbidden, Type: a.kind, Answer: string(a.body),
		Took: took, Note: note,
	})
	x.touch()
}
