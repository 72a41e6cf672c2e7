package crisis

import (
	"slices"
	"unicode/utf8"
)

// longest is how much of a text is read; the rest of a longer one is not.
const longest = 16000

// Screen looks at a text. The level is that of its most urgent sentence; two
// weak signs of different kinds together count as urgent. What the rules leave
// low the linear stage may raise.
func (d *Detector) Screen(text string) Result {
	w := d.desk.Get().(*work)
	defer d.desk.Put(w)
	out, told := d.byRules(w, text)
	d.linear.raise(&out, told)
	return out
}

// byRules looks at a text with the rules alone. What is said stays good until
// the work is used again.
func (d *Detector) byRules(w *work, text string) (Result, []said) {
	if len(text) > longest {
		cut := longest
		for !utf8.RuneStart(text[cut]) {
			cut--
		}
		text = text[:cut]
	}
	w.clear()
	var out Result
	distressed := false
	for _, s := range d.sentences(w, text) {
		sc := d.view(w, s)
		distressed = distressed || sc.hard()
		w.told, w.places = append(w.told, said{scene: sc}), append(w.places, d.places(w, s))
	}
	weak := "" // the class of a weak sign
	both := false
	for i := range w.told {
		sc := w.told[i].scene
		for _, f := range sc.read(w, w.places[i], distressed) {
			out.Hits = append(out.Hits, f.hit)
			if f.level > out.Level || out.Class == "" {
				out.Level, out.Class = max(f.level, out.Level), f.hit.Label
			}
			if f.level == Look && f.plain {
				both = both || weak != "" && weak != f.class
				weak = f.class
			}
		}
		w.told[i].signs = sc.signs(w, sc.read(w, w.places[i], false))
	}
	if out.Level == Look && both {
		out.Level = Urgent
	}
	return out, w.told
}

// places runs the rules over a sentence. What a rule needs beside may stand
// before or behind it.
func (d *Detector) places(w *work, s []token) []fit {
	all := d.finds.find(w, s)
	var beside []fit
	looked := false
	return slices.DeleteFunc(all, func(f fit) bool {
		if !d.rules[f.owner].paired {
			return false
		}
		if !looked {
			beside, looked = d.beside.find(w, s), true
		}
		return !slices.ContainsFunc(beside, func(b fit) bool {
			return b.owner == f.owner && (b.at.to <= f.at.from || f.at.to <= b.at.from)
		})
	})
}

// hard reports whether the sentence says that it is hard now, and does not
// deny that.
func (sc scene) hard() bool {
	for _, m := range sc.marks {
		if m.does != distress {
			continue
		}
		if sc.s[m.at.from].wall || !sc.negated(m.at) {
			return true
		}
	}
	return false
}

// found is a hit and what it is worth.
type found struct {
	owner int // its rule
	hit   Hit
	class string
	at    span
	level int
	plain bool // no context changed it
	hint  bool // too little to raise by itself; the linear stage decides
}

// fewWords is the length of an answer in a word or two, which is meant.
const fewWords = 3

// read reads what was found in a sentence in its context, and keeps the most
// urgent place of each rule: who denies it once and then says it has said it.
// Ways of speaking are left out.
func (sc scene) read(w *work, places []fit, distressed bool) []found {
	var all []found
	for _, p := range places {
		r := &sc.d.rules[p.owner]
		if sc.figurative(p.at, r.class) {
			continue
		}
		f := found{
			owner: p.owner,
			hit:   Hit{Rule: r.id, Start: sc.s[p.at.from].start, End: sc.s[p.at.to-1].end, Label: r.class},
			class: r.class, at: p.at, level: r.level, plain: true,
		}
		if !r.firm {
			sc.weigh(&f, distressed)
		}
		if r.hint && f.level > None && sc.far(0, len(sc.s)) > fewWords {
			f.level, f.hint = None, true
		}
		i := slices.IndexFunc(all, func(g found) bool { return g.owner == p.owner })
		switch {
		case i < 0:
			all = append(all, f)
		case f.level > all[i].level:
			all[i] = f
		}
	}
	return append(all, sc.boosted(w, all)...)
}

// figurative reports whether a way of speaking covers the hit, or a usual
// thing is meant by it.
func (sc scene) figurative(at span, class string) bool {
	if (class == "third_party" || class == "third_danger") && sc.within(speaker, at) {
		return true
	}
	for _, m := range sc.marks {
		if m.does == covers && m.meant(class) && at.overlaps(m.at) {
			return true
		}
		if m.does != defuses {
			continue
		}
		in := sc.thought(at)
		if len(m.classes) > 0 && m.meant(class) && m.at.from >= in.from && m.at.to <= in.to {
			return true
		}
	}
	return false
}

// weigh applies the context rules: they change the label and the route, and
// take a hit to nothing only where it is calmly denied, long over or told
// about.
func (sc scene) weigh(f *found, distressed bool) {
	low := None
	if distressed {
		low = Look
	}
	over, longOver := sc.past(f.at)
	another := !betweenPeople[f.class] && sc.ofAnother(f.at)
	switch {
	case sc.toldAbout(f.at, f.class):
		f.relabel("told", None)
	case sc.negated(f.at):
		f.relabel("negated", low)
	case longOver, over && sc.has(calm):
		f.relabel("past", low)
	case over:
		f.relabel("past", Look)
	case another:
		f.relabel("third", Look)
	case sc.lightly(f.class) && (f.level == Act || f.class == "ideation"):
		f.relabel("lightly", Look)
	case sc.lightly(f.class):
		f.relabel("lightly", None)
		f.hint = true
	}
}

// betweenPeople are classes that are about somebody else by nature: "he" takes
// nothing from them.
var betweenPeople = map[string]bool{"being_harmed": true, "harm_other": true, "third_party": true, "third_danger": true}

func (f *found) relabel(how string, level int) {
	f.hit.Label += "_" + how
	f.level = min(f.level, level)
	f.plain = false
}

// boosted gives hits again, as urgent as the words around make them.
func (sc scene) boosted(w *work, all []found) []found {
	var more []found
	var raises []fit
	looked := false
	for _, f := range all {
		if !f.plain {
			continue
		}
		if !looked {
			raises, looked = sc.d.raises.find(w, sc.s), true
		}
		for _, up := range raises {
			if b := sc.d.boosts[up.owner]; b.classes[f.class] && b.level > f.level {
				f.hit = Hit{Rule: b.id, Start: sc.s[up.at.from].start, End: sc.s[up.at.to-1].end, Label: f.class}
				f.level = b.level
				more = append(more, f)
				break
			}
		}
	}
	return more
}
