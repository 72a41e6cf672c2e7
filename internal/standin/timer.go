package standin

import (
	"sync"
	"time"
)

func realTimer(d time.Duration) (<-chan struct{}, func()) {
	fired := make(chan struct{})
	t := time.AfterFunc(d, func() { close(fired) })
	return fired, func() { t.Stop() }
}

// Hand is time that passes by hand: nothing runs out until Advance, or until a
// phone is told Silence. Its zero value is ready.
type Hand struct {
	mu      sync.Mutex
	passed  time.Duration
	waiting map[*alarm]struct{}
}

type alarm struct {
	at    time.Duration
	fired chan struct{}
}

// Timer is for Options.Timer.
func (h *Hand) Timer(d time.Duration) (<-chan struct{}, func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	a := &alarm{at: h.passed + d, fired: make(chan struct{})}
	if d <= 0 {
		close(a.fired)
		return a.fired, func() {}
	}
	if h.waiting == nil {
		h.waiting = map[*alarm]struct{}{}
	}
	h.waiting[a] = struct{}{}
	return a.fired, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.waiting, a)
	}
}

// Advance lets d pass and fires what is due.
func (h *Hand) Advance(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.passed += d
	for a := range h.waiting {
		if a.at <= h.passed {
			delete(h.waiting, a)
			close(a.fired)
		}
	}
}
