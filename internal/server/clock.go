package server

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"
)

// clock is this machine's, put right by the store's, which all instances
// share. One of them may be hours off: its days, sessions and shown times are
// those of the others all the same.
type clock struct {
	machine func() time.Time
	store   interface {
		Time(ctx context.Context) (time.Time, error)
	}
	log   *slog.Logger
	ahead atomic.Int64 // the store's clock less the machine's
}

// closeEnough is a difference that harms nobody and may be the network's.
const closeEnough = 2 * time.Second

// Now is the time of the store as far as it is known.
func (c *clock) Now() time.Time { return c.machine().Add(time.Duration(c.ahead.Load())) }

// look compares the clocks. A store that does not answer leaves what is known.
func (c *clock) look(ctx context.Context) {
	at, err := c.store.Time(ctx)
	if err != nil {
		return
	}
	ahead := at.Sub(c.machine())
	if ahead.Abs() < closeEnough {
		ahead = 0
	}
	known := time.Duration(c.ahead.Load())
	if (ahead-known).Abs() < closeEnough && (ahead == 0) == (known == 0) {
		return
	}
	c.ahead.Store(int64(ahead))
	if ahead != 0 {
		c.log.WarnContext(ctx, "the clock of this machine is off; the store's counts", "seconds", int(ahead.Seconds()))
	}
}

// earlier is the time by which something may be destroyed: when both clocks
// say so.
func (c *clock) earlier() time.Time {
	machine, store := c.machine(), c.Now()
	if store.Before(machine) {
		return store
	}
	return machine
}
