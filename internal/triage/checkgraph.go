package triage

import (
	"maps"
	"slices"
)

// targets lists all references of a node.
func (n *node) targets() []target {
	var all []target
	add := func(ts ...target) {
		for _, t := range ts {
			if t.given() {
				all = append(all, t)
			}
		}
	}
	add(n.next, n.other, n.then)
	for _, o := range n.options {
		add(o.goTo)
	}
	for _, step := range slices.Concat(n.noInput, n.noMatch) {
		add(step.to)
	}
	for _, c := range n.when {
		add(c.goTo)
	}
	for _, word := range slices.Sorted(maps.Keys(n.outcomes)) {
		add(n.outcomes[word])
	}
	return all
}

// checkReach: every node can be reached from the start, from an answer that
// works everywhere, or from the waiting loop.
func (k *linker) checkReach() {
	seen := k.reach(nil)
	for _, n := range k.s.order {
		if !seen[n] {
			k.add(n.at, "unreachable", "%s: nothing leads here", n.id)
		}
	}
}

// reach marks all nodes to which something leads that does not pass a node for
// which without holds; nil: all.
func (k *linker) reach(without func(*node) bool) map[*node]bool {
	seen := map[*node]bool{}
	var visit func(n *node)
	visit = func(n *node) {
		if n == nil || seen[n] || without != nil && without(n) {
			return
		}
		seen[n] = true
		for _, t := range n.targets() {
			visit(t.node)
		}
	}
	for _, t := range k.role {
		visit(t.node)
	}
	for _, g := range k.s.globals {
		visit(g.goTo.node)
		visit(g.alarm.node)
	}
	for _, o := range k.s.loop {
		visit(o.goTo.node)
	}
	return seen
}

// checkEnds: from every node some answer leads to where the case waits, or to
// an end. What works at every question is not counted: a way that only 0
// leaves is a trap.
func (k *linker) checkEnds() {
	ends := map[*node]bool{}
	for grew := true; grew; {
		grew = false
		for _, n := range k.s.order {
			if ends[n] {
				continue
			}
			if n.kind == queueNode || n.kind == endNode || slices.ContainsFunc(n.targets(), func(t target) bool { return t.node == nil || ends[t.node] }) {
				ends[n], grew = true, true
			}
		}
	}
	for _, n := range k.s.order {
		if !ends[n] {
			k.add(n.at, "endless", "%s: no answer from here on leads to a person or to an end", n.id)
		}
	}
}

// checkWaits: no circle of nodes that never waits for the caller.
func (k *linker) checkWaits() {
	state := map[*node]int{}
	var visit func(n *node)
	visit = func(n *node) {
		state[n] = 1
		if !n.waits() {
			for _, t := range n.targets() {
				switch {
				case t.node == nil:
				case state[t.node] == 1:
					k.add(t.at, "cycle", "%s: a circle back to %s without a question: callers would never be asked", n.id, t.node.id)
				case state[t.node] == 0:
					visit(t.node)
				}
			}
		}
		state[n] = 2
	}
	for _, n := range k.s.order {
		if state[n] == 0 {
			visit(n)
		}
	}
}

// waits reports whether a step ends at the node.
func (n *node) waits() bool {
	switch n.kind {
	case askNode, collectNode, promiseNode, seatNode, textNode, tapeNode, endNode:
		return true
	case queueNode:
		return !n.then.given()
	case sayNode, branchNode, sendNode, keepNode, eraseNode, oweNode, dueNode:
	}
	return false
}
