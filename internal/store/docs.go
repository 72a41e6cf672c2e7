package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/tideover/tideover/internal/hotline"
)

func isNil(err error) bool { return errors.Is(err, redis.Nil) }

// Kept gives the document that was given under the key (leg:turn or leg:name)
// or the idempotency token, if any.
func (s *Store) Kept(ctx context.Context, key string, tok hotline.Token) ([]byte, bool, error) {
	r, err := s.run(ctx, "load", "", "", "", "", key, string(tok))
	if err != nil || r.word != "doc" {
		return nil, false, err
	}
	doc, err := s.unseal("", "doc", r.at(0))
	return doc, err == nil, err
}

// Keep keeps a document of a staff leg unless one is kept, and gives the kept
// one.
func (s *Store) Keep(ctx context.Context, key string, tok hotline.Token, doc []byte) ([]byte, error) {
	sealed, err := s.seal("", "doc", keepTextDoc, doc)
	if err != nil {
		return nil, err
	}
	r, err := s.run(ctx, "keep", key, string(tok), sealed, ms(keepVoiceDoc))
	if err != nil {
		return nil, err
	}
	return s.unseal("", "doc", r.at(0))
}

type savedOutcome struct {
	Print  string `json:"p"`
	Status int    `json:"s"`
	Body   []byte `json:"b"`
}

// Outcome gives the first answer to a request id of a person, if any.
func (s *Store) Outcome(ctx context.Context, by hotline.CounselorID, tok hotline.Token) (print string, status int, body []byte, found bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, s.opt.Deadline)
	defer cancel()
	record := string(by) + ":" + string(tok)
	sealed, err := s.rdb.Get(ctx, s.key("req", record)).Result()
	if isNil(err) {
		return "", 0, nil, false, nil
	}
	if err != nil {
		return "", 0, nil, false, fmt.Errorf("outcome: %w: %w", hotline.ErrUnknown, plain(err))
	}
	o, err := s.openOutcome(record, sealed)
	return o.Print, o.Status, o.Body, err == nil, err
}

// SaveOutcome keeps an answer unless one is kept already, and gives the kept
// one; first says whether it is this one.
func (s *Store) SaveOutcome(ctx context.Context, by hotline.CounselorID, tok hotline.Token, print string, status int, body []byte) (p string, st int, b []byte, first bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, s.opt.Deadline)
	defer cancel()
	record := string(by) + ":" + string(tok)
	raw, err := json.Marshal(savedOutcome{print, status, body})
	if err != nil {
		return "", 0, nil, false, fmt.Errorf("outcome: %w", err)
	}
	sealed, err := s.seal(record, "outcome", 24*time.Hour, raw)
	if err != nil {
		return "", 0, nil, false, err
	}
	old, err := s.rdb.SetArgs(ctx, s.key("req", record), sealed, redis.SetArgs{Mode: "NX", TTL: keepToken, Get: true}).Result()
	if isNil(err) || (err == nil && old == "") {
		return print, status, body, true, nil
	}
	if err != nil {
		return "", 0, nil, false, fmt.Errorf("outcome: %w: %w", hotline.ErrUnknown, plain(err))
	}
	o, err := s.openOutcome(record, old)
	return o.Print, o.Status, o.Body, false, err
}

func (s *Store) openOutcome(record, sealed string) (savedOutcome, error) {
	var o savedOutcome
	raw, err := s.unseal(record, "outcome", sealed)
	if err != nil {
		return o, err
	}
	if err := json.Unmarshal(raw, &o); err != nil {
		return o, fmt.Errorf("outcome: %w", err)
	}
	return o, nil
}
