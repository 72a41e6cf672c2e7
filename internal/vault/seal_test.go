package vault_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tideover/tideover/internal/vault"
)

var (
	noon  = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
	place = vault.Place{Line: "main", Record: "case-1", Field: "number"}
)

func newRing(tb testing.TB) (*vault.Ring, string) {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "keys")
	r, err := vault.Create(path, noon)
	if err != nil {
		tb.Fatal(err)
	}
	return r, path
}

func open(t *testing.T, path string) *vault.Ring {
	t.Helper()
	r, err := vault.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWhatIsSealedIsReadAgainOnlyInItsPlace(t *testing.T) {
	t.Parallel()
	r, _ := newRing(t)
	part := rapid.StringMatching(`[a-z0-9|.:]{0,12}`)
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		at := vault.Place{Line: part.Draw(t, "line"), Record: part.Draw(t, "record"), Field: part.Draw(t, "field")}
		other := vault.Place{Line: part.Draw(t, "line 2"), Record: part.Draw(t, "record 2"), Field: part.Draw(t, "field 2")}
		day := noon.AddDate(0, 0, rapid.IntRange(0, vault.AheadDays).Draw(t, "day"))

		sealed, err := r.Seal(at, day, plain)
		if err != nil {
			t.Fatal(err)
		}
		back, err := r.Unseal(at, sealed)
		if err != nil || string(back) != string(plain) {
			t.Fatalf("unsealed %q, %v; want %q", back, err, plain)
		}
		if _, err := r.Unseal(other, sealed); at != other && !errors.Is(err, vault.ErrTampered) {
			t.Fatalf("moved from %v to %v: %v", at, other, err)
		}
	})
}

func TestPlaceIsNotConfusedByWhatStandsInItsParts(t *testing.T) {
	t.Parallel()
	r, _ := newRing(t)
	sealed, err := r.SealStanding(vault.Place{Line: "a", Record: "b|c", Field: "d"}, []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Unseal(vault.Place{Line: "a|b", Record: "c", Field: "d"}, sealed); !errors.Is(err, vault.ErrTampered) {
		t.Errorf("got %v", err)
	}
}

func TestChangedValueIsRefused(t *testing.T) {
	t.Parallel()
	r, _ := newRing(t)
	sealed, err := r.Seal(place, noon, []byte("+15555550100"))
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		b := []byte(sealed)
		i := rapid.IntRange(0, len(b)-1).Draw(t, "at")
		b[i] = rapid.SampledFrom([]byte("ABCabc019_-.! =")).Draw(t, "becomes")
		plain, err := r.Unseal(place, string(b))
		if string(b) == sealed {
			return
		}
		if err == nil {
			t.Fatalf("%s is read as %q", b, plain)
		}
	})
	for name, bad := range map[string]string{
		"empty": "", "another form": "v2" + sealed[2:], "cut": sealed[:len(sealed)-4], "no body": sealed[:strings.LastIndexByte(sealed, '.')],
		"only its form": "v1", "with a line end": sealed + "\n", "padded": sealed + "=",
	} {
		if _, err := r.Unseal(place, bad); !errors.Is(err, vault.ErrTampered) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSameWordsSealedTwiceLookDifferent(t *testing.T) {
	t.Parallel()
	r, _ := newRing(t)
	one, _ := r.Seal(place, noon, []byte("yes"))
	two, _ := r.Seal(place, noon, []byte("yes"))
	if one == two {
		t.Error("equal: whoever reads Redis sees who answered the same")
	}
}

func TestDayOutsideOfTheRingSealsNothing(t *testing.T) {
	t.Parallel()
	r, _ := newRing(t)
	for name, tc := range map[string]struct {
		day  time.Time
		fits bool
	}{
		"yesterday":                    {noon.AddDate(0, 0, -1), false},
		"the first second of today":    {noon.Truncate(24 * time.Hour), true},
		"the last day of the ring":     {noon.AddDate(0, 0, vault.AheadDays), true},
		"one day more":                 {noon.AddDate(0, 0, vault.AheadDays+1), false},
		"today in another zone's date": {time.Date(2026, 3, 13, 20, 0, 0, 0, time.FixedZone("west", -8*3600)), true},
		"before 1970":                  {time.Unix(-1, 0), false},
	} {
		sealed, err := r.Seal(place, tc.day, []byte("x"))
		if (err == nil) != tc.fits || (err != nil && sealed != "") {
			t.Errorf("%s: %q, %v", name, sealed, err)
		}
	}
}

func TestDestroyedDayIsUnreadableAndOthersStay(t *testing.T) {
	t.Parallel()
	r, path := newRing(t)
	kept, _ := r.Seal(place, noon.AddDate(0, 0, 3), []byte("kept"))
	lost, _ := r.Seal(place, noon.AddDate(0, 0, 2), []byte("lost"))
	standing, _ := r.SealStanding(place, []byte("roster"))

	gone, err := vault.DestroyBefore(path, noon.AddDate(0, 0, 3))
	if err != nil || gone != 3 {
		t.Fatalf("destroyed %d days, %v; want 3", gone, err)
	}
	r = open(t, path)
	if _, err := r.Unseal(place, lost); !errors.Is(err, vault.ErrNoKey) {
		t.Errorf("value of a destroyed day: %v", err)
	}
	for want, sealed := range map[string]string{"kept": kept, "roster": standing} {
		if got, err := r.Unseal(place, sealed); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", want, got, err)
		}
	}
	if gone, err := vault.DestroyBefore(path, noon.AddDate(0, 0, 3)); err != nil || gone != 0 {
		t.Errorf("again: %d, %v", gone, err)
	}
}

// FAULTS 48.
func TestValueOfAnotherRingHasNoKey(t *testing.T) {
	t.Parallel()
	mine, _ := newRing(t)
	theirs, _ := newRing(t)
	sealed, _ := theirs.Seal(place, noon, []byte("x"))
	if _, err := mine.Unseal(place, sealed); !errors.Is(err, vault.ErrNoKey) {
		t.Errorf("got %v", err)
	}
}

func TestIndexFindsAPersonAndSaysNothing(t *testing.T) {
	t.Parallel()
	r, path := newRing(t)
	const number = "+15555550100"
	name := r.Index("caller", number)
	if strings.Contains(name, "5555550100") {
		t.Errorf("%s holds the number", name)
	}
	if again := open(t, path).Index("caller", number); again != name {
		t.Errorf("%s after reading the ring again, was %s", again, name)
	}
	other, _ := newRing(t)
	for why, n := range map[string]string{
		"another number": r.Index("caller", "+15555550101"), "another kind": r.Index("staff", number),
		"kind runs into value": r.Index("calle", "r"+number), "another ring": other.Index("caller", number),
	} {
		if n == name {
			t.Errorf("%s gives the same name", why)
		}
	}
}

func TestSubkeysDifferByPurposeAndStay(t *testing.T) {
	t.Parallel()
	r, path := newRing(t)
	one, err := r.Subkey("audit")
	if err != nil || len(one) != 32 {
		t.Fatalf("%d bytes, %v", len(one), err)
	}
	again, _ := open(t, path).Subkey("audit")
	two, _ := r.Subkey("other")
	if string(again) != string(one) || string(two) == string(one) {
		t.Error("a subkey must hang on its purpose and the ring, on nothing else")
	}
}

func BenchmarkSeal(b *testing.B) {
	r, _ := newRing(b)
	plain := make([]byte, 160)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Seal(place, noon, plain); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnseal(b *testing.B) {
	r, _ := newRing(b)
	sealed, err := r.Seal(place, noon, make([]byte, 160))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Unseal(place, sealed); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIndex(b *testing.B) {
	r, _ := newRing(b)
	b.ReportAllocs()
	for b.Loop() {
		r.Index("caller", "+15555550100")
	}
}
