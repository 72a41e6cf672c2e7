package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/server"
	"github.com/tideover/tideover/internal/staff"
	"github.com/tideover/tideover/internal/standin"
)

// FAULTS 19: Twilio knows the line under a port and a path that the proxy takes
// away, and the number's URLs have a query. A call, its hold sounds, a talk, a
// text and a page all work, and every URL that we hand out is under that path.
func TestALineUnderAPortAPathAndAQuery(t *testing.T) {
	t.Parallel()
	s := newBareStageAt(t, "https://line.example.org:8443/hot", "?line=main&x=a%20b")
	s.base = s.serve(t)
	s.Route(s.base)
	t.Cleanup(func() { _ = s.Close() })
	sam, a := s.hire(t, "Sam", staff.Supervisor, ""), s.counselor(t, ana, hotline.English)
	p, onRosa := s.inLine(t, sam, rosa)
	for range 2 {
		do(t, p.Silence(t.Context()))
	}
	a.claim(t, onRosa.CaseID)
	s.meets(t, a, p, onRosa.CaseID)
	texts(t, s.Phone(tom), "Hello?", "2", "crisis")
	rings(t, s.Phone(firstOnCall), "nobody on call is rung")
	do(t, s.Phone(firstOnCall).Decline(t.Context()))
	do(t, p.Hangup(t.Context()))
	wait(t, "the talk does not end", func() bool { return a.state(t, onRosa.CaseID) == "wrap_up" })
	s.quiet(t)
	kinds := map[string]int{}
	for _, h := range s.Webhooks() {
		kinds[h.Kind]++
		if !strings.HasPrefix(h.URL, s.public+"/") || h.Status >= 300 {
			t.Errorf("%s %s: %d", h.Kind, h.URL, h.Status)
		}
	}
	for _, kind := range []string{"voice", "call-status", "conference", "sms", "wait"} {
		if kinds[kind] == 0 {
			t.Errorf("no webhook of the kind %s among %v", kind, kinds)
		}
	}
}

// oddTexts are what phones send that is no plain text, and what is kept of it.
func oddTexts() map[string]string {
	long, family := strings.Repeat("ñ", 1600), strings.Repeat("👩‍👧 words ", 100)+"."
	return map[string]string{
		"a\xff\xfeb":                        "a\uFFFDb",
		"lone \xed\xa0\x80 surrogate":       "lone \uFFFD surrogate",
		"nul \x00 and escape \x1b[2J":       "nul  and escape [2J",
		"\u202egnp.exe\u202c \u2066x\u2069": "gnp.exe x",
		"مرحبا, I am here":                  "مرحبا, I am here",
		"👩‍👧 🏳️‍🌈 día":                      "👩‍👧 🏳️‍🌈 día",
		long:                                long,
		family:                              family,
		"stop it hurts":                     "stop it hurts",
		"<b>bold</b> & 'quoted' {{.Name}}":  "<b>bold</b> & 'quoted' {{.Name}}",
	}
}

// FAULTS 33, 34, 36: whatever a texter's phone sends is one valid message of
// the thread, in the API and on the page without characters that turn the
// direction; words that only look like STOP are relayed as words.
func TestWhateverATexterSendsIsKeptReadableAndShownHarmless(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	sam, a := s.hire(t, "Sam", staff.Supervisor, ""), s.counselor(t, ana, hotline.English)
	p := s.Phone(tom)
	texts(t, p, "Hello?", "2", "person")
	onTom := sam.waiting(t, tom)
	a.claim(t, onTom.CaseID)
	for sent, kept := range oddTexts() {
		if _, err := p.Text(t.Context(), sent); err != nil {
			t.Fatal(err)
		}
		thread := a.thread(t, onTom.CaseID)
		if last := thread[len(thread)-1]; last != "in: "+kept {
			t.Errorf("%.40q is kept as %.60q", sent, last)
		}
	}
	if state := a.state(t, onTom.CaseID); state != "live" {
		t.Errorf("the conversation is %s", state)
	}
	_, page := look(t, s.base+"/cases/"+onTom.CaseID, sam.session(t, s.base))
	if !strings.Contains(page, "gnp.exe") || !strings.Contains(page, "مرحبا") {
		t.Error("the page does not show the thread")
	}
	readable(t, "the page", page)
	for _, words := range []string{`"nul \u0000 \u001b"`, `"lone \ud800 \udfff x"`, `"\u202egnp.exe\u2066 x"`, "\"bad \xff\xfe utf\""} {
		body := fmt.Sprintf(`{"request_id":%q,"text":%s}`, hotline.NewToken(), words)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.base+"/api/v1/cases/"+onTom.CaseID+"/messages", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+a.token)
		req.Header.Set("Content-Type", "application/json")
		if status, raw, _ := exchanged(t, req); status >= 500 {
			t.Errorf("%s: %d %s", words, status, raw)
		}
	}
	s.quiet(t)
	for _, x := range p.Texts() {
		if x.Direction == "outbound-api" {
			readable(t, "a text to the phone", x.Body)
		}
	}
	for _, m := range a.thread(t, onTom.CaseID) {
		readable(t, "the thread", m)
	}
}

// readable fails for text that is not valid, or could show itself as another.
func readable(t *testing.T, what, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("%s is no valid UTF-8: %.80q", what, text)
	}
	for _, r := range text {
		if unicode.IsControl(r) && !strings.ContainsRune("\n\t\r", r) || unicode.Is(unicode.Bidi_Control, r) {
			t.Errorf("%s holds %U", what, r)
			return
		}
	}
}

// FAULTS 36: STOP in the middle of a conversation. Nothing more goes out, the
// counselor is told, words of danger still page; START opens the way again.
func TestStopInAConversationHaltsTheRelayAndTellsTheCounselor(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	sam, a := s.hire(t, "Sam", staff.Supervisor, ""), s.counselor(t, ana, hotline.English)
	p := s.Phone(tom)
	texts(t, p, "Hello?", "2", "person")
	onTom := sam.waiting(t, tom)
	a.claim(t, onTom.CaseID)
	write := func() (int, string) {
		return a.problem(t, http.MethodPost, "/cases/"+onTom.CaseID+"/messages", map[string]any{"text": "I am here."})
	}
	for _, words := range []string{"stop it hurts", "please stop", "Stop."} {
		texts(t, p, words)
		if status, kind := write(); status != http.StatusCreated {
			t.Errorf("after %q a reply is %d %s", words, status, kind)
		}
	}
	events := a.events(t, s.base)
	s.quiet(t)
	before := len(s.Requests())
	texts(t, p, "STOP")
	hear(t, events, "the counselor is not told", hearWithin, func(e event) bool {
		return (e.name == "case" || e.name == "alert") && strings.Contains(e.data, onTom.CaseID)
	})
	if status, kind := write(); status != http.StatusConflict || kind != "opted-out" {
		t.Errorf("after STOP a reply is %d %s", status, kind)
	}
	texts(t, p, "I want to kill myself tonight")
	rings(t, s.Phone(firstOnCall), "nobody on call is rung for somebody who said STOP")
	s.quiet(t)
	for _, x := range s.Requests()[before:] {
		if strings.HasSuffix(x.Path, "/Messages.json") && x.Params.Get("To") == tom {
			t.Errorf("a text went out after STOP: %v", x.Params.Get("Body"))
		}
	}
	texts(t, p, "START")
	if status, kind := write(); status != http.StatusCreated {
		t.Errorf("after START a reply is %d %s", status, kind)
	}
}

// FAULTS 38: one number calls and texts at the same time. That is two contacts:
// each has its own place and counselor, the end of one leaves the other.
func TestOneNumberByVoiceAndTextIsTwoContacts(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	sam := s.hire(t, "Sam", staff.Supervisor, "")
	a, b := s.counselor(t, ana, hotline.English), s.counselor(t, ben, hotline.English)
	p := s.Phone(rosa)
	texts(t, p, "Hello?", "2")
	_, onCall := s.inLine(t, sam, rosa)
	texts(t, p, "person")
	byChannel := map[string]string{}
	wait(t, "there are not two contacts", func() bool {
		for _, r := range sam.queue(t) {
			byChannel[r.Channel] = r.CaseID
		}
		return len(byChannel) == 2
	})
	if byChannel["voice"] != onCall.CaseID || byChannel["sms"] == onCall.CaseID {
		t.Errorf("contacts %v, the call is %s", byChannel, onCall.CaseID)
	}
	a.claim(t, byChannel["voice"])
	b.claim(t, byChannel["sms"])
	s.meets(t, a, p, byChannel["voice"])
	texts(t, p, "I write while I talk")
	if thread := b.thread(t, byChannel["sms"]); thread[len(thread)-1] != "in: I write while I talk" {
		t.Errorf("the thread ends with %q", thread[len(thread)-1])
	}
	do(t, p.Hangup(t.Context()))
	wait(t, "the talk does not end", func() bool { return a.state(t, byChannel["voice"]) == "wrap_up" })
	if state := b.state(t, byChannel["sms"]); state != "live" {
		t.Errorf("with the call the conversation became %s", state)
	}
	b.must(t, http.MethodPost, "/cases/"+byChannel["sms"]+"/close", map[string]any{"disposition": "helped"}, nil)
	if state := a.state(t, byChannel["voice"]); state != "wrap_up" {
		t.Errorf("with the conversation the call became %s", state)
	}
}

// FAULTS 28: nobody is on shift. The caller hears so, waits at no ringing
// phone, and a key keeps the place for a call back.
func TestWithNobodyOnShiftACallerHearsSoAndMayBeCalledBack(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(o *server.Options) { o.Backup = number(t, "+15550009000") })
	sam := s.hire(t, "Sam", staff.Supervisor, "")
	p, on := s.inLine(t, sam, rosa)
	do(t, p.Silence(t.Context()))
	if said := p.Said(); !strings.Contains(said, "no volunteer is on shift") || !strings.Contains(said, "5 5 5 0 0 0 9 0 0 0") {
		t.Errorf("the caller heard %q", said)
	}
	for range 6 {
		do(t, p.Press(t.Context(), "1"))
	}
	wait(t, "no call back is promised", func() bool { return sam.state(t, on.CaseID) == "promised" })
	until(t, p, "the call does not end", func(s standin.State) bool { return s.Phase == standin.Over })
	names988and911(t, p.Said())
	for _, c := range s.Calls() {
		if c.Direction == "outbound-api" {
			t.Errorf("%s was dialled", c.To)
		}
	}
	var raw json.RawMessage
	sam.must(t, http.MethodGet, "/queue", nil, &raw)
	if !strings.Contains(string(raw), `"callback":true`) {
		t.Errorf("the queue shows %s", raw)
	}
}
