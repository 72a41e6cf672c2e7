package console

import "sync"

// hub reaches all open streams of this process.
type hub struct {
	mu    sync.Mutex
	again chan struct{} // closed when access may have ended for somebody
	gone  chan struct{} // closed when this process goes away
	over  bool
}

func newHub() *hub { return &hub{again: make(chan struct{}), gone: make(chan struct{})} }

// rechecks gives the channel that is closed at the next recheck.
func (h *hub) rechecks() <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.again
}

// recheck makes every stream ask again who is at its other end.
func (h *hub) recheck() {
	h.mu.Lock()
	defer h.mu.Unlock()
	close(h.again)
	h.again = make(chan struct{})
}

// drain ends every stream, and those that are opened from now on.
func (h *hub) drain() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.over {
		h.over = true
		close(h.gone)
	}
}
