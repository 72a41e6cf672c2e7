package config

import (
	"fmt"
	"time"
)

// Hours are when the line is open: always, or by weekly ranges.
type Hours struct {
	Always bool
	Weekly []Range
}

// Range is one opening of a day. Where To is not after From it ends on the
// next day.
type Range struct {
	Day      time.Weekday
	From, To time.Duration // of the clock on the wall since midnight
}

type rawHours struct {
	word   string
	ranges []rawRange
}

type rawRange struct {
	Days []string `yaml:"days"`
	From string   `yaml:"from"`
	To   string   `yaml:"to"`
}

// UnmarshalYAML takes the word always or a list of ranges.
func (h *rawHours) UnmarshalYAML(decode func(any) error) error {
	if decode(&h.word) == nil {
		return nil
	}
	h.word = ""
	return decode(&h.ranges)
}

func (b *lineBuilder) hours() Hours {
	if len(b.raw.Hours.ranges) == 0 {
		if w := b.raw.Hours.word; w != "" && w != "always" {
			b.fault("hours", "want always, or a list of ranges")
		}
		return Hours{Always: true}
	}
	var h Hours
	for i, r := range b.raw.Hours.ranges {
		key := fmt.Sprintf("hours[%d]", i)
		from, fromOK := clock(r.From)
		to, toOK := clock(r.To)
		if !fromOK || !toOK || from == 24*time.Hour {
			b.fault(key, `want from and to as "09:00", to "24:00" at most`)
		}
		if len(r.Days) == 0 {
			b.fault(key, "want days: [mon, …]")
		}
		for _, word := range r.Days {
			day, known := weekdays()[word]
			if !known {
				b.fault(key, "want days of mon, tue, wed, thu, fri, sat, sun")
				break
			}
			h.Weekly = append(h.Weekly, Range{Day: day, From: from, To: to})
		}
	}
	return h
}

// Open reports whether the line is open at a moment of its zone, and when it
// opens next; the zero time if it is open or never opens.
func (h Hours) Open(now time.Time, zone *time.Location) (open bool, next time.Time) {
	if h.Always {
		return true, time.Time{}
	}
	now = now.In(zone)
	for ahead := -1; ahead <= 7; ahead++ {
		day := time.Date(now.Year(), now.Month(), now.Day()+ahead, 0, 0, 0, 0, zone)
		for _, r := range h.Weekly {
			if r.Day != day.Weekday() {
				continue
			}
			from, to := onWall(day, r.From), onWall(day, r.To)
			if r.To <= r.From {
				to = onWall(day.AddDate(0, 0, 1), r.To)
			}
			if !now.Before(from) && now.Before(to) {
				return true, time.Time{}
			}
			if from.After(now) && (next.IsZero() || from.Before(next)) {
				next = from
			}
		}
	}
	return false, next
}

// onWall is the moment at which the clock on the wall shows so much, also on
// the day on which it is put forward or back.
func onWall(day time.Time, clock time.Duration) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, int(clock.Minutes()), 0, 0, day.Location())
}

func weekdays() map[string]time.Weekday {
	return map[string]time.Weekday{
		"mon": time.Monday, "tue": time.Tuesday, "wed": time.Wednesday, "thu": time.Thursday,
		"fri": time.Friday, "sat": time.Saturday, "sun": time.Sunday,
	}
}

// clock reads 00:00 to 24:00.
func clock(s string) (time.Duration, bool) {
	if s == "24:00" {
		return 24 * time.Hour, true
	}
	t, err := time.Parse("15:04", s)
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, err == nil && len(s) == 5
}
