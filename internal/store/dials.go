package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/tideover/tideover/internal/hotline"
)

// LegEnded says that a leg is over, whosever it was.
func (s *Store) LegEnded(ctx context.Context, leg hotline.Leg) error {
	_, err := s.run(ctx, "over", string(leg))
	return err
}

// Legs lists the calls that are up as far as we were told, the oldest first.
// Errors: ErrUnknown.
func (s *Store) Legs(ctx context.Context) ([]hotline.Leg, error) {
	ctx, cancel := context.WithTimeout(ctx, s.opt.Deadline)
	defer cancel()
	all, err := s.rdb.ZRange(ctx, s.key("legs"), 0, -1).Result()
	if err != nil {
		return nil, fmt.Errorf("legs: %w: %w", hotline.ErrUnknown, plain(err))
	}
	var legs []hotline.Leg
	for _, id := range all {
		if !strings.HasPrefix(id, "job:") { // a call that is being made
			legs = append(legs, hotline.Leg(id))
		}
	}
	return legs, nil
}

// dialsIn reads a row of the board about calls.
func dialsIn(d *hotline.Dials, name, value string) {
	n, err := strconv.Atoi(value)
	if err != nil {
		return
	}
	switch name {
	case "legs":
		d.Up = n
	case "calls":
		d.Pending = n
	case "calls_since":
		d.Since = millis(value)
	}
}
