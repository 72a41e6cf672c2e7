package store_test

import (
	"errors"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/store"
)

// talking is a talk of two, without a third person.
func (b *bundle) talking(t *testing.T) played {
	t.Helper()
	p := b.play(t, hotline.Live)
	b.room(t, p.Case, "leave", "oncall-1", "CAoncall", 99)
	p.Case = b.get(t, p.ID)
	return p
}

// comes asks a counselor in, who comes into the room.
func (b *bundle) comes(t *testing.T, p played) (hotline.CounselorID, int) {
	t.Helper()
	who := b.on(t)
	n, err := b.AskIn(t.Context(), p.ID, hotline.Invite{Epoch: p.Epoch, Kind: hotline.Successor, Who: who, By: p.by})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []hotline.GuestStep{hotline.StepLeg, hotline.StepAnswer, hotline.StepAccept} {
		if first, err := b.Guest(t.Context(), p.ID, hotline.GuestMove{N: n, Step: step, Leg: "CAguest"}); err != nil || !first {
			t.Fatalf("%s: %v %v", step, first, err)
		}
		if first, err := b.Guest(t.Context(), p.ID, hotline.GuestMove{N: n, Step: step, Leg: "CAguest"}); err != nil || first {
			t.Fatalf("%s again: %v %v", step, first, err)
		}
	}
	return who, n
}

func TestATalkIsHandedOverOnceAndHasOneOwnerAlways(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	p := b.talking(t)
	who, n := b.comes(t, p)
	if err := b.HandTo(t.Context(), p.ID, p.Epoch, n, p.by); !errors.Is(err, hotline.ErrStale) {
		t.Errorf("to somebody who is not in the room: %v", err)
	}
	b.room(t, p.Case, "join", "guest-1", "CAguest", 100)
	if err := b.HandTo(t.Context(), p.ID, p.Epoch-1, n, p.by); !errors.Is(err, hotline.ErrStale) {
		t.Errorf("under an epoch that is over: %v", err)
	}
	if err := b.HandTo(t.Context(), p.ID, p.Epoch, n, p.by); err != nil {
		t.Fatal(err)
	}
	if err := b.HandTo(t.Context(), p.ID, p.Epoch, n, p.by); !errors.Is(err, hotline.ErrStale) {
		t.Errorf("twice: %v", err)
	}
	c := b.get(t, p.ID)
	if c.Owner != who || c.CounselorLeg != "CAguest" || c.Epoch != p.Epoch+1 || c.State != hotline.Live || c.Guest(2).Kind != hotline.Stayer {
		t.Errorf("%+v", c)
	}
	if sh, err := b.Shift(t.Context(), p.by); err != nil || len(sh.Cases) != 1 {
		t.Errorf("who is still in the room is free already: %v %v", sh.Cases, err)
	}
	if _, err := b.Guest(t.Context(), p.ID, hotline.GuestMove{N: 2, Step: hotline.StepOver, Leg: counselorLeg, Why: hotline.GuestLeft}); err != nil {
		t.Fatal(err)
	}
	if sh, err := b.Shift(t.Context(), p.by); err != nil || len(sh.Cases) != 0 {
		t.Errorf("who has left still holds %v %v", sh.Cases, err)
	}
}

func TestTheLineOfAnOwnerIsLostWhileTheNextOneIsOnTheWay(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	p := b.talking(t)
	who, _ := b.comes(t, p)
	if err := b.HandOver(t.Context(), p.ID, p.Epoch); err != nil {
		t.Fatal(err)
	}
	c := b.get(t, p.ID)
	if c.Owner != who || !c.Parked || c.State != hotline.Live {
		t.Errorf("the caller does not hold for who is on the way: %s of %s, parked %v", c.State, c.Owner, c.Parked)
	}
	b.until(t, "park")
	b.room(t, c, "join", "guest-1", "CAguest", 101)
	if c = b.get(t, p.ID); c.Parked {
		t.Error("who has come talks to nobody")
	}
	b.until(t, "join")
}

func TestWhoMayNotBeAskedIntoATalk(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	p := b.talking(t)
	busy := b.on(t)
	other := b.wait(t, hotline.Routine, hotline.English)
	if _, err := b.Claim(t.Context(), hotline.Want{Case: other.ID}, busy, hotline.NewToken()); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		i    hotline.Invite
		want error
	}{
		"the owner":          {hotline.Invite{Epoch: p.Epoch, Kind: hotline.Successor, Who: p.by}, hotline.ErrStale},
		"an epoch before":    {hotline.Invite{Epoch: p.Epoch - 1, Kind: hotline.Lifeline}, hotline.ErrStale},
		"in another talk":    {hotline.Invite{Epoch: p.Epoch, Kind: hotline.Successor, Who: busy}, hotline.ErrAtLimit},
		"not on shift":       {hotline.Invite{Epoch: p.Epoch, Kind: hotline.Successor, Who: "c-off"}, hotline.ErrNotAvailable},
		"the caller's phone": {hotline.Invite{Epoch: p.Epoch, Kind: hotline.Successor, Who: b.on(t), Own: p.Caller}, hotline.ErrNotQualified},
	} {
		if _, err := b.AskIn(t.Context(), p.ID, c.i); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if c := b.get(t, p.ID); len(c.Guests) != 0 {
		t.Errorf("asked in all the same: %v", c.Guests)
	}
}
