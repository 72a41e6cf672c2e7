package console

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// Alerts are about the line itself; the board shows them.
type Alerts interface {
	// Dismiss takes one away; at is when the one that was seen was raised, zero
	// for whichever there is. Errors: ErrNotFound, ErrStale.
	Dismiss(ctx context.Context, kind hotline.AlertKind, at time.Time) error
}

type dismissIn struct {
	Kind hotline.AlertKind `json:"kind"`
	At   time.Time         `json:"at"`
}

func (in *dismissIn) check() error {
	about, wanted := strings.CutPrefix(string(in.Kind), "supervisor:")
	if _, err := hotline.ParseCaseID(about); wanted && err == nil {
		return nil
	}
	if !slices.Contains(append(hotline.AboutScript(), hotline.Flood), in.Kind) {
		return errors.New("kind: want that of an alert")
	}
	return nil
}

// dismissAlert takes an alert off the wallboards.
func (k *Console) dismissAlert() change[dismissIn] {
	return change[dismissIn]{
		action: "alert-dismiss", check: func(in *dismissIn) error { return in.check() },
		reason: func(in dismissIn) string { return string(in.Kind) },
		do: func(ctx context.Context, a asked[dismissIn]) (int, any, error) {
			err := k.Alerts.Dismiss(ctx, a.in.Kind, a.in.At)
			if errors.Is(err, hotline.ErrStale) {
				return 0, nil, newProblem(http.StatusConflict, "stale-alert", "Another alert has come since")
			}
			if err != nil {
				return 0, nil, err
			}
			return http.StatusOK, map[string]any{"dismissed": a.in.Kind}, nil
		},
	}
}

// shortVersion is how people call a version of the script.
func shortVersion(v string) string { return v[:min(len(v), 8)] }

// scriptAge is for how long the running script has run.
func scriptAge(b hotline.Board) time.Duration {
	if b.ScriptSince.IsZero() {
		return 0
	}
	return max(b.Queue.AsOf.Sub(b.ScriptSince), 0)
}

// ageOf writes a duration in its largest unit, in signs of both languages.
func ageOf(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%d d", d/(24*time.Hour))
	case d >= 2*time.Hour:
		return fmt.Sprintf("%d h", d/time.Hour)
	default:
		return fmt.Sprintf("%d min", d/time.Minute)
	}
}

// alertView is an alert as the wallboard shows it.
type alertView struct{ Kind, Text, At, AtShort string }

func alertViews(all []hotline.Alert) []alertView {
	out := make([]alertView, 0, len(all))
	for _, a := range all {
		out = append(out, alertView{Kind: string(a.Kind), Text: visible(a.Text), At: stampText(a.At), AtShort: hourOf(a.At)})
	}
	return out
}
