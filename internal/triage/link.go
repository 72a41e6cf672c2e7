package triage

import (
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
		"start": &r.start, "safety": &r.safety, "unsure": &r.unsure, "urgent": &r.urgent, "danger": &r.danger, "menu": &r.menu, "person": &r.person, closedRole: &r.closed,
	} {
		t := k.role[name]
		k.target(&t)
		k.role[name], *to = t, t.node
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
	for _, id := range slices.Sorted(maps.Keys(k.s.phrases)) {
		k.fill(k.s.phrases[id].at, k.s.phrases[id].say)
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
		n.when[i].when = k.condition(n.at, n.when[i].cond, true)
		k.target(&n.when[i].goTo)
	}
	for _, word := range slices.Sorted(maps.Keys(n.outcomes)) {
		t := n.outcomes[word]
		k.target(&t)
		n.outcomes[word] = t
	}
	k.target(&n.next)
	k.target(&n.other)
	k.target(&n.then)
	k.fill(n.at, n.say)
	k.fill(n.at, n.again)
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
		o.when = k.condition(o.at, o.cond, false)
	}
	k.fill(o.at, o.say)
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

// env is what conditions see: the script's variables and the facts.
func (s *Script) env(ses Session, f Facts) map[string]any {
	env := make(map[string]any, 2*(len(s.vars)+len(reserved())))
	env["risk"], env["channel"], env["language"] = ses.Risk, string(ses.Channel), string(ses.Lang)
	env["waiting"], env["quiet"] = ses.Queue != "", ses.Quiet
	env["counselors"], env["open"], env["lines_long"] = f.Counselors, f.Open, f.LinesLong
	env["can_text"], env["has_number"], env["groups"] = f.CanText, f.HasNumber, len(s.groups(ses, f))
	for _, v := range s.vars {
		env[v.name] = v.seen(ses.Vars[v.name])
	}
	return env
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
func (k *linker) fill(at spot, w wording) {
	for v, text := range w {
		k.checkWritten(at, text)
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
				k.add(at, "resource", "no resource %q%s", id, meant(id, slices.Collect(maps.Keys(k.s.resources))))
			}
			return res.in(v.ch)
		})
	}
}
