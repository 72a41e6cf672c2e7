package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

// keyRow is what is kept beside the hash of a secret. It names nobody but by
// id, so it is not sealed.
type keyRow struct {
	Person hotline.CounselorID `json:"p"`
	Epoch  int                 `json:"e"`
	Began  int64               `json:"b"` // ms
	Seen   int64               `json:"s"` // ms
	Case   hotline.CaseID      `json:"c,omitempty"`
	Link   string              `json:"l,omitempty"` // hash
}

func keyText(k staff.Key) (string, error) {
	raw, err := json.Marshal(keyRow{k.Person, k.Epoch, k.Began.UnixMilli(), k.Seen.UnixMilli(), k.Case, k.Link})
	if err != nil {
		return "", fmt.Errorf("key: %w", err)
	}
	return string(raw), nil
}

func readKey(text string) (staff.Key, error) {
	var row keyRow
	if err := json.Unmarshal([]byte(text), &row); err != nil {
		return staff.Key{}, fmt.Errorf("key: %w", err)
	}
	return staff.Key{
		Person: row.Person, Epoch: row.Epoch, Began: time.UnixMilli(row.Began).UTC(), Seen: time.UnixMilli(row.Seen).UTC(),
		Case: row.Case, Link: row.Link,
	}, nil
}

func keyName(kind staff.Kind, hash string) string { return string(kind) + ":" + hash }

// PutKey keeps a key; a life of 0 means until it is dropped. Errors:
// ErrUnknown.
func (s *Store) PutKey(ctx context.Context, kind staff.Kind, hash string, k staff.Key, life time.Duration) error {
	text, err := keyText(k)
	if err != nil {
		return err
	}
	ends := math.Inf(1)
	if life > 0 {
		ends = float64(k.Began.Add(life).UnixMilli())
	}
	list := s.staffKey("keys", string(k.Person))
	return s.staffPipe(ctx, "put key", func(ctx context.Context, pipe redis.Pipeliner) {
		pipe.Set(ctx, s.staffKey("key", keyName(kind, hash)), text, life)
		pipe.ZRemRangeByScore(ctx, list, "-inf", "("+strconv.FormatInt(k.Began.UnixMilli(), 10))
		pipe.ZAdd(ctx, list, redis.Z{Score: ends, Member: keyName(kind, hash)})
	})
}

// Holder gives a key and its person; whoever was paged need not be in the
// roster, and is only an id. Without the key it looks whether the
// store lost its data: that is not the same as being signed out. Errors:
// ErrNotFound, ErrEra, ErrUnknown.
func (s *Store) Holder(ctx context.Context, kind staff.Kind, hash string) (staff.Key, staff.Person, error) {
	k, err := s.readsKey(ctx, "key", func(ctx context.Context) *redis.StringCmd {
		return s.rdb.Get(ctx, s.staffKey("key", keyName(kind, hash)))
	})
	if errors.Is(err, hotline.ErrNotFound) {
		if lost := s.sameEra(ctx); lost != nil {
			return staff.Key{}, staff.Person{}, lost
		}
	}
	if err != nil {
		return staff.Key{}, staff.Person{}, err
	}
	if k.Case != "" {
		return k, staff.Person{ID: k.Person}, nil
	}
	p, err := s.Person(ctx, k.Person)
	return k, p, err
}

// sameEra reports whether the data are still ours.
func (s *Store) sameEra(ctx context.Context) error {
	era, err := s.Era(ctx)
	if err == nil && era != s.ring().Era() {
		return fmt.Errorf("roster: %w", hotline.ErrEra)
	}
	return err
}

// TakeKey gives a key and removes it in the same step. Errors: ErrNotFound,
// ErrUnknown.
func (s *Store) TakeKey(ctx context.Context, kind staff.Kind, hash string) (staff.Key, error) {
	k, err := s.readsKey(ctx, "take key", func(ctx context.Context) *redis.StringCmd {
		return s.rdb.GetDel(ctx, s.staffKey("key", keyName(kind, hash)))
	})
	return k, err
}

func (s *Store) readsKey(ctx context.Context, what string, get func(context.Context) *redis.StringCmd) (staff.Key, error) {
	ctx, cancel := context.WithTimeout(ctx, s.opt.Deadline)
	defer cancel()
	text, err := get(ctx).Result()
	if isNil(err) {
		return staff.Key{}, fmt.Errorf("%s: %w", what, hotline.ErrNotFound)
	}
	if err != nil {
		return staff.Key{}, fmt.Errorf("%s: %w: %w", what, hotline.ErrUnknown, plain(err))
	}
	return readKey(text)
}

// TouchKey notes the last use of a key that is still there; its end stays.
// Errors: ErrUnknown.
func (s *Store) TouchKey(ctx context.Context, kind staff.Kind, hash string, k staff.Key) error {
	text, err := keyText(k)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.opt.Deadline)
	defer cancel()
	err = s.rdb.SetArgs(ctx, s.staffKey("key", keyName(kind, hash)), text, redis.SetArgs{Mode: "XX", KeepTTL: true}).Err()
	if err != nil && !isNil(err) {
		return fmt.Errorf("touch key: %w: %w", hotline.ErrUnknown, plain(err))
	}
	return nil
}

// DropKey removes a key and tells open streams to look again. Errors:
// ErrUnknown.
func (s *Store) DropKey(ctx context.Context, kind staff.Kind, hash string, k staff.Key) error {
	return s.staffPipe(ctx, "drop key", func(ctx context.Context, pipe redis.Pipeliner) {
		pipe.Del(ctx, s.staffKey("key", keyName(kind, hash)))
		pipe.ZRem(ctx, s.staffKey("keys", string(k.Person)), keyName(kind, hash))
		pipe.Incr(ctx, s.staffKey("staff", "version"))
	})
}

// staffPipe sends some commands as one transaction.
func (s *Store) staffPipe(ctx context.Context, what string, fill func(context.Context, redis.Pipeliner)) error {
	ctx, cancel := context.WithTimeout(ctx, s.opt.Deadline)
	defer cancel()
	_, err := s.rdb.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
		fill(ctx, pipe)
		return nil
	})
	if err != nil {
		return fmt.Errorf("%s: %w: %w", what, hotline.ErrUnknown, plain(err))
	}
	return nil
}

// StaffVersion grows whenever somebody's access ends. Errors: ErrUnknown.
func (s *Store) StaffVersion(ctx context.Context) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, s.opt.Deadline)
	defer cancel()
	n, err := s.rdb.Get(ctx, s.staffKey("staff", "version")).Int64()
	if err != nil && !isNil(err) {
		return 0, fmt.Errorf("staff version: %w: %w", hotline.ErrUnknown, plain(err))
	}
	return n, nil
}
