package triage

import "github.com/tideover/tideover/internal/hotline"

// hush is for a caller who cannot talk: from here on keys are enough, the
// recogniser is off, and nothing telling is said or sent. Who waits as urgently
// already keeps the place and is asked the same.
func (r *run) hush(g *global) {
	if r.ses.Quiet {
		if n := r.here(); n.kind == askNode || n.kind == collectNode {
			r.emit(r.asking(n, false))
		}
		return
	}
	waited := r.ses.Queue
	r.ses.Quiet = true
	r.emit(Record{Answer: hotline.Answer{Question: g.goTo.name, Answer: g.key}})
	r.goTo(g.goTo)
	if waited != "" && r.ses.Queue == waited && !r.inDanger() {
		r.goTo(g.goTo.node.then)
	}
}

// hushed is where a caller who cannot talk is led instead of n: danger has a
// place of its own, and whatever may tell what this line is leads back into it.
func (r *run) hushed(n *node) *node {
	g := r.s.quiet()
	switch {
	case n.hush || g == nil:
		return n
	case n == r.s.roles.danger:
		return g.alarm.node
	}
	return g.goTo.node
}

// quiet is the answer by which a caller says that they cannot talk; nil where
// the script has none.
func (s *Script) quiet() *global {
	for i := range s.globals {
		if g := &s.globals[i]; g.quiet {
			return g
		}
	}
	return nil
}

// Hushed reports whether the caller of these answers said that they cannot
// talk: nothing telling may reach their phone.
func (s *Script) Hushed(answers []hotline.Answer) bool {
	g := s.quiet()
	for _, a := range answers {
		if g != nil && a.Question == g.goTo.name {
			return true
		}
	}
	return false
}

// checkQuiet: whoever cannot talk gets a place at once, danger has one of its
// own, and nothing on the way but what is marked as telling nothing.
func (k *linker) checkQuiet() {
	for _, g := range k.s.globals {
		if !g.quiet || g.goTo.node == nil || g.alarm.node == nil {
			continue
		}
		if g.goTo.node.kind != queueNode {
			k.add(g.at, "quiet", "goto: %s must be a queue: whoever cannot talk has a place first", g.goTo.name)
		}
		if n := g.alarm.node; n.kind != queueNode || n.band != hotline.Emergency || n.page == "" {
			k.add(g.at, "quiet", "alarm: %s must be a queue of the emergency band with a page", g.alarm.name)
		}
		seen := map[*node]bool{}
		var visit func(n *node)
		visit = func(n *node) {
			if n == nil || seen[n] {
				return
			}
			seen[n] = true
			if !n.hush {
				k.add(n.at, "quiet", "%s: reached by whoever cannot talk, so that it must tell nothing: want hush", n.id)
				return
			}
			for _, t := range n.targets() {
				visit(t.node)
			}
		}
		visit(g.goTo.node)
		visit(g.alarm.node)
	}
}
