package server_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/server"
	"github.com/tideover/tideover/internal/staff"
	"github.com/tideover/tideover/internal/standin"
	"github.com/tideover/tideover/internal/store"
)

// neverDials fails if the machine itself called or texted an emergency number.
func (s *stage) neverDials(t *testing.T) {
	t.Helper()
	for _, r := range s.Requests() {
		if to := r.Params.Get("To"); to == "911" || to == "988" || to == "933" {
			t.Errorf("the machine reached for %s: %s %s", to, r.Method, r.Path)
		}
	}
}

// Issue 4 clause 4, CARE decisions 5 and 6, CONTRACT §3 rule 5: 9 at every
// question and while waiting, "yes" to the safety question by key, word and
// text, and words of crisis. 911 and 988 come first and in the caller's
// language; the case is an emergency and the first person on call is paged
// once, by call and by text; the machine dials no emergency number.
func TestDangerSaidAnywherePagesAtOnce(t *testing.T) {
	t.Parallel()
	call := func(keys, last string) func(*testing.T, *standin.Phone) string {
		return func(t *testing.T, p *standin.Phone) string {
			t.Helper()
			do(t, p.Dial(t.Context()))
			for _, k := range keys {
				do(t, p.Press(t.Context(), string(k)))
			}
			if len(last) == 1 {
				do(t, p.Press(t.Context(), last))
			} else {
				do(t, p.Speak(t.Context(), last))
			}
			return p.Said()
		}
	}
	text := func(bodies ...string) func(*testing.T, *standin.Phone) string {
		return func(t *testing.T, p *standin.Phone) string {
			t.Helper()
			var said []string
			for _, b := range bodies {
				replies, err := p.Text(t.Context(), b)
				do(t, err)
				said = replies
			}
			return strings.Join(said, " ")
		}
	}
	for name, c := range map[string]struct {
		act func(*testing.T, *standin.Phone) string
		not string // words of the other language
	}{
		"9 at the language question":             {act: call("", "9")},
		"9 at the safety question":               {call("1", "9"), "marque"},
		"9 at the safety question in Spanish":    {call("2", "9"), "dial"},
		"9 at the main menu":                     {call("12", "9"), "marque"},
		"9 at a question about medication":       {call("122", "9"), "marque"},
		"9 at a question about the appointment":  {call("121", "9"), "marque"},
		"9 in the waiting loop":                  {call("120", "9"), "marque"},
		"9 in the waiting loop in Spanish":       {call("220", "9"), "dial"},
		"1 for yes":                              {call("1", "1"), "marque"},
		"yes, spoken":                            {call("1", "Yes."), "marque"},
		"sí, spoken":                             {call("2", "Sí."), "dial"},
		"words of crisis at the safety question": {call("1", "I want to kill myself tonight"), "marque"},
		"words of crisis at the main menu":       {call("12", "I am going to kill myself"), "marque"},
		"words of crisis in Spanish":             {call("22", "quiero matarme esta noche"), "dial"},
		"yes by text":                            {text("Hello?", "1"), "llame"},
		"crisis by text":                         {text("Hello?", "crisis"), "llame"},
		"words of crisis as the first text":      {text("I want to kill myself tonight"), "llame"},
		"words of crisis while waiting by text":  {text("Hello?", "2", "person", "I am going to kill myself now"), "llame"},
		"words of crisis by text in Spanish":     {text("Hola, necesito ayuda", "quiero matarme esta noche"), "call"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, nil)
			sam := s.hire(t, "Sam", staff.Supervisor, "")
			said := c.act(t, s.Phone(rosa))
			names988and911(t, said)
			if c.not != "" && strings.Contains(strings.ToLower(said), c.not) {
				t.Errorf("not in the caller's language: %q", said)
			}
			if at := strings.Index(strings.ReplaceAll(said, " ", ""), "911"); at > 60 {
				t.Errorf("911 comes only after %d letters: %q", at, said)
			}
			if on := sam.waiting(t, rosa); on.Band != "emergency" || on.Position != 1 {
				t.Errorf("the caller stands as %v", on)
			}
			rings(t, s.Phone(firstOnCall), "nobody on call is rung")
			wait(t, "the page comes without a text", func() bool { return len(s.Phone(firstOnCall).Texts()) == 1 })
			s.quiet(t)
			if a, b := s.calls(firstOnCall), s.calls(secondOnCall); a != 1 || b != 0 {
				t.Errorf("rang the first %d times, the second %d times", a, b)
			}
			if body := s.Phone(firstOnCall).Texts()[0].Body; strings.Contains(body, "0121") || strings.Contains(body, "kill") || strings.Contains(body, "matar") {
				t.Errorf("the page's text tells of the caller: %q", body)
			}
			if b := sam.board(t); len(b.Escalations) != 1 || b.Escalations[0].Ack != nil || b.Escalations[0].Attended != nil {
				t.Errorf("the wallboard shows %+v", b.Escalations)
			}
			s.neverDials(t)
		})
	}
}

// alarm is a stage with an emergency by voice.
type alarm struct {
	*stage
	sam           *person
	caller        *standin.Phone
	first, second *standin.Phone
	id            string
}

func newAlarm(t *testing.T, change func(*server.Options)) *alarm {
	t.Helper()
	s := newStage(t, change)
	a := &alarm{stage: s, sam: s.hire(t, "Sam", staff.Supervisor, ""), caller: s.Phone(rosa), first: s.Phone(firstOnCall), second: s.Phone(secondOnCall)}
	do(t, a.caller.Dial(t.Context()))
	do(t, a.caller.Press(t.Context(), "1"))
	do(t, a.caller.Press(t.Context(), "9"))
	a.id = a.sam.waiting(t, rosa).CaseID
	rings(t, a.first, "nobody on call is rung")
	return a
}

func quickly(o *server.Options) { o.Store = store.Options{PageAgain: 400 * time.Millisecond} }

// Issue 4 clause 4, CONTRACT §3 (page): unacknowledged, the next person is
// paged and the earlier call cancelled; after the last it begins from the top.
// Whoever is on hold hears fitting words meanwhile, and a second 9 pages nobody anew.
func TestAPageGoesDownTheListUntilSomebodyHasIt(t *testing.T) {
	t.Parallel()
	a := newAlarm(t, quickly)
	rings(t, a.second, "the next person is not paged")
	until(t, a.first, "the earlier call rings on", func(s standin.State) bool { return s.Phase == standin.Over })
	rings(t, a.first, "the list does not begin again")
	until(t, a.second, "the earlier call rings on", func(s standin.State) bool { return s.Phase == standin.Over })
	var order []string
	for _, c := range a.Calls() {
		if c.Direction == "outbound-api" {
			order = append(order, c.To)
		}
	}
	for i, to := range order {
		if want := []string{firstOnCall, secondOnCall}[i%2]; to != want {
			t.Errorf("page %d went to %s", i+1, to)
		}
	}
	a.sam.must(t, http.MethodPost, "/cases/"+a.id+"/emergency", map[string]any{"do": "acknowledge"}, nil)
	n := len(order)
	do(t, a.caller.Press(t.Context(), "9"))
	names988and911(t, a.caller.Said())
	for range 2 {
		do(t, a.caller.Silence(t.Context()))
		if a.caller.State().Phase != standin.Listening {
			t.Errorf("the caller is not held: %+v", a.caller.State())
		}
	}
	if now := a.calls(firstOnCall) + a.calls(secondOnCall); now > n+1 { // one may have been due as it was acknowledged
		t.Errorf("%d pages after it was acknowledged", now-n)
	}
	a.neverDials(t)
}

// CONTRACT §3 (page): nothing private before the key; 2 tells urgency, channel
// and language, no number and no words; 3 passes on at once.
func TestAPersonOnCallHearsTheHeadlineAndPassesOn(t *testing.T) {
	t.Parallel()
	a := newAlarm(t, nil)
	do(t, a.first.Answer(t.Context()))
	gate := a.first.Said()
	for _, private := range []string{"0121", "English", "danger", "Emergency", "suicide"} {
		if strings.Contains(gate, private) {
			t.Errorf("before the key: %q in %q", private, gate)
		}
	}
	do(t, a.first.Press(t.Context(), "2"))
	if said := a.first.Said(); !strings.Contains(said, "Emergency. by phone. English.") || strings.Contains(said, "0121") {
		t.Errorf("the headline: %q", said)
	}
	do(t, a.first.Press(t.Context(), "3"))
	rings(t, a.second, "it is not passed on")
	if a.first.State().Phase != standin.Over {
		t.Error("who passed on is still on the line")
	}
	if on := a.sam.waiting(t, rosa); on.CaseID != a.id {
		t.Errorf("the caller stands as %v", on)
	}
}

// Issue 4 clause 4, DESIGN §4 (the person on call): press 1 takes a waiting
// caller; the record stays open after the hang-up until a person closes it
// with a confirmed contact or the next step in words.
func TestTheRecordStaysOpenAfterTheTalkUntilAPersonClosesIt(t *testing.T) {
	t.Parallel()
	a := newAlarm(t, nil)
	do(t, a.first.Answer(t.Context()))
	do(t, a.first.Press(t.Context(), "1"))
	until(t, a.caller, "they do not meet", func(s standin.State) bool { return s.Room != "" && len(s.With) == 1 })
	wait(t, "it does not count as attended", func() bool { e := a.sam.board(t).Escalations; return len(e) == 1 && e[0].Attended != nil })
	if e := a.sam.board(t).Escalations[0]; e.By != string(hotline.OnCall(1)) || e.Ack == nil {
		t.Errorf("the wallboard shows %+v", e)
	}
	do(t, a.caller.Hangup(t.Context()))
	wait(t, "the case is not closed", func() bool { return a.sam.state(t, a.id) == "closed" })
	do2 := func(what, words string) (int, string) {
		return a.sam.problem(t, http.MethodPost, "/cases/"+a.id+"/emergency", map[string]any{"do": what, "words": words})
	}
	if status, kind := do2("close", ""); status != http.StatusConflict {
		t.Errorf("closed without contact or words: %d %s", status, kind)
	}
	if e := a.sam.board(t).Escalations; len(e) != 1 {
		t.Errorf("the record is not open: %+v", e)
	}
	if status, kind := do2("close", "Her sister is with her, called 911 together."); status != http.StatusOK {
		t.Errorf("close with words: %d %s", status, kind)
	}
	if e := a.sam.board(t).Escalations; len(e) != 0 {
		t.Errorf("the record is still open: %+v", e)
	}
}

// Issue 4 clause 4: whoever hangs up in danger before anybody came leaves an
// open record; a confirmed contact closes it without words.
func TestACallerInDangerWhoHangsUpIsNotForgotten(t *testing.T) {
	t.Parallel()
	a := newAlarm(t, nil)
	do(t, a.caller.Hangup(t.Context()))
	wait(t, "the case does not end", func() bool { return a.sam.state(t, a.id) == "closed" })
	if e := a.sam.board(t).Escalations; len(e) != 1 || e[0].CaseID != a.id {
		t.Errorf("the wallboard shows %+v", e)
	}
	a.sam.must(t, http.MethodPost, "/cases/"+a.id+"/emergency", map[string]any{"do": "confirm"}, nil)
	a.sam.must(t, http.MethodPost, "/cases/"+a.id+"/emergency", map[string]any{"do": "close"}, nil)
	if e := a.sam.board(t).Escalations; len(e) != 0 {
		t.Errorf("the record is still open: %+v", e)
	}
}

// DESIGN §4: 9 while a counselor is being called: the claim goes on, the
// person on call takes it over with 1, and the counselor hears that it is taken.
func TestThePersonOnCallTakesOverFromARingingCounselor(t *testing.T) {
	t.Parallel()
	w := newShiftwork(t, nil)
	w.a.claim(t, w.onRosa)
	rings(t, w.a.phone, "the counselor's phone does not ring")
	do(t, w.a.phone.Answer(t.Context()))
	do(t, w.rosa.Press(t.Context(), "9"))
	names988and911(t, w.rosa.Said())
	if st := w.sam.state(t, w.onRosa); st != "claimed" {
		t.Errorf("the claim is %s", st)
	}
	page := w.Phone(firstOnCall)
	rings(t, page, "nobody on call is rung")
	do(t, page.Answer(t.Context()))
	do(t, page.Press(t.Context(), "1"))
	until(t, w.rosa, "they do not meet", func(s standin.State) bool { return s.Room != "" && len(s.With) == 1 })
	until(t, w.a.phone, "the counselor is left alone", func(s standin.State) bool { return s.Phase == standin.Over })
	if said := w.a.phone.Said(); !strings.Contains(said, "taken") {
		t.Errorf("the counselor heard %q", said)
	}
	wait(t, "the counselor is not free again", func() bool { return len(w.a.shift(t).Cases) == 0 })
}

// DESIGN §4: an alarm in a talk brings the person on call in as third; the
// counselor stays, and when they go the talk goes on with the person on call.
func TestThePersonOnCallJoinsATalkAsThird(t *testing.T) {
	t.Parallel()
	w := newShiftwork(t, nil)
	w.a.claim(t, w.onRosa)
	w.meets(t, w.a, w.rosa, w.onRosa)
	w.a.must(t, http.MethodPost, "/cases/"+w.onRosa+"/escalate", map[string]any{"to": "oncall", "reason": "she is in danger"}, nil)
	page := w.Phone(firstOnCall)
	rings(t, page, "nobody on call is rung")
	do(t, page.Answer(t.Context()))
	do(t, page.Press(t.Context(), "1"))
	until(t, w.rosa, "the three do not meet", func(s standin.State) bool { return len(s.With) == 2 })
	if w.a.state(t, w.onRosa) != "live" {
		t.Error("the counselor does not own the case any more")
	}
	w.quiet(t)
	do(t, w.a.phone.Hangup(t.Context()))
	wait(t, "the person on call does not own the talk", func() bool { return w.sam.owner(t, w.onRosa) == string(hotline.OnCall(1)) })
	if s := w.rosa.State(); s.Room == "" || len(s.With) != 1 {
		t.Errorf("the caller is %+v", s)
	}
	do(t, w.rosa.Hangup(t.Context()))
	wait(t, "the case is not closed", func() bool { return w.sam.state(t, w.onRosa) == "closed" })
	if e := w.sam.board(t).Escalations; len(e) != 1 {
		t.Errorf("the record is not open: %+v", e)
	}
}

func (p *person) owner(t *testing.T, id string) string {
	t.Helper()
	var c struct{ Owner string }
	p.ask(t, http.MethodGet, "/cases/"+id, nil, &c)
	return c.Owner
}
