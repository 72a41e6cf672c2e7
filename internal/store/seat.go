package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/outreach"
	"github.com/tideover/tideover/internal/triage"
)

// seatIn finds the seat that an await asks for.
func seatIn(t triage.Turn) (triage.Seat, bool) {
	if len(t.Doc) > 0 {
		return triage.Seat{}, false
	}
	for _, e := range t.Effects {
		if seat, ok := e.(triage.Seat); ok {
			return seat, true
		}
	}
	return triage.Seat{}, false
}

// A script that asks about reminders by themselves puts the answer into this
// variable. Otherwise the question that led to the seat, which tells of link
// and reminder, is what was agreed to.
const (
	remindVar = "remind"
	refused   = "no"
)

// seat takes a seat for the caller of a turn. The turn itself does not count:
// it is stepped once more with the word that this gives.
func (s *Store) seat(ctx context.Context, t triage.Turn, seat triage.Seat) (triage.Committed, error) {
	name := t.Name
	if name == "" {
		name = strconv.Itoa(t.N)
	}
	who, number := s.who(t.Caller), ""
	if gone, found, err := s.groupGone(ctx, seat.Group); err != nil {
		return triage.Committed{}, err
	} else if found && who != "" {
		if number, err = s.sealBy(signUpRecord(seat.Group, who), "number", gone, []byte(t.Caller.E164())); err != nil {
			return triage.Committed{}, fmt.Errorf("seat for case %s: %w", t.Case, err)
		}
	}
	consent := wording(t)
	remind := consent != "" && t.Next.Vars[remindVar] != refused && !t.Next.Quiet
	r, err := s.run(ctx, "seat", string(t.Case), t.Leg+":"+name, string(t.Token), t.N-1, seat.Group, who, number,
		string(t.Next.Lang), flag(!t.Next.Quiet), flag(remind), consent)
	if err != nil {
		return triage.Committed{}, err
	}
	s.kick()
	return s.committed(t, r)
}

// wording names the words that a caller agreed to: the version of the script,
// which is the hash of all its words, the question, language and channel.
// Empty: nothing was asked in this turn.
func wording(t triage.Turn) string {
	question := ""
	for _, a := range recorded(t.Effects) {
		question = a.Question + "=" + a.Answer
	}
	if question == "" {
		return ""
	}
	return strings.Join([]string{t.Next.Script, question, string(t.Next.Lang), string(t.Channel)}, "/")
}

// groupGone is the time at which all of a group must be gone.
func (s *Store) groupGone(ctx context.Context, id string) (time.Time, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, s.opt.Deadline)
	defer cancel()
	ms, err := s.rdb.HGet(ctx, s.key("g", id), "gone").Result()
	if err != nil && !isNil(err) {
		return time.Time{}, false, fmt.Errorf("group %s: %w: %w", id, hotline.ErrUnknown, plain(err))
	}
	gone := millis(ms)
	return gone, gone.After(s.now()), nil
}

// LeaveGroups gives up what a person has in the groups to come, or in one.
func (s *Store) LeaveGroups(ctx context.Context, n hotline.Number) (int, error) {
	who := s.who(n)
	if who == "" {
		return 0, nil
	}
	r, err := s.run(ctx, "unseat", who, "", s.morning())
	if err != nil {
		return 0, err
	}
	s.kick()
	return fields{"n": r.at(0)}.int("n"), nil
}

// morning is when a text may go out that nobody waits for.
func (s *Store) morning() int64 { return outreach.Daytime(s.now(), s.zone).UnixMilli() }

func signUpRecord(group, who string) string { return group + ":" + who }
