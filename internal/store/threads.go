package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
)

// Write adds a counselor's text to the thread and to what must be sent.
func (s *Store) Write(ctx context.Context, by hotline.CounselorID, id hotline.CaseID, text string, tok hotline.Token) (hotline.Message, error) {
	mid := string(hotline.NewToken())
	body, err := s.seal(mid, "body", openDays, []byte(text))
	if err != nil {
		return hotline.Message{}, err
	}
	r, err := s.run(ctx, "message", string(id), mid, "out", body, ms(openDays), string(by), string(by)+":"+string(tok), "", "", "0", "")
	if err != nil {
		return hotline.Message{}, err
	}
	if err := verdict(r); err != nil {
		return hotline.Message{}, err
	}
	s.kick()
	return hotline.Message{ID: r.at(0), Direction: hotline.Outbound, Text: text, At: millis(r.at(1)), State: "queued"}, nil
}

// Receive adds a caller's text to the thread, with the answer that is given
// for it; a repeat gets the first answer. Without an answer the text is kept,
// once, and the turn that answers it is still to come.
func (s *Store) Receive(ctx context.Context, id hotline.CaseID, sid, text string, doc []byte) ([]byte, error) {
	mid := string(hotline.NewToken())
	body, err := s.seal(mid, "body", openDays, []byte(text))
	if err != nil {
		return nil, err
	}
	answer, sealed := "", ""
	if doc != nil {
		answer = sid + ":0"
		if sealed, err = s.seal("", "doc", keepTextDoc, doc); err != nil {
			return nil, err
		}
	}
	r, err := s.run(ctx, "message", string(id), mid, "in", body, ms(openDays), "", "in:"+sid, answer, sealed, ms(keepTextDoc), "")
	if err != nil {
		return nil, err
	}
	if r.word == "replay" {
		return s.unseal("", "doc", r.at(0))
	}
	return doc, verdict(r)
}

// Messages gives the thread in order.
func (s *Store) Messages(ctx context.Context, id hotline.CaseID) ([]hotline.Message, error) {
	ctx, cancel := context.WithTimeout(ctx, s.opt.Deadline)
	defer cancel()
	ids, err := s.rdb.LRange(ctx, s.key("txt", string(id)), 0, -1).Result()
	if err != nil {
		return nil, fmt.Errorf("messages of %s: %w: %w", id, hotline.ErrUnknown, plain(err))
	}
	pipe := s.rdb.Pipeline()
	rows := make([]*redis.MapStringStringCmd, len(ids))
	for i, mid := range ids {
		rows[i] = pipe.HGetAll(ctx, s.key("m", mid))
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, fmt.Errorf("messages of %s: %w: %w", id, hotline.ErrUnknown, plain(err))
	}
	thread := make([]hotline.Message, 0, len(ids))
	for i, mid := range ids {
		m, err := s.message(mid, rows[i].Val())
		if err != nil {
			return nil, err
		}
		thread = append(thread, m)
	}
	return thread, nil
}

func (s *Store) message(mid string, row map[string]string) (hotline.Message, error) {
	f := fields(row)
	body, err := s.unseal(mid, "body", f["body"])
	if err != nil {
		return hotline.Message{}, err
	}
	return hotline.Message{ID: mid, Direction: hotline.Direction(f["dir"]), Text: string(body), At: f.time("at"), State: f["state"]}, nil
}

// Outgoing is a text to send, with whom it goes to.
func (s *Store) Outgoing(ctx context.Context, mid string) (hotline.Message, hotline.Case, error) {
	ctx, cancel := context.WithTimeout(ctx, s.opt.Deadline)
	defer cancel()
	row, err := s.rdb.HGetAll(ctx, s.key("m", mid)).Result()
	if err != nil {
		return hotline.Message{}, hotline.Case{}, fmt.Errorf("message %s: %w: %w", mid, hotline.ErrUnknown, plain(err))
	}
	if len(row) == 0 {
		return hotline.Message{}, hotline.Case{}, fmt.Errorf("message %s: %w", mid, hotline.ErrNotFound)
	}
	m, err := s.message(mid, row)
	if err != nil {
		return hotline.Message{}, hotline.Case{}, err
	}
	c, err := s.Case(ctx, hotline.CaseID(row["case"]))
	return m, c, err
}

// Delivery moves the state of a message forward; a late or repeated status
// never undoes a later one.
func (s *Store) Delivery(ctx context.Context, mid, state string) error {
	r, err := s.run(ctx, "delivery", mid, state)
	if err != nil {
		return err
	}
	if state == "failed" || state == "opted-out" {
		s.kick()
	}
	return verdict(r)
}

// OptOut mirrors STOP and START of a person.
func (s *Store) OptOut(ctx context.Context, n hotline.Number, out bool) error {
	who := s.who(n)
	if who == "" {
		return nil
	}
	_, err := s.run(ctx, "optout", who, flag(out), ms(s.opt.KeepCase), ms(s.opt.KeepText))
	s.kick()
	return err
}

// OptedOut reports whether a person has texted STOP.
func (s *Store) OptedOut(ctx context.Context, n hotline.Number) (bool, error) {
	who := s.who(n)
	if who == "" {
		return false, nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.opt.Deadline)
	defer cancel()
	v, err := s.rdb.HGet(ctx, s.key("who", who), "optout").Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return false, fmt.Errorf("opt-out: %w: %w", hotline.ErrUnknown, plain(err))
	}
	return v == "1", nil
}

// SaveNote keeps a draft; as is the owner, or empty for a supervisor.
func (s *Store) SaveNote(ctx context.Context, by hotline.CounselorID, id hotline.CaseID, text string, version int, tok hotline.Token) (hotline.Note, error) {
	sealed, err := s.seal(string(id), "note", openDays, []byte(text))
	if err != nil {
		return hotline.Note{}, err
	}
	r, err := s.run(ctx, "note", string(id), string(by), version, sealed, string(by)+":"+string(tok))
	if err != nil {
		return hotline.Note{}, err
	}
	if err := verdict(r); err != nil {
		return hotline.Note{}, err
	}
	return hotline.Note{Text: text, Version: fields{"v": r.at(0)}.int("v")}, nil
}

// Retire seals again what a closed case still holds, for the day on which it
// must be gone, and sets its lifetime.
func (s *Store) Retire(ctx context.Context, id hotline.CaseID) error {
	pos, err := s.Load(ctx, triage.Ref{Case: id})
	if err != nil {
		return err
	}
	if pos.Case.Emergency.Open() { // its close retires the case
		return nil
	}
	msgs, err := s.Messages(ctx, id)
	if err != nil {
		return err
	}
	pipe := s.rdb.Pipeline()
	for _, m := range msgs {
		sealed, err := s.seal(m.ID, "body", s.opt.KeepText, []byte(m.Text))
		if err != nil {
			return err
		}
		pipe.HSet(ctx, s.key("m", m.ID), "body", sealed)
		pipe.PExpire(ctx, s.key("m", m.ID), s.opt.KeepText)
	}
	if err := s.retireCase(ctx, pipe, pos.Case); err != nil {
		return err
	}
	if err := s.retireSession(ctx, pipe, id, pos.Session); err != nil {
		return err
	}
	if _, err := pipe.Exec(ctx); err != nil && !isNil(err) {
		return fmt.Errorf("retire %s: %w", id, plain(err))
	}
	if pos.Case.Voicemail.State == hotline.Ready {
		if err := s.retireSound(ctx, id); err != nil && !errors.Is(err, hotline.ErrNotFound) {
			return err
		}
	}
	return nil
}

func (s *Store) retireCase(ctx context.Context, pipe redis.Pipeliner, c hotline.Case) error {
	var answers []byte
	if len(c.Answers) > 0 {
		var err error
		if answers, err = json.Marshal(c.Answers); err != nil {
			return fmt.Errorf("answers: %w", err)
		}
	}
	for field, f := range map[string]struct {
		keep time.Duration
		text string
	}{
		"number":   {s.opt.KeepCase, c.Caller.E164()},
		"note":     {s.opt.KeepText, c.Note.Text},
		"answers":  {s.opt.KeepText, string(answers)},
		"em_words": {s.opt.KeepCase, c.Emergency.ClosedWords},
	} {
		if f.text == "" {
			continue
		}
		sealed, err := s.seal(string(c.ID), field, f.keep, []byte(f.text))
		if err != nil {
			return err
		}
		pipe.HSet(ctx, s.key("case", string(c.ID)), field, sealed)
	}
	return nil
}

// retireSession seals the position in the script again: it holds answers.
func (s *Store) retireSession(ctx context.Context, pipe redis.Pipeliner, id hotline.CaseID, ses triage.Session) error {
	raw, err := json.Marshal(ses)
	if err != nil {
		return fmt.Errorf("session: %w", err)
	}
	sealed, err := s.seal(string(id), "session", s.opt.KeepText, raw)
	if err != nil {
		return err
	}
	pipe.SetArgs(ctx, s.key("ses", string(id)), sealed, redis.SetArgs{Mode: "XX", KeepTTL: true})
	return nil
}
