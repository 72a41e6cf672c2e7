package server_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/server"
	"github.com/tideover/tideover/internal/staff"
	"github.com/tideover/tideover/internal/standin"
	"github.com/tideover/tideover/internal/store"
)

// shiftwork is a stage with a supervisor and two counselors, and with Rosa
// before Eve in line.
type shiftwork struct {
	*stage
	sam, a, b *person
	rosa, eve *standin.Phone
	onRosa    string
	onEve     string
}

func newShiftwork(t *testing.T, change func(*server.Options)) *shiftwork {
	t.Helper()
	s := newStage(t, change)
	w := &shiftwork{stage: s, sam: s.hire(t, "Sam", staff.Supervisor, "")}
	w.a, w.b = s.counselor(t, ana, hotline.English), s.counselor(t, ben, hotline.English)
	var r row
	w.rosa, r = s.inLine(t, w.sam, rosa)
	w.onRosa = r.CaseID
	w.eve, r = s.inLine(t, w.sam, eve)
	w.onEve = r.CaseID
	return w
}

// Issue 4 clause 6, FAULTS 27, DESIGN §4 (moves table: released, no answer →
// as before, old place): whatever a counselor's phone does instead of pressing
// 1, the caller stands where they stood, hears nothing of it, and the next
// counselor reaches them.
func TestACounselorWhoIsNotReachedLeavesTheCallerAtTheOldPlace(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		phone  standin.Behaviour
		act    func(t *testing.T, p *standin.Phone)
		missed int
	}{
		"nobody picks up":           {phone: standin.NoAnswer(), missed: 1},
		"the phone is busy":         {phone: standin.Busy(), missed: 1},
		"the phone is out of reach": {phone: standin.Failed(), missed: 1},
		"a voicemail picks up":      {phone: standin.Silent(), missed: 1},
		"another key is pressed":    {phone: standin.Press("5")},
		"the call is declined": {missed: 1, act: func(t *testing.T, p *standin.Phone) {
			t.Helper()
			rings(t, p, "the counselor's phone does not ring")
			do(t, p.Decline(t.Context()))
		}},
		"the counselor hangs up before pressing": {missed: 1, act: func(t *testing.T, p *standin.Phone) {
			t.Helper()
			rings(t, p, "the counselor's phone does not ring")
			do(t, p.Answer(t.Context()))
			do(t, p.Hangup(t.Context()))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newShiftwork(t, nil)
			w.a.phone.Behave(c.phone)
			heard := len(w.rosa.Transcript())
			w.a.claim(t, w.onRosa)
			if c.act != nil {
				c.act(t, w.a.phone)
			}
			back := w.sam.waiting(t, rosa)
			if back.CaseID != w.onRosa || back.Position != 1 {
				t.Errorf("the caller stands as %v, want the old place", back)
			}
			wait(t, "the counselor is not free again", func() bool { return len(w.a.shift(t).Cases) == 0 })
			if sh := w.a.shift(t); sh.State != "available" || sh.Missed != c.missed {
				t.Errorf("the counselor is %+v, want available with %d missed", sh, c.missed)
			}
			if now := w.rosa.Transcript(); len(now) != heard {
				t.Errorf("the caller noticed: %v", now[heard:])
			}
			if n := w.calls(ana); n != 1 {
				t.Errorf("the counselor was rung %d times", n)
			}
			w.b.claim(t, w.onRosa)
			w.meets(t, w.b, w.rosa, w.onRosa)
		})
	}
}

// FAULTS 20, issue 4 clause 6: the caller hangs up in each state. The case
// ends within a second, the counselor is told or freed, nothing is counted twice.
func TestACallerWhoHangsUpEndsTheCaseWhereverItStands(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		until  func(t *testing.T, w *shiftwork)
		state  string
		said   string
		counts [2]int // answered, abandoned
	}{
		"while waiting": {until: func(*testing.T, *shiftwork) {}, state: "closed"},
		"while the counselor's phone rings": {until: func(t *testing.T, w *shiftwork) {
			t.Helper()
			w.a.claim(t, w.onRosa)
			rings(t, w.a.phone, "the counselor's phone does not ring")
		}, state: "closed"},
		"while the counselor hears the gate": {until: func(t *testing.T, w *shiftwork) {
			t.Helper()
			w.a.claim(t, w.onRosa)
			rings(t, w.a.phone, "the counselor's phone does not ring")
			do(t, w.a.phone.Answer(t.Context()))
		}, state: "closed", said: "hung up"},
		"in the talk": {until: func(t *testing.T, w *shiftwork) {
			t.Helper()
			w.a.claim(t, w.onRosa)
			w.meets(t, w.a, w.rosa, w.onRosa)
		}, state: "wrap_up", said: "hung up", counts: [2]int{1, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newShiftwork(t, nil)
			c.until(t, w)
			began := time.Now()
			do(t, w.rosa.Hangup(t.Context()))
			wait(t, "the case does not become "+c.state, func() bool { return w.sam.state(t, w.onRosa) == c.state })
			if took := time.Since(began); took > time.Second {
				t.Errorf("that took %v", took)
			}
			until(t, w.a.phone, "the counselor is left alone", func(s standin.State) bool { return s.Phase == standin.Over })
			if said := w.a.phone.Said(); !strings.Contains(said, c.said) {
				t.Errorf("the counselor heard %q, want %q", said, c.said)
			}
			if q := w.sam.queue(t); len(q) != 1 || q[0].CaseID != w.onEve || q[0].Position != 1 {
				t.Errorf("the queue shows %v", q)
			}
			if b := w.sam.board(t); b.Answered != c.counts[0] || b.Abandoned != c.counts[1] {
				t.Errorf("counted %d answered, %d abandoned; want %v", b.Answered, b.Abandoned, c.counts)
			}
			if sh := w.a.shift(t); c.state == "closed" && (len(sh.Cases) != 0 || sh.State != "available") {
				t.Errorf("the counselor is %+v", sh)
			}
		})
	}
}

// Issue 4 clause 6, FAULTS 20: between press 1 and the room the caller hangs
// up; the counselor, alone in the room, is told.
func TestACallerWhoHangsUpWhileBeingConnectedDoesNotLeaveACounselorAlone(t *testing.T) {
	t.Parallel()
	w := newShiftwork(t, nil)
	w.FailREST(standin.Rule{Match: regexp.MustCompile(`POST .*/Calls/CA`), Do: standin.Answer500}) // the caller is not moved at once
	w.a.claim(t, w.onRosa)
	rings(t, w.a.phone, "the counselor's phone does not ring")
	do(t, w.a.phone.Answer(t.Context()))
	do(t, w.a.phone.Press(t.Context(), "1"))
	do(t, w.rosa.Hangup(t.Context()))
	wait(t, "the case is not closed", func() bool { return w.sam.state(t, w.onRosa) == "closed" })
	until(t, w.a.phone, "the counselor is left alone", func(s standin.State) bool { return s.Phase == standin.Over })
	if said := w.a.phone.Said(); !strings.Contains(said, "hung up") {
		t.Errorf("the counselor heard %q", said)
	}
}

// Issue 4 clause 6 ("counselor's line lost mid-call: patient told within 1 s,
// at the head"), DESIGN §4 head of band.
func TestACallerWhoseCounselorIsCutOffIsToldAtOnceAndComesNext(t *testing.T) {
	t.Parallel()
	w := newShiftwork(t, nil)
	w.a.claim(t, w.onEve) // Eve called after Rosa
	w.meets(t, w.a, w.eve, w.onEve)
	began := time.Now()
	do(t, w.a.phone.Hangup(t.Context()))
	until(t, w.eve, "the caller is not told", func(s standin.State) bool { return s.Phase == standin.Listening })
	if took := time.Since(began); took > time.Second {
		t.Errorf("told after %v", took)
	}
	if said := w.eve.Said(); !strings.Contains(said, "line to your counselor closed") {
		t.Errorf("the caller heard %q", said)
	}
	names988and911(t, w.eve.Said())
	if back := w.sam.waiting(t, eve); back.CaseID != w.onEve || back.Position != 1 {
		t.Errorf("the caller stands as %v, want the head", back)
	}
	w.b.claim(t, w.onEve)
	w.meets(t, w.b, w.eve, w.onEve)
}

// DESIGN §4: a caller who leaves after such a cut has been answered; the case
// goes to the wrap-up of the counselor who talked and is not abandoned.
func TestACallerWhoLeavesAfterTheCutCountsAsAnswered(t *testing.T) {
	t.Parallel()
	w := newShiftwork(t, nil)
	w.a.claim(t, w.onRosa)
	w.meets(t, w.a, w.rosa, w.onRosa)
	do(t, w.a.phone.Hangup(t.Context()))
	listens(t, w.rosa, "the caller is not told")
	do(t, w.rosa.Hangup(t.Context()))
	wait(t, "the case is not in wrap-up", func() bool { return w.a.state(t, w.onRosa) == "wrap_up" })
	if b := w.sam.board(t); b.Answered != 1 || b.Abandoned != 0 {
		t.Errorf("counted %d answered, %d abandoned", b.Answered, b.Abandoned)
	}
	w.a.must(t, http.MethodPost, "/cases/"+w.onRosa+"/close", map[string]any{"disposition": "helped"}, nil)
}

// FAULTS 22, CONTRACT §4: two claim one caller at once. One phone rings.
func TestTwoWhoClaimOneCallerAtOnceRingOnePhone(t *testing.T) {
	t.Parallel()
	w := newShiftwork(t, nil)
	type answer struct {
		status int
		kind   string
	}
	answers := make(chan answer, 2)
	for _, p := range []*person{w.a, w.b} {
		go func() {
			status, kind := p.problem(t, http.MethodPost, "/claims", map[string]any{"case_id": w.onRosa})
			answers <- answer{status, kind}
		}()
	}
	got := map[answer]int{<-answers: 1}
	got[<-answers]++
	if got[answer{http.StatusCreated, ""}] != 1 || got[answer{http.StatusConflict, "already-claimed"}] != 1 {
		t.Errorf("answers %v", got)
	}
	wait(t, "no phone rings", func() bool { return w.calls(ana)+w.calls(ben) == 1 })
	w.quiet(t)
	if n := w.calls(ana) + w.calls(ben); n != 1 {
		t.Errorf("%d phones were rung", n)
	}
}

// FAULTS 23: one counselor claims two callers at once and gets one.
func TestACounselorWhoClaimsTwoCallersAtOnceGetsOne(t *testing.T) {
	t.Parallel()
	w := newShiftwork(t, nil)
	statuses := make(chan int, 2)
	for _, id := range []string{w.onRosa, w.onEve} {
		go func() {
			status, _ := w.a.problem(t, http.MethodPost, "/claims", map[string]any{"case_id": id})
			statuses <- status
		}()
	}
	if sum := <-statuses + <-statuses; sum != http.StatusCreated+http.StatusConflict {
		t.Errorf("statuses add up to %d", sum)
	}
	if q := w.sam.queue(t); len(q) != 1 {
		t.Errorf("the queue shows %v", q)
	}
}

// CONTRACT §4 PUT /shift, FAULTS 27: after three missed rings the line sets a
// break and says so.
func TestACounselorWhoMissesThreeRingsIsSetOnABreakAndTold(t *testing.T) {
	t.Parallel()
	w := newShiftwork(t, nil)
	w.a.phone.Behave(standin.NoAnswer())
	for n := 1; n <= 3; n++ {
		w.a.claim(t, w.onRosa)
		wait(t, "the ring is not counted", func() bool { s := w.a.shift(t); return s.Missed == n || s.State == "break" })
		w.sam.waiting(t, rosa)
	}
	if s := w.a.shift(t); s.State != "break" || s.Told == "" {
		t.Errorf("the counselor is %+v, want on a break and told why", s)
	}
	if status, kind := w.a.problem(t, http.MethodPost, "/claims", map[string]any{}); status != http.StatusConflict || kind != "not-available" {
		t.Errorf("a claim on the break: %d %s", status, kind)
	}
}

// FAULTS 13, 14, DESIGN §3 (due loop): Twilio refuses, fails, or does what it
// is asked without an answer. The phone rings once, and the talk comes about.
func TestTwilioInTroubleNeverMakesAPhoneRingTwice(t *testing.T) {
	t.Parallel()
	calls := regexp.MustCompile(`POST .*/Calls\.json`)
	for name, rule := range map[string]standin.Rule{
		"too many requests":            {Do: standin.Answer429},
		"a server error":               {Do: standin.Answer500},
		"the connection is reset":      {Do: standin.Reset},
		"done, but the answer is lost": {Do: standin.LoseCommit},
		"three server errors in a row": {Do: standin.Answer500, Count: 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newShiftwork(t, nil)
			rule.Match = calls
			w.FailREST(rule)
			began := time.Now()
			w.a.claim(t, w.onRosa)
			rings(t, w.a.phone, "the counselor's phone does not ring")
			if rule.Do == standin.Answer429 && time.Since(began) < time.Second {
				t.Errorf("dialled again after %v: Retry-After said a second", time.Since(began))
			}
			if q := w.sam.queue(t); len(q) != 1 || q[0].CaseID != w.onEve {
				t.Errorf("the queue shows %v", q)
			}
			w.meets(t, w.a, w.rosa, w.onRosa)
			if n := w.calls(ana); n != 1 {
				t.Errorf("the phone rang %d times", n)
			}
		})
	}
}

// DESIGN §4 (leases), issue 4 clause 6 "lease lost": a claim that nobody
// answers for ends by itself.
// FAULTS 24.
func TestALeaseThatRunsOutGivesTheCallerBack(t *testing.T) {
	t.Parallel()
	w := newShiftwork(t, func(o *server.Options) { o.Store = store.Options{Lease: 500 * time.Millisecond} })
	w.a.claim(t, w.onRosa) // the phone rings and rings
	if back := w.sam.waiting(t, rosa); back.CaseID != w.onRosa || back.Position != 1 {
		t.Errorf("the caller stands as %v", back)
	}
	until(t, w.a.phone, "the phone rings on", func(s standin.State) bool { return s.Phase == standin.Over })
	if sh := w.a.shift(t); sh.State != "available" || sh.Missed != 1 || len(sh.Cases) != 0 {
		t.Errorf("the counselor is %+v", sh)
	}
}
