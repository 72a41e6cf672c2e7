package triage

import "github.com/tideover/tideover/internal/hotline"

// silence goes down the ladder of the open question. By text nobody is hurried:
// only an unanswered question of safety leads to a person.
func (r *run) silence() {
	n := r.here()
	if n.kind == tapeNode && r.ses.Awaits == n.id {
		r.outcome("silent")
		return
	}
	if r.pending() || (n.kind != askNode && n.kind != collectNode) {
		return
	}
	if r.ses.Channel == hotline.SMS {
		if !r.ses.Safety || r.decides(n) {
			r.ses.Safety = true
			r.enter(r.s.roles.urgent)
		}
		return
	}
	r.climb(n, n.noInput, &r.ses.Silent)
}

// noMatch goes down the other ladder.
func (r *run) noMatch(n *node) { r.climb(n, n.noMatch, &r.ses.Missed) }

// climb takes the next step of a ladder; the last one is a node.
func (r *run) climb(n *node, ladder []rung, count *int) {
	if r.tried(n) {
		return
	}
	step := ladder[min(*count, len(ladder)-1)]
	*count++
	slow := r.ses.Slow
	switch step.do {
	case "":
		if r.decides(n) {
			r.ses.Safety = true
		}
		r.goTo(step.to)
		return
	case "sorry":
		r.say(r.s.Lines(Sorry, r.ses.Lang, r.ses.Channel))
	case "slow":
		r.ses.Slow = true
	}
	r.emit(r.asking(n, step.do == "again" || step.do == "sorry"))
	r.ses.Slow = slow
}

// global finds an answer that works everywhere among words.
func (r *run) global(words []string) *global {
	said := bare(words)
	for i := range r.s.globals {
		g := &r.s.globals[i]
		if !g.works(r.ses.Channel) {
			continue
		}
		if g.key != "" && len(words) == 1 && words[0] == g.key {
			return g
		}
		for _, w := range g.words {
			if same(words, w) || same(said, w) {
				return g
			}
		}
	}
	return nil
}

func (r *run) globalKey(text string) *global {
	for i := range r.s.globals {
		if g := &r.s.globals[i]; g.key == text && g.works(r.ses.Channel) {
			return g
		}
	}
	return r.global(tokens(text))
}

// everywhere acts on such an answer. In the waiting loop a person is on the
// way already, and the place is all there is to repeat.
func (r *run) everywhere(g *global) {
	n := r.here()
	roles := r.s.roles
	if !g.repeat {
		r.understood()
	}
	if n.kind == tapeNode && !g.repeat { // a key during a recording is meant: what was said is not waited for
		r.ses.Awaits = ""
	}
	switch {
	case r.vague && g.goTo.node == roles.danger && !r.inDanger():
		r.doubt(n)
	case r.vague && (g.goTo.node == roles.danger || g.goTo.node != nil && g.goTo.node.kind == endNode):
		if n.kind == askNode || n.kind == collectNode {
			r.noMatch(n)
		}
	case g.repeat && r.pending():
	case g.repeat:
		r.ses.Again = true
		if n.kind == askNode || n.kind == collectNode {
			r.emit(r.asking(n, false))
		} else if n.kind == tapeNode {
			r.pending()
		}
	case g.goTo.node == roles.danger:
		r.alarm = true
		r.ses.Awaits = ""
		r.raise(roles.danger.risk, nil)
		r.enter(roles.danger)
	case r.pending():
	case g.quiet:
		r.hush(g)
	case g.text:
		r.leaveFor(g)
	case g.goTo.node == roles.person && r.decides(n):
		r.ses.Safety = true
		r.enter(roles.urgent)
	case g.goTo.node == roles.person && r.ses.Queue != "":
		r.settle()
	default:
		r.goTo(g.goTo)
	}
}
