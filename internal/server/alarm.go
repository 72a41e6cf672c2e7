package server

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// notices reach the people on call by REST alone, when the store cannot.
type notices struct {
	phone interface {
		Notice(ctx context.Context, to hotline.Number, what string) error
	}
	onCall []hotline.Number
	log    *slog.Logger
	told   sync.Map // leg → true: once per call and process
	work   sync.WaitGroup
}

// danger pages everybody on call for a caller in danger, once per leg.
func (n *notices) danger(leg string) {
	if _, done := n.told.LoadOrStore(leg, true); !done {
		n.all(context.Background(), "failing")
	}
}

// all tells each person on call, side by side, whatever becomes of who asked.
func (n *notices) all(ctx context.Context, what string) {
	for _, to := range n.onCall {
		n.work.Go(func() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
			defer cancel()
			if err := n.phone.Notice(ctx, to, what); err != nil {
				n.log.ErrorContext(ctx, "person on call not told", "what", what, "error", err)
			}
		})
	}
}
