package triage

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tideover/tideover/internal/crisis"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/rights"
)

// scene is where a caller can come to: the session, and what brought it there.
type scene struct {
	ses   Session
	from  int // the scene before; -1: the contact begins
	in    Input
	depth int // inputs so far
}

// took is a step of a tour.
type took struct {
	from    int
	before  Session
	in      Input
	next    Session
	effects []Effect
}

// world is what the script meets at a step: facts, and whether it has a
// calendar to work out deadlines with.
type world struct {
	Facts
	s *Script
}

// edge is what silence (nothing) or a key does at a scene.
type edge struct {
	from int
	key  string
}

// personKey asks for a person.
const personKey = "0"

// tour walks the engine itself, not a model of it, wherever callers can come
// in one channel, whatever the world is like at each step. Sessions that
// nothing can tell apart are one scene: what no condition asks for is left
// out, and so are the rungs of ladders, which are climbed to their end in one
// go.
type tour struct {
	s       *Script
	now     time.Time
	worlds  []world
	moody   map[string]bool    // nodes from which the world decides where a step leads
	live    map[*node][]string // variables that can still decide something
	langs   bool               // some condition asks for the language
	fine    bool               // some condition tells a risk of 1 from none
	known   map[string]int
	after   map[edge][]int  // where silence and 0 lead from a scene
	nodes   map[string]bool // nodes where words of danger have been said
	climbed map[string]bool // ladders that have been climbed rung by rung
	all     []scene
	begun   []scene // where contacts begin beside the first word: what came over from the other channel
	changed []scene // what went over to the other channel: it is walked there
	took    func(took)
}

// danger words of a tour: what the detector would make of them is known.
var dangerWords = [...]string{1: "leveldoubtful", 2: "levelurgent", 3: "leveldanger"}

// leveled is a detector that knows only those words.
type leveled struct{}

func (leveled) Screen(text string) crisis.Result {
	return crisis.Result{Level: max(0, slices.Index(dangerWords[:], text))}
}

// touring gives a copy of the script that can be walked without a lexicon.
func (s *Script) touring() *Script {
	c := *s
	c.detector = leveled{}
	return &c
}

func (s *Script) newTour() *tour {
	t := &tour{s: s.touring(), now: proofDay, worlds: s.worlds(), known: map[string]int{}, after: map[edge][]int{}, nodes: map[string]bool{}, moody: map[string]bool{}, live: s.live(), climbed: map[string]bool{}}
	asked := s.conditions()
	t.langs = slices.ContainsFunc(asked, func(c string) bool { return mentions(c, "language") })
	t.fine = slices.ContainsFunc(asked, func(c string) bool { return mentions(coarse.ReplaceAllString(c, ""), "risk") })
	for _, n := range s.order {
		t.moody[n.id] = n.heedsFacts(maxHops, len(s.roles.shut) > 0)
	}
	return t
}

// coarse is what conditions mostly want to know of the risk.
var coarse = regexp.MustCompile(`\brisk (>=|<) [23]\b`)

// conditions lists what is written behind every if.
func (s *Script) conditions() []string {
	var all []string
	for _, o := range s.loop {
		all = append(all, o.cond)
	}
	for _, n := range s.order {
		for _, o := range n.options {
			all = append(all, o.cond)
		}
		for _, c := range n.when {
			all = append(all, c.cond)
		}
	}
	return all
}

// mentions reports whether a condition uses a name.
func mentions(cond, name string) bool {
	return slices.Contains(strings.FieldsFunc(cond, func(r rune) bool {
		return r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	}), name)
}

// walk visits every scene of a channel, the nearest first. It is false if
// there are too many.
func (t *tour) walk(ch hotline.Channel) bool {
	for _, in := range t.beginnings(ch) {
		t.step(-1, t.s.Begin(ch), in, t.worlds[0])
	}
	for _, at := range t.begun {
		t.all[t.add(-1, at.in, at.ses)].depth = at.depth
	}
	for i := 0; i < len(t.all); i++ {
		if len(t.all) > mostScenes {
			return false
		}
		ses := t.all[i].ses
		for j, w := range t.worlds {
			for _, in := range t.inputs(ses, w.Facts) {
				if j == 0 || t.heedsWorld(ses, in) {
					t.step(i, ses, in, w)
				}
			}
		}
		t.nodes[ses.Node+ses.Queue] = true
	}
	return true
}

func (t *tour) beginnings(ch hotline.Channel) []Input {
	if ch == hotline.Voice {
		return []Input{{Kind: Start}}
	}
	all := []Input{{Kind: Start}}
	for _, lang := range t.s.langs {
		if hello := t.s.greeting(lang); hello != "" {
			all = append(all, Input{Kind: Start, Text: hello})
		}
	}
	for _, g := range t.s.globals {
		if len(g.words) > 0 && g.works(ch) {
			all = append(all, Input{Kind: Start, Text: strings.Join(g.words[0], " ")})
		}
	}
	for _, w := range dangerWords[1:] {
		all = append(all, Input{Kind: Start, Text: w})
	}
	return all
}

// greeting is a word that tells a language.
func (s *Script) greeting(lang hotline.Lang) string {
	for _, w := range slices.Sorted(maps.Keys(s.hear[lang])) {
		if s.recognise([]string{w}) == lang && s.globalOf(w) == nil {
			return w
		}
	}
	return ""
}

func (s *Script) globalOf(text string) *global {
	r := run{s: s}
	return r.globalKey(text)
}

// step takes an input, and silence or a misunderstanding until the ladder has
// led elsewhere.
func (t *tour) step(from int, ses Session, in Input, w world) {
	at := ses.Node
	if n := t.s.nodes[at]; n != nil && (in.Kind == Silence || in.Text == wrongKey) {
		if t.climbed[at+called(in)] { // every rung has been seen: the last one leads on
			ses.Silent, ses.Missed = max(len(n.noInput)-1, 0), max(len(n.noMatch)-1, 0)
		}
		t.climbed[at+called(in)] = true
	}
	for range maxRungs {
		next, effects, err := w.s.Step(ses, in, w.Facts, t.now)
		if err != nil {
			return
		}
		next.Turns = 0
		if t.took != nil {
			t.took(took{from, ses, in, next, effects})
		}
		if next.Channel != ses.Channel {
			if t.spoke(took{from: from, before: ses, in: in, next: next}) {
				in.Kind = Words // what was said before counts there as well
			}
			t.changed = append(t.changed, scene{next, -1, in, t.depth(from) + 1})
			return
		}
		if next.Node != at || next.Silent == 0 && next.Missed == 0 {
			to := t.add(from, in, next)
			if (in.Kind == Silence || in.Text == personKey) && !w.refuses() { // a person, sooner or later, is for who may wait
				t.after[edge{from, in.Text}] = append(t.after[edge{from, in.Text}], to)
			}
			return
		}
		ses = next
	}
}

// maxRungs bounds a ladder; the compiler has seen that each ends.
const maxRungs = 12

func (t *tour) add(from int, in Input, ses Session) int {
	ses.Silent, ses.Missed, ses.KeyOnly, ses.Slow, ses.Again = 0, 0, false, false, false
	key := t.key(ses)
	if i, ok := t.known[key]; ok {
		return i
	}
	depth := t.depth(from) + 1
	t.known[key] = len(t.all)
	t.all = append(t.all, scene{ses, from, in, depth})
	return len(t.all) - 1
}

// depth is how many inputs it took to a scene; -1 before the beginning.
func (t *tour) depth(i int) int {
	if i < 0 {
		return -1
	}
	return t.all[i].depth
}

// key is the same for sessions that nothing can tell apart. Whoever waits goes
// nowhere that an earlier answer decides.
func (t *tour) key(ses Session) string {
	waits := ""
	if q := t.s.nodes[ses.Queue]; q != nil {
		waits = fmt.Sprint(q.band, q.loop, q.hush, q == t.s.roles.danger)
		if ses.Node == ses.Queue {
			ses.Node = ""
		}
	}
	parts := []string{ses.Node, waits, ses.Awaits, strconv.FormatBool(ses.Safety), strconv.FormatBool(ses.Quiet), strconv.FormatBool(ses.Lang == "")}
	if t.langs {
		parts = append(parts, string(ses.Lang))
	}
	if ses.Queue == "" {
		risk := ses.Risk
		if risk < 2 && !t.fine {
			risk = 0
		}
		parts = append(parts, strconv.Itoa(risk), ses.Vars[wantVar])
		n := t.s.nodes[ses.Node]
		if n != nil && n.list != "" {
			parts = append(parts, ses.Vars[pageVar])
		}
		ahead := []string{ses.Node, ses.Awaits}
		if n != nil && (n.aside || slices.ContainsFunc(n.targets(), func(to target) bool { return to.node == nil })) {
			ahead = append(ahead, ses.Back)
		}
		parts = append(parts, ahead...)
		for _, at := range ahead {
			for _, v := range t.live[t.s.nodes[at]] {
				parts = append(parts, ses.Vars[v])
			}
		}
	}
	if ses.Queue != "" {
		parts = append(parts, ses.Back)
	}
	return strings.Join(parts, "\x00")
}

// inputs lists what a caller can do there, one of each sort.
func (t *tour) inputs(ses Session, facts Facts) []Input {
	var all []Input
	n := t.s.nodes[ses.Node]
	if n == nil || n.kind == endNode && ses.Queue == "" {
		return nil
	}
	if a := t.s.nodes[ses.Awaits]; a != nil {
		for word := range a.outcomes {
			all = append(all, Input{Kind: Outcome, Text: word})
		}
		return append(all, Input{Kind: Outcome, Text: "another word"})
	}
	first := !t.nodes[n.id+ses.Queue] // what leads to the same place from everywhere is tried once a question
	for i := range t.s.globals {
		g := &t.s.globals[i]
		switch {
		case g.repeat || !g.works(ses.Channel) || !first && g.goTo.node != t.s.roles.person:
		case g.key != "":
			all = append(all, Input{Kind: Keys, Text: g.key})
		case len(g.words) > 0 && (!ses.Quiet || ses.Channel == hotline.SMS): // nothing is listened to from who cannot talk
			all = append(all, Input{Kind: Words, Text: strings.Join(g.words[0], " ")})
		}
	}
	options := t.s.answersAt(n, ses)
	for _, o := range options {
		if t.s.offered(o, ses, facts) {
			all = append(all, Input{Kind: Keys, Text: o.key})
		}
	}
	if n.list == listGroups {
		all = append(all, Input{Kind: Keys, Text: "1"})
	}
	if n.kind == collectNode {
		for _, digits := range collected(n) {
			all = append(all, Input{Kind: Keys, Text: digits})
		}
	}
	if n.kind == askNode || n.kind == collectNode {
		all = append(all, Input{Kind: Keys, Text: wrongKey})
		if ses.Channel == hotline.Voice || !ses.Safety || n == t.s.roles.unsure { // a silent thread is left alone
			all = append(all, Input{Kind: Silence})
		}
		if first && (!ses.Quiet || ses.Channel == hotline.SMS) {
			for _, w := range dangerWords[1:] {
				all = append(all, Input{Kind: Words, Text: w})
			}
			if ses.Channel == hotline.Voice {
				all = append(all, Input{Kind: Words, Text: dangerWords[3], Vague: true})
			}
		}
	}
	return all
}

// answersAt lists the answers that keys have at a node.
func (s *Script) answersAt(n *node, ses Session) []*option {
	if n.kind == queueNode {
		r := run{s: s, ses: ses}
		return r.loopOf(n)
	}
	return n.options
}

// wrongKey is an answer to nothing.
const wrongKey = "?"

// collected are answers to a question for several digits. A day is near once,
// and once too far for any deadline.
func collected(n *node) []string {
	near, far := proofDay.AddDate(0, 0, 1), proofDay.AddDate(0, 5, 0)
	if n.date == rights.Past {
		near, far = proofDay.AddDate(0, 0, -1), proofDay.AddDate(0, -5, 0)
	}
	switch {
	case n.date != 0 && n.digits == 8:
		return []string{near.Format("01022006"), far.Format("01022006")}
	case n.date != 0:
		return []string{near.Format("0102"), far.Format("0102")}
	}
	if n.digits == phoneDigits {
		return []string{"9162555501"}
	}
	return []string{"9001255501"[:n.digits]}
}
