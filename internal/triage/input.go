package triage

import (
	"strings"

	"github.com/tideover/tideover/internal/hotline"
)

// keys answers what was pressed.
func (r *run) keys(text string) {
	n := r.here()
	if n.kind == collectNode && len(text) > 1 { // # alone says something; after digits it ends them, as people are used to
		text = text[:1] + strings.TrimRight(text[1:], "#")
	}
	if g := r.globalKey(text); g != nil {
		r.everywhere(g)
		return
	}
	if r.pending() {
		return
	}
	switch n.kind {
	case queueNode:
		if o := r.byKey(r.loopOf(n), text); o != nil {
			r.goTo(o.goTo)
		}
	case collectNode:
		if o := r.byKey(n.options, text); o != nil {
			r.choose(n, o)
			return
		}
		r.collect(n, text)
	case askNode:
		if id := r.picked(n, text); id != "" {
			r.pick(n, text, id)
			return
		}
		if o := r.byKey(n.options, text); o != nil {
			r.choose(n, o)
			return
		}
		r.noMatch(n)
	case sayNode, branchNode, sendNode, promiseNode, seatNode, textNode, tapeNode, keepNode, eraseNode, oweNode, dueNode, endNode:
	}
}

// words answers what was said or written. The detector hears all of it; an
// answer that means at least as much danger as it found stands.
func (r *run) words(text string) {
	n := r.here()
	words := tokens(text)
	if g := r.globalKey(strings.TrimSpace(text)); g != nil && !r.nearer(g, n, words) {
		r.everywhere(g)
		return
	}
	if d := digits(bare(words)); d != "" && len(bare(words)) == 1 && n.kind != collectNode && !r.toTextBy(d) {
		r.keys(d)
		return
	}
	level := r.screen(text)
	if r.pending() && (level < 3 || r.vague) {
		return
	}
	var o *option
	var whole bool
	switch n.kind {
	case askNode:
		o, whole = r.byWords(n.options, words, r.decides(n))
	case collectNode: // beside the answer itself, only what is meant as a whole
		if o = r.byKey(n.options, strings.Join(bare(words), "")); o == nil {
			if o, whole = r.byWords(n.options, words, true); !whole {
				o = nil
			}
		}
	case sayNode, branchNode, queueNode, sendNode, promiseNode, seatNode, textNode, tapeNode, keepNode, eraseNode, oweNode, dueNode, endNode:
	}
	switch {
	case level >= 3 && r.vague && !r.inDanger():
		r.doubt(n)
	case level >= 3 && !r.vague && (!r.inDanger() || n.kind == queueNode):
		r.alarm = true
		r.enter(r.s.roles.danger)
	case o != nil && (whole || o.risk >= level):
		r.choose(n, o)
	case level == 2 && r.urgent():
	case level == 1 && r.unsure(n, words):
	case o != nil:
		r.choose(n, o)
	case n.kind == collectNode && n.date != 0:
		r.collectDate(n, text)
	case n.kind == collectNode:
		r.collect(n, number(words, n.digits))
	case n.kind == askNode:
		r.unmatched(n, words)
	}
}

// decides reports whether the answers of a node are about safety.
func (r *run) decides(n *node) bool { return n == r.s.roles.safety || n == r.s.roles.unsure }

// screen asks the detector and records what it found.
func (r *run) screen(text string) int {
	found, hits := r.s.heard(text)
	level := found
	if r.vague {
		level = min(level, 2)
	}
	r.raise(level, hits)
	return found
}

// urgent leads to the urgent queue, unless the case waits as urgently already.
func (r *run) urgent() bool {
	if q := r.s.nodes[r.ses.Queue]; q != nil && q.band <= r.s.roles.urgent.band {
		return false
	}
	r.enter(r.s.roles.urgent)
	return true
}

// unsure asks once what the words may mean. The safety question is that
// question where it has not been answered.
func (r *run) unsure(n *node, words []string) bool {
	roles := r.s.roles
	switch {
	case n == roles.unsure || r.ses.Vars[checkedVar] != "" || r.inDanger() || r.ses.Quiet:
		return false
	case n.aside && r.ses.Back != "": // the question that was left is still the one to go back to
	case n == roles.start:
		r.hearLang(words)
		r.enter(roles.safety)
		return true
	case n != roles.safety && r.ses.Queue == "":
		r.ses.Back = n.id
	}
	r.set(checkedVar, "1")
	r.enter(roles.unsure)
	return true
}

// checkedVar remembers that words that may mean danger were asked about.
const checkedVar = "_checked"

// unmatched is words that chose nothing. Where the language is asked they may
// still tell it.
func (r *run) unmatched(n *node, words []string) {
	if n == r.s.roles.start && !r.vague && r.hearLang(words) { // a radio does not choose the language
		r.enter(r.s.roles.safety)
		return
	}
	r.noMatch(n)
}

func (r *run) hearLang(words []string) bool {
	if lang := r.s.recognise(words); lang != "" {
		r.ses.Lang = lang
		return true
	}
	return false
}

// choose takes an answer.
func (r *run) choose(n *node, o *option) {
	switch {
	case o.more:
		r.further(n)
		return
	case r.vague && !r.inDanger() && (o.risk >= 3 || o.goTo.node != nil && o.goTo.node.page != ""):
		r.doubt(n)
		return
	case r.vague && r.decides(n) && o.risk == 0: // somebody's "no" is not the caller's
		r.noMatch(n)
		return
	}
	r.understood()
	r.raise(o.risk, nil)
	if o.lang != "" {
		r.ses.Lang = o.lang
	}
	r.answered(n, o.key)
	r.took(n)
	if into := n.takes(o); into != "" {
		r.set(into, o.value)
	}
	r.goTo(o.goTo)
}

// takes names the variable that gets the value of an answer.
func (n *node) takes(o *option) string {
	if o.into != "" {
		return o.into
	}
	return n.into
}

// took takes back what other answers of the question have set before.
func (r *run) took(n *node) {
	for _, o := range n.options {
		if o.into != "" {
			r.set(o.into, "")
		}
	}
}

// answered keeps the answer for the counselor.
func (r *run) answered(n *node, answer string) {
	if r.decides(n) {
		r.ses.Safety = true
	}
	if len(n.label) > 0 {
		r.emit(Record{Answer: hotline.Answer{Question: n.id, Answer: answer}})
	}
}

func (r *run) collect(n *node, digits string) {
	if n.date != 0 {
		r.collectDate(n, digits)
		return
	}
	v, _ := r.s.variable(n.into)
	if len(digits) != n.digits || !digitsOnly(digits) || v.is == phoneVar && !v.fits(digits) {
		r.noMatch(n)
		return
	}
	r.understood()
	r.answered(n, digits)
	r.took(n)
	r.set(n.into, digits)
	r.goTo(n.next)
}

// loopOf lists the keys that work while the case waits at a node.
func (r *run) loopOf(n *node) []*option {
	if !n.loop {
		return nil
	}
	return r.s.loop
}

// pending asks for the outcome of an await again, if one is open.
func (r *run) pending() bool {
	if r.s.nodes[r.ses.Awaits] == nil {
		return false
	}
	r.emit(r.wished(r.s.nodes[r.ses.Awaits]))
	return true
}
