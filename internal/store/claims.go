package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

const keepToken = 10 * time.Minute

// Claim takes the wanted case, or the best of the buckets that by may serve.
// A repeated token gets the same case again.
func (s *Store) Claim(ctx context.Context, want hotline.Want, by hotline.CounselorID, tok hotline.Token) (hotline.Case, error) {
	args := []any{
		string(by), string(tok), string(want.Case), ms(s.opt.Lease), ms(keepToken), s.opt.MostThreads, s.day(), ms(s.opt.Target), s.who(want.Own),
		string(want.Leg), ms(s.opt.Connect), ms(s.opt.DialBack), flag(s.opt.KeepBack),
	}
	for _, b := range buckets(want) {
		args = append(args, b)
	}
	for range 5 {
		r, err := s.run(ctx, "claim", args...)
		if err != nil {
			return hotline.Case{}, err
		}
		if r.word == "repair" { // index and hash disagreed and were mended
			continue
		}
		if err := verdict(r); err != nil {
			return hotline.Case{}, err
		}
		s.kick()
		return s.Case(ctx, hotline.CaseID(r.at(0)))
	}
	return hotline.Case{}, fmt.Errorf("claim: %w", hotline.ErrNobody)
}

// Connect is press 1 by the owner. token makes the key press repeatable.
func (s *Store) Connect(ctx context.Context, id hotline.CaseID, epoch int64, leg hotline.Leg, token string) (hotline.Case, error) {
	r, err := s.run(ctx, "connect", string(id), epoch, string(leg), room(id, epoch), ms(s.opt.Connect), ms(s.opt.DialBack), token)
	if err != nil {
		return hotline.Case{}, err
	}
	if err := verdict(r); err != nil {
		return hotline.Case{State: hotline.State(r.at(0))}, err
	}
	s.kick()
	return s.Case(ctx, id)
}

// room names a conference: opaque, new with each owner.
func room(id hotline.CaseID, epoch int64) string {
	return string(id) + "-" + strconv.FormatInt(epoch, 10)
}

// Attend is press 1 by a person on call: "join" with the room, "text" where
// the case is by text, or "gone".
func (s *Store) Attend(ctx context.Context, id hotline.CaseID, who hotline.CounselorID, leg hotline.Leg, token string) (word, roomName string, err error) {
	c, err := s.Case(ctx, id)
	if err != nil {
		return "gone", "", err
	}
	r, err := s.run(ctx, "attend", string(id), string(who), string(leg), room(id, c.Epoch+1), ms(s.opt.Connect), ms(s.opt.DialBack), token)
	if err != nil {
		return "", "", err
	}
	s.kick()
	return r.word, r.at(0), nil
}

// Ringing remembers the leg that was dialled; ErrStale says that the claim is
// over and the leg must be hung up.
func (s *Store) Ringing(ctx context.Context, id hotline.CaseID, epoch int64, leg hotline.Leg, field hotline.LegField) error {
	r, err := s.run(ctx, "ringing", string(id), epoch, string(leg), string(field))
	if err != nil {
		return err
	}
	return verdict(r)
}

// PickUp is press 1 by a patient who was called back.
func (s *Store) PickUp(ctx context.Context, id hotline.CaseID, epoch int64, leg hotline.Leg) error {
	r, err := s.run(ctx, "pickup", string(id), epoch, string(leg))
	if err != nil {
		return err
	}
	return verdict(r)
}

// HandOver makes whoever else of us is in the room the owner, after the
// owner's line was lost: a person on call, another counselor, a supervisor.
// ErrStale where nobody else is there.
func (s *Store) HandOver(ctx context.Context, id hotline.CaseID, epoch int64) error {
	r, err := s.run(ctx, "handover", string(id), epoch, "", "", ms(comeWithin))
	if err != nil {
		return err
	}
	s.kick()
	return verdict(r)
}

// GiveBack puts the case back into the queue at its old place, or at the head
// of its band. Errors: ErrStale, ErrNotYours, ErrNotFound.
func (s *Store) GiveBack(ctx context.Context, id hotline.CaseID, g hotline.GiveBack) (hotline.State, error) {
	band, epoch := "", ""
	if g.Band != nil {
		band = strconv.Itoa(int(*g.Band))
	}
	if g.Epoch > 0 {
		epoch = strconv.FormatInt(g.Epoch, 10)
	}
	from := make([]string, 0, len(g.From))
	for _, st := range g.From {
		from = append(from, string(st))
	}
	code := g.Code
	if g.To != "" {
		code += ":" + string(g.To)
	}
	tried, err := s.attempt(ctx, id, g)
	if err != nil {
		return "", err
	}
	r, err := s.run(ctx, "giveback", append([]any{
		string(id), epoch, strings.Join(from, ","), word(g.Head, "head"), word(g.Missed, "missed"), ms(g.Exclude),
		code, string(g.By), band, word(g.Attempt, "attempt"), ms(s.opt.KeepCase), word(g.TellPatient, "back"), g.Token,
	}, tried...)...)
	if err != nil {
		return "", err
	}
	s.kick()
	return hotline.State(r.at(0)), verdict(r)
}

// Leave records that the caller's line is over.
func (s *Store) Leave(ctx context.Context, id hotline.CaseID, leg hotline.Leg) (hotline.State, error) {
	args := []any{string(id), string(leg), ms(s.opt.KeepCase), s.day(), ms(s.opt.Short)}
	r, err := s.run(ctx, "leave", args...)
	if err == nil && r.word == "attempt" { // they took a call of ours and hung up
		var tried []any
		if tried, err = s.attempt(ctx, id, hotline.GiveBack{Attempt: true}); err == nil {
			r, err = s.run(ctx, "leave", append(args, tried...)...)
		}
	}
	if err != nil {
		return "", err
	}
	s.kick()
	return hotline.State(r.at(0)), verdict(r)
}

// Finish ends a talk: to WrapUp (star, End) or to Closed with a disposition.
func (s *Store) Finish(ctx context.Context, id hotline.CaseID, f hotline.Finish) (hotline.State, error) {
	epoch := ""
	if f.Epoch > 0 {
		epoch = strconv.FormatInt(f.Epoch, 10)
	}
	r, err := s.run(ctx, "finish", string(id), epoch, string(f.By), string(f.To), string(f.Disposition), ms(s.opt.KeepCase), f.Token, string(f.Leg),
		word(f.Lost, "lost"), word(f.Hush, "1"))
	if err != nil {
		return "", err
	}
	s.kick()
	return hotline.State(r.at(0)), verdict(r)
}

// Room records a callback of the case's conference. It answers "ok", "left"
// (with the state and who), "star" (look again in a second) or "stale".
func (s *Store) Room(ctx context.Context, e hotline.RoomEvent) (hotline.RoomVerdict, error) {
	over := ""
	if e.LegOver {
		over = "completed"
	}
	seq := ""
	if e.Sequence >= 0 {
		seq = strconv.Itoa(e.Sequence)
	}
	r, err := s.run(ctx, "room", string(e.Case), e.Room, e.Conference, e.What, e.Label, string(e.Leg), over, s.day(), ms(s.opt.Target), ms(s.opt.KeepCase), seq)
	if err != nil {
		return hotline.RoomVerdict{}, err
	}
	s.kick()
	v := hotline.RoomVerdict{Word: r.word, State: hotline.State(r.at(0)), Who: r.at(1)}
	if v.Word == "left" {
		if v.Epoch, err = strconv.ParseInt(r.at(2), 10, 64); err != nil {
			return v, fmt.Errorf("room: epoch: %w", err)
		}
	}
	if r.word == "guest" {
		v.State = ""
		v.Guest, err = strconv.Atoi(r.at(0))
	}
	return v, err
}

func word(b bool, w string) string {
	if b {
		return w
	}
	return ""
}
