package config_test

import (
	"testing"
	"time"

	"github.com/tideover/tideover/config"
)

func TestHoursOfTheLine(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	at := func(s string) time.Time {
		m, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	hours := config.Hours{}
	for d := time.Monday; d <= time.Friday; d++ {
		hours.Weekly = append(hours.Weekly, config.Range{d, 9 * time.Hour, 17 * time.Hour})
	}
	hours.Weekly = append(hours.Weekly, config.Range{time.Saturday, 22 * time.Hour, 4 * time.Hour})
	for name, c := range map[string]struct {
		now  string
		open bool
		next string
	}{
		"a morning":                     {"2026-11-24 09:00", true, ""},
		"a minute before":               {"2026-11-24 08:59", false, "2026-11-24 09:00"},
		"the end is not in it":          {"2026-11-24 17:00", false, "2026-11-25 09:00"},
		"Friday night":                  {"2026-11-27 18:00", false, "2026-11-28 22:00"},
		"over midnight":                 {"2026-11-29 03:59", true, ""},
		"after it":                      {"2026-11-29 04:00", false, "2026-11-30 09:00"},
		"the night the clock goes back": {"2026-11-01 03:30", true, ""},
		"Monday after that":             {"2026-11-01 12:00", false, "2026-11-02 09:00"},
		"the day it goes forward":       {"2026-03-08 03:30", true, ""},
	} {
		open, next := hours.Open(at(c.now), zone)
		want := time.Time{}
		if c.next != "" {
			want = at(c.next)
		}
		if open != c.open || !next.Equal(want) {
			t.Errorf("%s: open %v, next %v", name, open, next)
		}
	}
	if open, next := (config.Hours{Always: true}).Open(at("2026-11-24 03:00"), zone); !open || !next.IsZero() {
		t.Error("always is not always")
	}
}

// A setting that nothing acts on is named: nobody may rely on it.
func TestSettingsThatNothingActsOnAreNamed(t *testing.T) {
	t.Parallel()
	l, err := config.LoadLine(config.FS())
	if err != nil || len(l.Idle()) != 0 {
		t.Fatalf("the built-in line: %v, %v", l.Idle(), err)
	}
	l.HoldAudio = "hold.wav"
	if got := l.Idle(); len(got) != 1 {
		t.Errorf("named: %v", got)
	}
}
