package dispatch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/tideover/tideover/internal/hotline"
)

// Step is a request of a staff leg: of which case, under which owner, and at
// which turn of the leg.
type Step struct {
	Case  hotline.CaseID
	Epoch int64
	Leg   hotline.Leg
	Turn  int
}

// Starred is the action of a staff leg's Dial. With the leg still up it was
// the star: the owner is led to the menu, the patient holds meanwhile; a third
// person only leaves. Otherwise the room ended and the current state decides.
func (b *Board) Starred(ctx context.Context, s Step, legUp bool) (Verdict, hotline.Case, error) {
	c, err := b.store.Case(ctx, s.Case)
	if errors.Is(err, hotline.ErrNotFound) {
		return Ended, c, nil
	}
	if err != nil {
		return "", c, err
	}
	if g := c.GuestOn(s.Leg); g.Kind != "" && c.CounselorLeg != s.Leg {
		return b.guestStarred(ctx, c, g, legUp)
	}
	s = s.adopted(c)
	owns := c.Epoch == s.Epoch && c.CounselorLeg == s.Leg
	switch {
	case legUp && owns && c.State == hotline.Connecting: // nobody to step away from yet
		return Back, c, nil
	case legUp && owns && c.State == hotline.Live:
		st, err := b.store.Aside(ctx, s.Case, hotline.Aside{Epoch: s.Epoch, Leg: s.Leg, Turn: s.Turn})
		if errors.Is(err, hotline.ErrStale) {
			return b.whereOwnerStands(ctx, s, st)
		}
		return Menu, c, err
	case c.Epoch == s.Epoch && c.State.Owned() && c.State != hotline.WrapUp:
		return Ended, c, nil
	}
	return over(c.State), c, nil
}

// adopted is the step of a leg to which the talk was handed since its URLs were
// written.
func (s Step) adopted(c hotline.Case) Step {
	handed := c.Owner.OnCall() > 0 || slices.ContainsFunc(c.Guests, func(g hotline.Guest) bool { return g.State == hotline.GuestOwns && g.Leg == s.Leg })
	if handed && c.CounselorLeg == s.Leg && s.Epoch < c.Epoch && c.State == hotline.Live {
		s.Epoch = c.Epoch
	}
	return s
}

// whereOwnerStands leads a request that came too late: back into the room
// where the talk goes on, else to what became of it.
func (b *Board) whereOwnerStands(ctx context.Context, s Step, found hotline.State) (Verdict, hotline.Case, error) {
	c, err := b.store.Case(ctx, s.Case)
	if errors.Is(err, hotline.ErrNotFound) {
		return Left, c, nil
	}
	if err != nil {
		return "", c, err
	}
	s = s.adopted(c)
	if c.Epoch == s.Epoch && c.CounselorLeg == s.Leg && c.State == hotline.Live {
		return Back, c, nil
	}
	if c.GuestOn(s.Leg).Kind == hotline.Stayer {
		return Out, c, nil
	}
	if c.Epoch != s.Epoch {
		found = c.State
	}
	return over(found), c, nil
}

// MenuPressed is the key in the menu behind the star. Whatever is pressed, and
// silence too, the patient is not left holding: all but the end lead back.
func (b *Board) MenuPressed(ctx context.Context, s Step, key string) (Verdict, hotline.Case, error) {
	c, err := b.store.Case(ctx, s.Case)
	if err != nil && !errors.Is(err, hotline.ErrNotFound) {
		return "", c, err
	}
	s = s.adopted(c)
	if err != nil || c.Epoch != s.Epoch || c.CounselorLeg != s.Leg || c.State != hotline.Live || c.Away != s.Turn {
		return b.whereOwnerStands(ctx, s, c.State)
	}
	verdict := Back
	switch key {
	case "3":
		return b.endTalk(ctx, s, c)
	case "9":
		verdict = Alarmed
		_, err = b.store.Raise(ctx, s.Case, c.Owner, hotline.Emergency, true, 3, "leg:"+string(s.Leg)+":"+strconv.Itoa(s.Turn)+":9")
	case "2":
		verdict = Asked
		err = b.wantSupervisor(ctx, c, c.Owner)
	case "4":
		verdict = Join
	case "5", "6", "8":
		verdict, err = b.askIn(ctx, c, key, "leg:"+string(s.Leg)+":"+strconv.Itoa(s.Turn)+":"+key)
	}
	if err != nil {
		return "", c, fmt.Errorf("menu: %w", err)
	}
	if verdict == Out { // the talk is somebody else's from here on
		return Out, c, nil
	}
	st, err := b.store.Aside(ctx, s.Case, hotline.Aside{Epoch: s.Epoch, Leg: s.Leg, Turn: s.Turn, Back: true})
	if errors.Is(err, hotline.ErrStale) {
		return b.whereOwnerStands(ctx, s, st)
	}
	return verdict, c, err
}

// endTalk ends it for the patient with the goodbye; the owner hears so on this
// leg.
func (b *Board) endTalk(ctx context.Context, s Step, c hotline.Case) (Verdict, hotline.Case, error) {
	st, err := b.store.Finish(ctx, s.Case, hotline.Finish{Epoch: s.Epoch, To: hotline.WrapUp, Disposition: "escalated", Leg: s.Leg})
	if errors.Is(err, hotline.ErrMove) { // 988 is there, and nobody has said that they talk
		_, err = b.store.Aside(ctx, s.Case, hotline.Aside{Epoch: s.Epoch, Leg: s.Leg, Turn: s.Turn, Back: true})
		return NotNow, c, ignore(err, hotline.ErrStale)
	}
	if errors.Is(err, hotline.ErrStale) {
		return over(st), c, nil
	}
	return Ended, c, err
}
