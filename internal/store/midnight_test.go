package store_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/store"
)

// at is the same line as an instance sees it whose clock stands there.
func (b *bundle) at(t *testing.T, now time.Time) *bundle {
	t.Helper()
	s, err := store.New(b.rdb, b.line, b.keys.Ring, func() time.Time { return now }, now.Location(), slog.New(slog.DiscardHandler), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	other := &bundle{Store: s, rdb: b.rdb, keys: b.keys, era: b.era, line: b.line}
	other.legs.Store(b.legs.Add(1000))
	return other
}

// FAULTS 44: the counters of a day begin anew at the line's midnight, once,
// also where a day has 23 or 25 hours. Nothing is counted on two days or none.
func TestCountersBeginAnewOnceAtTheLinesMidnight(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	y, m, d := time.Now().Date() // keys are there for days to come only
	for name, midnight := range map[string]time.Time{
		"a usual day":   time.Date(y, m, d+2, 0, 0, 0, 0, zone),
		"summer begins": dayOf(time.Now(), zone, 23),
		"summer ends":   dayOf(time.Now(), zone, 25),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, store.Options{})
			next := midnight.AddDate(0, 0, 1)
			want := 0
			for _, c := range []struct {
				at  time.Time
				new bool
			}{
				{midnight.Add(-time.Second), true},
				{midnight, true},
				{midnight.Add(90 * time.Minute), false},
				{midnight.Add(150 * time.Minute), false},
				{next.Add(-time.Second), false},
				{next.Add(time.Second), true},
			} {
				if c.new {
					want = 0
				}
				here := b.at(t, c.at.In(zone))
				if got := answered(t, here); got != want {
					t.Errorf("%v shows %d answered before its call, want %d", c.at.In(zone), got, want)
				}
				here.play(t, hotline.Live)
				want++
				if got := answered(t, here); got != want {
					t.Errorf("%v shows %d answered, want %d", c.at.In(zone), got, want)
				}
			}
		})
	}
}

func answered(t *testing.T, b *bundle) int {
	t.Helper()
	board, err := b.Board(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return board.Answered
}

// dayOf gives the midnight at which the next day of so many hours begins.
func dayOf(now time.Time, zone *time.Location, hours int) time.Time {
	y, m, d := now.In(zone).Date()
	for n := 1; ; n++ {
		day := time.Date(y, m, d+n, 0, 0, 0, 0, zone)
		if time.Date(y, m, d+n+1, 0, 0, 0, 0, zone).Sub(day) == time.Duration(hours)*time.Hour {
			return day
		}
	}
}
