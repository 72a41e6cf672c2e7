package triage

import (
	"maps"
	"slices"
	"strings"

	"github.com/tideover/tideover/internal/hotline"
)

// fork is one way out of a node.
type fork struct {
	name string
	at   spot
	only hotline.Channel // empty: both
	lang hotline.Lang    // the one language that it leads to; empty: any
	to   target
	set  func(*node, target) // puts another target in its place, on a copy of the node
}

// Names of the ways that are no answers.
const (
	silenceFork = "silence"
	missedFork  = "not understood"
	elseFork    = "else"
)

// forks lists the ways out of a node among which a visit can choose. Where
// there is only one way there is no fork.
func (n *node) forks() []fork {
	var all []fork
	for i, o := range n.options {
		if o.more {
			continue // it leads to the same question
		}
		all = append(all, fork{o.name(), o.at, o.only, o.lang, o.goTo, func(n *node, t target) { n.options[i].goTo = t }})
	}
	if i := len(n.noInput) - 1; i >= 0 {
		all = append(all, fork{silenceFork, n.at, hotline.Voice, "", n.noInput[i].to, func(n *node, t target) { n.noInput[i].to = t }})
	}
	if i := len(n.noMatch) - 1; i >= 0 {
		all = append(all, fork{missedFork, n.at, "", "", n.noMatch[i].to, func(n *node, t target) { n.noMatch[i].to = t }})
	}
	for i, c := range n.when {
		all = append(all, fork{"if " + c.cond, n.at, channelOf(c.cond), "", c.goTo, func(n *node, t target) { n.when[i].goTo = t }})
	}
	for _, word := range slices.Sorted(maps.Keys(n.outcomes)) {
		all = append(all, fork{"on " + word, n.at, "", "", n.outcomes[word], func(n *node, t target) { n.outcomes[word] = t }})
	}
	if name := n.nextName(); name != "" && n.next.given() {
		all = append(all, fork{name, n.at, n.elseOnly(), "", n.next, func(n *node, t target) { n.next = t }})
	}
	if n.other.given() {
		name, only := n.otherName()
		all = append(all, fork{name, n.at, only, "", n.other, func(n *node, t target) { n.other = t }})
	}
	for i := range all {
		if n.only != "" && all[i].name != silenceFork { // by text nobody is hurried
			all[i].only = n.only
		}
		if n.moved { // of a visit that began as a call
			all[i].only = hotline.Voice
		}
	}
	return all
}

// channelOf is the one channel in which a condition can hold; empty: either.
func channelOf(cond string) hotline.Channel {
	for _, ch := range channels() {
		if cond == `channel == "`+string(ch)+`"` {
			return ch
		}
	}
	return ""
}

// elseOnly is the one channel that the other ways of a branch leave.
func (n *node) elseOnly() hotline.Channel {
	taken := map[hotline.Channel]bool{}
	for _, c := range n.when {
		taken[channelOf(c.cond)] = true
	}
	switch {
	case n.kind == branchNode && taken[hotline.SMS]:
		return hotline.Voice
	case n.kind == branchNode && taken[hotline.Voice]:
		return hotline.SMS
	}
	return ""
}

// nextName is what next means where a visit may go another way; empty where
// it is the only way.
func (n *node) nextName() string {
	switch n.kind {
	case collectNode:
		return "an answer"
	case branchNode, promiseNode, seatNode, textNode, tapeNode:
		return elseFork
	case sendNode:
		return "sent"
	case dueNode:
		return "a day is known"
	case askNode:
		return "one of the list"
	default:
		return ""
	}
}

func (n *node) otherName() (string, hotline.Channel) {
	switch n.kind {
	case sendNode:
		return "cannot be sent", hotline.Voice
	case dueNode: // no choice of the caller, but what is said then must be tried all the same
		return "no day is known", ""
	default:
		return "nothing to read out", ""
	}
}

// straight lists where a node leads to without a choice.
func (n *node) straight() []*target {
	var all []*target
	if n.next.given() && n.nextName() == "" {
		all = append(all, &n.next)
	}
	if n.then.given() {
		all = append(all, &n.then)
	}
	return all
}

// name tells an option from the others of its question.
func (o *option) name() string {
	if o.cond != "" {
		return o.key + " if " + o.cond
	}
	return o.key
}

// name is the key of an answer that works everywhere, or its first words.
func (g *global) name() string {
	if g.key == "" && len(g.words) > 0 {
		return strings.Join(g.words[0], " ")
	}
	return g.key
}

// copied gives a node that can be changed without the other.
func (n *node) copied() *node {
	c := *n
	c.options = nil
	for _, o := range n.options {
		p := *o
		c.options = append(c.options, &p)
	}
	c.noInput, c.noMatch = slices.Clone(n.noInput), slices.Clone(n.noMatch)
	c.when, c.outcomes = slices.Clone(n.when), maps.Clone(n.outcomes)
	return &c
}
