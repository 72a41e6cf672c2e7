package server_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/server"
	"github.com/tideover/tideover/internal/standin"
)

// leg is who else is in a talk, as the API shows it.
type leg struct {
	N           int
	Kind, Who   string
	State, Why  string
	AskedAt     *string `json:"asked_at"`
	DialledAt   *string `json:"dialled_at"`
	AnsweredAt  *string `json:"answered_at"`
	JoinedAt    *string `json:"joined_at"`
	ConfirmedAt *string `json:"confirmed_at"`
	ConfirmedBy string  `json:"confirmed_by"`
	LeftAt      *string `json:"left_at"`
}

type talking struct {
	State string
	Owner string
	Epoch int
	Held  *string `json:"held_since"`
	Legs  []leg
}

func (p *person) talk(t *testing.T, id string) talking {
	t.Helper()
	var c talking
	p.must(t, http.MethodGet, "/cases/"+id, nil, &c)
	return c
}

// leg waits until the first who was asked into a talk is in a state.
func (p *person) leg(t *testing.T, id, state string) leg {
	t.Helper()
	var l leg
	wait(t, "a leg of the talk is not "+state, func() bool {
		c := p.talk(t, id)
		if len(c.Legs) == 0 {
			return false
		}
		l = c.Legs[0]
		return l.State == state
	})
	return l
}

func (w *shiftwork) post(t *testing.T, p *person, what string, body map[string]any) {
	t.Helper()
	p.must(t, http.MethodPost, "/cases/"+w.onRosa+"/"+what, body, nil)
}

// handsOver rings Ben into the talk, who comes in.
func (w *shiftwork) handsOver(t *testing.T) {
	t.Helper()
	w.post(t, w.a, "handover", map[string]any{"to": string(w.b.id)})
	rings(t, w.b.phone, "the other counselor is not rung")
	do(t, w.b.phone.Answer(t.Context()))
	if said := w.b.phone.Said(); !strings.Contains(said, "To come in, press 1") || strings.Contains(said, "English") {
		t.Errorf("the gate: %q", said)
	}
	do(t, w.b.phone.Press(t.Context(), "1"))
	if said := w.b.phone.Said(); !strings.Contains(said, "Routine. English.") {
		t.Errorf("the brief: %q", said)
	}
	w.sam.leg(t, w.onRosa, "in")
	until(t, w.rosa, "the three are not together", func(s standin.State) bool { return len(s.With) == 2 })
}

// heard waits until a phone was told something.
func heard(t *testing.T, p *standin.Phone, words string) {
	t.Helper()
	wait(t, "nobody hears: "+words, func() bool {
		return slices.ContainsFunc(p.Transcript(), func(l standin.Line) bool { return l.Who == "line" && strings.Contains(l.Text, words) })
	})
}

// Issue 6 clause 14, DESIGN §4 (live → live): warm hand-over. The caller is
// never alone and hears no machine; the talk changes hands when it is
// confirmed; who had it leaves when they like.
func TestAWarmHandOverIsATalkOfThreeUntilTheFirstOneLeaves(t *testing.T) {
	t.Parallel()
	w := newTalk(t)
	lines := len(w.rosa.Transcript())
	before := w.sam.talk(t, w.onRosa)
	w.handsOver(t)
	if c := w.sam.talk(t, w.onRosa); c.Owner != string(w.a.id) || c.Epoch != before.Epoch {
		t.Errorf("before it is confirmed the talk is of %s in epoch %d", c.Owner, c.Epoch)
	}
	if status, kind := w.b.problem(t, http.MethodPost, "/claims", map[string]any{"case_id": w.onEve}); status != http.StatusConflict || kind != "at-limit" {
		t.Errorf("who is in a talk claims another call: %d %s", status, kind)
	}
	w.post(t, w.a, "legs", map[string]any{"n": 1, "do": "confirm"})
	c := w.sam.talk(t, w.onRosa)
	if c.Owner != string(w.b.id) || c.Epoch != before.Epoch+1 || c.State != "live" {
		t.Errorf("the talk is of %s in epoch %d, %s", c.Owner, c.Epoch, c.State)
	}
	if l := c.Legs[0]; l.State != "owns" || l.ConfirmedBy != string(w.a.id) || l.AskedAt == nil || l.DialledAt == nil || l.AnsweredAt == nil || l.JoinedAt == nil {
		t.Errorf("proof: %+v", l)
	}
	heard(t, w.b.phone, "The caller is yours now")
	w.quiet(t)
	if s := w.rosa.State(); len(s.With) != 2 {
		t.Errorf("the first has not left, and the caller is with %v", s.With)
	}
	do(t, w.a.phone.Hangup(t.Context()))
	wait(t, "the first is not free", func() bool { return len(w.a.shift(t).Cases) == 0 })
	if s := w.rosa.State(); s.Room == "" || len(s.With) != 1 {
		t.Errorf("the caller is %+v", s)
	}
	for _, l := range w.rosa.Transcript()[lines:] {
		if l.Who == "line" {
			t.Errorf("the caller heard the machine: %q", l.Text)
		}
	}
	// The new owner has the menu, and ends it.
	do(t, w.b.phone.Press(t.Context(), "*"))
	listens(t, w.b.phone, "the new owner has no menu")
	listens(t, w.rosa, "the caller does not hold")
	w.quiet(t)
	do(t, w.b.phone.Press(t.Context(), "3"))
	until(t, w.rosa, "the call does not end", func(s standin.State) bool { return s.Phase == standin.Over })
	names988and911(t, w.rosa.Said())
	wait(t, "it is not the new owner's to wrap up", func() bool { c := w.sam.talk(t, w.onRosa); return c.State == "wrap_up" && c.Owner == string(w.b.id) })
}

// Clause 14: whoever is asked and does not come leaves all as before, and the
// first one is told, by words that only they hear.
func TestAHandOverThatComesToNothingLeavesAllAsBefore(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		phone standin.Behaviour
		act   func(t *testing.T, p *standin.Phone)
		why   string
	}{
		"nobody picks up": {phone: standin.NoAnswer(), why: "no-answer"},
		"busy":            {phone: standin.Busy(), why: "busy"},
		"out of reach":    {phone: standin.Failed(), why: "failed"},
		"a voicemail":     {phone: standin.Silent(), why: "silent"},
		"another key":     {phone: standin.Press("5"), why: "declined"},
		"hangs up at the gate": {why: "silent", act: func(t *testing.T, p *standin.Phone) {
			t.Helper()
			rings(t, p, "the other counselor is not rung")
			do(t, p.Answer(t.Context()))
			do(t, p.Hangup(t.Context()))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTalk(t)
			w.b.phone.Behave(c.phone)
			lines := len(w.rosa.Transcript())
			w.post(t, w.a, "handover", map[string]any{"to": string(w.b.id)})
			if c.act != nil {
				c.act(t, w.b.phone)
			}
			if l := w.sam.leg(t, w.onRosa, "over"); l.Why != c.why || l.LeftAt == nil {
				t.Errorf("it ended as %q", l.Why)
			}
			heard(t, w.a.phone, "did not come")
			if c := w.sam.talk(t, w.onRosa); c.State != "live" || c.Owner != string(w.a.id) {
				t.Errorf("the talk is %s of %s", c.State, c.Owner)
			}
			if s := w.rosa.State(); len(s.With) != 1 || len(w.rosa.Transcript()) != lines {
				t.Errorf("the caller noticed: %+v %v", s, w.rosa.Transcript()[lines:])
			}
			w.b.phone.Behave(standin.Manual())
			w.b.claim(t, w.onEve)
			w.meets(t, w.b, w.eve, w.onEve)
		})
	}
}

// Clause 14: the first one's line dies in the middle.
func TestALineThatDiesInAHandOverLeavesNobodyAlone(t *testing.T) {
	t.Parallel()
	t.Run("while the other one rings", func(t *testing.T) {
		t.Parallel()
		w := newTalk(t)
		w.post(t, w.a, "handover", map[string]any{"to": string(w.b.id)})
		rings(t, w.b.phone, "the other counselor is not rung")
		w.sam.leg(t, w.onRosa, "dialled")
		do(t, w.a.phone.Hangup(t.Context()))
		wait(t, "the caller is not told", func() bool { return strings.Contains(w.rosa.Said(), "line to your counselor closed") })
		until(t, w.b.phone, "the other one rings on", func(s standin.State) bool { return s.Phase == standin.Over })
		if back := w.sam.waiting(t, rosa); back.Position != 1 {
			t.Errorf("the caller stands as %v, want the head", back)
		}
		w.b.claim(t, w.onRosa)
		w.meets(t, w.b, w.rosa, w.onRosa)
	})
	t.Run("while the other one is in", func(t *testing.T) {
		t.Parallel()
		w := newTalk(t)
		w.handsOver(t)
		w.quiet(t)
		do(t, w.a.phone.Hangup(t.Context()))
		wait(t, "the talk is not the other one's", func() bool { return w.sam.owner(t, w.onRosa) == string(w.b.id) })
		if s := w.rosa.State(); s.Room == "" || len(s.With) != 1 {
			t.Errorf("the caller is %+v", s)
		}
		if n := len(w.a.shift(t).Cases); n != 0 {
			t.Errorf("the first holds %d cases", n)
		}
		do(t, w.rosa.Hangup(t.Context()))
		wait(t, "it is not the other one's to wrap up", func() bool { return w.b.state(t, w.onRosa) == "wrap_up" })
		until(t, w.b.phone, "the other one is left alone", func(s standin.State) bool { return s.Phase == standin.Over })
	})
}

// Clause 14: the caller hangs up in each state of a hand-over.
func TestACallerWhoHangsUpInAHandOverEndsItForEverybody(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		until func(t *testing.T, w *shiftwork)
		whose func(w *shiftwork) *person
	}{
		"while the other one rings": {func(t *testing.T, w *shiftwork) {
			t.Helper()
			w.post(t, w.a, "handover", map[string]any{"to": string(w.b.id)})
			rings(t, w.b.phone, "the other counselor is not rung")
			w.sam.leg(t, w.onRosa, "dialled")
		}, func(w *shiftwork) *person { return w.a }},
		"at the gate": {func(t *testing.T, w *shiftwork) {
			t.Helper()
			w.post(t, w.a, "handover", map[string]any{"to": string(w.b.id)})
			rings(t, w.b.phone, "the other counselor is not rung")
			do(t, w.b.phone.Answer(t.Context()))
			w.sam.leg(t, w.onRosa, "answered")
		}, func(w *shiftwork) *person { return w.a }},
		"while all three talk": {func(t *testing.T, w *shiftwork) { t.Helper(); w.handsOver(t) }, func(w *shiftwork) *person { return w.a }},
		"after it was confirmed": {func(t *testing.T, w *shiftwork) {
			t.Helper()
			w.handsOver(t)
			w.post(t, w.a, "legs", map[string]any{"n": 1, "do": "confirm"})
		}, func(w *shiftwork) *person { return w.b }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTalk(t)
			c.until(t, w)
			w.quiet(t)
			do(t, w.rosa.Hangup(t.Context()))
			wait(t, "the case is not in wrap-up", func() bool { return w.sam.state(t, w.onRosa) == "wrap_up" })
			if o := w.sam.owner(t, w.onRosa); o != string(c.whose(w).id) {
				t.Errorf("the wrap-up is of %s", o)
			}
			for _, p := range []*person{w.a, w.b} {
				until(t, p.phone, "somebody is left alone", func(s standin.State) bool { return s.Phase == standin.Over })
			}
			c.whose(w).must(t, http.MethodPost, "/cases/"+w.onRosa+"/close", map[string]any{"disposition": "helped"}, nil)
			for _, p := range []*person{w.a, w.b} {
				if n := len(p.shift(t).Cases); n != 0 {
					t.Errorf("somebody still holds %d cases", n)
				}
			}
		})
	}
}

// Clause 14: on hold the caller hears words in their language, never silence,
// a key counts, and the counselor is reminded.
func TestOnHoldTheCallerHearsWordsAndTheCounselorIsReminded(t *testing.T) {
	t.Parallel()
	w := newShiftwork(t, func(o *server.Options) { o.Store.HoldFor = 300e6 })
	w.a.claim(t, w.onRosa)
	w.meets(t, w.a, w.rosa, w.onRosa)
	for range 2 {
		w.post(t, w.a, "hold", map[string]any{"on": true})
		listens(t, w.rosa, "the caller is not on hold")
		if said := w.rosa.Said(); !strings.Contains(said, "Your counselor is still here") {
			t.Errorf("the caller heard %q", said)
		}
		if w.sam.talk(t, w.onRosa).Held == nil {
			t.Error("that they hold is not shown")
		}
		heard(t, w.a.phone, "still on hold")
		do(t, w.rosa.Silence(t.Context()))
		listens(t, w.rosa, "the words end")
		w.post(t, w.a, "hold", map[string]any{"on": false})
		w.together(t)
	}
	w.post(t, w.a, "hold", map[string]any{"on": true})
	listens(t, w.rosa, "the caller is not on hold")
	w.quiet(t)
	do(t, w.rosa.Press(t.Context(), "9"))
	rings(t, w.Phone(firstOnCall), "a 9 on hold pages nobody")
	do(t, w.a.phone.Hangup(t.Context()))
	wait(t, "the caller is not told that the line closed", func() bool { return strings.Contains(w.rosa.Said(), "line to your counselor closed") })
}

// Clause 14 (safe hang-up): with the goodbye, and so that nothing tells.
func TestATalkEndsWithTheGoodbyeOrSilently(t *testing.T) {
	t.Parallel()
	for how, want := range map[string]string{"goodbye": "Thank you for talking with us", "silently": "Thank you. Goodbye."} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			w := newTalk(t)
			w.post(t, w.a, "end", map[string]any{"how": how})
			until(t, w.rosa, "the call does not end", func(s standin.State) bool { return s.Phase == standin.Over })
			if said := w.rosa.Said(); !strings.Contains(said, want) || how == "silently" && strings.Contains(said, "9") {
				t.Errorf("the caller heard %q", said)
			}
			wait(t, "the case is not in wrap-up", func() bool { return w.a.state(t, w.onRosa) == "wrap_up" })
			until(t, w.a.phone, "the counselor's leg is still up", func(s standin.State) bool { return s.Phase == standin.Over })
		})
	}
}

// Clause 14 (transfer to a person, now): the caller hears that another
// counselor comes, whose phone rings; should they be taken, everybody may.
func TestATransferToAPersonRingsThem(t *testing.T) {
	t.Parallel()
	w := newTalk(t)
	w.post(t, w.a, "transfer", map[string]any{"to": string(w.b.id), "reason": "end of shift"})
	rings(t, w.b.phone, "the other counselor is not rung")
	wait(t, "the caller is not told", func() bool { return strings.Contains(w.rosa.Said(), "Another counselor will talk with you") })
	names988and911(t, w.rosa.Said())
	w.meets(t, w.b, w.rosa, w.onRosa)
	if status, kind := w.b.problem(t, http.MethodPost, "/cases/"+w.onRosa+"/transfer", map[string]any{"to": string(w.sam.id), "reason": "x"}); status != http.StatusConflict || kind != "not-available" {
		t.Errorf("to somebody who is off: %d %s", status, kind)
	}
}
