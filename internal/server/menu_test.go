package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/standin"
)

// star presses the star of a talk and waits until the counselor hears the
// menu and the caller the holding words.
func (w *shiftwork) star(t *testing.T) {
	t.Helper()
	do(t, w.a.phone.Press(t.Context(), "*"))
	listens(t, w.a.phone, "the counselor hears no menu")
	if said := w.a.phone.Said(); !strings.Contains(said, "Back to the caller, press 1") {
		t.Errorf("the counselor heard %q", said)
	}
	until(t, w.rosa, "the caller does not hold", func(s standin.State) bool { return s.Phase == standin.Listening && s.Room == "" })
	if said := w.rosa.Said(); !strings.Contains(said, "Your counselor is still here") {
		t.Errorf("the caller heard %q", said)
	}
	names988and911(t, w.rosa.Said())
	w.quiet(t)
}

func (w *shiftwork) together(t *testing.T) {
	t.Helper()
	for _, p := range []*standin.Phone{w.rosa, w.a.phone} {
		until(t, p, "they do not meet again", func(s standin.State) bool { return s.Room != "" && len(s.With) == 1 })
	}
	w.quiet(t)
	if st := w.a.state(t, w.onRosa); st != "live" {
		t.Errorf("the talk goes on, and the case is %s", st)
	}
}

func newTalk(t *testing.T) *shiftwork {
	t.Helper()
	w := newShiftwork(t, nil)
	w.a.claim(t, w.onRosa)
	w.meets(t, w.a, w.rosa, w.onRosa)
	return w
}

// CONTRACT §3 (star), issue 6 clause 10: out to the menu and back, as often as
// it takes; silence and wrong keys lead back; the caller is never disconnected
// and never alone in silence.
func TestTheStarLeadsToAMenuAndBackWhileTheCallerHolds(t *testing.T) {
	t.Parallel()
	w := newTalk(t)
	for _, way := range []string{"1", "", "7", "4", "2"} {
		w.star(t)
		if way == "" {
			do(t, w.a.phone.Silence(t.Context()))
		} else {
			do(t, w.a.phone.Press(t.Context(), way))
		}
		w.together(t)
		if said := w.rosa.Said(); !strings.Contains(said, "Your counselor is back") {
			t.Errorf("after %q the caller heard %q", way, said)
		}
		said := w.a.phone.Said()
		if way == "4" && !strings.Contains(said, "Routine. English.") || way == "2" && !strings.Contains(said, "A supervisor is being told") {
			t.Errorf("after %q the counselor heard %q", way, said)
		}
	}
	var b struct {
		Alerts []struct{ Kind, Text string } `json:"alerts"`
	}
	w.sam.must(t, http.MethodGet, "/wallboard", nil, &b)
	if len(b.Alerts) != 1 || b.Alerts[0].Kind != "supervisor:"+w.onRosa {
		t.Errorf("the wallboard shows %v", b.Alerts)
	}
	if n := w.calls(ana); n != 1 {
		t.Errorf("the counselor was dialled %d times", n)
	}
}

// The same: 3 ends the talk with the goodbye, the counselor wraps up.
func TestTheEndInTheMenuSaysGoodbye(t *testing.T) {
	t.Parallel()
	w := newTalk(t)
	w.star(t)
	do(t, w.a.phone.Press(t.Context(), "3"))
	until(t, w.rosa, "the caller's call does not end", func(s standin.State) bool { return s.Phase == standin.Over })
	names988and911(t, w.rosa.Said())
	if !strings.Contains(w.rosa.Said(), "Thank you for talking with us") {
		t.Errorf("the caller heard %q", w.rosa.Said())
	}
	wait(t, "the case is not in wrap-up", func() bool { return w.a.state(t, w.onRosa) == "wrap_up" })
	until(t, w.a.phone, "the counselor's leg is still up", func(s standin.State) bool { return s.Phase == standin.Over })
	if q := w.sam.queue(t); len(q) != 1 {
		t.Errorf("the queue shows %v", q)
	}
}

// Issue 6 clause 10: an escalation in two keys, the caller never disconnected.
func TestStarAndNineCallThePeopleOnCallAndTheTalkGoesOn(t *testing.T) {
	t.Parallel()
	w := newTalk(t)
	w.star(t)
	do(t, w.a.phone.Press(t.Context(), "9"))
	w.together(t)
	onCall := w.Phone(firstOnCall)
	rings(t, onCall, "nobody on call is paged")
	if b := w.sam.board(t); len(b.Escalations) != 1 || b.Escalations[0].CaseID != w.onRosa || b.Escalations[0].Attended != nil {
		t.Errorf("the wallboard shows %+v", b.Escalations)
	}
	do(t, onCall.Answer(t.Context()))
	do(t, onCall.Press(t.Context(), "1"))
	until(t, w.rosa, "the person on call does not join", func(s standin.State) bool { return len(s.With) == 2 })
	wait(t, "the emergency is not attended", func() bool { e := w.sam.board(t).Escalations; return len(e) == 1 && e[0].Attended != nil })
	// With somebody else in the room the caller stays there while the counselor steps out.
	do(t, w.a.phone.Press(t.Context(), "*"))
	listens(t, w.a.phone, "the counselor hears no menu")
	w.quiet(t)
	if s := w.rosa.State(); s.Room == "" || len(s.With) != 1 {
		t.Errorf("the caller is %+v, want with the person on call", s)
	}
	do(t, w.a.phone.Press(t.Context(), "1"))
	until(t, w.rosa, "the counselor does not come back", func(s standin.State) bool { return len(s.With) == 2 })
}

// FAULTS 20 for the menu: whoever hangs up, nobody is left alone.
func TestAHangUpWhileTheCounselorIsInTheMenu(t *testing.T) {
	t.Parallel()
	t.Run("the caller's", func(t *testing.T) {
		t.Parallel()
		w := newTalk(t)
		w.star(t)
		do(t, w.rosa.Hangup(t.Context()))
		wait(t, "the case is not in wrap-up", func() bool { return w.a.state(t, w.onRosa) == "wrap_up" })
		until(t, w.a.phone, "the counselor waits for nobody", func(s standin.State) bool { return s.Phase == standin.Over })
		if said := w.a.phone.Said(); !strings.Contains(said, "hung up") {
			t.Errorf("the counselor heard %q", said)
		}
	})
	t.Run("the counselor's", func(t *testing.T) {
		t.Parallel()
		w := newTalk(t)
		w.star(t)
		do(t, w.a.phone.Hangup(t.Context()))
		wait(t, "the caller is not told", func() bool { return strings.Contains(w.rosa.Said(), "line to your counselor closed") })
		names988and911(t, w.rosa.Said())
		if back := w.sam.waiting(t, rosa); back.CaseID != w.onRosa || back.Position != 1 {
			t.Errorf("the caller stands as %v, want the head", back)
		}
		w.b.claim(t, w.onRosa)
		w.meets(t, w.b, w.rosa, w.onRosa)
	})
}

// CONTRACT §3 rule 5: a caller's 9 counts while the counselor is in the menu.
func TestACallerInDangerWhileHoldingForTheMenuIsHeard(t *testing.T) {
	t.Parallel()
	w := newTalk(t)
	w.star(t)
	do(t, w.rosa.Press(t.Context(), "9"))
	rings(t, w.Phone(firstOnCall), "nobody on call is paged")
	listens(t, w.rosa, "the caller does not hold")
	do(t, w.a.phone.Press(t.Context(), "1"))
	w.together(t)
}

// CONTRACT §3 rule 2: the menu's requests sent again change nothing.
func TestTheMenuSentFiftyTimesHappensOnce(t *testing.T) {
	t.Parallel()
	w := newTalk(t)
	for _, key := range []string{"2", "3"} {
		w.star(t)
		do(t, w.a.phone.Press(t.Context(), key))
		w.quiet(t)
	}
	until(t, w.rosa, "the caller's call does not end", func(s standin.State) bool { return s.Phase == standin.Over })
	wait(t, "the case is not in wrap-up", func() bool { return w.a.state(t, w.onRosa) == "wrap_up" })
	asked := w.asked()
	for _, h := range w.Webhooks() {
		if !strings.Contains(h.URL, "/twilio/counselor/after") && !strings.Contains(h.URL, "/twilio/counselor/menu") {
			continue
		}
		for range 50 {
			if _, again, err := w.Replay(h); err != nil || again != h.Answer {
				t.Fatalf("%s sent again: %v\n%s\nfirst:\n%s", h.URL, err, again, h.Answer)
			}
		}
	}
	w.quiet(t)
	if now := w.asked(); len(now) != len(asked) || now["POST Calls/one"] != asked["POST Calls/one"] {
		t.Errorf("Twilio was asked %v, before %v", now, asked)
	}
}
