package twilio_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/twilio"
)

const head = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

func TestPagesAreWrittenAlikeEachTime(t *testing.T) {
	t.Parallel()
	none, hash := "", "#"
	for name, c := range map[string]struct {
		verbs []twilio.Verb
		want  string
	}{
		"question by keys and words": {
			[]twilio.Verb{
				twilio.Gather{
					Keys: 1, Speech: true, Lang: "es", Hints: []string{"sí", "no"}, Action: "/twilio/voice/step?c=7&t=2", Timeout: 6,
					FinishOnKey: &none, EmptyResult: true,
					Body: []twilio.Verb{twilio.Say{Text: "¿Está bien?", Lang: "es", Slow: true}, twilio.Pause{Seconds: 1}, twilio.Play{URL: "/audio/a.mp3", Loop: 2}},
				},
			},
			`<Gather input="dtmf speech" numDigits="1" finishOnKey="" timeout="6" language="es-MX" hints="sí,no" profanityFilter="false" actionOnEmptyResult="true" action="/twilio/voice/step?c=7&amp;t=2" method="POST">` +
				`<Say language="es-MX"><prosody rate="slow">¿Está bien?</prosody></Say><Pause length="1"/><Play loop="2">/audio/a.mp3</Play></Gather>`,
		},
		"turn of the hold loop": {
			[]twilio.Verb{
				twilio.Gather{Keys: 1, Lang: "xx", Hints: []string{"unused"}, FinishOnKey: &hash, Action: "/hold", Body: []twilio.Verb{twilio.Play{URL: "https://cdn.example/hold.mp3"}}},
				twilio.Redirect{URL: "/hold?c=7&t=3"},
			},
			`<Gather input="dtmf" numDigits="1" finishOnKey="#" action="/hold" method="POST"><Play>https://cdn.example/hold.mp3</Play></Gather><Redirect method="POST">/hold?c=7&amp;t=3</Redirect>`,
		},
		"goodbye": {
			[]twilio.Verb{twilio.Say{Text: "Call 988 or 911 at any time.", Lang: "en"}, twilio.Pause{}, twilio.Hangup{}},
			`<Say language="en-US">Call 988 or 911 at any time.</Say><Pause/><Hangup/>`,
		},
		"bridge into a room": {
			[]twilio.Verb{twilio.Dial{
				Action: "/after", TimeLimit: 7200, HangupOnStar: true,
				Room: &twilio.Room{Name: "case-7", Label: "counselor", WaitURL: "/wait", StatusURL: "/room"},
			}},
			`<Dial action="/after" method="POST" timeLimit="7200" hangupOnStar="true"><Conference participantLabel="counselor" beep="false" startConferenceOnEnter="true" endConferenceOnExit="false" waitUrl="/wait" waitMethod="POST" statusCallback="/room" statusCallbackEvent="start end join leave" statusCallbackMethod="POST">case-7</Conference></Dial>`,
		},
		"bare room": {
			[]twilio.Verb{twilio.Dial{Action: "/after", Room: &twilio.Room{Name: "case-7"}}},
			`<Dial action="/after" method="POST"><Conference beep="false" startConferenceOnEnter="true" endConferenceOnExit="false">case-7</Conference></Dial>`,
		},
		"backup line, then a way on": {
			[]twilio.Verb{twilio.Dial{Number: "988", Timeout: 20, CallerID: "+14155550100"}, twilio.Redirect{URL: "/again"}},
			`<Dial timeout="20" callerId="+14155550100"><Number>988</Number></Dial><Redirect method="POST">/again</Redirect>`,
		},
		"a redirect behind a wait that needs none": {
			[]twilio.Verb{twilio.Gather{Action: "/a", EmptyResult: true}, twilio.Redirect{URL: "/b"}},
			`<Gather input="dtmf" actionOnEmptyResult="true" action="/a" method="POST"></Gather><Redirect method="POST">/b</Redirect>`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := head + "<Response>" + c.want + "</Response>"
			for range 20 {
				got, err := twilio.Voice(c.verbs...)
				if err != nil || string(got) != want {
					t.Fatalf("page = %s, error %v\nwant %s", got, err, want)
				}
			}
		})
	}
}

func TestPagesThatWouldFailACallerAreRefused(t *testing.T) {
	t.Parallel()
	say := twilio.Say{Text: "planted", Lang: "en"}
	end := twilio.Hangup{}
	letter := "x"
	question := func(change func(*twilio.Gather)) []twilio.Verb {
		g := twilio.Gather{Action: "/a", EmptyResult: true}
		change(&g)
		return []twilio.Verb{g}
	}
	dial := func(d twilio.Dial) []twilio.Verb { return []twilio.Verb{d, end} }
	for name, verbs := range map[string][]twilio.Verb{
		"empty page hangs up":                  nil,
		"runs out after words":                 {say},
		"runs out after silence to a question": {twilio.Gather{Action: "/a", Body: []twilio.Verb{say}}},
		"runs out after a bridge":              {twilio.Dial{Number: "988"}},
		"words behind a hang-up":               {end, say, end},
		"words behind a redirect":              {twilio.Redirect{URL: "/a"}, end},
		"words behind a bridge with an action": {twilio.Dial{Number: "988", Action: "/a"}, end},
		"a text in a call":                     {twilio.Message{Body: "planted"}, end},
		"larger than 64 kB":                    append(slicesRepeat(twilio.Say{Text: strings.Repeat("x", 4000), Lang: "en"}, 17), end),
		"nothing to say":                       {twilio.Say{Text: " \n", Lang: "en"}, end},
		"more than can be said":                {twilio.Say{Text: strings.Repeat("é", 4097), Lang: "en"}, end},
		"a language that we do not speak":      {twilio.Say{Text: "planted", Lang: "fr"}, end},
		"no language":                          {twilio.Say{Text: "planted"}, end},
		"a question that asks itself for ever": question(func(g *twilio.Gather) { g.Action = "" }),
		"words to be heard in no language":     question(func(g *twilio.Gather) { g.Speech = true }),
		"a hint with a comma":                  question(func(g *twilio.Gather) { g.Speech, g.Lang, g.Hints = true, "en", []string{"a,b"} }),
		"an empty hint":                        question(func(g *twilio.Gather) { g.Speech, g.Lang, g.Hints = true, "en", []string{""} }),
		"too many hints": question(func(g *twilio.Gather) {
			g.Speech, g.Lang, g.Hints = true, "en", strings.Split(strings.Repeat("a ", 501)+"a", " ")
		}),
		"a key that no phone has":               question(func(g *twilio.Gather) { g.FinishOnKey = &letter }),
		"a bridge inside a question":            question(func(g *twilio.Gather) { g.Body = []twilio.Verb{end} }),
		"a negative time":                       question(func(g *twilio.Gather) { g.Timeout = -1 }),
		"a negative number of keys":             question(func(g *twilio.Gather) { g.Keys = -1 }),
		"a sound under a relative path":         {twilio.Play{URL: "planted.mp3"}, end},
		"a sound under no URL":                  {twilio.Play{}, end},
		"a sound under another scheme":          {twilio.Play{URL: "file:///planted"}, end},
		"a redirect to nowhere":                 {twilio.Redirect{}},
		"a redirect to another host by mistake": {twilio.Redirect{URL: "//planted/x"}},
		"a redirect with a blank":               {twilio.Redirect{URL: "/planted x"}},
		"a bridge to nobody":                    dial(twilio.Dial{}),
		"a bridge to two":                       dial(twilio.Dial{Number: "988", Room: &twilio.Room{Name: "r"}}),
		"a bridge to words":                     dial(twilio.Dial{Number: "planted"}),
		"a caller id of words":                  dial(twilio.Dial{Number: "988", CallerID: "planted"}),
		"a room without a name":                 dial(twilio.Dial{Room: &twilio.Room{}}),
		"a room whose name is a path":           dial(twilio.Dial{Room: &twilio.Room{Name: "../planted"}}),
		"a label with a blank":                  dial(twilio.Dial{Room: &twilio.Room{Name: "r", Label: "planted label"}}),
		"a room that waits nowhere":             dial(twilio.Dial{Room: &twilio.Room{Name: "r", WaitURL: "planted"}}),
		"a room that reports nowhere":           dial(twilio.Dial{Room: &twilio.Room{Name: "r", StatusURL: "planted"}}),
	} {
		page, err := twilio.Voice(verbs...)
		if err == nil || page != nil {
			t.Errorf("%s: accepted", name)
		} else if strings.Contains(err.Error(), "planted") {
			t.Errorf("%s: the error quotes the page: %v", name, err)
		}
	}
}

func TestMachineNeverBridgesToEmergencyServices(t *testing.T) {
	t.Parallel()
	for _, number := range []string{"911", "933", "112", "0911", "9911", "1911", "00911", "+1911", "+19115550123", "+44112", "+49112", "000112", "9-1-1", "+1 911", "９１１", "911#", "911,1"} {
		if _, err := twilio.Voice(twilio.Dial{Number: number}, twilio.Hangup{}); err == nil {
			t.Errorf("%q would be dialled", number)
		}
	}
	for _, number := range []string{"988", "+18002738255", "+14159110112", "+14155550911"} {
		if _, err := twilio.Voice(twilio.Dial{Number: number}, twilio.Hangup{}); err != nil {
			t.Errorf("%q is refused: %v", number, err)
		}
	}
}

func TestTextPages(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		bodies []string
		want   string
	}{
		"nothing to say":       {nil, ""},
		"two parts":            {[]string{"a & b", "línea\n2"}, "<Message>a &amp; b</Message><Message>línea\n2</Message>"},
		"exactly 1,600":        {[]string{strings.Repeat("é", 1600)}, "<Message>" + strings.Repeat("é", 1600) + "</Message>"},
		"more than 1,600":      {[]string{strings.Repeat("é", 1601)}, "refused"},
		"a part without words": {[]string{"a", " "}, "refused"},
	} {
		got, err := twilio.Texts(c.bodies...)
		if c.want == "refused" {
			if err == nil {
				t.Errorf("%s: accepted", name)
			}
			continue
		}
		if want := head + "<Response>" + c.want + "</Response>"; err != nil || string(got) != want {
			t.Errorf("%s: page = %s, error %v", name, got, err)
		}
	}
}

func TestAnyWordsGiveAPageThatReadsBack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ said, want string }{
		"markup":             {`</Say><Hangup/> & "quoted" 'too' ]]>`, `</Say><Hangup/> & "quoted" 'too' ]]>`},
		"control characters": {"a\x00b\x1bc\x7fd\u0085e", "a\uFFFDb\uFFFDc\uFFFDd\uFFFDe"},
		"invalid UTF-8":      {"a\xffb\xed\xa0\x80c", "a\uFFFDb\uFFFD\uFFFD\uFFFDc"},
		"no characters":      {"a\ufffeb\uffffc", "a\uFFFDb\uFFFDc"},
		"white space":        {" a\tb\nc\rd ", " a\tb\nc\rd "},
		"a real U+FFFD":      {"a\uFFFDb", "a\uFFFDb"},
		"other alphabets":    {"línea 日本 👩‍👧 مرحبا", "línea 日本 👩‍👧 مرحبا"},
	} {
		page, err := twilio.Voice(twilio.Gather{
			Speech: true, Lang: "en", Hints: []string{c.said}, Action: "/a", EmptyResult: true,
			Body: []twilio.Verb{twilio.Say{Text: c.said, Lang: "en"}},
		})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var read struct {
			Gather struct {
				Hints string `xml:"hints,attr"`
				Say   string
			}
		}
		if err := xml.Unmarshal(page, &read); err != nil || read.Gather.Say != c.want || read.Gather.Hints != c.want {
			t.Errorf("%s: reads back as %q and %q, error %v", name, read.Gather.Say, read.Gather.Hints, err)
		}
	}
}

func FuzzVoice(f *testing.F) {
	f.Add("Hello", "/a?b=1&c=2", "yes")
	f.Add("</Say>\x00\xff]]>", "/\"'<>", "é\u202e")
	f.Fuzz(func(t *testing.T, said, link, hint string) {
		page, err := twilio.Voice(
			twilio.Gather{Speech: true, Lang: "es", Hints: []string{hint}, Action: link, Body: []twilio.Verb{twilio.Say{Text: said, Lang: "es"}}},
			twilio.Redirect{URL: link},
		)
		if err != nil {
			return
		}
		d, depth := xml.NewDecoder(bytes.NewReader(page)), 0
		for elements := 0; ; {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				if elements != 4 {
					t.Fatalf("%d elements, want 4: words became markup", elements)
				}
				return
			}
			if err != nil {
				t.Fatalf("not well-formed: %v", err)
			}
			switch token.(type) {
			case xml.StartElement:
				elements, depth = elements+1, depth+1
			case xml.EndElement:
				depth--
			}
			if depth > 3 {
				t.Fatal("too deep")
			}
		}
	})
}

func slicesRepeat(v twilio.Verb, n int) []twilio.Verb {
	all := make([]twilio.Verb, n)
	for i := range all {
		all[i] = v
	}
	return all
}

func BenchmarkVoice(b *testing.B) {
	none := ""
	verbs := []twilio.Verb{
		twilio.Gather{
			Keys: 1, Speech: true, Lang: "en", Hints: []string{"yes", "no"}, Action: "/twilio/voice/step?c=7&t=2", Timeout: 6, FinishOnKey: &none,
			Body: []twilio.Verb{twilio.Say{Text: "Are you thinking of killing yourself? For yes press 1, for no press 2, if you are not sure press 3.", Lang: "en"}, twilio.Play{URL: "/audio/hold-25s.mp3"}},
		},
		twilio.Redirect{URL: "/twilio/voice/step?c=7&t=2&silent=1"},
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := twilio.Voice(verbs...); err != nil {
			b.Fatal(err)
		}
	}
}
