package triage

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// Finding is one fault of a script, at its place in the files. Compile gives
// all of them at once, joined.
type Finding struct {
	File string // relative to the configuration folder
	Line int    // from 1
	Col  int
	Rule string // short id of the rule that found it
	Text string // what is wrong, and what is expected
	Mild bool   // a warning: the script works all the same
}

// Error writes it the way editors understand.
func (f Finding) Error() string {
	word := "error"
	if f.Mild {
		word = "warning"
	}
	return fmt.Sprintf("%s:%d:%d: %s: %s", f.File, f.Line, f.Col, word, f.Text)
}

// spot is a place in a file.
type spot struct {
	file      string
	line, col int
}

// id names what begins at the place.
func (s spot) id() string { return fmt.Sprintf("%s:%d:%d", s.file, s.line, s.col) }

// findings gathers faults while files are read and linked, and remembers
// where everything stands.
type findings struct {
	all    []error
	places map[string]spot
}

func (f *findings) add(at spot, rule, format string, args ...any) {
	f.put(at, Finding{Rule: rule, Text: fmt.Sprintf(format, args...)})
}

// warn adds what is worth a look and refuses nothing.
func (f *findings) warn(at spot, rule, format string, args ...any) {
	f.put(at, Finding{Rule: rule, Text: fmt.Sprintf(format, args...), Mild: true})
}

// put keeps a finding once. One on a file as a whole stands at its beginning.
func (f *findings) put(at spot, one Finding) {
	one.File, one.Line, one.Col = at.file, max(at.line, 1), max(at.col, 1)
	if !slices.Contains(f.all, error(one)) {
		f.all = append(f.all, one)
	}
}

// sorted gives the findings by file and place.
func (f *findings) sorted() []Finding {
	all := make([]Finding, 0, len(f.all))
	for _, err := range f.all {
		if one, ok := errors.AsType[Finding](err); ok {
			all = append(all, one)
		}
	}
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
	})
	return all
}

// broken reports whether one of the rules has found an error.
func (f *findings) broken(rules ...string) bool {
	return slices.ContainsFunc(f.all, func(err error) bool {
		one, ok := errors.AsType[Finding](err)
		return ok && !one.Mild && slices.Contains(rules, one.Rule)
	})
}

// note remembers where the entries of a mapping stand, as owner.key, and
// where their names do, as owner.key#.
func (f *findings) note(owner string, entries map[string]pair, r *reader) {
	if f.places == nil {
		f.places = map[string]spot{}
	}
	for key, p := range entries {
		f.places[owner+"."+key+"#"] = p.at
		if p.value != nil {
			f.places[owner+"."+key] = r.spot(p.value)
		}
	}
}

// place finds the first of the names that was noted; at if none was.
func (f *findings) place(at spot, names ...string) spot {
	for _, name := range names {
		if p, ok := f.places[name]; ok {
			return p
		}
	}
	return at
}
