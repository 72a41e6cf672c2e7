package server_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
	"github.com/tideover/tideover/internal/standin"
)

const benPIN = "2468"

// setPIN does what `tideover staff pin` does.
func (l *line) setPIN(t *testing.T, who hotline.CounselorID) {
	t.Helper()
	if err := staff.NewRoster(l.store(t), l.onCall).SetPIN(t.Context(), who, benPIN); err != nil {
		t.Fatal(err)
	}
}

// callsIn lets a counselor call the line and enter the PIN.
func (p *person) callsIn(t *testing.T) {
	t.Helper()
	do(t, p.phone.Dial(t.Context()))
	if said := p.phone.Said(); !strings.Contains(said, "enter your PIN") {
		t.Fatalf("heard %q", said)
	}
	do(t, p.phone.Press(t.Context(), benPIN+"#"))
	listens(t, p.phone, "nothing follows the PIN")
	if said := p.phone.Said(); !strings.Contains(said, "You are available by phone") {
		t.Fatalf("heard %q", said)
	}
}

// newPhoneWork is shiftwork in which Ben may work by phone alone.
func newPhoneWork(t *testing.T) *shiftwork {
	t.Helper()
	w := newShiftwork(t, nil)
	w.setPIN(t, w.b.id)
	w.b.must(t, http.MethodPut, "/shift", map[string]any{"state": "off"}, nil)
	return w
}

// Issue 6 clause 10, CONTRACT §3: a whole shift on one leg. PIN, the queue in
// a sentence, 1 takes the next, the talk, its end, how it ended, and on.
func TestACounselorWorksByPhoneAlone(t *testing.T) {
	t.Parallel()
	w := newPhoneWork(t)
	ben := w.b
	ben.callsIn(t)
	if said := ben.phone.Said(); !strings.Contains(said, "Waiting: 2. 2 Routine.") || strings.Contains(said, "0100") {
		t.Errorf("heard %q", said)
	}
	var sh struct{ State, Via string }
	ben.must(t, http.MethodGet, "/shift", nil, &sh)
	if sh.State != "available" || sh.Via != "phone" {
		t.Errorf("the shift is %+v", sh)
	}
	var b struct {
		ByPhone int `json:"by_phone"`
	}
	w.sam.must(t, http.MethodGet, "/wallboard", nil, &b)
	if b.ByPhone != 1 {
		t.Errorf("the wallboard shows %d by phone", b.ByPhone)
	}
	for i, patient := range []*standin.Phone{w.rosa, w.eve} {
		id := []string{w.onRosa, w.onEve}[i]
		do(t, ben.phone.Press(t.Context(), "1"))
		until(t, patient, "they do not meet", func(s standin.State) bool { return s.Room != "" && len(s.With) == 1 })
		if said := ben.phone.Said(); !strings.Contains(said, "Routine. English. wants to talk.") {
			t.Errorf("the brief was %q", said)
		}
		wait(t, "the case is not live", func() bool { return ben.state(t, id) == "live" })
		if i == 0 { // the caller hangs up
			do(t, patient.Hangup(t.Context()))
		} else { // the counselor ends it
			do(t, ben.phone.Press(t.Context(), "*"))
			do(t, ben.phone.Press(t.Context(), "3"))
			until(t, patient, "the caller hears no goodbye", func(s standin.State) bool { return s.Phase == standin.Over })
			names988and911(t, patient.Said())
		}
		wait(t, "nobody asks how it ended", func() bool { return strings.Contains(ben.phone.Said(), "note how it ended") })
		do(t, ben.phone.Press(t.Context(), "1"))
		listens(t, ben.phone, "the leg does not go on")
		if said := ben.phone.Said(); !strings.Contains(said, "It is noted") {
			t.Errorf("heard %q", said)
		}
		if st := w.sam.state(t, id); st != "closed" {
			t.Errorf("the case is %s", st)
		}
	}
	if said := ben.phone.Said(); !strings.Contains(said, "Nobody is waiting") {
		t.Errorf("heard %q", said)
	}
	if n := w.calls(ben.phone.State().Number); n != 0 {
		t.Errorf("the counselor was dialled %d times", n)
	}
	do(t, w.eve.Dial(t.Context()))
	for _, key := range []string{"1", "2", "0"} {
		do(t, w.eve.Press(t.Context(), key))
	}
	do(t, ben.phone.Silence(t.Context()))
	if said := ben.phone.Said(); !strings.Contains(said, "Somebody is waiting now. Waiting: 1.") {
		t.Errorf("heard %q", said)
	}
	do(t, ben.phone.Press(t.Context(), "*"))
	wait(t, "no break", func() bool { return ben.shift(t).State == "break" && strings.Contains(ben.phone.Said(), "on a break") })
	do(t, ben.phone.Press(t.Context(), "1"))
	wait(t, "not back", func() bool { return ben.shift(t).State == "available" })
	do(t, ben.phone.Hangup(t.Context()))
	wait(t, "not off", func() bool { return ben.shift(t).State == "off" })
}

// Issue 6 clause 11, brief: caller id can be forged. Without the PIN nothing is
// learned and nothing changes; after three tries comes the goodbye, after six
// wrong PINs of a number its calls are a patient's.
func TestACallFromACounselorsNumberLearnsNothingWithoutThePIN(t *testing.T) {
	t.Parallel()
	w := newPhoneWork(t)
	thief := w.Phone("+14155550666")
	thief.ShowAs(ben)
	heard := func() string {
		var all []string
		for _, l := range thief.Transcript() {
			if l.Who == "line" {
				all = append(all, l.Text)
			}
		}
		return strings.Join(all, " ")
	}
	for call := range 2 {
		do(t, thief.Dial(t.Context()))
		for _, pin := range []string{"0000#", "1111#", "13579#"} {
			listens(t, thief, "no question")
			do(t, thief.Press(t.Context(), pin))
		}
		until(t, thief, "the call goes on", func(s standin.State) bool { return s.Phase == standin.Over })
		names988and911(t, thief.Said())
		for _, word := range []string{"Waiting", "available", "Ben", "counselor", "caller"} {
			if strings.Contains(heard(), word) {
				t.Errorf("call %d heard %q in %q", call+1, word, heard())
			}
		}
		if sh := w.b.shift(t); sh.State != "off" {
			t.Errorf("call %d: the counselor is %s", call+1, sh.State)
		}
	}
	do(t, thief.Dial(t.Context()))
	if said := thief.Said(); strings.Contains(said, "PIN") {
		t.Errorf("after six wrong ones heard %q", said)
	}
	names988and911(t, thief.Said())
	do(t, thief.Hangup(t.Context()))
	// A supervisor sets another PIN, and the number works again.
	w.setPIN(t, w.b.id)
	w.b.callsIn(t)
	var log struct {
		Entries []struct{ Who, Action, Outcome string } `json:"entries"`
	}
	w.sam.must(t, http.MethodGet, "/audit", nil, &log)
	n := map[string]int{}
	for _, e := range log.Entries {
		if e.Action == "phone-sign-in" && e.Who == string(w.b.id) {
			n[e.Outcome]++
		}
	}
	if n["wrong"] != 6 || n["locked"] != 1 || n["right"] != 1 {
		t.Errorf("recorded %v", n)
	}
}

// Rule: never a dead end. Whoever calls from a counselor's phone for
// themselves is a caller like any other, and so is a counselor without a PIN.
func TestACounselorWhoNeedsHelpIsACaller(t *testing.T) {
	t.Parallel()
	w := newPhoneWork(t)
	for _, key := range []string{"*#", "9#", "0#"} {
		do(t, w.b.phone.Dial(t.Context()))
		do(t, w.b.phone.Press(t.Context(), key))
		listens(t, w.b.phone, "nothing follows")
		names988and911(t, w.b.phone.Said())
		for _, k := range []string{"1", "2", "0"} {
			do(t, w.b.phone.Press(t.Context(), k))
		}
		w.sam.waiting(t, ben)
		do(t, w.b.phone.Hangup(t.Context()))
		wait(t, "the case stays", func() bool { return len(w.sam.queue(t)) == 2 })
	}
	if sh := w.b.shift(t); sh.State != "off" {
		t.Errorf("the counselor is %s", sh.State)
	}
	do(t, w.a.phone.Dial(t.Context())) // Ana has no PIN
	if said := w.a.phone.Said(); strings.Contains(said, "PIN") {
		t.Errorf("heard %q", said)
	}
}

// FAULTS 22 by two ways: two counselors by phone and one in the console want
// the same caller. One has them, nobody is rung twice.
func TestTwoByPhoneAndOneInTheConsoleRaceForOneCaller(t *testing.T) {
	t.Parallel()
	w := newPhoneWork(t)
	do(t, w.eve.Hangup(t.Context()))
	w.a.must(t, http.MethodPut, "/shift", map[string]any{"state": "off"}, nil)
	w.setPIN(t, w.a.id)
	cleo := w.counselor(t, "+14155550139", hotline.English)
	w.a.callsIn(t)
	w.b.callsIn(t)
	wait(t, "Eve is still in line", func() bool { return len(w.sam.queue(t)) == 1 })
	var all sync.WaitGroup
	var status int
	for _, p := range []*person{w.a, w.b} {
		all.Go(func() { _ = p.phone.Press(t.Context(), "1") })
	}
	all.Go(func() { status, _ = cleo.problem(t, http.MethodPost, "/claims", map[string]any{"case_id": w.onRosa}) })
	all.Wait()
	w.quiet(t)
	won := 0
	for _, p := range []*person{w.a, w.b} {
		if s := p.phone.State(); s.Room != "" {
			won++
		} else if said := p.phone.Said(); !strings.Contains(said, "Nobody is waiting") {
			t.Errorf("the other heard %q", said)
		}
	}
	if status == http.StatusCreated {
		won++
	}
	if won != 1 {
		t.Errorf("%d counselors have the caller", won)
	}
}

// CONTRACT §3 rule 2 for the leg of a counselor who called in.
func TestACounselorsCallSentAgainChangesNothing(t *testing.T) {
	t.Parallel()
	w := newPhoneWork(t)
	w.b.callsIn(t)
	do(t, w.b.phone.Press(t.Context(), "1"))
	until(t, w.rosa, "they do not meet", func(s standin.State) bool { return s.Room != "" && len(s.With) == 1 })
	wait(t, "the case is not live", func() bool { return w.sam.state(t, w.onRosa) == "live" }) // the room has told the line
	do(t, w.rosa.Hangup(t.Context()))
	wait(t, "nobody asks how it ended", func() bool { return strings.Contains(w.b.phone.Said(), "note how it ended") })
	do(t, w.b.phone.Press(t.Context(), "6"))
	do(t, w.b.phone.Press(t.Context(), "*"))
	w.quiet(t)
	asked, was := w.asked(), w.b.shift(t)
	mine := w.b.phone.State().Call.Sid
	for _, h := range w.Webhooks() {
		if h.Kind != "voice" || h.Sid != mine {
			continue
		}
		for range 50 {
			if _, again, err := w.Replay(h); err != nil || again != h.Answer {
				t.Fatalf("%s sent again: %v\n%s\nfirst:\n%s", h.URL, err, again, h.Answer)
			}
		}
	}
	w.quiet(t)
	if now := w.asked(); now["POST Calls/one"] != asked["POST Calls/one"] || now["POST Calls"] != asked["POST Calls"] {
		t.Errorf("Twilio was asked %v, before %v", now, asked)
	}
	if is := w.b.shift(t); is.State != was.State {
		t.Errorf("the shift is %+v, was %+v", is, was)
	}
	if q := w.sam.queue(t); len(q) != 1 {
		t.Errorf("the queue shows %v", q)
	}
}

// FAULTS 20, 27: a counselor who called in hangs up, wherever the call stands.
func TestACounselorOnThePhoneHangsUpWhereverTheCallStands(t *testing.T) {
	t.Parallel()
	talk := func(t *testing.T, w *shiftwork) {
		t.Helper()
		w.b.callsIn(t)
		do(t, w.b.phone.Press(t.Context(), "1"))
		until(t, w.rosa, "they do not meet", func(s standin.State) bool { return s.Room != "" && len(s.With) == 1 })
		wait(t, "the case is not live", func() bool { return w.sam.state(t, w.onRosa) == "live" })
	}
	for name, c := range map[string]struct {
		until func(t *testing.T, w *shiftwork)
		state string
	}{
		"at the PIN":  {func(t *testing.T, w *shiftwork) { t.Helper(); do(t, w.b.phone.Dial(t.Context())) }, "waiting"},
		"in line":     {func(t *testing.T, w *shiftwork) { t.Helper(); w.b.callsIn(t) }, "waiting"},
		"in the talk": {talk, "waiting"},
		"in the menu": {func(t *testing.T, w *shiftwork) {
			t.Helper()
			talk(t, w)
			do(t, w.b.phone.Press(t.Context(), "*"))
			listens(t, w.b.phone, "no menu")
		}, "waiting"},
		"after the talk": {func(t *testing.T, w *shiftwork) {
			t.Helper()
			talk(t, w)
			do(t, w.rosa.Hangup(t.Context()))
			wait(t, "nobody asks how it ended", func() bool { return strings.Contains(w.b.phone.Said(), "note how it ended") })
		}, "wrap_up"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newPhoneWork(t)
			c.until(t, w)
			do(t, w.b.phone.Hangup(t.Context()))
			wait(t, "the counselor is not off", func() bool { return w.b.shift(t).State == "off" })
			wait(t, "the case is not "+c.state, func() bool { return w.sam.state(t, w.onRosa) == c.state })
			if c.state == "waiting" {
				w.a.claim(t, w.onRosa)
				w.meets(t, w.a, w.rosa, w.onRosa)
			}
		})
	}
}

// A claim in the console by somebody who is on by phone leads that leg, and
// dials nobody.
func TestAClaimInTheConsoleByACounselorOnThePhoneLeadsTheLeg(t *testing.T) {
	t.Parallel()
	w := newPhoneWork(t)
	w.b.callsIn(t)
	w.b.claim(t, w.onEve)
	wait(t, "the gate is not heard", func() bool { return strings.Contains(w.b.phone.Said(), "To take a caller, press 1") })
	do(t, w.b.phone.Press(t.Context(), "5"))
	wait(t, "the leg does not go on", func() bool { return strings.Contains(w.b.phone.Said(), "Waiting: 2") })
	w.b.claim(t, w.onEve)
	wait(t, "the gate is not heard again", func() bool { return strings.Contains(w.b.phone.Said(), "To take a caller, press 1") })
	do(t, w.b.phone.Press(t.Context(), "1"))
	until(t, w.eve, "they do not meet", func(s standin.State) bool { return s.Room != "" && len(s.With) == 1 })
	if n := w.calls(ben); n != 0 {
		t.Errorf("the counselor was dialled %d times", n)
	}
}

// DESIGN §5: with the store down a counselor hears so, the PIN is in no URL,
// and the call goes on when it is back.
func TestACounselorsCallOutlivesTheStore(t *testing.T) {
	t.Parallel()
	w := newPhoneWork(t)
	do(t, w.b.phone.Dial(t.Context()))
	w.redisd.pause()
	do(t, w.b.phone.Press(t.Context(), benPIN+"#"))
	if said := w.b.phone.Said(); !strings.Contains(said, "technical problem") {
		t.Errorf("heard %q", said)
	}
	w.redisd.resume()
	wait(t, "the store is not back", func() bool { status, _ := get(w.base + "/readyz"); return status == http.StatusOK })
	for range 5 {
		if strings.Contains(w.b.phone.Said(), "enter your PIN") || strings.Contains(w.b.phone.Said(), "not right") {
			break
		}
		do(t, w.b.phone.Silence(t.Context()))
	}
	listens(t, w.b.phone, "no question again")
	do(t, w.b.phone.Press(t.Context(), benPIN+"#"))
	wait(t, "the PIN is not taken", func() bool { return strings.Contains(w.b.phone.Said(), "You are available by phone") })
	for _, h := range w.Webhooks() {
		if strings.Contains(h.URL, benPIN) {
			t.Errorf("the PIN stands in %s", h.URL)
		}
	}
	if strings.Contains(w.logs.String(), benPIN) {
		t.Error("the PIN stands in the log")
	}
}
