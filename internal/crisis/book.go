package crisis

import (
	"cmp"
	"slices"
)

// book holds families of patterns. Each is found by the part of it that is
// rarest among all, so that a usual text tries hardly any.
type book struct {
	entries []entry
	byWord  map[string][]int // of the rarest part, to entries
	byStem  map[string][]int // the same, by the first letters of a stem
	others  []int            // whose parts are numbers
	firsts  []*part          // the different parts with which patterns begin
}

// entry is a pattern and the family that it belongs to.
type entry struct {
	owner int
	p     pattern
	first int // its first part, among those of the book
}

// fit is a place at which a family was found.
type fit struct {
	owner int
	at    span
}

// span is a stretch of tokens.
type span struct{ from, to int }

func (b *book) add(owner int, all []pattern) {
	for _, p := range all {
		b.entries = append(b.entries, entry{owner: owner, p: p})
	}
}

// index chooses the part by which each pattern is found.
func (b *book) index() {
	b.byWord, b.byStem = map[string][]int{}, map[string][]int{}
	usual := map[string]int{}
	times := map[*part]int{}
	for _, e := range b.entries {
		for _, one := range e.p {
			times[one]++
		}
	}
	for one, n := range times {
		for w := range one.words {
			usual[w] += n
		}
	}
	commonness := map[*part]int{}
	for one := range times {
		for w := range one.words {
			commonness[one] += usual[w]
		}
	}
	known := map[*part]int{}
	for i, e := range b.entries {
		if _, ok := known[e.p[0]]; !ok {
			known[e.p[0]] = len(b.firsts)
			b.firsts = append(b.firsts, e.p[0])
		}
		b.entries[i].first = known[e.p[0]]
		best, least := -1, 0
		for j, one := range e.p {
			if len(one.words)+len(one.stems) == 0 || one.least > 0 {
				continue
			}
			if best < 0 || commonness[one] < least {
				best, least = j, commonness[one]
			}
		}
		if best < 0 {
			b.others = append(b.others, i)
			continue
		}
		for w := range e.p[best].words {
			b.byWord[w] = append(b.byWord[w], i)
		}
		for _, stem := range e.p[best].stems {
			b.byStem[head(stem)] = append(b.byStem[head(stem)], i)
		}
	}
}

// find gives the longest place of each family at each word, in the order of
// the text. It stays good until the work is used again.
func (b *book) find(w *work, s []token) []fit {
	tries := append(w.tries[:0], b.others...)
	for _, t := range s {
		tries = append(append(tries, b.byWord[t.word]...), b.byStem[head(t.word)]...)
	}
	slices.Sort(tries)
	w.tries = tries
	begins := w.beginsOf(b)
	from := len(w.fits)
	for _, i := range slices.Compact(tries) {
		e := &b.entries[i]
		for _, at := range begins.words(b.firsts[e.first], e.first, s) {
			if n := e.p.take(s[at:]); n > 0 {
				w.fits = append(w.fits, fit{e.owner, span{at, at + n}})
			}
		}
	}
	all := w.fits[from:]
	slices.SortFunc(all, func(a, b fit) int {
		return cmp.Or(cmp.Compare(a.at.from, b.at.from), cmp.Compare(a.owner, b.owner), cmp.Compare(b.at.to, a.at.to))
	})
	all = slices.CompactFunc(all, func(a, b fit) bool { return a.owner == b.owner && a.at.from == b.at.from })
	w.fits = w.fits[:from+len(all)]
	return slices.Clip(all)
}

// head is the part of a word by which stems are found; none is shorter.
func head(word string) string { return word[:min(len(word), shortestStem)] }

const shortestStem = 3
