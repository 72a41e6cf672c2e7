package triage

import (
	"strings"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// maxHops bounds a step. The compiler refuses cycles without a wait, so that
// it is never reached.
const maxHops = 30

// goTo follows a reference.
func (r *run) goTo(t target) {
	switch {
	case t.node != nil:
		r.enter(t.node)
	case r.s.nodes[r.ses.Back] != nil:
		n := r.s.nodes[r.ses.Back]
		r.ses.Back = ""
		r.enter(n)
	case r.ses.Queue != "":
		r.settle()
	default:
		r.enter(r.s.roles.menu)
	}
}

// settle leaves a waiting caller to the waiting loop.
func (r *run) settle() {
	r.ses.Node, r.ses.Back = r.ses.Queue, ""
	r.fresh()
}

func (r *run) fresh() { r.ses.Silent, r.ses.Missed, r.ses.KeyOnly = 0, 0, false }

// enter goes to a node and on from it until somebody is asked, waits, or the
// contact ends. The safety question cannot be passed by.
func (r *run) enter(n *node) {
	roles := r.s.roles
	if r.ses.Quiet {
		n = r.hushed(n)
	}
	if r.hops++; r.hops > maxHops { // after all that leads elsewhere, or it would never end
		n = roles.urgent
	}
	switch {
	case n == roles.person && !r.ses.Safety && r.ses.Queue == "":
		r.set(wantVar, "person")
		n = roles.safety
	case n == roles.menu && !r.ses.Safety && r.ses.Queue == "":
		n = roles.safety
	case n == roles.menu && r.ses.Vars[wantVar] == "person" && r.ses.Queue == "":
		r.set(wantVar, "")
		n = roles.person
	}
	switch n.kind {
	case askNode, collectNode:
		r.ask(n)
	case sayNode:
		r.say(r.s.words(n, r.ses))
		r.goTo(n.next)
	case branchNode:
		r.branch(n)
	case queueNode:
		r.queue(n)
	case sendNode:
		r.sendText(n)
	case textNode:
		if !r.facts.CanText {
			r.goTo(n.next)
			return
		}
		r.ses.Node, r.ses.Awaits = n.id, n.id
		r.emit(r.wished(n))
	case promiseNode, seatNode, tapeNode:
		if to := r.barred(n); to != nil {
			r.enter(to)
			return
		}
		r.ses.Node, r.ses.Awaits = n.id, n.id
		r.emit(r.wished(n))
	case dueNode:
		r.due(n)
	case keepNode:
		r.keep(n)
		r.goTo(n.next)
	case eraseNode:
		r.emit(Erase{})
		r.goTo(n.next)
	case oweNode:
		r.owe(n)
		r.goTo(n.next)
	case endNode:
		r.end(n)
	}
}

// wantVar remembers across the safety question that a person was asked for.
const wantVar = "_want"

// wished is what a node waits for.
func (r *run) wished(n *node) Effect {
	switch n.kind {
	case seatNode:
		return Seat{Group: r.ses.Vars[n.group]}
	case textNode:
		return ByText{}
	case tapeNode:
		return Tape{Node: n.id, Lines: r.s.words(n, r.ses), Longest: n.longest, Pause: n.pause, Slow: r.ses.Slow}
	default:
		return r.promise(n)
	}
}

// keep lets the case wait with the message. A place is never given up for it:
// who waits already waits there.
func (r *run) keep(n *node) {
	band := n.band
	if r.ses.Risk >= 2 {
		band = r.s.roles.urgent.band
	}
	r.ses.Safety = true
	r.emit(Keep{Band: band})
	if r.ses.Queue == "" {
		r.ses.Queue = n.id
	}
}

// owe records a duty, due on the day of a variable or some days from now.
func (r *run) owe(n *node) {
	o := Owe{Kind: n.duty}
	if n.after > 0 {
		o.Due = r.now.AddDate(0, 0, n.after)
	}
	if day, err := time.ParseInLocation(time.DateOnly, r.ses.Vars[n.due], r.now.Location()); err == nil {
		o.Due = day
	}
	r.emit(o)
}

func (r *run) ask(n *node) {
	if n.list != "" && !r.page(n) && n.other.given() {
		r.goTo(n.other)
		return
	}
	r.ses.Node = n.id
	r.fresh()
	if r.ses.Queue != "" && n == r.s.roles.menu {
		r.say(r.s.Lines(MenuWaitingTip, r.ses.Lang, r.ses.Channel))
	}
	r.emit(r.asking(n, false))
}

// asking is the question as an effect; by voice the first one has the
// introduction in the same breath.
func (r *run) asking(n *node, short bool) Ask {
	a := Ask{
		Node: n.id, Lines: r.s.question(n, r.ses, r.facts, short), Digits: max(n.digits, 1), Speech: !r.ses.KeyOnly && !r.ses.Quiet,
		Timeout: n.timeout, Slow: r.ses.Slow, Aside: n.aside,
	}
	if n == r.s.roles.start && r.ses.Channel == hotline.Voice && !short {
		a.Lines = append(r.s.Lines(Intro, r.ses.Lang, r.ses.Channel), a.Lines...)
	}
	langs := r.s.langsOf(r.ses)
	if len(langs) == 1 {
		a.Hints = n.hints[langs[0]] // nobody changes them
		return a
	}
	for _, lang := range langs {
		a.Hints = append(a.Hints, n.hints[lang]...)
	}
	return a
}

func (r *run) say(lines []Spoken) {
	if len(lines) > 0 {
		r.emit(Say{Lines: lines})
	}
}

func (r *run) branch(n *node) {
	env := r.s.env(r.ses, r.facts)
	r.s.date(env, r.today())
	for _, c := range n.when {
		if r.s.holds(c.when, env) {
			r.goTo(c.goTo)
			return
		}
	}
	r.goTo(n.next)
}

// queue lets the case wait here, or raises it where it waits already. A place
// is never given up for a later one. Danger that is said again is answered
// again; whether that pages anybody is for the case to know.
func (r *run) queue(n *node) {
	if r.shut(n) {
		return
	}
	r.ses.Safety = true
	if r.ses.Risk >= 2 && n.band > r.s.roles.urgent.band {
		n = r.s.roles.urgent // whatever the script says: a risk is never answered by a line that can wait
	}
	waits := r.s.nodes[r.ses.Queue]
	if waits != nil && waits.band <= n.band && (n.page == "" || !r.alarm) {
		r.settle()
		return
	}
	r.raise(n.risk, nil)
	r.say(r.s.words(n, r.ses))
	r.emit(Enqueue{Band: n.band, Need: n.need})
	if n.page != "" {
		r.emit(Page{Kind: n.page})
	}
	r.ses.Queue = n.id
	r.settle()
	if n.then.given() && waits != n {
		r.goTo(n.then)
	}
}

// sendText sends to the caller's phone; by text the words are the answer.
func (r *run) sendText(n *node) {
	if r.ses.Channel == hotline.SMS {
		r.say(r.letter(n))
		r.goTo(n.next)
		return
	}
	if !r.facts.CanText {
		r.goTo(n.other)
		return
	}
	lines := r.letter(n)
	text := make([]string, 0, len(lines))
	for _, l := range lines {
		text = append(text, l.Text)
	}
	r.emit(SendText{Line: Spoken{Lang: r.ses.Lang, Text: strings.Join(text, "\n")}})
	r.say(r.s.words(n, r.ses))
	r.goTo(n.next)
}

// letter is what a node sends, with the places that were read out before and
// what is known of the caller's case.
func (r *run) letter(n *node) []Spoken {
	id := n.send
	for name := range filledBy(r.s.Phrase(id, r.ses.Lang, hotline.SMS)) {
		if _, is := r.s.variable(name); is && r.ses.Vars[name] == "" && n.unknown != "" {
			id = n.unknown
		}
	}
	lines := r.s.Lines(id, r.ses.Lang, hotline.SMS)
	for i, l := range lines {
		v := voicing{l.Lang, hotline.SMS}
		text := strings.ReplaceAll(l.Text, "{{places}}", r.s.places(r.ses, v))
		lines[i].Text = strings.TrimSpace(r.s.filled(text, v, r.ses))
	}
	return lines
}

// end finishes the contact, unless the case waits: then only a promise ends
// the call, and the place is kept.
func (r *run) end(n *node) {
	switch {
	case n.reason == goneToText:
		r.say(r.s.words(n, r.ses))
		r.emit(End{Reason: n.reason})
	case r.ses.Queue == "":
		r.say(r.s.words(n, r.ses))
		r.ses.Node = n.id
		r.emit(End{Reason: n.reason})
	case leaves(n.reason):
		r.say(r.s.words(n, r.ses))
		r.emit(End{Reason: n.reason})
		r.settle()
	default:
		r.say(r.s.Lines(MenuWaitingTip, r.ses.Lang, r.ses.Channel))
		r.settle()
	}
}

// leaves reports whether an end for this reason keeps the place: a callback is
// promised, or a message was left.
func leaves(reason string) bool { return reason == "promised" || reason == "message" }

// goneToText is the reason of an end of the call alone: the case goes on.
const goneToText = "by text"
