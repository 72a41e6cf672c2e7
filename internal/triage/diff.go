package triage

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tideover/tideover/internal/hotline"
)

// Change is one thing that differs between two scripts, in words that a
// clinician reads.
type Change struct {
	Group Concern
	Worse bool   // it makes the script less careful
	Where string // the place, with the label that counselors see
	What  string
	Old   string // of a text
	New   string
}

// Concern is what a change is about. The most dangerous come first.
type Concern int

// The concerns.
const (
	AboutSafety Concern = iota + 1
	AboutDetector
	AboutNumbers
	AboutSeals
	AboutClinicalTexts
	AboutPlaces
	AboutWays
	AboutTexts
	AboutWords
)

// String is the heading of a concern.
func (c Concern) String() string {
	return [...]string{
		"", "Safety: risk, urgency, pages, and where answers about danger lead", "Words of danger: the detector", "Numbers to call", "Seals lost",
		"Clinical texts", "New and removed places", "Where answers lead", "Other texts", "Words that are understood",
	}[c]
}

// Diff lists what changes from an old script to this one, the most dangerous
// first. Numbers of others are compared once, not in each text that names them.
// What the detectors make of the texts, and of their own examples, is compared
// as well; see WordsOf.
func (s *Script) Diff(old *Script, texts ...string) []Change {
	d := differ{old: old, new: s, oldGrave: old.grave(), newGrave: s.grave()}
	d.roles()
	d.everywhere()
	d.limits()
	d.numbers()
	d.detectors(texts)
	d.seals()
	for _, n := range s.order {
		if was := old.nodes[n.id]; was != nil {
			d.node(was, n)
		} else {
			d.put(d.group(n, AboutPlaces), false, d.place(n), "is new: %s", s.summary(n))
			d.texts(&node{}, n)
		}
	}
	for _, n := range old.order {
		if s.nodes[n.id] == nil {
			d.put(d.group(n, AboutPlaces), old.grave()[n] || n.page != "", d.place(n), "is removed: it was %s", old.summary(n))
		}
	}
	d.phrases()
	slices.SortStableFunc(d.all, func(a, b Change) int {
		if a.Group != b.Group {
			return int(a.Group - b.Group)
		}
		switch {
		case a.Worse && !b.Worse:
			return -1
		case b.Worse && !a.Worse:
			return 1
		}
		return 0
	})
	return d.all
}

// WriteChanges writes changes for people, under their headings.
func WriteChanges(changes []Change) string {
	var out strings.Builder
	if len(changes) == 0 {
		return "Nothing changes.\n"
	}
	group := Concern(0)
	for _, c := range changes {
		if c.Group != group {
			if group != 0 {
				out.WriteByte('\n')
			}
			group = c.Group
			fmt.Fprintf(&out, "%v\n", group)
		}
		mark := "-"
		if c.Worse {
			mark = "!" // less careful than before
		}
		fmt.Fprintf(&out, "  %s %s: %s\n", mark, c.Where, c.What)
		if c.Old != "" {
			fmt.Fprintf(&out, "      old: %s\n", c.Old)
		}
		if c.New != "" {
			fmt.Fprintf(&out, "      new: %s\n", c.New)
		}
	}
	return out.String()
}

type differ struct {
	old, new           *Script
	oldGrave, newGrave map[*node]bool
	all                []Change
}

func (d *differ) put(g Concern, worse bool, where, format string, args ...any) {
	d.all = append(d.all, Change{Group: g, Worse: worse, Where: where, What: fmt.Sprintf(format, args...)})
}

// group puts what happens at a place about safety first.
func (d *differ) group(n *node, otherwise Concern) Concern {
	if d.oldGrave[d.old.nodes[n.id]] || d.newGrave[d.new.nodes[n.id]] || n.page != "" {
		return AboutSafety
	}
	return otherwise
}

// place names a node as people know it.
func (d *differ) place(n *node) string {
	if label := n.label[d.new.langs[0]]; label != "" {
		return n.id + " (" + label + ")"
	}
	return n.id
}

// summary says what a place is.
func (s *Script) summary(n *node) string {
	what := map[kind]string{
		askNode: "a question", collectNode: "a question for a number or a day", sayNode: "a message", branchNode: "a choice of the machine",
		queueNode: "a queue", sendNode: "a text to the caller's phone", promiseNode: "a callback", endNode: "an end", seatNode: "a seat in a group", textNode: "going on by text",
		tapeNode: "a recording", keepNode: "the message is kept, and the case waits with it", eraseNode: "the message is erased",
		oweNode: "a duty for afterwards", dueNode: "the day by which the plan must act",
	}[n.kind]
	if n.kind == queueNode {
		what += fmt.Sprintf(", %v, %s", n.band, n.need)
	}
	if n.page != "" {
		what += ", that pages the people on call"
	}
	if n.clinical {
		what += ", clinical"
	}
	return what
}

func (d *differ) roles() {
	was, is := d.old.roles, d.new.roles
	for _, r := range []struct {
		name     string
		was, now *node
	}{
		{"the beginning", was.start, is.start},
		{"the safety question", was.safety, is.safety},
		{"the question after words that may mean danger", was.unsure, is.unsure},
		{"the urgent queue", was.urgent, is.urgent},
		{"danger", was.danger, is.danger},
		{"the menu", was.menu, is.menu},
		{"where 0 leads", was.person, is.person},
	} {
		if r.was.id != r.now.id {
			d.put(AboutSafety, false, r.name, "%s → %s", r.was.id, r.now.id)
		}
	}
}

// everywhere compares the answers that work at every question, and while waiting.
func (d *differ) everywhere() {
	leads := func(s *Script) (ways, words map[string]string) {
		ways, words = map[string]string{}, map[string]string{}
		for i := range s.globals {
			g := &s.globals[i]
			name := "at every question, " + g.name()
			ways[name] = "leads to " + g.goTo.name
			if g.repeat {
				ways[name] = "repeats"
			}
			if g.quiet {
				ways[name] += ", and nothing telling is said from there on; danger leads to " + g.alarm.name
			}
			words[name] = joined(g.words)
		}
		for _, o := range s.loop {
			ways["while waiting, "+o.name()] = "leads to " + o.goTo.name
		}
		return ways, words
	}
	oldWays, oldWords := leads(d.old)
	newWays, newWords := leads(d.new)
	d.compare(AboutSafety, oldWays, newWays)
	d.compare(AboutWords, oldWords, newWords)
}

// compare puts what differs between two tables, in order of their names.
func (d *differ) compare(g Concern, was, is map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(was)) {
		now, there := is[name]
		switch {
		case !there:
			d.put(g, g == AboutSafety, name, "is gone: it was %q", was[name])
		case now != was[name]:
			d.put(g, false, name, "%s → %s", was[name], now)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(is)) {
		if _, there := was[name]; !there {
			d.put(g, false, name, "is new: %s", is[name])
		}
	}
}

func (d *differ) limits() {
	if d.old.turns != d.new.turns {
		d.put(AboutSafety, d.new.turns > d.old.turns, "limits", "a person takes over after %d answers → %d", d.old.turns, d.new.turns)
	}
	table := func(s *Script) map[string]string {
		out := map[string]string{}
		for _, v := range s.vars {
			out["variable "+v.name] = strings.TrimSpace(fmt.Sprint(v.is, " ", strings.Join(v.of, ", "), " ", either(v.keep, "")))
		}
		for lang, name := range s.names {
			out["name of the line in "+string(lang)] = name
		}
		for lang, words := range s.hear {
			out["words by which "+string(lang)+" is known"] = strings.Join(slices.Sorted(maps.Keys(words)), ", ")
		}
		return out
	}
	d.compare(AboutWords, table(d.old), table(d.new))
}

// numbers compares what texts name as {{res.id}}, and local help.
func (d *differ) numbers() {
	table := func(s *Script) map[string]string {
		out := map[string]string{}
		for id, r := range s.resources {
			out[id] = r.number + ", checked on " + r.verified.Format("2006-01-02")
		}
		for _, h := range s.help.all {
			out["local help, "+h.id] = fmt.Sprintf("%s %s, %s, checked on %s", h.name[s.langs[0]], h.number, h.hours[s.langs[0]], h.verified.Format("2006-01-02"))
		}
		return out
	}
	d.compare(AboutNumbers, table(d.old), table(d.new))
}

// seals names clinical texts that were reviewed as they stood and are not now.
func (d *differ) seals() {
	for _, text := range d.new.open {
		id, _, _ := strings.Cut(text, " (")
		if slices.Contains(d.old.open, text) || !d.old.clinical(id) {
			continue
		}
		d.put(AboutSeals, true, text, "was reviewed; as it stands now nobody has reviewed it")
	}
}

func (s *Script) clinical(id string) bool {
	if n := s.nodes[id]; n != nil {
		return n.clinical
	}
	p := s.phrases[PhraseID(id)]
	return p != nil && p.clinical
}

func (d *differ) phrases() {
	var none wording
	for _, id := range d.new.phraseIDs() {
		p, was := d.new.phrases[id], d.old.phrases[id]
		group := AboutTexts
		if p.clinical {
			group = AboutClinicalTexts
		}
		if was == nil {
			d.wording(group, string(id), "text", none, p.say)
			continue
		}
		if was.clinical && !p.clinical {
			d.put(AboutSafety, true, string(id), "is no longer a clinical text")
		}
		d.wording(group, string(id), "text", was.say, p.say)
	}
	for _, id := range d.old.phraseIDs() {
		if d.new.phrases[id] == nil {
			d.wording(AboutTexts, string(id), "text", d.old.phrases[id].say, none)
		}
	}
}

// wording compares a text in each language and channel. Where both channels
// have the same text it is shown once.
func (d *differ) wording(g Concern, where, what string, was, is wording) {
	for _, lang := range d.new.langs {
		v, s := voicing{lang, hotline.Voice}, voicing{lang, hotline.SMS}
		if was[v] == was[s] && is[v] == is[s] {
			d.text(g, where, fmt.Sprintf("%s in %s", what, lang), d.old.named(was[v], hotline.Voice), d.new.named(is[v], hotline.Voice))
			continue
		}
		for _, v := range []voicing{v, s} {
			d.text(g, where, fmt.Sprintf("%s in %s by %s", what, lang, v.ch), d.old.named(was[v], v.ch), d.new.named(is[v], v.ch))
		}
	}
}

func (d *differ) text(g Concern, where, what, was, is string) {
	if was == is {
		return
	}
	d.all = append(d.all, Change{Group: g, Where: where, What: what, Old: was, New: is})
}

// named puts the names of numbers in the place of numbers.
func (s *Script) named(text string, ch hotline.Channel) string {
	ids := slices.Collect(maps.Keys(s.resources))
	slices.SortFunc(ids, func(a, b string) int { // the longest first: one may hold another
		if n := len(s.resources[b].number) - len(s.resources[a].number); n != 0 {
			return n
		}
		return strings.Compare(a, b)
	})
	for _, id := range ids {
		text = strings.ReplaceAll(text, s.resources[id].in(ch), "["+id+"]")
	}
	return text
}

func joined(words [][]string) string {
	all := make([]string, 0, len(words))
	for _, w := range words {
		all = append(all, strings.Join(w, " "))
	}
	return strings.Join(all, ", ")
}
