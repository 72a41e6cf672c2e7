package vault

import (
	"fmt"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Keeper follows a key ring file. It is safe for concurrent use.
type Keeper struct {
	path string
	ring atomic.Pointer[Ring]

	mu   sync.Mutex
	seen fs.FileInfo // of the file that ring was read from
}

// Watch opens the ring at path and keeps an eye on it. It starts no
// goroutine: whoever wants the newest ring calls Reload.
func Watch(path string) (*Keeper, error) {
	r, info, err := open(path)
	if err != nil {
		return nil, err
	}
	k := &Keeper{path: path, seen: info}
	k.ring.Store(r)
	return k, nil
}

// Ring gives the ring as it was last read.
func (k *Keeper) Ring() *Ring { return k.ring.Load() }

// Reload reads the ring again if its file is another one than before, or was
// changed. Unchanged, it costs one stat. On an error the ring stays as it
// was, and the next call tries again.
func (k *Keeper) Reload() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	info, err := os.Stat(k.path)
	if err != nil {
		return fmt.Errorf("key ring: %w", err)
	}
	if os.SameFile(info, k.seen) && info.ModTime().Equal(k.seen.ModTime()) && info.Size() == k.seen.Size() {
		return nil
	}
	r, info, err := open(k.path)
	if err != nil {
		return err
	}
	k.seen = info
	k.ring.Store(r)
	return nil
}

// DestroyPast destroys the keys of the days before today (UTC), if the ring
// still has any, and says how many. Where there is nothing to do it costs
// nothing, so that every instance may call it as often as it likes.
func (k *Keeper) DestroyPast(now time.Time) (int, error) {
	if k.Ring().first >= dayNumber(now) {
		return 0, nil
	}
	n, err := DestroyBefore(k.path, now)
	if err != nil {
		return 0, err
	}
	return n, k.Reload()
}
