package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/vault"
)

// openDays is how far ahead the fields of an open case are sealed; at close
// they are sealed again for their own day.
const openDays = 7 * 24 * time.Hour

func (s *Store) seal(record, field string, keep time.Duration, plain []byte) (string, error) {
	sealed, err := s.ring().Seal(vault.Place{Line: s.line, Record: record, Field: field}, s.now().Add(keep), plain)
	if err != nil {
		return "", fmt.Errorf("seal %s: %w", field, err)
	}
	return sealed, nil
}

// unseal gives nothing for a field whose key is destroyed: its time is over.
func (s *Store) unseal(record, field, sealed string) ([]byte, error) {
	if sealed == "" {
		return nil, nil
	}
	plain, err := s.ring().Unseal(vault.Place{Line: s.line, Record: record, Field: field}, sealed)
	if errors.Is(err, vault.ErrNoKey) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("unseal %s: %w", field, err)
	}
	return plain, nil
}

func (s *Store) sealNumber(id hotline.CaseID, n hotline.Number) (string, error) {
	if !n.Known() {
		return "", nil
	}
	return s.seal(string(id), "number", openDays, []byte(n.E164()))
}

func (s *Store) sealAnswers(id hotline.CaseID, a []hotline.Answer) (string, error) {
	raw, err := json.Marshal(a)
	if err != nil {
		return "", fmt.Errorf("answers: %w", err)
	}
	return s.seal(string(id), "answers", openDays, raw)
}

// who is the blind index of a person; empty for a withheld number.
func (s *Store) who(n hotline.Number) string {
	if !n.Known() {
		return ""
	}
	return s.ring().Index("caller", n.E164())
}
