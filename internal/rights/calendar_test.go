package rights_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tideover/tideover/config"
	"github.com/tideover/tideover/internal/rights"
)

func builtIn(tb testing.TB) rights.Calendar {
	tb.Helper()
	file, err := config.LoadHolidays(config.FS())
	if err != nil {
		tb.Fatal(err)
	}
	var days []rights.Holiday
	for _, h := range file.Days {
		days = append(days, rights.Holiday{ID: h.ID, Date: rights.Date(h.Date), Observed: rights.Date(h.Observed)})
	}
	c, err := rights.NewCalendar(days)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func date(tb testing.TB, s string) rights.Date {
	tb.Helper()
	d, err := rights.Parse(s)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

func TestBusinessDaysAreCountedFromTheDayAfter(t *testing.T) {
	t.Parallel()
	c := builtIn(t)
	for name, tc := range map[string]struct {
		from string
		n    int
		want string
	}{
		"a week without holidays":                     {"2026-10-05", 5, "2026-10-12"},
		"from a Friday":                               {"2026-10-09", 1, "2026-10-12"},
		"from a Saturday":                             {"2026-10-10", 1, "2026-10-12"},
		"from a Sunday":                               {"2026-10-11", 1, "2026-10-12"},
		"from a holiday":                              {"2026-11-11", 1, "2026-11-12"},
		"the eve of Thanksgiving":                     {"2026-11-25", 1, "2026-11-30"},
		"Thanksgiving week, ten days":                 {"2026-11-24", 10, "2026-12-10"},
		"Thanksgiving week, fifteen days":             {"2026-11-24", 15, "2026-12-17"},
		"over Christmas and New Year":                 {"2026-12-18", 10, "2027-01-05"},
		"the last day of the year":                    {"2026-12-31", 1, "2027-01-04"},
		"the second of January":                       {"2027-01-02", 10, "2027-01-15"},
		"Christmas on a Saturday, no day off":         {"2027-12-23", 1, "2027-12-24"},
		"New Year on a Saturday, no day off":          {"2027-12-30", 2, "2028-01-03"},
		"July 4 on a Saturday, no day off":            {"2026-07-02", 1, "2026-07-03"},
		"July 4 on a Sunday, Monday off":              {"2027-07-02", 1, "2027-07-06"},
		"Veterans Day on a Saturday, Friday off":      {"2028-11-09", 1, "2028-11-13"},
		"Veterans Day on a Sunday, Monday off":        {"2029-11-09", 1, "2029-11-13"},
		"the leap day counts":                         {"2028-02-28", 1, "2028-02-29"},
		"over the leap day":                           {"2028-02-28", 2, "2028-03-01"},
		"no leap day":                                 {"2027-02-26", 1, "2027-03-01"},
		"clocks go forward on 14 March 2027":          {"2027-03-12", 1, "2027-03-15"},
		"clocks go back on 1 November 2026":           {"2026-10-30", 1, "2026-11-02"},
		"ten days over the clocks and March 31":       {"2028-03-10", 15, "2028-04-03"},
		"a day before the calendar is no hindrance":   {"2025-12-31", 1, "2026-01-02"},
		"the last business day of the last year":      {"2029-12-28", 1, "2029-12-31"},
		"three holidays of winter within thirty days": {"2026-12-24", 15, "2027-01-19"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			from, want := date(t, tc.from), date(t, tc.want)
			if got, err := c.Add(from, tc.n); err != nil || got != want {
				t.Errorf("%d business days after %s: %s, %v; want %s", tc.n, from, got, err, want)
			}
			if from.Year == 2025 {
				return
			}
			if got, err := c.Between(from, want); err != nil || got != tc.n {
				t.Errorf("between %s and %s: %d, %v; want %d", from, want, got, err, tc.n)
			}
		})
	}
}

func TestYearWithoutHolidaysIsAnErrorThatNamesIt(t *testing.T) {
	t.Parallel()
	c := builtIn(t)
	for name, tc := range map[string]struct {
		ask  func() error
		year int
	}{
		"counting into it":       {func() error { _, err := c.Add(date(t, "2029-12-28"), 2); return err }, 2030},
		"counting before it":     {func() error { _, err := c.Add(date(t, "2025-12-22"), 10); return err }, 2025},
		"between, end":           {func() error { _, err := c.Between(date(t, "2029-12-28"), date(t, "2030-01-02")); return err }, 2030},
		"between, backwards":     {func() error { _, err := c.Between(date(t, "2030-01-02"), date(t, "2029-12-28")); return err }, 2030},
		"a day of it":            {func() error { _, err := c.Business(date(t, "2031-06-02")); return err }, 2031},
		"a calendar of no years": {func() error { _, err := rights.Calendar{}.Add(date(t, "2026-12-01"), 1); return err }, 2026},
	} {
		var uncovered rights.UncoveredError
		if err := tc.ask(); !errors.As(err, &uncovered) || uncovered.Year != tc.year || !strings.Contains(err.Error(), "no holidays of") {
			t.Errorf("%s: %v, want an error that names %d", name, err, tc.year)
		}
	}
	if years := c.Years(); len(years) != 4 || years[0] != 2026 || years[3] != 2029 {
		t.Errorf("covers %v", years)
	}
}

func TestCountsThatMeanNothingAreRefused(t *testing.T) {
	t.Parallel()
	c := builtIn(t)
	none := rights.Date{Year: 2026, Month: time.February, Day: 30}
	for n, from := range map[int]rights.Date{0: date(t, "2026-03-02"), -1: date(t, "2026-03-02"), 1: none, 2: {}} {
		if got, err := c.Add(from, n); err == nil {
			t.Errorf("%d after %s: %s", n, from, got)
		}
	}
	if n, err := c.Between(none, date(t, "2026-03-02")); err == nil {
		t.Errorf("from a day that is none: %d", n)
	}
}

func TestCalendarThatIsNotWholeIsRefused(t *testing.T) {
	t.Parallel()
	xmas26 := rights.Holiday{ID: "christmas", Date: date(t, "2026-12-25"), Observed: date(t, "2026-12-25")}
	xmas27 := rights.Holiday{ID: "christmas", Date: date(t, "2027-12-25")}
	labor26 := rights.Holiday{ID: "labor_day", Date: date(t, "2026-09-07"), Observed: date(t, "2026-09-07")}
	with := func(id, on, seen string) []rights.Holiday {
		h := rights.Holiday{ID: id, Date: date(t, on)}
		if seen != "" {
			h.Observed = date(t, seen)
		}
		return []rights.Holiday{xmas26, h}
	}
	for name, tc := range map[string]struct {
		days []rights.Holiday
		says string
	}{
		"whole":                      {[]rights.Holiday{xmas26, xmas27}, ""},
		"nothing":                    {nil, "no holidays"},
		"a year with one too few":    {[]rights.Holiday{xmas26, labor26, xmas27}, "labor_day: missing in 2027"},
		"twice":                      {[]rights.Holiday{xmas26, xmas26}, "twice in 2026"},
		"two on one day":             {with("party", "2026-12-24", "2026-12-25"), "as christmas is"},
		"observed on a Sunday":       {with("party", "2026-12-20", "2026-12-20"), "a weekend"},
		"observed in another season": {with("party", "2026-12-20", "2026-11-20"), "far from 2026-12-20"},
		"without an id":              {with("", "2026-12-21", ""), "no id"},
		"on no date":                 {[]rights.Holiday{{ID: "x", Date: rights.Date{Year: 2026, Month: 2, Day: 30}}}, "no such date"},
	} {
		_, err := rights.NewCalendar(tc.days)
		if (err == nil) != (tc.says == "") || (err != nil && !strings.Contains(err.Error(), tc.says)) {
			t.Errorf("%s: %v, want %q", name, err, tc.says)
		}
	}
}

// someDay draws a day from which counts stay in the calendar.
func someDay() *rapid.Generator[rights.Date] {
	return rapid.Custom(func(t *rapid.T) rights.Date {
		return rights.Date{Year: 2026, Month: 1, Day: 1}.AddDays(rapid.IntRange(0, 3*365+1).Draw(t, "days into 2026"))
	})
}

func TestAddedDaysAreBetween(t *testing.T) {
	t.Parallel()
	c := builtIn(t)
	rapid.Check(t, func(t *rapid.T) {
		from, n := someDay().Draw(t, "from"), rapid.IntRange(1, 200).Draw(t, "n")
		to, err := c.Add(from, n)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.Between(from, to); err != nil || got != n {
			t.Fatalf("%d days after %s is %s, between them are %d, %v", n, from, to, got, err)
		}
		if is, err := c.Business(to); err != nil || !is || to.Weekday() == time.Saturday || to.Weekday() == time.Sunday {
			t.Fatalf("%d days after %s is %s, a %s that is no business day", n, from, to, to.Weekday())
		}
		if least := from.AddDays(n); to.Before(least) {
			t.Fatalf("%d days after %s is %s, sooner than %s", n, from, to, least)
		}
	})
}

func TestLaterStartsAndMoreDaysEndNoEarlier(t *testing.T) {
	t.Parallel()
	c := builtIn(t)
	rapid.Check(t, func(t *rapid.T) {
		from, n := someDay().Draw(t, "from"), rapid.IntRange(1, 100).Draw(t, "n")
		to, _ := c.Add(from, n)
		later, _ := c.Add(from.AddDays(rapid.IntRange(0, 60).Draw(t, "later by")), n)
		more, err := c.Add(from, n+1)
		if err != nil || later.Before(to) || !more.After(to) {
			t.Fatalf("from %s: %d days end %s, from later on %s, a day more %s, %v", from, n, to, later, more, err)
		}
	})
}

func TestDaysBetweenAddUp(t *testing.T) {
	t.Parallel()
	c := builtIn(t)
	rapid.Check(t, func(t *rapid.T) {
		a, b, d := someDay().Draw(t, "a"), someDay().Draw(t, "b"), someDay().Draw(t, "c")
		ab, _ := c.Between(a, b)
		bd, _ := c.Between(b, d)
		ad, err := c.Between(a, d)
		ba, _ := c.Between(b, a)
		if err != nil || ab+bd != ad || ab != -ba {
			t.Fatalf("%s %s %s: %d + %d is not %d, or %d not -%d, %v", a, b, d, ab, bd, ad, ab, ba, err)
		}
	})
}
