package server

import (
	"testing"
	"time"
)

func TestWhenTheLinesAreLong(t *testing.T) {
	t.Parallel()
	usual := LinesLong{Wait: 15 * time.Minute, Each: 5}
	for name, c := range map[string]struct {
		set     LinesLong
		waiting int
		longest time.Duration
		on      int
		long    bool
	}{
		"as many as for two":             {usual, 10, time.Minute, 2, true},
		"fewer than for two":             {usual, 9, time.Minute, 2, false},
		"somebody has waited too long":   {usual, 1, 15 * time.Minute, 2, true},
		"somebody has waited a while":    {usual, 1, 14 * time.Minute, 2, false},
		"nobody is on shift":             {usual, 50, time.Hour, 0, false},
		"never by the wait":              {LinesLong{Each: 5}, 4, time.Hour, 1, false},
		"never by the number":            {LinesLong{Wait: time.Hour}, 500, time.Minute, 1, false},
		"never at all":                   {LinesLong{}, 500, 24 * time.Hour, 1, false},
		"nobody waits, and nobody would": {usual, 0, 0, 3, false},
	} {
		if got := c.set.are(c.waiting, c.longest, c.on); got != c.long {
			t.Errorf("%s: %v", name, got)
		}
	}
}
