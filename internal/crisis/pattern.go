package crisis

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

const (
	// gap is how many words "*" may stand for; "*2" says another number.
	gap = 4
	// variants bounds what one pattern may stand for.
	variants = 4000
	// deepest is how far sets may stand in sets.
	deepest = 6
)

// part is one place of a pattern.
type part struct {
	words map[string]bool
	stems []string
	skip  int // "*": up to so many words
	least int // "%8": a number of at least 8
}

// pattern is words in a row.
type pattern []*part

// take gives the number of tokens that a pattern takes, 0 if it does not fit.
func (p pattern) take(s []token) int {
	if len(p) == 0 || len(s) == 0 {
		return 0
	}
	one, rest := p[0], p[1:]
	if one.skip > 0 {
		return rest.takeWithin(s, one.skip)
	}
	if one.fits(s[0]) {
		if len(rest) == 0 {
			return 1
		}
		if n := rest.take(s[1:]); n > 0 {
			return n + 1
		}
	}
	// A pause or a filler inside of a phrase breaks nothing: "i want, like, to die".
	if s[0].word == comma || s[0].filler {
		if n := p.take(s[1:]); n > 0 {
			return n + 1
		}
	}
	return 0
}

// takeWithin takes the pattern after at most skip words, of which none is a
// negation or begins a new thought.
func (p pattern) takeWithin(s []token, skip int) int {
	for at := range s {
		if n := p.take(s[at:]); n > 0 {
			return at + n
		}
		if s[at].wall {
			return 0
		}
		if s[at].word == comma || s[at].filler {
			continue
		}
		if skip--; skip < 0 {
			return 0
		}
	}
	return 0
}

func (o *part) fits(t token) bool {
	if o.least > 0 && t.number >= o.least {
		return true
	}
	if o.words[t.word] {
		return true
	}
	for _, stem := range o.stems {
		if strings.HasPrefix(t.word, stem) {
			return true
		}
	}
	return false
}

// grammar reads patterns.
type grammar struct {
	sets    map[string][]string
	respell map[string][]string
	read    map[string][]pattern // sets that were read before
}

// parse reads a pattern and gives all that it stands for: each combination of
// its optional parts and of its alternatives of several words.
func (g grammar) parse(text string, depth int) ([]pattern, error) {
	if depth > deepest {
		return nil, fmt.Errorf("pattern %q: nested too deep", text)
	}
	fields, err := split(text)
	if err != nil {
		return nil, err
	}
	all := []pattern{nil}
	for _, f := range fields {
		choices, err := g.part(f, depth)
		if err != nil {
			return nil, err
		}
		var longer []pattern
		for _, p := range all {
			for _, c := range choices {
				longer = append(longer, append(slices.Clip(p), c...))
			}
		}
		if all = longer; len(all) > variants {
			return nil, fmt.Errorf("pattern %q stands for too many phrases", text)
		}
	}
	for i, p := range all {
		for len(p) > 0 && p[len(p)-1].skip > 0 { // a gap at the end takes nothing
			p = p[:len(p)-1]
		}
		if all[i] = p; len(p) == 0 || p[0].skip > 0 {
			return nil, fmt.Errorf("pattern %q: want a word at the beginning", text)
		}
	}
	return all, nil
}

// split cuts a pattern at blanks outside of brackets.
func split(text string) ([]string, error) {
	fields, err := cut(text, ' ')
	return slices.DeleteFunc(fields, func(f string) bool { return f == "" }), err
}

// cut cuts a text at a sign, except inside of brackets.
func cut(text string, at byte) ([]string, error) {
	var pieces []string
	depth, from := 0, 0
	for i := range len(text) {
		switch text[i] {
		case '(':
			depth++
		case ')':
			depth--
		case at:
			if depth == 0 {
				pieces = append(pieces, text[from:i])
				from = i + 1
			}
		}
		if depth < 0 {
			break
		}
	}
	if depth != 0 {
		return nil, fmt.Errorf("pattern %q: brackets", text)
	}
	return append(pieces, text[from:]), nil
}

// part gives what one part may be: one place for all its single words, and a
// row for each alternative of several words.
func (g grammar) part(f string, depth int) ([]pattern, error) {
	if count, ok := strings.CutPrefix(f, "*"); ok {
		return one(part{skip: gap}, count)
	}
	f, optional := strings.CutSuffix(f, "?")
	if strings.HasPrefix(f, "(") && strings.HasSuffix(f, ")") {
		f = f[1 : len(f)-1]
	}
	single := &part{words: map[string]bool{}}
	var all []pattern
	names, err := cut(f, '|')
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		some, err := g.choice(name, single, depth)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	if len(single.words)+len(single.stems)+single.least > 0 {
		all = append(all, pattern{single})
	}
	if optional {
		all = append(all, nil)
	}
	return all, nil
}

func one(p part, count string) ([]pattern, error) {
	if count != "" {
		n, err := strconv.Atoi(count)
		if err != nil || n < 1 || n > 12 {
			return nil, fmt.Errorf("want a number of 1 to 12 behind *, not %q", count)
		}
		p.skip = n
	}
	return []pattern{{&p}}, nil
}

// choice reads one alternative: a single word goes into single, all else is a
// pattern of its own.
func (g grammar) choice(name string, single *part, depth int) ([]pattern, error) {
	name = strings.TrimSpace(name)
	if strings.ContainsAny(name, " (") {
		return g.parse(name, depth+1)
	}
	if set, ok := strings.CutPrefix(name, "@"); ok {
		some, err := g.set(set, depth)
		if err != nil {
			return nil, err
		}
		var all []pattern
		for _, p := range some {
			if len(p) == 1 && p[0].least == 0 {
				maps.Copy(single.words, p[0].words)
				single.stems = append(single.stems, p[0].stems...)
				continue
			}
			all = append(all, p)
		}
		return all, nil
	}
	if least, ok := strings.CutPrefix(name, "%"); ok {
		n, err := strconv.Atoi(least)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("want a number behind %%, not %q", least)
		}
		single.least = n
		return nil, nil
	}
	return g.word(name, single)
}

// set reads all that a set stands for.
func (g grammar) set(name string, depth int) ([]pattern, error) {
	if all, ok := g.read[name]; ok {
		return all, nil
	}
	if g.sets[name] == nil {
		return nil, fmt.Errorf("no set @%s", name)
	}
	var all []pattern
	for _, text := range g.sets[name] {
		some, err := g.parse(text, depth+1)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	g.read[name] = all
	return all, nil
}

// word reads a single word. A short form stands for its words.
func (g grammar) word(name string, single *part) ([]pattern, error) {
	if name == "" || strings.ContainsAny(name, "()|*?@%") {
		return nil, fmt.Errorf("pattern part %q is not understood", name)
	}
	word, stem := strings.CutSuffix(folded(name), "~")
	if stem && len(word) < shortestStem {
		return nil, fmt.Errorf("stem %q is too short", name)
	}
	if stem {
		single.stems = append(single.stems, word)
		return nil, nil
	}
	full := g.respell[word]
	if full == nil {
		full = g.respell[bare(word)]
	}
	if len(full) > 1 {
		var row pattern
		for _, w := range full {
			row = append(row, &part{words: map[string]bool{w: true}})
		}
		return []pattern{row}, nil
	}
	if len(full) == 1 {
		word = full[0]
	}
	single.words[bare(word)] = true
	return nil, nil
}

func folded(word string) string {
	var b []byte
	for _, r := range word {
		b = fold(b, r)
	}
	return string(b)
}
