package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/outreach"
	"github.com/tideover/tideover/internal/triage"
)

// agreed are the fields of a case whose caller is promised a call.
func (s *Store) agreed(id hotline.CaseID, p triage.Promise) ([]any, error) {
	number, who := "", ""
	if to := hotline.Domestic(p.Number); to.Known() {
		var err error
		if number, err = s.seal(string(id), "cb_num", openDays, []byte(to.E164())); err != nil {
			return nil, err
		}
		who = s.who(to)
	}
	from, till := s.opt.Calls.Hours.In(p.Window).Stretch(s.now(), s.zone)
	return []any{
		"cb_num", number, "cb_num_of", "", "cb_who", who, "cb_call", flag(p.Safe), "cb_msg", flag(p.Message), "cb_name", p.Name, "cb_win", string(p.Window),
		"cb_by", stamp(p.By), "cb_from", stamp(from), "till", stamp(till), "next", stamp(from), "cb_alert", "", "cb_last", "",
	}, nil
}

// stamp writes a time as scripts read it; nothing for the zero time.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return strconv.FormatInt(t.UnixMilli(), 10)
}

// callback reads what was promised; nil where nothing was.
func callback(f fields) *hotline.Callback {
	if f["cb_at"] == "" && f["dial"] != "1" { // whoever is given on after a talk is dialled, too
		return nil
	}
	return &hotline.Callback{
		Given: f.time("cb_at"), Safe: f["cb_call"] == "1", Message: f["cb_msg"] == "1", Name: f["cb_name"], Window: hotline.Window(f["cb_win"]),
		By: f.time("cb_by"), From: f.time("cb_from"), Till: f.time("till"), Next: f.time("next"), Attempts: f.int("attempts"), Last: f["cb_last"],
		Alert: f["cb_alert"],
	}
}

// openCall opens what is sealed of a promise, and the answers of the contact
// that a case continues. They are sealed for the case that took them.
func (s *Store) openCall(c *hotline.Case, f fields) {
	read := func(of, field, sealed string) []byte {
		if of == "" {
			of = string(c.ID)
		}
		plain, err := s.unseal(of, field, sealed)
		if err != nil {
			s.log.Error("sealed field is not readable", "case", c.ID, "field", field, "error", err)
		}
		return plain
	}
	if c.Callback != nil {
		c.Callback.To = hotline.CallerNumber(string(read(f["cb_num_of"], "cb_num", f["cb_num"])))
	}
	if raw := read(f["earlier_of"], "answers", f["earlier"]); len(raw) > 0 {
		if err := json.Unmarshal(raw, &c.Earlier); err != nil {
			s.log.Error("sealed field is not readable", "case", c.ID, "field", "earlier", "error", err)
		}
	}
}

// attempt are the words of a give-back about the attempt to call back: when
// the next one is, or, after the last, what is owed.
func (s *Store) attempt(ctx context.Context, id hotline.CaseID, g hotline.GiveBack) ([]any, error) {
	rules := s.opt.Calls
	none := []any{"", "", "", "", ms(rules.WarnBefore()), 0}
	if !g.Attempt {
		return none, nil
	}
	c, err := s.Case(ctx, id)
	if err != nil {
		return nil, err
	}
	made, window := 0, hotline.Window("")
	if c.Callback != nil {
		made, window = c.Callback.Attempts, c.Callback.Window
	}
	if made < len(rules.Pauses()) {
		next := s.now().Add(rules.Pauses()[made])
		from, till := rules.Hours.In(window).Stretch(next, s.zone)
		if from.After(next) {
			next = from
		}
		return []any{"", stamp(next), stamp(from), stamp(till), ms(rules.WarnBefore()), 0}, nil
	}
	owed, err := s.owedCall(c)
	if err != nil {
		return nil, err
	}
	return append([]any{"1", "", "", "", ms(rules.WarnBefore()), 1}, owed...), nil
}

// owedCall is what a supervisor has to look at: nobody was reached, as often
// as it was tried. It has the number, since the case will forget it.
func (s *Store) owedCall(c hotline.Case) ([]any, error) {
	id, p := dutyID(c.ID, outreach.Unreached), outreach.PlanOf(outreach.Unreached, s.now(), s.now(), s.zone)
	number, err := s.sealBy(id, "number", p.GoneBy, []byte(c.Dial().E164()))
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(append(append([]hotline.Answer{}, c.Earlier...), c.Answers...))
	if err != nil {
		return nil, fmt.Errorf("answers: %w", err)
	}
	answers, err := s.sealBy(id, "answers", p.GoneBy, raw)
	if err != nil {
		return nil, err
	}
	return []any{id, string(outreach.Unreached), p.Due.UnixMilli(), "", p.GoneBy.UnixMilli(), number, answers, ""}, nil
}

// NextHours gives a promise the hours after those that are over. Errors:
// ErrStale.
func (s *Store) NextHours(ctx context.Context, c hotline.Case) error {
	if c.Callback == nil || c.Callback.Till.IsZero() {
		return hotline.ErrStale
	}
	from, till := s.opt.Calls.Hours.In(c.Callback.Window).Stretch(c.Callback.Till, s.zone)
	r, err := s.run(ctx, "hours", string(c.ID), stamp(c.Callback.Till), stamp(from), stamp(till))
	if err != nil {
		return err
	}
	return verdict(r)
}

// Told looks whether the time that was told to somebody is near or over, and
// tells the supervisors once of each. Errors: ErrStale.
func (s *Store) Told(ctx context.Context, id hotline.CaseID) error {
	r, err := s.run(ctx, "told", string(id))
	if err != nil {
		return err
	}
	return verdict(r)
}
