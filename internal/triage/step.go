package triage

import (
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// Step takes the input and gives the session after it and what is to be done,
// in order. It is pure: the same arguments give the same result, and ses is
// left as it was. now is what conditions call today. The error is for an input
// or a channel that does not exist; whatever a caller does has an answer.
func (s *Script) Step(ses Session, in Input, facts Facts, now time.Time) (Session, []Effect, error) {
	if ses.Channel != hotline.Voice && ses.Channel != hotline.SMS {
		return ses, nil, fmt.Errorf("step: channel %q does not exist", ses.Channel)
	}
	r := run{s: s, ses: ses, facts: facts, now: now.In(s.zone)}
	r.ses.Vars = maps.Clone(ses.Vars)
	r.ses.Script = s.version
	switch in.Kind {
	case Start:
		r.start(in.Text)
	case Keys, Words, Silence:
		r.turn(in)
	case Outcome:
		r.outcome(in.Text)
	default:
		return ses, nil, fmt.Errorf("step: input of kind %d does not exist", in.Kind)
	}
	return r.ses, r.effects(), nil
}

// Current asks the open question again; while the case waits there is none.
// It changes nothing.
func (s *Script) Current(ses Session, facts Facts) []Effect {
	n := s.nodes[ses.Node]
	if ses.Node == "" {
		n = s.roles.start
	}
	r := run{s: s, ses: ses, facts: facts}
	if n != nil && n.kind == tapeNode && ses.Awaits == n.id {
		return []Effect{r.wished(n)}
	}
	if n == nil || (n.kind != askNode && n.kind != collectNode) {
		return nil
	}
	return []Effect{r.asking(n, false)}
}

// run is one step while it is taken.
type run struct {
	s     *Script
	ses   Session
	facts Facts
	now   time.Time
	out   []Effect
	risk  int      // to be raised to; 0: nothing
	hits  []string // why
	hops  int
	alarm bool // danger was said by this very input
	heard bool // the input is words
	vague bool // the words were not heard well
}

// effects puts what was raised first: it holds whatever follows.
func (r *run) effects() []Effect {
	if r.risk == 0 && len(r.hits) == 0 {
		return r.out
	}
	return append([]Effect{Raise{Risk: r.ses.Risk, Hits: r.hits}}, r.out...)
}

func (r *run) emit(e Effect) { r.out = append(r.out, e) }

// raise records a risk. It never goes down.
func (r *run) raise(risk int, hits []string) {
	if risk <= r.ses.Risk && len(hits) == 0 {
		return
	}
	r.ses.Risk = max(r.ses.Risk, risk)
	r.risk = max(r.risk, risk)
	r.hits = append(r.hits, hits...)
}

// start begins the contact. A text has words already: they may tell the
// language, ask for a person, or show danger.
func (r *run) start(text string) {
	s := r.s
	r.ses.Node = s.roles.start.id
	if r.ses.Channel == hotline.Voice {
		r.enter(s.roles.start)
		return
	}
	words := tokens(text)
	if r.ses.Lang == "" {
		r.ses.Lang = s.recognise(words)
	}
	if g := r.globalKey(strings.TrimSpace(text)); g != nil && g.quiet {
		r.hush(g)
		return
	}
	g := r.global(words)
	level := 0
	if g == nil || g.repeat {
		g, level = nil, r.screen(text)
	}
	if g == nil && level < 2 && r.ses.Lang == "" { // both languages, in one part
		r.say(s.Lines(IntroShort, "", r.ses.Channel))
		r.enter(s.roles.start)
		return
	}
	r.say(s.Lines(Intro, r.ses.Lang, r.ses.Channel))
	switch {
	case g != nil:
		r.goTo(g.goTo)
	case level >= 3:
		r.enter(s.roles.danger)
	case level == 2:
		r.ses.Safety = true
		r.enter(s.roles.urgent)
	default:
		r.enter(s.roles.safety)
	}
}

// turn counts an input and answers it. Whoever has gone round too long gets a
// person.
func (r *run) turn(in Input) {
	r.ses.Turns++
	again := r.ses.Again
	r.ses.Again = false
	if r.ses.Node == "" {
		r.ses.Node = r.s.roles.start.id
	}
	if r.here() == nil && r.lost(in) {
		return
	}
	if r.ses.Turns > r.s.turns && r.ses.Queue == "" {
		r.ses.Safety, r.ses.Awaits = true, ""
		r.enter(r.s.roles.person)
		return
	}
	switch in.Kind {
	case Keys:
		r.ses.Slow = r.ses.Slow || again && in.Text == "*" // twice in a row: slower from here on
		r.keys(in.Text)
	case Words:
		r.heard, r.vague = true, in.Vague
		r.words(in.Text)
	case Silence:
		r.silence()
	case Start, Outcome:
	}
}

// lost takes up a session whose node another version of the script had. What
// was meant as an answer there is no answer here, so that the caller is asked
// anew; only a call for help counts. It reports whether that was the answer.
func (r *run) lost(in Input) bool {
	r.ses.Awaits = ""
	if r.ses.Queue != "" {
		if r.s.nodes[r.ses.Queue] == nil {
			r.ses.Queue = r.s.roles.urgent.id
			if r.ses.Risk >= r.s.roles.danger.risk {
				r.ses.Queue = r.s.roles.danger.id
			}
		}
		r.settle()
		return false
	}
	open := r.s.roles.menu
	switch {
	case r.ses.Lang == "":
		open = r.s.roles.start
	case !r.ses.Safety:
		open = r.s.roles.safety
	}
	r.ses.Node = open.id
	if r.globalKey(in.Text) != nil {
		return false
	}
	if level, _ := r.s.heard(in.Text); in.Kind == Words && level > 0 {
		return false
	}
	r.enter(open)
	return true
}

func (r *run) here() *node { return r.s.nodes[r.ses.Node] }

// outcome goes on where an await stopped.
func (r *run) outcome(word string) {
	n := r.s.nodes[r.ses.Awaits]
	r.ses.Awaits = ""
	if n == nil || len(n.outcomes) == 0 {
		return
	}
	if n.kind == textNode && (word == Texting || word == Staying) {
		r.toText(n, word)
		return
	}
	if to, ok := n.outcomes[word]; ok {
		r.goTo(to)
		return
	}
	r.goTo(n.next)
}
