package server

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/vault"
)

// keeper is the key ring file.
type keeper interface {
	Ring() *vault.Ring
	Reload() error
	DestroyPast(now time.Time) (int, error)
}

// eraStore is what the watch asks of the store.
type eraStore interface {
	Era(ctx context.Context) (string, error)
	FirstToTell(ctx context.Context, lost string) (bool, error)
	LoadScripts(ctx context.Context) error
}

// era watches whether the store still holds our data. Empty or foreign data
// look like "nobody is waiting"; here they are a loss, shown and told.
type era struct {
	keys   keeper
	store  eraStore
	notify func(ctx context.Context)
	clock  *clock
	log    *slog.Logger
	lost   atomic.Bool
	never  atomic.Bool // nobody has set up this store yet
	loaded atomic.Bool
}

// Lost reports whether data were lost and nobody has accepted that yet.
func (e *era) Lost() bool { return e.lost.Load() }

func (e *era) run(ctx context.Context, tick <-chan time.Time) error {
	for {
		e.look(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
		}
	}
}

// look compares the store's era with the key ring's, which is read again: it
// changes when an operator accepts a loss, and when days of keys end.
func (e *era) look(ctx context.Context) {
	if err := e.keys.Reload(); err != nil {
		e.log.ErrorContext(ctx, "key ring not read again", "error", err)
	}
	has, err := e.store.Era(ctx)
	if err != nil {
		e.loaded.Store(false)
		return
	}
	e.clock.look(ctx)
	e.destroy(ctx)
	if !e.loaded.Load() && e.store.LoadScripts(ctx) == nil {
		e.loaded.Store(true)
	}
	want := e.keys.Ring().Era()
	e.never.Store(want == "")
	if has == want && want != "" {
		if e.lost.Swap(false) {
			e.log.InfoContext(ctx, "the store holds our era again")
		}
		return
	}
	if want == "" {
		return
	}
	if !e.lost.Swap(true) {
		e.log.ErrorContext(ctx, "DATA LOST: the store holds another era; see `tideover init --accept-loss`")
	}
	first, err := e.store.FirstToTell(ctx, want)
	if err == nil && first {
		e.notify(ctx)
	}
}

// destroy gives up the keys of past days. What is destroyed never comes back,
// so the clock of one machine is not enough to say that a day is past.
func (e *era) destroy(ctx context.Context) {
	if n, err := e.keys.DestroyPast(e.clock.earlier()); err != nil {
		e.log.ErrorContext(ctx, "keys of past days not destroyed", "error", err)
	} else if n > 0 {
		e.log.InfoContext(ctx, "keys of past days destroyed", "days", n)
	}
}

// state says why the line is not ready, nil if it is.
func (e *era) state() error {
	switch {
	case e.never.Load():
		return errors.New("the store has no era yet: run `tideover init`")
	case e.lost.Load():
		return hotline.ErrEra
	}
	return nil
}
