package rights

import (
	"cmp"
	"fmt"
	"time"
)

// Date is a day of the calendar on the wall, in no zone. The zero Date is
// none.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// Parse reads a date as String writes it, such as 2026-12-03.
func Parse(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() == 0 {
		return Date{}, fmt.Errorf("want a date such as 2026-12-03, this is none of %d characters", len(s))
	}
	return of(t), nil
}

// From gives the date that a clock in the zone shows at t.
func From(t time.Time, zone *time.Location) Date { return of(t.In(zone)) }

func of(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// noon is a time of the day that all arithmetic of days may use: UTC has no
// day of 23 hours.
func (d Date) noon() time.Time { return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC) }

func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day) }

// IsZero tells whether there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// Valid tells whether the calendar has this day, in a year of 1 to 9999.
func (d Date) Valid() bool { return d.Year >= 1 && d.Year <= 9999 && of(d.noon()) == d }

// Weekday gives the day of the week.
func (d Date) Weekday() time.Weekday { return d.noon().Weekday() }

// AddDays gives the date n days of the calendar later.
func (d Date) AddDays(n int) Date { return of(d.noon().AddDate(0, 0, n)) }

// Days gives the days of the calendar from d to e, below zero if e is
// earlier.
func (d Date) Days(e Date) int { return int(e.noon().Sub(d.noon()) / (24 * time.Hour)) }

// Compare is below zero if d is before e, above if after, else zero.
func (d Date) Compare(e Date) int {
	return cmp.Or(cmp.Compare(d.Year, e.Year), cmp.Compare(d.Month, e.Month), cmp.Compare(d.Day, e.Day))
}

// Before tells whether d is earlier than e.
func (d Date) Before(e Date) bool { return d.Compare(e) < 0 }

// After tells whether d is later than e.
func (d Date) After(e Date) bool { return d.Compare(e) > 0 }

func (d Date) weekend() bool {
	w := d.Weekday()
	return w == time.Saturday || w == time.Sunday
}
