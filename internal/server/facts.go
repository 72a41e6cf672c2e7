package server

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
)

// factsAge is how old the snapshot of the world may be that a step sees.
const factsAge = 2 * time.Second

// facts is what the script must know of the world, read beside the calls.
type facts struct {
	store interface {
		OnShift(ctx context.Context) (map[hotline.CounselorID]hotline.Shift, error)
	}
	texts bool
	on    atomic.Int64
}

// For gives the facts for a caller.
func (f *facts) For(hasNumber bool) triage.Facts {
	return triage.Facts{Open: true, Counselors: int(f.on.Load()), HasNumber: hasNumber, CanText: hasNumber && f.texts}
}

// run refreshes the snapshot until ctx ends. A store that does not answer
// leaves the last one.
func (f *facts) run(ctx context.Context, tick <-chan time.Time) error {
	for {
		if on, err := f.store.OnShift(ctx); err == nil {
			f.on.Store(int64(available(on)))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
		}
	}
}

func available(on map[hotline.CounselorID]hotline.Shift) int {
	n := 0
	for _, sh := range on {
		if sh.State == hotline.Available {
			n++
		}
	}
	return n
}
