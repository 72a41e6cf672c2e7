package crisis

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

// file is script/lexicon.yaml as it is written.
type file struct {
	Schema  int                 `yaml:"schema"`
	Mode    string              `yaml:"mode"`
	Respell map[string]string   `yaml:"respell"`
	Fillers []string            `yaml:"fillers"`
	Plain   []string            `yaml:"plain"`
	Numbers map[string]int      `yaml:"numbers"`
	Emoji   map[string]string   `yaml:"emoji"`
	Sets    map[string][]string `yaml:"sets"`
	Rules   []struct {
		ID    string   `yaml:"id"`
		Class string   `yaml:"class"`
		Level int      `yaml:"level"`
		Hint  bool     `yaml:"hint"` // too little to raise by itself; the linear stage decides
		Firm  bool     `yaml:"firm"` // its own words say who and when: no context changes it
		Any   []string `yaml:"any"`
		With  []string `yaml:"with"` // one of these must stand in the sentence too
		Yes   []string `yaml:"yes"`
		No    []string `yaml:"no"`
	} `yaml:"rules"`
	Boosts  []boostText         `yaml:"boosts"`
	Fields  map[string][]string `yaml:"fields"`
	Context []contextText       `yaml:"context"`
}

type boostText struct {
	ID      string   `yaml:"id"`
	Classes []string `yaml:"classes"`
	Level   int      `yaml:"level"`
	Any     []string `yaml:"any"`
}

type contextText struct {
	ID      string   `yaml:"id"`
	Does    string   `yaml:"does"`
	Classes []string `yaml:"classes"`
	Any     []string `yaml:"any"`
}

// rule finds one family of phrases.
type rule struct {
	id, class string
	level     int
	firm      bool
	hint      bool
	paired    bool // needs another word beside, see with
}

// boost makes a hit of certain classes more urgent where its words stand in
// the same thought.
type boost struct {
	id      string
	classes map[string]bool
	level   int
}

// context changes what hits mean.
type context struct {
	id, does string
	classes  map[string]bool // none: all
}

// Detector screens texts. It never changes and may be used by any number of
// goroutines.
type Detector struct {
	src      file // as it was written
	mode     string
	rules    []rule
	finds    book // the phrases of the rules
	beside   book // the words that rules need beside
	boosts   []boost
	raises   book // of the boosts
	contexts []context
	scene    book // of the contexts
	fields   []string
	means    book // of the fields of meaning
	linear   linear

	respell    map[string][]string
	fillers    map[string]bool
	plain      map[string]bool
	numbers    map[string]int
	emoji      map[rune]string
	vocabulary map[string]bool
	at         map[string]string // the words that the detector knows
	stems      []string
	heard      map[string]string // by sound
	slips      map[byte][]string // by first letter
	examples   []Example
	desk       *sync.Pool // of work
}

// Example is a text that an entry of the lexicon gives as its own, or as one
// that it must leave alone.
type Example struct {
	Rule string
	Text string
	Hit  bool
}

// Load reads script/lexicon.yaml of a configuration folder. The error joins
// all faults.
func Load(fsys fs.FS) (*Detector, error) {
	raw, err := fs.ReadFile(fsys, lexiconFile)
	if err != nil {
		return nil, fmt.Errorf("%s:1:1: error: cannot be read; a line needs this file", lexiconFile)
	}
	d, err := New(raw)
	if err != nil {
		return d, err
	}
	d.linear, err = readWeights(fsys)
	return d, err
}

// New reads a lexicon; a detector without weights has rules alone.
func New(raw []byte) (*Detector, error) {
	var f file
	if err := yaml.UnmarshalWithOptions(raw, &f, yaml.Strict()); err != nil {
		return nil, unread(lexiconFile, err)
	}
	b := newBuilder(raw, f)
	if f.Schema != 1 {
		b.fail("schema", errors.New("want 1"))
	}
	switch f.Mode {
	case "", "route", "shadow":
	default:
		b.fail("mode", fmt.Errorf("want route or shadow, not %q", f.Mode))
	}
	b.rules(f)
	for i, o := range f.Boosts {
		b.d.boosts = append(b.d.boosts, boost{id: o.ID, classes: setOf(o.Classes), level: o.Level})
		b.patterns(&b.d.raises, i, o.ID, o.Any)
	}
	for i, c := range f.Context {
		if !deeds[c.Does] {
			b.fail(c.ID, fmt.Errorf("does: %q is not known", c.Does))
		}
		b.d.contexts = append(b.d.contexts, context{id: c.ID, does: c.Does, classes: setOf(c.Classes)})
		b.patterns(&b.d.scene, i, c.ID, c.Any)
	}
	for _, name := range slices.Sorted(maps.Keys(f.Fields)) {
		b.patterns(&b.d.means, len(b.d.fields), name, f.Fields[name])
		b.d.fields = append(b.d.fields, name)
	}
	b.spellings()
	for _, book := range []*book{&b.d.finds, &b.d.beside, &b.d.raises, &b.d.scene, &b.d.means} {
		book.index()
	}
	return b.d, errors.Join(b.faults...)
}

// Examples gives the examples of the lexicon, which tests hold it to.
func (d *Detector) Examples() []Example { return d.examples }

// Shadow reports that the lexicon asks to be only watched: hits are recorded
// and move nobody.
func (d *Detector) Shadow() bool { return d.mode == "shadow" }

// builder compiles patterns and gathers faults.
type builder struct {
	d      *Detector
	raw    []byte
	g      grammar
	known  map[*part]bool // parts whose words are in the vocabulary
	faults []error
}

func newBuilder(raw []byte, f file) *builder {
	d := &Detector{
		src: f, mode: f.Mode, respell: map[string][]string{}, fillers: setOf(f.Fillers), plain: setOf(f.Plain), numbers: f.Numbers,
		desk:  &sync.Pool{New: func() any { return &work{} }},
		emoji: map[rune]string{}, vocabulary: map[string]bool{}, heard: map[string]string{}, slips: map[byte][]string{},
	}
	for short, full := range f.Respell {
		d.respell[folded(short)] = strings.Fields(folded(full))
	}
	for sign, word := range f.Emoji {
		for _, r := range sign {
			d.emoji[r] = word
		}
	}
	return &builder{d: d, raw: raw, known: map[*part]bool{}, g: grammar{sets: f.Sets, respell: d.respell, read: map[string][]pattern{}}}
}

func setOf(words []string) map[string]bool {
	set := map[string]bool{}
	for _, w := range words {
		set[folded(w)] = true
	}
	return set
}

func (b *builder) fail(id string, err error) {
	line, column := whereIs(b.raw, id)
	b.faults = append(b.faults, fmt.Errorf("%s:%d:%d: error: %s: %w", lexiconFile, line, column, id, err))
}

func (b *builder) rules(f file) {
	seen := map[string]bool{}
	for i, r := range f.Rules {
		if seen[r.ID] || r.ID == "" || r.Class == "" || r.Level < Look || r.Level > Act {
			b.fail(r.ID, errors.New("want an id of its own, a class and a level of 1 to 3"))
		}
		seen[r.ID] = true
		b.d.rules = append(b.d.rules, rule{id: r.ID, class: r.Class, level: r.Level, firm: r.Firm, hint: r.Hint, paired: len(r.With) > 0})
		if len(r.With) > 0 {
			b.patterns(&b.d.beside, i, r.ID, r.With)
		}
		b.patterns(&b.d.finds, i, r.ID, r.Any)
		for _, text := range r.Yes {
			b.d.examples = append(b.d.examples, Example{r.ID, text, true})
		}
		for _, text := range r.No {
			b.d.examples = append(b.d.examples, Example{r.ID, text, false})
		}
	}
}

func (b *builder) patterns(into *book, owner int, id string, texts []string) {
	if len(texts) == 0 {
		b.fail(id, errors.New("want phrases in any"))
	}
	for _, text := range texts {
		all, err := b.g.parse(text, 0)
		if err != nil {
			b.fail(id, err)
			continue
		}
		into.add(owner, all)
		for _, p := range all {
			for _, one := range p {
				if b.known[one] {
					continue
				}
				b.known[one] = true
				maps.Copy(b.d.vocabulary, one.words)
				for _, stem := range one.stems {
					if !slices.Contains(b.d.stems, stem) {
						b.d.stems = append(b.d.stems, stem)
					}
				}
			}
		}
	}
}

// spellings lists how the words of the lexicon sound, and which may be meant
// by a slip. Of two words that sound alike the first in the alphabet is heard.
func (b *builder) spellings() {
	for _, words := range b.d.respell {
		for _, w := range words {
			b.d.vocabulary[w] = true
		}
	}
	for w := range b.d.numbers {
		b.d.vocabulary[w] = true
	}
	for w := range b.d.fillers {
		b.d.vocabulary[w] = true
	}
	b.d.at = map[string]string{}
	for _, known := range []map[string]bool{b.d.vocabulary, b.d.plain} {
		for w := range known {
			b.d.at[w] = w
		}
	}
	for w := range b.d.respell {
		b.d.at[w] = w
	}
	for _, w := range slices.Sorted(maps.Keys(b.d.vocabulary)) {
		if heard := sound(w); len(w) >= 4 && b.d.heard[heard] == "" {
			b.d.heard[heard] = w
		}
		if len(w) >= shortestSlip {
			b.d.slips[slipKey(w)] = append(b.d.slips[slipKey(w)], w)
		}
	}
}
