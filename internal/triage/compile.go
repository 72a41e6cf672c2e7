package triage

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"path"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/rights"
)

// Option is what a script needs beside its folder.
type Option func(*Script)

// WithCalendar gives the days that deadlines in business days do not count.
// Without it no deadline is told.
func WithCalendar(c rights.Calendar) Option { return func(s *Script) { s.calendar = &c } }

// WithZone gives the time zone in which days are told; UTC without it.
func WithZone(zone *time.Location) Option { return func(s *Script) { s.zone = zone } }

// Compile reads the script of a configuration folder: script/strike.yaml, one
// strike.<lang>.yaml for each other language, resources.yaml and review.yaml.
// The error joins every Finding, not the first.
func Compile(fsys fs.FS, d Detector, with ...Option) (*Script, error) {
	if d == nil {
		return nil, errors.New("compile script: want a detector of crisis language")
	}
	found := &findings{}
	s := &Script{
		zone: time.UTC, detector: d, names: map[hotline.Lang]string{}, hear: map[hotline.Lang]map[string]bool{}, nodes: map[string]*node{},
		phrases: map[PhraseID]*phrase{}, resources: map[string]resource{},
	}
	for _, o := range with {
		o(s)
	}
	sum := sha256.New()
	l := loader{reader: reader{file: "strike.yaml", findings: found}, s: s}
	body, raw := l.open(fsys)
	sum.Write(raw)
	if body == nil {
		return nil, errors.Join(found.all...)
	}
	l.load(body)
	for _, lang := range s.langs[1:] {
		t := translator{loader: loader{reader: reader{file: "strike." + string(lang) + ".yaml", findings: found}, s: s}, to: lang}
		if body, raw = t.open(fsys); body != nil {
			t.load(body)
		}
		sum.Write(raw)
	}
	r := reader{file: "resources.yaml", findings: found}
	if body, raw = r.open(fsys); body != nil {
		s.resources, s.help = r.resources(body, s.langs)
	}
	sum.Write(raw)
	for _, name := range []string{"lexicon.yaml", "holidays.yaml"} { // read by others, and part of what a version does
		if raw, err := fs.ReadFile(fsys, path.Join(folder, name)); err == nil {
			sum.Write(raw)
		}
	}
	s.version = hex.EncodeToString(sum.Sum(nil))
	// Seals and translations hold for the text as it is written, before numbers
	// are filled in.
	seals := reader{file: "review.yaml", findings: found}
	if body, _ = seals.open(fsys); body != nil {
		s.open = seals.unsealed(body, s)
	}
	k := linker{findings: found, s: s, role: l.role}
	k.link()
	k.check()
	if len(found.all) > 0 {
		return nil, errors.Join(found.all...)
	}
	return s, nil
}
