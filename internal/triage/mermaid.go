package triage

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tideover/tideover/internal/hotline"
)

// Mermaid draws the script as a flowchart, in the order of its file. Shape and
// colour say how urgent a place is, twice, since not everybody sees colours;
// what follows silence is dashed; the way into danger is thick.
//
// The same script gives the same drawing.
func (s *Script) Mermaid() string {
	d := drawing{s: s}
	d.line("flowchart TD")
	for _, n := range s.order {
		d.node(n)
	}
	d.line("  %s([\"at every question\"]):::anywhere", anywhereID)
	d.line("  %s([\"while waiting\"]):::waiting", waitingID)
	d.line("  %s([\"where the caller was\"]):::waiting", backID)
	for i := range s.globals {
		d.global(&s.globals[i])
	}
	for level, to := range []*node{1: s.roles.unsure, 2: s.roles.urgent, 3: s.roles.danger} {
		if to != nil {
			d.edge(anywhereID, "-->", levels[level], target{name: to.id, node: to})
		}
	}
	for _, o := range s.loop {
		d.edge(waitingID, "-->", keyOf(o, s.langs[0]), o.goTo)
	}
	for _, n := range s.order {
		d.edges(n)
	}
	d.arrows()
	d.line("  classDef emergency fill:#8b0000,stroke:#000,color:#fff,stroke-width:4px")
	d.line("  classDef urgent fill:#c75000,stroke:#000,color:#fff,stroke-width:3px")
	d.line("  classDef soon fill:#ffd24d,stroke:#000,color:#000,stroke-width:2px")
	d.line("  classDef routine fill:#cfe8cf,stroke:#000,color:#000")
	d.line("  classDef safety fill:#fff,stroke:#8b0000,color:#000,stroke-width:4px")
	d.line("  classDef plain fill:#fff,stroke:#555,color:#000")
	d.line("  classDef done fill:#ddd,stroke:#555,color:#000")
	d.line("  classDef anywhere fill:#e8e8ff,stroke:#555,color:#000")
	d.line("  classDef waiting fill:#e8e8ff,stroke:#555,color:#000")
	return d.out.String()
}

// Ids of what is drawn and is no node.
const (
	anywhereID = "_everywhere"
	waitingID  = "_waiting"
	backID     = "_back"
)

type drawing struct {
	s     *Script
	out   strings.Builder
	links []link
}

func (d *drawing) line(format string, args ...any) { fmt.Fprintf(&d.out, format+"\n", args...) }

// shapes open and close a node: hexagon for the emergency band, then trapezoid,
// stadium; a question is a box, a choice of the machine a rhombus.
func (d *drawing) node(n *node) {
	open, end, class := "[", "]", "plain"
	switch n.kind {
	case queueNode:
		open, end, class = d.band(n.band)
	case branchNode:
		open, end = "{", "}"
	case endNode:
		open, end, class = "(((", ")))", "done"
	case sayNode, sendNode, keepNode, eraseNode, oweNode, dueNode:
		open, end = "(", ")"
	case promiseNode, seatNode, textNode, tapeNode:
		open, end = "[[", "]]"
	case askNode, collectNode:
		if n == d.s.roles.start || n == d.s.roles.safety || n == d.s.roles.unsure {
			class = "safety"
		}
	}
	d.line("  %s%s\"%s\"%s:::%s", nodeID(n), open, d.title(n), end, class)
}

func (d *drawing) band(b hotline.Band) (open, end, class string) {
	switch b {
	case hotline.Emergency:
		return "{{", "}}", "emergency"
	case hotline.Urgent:
		return "[/", "\\]", "urgent"
	case hotline.Soon:
		return "[/", "/]", "soon"
	case hotline.Routine:
	}
	return "([", "])", "routine"
}

// title is the id, and what a counselor reads of the question.
func (d *drawing) title(n *node) string {
	lines := []string{n.id}
	if label := n.label[d.s.langs[0]]; label != "" {
		lines = append(lines, quoted(label))
	}
	if n.kind == queueNode {
		lines = append(lines, fmt.Sprintf("%v, %s", n.band, n.need))
	}
	if n.page != "" {
		lines = append(lines, "pages the people on call")
	}
	if n.only != "" {
		lines = append(lines, "only by "+string(n.only))
	}
	return strings.Join(lines, "<br/>")
}

func (d *drawing) edges(n *node) {
	from := nodeID(n)
	for _, f := range n.forks() {
		arrow, name := "-->", f.name
		if o := n.optionAt(f.at, f.name); o != nil {
			name = strings.Replace(f.name, o.key, keyOf(o, d.s.langs[0]), 1)
		}
		if f.name == silenceFork {
			arrow = "-.->"
		}
		if f.only != "" && n.only == "" && f.name != silenceFork {
			name += " (" + string(f.only) + ")"
		}
		d.edge(from, arrow, name, f.to)
	}
	for _, t := range n.straight() {
		d.edge(from, "-->", "", *t)
	}
}

// optionAt is the option that a fork is.
func (n *node) optionAt(at spot, name string) *option {
	i := slices.IndexFunc(n.options, func(o *option) bool { return o.at == at && o.name() == name })
	if i < 0 {
		return nil
	}
	return n.options[i]
}

// keyOf is the key of an option, with the words that a counselor reads.
func keyOf(o *option, lang hotline.Lang) string {
	if label := o.label[lang]; label != "" {
		return o.key + " " + label
	}
	return o.key
}

func (d *drawing) global(g *global) {
	if g.goTo.node != nil {
		d.edge(anywhereID, "-->", g.name(), g.goTo)
	}
}

// link is an arrow that is still to be drawn. Ways that lead to the same place
// share one, each with its name.
type link struct {
	from, arrow, to string
	names           []string
	danger          bool
}

func (d *drawing) edge(from, arrow, name string, to target) {
	if !to.given() {
		return
	}
	l := link{from: from, arrow: arrow, to: backID}
	if to.node != nil {
		l.to, l.danger = nodeID(to.node), to.node == d.s.roles.danger
	}
	if l.danger && arrow == "-->" {
		l.arrow = "==>"
	}
	i := slices.IndexFunc(d.links, func(o link) bool { return o.from == l.from && o.arrow == l.arrow && o.to == l.to })
	if i < 0 {
		i = len(d.links)
		d.links = append(d.links, l)
	}
	if name != "" {
		d.links[i].names = append(d.links[i].names, quoted(name))
	}
}

// arrows draws the links, with those into danger in red.
func (d *drawing) arrows() {
	var red []string
	for i, l := range d.links {
		if len(l.names) > 0 {
			l.arrow += "|\"" + strings.Join(l.names, "<br/>") + "\"|"
		}
		d.line("  %s %s %s", l.from, l.arrow, l.to)
		if l.danger {
			red = append(red, strconv.Itoa(i))
		}
	}
	if len(red) > 0 {
		d.line("  linkStyle %s stroke:#8b0000,stroke-width:4px", strings.Join(red, ","))
	}
}

// nodeID is a name that Mermaid takes: "end" alone is a word of its own.
func nodeID(n *node) string { return "n_" + n.id }

// quoted keeps a text inside of its quotes.
func quoted(text string) string {
	return strings.NewReplacer(`"`, "#quot;", "&", "#amp;", "|", "#124;", "<", "#lt;", ">", "#gt;").Replace(text)
}
