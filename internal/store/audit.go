package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"github.com/redis/go-redis/v9"

	"github.com/tideover/tideover/internal/audit"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/vault"
)

// The record of access is a stream of blocks: sealed entries, each block
// chained to the one before it. The chain is made here, since Redis has no
// key; lua/record.lua takes a block only where the chain still ends as it did
// when the block was made.

// recorder gathers entries that come at the same time into one block. Its
// zero value is ready.
type recorder struct {
	mu      sync.Mutex
	waiting []*toRecord

	writing sync.Mutex  // held by who writes the block
	head    audit.Block // end of the chain as far as we know; the script tells better
}

type toRecord struct {
	entry audit.Entry
	done  bool
	err   error
}

const chainPurpose = "chain of the record of access"

// Append keeps an entry and stamps it. When it returns nil the entry is in
// the record. Errors: ErrUnknown, ErrEra.
func (s *Store) Append(ctx context.Context, e audit.Entry) error {
	e.At = s.now().UTC()
	r, mine := &s.record, &toRecord{entry: e}
	r.mu.Lock()
	r.waiting = append(r.waiting, mine)
	r.mu.Unlock()
	r.writing.Lock()
	defer r.writing.Unlock()
	if mine.done { // went along with somebody else's block
		return mine.err
	}
	r.mu.Lock()
	batch := r.waiting
	r.waiting = nil
	r.mu.Unlock()
	// The block carries entries of others too, who must not fail because this
	// request was given up.
	err := s.appendBlock(context.WithoutCancel(ctx), batch)
	for _, w := range batch {
		w.done, w.err = true, err
	}
	return err
}

func (s *Store) appendBlock(ctx context.Context, batch []*toRecord) error {
	entries := make([]audit.Entry, 0, len(batch))
	for _, w := range batch {
		entries = append(entries, w.entry)
	}
	raw, err := json.Marshal(entries)
	if err != nil {
		return fmt.Errorf("record: %w", err)
	}
	key, err := s.ring().Subkey(chainPurpose)
	if err != nil {
		return fmt.Errorf("record: %w", err)
	}
	r := &s.record
	for range mostTries {
		b := audit.Block{N: r.head.N + 1}
		sealed, err := s.ring().SealStanding(s.blockPlace(b.N), raw)
		if err != nil {
			return fmt.Errorf("record: %w", err)
		}
		b.Body = []byte(sealed)
		b.Link = audit.Link(key, r.head.Link, b.N, b.Body)
		got, err := s.run(ctx, "record", r.head.Link, b.N, sealed, b.Link)
		if err != nil {
			r.head = audit.Block{} // whether it was taken is not known: ask anew
			return err
		}
		if got.word == "ok" {
			r.head = b
			return nil
		}
		n, err := strconv.ParseInt(got.at(0), 10, 64)
		if err != nil {
			return fmt.Errorf("record: end of the chain: %w", err)
		}
		r.head = audit.Block{N: n, Link: got.at(1)}
	}
	return fmt.Errorf("record: others write all the time: %w", hotline.ErrUnknown)
}

func (s *Store) blockPlace(n int64) vault.Place {
	return vault.Place{Line: s.line, Record: "audit:" + strconv.FormatInt(n, 10), Field: "entries"}
}

const (
	blocksAtOnce = 200
	mostBlocks   = 50_000 // of a search for one case
)

// Latest gives up to limit entries, newest first; id empty: of all cases. A
// block that cannot be read shows as one entry that says so. Errors:
// ErrUnknown.
func (s *Store) Latest(ctx context.Context, id hotline.CaseID, limit int) ([]audit.Entry, error) {
	ctx, cancel := context.WithTimeout(ctx, s.opt.Deadline)
	defer cancel()
	var out []audit.Entry
	before := "+"
	for range mostBlocks / blocksAtOnce {
		blocks, err := s.rdb.XRevRangeN(ctx, s.key("audit"), before, "-", blocksAtOnce).Result()
		if err != nil {
			return nil, fmt.Errorf("record: %w: %w", hotline.ErrUnknown, plain(err))
		}
		for _, b := range blocks {
			for _, e := range slices.Backward(s.openBlock(b)) {
				if id != "" && e.Case != string(id) {
					continue
				}
				if out = append(out, e); len(out) == limit {
					return out, nil
				}
			}
			before = "(" + b.ID
		}
		if len(blocks) < blocksAtOnce {
			break
		}
	}
	return out, nil
}

func (s *Store) openBlock(m redis.XMessage) []audit.Entry {
	n, body, err := blockFields(m)
	var entries []audit.Entry
	if err == nil {
		var raw []byte
		if raw, err = s.ring().Unseal(s.blockPlace(n), body); err == nil {
			err = json.Unmarshal(raw, &entries)
		}
	}
	if err != nil {
		return []audit.Entry{{Action: "unreadable", Outcome: "block " + strconv.FormatInt(n, 10)}}
	}
	return entries
}

func blockFields(m redis.XMessage) (n int64, body string, err error) {
	number, hasNumber := m.Values["n"].(string)
	body, hasBody := m.Values["b"].(string)
	if !hasNumber || !hasBody {
		return 0, "", errors.New("a field is missing")
	}
	n, err = strconv.ParseInt(number, 10, 64)
	return n, body, err
}
