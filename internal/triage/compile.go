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

// Terms are what a script is measured by beside its own files.
type Terms struct {
	Day     time.Time // today; zero: nobody asks whether numbers are up to date
	Release bool      // a clinical text that nobody has sealed as it stands is an error
}

// Unproved leaves out what is proved on the ways through a script: that a person
// is never far, and that nobody goes past the safety question. It is for tools
// that show a script as it is, also one that is being worked on. No line takes
// calls by such a script.
func Unproved() Option { return func(s *Script) { s.unproved = true } }

// Compile reads the script of a configuration folder: script/strike.yaml, one
// strike.<lang>.yaml for each other language, resources.yaml and review.yaml.
// The error joins every Finding that is an error, not the first. Warnings are
// kept in the script.
func Compile(fsys fs.FS, d Detector, with ...Option) (*Script, error) {
	if d == nil {
		return nil, errors.New("compile script: want a detector of crisis language")
	}
	s, found := Check(fsys, d, Terms{}, with...)
	if s != nil {
		return s, nil
	}
	all := make([]error, 0, len(found))
	for _, f := range found {
		if !f.Mild {
			all = append(all, f)
		}
	}
	return nil, errors.Join(all...)
}

// Check is Compile for people who write scripts: it gives all that was found,
// by file and place. The script is nil if one of them is an error.
func Check(fsys fs.FS, d Detector, terms Terms, with ...Option) (*Script, []Finding) {
	found := &findings{}
	s := &Script{
		zone: time.UTC, detector: d, names: map[hotline.Lang]string{}, hear: map[hotline.Lang]map[string]bool{}, nodes: map[string]*node{},
		phrases: map[PhraseID]*phrase{}, resources: map[string]resource{},
	}
	for _, o := range with {
		o(s)
	}
	if compile(fsys, s, found, terms) {
		s.dated(found, terms.Day)
	}
	all := found.sorted()
	for _, f := range all {
		if !f.Mild {
			return nil, all
		}
	}
	s.warnings = all
	return s, all
}

// compile fills the script; false if there is nothing to look at.
func compile(fsys fs.FS, s *Script, found *findings, terms Terms) bool {
	sum := sha256.New()
	l := loader{reader: reader{file: "strike.yaml", findings: found}, s: s}
	body, raw := l.open(fsys)
	sum.Write(raw)
	if body == nil {
		return false
	}
	l.load(body)
	authors := map[hotline.Lang]authorship{s.langs[0]: l.by}
	for _, lang := range s.langs[1:] {
		t := translator{loader: loader{reader: reader{file: "strike." + string(lang) + ".yaml", findings: found}, s: s}, to: lang}
		if body, raw = t.open(fsys); body != nil {
			t.load(body)
		}
		sum.Write(raw)
		authors[lang] = t.by
	}
	r := reader{file: "resources.yaml", findings: found}
	if body, raw = r.open(fsys); body != nil {
		s.resources, s.help = r.resources(body, s.langs)
	}
	sum.Write(raw)
	for _, name := range []string{"lexicon.yaml", "crisis_weights.yaml", "holidays.yaml"} { // read by others, and part of what a version does
		if raw, err := fs.ReadFile(fsys, path.Join(folder, name)); err == nil {
			sum.Write(raw)
			s.warnShadow(name, raw, found)
		}
	}
	s.version = hex.EncodeToString(sum.Sum(nil))
	// Seals and translations hold for the text as it is written, before numbers
	// are filled in.
	seals := sealReader{reader: reader{file: "review.yaml", findings: found}, s: s, authors: authors, release: terms.Release}
	if body, _ = seals.open(fsys); body != nil {
		s.open = seals.unsealed(body)
	}
	k := linker{findings: found, s: s, role: l.role}
	k.link()
	s.heeded = s.asked()
	k.check()
	return true
}
