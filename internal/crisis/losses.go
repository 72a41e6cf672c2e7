package crisis

import (
	"fmt"
	"slices"
	"strings"
)

// routed is the level by which a text moves somebody; watched: or would, since
// neither of two detectors moves anybody.
func (d *Detector) routed(text string, watched bool) (int, []string) {
	r := d.Screen(text)
	if d.Shadow() && !watched {
		return None, r.Rules()
	}
	return r.Level, r.Rules()
}

// Compare plays texts through two detectors, and the examples of both
// lexicons, and says how many are lost and gained at each level, by which
// rules, with a few of them. The texts are examples, never those of callers.
func (d *Detector) Compare(old *Detector, texts []string) []Change {
	if d.same(old) {
		return nil
	}
	seen, watched := map[string]bool{}, d.Shadow() && old.Shadow()
	var was, is []reading
	for _, text := range slices.Concat(texts, examplesOf(old), examplesOf(d)) {
		if seen[text] {
			continue
		}
		seen[text] = true
		level, rules := old.routed(text, watched)
		was = append(was, reading{text, level, rules})
		level, rules = d.routed(text, watched)
		is = append(is, reading{text, level, rules})
	}
	c := &differ{}
	for _, at := range []struct {
		level int
		name  string
	}{{Act, "paged somebody do"}, {Urgent, "were urgent are"}, {Look, "were asked about are"}} {
		var lost, gained []reading
		all := 0
		for i := range was {
			before, after := was[i].level >= at.level, is[i].level >= at.level
			switch {
			case before && !after:
				lost = append(lost, was[i])
			case after && !before:
				gained = append(gained, is[i])
			}
			if before {
				all++
			}
		}
		if len(lost) > 0 {
			c.put(true, "texts", "%d of %d texts that %s NOT any more (%s): %s", len(lost), all, at.name, rulesOf(lost), quoted(lost))
		}
		if len(gained) > 0 {
			c.put(false, "texts", "%d texts are newly found: %s (%s)", len(gained), grade(at.level), rulesOf(gained))
		}
	}
	return c.all
}

// reading is what a detector makes of a text.
type reading struct {
	text  string
	level int
	rules []string
}

func examplesOf(d *Detector) []string {
	all := make([]string, 0, len(d.examples))
	for _, e := range d.examples {
		all = append(all, e.Text)
	}
	return all
}

// rulesOf names the rules behind readings, the most frequent first.
func rulesOf(all []reading) string {
	count := map[string]int{}
	var ids []string
	for _, r := range all {
		for _, id := range r.rules {
			if count[id]++; count[id] == 1 {
				ids = append(ids, id)
			}
		}
	}
	slices.SortStableFunc(ids, func(a, b string) int { return count[b] - count[a] })
	if len(ids) == 0 {
		return "no rule of its own"
	}
	return some(ids)
}

func quoted(all []reading) string {
	texts := make([]string, 0, len(all))
	for _, r := range all[:min(len(all), 3)] {
		texts = append(texts, fmt.Sprintf("%q", r.text))
	}
	return strings.Join(texts, ", ")
}
