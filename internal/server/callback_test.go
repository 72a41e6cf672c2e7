package server_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
	"github.com/tideover/tideover/internal/standin"
)

// promisedRow is a case as the API shows it, with what was promised.
type promisedRow struct {
	State    string
	Reason   string
	Since    string `json:"waiting_since"`
	Callback *struct {
		Number, Last string
		Attempts     int
		Safe         bool   `json:"safe_to_call"`
		Message      bool   `json:"safe_to_leave_message"`
		Words        string `json:"neutral_words"`
		LastAttempt  string `json:"last_attempt"`
	}
}

func (p *person) promised(t *testing.T, id string) promisedRow {
	t.Helper()
	var c promisedRow
	p.ask(t, http.MethodGet, "/cases/"+id, nil, &c)
	return c
}

// agree answers the questions of a callback by keys and waits for the end of
// the call.
func agree(t *testing.T, p *standin.Phone, keys ...string) {
	t.Helper()
	for _, key := range append([]string{"1"}, keys...) {
		do(t, p.Press(t.Context(), key))
	}
	until(t, p, "the call does not end", func(s standin.State) bool { return s.Phase == standin.Over })
	names988and911(t, p.Said())
}

// dialledBack lets a counselor claim a promised case and press 1.
func dialledBack(t *testing.T, a *person, id string) {
	t.Helper()
	a.claim(t, id)
	rings(t, a.phone, "the counselor's phone does not ring")
	do(t, a.phone.Answer(t.Context()))
	do(t, a.phone.Press(t.Context(), "1"))
}

// A callback to another number, whole: a machine first, then busy, then the
// patient. The counselor hears each time what became of it and is free.
func TestACallbackGoesToTheNumberThatWasGivenUntilItIsTaken(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	sam := s.hire(t, "Sam", staff.Supervisor, "")
	a := s.counselor(t, ana, hotline.English)
	p, on := s.inLine(t, sam, rosa)
	agree(t, p, "2", eve[2:], "1", "1", "1", "1", "1")
	got := sam.promised(t, on.CaseID)
	if c := got.Callback; got.State != "promised" || c == nil || c.Number != "•••"+eve[len(eve)-4:] || !c.Safe || !c.Message || c.Words != "the office is calling" {
		t.Fatalf("promised: %+v %+v", got, got.Callback)
	}
	home := s.Phone(eve)
	for i, c := range []struct {
		phone      standin.Behaviour
		last, says string
	}{{standin.Silent(), "message", "nobody took the call"}, {standin.Busy(), "busy", "could not be reached"}, {standin.NoAnswer(), "no-answer", "Nobody answered"}} {
		home.Behave(c.phone)
		dialledBack(t, a, on.CaseID)
		wait(t, "the attempt is not counted", func() bool { return sam.promised(t, on.CaseID).Callback.Attempts == i+1 })
		if got := sam.promised(t, on.CaseID); got.State != "promised" || got.Callback.LastAttempt != c.last {
			t.Errorf("attempt %d: %+v %+v", i+1, got, got.Callback)
		}
		until(t, a.phone, "the counselor is kept", func(s standin.State) bool { return s.Phase == standin.Over })
		if said := a.phone.Said(); !strings.Contains(said, c.says) {
			t.Errorf("attempt %d: the counselor heard %q", i+1, said)
		}
		if i == 0 {
			if said := home.Said(); !strings.Contains(said, "This is the office") || strings.Contains(said, "9 8 8") || strings.Contains(strings.ToLower(said), "support") {
				t.Errorf("the machine heard %q", said)
			}
		}
	}
	home.Behave(standin.Manual())
	dialledBack(t, a, on.CaseID)
	rings(t, home, "the patient is not called")
	do(t, home.Answer(t.Context()))
	if said := home.Said(); strings.Contains(strings.ToLower(said), "line") || strings.Contains(said, "office") {
		t.Errorf("before the gate: %q", said)
	}
	do(t, home.Press(t.Context(), "1"))
	until(t, home, "they do not meet", func(s standin.State) bool { return s.Room != "" && len(s.With) == 1 })
	wait(t, "the case is not live", func() bool { return a.state(t, on.CaseID) == "live" })
	if n := s.calls(rosa); n != 0 {
		t.Errorf("the number that they called from was called %d times", n)
	}
}

// Another phone bank lost the callback of whoever rang in again. Here they
// stand at the old place, and are moved, not dialled.
func TestWhoRingsInAgainStandsAtTheOldPlaceAndIsMoved(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	sam := s.hire(t, "Sam", staff.Supervisor, "")
	a := s.counselor(t, ana, hotline.English)
	p, on := s.inLine(t, sam, rosa)
	agree(t, p, "1", "1", "2", "3", "1")
	before := sam.promised(t, on.CaseID)
	s.inLine(t, sam, eve)
	_, again := s.inLine(t, sam, rosa)
	if again.CaseID == on.CaseID || again.Position != 1 {
		t.Errorf("rings in again: %+v", again)
	}
	if got := sam.promised(t, again.CaseID); got.Since != before.Since || got.Callback == nil {
		t.Errorf("%+v, before %+v", got, before)
	}
	if got := sam.promised(t, on.CaseID); got.State != "closed" {
		t.Errorf("the first case is %s", got.State)
	}
	// They hang up: the promise is still there. They ring in once more, and are taken.
	do(t, p.Hangup(t.Context()))
	wait(t, "the promise is lost", func() bool { return sam.state(t, again.CaseID) == "promised" })
	_, third := s.inLine(t, sam, rosa)
	a.claim(t, third.CaseID)
	s.meets(t, a, p, third.CaseID)
	if n := s.calls(rosa); n != 0 {
		t.Errorf("whoever was on the line was dialled %d times", n)
	}
	do(t, a.phone.Press(t.Context(), "*"))
	do(t, a.phone.Press(t.Context(), "3"))
	wait(t, "the talk does not end", func() bool { return sam.state(t, third.CaseID) == "wrap_up" })
	for _, r := range sam.queue(t) {
		if r.Callback {
			t.Errorf("who was talked to is still to be called: %+v", r)
		}
	}
}

// The counselor hangs up while the patient's phone rings: the patient's phone
// stops, and the callback is as it was.
func TestACounselorWhoGivesUpDuringADialBackLosesNothing(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	sam := s.hire(t, "Sam", staff.Supervisor, "")
	a := s.counselor(t, ana, hotline.English)
	p, on := s.inLine(t, sam, rosa)
	agree(t, p, "1", "1", "2", "3", "1")
	dialledBack(t, a, on.CaseID)
	rings(t, p, "the patient is not called")
	do(t, a.phone.Hangup(t.Context()))
	wait(t, "the callback is lost", func() bool { return sam.state(t, on.CaseID) == "promised" })
	until(t, p, "the patient's phone rings on", func(s standin.State) bool { return s.Phase == standin.Over })
	if got := sam.promised(t, on.CaseID); got.Callback.Attempts != 0 {
		t.Errorf("an attempt was counted: %+v", got.Callback)
	}
}

// A counselor who is a caller, too, is not given their own call, and nobody
// calls a number of who works here.
func TestTheCallOfSomebodyWhoWorksHereIsForSomebodyElse(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	sam := s.hire(t, "Sam", staff.Supervisor, "")
	a := s.counselor(t, ana, hotline.English)
	p, on := s.inLine(t, sam, ana)
	if status, problem := a.problem(t, http.MethodPost, "/claims", map[string]any{"case_id": on.CaseID}); status != http.StatusConflict || !strings.HasSuffix(problem, "not-qualified") {
		t.Errorf("their own call: %d %s", status, problem)
	}
	for _, key := range []string{"1", "1", "1", "1", "1", "1"} {
		do(t, p.Press(t.Context(), key))
	}
	if said := p.Said(); !strings.Contains(said, "cannot call that number") {
		t.Errorf("a number of who works here: %q", said)
	}
	if st := sam.state(t, on.CaseID); st != "waiting" {
		t.Errorf("the case is %s", st)
	}
}

// dialBackCrash: the process dies when the counselor has pressed 1 and the
// patient is to be dialled.
func dialBackCrash(dials *regexp.Regexp, forever time.Duration) crash {
	return crash{
		rescues: []bool{true},
		until: func(t *testing.T, s *stage, c *cast) {
			t.Helper()
			do(t, c.rosa.Hangup(t.Context()))
			wait(t, "the first call does not end", func() bool { return len(c.sam.queue(t)) == 0 })
			do(t, c.rosa.Dial(t.Context()))
			for _, key := range []string{"1", "3"} { // urgent, so that a person may call at any hour
				do(t, c.rosa.Press(t.Context(), key))
			}
			agree(t, c.rosa, "1", "1", "2", "3", "1")
			c.onRosa = c.sam.waiting(t, rosa).CaseID
			c.ana.claim(t, c.onRosa)
			rings(t, c.ana.phone, "the counselor is not rung")
			do(t, c.ana.phone.Answer(t.Context()))
			s.arrived.Clear()
			s.FailREST(standin.Rule{Match: dials, Do: standin.Slow, For: forever})
			do(t, c.ana.phone.Press(t.Context(), "1"))
			s.reached(t, dials)
			s.quiet(t) // the counselor is in the room, and the line knows
		},
		after: func(t *testing.T, s *stage, c *cast) {
			t.Helper()
			rings(t, c.rosa, "the patient is not called")
			do(t, c.rosa.Answer(t.Context()))
			do(t, c.rosa.Press(t.Context(), "1"))
			until(t, c.rosa, "they do not meet", func(s standin.State) bool { return s.Room != "" && len(s.With) == 1 })
			if n := s.calls(rosa); n != 1 {
				t.Errorf("the patient was called %d times", n)
			}
		},
	}
}
