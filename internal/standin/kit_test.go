package standin_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/standin"
)

const (
	account   = "AC00000000000000000000000000000001"
	token     = "0123456789abcdef0123456789abcdef"
	line      = "+14155550100"
	patient   = "+14155550123"
	counselor = "+15105550177"
	public    = "https://line.example"
)

// app is a hotline of a few pages. What it was asked is checked for the
// signature, with an implementation of its own.
type app struct {
	t    *testing.T
	mu   sync.Mutex
	says map[string]func(f url.Values) string // by path; a page, or "status 500" and the like
	got  []asked
}

type asked struct {
	method, path, query string
	form                url.Values
	token               string
	signed              bool
}

func (a *app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return // cut off by a test's end
	}
	form, err := url.ParseQuery(string(raw))
	if err != nil {
		a.t.Errorf("%s: form: %v", r.URL.Path, err)
	}
	target := "https://" + strings.Split(r.Host, ":")[0] + r.RequestURI
	got := asked{
		r.Method, r.URL.Path, r.URL.RawQuery, form, r.Header.Get("I-Twilio-Idempotency-Token"),
		hmac.Equal([]byte(r.Header.Get("X-Twilio-Signature")), []byte(signature(target, form))),
	}
	if r.Method == http.MethodGet {
		form = r.URL.Query()
	}
	a.mu.Lock()
	a.got = append(a.got, got)
	say := a.says[r.URL.Path]
	a.mu.Unlock()
	if say == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	write(w, say(form))
}

// write answers with a page, or with what its first word asks for.
func write(w http.ResponseWriter, page string) {
	kind := "text/xml; charset=utf-8"
	switch {
	case page == "500":
		w.WriteHeader(http.StatusInternalServerError)
		return
	case page == "break":
		panic(http.ErrAbortHandler)
	case strings.HasPrefix(page, "to:"):
		w.Header().Set("Location", page[3:])
		w.WriteHeader(http.StatusFound)
		return
	case strings.HasPrefix(page, "type:"):
		kind, page, _ = strings.Cut(page[5:], "\n")
	}
	w.Header()["Content-Type"] = []string{kind}
	if kind == "none" {
		w.Header()["Content-Type"] = nil
	}
	_, _ = io.WriteString(w, page)
}

// signature is Twilio's scheme, written down from its documentation.
func signature(target string, form url.Values) string {
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	data := target
	for _, name := range names {
		values := slices.Clone(form[name])
		slices.Sort(values)
		for _, v := range slices.Compact(values) {
			data += name + v
		}
	}
	mac := hmac.New(sha1.New, []byte(token))
	mac.Write([]byte(data))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func (a *app) requests(path string) []asked {
	a.mu.Lock()
	defer a.mu.Unlock()
	var found []asked
	for _, g := range a.got {
		if g.path == path {
			found = append(found, g)
		}
	}
	return found
}

// paths gives what was asked, in order.
func (a *app) paths() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	var all []string
	for _, g := range a.got {
		all = append(all, g.path)
	}
	return all
}

func page(verbs string) func(url.Values) string {
	return func(url.Values) string {
		return `<?xml version="1.0" encoding="UTF-8"?><Response>` + verbs + `</Response>`
	}
}

// bench is an exchange between an app and the phones. Time passes by hand.
type bench struct {
	*standin.Exchange
	app  *app
	hand *standin.Hand
	rest string // base URL
}

func set(t *testing.T, pages map[string]func(url.Values) string, change ...func(*standin.Options)) bench {
	t.Helper()
	a := &app{t: t, says: pages}
	server := httptest.NewServer(a)
	hand := &standin.Hand{}
	o := standin.Options{
		Account: account, Token: token, APIKey: "SK1", APISecret: "secret", Number: line, PublicURL: public, Apps: []string{server.URL},
		Hooks: standin.Hooks{
			VoiceURL: public + "/voice", StatusURL: public + "/voice/status", SMSURL: public + "/sms", VoiceFallbackURL: public + "/fallback",
		},
		Now: time.Now, Timer: hand.Timer, Seed: 7,
	}
	for _, c := range change {
		c(&o)
	}
	x, err := standin.New(o)
	if err != nil {
		t.Fatal(err)
	}
	rest := httptest.NewServer(x.Handler())
	t.Cleanup(func() {
		_ = x.Close()
		server.CloseClientConnections()
		server.Close()
		rest.Close()
		for _, g := range a.got {
			if !g.signed && !strings.Contains(g.query, "forged") {
				t.Errorf("%s %s came without a right signature", g.method, g.path)
			}
		}
	})
	return bench{x, a, hand, rest.URL}
}

func (b bench) settled(t *testing.T) {
	t.Helper()
	b.await(t, "nothing is under way", func(s standin.Snapshot) bool { return s.Quiet })
}

func (b bench) await(t *testing.T, what string, holds func(standin.Snapshot) bool) {
	t.Helper()
	if err := b.Await(t.Context(), holds); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// api asks the REST API and gives status and body.
func (b bench) api(t *testing.T, method, path string, form url.Values) (int, string) {
	t.Helper()
	target, body := b.rest+"/2010-04-01/Accounts/"+account+"/"+path, ""
	if method == http.MethodGet && form != nil {
		target += "?" + form.Encode()
	} else {
		body = form.Encode()
	}
	r, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	must(t, err)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.SetBasicAuth(account, token)
	res, err := http.DefaultClient.Do(r)
	must(t, err)
	defer func() { _ = res.Body.Close() }()
	got, err := io.ReadAll(res.Body)
	must(t, err)
	return res.StatusCode, string(got)
}

func codes(all []standin.Violation) []int {
	var c []int
	for _, v := range all {
		c = append(c, v.Code)
	}
	return c
}
