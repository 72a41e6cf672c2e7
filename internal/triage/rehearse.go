package triage

import (
	"errors"
	"io/fs"

	"github.com/tideover/tideover/internal/hotline"
)

// Rehearsal is what came of playing the transcripts of a folder.
type Rehearsal struct {
	Played   int // visits: transcripts, each in each of its languages, channels and ways to go on
	Findings []Finding
	Coverage Coverage
}

// Rehearse plays the transcripts of the folder that the script was compiled
// from. Each one that does not go as it is written is a finding at its place.
// Without a script, only what is wrong in the file itself is found.
func (s *Script) Rehearse(fsys fs.FS) Rehearsal {
	var out Rehearsal
	found := &findings{}
	table := readTranscripts(fsys, found)
	if s != nil {
		s = s.routing()
		out.Coverage = newCoverage(s)
		s.checkTable(table, found)
		marked := s.marked()
		for _, t := range table.all {
			for _, v := range t.voicings() {
				out.Played += marked.rehearse(t, v, table.hello[v.lang], found, &out.Coverage)
			}
		}
		// Without transcripts one finding says so, and not one for each branch.
		if out.Played > 0 {
			out.Coverage.findings(found)
		}
	}
	said := map[Finding]bool{}
	for _, err := range found.all {
		// What goes wrong before the ways part is found in each of them.
		if f, ok := errors.AsType[Finding](err); ok && !said[f] {
			said[f] = true
			out.Findings = append(out.Findings, f)
		}
	}
	return out
}

// rehearse plays every visit of a transcript in one language and channel.
func (s *Script) rehearse(t transcript, v voicing, hello string, found *findings, seen *Coverage) (played int) {
	for way := range max(len(t.either), 1) {
		acts, ok := t.visit(v.ch, way)
		if !ok {
			continue
		}
		p := player{s: s, t: t, voicing: v, found: &findings{}, seen: seen}
		p.play(hello, acts)
		found.all = append(found.all, p.found.all...)
		played++
	}
	return played
}

// voicings lists the languages and channels in which a transcript is played.
func (t transcript) voicings() []voicing {
	langs := t.langs
	if len(langs) == 0 {
		langs = []hotline.Lang{""}
	}
	var all []voicing
	for _, ch := range t.channels {
		for _, lang := range langs {
			all = append(all, voicing{lang, ch})
		}
	}
	return all
}

// checkTable finds languages that the script does not have.
func (s *Script) checkTable(table transcripts, found *findings) {
	for _, t := range table.all {
		for _, lang := range t.langs {
			if s.spoken(lang) != lang {
				found.add(t.at, "transcript", "transcript %q: the script has no language %q", t.name, lang)
			}
		}
	}
}
