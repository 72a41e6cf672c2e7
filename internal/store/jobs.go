package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// Due hands out jobs whose time has come, each to one process at a time.
func (s *Store) Due(ctx context.Context, limit int) ([]hotline.Due, error) {
	pace := s.opt.Pace
	r, err := s.run(ctx, "take", limit, ms(s.opt.Hidden), ms(pace.Every()), pace.Legs, pace.Kept())
	if err != nil {
		return nil, err
	}
	var due []hotline.Due
	now := millis(r.at(0))
	for i := 1; i+1 < len(r.rest); {
		id := r.rest[i]
		n, err := strconv.Atoi(r.rest[i+1])
		if err != nil || i+2+n > len(r.rest) {
			return nil, fmt.Errorf("take: malformed answer")
		}
		f := pairs(r.rest[i+2 : i+2+n])
		due = append(due, hotline.Due{
			ID: id, Kind: f["kind"], Case: hotline.CaseID(f["case"]), Epoch: int64(f.int("epoch")),
			Try: f.int("tries"), First: f.time("first"), Now: now, Args: f,
		})
		i += 2 + n
	}
	return due, nil
}

// Done removes a job, unless it was written anew since it was handed out.
func (s *Store) Done(ctx context.Context, d hotline.Due) error { return s.done(ctx, d, "") }

// Later hands the job out again after a while.
func (s *Store) Later(ctx context.Context, d hotline.Due, after time.Duration) error {
	return s.done(ctx, d, ms(after))
}

func (s *Store) done(ctx context.Context, d hotline.Due, after string) error {
	_, err := s.run(ctx, "done", d.ID, after, strconv.Itoa(d.Try), d.Args["born"])
	return err
}

// NextPage moves the ladder of an emergency on; see page.lua.
func (s *Store) NextPage(ctx context.Context, d hotline.Due) error {
	_, err := s.run(ctx, "page", string(d.Case), d.Args["n"], d.Args["opened"], ms(s.opt.PageAgain), ms(s.opt.PageAttend))
	if err == nil {
		s.kick()
	}
	return err
}

// Open opens a waiting case to others than those whom it is for, beside them,
// and lets somebody look again later; the zero Opening only looks again.
func (s *Store) Open(ctx context.Context, id hotline.CaseID, to hotline.Opening, later time.Duration) error {
	_, err := s.run(ctx, "star", string(id), string(to.Lang), string(to.Need), ms(later))
	return err
}
