package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/store"
)

// callsIn begins the call of a counselor, past the PIN.
func (b *bundle) callsIn(t fataler) (hotline.CounselorID, hotline.Leg) {
	t.Helper()
	who, leg := hotline.NewStaffID(), hotline.Leg(b.leg())
	if in, err := b.CallIn(t.Context(), leg, who, "es", caller(int(b.legs.Load()))); err != nil || !in {
		t.Fatalf("%v %v", in, err)
	}
	if v, _, err := b.PIN(t.Context(), leg, 1, hotline.PINRight); err != nil || v != hotline.PINRight {
		t.Fatalf("%s %v", v, err)
	}
	return who, leg
}

func TestTheRightPINMakesAvailableByPhoneUntilTheCallEnds(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	who, leg := b.callsIn(t)
	sh, err := b.Shift(t.Context(), who)
	if err != nil || sh.State != hotline.Available || sh.Via != "phone" || sh.Leg != leg {
		t.Errorf("%+v %v", sh, err)
	}
	s, err := b.OnPhone(t.Context(), leg, 0, "")
	if err != nil || !s.Open || s.Who != who || s.Lang != "es" || s.Shift.State != hotline.Available {
		t.Errorf("%+v %v", s, err)
	}
	for range 2 {
		if id, err := b.HangUp(t.Context(), leg); err != nil || id != "" {
			t.Errorf("%q %v", id, err)
		}
		if sh, err = b.Shift(t.Context(), who); err != nil || sh.State != hotline.Off || sh.Leg != "" {
			t.Errorf("after the end: %+v %v", sh, err)
		}
	}
	if _, err := b.HangUp(t.Context(), "CAother"); !errors.Is(err, hotline.ErrNotFound) {
		t.Errorf("a call of somebody else: %v", err)
	}
}

func TestWhoWentOnInTheConsoleStaysOnWhenTheirCallEnds(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	who, leg := b.callsIn(t)
	if _, err := b.SetShift(t.Context(), who, hotline.Shift{State: hotline.Available, Via: "console"}, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := b.HangUp(t.Context(), leg); err != nil {
		t.Fatal(err)
	}
	if sh, err := b.Shift(t.Context(), who); err != nil || sh.State != hotline.Available || sh.Leg != "" {
		t.Errorf("%+v %v", sh, err)
	}
}

func TestASecondCallOfACounselorTakesThePlaceOfTheFirst(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	who, first := b.callsIn(t)
	second := hotline.Leg(b.leg())
	if _, err := b.CallIn(t.Context(), second, who, "en", caller(1)); err != nil {
		t.Fatal(err)
	}
	if s, err := b.OnPhone(t.Context(), first, 0, ""); err != nil || s.Over {
		t.Errorf("before the PIN: %+v %v", s, err)
	}
	if _, _, err := b.PIN(t.Context(), second, 1, hotline.PINRight); err != nil {
		t.Fatal(err)
	}
	if s, err := b.OnPhone(t.Context(), first, 0, ""); err != nil || !s.Over {
		t.Errorf("after it: %+v %v", s, err)
	}
	if _, err := b.HangUp(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	if sh, err := b.Shift(t.Context(), who); err != nil || sh.State != hotline.Available || sh.Leg != second {
		t.Errorf("the end of the first: %+v %v", sh, err)
	}
}

func TestWrongPINsOfANumberAreLimitedAcrossCalls(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	who, from := hotline.NewStaffID(), caller(7)
	for n := range 6 {
		leg := hotline.Leg(b.leg())
		if in, err := b.CallIn(t.Context(), leg, who, "en", from); err != nil || !in {
			t.Fatalf("call %d: %v %v", n, in, err)
		}
		for range 3 { // one turn counts once
			if v, tries, err := b.PIN(t.Context(), leg, 1, hotline.PINWrong); err != nil || v != hotline.PINWrong || tries != 1 {
				t.Fatalf("call %d: %s %d %v", n, v, tries, err)
			}
		}
		if v, tries, err := b.PIN(t.Context(), leg, 2, hotline.PINNone); err != nil || v != hotline.PINNone || tries != 2 {
			t.Fatalf("call %d: %s %d %v", n, v, tries, err)
		}
		if n == 5 { // locked while a call is on: what is right opens nothing
			if v, _, err := b.PIN(t.Context(), leg, 3, hotline.PINRight); err != nil || v != hotline.PINWrong {
				t.Errorf("the right one of a locked number: %s %v", v, err)
			}
		}
	}
	if in, err := b.CallIn(t.Context(), hotline.Leg(b.leg()), who, "en", from); err != nil || in {
		t.Errorf("after six wrong ones: %v %v", in, err)
	}
	if sh, err := b.Shift(t.Context(), who); err != nil || sh.State != hotline.Off {
		t.Errorf("%+v %v", sh, err)
	}
	keys := b.rdb.Keys(t.Context(), b.key("pin:*")).Val()
	if len(keys) != 1 || strings.Contains(keys[0], "555") {
		t.Fatalf("%q", keys)
	}
	if life := b.rdb.PTTL(t.Context(), keys[0]).Val(); life < 23*time.Hour || life > 24*time.Hour {
		t.Errorf("forgotten after %v", life)
	}
	if err := b.ForgiveWrongPINs(t.Context(), from); err != nil {
		t.Fatal(err)
	}
	if in, err := b.CallIn(t.Context(), hotline.Leg(b.leg()), who, "en", from); err != nil || !in {
		t.Errorf("after a new PIN: %v %v", in, err)
	}
}

func TestOfTheKeysOfOneTurnTheFirstCounts(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	_, leg := b.callsIn(t)
	for _, key := range []string{"1", "*", ""} {
		if s, err := b.OnPhone(t.Context(), leg, 1, key); err != nil || s.Key != "1" {
			t.Errorf("%q: %q %v", key, s.Key, err)
		}
	}
	for _, turn := range []int{2, 9} {
		if s, err := b.OnPhone(t.Context(), leg, turn, "1"); !errors.Is(err, hotline.ErrStale) || s.Key != "" || s.Turn != 0 {
			t.Errorf("turn %d: %+v %v", turn, s, err)
		}
	}
	for i := range 2 {
		if doc, err := b.KeepStep(t.Context(), leg, 1, "k1", "", []byte{byte('a' + i)}); err != nil || string(doc) != "a" {
			t.Errorf("%q %v", doc, err)
		}
	}
	if _, err := b.KeepStep(t.Context(), leg, 1, "k2", "", []byte("b")); !errors.Is(err, hotline.ErrStale) {
		t.Errorf("the same turn under another name: %v", err)
	}
	if _, err := b.KeepStep(t.Context(), leg, 0, "over", "", []byte("m")); err != nil {
		t.Errorf("a move by name: %v", err)
	}
	if s, err := b.OnPhone(t.Context(), leg, 3, "5"); err != nil || s.Turn != 2 || s.Key != "5" {
		t.Errorf("%+v %v", s, err)
	}
}

func TestACallFromACounselorsNumberMayBecomeAPatientsBeforeThePINOnly(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	leg := hotline.Leg(b.leg())
	if _, err := b.CallIn(t.Context(), leg, hotline.NewStaffID(), "en", caller(1)); err != nil {
		t.Fatal(err)
	}
	if err := b.AsPatient(t.Context(), leg); err != nil {
		t.Error(err)
	}
	if s, err := b.OnPhone(t.Context(), leg, 1, "*"); err != nil || !s.Patient || s.Key != "" {
		t.Errorf("%+v %v", s, err)
	}
	_, in := b.callsIn(t)
	if err := b.AsPatient(t.Context(), in); !errors.Is(err, hotline.ErrNotFound) {
		t.Errorf("after the PIN: %v", err)
	}
}

// DESIGN §4: waiting → connecting by press 1 of a counselor who called in.
func TestAClaimOnALegConnectsInTheSameStepAndRingsNobody(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	c := b.wait(t, hotline.Urgent, "en")
	who, leg := b.callsIn(t)
	if n, err := b.WaitingFor(t.Context(), who, anyCase); err != nil || n != [4]int{0, 1, 0, 0} {
		t.Errorf("%v %v", n, err)
	}
	want := anyCase
	want.Leg, want.Channels = leg, []hotline.Channel{hotline.Voice}
	for range 2 {
		got, err := b.Claim(t.Context(), want, who, "t")
		if err != nil || got.ID != c.ID || got.State != hotline.Connecting || got.CounselorLeg != leg || got.Owner != who || got.Room == "" || got.Lease.IsZero() || got.Epoch != 1 {
			t.Fatalf("%+v %v", got, err)
		}
	}
	jobs := b.rdb.ZRange(t.Context(), b.key("outbox"), 0, -1).Val()
	if all := strings.Join(jobs, " "); !strings.Contains(all, "join:"+string(c.ID)) || strings.Contains(all, "ring:") || !strings.Contains(all, "lease:"+string(c.ID)) {
		t.Errorf("the outbox holds %v", jobs)
	}
	if n, err := b.WaitingFor(t.Context(), who, anyCase); err != nil || n != [4]int{} {
		t.Errorf("%v %v", n, err)
	}
	if _, err := b.Claim(t.Context(), want, who, "another"); !errors.Is(err, hotline.ErrAtLimit) && !errors.Is(err, hotline.ErrNobody) {
		t.Errorf("a second one: %v", err)
	}
	if id, err := b.HangUp(t.Context(), leg); err != nil || id != c.ID {
		t.Errorf("%q %v", id, err)
	}
}

// Issue 6 clause 10: out to the menu and back, once each.
func TestTheOwnerStepsOutOfTheTalkAndBack(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	p := b.play(t, hotline.Live)
	b.room(t, p.Case, "leave", "oncall-1", "CAoncall", 9)
	out := hotline.Aside{Epoch: p.Epoch, Leg: counselorLeg, Turn: 2}
	back := out
	back.Back = true
	if _, err := b.Aside(t.Context(), p.ID, back); !errors.Is(err, hotline.ErrStale) {
		t.Errorf("back without having left: %v", err)
	}
	for range 2 {
		if _, err := b.Aside(t.Context(), p.ID, out); err != nil {
			t.Fatal(err)
		}
	}
	c := b.get(t, p.ID)
	if c.State != hotline.Live || c.Owner != p.by || c.Away != 2 || !c.Parked {
		t.Errorf("%s of %s, away %d, parked %v", c.State, c.Owner, c.Away, c.Parked)
	}
	if d := b.until(t, "park"); d.Case != p.ID {
		t.Errorf("%+v", d)
	}
	for i := range 2 {
		if _, err := b.Aside(t.Context(), p.ID, back); (err == nil) != (i == 0) {
			t.Errorf("back, time %d: %v", i+1, err)
		}
	}
	if c := b.get(t, p.ID); c.Away != 0 || c.Outs != 1 || c.Parked {
		t.Errorf("away %d, led out %d times, parked %v", c.Away, c.Outs, c.Parked)
	}
	if d := b.until(t, "join"); d.Case != p.ID {
		t.Errorf("%+v", d)
	}
	if _, err := b.Aside(t.Context(), p.ID, out); !errors.Is(err, hotline.ErrStale) {
		t.Errorf("the first menu again: %v", err)
	}
	for name, a := range map[string]hotline.Aside{
		"another leg": {Epoch: p.Epoch, Leg: "CAx", Turn: 4}, "another owner": {Epoch: p.Epoch - 1, Leg: counselorLeg, Turn: 4},
	} {
		if _, err := b.Aside(t.Context(), p.ID, a); !errors.Is(err, hotline.ErrStale) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// mistyped is a counselor who calls in and enters a wrong PIN.
func (b *bundle) mistyped(t fataler) {
	t.Helper()
	leg := hotline.Leg(b.leg())
	if _, err := b.CallIn(t.Context(), leg, hotline.NewStaffID(), "en", caller(5)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.PIN(t.Context(), leg, 1, hotline.PINWrong); err != nil {
		t.Fatal(err)
	}
}

// A person on call is with the caller: nobody holds while the owner is in the
// menu, until that person leaves.
func TestACallerWithSomebodyElseInTheRoomDoesNotHoldForTheMenu(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	p := b.play(t, hotline.Live)
	if _, err := b.Aside(t.Context(), p.ID, hotline.Aside{Epoch: p.Epoch, Leg: counselorLeg, Turn: 2}); err != nil {
		t.Fatal(err)
	}
	outbox := func() string { return strings.Join(b.rdb.ZRange(t.Context(), b.key("outbox"), 0, -1).Val(), " ") }
	if c := b.get(t, p.ID); c.Parked || strings.Contains(outbox(), "park:") {
		t.Errorf("parked %v, jobs %s", c.Parked, outbox())
	}
	b.room(t, p.Case, "leave", "oncall-1", "CAoncall", 9)
	if c := b.get(t, p.ID); !c.Parked || !strings.Contains(outbox(), "park:") {
		t.Errorf("alone, and parked %v, jobs %s", c.Parked, outbox())
	}
	b.room(t, p.Case, "join", "oncall-1", "CAoncall2", 10)
	if c := b.get(t, p.ID); c.Parked {
		t.Error("somebody is there again, and the caller holds on")
	}
}
