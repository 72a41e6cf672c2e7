package triage

import (
	"fmt"
	"strings"
)

// reached lists from where a place is reached, as people know it.
func (s *Script) reached(to *node) []string {
	d := differ{old: s, new: s}
	var all []string
	add := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	for level, n := range []*node{1: s.roles.unsure, 2: s.roles.urgent, 3: s.roles.danger} {
		if n == to && level > 0 {
			add("at every question: %s", levels[level])
		}
	}
	if to == s.roles.start {
		add("the beginning of every contact")
	}
	if to == s.roles.safety {
		add("the menu and 0, as long as it has not been answered")
	}
	for i := range s.globals {
		if g := &s.globals[i]; g.goTo.node == to {
			add("at every question: %s", g.name())
		}
	}
	for _, o := range s.loop {
		if o.goTo.node == to {
			add("while waiting: %s", o.name())
		}
	}
	for _, n := range s.order {
		var names []string
		for _, f := range n.forks() {
			if f.to.node == to {
				names = append(names, d.called(n, f))
			}
		}
		for _, t := range n.straight() {
			if t.node == to {
				names = append(names, "always")
			}
		}
		if len(names) > 0 {
			add("%s: %s", d.place(n), strings.Join(names, ", "))
		}
	}
	return all
}

// following lists what an answer does and where it leads.
func (s *Script) following(n *node) []string {
	d := differ{old: s, new: s}
	var all []string
	for _, f := range n.forks() {
		if !f.to.given() {
			continue
		}
		to := d.led(f.to)
		if f.to.node == nil {
			to = "where the caller was"
		}
		text := d.called(n, f) + " → " + to
		switch f.name {
		case silenceFork:
			text = f.name + ": " + strings.Join(append(ladderWords(n.noInput), "→ "+to), ", then ")
		case missedFork:
			text = f.name + ": " + strings.Join(append(ladderWords(n.noMatch), "→ "+to), ", then ")
		}
		if o := n.optionAt(f.at, f.name); o != nil && o.risk > 0 {
			text += fmt.Sprintf(", risk %d", o.risk)
		}
		all = append(all, text)
	}
	for _, t := range n.straight() {
		all = append(all, "→ "+d.led(*t))
	}
	return all
}

// ladderWords are the steps before a ladder's end, in words.
func ladderWords(ladder []rung) []string {
	words := map[string]string{"repeat": "said again", "again": "said again in short", "slow": "said again slowly", "sorry": "“I did not get that” and the question again"}
	var all []string
	for _, r := range ladder {
		if r.do != "" {
			all = append(all, words[r.do])
		}
	}
	return all
}

// sentBy lists the places that say or send a phrase.
func (s *Script) sentBy(id PhraseID) []string {
	d := differ{old: s, new: s}
	var all []string
	for _, n := range s.order {
		if n.send == id || n.unknown == id || n.phrase == id {
			all = append(all, d.place(n))
		}
	}
	if when, ok := spokenWhen[id]; ok {
		all = append(all, when)
	}
	if len(all) == 0 {
		all = append(all, "the line itself")
	}
	return all
}

// spokenWhen says when the line itself says what is most often clinical.
var spokenWhen = map[PhraseID]string{
	Intro:         "the first words of every contact",
	HoldEmergency: "while a caller in danger waits, about twice a minute",
	FailingDanger: "after 9 or words of danger, while our data store does not answer",
	TextEmergency: "by text, after crisis, 988, 911 or words of danger, whoever has the thread",
	CounselorLost: "when the line to the counselor closes in the middle of a talk",
	Goodbye:       "after every talk",
	HoldNobody:    "while waiting, when no counselor is on shift",
	Failing:       "while our data store does not answer",
	Fallback:      "when we do not answer Twilio at all",
	JoiningHush:   "when a person joins a caller who cannot talk",
	GoodbyeHush:   "the end of a call of somebody who cannot talk",
	TextStayHush:  "by text, after words of danger of somebody who cannot talk",
	TextEndHush:   "by text, after a talk with somebody who cannot talk",
	HoldHush:      "while a caller waits who cannot talk",
}
