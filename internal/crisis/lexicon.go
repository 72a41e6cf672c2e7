package crisis

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/goccy/go-yaml"
)

// file is script/lexicon.yaml as it is written.
type file struct {
	Schema int                 `yaml:"schema"`
	Sets   map[string][]string `yaml:"sets"`
	Emoji  map[string]string   `yaml:"emoji"`
	Rules  []struct {
		ID    string   `yaml:"id"`
		Class string   `yaml:"class"`
		Level int      `yaml:"level"`
		Firm  bool     `yaml:"firm"` // its own words say who and when: no context changes it
		Any   []string `yaml:"any"`
		Yes   []string `yaml:"yes"`
		No    []string `yaml:"no"`
	} `yaml:"rules"`
	Boosts []struct {
		ID      string   `yaml:"id"`
		Classes []string `yaml:"classes"`
		Level   int      `yaml:"level"`
		Any     []string `yaml:"any"`
	} `yaml:"boosts"`
	Context []struct {
		ID   string   `yaml:"id"`
		Does string   `yaml:"does"`
		Any  []string `yaml:"any"`
	} `yaml:"context"`
}

// rule finds one family of phrases.
type rule struct {
	id, class string
	level     int
	firm      bool
	any       matcher
}

// boost makes a hit of certain classes more urgent where its words stand in
// the same sentence.
type boost struct {
	id      string
	classes map[string]bool
	level   int
	any     matcher
}

// context changes what hits mean.
type context struct {
	id   string
	does string
	any  matcher
}

// What a context does.
const (
	negates    = "negates"    // before a hit: not said to be so
	pseudo     = "pseudo"     // looks like a negation and is none
	long       = "past"       // long over
	third      = "third"      // somebody else
	figurative = "figurative" // over the hit: a way of speaking
	distress   = "distress"   // it is hard now
)

// Detector screens texts. It never changes and may be used by any number of
// goroutines.
type Detector struct {
	rules      []rule
	boosts     []boost
	context    map[string][]context
	emoji      map[rune]string
	vocabulary map[string]bool
	stems      []string
	examples   []Example
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
	return New(raw)
}

// New reads a lexicon.
func New(raw []byte) (*Detector, error) {
	var f file
	if err := yaml.UnmarshalWithOptions(raw, &f, yaml.Strict()); err != nil {
		return nil, unread(err)
	}
	d := &Detector{context: map[string][]context{}, emoji: map[rune]string{}, vocabulary: map[string]bool{}}
	b := builder{d: d, raw: raw, sets: f.Sets}
	if f.Schema != 1 {
		b.fail("schema", errors.New("want 1"))
	}
	seen := map[string]bool{}
	for _, r := range f.Rules {
		if seen[r.ID] || r.ID == "" || r.Class == "" || r.Level < Look || r.Level > Act {
			b.fail(r.ID, errors.New("want an id of its own, a class and a level of 1 to 3"))
		}
		seen[r.ID] = true
		d.rules = append(d.rules, rule{id: r.ID, class: r.Class, level: r.Level, firm: r.Firm, any: b.patterns(r.ID, r.Any)})
		for _, text := range r.Yes {
			d.examples = append(d.examples, Example{r.ID, text, true})
		}
		for _, text := range r.No {
			d.examples = append(d.examples, Example{r.ID, text, false})
		}
	}
	for _, o := range f.Boosts {
		classes := map[string]bool{}
		for _, c := range o.Classes {
			classes[c] = true
		}
		d.boosts = append(d.boosts, boost{id: o.ID, classes: classes, level: o.Level, any: b.patterns(o.ID, o.Any)})
	}
	for _, c := range f.Context {
		switch c.Does {
		case negates, pseudo, long, third, figurative, distress:
		default:
			b.fail(c.ID, fmt.Errorf("does: %q is not known", c.Does))
		}
		d.context[c.Does] = append(d.context[c.Does], context{id: c.ID, does: c.Does, any: b.patterns(c.ID, c.Any)})
	}
	for sign, word := range f.Emoji {
		for _, r := range sign {
			d.emoji[r] = word
		}
	}
	return d, errors.Join(b.faults...)
}

// Examples gives the examples of the lexicon, which tests hold it to.
func (d *Detector) Examples() []Example { return d.examples }

// builder compiles patterns and gathers faults.
type builder struct {
	d      *Detector
	raw    []byte
	sets   map[string][]string
	faults []error
}

func (b *builder) fail(id string, err error) {
	line, column := whereIs(b.raw, id)
	b.faults = append(b.faults, fmt.Errorf("%s:%d:%d: error: %s: %w", lexiconFile, line, column, id, err))
}

func (b *builder) patterns(id string, texts []string) matcher {
	var all []pattern
	for _, text := range texts {
		some, err := parse(text, b.sets)
		if err != nil {
			b.fail(id, err)
			continue
		}
		all = append(all, some...)
	}
	if len(all) == 0 {
		b.fail(id, errors.New("want phrases in any"))
	}
	for _, p := range all {
		for _, one := range p {
			for w := range one.words {
				b.d.vocabulary[w] = true
			}
			for _, stem := range one.stems {
				if !slices.Contains(b.d.stems, stem) {
					b.d.stems = append(b.d.stems, stem)
				}
			}
		}
	}
	return newMatcher(all)
}
