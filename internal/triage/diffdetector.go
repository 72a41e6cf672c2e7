package triage

import (
	"fmt"
	"io/fs"
	"slices"

	"github.com/tideover/tideover/internal/crisis"
)

// detectors compares the lexicons, and what they make of texts.
func (d *differ) detectors(texts []string) {
	was, known := d.old.detector.(*crisis.Detector)
	is, too := d.new.detector.(*crisis.Detector)
	if !known || !too {
		return
	}
	for _, c := range append(is.Compare(was, texts), is.Diff(was)...) {
		d.all = append(d.all, Change{Group: AboutDetector, Worse: c.Worse, Where: c.Where, What: c.What})
	}
}

// WordsOf gives what callers say and write in the transcripts of a folder, each
// once: keys are left out.
func WordsOf(fsys fs.FS) []string {
	table := readTranscripts(fsys, &findings{})
	var all []string
	add := func(acts []act) {
		for _, a := range acts {
			if a.kind != Words {
				continue
			}
			for _, text := range a.in {
				if digits(bare(tokens(text))) == "" && len(text) > 1 {
					all = append(all, text)
				}
			}
		}
	}
	for _, t := range table.all {
		add(t.acts)
		for _, way := range t.either {
			add(way)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Weaker lists the changes that make a script less careful than it was, in one
// line each.
func Weaker(changes []Change) []string {
	var all []string
	for _, c := range changes {
		if c.Worse {
			all = append(all, fmt.Sprintf("%s: %s", c.Where, c.What))
		}
	}
	return all
}
