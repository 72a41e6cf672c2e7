package server_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/standin"
)

type movesOf func(p *standin.Phone) *regexp.Regexp

// starCrash kills the instance between the star and the caller's move.
func starCrash(moves movesOf, forever time.Duration) crash {
	return crash{
		rescues: []bool{true, false},
		until: func(t *testing.T, s *stage, c *cast) {
			t.Helper()
			c.ana.claim(t, c.onRosa)
			s.meets(t, c.ana, c.rosa, c.onRosa)
			s.arrived.Clear()
			s.FailREST(standin.Rule{Match: moves(c.rosa), Do: standin.Slow, For: forever})
			do(t, c.ana.phone.Press(t.Context(), "*"))
			s.reached(t, moves(c.rosa))
		},
		after: func(t *testing.T, _ *stage, c *cast) {
			t.Helper()
			until(t, c.rosa, "the caller is alone in silence", func(s standin.State) bool { return s.Phase == standin.Listening })
			if said := c.rosa.Said(); !strings.Contains(said, "Your counselor is still here") {
				t.Errorf("the caller heard %q", said)
			}
			do(t, c.ana.phone.Press(t.Context(), "1"))
			until(t, c.rosa, "they do not meet again", func(s standin.State) bool { return s.Room != "" && len(s.With) == 1 })
		},
	}
}

// endCrash kills it between the end in the menu and the goodbye.
func endCrash(moves movesOf, forever time.Duration) crash {
	return crash{
		rescues: []bool{false},
		until: func(t *testing.T, s *stage, c *cast) {
			t.Helper()
			c.ana.claim(t, c.onRosa)
			s.meets(t, c.ana, c.rosa, c.onRosa)
			do(t, c.ana.phone.Press(t.Context(), "*"))
			listens(t, c.rosa, "the caller does not hold")
			s.quiet(t)
			s.arrived.Clear()
			s.FailREST(standin.Rule{Match: moves(c.rosa), Do: standin.Slow, For: forever})
			do(t, c.ana.phone.Press(t.Context(), "3"))
			s.reached(t, moves(c.rosa))
		},
		after: func(t *testing.T, _ *stage, c *cast) {
			t.Helper()
			until(t, c.rosa, "the caller is left alone", func(s standin.State) bool { return s.Phase == standin.Over })
			if said := c.rosa.Said(); !strings.Contains(said, "Thank you for talking with us") {
				t.Errorf("the caller heard %q", said)
			}
			names988and911(t, c.rosa.Said())
		},
	}
}

// phoneCrash kills it between press 1 of a counselor who called in and the
// caller's move; the shift by phone outlives it too.
func phoneCrash(moves movesOf, forever time.Duration) crash {
	return crash{
		rescues: []bool{true},
		until: func(t *testing.T, s *stage, c *cast) {
			t.Helper()
			s.setPIN(t, c.ana.id)
			c.ana.callsIn(t)
			s.FailREST(standin.Rule{Match: moves(c.rosa), Do: standin.Slow, For: forever})
			do(t, c.ana.phone.Press(t.Context(), "1"))
			s.reached(t, moves(c.rosa))
			s.quiet(t) // the counselor is in the room, and the line knows
		},
		after: func(t *testing.T, _ *stage, c *cast) {
			t.Helper()
			until(t, c.rosa, "they do not meet", func(s standin.State) bool { return s.Room != "" && len(s.With) == 1 })
			wait(t, "the case is not live", func() bool { return c.sam.state(t, c.onRosa) == "live" }) // the room has told the line
			do(t, c.rosa.Hangup(t.Context()))
			wait(t, "nobody asks how it ended", func() bool { return strings.Contains(c.ana.phone.Said(), "note how it ended") })
			do(t, c.ana.phone.Press(t.Context(), "1"))
			wait(t, "the leg does not go on", func() bool { return strings.Contains(c.ana.phone.Said(), "Nobody is waiting") })
		},
	}
}
