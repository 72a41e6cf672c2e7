package triage

import (
	"slices"
	"strings"

	"github.com/tideover/tideover/internal/hotline"
)

// checkNode: every kind has what it needs to go on.
func (k *linker) checkNode(n *node) {
	need := func(ok bool, at spot, rule, text string) {
		if !ok {
			k.add(at, rule, "%s: %s", n.id, text)
		}
	}
	need(n.id != back, n.at, "duplicate", "this name is taken")
	switch n.kind {
	case askNode:
		need(len(n.options) > 0, k.of(n, "options"), "options", "a question without options")
		k.checkList(n)
		k.checkOptions(n.id, n.options)
		k.checkMenu(n)
		k.checkLadders(n)
		k.checkValues(n)
	case collectNode:
		need(n.digits >= 2 && n.digits <= 10, k.of(n, "digits"), "digits", "digits: want 2 to 10")
		need(n.date == 0 || k.holds(n.into, dateVar) && (n.digits == 4 || n.digits == 8), k.of(n, "date"), "variable", "date: want into with a variable of type date, and digits 4 (MMDD) or 8")
		need(n.next.given(), n.at, "target", "want goto")
		need(k.declared(n.into), k.of(n, "into"), "variable", "into: want a declared variable"+meant(n.into, k.variables()))
		k.checkOptions(n.id, n.options)
		k.checkLadders(n)
		k.checkValues(n)
	case textNode: // checkByText
	case sayNode, keepNode, eraseNode:
		need(n.next.given(), n.at, "target", "want goto")
	case branchNode:
		need(n.next.given(), n.at, "target", "want else")
	case queueNode:
		need(slices.Contains(hotline.Needs(), n.need), k.of(n, "need"), "queue", "need: want one that counselors serve"+meant(string(n.need), needNames()))
		need(n.risk <= 3, k.of(n, "risk"), "queue", "risk: want 0 to 3")
		// A queue says nothing of overflow: after a while the hold loop itself
		// offers a callback and 988, in every queue.
	case sendNode:
		need(n.next.given() && n.other.given(), n.at, "target", "want goto and else")
		need(k.s.phrases[n.send] != nil, k.of(n, "send"), "phrase", "send: want the id of a phrase"+meant(string(n.send), k.phraseNames()))
		need(n.unknown == "" || k.s.phrases[n.unknown] != nil, k.of(n, "unknown"), "phrase", "unknown: want the id of a phrase"+meant(string(n.unknown), k.phraseNames()))
		need(!k.tells(n.send) || n.unknown != "" && !k.tells(n.unknown), k.of(n, "send"), "phrase", "unknown: want a text without variables, for where one of "+string(n.send)+" is not known")
	case promiseNode, seatNode:
		need(n.next.given() && len(n.outcomes) > 0, n.at, "target", "want on and else")
		k.checkCall(n)
		need(n.kind == promiseNode || k.holds(n.group, idVar), k.of(n, "group"), "variable", "group: want a declared variable of type id")
	case dueNode:
		need(n.next.given() && n.other.given(), n.at, "target", "want goto and else")
		need(k.holds(n.into, dateVar), k.of(n, "into"), "variable", "into: want a declared variable of type date"+meant(n.into, k.variables()))
		k.checkLaw(n)
	case oweNode:
		need(n.next.given(), n.at, "target", "want goto")
		need(n.duty == Reroute || n.duty == CheckIn || n.duty == Complaint, k.of(n, "duty"), "duty", "duty: want reroute, check_in or complaint")
		need(n.due == "" || k.holds(n.due, dateVar), k.of(n, "due"), "variable", "due: want a declared variable of type date")
	case tapeNode:
		k.checkTape(n)
	case endNode:
		need(n.reason != "", n.at, "end", "want a reason")
	}
	// There is no bridge to another line yet; when there is, it needs a way on
	// for busy and for no answer.
}

// tells reports whether a text holds a variable of the session.
func (k *linker) tells(id PhraseID) bool {
	if p := k.s.phrases[id]; p != nil {
		for _, text := range p.say {
			for name := range filledBy(text) {
				if k.declared(name) {
					return true
				}
			}
		}
	}
	return false
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
			k.add(k.of(n, v.what), "variable", "%s: %s: want a declared variable of type %s%s", n.id, v.what, v.is, meant(v.name, k.variables()))
		}
	}
}

// variables, needNames and phraseNames are what somebody may have meant.
func (k *linker) variables() []string {
	all := make([]string, 0, len(k.s.vars))
	for _, v := range k.s.vars {
		all = append(all, v.name)
	}
	return all
}

func needNames() []string {
	var all []string
	for _, n := range hotline.Needs() {
		all = append(all, string(n))
	}
	return all
}

func (k *linker) phraseNames() []string {
	var all []string
	for _, id := range k.s.phraseIDs() {
		all = append(all, string(id))
	}
	return all
}

// checkList: what is read out has an other way where it is empty, and keys of
// its own where it is chosen from.
func (k *linker) checkList(n *node) {
	switch n.list {
	case "":
		return
	case listGroups:
		if !n.next.given() || !n.other.given() || !k.holds(n.into, idVar) {
			k.add(k.of(n, "list"), "list", "%s: list: groups: want goto, none for when there are no groups, and into with a variable of type id", n.id)
		}
		for _, o := range n.options {
			if o.key <= "3" {
				k.add(k.by(o, "key"), "duplicate", "%s: the keys 1 to 3 choose a group", n.id)
			}
		}
	case listHelp:
	default:
		k.add(k.of(n, "list"), "list", "%s: list: want groups or help", n.id)
	}
}

// checkLadders: silence and misunderstanding end at a node, never in nothing.
func (k *linker) checkLadders(n *node) {
	for name, ladder := range map[string][]rung{"on_no_input": n.noInput, "on_no_match": n.noMatch} {
		at := k.place(n.at, n.id+"."+name, n.id+"."+name+"#", "defaults."+name)
		for i, step := range ladder {
			if last := i == len(ladder)-1; last != (step.do == "") {
				k.add(at, "ladder", "%s: %s: want repeat, again, slow or sorry, and a node at the end", n.id, name)
				break
			}
		}
		if len(ladder) == 0 {
			k.add(at, "ladder", "%s: a question without %s", n.id, name)
		}
	}
	if n.timeout <= 0 {
		k.add(k.of(n, "timeout"), "ladder", "%s: want a timeout", n.id)
	}
}

func (k *linker) checkValues(n *node) {
	if n.into != "" && !k.declared(n.into) {
		k.add(k.of(n, "into"), "variable", "%s: into: %q is not declared%s", n.id, n.into, meant(n.into, k.variables()))
	}
	for _, o := range n.options {
		into := n.takes(o)
		v, known := k.s.variable(into)
		if o.into != "" && !known {
			k.add(k.by(o, "into"), "variable", "%s: option %s: into: %q is not declared%s", n.id, o.key, o.into, meant(o.into, k.variables()))
		}
		if o.value != "" && into == "" {
			k.add(k.by(o, "value"), "variable", "%s: option %s: a value, and the question has no into", n.id, o.key)
		}
		if o.value != "" && known && !v.fits(o.value) {
			k.add(k.by(o, "value"), "variable", "%s: option %s: value %q does not fit the variable %q%s", n.id, o.key, o.value, into, meant(o.value, v.of))
		}
		if o.risk < 0 || o.risk > 3 {
			k.add(k.by(o, "risk"), "risk", "%s: option %s: risk: want 0 to 3", n.id, o.key)
		}
		if o.lang != "" && !slices.Contains(k.s.langs, o.lang) {
			k.add(k.by(o, "lang"), "language", "%s: option %s: no language %q", n.id, o.key, o.lang)
		}
		k.checkPart(n, o)
	}
}

// checkPart: what is not always offered is not always said.
func (k *linker) checkPart(n *node, o *option) {
	if o.cond == "" {
		return
	}
	for _, ch := range channels() {
		v := voicing{k.s.langs[0], ch}
		if n.say[v] != "" && o.say[v] == "" && (o.only == "" || o.only == ch) && (n.only == "" || n.only == ch) {
			k.add(k.by(o, "if"), "condition", "%s: option %s: with if it needs a say of its own by %s, which is said only where it holds", n.id, o.key, ch)
		}
	}
}

// checkMenu: six answers are as much as anybody keeps in mind by ear.
func (k *linker) checkMenu(n *node) {
	for _, ch := range channels() {
		keys := map[string]bool{}
		for _, o := range n.options {
			if o.only == "" || o.only == ch {
				keys[o.key] = true
			}
		}
		if len(keys) > mostOptions && (n.only == "" || n.only == ch) {
			k.warn(k.of(n, "options"), "menu", "%s: %d answers by %s; at most %d are kept in mind", n.id, len(keys), ch, mostOptions)
		}
	}
}

// mostOptions is more than the four of ISO/IEC 13714: six ways in, and 0 and 9
// are the same everywhere.
const mostOptions = 6

// spokenWords joins the words of an answer.
func spokenWords(words []string) string { return strings.Join(words, " ") }
