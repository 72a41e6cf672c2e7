package triage

import (
	"errors"
	"io/fs"

	"github.com/tideover/tideover/internal/hotline"
)

// Rehearsal is what came of playing the transcripts of a folder.
type Rehearsal struct {
	Played   int // transcripts, each in each of its languages and channels
	Findings []Finding
}

// Rehearse plays the transcripts of the folder that the script was compiled
// from. Each one that does not go as it is written is a finding at its place.
// Without a script, only what is wrong in the file itself is found.
func (s *Script) Rehearse(fsys fs.FS) Rehearsal {
	var out Rehearsal
	found := &findings{}
	table := readTranscripts(fsys, found)
	if s != nil {
		s.checkTable(table, found)
		for _, t := range table.all {
			for _, v := range t.voicings() {
				p := player{s: s, t: t, voicing: v, found: &findings{}}
				p.play(table.hello[v.lang])
				found.all = append(found.all, p.found.all...)
				out.Played++
			}
		}
	}
	for _, err := range found.all {
		if f, ok := errors.AsType[Finding](err); ok {
			out.Findings = append(out.Findings, f)
		}
	}
	return out
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
