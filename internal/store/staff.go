package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/redis/go-redis/v9"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
	"github.com/tideover/tideover/internal/vault"
)

// The roster belongs to no line. Keys after the prefix "to:{_}:", none of
// them ends by itself unless it says so:
//
//	staff              hash: id → person                  sealed (standing key)
//	staff:phone        hash: blind index of a phone → id  blind index, plain ids
//	staff:version      counts ends of access              plain
//	key:<kind>:<hash>  a token, invite (24 h), session    plain ids and times, the secret hashed
//	                   (12 h), link of a page and the
//	                   session it opens (1 h each)
//	keys:<id>          keys of a person, by their end     hashes
//
// A roster is small, so it is read whole where everybody is asked for.

// noLine is the line of what belongs to none, for seals.
const noLine = "_"

// personRow is a person as it is sealed. A hotline.Number would write itself
// masked, so the number is a text here.
type personRow struct {
	Name       string           `json:"name"`
	Role       staff.Role       `json:"role"`
	Phone      string           `json:"phone,omitempty"`
	Languages  []hotline.Lang   `json:"languages,omitempty"`
	Skills     []string         `json:"skills,omitempty"`
	Credential staff.Credential `json:"credential"`
	PIN        staff.PIN        `json:"pin,omitempty"`
	Disabled   bool             `json:"disabled,omitempty"`
	Epoch      int              `json:"epoch"`
}

func personPlace(id hotline.CounselorID) vault.Place {
	return vault.Place{Line: noLine, Record: string(id), Field: "person"}
}

func (s *Store) sealPerson(p staff.Person) (string, error) {
	raw, err := json.Marshal(personRow{
		Name: p.Name, Role: p.Role, Phone: p.Phone.E164(), Languages: p.Languages, Skills: p.Skills, Credential: p.Credential,
		PIN: p.PIN, Disabled: p.Disabled, Epoch: p.Epoch,
	})
	if err != nil {
		return "", fmt.Errorf("person %s: %w", p.ID, err)
	}
	sealed, err := s.ring().SealStanding(personPlace(p.ID), raw)
	if err != nil {
		return "", fmt.Errorf("person %s: %w", p.ID, err)
	}
	return sealed, nil
}

func (s *Store) openPerson(id hotline.CounselorID, sealed string) (staff.Person, error) {
	raw, err := s.ring().Unseal(personPlace(id), sealed)
	if err != nil {
		return staff.Person{}, fmt.Errorf("person %s: %w", id, err)
	}
	var row personRow
	if err := json.Unmarshal(raw, &row); err != nil {
		return staff.Person{}, fmt.Errorf("person %s: %w", id, err)
	}
	return staff.Person{
		ID: id, Name: row.Name, Role: row.Role, Phone: hotline.CallerNumber(row.Phone), Languages: row.Languages, Skills: row.Skills,
		Credential: row.Credential, PIN: row.PIN, Disabled: row.Disabled, Epoch: row.Epoch,
	}, nil
}

func (s *Store) phoneIndex(n hotline.Number) string { return s.ring().Index("staff", n.E164()) }

// AddPerson keeps a new person. Errors: staff.ErrNumberTaken, ErrUnknown.
func (s *Store) AddPerson(ctx context.Context, p staff.Person) error {
	sealed, err := s.sealPerson(p)
	if err != nil {
		return err
	}
	return s.staffChange(ctx, "add person", func(ctx context.Context, tx *redis.Tx) error {
		if p.Phone.Known() {
			switch _, err := s.byPhone(ctx, tx, p.Phone); {
			case err == nil:
				return staff.ErrNumberTaken
			case !errors.Is(err, hotline.ErrNotFound):
				return err
			}
		}
		_, err := tx.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
			pipe.HSet(ctx, s.staffKey("staff"), string(p.ID), sealed)
			if p.Phone.Known() {
				pipe.HSet(ctx, s.staffKey("staff", "phone"), s.phoneIndex(p.Phone), string(p.ID))
			}
			return nil
		})
		return err
	})
}

// DisablePerson marks a person, raises the epoch and drops every key, in one
// step. Errors: ErrNotFound, ErrUnknown.
func (s *Store) DisablePerson(ctx context.Context, id hotline.CounselorID) error {
	return s.staffChange(ctx, "disable person", func(ctx context.Context, tx *redis.Tx) error {
		p, err := s.person(ctx, tx, id)
		if err != nil || p.Disabled {
			return err
		}
		p.Disabled, p.Epoch = true, p.Epoch+1
		sealed, err := s.sealPerson(p)
		if err != nil {
			return err
		}
		keys, err := tx.ZRange(ctx, s.staffKey("keys", string(id)), 0, -1).Result()
		if err != nil {
			return err
		}
		_, err = tx.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
			pipe.HSet(ctx, s.staffKey("staff"), string(id), sealed)
			for _, key := range keys {
				pipe.Del(ctx, s.staffKey("key", key))
			}
			pipe.Del(ctx, s.staffKey("keys", string(id)))
			pipe.Incr(ctx, s.staffKey("staff", "version"))
			return nil
		})
		return err
	})
}

// SetPIN keeps another PIN of a person, and forgets the wrong ones of their
// number. Errors: ErrNotFound, also for disabled people; ErrUnknown.
func (s *Store) SetPIN(ctx context.Context, id hotline.CounselorID, pin staff.PIN) error {
	var phone hotline.Number
	err := s.staffChange(ctx, "set pin", func(ctx context.Context, tx *redis.Tx) error {
		p, err := s.person(ctx, tx, id)
		if err != nil {
			return err
		}
		if p.Disabled {
			return fmt.Errorf("person %s: disabled: %w", id, hotline.ErrNotFound)
		}
		p.PIN, phone = pin, p.Phone
		sealed, err := s.sealPerson(p)
		if err != nil {
			return err
		}
		_, err = tx.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
			pipe.HSet(ctx, s.staffKey("staff"), string(id), sealed)
			return nil
		})
		return err
	})
	if err != nil || !phone.Known() {
		return err
	}
	return s.ForgiveWrongPINs(ctx, phone)
}

// mostTries bounds how often a change of the roster begins anew because
// somebody else changed it meanwhile.
const mostTries = 50

// staffChange runs a read and a write as one step: it begins anew when the
// roster changed between them.
func (s *Store) staffChange(ctx context.Context, what string, change func(context.Context, *redis.Tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, s.opt.Deadline)
	defer cancel()
	for range mostTries {
		err := s.rdb.Watch(ctx, func(tx *redis.Tx) error { return change(ctx, tx) }, s.staffKey("staff"), s.staffKey("staff", "phone"))
		switch {
		case err == nil:
			return nil
		case errors.Is(err, redis.TxFailedErr):
			continue
		case errors.Is(err, staff.ErrNumberTaken), errors.Is(err, hotline.ErrNotFound), errors.Is(err, hotline.ErrUnknown):
			return fmt.Errorf("%s: %w", what, err)
		default:
			return fmt.Errorf("%s: %w: %w", what, hotline.ErrUnknown, plain(err))
		}
	}
	return fmt.Errorf("%s: the roster changes all the time: %w", what, hotline.ErrUnknown)
}

// hashReader is what a client and a transaction have in common here.
type hashReader interface {
	HGet(ctx context.Context, key, field string) *redis.StringCmd
}

func (s *Store) person(ctx context.Context, from hashReader, id hotline.CounselorID) (staff.Person, error) {
	sealed, err := from.HGet(ctx, s.staffKey("staff"), string(id)).Result()
	if isNil(err) {
		return staff.Person{}, fmt.Errorf("person %s: %w", id, hotline.ErrNotFound)
	}
	if err != nil {
		return staff.Person{}, fmt.Errorf("person %s: %w: %w", id, hotline.ErrUnknown, plain(err))
	}
	return s.openPerson(id, sealed)
}

func (s *Store) byPhone(ctx context.Context, from hashReader, n hotline.Number) (staff.Person, error) {
	id, err := from.HGet(ctx, s.staffKey("staff", "phone"), s.phoneIndex(n)).Result()
	if isNil(err) {
		return staff.Person{}, fmt.Errorf("person by phone: %w", hotline.ErrNotFound)
	}
	if err != nil {
		return staff.Person{}, fmt.Errorf("person by phone: %w: %w", hotline.ErrUnknown, plain(err))
	}
	p, err := s.person(ctx, from, hotline.CounselorID(id))
	if err == nil && p.Disabled {
		return staff.Person{}, fmt.Errorf("person by phone: disabled: %w", hotline.ErrNotFound)
	}
	return p, err
}

// Person gives one member of staff. Errors: ErrNotFound, ErrUnknown.
func (s *Store) Person(ctx context.Context, id hotline.CounselorID) (staff.Person, error) {
	ctx, cancel := context.WithTimeout(ctx, s.opt.Deadline)
	defer cancel()
	return s.person(ctx, s.rdb, id)
}

// PersonByPhone gives the one who is not disabled and has the number. Errors:
// ErrNotFound, ErrUnknown.
func (s *Store) PersonByPhone(ctx context.Context, n hotline.Number) (staff.Person, error) {
	ctx, cancel := context.WithTimeout(ctx, s.opt.Deadline)
	defer cancel()
	return s.byPhone(ctx, s.rdb, n)
}

// People gives everybody, in the order they were added: their ids sort by
// time. Errors: ErrUnknown.
func (s *Store) People(ctx context.Context) ([]staff.Person, error) {
	ctx, cancel := context.WithTimeout(ctx, s.opt.Deadline)
	defer cancel()
	rows, err := s.rdb.HGetAll(ctx, s.staffKey("staff")).Result()
	if err != nil {
		return nil, fmt.Errorf("people: %w: %w", hotline.ErrUnknown, plain(err))
	}
	out := make([]staff.Person, 0, len(rows))
	for id, sealed := range rows {
		p, err := s.openPerson(hotline.CounselorID(id), sealed)
		if err != nil {
			// One record that cannot be read must not hide all others.
			s.log.ErrorContext(ctx, "member of staff cannot be read", "staff", id, "error", err)
			continue
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b staff.Person) int { return cmp.Compare(a.ID, b.ID) })
	return out, nil
}
