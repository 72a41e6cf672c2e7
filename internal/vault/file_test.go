package vault_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/vault"
)

func TestCreateMakesAPrivateFileForAYearAndMore(t *testing.T) {
	t.Parallel()
	r, path := newRing(t)
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if r.Era() != "" || r.DaysAhead(noon) != vault.AheadDays {
		t.Errorf("era %q, %d days ahead", r.Era(), r.DaysAhead(noon))
	}
}

func TestCreateNeverOverwrites(t *testing.T) {
	t.Parallel()
	_, path := newRing(t)
	before, _ := os.ReadFile(path)
	if _, err := vault.Create(path, noon); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v", err)
	}
	if after, _ := os.ReadFile(path); string(after) != string(before) {
		t.Error("the ring was changed: all data would be lost")
	}
}

func TestTopUpKeepsOldKeysAndEra(t *testing.T) {
	t.Parallel()
	r, path := newRing(t)
	sealed, _ := r.Seal(place, noon.AddDate(0, 0, 40), []byte("x"))
	if err := vault.SetEra(path, "era-1"); err != nil {
		t.Fatal(err)
	}
	later := noon.AddDate(0, 0, 30)
	if got := open(t, path).DaysAhead(later); got != vault.AheadDays-30 {
		t.Errorf("%d days ahead after 30 days", got)
	}
	if err := vault.TopUp(path, later); err != nil {
		t.Fatal(err)
	}
	r = open(t, path)
	if got := r.DaysAhead(later); got != vault.AheadDays || r.Era() != "era-1" {
		t.Errorf("%d days ahead, era %q", got, r.Era())
	}
	if _, err := r.Unseal(place, sealed); err != nil {
		t.Errorf("sealed before the top-up: %v", err)
	}
}

func TestTopUpDoesNotBringDestroyedDaysBack(t *testing.T) {
	t.Parallel()
	r, path := newRing(t)
	sealed, _ := r.Seal(place, noon, []byte("x"))
	if _, err := vault.DestroyBefore(path, noon.AddDate(0, 0, 1)); err != nil {
		t.Fatal(err)
	}
	if err := vault.TopUp(path, noon.AddDate(0, 0, 1)); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, path).Unseal(place, sealed); !errors.Is(err, vault.ErrNoKey) {
		t.Errorf("got %v", err)
	}
}

func TestChangesKeepTheModeAndFollowALink(t *testing.T) {
	t.Parallel()
	_, path := newRing(t)
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	if err := vault.SetEra(link, "era-2"); err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(link)
	if err != nil || info.Mode().Type() != fs.ModeSymlink {
		t.Errorf("the link became a file: %v", err)
	}
	if info, err = os.Stat(path); err != nil || info.Mode().Perm() != 0o400 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if got := open(t, path).Era(); got != "era-2" {
		t.Errorf("era %q", got)
	}
}

func TestChangesAtOnceLoseNothing(t *testing.T) {
	t.Parallel()
	_, path := newRing(t)
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			_, err := vault.DestroyBefore(path, noon.AddDate(0, 0, n))
			if n == 0 {
				err = errors.Join(err, vault.SetEra(path, "era-3"))
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	r := open(t, path)
	if _, err := r.Seal(place, noon.AddDate(0, 0, 6), nil); err == nil || r.Era() != "era-3" {
		t.Errorf("a change was lost: era %q, day 6 sealed: %v", r.Era(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".key-ring-*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestUnusableEraIsRefused(t *testing.T) {
	t.Parallel()
	_, path := newRing(t)
	for _, era := range []string{"", "two words", "line\nend", strings.Repeat("x", 65), "é"} {
		if err := vault.SetEra(path, era); err == nil {
			t.Errorf("era %q is taken", era)
		}
	}
}

// FAULTS 48.
func TestOpenSaysWhatIsWrongAndNeverWhatStandsInTheFile(t *testing.T) {
	t.Parallel()
	type ring = map[string]any
	cases := map[string]struct {
		mode   os.FileMode
		change func(raw []byte, r ring) any
		says   string
	}{
		"everybody may read it":  {0o604, func(raw []byte, _ ring) any { return raw }, "0600"},
		"everybody may write it": {0o602, func(raw []byte, _ ring) any { return raw }, "0600"},
		"empty":                  {0o600, func([]byte, ring) any { return []byte{} }, "not a key ring"},
		"cut":                    {0o600, func(raw []byte, _ ring) any { return raw[:len(raw)/2] }, "not a key ring"},
		"another format":         {0o600, func(_ []byte, r ring) any { r["format"] = "x"; return r }, "not a key ring"},
		"no standing key":        {0o600, func(_ []byte, r ring) any { delete(r, "standing"); return r }, "standing key"},
		"short index key":        {0o600, func(_ []byte, r ring) any { r["index"].(ring)["key"] = "AAAA"; return r }, "index key: want 32 bytes"},
		"id that breaks values":  {0o600, func(_ []byte, r ring) any { r["standing"].(ring)["id"] = "a.b"; return r }, "standing key: no usable id"},
		"one day twice": {0o600, func(_ []byte, r ring) any {
			days := r["days"].([]any)
			days[1].(ring)["day"] = days[0].(ring)["day"]
			return r
		}, "2026-03-14: two keys"},
		"one id twice": {0o600, func(_ []byte, r ring) any {
			days := r["days"].([]any)
			days[1].(ring)["id"] = days[0].(ring)["id"]
			return r
		}, "2026-03-15: its id is used twice"},
		"no day": {0o600, func(_ []byte, r ring) any { r["days"].([]any)[0].(ring)["day"] = "someday"; return r }, "without a day"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, path := newRing(t)
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var r ring
			if err := json.Unmarshal(raw, &r); err != nil {
				t.Fatal(err)
			}
			secret := r["standing"].(ring)["key"].(string)
			out, plain := tc.change(raw, r).([]byte)
			if !plain {
				if out, err = json.Marshal(r); err != nil {
					t.Fatal(err)
				}
			}
			if err := errors.Join(os.WriteFile(path, out, 0o600), os.Chmod(path, tc.mode)); err != nil {
				t.Fatal(err)
			}
			_, err = vault.Open(path)
			if err == nil || !strings.Contains(err.Error(), tc.says) || !strings.Contains(err.Error(), path) {
				t.Fatalf("got %v, want the file's name and %q", err, tc.says)
			}
			if strings.Contains(err.Error(), secret[:8]) {
				t.Errorf("%v shows key material", err)
			}
		})
	}
}

func TestOpenRefusesWhatIsNoFile(t *testing.T) {
	t.Parallel()
	if _, err := vault.Open(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing: %v", err)
	}
	if _, err := vault.Open(t.TempDir()); err == nil {
		t.Error("a folder is taken for a ring")
	}
}

func TestKeeperFollowsTheFile(t *testing.T) {
	t.Parallel()
	_, path := newRing(t)
	k, err := vault.Watch(path)
	if err != nil {
		t.Fatal(err)
	}
	first := k.Ring()
	if err := k.Reload(); err != nil || k.Ring() != first {
		t.Errorf("an unchanged file was read again: %v", err)
	}
	if err := vault.SetEra(path, "era-4"); err != nil {
		t.Fatal(err)
	}
	if k.Ring().Era() != "" {
		t.Error("a ring changed under its user")
	}
	if err := k.Reload(); err != nil || k.Ring().Era() != "era-4" {
		t.Errorf("era %q, %v", k.Ring().Era(), err)
	}
}

func TestKeeperDestroysWhatIsPastAndNotToday(t *testing.T) {
	t.Parallel()
	r, path := newRing(t)
	yesterdays, _ := r.Seal(place, noon, []byte("x"))
	todays, _ := r.Seal(place, noon.AddDate(0, 0, 1), []byte("y"))
	k, err := vault.Watch(path)
	if err != nil {
		t.Fatal(err)
	}
	before, _ := os.Stat(path)
	if n, err := k.DestroyPast(noon.Add(11 * time.Hour)); n != 0 || err != nil {
		t.Errorf("on the same day %d, %v", n, err)
	}
	if after, _ := os.Stat(path); !os.SameFile(before, after) {
		t.Error("the file was written for nothing")
	}
	if n, err := k.DestroyPast(noon.AddDate(0, 0, 1)); n != 1 || err != nil {
		t.Errorf("a day later %d, %v", n, err)
	}
	if _, err := k.Ring().Unseal(place, yesterdays); !errors.Is(err, vault.ErrNoKey) {
		t.Errorf("yesterday's value: %v", err)
	}
	if _, err := k.Ring().Unseal(place, todays); err != nil {
		t.Errorf("today's value: %v", err)
	}
}

func TestKeeperKeepsItsRingWhenTheFileIsBad(t *testing.T) {
	t.Parallel()
	r, path := newRing(t)
	sealed, _ := r.Seal(place, noon, []byte("x"))
	k, err := vault.Watch(path)
	if err != nil {
		t.Fatal(err)
	}
	good, _ := os.ReadFile(path)
	if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := k.Reload(); err == nil {
			t.Error("a damaged ring is taken")
		}
	}
	if _, err := k.Ring().Unseal(place, sealed); err != nil {
		t.Errorf("the ring in use was lost: %v", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := k.Reload(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	if err := os.WriteFile(path, good, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := k.Reload(); err != nil {
		t.Errorf("repaired file: %v", err)
	}
}

func BenchmarkReloadUnchanged(b *testing.B) {
	_, path := newRing(b)
	k, err := vault.Watch(path)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := k.Reload(); err != nil {
			b.Fatal(err)
		}
	}
}
