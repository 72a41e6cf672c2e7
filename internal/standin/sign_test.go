package standin_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/standin"
)

// Twilio signs voice over HTTPS without the port, and everything else with it.
func TestWhatIsSignedOfTheURL(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ public, path, signed string }{
		"https":                         {"https://line.example", "/voice", "https://line.example/voice"},
		"https with a port drops it":    {"https://line.example:8443", "/voice", "https://line.example/voice"},
		"http keeps its port":           {"http://127.0.0.1:8080", "/voice", "http://127.0.0.1:8080/voice"},
		"a query is signed as it is":    {"https://line.example", "/voice?c=7&t=2&x=a%2Bb", "https://line.example/voice?c=7&t=2&x=a%2Bb"},
		"a fragment is not":             {"https://line.example", "/voice#rc=2", "https://line.example/voice"},
		"a path in front stays":         {"https://line.example/hot", "/voice", "https://line.example/hot/voice"},
		"a slash at the end of the URL": {"https://line.example/", "/voice", "https://line.example/voice"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seen := make(chan bool, 2)
			var uri string
			app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				must(t, r.ParseForm())
				uri = r.RequestURI
				seen <- r.Header.Get("X-Twilio-Signature") == signature(c.signed, r.PostForm)
			}))
			t.Cleanup(app.Close)
			hand := &standin.Hand{}
			hook := c.public + c.path
			if c.public[len(c.public)-1] == '/' {
				hook = c.public + c.path[1:]
			}
			x, err := standin.New(standin.Options{
				Account: account, Token: token, Number: line, PublicURL: c.public, Apps: []string{app.URL},
				Hooks: standin.Hooks{VoiceURL: hook}, Now: time.Now, Timer: hand.Timer,
			})
			must(t, err)
			t.Cleanup(func() { _ = x.Close() })
			must(t, x.Phone(patient).Dial(t.Context()))
			if !<-seen {
				t.Errorf("not signed as %s", c.signed)
			}
			if u, _ := url.Parse(c.path); uri != u.RequestURI() {
				t.Errorf("the app was asked for %s", uri)
			}
		})
	}
}

func TestSMSOverHTTPSKeepsItsPort(t *testing.T) {
	t.Parallel()
	seen := make(chan bool, 2)
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		must(t, r.ParseForm())
		seen <- r.Header.Get("X-Twilio-Signature") == signature("https://line.example:8443/sms", r.PostForm)
	}))
	t.Cleanup(app.Close)
	x, err := standin.New(standin.Options{
		Account: account, Token: token, Number: line, PublicURL: "https://line.example:8443", Apps: []string{app.URL},
		Hooks: standin.Hooks{SMSURL: "https://line.example:8443/sms"}, Now: time.Now,
	})
	must(t, err)
	t.Cleanup(func() { _ = x.Close() })
	_, _ = x.Phone(patient).Text(t.Context(), "hello")
	if !<-seen {
		t.Error("signed without it")
	}
}
