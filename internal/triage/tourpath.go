package triage

import (
	"slices"
	"strconv"
	"strings"
)

// chain lists the scenes that lead to one, and itself.
func (t *tour) chain(i int) []scene {
	var all []scene
	for ; i >= 0; i = t.all[i].from {
		all = append(all, t.all[i])
	}
	slices.Reverse(all)
	return all
}

// path writes the shortest way to a step and the step itself:
// "welcome -1-> safety_check -2-> main_menu -3-> queue_talk".
func (t *tour) path(s took) string {
	text := t.pathTo(s.from)
	if s.from < 0 {
		return first(s.in) + arrival(s.before, s.next)
	}
	return text + " -" + called(s.in) + "-> " + arrival(s.before, s.next)
}

// pathTo writes the shortest way to a scene.
func (t *tour) pathTo(i int) string {
	var text strings.Builder
	for j, at := range t.chain(i) {
		if j == 0 {
			text.WriteString(first(at.in) + at.ses.Node)
			continue
		}
		text.WriteString(" -" + called(at.in) + "-> " + arrival(Session{Queue: at.ses.Queue}, at.ses))
	}
	return text.String()
}

// arrival is where a step leads: a queue where the case begins to wait.
func arrival(before, next Session) string {
	if before.Queue == "" && next.Queue != "" {
		return next.Queue
	}
	return next.Node
}

func first(in Input) string {
	if in.Text == "" {
		return ""
	}
	return called(in) + " -> "
}

// called is what an input is in a path.
func called(in Input) string {
	switch in.Kind {
	case Silence:
		return "silence"
	case Outcome:
		return "outcome " + in.Text
	case Keys:
		if in.Text == wrongKey {
			return "wrong key"
		}
		return in.Text
	case Words, Start:
	}
	switch slices.Index(dangerWords[:], in.Text) {
	case 1:
		return "doubtful words"
	case 2:
		return "urgent words"
	case 3:
		return "words of danger"
	}
	return strconv.Quote(in.Text)
}

// target is the reference that an input follows.
func (t *tour) target(ses Session, in Input) target {
	n := t.s.nodes[ses.Node]
	if in.Kind == Outcome {
		a := t.s.nodes[ses.Awaits]
		if to, ok := a.outcomes[in.Text]; ok {
			return to
		}
		return a.next
	}
	if n == nil {
		return target{node: t.s.roles.start, at: t.s.roles.start.at}
	}
	for _, g := range t.s.globals {
		if in.Kind == Keys && g.key == in.Text || in.Kind == Words && g.key == "" && len(g.words) > 0 && strings.Join(g.words[0], " ") == in.Text {
			return g.goTo
		}
	}
	switch {
	case in.Kind == Silence && len(n.noInput) > 0:
		return n.noInput[len(n.noInput)-1].to
	case in.Text == wrongKey && len(n.noMatch) > 0:
		return n.noMatch[len(n.noMatch)-1].to
	case in.Kind != Keys:
		return target{at: n.at}
	}
	for _, o := range t.s.answersAt(n, ses) {
		if o.key == in.Text && (o.only == "" || o.only == ses.Channel) {
			return o.goTo
		}
	}
	return n.next
}

// spoke reports whether words led to a step.
func (t *tour) spoke(s took) bool {
	return s.in.Kind == Words || s.in.Kind == Start || slices.ContainsFunc(t.chain(s.from), func(at scene) bool {
		return at.in.Kind == Words || at.in.Kind == Start && at.in.Text != "" && t.s.globalOf(at.in.Text) != nil
	})
}

// reference is where that stands.
func (t *tour) reference(ses Session, in Input) spot {
	to := t.target(ses, in)
	if n := t.s.nodes[ses.Node]; to.at.line == 0 && n != nil {
		return n.at
	}
	return to.at
}

// passed lists the nodes that a step goes through before somebody is asked.
func (t *tour) passed(s took, w world) []*node {
	var all []*node
	r := run{s: t.s, ses: s.next, facts: w.Facts, now: t.now}
	for n := t.target(s.before, s.in).node; n != nil && len(all) < maxHops; {
		if s.next.Quiet {
			n = r.hushed(n)
		}
		all = append(all, n)
		switch n.kind {
		case sayNode, keepNode, eraseNode, oweNode:
			n = n.next.node
		case dueNode:
			if n = n.next.node; w.s.calendar == nil {
				n = all[len(all)-1].other.node
			}
		case branchNode:
			n = r.chosen(n).node
		case askNode, collectNode, queueNode, sendNode, promiseNode, seatNode, textNode, tapeNode, endNode:
			n = nil
		}
	}
	return all
}

// chosen is where a branch leads.
func (r *run) chosen(n *node) target {
	env := r.s.env(r.ses, r.facts)
	r.s.date(env, r.today())
	for _, c := range n.when {
		if r.s.holds(c.when, env) {
			return c.goTo
		}
	}
	return n.next
}

// culprit is the last thing that decided where a step leads: a branch, or the
// answer itself.
func (t *tour) culprit(s took) spot {
	at := t.reference(s.before, s.in)
	for _, n := range t.passed(s, t.worlds[0]) {
		if n.kind == branchNode {
			at = n.at
		}
	}
	return at
}

// sends is the node by which a step sends a text, or would.
func (t *tour) sends(s took, w world) *node {
	for _, n := range t.passed(s, w) {
		if n.kind == sendNode || n.kind == textNode {
			return n
		}
	}
	return nil
}

// offer is the answer with which the way to a text begins: questions to which
// only one answer leads belong to it.
func (t *tour) offer(s took, references map[*node]int) spot {
	scenes := t.chain(s.from)
	at, in := s.before, s.in
	for i := len(scenes) - 1; i > 0 && references[t.s.nodes[at.Node]] == 1; i-- {
		at, in = scenes[i-1].ses, scenes[i].in
	}
	return t.reference(at, in)
}

// references counts how many places lead to each node.
func (s *Script) references() map[*node]int {
	all := map[*node]int{}
	for _, n := range s.order {
		for _, t := range n.targets() {
			all[t.node]++
		}
	}
	for _, g := range s.globals {
		all[g.goTo.node]++
	}
	for _, o := range s.loop {
		all[o.goTo.node]++
	}
	return all
}
