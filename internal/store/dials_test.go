package store_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/store"
)

// claimed puts so many callers into the queue and claims each for somebody.
func (b *bundle) claimed(t fataler, n int) []hotline.Case {
	t.Helper()
	all := make([]hotline.Case, 0, n)
	for range n {
		b.wait(t, hotline.Routine, "en")
		c, err := b.claim(t.Context(), b.on(t))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	return all
}

// untilDue takes until so many calls were handed out.
func (b *bundle) untilDue(t fataler, n int, calls ...string) []hotline.Due {
	t.Helper()
	var got []hotline.Due
	deadline := time.After(15 * time.Second)
	for len(got) < n {
		all, err := b.Due(t.Context(), 16)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, slices.DeleteFunc(all, func(d hotline.Due) bool { return !slices.Contains(calls, d.Kind) })...)
		select {
		case <-deadline:
			t.Fatalf("%d calls are handed out, want %d", len(got), n)
		case <-time.After(2 * time.Millisecond):
		}
	}
	return got
}

// Issue 7 clause 3: with thirty rings pending at one call a second the page is
// handed out within a second.
func TestAPageOvertakesThirtyRings(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{Pace: hotline.Pace{PerSecond: 1}})
	b.claimed(t, 30)
	b.untilDue(t, 1, "ring")
	c := b.wait(t, hotline.Emergency, "en")
	board, err := b.Board(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if board.Dials.Pending != 30 || board.Dials.PerSecond != 1 || board.Dials.Since.IsZero() {
		t.Errorf("the board shows %+v, want 29 rings and a page", board.Dials)
	}
	next := b.untilDue(t, 1, "ring", "page")[0]
	if next.Kind != "page" || next.Case != c.ID {
		t.Fatalf("after the first ring comes %s", next.ID)
	}
	if took := next.Now.Sub(c.Emergency.OpenedAt); took > time.Second {
		t.Errorf("handed out after %v", took)
	}
}

// The pace is the account's, not one of each process, and nobody is forgotten.
func TestAllInstancesTogetherKeepTheAccountsPace(t *testing.T) {
	t.Parallel()
	const n, every, slack = 20, 40 * time.Millisecond, 250 * time.Millisecond
	b := setup(t, store.Options{Pace: hotline.Pace{PerSecond: 25}})
	b.claimed(t, n)
	var mu sync.Mutex
	var times []time.Time
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 2000 {
				due, err := b.Due(t.Context(), 16)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				for _, d := range due {
					if d.Kind == "ring" {
						times = append(times, d.Now)
					}
				}
				over := len(times) >= n
				mu.Unlock()
				if over {
					return
				}
				<-time.After(5 * time.Millisecond)
			}
		})
	}
	all.Wait()
	if len(times) != n {
		t.Fatalf("%d rings are handed out", len(times))
	}
	slices.SortFunc(times, time.Time.Compare)
	for i, at := range times {
		if soonest := times[0].Add(time.Duration(i)*every - slack - time.Millisecond); at.Before(soonest) {
			t.Errorf("ring %d is handed out %v too soon", i, soonest.Sub(at))
		}
	}
}

// Issue 7 clause 3: two of the account's legs are kept for emergencies.
func TestTwoLegsAreKeptForEmergencies(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{Pace: hotline.Pace{Legs: 5}, Hidden: 100 * time.Millisecond})
	first := b.claimed(t, 2) // two callers are on the line
	ring := b.untilDue(t, 1, "ring")[0]
	if err := b.Ringing(t.Context(), ring.Case, ring.Epoch, "CAring", hotline.CounselorField); err != nil {
		t.Fatal(err)
	}
	if err := b.Done(t.Context(), ring); err != nil {
		t.Fatal(err)
	}
	if due := b.take(t, "ring"); len(due) != 0 {
		t.Fatalf("%d more rings with three legs of five up", len(due))
	}
	c := b.wait(t, hotline.Emergency, "en") // the fourth leg
	page := b.untilDue(t, 1, "page")[0]
	if err := b.Ringing(t.Context(), c.ID, c.Epoch, "CApage", hotline.PageField); err != nil {
		t.Fatal(err)
	}
	if err := b.Done(t.Context(), page); err != nil {
		t.Fatal(err)
	}
	if board, err := b.Board(t.Context()); err != nil || board.Dials.Up != 5 || board.Dials.Legs != 5 {
		t.Errorf("the board shows %+v %v", board.Dials, err)
	}
	b.wait(t, hotline.Emergency, "en")
	if due := b.take(t, "page"); len(due) != 0 {
		t.Errorf("a sixth leg: %v", due)
	}
	b.until(t, "legs") // somebody looks whether they are all up
	for _, leg := range []hotline.Leg{"CApage", c.PatientLeg} {
		if err := b.LegEnded(t.Context(), leg); err != nil {
			t.Fatal(err)
		}
	}
	b.untilDue(t, 1, "page")
	for _, c := range first {
		for _, leg := range []hotline.Leg{"CAring", c.PatientLeg} {
			if err := b.LegEnded(t.Context(), leg); err != nil {
				t.Fatal(err)
			}
		}
	}
	b.untilDue(t, 1, "ring")
}

// A call that nobody waits for any more costs nobody else a second.
func TestARingOfAnOwnerWhoGaveBackIsNotMade(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{Pace: hotline.Pace{PerSecond: 0.1}})
	all := b.claimed(t, 3)
	for _, c := range all[:2] {
		if _, err := b.GiveBack(t.Context(), c.ID, hotline.GiveBack{Epoch: c.Epoch, From: []hotline.State{hotline.Claimed}, Code: "released"}); err != nil {
			t.Fatal(err)
		}
	}
	if got := b.untilDue(t, 1, "ring")[0].ID; got != fmt.Sprintf("ring:%s:1", all[2].ID) {
		t.Errorf("handed out %s", got)
	}
	if left := b.outbox(t, "ring"); len(left) != 1 {
		t.Errorf("%v is left", left)
	}
}

// A leg's end that is told before the leg was stored is an end all the same.
func TestALegThatEndsBeforeItIsStoredDoesNotCount(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	c := b.claimed(t, 1)[0]
	if err := b.LegEnded(t.Context(), "CAshort"); err != nil {
		t.Fatal(err)
	}
	if err := b.Ringing(t.Context(), c.ID, c.Epoch, "CAshort", hotline.CounselorField); err != nil {
		t.Fatal(err)
	}
	if legs, err := b.Legs(t.Context()); err != nil || slices.Contains(legs, "CAshort") {
		t.Errorf("%v %v", legs, err)
	}
}
