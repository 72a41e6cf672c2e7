package server

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"

	"github.com/tideover/tideover/internal/console"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
)

// What supervisors do with the script. See console.Scripts.

// Versions gives what runs and who is on what.
func (p *scripts) Versions(ctx context.Context) (console.ScriptVersions, error) {
	line, err := p.store.Published(ctx)
	if err != nil {
		return console.ScriptVersions{}, err
	}
	on, err := p.store.OnVersions(ctx)
	if err != nil {
		return console.ScriptVersions{}, err
	}
	for _, v := range line.Versions {
		on[v] += 0
	}
	return console.ScriptVersions{Running: line.Running, Contacts: on, Recalled: line.Recalled, Unreviewed: p.shelf.Unreviewed()}, nil
}

// Preview says what the running script would become.
func (p *scripts) Preview(ctx context.Context, files map[string]string) (console.ScriptPreview, error) {
	_, _, preview, err := p.proposed(ctx, files)
	return preview, err
}

// Publish makes it the running one, on all instances.
func (p *scripts) Publish(ctx context.Context, files map[string]string) (console.ScriptPreview, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, packed, preview, err := p.proposed(ctx, files)
	if err != nil {
		return preview, err
	}
	if len(preview.Faults) > 0 {
		p.refuse(ctx, errors.Join(faults(preview.Faults)...))
		return preview, console.ErrFaults
	}
	if err := p.store.Publish(ctx, s.Version(), p.folder, packed); err != nil {
		return preview, err
	}
	p.shelf.Publish(s)
	p.after(ctx, packed)
	return preview, nil
}

// proposed compiles the files over those of the running script, plays the
// transcripts, and says what changes.
func (p *scripts) proposed(ctx context.Context, files map[string]string) (*triage.Script, []byte, console.ScriptPreview, error) {
	var out console.ScriptPreview
	running := p.shelf.Running()
	raw, err := p.store.Files(ctx, running.Version())
	if err != nil {
		return nil, nil, out, err
	}
	packed, err := over(raw, files)
	if err != nil {
		return nil, nil, out, err
	}
	unpacked, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		return nil, nil, out, fmt.Errorf("unpack: %w", err)
	}
	if out.Contacts, err = p.store.OnVersions(ctx); err != nil {
		return nil, nil, out, err
	}
	whole := beside{unpacked, p.files()}
	s, err := p.compile(whole)
	if err != nil {
		out.Faults = told(err)
		return nil, nil, out, nil
	}
	for _, f := range s.Rehearse(whole).Findings {
		if f.Mild {
			out.Warnings = append(out.Warnings, f.Error())
		} else {
			out.Faults = append(out.Faults, f.Error())
		}
	}
	base, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, nil, out, fmt.Errorf("unpack: %w", err)
	}
	changes := s.Diff(running, append(triage.WordsOf(base), triage.WordsOf(whole)...)...)
	out.Version, out.Unreviewed, out.Changes, out.Weaker = s.Version(), s.Unreviewed(), triage.WriteChanges(changes), triage.Weaker(changes)
	return s, packed, out, nil
}

// over packs the files of a version with others in place of its own.
func over(raw []byte, files map[string]string) ([]byte, error) {
	base, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, fmt.Errorf("unpack: %w", err)
	}
	all := map[string][]byte{}
	for _, f := range base.File {
		if all[f.Name], err = fs.ReadFile(base, f.Name); err != nil {
			return nil, fmt.Errorf("unpack: %w", err)
		}
	}
	for name, text := range files {
		all[path.Join("script", name)] = []byte(text)
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		f, err := w.Create(name)
		if err != nil {
			return nil, fmt.Errorf("pack: %w", err)
		}
		if _, err := f.Write(all[name]); err != nil {
			return nil, fmt.Errorf("pack: %w", err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	return b.Bytes(), nil
}

// faults are findings as errors again.
func faults(texts []string) []error {
	all := make([]error, 0, len(texts))
	for _, text := range texts {
		all = append(all, errors.New(text))
	}
	return all
}

// told gives the single faults of a joined error.
func told(err error) []string {
	var joined interface{ Unwrap() []error }
	if !errors.As(err, &joined) {
		return []string{err.Error()}
	}
	var all []string
	for _, e := range joined.Unwrap() {
		all = append(all, told(e)...)
	}
	return all
}

// Use makes an earlier version the running one.
func (p *scripts) Use(ctx context.Context, version string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	raw, err := p.store.Files(ctx, version)
	if err != nil {
		return err
	}
	if !p.shelf.Has(version) {
		if err := p.fetch(ctx, version); err != nil {
			return err
		}
	}
	if err := p.store.Publish(ctx, version, p.folder, raw); err != nil {
		return err
	}
	p.after(ctx, raw)
	return p.shelf.Use(version)
}

// Recall sends whoever is on a version to a node of the running one, on this
// instance at once, on the others within seconds.
func (p *scripts) Recall(ctx context.Context, version, node string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.shelf.Has(version) {
		return fmt.Errorf("script %s: %w", short(version), hotline.ErrNotFound)
	}
	if err := p.shelf.Recall(version, node); err != nil {
		return fmt.Errorf("%w: %w", hotline.ErrMove, err)
	}
	return p.store.RecallVersion(ctx, version, node)
}
