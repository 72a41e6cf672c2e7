package webhook_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/intake"
	"github.com/tideover/tideover/internal/triage"
	"github.com/tideover/tideover/internal/webhook"
)

const head = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

func TestEachKindOfReplyIsThisDocument(t *testing.T) {
	t.Parallel()
	lines := []triage.Spoken{{Lang: "en", Text: "One & two."}, {Lang: "es", Text: "¿Dos?"}}
	said := `<Say language="en-US">One &amp; two.</Say><Say language="es-MX">¿Dos?</Say>`
	mark := intake.Mark{Case: caseID, Turn: 7, Lang: "es", Epoch: 5}
	held := mark
	held.Era, held.Band, held.Need, held.Enq = "era-1", hotline.Soon, hotline.NeedTalk, time.UnixMilli(1_760_000_000_123)
	safety := mark
	safety.Safety, safety.Lang = true, "en"
	join := mark
	join.Name = "join-5"
	turn := `https://line.example/twilio/voice/turn?c=` + string(caseID) + `&amp;t=7&amp;l=`
	for name, c := range map[string]struct {
		reply intake.Reply
		want  string
	}{
		"a question": {
			intake.Reply{Kind: intake.Listen, Lines: lines, Digits: 1, Speech: true, Hints: []string{"yes", "no"}, Timeout: 8 * time.Second, Next: safety},
			`<Gather input="dtmf speech" numDigits="1" finishOnKey="" timeout="8" language="en-US" hints="yes,no" profanityFilter="false" action="` + turn + `en&amp;f=1" method="POST">` + said +
				`</Gather><Redirect method="POST">` + turn + `en&amp;f=1</Redirect>`,
		},
		"a ZIP code, keys only": {
			intake.Reply{Kind: intake.Listen, Lines: lines, Digits: 5, Timeout: 6 * time.Second, Next: mark},
			`<Gather input="dtmf" numDigits="5" finishOnKey="" timeout="6" action="` + turn + `es" method="POST">` + said + `</Gather><Redirect method="POST">` + turn + `es</Redirect>`,
		},
		"the waiting loop": {
			intake.Reply{Kind: intake.Hold, Lines: lines, Digits: 1, Next: held},
			`<Gather input="dtmf" numDigits="1" finishOnKey="" timeout="1" action="` + turn + `es&amp;s=era-1&amp;b=soon&amp;d=talk&amp;q=1760000000123" method="POST">` + said +
				`<Play>https://line.example/audio/hold.wav</Play></Gather><Redirect method="POST">` + turn + `es&amp;s=era-1&amp;b=soon&amp;d=talk&amp;q=1760000000123</Redirect>`,
		},
		"the room": {
			intake.Reply{Kind: intake.Bridge, Lines: lines[:1], Room: "room-1", Next: join},
			`<Say language="en-US">One &amp; two.</Say><Dial action="https://line.example/twilio/voice/after?c=` + string(caseID) + `&amp;e=5&amp;n=join-5&amp;l=es" method="POST" timeLimit="7200">` +
				`<Conference participantLabel="patient" beep="false" startConferenceOnEnter="true" endConferenceOnExit="false" waitUrl="https://line.example/twilio/room/wait?l=es" waitMethod="POST" ` +
				`statusCallback="https://line.example/twilio/room?c=` + string(caseID) + `&amp;r=room-1#rc=3&amp;rp=ct,rt,5xx" statusCallbackEvent="start end join leave" statusCallbackMethod="POST">room-1</Conference></Dial>`,
		},
		"the end":         {intake.Reply{Kind: intake.Hangup, Lines: lines[:1]}, `<Say language="en-US">One &amp; two.</Say><Hangup/>`},
		"texts":           {intake.Reply{Kind: intake.Texts, Lines: lines}, "<Message>One &amp; two.\n¿Dos?</Message>"},
		"nothing to text": {intake.Reply{Kind: intake.Texts}, ""},
	} {
		got, err := webhook.Renderer("https://line.example/")(c.reply)
		want := "<Response>" + c.want + "</Response>"
		if err != nil || strings.TrimPrefix(string(got), head) != want {
			t.Errorf("%s: %v\n got %s\nwant %s", name, err, strings.TrimPrefix(string(got), head), want)
		}
	}
}

func TestAReplyThatWouldHangUpByItselfIsNotWritten(t *testing.T) {
	t.Parallel()
	for _, kind := range []intake.Kind{0, 99} {
		if doc, err := webhook.Renderer(public)(intake.Reply{Kind: kind}); err == nil {
			t.Errorf("kind %d: %s", kind, doc)
		}
	}
	if doc, err := webhook.Renderer(public)(intake.Reply{Kind: intake.Bridge, Next: intake.Mark{Case: caseID}}); err == nil {
		t.Errorf("a room without a name: %s", doc)
	}
}

func TestALongTextIsSplitWithinTheCarriersLimit(t *testing.T) {
	t.Parallel()
	doc, err := webhook.Renderer(public)(intake.Reply{Kind: intake.Texts, Lines: []triage.Spoken{{Lang: "en", Text: strings.Repeat("word ", 700)}}})
	if err != nil || strings.Count(string(doc), "<Message>") != 3 {
		t.Errorf("%v: %d messages", err, strings.Count(string(doc), "<Message>"))
	}
}

var actions = regexp.MustCompile(`(?:action="|<Redirect method="POST">)([^"<]+)`)

func TestEveryURLOfAReplyIsReadBackAsItWasWritten(t *testing.T) {
	t.Parallel()
	render := webhook.Renderer(public)
	rapid.Check(t, func(t *rapid.T) {
		m := intake.Mark{
			Case: hotline.NewCaseID(), Turn: rapid.IntRange(0, 1<<30).Draw(t, "turn"),
			Lang: rapid.SampledFrom([]hotline.Lang{"", "en", "es"}).Draw(t, "lang"), Safety: rapid.Bool().Draw(t, "safety"),
			Need: hotline.NeedTalk, // what a URL without one means
		}
		if rapid.Bool().Draw(t, "held") {
			m.Era = rapid.StringMatching(`[0-9a-f-]{1,36}`).Draw(t, "era")
			m.Band = rapid.SampledFrom(hotline.Bands()).Draw(t, "band")
			m.Need = rapid.SampledFrom(hotline.Needs()).Draw(t, "need")
			m.Enq = time.UnixMilli(rapid.Int64Range(1, 1<<42).Draw(t, "enqueued")).UTC()
		}
		kind := rapid.SampledFrom([]intake.Kind{intake.Listen, intake.Hold}).Draw(t, "kind")
		doc, err := render(intake.Reply{Kind: kind, Digits: 1, Lines: []triage.Spoken{{Lang: "en", Text: "x"}}, Next: m})
		if err != nil {
			t.Fatal(err)
		}
		found := actions.FindAllStringSubmatch(string(doc), -1)
		if len(found) != 2 {
			t.Fatalf("%d URLs in %s", len(found), doc)
		}
		for _, f := range found {
			u, err := url.Parse(strings.ReplaceAll(f[1], "&amp;", "&"))
			if err != nil {
				t.Fatal(err)
			}
			if got := webhook.Mark(u.Query()); got != m {
				t.Fatalf("%s is read as\n%+v, want\n%+v", u, got, m)
			}
		}
	})
}

func FuzzMark(f *testing.F) {
	for _, q := range []string{
		"", "c=" + string(caseID) + "&t=7&l=es&s=era&b=soon&d=talk&q=1760000000123", "t=-1&e=-9&q=-5", "t=99999999999999999999", "c=..%2F..&l=xx&b=worst",
		"n=join-5&e=5", "f=1&f=0", "t=%00&s=%ff", "q=9223372036854775807",
	} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		q, err := url.ParseQuery(raw)
		if err != nil {
			return
		}
		m := webhook.Mark(q)
		if m.Turn < 0 || m.Epoch < 0 || m.Lang != "" && m.Lang != hotline.English && m.Lang != hotline.Spanish || m.Band < 0 || m.Band > hotline.Routine {
			t.Errorf("%+v", m)
		}
		if _, err := hotline.ParseCaseID(string(m.Case)); m.Case != "" && err != nil {
			t.Errorf("case %q", m.Case)
		}
	})
}
