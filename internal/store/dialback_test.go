package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/outreach"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/triage"
)

// hangsUpOnUs is a patient who takes the call with 1 and is gone before the
// talk.
func (b *bundle) hangsUpOnUs(t fataler, id hotline.CaseID) hotline.State {
	t.Helper()
	c := b.dialBack(t, id)
	leg := hotline.Leg(b.leg())
	for _, err := range []error{
		b.Ringing(t.Context(), id, c.Epoch, leg, hotline.DialBackField), b.PickUp(t.Context(), id, c.Epoch, leg),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	st, err := b.Leave(t.Context(), id, leg)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := b.Leave(t.Context(), id, leg); !errors.Is(err, hotline.ErrStale) {
		t.Fatalf("told twice: %s %v", again, err)
	}
	return st
}

type dialBackTest struct {
	*testing.T
	b *bundle
}

// check lets somebody hang up on each attempt until none is left.
func (t *dialBackTest) check(id hotline.CaseID, waits hotline.State) {
	t.Helper()
	pauses := []time.Duration{40 * time.Millisecond, 60 * time.Millisecond}
	for n, pause := range pauses {
		if st := t.b.hangsUpOnUs(t, id); st != waits {
			t.Fatalf("after attempt %d: %s", n+1, st)
		}
		c := t.b.get(t, id)
		if p := c.Callback; p == nil || p.Attempts != n+1 || p.Last != hotline.CalledLeft || time.Until(p.Next) > pause {
			t.Fatalf("after attempt %d: %+v", n+1, p)
		}
		<-time.After(time.Until(c.Callback.Next) + 5*time.Millisecond)
	}
	if st := t.b.hangsUpOnUs(t, id); st != hotline.Closed {
		t.Fatalf("after the last attempt: %s", st)
	}
	if got := t.b.get(t, id); got.Reason != "no_contact" || got.Disposition != "no_contact" {
		t.Errorf("closed as %s, %s", got.Reason, got.Disposition)
	}
	if owed, _, err := t.b.Duties(t.Context(), outreach.Unreached); err != nil || len(owed) != 1 {
		t.Errorf("a supervisor has %v to look at, %v", owed, err)
	}
}

// Somebody who takes each call and hangs up was called every five minutes for
// ever: an attempt is an attempt, with the line's pauses and an end.
func TestWhoeverTakesEachCallAndHangsUpIsNotCalledForEver(t *testing.T) {
	t.Parallel()
	rules := hotline.CallRules{Again: []time.Duration{40 * time.Millisecond, 60 * time.Millisecond}}
	t.Run("a callback", func(t *testing.T) {
		t.Parallel()
		b := setup(t, store.Options{Calls: rules})
		c := b.caller(t, "+12095550161")
		b.promised(t, c, triage.Promise{})
		b.hangUp(t, c)
		(&dialBackTest{t, b}).check(c.ID, hotline.Promised)
	})
	t.Run("a message", func(t *testing.T) {
		t.Parallel()
		b := setup(t, store.Options{Calls: rules})
		(&dialBackTest{t, b}).check(b.leftMessage(t).ID, hotline.Waiting)
	})
}

// Whoever left a message is called back within the hours of the line, from the
// first attempt on; about danger a person decides.
func TestWhoeverLeftAMessageIsCalledWithinTheHours(t *testing.T) {
	t.Parallel()
	now := time.Now().UTC()
	midnight := now.Truncate(24 * time.Hour)
	open := hotline.CallHours{From: 0, To: 24 * time.Hour}
	shut := hotline.CallHours{From: now.Sub(midnight).Truncate(time.Minute) + 2*time.Hour, To: now.Sub(midnight).Truncate(time.Minute) + 3*time.Hour}
	for name, c := range map[string]struct {
		hours hotline.CallHours
		waits bool // in line before, as urgent
		err   error
	}{
		"within the hours":           {hours: open},
		"outside of them":            {hours: shut, err: hotline.ErrMove},
		"urgent, outside of them":    {hours: shut, waits: true},
		"a line that calls any time": {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, store.Options{Calls: hotline.CallRules{Hours: c.hours}})
			on, turn := b.tapes(t, c.waits)
			if err := b.Recorded(t.Context(), on.ID, on.PatientLeg, turn, hotline.Recording{Sid: tapeSid(b), Seconds: 20}, shortest, true); err != nil {
				t.Fatal(err)
			}
			on = b.hangUp(t, on)
			if ends := b.outbox(t, "hours"); (len(ends) == 1) != (c.hours != hotline.CallHours{}) {
				t.Errorf("the ends of the hours: %v", ends)
			}
			if _, err := b.Claim(t.Context(), hotline.Want{Langs: anyCase.Langs, Needs: anyCase.Needs}, b.on(t), hotline.NewToken()); (c.hours == shut) != errors.Is(err, hotline.ErrNobody) {
				t.Errorf("the best for somebody: %v", err)
			} else if err == nil {
				return
			}
			if _, err := b.Claim(t.Context(), hotline.Want{Case: on.ID}, b.on(t), hotline.NewToken()); !errors.Is(err, c.err) {
				t.Errorf("claimed by name: %v, want %v", err, c.err)
			}
			if c.err == nil {
				return
			}
			if err := b.NextHours(t.Context(), on); err != nil { // they are over, and the next ones begin
				t.Fatal(err)
			}
			if next := b.get(t, on.ID).Callback; !next.From.After(on.Callback.From) || !next.Till.After(on.Callback.Till) {
				t.Errorf("%+v after %+v", next, on.Callback)
			}
		})
	}
}
