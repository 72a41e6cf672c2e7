package triage

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tideover/tideover/internal/hotline"
)

// player plays one transcript in one language and channel.
type player struct {
	s *Script
	t transcript
	voicing
	facts Facts
	ses   Session
	last  []Effect // of the act
	all   []Effect
	parts int // of the texts of the act
	sum   int // of all texts
	found *findings
	seen  *Coverage // nil: nobody counts
}

// play takes the acts until one does not go as it is written: what follows
// would only repeat it.
func (p *player) play(hello string, acts []act) {
	p.facts, p.ses = p.t.facts, p.s.Begin(p.ch)
	switch {
	case p.ch == hotline.SMS && p.lang == "":
		// The first text is the first act.
	case p.ch == hotline.SMS:
		p.step(Input{Kind: Start, Text: hello})
	default:
		p.step(Input{Kind: Start})
		if key := p.s.langKey(p.lang); key != "" {
			p.step(Input{Kind: Keys, Text: key})
		}
	}
	if p.lang != "" && p.ses.Lang != p.lang {
		p.fail(p.t.at, "the beginning does not lead to the language %s: hello: want words that tell it", p.lang)
		return
	}
	for i, a := range acts {
		p.act(i, a)
		for _, w := range a.want {
			p.judge(w, p.last, p.parts, fmt.Sprintf("%s (%s)", a.label, a.words(p.lang)))
		}
		if len(p.found.all) > 0 {
			return
		}
	}
	for _, w := range p.t.expect {
		p.judge(w, p.all, p.sum, "at the end")
	}
}

// texted counts the parts of what a step sends: its answer by text, and what it
// texts to a caller.
func (p *player) texted(effects []Effect) int {
	sum := 0
	if words := joinedText(spokenIn(effects)); p.ch == hotline.SMS && words != "" {
		sum = segments(words)
	}
	for _, e := range effects {
		if t, ok := e.(SendText); ok {
			sum += segments(t.Line.Text)
		}
	}
	return sum
}

// langKey is the key that chooses a language at the first question.
func (s *Script) langKey(lang hotline.Lang) string {
	for _, o := range s.roles.start.options {
		if lang != "" && o.lang == lang {
			return o.key
		}
	}
	return ""
}

func (p *player) act(i int, a act) {
	if a.facts != nil {
		quiet := reader{findings: &findings{}}
		quiet.facts(a.facts, &p.facts)
	}
	if a.kind == 0 {
		return
	}
	p.last, p.parts = nil, 0
	for range a.times {
		in := Input{Kind: a.kind, Text: a.text(p.lang), Vague: a.vague}
		switch {
		case i == 0 && p.ch == hotline.SMS && p.lang == "":
			in.Kind = Start
		case p.ses.Channel == hotline.Voice && in.Kind == Words && keyed.MatchString(in.Text):
			in.Kind = Keys
		}
		p.step(in)
	}
}

func (p *player) step(in Input) {
	after, effects, err := p.s.Step(p.ses, in, p.facts, p.t.now)
	if err != nil {
		p.fail(p.t.at, "%v", err)
		return
	}
	effects, took := unmarked(effects)
	if p.seen != nil {
		p.seen.saw(p.ses, after, in, took)
	}
	p.ses, p.last, p.all = after, append(p.last, effects...), append(p.all, effects...)
	parts := p.texted(effects)
	p.parts, p.sum = p.parts+parts, p.sum+parts
}

func (p *player) fail(at spot, format string, args ...any) {
	how := string(p.ch)
	if p.lang != "" {
		how = string(p.lang) + ", " + how
	}
	p.found.add(at, "transcript", "transcript %q (%s): %s", p.t.name, how, fmt.Sprintf(format, args...))
}

// words are what the act is called in a finding.
func (a act) words(lang hotline.Lang) string {
	switch a.kind {
	case Silence:
		return "silence"
	case Outcome:
		return "outcome " + a.text("")
	case Start, Keys, Words:
		return "in " + strconv.Quote(a.text(lang))
	}
	return "the beginning"
}

func (a act) text(lang hotline.Lang) string {
	if text, ok := a.in[lang]; ok {
		return text
	}
	return a.in[""]
}

// judge compares one expectation with what happened.
func (p *player) judge(w want, effects []Effect, parts int, where string) {
	values, ok := w.value[p.ses.Lang]
	if !ok {
		values = w.value[""]
	}
	for _, v := range values {
		if got, ok := p.meets(w.key, v, effects, parts); !ok {
			p.fail(w.at, "%s: want %s %s, got %s%s", where, strings.ReplaceAll(w.key, "_", " "), strconv.Quote(v), got, p.unknown(w.key, v))
		}
	}
}

// meets gives what there is instead, and whether that is as wanted.
func (p *player) meets(key, value string, effects []Effect, parts int) (got string, ok bool) {
	switch key {
	case "ask":
		got = asked(effects)
		return strconv.Quote(got), got == value
	case "node":
		return strconv.Quote(p.ses.Node), p.ses.Node == value
	case "lang":
		return strconv.Quote(string(p.ses.Lang)), string(p.ses.Lang) == value
	case "risk":
		got = strconv.Itoa(p.ses.Risk)
		return got, got == value
	case "vars":
		name, v, _ := strings.Cut(value, "=")
		return strconv.Quote(name + "=" + p.ses.Vars[name]), p.ses.Vars[name] == v
	case segmentsWant:
		most, _ := strconv.Atoi(value) // read as a number
		return strconv.Itoa(parts), parts <= most
	case "says":
		got = heard(effects)
		return strconv.Quote(got), strings.Contains(got, value)
	case "says_not":
		got = heard(effects)
		return strconv.Quote(got), !strings.Contains(got, value)
	}
	all := EffectWords(effects)
	has := slices.ContainsFunc(all, func(e string) bool { return e == value || strings.HasPrefix(e, value+" ") })
	return strconv.Quote(strings.Join(all, ", ")), has == (key == "effects")
}

func (p *player) unknown(key, value string) string {
	if key != "ask" && key != "node" || p.s.nodes[value] != nil {
		return ""
	}
	return fmt.Sprintf("; there is no node %q%s", value, meant(value, p.s.nodeIDs()))
}

// asked is the node of the last question.
func asked(effects []Effect) string {
	for _, e := range slices.Backward(effects) {
		if a, ok := e.(Ask); ok {
			return a.Node
		}
	}
	return ""
}

// heard joins everything that is said or asked.
func heard(effects []Effect) string {
	var all []string
	for _, l := range spokenIn(effects) {
		all = append(all, l.Text)
	}
	for _, e := range effects {
		if t, ok := e.(ToText); ok {
			for _, l := range t.First {
				all = append(all, l.Text)
			}
		}
	}
	return strings.Join(all, " ")
}

func spokenIn(effects []Effect) []Spoken {
	var all []Spoken
	for _, e := range effects {
		switch e := e.(type) {
		case Say:
			all = append(all, e.Lines...)
		case Ask:
			all = append(all, e.Lines...)
		case Tape:
			all = append(all, e.Lines...)
		default: // the others say nothing
		}
	}
	return all
}
