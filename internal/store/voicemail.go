package store

import (
	"context"
	"fmt"
	"strconv"

	"github.com/redis/go-redis/v9"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
)

// Recorded tells what became of the recording that the document before turn
// began; seconds 0: there is none. here says that the sound is there. A repeat
// changes nothing.
func (s *Store) Recorded(ctx context.Context, id hotline.CaseID, leg hotline.Leg, turn int, rec hotline.Recording, shortest int, here bool) error {
	s.recent.drop(id)
	r, err := s.run(ctx, "tape", string(id), string(leg), turn, rec.Sid, rec.Seconds, shortest, flag(here), ms(s.opt.KeepCase), s.day(), ms(s.opt.Short))
	if err != nil {
		return err
	}
	s.kick()
	return verdict(r)
}

// KeepSound seals the sound of a message, once, and has it deleted at Twilio;
// none says that it cannot be had. ErrNotFound: nobody waits for it any more.
func (s *Store) KeepSound(ctx context.Context, id hotline.CaseID, sid string, sound []byte) error {
	sealed := ""
	if len(sound) > 0 {
		var err error
		if sealed, err = s.seal(string(id), "voicemail", openDays, sound); err != nil {
			return err
		}
	}
	r, err := s.run(ctx, "sound", string(id), sid, sealed, ms(openDays))
	if err != nil {
		return err
	}
	s.kick()
	return verdict(r)
}

// Sound gives the sound of a message. Errors: ErrNotFound, ErrUnknown.
func (s *Store) Sound(ctx context.Context, id hotline.CaseID) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, s.opt.Deadline)
	defer cancel()
	sealed, err := s.rdb.Get(ctx, s.key("vm", string(id))).Result()
	if err != nil && !isNil(err) {
		return nil, fmt.Errorf("voicemail of %s: %w: %w", id, hotline.ErrUnknown, plain(err))
	}
	sound, err := s.unseal(string(id), "voicemail", sealed)
	if err == nil && len(sound) == 0 {
		err = hotline.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("voicemail of %s: %w", id, err)
	}
	return sound, nil
}

// retireSound seals the sound for the day on which it must be gone now that
// the case is closed.
func (s *Store) retireSound(ctx context.Context, id hotline.CaseID) error {
	sound, err := s.Sound(ctx, id)
	if err != nil {
		return err
	}
	sealed, err := s.seal(string(id), "voicemail", s.opt.KeepText, sound)
	if err != nil {
		return err
	}
	if err := s.rdb.SetArgs(ctx, s.key("vm", string(id)), sealed, redis.SetArgs{Mode: "XX", TTL: s.opt.KeepText}).Err(); err != nil && !isNil(err) {
		return fmt.Errorf("voicemail of %s: %w: %w", id, hotline.ErrUnknown, plain(err))
	}
	return nil
}

// tapeFields are the fields of the case that a turn changes about its message:
// a recording begins, was made, was dropped, or came to nothing. Whoever leaves
// a message is called back within the hours; those of a promise go before.
func (s *Store) tapeFields(t triage.Turn, before hotline.Case) map[string]string {
	now := s.now()
	f := map[string]string{}
	for _, e := range t.Effects {
		switch e.(type) {
		case triage.Tape:
			f["tape"], f["tape_sid"], f["tape_done"], f["tape_leg"], f["tape_t"] = string(hotline.Taping), "", "", t.Leg, strconv.Itoa(t.N+1)
			if agreed := wording(t); agreed != "" {
				f["tape_ok"], f["tape_ok_at"] = agreed, strconv.FormatInt(now.UnixMilli(), 10)
			}
			if before.Callback == nil || before.Callback.Given.IsZero() {
				from, till := s.opt.Calls.Hours.Stretch(now, s.zone)
				f["cb_from"], f["till"] = stamp(from), stamp(till)
			}
			return f
		case triage.Erase:
			f["tape"], f["tape_sid"] = "", ""
			return f
		default: // the others are not about it
		}
	}
	open := before.Voicemail.State == hotline.Taping || before.Voicemail.State == hotline.Taped
	talks := before.State == hotline.Connecting || before.State == hotline.Live
	switch {
	case open && talks: // a person is there: what was said is said to them
		f["tape"], f["tape_sid"] = "", ""
	case before.Voicemail.State == hotline.Taping && t.Taped.Sid == "":
		f["tape"] = ""
	case open && t.Taped.Sid != "":
		f["tape"], f["tape_sid"], f["tape_s"] = string(hotline.Taped), t.Taped.Sid, strconv.Itoa(t.Taped.Seconds)
	}
	return f
}
