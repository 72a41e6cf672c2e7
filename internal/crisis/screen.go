package crisis

// negationReach is how many words after a negation a hit may begin.
const negationReach = 5

// longest is how much of a text is read; the rest of a longer one is not.
const longest = 16000

// Screen looks at a text. The level is that of its most urgent sentence; two
// weak signs of different kinds together count as urgent.
func (d *Detector) Screen(text string) Result {
	if len(text) > longest {
		text = text[:longest]
	}
	var out Result
	sentences := d.sentences(text)
	first := make([][]place, len(sentences))
	any := false
	for i, s := range sentences {
		first[i] = d.places(s)
		any = any || len(first[i]) > 0
	}
	if !any { // most texts end here
		return out
	}
	distressed := false
	for _, s := range sentences {
		distressed = distressed || d.anywhere(distress, s)
	}
	weak := map[string]bool{}
	for i, s := range sentences {
		for _, f := range d.sentence(s, first[i], distressed) {
			out.Hits = append(out.Hits, f.hit)
			if f.level > out.Level || out.Class == "" {
				out.Level, out.Class = max(f.level, out.Level), f.hit.Label
			}
			if f.level == Look && f.plain {
				weak[f.class] = true
			}
		}
	}
	if out.Level == Look && len(weak) > 1 {
		out.Level = Urgent
	}
	return out
}

// place is where a rule may have found something.
type place struct {
	rule *rule
	at   span
}

// found is a hit and what it is worth.
type found struct {
	hit   Hit
	class string
	level int
	plain bool // no context changed it
}

// span is a stretch of tokens.
type span struct{ from, to int }

// places runs all rules over a sentence.
func (d *Detector) places(s []token) []place {
	var all []place
	for i := range d.rules {
		for from := range s {
			if n := d.rules[i].any.match(s[from:]); n > 0 {
				all = append(all, place{&d.rules[i], span{from, from + n}})
			}
		}
	}
	return all
}

// sentence reads what was found in a sentence in its context, and keeps the
// most urgent place of each rule: who denies it once and then says it has said
// it. Ways of speaking are left out.
func (d *Detector) sentence(s []token, places []place, distressed bool) []found {
	if len(places) == 0 {
		return nil
	}
	idioms := d.spans(figurative, s)
	var all []found
	for _, p := range places {
		if covered(p.at, idioms) {
			continue
		}
		f := found{
			hit:   Hit{Rule: p.rule.id, Start: s[p.at.from].start, End: s[p.at.to-1].end, Label: p.rule.class},
			class: p.rule.class, level: p.rule.level, plain: true,
		}
		if !p.rule.firm {
			d.read(&f, s, p.at, distressed)
		}
		if last := len(all) - 1; last >= 0 && all[last].hit.Rule == f.hit.Rule {
			if f.level > all[last].level {
				all[last] = f
			}
			continue
		}
		all = append(all, f)
	}
	for _, f := range all {
		if b, up := d.boosted(f, s); f.plain && up {
			all = append(all, b)
		}
	}
	return all
}

func covered(at span, by []span) bool {
	for _, b := range by {
		if at.from < b.to && b.from < at.to {
			return true
		}
	}
	return false
}

// read applies the context rules: they change the label and the route, and
// take a hit to nothing only where it is calmly denied or long over.
func (d *Detector) read(f *found, s []token, at span, distressed bool) {
	low := None
	if distressed {
		low = Look
	}
	switch {
	case d.negated(s, at):
		f.relabel("negated", low)
	case d.anywhere(long, s):
		f.relabel("past", low)
	case !betweenPeople[f.class] && d.anywhere(third, s):
		f.relabel("third", Look)
	}
}

// betweenPeople are classes that are about somebody else by nature: "he" takes
// nothing from them.
var betweenPeople = map[string]bool{"being_harmed": true, "harm_other": true}

func (f *found) relabel(how string, level int) {
	f.hit.Label += "_" + how
	f.level = min(f.level, level)
	f.plain = false
}

// negated reports whether a negation reaches the hit. It ends at a pause and
// at "but".
func (d *Detector) negated(s []token, at span) bool {
	pseudos := d.spans(pseudo, s)
	for _, n := range d.spans(negates, s) {
		if n.to > at.from || at.from-n.to >= negationReach || covered(n, pseudos) {
			continue
		}
		open := true
		for _, t := range s[n.to:at.from] {
			open = open && !stops[t.word]
		}
		if open {
			return true
		}
	}
	return false
}

// stops end the reach of a negation.
var stops = map[string]bool{comma: true, "but": true, "pero": true, "except": true, "sino": true, "aunque": true}

// boosted gives the hit again, as urgent as the words around make it.
func (d *Detector) boosted(f found, s []token) (found, bool) {
	for _, b := range d.boosts {
		if !b.classes[f.class] || b.level <= f.level {
			continue
		}
		for i := range s {
			if n := b.any.match(s[i:]); n > 0 {
				f.hit = Hit{Rule: b.id, Start: s[i].start, End: s[i+n-1].end, Label: f.class}
				f.level = b.level
				return f, true
			}
		}
	}
	return f, false
}

func (d *Detector) anywhere(does string, s []token) bool {
	for _, c := range d.context[does] {
		for i := range s {
			if c.any.match(s[i:]) > 0 {
				return true
			}
		}
	}
	return false
}

func (d *Detector) spans(does string, s []token) []span {
	var all []span
	for _, c := range d.context[does] {
		for i := range s {
			if n := c.any.match(s[i:]); n > 0 {
				all = append(all, span{i, i + n})
			}
		}
	}
	return all
}
