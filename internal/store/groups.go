package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/outreach"
)

// sealBy seals for a day that is known.
func (s *Store) sealBy(record, field string, goneBy time.Time, plain []byte) (string, error) {
	return s.seal(record, field, goneBy.Sub(s.now()), plain)
}

// putMode says what a group may be before it is put.
type putMode string

const (
	putNew  putMode = "new"
	putOld  putMode = "put"
	putEven putMode = "load"
)

// AddGroup makes a group. Errors: ErrTaken (there is one of this id).
func (s *Store) AddGroup(ctx context.Context, g outreach.Group) error {
	return s.putGroup(ctx, g, putNew)
}

// ChangeGroup changes one. Errors: ErrNotFound, ErrMove (called off, begun, or
// fewer seats than people).
func (s *Store) ChangeGroup(ctx context.Context, g outreach.Group) error {
	return s.putGroup(ctx, g, putOld)
}

// LoadGroup makes or changes one.
func (s *Store) LoadGroup(ctx context.Context, g outreach.Group) error {
	return s.putGroup(ctx, g, putEven)
}

func (s *Store) putGroup(ctx context.Context, g outreach.Group, mode putMode) error {
	before, err := s.Group(ctx, g.ID)
	if err != nil && !errors.Is(err, hotline.ErrNotFound) {
		return err
	}
	if mode == putNew && same(before, g) { // asked for twice
		return nil
	}
	gone := g.At.Add(s.opt.KeepCase)
	link, err := s.sealBy(g.ID, "link", gone, []byte(g.Link))
	if err != nil {
		return err
	}
	r, err := s.run(ctx, "groupput", g.ID, string(mode), g.Topic, string(g.Lang), g.At.UnixMilli(), g.Seats, g.Waits, link,
		flag(before.ID != "" && before.Link != g.Link), gone.UnixMilli(), s.morning())
	if err != nil {
		return err
	}
	switch r.word {
	case "exists":
		return hotline.ErrTaken
	case "too-few":
		return hotline.ErrMove
	}
	if err := verdict(r); err != nil {
		return err
	}
	s.kick()
	if before.ID != "" && before.At.Before(g.At) {
		return s.resealSignUps(ctx, g.ID, gone)
	}
	return nil
}

// same: a group that was asked for is there as it was asked for.
func same(a, b outreach.Group) bool {
	return a.ID == b.ID && a.Topic == b.Topic && a.Lang == b.Lang && a.At.Equal(b.At) && a.Seats == b.Seats && a.Waits == b.Waits && a.Link == b.Link && !a.Cancelled
}

// resealSignUps seals the numbers anew for a group that takes place later.
func (s *Store) resealSignUps(ctx context.Context, id string, gone time.Time) error {
	people, err := s.SignUps(ctx, id)
	if err != nil {
		return err
	}
	pipe := s.rdb.Pipeline()
	for _, p := range people {
		number, err := s.sealBy(signUpRecord(id, p.Who), "number", gone, []byte(p.Caller.E164()))
		if err != nil {
			return err
		}
		pipe.HSet(ctx, s.key("gs", id, p.Who), "number", number)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return fmt.Errorf("group %s: numbers: %w: %w", id, hotline.ErrUnknown, plain(err))
	}
	return nil
}

// CallOff cancels a group and tells its people. Errors: ErrNotFound.
func (s *Store) CallOff(ctx context.Context, id string) error {
	r, err := s.run(ctx, "groupoff", id)
	if err != nil {
		return err
	}
	s.kick()
	return verdict(r)
}

// Groups gives all groups, by time; the past ones for some days.
func (s *Store) Groups(ctx context.Context) ([]outreach.Group, error) {
	r, err := s.run(ctx, "groups")
	if err != nil {
		return nil, err
	}
	var all []outreach.Group
	for i := 1; i+1 < len(r.rest); {
		id, f, next, err := row(r.rest, i)
		if err != nil {
			return nil, fmt.Errorf("groups: %w", err)
		}
		g, err := s.decodeGroup(id, f)
		if err != nil {
			return nil, err
		}
		all = append(all, g)
		i = next
	}
	return all, nil
}

// row reads an id, how many words follow, and these as fields.
func row(rest []string, i int) (id string, f fields, next int, err error) {
	n, err := strconv.Atoi(rest[i+1])
	if err != nil || i+2+n > len(rest) {
		return "", nil, 0, errors.New("malformed answer")
	}
	return rest[i], pairs(rest[i+2 : i+2+n]), i + 2 + n, nil
}

// Group reads one. Errors: ErrNotFound.
func (s *Store) Group(ctx context.Context, id string) (outreach.Group, error) {
	all, err := s.Groups(ctx)
	if err != nil {
		return outreach.Group{}, err
	}
	for _, g := range all {
		if g.ID == id {
			return g, nil
		}
	}
	return outreach.Group{}, fmt.Errorf("group %q: %w", id, hotline.ErrNotFound)
}

func (s *Store) decodeGroup(id string, f fields) (outreach.Group, error) {
	link, err := s.unseal(id, "link", f["link"])
	if err != nil {
		return outreach.Group{}, fmt.Errorf("group %s: %w", id, err)
	}
	return outreach.Group{
		ID: id, Topic: f["topic"], Lang: hotline.Lang(f["lang"]), At: f.time("at"), Seats: f.int("seats"), Waits: f.int("waits"),
		Link: string(link), Cancelled: f["state"] == "off", Taken: f.int("taken"), Listed: f.int("listed"),
	}, nil
}

// SignUps gives who has a seat, then who waits for one, in order. Errors:
// ErrNotFound.
func (s *Store) SignUps(ctx context.Context, group string) ([]outreach.SignUp, error) {
	return s.signUps(ctx, group, "")
}

// SignUp gives one of them with the group, whatever became of it. Errors:
// ErrNotFound.
func (s *Store) SignUp(ctx context.Context, group, who string) (outreach.SignUp, outreach.Group, error) {
	g, err := s.Group(ctx, group)
	if err != nil {
		return outreach.SignUp{}, outreach.Group{}, err
	}
	one, err := s.signUps(ctx, group, who)
	if err == nil && len(one) == 0 {
		err = fmt.Errorf("sign-up for %s: %w", group, hotline.ErrNotFound)
	}
	if err != nil {
		return outreach.SignUp{}, outreach.Group{}, err
	}
	return one[0], g, nil
}

func (s *Store) signUps(ctx context.Context, group, who string) ([]outreach.SignUp, error) {
	r, err := s.run(ctx, "signups", group, who)
	if err != nil {
		return nil, err
	}
	if err := verdict(r); err != nil {
		return nil, err
	}
	var all []outreach.SignUp
	for i := 0; i+2 < len(r.rest); {
		place := fields{"n": r.rest[i+1]}.int("n")
		who := r.rest[i]
		_, f, next, err := row(r.rest, i+1)
		if err != nil {
			return nil, fmt.Errorf("sign-ups of %s: %w", group, err)
		}
		number, err := s.unseal(signUpRecord(group, who), "number", f["number"])
		if err != nil {
			return nil, fmt.Errorf("sign-ups of %s: %w", group, err)
		}
		all = append(all, outreach.SignUp{
			Group: group, Who: who, Caller: hotline.CallerNumber(string(number)), Lang: hotline.Lang(f["lang"]), State: outreach.SignUpState(f["state"]),
			Place: place, At: f.time("at"), Remind: f["remind"] == "1", OptedOut: f["optout"] == "1",
		})
		i = next
	}
	return all, nil
}
