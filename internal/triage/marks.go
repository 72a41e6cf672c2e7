package triage

import (
	"strings"

	"github.com/tideover/tideover/internal/hotline"
)

// way names a fork that a visit took.
type way struct{ node, name string }

// waitingNode and anywhereNode stand for places that are no nodes: the keys
// while waiting, and the answers that work at every question.
const (
	waitingNode  = "(waiting)"
	anywhereNode = "(everywhere)"
)

// mark begins a text that nobody is told: it says which fork was taken.
const mark = "\x00took "

// marked gives a script that steps like this one and says which forks it took:
// on each of them stands a node with a mark for its words. So the engine needs
// to know nothing of coverage.
func (s *Script) marked() *Script {
	c := *s
	c.nodes, c.order = map[string]*node{}, nil
	for _, n := range s.order {
		m := n.copied()
		c.nodes[n.id] = m
		c.order = append(c.order, m)
	}
	own := func(t target) target {
		if t.node != nil {
			t.node = c.nodes[t.node.id]
		}
		return t
	}
	for _, m := range c.order {
		for _, f := range m.forks() {
			f.set(m, s.signpost(way{m.id, f.name}, own(f.to)))
		}
		for _, t := range m.straight() {
			*t = own(*t)
		}
	}
	c.globals = nil
	for _, g := range s.globals {
		g.goTo, g.alarm = own(g.goTo), own(g.alarm) // compared with the roles: no mark may stand between
		c.globals = append(c.globals, g)
	}
	c.loop = nil
	for _, o := range s.loop {
		p := *o
		p.goTo = s.signpost(way{waitingNode, o.name()}, own(o.goTo))
		c.loop = append(c.loop, &p)
	}
	for _, role := range []**node{&c.roles.start, &c.roles.safety, &c.roles.unsure, &c.roles.urgent, &c.roles.danger, &c.roles.menu, &c.roles.person} {
		*role = c.nodes[(*role).id]
	}
	return &c
}

// signpost says its mark and leads on.
func (s *Script) signpost(w way, to target) target {
	if !to.given() {
		return to
	}
	n := &node{id: mark, kind: sayNode, hush: true, say: wording{}, next: to}
	for _, lang := range s.langs {
		for _, ch := range channels() {
			n.say[voicing{lang, ch}] = mark + w.node + "\x00" + w.name
		}
	}
	return target{name: mark, at: to.at, node: n}
}

// unmarked takes the marks out of effects and lists the forks that they name.
func unmarked(effects []Effect) (rest []Effect, took []way) {
	for _, e := range effects {
		say, ok := e.(Say)
		if !ok || len(say.Lines) == 0 || !strings.HasPrefix(say.Lines[0].Text, mark) {
			rest = append(rest, e)
			continue
		}
		at, name, _ := strings.Cut(strings.TrimPrefix(say.Lines[0].Text, mark), "\x00")
		took = append(took, way{at, name})
	}
	return rest, took
}

// levels are the ways that words of danger lead, by what the detector says.
var levels = [4]string{1: "words to ask about", 2: "urgent words", 3: "words of danger"}

// beside lists the ways that carry no mark: answers that work everywhere,
// words of danger, and a silent thread at a question of safety.
func (s *Script) beside(before, after Session, in Input) []way {
	var all []way
	r := run{s: s, ses: before}
	switch in.Kind {
	case Keys, Words, Start:
		text := strings.TrimSpace(in.Text)
		if g := r.globalKey(text); g != nil && (in.Kind != Start || !g.repeat) {
			return append(all, way{anywhereNode, g.name()})
		}
		if n := r.here(); n != nil && n.list != "" {
			if o := r.byKey(n.options, text); o != nil && o.more {
				all = append(all, way{n.id, o.name()})
			}
		}
		if level := s.ledByWords(after, in); level > 0 {
			all = append(all, way{anywhereNode, levels[level]})
		}
	case Silence:
		if n := s.nodes[before.Node]; before.Channel == hotline.SMS && n != nil && before.Queue == "" && after.Queue != "" {
			all = append(all, way{n.id, silenceFork})
		}
	case Outcome:
	}
	return all
}

// ledByWords is the level of words that led where such words must lead.
func (s *Script) ledByWords(after Session, in Input) int {
	if in.Kind == Keys {
		return 0
	}
	roles := s.roles
	if after.Queue == "" && after.Node != roles.unsure.id && after.Node != roles.safety.id {
		return 0
	}
	level := s.detector.Screen(in.Text).Level
	led := level == 3 && after.Queue == roles.danger.id ||
		level == 2 && after.Queue != "" ||
		level == 1 && (after.Node == roles.unsure.id || after.Node == roles.safety.id)
	if !led {
		return 0
	}
	return level
}
