package triage

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// skeleton is a visit that takes ways which no transcript takes.
type skeleton struct {
	opened   bool
	now      time.Time // zero: the usual day
	name     string
	steps    []string
	ends     []string // last steps: each is a visit
	voicings []voicing
}

// Skeletons writes transcripts that take the ways which none takes, to be read,
// named and put into the file of the folder. What follows each step is what the
// script does now. stuck are the gaps to which no visit was found.
func (s *Script) Skeletons(fsys fs.FS, c Coverage) (text string, stuck []Gap) {
	hello := readTranscripts(fsys, &findings{}).hello
	s = s.routing()
	marked := s.marked()
	gaps := c.Gaps()
	found := map[taken]bool{}
	var all []skeleton
	for _, v := range s.voicings("", "") {
		e := explorer{voicing: v, s: marked, hello: hello[v.lang], want: map[way]bool{}, first: map[way]*stop{}}
		e.words = e.distress()
		for _, g := range gaps {
			if slices.Contains(g.open, v) {
				e.want[way{g.Node, g.Branch}] = true
			}
		}
		for _, day := range s.days() {
			e.explore(day)
		}
		all = e.skeletons(all, gaps, found)
	}
	for _, g := range gaps {
		open := Gap{Node: g.Node, Branch: g.Branch, Critical: g.Critical}
		for i, v := range g.open {
			if !found[taken{way{g.Node, g.Branch}, v}] {
				open.In = append(open.In, g.In[i])
			}
		}
		if len(open.In) > 0 {
			stuck = append(stuck, open)
		}
	}
	var out strings.Builder
	names := map[string]int{}
	for _, k := range together(all) {
		if names[k.name]++; names[k.name] > 1 {
			k.name = fmt.Sprintf("%s (%d)", k.name, names[k.name])
		}
		out.WriteString(k.yaml())
	}
	return out.String(), stuck
}

// skeletons takes the longest visits first: they take the ways of shorter ones
// along.
func (e *explorer) skeletons(all []skeleton, gaps []Gap, found map[taken]bool) []skeleton {
	type end struct {
		at *stop
		way
	}
	var ends []end
	for _, g := range gaps {
		w := way{g.Node, g.Branch}
		if at := e.first[w]; at != nil && slices.Contains(g.open, e.voicing) {
			ends = append(ends, end{at, w})
		}
	}
	slices.SortStableFunc(ends, func(a, b end) int { return b.at.length - a.at.length })
	for _, end := range ends {
		at := end.at
		if found[taken{end.way, e.voicing}] {
			continue
		}
		k := skeleton{opened: at.opened, now: at.now, name: end.node + ", " + end.name, voicings: []voicing{e.voicing}}
		for stop := at; stop.from != nil; stop = stop.from {
			if stop == at {
				k.ends = []string{stop.yaml(e.lang)}
			} else {
				k.steps = append([]string{stop.yaml(e.lang)}, k.steps...)
			}
			for _, w := range stop.took {
				found[taken{w, e.voicing}] = true
			}
		}
		all = k.join(all)
	}
	return all
}

// join makes one transcript of two that differ in language or channel alone.
func (k skeleton) join(all []skeleton) []skeleton {
	for i, other := range all {
		if other.opened == k.opened && other.now.Equal(k.now) && slices.Equal(other.steps, k.steps) && slices.Equal(other.ends, k.ends) {
			all[i].voicings = append(all[i].voicings, k.voicings...)
			return all
		}
	}
	return append(all, k)
}

// together makes one transcript of those that part at their last step.
func together(all []skeleton) []skeleton {
	var out []skeleton
next:
	for _, k := range all {
		for i, o := range out {
			if o.opened == k.opened && o.now.Equal(k.now) && slices.Equal(o.steps, k.steps) && slices.Equal(o.voicings, k.voicings) {
				out[i].ends = append(o.ends, k.ends...)
				out[i].name, _, _ = strings.Cut(o.name, ",")
				continue next
			}
		}
		out = append(out, k)
	}
	return out
}

// yaml writes one step, with what followed.
func (at *stop) yaml(lang hotline.Lang) string {
	var parts []string
	in := at.act.yaml()
	if !at.opened {
		in = strconv.Quote(at.act.text(lang)) // the language is not chosen yet
	}
	switch at.act.kind {
	case Silence:
		parts = append(parts, "silence: "+map[bool]string{true: "true", false: strconv.Itoa(at.act.times)}[at.act.times == 1])
	case Outcome:
		parts = append(parts, "outcome: "+strconv.Quote(at.act.in[""]))
	case Start, Keys, Words:
		if len(at.act.in) > 0 {
			parts = append(parts, "in: "+in)
		}
		if at.act.times > 1 {
			parts = append(parts, "times: "+strconv.Itoa(at.act.times))
		}
	}
	if at.act.world != "" && at.act.world != at.from.act.world {
		parts = append(parts, "facts: {"+at.act.world+"}")
	}
	if q := asked(at.did); q != "" && q == at.ses.Node {
		parts = append(parts, "ask: "+q)
	} else {
		parts = append(parts, "node: "+at.ses.Node)
	}
	if words := striking(at.did); len(words) > 0 {
		parts = append(parts, "effects: ["+strings.Join(words, ", ")+"]")
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func (a act) yaml() string {
	if text, ok := a.in[""]; ok {
		return strconv.Quote(text)
	}
	var parts []string
	for _, lang := range []hotline.Lang{hotline.English, hotline.Spanish} {
		parts = append(parts, string(lang)+": "+strconv.Quote(a.in[lang]))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// striking are the effects that a reader of a transcript should see.
func striking(effects []Effect) []string {
	var all []string
	for _, word := range EffectWords(effects) {
		first, _, _ := strings.Cut(word, " ")
		if first == "record" || first == "raise" {
			continue
		}
		if !simple.MatchString(word) {
			word = strconv.Quote(word)
		}
		all = append(all, word)
	}
	return all
}

// simple is what YAML takes without quotes.
var simple = regexp.MustCompile(`^[a-z][a-z0-9_ -]*$`)

func (k skeleton) yaml() string {
	var langs []hotline.Lang
	var chs []hotline.Channel
	for _, v := range k.voicings {
		if !slices.Contains(langs, v.lang) {
			langs = append(langs, v.lang)
		}
		if !slices.Contains(chs, v.ch) {
			chs = append(chs, v.ch)
		}
	}
	var out strings.Builder
	fmt.Fprintf(&out, "\n  - name: %q\n", k.name)
	if k.opened {
		fmt.Fprintf(&out, "    lang: %s\n", strings.ReplaceAll(fmt.Sprint(langs), " ", ", "))
	}
	fmt.Fprintf(&out, "    channel: %s\n", strings.ReplaceAll(fmt.Sprint(chs), " ", ", "))
	if _, now := usual(); !k.now.IsZero() && !k.now.Equal(now) {
		fmt.Fprintf(&out, "    at: %s\n", k.now.Format(time.RFC3339))
	}
	steps := k.steps
	if len(k.ends) == 1 {
		steps = append(slices.Clone(steps), k.ends...)
	}
	if len(steps) > 0 {
		out.WriteString("    steps:\n")
	}
	for _, step := range steps {
		out.WriteString("      - " + step + "\n")
	}
	if len(k.ends) > 1 {
		out.WriteString("    either:\n")
		for _, step := range k.ends {
			out.WriteString("      - [" + step + "]\n")
		}
	}
	return out.String()
}
