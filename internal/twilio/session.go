package twilio

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"github.com/twilio/twilio-go/client"
)

// safePath is all that we ever ask for. The library puts ids into paths as they
// are, so that an id from outside could name another resource.
var safePath = regexp.MustCompile(`^/2010-04-01/Accounts/AC[0-9a-fA-F]{32}(/[A-Za-z0-9_-]{1,128})*\.json$`)

const (
	maxAnswer  = 4 << 20 // a page of 50 calls has some 100 kB
	maxRefusal = 64 << 10
)

// session is one operation's client.BaseClient. It lives no longer than the
// call that made it, which is why it may hold a context.
type session struct {
	*Client
	ctx context.Context
	op  string
}

var _ client.BaseClient = session{}

// AccountSid is put into the paths by the library.
func (s session) AccountSid() string { return s.account }

// SetTimeout does nothing: Options.Timeout holds.
func (s session) SetTimeout(time.Duration) {}

// SetOauth does nothing: we use basic authentication.
func (s session) SetOauth(client.OAuth) {}

// OAuth is never used.
func (s session) OAuth() client.OAuth { return nil }

// SendRequest sends one request and reads its whole answer, so that the
// connection can be used again and nothing is left to fail later. Every error
// is a *fault.
func (s session) SendRequest(method, raw string, data url.Values, _ map[string]any, _ ...byte) (*http.Response, error) {
	given, err := url.Parse(raw)
	if err != nil || given.RawQuery != "" || !safePath.MatchString(given.EscapedPath()) {
		return nil, refuse(s.op, "path not allowed")
	}
	if method == http.MethodPost && emergency(data.Get("To")) {
		return nil, refuse(s.op, "the machine never reaches emergency services")
	}
	sent := &atomic.Bool{}
	req, err := s.request(method, given.EscapedPath(), data, sent)
	if err != nil {
		return nil, refuse(s.op, "request cannot be made")
	}
	res, err := s.http.Do(req)
	if err != nil {
		s.answered(0)
		return nil, s.broken(err, sent.Load())
	}
	s.answered(res.StatusCode)
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode >= http.StatusMultipleChoices {
		return nil, s.refused(method, given.EscapedPath(), res)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return nil, s.broken(err, true)
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	return res, nil
}

func (s session) request(method, path string, data url.Values, sent *atomic.Bool) (*http.Request, error) {
	target := *s.base
	target.Path, target.RawPath = target.Path+path, ""
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader(data.Encode())
	} else {
		target.RawQuery = data.Encode()
	}
	ctx := httptrace.WithClientTrace(s.ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { sent.Store(true) }})
	req, err := http.NewRequestWithContext(ctx, method, target.String(), body)
	if err != nil {
		return nil, errors.New("request")
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "tideover")
	s.authorize(req)
	return req, nil
}

// broken tells a request that never left, which may be repeated, from one of
// which nobody knows what became of it. The cause is not kept: net/http quotes
// the whole URL in it.
func (s session) broken(cause error, sent bool) error {
	f := &fault{op: s.op, kinds: []error{ErrBusy}, what: "no connection"}
	if sent {
		f.kinds, f.what = []error{ErrUnknown}, "connection lost"
	}
	for _, end := range []error{context.DeadlineExceeded, context.Canceled} {
		if errors.Is(cause, end) {
			f.kinds, f.what = append(f.kinds, end), end.Error()
		}
	}
	return f
}

func (s session) refused(method, path string, res *http.Response) error {
	body, _ := io.ReadAll(io.LimitReader(res.Body, maxRefusal)) // half an answer still has its status
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, maxAnswer))
	f := &fault{op: s.op, status: res.StatusCode, code: errorCode(body), retryAfter: retryAfter(res.Header)}
	f.kinds = classify(f.status, f.code, method == http.MethodPost, strings.Count(path, "/") > 4)
	return f
}

// run makes one of our faults of whatever the generated API returns: what is
// left then is an answer that could not be read.
func run[T any](op string, answer *T, err error) (*T, error) {
	var f *fault
	switch {
	case err == nil:
		return answer, nil
	case errors.As(err, &f):
		return nil, f
	default:
		return nil, &fault{op: op, kinds: []error{ErrUnknown}, what: "answer not understood"}
	}
}

// refuse is our own no, before anything is sent.
func refuse(op, why string) error { return &fault{op: op, kinds: []error{ErrRefused}, what: why} }
