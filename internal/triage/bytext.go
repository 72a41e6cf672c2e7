package triage

import (
	"slices"

	"github.com/tideover/tideover/internal/hotline"
)

// works reports whether an answer is there in a channel; without one in any.
func (g *global) works(ch hotline.Channel) bool { return g.only == "" || ch == "" || g.only == ch }

// byTextKey is the answer by which a call goes on by text; nil where the script
// has none.
func (s *Script) byTextKey() *global {
	for i := range s.globals {
		if g := &s.globals[i]; g.text {
			return g
		}
	}
	return nil
}

// toTextBy reports whether a digit would be that answer. Only who presses it
// means it: "eight" is how many days of medicine somebody has.
func (r *run) toTextBy(digit string) bool {
	g := r.s.byTextKey()
	return g != nil && g.key == digit
}

// nearer reports whether words that ask to go on by text mean something else:
// an answer of this question that has to do with texts, or a number.
func (r *run) nearer(g *global, n *node, words []string) bool {
	if !g.text {
		return false
	}
	if len(bare(words)) == 1 && digits(bare(words)) == g.key {
		return true
	}
	_, whole := r.byWords(n.options, words, true)
	return whole
}

// leaveFor asks about going on by text, and remembers the question that was
// left for it.
func (r *run) leaveFor(g *global) {
	switch n := r.here(); {
	case n.aside:
	case n.kind == askNode || n.kind == collectNode:
		r.ses.Back = n.id
	default:
		r.ses.Back = ""
	}
	r.goTo(g.goTo)
}

// toText goes on by text. What is said aloud ends the call, or keeps whoever is
// in danger company; the first text asks what was asked when the key was
// pressed. What a question about safety says is not for whoever else looks at
// the phone: there, and for a caller who cannot talk, the first text asks no more
// than whether they are ready.
func (r *run) toText(n *node, outcome string) {
	left := r.s.nodes[r.ses.Back]
	r.ses.Back = ""
	r.goTo(n.outcomes[outcome])
	r.out = slices.DeleteFunc(r.out, func(e Effect) bool { _, asks := e.(Ask); return asks })
	r.ses.Channel, r.ses.Slow, r.ses.Again = hotline.SMS, false, false
	r.fresh()
	left = r.asked(left)
	switch {
	case left == nil:
		r.ses.Node = r.ses.Queue
		r.emit(ToText{First: r.s.Lines(n.send, r.ses.Lang, hotline.SMS)})
	case n.then.node != nil && (left.clinical || r.ses.Quiet):
		r.ses.Node, r.ses.Back = n.then.node.id, left.id
		r.emit(ToText{First: r.asking(n.then.node, false).Lines, Asks: true})
	default:
		r.ses.Node = left.id
		first := r.s.Lines(n.send, r.ses.Lang, hotline.SMS)
		r.emit(ToText{First: append(first, r.asking(left, false).Lines...), Asks: true})
	}
}

// asked is the question that is asked by text: the one that was left, if it is
// there by text too. Nil: the caller waits.
func (r *run) asked(left *node) *node {
	switch {
	case left != nil && left.only != hotline.Voice:
		return left
	case r.ses.Queue != "":
		return nil
	case !r.ses.Safety:
		return r.s.roles.safety
	}
	return r.s.roles.menu
}

// Aloud gives the session of a contact that comes back from text to the phone:
// at its place in line, or at the question that is open.
func (s *Script) Aloud(ses Session) Session {
	ses.Channel = hotline.Voice
	switch n := s.nodes[ses.Node]; {
	case ses.Queue != "":
		ses.Node, ses.Back = ses.Queue, ""
	case n == nil || n.only == hotline.SMS:
		ses.Node, ses.Back = ses.Back, ""
	}
	return ses
}

// markAside marks the places that ask about going on by text: whoever comes
// there has left a question, and is led back to it.
func (k *linker) markAside() {
	var visit func(t target)
	visit = func(t target) {
		if t.node == nil || t.node.aside || t.node.kind == queueNode {
			return
		}
		t.node.aside = true
		for _, to := range t.node.targets() {
			visit(to)
		}
	}
	for _, g := range k.s.globals {
		if g.text {
			visit(g.goTo)
		}
	}
	for _, n := range k.s.order {
		if n.kind == textNode && n.then.node != nil {
			n.then.node.moved = true
		}
	}
}

// checkByText: the key is pressed wherever somebody is asked or waits, so that
// all it leads to must be fit for whoever cannot talk, and for a caller who has
// not been asked about safety yet.
func (k *linker) checkByText() {
	for _, n := range k.s.order {
		if n.aside && n.kind != endNode && !n.hush {
			k.add(n.at, "quiet", "%s: asked about going on by text, also of whoever cannot talk: want hush", n.id)
		}
		if n.kind != textNode {
			continue
		}
		if !n.next.given() || !n.outcomes[Texting].given() || !n.outcomes[Staying].given() {
			k.add(n.at, "target", "%s: want else, and on with texting and staying", n.id)
		}
		if k.s.phrases[n.send] == nil {
			k.add(k.of(n, "send"), "phrase", "%s: send: want the id of a phrase%s", n.id, meant(string(n.send), k.phraseNames()))
		}
		if n.only != hotline.Voice || !n.aside {
			k.add(n.at, "target", "%s: want only: voice, and a globals entry with do: text that leads here", n.id)
		}
		if t := n.then.node; t == nil || t.kind != askNode || t.only != hotline.SMS || !t.hush || t.clinical {
			k.add(n.at, "target", "%s: then: want a question by text that tells nothing (hush), for where the one that was left would tell", n.id)
		}
	}
}
