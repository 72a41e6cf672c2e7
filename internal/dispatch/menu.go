package dispatch

import (
	"context"
	"errors"
	"fmt"
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
	if c.Epoch == s.Epoch && c.CounselorLeg == s.Leg && c.State == hotline.Live {
		return Back, c, nil
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
		err = b.store.Alert(ctx, hotline.SupervisorWanted(s.Case), "A counselor in a talk asks for a supervisor.")
	case "4":
		verdict = Join
	}
	if err != nil {
		return "", c, fmt.Errorf("menu: %w", err)
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
	if errors.Is(err, hotline.ErrStale) {
		return over(st), c, nil
	}
	return Ended, c, err
}
