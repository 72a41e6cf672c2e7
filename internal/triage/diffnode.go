package triage

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tideover/tideover/internal/rights"
)

// node compares a place with itself.
func (d *differ) node(was, is *node) {
	d.nature(was, is)
	if was.kind == queueNode && is.kind == queueNode {
		d.queue(was, is)
	}
	d.answers(was, is)
	d.ways(was, is)
	d.texts(was, is)
}

// nature is what the place is at all.
func (d *differ) nature(was, is *node) {
	g, where := d.group(is, AboutWays), d.place(is)
	for _, c := range []struct {
		what     string
		was, now string
	}{
		{"kind", string(was.kind), string(is.kind)},
		{"channel", either(string(was.only), "both"), either(string(is.only), "both")},
		{"waits for an answer", was.timeout.String(), is.timeout.String()},
		{"the answer goes into", either(was.into, "nothing"), either(is.into, "nothing")},
		{"digits", fmt.Sprint(was.digits), fmt.Sprint(is.digits)},
		{"asks for a day of the", tense(was), tense(is)},
		{"reads out", either(was.list, "nothing"), either(is.list, "nothing")},
		{"sends", either(string(was.send), "nothing"), either(string(is.send), "nothing")},
		{"sends, where something is not known", either(string(was.unknown), "nothing"), either(string(is.unknown), "nothing")},
		{"says the phrase", either(string(was.phrase), "none"), either(string(is.phrase), "none")},
		{"ends as", either(was.reason, "nothing"), either(is.reason, "nothing")},
		{"duty", either(string(was.duty), "none"), either(string(is.duty), "none")},
		{"due after days", fmt.Sprint(was.after), fmt.Sprint(is.after)},
		{"says nothing telling", fmt.Sprint(was.hush), fmt.Sprint(is.hush)},
		{"works out from", fmt.Sprint(was.law, was.call, was.due, was.group), fmt.Sprint(is.law, is.call, is.due, is.group)},
	} {
		if c.was != c.now {
			d.put(g, false, where, "%s: %s → %s", c.what, c.was, c.now)
		}
	}
	switch {
	case was.clinical && !is.clinical:
		d.put(AboutSafety, true, where, "is no longer clinical: nobody has to review its text")
	case !was.clinical && is.clinical:
		d.put(g, false, where, "is clinical now: its text has to be reviewed")
	}
}

func (d *differ) queue(was, is *node) {
	where := d.place(is)
	if was.band != is.band {
		d.put(AboutSafety, is.band > was.band, where, "urgency: %v → %v", was.band, is.band)
	}
	if was.need != is.need {
		d.put(d.group(is, AboutWays), false, where, "need: %s → %s", was.need, is.need)
	}
	if was.page != is.page {
		d.put(AboutSafety, is.page == "", where, "pages the people on call: %s → %s", either(was.page, "no"), either(is.page, "no"))
	}
	d.risk(where, "risk", was.risk, is.risk)
	if was.loop != is.loop {
		d.put(d.group(is, AboutWays), false, where, "keys while waiting: %v → %v", was.loop, is.loop)
	}
}

func (d *differ) risk(where, what string, was, is int) {
	if was != is {
		d.put(AboutSafety, is < was, where, "%s: %d → %d", what, was, is)
	}
}

// answers compares the options of a question.
func (d *differ) answers(was, is *node) {
	where, g := d.place(is), d.group(is, AboutWays)
	for _, o := range is.options {
		name := d.answer(o)
		p := was.same(o)
		if p == nil {
			d.put(g, false, where, "%s is new, and leads to %s", name, d.led(o.goTo))
			d.risk(where, name+", risk", 0, o.risk)
			d.optionTexts(is, where, name, &option{}, o)
			continue
		}
		d.risk(where, name+", risk", p.risk, o.risk)
		if p.value != o.value {
			d.put(g, false, where, "%s means %q → %q", name, p.value, o.value)
		}
		if was, is := was.takes(p), is.takes(o); was != is {
			d.put(g, false, where, "%s goes into: %s → %s", name, either(was, "nothing"), either(is, "nothing"))
		}
		if p.lang != o.lang {
			d.put(g, false, where, "%s chooses the language %q → %q", name, p.lang, o.lang)
		}
		d.optionTexts(is, where, name, p, o)
	}
	for _, o := range was.options {
		if is.same(o) == nil {
			d.put(g, o.risk > 0 || g == AboutSafety, where, "%s is gone; it led to %s", d.answer(o), d.led(o.goTo))
		}
	}
}

func (n *node) same(o *option) *option {
	i := slices.IndexFunc(n.options, func(p *option) bool { return p.name() == o.name() && p.only == o.only })
	if i < 0 {
		return nil
	}
	return n.options[i]
}

func (d *differ) answer(o *option) string {
	name := "answer " + o.name()
	if label := o.label[d.new.langs[0]]; label != "" {
		name += " (" + label + ")"
	}
	if o.only != "" {
		name += " by " + string(o.only)
	}
	return name
}

func (d *differ) optionTexts(n *node, where, name string, was, is *option) {
	g := d.textGroup(n)
	d.wording(g, where, name+", text", was.say, is.say)
	for _, lang := range d.new.langs {
		d.text(AboutTexts, where, fmt.Sprintf("%s, label in %s", name, lang), was.label[lang], is.label[lang])
		d.text(AboutWords, where, fmt.Sprintf("%s, words in %s", name, lang), joined(was.words[lang]), joined(is.words[lang]))
	}
}

// ways compares where the place leads. What leads away from danger or from the
// urgent queue is less careful than before.
func (d *differ) ways(was, is *node) {
	where, g := d.place(is), d.group(is, AboutWays)
	before := map[string]fork{}
	for _, f := range was.forks() {
		before[f.name+string(f.only)] = f
	}
	for _, f := range is.forks() {
		b, there := before[f.name+string(f.only)]
		if there && b.to.name != f.to.name {
			d.put(g, d.old.helps(b.to) && !d.new.helps(f.to), where, "%s leads to %s → %s", d.called(is, f), d.led(b.to), d.led(f.to))
		}
	}
	if a, b := conditions(was), conditions(is); a != b {
		d.put(g, false, where, "conditions, the first that holds: %s → %s", either(a, "none"), either(b, "none"))
	}
	for _, l := range []struct {
		name     string
		was, now []rung
	}{{silenceFork, was.noInput, is.noInput}, {missedFork, was.noMatch, is.noMatch}} {
		if a, b := steps(l.was), steps(l.now); a != b {
			d.put(g, false, where, "before %s leads on: %s → %s", l.name, either(a, "nothing"), either(b, "nothing"))
		}
	}
	for i, t := range is.straight() {
		if before := was.straight(); i < len(before) && before[i].name != t.name {
			d.put(g, d.old.helps(*before[i]) && !d.new.helps(*t), where, "leads to %s → %s", d.led(*before[i]), d.led(*t))
		}
	}
}

func (d *differ) called(n *node, f fork) string {
	if o := n.optionAt(f.at, f.name); o != nil {
		return d.answer(o)
	}
	return f.name
}

func (d *differ) led(t target) string {
	if t.node == nil {
		return either(t.name, "nothing")
	}
	return d.place(t.node)
}

// helps reports whether a way leads to the emergency band or the urgent one.
func (s *Script) helps(t target) bool {
	return t.node != nil && t.node.kind == queueNode && t.node.band <= s.roles.urgent.band
}

func conditions(n *node) string {
	all := make([]string, 0, len(n.when))
	for _, c := range n.when {
		all = append(all, c.cond)
	}
	return strings.Join(all, "; ")
}

// steps are those of a ladder before its end.
func steps(ladder []rung) string {
	var all []string
	for _, r := range ladder {
		if r.do != "" {
			all = append(all, r.do)
		}
	}
	return strings.Join(all, ", ")
}

func (d *differ) textGroup(n *node) Concern {
	if n.clinical {
		return AboutClinicalTexts
	}
	return AboutTexts
}

func (d *differ) texts(was, is *node) {
	g, where := d.textGroup(is), d.place(is)
	if was.clinical {
		g = AboutClinicalTexts
	}
	d.wording(g, where, "text", was.say, is.say)
	d.wording(g, where, "shorter text for the second time", was.again, is.again)
	for _, lang := range d.new.langs {
		d.text(AboutTexts, where, fmt.Sprintf("label in %s", lang), was.label[lang], is.label[lang])
	}
}

func tense(n *node) string {
	switch n.date {
	case rights.Past:
		return "past"
	case rights.Future:
		return "future"
	}
	return "none"
}

func either(text, empty string) string {
	if text == "" {
		return empty
	}
	return text
}
