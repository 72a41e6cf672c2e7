package triage

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tideover/tideover/internal/hotline"
)

// Coverage says which ways through the script transcripts took.
type Coverage struct {
	s   *Script
	hit map[taken]bool
}

// taken is a way in a language and channel.
type taken struct {
	way
	voicing
}

// branch is a way that a transcript should take in each language and channel
// in which it is there.
type branch struct {
	way
	at       spot
	critical bool // about safety: must not go untried
	only     []voicing
}

func newCoverage(s *Script) Coverage { return Coverage{s: s, hit: map[taken]bool{}} }

// saw counts a step. What is heard before a language is chosen is heard in all.
func (c Coverage) saw(before, after Session, in Input, took []way) {
	langs := c.s.langs
	if after.Lang != "" {
		langs = []hotline.Lang{after.Lang}
	}
	for _, w := range slices.Concat(took, c.s.beside(before, after, in)) {
		for _, lang := range langs {
			c.hit[taken{w, voicing{lang, c.s.countedIn(w, before.Channel)}}] = true
		}
	}
}

// countedIn is the channel for which a way counts: that of the step, or, where
// it is there only after a call, that of the call.
func (s *Script) countedIn(w way, ch hotline.Channel) hotline.Channel {
	if n := s.nodes[w.node]; n != nil && n.moved {
		return hotline.Voice
	}
	return ch
}

// branches lists what there is to cover, in the order of the script.
func (s *Script) branches() []branch {
	var all []branch
	anywhere := spot{file: folder + "/strike.yaml", line: 1, col: 1}
	for i := range s.globals {
		g := &s.globals[i]
		help := g.goTo.node == s.roles.danger || g.goTo.node == s.roles.person
		all = append(all, branch{way{anywhereNode, g.name()}, g.at, help, s.voicings("", g.only)})
	}
	for level := 3; level > 0; level-- {
		all = append(all, branch{way{anywhereNode, levels[level]}, anywhere, true, s.voicings("", "")})
	}
	grave := s.grave()
	met := map[hotline.Channel]map[*node]bool{}
	for _, ch := range channels() {
		met[ch] = s.met(ch)
	}
	for _, n := range s.order {
		for _, f := range n.forks() {
			if f.name == silenceFork && n.only == hotline.SMS {
				continue // a silent thread is left alone
			}
			b := branch{way{n.id, f.name}, f.at, grave[n], s.voicings(f.lang, f.only)}
			// By text nobody is hurried, but for the questions of safety.
			if f.name == silenceFork && n.only == "" && (n == s.roles.start || n == s.roles.safety || n == s.roles.unsure) {
				b.only = s.voicings("", "")
			}
			b.only = slices.DeleteFunc(b.only, func(v voicing) bool { return !met[v.ch][n] })
			all = join(all, b)
		}
	}
	for _, n := range s.order {
		for _, o := range n.options {
			if o.more && (n.list != listHelp || s.help.most() > perPage) {
				all = join(all, branch{way{n.id, o.name()}, o.at, false, s.voicings(o.lang, o.only)})
			}
		}
	}
	for _, o := range s.loop {
		all = join(all, branch{way{waitingNode, o.name()}, o.at, false, s.voicings("", o.only)})
	}
	return all
}

// join adds a branch, or its languages and channels where its name is there: a
// key may mean another thing by voice than by text.
func join(all []branch, b branch) []branch {
	if len(b.only) == 0 {
		return all
	}
	for i := range all {
		if all[i].way == b.way {
			for _, v := range b.only {
				if !slices.Contains(all[i].only, v) {
					all[i].only = append(all[i].only, v)
				}
			}
			return all
		}
	}
	return append(all, b)
}

func (s *Script) voicings(lang hotline.Lang, only hotline.Channel) []voicing {
	var all []voicing
	for _, l := range s.langs {
		for _, ch := range channels() {
			if (lang == "" || lang == l) && (only == "" || only == ch) {
				all = append(all, voicing{l, ch})
			}
		}
	}
	return all
}

// grave marks the nodes at which a fault may cost a life: the questions of
// safety, and what is asked of a caller in danger.
func (s *Script) grave() map[*node]bool {
	out := map[*node]bool{s.roles.start: true, s.roles.safety: true, s.roles.unsure: true}
	var visit func(n *node)
	visit = func(n *node) {
		if n == nil || out[n] {
			return
		}
		out[n] = true
		for _, t := range n.targets() {
			visit(t.node)
		}
	}
	visit(s.roles.danger)
	return out
}

// met marks the nodes to which a way leads in a channel.
func (s *Script) met(ch hotline.Channel) map[*node]bool {
	out := map[*node]bool{}
	var visit func(n *node)
	visit = func(n *node) {
		if n == nil || out[n] || n.only != "" && n.only != ch && !n.moved {
			return
		}
		out[n] = true
		for _, f := range n.forks() {
			if f.only == "" || f.only == ch {
				visit(f.to.node)
			}
		}
		for _, t := range n.straight() {
			visit(t.node)
		}
	}
	r := s.roles
	for _, n := range []*node{r.start, r.safety, r.unsure, r.urgent, r.danger, r.menu, r.person} {
		visit(n)
	}
	for i := range s.globals {
		visit(s.globals[i].goTo.node)
	}
	for _, o := range s.loop {
		if o.only == "" || o.only == ch {
			visit(o.goTo.node)
		}
	}
	return out
}

// Gap is a branch that no transcript takes in some language and channel.
type Gap struct {
	Node, Branch string
	Critical     bool
	In           []string // "en voice", "es sms"
	at           spot
	open         []voicing
}

// Gaps lists what no transcript takes, in the order of the script.
func (c Coverage) Gaps() []Gap {
	var all []Gap
	for _, b := range c.s.branches() {
		g := Gap{Node: b.node, Branch: b.name, Critical: b.critical, at: b.at}
		for _, v := range b.only {
			if !c.hit[taken{b.way, v}] {
				g.open = append(g.open, v)
				g.In = append(g.In, fmt.Sprintf("%s %s", v.lang, v.ch))
			}
		}
		if len(g.open) > 0 {
			all = append(all, g)
		}
	}
	return all
}

// findings: a branch about safety that nobody tried is an error, another one a
// warning.
func (c Coverage) findings(found *findings) {
	for _, g := range c.Gaps() {
		found.all = append(found.all, Finding{
			File: g.at.file, Line: g.at.line, Col: g.at.col, Rule: "coverage", Mild: !g.Critical,
			Text: fmt.Sprintf("%s: %s: no transcript takes this way (%s)", g.Node, g.Branch, strings.Join(g.In, ", ")),
		})
	}
}

// Count gives how many ways are taken, and how many there are; by node, or of
// all with an empty name.
func (c Coverage) Count(node string) (took, all int) {
	for _, b := range c.s.branches() {
		if node != "" && b.node != node {
			continue
		}
		for _, v := range b.only {
			all++
			if c.hit[taken{b.way, v}] {
				took++
			}
		}
	}
	return took, all
}

// Report writes the coverage for people: each node with what is missing there.
func (c Coverage) Report() string {
	var out strings.Builder
	gaps := map[string][]Gap{}
	for _, g := range c.Gaps() {
		gaps[g.Node] = append(gaps[g.Node], g)
	}
	var nodes []string
	for _, b := range c.s.branches() {
		if !slices.Contains(nodes, b.node) {
			nodes = append(nodes, b.node)
		}
	}
	for _, id := range nodes {
		took, all := c.Count(id)
		fmt.Fprintf(&out, "%-22s %4d of %4d  %5.1f %%\n", id, took, all, percent(took, all))
		for _, g := range gaps[id] {
			fmt.Fprintf(&out, "  missing: %s (%s)\n", g.Branch, strings.Join(g.In, ", "))
		}
	}
	took, all := c.Count("")
	fmt.Fprintf(&out, "%-22s %4d of %4d  %5.1f %%\n", "all", took, all, percent(took, all))
	return out.String()
}

func percent(n, of int) float64 {
	if of == 0 {
		return 100
	}
	return 100 * float64(n) / float64(of)
}
