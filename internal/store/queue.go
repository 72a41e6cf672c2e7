package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/tideover/tideover/internal/hotline"
)

// Queue gives all waiting and promised cases in claim order, with the store's
// clock. Errors: ErrUnknown, ErrEra.
func (s *Store) Queue(ctx context.Context) (hotline.Queue, error) {
	r, err := s.run(ctx, "line")
	if err != nil {
		return hotline.Queue{}, err
	}
	cases, err := s.cases(ctx, r.rest[1:])
	if err != nil {
		return hotline.Queue{}, err
	}
	q := hotline.Queue{AsOf: millis(r.at(0)), Fresh: true}
	for _, c := range cases {
		if !c.State.Queued() { // claimed between the two reads
			continue
		}
		c.Place = len(q.Cases) + 1
		q.Cases = append(q.Cases, c)
	}
	return q, nil
}

// cases reads many at once; those that are gone are left out.
func (s *Store) cases(ctx context.Context, ids []string) ([]hotline.Case, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.opt.Deadline)
	defer cancel()
	pipe := s.rdb.Pipeline()
	rows := make([]*redis.MapStringStringCmd, len(ids))
	for i, id := range ids {
		rows[i] = pipe.HGetAll(ctx, s.key("case", id))
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, fmt.Errorf("cases: %w: %w", hotline.ErrUnknown, plain(err))
	}
	all := make([]hotline.Case, 0, len(ids))
	for i, id := range ids {
		if len(rows[i].Val()) == 0 {
			continue
		}
		c, err := s.decode(hotline.CaseID(id), rows[i].Val(), 0)
		if err != nil {
			return nil, fmt.Errorf("case %s: %w", id, err)
		}
		all = append(all, c)
	}
	return all, nil
}

// Board gives what the wallboard shows beside the queue.
func (s *Store) Board(ctx context.Context) (hotline.Board, error) {
	q, err := s.Queue(ctx)
	if err != nil {
		return hotline.Board{}, err
	}
	r, err := s.run(ctx, "board", s.day())
	if err != nil {
		return hotline.Board{}, err
	}
	b := hotline.Board{Queue: q, Dials: hotline.Dials{Pace: s.opt.Pace}}
	var alarms []string
	for _, row := range r.rest {
		name, value, _ := strings.Cut(row, "=")
		n, _ := strconv.Atoi(value) // not a number where it is an id
		switch name {
		case "available":
			b.Staffing.Available = n
		case "ringing":
			b.Staffing.Ringing = n
		case "live":
			b.Staffing.Live = n
		case "wrap_up":
			b.Staffing.WrapUp = n
		case "break":
			b.Staffing.Break = n
		case "by_phone":
			b.Staffing.ByPhone = n
		case "off":
			b.Staffing.Off = n
		case "answered":
			b.Answered = n
		case "within":
			b.Within = n
		case "abandoned":
			b.Abandoned = n
		case "alarm":
			alarms = append(alarms, value)
		case "script":
			b.Script = value
		case "script_since":
			b.ScriptSince = millis(value)
		case "alert":
			b.Alerts = append(b.Alerts, alertIn(value))
		default:
			dialsIn(&b.Dials, name, value)
		}
	}
	slices.SortFunc(b.Alerts, func(x, y hotline.Alert) int { return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.Kind, y.Kind)) })
	b.Escalations, err = s.cases(ctx, alarms)
	return b, err
}

// Crowd tells how many wait or were promised a call, and for how long whoever
// has waited longest in the routine band. Errors: ErrUnknown, ErrEra.
func (s *Store) Crowd(ctx context.Context) (waiting int, longest time.Duration, err error) {
	r, err := s.run(ctx, "crowd")
	if err != nil {
		return 0, 0, err
	}
	if waiting, err = strconv.Atoi(r.at(1)); err != nil {
		return 0, 0, fmt.Errorf("crowd: %w", err)
	}
	if since := millis(r.at(2)); !since.IsZero() {
		longest = max(millis(r.at(0)).Sub(since), 0)
	}
	return waiting, longest, nil
}

// OnShift lists the counselors who are available or on a break.
func (s *Store) OnShift(ctx context.Context) (map[hotline.CounselorID]hotline.Shift, error) {
	ctx, cancel := context.WithTimeout(ctx, s.opt.Deadline)
	defer cancel()
	ids, err := s.rdb.SMembers(ctx, s.key("cos")).Result()
	if err != nil {
		return nil, fmt.Errorf("on shift: %w: %w", hotline.ErrUnknown, plain(err))
	}
	pipe := s.rdb.Pipeline()
	rows := make([]*redis.MapStringStringCmd, len(ids))
	for i, id := range ids {
		rows[i] = pipe.HGetAll(ctx, s.key("co", id))
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, fmt.Errorf("on shift: %w: %w", hotline.ErrUnknown, plain(err))
	}
	on := map[hotline.CounselorID]hotline.Shift{}
	for i, id := range ids {
		if sh := decodeShift(rows[i].Val()); sh.State != hotline.Off {
			on[hotline.CounselorID(id)] = sh
		}
	}
	return on, nil
}
