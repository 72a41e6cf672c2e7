package triage

import "slices"

// live tells of each node which variables can still decide where a caller goes
// from there, before they are set anew. Sessions that differ in others are the
// same to a tour.
func (s *Script) live() map[*node][]string {
	all := map[*node]map[string]bool{}
	for _, n := range s.order {
		all[n] = s.reads(n)
	}
	for grew := true; grew; {
		grew = false
		for _, n := range s.order {
			for _, e := range s.onward(n) {
				for name := range all[e.to] {
					if !all[n][name] && !slices.Contains(e.sets, name) {
						all[n][name], grew = true, true
					}
				}
			}
		}
	}
	names := map[*node][]string{}
	for _, n := range s.order {
		for _, v := range s.vars {
			if all[n][v.name] {
				names[n] = append(names[n], v.name)
			}
		}
	}
	return names
}

// reads lists the variables by which a node itself decides. The branch of the
// person is left out: each of its ways is a queue.
func (s *Script) reads(n *node) map[string]bool {
	names := map[string]bool{}
	for _, v := range s.vars {
		if slices.ContainsFunc(n.options, func(o *option) bool { return mentions(o.cond, v.name) }) ||
			n != s.roles.person && slices.ContainsFunc(n.when, func(c choice) bool { return mentions(c.cond, v.name) }) ||
			n.kind == dueNode && slices.Contains([]string{n.law.visit, n.law.urgent, n.law.last, n.law.offered}, v.name) {
			names[v.name] = true
		}
	}
	return names
}

// onward is a way out of a node, and what is set on it.
type onward struct {
	to   *node
	sets []string
}

// beside lists the variables that answers of a question set instead of its own.
func (n *node) beside() []string {
	var all []string
	for _, o := range n.options {
		if o.into != "" {
			all = append(all, o.into)
		}
	}
	return all
}

func (s *Script) onward(n *node) []onward {
	var all []onward
	add := func(t target, sets ...string) {
		switch {
		case t.node != nil:
			all = append(all, onward{t.node, sets})
		case t.given(): // back: to the menu, where nothing was left
			all = append(all, onward{s.roles.menu, sets})
		}
	}
	for _, o := range n.options {
		add(o.goTo, append(n.beside(), n.takes(o))...)
	}
	for _, step := range slices.Concat(n.noInput, n.noMatch) {
		add(step.to)
	}
	for _, c := range n.when {
		add(c.goTo)
	}
	for _, t := range n.outcomes {
		add(t)
	}
	add(n.next, append(n.beside(), n.into, n.law.late)...)
	add(n.other)
	add(n.then)
	if n.kind == askNode || n.kind == collectNode {
		for _, g := range s.globals {
			add(g.goTo)
		}
		for _, role := range append([]*node{s.roles.safety, s.roles.unsure, s.roles.menu}, s.roles.shut.all()...) {
			if role != nil {
				add(target{name: role.id, node: role})
			}
		}
	}
	return all
}
