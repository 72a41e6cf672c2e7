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
	seen := map[*node]bool{}
	var visit func(n *node)
	visit = func(n *node) {
		if n == nil || seen[n] {
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
	for _, n := range k.s.order {
		if !seen[n] {
			k.add(n.at, "unreachable", "%s: nothing leads here", n.id)
		}
	}
}

// checkWaits: no circle of nodes that never waits for the caller.
func (k *linker) checkWaits() {
	state := map[*node]int{}
	var visit func(n *node)
	visit = func(n *node) {
		if n == nil || state[n] == 2 {
			return
		}
		if state[n] == 1 {
			k.add(n.at, "cycle", "%s: a circle without a question: callers would never be asked", n.id)
			return
		}
		state[n] = 1
		if !n.waits() {
			for _, t := range n.targets() {
				visit(t.node)
			}
		}
		state[n] = 2
	}
	for _, n := range k.s.order {
		visit(n)
	}
}

// waits reports whether a step ends at the node.
func (n *node) waits() bool {
	switch n.kind {
	case askNode, collectNode, promiseNode, seatNode, endNode:
		return true
	case queueNode:
		return !n.then.given()
	case sayNode, branchNode, sendNode, oweNode, dueNode:
	}
	return false
}
