package rights_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tideover/tideover/internal/rights"
)

func TestWrittenDatesAreReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := rights.Date{Year: 1, Month: 1, Day: 1}.AddDays(rapid.IntRange(0, 3_652_000).Draw(t, "days"))
		got, err := rights.Parse(d.String())
		if err != nil || got != d || !d.Valid() {
			t.Fatalf("%s: %s, %v, valid %v", d, got, err, d.Valid())
		}
		n := rapid.IntRange(-1000, 1000).Draw(t, "n")
		if e := d.AddDays(n); d.Days(e) != n || (n > 0) != e.After(d) || (n < 0) != e.Before(d) {
			t.Fatalf("%s is %d days from %s", e, d.Days(e), d)
		}
	})
}

func TestWhatIsNoDateIsRefused(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "2027-02-29", "2026-13-01", "2026-1-5", "26-01-05", "0000-01-01", "2026-12-03 ", "2026-12-03T00:00:00Z", "-001-01-01"} {
		if d, err := rights.Parse(s); err == nil {
			t.Errorf("%q is %s", s, d)
		}
	}
	for _, d := range []rights.Date{{}, {Year: 2026, Month: 13, Day: 1}, {Year: 2026, Month: 2, Day: 29}, {Year: 2026, Month: 4, Day: 0}, {Year: 10000, Month: 1, Day: 1}} {
		if d.Valid() {
			t.Errorf("%s is valid", d)
		}
	}
	if d := (rights.Date{}); !d.IsZero() {
		t.Errorf("%s is not none", d)
	}
}

func TestDateIsThatOfTheLinesClock(t *testing.T) {
	t.Parallel()
	la := zone(t)
	for at, want := range map[string]string{
		"2026-12-01T07:59:59Z": "2026-11-30", // still the evening before
		"2026-12-01T08:00:00Z": "2026-12-01",
		"2026-07-01T06:59:59Z": "2026-06-30", // summer time
		"2026-07-01T07:00:00Z": "2026-07-01",
		"2027-01-01T05:00:00Z": "2026-12-31",
	} {
		moment, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := rights.From(moment, la); got.String() != want {
			t.Errorf("%s is on %s, want %s", at, got, want)
		}
	}
}

func zone(tb testing.TB) *time.Location {
	tb.Helper()
	la, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		tb.Fatal(err)
	}
	return la
}
