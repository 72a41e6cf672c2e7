package staff

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

const (
	recallFor = 5 * time.Minute       // how long a visitor is known without the store
	patience  = 15 * time.Millisecond // how long a failing store is waited for
	askFor    = time.Second           // how long any answer is of use
	mostKept  = 20_000
)

// memory remembers who was here, so that a store that fails does not close
// the console. A revocation made elsewhere while the store is down reaches
// this process when the store is back.
type memory struct {
	now     func() time.Time
	mu      sync.Mutex
	seen    map[string]recalled
	failing bool // the last answer of the store was none
}

type recalled struct {
	key    Key
	person Person
	at     time.Time
}

type held struct {
	key    Key
	person Person
	err    error
}

func newMemory(now func() time.Time) *memory {
	return &memory{now: now, seen: map[string]recalled{}}
}

// ask reads from the store and falls back to what it remembers. While the
// store fails, whoever is remembered waits only a moment; the read goes on
// behind and mends the memory.
func (m *memory) ask(ctx context.Context, kind Kind, hash string, read func(context.Context, Kind, string) (Key, Person, error)) (Key, Person, bool, error) {
	old, known := m.recall(kind, hash)
	answer := make(chan held, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), askFor)
		defer cancel()
		k, p, err := read(ctx, kind, hash)
		m.learn(kind, hash, k, p, err)
		answer <- held{k, p, err}
	}()
	wait := askFor
	if known && m.isFailing() {
		wait = patience
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case h := <-answer:
		if h.err == nil || errors.Is(h.err, hotline.ErrNotFound) || !known {
			return h.key, h.person, true, h.err
		}
	case <-timer.C:
		m.fails()
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			m.fails()
		}
	}
	if !known {
		return Key{}, Person{}, false, hotline.ErrUnknown
	}
	return old.key, old.person, false, nil
}

func (m *memory) learn(kind Kind, hash string, k Key, p Person, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	id := string(kind) + hash
	switch {
	case err == nil:
		m.failing = false
		if len(m.seen) >= mostKept {
			m.dropOld()
		}
		m.seen[id] = recalled{k, p, m.now()}
	case errors.Is(err, hotline.ErrNotFound):
		m.failing = false
		delete(m.seen, id)
	default:
		m.failing = true
	}
}

// dropOld makes room: what can no longer be recalled goes, and everything if
// that is not enough.
func (m *memory) dropOld() {
	for id, r := range m.seen {
		if m.now().Sub(r.at) > recallFor {
			delete(m.seen, id)
		}
	}
	if len(m.seen) >= mostKept {
		clear(m.seen)
	}
}

func (m *memory) recall(kind Kind, hash string) (recalled, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.seen[string(kind)+hash]
	return r, ok && m.now().Sub(r.at) <= recallFor
}

func (m *memory) isFailing() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.failing
}

func (m *memory) fails() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.failing = true
}

func (m *memory) forget(kind Kind, hash string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.seen, string(kind)+hash)
}
