package rights

import (
	"errors"
	"fmt"
	"slices"
)

// Holiday is one holiday of one year.
type Holiday struct {
	ID       string // the same in each year
	Date     Date   // by its rule
	Observed Date   // the day off; zero if there is none, as for most Saturdays
}

// Calendar knows the business days of the years that it has holidays of. The
// zero Calendar covers no year. It never changes.
type Calendar struct {
	off   map[Date]string
	years []int
}

// UncoveredError says that the calendar has no holidays of a year that an
// answer needs, so that there is no answer.
type UncoveredError struct{ Year int }

func (e UncoveredError) Error() string {
	return fmt.Sprintf("the calendar has no holidays of %d", e.Year)
}

// NewCalendar covers the years in which the holidays lie. A year has to name
// every holiday that another year names: half a list would give wrong dates.
// The error joins all faults.
func NewCalendar(days []Holiday) (Calendar, error) {
	if len(days) == 0 {
		return Calendar{}, errors.New("calendar: no holidays")
	}
	c := Calendar{off: map[Date]string{}}
	type entry struct {
		year int
		id   string
	}
	named := map[entry]bool{}
	var ids []string
	var faults []error
	for _, h := range days {
		if err := h.check(); err != nil {
			faults = append(faults, err)
			continue
		}
		e := entry{h.Date.Year, h.ID}
		if named[e] {
			faults = append(faults, fmt.Errorf("holiday %s: twice in %d", h.ID, h.Date.Year))
		}
		named[e] = true
		if other, taken := c.off[h.Observed]; taken {
			faults = append(faults, fmt.Errorf("holiday %s: observed on %s as %s is", h.ID, h.Observed, other))
		}
		if !h.Observed.IsZero() {
			c.off[h.Observed] = h.ID
		}
		if !slices.Contains(c.years, e.year) {
			c.years = append(c.years, e.year)
		}
		if !slices.Contains(ids, h.ID) {
			ids = append(ids, h.ID)
		}
	}
	slices.Sort(c.years)
	for _, year := range c.years {
		for _, id := range ids {
			if !named[entry{year, id}] {
				faults = append(faults, fmt.Errorf("holiday %s: missing in %d", id, year))
			}
		}
	}
	if len(faults) > 0 {
		return Calendar{}, fmt.Errorf("calendar: %w", errors.Join(faults...))
	}
	return c, nil
}

func (h Holiday) check() error {
	switch {
	case h.ID == "":
		return fmt.Errorf("holiday on %s: no id", h.Date)
	case !h.Date.Valid():
		return fmt.Errorf("holiday %s: no such date as %s", h.ID, h.Date)
	case h.Observed.IsZero():
		return nil
	case !h.Observed.Valid():
		return fmt.Errorf("holiday %s: no such date as %s", h.ID, h.Observed)
	case h.Observed.weekend():
		return fmt.Errorf("holiday %s: observed on %s, a weekend", h.ID, h.Observed)
	case h.Observed.Days(h.Date) < -3 || h.Observed.Days(h.Date) > 3:
		return fmt.Errorf("holiday %s: observed on %s, far from %s", h.ID, h.Observed, h.Date)
	}
	return nil
}

// Years gives the years that the calendar covers, in order.
func (c Calendar) Years() []int { return slices.Clone(c.years) }

// Business tells whether d is a business day.
func (c Calendar) Business(d Date) (bool, error) {
	if !d.Valid() {
		return false, fmt.Errorf("no such date as %s", d)
	}
	if !slices.Contains(c.years, d.Year) {
		return false, UncoveredError{d.Year}
	}
	_, off := c.off[d]
	return !off && !d.weekend(), nil
}

// Add gives the nth business day after from. The day itself is not counted,
// whether or not it is a business day. It wants an n of at least 1.
func (c Calendar) Add(from Date, n int) (Date, error) {
	if n < 1 || !from.Valid() {
		return Date{}, fmt.Errorf("count %d business days from %s: want a date, and a day or more", n, from)
	}
	for d := from; ; {
		d = d.AddDays(1)
		is, err := c.Business(d)
		if err != nil {
			return Date{}, fmt.Errorf("count %d business days from %s: %w", n, from, err)
		}
		if is {
			n--
		}
		if n == 0 {
			return d, nil
		}
	}
}

// Between counts the business days after a up to b, b included. It is below
// zero if b is before a.
func (c Calendar) Between(a, b Date) (int, error) {
	if b.Before(a) {
		n, err := c.Between(b, a)
		return -n, err
	}
	if !a.Valid() || !b.Valid() {
		return 0, fmt.Errorf("business days from %s to %s: want two dates", a, b)
	}
	n := 0
	for d := a; d.Before(b); {
		d = d.AddDays(1)
		is, err := c.Business(d)
		if err != nil {
			return 0, fmt.Errorf("business days from %s to %s: %w", a, b, err)
		}
		if is {
			n++
		}
	}
	return n, nil
}
