package triage

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/rights"
)

// Bounds of the search. A place of the script is looked at with so many
// different memories, and a visit has so many acts.
const (
	mostMemories = 24
	mostActs     = 16
)

// explorer looks for the shortest visit that takes each way, in one language
// and channel: breadth first, so that the same script gives the same visits.
type explorer struct {
	voicing
	s     *Script // marked
	hello string
	now   time.Time
	queue []*stop
	first map[way]*stop   // the first that took it
	known map[string]bool // sessions that were looked at
	often map[string]int  // how many at a place
	odd   map[string]bool // nodes that were looked at in every world, and with every call for help
	words []act           // of danger
	want  map[way]bool    // what is looked for still
}

// stop is where a visit has come to.
type stop struct {
	from   *stop // nil: the beginning
	opened bool  // the beginning chose the language
	now    time.Time
	act    act
	facts  Facts
	ses    Session
	did    []Effect
	took   []way
	length int
}

// explore searches from the beginning on a day.
func (e *explorer) explore(now time.Time) {
	e.known, e.often, e.odd, e.queue, e.now = map[string]bool{}, map[string]int{}, map[string]bool{}, nil, now
	facts, _ := usual()
	e.begin(facts)
	for len(e.queue) > 0 && len(e.want) > 0 {
		at := e.queue[0]
		e.queue = e.queue[1:]
		if at.length >= mostActs {
			continue
		}
		for _, a := range e.acts(at) {
			e.try(at, a)
		}
		if at.act.world != "" || e.odd[at.ses.Node] {
			continue
		}
		// Once at each node: what does not depend on what was said before.
		e.odd[at.ses.Node] = true
		for _, a := range append(e.cries(), e.words...) {
			e.try(at, a)
		}
		for _, world := range worlds {
			for _, a := range e.acts(at) {
				a.world = world
				e.try(at, a)
			}
		}
	}
}

// days are those on which a visit may go another way: the usual one, those
// that conditions name, and one that no calendar of days off holds yet.
func (s *Script) days() []time.Time {
	_, now := usual()
	all := []time.Time{now}
	for _, n := range s.order {
		for _, c := range n.when {
			for _, day := range writtenDay.FindAllString(c.cond, -1) {
				if at, err := time.Parse(time.DateOnly, day); err == nil {
					all = append(all, at.Add(-12*time.Hour), at.Add(12*time.Hour), at.Add(36*time.Hour))
				}
			}
		}
	}
	return append(all, now.AddDate(10, 0, 0))
}

var writtenDay = regexp.MustCompile(`\d{4}-\d{2}-\d{2}`)

// begin takes the usual beginning, and the ones before a language is chosen.
func (e *explorer) begin(facts Facts) {
	p := player{s: e.s, voicing: e.voicing, t: transcript{now: e.now, facts: facts, channels: []hotline.Channel{e.ch}}, found: &findings{}}
	p.play(e.hello, nil)
	if p.ses.Lang == e.lang {
		e.add(&stop{opened: true, now: e.now, facts: facts, ses: p.ses})
	}
	raw := &stop{now: e.now, facts: facts, ses: e.s.Begin(e.ch)}
	if e.ch == hotline.Voice {
		e.try(raw, act{kind: Start})
		return
	}
	for _, a := range append(slices.Clone(e.words), act{kind: Start, in: map[hotline.Lang]string{"": "..."}}) {
		a.kind = Start
		e.try(raw, a)
	}
}

// worlds are facts in which something is otherwise, as a transcript writes them.
var worlds = []string{"can_text: false", "has_number: false", "counselors: 0", "open: false", "groups: []", "lines_long: true", "shut: blocked", "shut: limited", "shut: duty", "shut: full"}

// try takes one act, as often as its ladder needs, and keeps what is new.
func (e *explorer) try(at *stop, a act) {
	next := &stop{from: at, opened: at.opened, now: e.now, act: a, facts: at.facts, ses: at.ses, length: at.length + 1}
	switch a.world {
	case worlds[0]:
		next.facts.CanText = false
	case worlds[1]:
		next.facts.HasNumber = false
	case worlds[2]:
		next.facts.Counselors = 0
	case worlds[3]:
		next.facts.Open = false
	case worlds[4]:
		next.facts.Groups = nil
	case worlds[5]:
		next.facts.LinesLong = true
	case worlds[6], worlds[7], worlds[8], worlds[9]:
		next.facts.Shut = Shut(strings.TrimPrefix(a.world, "shut: "))
	case "":
		next.act.world = at.act.world
	}
	next.act.times = 0
	for next.act.times < 6 {
		in := Input{Kind: a.kind, Text: a.text(e.lang)}
		before := next.ses
		if before.Channel == hotline.SMS && in.Kind == Keys {
			in.Kind = Words
		}
		after, effects, err := e.s.Step(before, in, next.facts, e.now)
		if err != nil {
			return
		}
		rest, took := unmarked(effects)
		next.act.times++
		next.ses, next.did = after, append(next.did, rest...)
		for _, w := range append(took, e.s.beside(before, after, in)...) {
			if e.s.countedIn(w, before.Channel) == e.ch {
				next.took = append(next.took, w)
			}
		}
		if !a.ladder || after.Node != before.Node || after.Silent+after.Missed == 0 {
			break
		}
	}
	if next.ses.Lang != "" && next.ses.Lang != e.lang {
		return
	}
	e.add(next)
}

func (e *explorer) add(at *stop) {
	for _, w := range at.took {
		if e.first[w] == nil {
			e.first[w] = at
			delete(e.want, w)
		}
	}
	if slices.ContainsFunc(at.did, func(f Effect) bool { end, ended := f.(End); return ended && end.Reason != goneToText }) {
		return
	}
	memory := at.ses
	memory.Turns = 0
	place := fmt.Sprint(memory.Node, memory.Queue != "", memory.Awaits != "", memory.Back != "")
	key := fmt.Sprintf("%v %s", memory, at.act.world)
	if e.known[key] || e.often[place] >= mostMemories {
		return
	}
	e.known[key] = true
	e.often[place]++
	e.queue = append(e.queue, at)
}

// acts lists what a caller may do at a place: answer, be silent, not be
// understood, ask for help.
func (e *explorer) acts(at *stop) []act {
	n := e.s.nodes[at.ses.Node]
	if n == nil {
		return nil
	}
	press := func(key string) act { return act{kind: Keys, in: map[hotline.Lang]string{"": key}} }
	var all []act
	if at.ses.Awaits != "" {
		for _, f := range n.forks() {
			word, on := strings.CutPrefix(f.name, "on ")
			if !on {
				word = "waiting"
			}
			all = append(all, act{kind: Outcome, in: map[hotline.Lang]string{"": word}})
		}
		return all
	}
	options := n.options
	if n.kind == queueNode && n.loop {
		options = e.s.loop
	}
	for _, o := range options {
		if e.s.offered(o, at.ses, at.facts) {
			all = append(all, press(o.key))
		}
	}
	if n.list != "" && n.next.given() {
		all = append(all, press("1"))
	}
	if n.kind == collectNode {
		for _, number := range e.samples(n) {
			all = append(all, press(number))
		}
	}
	if n.kind == askNode || n.kind == collectNode {
		missed := press(n.nothing())
		missed.ladder = true
		all = append(all, act{kind: Silence, ladder: true}, missed)
	}
	if at.ses.Queue != "" { // what is chosen from the menu does not give up the place
		all = append(all, e.cries()...)
	}
	return all
}

// nothing is a key that no answer of the question has.
func (n *node) nothing() string {
	for _, key := range []string{"7", "6", "5", "4"} {
		if !slices.ContainsFunc(n.options, func(o *option) bool { return o.key == key }) {
			return key
		}
	}
	return "3"
}

// cries are the answers that work at every question.
func (e *explorer) cries() []act {
	var all []act
	for i := range e.s.globals {
		a := act{kind: Words, in: map[hotline.Lang]string{"": e.s.globals[i].name()}}
		if e.ch == hotline.Voice && keyed.MatchString(a.in[""]) {
			a.kind = Keys
		}
		all = append(all, a)
	}
	return all
}

// samples are numbers that fit a question for so many digits: a day soon and a
// day later where it asks for a day.
func (e *explorer) samples(n *node) []string {
	if n.date == 0 {
		if n.digits == phoneDigits {
			return []string{"9162555501"}
		}
		return []string{"9001290012"[:n.digits]}
	}
	form := "01022006"
	if n.digits == 4 {
		form = "0102"
	}
	side := 1
	if n.date == rights.Past {
		side = -1
	}
	return []string{e.now.AddDate(0, 0, 3*side).Format(form), e.now.AddDate(0, 0, 40*side).Format(form)}
}

// distress are words for each level of danger, by language: a detector need
// not know them, then the ways that they lead are not found.
var distress = []map[hotline.Lang]string{
	{hotline.English: "I don't know how much longer I can do this", hotline.Spanish: "ya no puedo más"},
	{hotline.English: "everyone would be better off without me", hotline.Spanish: "estarían mejor sin mí"},
	{hotline.English: "I want to die", hotline.Spanish: "me quiero morir"},
	{hotline.English: "I am going to kill myself tonight", hotline.Spanish: "me voy a matar esta noche"},
}

// distress lists the words that the detector knows.
func (e *explorer) distress() []act {
	var all []act
	for _, in := range distress {
		if e.s.detector.Screen(in[e.lang]).Level > 0 {
			all = append(all, act{kind: Words, in: in})
		}
	}
	return all
}
