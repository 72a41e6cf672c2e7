package store

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// Alert shows something about the line itself on every wallboard, in the place
// of an earlier one of the kind. text holds nothing of a caller.
func (s *Store) Alert(ctx context.Context, kind hotline.AlertKind, text string) error {
	r, err := s.run(ctx, "alert", string(kind), text, "")
	if err != nil {
		return err
	}
	return verdict(r)
}

// Dismiss takes an alert away; at is when the one that was seen was raised,
// zero for whichever there is. Errors: ErrNotFound, ErrStale (another one has
// come since).
func (s *Store) Dismiss(ctx context.Context, kind hotline.AlertKind, at time.Time) error {
	seen := ""
	if !at.IsZero() {
		seen = strconv.FormatInt(at.UnixMilli(), 10)
	}
	r, err := s.run(ctx, "alert", string(kind), "", seen)
	if err != nil {
		return err
	}
	return verdict(r)
}

// alertIn reads a row of the board: kind, milliseconds, text.
func alertIn(row string) hotline.Alert {
	kind, rest, _ := strings.Cut(row, " ")
	at, text, _ := strings.Cut(rest, " ")
	return hotline.Alert{Kind: hotline.AlertKind(kind), At: millis(at), Text: text}
}
