package crisis

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Change is one thing that differs between two detectors, in words.
type Change struct {
	Worse bool   // it makes the detector less careful
	Where string // the rule, or the part of the lexicon
	What  string
}

// Diff lists what changes from an old detector to this one: how it is used, its
// rules, what changes their meaning, its weights.
func (d *Detector) Diff(old *Detector) []Change {
	if d.same(old) {
		return nil
	}
	c := &differ{}
	if was, is := mode(old), mode(d); was != is {
		what := "mode: %s → %s: what is found moves people again"
		if d.Shadow() {
			what = "mode: %s → %s: what is found is recorded and moves NOBODY, no risk, no place, no page"
		}
		c.put(d.Shadow(), "lexicon", what, was, is)
	}
	c.rules(old.src, d.src)
	c.boosts(old.src, d.src)
	c.contexts(old.src, d.src)
	c.vocabulary(old.src, d.src)
	c.weights(old.linear, d.linear)
	return c.all
}

// same reports whether two detectors were read from the same words.
func (d *Detector) same(old *Detector) bool {
	return reflect.DeepEqual(d.src, old.src) && sameWeights(d.linear, old.linear)
}

func sameWeights(a, b linear) bool {
	return a.Look.Bias == b.Look.Bias && a.Urgent.Bias == b.Urgent.Bias && maps.Equal(a.Look.Signs, b.Look.Signs) && maps.Equal(a.Urgent.Signs, b.Urgent.Signs)
}

func mode(d *Detector) string {
	if d.Shadow() {
		return "shadow"
	}
	return "route"
}

// grades are the levels as people read them.
var grades = [...]string{"nothing", "look and ask once", "urgent", "act now"}

func grade(level int) string {
	if level < None || level > Act {
		return fmt.Sprint(level)
	}
	return grades[level]
}

// differ gathers them.
type differ struct{ all []Change }

func (c *differ) put(worse bool, where, format string, args ...any) {
	c.all = append(c.all, Change{worse, where, fmt.Sprintf(format, args...)})
}

// list compares phrases. fewer says that fewer of them are less careful, more
// that more of them are.
func (c *differ) list(where, what string, was, is []string, fewer, more bool) {
	if gone := without(was, is); len(gone) > 0 {
		c.put(fewer, where, "%s removed: %s", what, some(gone))
	}
	if added := without(is, was); len(added) > 0 {
		c.put(more, where, "%s added: %s", what, some(added))
	}
}

func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) })
}

// shown is how many of a list are written out.
const shown = 5

func some(list []string) string {
	out := strings.Join(list[:min(len(list), shown)], "; ")
	if len(list) > shown {
		out += fmt.Sprintf("; and %d more", len(list)-shown)
	}
	return out
}

func (c *differ) rules(old, now file) {
	before, after := map[string]int{}, map[string]int{}
	for i, r := range old.Rules {
		before[r.ID] = i
	}
	for i, r := range now.Rules {
		after[r.ID] = i
		if _, was := before[r.ID]; !was {
			c.put(false, "rule "+r.ID, "is new: %s, %s, %d phrases", r.Class, grade(r.Level), len(r.Any))
		}
	}
	for _, was := range old.Rules {
		where := "rule " + was.ID
		i, there := after[was.ID]
		if !there {
			c.put(true, where, "is removed: it was %s, %s, %d phrases", was.Class, grade(was.Level), len(was.Any))
			continue
		}
		is := now.Rules[i]
		if was.Level != is.Level {
			c.put(is.Level < was.Level, where, "level: %s → %s", grade(was.Level), grade(is.Level))
		}
		if was.Class != is.Class {
			c.put(false, where, "class: %s → %s", was.Class, is.Class)
		}
		if was.Firm != is.Firm {
			c.put(was.Firm, where, "holds whatever stands around it: %v → %v", was.Firm, is.Firm)
		}
		c.list(where, "phrases", was.Any, is.Any, true, false)
		if len(was.With) == 0 && len(is.With) > 0 {
			c.put(true, where, "needs other words beside it now: %s", some(is.With))
		} else {
			c.list(where, "words beside it", was.With, is.With, len(is.With) > 0, false)
		}
		c.list(where, "examples that it must find", was.Yes, is.Yes, true, false)
		c.list(where, "examples that it must leave alone", was.No, is.No, false, false)
	}
}

func (c *differ) boosts(old, now file) {
	after := map[string]int{}
	for i, b := range now.Boosts {
		after[b.ID] = i
		if !slices.ContainsFunc(old.Boosts, func(o boostText) bool { return o.ID == b.ID }) {
			c.put(false, "boost "+b.ID, "is new: %s", grade(b.Level))
		}
	}
	for _, was := range old.Boosts {
		where := "boost " + was.ID
		i, there := after[was.ID]
		if !there {
			c.put(true, where, "is removed: it made hits %s", grade(was.Level))
			continue
		}
		is := now.Boosts[i]
		if was.Level != is.Level {
			c.put(is.Level < was.Level, where, "level: %s → %s", grade(was.Level), grade(is.Level))
		}
		c.list(where, "classes", was.Classes, is.Classes, true, false)
		c.list(where, "phrases", was.Any, is.Any, true, false)
	}
}

// lowers reports whether more words of a context make hits weigh less.
func lowers(does string) bool { return does != distress && does != present && does != breaks }

func (c *differ) contexts(old, now file) {
	after := map[string]int{}
	for i, x := range now.Context {
		after[x.ID] = i
		if !slices.ContainsFunc(old.Context, func(o contextText) bool { return o.ID == x.ID }) {
			c.put(lowers(x.Does), "context "+x.ID, "is new: it %s, %d phrases", x.Does, len(x.Any))
		}
	}
	for _, was := range old.Context {
		where := "context " + was.ID
		i, there := after[was.ID]
		if !there {
			c.put(!lowers(was.Does), where, "is removed: it %s", was.Does)
			continue
		}
		is := now.Context[i]
		if was.Does != is.Does {
			c.put(true, where, "does: %s → %s", was.Does, is.Does)
		}
		low := lowers(is.Does)
		c.list(where, "classes", was.Classes, is.Classes, !low, low)
		c.list(where, "phrases", was.Any, is.Any, !low, low)
	}
}

// vocabulary compares what all rules share. Whether that is less careful is
// for the texts to show.
func (c *differ) vocabulary(old, now file) {
	for _, name := range sortedKeys(old.Sets, now.Sets) {
		c.list("set @"+name, "words", old.Sets[name], now.Sets[name], true, false)
	}
	for _, name := range sortedKeys(old.Fields, now.Fields) {
		c.list("field "+name, "words", old.Fields[name], now.Fields[name], true, false)
	}
	c.list("fillers", "words", old.Fillers, now.Fillers, false, false)
	c.list("plain", "words", old.Plain, now.Plain, false, false)
	for _, t := range []struct {
		name    string
		was, is map[string]string
	}{{"spellings", old.Respell, now.Respell}, {"emoji", old.Emoji, now.Emoji}} {
		c.list(t.name, "entries", entries(t.was), entries(t.is), true, false)
	}
	if !maps.Equal(old.Numbers, now.Numbers) {
		c.put(false, "numbers", "words for numbers: %d → %d", len(old.Numbers), len(now.Numbers))
	}
}

func sortedKeys(a, b map[string][]string) []string {
	all := maps.Clone(a)
	if all == nil {
		all = map[string][]string{}
	}
	maps.Copy(all, b)
	return slices.Sorted(maps.Keys(all))
}

func entries(m map[string]string) []string {
	all := make([]string, 0, len(m))
	for k, v := range m {
		all = append(all, k+" → "+v)
	}
	slices.Sort(all)
	return all
}

func (c *differ) weights(old, now linear) {
	for _, s := range []struct {
		name    string
		was, is weights
	}{{"look and ask once", old.Look, now.Look}, {"urgent", old.Urgent, now.Urgent}} {
		where := "weights for " + s.name
		switch {
		case len(s.was.Signs) > 0 && len(s.is.Signs) == 0:
			c.put(true, where, "are removed: nothing is raised by them any more")
			continue
		case len(s.was.Signs) == 0 && len(s.is.Signs) > 0:
			c.put(false, where, "are new: %d signs", len(s.is.Signs))
			continue
		}
		if s.was.Bias != s.is.Bias {
			c.put(s.is.Bias < s.was.Bias, where, "threshold: bias %.2f → %.2f, so that %s is raised", s.was.Bias, s.is.Bias, moreOrLess(s.is.Bias > s.was.Bias))
		}
		less, more := 0, 0
		for _, name := range slices.Sorted(maps.Keys(s.was.Signs)) {
			switch was, is := s.was.Signs[name], s.is.Signs[name]; {
			case is < was:
				less++
			case is > was:
				more++
			}
		}
		for name, is := range s.is.Signs {
			if _, was := s.was.Signs[name]; !was && is < 0 {
				less++
			} else if !was && is > 0 {
				more++
			}
		}
		if less+more > 0 {
			c.put(less > 0, where, "%d signs weigh less, %d weigh more", less, more)
		}
	}
}

func moreOrLess(more bool) string {
	if more {
		return "more"
	}
	return "less"
}
