package console

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// view keeps the last board that the store gave. While the store does not
// answer, readers get that one at once, marked as not fresh.
type view struct {
	from Views
	now  Clock

	mu     sync.Mutex
	board  hotline.Board
	known  bool
	failed time.Time // when the store last did not answer; zero: it answers
	wanted time.Time // when a reader last asked
	spared time.Time // no refresh before
}

const (
	overdue   = 400 * time.Millisecond // a read that takes longer counts as none
	trustFor  = 2 * time.Second        // how long a failure is taken for granted
	hardly    = 30 * time.Millisecond
	wantedFor = 5 * time.Minute
	oneIn     = 20 // refreshing takes at most one part in so many of the time
)

func newView(from Views, now Clock) *view { return &view{from: from, now: now} }

// queue gives the queue as it is now, or the last one known.
// Lost data are an error: whoever waited is not known any more.
func (w *view) queue(ctx context.Context) (hotline.Queue, error) {
	b, ok := w.instead()
	if !ok {
		q, err := w.from.Queue(ctx)
		if err == nil {
			return w.keep(q), nil
		}
		if b, err = w.lost(err); err != nil {
			return hotline.Queue{}, err
		}
	}
	if b.DataLost {
		return hotline.Queue{}, hotline.ErrEra
	}
	return b.Queue, nil
}

func (w *view) keep(q hotline.Queue) hotline.Queue {
	q.Fresh = true
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failed, w.board.Queue, w.board.DataLost = time.Time{}, q, false
	return q
}

// wallboard gives the board as it is now, or the last one known.
func (w *view) wallboard(ctx context.Context) (hotline.Board, error) {
	if b, ok := w.instead(); ok {
		return b, nil
	}
	return w.read(ctx)
}

func (w *view) read(ctx context.Context) (hotline.Board, error) {
	b, err := w.from.Board(ctx)
	if err == nil && b.DataLost {
		err = hotline.ErrEra
	}
	if err != nil {
		return w.lost(err)
	}
	b.Queue.Fresh = true
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failed, w.board, w.known = time.Time{}, b, true
	return b, nil
}

// refresh reads the board while somebody looks at it, and so finds out when
// the store stops answering and when it answers again.
func (w *view) refresh(ctx context.Context) {
	began := w.now()
	w.mu.Lock()
	due := began.Sub(w.wanted) < wantedFor && !began.Before(w.spared)
	w.mu.Unlock()
	if !due {
		return
	}
	late := time.AfterFunc(overdue, func() { _, _ = w.lost(hotline.ErrUnknown) })
	defer late.Stop()
	// Its error is kept in the view as the time of the failure.
	_, _ = w.read(ctx)
	w.mu.Lock()
	defer w.mu.Unlock()
	pause := w.now().Sub(began) * oneIn
	if !w.failed.IsZero() { // whoever watches sees NOT LIVE until the store is asked again
		pause = min(pause, trustFor)
	}
	w.spared = began.Add(pause)
}

// instead gives the last board when the store is known not to answer.
func (w *view) instead() (hotline.Board, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wanted = w.now()
	if !w.known || w.failed.IsZero() || w.wanted.Sub(w.failed) > trustFor {
		return hotline.Board{}, false
	}
	return w.stale(), true
}

// patience is how long a reader may wait now: while the store is known not to
// answer, hardly at all.
func (w *view) patience() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.failed.IsZero() || w.now().Sub(w.failed) > trustFor {
		return answerWithin
	}
	return hardly
}

// lost notes a failed read and gives the last board for it. Lost data are
// never shown as an empty queue.
func (w *view) lost(err error) (hotline.Board, error) {
	era := errors.Is(err, hotline.ErrEra)
	if !era && !errors.Is(err, hotline.ErrUnknown) && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
		return hotline.Board{}, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failed = w.now()
	w.board.DataLost = era
	if !w.known {
		return hotline.Board{DataLost: era}, err
	}
	return w.stale(), nil
}

func (w *view) stale() hotline.Board {
	b := w.board
	b.Queue.Fresh = false
	return b
}

// snapshot gives the last board without asking anybody; ok is false before
// the first one.
func (w *view) snapshot() (hotline.Board, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	b := w.board
	if !w.failed.IsZero() {
		b = w.stale()
	}
	w.wanted = w.now()
	return b, w.known
}
