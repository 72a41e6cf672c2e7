package store_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/triage"
)

// take hands out what is due now, of one kind.
func (b *bundle) take(t fataler, kind string) []hotline.Due {
	t.Helper()
	all, err := b.Due(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(d hotline.Due) bool { return d.Kind != kind })
}

// until takes jobs until one of the kind is due: it waits for Redis' clock.
func (b *bundle) until(t fataler, kind string) hotline.Due {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		if due := b.take(t, kind); len(due) > 0 {
			return due[0]
		}
		select {
		case <-deadline:
			t.Fatalf("no job %q falls due", kind)
		case <-time.After(2 * time.Millisecond):
		}
	}
}

func TestEachJobGoesToOneOfManyTakers(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	want := map[string]bool{}
	for range 20 {
		c := b.wait(t, hotline.Routine, "en")
		if _, err := b.claim(t.Context(), b.on(t)); err != nil {
			t.Fatal(err)
		}
		want[fmt.Sprintf("ring:%s:1", c.ID)] = true
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	taken := map[string]int{}
	for range 16 {
		all.Go(func() {
			for {
				due, err := b.Due(t.Context(), 3)
				if err != nil {
					t.Error(err)
				}
				if len(due) == 0 {
					return
				}
				mu.Lock()
				for _, d := range due {
					taken[d.ID]++
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	for id := range want {
		if taken[id] != 1 {
			t.Errorf("%s was handed out %d times", id, taken[id])
		}
	}
}

// FAULTS 24: whoever took the ring died before the dial.
func TestJobThatIsNotDoneComesBackToAnotherTaker(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{Hidden: 50 * time.Millisecond})
	c := b.wait(t, hotline.Routine, "en")
	if _, err := b.claim(t.Context(), b.on(t)); err != nil {
		t.Fatal(err)
	}
	first := b.until(t, "ring")
	if again := b.take(t, "ring"); first.Try != 1 || len(again) != 0 {
		t.Errorf("try %d, handed out at once again: %v", first.Try, again)
	}
	second := b.until(t, "ring")
	if second.Try != 2 || second.Case != c.ID || second.Epoch != 1 || !second.First.Equal(first.First) || second.Now.Sub(first.Now) < 50*time.Millisecond {
		t.Errorf("second try %+v after %+v", second, first)
	}
	if err := b.Done(t.Context(), first); err != nil { // the dead one comes back late
		t.Fatal(err)
	}
	third := b.until(t, "ring")
	if err := b.Done(t.Context(), third); err != nil {
		t.Fatal(err)
	}
	if n := b.rdb.Exists(t.Context(), b.key("job:"+third.ID)).Val(); n != 0 {
		t.Error("a job that is done is still there")
	}
}

func TestJobComesBackAfterAsLongAsItIsPutOff(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	b.wait(t, hotline.Routine, "en")
	if _, err := b.claim(t.Context(), b.on(t)); err != nil {
		t.Fatal(err)
	}
	first := b.until(t, "ring")
	if err := b.Later(t.Context(), first, 60*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	if second := b.until(t, "ring"); second.Try != 2 || second.Now.Sub(first.Now) < 60*time.Millisecond || second.Now.Sub(first.Now) > 3*time.Second {
		t.Errorf("try %d after %v", second.Try, second.Now.Sub(first.Now))
	}
}

// The retire job of a case has one name; a second one is written while the
// first is being carried out.
func TestJobWrittenAnewSurvivesTheEndOfItsOldTry(t *testing.T) {
	t.Parallel()
	for name, takenAgain := range map[string]bool{"before it is taken": false, "and after it was taken": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, store.Options{Hidden: 30 * time.Millisecond})
			p := b.play(t, hotline.Closed)
			old := b.until(t, "retire")
			if err := b.Emergency(t.Context(), p.ID, p.by, "close", "next step"); err != nil { // writes it anew
				t.Fatal(err)
			}
			if takenAgain {
				if d := b.until(t, "retire"); d.Try != 1 {
					t.Fatalf("try %d of the new job", d.Try)
				}
			}
			for _, settle := range []func() error{
				func() error { return b.Done(t.Context(), old) },
				func() error { return b.Later(t.Context(), old, time.Hour) },
			} {
				if err := settle(); err != nil {
					t.Fatal(err)
				}
			}
			b.until(t, "retire")
		})
	}
}

func TestExpiredLeaseBringsTheCallerBackAndKeepsTheCounselorOnShift(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{Lease: 30 * time.Millisecond})
	first := b.wait(t, hotline.Routine, "en")
	b.wait(t, hotline.Routine, "en")
	me := b.on(t)
	if _, err := b.claim(t.Context(), me); err != nil {
		t.Fatal(err)
	}
	d := b.until(t, "lease")
	if st, err := b.GiveBack(t.Context(), d.Case, hotline.GiveBack{Epoch: d.Epoch, From: []hotline.State{hotline.Claimed}, Code: "lease-over", Missed: true}); err != nil || st != hotline.Waiting {
		t.Fatalf("%s %v", st, err)
	}
	got := b.get(t, first.ID)
	sh, err := b.Shift(t.Context(), me)
	if err != nil || got.Place != 1 || !got.Enqueued.Equal(first.Enqueued) || sh.State != hotline.Available || sh.Missed != 1 || len(sh.Cases) != 0 {
		t.Errorf("place %d, shift %+v, %v", got.Place, sh, err)
	}
}

func TestThirdMissedRingInARowIsABreakAndSaysWhy(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	b.wait(t, hotline.Routine, "en")
	me := b.on(t)
	for i := range 3 {
		c, err := b.claim(t.Context(), me)
		if err != nil {
			t.Fatalf("claim %d: %v", i+1, err)
		}
		if _, err := b.GiveBack(t.Context(), c.ID, hotline.GiveBack{Epoch: c.Epoch, From: []hotline.State{hotline.Claimed}, Code: "no-answer", Missed: true}); err != nil {
			t.Fatal(err)
		}
	}
	if sh, err := b.Shift(t.Context(), me); err != nil || sh.State != hotline.Break || sh.Told != "missed-rings" {
		t.Errorf("%+v %v", sh, err)
	}
}

func TestUnfinishedWrapUpIsABreakForWhoIsOnAndNothingForWhoWentHome(t *testing.T) {
	t.Parallel()
	for state, want := range map[hotline.Presence]hotline.Presence{hotline.Available: hotline.Break, hotline.Off: hotline.Off} {
		b := setup(t, store.Options{})
		p := b.play(t, hotline.WrapUp)
		if _, err := b.SetShift(t.Context(), p.by, hotline.Shift{State: state}, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Finish(t.Context(), p.ID, hotline.Finish{Epoch: p.Epoch, To: hotline.Closed, Disposition: "other"}); err != nil {
			t.Fatal(err)
		}
		if sh, err := b.Shift(t.Context(), p.by); err != nil || sh.State != want || len(sh.Cases) != 0 {
			t.Errorf("%s: %+v %v", state, sh, err)
		}
	}
}

// pages gives the numbers of the pages that are due now, in order.
func (b *bundle) pages(t fataler) []string {
	t.Helper()
	var n []string
	for _, d := range b.take(t, "page") {
		n = append(n, d.Args["n"])
		if err := b.Done(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

// next waits for the timer of the ladder and takes its step.
func (b *bundle) next(t fataler) {
	t.Helper()
	d := b.until(t, "nextpage")
	if err := b.NextPage(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	if err := b.Done(t.Context(), d); err != nil {
		t.Fatal(err)
	}
}

func TestPageGoesFromPersonToPersonUntilSomebodyHasIt(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{PageAgain: 30 * time.Millisecond, PageAttend: 60 * time.Millisecond})
	c := b.wait(t, hotline.Emergency, "en")
	got := b.pages(t)
	for range 3 { // nobody answers; after the last person the count goes on
		b.next(t)
		got = append(got, b.pages(t)...)
	}
	if want := "1 2 3 4"; strings.Join(got, " ") != want {
		t.Errorf("pages %v, want %s", got, want)
	}
	if err := b.Emergency(t.Context(), c.ID, hotline.OnCall(4), "acknowledge", ""); err != nil {
		t.Fatal(err)
	}
	acked := b.get(t, c.ID).Emergency
	b.next(t) // acknowledged: waits as long as attending may take
	if n := b.pages(t); len(n) != 0 || acked.AcknowledgedBy != hotline.OnCall(4) {
		t.Errorf("acknowledged by %q, and page %v goes out", acked.AcknowledgedBy, n)
	}
	d := b.until(t, "nextpage")
	if waited := d.Now.Sub(acked.AcknowledgedAt); waited < 60*time.Millisecond {
		t.Errorf("the next person after %v", waited)
	}
	if err := b.NextPage(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	if n := b.pages(t); len(n) != 1 || n[0] != "5" {
		t.Errorf("acknowledged but not attended: pages %v", n)
	}
	if err := b.Emergency(t.Context(), c.ID, hotline.OnCall(5), "attend", ""); err != nil {
		t.Fatal(err)
	}
	b.next(t)
	if n := b.pages(t); len(n) != 0 || !b.get(t, c.ID).Emergency.Open() {
		t.Errorf("attended, and pages %v go out, or the record is closed", n)
	}
	if left := b.take(t, "nextpage"); len(left) != 0 {
		t.Errorf("the ladder goes on: %v", left)
	}
}

func TestPassOnPagesTheNextPersonAtOnceAndNeverOneWhoHasIt(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{PageAgain: time.Hour, PageAttend: time.Hour})
	c := b.wait(t, hotline.Emergency, "en")
	b.pages(t)
	if err := b.PassOn(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	b.next(t)
	if n := b.pages(t); len(n) != 1 || n[0] != "2" {
		t.Errorf("passed on: pages %v", n)
	}
	if word, _, err := b.Attend(t.Context(), c.ID, hotline.OnCall(2), "CAtwo", "t"); err != nil || word != "join" {
		t.Fatalf("%s %v", word, err)
	}
	if err := b.PassOn(t.Context(), c.ID); err != nil { // the call of the first person ends
		t.Fatal(err)
	}
	if left := b.take(t, "nextpage"); len(left) != 0 {
		t.Errorf("somebody has it, and the next is paged: %v", left)
	}
}

func TestSecondAlarmPagesNobodyAnewAndAClosedRecordDoes(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{PageAgain: time.Hour})
	c := b.wait(t, hotline.Emergency, "en")
	first := b.get(t, c.ID).Emergency.OpenedAt
	for range 3 {
		if _, err := b.Raise(t.Context(), c.ID, "", hotline.Emergency, true, 3, ""); err != nil {
			t.Fatal(err)
		}
	}
	b.turn(t, triage.Turn{Case: c.ID, Leg: string(c.PatientLeg), Channel: hotline.Voice, N: 2, Effects: []triage.Effect{triage.Page{}}, Doc: []byte("9")}, c)
	if n := b.pages(t); len(n) != 1 || !b.get(t, c.ID).Emergency.OpenedAt.Equal(first) {
		t.Errorf("pages %v", n)
	}
	if err := b.Emergency(t.Context(), c.ID, "sup", "close", ""); err == nil {
		t.Error("closed without contact and without a next step")
	}
	if err := b.Emergency(t.Context(), c.ID, "sup", "close", "family is with them"); err != nil {
		t.Fatal(err)
	}
	if e := b.get(t, c.ID).Emergency; e.Open() || e.ClosedWords != "family is with them" {
		t.Errorf("%+v", e)
	}
	if _, err := b.Raise(t.Context(), c.ID, "", hotline.Emergency, true, 3, ""); err != nil {
		t.Fatal(err)
	}
	if n := b.pages(t); len(n) != 1 || !b.get(t, c.ID).Emergency.Open() {
		t.Errorf("a new alarm after the close: pages %v", n)
	}
}

func TestOpenRecordOutlivesTheCallAndIsShownUntilAPersonClosesIt(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	c := b.wait(t, hotline.Emergency, "en")
	if st, err := b.Leave(t.Context(), c.ID, c.PatientLeg); err != nil || st != hotline.Closed {
		t.Fatalf("%s %v", st, err)
	}
	board, err := b.Board(t.Context())
	if err != nil || len(board.Escalations) != 1 || board.Escalations[0].ID != c.ID {
		t.Fatalf("%+v %v", board.Escalations, err)
	}
	if ttl := b.rdb.TTL(t.Context(), b.key("case:"+string(c.ID))).Val(); ttl > 0 {
		t.Errorf("the case ends by itself in %v", ttl)
	}
	if err := b.Emergency(t.Context(), c.ID, "sup", "close", "reached by phone"); err != nil {
		t.Fatal(err)
	}
	board, err = b.Board(t.Context())
	if err != nil || len(board.Escalations) != 0 {
		t.Errorf("%+v %v", board.Escalations, err)
	}
	if ttl := b.rdb.TTL(t.Context(), b.key("case:"+string(c.ID))).Val(); ttl <= 0 {
		t.Error("the case is kept for ever")
	}
}

// A danger that shows in the very turn that ends the call.
func TestRecordOpenedWithTheLastTurnKeepsItsCase(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	p := b.play(t, hotline.Waiting)
	if err := b.Emergency(t.Context(), p.ID, "sup", "close", "a mistake"); err != nil {
		t.Fatal(err)
	}
	b.turn(t, triage.Turn{
		Case: p.ID, Leg: string(p.PatientLeg), Channel: hotline.Voice, N: 2, Effects: []triage.Effect{triage.Page{}, triage.End{}}, Doc: []byte("x"),
	}, p.Case)
	if ttl := b.rdb.TTL(t.Context(), b.key("case:"+string(p.ID))).Val(); ttl > 0 {
		t.Errorf("the case ends by itself in %v while its record is open", ttl)
	}
}
