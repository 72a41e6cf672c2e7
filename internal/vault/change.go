package vault

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const maxEra = 64

// Create makes a new key ring: index key, standing key, and a key for today
// and each of the coming AheadDays days. It never overwrites a file.
func Create(path string, now time.Time) (*Ring, error) {
	err := locked(path, func() error {
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("key ring %s: %w", path, fs.ErrExist)
		}
		f := file{Format: format, Index: newKey("i"), Standing: newKey("s")}
		addDays(&f, now)
		return replace(path, f)
	})
	if err != nil {
		return nil, err
	}
	return Open(path)
}

// SetEra writes the id of the store that the ring belongs to.
func SetEra(path, era string) error {
	if era == "" || len(era) > maxEra || strings.ContainsFunc(era, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return fmt.Errorf("era: want 1 to %d visible ASCII characters", maxEra)
	}
	return change(path, func(f *file) bool {
		was := f.Era
		f.Era = era
		return was != era
	})
}

// TopUp makes keys for today and the coming AheadDays days where they are
// missing. It is safe to repeat.
func TopUp(path string, now time.Time) error {
	return change(path, func(f *file) bool { return addDays(f, now) > 0 })
}

// DestroyBefore removes the keys of all days before the day (UTC) of the
// given time and says how many there were. What was sealed under them cannot
// be read again, by nobody. Running processes forget them at their next
// Reload; the blocks of the old file stay on the disk until it reuses them.
func DestroyBefore(path string, day time.Time) (int, error) {
	gone := 0
	err := change(path, func(f *file) bool {
		first := day.UTC().Format(dayForm)
		before := len(f.Days)
		// The form of a day sorts as the days do.
		f.Days = slices.DeleteFunc(f.Days, func(d dayKey) bool { return d.Day < first })
		gone = before - len(f.Days)
		return gone > 0
	})
	if err != nil {
		return 0, err
	}
	return gone, nil
}

// change rewrites the ring if edit says that it did something. A link to the
// ring stays a link.
func change(path string, edit func(*file) bool) error {
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return fmt.Errorf("key ring: %w", err)
	}
	return locked(target, func() error {
		r, err := Open(target)
		if err != nil {
			return err
		}
		if f := r.file; edit(&f) {
			return replace(target, f)
		}
		return nil
	})
}

func addDays(f *file, now time.Time) int {
	has := make(map[string]bool, len(f.Days))
	for _, d := range f.Days {
		has[d.Day] = true
	}
	added := 0
	for n := range AheadDays + 1 {
		t := now.UTC().AddDate(0, 0, n)
		if day := t.Format(dayForm); !has[day] {
			f.Days = append(f.Days, dayKey{Day: day, key: newKey(t.Format("20060102"))})
			added++
		}
	}
	slices.SortFunc(f.Days, func(a, b dayKey) int { return strings.Compare(a.Day, b.Day) })
	return added
}

// newKey gives the key a random part in its id: the same day in two rings has
// two ids, so that a value of another ring is "no key" and not "tampered".
func newKey(prefix string) key {
	k := key{Key: make([]byte, keySize)}
	var tail [3]byte
	// crypto/rand ends the process rather than fail.
	_, _ = rand.Read(k.Key)
	_, _ = rand.Read(tail[:])
	k.ID = prefix + "-" + hex.EncodeToString(tail[:])
	return k
}
