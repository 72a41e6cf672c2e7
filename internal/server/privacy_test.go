package server_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/server"
	"github.com/tideover/tideover/internal/staff"
	"github.com/tideover/tideover/internal/standin"
	"github.com/tideover/tideover/internal/twilio"
)

// spellings are the forms in which a planted text may lie somewhere: as it is,
// as in a URL, as in JSON, and in base64 at each alignment.
func spellings(planted string) []string {
	quoted, _ := json.Marshal(planted)
	all := []string{planted, url.QueryEscape(planted), url.PathEscape(planted), strings.Trim(string(quoted), `"`)}
	for shift := range 3 {
		raw := []byte(strings.Repeat("x", shift) + planted)
		for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			code := enc.EncodeToString(raw)
			from, to := (shift*8+5)/6, len(code)-2 // what the neighbours do not change
			if to-from >= 8 {
				all = append(all, code[from:to])
			}
		}
	}
	return slices.Compact(all)
}

// finds gives what of the planted lies in a text.
func finds(in string, planted map[string]string) []string {
	var found []string
	for what, words := range planted {
		for _, form := range spellings(words) {
			if strings.Contains(in, form) {
				found = append(found, what)
				break
			}
		}
	}
	return found
}

// A scan that finds nothing must be one that could.
func TestAPlantedWordIsFoundInEverySpelling(t *testing.T) {
	t.Parallel()
	const secret = "Zephyrine Quillfeather"
	planted := map[string]string{"name": secret}
	for name, text := range map[string]string{
		"as it is":              "x" + secret + "y",
		"in a URL":              "/a?b=" + url.QueryEscape(secret),
		"in base64":             base64.StdEncoding.EncodeToString([]byte("a" + secret + "bc")),
		"in base64, off by one": base64.URLEncoding.EncodeToString([]byte("ab" + secret)),
	} {
		if len(finds(text, planted)) != 1 {
			t.Errorf("%s: not found in %s", name, text)
		}
	}
	if got := finds("Zephyrine and Quillfeather", planted); len(got) != 0 {
		t.Errorf("found %v where it is not", got)
	}
}

// Issue 4 clause 13, FAULTS 49, CONTRACT §5: a day with planted numbers, names,
// words, notes, answers, reasons and tokens. None of them lies in Redis' files,
// in logs, metrics, URLs of webhooks or of REST requests, or in problems.
func TestADayLeavesNothingPrivateBehind(t *testing.T) {
	t.Parallel()
	metrics := freeAddr(t)
	s := newStage(t, func(o *server.Options) { o.MetricsAddr = metrics })
	sam := s.hire(t, "Sam Thistlewood", staff.Supervisor, "+15105550139")
	a, b := s.counselor(t, ana, hotline.English), s.counselor(t, ben, hotline.English)
	planted := map[string]string{
		"a caller's number": rosa[2:], "a texter's number": tom[2:], "the number of somebody in danger": eve[2:], "a counselor's number": ana[2:],
		"another counselor's number": ben[2:], "the first number on call": firstOnCall[2:], "the second number on call": secondOnCall[2:],
		"a supervisor's name": "Thistlewood", "a supervisor's number": "5105550139",
		"a text": "purple elephants on Wednesday", "a reply": "marmalade lighthouse reply", "spoken words": "the velvet staircase is gone",
		"a note": "note about gooseberries", "a last note": "closing remark on dandelions", "a ZIP code": "93461", "a reason": "because of the crooked chimney",
		"what was done in an emergency": "her neighbour Bartholomew sits with her", "a disabled person's name": "Quillfeather",
		"a token of the API": a.token, "a supervisor's token": sam.token, "the token of Twilio": s.token,
	}
	s.hire(t, "Zephyrine Quillfeather", staff.Counselor, "+15105550138", hotline.English)
	problems := s.privateDay(t, sam, a, b, planted)

	do(t, s.client(t).Save(t.Context()).Err())
	looked := 0
	err := filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || path == s.keysFile {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		looked++
		if found := finds(string(raw), planted); len(found) > 0 {
			t.Errorf("%s holds %v", filepath.Base(path), found)
		}
		return nil
	})
	if err != nil || looked < 2 {
		t.Fatalf("looked into %d files: %v", looked, err)
	}
	for i, p := range problems {
		if found := finds(p, planted); len(found) > 0 {
			t.Errorf("problem %d tells %v: %s", i, found, p)
		}
	}
	if found := finds(s.logs.String(), planted); len(found) > 0 {
		t.Errorf("the log holds %v", found)
	}
	status, page := get("http://" + metrics + "/metrics")
	if status != http.StatusOK || !strings.Contains(page, "tideover_webhook_requests_total") {
		t.Fatalf("/metrics: %d %.100s", status, page)
	}
	if found := finds(page, planted); len(found) > 0 {
		t.Errorf("the metrics hold %v", found)
	}
	for _, h := range s.Webhooks() {
		if found := finds(h.URL, planted); len(found) > 0 {
			t.Errorf("the URL of a %s webhook holds %v: %s", h.Kind, found, h.URL)
		}
	}
	for _, r := range s.Requests() {
		said := r.Path
		for _, name := range []string{"Url", "StatusCallback", "FallbackUrl"} {
			said += " " + r.Params.Get(name)
		}
		if found := finds(said, planted); len(found) > 0 {
			t.Errorf("the URL of a REST request holds %v: %s", found, said)
		}
	}
}

func freeAddr(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	return ln.Addr().String()
}

// privateDay plays all that is planted into the line and gives the bodies of
// the problems that came of it.
func (s *stage) privateDay(t *testing.T, sam, a, b *person, planted map[string]string) []string {
	t.Helper()
	r := s.Phone(rosa)
	do(t, r.Dial(t.Context()))
	for _, key := range []string{"1", "2"} {
		do(t, r.Press(t.Context(), key))
	}
	do(t, r.Speak(t.Context(), planted["spoken words"]))
	do(t, r.Press(t.Context(), "0"))
	onRosa := sam.waiting(t, rosa)
	a.claim(t, onRosa.CaseID)
	s.meets(t, a, r, onRosa.CaseID)
	a.must(t, http.MethodPut, "/cases/"+onRosa.CaseID+"/note", map[string]any{"text": planted["a note"], "version": 0}, nil)
	do(t, r.Hangup(t.Context()))
	wait(t, "the talk does not end", func() bool { return a.state(t, onRosa.CaseID) == "wrap_up" })
	a.must(t, http.MethodPost, "/cases/"+onRosa.CaseID+"/close", map[string]any{"disposition": "helped", "note": planted["a last note"]}, nil)

	m := s.Phone(tom)
	texts(t, m, "Hello, "+planted["a text"], "2", "person")
	onTom := sam.waiting(t, tom)
	b.claim(t, onTom.CaseID)
	texts(t, m, planted["a text"]+" again")
	b.must(t, http.MethodPost, "/cases/"+onTom.CaseID+"/messages", map[string]any{"text": planted["a reply"]}, nil)
	wait(t, "the reply does not arrive", func() bool {
		return slices.ContainsFunc(m.Texts(), func(x standin.Text) bool { return x.Body == planted["a reply"] })
	})

	e := s.Phone(eve)
	do(t, e.Dial(t.Context()))
	for _, key := range []string{"1", "9", "1", "93461"} {
		do(t, e.Press(t.Context(), key))
	}
	onEve := sam.waiting(t, eve)
	rings(t, s.Phone(firstOnCall), "nobody on call is rung")
	do(t, s.Phone(firstOnCall).Decline(t.Context()))
	rings(t, s.Phone(secondOnCall), "the next person is not paged")
	do(t, s.Phone(secondOnCall).Decline(t.Context()))
	sam.must(t, http.MethodPost, "/cases/"+onEve.CaseID+"/reveal", map[string]any{"reason": planted["a reason"]}, nil)
	sam.must(t, http.MethodPost, "/cases/"+onEve.CaseID+"/emergency", map[string]any{"do": "close", "words": planted["what was done in an emergency"]}, nil)

	why := planted["a reason"]
	var problems []string
	for path, body := range map[string]map[string]any{
		"/claims":                              {"case_id": why},
		"/cases/" + onTom.CaseID + "/reveal":   {"reason": why},
		"/cases/" + onTom.CaseID + "/transfer": {"to": rosa, "reason": why},
		"/cases/" + onTom.CaseID + "/close":    {"disposition": why},
		"/cases/" + onTom.CaseID + "/messages": {"text": why, "request_id": why},
		"/cases/" + onRosa.CaseID + "/note":    {"text": why},
		"/staff":                               {"name": "Quillfeather", "phone": why, "role": why},
	} {
		var raw json.RawMessage
		if status := b.ask(t, http.MethodPost, path, body, &raw); status < 400 {
			t.Errorf("POST %s: %d, want a problem", path, status)
		}
		problems = append(problems, string(raw))
	}
	b.must(t, http.MethodPost, "/cases/"+onTom.CaseID+"/transfer", map[string]any{"to": "queue", "reason": why}, nil)
	s.quiet(t)
	return problems
}

// FAULTS 18, 31, 32, CONTRACT §3: what does not come from Twilio, for our
// account and our line, is refused before anything is stored; so is what is too
// long or broken. The log tells of it without its content.
func TestWhatIsNotTwilioStoresNothing(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	const secret = "gooseberry lighthouse"
	form := func() url.Values {
		f := s.callForm(s.sid("CA"), "")
		f.Set("SpeechResult", secret)
		return f
	}
	text := func() url.Values {
		return url.Values{"MessageSid": {s.sid("SM")}, "AccountSid": {s.account}, "From": {rosa}, "To": {lineNumber}, "Body": {secret}, "NumMedia": {"0"}}
	}
	type sent struct {
		body, signature string
		status          int
	}
	signed := func(path string, f url.Values, status int) sent {
		return sent{f.Encode(), s.signature(path, f), status}
	}
	with := func(f url.Values, name, value string) url.Values { f.Set(name, value); return f }
	without := func(f url.Values, name string) url.Values { f.Del(name); return f }
	for _, path := range []string{"/twilio/voice", "/twilio/sms", "/twilio/voice/turn?c=x&t=1"} {
		make := form
		if path == "/twilio/sms" {
			make = text
		}
		for name, c := range map[string]sent{
			"no signature":         {make().Encode(), "", http.StatusForbidden},
			"a forged signature":   {make().Encode(), s.signature("/twilio/other", make()), http.StatusForbidden},
			"another account":      signed(path, with(make(), "AccountSid", "AC"+strings.Repeat("0", 32)), http.StatusForbidden),
			"no account":           signed(path, without(make(), "AccountSid"), http.StatusForbidden),
			"another number":       signed(path, with(make(), "To", "+14155550199"), http.StatusForbidden),
			"70 KB":                signed(path, with(make(), "Body", strings.Repeat("z", 70<<10)), http.StatusRequestEntityTooLarge),
			"a broken escape":      {make().Encode() + "&Body=%zz" + secret, "", http.StatusBadRequest},
			"an unknown separator": {make().Encode() + ";Body=" + secret, "", http.StatusBadRequest},
		} {
			before := s.client(t).DBSize(t.Context()).Val()
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.base+path, strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if c.signature != "" {
				req.Header.Set("X-Twilio-Signature", c.signature)
			}
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
			if res.StatusCode != c.status {
				t.Errorf("%s, %s: %d, want %d", path, name, res.StatusCode, c.status)
			}
			if after := s.client(t).DBSize(t.Context()).Val(); after != before {
				t.Errorf("%s, %s: %d keys became %d", path, name, before, after)
			}
		}
	}
	logged := s.logs.String()
	if n := strings.Count(logged, "webhook refused"); n < 20 {
		t.Errorf("only %d refusals are logged", n)
	}
	if found := finds(logged, map[string]string{"words": secret, "number": rosa[2:], "another number": "4155551234"}); len(found) > 0 {
		t.Errorf("the log holds %v", found)
	}
}

// FAULTS 37, issue 4 "bad input", TWILIO §1.1: callers whose number is withheld
// or spelled on a keypad are nobody's number. They share no place, no history
// and no index entry.
func TestCallersWithoutANumberShareNothing(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	sam := s.hire(t, "Sam", staff.Supervisor, "")
	seen := map[string]bool{}
	for i, shown := range []string{"anonymous", "anonymous", "+266696687", "+266696687", "+7378742833", "+2562533", "Restricted", ""} {
		p := s.Phone(fmt.Sprintf("hidden %d", i))
		p.ShowAs(shown)
		do(t, p.Dial(t.Context()))
		for _, key := range []string{"1", "2", "0"} {
			do(t, p.Press(t.Context(), key))
		}
		q := sam.queue(t)
		if len(q) != i+1 {
			t.Fatalf("%q is the %d. to call, the queue holds %d", shown, i+1, len(q))
		}
		last := q[len(q)-1]
		if seen[last.CaseID] || last.Position != i+1 {
			t.Errorf("%q stands as %v", shown, last)
		}
		seen[last.CaseID] = true
		if strings.ContainsAny(last.Caller, "0123456789") {
			t.Errorf("%q is shown as %q", shown, last.Caller)
		}
	}
	if who := s.client(t).Keys(t.Context(), "to:{main}:who:*").Val(); len(who) != 0 {
		t.Errorf("there is an index of nobody: %v", who)
	}
}

// Issue 4 "bad input", CONTRACT §3 rule 3: a URL with a case id, turn, epoch,
// language or name that never was leads on in words, on every kind of leg.
func TestAURLThatNamesNothingIsASpokenWayOn(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	unknown := string(hotline.NewCaseID())
	for _, c := range []string{unknown, "", "x", "../../etc", "0000", strings.Repeat("9", 300), "%00", "é"} {
		for _, path := range []string{
			"voice/turn?t=3&l=es&c=", "voice/turn?t=-1&c=", "voice/turn?t=99999999999999999999&l=zz&c=", "voice/turn?c=",
			"voice/move?n=join-5&e=5&c=", "voice/move?n=&e=x&c=", "voice/after?n=join-5&e=5&c=",
			"voice/backup?u=//evil.example.org&c=", "counselor?e=1&c=", "counselor/key?e=1&t=1&c=", "counselor/after?e=1&c=", "counselor/over?w=nonsense&c=",
			"oncall?e=1&k=1&c=", "oncall/key?e=1&k=99&t=1&c=", "callback?e=1&c=", "callback/key?e=1&t=1&c=",
		} {
			target := s.public + "/twilio/" + path + url.QueryEscape(c)
			h := standin.Webhook{Method: http.MethodPost, URL: target, Params: s.callForm(s.sid("CA"), "1")}
			if !strings.Contains(path, "voice/") {
				h.Params.Set("Direction", "outbound-api")
				h.Params.Set("From", lineNumber)
				h.Params.Set("To", rosa)
			}
			status, doc := s.again(t, h, s.sid("TK"))
			if status != http.StatusOK || strings.Contains(doc, "evil") {
				t.Errorf("%s: %d %s", target, status, doc)
				continue
			}
			if !strings.Contains(doc, "<Say") && !strings.Contains(doc, "<Redirect") || !strings.Contains(doc, "<Hangup") && !strings.Contains(doc, "<Redirect") && !strings.Contains(doc, "<Gather") {
				t.Errorf("%s is a dead end: %s", target, doc)
			}
		}
	}
	if n := len(s.Requests()); n != 0 {
		t.Errorf("%d REST requests came of it", n)
	}
	h := standin.Webhook{
		Method: http.MethodPost, URL: s.public + "/twilio/voice/turn?t=2&s=other-era&b=nonsense&d=nonsense&q=nonsense&c=garbled", Params: s.callForm(s.sid("CA"), "1"),
	}
	if status, doc := s.again(t, h, s.sid("TK")); status != http.StatusOK || !strings.Contains(doc, "We are volunteers") || !strings.Contains(doc, "<Gather") {
		t.Errorf("a turn of another era for no case: %d %s, want the welcome", status, doc)
	}
	if n := s.client(t).Exists(t.Context(), "to:{main}:case:").Val(); n != 0 {
		t.Error("a case without an id was made")
	}
}

// signature is Twilio's for a path of the public URL.
func (s *stage) signature(path string, f url.Values) string {
	return twilio.Sign(s.token, s.public+path, f)
}
