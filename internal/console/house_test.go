package console_test

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

// house keeps people and keys in memory.
type house struct {
	mu      sync.Mutex
	err     error
	people  []staff.Person
	keys    map[string]staff.Key
	version int64
}

func newHouse() *house { return &house{keys: map[string]staff.Key{}} }

func (h *house) fail(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.err = err
}

func (h *house) AddPerson(_ context.Context, p staff.Person) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, other := range h.people {
		if p.Phone.Known() && other.Phone == p.Phone && !other.Disabled {
			return staff.ErrNumberTaken
		}
	}
	h.people = append(h.people, p)
	return h.err
}

func (h *house) Person(_ context.Context, id hotline.CounselorID) (staff.Person, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.person(id)
}

func (h *house) person(id hotline.CounselorID) (staff.Person, error) {
	if h.err != nil {
		return staff.Person{}, h.err
	}
	for _, p := range h.people {
		if p.ID == id {
			return p, nil
		}
	}
	return staff.Person{}, hotline.ErrNotFound
}

func (h *house) PersonByPhone(_ context.Context, n hotline.Number) (staff.Person, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, p := range h.people {
		if p.Phone == n && !p.Disabled {
			return p, h.err
		}
	}
	return staff.Person{}, hotline.ErrNotFound
}

func (h *house) People(context.Context) ([]staff.Person, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.people), h.err
}

func (h *house) SetPIN(context.Context, hotline.CounselorID, staff.PIN) error { return nil }

func (h *house) DisablePerson(_ context.Context, id hotline.CounselorID) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range h.people {
		if h.people[i].ID == id {
			h.people[i].Disabled = true
			h.people[i].Epoch++
			h.version++
			return h.err
		}
	}
	return hotline.ErrNotFound
}

func (h *house) PutKey(_ context.Context, kind staff.Kind, hash string, k staff.Key, _ time.Duration) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.keys[string(kind)+hash] = k
	return h.err
}

func (h *house) Holder(_ context.Context, kind staff.Kind, hash string) (staff.Key, staff.Person, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	k, ok := h.keys[string(kind)+hash]
	if h.err != nil {
		return staff.Key{}, staff.Person{}, h.err
	}
	if !ok {
		return staff.Key{}, staff.Person{}, hotline.ErrNotFound
	}
	if k.Case != "" {
		return k, staff.Person{ID: k.Person}, nil
	}
	p, err := h.person(k.Person)
	return k, p, err
}

func (h *house) TakeKey(_ context.Context, kind staff.Kind, hash string) (staff.Key, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	k, ok := h.keys[string(kind)+hash]
	if !ok {
		return staff.Key{}, hotline.ErrNotFound
	}
	delete(h.keys, string(kind)+hash)
	return k, h.err
}

func (h *house) TouchKey(_ context.Context, kind staff.Kind, hash string, k staff.Key) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, ok := h.keys[string(kind)+hash]; ok {
		h.keys[string(kind)+hash] = k
	}
	return h.err
}

func (h *house) DropKey(_ context.Context, kind staff.Kind, hash string, _ staff.Key) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.keys, string(kind)+hash)
	h.version++
	return h.err
}

func (h *house) StaffVersion(context.Context) (int64, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.version, h.err
}
