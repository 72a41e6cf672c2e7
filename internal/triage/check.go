package triage

import (
	"maps"
	"slices"
	"strings"

	"github.com/tideover/tideover/internal/hotline"
)

// check finds what a script must not have. It runs on the linked graph.
func (k *linker) check() {
	for _, name := range slices.Sorted(maps.Keys(k.role)) {
		if k.role[name].given() && k.role[name].node == nil {
			return // nothing can be said of a graph without its roles
		}
	}
	if k.s.turns < 10 {
		k.add(spot{file: k.order0().file}, "limits", "limits: turns: want at least 10")
	}
	k.checkRoles()
	for _, n := range k.s.order {
		k.checkNode(n)
		k.checkTexts(n)
	}
	k.checkOptions("loop", k.s.loop)
	k.checkPhrases()
	k.checkReach()
	k.checkWaits()
	k.checkQuiet()
}

func (k *linker) order0() spot {
	if len(k.s.order) == 0 {
		return spot{}
	}
	return k.s.order[0].at
}

// checkRoles: the places that the engine leads to are what it takes them for.
func (k *linker) checkRoles() {
	r := k.s.roles
	for name, n := range map[string]*node{"start": r.start, "safety": r.safety, "unsure": r.unsure, "menu": r.menu} {
		if n != nil && (n.kind != askNode || n.only != "") {
			k.add(n.at, "role", "%s: %s must be a question for both channels", name, n.id)
		}
	}
	if n := r.danger; n != nil && (n.kind != queueNode || n.band != hotline.Emergency || n.page == "" || n.risk < 3) {
		k.add(n.at, "role", "danger: %s must be a queue of the emergency band with a page and risk 3", n.id)
	}
	if n := r.urgent; n != nil && (n.kind != queueNode || n.band != hotline.Urgent) {
		k.add(n.at, "role", "urgent: %s must be a queue of the urgent band", n.id)
	}
	if n := r.person; n != nil {
		for _, t := range n.targets() {
			if t.node == nil || t.node.kind != queueNode {
				k.add(t.at, "role", "person: %s must lead to a queue at once", n.id)
			}
		}
	}
	for _, g := range k.s.globals {
		if !g.repeat && !g.quiet && g.goTo.node == nil {
			k.add(g.at, "global", "want the name of a node in goto")
		}
	}
}

// checkNode: every kind has what it needs to go on.
func (k *linker) checkNode(n *node) {
	need := func(ok bool, rule, text string) {
		if !ok {
			k.add(n.at, rule, "%s: %s", n.id, text)
		}
	}
	need(!slices.Contains([]string{back}, n.id), "duplicate", "this name is taken")
	switch n.kind {
	case askNode:
		need(len(n.options) > 0, "options", "a question without options")
		k.checkList(n)
		k.checkOptions(n.id, n.options)
		k.checkLadders(n)
		k.checkValues(n)
	case collectNode:
		need(n.digits >= 2 && n.digits <= 10, "digits", "digits: want 2 to 10")
		need(n.date == 0 || k.holds(n.into, dateVar) && (n.digits == 4 || n.digits == 8), "variable", "date: want into with a variable of type date, and digits 4 (MMDD) or 8")
		need(n.next.given(), "target", "want goto")
		need(k.declared(n.into), "variable", "into: want a declared variable")
		k.checkOptions(n.id, n.options)
		k.checkLadders(n)
	case sayNode:
		need(n.next.given(), "target", "want goto")
	case branchNode:
		need(n.next.given(), "target", "want else")
	case queueNode:
		need(slices.Contains(hotline.Needs(), n.need), "queue", "need: want one that counselors serve")
		need(n.risk <= 3, "queue", "risk: want 0 to 3")
	case sendNode:
		need(n.next.given() && n.other.given(), "target", "want goto and else")
		need(k.s.phrases[n.send] != nil, "phrase", "send: want the id of a phrase")
	case promiseNode:
		need(n.next.given() && len(n.outcomes) > 0, "target", "want on and else")
	case seatNode:
		need(n.next.given() && len(n.outcomes) > 0, "target", "want on and else")
		need(k.holds(n.group, idVar), "variable", "group: want a declared variable of type id")
	case dueNode:
		need(n.next.given() && n.other.given(), "target", "want goto and else")
		need(k.holds(n.into, dateVar), "variable", "into: want a declared variable of type date")
		k.checkLaw(n)
	case oweNode:
		need(n.next.given(), "target", "want goto")
		need(n.duty == Reroute || n.duty == CheckIn || n.duty == Complaint, "duty", "duty: want reroute, check_in or complaint")
		need(n.due == "" || k.holds(n.due, dateVar), "variable", "due: want a declared variable of type date")
	case endNode:
		need(n.reason != "", "end", "want a reason")
	}
}

func (k *linker) declared(name string) bool {
	_, ok := k.s.variable(name)
	return ok
}

func (k *linker) holds(name string, is varType) bool {
	v, ok := k.s.variable(name)
	return ok && v.is == is
}

// checkLaw: a deadline is worked out from variables that can hold what it
// needs.
func (k *linker) checkLaw(n *node) {
	for _, v := range []struct {
		what, name string
		is         varType
	}{{"visit", n.law.visit, enumVar}, {"urgent", n.law.urgent, enumVar}, {"last", n.law.last, dateVar}, {"offered", n.law.offered, dateVar}, {"late", n.law.late, flagVar}} {
		if v.name != "" && !k.holds(v.name, v.is) {
			k.add(n.at, "variable", "%s: %s: want a declared variable of type %s", n.id, v.what, v.is)
		}
	}
}

// checkList: what is read out has an other way where it is empty, and keys of
// its own where it is chosen from.
func (k *linker) checkList(n *node) {
	switch n.list {
	case "":
		return
	case listGroups:
		if !n.next.given() || !n.other.given() || !k.holds(n.into, idVar) {
			k.add(n.at, "list", "%s: list: groups: want goto, none for when there are no groups, and into with a variable of type id", n.id)
		}
		for _, o := range n.options {
			if o.key <= "3" {
				k.add(o.at, "duplicate", "%s: the keys 1 to 3 choose a group", n.id)
			}
		}
	case listHelp:
	default:
		k.add(n.at, "list", "%s: list: want groups or help", n.id)
	}
}

// checkLadders: silence and misunderstanding end at a node, never in nothing.
func (k *linker) checkLadders(n *node) {
	for name, ladder := range map[string][]rung{"on_no_input": n.noInput, "on_no_match": n.noMatch} {
		for i, step := range ladder {
			if last := i == len(ladder)-1; last != (step.do == "") {
				k.add(n.at, "ladder", "%s: %s: want repeat, again, slow or sorry, and a node at the end", n.id, name)
				break
			}
		}
		if len(ladder) == 0 {
			k.add(n.at, "ladder", "%s: a question without %s", n.id, name)
		}
	}
	if n.timeout <= 0 {
		k.add(n.at, "ladder", "%s: want a timeout", n.id)
	}
}

func (k *linker) checkValues(n *node) {
	if n.into != "" && !k.declared(n.into) {
		k.add(n.at, "variable", "%s: into: %q is not declared", n.id, n.into)
	}
	for _, o := range n.options {
		if v, _ := k.s.variable(n.into); o.value != "" && !v.fits(o.value) {
			k.add(o.at, "variable", "%s: option %s: value %q does not fit the variable %q", n.id, o.key, o.value, n.into)
		}
		if o.risk < 0 || o.risk > 3 {
			k.add(o.at, "risk", "%s: option %s: risk: want 0 to 3", n.id, o.key)
		}
		if o.lang != "" && !slices.Contains(k.s.langs, o.lang) {
			k.add(o.at, "language", "%s: option %s: no language %q", n.id, o.key, o.lang)
		}
	}
}

// checkOptions: no two answers look the same to the one who listens.
func (k *linker) checkOptions(where string, options []*option) {
	for i, o := range options {
		if !o.goTo.given() && !o.more {
			k.add(o.at, "target", "%s: option %s: want goto", where, o.key)
		}
		for _, other := range options[:i] {
			if o.only != "" && other.only != "" && o.only != other.only {
				continue
			}
			if o.key == other.key && o.cond == "" && other.cond == "" {
				k.add(o.at, "duplicate", "%s: two options have the key %s", where, o.key)
			}
			k.checkWords(where, o, other)
		}
		for _, g := range k.s.globals {
			for _, w := range slices.Concat(slices.Collect(maps.Values(o.words))...) {
				if slices.ContainsFunc(g.words, func(v []string) bool { return same(v, w) }) {
					k.add(o.at, "duplicate", "%s: option %s: %q works at every question already", where, o.key, strings.Join(w, " "))
				}
			}
		}
	}
}

func (k *linker) checkWords(where string, a, b *option) {
	for _, w := range slices.Concat(slices.Collect(maps.Values(a.words))...) {
		for _, v := range slices.Concat(slices.Collect(maps.Values(b.words))...) {
			if same(w, v) {
				k.add(a.at, "duplicate", "%s: options %s and %s both have the word %q", where, b.key, a.key, strings.Join(w, " "))
			}
		}
	}
}
