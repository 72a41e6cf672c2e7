package server_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/server"
	"github.com/tideover/tideover/internal/staff"
	"github.com/tideover/tideover/internal/standin"
)

// Clause 14 (988 with proof), CARE decision 6: only a person asks 988 in; each
// step is in the case and in the record; the counselor stays until they say
// that the two talk, and then the caller stays with 988.
func TestAHandTo988IsProvedStepByStep(t *testing.T) {
	t.Parallel()
	w := newTalk(t)
	w.post(t, w.a, "escalate", map[string]any{"to": "988", "reason": "she wants to talk with them"})
	l := w.sam.leg(t, w.onRosa, "in")
	if l.Kind != "988" || l.AskedAt == nil || l.DialledAt == nil || l.AnsweredAt == nil || l.JoinedAt == nil || l.ConfirmedAt != nil {
		t.Errorf("proof: %+v", l)
	}
	until(t, w.rosa, "988 is not with them", func(s standin.State) bool { return len(s.With) == 2 })
	if n := w.calls("988"); n != 1 {
		t.Errorf("988 was dialled %d times", n)
	}
	if status, kind := w.a.problem(t, http.MethodPost, "/cases/"+w.onRosa+"/end", map[string]any{"how": "goodbye"}); status != http.StatusConflict || kind != "not-now" {
		t.Errorf("ended before it was confirmed: %d %s", status, kind)
	}
	w.post(t, w.a, "legs", map[string]any{"n": 1, "do": "confirm"})
	w.quiet(t)
	w.post(t, w.a, "end", map[string]any{"how": "goodbye"})
	until(t, w.a.phone, "the counselor's leg is still up", func(s standin.State) bool { return s.Phase == standin.Over })
	w.quiet(t)
	if s := w.rosa.State(); s.Room == "" || len(s.With) != 1 || s.With[0].Number != "988" {
		t.Errorf("the caller is %+v, want with 988", s)
	}
	if c := w.sam.talk(t, w.onRosa); c.State != "wrap_up" || c.Owner != string(w.a.id) || c.Legs[0].ConfirmedBy != string(w.a.id) {
		t.Errorf("%+v", c)
	}
	w.a.must(t, http.MethodPost, "/cases/"+w.onRosa+"/close", map[string]any{"disposition": "escalated"}, nil)
	w.quiet(t)
	if s := w.rosa.State(); s.Room == "" || len(s.With) != 1 {
		t.Errorf("after the close the caller is %+v", s)
	}
	do(t, w.Phone("988").Hangup(t.Context()))
	until(t, w.rosa, "the caller is left alone", func(s standin.State) bool { return s.Phase == standin.Over })
	names988and911(t, w.rosa.Said())
	var record struct {
		Entries []struct{ Who, Action, Outcome, Reason string }
	}
	w.sam.must(t, http.MethodGet, "/audit?case_id="+w.onRosa, nil, &record)
	var steps []string
	for _, e := range record.Entries {
		if e.Action == "988" {
			steps = append(steps, e.Outcome+" "+e.Reason)
		}
	}
	slices.Sort(steps)
	want := []string{"answered by the line", "dialled by the line", "in the talk by the line", "ok confirmed", "over: left by the line"}
	for _, s := range want {
		if !slices.Contains(steps, s) {
			t.Errorf("the record lacks %q: %v", s, steps)
		}
	}
}

// Clause 14: 988 hangs up, before and after it was confirmed, and the caller
// is never alone.
func TestWhen988LeavesTheCallerIsNotAlone(t *testing.T) {
	t.Parallel()
	t.Run("before it is confirmed", func(t *testing.T) {
		t.Parallel()
		w := newTalk(t)
		w.post(t, w.a, "escalate", map[string]any{"to": "988"})
		w.sam.leg(t, w.onRosa, "in")
		do(t, w.Phone("988").Hangup(t.Context()))
		heard(t, w.a.phone, "Whom you asked for has left")
		if s := w.rosa.State(); len(s.With) != 1 || s.With[0].Number != ana {
			t.Errorf("the caller is %+v", s)
		}
	})
	t.Run("in the wrap-up", func(t *testing.T) {
		t.Parallel()
		w := newTalk(t)
		w.post(t, w.a, "escalate", map[string]any{"to": "988"})
		w.sam.leg(t, w.onRosa, "in")
		w.post(t, w.a, "legs", map[string]any{"n": 1, "do": "confirm"})
		w.post(t, w.a, "end", map[string]any{"how": "goodbye"})
		w.quiet(t)
		do(t, w.Phone("988").Hangup(t.Context()))
		wait(t, "the caller is not told", func() bool { return strings.Contains(w.rosa.Said(), "line to your counselor closed") })
		if back := w.sam.waiting(t, rosa); back.Position != 1 {
			t.Errorf("the caller stands as %v, want the head", back)
		}
		w.b.claim(t, w.onRosa)
		w.meets(t, w.b, w.rosa, w.onRosa)
	})
	t.Run("the counselor's line died before it was confirmed", func(t *testing.T) {
		t.Parallel()
		w := newTalk(t)
		w.post(t, w.a, "escalate", map[string]any{"to": "988"})
		w.sam.leg(t, w.onRosa, "in")
		w.quiet(t)
		do(t, w.a.phone.Hangup(t.Context()))
		wait(t, "the case is not in wrap-up", func() bool { return w.sam.state(t, w.onRosa) == "wrap_up" })
		w.quiet(t)
		if s := w.rosa.State(); len(s.With) != 1 || s.With[0].Number != "988" {
			t.Errorf("the caller is %+v, want with 988", s)
		}
		var b struct {
			Alerts []struct{ Kind, Text string } `json:"alerts"`
		}
		w.sam.must(t, http.MethodGet, "/wallboard", nil, &b)
		if len(b.Alerts) != 1 || b.Alerts[0].Kind != "supervisor:"+w.onRosa {
			t.Errorf("nobody is alerted: %v", b.Alerts)
		}
		do(t, w.rosa.Hangup(t.Context()))
		until(t, w.Phone("988"), "988 is left alone", func(s standin.State) bool { return s.Phase == standin.Over })
	})
}

// Clause 14: an interpreter comes in with words for the caller.
func TestAnInterpreterComesInWithWords(t *testing.T) {
	t.Parallel()
	const interpreters = "+12095557700"
	w := newShiftwork(t, func(o *server.Options) { o.Interpreter = hotline.CallerNumber(interpreters) })
	w.a.claim(t, w.onRosa)
	w.meets(t, w.a, w.rosa, w.onRosa)
	w.post(t, w.a, "interpreter", map[string]any{})
	rings(t, w.Phone(interpreters), "no interpreter is rung")
	do(t, w.Phone(interpreters).Answer(t.Context()))
	until(t, w.rosa, "the interpreter is not with them", func(s standin.State) bool { return len(s.With) == 2 })
	heard(t, w.rosa, "An interpreter is here now")
	// With the interpreter there the caller does not hold while the counselor is in the menu.
	w.sam.leg(t, w.onRosa, "in")
	do(t, w.a.phone.Press(t.Context(), "*"))
	listens(t, w.a.phone, "no menu")
	w.quiet(t)
	if s := w.rosa.State(); s.Room == "" || len(s.With) != 1 {
		t.Errorf("the caller is %+v, want with the interpreter", s)
	}
	do(t, w.Phone(interpreters).Hangup(t.Context()))
	listens(t, w.rosa, "the caller is alone in silence")
	do(t, w.a.phone.Press(t.Context(), "1"))
	w.together(t)
}

// Clause 14 and 16: a supervisor is asked for in silence, is rung if they want
// to be, listens unheard, and comes in; the counselor knows, the caller hears nothing.
func TestASupervisorIsAskedForListensAndComesIn(t *testing.T) {
	t.Parallel()
	w := newTalk(t)
	boss := w.hire(t, "Boss", staff.Supervisor, "+12095557701", hotline.English)
	boss.must(t, http.MethodPut, "/shift", map[string]any{"state": "available", "ring_me": true}, nil)
	lines := len(w.rosa.Transcript())
	w.post(t, w.a, "supervisor", map[string]any{"reason": "I am not sure"})
	rings(t, boss.phone, "the supervisor is not rung")
	do(t, boss.phone.Answer(t.Context()))
	do(t, boss.phone.Press(t.Context(), "1"))
	w.sam.leg(t, w.onRosa, "in")
	heard(t, w.a.phone, "A supervisor is listening")
	until(t, w.rosa, "the supervisor is not in", func(s standin.State) bool { return len(s.With) == 2 })
	do(t, boss.phone.Speak(t.Context(), "Can you hear me"))
	do(t, w.a.phone.Speak(t.Context(), "I am here"))
	said := func(p *standin.Phone, words string) bool {
		return slices.ContainsFunc(p.Transcript(), func(l standin.Line) bool { return l.Who == "other" && l.Text == words })
	}
	if said(w.rosa, "Can you hear me") || !said(boss.phone, "I am here") {
		t.Error("a listener is heard, or hears nothing")
	}
	boss.must(t, http.MethodPost, "/cases/"+w.onRosa+"/join", map[string]any{"reason": "she asked me to"}, nil)
	heard(t, w.a.phone, "A supervisor is in the talk now")
	w.quiet(t)
	do(t, boss.phone.Speak(t.Context(), "Hello Rosa"))
	if !said(w.rosa, "Hello Rosa") {
		t.Error("who has come in is not heard")
	}
	for _, l := range w.rosa.Transcript()[lines:] {
		if l.Who == "line" {
			t.Errorf("the caller heard the machine: %q", l.Text)
		}
	}
	if status, kind := w.b.problem(t, http.MethodPost, "/cases/"+w.onRosa+"/listen", map[string]any{}); status != http.StatusForbidden || kind != "forbidden" {
		t.Errorf("a counselor listens: %d %s", status, kind)
	}
	w.quiet(t)
	do(t, w.a.phone.Hangup(t.Context()))
	wait(t, "the talk is not the supervisor's", func() bool { return w.sam.owner(t, w.onRosa) == string(boss.id) })
	if s := w.rosa.State(); s.Room == "" || len(s.With) != 1 {
		t.Errorf("the caller is %+v", s)
	}
}
