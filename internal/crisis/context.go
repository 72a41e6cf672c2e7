package crisis

// What a context does.
const (
	negates  = "negates"  // before a hit: not said to be so
	denies   = "denies"   // behind a hit: not said to be so
	pseudo   = "pseudo"   // looks like a negation and is none
	breaks   = "breaks"   // a new thought begins: negation and past end here
	turns    = "turns"    // the same, but a phrase may reach over it: "and I"
	long     = "long"     // long over
	past     = "past"     // over, it is not said for how long
	present  = "present"  // again, still, lately: takes the past back
	spoken   = "spoken"   // a verb in the past: "wanted"
	speaks   = "speaks"   // a verb in the present: "want"
	first    = "first"    // the person who writes
	third    = "third"    // somebody else
	agrees   = "agrees"   // a verb that goes with somebody else: "says"
	about    = "about"    // before a hit: a film, a form, a question about it
	covers   = "covers"   // over the hit: a way of speaking
	defuses  = "defuses"  // in the same thought: a usual thing
	asks     = "asks"     // before a hit: "they ask if I …"
	tells    = "tells"    // anywhere around a mention: a film, the news, a form
	speaker  = "speaker"  // "I": what follows is not said of somebody else
	softens  = "softens"  // said with a laugh, or as an exaggeration
	distress = "distress" // it is hard now
	calm     = "calm"     // it is well now
)

var deeds = map[string]bool{
	negates: true, denies: true, pseudo: true, breaks: true, turns: true, long: true, past: true, present: true, spoken: true, speaks: true, first: true,
	third: true, agrees: true, about: true, asks: true, tells: true, speaker: true, covers: true, defuses: true, softens: true, distress: true, calm: true,
}

const (
	negationReach = 6  // words after a negation at which a hit may begin
	listReach     = 12 // the same in a list: "no thoughts of suicide, harm or …"
	denialReach   = 3  // words after a hit at which it may be denied
	aboutReach    = 8  // words after "the film"
	askedReach    = 5  // words after "they ask if I"
	subjectReach  = 7  // words from who to what
	presentReach  = 4  // words between a hit and "again", "lately"
	verbReach     = 4  // words before a hit that say when
)

// scene is a sentence as it is read.
type scene struct {
	d     *Detector
	s     []token
	marks []mark
}

// mark is a context and where it stands.
type mark struct {
	*context
	at span
}

// view finds the contexts of a sentence.
func (d *Detector) view(w *work, s []token) scene {
	from := len(w.marks)
	for _, f := range d.scene.find(w, s) {
		w.marks = append(w.marks, mark{&d.contexts[f.owner], f.at})
	}
	sc := scene{d: d, s: s, marks: w.marks[from:len(w.marks):len(w.marks)]}
	for _, m := range sc.marks {
		if m.does == breaks || m.does == negates && !sc.feigned(m.at) {
			s[m.at.from].wall = true
		}
	}
	return sc
}

// has reports whether a context stands anywhere in the sentence.
func (sc scene) has(does string) bool {
	_, ok := sc.first(does)
	return ok
}

// first is where a context stands first.
func (sc scene) first(does string) (span, bool) {
	for _, m := range sc.marks {
		if m.does == does {
			return m.at, true
		}
	}
	return span{}, false
}

// feigned reports whether what looks like a negation is none.
func (sc scene) feigned(at span) bool {
	for _, m := range sc.marks {
		if m.does == pseudo && at.overlaps(m.at) {
			return true
		}
	}
	return false
}

func (at span) overlaps(b span) bool { return at.from < b.to && b.from < at.to }

// within reports whether a context that is meant for all classes stands in a
// stretch.
func (sc scene) within(does string, in span) bool {
	for _, m := range sc.marks {
		if m.does == does && m.at.from >= in.from && m.at.to <= in.to && len(m.classes) == 0 {
			return true
		}
	}
	return false
}

func (c context) meant(class string) bool { return len(c.classes) == 0 || c.classes[class] }

// thought is the stretch around a hit in which nothing new begins.
func (sc scene) thought(at span) span {
	in := span{0, len(sc.s)}
	for _, b := range sc.marks {
		switch {
		case b.does != breaks && b.does != turns:
		case b.at.from <= at.from:
			in.from = max(in.from, b.at.from)
		case b.at.from >= at.to:
			in.to = min(in.to, b.at.from)
		}
	}
	return in
}

// far counts the words between two places; pauses and fillers do not count.
func (sc scene) far(from, to int) int {
	n := 0
	for i := from; i < to; i++ {
		if sc.s[i].word != comma && !sc.s[i].filler {
			n++
		}
	}
	return n
}

// negated reports whether a negation reaches the hit, or a denial follows it.
// A negation ends at a new thought, and at a pause unless it is of a list.
func (sc scene) negated(at span) bool {
	in := sc.thought(at)
	for _, n := range sc.marks {
		if n.does != negates || n.at.to > at.from || n.at.from < in.from || sc.feigned(n.at) {
			continue
		}
		reach, list, pause := negationReach, false, false
		for i, t := range sc.s[n.at.to:at.from] {
			if (t.word == "i" || t.word == "yo") && !sc.carried(n.at.to+i) {
				pause = true
			}
			list = list || t.word == "or" || t.word == "nor" || t.word == "ni" || t.word == "o"
			pause = pause || t.word == comma
		}
		if list {
			reach = listReach
		}
		if (!pause || list) && sc.far(n.at.to, at.from) < reach {
			return true
		}
	}
	for _, n := range sc.marks {
		if n.does != denies {
			continue
		}
		last := n.at.to == len(sc.s) || sc.s[n.at.to].word == comma
		if n.at.from >= at.to && last && sc.far(at.to, n.at.from) < denialReach {
			return true
		}
	}
	return false
}

// carried reports whether the word before a new "I" takes the negation on: "I
// do not think I want to die".
func (sc scene) carried(at int) bool {
	switch sc.s[max(at-1, 0)].word {
	case "that", "think", "believe", "say", "saying", "mean", "if", "que", "creo", "ni", "nor", "or":
		return true
	}
	return false
}

// past tells whether the hit is over: long, or over for who knows how long.
// What stands in the present ("I want to die") is not, whatever is said of the
// past around it; what stands in the past may be dated in another part of the
// sentence.
func (sc scene) past(at span) (over, longOver bool) {
	in := sc.thought(at)
	near := span{max(in.from, at.from-presentReach), min(in.to, at.to+presentReach)}
	if sc.within(present, near) {
		return false, false
	}
	switch sc.tense(at, in) {
	case speaks:
		in = span{max(in.from, at.from-2), at.to}
	case spoken:
		in = span{0, len(sc.s)}
	}
	longOver = sc.within(long, in)
	return longOver || sc.within(past, in), longOver
}

// tense is that of the verb at the hit or right before it: spoken, speaks or
// neither.
func (sc scene) tense(at, in span) string {
	in = span{max(in.from, at.from-verbReach), at.to}
	if sc.within(spoken, in) {
		return spoken
	}
	if sc.within(speaks, in) {
		return speaks
	}
	return ""
}

// ofAnother reports whether the hit is said of somebody else: the nearest who
// before it is not the writer, and a verb goes with them.
func (sc scene) ofAnother(at span) bool {
	in := sc.thought(at)
	if sc.within(first, at) {
		return false
	}
	who := span{-1, -1}
	for _, m := range sc.marks {
		if m.does == third && m.at.from >= in.from && m.at.from <= at.from && m.at.from > who.from {
			who = m.at
		}
	}
	if who.from < 0 || sc.far(min(who.to, at.from), at.from) > subjectReach {
		return false
	}
	return !sc.within(first, span{who.to, at.from}) && sc.within(agrees, span{who.from, at.to})
}

// toldAbout reports whether the hit stands in a film, a form or a question.
func (sc scene) toldAbout(at span, class string) bool {
	in := sc.thought(at)
	if sc.has(tells) && (class == "mention" || class == "harm_other" && !sc.within(speaker, in)) {
		return true
	}
	for _, m := range sc.marks {
		if m.does == asks && m.at.from <= at.from && m.at.from >= in.from && sc.far(m.at.to, at.from) < askedReach {
			return true
		}
	}
	if sc.within(first, span{max(in.from, at.from-2), at.to}) {
		return false // "can you help, I …" asks nothing about others
	}
	for _, m := range sc.marks {
		if m.does != about || !m.meant(class) {
			continue
		}
		if at.overlaps(m.at) || m.at.to <= at.from && m.at.from >= in.from && sc.far(m.at.to, at.from) < aboutReach {
			return true
		}
	}
	return false
}

// lightly reports whether something of the class is said with a laugh: "lol",
// but not "no joke".
func (sc scene) lightly(class string) bool {
	for _, m := range sc.marks {
		if m.does == softens && m.meant(class) && !sc.meantSo(m.at) {
			return true
		}
	}
	return false
}

// meantSo reports whether a negation stands right before a word of laughing.
func (sc scene) meantSo(at span) bool {
	for _, n := range sc.marks {
		if (n.does == negates || n.does == pseudo) && n.at.from <= at.from && n.at.to >= at.from-1 {
			return true
		}
	}
	return false
}
