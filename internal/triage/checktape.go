package triage

import (
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// Bounds of a recording: long enough to say what is needed, short enough to be
// heard before somebody is called back.
const (
	leastTape, mostTape   = 10 * time.Second, 2 * time.Minute
	leastPause, mostPause = 3 * time.Second, 10 * time.Second
)

// checkTape: a recording has bounds, a way on for whatever becomes of it, and
// somebody's consent.
func (k *linker) checkTape(n *node) {
	need := func(ok bool, at spot, text string) {
		if !ok {
			k.add(at, "recording", "%s: %s", n.id, text)
		}
	}
	need(n.next.given() && n.outcomes["taped"].given() && n.outcomes["short"].given(), n.at, "want on with taped and short, and else for silence")
	need(n.only == hotline.Voice, n.at, "want only: voice, since a thread has nothing to record")
	need(n.longest >= leastTape && n.longest <= mostTape, k.of(n, "longest"), "longest: want 10s to 120s")
	need(n.pause >= leastPause && n.pause <= mostPause, k.of(n, "pause"), "pause: want 3s to 10s of silence, after which the recording ends")
	need(n.consent.given(), n.at, "want consent: the question whose answer allows the recording")
}

// checkTapes: nobody is recorded who has not said yes to it in words or by a
// key, the counselor sees that they did, and only what was recorded is kept.
func (k *linker) checkTapes() {
	taped := k.reach(func(n *node) bool { return n.kind == tapeNode })
	for _, n := range k.s.order {
		switch {
		case n.kind == keepNode && taped[n]:
			k.add(n.at, "recording", "%s: a way leads here on which nothing was recorded", n.id)
		case n.kind == tapeNode && n.consent.node != nil:
			k.checkConsent(n)
		}
	}
}

func (k *linker) checkConsent(n *node) {
	asked := n.consent.node
	if asked.kind != askNode || asked.label[k.s.langs[0]] == "" {
		k.add(n.consent.at, "recording", "%s: consent: want a question with a label, so that the answer is kept", n.id)
	}
	if k.reach(func(m *node) bool { return m == asked })[n] {
		k.add(n.consent.at, "recording", "%s: a way around %s leads here: somebody would be recorded unasked", n.id, asked.id)
	}
	for _, ladder := range [][]rung{asked.noInput, asked.noMatch} {
		for _, step := range ladder {
			if step.to.node != nil && k.unasked(step.to.node, n) {
				k.add(step.to.at, "recording", "%s: whoever does not answer %s would be recorded: silence is no consent", n.id, asked.id)
			}
		}
	}
}

// unasked reports whether a node leads to another without any question.
func (k *linker) unasked(from, to *node) bool {
	if from == to {
		return true
	}
	if from.waits() {
		return false
	}
	for _, t := range from.targets() {
		if t.node != nil && k.unasked(t.node, to) {
			return true
		}
	}
	return false
}

// taped: nobody in danger is left to a recording, and who keeps one has been
// asked about safety as before any queue.
func (p *prover) taped(s took, e Effect) {
	switch e := e.(type) {
	case Tape:
		q := p.k.s.nodes[s.next.Queue]
		if s.next.Risk >= p.k.s.roles.danger.risk || q != nil && q.band == hotline.Emergency {
			p.say(p.t.reference(s.before, s.in), "recording", "somebody in danger is led to a recording instead of a person (%s)", p.t.path(s))
		}
		if s.next.Quiet {
			p.say(p.t.reference(s.before, s.in), "recording", "somebody who cannot talk is asked to speak (%s)", p.t.path(s))
		}
	case Keep:
		if e.Band > hotline.Urgent {
			p.passedBy(s)
		}
		if e.Band > hotline.Urgent && s.next.Risk >= 2 {
			p.say(p.t.culprit(s), "risk", "somebody with risk %d is left with a message in the %v band (%s)", s.next.Risk, e.Band, p.t.path(s))
		}
		for _, after := range s.effects {
			if _, ends := after.(End); ends {
				return
			}
		}
		p.say(p.t.culprit(s), "recording", "a message is kept and the call goes on: want an end with the reason message (%s)", p.t.path(s))
	default:
	}
}
