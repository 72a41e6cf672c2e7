package server

import (
	"context"
	"errors"
	"slices"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

// callable says which numbers the line calls back: none of its own, none of
// who works here, and what the line's rules allow.
type callable struct {
	roster interface {
		ByPhone(ctx context.Context, n hotline.Number) (staff.Person, error)
	}
	rules hotline.CallRules
	ours  []hotline.Number
}

// may reports whether a number may be called back. Errors: ErrUnknown, ErrEra.
func (c callable) may(ctx context.Context, to hotline.Number) (bool, error) {
	if !c.rules.May(to) || slices.Contains(c.ours, to) {
		return false, nil
	}
	_, err := c.roster.ByPhone(ctx, to)
	if errors.Is(err, hotline.ErrNotFound) {
		return true, nil
	}
	return false, err
}
