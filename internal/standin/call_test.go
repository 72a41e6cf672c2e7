package standin_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/standin"
)

const menu = `<Gather numDigits="1" finishOnKey="" input="dtmf speech" language="en-US" timeout="6" action="/key" method="POST"><Say language="en-US">Press 1.</Say></Gather><Redirect method="POST">/again</Redirect>`

func TestCallerHearsTheLineAndAnswersByKey(t *testing.T) {
	t.Parallel()
	b := set(t, map[string]func(url.Values) string{
		"/voice": page(`<Say language="en-US">Welcome.</Say>` + menu),
		"/key": func(f url.Values) string {
			return page(`<Say language="en-US">You pressed ` + f.Get("Digits") + `.</Say><Hangup/>`)(f)
		},
	})
	p := b.Phone(patient)
	must(t, p.Dial(t.Context()))
	if got := p.Said(); got != "Welcome. Press 1." {
		t.Errorf("heard %q", got)
	}
	if s := p.State(); s.Phase != standin.Listening || !s.Keys || !s.Words || s.Call.Status != "in-progress" {
		t.Errorf("state %+v", s)
	}
	must(t, p.Press(t.Context(), "1"))
	if got := p.Said(); got != "You pressed 1." {
		t.Errorf("heard %q", got)
	}
	b.settled(t)
	if got, want := b.app.paths(), []string{"/voice", "/key", "/voice/status"}; !slices.Equal(got, want) {
		t.Errorf("asked %v, want %v", got, want)
	}
	first := b.app.requests("/voice")[0].form
	for name, want := range map[string]string{
		"CallStatus": "ringing", "From": patient, "To": line, "Caller": patient, "Called": line, "Direction": "inbound",
		"AccountSid": account, "ApiVersion": "2010-04-01", "FromCity": "", "CallerZip": "",
	} {
		if got, sent := first[name]; !sent || got[0] != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	last := b.app.requests("/voice/status")[0].form
	if last.Get("CallStatus") != "completed" || last.Get("SequenceNumber") != "0" || !last.Has("CallDuration") ||
		last.Get("CallbackSource") != "call-progress-events" || last.Get("Timestamp") == "" {
		t.Errorf("status callback %v", last)
	}
	if v := b.Violations(); len(v) > 0 {
		t.Errorf("violations %+v", v)
	}
}

func TestQuestionEndsAsTheCallerAnswers(t *testing.T) {
	t.Parallel()
	ask := func(attrs string) string {
		return `<Gather ` + attrs + ` action="/key"><Say language="en-US">?</Say></Gather><Redirect>/silence</Redirect>`
	}
	for name, c := range map[string]struct {
		attrs, keys, words string
		silent             bool
		path, digits, said string
		phase              standin.Phase
	}{
		"one key is enough":                  {attrs: `numDigits="1"`, keys: "4", path: "/key", digits: "4"},
		"five keys are enough":               {attrs: `numDigits="5"`, keys: "94110", path: "/key", digits: "94110"},
		"surplus keys are lost":              {attrs: `numDigits="2"`, keys: "941", path: "/key", digits: "94"},
		"hash ends it by default":            {attrs: ``, keys: "12#", path: "/key", digits: "12"},
		"hash counts where no key ends it":   {attrs: `numDigits="1" finishOnKey=""`, keys: "#", path: "/key", digits: "#"},
		"star ends it where it is named":     {attrs: `finishOnKey="*"`, keys: "1#*", path: "/key", digits: "1#"},
		"too few keys are sent after a wait": {attrs: `numDigits="5"`, keys: "94", silent: true, path: "/key", digits: "94"},
		"silence goes on below":              {attrs: `numDigits="1"`, silent: true, path: "/silence"},
		"silence goes to the action":         {attrs: `numDigits="1" actionOnEmptyResult="true"`, silent: true, path: "/key"},
		"words":                              {attrs: `input="dtmf speech"`, words: "I need help", path: "/key", said: "I need help"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := set(t, map[string]func(url.Values) string{
				"/voice": page(ask(c.attrs)), "/key": page("<Pause length='9'/><Hangup/>"), "/silence": page("<Pause length='9'/><Hangup/>"),
			})
			p := b.Phone(patient)
			must(t, p.Dial(t.Context()))
			if c.keys != "" {
				must(t, p.Press(t.Context(), c.keys))
			}
			if c.words != "" {
				must(t, p.Speak(t.Context(), c.words))
			}
			if c.silent {
				must(t, p.Silence(t.Context()))
			}
			got := b.app.requests(c.path)
			if len(got) != 1 || len(b.app.paths()) != 2 {
				t.Fatalf("asked %v, want %s once", b.app.paths(), c.path)
			}
			if f := got[0].form; f.Get("Digits") != c.digits || f.Get("SpeechResult") != c.said || c.said != "" && f.Get("Confidence") == "" {
				t.Errorf("sent Digits=%q SpeechResult=%q", f.Get("Digits"), f.Get("SpeechResult"))
			}
			if s := p.State(); s.Phase != standin.Pausing {
				t.Errorf("phase %s", s.Phase)
			}
		})
	}
}

func TestWhatTwilioWouldNotTakeIsRefusedAndTheFallbackAsked(t *testing.T) {
	t.Parallel()
	doc := func(verbs string) string { return page(verbs)(nil) }
	for name, c := range map[string]struct {
		page string
		code int
	}{
		"an error of the server":           {"500", 11200},
		"an answer that breaks off":        {"break", 11200},
		"no content type":                  {"type:none\n" + doc("<Hangup/>"), 12300},
		"words instead of a document":      {"type:text/plain\nOK", 12300},
		"a leading blank":                  {"\n" + doc("<Hangup/>"), 12100},
		"nothing at all":                   {"", 12100},
		"bad XML":                          {"<Response><Say>a</Response>", 12100},
		"an unknown entity":                {"<Response><Say>&nbsp;</Say></Response>", 12100},
		"a document type":                  {"<!DOCTYPE a><Response><Hangup/></Response>", 12100},
		"two roots":                        {"<Response><Hangup/></Response><Response/>", 12100},
		"another root":                     {"<Answer><Hangup/></Answer>", 12100},
		"more than 64 kB":                  {doc("<Say>" + strings.Repeat("x", 64<<10) + "</Say>"), 11750},
		"an empty document":                {doc(""), 12200},
		"an unknown verb":                  {doc("<Speak>a</Speak>"), 12200},
		"a verb in another case":           {doc("<say>a</say>"), 12200},
		"an unknown attribute":             {doc(`<Say lang="en-US">a</Say>`), 12200},
		"a bad flag":                       {doc(`<Gather actionOnEmptyResult="yes"/>`), 12200},
		"a bad number":                     {doc(`<Gather numDigits="one"/>`), 12200},
		"a bad method":                     {doc(`<Redirect method="PUT">/a</Redirect>`), 12200},
		"a bad event":                      {doc(`<Dial><Conference statusCallbackEvent="start goodbye">r</Conference></Dial>`), 12200},
		"a bridge in a question":           {doc("<Gather><Dial>1</Dial></Gather>"), 12200},
		"a text in a call":                 {doc("<Message>a</Message>"), 12200},
		"nothing to say":                   {doc("<Say> </Say>"), 12200},
		"too much to say":                  {doc("<Say>" + strings.Repeat("x", 4097) + "</Say>"), 13520},
		"a redirect to nowhere":            {doc("<Redirect></Redirect>"), 12200},
		"words between verbs":              {doc("hello<Hangup/>"), 12200},
		"a bridge to nobody":               {doc("<Dial></Dial>"), 12200},
		"a number that is none":            {doc("<Dial><Number>home</Number></Dial>"), 13223},
		"a redirect off the public URL":    {doc("<Redirect>https://elsewhere.example/a</Redirect>"), 11100},
		"redirects of HTTP going round":    {"to:/voice", 11215},
		"redirects that never take a wait": {doc("<Redirect>/voice</Redirect>"), 12200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := set(t, map[string]func(url.Values) string{
				"/voice":    func(url.Values) string { return c.page },
				"/fallback": page(`<Say language="en-US">Call 988 or 911.</Say><Hangup/>`),
			})
			p := b.Phone(patient)
			must(t, p.Dial(t.Context()))
			b.settled(t)
			if got := codes(b.Violations()); len(got) != 1 || got[0] != c.code {
				t.Fatalf("violations %+v, want %d", b.Violations(), c.code)
			}
			if name == "redirects that never take a wait" { // the document itself was fine
				return
			}
			fallback := b.app.requests("/fallback")
			if len(fallback) != 1 || !strings.Contains(p.Said(), "988") {
				t.Fatalf("fallback asked %d times, heard %q", len(fallback), p.Said())
			}
			if f := fallback[0].form; f.Get("ErrorCode") == "" || !strings.HasPrefix(f.Get("ErrorUrl"), "https://") {
				t.Errorf("fallback was told %q %q", f.Get("ErrorCode"), f.Get("ErrorUrl"))
			}
		})
	}
}

func TestCallEndsWithAnApologyWhenTheFallbackFailsToo(t *testing.T) {
	t.Parallel()
	fail := func(url.Values) string { return "500" }
	b := set(t, map[string]func(url.Values) string{"/voice": fail, "/fallback": fail})
	p := b.Phone(patient)
	must(t, p.Dial(t.Context()))
	if !strings.Contains(p.Said(), "application error") || p.State().Phase != standin.Over || len(b.Violations()) != 2 {
		t.Errorf("heard %q, phase %s, violations %v", p.Said(), p.State().Phase, b.Violations())
	}
}

func TestFallbackLeadsBackToWhatFailedAndIsThereAgain(t *testing.T) {
	t.Parallel()
	asked := 0
	b := set(t, map[string]func(url.Values) string{
		"/voice": func(f url.Values) string {
			if asked++; asked <= 2 {
				return "500"
			}
			return page(menu)(f)
		},
		"/fallback": func(f url.Values) string {
			return page(`<Pause length="5"/><Redirect>` + f.Get("ErrorUrl") + `</Redirect>`)(f)
		},
	})
	p := b.Phone(patient)
	must(t, p.Dial(t.Context()))
	for range 2 {
		must(t, p.Silence(t.Context()))
	}
	if p.Said() != "Press 1." || len(b.app.requests("/fallback")) != 2 {
		t.Errorf("heard %q, asked %v", p.Said(), b.app.paths())
	}
}

func TestCallsFailQuietlyWithoutAVoiceURL(t *testing.T) {
	t.Parallel()
	b := set(t, nil, func(o *standin.Options) { o.Hooks.VoiceURL = "" })
	p := b.Phone(patient)
	must(t, p.Dial(t.Context()))
	if s := p.State(); s.Call.Status != "failed" || len(b.app.requests("/voice")) != 0 {
		t.Errorf("state %+v", s)
	}
}

func TestRelativeURLsGoByTheDocumentTheyStandIn(t *testing.T) {
	t.Parallel()
	b := set(t, map[string]func(url.Values) string{
		"/voice":    page(`<Redirect>deep/one?c=7&amp;t=2</Redirect>`),
		"/deep/one": page(`<Redirect>two</Redirect>`),
		"/deep/two": page(`<Redirect method="GET">/top</Redirect>`),
		"/top":      page(`<Redirect>https://line.example/end</Redirect>`),
		"/end":      page(`<Hangup/>`),
	})
	must(t, b.Phone(patient).Dial(t.Context()))
	if got, want := b.app.paths()[:5], []string{"/voice", "/deep/one", "/deep/two", "/top", "/end"}; !slices.Equal(got, want) {
		t.Errorf("asked %v", got)
	}
	if g := b.app.requests("/top")[0]; g.method != "GET" || !strings.Contains(g.query, "CallSid=CA") {
		t.Errorf("GET was %+v", g)
	}
	if g := b.app.requests("/deep/one")[0]; g.query != "c=7&t=2" {
		t.Errorf("query %q", g.query)
	}
}

func TestHangupCutsAQuestionOff(t *testing.T) {
	t.Parallel()
	b := set(t, map[string]func(url.Values) string{"/voice": page(menu)})
	p := b.Phone(patient)
	must(t, p.Dial(t.Context()))
	must(t, p.Hangup(t.Context()))
	b.settled(t)
	if got := b.app.requests("/voice/status"); len(got) != 1 || got[0].form.Get("CallStatus") != "completed" {
		t.Errorf("status callbacks %v", got)
	}
	if err := p.Hangup(t.Context()); err == nil {
		t.Error("hung up twice")
	}
}

func TestWaitsRunOutWhenTimePasses(t *testing.T) {
	t.Parallel()
	b := set(t, map[string]func(url.Values) string{"/voice": page(`<Pause length="2"/>` + menu), "/again": page(`<Hangup/>`)})
	p := b.Phone(patient)
	must(t, p.Dial(t.Context()))
	if got := p.State().Phase; got != standin.Pausing {
		t.Fatalf("phase %s", got)
	}
	b.hand.Advance(2e9)
	must(t, p.Await(t.Context(), func(s standin.State) bool { return s.Phase == standin.Listening }))
	b.hand.Advance(6e9)
	must(t, p.Await(t.Context(), func(s standin.State) bool { return s.Phase == standin.Over }))
	if len(b.app.requests("/again")) != 1 {
		t.Errorf("asked %v", b.app.paths())
	}
}
