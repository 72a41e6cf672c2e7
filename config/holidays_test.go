package config_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/tideover/tideover/config"
)

func builtInHolidays(t *testing.T) config.Holidays {
	t.Helper()
	h, err := config.LoadHolidays(config.FS())
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// The rules as Government Code 6701 and 19853 have them, apart from the file.
func byRule(year int) map[string]time.Time {
	on := func(m time.Month, d int) time.Time { return time.Date(year, m, d, 0, 0, 0, 0, time.UTC) }
	nth := func(n int, w time.Weekday, m time.Month) time.Time {
		first := on(m, 1)
		return first.AddDate(0, 0, (int(w-first.Weekday())+7)%7+7*(n-1))
	}
	memorial := nth(5, time.Monday, time.May)
	if memorial.Month() != time.May {
		memorial = nth(4, time.Monday, time.May)
	}
	thanks := nth(4, time.Thursday, time.November)
	return map[string]time.Time{
		"new_year": on(time.January, 1), "mlk_day": nth(3, time.Monday, time.January), "presidents_day": nth(3, time.Monday, time.February),
		"march_31": on(time.March, 31), "memorial_day": memorial, "july_4": on(time.July, 4), "labor_day": nth(1, time.Monday, time.September),
		"veterans_day": on(time.November, 11), "thanksgiving": thanks, "day_after_thanksgiving": thanks.AddDate(0, 0, 1),
		"christmas": on(time.December, 25),
	}
}

// observed moves a Sunday to Monday, Veterans Day from Saturday to Friday, and
// gives no day off for other Saturdays.
func observed(id string, date time.Time) time.Time {
	switch {
	case date.Weekday() == time.Sunday:
		return date.AddDate(0, 0, 1)
	case date.Weekday() == time.Saturday && id == "veterans_day":
		return date.AddDate(0, 0, -1)
	case date.Weekday() == time.Saturday:
		return time.Time{}
	}
	return date
}

func TestBuiltInHolidaysAreThoseOfTheStatesRules(t *testing.T) {
	t.Parallel()
	type entry struct {
		year int
		id   string
	}
	asDay := func(t time.Time) config.Day {
		if t.IsZero() {
			return config.Day{}
		}
		return config.Day{Year: t.Year(), Month: t.Month(), Day: t.Day()}
	}
	missing := map[entry]time.Time{}
	for year := 2026; year <= 2029; year++ {
		for id, date := range byRule(year) {
			missing[entry{year, id}] = date
		}
	}
	for _, h := range builtInHolidays(t).Days {
		e := entry{h.Date.Year, h.ID}
		date, known := missing[e]
		if !known {
			t.Errorf("%s of %d is no holiday of the rules, or stands there twice", h.ID, h.Date.Year)
			continue
		}
		delete(missing, e)
		if h.Date != asDay(date) || h.Observed != asDay(observed(h.ID, date)) {
			t.Errorf("%s: %v observed %v, by the rules %v observed %v", h.ID, h.Date, h.Observed, asDay(date), asDay(observed(h.ID, date)))
		}
	}
	for e := range missing {
		t.Errorf("%s of %d is missing", e.id, e.year)
	}
}

// What the Department of Human Resources has published for past years holds
// the rules of this test to something outside of it.
func TestRulesOfTheTestGiveThePublishedYears(t *testing.T) {
	t.Parallel()
	for year, published := range map[int]string{
		2013: "01-01 01-21 02-18 04-01 05-27 07-04 09-02 11-11 11-28 11-29 12-25",
		2014: "01-01 01-20 02-17 03-31 05-26 07-04 09-01 11-11 11-27 11-28 12-25",
	} {
		want := map[string]bool{}
		for day := range strings.FieldsSeq(published) {
			want[day] = true
		}
		got := 0
		for id, date := range byRule(year) {
			if day := observed(id, date).Format("01-02"); !want[day] {
				t.Errorf("%d: %s on %s was no day off", year, id, day)
			}
			got++
		}
		if got != len(want) {
			t.Errorf("%d: %d days off, want %d", year, got, len(want))
		}
	}
}

func TestBuiltInHolidaysSayThatNobodyHasVerifiedThem(t *testing.T) {
	t.Parallel()
	h := builtInHolidays(t)
	if h.VerifiedOn != (config.Day{}) || h.Region != "US-CA" || !strings.Contains(h.Source, "calhr.ca.gov") {
		t.Errorf("region %q, source %q, verified on %v", h.Region, h.Source, h.VerifiedOn)
	}
}

const fewHolidays = `schema: 1
region: US-CA
source: a list
verified_on: 2026-11-24
holidays:
  - {id: christmas, date: 2026-12-25}
  - {id: july_4, date: 2026-07-04, observed: none}
  - {id: march_31, date: 2027-03-31, observed: 2027-04-01}
`

func ownHolidays(text string) fs.FS {
	return fstest.MapFS{"script/holidays.yaml": {Data: []byte(text)}}
}

func TestOwnHolidaysAreRead(t *testing.T) {
	t.Parallel()
	h, err := config.LoadHolidays(ownHolidays(fewHolidays))
	if err != nil {
		t.Fatal(err)
	}
	want := []config.Holiday{
		{ID: "christmas", Date: config.Day{Year: 2026, Month: 12, Day: 25}, Observed: config.Day{Year: 2026, Month: 12, Day: 25}},
		{ID: "july_4", Date: config.Day{Year: 2026, Month: 7, Day: 4}},
		{ID: "march_31", Date: config.Day{Year: 2027, Month: 3, Day: 31}, Observed: config.Day{Year: 2027, Month: 4, Day: 1}},
	}
	if len(h.Days) != len(want) || h.VerifiedOn != (config.Day{Year: 2026, Month: 11, Day: 24}) {
		t.Fatalf("read %+v", h)
	}
	for i, w := range want {
		if h.Days[i] != w {
			t.Errorf("holiday %d: %+v, want %+v", i, h.Days[i], w)
		}
	}
}

func TestFaultsInHolidaysAreFoundAtTheirPlace(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ old, new, says string }{
		"another schema":         {"schema: 1", "schema: 2", "holidays.yaml:1:9: error: schema"},
		"no region":              {"region: US-CA", "region: \"\"", ":2:9: error: region"},
		"no source":              {"source: a list\n", "", "source: want"},
		"verified by nobody":     {"2026-11-24", "soon", `:4:14: error: verified_on`},
		"not a date":             {"date: 2026-12-25", "date: 2026-12-32", ":6:5: error: holidays[0]: want date"},
		"no date":                {", date: 2026-12-25", "", "holidays[0]: want date"},
		"no id":                  {"id: christmas, ", "", "holidays[0]: want an id"},
		"a Saturday left open":   {", observed: none", "", ":7:5: error: holidays[1]: want observed, since 2026-07-04 is a Saturday"},
		"observed on a non-date": {"2027-04-01", "monday", ":8:48: error: holidays[2].observed"},
		"unknown key":            {"id: christmas, ", "id: christmas, name: Christmas, ", "name"},
		"not YAML":               {"holidays:", "holidays: [", "holidays.yaml:"},
		"nothing":                {fewHolidays, "", "empty"},
		"no holidays":            {fewHolidays[strings.Index(fewHolidays, "holidays:"):], "", "holidays: want a list"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(fewHolidays, tc.old, tc.new, 1)
			if text == fewHolidays {
				t.Fatal("nothing was spoiled")
			}
			_, err := config.LoadHolidays(ownHolidays(text))
			if err == nil || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("error %v, want %q in it", err, tc.says)
			}
		})
	}
}

func TestAllFaultsInHolidaysComeAtOnce(t *testing.T) {
	t.Parallel()
	text := strings.NewReplacer("schema: 1", "schema: 3", "2026-12-25", "x", "2027-04-01", "y").Replace(fewHolidays)
	_, err := config.LoadHolidays(ownHolidays(text))
	var joined interface{ Unwrap() []error }
	if !errors.As(err, &joined) || len(joined.Unwrap()) != 3 {
		t.Errorf("got %v, want three faults", err)
	}
	if _, err := config.LoadHolidays(fstest.MapFS{}); err == nil || !strings.Contains(err.Error(), "holidays.yaml") {
		t.Errorf("no file: %v", err)
	}
}
