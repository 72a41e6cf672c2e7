package triage

import (
	"errors"
	"fmt"
	"maps"
	"sync/atomic"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// Shelf holds the versions of the script that contacts are on. New contacts
// begin on the one that runs; each goes on with the version on which it began.
// It is safe for concurrent use; steps never wait for a change.
type Shelf struct{ now atomic.Pointer[shelf] }

// shelf is one state of it. Nothing changes it; a change makes another one.
type shelf struct {
	running  *Script
	all      map[string]*Script
	recalled map[string]string // version → node of the running script
}

// NewShelf begins with one script that runs.
func NewShelf(s *Script) *Shelf {
	f := &Shelf{}
	f.now.Store(&shelf{running: s, all: map[string]*Script{s.version: s}})
	return f
}

// Running gives the script on which new contacts begin.
func (f *Shelf) Running() *Script { return f.now.Load().running }

// Versions lists what is loaded.
func (f *Shelf) Versions() []string {
	var all []string
	for v := range f.now.Load().all {
		all = append(all, v)
	}
	return all
}

// Has reports whether a version is loaded.
func (f *Shelf) Has(version string) bool { return f.now.Load().all[version] != nil }

// change makes the next state of the shelf.
func (f *Shelf) change(edit func(*shelf)) {
	for {
		old := f.now.Load()
		next := &shelf{running: old.running, all: maps.Clone(old.all), recalled: maps.Clone(old.recalled)}
		edit(next)
		if f.now.CompareAndSwap(old, next) {
			return
		}
	}
}

// Add puts a version beside the running one, e.g. one that was read back.
func (f *Shelf) Add(s *Script) { f.change(func(n *shelf) { n.all[s.version] = s }) }

// Publish makes a script the one on which new contacts begin. If it was called
// back before, it is so no longer.
func (f *Shelf) Publish(s *Script) {
	f.change(func(n *shelf) {
		n.running, n.all[s.version] = s, s
		delete(n.recalled, s.version)
	})
}

// ErrVersion says that a version is not loaded.
var ErrVersion = errors.New("no such version of the script")

// Use makes a loaded version the running one.
func (f *Shelf) Use(version string) error {
	s := f.now.Load().all[version]
	if s == nil {
		return fmt.Errorf("%s: %w", version, ErrVersion)
	}
	f.Publish(s)
	return nil
}

// Recall sends whoever is on the version to a node of the running script, at
// their next input: a question, a place in line, or the node for a person.
func (f *Shelf) Recall(version, node string) error {
	now := f.now.Load()
	n := now.running.nodes[node]
	switch {
	case version == now.running.version:
		return errors.New("the running version cannot be recalled: publish another one first")
	case n == nil:
		return fmt.Errorf("no node %q%s", node, meant(node, now.running.nodeIDs()))
	case n.kind != askNode && n.kind != collectNode && n.kind != queueNode && n != now.running.roles.person:
		return fmt.Errorf("%s: want a question, a place in line, or the node for a person", node)
	}
	f.change(func(next *shelf) {
		if next.recalled == nil {
			next.recalled = map[string]string{}
		}
		next.recalled[version] = node
	})
	return nil
}

// Keep drops the versions that nobody is on; the running one stays.
func (f *Shelf) Keep(used func(version string) bool) {
	f.change(func(n *shelf) {
		maps.DeleteFunc(n.all, func(v string, s *Script) bool { return s != n.running && !used(v) })
	})
}

// Begin starts a contact on the running script.
func (f *Shelf) Begin(ch hotline.Channel) Session { return f.Running().Begin(ch) }

// of is the script of a session. One that is not loaded is replaced by the
// running one, which takes the caller up where it can.
func (n *shelf) of(ses Session) *Script {
	if s := n.all[ses.Script]; s != nil {
		return s
	}
	return n.running
}

// Step takes the input on the contact's own version. See Script.Step.
func (f *Shelf) Step(ses Session, in Input, facts Facts, now time.Time) (Session, []Effect, error) {
	n := f.now.Load()
	if node, recalled := n.recalled[ses.Script]; recalled && in.Kind != Start {
		return n.running.rescue(ses, in, node, facts, now)
	}
	return n.of(ses).Step(ses, in, facts, now)
}

// Current asks the open question again. See Script.Current.
func (f *Shelf) Current(ses Session, facts Facts) []Effect {
	return f.now.Load().of(ses).Current(ses, facts)
}

// Aloud is Script.Aloud of the contact's own version.
func (f *Shelf) Aloud(ses Session) Session { return f.now.Load().of(ses).Aloud(ses) }

// rescue goes on at a node of this script with a contact of a version that was
// called back. A call for help still counts, and a place is never lost.
func (s *Script) rescue(ses Session, in Input, node string, facts Facts, now time.Time) (Session, []Effect, error) {
	r := run{s: s, ses: ses, facts: facts, now: now.In(s.zone)}
	r.ses.Vars = maps.Clone(ses.Vars)
	r.ses.Script, r.ses.Awaits, r.ses.Back = s.version, "", ""
	if r.ses.Queue != "" && s.nodes[r.ses.Queue] == nil {
		r.ses.Queue = s.roles.urgent.id
		if r.ses.Risk >= s.roles.danger.risk {
			r.ses.Queue = s.roles.danger.id
		}
	}
	level := 0
	if in.Kind == Words {
		level = r.screen(in.Text)
	}
	if g := r.globalKey(in.Text); g != nil && g.goTo.node == s.roles.danger || level >= 3 {
		r.alarm = true
		r.raise(s.roles.danger.risk, nil)
		r.enter(s.roles.danger)
		return r.ses, r.effects(), nil
	}
	if r.ses.Queue != "" {
		r.settle()
		return r.ses, r.effects(), nil
	}
	to := s.nodes[node]
	if to == nil { // a later script has it no more
		to = s.roles.person
	}
	r.ses.Node = to.id
	r.enter(to)
	return r.ses, r.effects(), nil
}

func (s *Script) nodeIDs() []string {
	ids := make([]string, 0, len(s.order))
	for _, n := range s.order {
		ids = append(ids, n.id)
	}
	return ids
}

// What has no contact is said by the running script.

// Lines is Script.Lines of the running script.
func (f *Shelf) Lines(id PhraseID, lang hotline.Lang, ch hotline.Channel, args ...string) []Spoken {
	return f.Running().Lines(id, lang, ch, args...)
}

// Phrase is Script.Phrase of the running script.
func (f *Shelf) Phrase(id PhraseID, lang hotline.Lang, ch hotline.Channel, args ...string) string {
	return f.Running().Phrase(id, lang, ch, args...)
}

// Word is Script.Word of the running script.
func (f *Shelf) Word(prefix PhraseID, key string, lang hotline.Lang) string {
	return f.Running().Word(prefix, key, lang)
}

// Screen is Script.Screen of the running script.
func (f *Shelf) Screen(text string) (level int, hits []string) { return f.Running().Screen(text) }

// Unreviewed is Script.Unreviewed of the running script.
func (f *Shelf) Unreviewed() []string { return f.Running().Unreviewed() }

// AnswerText shows an answer by the first version that knows the question, the
// running one before the others.
func (f *Shelf) AnswerText(a hotline.Answer, lang hotline.Lang) (question, answer string) {
	return f.knows(a.Question).AnswerText(a, lang)
}

// Hushed reports whether a caller cannot talk, by whatever version asked. See
// Script.Hushed.
func (f *Shelf) Hushed(answers []hotline.Answer) bool {
	for _, s := range f.now.Load().all {
		if s.Hushed(answers) {
			return true
		}
	}
	return f.Running().Hushed(answers)
}

// Place is what a caller said of where they are. See Script.Place.
func (f *Shelf) Place(answers []hotline.Answer, lang hotline.Lang) string {
	return f.Running().Place(answers, lang)
}

func (f *Shelf) knows(node string) *Script {
	n := f.now.Load()
	if n.running.nodes[node] != nil {
		return n.running
	}
	for _, s := range n.all {
		if s.nodes[node] != nil {
			return s
		}
	}
	return n.running
}
