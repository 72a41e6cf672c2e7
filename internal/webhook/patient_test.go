package webhook_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
	"github.com/tideover/tideover/internal/webhook"
)

// next is where the document leads with a key; "" is silence.
func next(d document, key string) (target string, more []string) {
	if action := d.attrs["Gather action"]; key != "" && action != "" {
		return action, []string{"Digits", key}
	}
	return d.attrs["Redirect"], nil
}

func TestEveryDocumentOfACallIsWholeAndNeverADeadEnd(t *testing.T) {
	t.Parallel()
	for _, walk := range []string{
		"1230*", "2230*", "123", "1", "", "11", "112", "13", "0", "9", "1251", "12590012", "121121", "12211", "126112", "1231", "12311", "1232", "12312", "#", "777", "1 2 3 9 1 2",
	} {
		r := newRoutes(t, webhook.Options{})
		d := r.read(r.post("/twilio/voice", fields()))
		for i, k := range strings.Split(walk+"     ", "") {
			name := walk + " at " + string(rune('a'+i))
			r.kindToPatients(name, d)
			target, more := next(d, strings.TrimSpace(k))
			if target == "" {
				break
			}
			d = r.read(r.post(target, fields(more...)))
		}
	}
}

// FAULTS 35.
func TestEveryStateAnswersEveryKeyWithAWholeDocument(t *testing.T) {
	t.Parallel()
	for _, state := range hotline.States() {
		for _, lang := range []hotline.Lang{hotline.English, hotline.Spanish} {
			for _, k := range []string{"0", "1", "2", "3", "9", "*", "#", "**", "١٢", strings.Repeat("9", 10_000), ""} {
				r, target := standing(t, state, lang)
				if len(k) > 4096 {
					k = k[:4096]
				}
				d := r.read(r.post(target, fields("Digits", k)))
				r.kindToPatients(string(state)+" "+k, d)
				if strings.Contains(d.raw, patient) || strings.Contains(d.raw, "415555") {
					t.Errorf("%s: the document holds the caller's number:\n%s", state, d.raw)
				}
			}
			for path, args := range map[string]string{
				"move": "&e=5&n=join-5", "after": "&e=5&n=join-5", "turn": "&t=3",
			} {
				r, _ := standing(t, state, lang)
				d := r.read(r.post("/twilio/voice/"+path+"?c="+string(caseID)+args, fields("DialCallStatus", "answered")))
				r.kindToPatients(path+" in "+string(state), d)
			}
		}
	}
}

// standing gives a case in a state, as one that waited is, and its next URL.
func standing(t *testing.T, state hotline.State, lang hotline.Lang) (*routes, string) {
	t.Helper()
	r := newRoutes(t, webhook.Options{})
	key := map[hotline.Lang]string{hotline.English: "1", hotline.Spanish: "2"}[lang]
	d := r.read(r.post("/twilio/voice", fields()))
	keys := []string{key, "2", "3"}
	if state == hotline.Triage {
		keys = keys[:2]
	}
	for _, k := range keys {
		d = r.read(r.post(d.attrs["Gather action"], fields("Digits", k)))
	}
	r.c.State, r.c.Room, r.c.Epoch = state, "room-1", 5
	target := d.attrs["Gather action"]
	id := r.c.ID
	r.c.ID = caseID
	return r, strings.Replace(target, string(id), string(caseID), 1)
}

func TestARepeatedRequestGetsTheSameBytes(t *testing.T) {
	t.Parallel()
	r := newRoutes(t, webhook.Options{})
	first := r.post("/twilio/voice", fields()).Body.String()
	d := r.read(r.post("/twilio/voice", fields()))
	if d.raw != first {
		t.Errorf("again:\n%s\nfirst:\n%s", d.raw, first)
	}
	second := r.post(d.attrs["Gather action"], fields("Digits", "1")).Body.String()
	if again := r.post(d.attrs["Gather action"], fields("Digits", "2")).Body.String(); again != second {
		t.Errorf("another key at the same turn:\n%s\nfirst:\n%s", again, second)
	}
}

// FAULTS 37.
func TestAWithheldNumberIsAnsweredLikeAnyOther(t *testing.T) {
	t.Parallel()
	for _, from := range []string{"", "anonymous", "+266696687", "sip:x@example.org", "client:x"} {
		r := newRoutes(t, webhook.Options{})
		if d := r.read(r.post("/twilio/voice", fields("From", from))); d.verbs[1] != "Gather" || r.c.Caller.Known() {
			t.Errorf("%q: known %v\n%s", from, r.c.Caller.Known(), d.raw)
		}
	}
}

func TestTheTextsThatComeIn(t *testing.T) {
	t.Parallel()
	r := newRoutes(t, webhook.Options{})
	d := r.read(r.post("/twilio/sms", textFields("Body", "hello, I need help")))
	if d.verbs[1] != "Message" || !strings.Contains(d.text, "988") || !strings.Contains(d.text, "911") {
		t.Error(d.raw)
	}
	if res := r.post("/twilio/sms", textFields("MessageSid", "x")); res.Code != http.StatusBadRequest {
		t.Errorf("a text without its id: %d", res.Code)
	}
}

func TestWhileTheStoreFailsATexterHearsWhereHelpIsAndDangerPages(t *testing.T) {
	t.Parallel()
	for body, alarm := range map[string]bool{"hello": false, "crisis": true, "988": true, "911!": true, "I took all my pills": true} {
		r := newRoutes(t, webhook.Options{})
		r.fail = hotline.ErrUnknown
		d := r.read(r.post("/twilio/sms", textFields("Body", body)))
		if !strings.Contains(d.text, "988") || !strings.Contains(d.text, "911") || (len(r.alarms) > 0) != alarm {
			t.Errorf("%q: alarms %v\n%s", body, r.alarms, d.raw)
		}
	}
}

func TestWhileTheStoreFailsACallerHearsWhereHelpIsAndComesBackToTheSameTurn(t *testing.T) {
	t.Parallel()
	s, err := script()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		query, digits, speech string
		danger                bool
		lang                  hotline.Lang
		back                  string
	}{
		"a new call":                    {"", "", "", false, "", "/twilio/voice"},
		"a turn in Spanish":             {"t=3&l=es", "", "", false, "es", "/twilio/voice/turn?c=ID&l=es&t=3"},
		"a key goes along":              {"t=3&l=en", "2", "", false, "en", "/twilio/voice/turn?c=ID&key=2&l=en&t=3"},
		"9 is danger":                   {"t=3&l=en", "9", "", true, "en", "/twilio/voice/turn?c=ID&key=9&l=en&t=3"},
		"a carried 9 still is":          {"t=3&l=en&key=9", "", "", true, "en", "/twilio/voice/turn?c=ID&key=9&l=en&t=3"},
		"a carried 9 is not taken back": {"t=3&l=en&key=9", "2", "", false, "en", "/twilio/voice/turn?c=ID&key=9&l=en&t=3"},
		"1 at the safety question":      {"t=2&l=en&f=1", "1", "", true, "en", "/twilio/voice/turn?c=ID&f=1&key=1&l=en&t=2"},
		"1 anywhere else":               {"t=2&l=en", "1", "", false, "en", "/twilio/voice/turn?c=ID&key=1&l=en&t=2"},
		"a yes aloud":                   {"t=2&l=en&f=1", "", "Yes.", true, "en", "/twilio/voice/turn?c=ID&f=1&l=en&t=2"},
		"sí aloud":                      {"t=2&l=es&f=1", "", "Sí", true, "es", "/twilio/voice/turn?c=ID&f=1&l=es&t=2"},
		"words of danger":               {"t=4&l=en", "", "I took all my pills", true, "en", "/twilio/voice/turn?c=ID&l=en&t=4"},
		"more than one key does not":    {"t=4&l=en", "90012", "", false, "en", "/twilio/voice/turn?c=ID&l=en&t=4"},
	} {
		for _, with := range []string{"", backup} {
			r := newRoutes(t, webhook.Options{Backup: number(with)})
			r.fail = hotline.ErrUnknown
			target := "/twilio/voice"
			if c.query != "" {
				target = "/twilio/voice/turn?c=" + string(caseID) + "&" + c.query
			}
			f := fields()
			if c.digits != "" {
				f.Set("Digits", c.digits)
			}
			if c.speech != "" {
				f.Set("SpeechResult", c.speech)
			}
			d := r.read(r.post(target, f))
			r.kindToPatients(name, d)
			id := map[bool]triage.PhraseID{false: triage.Failing, true: triage.FailingDanger}[c.danger]
			want := s.Phrase(id, c.lang, hotline.Voice)
			if !strings.Contains(d.raw, strings.ReplaceAll(want, "'", "&#39;")) || (len(r.alarms) == 1) != c.danger {
				t.Errorf("%s: alarms %v\n%s", name, r.alarms, d.raw)
			}
			if back := public + strings.ReplaceAll(c.back, "ID", string(caseID)); d.attrs["Redirect"] != back {
				t.Errorf("%s: back to %s, want %s", name, d.attrs["Redirect"], back)
			}
			if c.lang != "" && strings.Contains(d.raw, map[hotline.Lang]string{"en": "es-MX", "es": "en-US"}[c.lang]) {
				t.Errorf("%s: speaks the other language:\n%s", name, d.raw)
			}
			if offers := strings.Contains(d.text, "5 5 5 0 0 0 9 0 0 0"); offers != (with != "") || offers != strings.Contains(d.attrs["Gather action"], "/twilio/voice/backup?") {
				t.Errorf("%s: back-up offered %v:\n%s", name, offers, d.raw)
			}
			if strings.Contains(strings.ToLower(d.text), "in line") || len(r.docs) > 0 {
				t.Errorf("%s: a false promise, or something kept:\n%s", name, d.raw)
			}
		}
	}
}

func TestTheCallerOfAGetIsNotWrittenIntoAURL(t *testing.T) {
	t.Parallel()
	r := newRoutes(t, webhook.Options{})
	r.fail = hotline.ErrUnknown
	target := "/twilio/voice?" + fields().Encode()
	d := r.read(r.do(signed(http.MethodGet, target, public+target, "")))
	if d.attrs["Redirect"] != public+"/twilio/voice" {
		t.Error(d.raw)
	}
}

func TestTheBackUpLine(t *testing.T) {
	t.Parallel()
	turn := "/twilio/voice/turn?c=" + string(caseID) + "&l=en&t=3"
	for name, c := range map[string]struct{ u, digits, number, back, alarm string }{
		"1 dials it":             {turn, "1", backup, turn, ""},
		"9 pages and goes on":    {turn, "9", "", "/twilio/voice/turn?c=" + string(caseID) + "&key=9&l=en&t=3", "x"},
		"2 goes along":           {turn, "2", "", "/twilio/voice/turn?c=" + string(caseID) + "&key=2&l=en&t=3", ""},
		"an earlier 9 stays":     {turn + "&key=9", "2", "", "/twilio/voice/turn?c=" + string(caseID) + "&key=9&l=en&t=3", ""},
		"silence goes on":        {turn, "", "", turn, ""},
		"nowhere else but to us": {"//evil.example/twilio/", "2", "", "/twilio/voice?key=2", ""},
	} {
		r := newRoutes(t, webhook.Options{Backup: number(backup)})
		r.fail = hotline.ErrUnknown
		d := r.read(r.post(webhook.BackupURL(c.u), fields("Digits", c.digits)))
		back := d.attrs["Redirect"]
		if c.number != "" {
			back = d.attrs["Dial action"]
		}
		if back != public+c.back || strings.Contains(d.raw, "<Number>"+backup) != (c.number != "") || (len(r.alarms) > 0) != (c.alarm != "") {
			t.Errorf("%s: back to %s, alarms %v\n%s", name, back, r.alarms, d.raw)
		}
	}
}

func TestTheFallbackNeedsNoStoreAndLeadsBackToUsOnly(t *testing.T) {
	t.Parallel()
	turn := public + "/twilio/voice/turn?c=" + string(caseID) + "&t=3&l=es"
	for name, c := range map[string]struct{ errorURL, back string }{
		"to where the call was":  {turn, turn},
		"without an address":     {"", public + "/twilio/voice"},
		"a foreign address":      {"https://evil.example/twilio/voice/turn?t=3", public + "/twilio/voice"},
		"one that looks like us": {public + ".evil.example/twilio/voice", public + "/twilio/voice"},
		"itself":                 {public + "/twilio/voice/fallback", public + "/twilio/voice"},
	} {
		r := newRoutes(t, webhook.Options{})
		r.fail = hotline.ErrUnknown
		d := r.read(r.post("/twilio/voice/fallback", fields("ErrorCode", "11200", "ErrorUrl", c.errorURL)))
		r.kindToPatients(name, d)
		if d.attrs["Redirect"] != c.back || !strings.Contains(d.text, "988") || !strings.Contains(d.text, "911") || d.verbs[len(d.verbs)-2] != "Pause" {
			t.Errorf("%s: %s", name, d.raw)
		}
		if c.back == turn && strings.Contains(d.raw, "en-US") {
			t.Errorf("%s: speaks both languages after the choice", name)
		}
	}
}

// FAULTS 9.
func TestAnAnswerDoesNotWaitForAStoreThatHangs(t *testing.T) {
	t.Parallel()
	r := newRoutes(t, webhook.Options{Limit: 20 * time.Millisecond})
	r.hangs = true
	d := r.read(r.post("/twilio/voice", fields()))
	if !strings.Contains(d.text, "988") || d.attrs["Redirect"] != public+"/twilio/voice" {
		t.Error(d.raw)
	}
}

func TestAYesThatTheRecogniserDoubtsIsAskedAbout(t *testing.T) {
	t.Parallel()
	for confidence, want := range map[string]string{"0.05": "I want to be sure", "0.49": "I want to be sure", "0.5": "dial 911 now", "0.0": "dial 911 now", "": "dial 911 now"} {
		r := newRoutes(t, webhook.Options{})
		d := r.read(r.post("/twilio/voice", fields()))
		for _, more := range [][]string{{"Digits", "1"}, {"SpeechResult", "yes", "Confidence", confidence}} {
			d = r.read(r.post(d.attrs["Gather action"], fields(more...)))
		}
		if !strings.Contains(d.text, want) {
			t.Errorf("yes with confidence %q: want %q in %q", confidence, want, d.text)
		}
	}
}

func TestWhileTheStoreFailsWhoeverCannotTalkHearsNothingTelling(t *testing.T) {
	t.Parallel()
	s, err := script()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		query, digits string
		alarms        int
	}{
		"waits": {"t=5&l=es&h=1", "", 0}, "9": {"t=5&l=es&h=1", "9", 1}, "goes quiet just now": {"t=3&l=es", "#", 0}, "did before": {"t=3&l=es&key=%23", "", 0},
	} {
		r := newRoutes(t, webhook.Options{Backup: number(backup)})
		r.fail = hotline.ErrUnknown
		f := fields()
		if c.digits != "" {
			f.Set("Digits", c.digits)
		}
		target := "/twilio/voice/turn?c=" + string(caseID) + "&" + c.query
		d := r.read(r.post(target, f))
		if want := s.Phrase(triage.HoldWait, hotline.Spanish, hotline.Voice); strings.TrimSpace(d.text) != want {
			t.Errorf("%s hears %q, want %q", name, d.text, want)
		}
		if len(r.alarms) != c.alarms || !strings.Contains(d.attrs["Redirect"], "t="+c.query[2:3]) {
			t.Errorf("%s: alarms %v, back to %s", name, r.alarms, d.attrs["Redirect"])
		}
		fell := r.read(r.post("/twilio/voice/fallback", fields("ErrorUrl", public+"/twilio/voice/turn?c="+string(caseID)+"&t=5&l=es&h=1")))
		if strings.Contains(fell.text, "911") || strings.Contains(fell.text, "988") {
			t.Errorf("the fallback tells: %q", fell.text)
		}
	}
}
