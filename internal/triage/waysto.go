package triage

import (
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// How far a person may be (seconds of speech, parts of texts).
const (
	mostAtOnce = 3  // to whoever presses 0 and 0 again
	mostUsual  = 45 // to a volunteer, all of it heard out
	mostSilent = 60 // to whoever says nothing at all
	mostNamed  = 15 // until 911 and 988 have been named in every language
	mostParts  = 8  // of texts, from the first word to the line, whichever way is taken
	mostAsked  = 12 // inputs on a way that counts as usual
)

// journey is one way as it is walked.
type journey struct {
	s     *Script
	ses   Session
	facts Facts
	time  Time
	most  time.Duration // of speech at the longest question
	wide  int           // parts of the text with most of them
	done  bool
	moves []string
}

// Times computes how far a person is: on the ways that people in need take,
// in each language and channel.
func (s *Script) Times() []Time {
	t := s.touring()
	all := t.timeNamed()
	for _, lang := range append([]hotline.Lang{""}, s.langs...) {
		all = append(all, t.timeAtOnce(lang))
	}
	for _, lang := range s.langs {
		all = append(all, t.timeUsual(hotline.Voice, lang)...)
	}
	all = append(all, t.timeSilent(""))
	for _, lang := range s.langs {
		all = append(all, t.timeSilent(lang))
	}
	for _, lang := range s.langs {
		all = append(all, t.parts(lang)...)
	}
	return all
}

// usualFacts is a line that is open, with people on shift.
func usualFacts() Facts { return Facts{Open: true, Counselors: 1, CanText: true, HasNumber: true} }

// fullFacts is the same with more groups than are told at once, in the longest
// words.
func (s *Script) fullFacts() Facts {
	f := usualFacts()
	for _, lang := range s.langs {
		for i := range perPage + 1 {
			f.Groups = append(f.Groups, Group{
				ID: fmt.Sprintf("%s-%d", lang, i), Topic: s.longestTopic(lang), Lang: lang, At: longestDay().AddDate(0, 0, 7*i), Free: 99,
			})
		}
	}
	return f
}

// longestTopic is the topic of a group that takes most words.
func (s *Script) longestTopic(lang hotline.Lang) string {
	most := ""
	for _, id := range s.phraseIDs() {
		topic, is := strings.CutPrefix(string(id), string(WordTopic))
		if is && (most == "" || len(s.Word(WordTopic, topic, lang)) > len(s.Word(WordTopic, most, lang))) {
			most = topic
		}
	}
	return most
}

// timeNamed is when the last language has heard both numbers.
func (s *Script) timeNamed() []Time {
	t := Time{Way: "911 and 988 in every language", Channel: hotline.Voice, Most: mostNamed, phrase: Intro}
	_, effects, err := s.Step(s.Begin(hotline.Voice), Input{Kind: Start}, usualFacts(), time.Time{})
	if err != nil {
		return nil
	}
	var sum time.Duration
	for _, l := range spokenIn(effects) {
		sum += speechOf(l.Text, l.Lang)
		if s.bothNamed(l.Text, hotline.Voice) {
			t.Spoken = sum
		}
	}
	return []Time{t}
}

// timeAtOnce is for 0 at the first question, or at the one after the language,
// and 0 again: whoever presses at once hears only what no key cuts short.
func (s *Script) timeAtOnce(lang hotline.Lang) Time {
	j := s.set(hotline.Voice, "0 at once, and again", mostAtOnce)
	hurried := func(in Input) { j.move(in, true) }
	hurried(Input{Kind: Start})
	if lang != "" {
		hurried(Input{Kind: Keys, Text: s.langKey(lang)})
	}
	for range 3 {
		hurried(Input{Kind: Keys, Text: "0"})
	}
	j.time.Lang = string(lang)
	return j.time
}

// timeSilent is for whoever says nothing, from the beginning or after the
// language.
func (s *Script) timeSilent(lang hotline.Lang) Time {
	j := s.set(hotline.Voice, "silent", mostSilent)
	j.move(Input{Kind: Start}, false)
	if lang != "" {
		j.time.Way = "silent after the language"
		j.move(Input{Kind: Keys, Text: s.langKey(lang)}, false)
	}
	for range mostAsked {
		j.move(Input{Kind: Silence}, false)
	}
	j.time.Lang = string(lang)
	return j.time
}

// timeUsual is the longest of the ways to a volunteer that answer each
// question once: by the answer of the menu that leads there soonest.
func (s *Script) timeUsual(ch hotline.Channel, lang hotline.Lang) []Time {
	j := s.set(ch, "", mostUsual)
	j.time.Lang = string(lang)
	if !j.toMenu("", lang) {
		return nil
	}
	var all []Time
	for _, best := range j.fromMenu() {
		if strings.HasSuffix(best.Way, " "+string(hotline.NeedTalk)) {
			all = append(all, best)
		}
	}
	return all
}

// parts are the ways to the line by text that take most parts, for each answer
// of the menu. A thread begins with words that tell the language, or with some
// that do not; there may be groups to list, or none.
func (s *Script) parts(lang hotline.Lang) []Time {
	from := s.set(hotline.SMS, "", mostParts)
	from.time.Lang = string(lang)
	asked := *from
	if !from.toMenu(s.greeting(lang), lang) {
		return nil
	}
	if asked.toMenu("", lang) && asked.time.Parts > from.time.Parts {
		from = &asked
	}
	var all []Time
	for _, facts := range []Facts{usualFacts(), s.fullFacts()} {
		from.facts = facts
		for i, t := range from.fromMenu() {
			switch {
			case i >= len(all):
				all = append(all, t)
			case t.Parts > all[i].Parts:
				all[i] = t
			}
		}
	}
	return all
}

// fromMenu is the longest way of each answer of the menu that ends in the line.
func (j *journey) fromMenu() []Time {
	var all []Time
	parting := j.s.parting()
	for _, o := range j.s.roles.menu.options {
		if !j.s.offered(o, j.ses, j.facts) {
			continue
		}
		been := maps.Clone(parting) // from there nothing leads to the line any more
		been[j.s.roles.menu.id] = true
		if best := j.longestFrom(o.key, been); best.done {
			all = append(all, best.time)
		}
	}
	return all
}

// toMenu goes through the language, which the first words tell or a key
// chooses, and the safety question.
func (j *journey) toMenu(hello string, lang hotline.Lang) bool {
	j.move(Input{Kind: Start, Text: hello}, false)
	if key := j.s.langKey(lang); key != "" && j.ses.Node == j.s.roles.start.id {
		j.move(Input{Kind: Keys, Text: key}, false)
	}
	for _, o := range j.s.roles.safety.options {
		if o.risk == 0 && o.goTo.node == j.s.roles.menu {
			j.move(Input{Kind: Keys, Text: o.key}, false)
			break
		}
	}
	return j.ses.Node == j.s.roles.menu.id
}

// longestFrom takes a key, and then of all answers those that make the way to
// the line longest, without asking anything twice.
func (j *journey) longestFrom(key string, been map[string]bool) *journey {
	next := *j
	next.moves = append([]string(nil), j.moves...)
	next.move(Input{Kind: Keys, Text: key}, false)
	n := j.s.nodes[next.ses.Node]
	if next.done || n == nil || been[n.id] || len(next.moves) > mostAsked || n.kind != askNode && n.kind != collectNode {
		return &next
	}
	been[n.id] = true
	defer delete(been, n.id)
	best := &next
	for _, in := range j.answers(n, next.ses) {
		if got := next.longestFrom(in, been); got.done && (!best.done || got.longer(best)) {
			best = got
		}
	}
	return best
}

// longer reports whether a way is further than another, by the measure of its
// channel.
func (j *journey) longer(than *journey) bool {
	if j.ses.Channel == hotline.SMS {
		return j.time.Parts > than.time.Parts
	}
	return j.time.Spoken > than.time.Spoken
}

// answers lists what answers a question: digits, and the keys that are offered.
func (j *journey) answers(n *node, ses Session) []string {
	var all []string
	if n.kind == collectNode {
		all = collected(n)
	}
	if n.list != "" && n.next.given() {
		all = append(all, "1")
	}
	for _, o := range n.options {
		if !o.more && j.s.offered(o, ses, j.facts) {
			all = append(all, o.key)
		}
	}
	return all
}

func (s *Script) set(ch hotline.Channel, name string, most int) *journey {
	return &journey{s: s, ses: s.Begin(ch), facts: usualFacts(), time: Time{Way: name, Channel: ch, Most: most}}
}

// move takes a step and counts what is said before the next one. What is said
// to whoever waits already is not on the way any more.
func (j *journey) move(in Input, hurried bool) {
	if j.done {
		return
	}
	before := j.ses
	next, effects, err := j.s.Step(j.ses, in, j.facts, proofDay)
	if err != nil {
		return
	}
	if n := j.s.nodes[before.Node]; in.Kind == Silence && n != nil {
		j.time.Pauses += n.timeout
	}
	j.ses = next
	if in.Kind == Keys {
		j.moves = append(j.moves, in.Text)
	}
	for _, e := range effects {
		switch e := e.(type) {
		case Say:
			if next.Queue == "" {
				j.count(e.Lines, false, "")
			}
		case Ask:
			if !hurried && next.Queue == "" {
				j.count(e.Lines, e.Slow, e.Node)
			}
		case Enqueue:
			j.done = true
			if j.time.Way == "" {
				j.time.Way = fmt.Sprintf("%s to %s", strings.Join(j.moves, " "), e.Need)
			}
		default: // nothing is heard
		}
	}
	j.text(joinedText(spokenIn(effects)), asked(effects))
}

// text counts what goes out as one text. What tells the place afterwards is
// sent to whoever is in line already.
func (j *journey) text(body, node string) {
	if j.ses.Channel != hotline.SMS || body == "" {
		return
	}
	parts := segments(body)
	j.time.Parts += parts
	if node != "" && parts >= j.wide {
		j.wide, j.time.longest = parts, node
	}
}

func (j *journey) count(lines []Spoken, slow bool, node string) {
	took := speechIn(lines, slow)
	j.time.Spoken += took
	if j.ses.Channel == hotline.SMS {
		return
	}
	if node != "" && node != j.s.roles.start.id && took > j.most {
		j.most, j.time.longest = took, node
	}
}

// joinedText is what goes out as one text.
func joinedText(lines []Spoken) string {
	var all []string
	for _, l := range lines {
		all = append(all, l.Text)
	}
	return strings.Join(all, "\n")
}

// bothNamed reports whether words name both numbers.
func (s *Script) bothNamed(words string, ch hotline.Channel) bool {
	for _, id := range []string{"911", "988"} {
		if r := s.resources[id]; r.number == "" || !strings.Contains(words, r.in(ch)) {
			return false
		}
	}
	return true
}
