package triage

import (
	"maps"
	"slices"

	"github.com/tideover/tideover/internal/hotline"
)

// structure are the rules whose errors leave a graph that cannot be walked.
var structure = []string{
	"yaml", "tab", "file", "anchor", "schema", "type", "role", "global", "kind", "target", "options", "list", "ladder", "condition", "cycle", "key",
	"queue", "digits", "variable", "phrase", "duty", "end", "language", "quiet",
}

// check finds what a script must not have. It runs on the linked graph; what
// must hold on every way is proved after that, by walking the engine.
func (k *linker) check() {
	for _, name := range slices.Sorted(maps.Keys(k.role)) {
		if k.role[name].node == nil && (!optional(name) || k.role[name].given()) {
			return // nothing can be said of a graph without its roles
		}
	}
	if k.s.turns < 10 {
		k.add(k.place(spot{file: k.order0().file}, "limits.turns", ".limits#"), "limits", "limits: turns: want at least 10")
	}
	k.checkRoles()
	k.checkShut()
	k.checkGlobals()
	if !k.s.unproved {
		k.checkEverywhere()
	}
	for _, n := range k.s.order {
		k.checkNode(n)
		k.checkTexts(n)
	}
	k.checkOptions("loop", k.s.loop)
	k.checkPhrases()
	k.checkReach()
	k.checkTapes()
	k.checkEnds()
	k.checkWaits()
	k.checkQuiet()
	k.checkByText()
	k.checkLengths()
	if !k.s.unproved && !k.broken(structure...) {
		k.prove()
	}
}

func (k *linker) order0() spot {
	if len(k.s.order) == 0 {
		return spot{}
	}
	return k.s.order[0].at
}

// of is where a node says something, or should.
func (k *linker) of(n *node, keys ...string) spot {
	names := make([]string, 0, 2*len(keys))
	for _, key := range keys {
		names = append(names, n.id+"."+key, n.id+"."+key+"#")
	}
	return k.place(n.at, names...)
}

// by is where an option says something.
func (k *linker) by(o *option, key string) spot { return k.place(o.at, o.at.id()+"."+key) }

// checkRoles: the places that the engine leads to are what it takes them for.
func (k *linker) checkRoles() {
	r := k.s.roles
	for name, n := range map[string]*node{"start": r.start, "safety": r.safety, "unsure": r.unsure, "menu": r.menu} {
		if n.kind != askNode || n.only != "" {
			k.add(k.role[name].at, "role", "%s: %s must be a question for both channels", name, n.id)
		}
	}
	if n := r.danger; n.kind != queueNode || n.band != hotline.Emergency || n.page == "" || n.risk < 3 {
		at := k.of(n, "risk")
		switch {
		case n.kind == queueNode && n.band != hotline.Emergency:
			at = k.of(n, "band")
		case n.kind != queueNode || n.page == "":
			at = n.at
		}
		k.add(at, "role", "danger: %s must be a queue of the emergency band with a page and risk 3", n.id)
	}
	if n := r.urgent; n.kind != queueNode || n.band != hotline.Urgent {
		k.add(k.of(n, "band"), "role", "urgent: %s must be a queue of the urgent band", n.id)
	}
	for _, t := range r.person.targets() {
		if t.node == nil || t.node.kind != queueNode {
			k.add(t.at, "role", "person: %s must lead to a queue at once", r.person.id)
		}
	}
}

// checkEverywhere: what callers learn once works at every question.
func (k *linker) checkEverywhere() {
	at := k.place(spot{file: k.order0().file}, ".globals#")
	for key, want := range map[string]*node{"0": k.s.roles.person, "9": k.s.roles.danger, "*": nil} {
		i := slices.IndexFunc(k.s.globals, func(g global) bool { return g.key == key })
		switch {
		case i < 0:
			k.add(at, "global", "globals: want the key %s: 0 is a person, 9 an emergency, * repeats", key)
		case want == nil && !k.s.globals[i].repeat:
			k.add(k.s.globals[i].at, "global", "globals: * must repeat the question: want do: repeat")
		case want != nil && k.s.globals[i].goTo.node != want:
			g := k.s.globals[i]
			k.add(k.place(g.at, g.at.id()+".goto"), "global", "globals: the key %s must lead to %s", key, want.id)
		}
	}
}

// checkGlobals: what works everywhere means one thing.
func (k *linker) checkGlobals() {
	for i, g := range k.s.globals {
		at := k.place(g.at, g.at.id()+".key")
		if g.key != "" && !slices.Contains([]string{"0", "9", "*", "#"}, g.key) && (g.key != "8" || !g.text) {
			k.add(at, "key", "globals: key: want 0, 9, * or #, or 8 to go on by text; 1 to 7 are answers")
		}
		for _, other := range k.s.globals[:i] {
			if g.key != "" && g.key == other.key {
				k.add(at, "duplicate", "globals: the key %s stands here twice", g.key)
			}
			for _, w := range g.words {
				if slices.ContainsFunc(other.words, func(v []string) bool { return same(v, w) }) {
					k.add(k.place(g.at, g.at.id()+".words"), "duplicate", "globals: %q means two things", spokenWords(w))
				}
			}
		}
		k.checkHeard(g.words, k.place(g.at, g.at.id()+".words"))
	}
}
