package triage

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/goccy/go-yaml/parser"

	"github.com/tideover/tideover/internal/hotline"
)

// Walk is a visit that is taken by hand, one act after another, and can be
// kept as a transcript.
type Walk struct {
	s     *Script
	ch    hotline.Channel
	lang  hotline.Lang
	now   time.Time
	at    *stop
	world string // what is otherwise from the next act on
}

// Walk begins a visit. With a language it begins at the safety question, as
// transcripts do; without one, with the very first word. The effects are those
// of the beginning. The error is for a thread whose language no first text of
// the folder's transcripts tells.
func (s *Script) Walk(fsys fs.FS, ch hotline.Channel, lang hotline.Lang) (*Walk, []Effect, error) {
	facts, now := usual()
	w := &Walk{s: s, ch: ch, lang: lang, now: now}
	p := player{s: s, voicing: voicing{lang, ch}, t: transcript{now: now, facts: facts}, found: &findings{}}
	p.play(readTranscripts(fsys, &findings{}).hello[lang], nil)
	if p.ses.Lang != lang {
		return nil, nil, fmt.Errorf("%s: hello: want a first text that tells the language %s", TranscriptFile, lang)
	}
	w.at = &stop{opened: lang != "", facts: facts, ses: p.ses}
	return w, p.last, nil
}

// Node is where the visit stands, and Awaits whether it waits for an outcome.
func (w *Walk) Node() string { return w.at.ses.Node }

// Awaits reports whether the next act is an outcome, e.g. "promised".
func (w *Walk) Awaits() bool { return w.at.ses.Awaits != "" }

// Risk is what the visit has shown so far.
func (w *Walk) Risk() int { return w.at.ses.Risk }

// Ways lists what can be done here, by the names of coverage.
func (w *Walk) Ways() []string {
	var all []string
	n := w.s.nodes[w.at.ses.Node]
	if n == nil {
		return nil
	}
	for _, f := range n.forks() {
		if f.only == "" || f.only == w.at.ses.Channel {
			all = append(all, f.name)
		}
	}
	if n.kind == queueNode {
		for _, o := range (&run{s: w.s}).loopOf(n) {
			if w.s.offered(o, w.at.ses, w.at.facts) {
				all = append(all, o.name())
			}
		}
	}
	return all
}

// Change makes the world other than it usually is: "can_text: false".
func (w *Walk) Change(facts string) error {
	file, err := parser.ParseBytes([]byte("{"+facts+"}"), 0)
	if err != nil || len(file.Docs) != 1 {
		return errors.New("want a fact and its value, like can_text: false")
	}
	r := reader{findings: &findings{}}
	changed := w.at.facts
	r.facts(file.Docs[0].Body, &changed)
	if len(r.all) > 0 {
		f, _ := errors.AsType[Finding](r.all[0])
		return errors.New(f.Text)
	}
	next := *w.at
	next.facts = changed
	w.at, w.world = &next, facts
	return nil
}

// tapes reports whether what is typed is silence or a key during a recording.
func (w *Walk) tapes(typed string) bool {
	n := w.s.nodes[w.at.ses.Awaits]
	return n != nil && n.kind == tapeNode && (typed == "" || keyed.MatchString(typed))
}

// Do takes one act: what was typed, nothing for silence, or the word of an
// outcome.
func (w *Walk) Do(typed string) ([]Effect, error) {
	a := act{kind: Words, in: map[hotline.Lang]string{"": typed}, times: 1, world: w.world}
	in := Input{Kind: Words, Text: typed}
	switch {
	case w.Awaits() && !w.tapes(typed):
		a.kind, in.Kind = Outcome, Outcome
	case typed == "" && w.at.ses.Node != "":
		a.kind, in.Kind = Silence, Silence
	case w.ch == hotline.SMS && w.at.ses.Node == "":
		in.Kind = Start
	case w.at.ses.Channel == hotline.Voice && keyed.MatchString(typed):
		in.Kind = Keys
	}
	after, effects, err := w.s.Step(w.at.ses, in, w.at.facts, w.now)
	if err != nil {
		return nil, err
	}
	w.at = &stop{from: w.at, opened: w.at.opened, act: a, facts: w.at.facts, ses: after, did: effects}
	w.world = ""
	return effects, nil
}

// Transcript writes what was done so far, and what followed each act.
func (w *Walk) Transcript(name string) string {
	k := skeleton{opened: w.lang != "", name: name, voicings: []voicing{{w.lang, w.ch}}}
	for at := w.at; at.from != nil; at = at.from {
		k.steps = append(k.steps, at.yaml(w.lang))
	}
	slices.Reverse(k.steps)
	return k.yaml()
}

// HasTranscript reports whether the folder holds a transcript of that name.
func HasTranscript(fsys fs.FS, name string) bool {
	return slices.ContainsFunc(readTranscripts(fsys, &findings{}).all, func(t transcript) bool { return t.name == name })
}
