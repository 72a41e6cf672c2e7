package crisis

import (
	"fmt"
	"slices"
	"strings"
)

const (
	// gap is how many words "*" may stand for.
	gap = 4
	// variants bounds what one pattern may stand for.
	variants = 400
)

// part is one place of a pattern.
type part struct {
	words  map[string]bool
	stems  []string
	any    bool // "*": up to gap words
	number bool // "%": digits
}

// pattern is words in a row.
type pattern []part

// matcher is a family of patterns, found by their first word.
type matcher struct {
	byWord map[string][]pattern
	others []pattern // that begin with a stem or a number
}

func newMatcher(all []pattern) matcher {
	m := matcher{byWord: map[string][]pattern{}}
	for _, p := range all {
		for w := range p[0].words {
			m.byWord[w] = append(m.byWord[w], p)
		}
		if len(p[0].stems) > 0 || p[0].number {
			m.others = append(m.others, p)
		}
	}
	return m
}

// match tries the family from the first token on and gives the number of
// tokens that it takes; 0 if nothing fits.
func (m matcher) match(tokens []token) int {
	best := 0
	for _, p := range m.byWord[tokens[0].word] {
		best = max(best, p.take(tokens))
	}
	for _, p := range m.others {
		best = max(best, p.take(tokens))
	}
	return best
}

// take gives the number of tokens that a pattern takes, 0 if it does not fit.
func (p pattern) take(tokens []token) int {
	if len(p) == 0 {
		return 0
	}
	one, rest := p[0], p[1:]
	if one.any {
		for skip := 0; skip <= gap && skip <= len(tokens); skip++ {
			if n := rest.take(tokens[skip:]); n > 0 {
				return skip + n
			}
		}
		return 0
	}
	if len(tokens) == 0 {
		return 0
	}
	if one.fits(tokens[0].word) {
		if len(rest) == 0 {
			return 1
		}
		if n := rest.take(tokens[1:]); n > 0 {
			return n + 1
		}
	}
	// A pause inside of a phrase breaks nothing: "i want, to die".
	if tokens[0].word == comma {
		if n := p.take(tokens[1:]); n > 0 {
			return n + 1
		}
	}
	return 0
}

func (o part) fits(word string) bool {
	if o.number {
		return len(word) >= 2 && strings.Trim(word, "0123456789") == ""
	}
	if o.words[word] {
		return true
	}
	for _, stem := range o.stems {
		if strings.HasPrefix(word, stem) {
			return true
		}
	}
	return false
}

// parse reads a pattern and gives all that it stands for: each combination of
// its optional parts and of its alternatives of several words.
func parse(text string, sets map[string][]string) ([]pattern, error) {
	fields, err := split(text)
	if err != nil {
		return nil, err
	}
	all := []pattern{nil}
	for _, f := range fields {
		choices, err := parsePart(f, sets)
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
	for _, p := range all {
		if len(p) == 0 || p[0].any || p[len(p)-1].any {
			return nil, fmt.Errorf("pattern %q: want a word at both ends", text)
		}
	}
	return all, nil
}

// split cuts a pattern at blanks outside of brackets.
func split(text string) ([]string, error) {
	var fields []string
	depth := 0
	for word := range strings.FieldsSeq(text) {
		if depth == 0 {
			fields = append(fields, word)
		} else {
			fields[len(fields)-1] += " " + word
		}
		depth += strings.Count(word, "(") - strings.Count(word, ")")
		if depth < 0 || depth > 1 {
			return nil, fmt.Errorf("pattern %q: brackets", text)
		}
	}
	if depth != 0 {
		return nil, fmt.Errorf("pattern %q: brackets", text)
	}
	return fields, nil
}

// parsePart gives what one part may be: one place for all its single words,
// and a row for each alternative of several words.
func parsePart(f string, sets map[string][]string) ([]pattern, error) {
	if f == "*" {
		return []pattern{{{any: true}}}, nil
	}
	if f == "%" {
		return []pattern{{{number: true}}}, nil
	}
	f, optional := strings.CutSuffix(f, "?")
	names := []string{f}
	if strings.HasPrefix(f, "(") && strings.HasSuffix(f, ")") {
		names = strings.Split(f[1:len(f)-1], "|")
	}
	single := part{words: map[string]bool{}}
	var all []pattern
	for _, name := range names {
		words := []string{name}
		if set, ok := strings.CutPrefix(name, "@"); ok {
			if words = sets[set]; words == nil {
				return nil, fmt.Errorf("no set @%s", set)
			}
		}
		for _, w := range words {
			if strings.Trim(w, " ") == "" || strings.ContainsAny(w, "()|*?@") {
				return nil, fmt.Errorf("pattern part %q is not understood", f)
			}
			if row := strings.Fields(w); len(row) > 1 {
				all = append(all, rowOf(row))
				continue
			}
			single.add(w)
		}
	}
	if len(single.words)+len(single.stems) > 0 {
		all = append(all, pattern{single})
	}
	if optional {
		all = append(all, nil)
	}
	return all, nil
}

func rowOf(words []string) pattern {
	var p pattern
	for _, w := range words {
		one := part{words: map[string]bool{}}
		one.add(w)
		p = append(p, one)
	}
	return p
}

func (o *part) add(word string) {
	var folded strings.Builder
	for _, r := range word {
		if r != '\'' && r != '~' {
			fold(&folded, r)
		}
	}
	if strings.HasSuffix(word, "~") {
		o.stems = append(o.stems, folded.String())
		return
	}
	o.words[folded.String()] = true
}
