package vault

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

const (
	format  = "tideover-key-ring-1"
	keySize = 32
	maxSize = 1 << 20 // a ring of 400 days has 40 kB
)

// file is the key ring as it is written, in JSON.
type file struct {
	Format   string   `json:"format"`
	Era      string   `json:"era"`
	Index    key      `json:"index"`
	Standing key      `json:"standing"`
	Days     []dayKey `json:"days"`
}

type key struct {
	ID  string `json:"id"`
	Key []byte `json:"key"`
}

type dayKey struct {
	Day string `json:"day"` // 2006-01-02, UTC
	key
}

func (k key) check() error {
	if k.ID == "" || strings.ContainsAny(k.ID, ".: \n") {
		return errors.New("no usable id")
	}
	if len(k.Key) != keySize {
		return fmt.Errorf("want %d bytes", keySize)
	}
	return nil
}

// Open reads a key ring. It refuses a file that everybody may read. Errors
// name the file and what is wrong with it, never what stands in it.
func Open(path string) (*Ring, error) {
	r, _, err := open(path)
	return r, err
}

func open(path string) (*Ring, fs.FileInfo, error) {
	f, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, nil, fmt.Errorf("key ring: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, fmt.Errorf("key ring: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, nil, fmt.Errorf("key ring %s: not a file", path)
	}
	if info.Mode().Perm()&0o007 != 0 {
		return nil, nil, fmt.Errorf("key ring %s: everybody on this machine may use it, want mode 0600 or 0400", path)
	}
	raw, err := io.ReadAll(io.LimitReader(f, maxSize))
	if err != nil {
		return nil, nil, fmt.Errorf("key ring: %w", err)
	}
	var content file
	// What the decoder says may quote the file.
	if json.Unmarshal(raw, &content) != nil || content.Format != format {
		return nil, nil, fmt.Errorf("key ring %s: not a key ring, or damaged", path)
	}
	r, err := newRing(content)
	if err != nil {
		return nil, nil, fmt.Errorf("key ring %s: %w", path, err)
	}
	return r, info, nil
}

// locked runs work while no other process changes the ring at path. The lock
// is a file of its own, since the ring's file is replaced.
func locked(path string, work func() error) error {
	lock, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // beside the operator's file
	if err != nil {
		return fmt.Errorf("key ring: lock: %w", err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return fmt.Errorf("key ring %s: lock: %w", path, err)
	}
	return work()
}

// replace writes the ring beside its place and renames it there. Mode and
// owner stay as they are: init is often run by root, serve never.
func replace(path string, content file) error {
	raw, err := json.MarshalIndent(content, "", " ")
	if err != nil {
		return fmt.Errorf("key ring %s: %w", path, err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".key-ring-*") // 0600
	if err != nil {
		return fmt.Errorf("key ring: %w", err)
	}
	defer os.Remove(tmp.Name()) // gone after the rename
	err = errors.Join(write(tmp, path, append(raw, '\n')), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err == nil {
		err = syncFolder(filepath.Dir(path))
	}
	if err != nil {
		return fmt.Errorf("key ring %s: %w", path, err)
	}
	return nil
}

func write(tmp *os.File, path string, raw []byte) error {
	if _, err := tmp.Write(raw); err != nil {
		return err
	}
	old, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return tmp.Sync()
	case err != nil:
		return err
	}
	if owner, ok := old.Sys().(*syscall.Stat_t); ok && int(owner.Uid) != os.Getuid() {
		if err := tmp.Chown(int(owner.Uid), int(owner.Gid)); err != nil {
			return err
		}
	}
	return errors.Join(tmp.Chmod(old.Mode().Perm()), tmp.Sync())
}

// syncFolder makes the rename survive a power cut.
func syncFolder(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // the folder of the operator's file
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
