package triage

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// prover looks at every step that callers can take, and keeps those that must
// not be.
type prover struct {
	k    *linker
	t    *tour
	told map[string]bool
	low  map[string]int // least risk with which anybody comes to a question
	far  map[string]int // fewest inputs to a question

	parting map[string]bool // questions after the caller has said that nothing else is needed
}

// mostScenes bounds a walk. A script that has more cannot be proved in time to
// start with it.
const mostScenes = 20_000

// prove walks the engine in both channels.
func (k *linker) prove() {
	told := map[string]bool{}
	far := map[string]int{}
	var begun []scene // by text, of what began as a call
	for _, ch := range channels() {
		p := &prover{k: k, t: k.s.newTour(), told: told, low: map[string]int{}, far: far, parting: k.s.parting()}
		p.t.begun = begun
		p.t.took = p.judge
		if !p.t.walk(ch) {
			k.warn(k.order0(), "proof", "more than %d situations by %s: what follows has been looked at and not proved", mostScenes, ch)
		}
		p.scenes()
		p.lowered()
		begun = p.t.changed
	}
	for _, n := range k.s.order {
		asks := n.kind == askNode || n.kind == collectNode || n.kind == queueNode || n.kind == promiseNode || n.kind == tapeNode || n.kind == textNode
		depth, seen := far[n.id]
		switch {
		case asks && !seen:
			k.warn(n.at, "unreachable", "%s: no way that callers can take leads here", n.id)
		case asks && depth > k.s.turns:
			k.add(n.at, "limits", "%s: %d inputs away; after %d a person takes over", n.id, depth, k.s.turns)
		}
	}
	k.proveTexts()
	k.proveTimes()
}

// say adds a finding once at a place.
func (p *prover) say(at spot, rule, format string, args ...any) {
	if id := rule + at.id(); !p.told[id] {
		p.told[id] = true
		p.k.add(at, rule, format, args...)
	}
}

// judge is told of every step.
func (p *prover) judge(s took) {
	for _, e := range s.effects {
		switch e := e.(type) {
		case Enqueue:
			if e.Band > hotline.Urgent {
				p.passedBy(s)
			}
			if e.Band > hotline.Urgent && s.next.Risk >= 2 {
				p.say(p.t.culprit(s), "risk", "somebody with risk %d comes into the %v queue (%s)", s.next.Risk, e.Band, p.t.path(s))
			}
		case Tape, Keep:
			p.taped(s, e)
		case Page, End:
			p.numbers(s, e)
		case SendText:
			if s.next.Quiet {
				at := p.t.reference(s.before, s.in)
				if n := p.t.sends(s, p.t.worlds[0]); n != nil {
					at = p.k.of(n, "send")
				}
				p.say(at, "quiet", "a text to somebody who cannot talk could be read by others (%s)", p.t.path(s))
			}
		default: // the others can do no harm
		}
	}
	if n := p.k.s.nodes[s.next.Node]; n != nil && (n.kind == askNode || n.kind == collectNode) && n != p.k.s.roles.start &&
		!n.aside && !p.decides(n.id) && !s.next.Safety && !s.next.Quiet && !p.t.spoke(s) {
		p.passedBy(s)
	}
	if s.next.Queue != "" && s.from >= 0 {
		p.reached(s.next.Queue, p.t.all[s.from].depth+1)
	}
	p.unanswered(s)
	if s.next.Risk < s.before.Risk {
		p.say(p.t.reference(s.before, s.in), "risk", "the risk falls from %d to %d (%s)", s.before.Risk, s.next.Risk, p.t.path(s))
	}
}

// unanswered: what is no answer to a question of safety is taken for a risk.
func (p *prover) unanswered(s took) {
	last := s.next.Node != s.before.Node || s.next.Silent == 0 && s.next.Missed == 0
	if s.in.Kind != Silence && s.in.Text != wrongKey || !p.decides(s.before.Node) || !last || s.before.Queue != "" {
		return
	}
	if q := p.k.s.nodes[s.next.Queue]; q == nil || q.band > hotline.Urgent {
		p.say(p.t.reference(s.before, s.in), "silence", "no answer to a question of safety is taken for a risk: want the urgent queue (%s)", p.t.path(s))
	}
}

func (p *prover) decides(node string) bool {
	return node == p.k.s.roles.safety.id || node == p.k.s.roles.unsure.id
}

// passedBy: nobody comes into a line that can wait without having been asked about
// safety, or is asked anything else before that. Who cannot talk, or has said in
// words why the question is not for them, may be asked what is.
func (p *prover) passedBy(s took) {
	if s.before.Safety || p.decides(s.before.Node) && s.next.Safety {
		return
	}
	roles := p.k.s.roles
	scenes := p.t.chain(s.from)
	for i, at := range scenes {
		next, in := s.next.Node, s.in
		if i+1 < len(scenes) {
			next, in = scenes[i+1].ses.Node, scenes[i+1].in
		}
		if n := p.k.s.nodes[next]; next != roles.start.id && !p.decides(next) && (n == nil || !n.aside) {
			p.say(p.t.reference(at.ses, in), "avoidable", "a way around the safety question (%s)", p.t.path(s))
			return
		}
	}
	p.say(roles.start.at, "avoidable", "a way around the safety question (%s)", p.t.path(s))
}

// numbers: whoever is in danger, or is left, has been told both numbers in the
// very same step.
func (p *prover) numbers(s took, e Effect) {
	if end, ok := e.(End); s.next.Quiet || ok && s.before.Queue != "" && !leaves(end.Reason) && end.Reason != goneToText {
		return // nothing telling is said to who cannot talk; and who waits is not left
	}
	var said []string
	for _, l := range spokenIn(s.effects) {
		said = append(said, l.Text)
	}
	if p.k.s.bothNamed(strings.Join(said, " "), s.before.Channel) || p.k.broken("safety") {
		return
	}
	p.say(p.t.culprit(s), "safety", "neither 911 nor 988 is named here in one breath (%s)", p.t.path(s))
}

// scenes: from every question a person is two inputs away, and silence leads
// to one.
func (p *prover) scenes() {
	for i := range p.t.all {
		at := p.t.all[i]
		n := p.k.s.nodes[at.ses.Node]
		p.reached(at.ses.Node, at.depth)
		if n == nil || n.kind != askNode && n.kind != collectNode {
			continue
		}
		if low, ok := p.low[n.id]; !ok || at.ses.Risk < low {
			p.low[n.id] = at.ses.Risk
		}
		if at.ses.Awaits != "" {
			continue
		}
		p.person(i, n)
	}
	p.silent()
}

func (p *prover) reached(node string, depth int) {
	if was, ok := p.far[node]; !ok || depth < was {
		p.far[node] = depth
	}
}

func (p *prover) person(i int, n *node) {
	waits := func(j int) bool { return p.t.all[j].ses.Queue != "" }
	for _, j := range p.t.after[edge{i, personKey}] {
		if !waits(j) && !slices.ContainsFunc(p.t.after[edge{j, personKey}], waits) {
			p.say(n.at, "person", "%s: 0 and 0 again lead to nobody (%s)", n.id, p.t.pathTo(i))
		}
	}
}

// silent follows callers who say nothing more: each chain of ladders ends where
// the case waits, or at a goodbye to who is done.
func (p *prover) silent() {
	well := map[int]bool{}
	for i, at := range p.t.all {
		well[i] = at.ses.Queue != "" || at.ses.Awaits != "" || at.ses.Channel == hotline.SMS
	}
	for grew := true; grew; {
		grew = false
		for i, at := range p.t.all {
			after := p.t.after[edge{i, ""}]
			if !well[i] && len(after) > 0 && !slices.ContainsFunc(after, func(j int) bool { return !well[j] && !(p.ended(j) && p.parting[at.ses.Node]) }) {
				well[i], grew = true, true
			}
		}
	}
	circle := p.circles()
	for i, at := range p.t.all {
		if n := p.k.s.nodes[at.ses.Node]; well[i] || n == nil || n.kind != askNode && n.kind != collectNode {
			continue
		}
		for _, j := range p.t.after[edge{i, ""}] {
			if p.ended(j) || circle[i] {
				p.say(p.t.reference(at.ses, Input{Kind: Silence}), "silence", "whoever says nothing reaches nobody (%s, then silence)", p.t.pathTo(i))
			}
		}
	}
}

// ended reports whether the contact is over at a scene.
func (p *prover) ended(i int) bool {
	n := p.k.s.nodes[p.t.all[i].ses.Node]
	return n != nil && n.kind == endNode && p.t.all[i].ses.Queue == ""
}

// circles lists the scenes to which silence leads back.
func (p *prover) circles() map[int]bool {
	all, seen := map[int]bool{}, make([]int, len(p.t.all)) // by which walk, from 1
	for i := range p.t.all {
		for at := i; seen[at] == 0 || seen[at] == i+1; {
			if seen[at] == i+1 {
				if all[at] {
					break // once around
				}
				all[at] = true
			}
			seen[at] = i + 1
			after := p.t.after[edge{at, ""}]
			if len(after) == 0 {
				break
			}
			at = after[0]
		}
	}
	return all
}

// parting lists the questions from which no answer leads to a person any more:
// they are asked of who is done, and silence there is a goodbye. So is silence
// outside of the hours, when there is nobody to reach.
func (s *Script) parting() map[string]bool {
	ahead := map[*node]bool{}
	for grew := true; grew; {
		grew = false
		for _, n := range s.order {
			if !ahead[n] && (n.kind == queueNode || slices.ContainsFunc(n.targets(), func(t target) bool { return t.node == nil || ahead[t.node] })) {
				ahead[n], grew = true, true
			}
		}
	}
	all := map[string]bool{}
	for _, n := range s.order {
		all[n.id] = !ahead[n] || s.roles.shut.has(n)
	}
	return all
}

// lowered: no answer names a risk that is lower than what brought everybody
// here.
func (p *prover) lowered() {
	for _, n := range p.k.s.order {
		low, seen := p.low[n.id]
		for _, o := range n.options {
			if seen && o.risk > 0 && o.risk < low {
				p.say(p.k.by(o, "risk"), "risk", "%s: option %s: risk %d, and whoever is asked this has at least %d; it never falls", n.id, o.key, o.risk, low)
			}
		}
	}
}

// proveTexts: whoever cannot get a text is not offered one. So it is for all
// callers while line.yaml says texts: off, and always for some.
func (k *linker) proveTexts() {
	t := k.s.newTour()
	without := t.worlds[0]
	without.CanText = false
	t.worlds = []world{without, t.worlds[1]}
	p := &prover{k: k, t: t, told: map[string]bool{}}
	references := k.s.references()
	t.took = func(s took) {
		sent := t.sends(s, without)
		n := k.s.nodes[s.before.Node]
		switch {
		case sent == nil || n == nil:
		case n.kind != queueNode:
			p.say(t.offer(s, references), "texts", "a text is offered to somebody who cannot get one, as while texts are off: want if: can_text (%s)", t.path(s))
		case len(spokenIn(s.effects)) == 0: // the words of the loop say by themselves what is offered
			p.say(k.of(sent, "else"), "texts", "%s: where no text can be sent, nothing is said (%s)", sent.id, t.path(s))
		}
	}
	t.walk(hotline.Voice)
}

// proveTimes: a person is never far.
func (k *linker) proveTimes() {
	for _, t := range k.s.Times() {
		if !t.Over() {
			continue
		}
		at := k.order0()
		if t.phrase != "" {
			at = k.phraseAt(t.phrase, voicing{k.s.langs[0], t.Channel})
		}
		if n := k.s.nodes[t.longest]; n != nil {
			at = k.textAt(n.id, "say", voicing{hotline.Lang(t.Lang), t.Channel}, n.at)
			if t.Lang == "" {
				at = k.textAt(n.id, "say", voicing{k.s.langs[0], t.Channel}, n.at)
			}
		}
		k.add(at, "time", "%s", t.over())
	}
}

func (t Time) over() string {
	lang := t.Lang
	if lang == "" {
		lang = "all languages"
	}
	if t.Channel == hotline.SMS {
		return fmt.Sprintf("%s (%s): %d parts of texts until a person, want at most %d", t.Way, lang, t.Parts, t.Most)
	}
	return fmt.Sprintf("%s (%s): %.1f s of speech until then, want at most %d s; this is the longest of it", t.Way, lang, t.Spoken.Seconds(), t.Most)
}

var proofDay = time.Date(2026, time.November, 24, 12, 0, 0, 0, time.UTC)
