package triage

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/rights"
)

// linker turns names into references and conditions into programs.
type linker struct {
	*findings
	s    *Script
	role map[string]target
}

func (k *linker) link() {
	r := &k.s.roles
	for name, to := range map[string]**node{
		"start": &r.start, "safety": &r.safety, "unsure": &r.unsure, "urgent": &r.urgent, "danger": &r.danger, "menu": &r.menu, "person": &r.person,
	} {
		t := k.role[name]
		k.target(&t)
		k.role[name], *to = t, t.node
	}
	r.shut = shutNodes{}
	for _, name := range shutRoles {
		t := k.role[name]
		k.target(&t)
		if t.given() {
			k.role[name], r.shut[name] = t, t.node
		}
	}
	for i := range k.s.globals {
		k.target(&k.s.globals[i].goTo)
		k.target(&k.s.globals[i].alarm)
	}
	for _, o := range k.s.loop {
		k.option(o)
	}
	for _, n := range k.s.order {
		k.node(n)
	}
	k.markAside()
	for _, id := range k.s.phraseIDs() {
		k.fill(k.s.phrases[id].say, func(v voicing) spot { return k.phraseAt(id, v) })
	}
}

func (k *linker) node(n *node) {
	for _, o := range n.options {
		k.option(o)
	}
	for _, ladder := range []*[]rung{&n.noInput, &n.noMatch} {
		*ladder = slices.Clone(*ladder) // the default is shared
		for i := range *ladder {
			k.target(&(*ladder)[i].to)
		}
	}
	for i := range n.when {
		n.when[i].when = k.condition(k.place(n.at, fmt.Sprintf("%s.when.%d.if", n.id, i)), n.when[i].cond, true)
		k.target(&n.when[i].goTo)
	}
	for _, word := range slices.Sorted(maps.Keys(n.outcomes)) {
		t := n.outcomes[word]
		k.target(&t)
		n.outcomes[word] = t
	}
	k.target(&n.consent)
	k.target(&n.next)
	k.target(&n.other)
	k.target(&n.then)
	k.fill(n.say, func(v voicing) spot { return k.textAt(n.id, "say", v, n.at) })
	k.fill(n.again, func(v voicing) spot { return k.textAt(n.id, "again", v, n.at) })
	n.hints = map[hotline.Lang][]string{}
	for _, o := range n.options {
		for lang, phrases := range o.words {
			for _, p := range phrases {
				n.hints[lang] = append(n.hints[lang], strings.Join(p, " "))
			}
		}
	}
}

func (k *linker) option(o *option) {
	for _, lang := range k.s.langs { // in all languages, since people mix them
		o.said = append(o.said, o.words[lang]...)
	}
	k.target(&o.goTo)
	if o.cond != "" {
		o.when = k.condition(k.place(o.at, o.at.id()+".if"), o.cond, false)
	}
	k.fill(o.say, func(v voicing) spot { return k.textAt(o.at.id(), "say", v, o.at) })
}

func (k *linker) target(t *target) {
	if !t.given() || t.name == back {
		return
	}
	if t.node = k.s.nodes[t.name]; t.node == nil {
		k.add(t.at, "target", "no node %q%s", t.name, meant(t.name, slices.Collect(maps.Keys(k.s.nodes))))
	}
}

// condition compiles an expression over the declared variables and facts; it
// must be true or false. Branches also see the date; options do not, since a
// question that is asked again must offer the same.
func (k *linker) condition(at spot, text string, dated bool) *vm.Program {
	env := k.s.env(Session{}, Facts{})
	if dated {
		k.s.date(env, rights.Date{})
	}
	// No functions but our own: some of the language's look at the clock.
	p, err := expr.Compile(text, expr.Env(env), expr.AsBool(), expr.DisableAllBuiltins())
	if err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		k.add(at, "condition", "if: %s", first)
	}
	for _, m := range compared.FindAllStringSubmatch(text, -1) {
		if v, ok := k.s.variable(m[1]); ok && v.is == enumVar && !slices.Contains(v.of, m[2]) && m[2] != "" {
			k.add(at, "condition", "if: %s is never %q%s", m[1], m[2], meant(m[2], v.of))
		}
	}
	return p
}

// What branches see of the date: today, like 2026-11-24, and functions that
// take a variable of type date. For a date that is not set they give 0.
const (
	today        = "today"
	daysUntil    = "days_until"    // days of the calendar from today
	daysSince    = "days_since"    // the other way round
	businessDays = "business_days" // business days from today; 0 where the days off are not known
)

// date puts into the environment what depends on the day.
func (s *Script) date(env map[string]any, now rights.Date) {
	until := func(iso string) int {
		if d := date(iso); !d.IsZero() && !now.IsZero() {
			return now.Days(d)
		}
		return 0
	}
	env[today] = now.String()
	env[daysUntil] = until
	env[daysSince] = func(iso string) int { return -until(iso) }
	env[businessDays] = func(iso string) int {
		if s.calendar == nil || date(iso).IsZero() {
			return 0
		}
		n, err := s.calendar.Between(now, date(iso))
		if err != nil {
			return 0
		}
		return n
	}
}

// compared is a comparison of a name with a word.
var compared = regexp.MustCompile(`([a-z_]+) *[!=]= *"([^"]*)"`)

// facted is how many names beside the variables conditions see.
const facted = 11

// env is what conditions see: the script's variables and the facts.
func (s *Script) env(ses Session, f Facts) map[string]any {
	vars := s.heeded
	if vars == nil {
		vars = s.vars
	}
	env := make(map[string]any, len(vars)+facted)
	env["risk"], env["channel"], env["language"] = ses.Risk, string(ses.Channel), string(ses.Lang)
	env["waiting"], env["quiet"] = ses.Queue != "", ses.Quiet
	env["counselors"], env["open"], env["lines_long"] = f.Counselors, f.Open, f.LinesLong
	env["can_text"], env["has_number"], env["groups"] = f.CanText, f.HasNumber, len(s.groups(ses, f))
	for _, v := range vars {
		env[v.name] = v.seen(ses.Vars[v.name])
	}
	return env
}

// asked lists the variables that conditions ask for.
func (s *Script) asked() []variable {
	conds, all := s.conditions(), []variable{}
	for _, v := range s.vars {
		if slices.ContainsFunc(conds, func(c string) bool { return mentions(c, v.name) }) {
			all = append(all, v)
		}
	}
	return all
}

// reserved are the names that conditions know beside the variables.
func reserved() []string {
	return []string{
		"risk", "channel", "waiting", "quiet", "language", "counselors", "open", "lines_long", "can_text", "has_number", "groups", today, daysUntil, daysSince, businessDays,
	}
}

var placeholder = regexp.MustCompile(`\{\{\s*([a-z0-9_.]+)\s*\}\}`)

// fill writes the names and numbers that are known at compile time into the
// texts; what a caller of Phrase fills stays.
func (k *linker) fill(w wording, at func(voicing) spot) {
	k.checkSets(w, at)
	for v, text := range w {
		k.checkWritten(at(v), text, v)
		w[v] = placeholder.ReplaceAllStringFunc(text, func(m string) string {
			name := placeholder.FindStringSubmatch(m)[1]
			if name == "line" {
				return k.s.names[v.lang]
			}
			id, isResource := strings.CutPrefix(name, "res.")
			if !isResource {
				return "{{" + name + "}}"
			}
			res, ok := k.s.resources[id]
			if !ok {
				k.add(at(v), "resource", "no resource %q%s", id, meant(id, slices.Collect(maps.Keys(k.s.resources))))
			}
			return res.in(v.ch)
		})
	}
}

// checkSets: what one language fills in, the others do as well. Only the name
// of the line may be left to the language that is heard before.
func (k *linker) checkSets(w wording, at func(voicing) spot) {
	for _, ch := range channels() {
		first := voicing{k.s.langs[0], ch}
		for _, lang := range k.s.langs[1:] {
			v := voicing{lang, ch}
			if w[first] == "" || w[v] == "" {
				continue
			}
			want, got := filledBy(w[first]), filledBy(w[v])
			for name := range want {
				if !got[name] && name != "line" {
					k.add(at(v), "placeholder", "{{%s}} is missing; the text it translates has it", name)
				}
			}
			for name := range got {
				if !want[name] && name != "line" {
					k.add(at(v), "placeholder", "{{%s}} is not in the text it translates", name)
				}
			}
		}
	}
}

// filledBy lists the placeholders of a text.
func filledBy(text string) map[string]bool {
	all := map[string]bool{}
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		all[m[1]] = true
	}
	return all
}

// textAt is where a wording of a node or an option stands, or where it should.
func (k *linker) textAt(owner, part string, v voicing, otherwise spot) spot {
	of := ""
	if v.lang != k.s.langs[0] {
		of = string(v.lang) + ":"
	}
	name := of + owner + "." + part
	return k.place(otherwise, name+"."+string(v.ch), name+"#", of+"."+owner+"#", of+owner+".#")
}

// phraseAt is where a wording of a phrase stands, or where it should.
func (k *linker) phraseAt(id PhraseID, v voicing) spot {
	of := ""
	if v.lang != k.s.langs[0] {
		of = string(v.lang) + ":"
	}
	name := of + "phrase." + string(id)
	return k.place(k.s.phrases[id].at, name+"."+string(v.ch), name+".both", name+"#")
}
