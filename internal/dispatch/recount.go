package dispatch

import (
	"context"

	"github.com/tideover/tideover/internal/hotline"
)

// recounted bounds the legs that are asked for at once.
const recounted = 20

// LegEnded is the end of a leg, whosever it was: the account may have another
// one instead.
func (b *Board) LegEnded(ctx context.Context, leg hotline.Leg) error {
	return b.store.LegEnded(ctx, leg)
}

// recount asks whether the legs are still up that keep others from being
// made: the end of one may never have been told.
func (b *Board) recount(ctx context.Context) error {
	legs, err := b.store.Legs(ctx)
	if err != nil {
		return err
	}
	for _, leg := range legs[:min(len(legs), recounted)] {
		up, err := b.phone.Up(ctx, leg)
		if err != nil {
			return ignore(err, hotline.ErrLineBusy, hotline.ErrUnknown) // the next one asks again
		}
		if up {
			continue
		}
		if err := b.store.LegEnded(ctx, leg); err != nil {
			return err
		}
	}
	return nil
}
