package store_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/store"
)

// rounds of the race; fewer under the race detector, which is ten times
// slower.
func rounds() int {
	if raceDetector || testing.Short() {
		return 50
	}
	return 1000
}

// FAULTS 22: four volunteers claim one caller; here fifty.
func TestFiftyCounselorsClaimOneCallerAndExactlyOneWins(t *testing.T) {
	b := setup(t, store.Options{})
	crew := make([]hotline.CounselorID, 50)
	for i := range crew {
		crew[i] = b.on(t)
	}
	for round := range rounds() {
		c := b.wait(t, hotline.Routine, hotline.English)
		winner := b.race(t, crew, c.ID)
		if winner == "" {
			t.Fatalf("round %d: not exactly one winner", round)
		}
		st, err := b.Leave(t.Context(), c.ID, c.PatientLeg)
		if err != nil || st != hotline.Closed {
			t.Fatalf("round %d: %s %v", round, st, err)
		}
		if sh, err := b.Shift(t.Context(), winner); err != nil || len(sh.Cases) != 0 {
			t.Fatalf("round %d: the winner still holds %v (%v)", round, sh.Cases, err)
		}
	}
}

// race lets all claim the case at once and gives the one winner, or "".
func (b *bundle) race(t *testing.T, crew []hotline.CounselorID, id hotline.CaseID) hotline.CounselorID {
	t.Helper()
	var gate, done sync.WaitGroup
	gate.Add(1)
	won := make([]bool, len(crew))
	for i, who := range crew {
		done.Go(func() {
			gate.Wait()
			want := anyCase
			want.Case = id
			c, err := b.Claim(t.Context(), want, who, hotline.NewToken())
			won[i] = err == nil && c.Owner == who && c.ID == id
			if err != nil && !errors.Is(err, hotline.ErrTaken) {
				t.Errorf("loser hears %v", err)
			}
		})
	}
	gate.Done()
	done.Wait()
	var winner hotline.CounselorID
	for i, w := range won {
		if w && winner != "" {
			t.Errorf("two owners: %s and %s", winner, crew[i])
		}
		if w {
			winner = crew[i]
		}
	}
	return winner
}

// FAULTS 23: one volunteer claims two callers at once.
func TestOneCounselorClaimsTwoCallersAndGetsOne(t *testing.T) {
	b := setup(t, store.Options{})
	me := b.on(t)
	for range rounds() / 10 {
		one, two := b.wait(t, hotline.Routine, "en"), b.wait(t, hotline.Routine, "en")
		var done sync.WaitGroup
		got := make([]error, 2)
		for i, id := range []hotline.CaseID{one.ID, two.ID} {
			done.Go(func() {
				want := anyCase
				want.Case = id
				_, got[i] = b.Claim(t.Context(), want, me, hotline.NewToken())
			})
		}
		done.Wait()
		if (got[0] == nil) == (got[1] == nil) {
			t.Fatalf("claims: %v and %v", got[0], got[1])
		}
		for _, c := range []hotline.Case{one, two} {
			if _, err := b.Leave(t.Context(), c.ID, c.PatientLeg); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// FAULTS 21: the caller hangs up while a counselor claims. Whoever comes
// first, nobody holds a caller who is gone, and a counselor who won is told.
func TestHangUpAndClaimAtOnceLeaveNobodyHoldingAGoneCaller(t *testing.T) {
	b := setup(t, store.Options{})
	me := b.on(t)
	lost, won := 0, 0
	for round := range rounds() {
		c := b.wait(t, hotline.Routine, hotline.English)
		var gate, done sync.WaitGroup
		gate.Add(1)
		var claimed error
		done.Go(func() {
			gate.Wait()
			want := anyCase
			want.Case = c.ID
			_, claimed = b.Claim(t.Context(), want, me, hotline.NewToken())
		})
		done.Go(func() {
			gate.Wait()
			if st, err := b.Leave(t.Context(), c.ID, c.PatientLeg); err != nil || st != hotline.Closed {
				t.Errorf("round %d: leaves into %s, %v", round, st, err)
			}
		})
		gate.Done()
		done.Wait()
		switch {
		case claimed == nil:
			won++
		case errors.Is(claimed, hotline.ErrCallerLeft):
			lost++
		default:
			t.Fatalf("round %d: the counselor hears %v", round, claimed)
		}
		s := b.snap(t, []hotline.CaseID{c.ID}, []hotline.CounselorID{me})
		s.check(t)
		if s.calls[me] != "" || b.rdb.Exists(t.Context(), b.key("job:ring:"+string(c.ID)+":1")).Val() != 0 {
			t.Fatalf("round %d: the counselor holds %q, or is rung for a caller who is gone", round, s.calls[me])
		}
	}
	t.Logf("the claim came first %d times, the hang-up %d times", won, lost)
}
