package server_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/standin"
)

// handOverCrash kills the instance in the ring of a counselor who is to take
// over. The next one rings them once, and they come in.
func handOverCrash(rule standin.Rule) crash {
	return crash{
		rescues: []bool{true, false},
		until: func(t *testing.T, s *stage, c *cast) {
			t.Helper()
			c.ana.claim(t, c.onRosa)
			s.meets(t, c.ana, c.rosa, c.onRosa)
			b := s.counselor(t, ben, hotline.English)
			s.arrived.Clear()
			s.FailREST(rule)
			c.ana.must(t, http.MethodPost, "/cases/"+c.onRosa+"/handover", map[string]any{"to": string(b.id)}, nil)
			s.reached(t, rule.Match)
		},
		after: func(t *testing.T, s *stage, c *cast) {
			t.Helper()
			other := s.Phone(ben)
			rings(t, other, "the other counselor is not rung")
			c.sam.leg(t, c.onRosa, "dialled")
			do(t, other.Answer(t.Context()))
			do(t, other.Press(t.Context(), "1"))
			until(t, c.rosa, "the three do not meet", func(s standin.State) bool { return s.Room != "" && len(s.With) == 2 })
			if n := s.calls(ben); n != 1 {
				t.Errorf("the other counselor's phone rang %d times", n)
			}
		},
	}
}

// holdCrash kills it between the hold and the caller's move.
func holdCrash(moves movesOf, forever time.Duration) crash {
	return crash{
		rescues: []bool{false},
		until: func(t *testing.T, s *stage, c *cast) {
			t.Helper()
			c.ana.claim(t, c.onRosa)
			s.meets(t, c.ana, c.rosa, c.onRosa)
			s.arrived.Clear()
			s.FailREST(standin.Rule{Match: moves(c.rosa), Do: standin.Slow, For: forever})
			c.ana.must(t, http.MethodPost, "/cases/"+c.onRosa+"/hold", map[string]any{"on": true}, nil)
			s.reached(t, moves(c.rosa))
		},
		after: func(t *testing.T, _ *stage, c *cast) {
			t.Helper()
			listens(t, c.rosa, "the caller is alone in silence")
			if said := c.rosa.Said(); !strings.Contains(said, "Your counselor is still here") {
				t.Errorf("the caller heard %q", said)
			}
		},
	}
}

// CONTRACT §3 rule 2: every webhook of a hand-over sent again, at the end and
// under new tokens, gets the same answer and changes nothing.
func TestAHandOverSentAgainChangesNothing(t *testing.T) {
	t.Parallel()
	w := newTalk(t)
	w.post(t, w.a, "hold", map[string]any{"on": true})
	listens(t, w.rosa, "the caller does not hold")
	w.post(t, w.a, "hold", map[string]any{"on": false})
	w.together(t)
	w.handsOver(t)
	w.post(t, w.a, "legs", map[string]any{"n": 1, "do": "confirm"})
	w.quiet(t)
	do(t, w.a.phone.Hangup(t.Context()))
	wait(t, "the first is not free", func() bool { return len(w.a.shift(t).Cases) == 0 })
	do(t, w.rosa.Hangup(t.Context()))
	wait(t, "the case is not in wrap-up", func() bool { return w.sam.state(t, w.onRosa) == "wrap_up" })
	until(t, w.b.phone, "the second is left alone", func(s standin.State) bool { return s.Phase == standin.Over })
	w.quiet(t)
	recorded, before, asked, now := w.Webhooks(), w.sam.talk(t, w.onRosa), w.asked(), regexp.MustCompile(`guest|room|counselor|move|after`)
	for _, h := range recorded {
		if h.Kind == "sound" || !now.MatchString(h.URL) {
			continue
		}
		for _, token := range []string{h.Token, string(hotline.NewToken())} {
			if status, doc := w.again(t, h, token); status != h.Status || h.Kind == "voice" && doc != h.Answer {
				t.Errorf("%s %s: %d, first %d\n%s\nfirst:\n%s", h.Kind, h.URL, status, h.Status, doc, h.Answer)
			}
		}
	}
	after := w.sam.talk(t, w.onRosa)
	if after.State != before.State || after.Owner != before.Owner || after.Epoch != before.Epoch || len(after.Legs) != len(before.Legs) {
		t.Errorf("%+v, was %+v", after, before)
	}
	w.quiet(t)
	if is := w.asked(); is["POST Calls"] != asked["POST Calls"] || is["POST Calls/one"] != asked["POST Calls/one"] {
		t.Errorf("asked of Twilio %v, before %v", is, asked)
	}
}
