package triage

import (
	"path"
	"strings"

	"github.com/tideover/tideover/internal/crisis"
)

// shadowMark begins the id of a hit that was recorded and moved nobody.
const shadowMark = "shadow:"

// Shadowed reports whether a hit was only recorded, and gives the id of its
// rule.
func Shadowed(hit string) (rule string, shadowed bool) { return strings.CutPrefix(hit, shadowMark) }

// watched reports whether the lexicon asks for its hits to be recorded and to
// move nobody. What is pressed, chosen or asked for by its own word acts all
// the same: that is no hit.
func (s *Script) watched() bool {
	d, can := s.detector.(interface{ Shadow() bool })
	return can && d.Shadow()
}

// warnShadow tells who checks a folder that its lexicon moves nobody.
func (s *Script) warnShadow(name string, raw []byte, found *findings) {
	if name != "lexicon.yaml" || !s.watched() {
		return
	}
	line := 1
	for i, text := range strings.Split(string(raw), "\n") {
		if strings.HasPrefix(text, "mode:") {
			line = i + 1
		}
	}
	found.warn(spot{path.Join(folder, name), line, 1}, "shadow", "in shadow mode words of danger are recorded and move nobody; want mode: route on a line that takes calls")
}

// heard is what a text shows: the level by which it is to be acted on, and the
// hits to record.
func (s *Script) heard(text string) (level int, hits []string) {
	r := s.detector.Screen(text)
	if r.Level == 0 { // what is denied or told about is no hit
		return 0, nil
	}
	hits = r.Rules()
	if !s.watched() {
		return r.Level, hits
	}
	for i, id := range hits {
		hits[i] = shadowMark + id
	}
	return 0, hits
}

// routing gives a copy of the script that acts on what its detector finds. The
// script is proved and rehearsed as it is once the shadow mode ends.
func (s *Script) routing() *Script {
	if !s.watched() {
		return s
	}
	c := *s
	c.detector = routing{s.detector}
	return &c
}

// routing is a detector without its shadow mode.
type routing struct{ of Detector }

// Screen implements Detector.
func (r routing) Screen(text string) crisis.Result { return r.of.Screen(text) }

// Sign is a stretch of a text, in bytes, that the detector found.
type Sign struct {
	Start, End int
	Shadow     bool // it is only recorded
}

// Signs gives what the detector finds in a text, in order and without
// overlaps, for whoever reads it.
func (s *Script) Signs(text string) []Sign {
	r := s.detector.Screen(text)
	if r.Level == 0 {
		return nil
	}
	inside := make([]bool, len(text)+1)
	for _, h := range r.Hits {
		for i := h.Start; i < h.End; i++ {
			inside[i] = true
		}
	}
	var all []Sign
	shadow := s.watched()
	for i, in := range inside {
		switch {
		case !in:
		case i > 0 && inside[i-1]:
			all[len(all)-1].End = i + 1
		default:
			all = append(all, Sign{Start: i, End: i + 1, Shadow: shadow})
		}
	}
	return all
}

// Signs is Script.Signs of the running script.
func (f *Shelf) Signs(text string) []Sign { return f.Running().Signs(text) }
