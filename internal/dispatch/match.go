package dispatch

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// Matches say what a claim would do now.
type Matches interface {
	OnShift(ctx context.Context) (map[hotline.CounselorID]hotline.Shift, error)
	WhoMay(ctx context.Context, cases []hotline.Case, wants map[hotline.CounselorID]hotline.Want) ([]hotline.Prospect, time.Time, error)
	// Open opens a case to others beside those whom it is for, and looks
	// again later; the zero Opening only looks again.
	Open(ctx context.Context, id hotline.CaseID, to hotline.Opening, later time.Duration) error
}

// Candidates are the counselors who are on shift, as this case sees them: those
// to whom a claim of the best would give it come first, in turn of the longest
// idle; behind them the others, each with what keeps it from them. Errors:
// ErrUnknown, ErrEra.
func (b *Board) Candidates(ctx context.Context, c hotline.Case) ([]hotline.Candidate, error) {
	crew, err := b.prospects(ctx, []hotline.Case{c})
	if err != nil {
		return nil, fmt.Errorf("candidates: %w", err)
	}
	all := make([]hotline.Candidate, 0, len(crew))
	for _, p := range crew {
		p.Why = p.Each[0]
		all = append(all, p.Candidate)
	}
	inTurn(all)
	return all, nil
}

// inTurn: whoever fits before the others, the longest idle first.
func inTurn(all []hotline.Candidate) {
	slices.SortFunc(all, func(x, y hotline.Candidate) int {
		rank := func(c hotline.Candidate) int {
			if c.Why == "" {
				return 0
			}
			return 1
		}
		return cmp.Or(cmp.Compare(rank(x), rank(y)), x.Idle.Compare(y.Idle), cmp.Compare(x.ID, y.ID))
	})
}

// prospects asks for everybody on shift.
func (b *Board) prospects(ctx context.Context, cases []hotline.Case) ([]hotline.Prospect, error) {
	on, err := b.store.OnShift(ctx)
	if err != nil {
		return nil, err
	}
	wants := make(map[hotline.CounselorID]hotline.Want, len(on))
	for id, sh := range on {
		want, err := b.people.Want(ctx, id)
		if err != nil {
			continue // somebody who was removed cannot serve anybody
		}
		if sh.Via == "phone" {
			want = byPhone(want)
		}
		wants[id] = want
	}
	crew, _, err := b.store.WhoMay(ctx, cases, wants)
	return crew, err
}

// nolang opens a case to others where nobody is free whom it is for. It looks
// again until the case is open to everybody.
func (b *Board) nolang(ctx context.Context, c hotline.Case) error {
	if !c.State.Queued() {
		return nil
	}
	crew, err := b.prospects(ctx, []hotline.Case{c})
	if err != nil {
		return err
	}
	return b.store.Open(ctx, c.ID, opening(c, crew), time.Minute)
}

// opening: those who are free come before those who may become so. Whoever
// fits and is free has but to take it.
func opening(c hotline.Case, crew []hotline.Prospect) hotline.Opening {
	var free, busy []hotline.Want
	for _, p := range crew {
		switch p.Each[0] {
		case hotline.NoLongerWaits, hotline.OutOfHours, hotline.NextAttempt:
			return hotline.Opening{} // nobody may, yet
		case "", hotline.HeldForOther:
			return hotline.Opening{}
		case hotline.Conflicted, hotline.OwnCall, hotline.NotOn, hotline.NotChannel, hotline.KeptBack, hotline.GaveBack:
			continue
		case hotline.Full, hotline.WrapsUp, hotline.NotLanguage, hotline.NotTrained, hotline.NotWished:
		}
		switch {
		case slices.Contains(p.Room, c.Channel):
			free = append(free, p.Want)
		case !p.Want.Serves(c.Lang, c.Need(), c.Wish):
			busy = append(busy, p.Want)
		}
	}
	if len(free) > 0 {
		return hotline.OpenTo(c, free)
	}
	return hotline.OpenTo(c, busy)
}
