package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/outreach"
	"github.com/tideover/tideover/internal/triage"
)

// dutyID names the duty of a kind that a case leaves behind.
func dutyID(id hotline.CaseID, k outreach.Kind) string { return string(id) + "." + string(k) }

// dutyArgs are the words of the commit for what a turn leaves owing: how many,
// then eight for each. Whoever cannot talk is not written to, and without a
// number nobody can be.
func (s *Store) dutyArgs(t triage.Turn, before hotline.Case, owes []triage.Owe) ([]any, error) {
	caller := before.Caller
	if !caller.Known() {
		caller = t.Caller
	}
	answers, err := json.Marshal(append(append([]hotline.Answer{}, before.Answers...), recorded(t.Effects)...))
	if err != nil {
		return nil, fmt.Errorf("answers: %w", err)
	}
	args := []any{0}
	for _, o := range owes {
		k := outreach.Kind(o.Kind)
		if k == outreach.CheckIn && (t.Next.Quiet || !caller.Known()) {
			continue
		}
		id, p := dutyID(t.Case, k), outreach.PlanOf(k, o.Due, s.now(), s.zone)
		number := ""
		if caller.Known() {
			if number, err = s.sealBy(id, "number", p.GoneBy, []byte(caller.E164())); err != nil {
				return nil, err
			}
		}
		kept, err := s.sealBy(id, "answers", p.GoneBy, answers)
		if err != nil {
			return nil, err
		}
		send, consent := "", ""
		if !p.SendAt.IsZero() {
			send, consent = fmt.Sprint(p.SendAt.UnixMilli()), wording(t)
		}
		args[0] = args[0].(int) + 1
		args = append(args, id, string(k), p.Due.UnixMilli(), send, p.GoneBy.UnixMilli(), number, kept, consent)
	}
	return args, nil
}

// mostDuties bounds one worklist.
const mostDuties = 1000

// Duties gives what is owed of a kind, the most urgent first, and the store's
// time. What was tried is not among it.
func (s *Store) Duties(ctx context.Context, k outreach.Kind) ([]outreach.Duty, time.Time, error) {
	return s.duties(ctx, string(k), "")
}

// Duty reads one, with all that was tried. Errors: ErrNotFound.
func (s *Store) Duty(ctx context.Context, id string) (outreach.Duty, error) {
	one, _, err := s.duties(ctx, "", id)
	if err == nil && len(one) == 0 {
		err = fmt.Errorf("duty: %w", hotline.ErrNotFound)
	}
	if err != nil {
		return outreach.Duty{}, err
	}
	d := one[0]
	log, err := s.rdb.LRange(ctx, s.key("dutylog", id), 0, -1).Result()
	if err != nil {
		return outreach.Duty{}, fmt.Errorf("duty: %w: %w", hotline.ErrUnknown, plain(err))
	}
	for _, sealed := range log {
		raw, err := s.unseal(id, "attempt", sealed)
		if err != nil {
			return outreach.Duty{}, err
		}
		var a outreach.Attempt
		if len(raw) > 0 {
			if err := json.Unmarshal(raw, &a); err != nil {
				return outreach.Duty{}, fmt.Errorf("attempt: %w", err)
			}
			d.Tried = append(d.Tried, a)
		}
	}
	return d, nil
}

func (s *Store) duties(ctx context.Context, kind, id string) ([]outreach.Duty, time.Time, error) {
	r, err := s.run(ctx, "duties", kind, id, mostDuties)
	if err != nil {
		return nil, time.Time{}, err
	}
	var all []outreach.Duty
	for i := 1; i+1 < len(r.rest); {
		id, f, next, err := row(r.rest, i)
		if err != nil {
			return nil, time.Time{}, fmt.Errorf("duties: %w", err)
		}
		d, err := s.decodeDuty(id, f)
		if err != nil {
			return nil, time.Time{}, err
		}
		all = append(all, d)
		i = next
	}
	return all, millis(r.at(0)), nil
}

func (s *Store) decodeDuty(id string, f fields) (outreach.Duty, error) {
	d := outreach.Duty{
		ID: id, Kind: outreach.Kind(f["kind"]), Case: hotline.CaseID(f["case"]), State: outreach.DutyState(f["state"]), Result: f["result"],
		Lang: hotline.Lang(f["lang"]), Made: f.time("made"), Due: f.time("due"), SentAt: f.time("sent"), Consent: f["consent"],
		Owner: hotline.CounselorID(f["owner"]), Until: f.time("until"), Attempts: f.int("tries"), OptedOut: f["optout"] == "1",
	}
	number, err := s.unseal(id, "number", f["number"])
	if err != nil {
		return d, fmt.Errorf("duty: %w", err)
	}
	d.Caller = hotline.CallerNumber(string(number))
	answers, err := s.unseal(id, "answers", f["answers"])
	if err != nil {
		return d, fmt.Errorf("duty: %w", err)
	}
	if len(answers) > 0 {
		if err := json.Unmarshal(answers, &d.Answers); err != nil {
			return d, fmt.Errorf("duty: answers: %w", err)
		}
	}
	return d, nil
}

// ClaimDuty takes a duty in hand for a while; zero gives it back. Errors:
// ErrTaken, ErrMove, ErrNotFound.
func (s *Store) ClaimDuty(ctx context.Context, id string, by hotline.CounselorID, hold time.Duration) error {
	lease := ""
	if hold > 0 {
		lease = ms(hold)
	}
	r, err := s.run(ctx, "dutyclaim", id, string(by), lease)
	if err != nil {
		return err
	}
	return verdict(r)
}

// TryDuty records an attempt; any says that the duty need not be theirs.
// Errors: ErrNotYours, ErrMove, ErrNotFound.
func (s *Store) TryDuty(ctx context.Context, id string, a outreach.Attempt, anybody bool, tok hotline.Token) error {
	d, err := s.Duty(ctx, id)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("attempt: %w", err)
	}
	sealed, err := s.sealBy(id, "attempt", outreach.GoneBy(d.Due), raw)
	if err != nil {
		return err
	}
	ends := ""
	if a.Outcome.Ends() {
		ends = string(a.Outcome)
	}
	r, err := s.run(ctx, "dutytry", id, string(a.By), flag(anybody), sealed, ends, string(a.By)+":"+string(tok))
	if err != nil {
		return err
	}
	return verdict(r)
}

// CheckInSent records that the text of a check-in went out, or, with a word,
// why not.
func (s *Store) CheckInSent(ctx context.Context, id, why string) error {
	r, err := s.run(ctx, "dutysent", id, why, ms(outreach.AnswerWithin))
	if err != nil {
		return err
	}
	return verdict(r)
}

// CheckInOver looks whether a check-in was answered in time.
func (s *Store) CheckInOver(ctx context.Context, id string) error {
	r, err := s.run(ctx, "dutyover", id)
	if err != nil {
		return err
	}
	return verdict(r)
}
