package crisis

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
)

const (
	weightsFile = "script/crisis_weights.yaml"
	// linearRule is the id under which the linear stage explains itself.
	linearRule = "linear"
	// explained is how many of its strongest signs it shows.
	explained = 3
)

// weights is one half of script/crisis_weights.yaml: a text whose signs add up
// to more than nothing is raised.
type weights struct {
	Bias  float64 `yaml:"bias"`
	Signs signs   `yaml:"signs"`
}

// signs are weights by name. In the file they are the lines of one text, a
// weight and a name each: as a mapping of ten thousand keys they would take a
// YAML parser a second and a gigabyte.
type signs map[string]float64

// UnmarshalYAML reads the lines.
func (s *signs) UnmarshalYAML(decode func(any) error) error {
	var text string
	if err := decode(&text); err != nil {
		return fmt.Errorf("signs: want lines of a weight and a name: %w", err)
	}
	*s = signs{}
	for line := range strings.Lines(text) {
		number, name, ok := strings.Cut(strings.TrimSpace(line), " ")
		weight, err := strconv.ParseFloat(number, 64)
		if !ok || err != nil {
			return fmt.Errorf("signs: want a weight and a name, not %q", strings.TrimSpace(line))
		}
		(*s)[name] = weight
	}
	return nil
}

// linear is the stage that follows the rules. It only raises: to "look" and
// to "urgent", never to "act now". Without weights it raises nothing.
type linear struct {
	Schema int     `yaml:"schema"`
	Look   weights `yaml:"look"`
	Urgent weights `yaml:"urgent"`

	known map[string]int // all signs that have a weight, numbered
	names []string
}

// sign is something that a sentence shows, and where.
type sign struct {
	name string
	at   span
}

// readWeights reads script/crisis_weights.yaml; a folder may do without.
func readWeights(fsys fs.FS) (linear, error) {
	raw, err := fs.ReadFile(fsys, weightsFile)
	if errors.Is(err, fs.ErrNotExist) {
		return linear{}, nil
	}
	if err != nil {
		return linear{}, fmt.Errorf("%s:1:1: error: cannot be read", weightsFile)
	}
	var l linear
	if err := yaml.UnmarshalWithOptions(raw, &l, yaml.Strict()); err != nil {
		return linear{}, unread(weightsFile, err)
	}
	if l.Schema != 1 {
		return linear{}, fmt.Errorf("%s:1:1: error: schema: want 1", weightsFile)
	}
	l.index()
	return l, nil
}

// index numbers the signs.
func (l *linear) index() {
	l.known = map[string]int{}
	for _, half := range []weights{l.Look, l.Urgent} {
		for name := range half.Signs {
			if _, ok := l.known[name]; !ok {
				l.known[name] = len(l.names)
				l.names = append(l.names, name)
			}
		}
	}
}

// signs lists what a sentence shows: its words, pairs and pieces of words, its
// fields of meaning and its contexts. Of what the rules found it needs only what
// context took back.
func (sc scene) signs(w *work, read []found) []sign {
	g := &w.gathers
	g.begin(&sc.d.linear)
	taken := sc.takenBack(w, read)
	sc.wordSigns(g, taken)
	sc.fieldSigns(w, g, taken)
	for _, does := range contextSigns {
		if at, ok := sc.first(does); ok {
			g.add(at, "context ", does, "", "")
		}
	}
	return g.end()
}

// contextSigns are the contexts that count as signs.
var contextSigns = [...]string{distress, calm, long, past, present, about, asks, tells, covers, softens, negates, defuses}

// wordSigns are the words themselves; numbers are all one.
func (sc scene) wordSigns(g *gatherer, taken []bool) {
	last := ""
	for i, t := range sc.s {
		if t.word == comma || taken[i] {
			continue
		}
		word := t.word
		if t.number >= 0 {
			word = "#"
		}
		at := span{i, i + 1}
		g.add(at, "word ", word, "", "")
		if stem := stemOf(word); stem != "" {
			g.add(at, "stem ", stem, "", "")
		}
		g.pieces(at, word)
		if last != "" {
			g.add(at, "pair ", last, " ", word)
		}
		last = word
	}
}

// fieldSigns are the fields of meaning, alone and two together.
func (sc scene) fieldSigns(w *work, g *gatherer, taken []bool) {
	fields := w.fields[:0]
	for _, f := range sc.d.means.find(w, sc.s) {
		if taken[f.at.from] || slices.ContainsFunc(fields, func(s fit) bool { return s.owner == f.owner }) {
			continue
		}
		fields = append(fields, f)
		g.add(f.at, "field ", sc.d.fields[f.owner], "", "")
	}
	w.fields = fields
	slices.SortFunc(fields, func(a, b fit) int { return cmp.Compare(a.owner, b.owner) }) // which is by name
	for i, a := range fields {
		for _, b := range fields[i+1:] {
			g.add(a.at, "both ", sc.d.fields[a.owner], " ", sc.d.fields[b.owner])
		}
	}
}

// takenBack marks words that are no signs: those of a hit that is calmly
// denied, long over or told about, and of a way of speaking.
func (sc scene) takenBack(w *work, read []found) []bool {
	w.taken = append(w.taken[:0], make([]bool, len(sc.s))...)
	taken := w.taken
	mark := func(at span) {
		for i := at.from; i < at.to; i++ {
			taken[i] = true
		}
	}
	for _, f := range read {
		if f.level == None && !f.hint {
			mark(f.at)
		}
	}
	for _, m := range sc.marks {
		if m.does == covers && len(m.classes) == 0 {
			mark(m.at)
		}
	}
	return taken
}

// Letters in a row stand for a word that is misspelled or has another ending.
const (
	shortestPiece = 3
	longestPiece  = 6
)

// stemLength is how many letters of a longer word stand for its family.
const stemLength = 5

// said is one sentence: what it shows, and where.
type said struct {
	scene scene
	signs []sign
}

// run is sentences in a row and what their signs add up to.
type run struct {
	from, to int
	sum      float64
}

// best is the run of sentences whose signs add up to most. A text is judged
// by that run, so that nothing said beside takes anything back.
func (w weights) best(text []said) run {
	top := run{sum: -1e9}
	here := run{}
	for i, s := range text {
		if here.sum <= 0 || i == 0 {
			here = run{from: i, to: i}
		}
		for _, g := range s.signs {
			here.sum += w.Signs[g.name]
		}
		if here.to = i + 1; here.sum > top.sum {
			top = here
		}
	}
	top.sum += w.Bias
	return top
}

// raise applies the stage to what the rules found.
func (l linear) raise(out *Result, text []said) {
	for _, step := range []struct {
		level int
		weights
	}{{Look, l.Look}, {Urgent, l.Urgent}} {
		if out.Level != step.level-1 || len(step.Signs) == 0 {
			continue // one step at a time, and the second only behind the first
		}
		r := step.best(text)
		if r.sum <= 0 {
			continue
		}
		// What a rule reads as a reason to look stays one, unless what stands
		// beside it says more.
		if step.level == Urgent && step.best(beside(text, out.Hits)).sum <= step.Bias {
			continue
		}
		out.Level = step.level
		if out.Class == "" {
			out.Class = linearRule
		}
		out.Hits = append(slices.DeleteFunc(out.Hits, func(h Hit) bool { return h.Rule == linearRule }), step.explain(text[r.from:r.to])...)
	}
}

// explain gives the strongest signs of a run as hits.
func (w weights) explain(text []said) []Hit {
	worth := map[Hit]float64{}
	for _, s := range text {
		for _, g := range s.signs {
			if w.Signs[g.name] > 0 {
				h := Hit{Rule: linearRule, Start: s.scene.s[g.at.from].start, End: s.scene.s[g.at.to-1].end, Label: linearRule}
				worth[h] += w.Signs[g.name]
			}
		}
	}
	hits := slices.SortedFunc(maps.Keys(worth), func(a, b Hit) int {
		return cmp.Or(cmp.Compare(worth[b], worth[a]), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	return hits[:min(explained, len(hits))]
}

// beside is a text without the signs of words that a rule has read as a reason
// to look: they have been judged.
func beside(text []said, hits []Hit) []said {
	var left []said
	for _, s := range text {
		out := said{scene: s.scene}
		for _, g := range s.signs {
			from, to := s.scene.s[g.at.from].start, s.scene.s[g.at.to-1].end
			if !slices.ContainsFunc(hits, func(h Hit) bool { return h.Rule != linearRule && from < h.End && to > h.Start }) {
				out.signs = append(out.signs, g)
			}
		}
		left = append(left, out)
	}
	return left
}
