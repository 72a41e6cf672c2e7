package dispatch_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// handOut gives n jobs, as many at a time as are asked for.
func (w *world) handOut(n int) {
	w.due = func(limit int) ([]hotline.Due, error) {
		w.mu.Lock()
		defer w.mu.Unlock()
		take := min(n, limit)
		n -= take
		jobs := make([]hotline.Due, take)
		for i := range jobs {
			jobs[i] = job("retire", 1)
		}
		return jobs, nil
	}
}

func (w *world) count(call string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := 0
	for _, c := range w.calls {
		if c == call {
			n++
		}
	}
	return n
}

// running runs the due loop of a house in a bubble and gives its tick.
func running(t *testing.T, h *house) (tick chan time.Time, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	tick, ended := make(chan time.Time), make(chan error)
	go func() { ended <- h.Run(ctx, tick) }()
	return tick, func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the loop ended: %v", err)
		}
	}
}

func TestEverythingDueIsDoneAtOneTick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, hotline.Closed)
		h.handOut(333)
		tick, stop := running(t, h)
		tick <- time.Now()
		synctest.Wait()
		if n := h.count("done retire"); n != 333 {
			t.Errorf("%d jobs done", n)
		}
		stop()
	})
}

func TestAChangeOfThisProcessIsCarriedOutWithoutATick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, hotline.Closed)
		h.handOut(1)
		_, stop := running(t, h)
		for range 100 { // never blocks
			h.Wake()
		}
		synctest.Wait()
		if n := h.count("done retire"); n != 1 {
			t.Errorf("%d jobs done", n)
		}
		stop()
	})
}

func TestNoJobIsTakenThatCannotStartAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, hotline.Closed)
		var now, most, taken, started atomic.Int64
		h.during = func(what string) {
			if what == "retire" {
				started.Add(1)
				if n := now.Add(1); n > most.Load() {
					most.Store(n)
				}
				time.Sleep(3 * time.Second) // a slow carrier, in the bubble's time
				now.Add(-1)
			}
		}
		h.handOut(100)
		out := h.due
		h.due = func(limit int) ([]hotline.Due, error) {
			jobs, err := out(limit)
			taken.Add(int64(len(jobs)))
			return jobs, err
		}
		tick, stop := running(t, h)
		tick <- time.Now()
		synctest.Wait()
		if taken.Load() != started.Load() || most.Load() != 16 {
			t.Errorf("%d jobs taken, %d started, %d at once", taken.Load(), started.Load(), most.Load())
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := h.count("done retire"); n != 100 || most.Load() > 16 {
			t.Errorf("%d done, %d at once", n, most.Load())
		}
		stop()
	})
}

func TestTheLoopOutlivesAStoreThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, hotline.Closed)
		h.handOut(2)
		ok, down := h.due, true
		h.due = func(limit int) ([]hotline.Due, error) {
			if down {
				return nil, errors.Join(hotline.ErrUnknown)
			}
			return ok(limit)
		}
		tick, stop := running(t, h)
		tick <- time.Now()
		synctest.Wait()
		down = false
		h.fail["done"] = hotline.ErrUnknown
		tick <- time.Now()
		synctest.Wait()
		if n := h.count("retire"); n != 2 {
			t.Errorf("%d jobs done after the store is back", n)
		}
		stop()
	})
}

func TestTheLoopWaitsForWhatItHasBegun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, hotline.Closed)
		h.during = func(what string) {
			if what == "retire" {
				time.Sleep(2 * time.Second)
			}
		}
		h.handOut(3)
		tick, stop := running(t, h)
		tick <- time.Now()
		synctest.Wait()
		stop()
		if n := h.count("done retire"); n != 3 {
			t.Errorf("%d of 3 jobs were carried to their end", n)
		}
	})
}
