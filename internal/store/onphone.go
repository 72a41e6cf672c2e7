package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

const (
	keepOnPhone = 5 * time.Hour // Twilio ends a call after four
	// mostWrongPINs of a number within wrongPINsFor: some tries of a person who
	// forgot, and no way to find out four digits. A new PIN ends the count.
	mostWrongPINs = 6
	wrongPINsFor  = 24 * time.Hour
	// idleFor is how long a counselor's leg may ask nothing while it is in no
	// room. Its loop asks every 12 s.
	idleFor = 90 * time.Second
)

func (s *Store) pinIndex(n hotline.Number) string { return s.ring().Index("pin", n.E164()) }

// CallIn begins the call of a counselor; false says that the number has had
// too many wrong PINs, so that the call is a patient's.
func (s *Store) CallIn(ctx context.Context, leg hotline.Leg, who hotline.CounselorID, lang hotline.Lang, from hotline.Number) (bool, error) {
	r, err := s.run(ctx, "callin", string(leg), string(who), string(lang), s.pinIndex(from), mostWrongPINs, ms(keepOnPhone))
	if err != nil || r.word == "locked" {
		return false, err
	}
	return true, verdict(r)
}

// OnPhone reads the call of a counselor. turn is the one that is asked for, 0
// for a move by name; of the keys of one turn the first counts. Errors:
// ErrNotFound; ErrStale, with the call as it stands, for another turn.
func (s *Store) OnPhone(ctx context.Context, leg hotline.Leg, turn int, key string) (hotline.OnPhone, error) {
	r, err := s.run(ctx, "onphone", string(leg), turnText(turn), key)
	if err != nil {
		return hotline.OnPhone{}, err
	}
	f := pairs(r.rest)
	p := hotline.OnPhone{
		Leg: leg, Who: hotline.CounselorID(f["who"]), Lang: hotline.Lang(f["lang"]), Open: f["open"] == "1", Patient: f["patient"] == "1", Over: f["over"] == "1",
		Turn: f.int("turn"), Key: f["key"], Shift: decodeShift(f), Held: hotline.CaseID(f["held"]), State: hotline.State(f["stands"]),
	}
	return p, verdict(r)
}

func turnText(turn int) string {
	if turn == 0 {
		return ""
	}
	return strconv.Itoa(turn)
}

// PIN records what was entered, and gives what counts and how often this call
// has failed. The right one makes the counselor available by phone.
func (s *Store) PIN(ctx context.Context, leg hotline.Leg, turn int, v hotline.PINVerdict) (hotline.PINVerdict, int, error) {
	r, err := s.run(ctx, "pin", string(leg), turn, string(v), mostWrongPINs, ms(wrongPINsFor), s.opt.MissedRings)
	if err != nil {
		return "", 0, err
	}
	if err := verdict(r); err != nil {
		return "", 0, err
	}
	tries, err := strconv.Atoi(r.at(1))
	if err != nil {
		return "", 0, fmt.Errorf("pin: malformed answer")
	}
	return hotline.PINVerdict(r.at(0)), tries, nil
}

// AsPatient makes a call from a counselor's number a patient's. Errors:
// ErrNotFound, also after the PIN.
func (s *Store) AsPatient(ctx context.Context, leg hotline.Leg) error {
	r, err := s.run(ctx, "aspatient", string(leg))
	if err != nil {
		return err
	}
	return verdict(r)
}

// ForgiveWrongPINs ends the count of a number.
func (s *Store) ForgiveWrongPINs(ctx context.Context, n hotline.Number) error {
	ctx, cancel := context.WithTimeout(ctx, s.opt.Deadline)
	defer cancel()
	if err := s.rdb.Del(ctx, s.key("pin", s.pinIndex(n))).Err(); err != nil {
		return fmt.Errorf("wrong pins: %w: %w", hotline.ErrUnknown, plain(err))
	}
	return nil
}

// KeepStep keeps the document of a counselor who called in, with the turn that
// it makes, unless one is kept, and gives the kept one. turn is 0 for a move by
// name. Errors: ErrStale, ErrNotFound.
func (s *Store) KeepStep(ctx context.Context, leg hotline.Leg, turn int, key string, tok hotline.Token, doc []byte) ([]byte, error) {
	sealed, err := s.seal("", "doc", keepTextDoc, doc)
	if err != nil {
		return nil, err
	}
	r, err := s.run(ctx, "step", string(leg), key, string(tok), sealed, ms(keepVoiceDoc), turnText(turn), ms(idleFor))
	if err != nil {
		return nil, err
	}
	if err := verdict(r); err != nil {
		return nil, err
	}
	return s.unseal("", "doc", r.at(0))
}

// HangUp ends the call of a counselor, and gives the case that its leg was
// last bound to, if any. Errors: ErrNotFound for every other call.
func (s *Store) HangUp(ctx context.Context, leg hotline.Leg) (hotline.CaseID, error) {
	r, err := s.run(ctx, "hangup", string(leg))
	if err != nil {
		return "", err
	}
	s.kick()
	return hotline.CaseID(r.at(0)), verdict(r)
}

// WaitingFor counts the calls that a counselor may take, by band.
func (s *Store) WaitingFor(ctx context.Context, by hotline.CounselorID, want hotline.Want) (n [4]int, err error) {
	args := []any{string(by), s.who(want.Own), s.opt.MostThreads, flag(s.opt.KeepBack)}
	for _, b := range buckets(want) {
		args = append(args, b)
	}
	r, err := s.run(ctx, "waitingfor", args...)
	if err != nil {
		return n, err
	}
	for i := range n {
		if n[i], err = strconv.Atoi(r.at(i)); err != nil {
			return n, fmt.Errorf("waiting for: malformed answer")
		}
	}
	return n, verdict(r)
}
