package server

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path"
	"sync"
	"time"

	"github.com/tideover/tideover/internal/audit"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/triage"
)

// versions is what the store keeps of the script.
type versions interface {
	Published(ctx context.Context) (store.Published, error)
	Publish(ctx context.Context, version, folder string, files []byte) error
	Files(ctx context.Context, version string) ([]byte, error)
	OnVersions(ctx context.Context) (map[string]int, error)
	RecallVersion(ctx context.Context, version, node string) error
	DropVersion(ctx context.Context, version string) error
	Alert(ctx context.Context, kind hotline.AlertKind, text string) error
	Append(ctx context.Context, e audit.Entry) error
}

// scripts keeps this instance's shelf in step with the line: what one instance
// publishes all of them run, and a contact finds its version again after a
// restart.
type scripts struct {
	shelf   *triage.Shelf
	store   versions
	compile func(fs.FS) (*triage.Script, error)
	files   func() fs.FS // the operator's folder
	folder  string       // its version
	fault   error        // why the folder at start was refused; nil: it was not
	started bool         // it is decided what becomes of the folder at start
	failed  func()       // counts a script that was refused
	log     *slog.Logger

	mu   sync.Mutex // one change at a time
	raw  []byte     // files of the running version, should the store lose them
	owed map[hotline.AlertKind]string
}

// run looks after the shelf until ctx ends.
func (p *scripts) run(ctx context.Context, tick <-chan time.Time) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
		}
		p.tell(ctx)
	}
}

// tell looks, and says where that failed: the shelf stays as it is.
func (p *scripts) tell(ctx context.Context) {
	if err := p.look(ctx); err != nil && !errors.Is(err, hotline.ErrEra) { // a loss is told by who watches for it
		p.log.WarnContext(ctx, "versions of the script not read", "error", err)
	}
}

// look takes over what the line has published.
func (p *scripts) look(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	line, err := p.store.Published(ctx)
	if err != nil {
		return err
	}
	p.settle(ctx)
	switch {
	case !p.started:
		published, err := p.start(ctx, line)
		if err != nil {
			return err
		}
		if p.started = true; published {
			line.Running = p.folder
		}
	case line.Running == "" && p.raw != nil: // the store lost what it had
		line.Running = p.shelf.Running().Version()
		if err := p.store.Publish(ctx, line.Running, p.folder, p.raw); err != nil {
			return err
		}
	}
	for _, v := range line.Versions {
		if !p.shelf.Has(v) {
			if err := p.fetch(ctx, v); err != nil {
				p.log.ErrorContext(ctx, "version of the script not usable", "script", short(v), "error", err)
			}
		}
	}
	running := p.shelf.Running().Version() == line.Running
	if !running || p.raw == nil {
		if p.raw, err = p.store.Files(ctx, line.Running); err != nil {
			return err
		}
	}
	if !running {
		if err := p.shelf.Use(line.Running); err != nil {
			return err
		}
		p.log.InfoContext(ctx, "script published", "script", short(line.Running))
	}
	for v, node := range line.Recalled {
		if v == line.Running {
			continue
		}
		if err := p.shelf.Recall(v, node); err != nil {
			p.log.ErrorContext(ctx, "recall of a script refused", "script", short(v), "error", err)
		}
	}
	return nil
}

// fetch reads a version back. Its name is the hash of what it says: files that
// were changed are another version, and refused.
func (p *scripts) fetch(ctx context.Context, version string) error {
	raw, err := p.store.Files(ctx, version)
	if err != nil {
		return err
	}
	s, err := unpacked(raw, p.files(), p.compile)
	if err != nil {
		return err
	}
	if s.Version() != version {
		return errors.New("its files are not what they were")
	}
	p.shelf.Add(s)
	p.log.InfoContext(ctx, "version of the script read back", "script", short(version))
	return nil
}

// unpacked compiles a version of the archive that was kept of it.
func unpacked(raw []byte, folder fs.FS, compile func(fs.FS) (*triage.Script, error)) (*triage.Script, error) {
	files, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, fmt.Errorf("unpack: %w", err)
	}
	return compile(beside{files, folder})
}

// Reload compiles the operator's folder again and publishes it. A folder with
// a fault changes nothing: the running script goes on.
func (p *scripts) Reload(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	files := p.files()
	s, err := p.compile(files)
	if err == nil {
		err = rehearsed(s, files)
	}
	if err != nil {
		p.refuse(ctx, err)
		return fmt.Errorf("the running script goes on: %w", err)
	}
	old, was := p.shelf.Running(), p.raw
	if err := p.publish(ctx, s, s.Version(), files); err != nil {
		return fmt.Errorf("the running script goes on, ask again: %w", err)
	}
	p.folder, p.started = s.Version(), true
	p.shelf.Publish(s)
	p.recordFolder(ctx, "SIGHUP", s, old, was)
	return nil
}

// rehearsed plays the transcripts: visits that go otherwise than they are
// written are faults.
func rehearsed(s *triage.Script, files fs.FS) error {
	var faults []error
	for _, f := range s.Rehearse(files).Findings {
		if !f.Mild {
			faults = append(faults, f)
		}
	}
	return errors.Join(faults...)
}

func (p *scripts) publish(ctx context.Context, s *triage.Script, folder string, files fs.FS) error {
	packed, err := pack(files)
	if err != nil {
		return fmt.Errorf("pack the script: %w", err)
	}
	if err := p.store.Publish(ctx, s.Version(), folder, packed); err != nil {
		return err
	}
	p.after(ctx, packed)
	return nil
}

// after a script was published, what was wrong with an earlier one is over.
func (p *scripts) after(ctx context.Context, packed []byte) {
	p.raw, p.owed = packed, nil
	p.prune(ctx)
}

// mostVersions is how many versions stay to go back to, beside those that
// somebody is on.
const mostVersions = 10

// prune forgets the oldest versions that nobody is on.
func (p *scripts) prune(ctx context.Context) {
	line, err := p.store.Published(ctx)
	if err != nil || len(line.Versions) <= mostVersions {
		return
	}
	on, err := p.store.OnVersions(ctx)
	if err != nil {
		return
	}
	dropped := map[string]bool{}
	for _, v := range line.Versions[:len(line.Versions)-mostVersions] {
		if on[v] == 0 && v != line.Running && v != line.Folder && p.store.DropVersion(ctx, v) == nil {
			dropped[v] = true
		}
	}
	p.shelf.Keep(func(v string) bool { return !dropped[v] })
}

// pack puts the script's files into one archive.
func pack(files fs.FS) ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	entries, err := fs.ReadDir(files, "script")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		raw, err := fs.ReadFile(files, path.Join("script", e.Name()))
		if err != nil {
			return nil, err
		}
		f, err := w.Create(path.Join("script", e.Name()))
		if err != nil {
			return nil, err
		}
		if _, err := f.Write(raw); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// short is how people call a version.
func short(version string) string { return version[:min(len(version), 8)] }
