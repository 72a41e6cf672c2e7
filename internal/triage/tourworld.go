package triage

import (
	"slices"

	"github.com/tideover/tideover/internal/rights"
)

// heedsFacts reports whether the world decides where a step through the node
// leads.
func (n *node) heedsFacts(hops int, hours bool) bool {
	if hours && n.kind == queueNode || n.kind == sendNode || n.kind == textNode || n.kind == dueNode || n.list != "" || slices.ContainsFunc(n.when, func(c choice) bool { return asksFacts(c.cond) }) {
		return true
	}
	return hops > 0 && !n.waits() && slices.ContainsFunc(n.targets(), func(t target) bool { return t.node != nil && t.node.heedsFacts(hops-1, hours) })
}

// heedsWorld reports whether the world decides what an input does.
func (t *tour) heedsWorld(ses Session, in Input) bool {
	n := t.s.nodes[ses.Node]
	if n == nil || n.list != "" || ses.Back != "" || slices.ContainsFunc(n.options, func(o *option) bool { return o.key == in.Text && asksFacts(o.cond) }) {
		return true
	}
	to := t.target(ses, in).node
	return to != nil && t.moody[to.id]
}

// factNames are what conditions know of the world.
var factNames = []string{"counselors", "open", "lines_long", "can_text", "has_number", "groups"}

func asksFacts(cond string) bool {
	return slices.ContainsFunc(factNames, func(name string) bool { return mentions(cond, name) })
}

// worlds are the states of the world that a tour tries at each step: nothing
// there, and everything. Where a condition asks for two things at once, each
// of them is missing once.
func (s *Script) worlds() []world {
	full := Facts{Open: true, Counselors: 2, CanText: true, HasNumber: true, LinesLong: true}
	for _, lang := range s.langs {
		full.Groups = append(full.Groups, Group{ID: "group", Lang: lang, At: proofDay, Free: 1})
	}
	told, bare := s.touring(), s.touring()
	if bare.calendar = nil; told.calendar == nil {
		told.calendar = &rights.Calendar{}
	}
	all := []world{{full, told}, {Facts{}, bare}}
	for _, why := range []struct {
		role string
		shut Shut
	}{{"blocked", Blocked}, {"limited", Limited}, {"off_duty", OffDuty}, {"full", Full}} {
		if s.roles.shut[why.role] != nil {
			f := full
			f.Shut = why.shut
			all = append(all, world{f, told})
		}
	}
	for name, without := range map[string]func(*Facts){
		"open": func(f *Facts) { f.Open = false }, "counselors": func(f *Facts) { f.Counselors = 0 }, "can_text": func(f *Facts) { f.CanText = false },
		"has_number": func(f *Facts) { f.HasNumber = false }, "lines_long": func(f *Facts) { f.LinesLong = false }, "groups": func(f *Facts) { f.Groups = nil },
	} {
		if slices.ContainsFunc(s.conditions(), func(c string) bool { return asksTwo(c) && mentions(c, name) }) {
			f := full
			without(&f)
			all = append(all, world{f, told})
		}
	}
	return all
}

func asksTwo(cond string) bool {
	n := 0
	for _, name := range factNames {
		if mentions(cond, name) {
			n++
		}
	}
	return n > 1
}
