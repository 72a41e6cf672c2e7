package store

import (
	"context"
	"fmt"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// Era reads the store's id; "" where nobody has set it up.
func (s *Store) Era(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, s.opt.Deadline)
	defer cancel()
	era, err := s.rdb.Get(ctx, s.key("era")).Result()
	if err != nil && !isNil(err) {
		return "", fmt.Errorf("era: %w: %w", hotline.ErrUnknown, plain(err))
	}
	return era, nil
}

// BeginEra writes the id of a new store; over says that another one may be
// replaced (its data are given up). It answers what the store has now.
func (s *Store) BeginEra(ctx context.Context, era string, over bool) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, s.opt.Deadline)
	defer cancel()
	if over {
		if err := s.rdb.Set(ctx, s.key("era"), era, 0).Err(); err != nil {
			return "", fmt.Errorf("begin era: %w", plain(err))
		}
		return era, nil
	}
	if err := s.rdb.SetNX(ctx, s.key("era"), era, 0).Err(); err != nil {
		return "", fmt.Errorf("begin era: %w", plain(err))
	}
	return s.Era(ctx)
}

// FirstToTell reports whether this process is the one that tells the people
// on call of the loss of an era; once per loss, whatever the era now.
func (s *Store) FirstToTell(ctx context.Context, lost string) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, s.opt.Deadline)
	defer cancel()
	first, err := s.rdb.SetNX(ctx, s.key("lost", lost), "1", 0).Result()
	if err != nil {
		return false, fmt.Errorf("lost: %w: %w", hotline.ErrUnknown, plain(err))
	}
	return first, nil
}

// Time is the store's clock, the one that all instances share.
func (s *Store) Time(ctx context.Context) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, s.opt.Deadline)
	defer cancel()
	at, err := s.rdb.Time(ctx).Result()
	if err != nil {
		return time.Time{}, fmt.Errorf("time: %w: %w", hotline.ErrUnknown, plain(err))
	}
	return at, nil
}

// NewEra makes a random id for a store.
func NewEra() string { return string(hotline.NewToken()) }

// Warnings reads the settings of Redis that the line relies on. A store that
// does not tell (embedded, managed) gives none.
func (s *Store) Warnings(ctx context.Context) []string {
	ctx, cancel := context.WithTimeout(ctx, s.opt.Deadline)
	defer cancel()
	var w []string
	for name, want := range map[string]string{"appendfsync": "always", "maxmemory-policy": "noeviction", "appendonly": "yes"} {
		got, err := s.rdb.ConfigGet(ctx, name).Result()
		if err != nil {
			return nil
		}
		if v, ok := got[name]; ok && v != want {
			w = append(w, fmt.Sprintf("redis %s is %s, want %s", name, v, want))
		}
	}
	return w
}
