package server

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// notices reach the people on call by REST alone, when the store cannot.
type notices struct {
	phone  notifier
	onCall []hotline.Number
	now    func() time.Time
	log    *slog.Logger
	told   sync.Map // leg → true: once per call and process
	work   sync.WaitGroup
}

// notifier is how Twilio reaches a person on call about the line itself.
type notifier interface {
	Notice(ctx context.Context, to hotline.Number, what string) error
	NoticeText(ctx context.Context, to hotline.Number, what string) error
	LiveSince(ctx context.Context, to hotline.Number, since time.Time) (hotline.Leg, bool, error)
}

// danger pages everybody on call for a caller in danger, once per leg. If
// nobody could be reached the next word of danger tries again.
func (n *notices) danger(leg string) {
	if _, done := n.told.LoadOrStore(leg, true); done {
		return
	}
	n.work.Go(func() {
		if !n.all(context.Background(), "failing") {
			n.told.Delete(leg)
		}
	})
}

// lost tells everybody on call that the data are lost.
func (n *notices) lost(ctx context.Context) { n.work.Go(func() { n.all(ctx, "lost") }) }

// all tells each person on call, side by side, whatever becomes of who asked,
// and reports whether anybody's phone was reached.
func (n *notices) all(ctx context.Context, what string) bool {
	var each sync.WaitGroup
	var reached atomic.Bool
	for _, to := range n.onCall {
		each.Go(func() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
			defer cancel()
			err := n.ring(ctx, to, what)
			if err == nil {
				reached.Store(true)
			}
			if err = errors.Join(err, n.phone.NoticeText(ctx, to, what)); err != nil {
				n.log.ErrorContext(ctx, "person on call not told", "what", what, "error", err)
			}
		})
	}
	each.Wait()
	return reached.Load()
}

// ring dials until Twilio takes it. Where it may have done so already it looks
// first, so that a phone rings once.
func (n *notices) ring(ctx context.Context, to hotline.Number, what string) error {
	began := n.now().Add(-time.Second)
	for pause := 500 * time.Millisecond; ; pause *= 2 {
		err := n.phone.Notice(ctx, to, what)
		if !errors.Is(err, hotline.ErrLineBusy) && !errors.Is(err, hotline.ErrUnknown) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
		if errors.Is(err, hotline.ErrUnknown) {
			if _, rings, _ := n.phone.LiveSince(ctx, to, began); rings {
				return nil
			}
		}
	}
}
