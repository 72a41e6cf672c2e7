package dispatch

import (
	"context"
	"errors"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// patience is how long a live thread may go unanswered before it goes back to
// the head of its band.
const patience = 10 * time.Minute

// text sends one message of a thread: at least once, looked up before it is
// sent again.
func (b *Board) text(ctx context.Context, d hotline.Due) error {
	mid := d.Args["msg"]
	m, c, err := b.store.Outgoing(ctx, mid)
	if errors.Is(err, hotline.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if c.OptedOut {
		return b.store.Delivery(ctx, mid, "opted-out")
	}
	if d.Try > 1 {
		sent, err := b.phone.SentSince(ctx, c.Caller, m.Text, d.First)
		if err != nil {
			return err
		}
		if sent {
			return nil
		}
	}
	err = b.phone.Send(ctx, c.Caller, m.Text, mid)
	switch {
	case errors.Is(err, hotline.ErrOptedOut):
		return errors.Join(b.store.Delivery(ctx, mid, "opted-out"), b.store.OptOut(ctx, c.Caller, true))
	case errors.Is(err, hotline.ErrRefused):
		return b.store.Delivery(ctx, mid, "failed")
	}
	return err
}

// unanswered gives a thread back whose counselor has gone silent.
func (b *Board) unanswered(ctx context.Context, d hotline.Due, c hotline.Case) error {
	since := c.UnansweredSince
	if since.IsZero() && c.RepliedAt.IsZero() {
		since = c.ClaimedAt
	}
	if c.State != hotline.Live || since.IsZero() {
		return nil
	}
	if left := patience - d.Now.Sub(since); left > 0 {
		return later(left)
	}
	_, err := b.store.GiveBack(ctx, c.ID, hotline.GiveBack{
		Epoch: c.Epoch, From: []hotline.State{hotline.Live}, Code: "unanswered", Head: true, Missed: true, TellPatient: true, Exclude: tired,
	})
	return ignore(err, hotline.ErrStale)
}
