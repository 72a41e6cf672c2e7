package store_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/tideover/tideover/internal/audit"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/vault"
)

// rosterBundle is a store in a Redis of its own, since the roster belongs to
// no line.
type rosterBundle struct {
	*store.Store
	rdb    redis.UniversalClient
	keys   *vault.Keeper
	dir    string
	roster *staff.Roster
	desk   *staff.Desk
	log    *bytes.Buffer
}

func setupRoster(t *testing.T) *rosterBundle {
	t.Helper()
	url, dir, _ := ownRedis(t, "--appendonly", "yes")
	b := &rosterBundle{dir: dir, log: &bytes.Buffer{}}
	log := slog.New(slog.NewTextHandler(b.log, nil))
	var err error
	if b.rdb, err = store.Dial(url, log); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "keys")
	if _, err := vault.Create(path, time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := vault.SetEra(path, "era-of-the-test"); err != nil {
		t.Fatal(err)
	}
	keys, err := vault.Watch(path)
	if err != nil {
		t.Fatal(err)
	}
	if b.Store, err = store.New(b.rdb, "line", keys.Ring, time.Now, time.UTC, log, store.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	if _, err := b.BeginEra(t.Context(), "era-of-the-test", false); err != nil {
		t.Fatal(err)
	}
	b.keys = keys
	b.roster = staff.NewRoster(b.Store, nil)
	b.desk = staff.NewDesk(b.Store, b.roster, func(context.Context, hotline.CounselorID) (bool, error) { return false, nil }, rand.Reader, time.Now)
	return b
}

// again is another instance on the same Redis.
func (b *rosterBundle) again(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.New(b.rdb, "line", b.keys.Ring, time.Now, time.UTC, slog.New(slog.DiscardHandler), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (b *rosterBundle) chainKey(t *testing.T) []byte {
	t.Helper()
	key, err := b.keys.Ring().Subkey("chain of the record of access")
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// blocks reads the record as it lies in Redis.
func (b *rosterBundle) blocks(t *testing.T) []audit.Block {
	t.Helper()
	var out []audit.Block
	for _, m := range b.rdb.XRange(t.Context(), "to:{line}:audit", "-", "+").Val() {
		n, err := strconv.ParseInt(m.Values["n"].(string), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, audit.Block{N: n, Body: []byte(m.Values["b"].(string)), Link: m.Values["l"].(string)})
	}
	return out
}

func (b *rosterBundle) add(t *testing.T, phone string) staff.Person {
	t.Helper()
	n, err := hotline.ParseNumber(phone)
	if err != nil {
		t.Fatal(err)
	}
	p, err := b.roster.Add(t.Context(), staff.Person{
		Name: "Marisol Planted", Role: staff.Counselor, Phone: n, Languages: []hotline.Lang{"es", "en"}, Skills: []string{"youth"},
		Credential: staff.Licensed,
	}, "4711")
	if err != nil {
		t.Fatal(err)
	}
	return p
}
