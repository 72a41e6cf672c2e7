package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/store"
)

// talk takes the best for somebody to the talk.
func (b *bundle) talk(t fataler, by hotline.CounselorID) hotline.Case {
	t.Helper()
	c, err := b.claim(t.Context(), by)
	if err != nil {
		t.Fatal(err)
	}
	return b.through(t, c)
}

func (b *bundle) through(t fataler, c hotline.Case) hotline.Case {
	t.Helper()
	c, err := b.Connect(t.Context(), c.ID, c.Epoch, hotline.Leg(b.leg()), string(hotline.NewToken()))
	if err != nil {
		t.Fatal(err)
	}
	b.join(t, c, "counselor", c.CounselorLeg)
	b.join(t, c, "patient", c.PatientLeg)
	return b.get(t, c.ID)
}

func (b *bundle) finish(t fataler, c hotline.Case, to hotline.State) {
	t.Helper()
	if _, err := b.Finish(t.Context(), c.ID, hotline.Finish{By: c.Owner, To: to, Disposition: "helped"}); err != nil {
		t.Fatal(err)
	}
}

func TestOwnPatientsAreNeverGivenNotEvenByName(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	who, me := caller(300), b.on(t)
	if n, err := b.SetConflicts(t.Context(), me, []hotline.Number{who, caller(301), who, hotline.CallerNumber("")}); err != nil || n != 2 {
		t.Fatalf("%d numbers kept, %v", n, err)
	}
	c := b.dialsUp(t, who, hotline.Emergency)
	if _, err := b.claim(t.Context(), me); !errors.Is(err, hotline.ErrNobody) {
		t.Errorf("best for me: %v", err)
	}
	if n, err := b.WaitingFor(t.Context(), me, anyCase); err != nil || n != [4]int{} {
		t.Errorf("told of %v, %v", n, err)
	}
	named := anyCase
	named.Case = c.ID
	if _, err := b.Claim(t.Context(), named, me, hotline.NewToken()); !errors.Is(err, hotline.ErrNotQualified) {
		t.Errorf("by name: %v", err)
	}
	if n, err := b.SetConflicts(t.Context(), me, nil); err != nil || n != 0 {
		t.Fatalf("%d numbers kept, %v", n, err)
	}
	if got, err := b.claim(t.Context(), me); err != nil || got.ID != c.ID {
		t.Errorf("with no list: %v, %v", got.ID, err)
	}
}

func TestAnEmergencyInterruptsAWrapUpWhichWaitsMeanwhile(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	me := b.on(t)
	b.wait(t, hotline.Routine, "en")
	first := b.talk(t, me)
	danger := b.wait(t, hotline.Emergency, "en")
	if _, err := b.claim(t.Context(), me); !errors.Is(err, hotline.ErrAtLimit) {
		t.Fatalf("an emergency interrupts a talk: %v", err)
	}
	b.finish(t, first, hotline.WrapUp)
	urgent := b.wait(t, hotline.Urgent, "en")
	named := anyCase
	named.Case = urgent.ID
	if _, err := b.Claim(t.Context(), named, me, hotline.NewToken()); !errors.Is(err, hotline.ErrAtLimit) {
		t.Fatalf("an urgent call interrupts a wrap-up: %v", err)
	}
	got, err := b.claim(t.Context(), me)
	if err != nil || got.ID != danger.ID {
		t.Fatalf("given %v, %v", got.ID, err)
	}
	if _, err := b.claim(t.Context(), me); !errors.Is(err, hotline.ErrAtLimit) {
		t.Fatalf("two calls at once: %v", err)
	}
	sh, err := b.Shift(t.Context(), me)
	if err != nil || len(sh.Cases) != 2 {
		t.Errorf("holds %v, %v", sh.Cases, err)
	}
	second := b.through(t, got)
	b.finish(t, second, hotline.WrapUp)
	b.finish(t, b.get(t, second.ID), hotline.Closed)
	if _, err := b.claim(t.Context(), me); !errors.Is(err, hotline.ErrAtLimit) {
		t.Errorf("the wrap-up that was interrupted is forgotten: %v", err)
	}
	b.finish(t, b.get(t, first.ID), hotline.Closed)
	if got, err := b.claim(t.Context(), me); err != nil || got.ID != urgent.ID {
		t.Errorf("after both wrap-ups: %v, %v", got.ID, err)
	}
}

func TestAWrapUpThatEndsBesideAnEmergencySetsNobodyOnABreak(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	me := b.on(t)
	b.wait(t, hotline.Routine, "en")
	first := b.talk(t, me)
	b.finish(t, first, hotline.WrapUp)
	b.wait(t, hotline.Emergency, "en")
	b.talk(t, me)
	if _, err := b.Finish(t.Context(), first.ID, hotline.Finish{To: hotline.Closed, Disposition: "other"}); err != nil {
		t.Fatal(err)
	}
	if sh, err := b.Shift(t.Context(), me); err != nil || sh.State != hotline.Available || len(sh.Cases) != 1 {
		t.Errorf("%+v, %v", sh, err)
	}
}

func TestOneCounselorIsKeptBackForDangerAndUrgentCallers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		on, talking int
		keep        bool
		band        hotline.Band
		want        error
	}{
		"the last of three":                 {3, 2, true, hotline.Soon, hotline.ErrNobody},
		"the last of three, an urgent call": {3, 2, true, hotline.Urgent, nil},
		"the last of three, an emergency":   {3, 2, true, hotline.Emergency, nil},
		"another of three is free":          {3, 1, true, hotline.Routine, nil},
		"the last of two":                   {2, 1, true, hotline.Routine, nil},
		"not asked for":                     {3, 2, false, hotline.Routine, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, store.Options{KeepBack: c.keep})
			crew := make([]hotline.CounselorID, c.on)
			for i := range crew {
				crew[i] = b.on(t)
			}
			for _, id := range crew[:c.talking] {
				b.wait(t, hotline.Urgent, "en")
				if _, err := b.claim(t.Context(), id); err != nil {
					t.Fatal(err)
				}
			}
			waits, last := b.wait(t, c.band, "en"), crew[c.on-1]
			if _, err := b.claim(t.Context(), last); !errors.Is(err, c.want) {
				t.Fatalf("claim: %v, want %v", err, c.want)
			}
			if c.want == nil {
				return
			}
			if n, err := b.WaitingFor(t.Context(), last, anyCase); err != nil || n != [4]int{} {
				t.Errorf("told of %v, %v", n, err)
			}
			named := anyCase
			named.Case = waits.ID
			if _, err := b.Claim(t.Context(), named, last, hotline.NewToken()); err != nil {
				t.Errorf("a person may decide: %v", err)
			}
		})
	}
}

func TestWhoeverWasCutOffInATalkComesBackToTheSameCounselor(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{Again: time.Minute})
	who, before, other := caller(400), b.on(t), b.on(t)
	first := b.dialsUp(t, who, hotline.Urgent, 5*time.Minute)
	b.hangsUp(t, b.talk(t, before))
	longer := b.dialsUp(t, caller(401), hotline.Urgent, 40*time.Minute)
	again := b.dialsUp(t, who, hotline.Routine)
	if again.Band != hotline.Urgent || !again.Enqueued.Equal(first.Enqueued) || again.Place != 1 {
		t.Errorf("back at place %d as %s since %v", again.Place, again.Band, again.Enqueued)
	}
	if got, err := b.claim(t.Context(), other); err != nil || got.ID != longer.ID {
		t.Fatalf("somebody else is given %v, %v", got.ID, err)
	}
	if got, err := b.claim(t.Context(), before); err != nil || got.ID != again.ID { // in wrap-up after this very caller
		t.Fatalf("the counselor of before is given %v, %v", got.ID, err)
	}
}

func TestWhoComesBackNeverWaitsForACounselorWhoIsNotFree(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		hold time.Duration
		then func(b *bundle, before hotline.CounselorID) error
	}{
		"went home": {time.Minute, func(b *bundle, before hotline.CounselorID) error {
			_, err := b.SetShift(t.Context(), before, hotline.Shift{State: hotline.Off}, "")
			return err
		}},
		"takes texts only now": {time.Minute, func(b *bundle, before hotline.CounselorID) error {
			_, err := b.SetShift(t.Context(), before, hotline.Shift{State: hotline.Available, Channels: []hotline.Channel{hotline.SMS}}, "")
			return err
		}},
		"talks with somebody else": {time.Minute, func(b *bundle, before hotline.CounselorID) error {
			b.wait(t, hotline.Emergency, "en")
			b.talk(t, before)
			return nil
		}},
		"does not take it in time": {time.Nanosecond, func(*bundle, hotline.CounselorID) error { return nil }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, store.Options{Again: c.hold})
			who, before, other := caller(410), b.on(t), b.on(t)
			b.dialsUp(t, who, hotline.Urgent, 5*time.Minute)
			b.hangsUp(t, b.talk(t, before))
			if err := c.then(b, before); err != nil {
				t.Fatal(err)
			}
			again := b.dialsUp(t, who, hotline.Routine)
			if got, err := b.claim(t.Context(), other); err != nil || got.ID != again.ID {
				t.Errorf("somebody else is given %v, %v", got.ID, err)
			}
		})
	}
}

func TestWhoComesBackInDangerWaitsForNobody(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{Again: time.Minute})
	who, before, other := caller(420), b.on(t), b.on(t)
	b.dialsUp(t, who, hotline.Urgent)
	b.hangsUp(t, b.talk(t, before))
	again := b.dialsUp(t, who, hotline.Emergency)
	if got, err := b.claim(t.Context(), other); err != nil || got.ID != again.ID {
		t.Errorf("somebody else is given %v, %v", got.ID, err)
	}
}

func TestATalkThatWasEndedWellGivesNoPlaceButTheSameCounselor(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{Again: time.Minute})
	who, before, other := caller(430), b.on(t), b.on(t)
	first := b.dialsUp(t, who, hotline.Urgent, 5*time.Minute)
	talk := b.talk(t, before)
	b.hangsUp(t, talk)
	b.finish(t, b.get(t, talk.ID), hotline.Closed)
	again := b.dialsUp(t, who, hotline.Routine)
	if again.Enqueued.Equal(first.Enqueued) || again.Band != hotline.Routine {
		t.Errorf("a new call as %s since %v", again.Band, again.Enqueued)
	}
	if _, err := b.claim(t.Context(), other); !errors.Is(err, hotline.ErrNobody) {
		t.Errorf("somebody else: %v", err)
	}
	if got, err := b.claim(t.Context(), before); err != nil || got.ID != again.ID {
		t.Errorf("the counselor of before is given %v, %v", got.ID, err)
	}
}

func TestACounselorWhoDoesNotSpeakTheLanguageIsToldOfTheInterpreter(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	c := b.wait(t, hotline.Routine, "es")
	if err := b.Open(t.Context(), c.ID, toAll, time.Minute); err != nil {
		t.Fatal(err)
	}
	got, err := b.Claim(t.Context(), englishOnly, b.on(t), hotline.NewToken())
	if err != nil || !got.Interpreter {
		t.Fatalf("%+v, %v", got, err)
	}
	if _, err := b.GiveBack(t.Context(), c.ID, hotline.GiveBack{From: []hotline.State{hotline.Claimed}, Code: "released"}); err != nil {
		t.Fatal(err)
	}
	if got, err := b.Claim(t.Context(), spanishOnly, b.on(t), hotline.NewToken()); err != nil || got.Interpreter {
		t.Errorf("%+v, %v", got, err)
	}
}
