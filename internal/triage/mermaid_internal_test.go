package triage

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	drawnNode = regexp.MustCompile(`^  ([a-z_][a-z0-9_]*)(\[\[|\[/|\(\(\(|\(\[|\{\{|\[|\(|\{)"([^"]+)"(\]\]|/\]|\\\]|\)\)\)|\]\)|\}\}|\]|\)|\}):::([a-z]+)$`)
	drawnLink = regexp.MustCompile(`^  ([a-z_][a-z0-9_]*) (-->|==>|-\.->)(?:\|"([^"]+)"\|)? ([a-z_][a-z0-9_]*)$`)
	drawnLook = regexp.MustCompile(`^  (?:classDef ([a-z]+) [a-z0-9:#,-]+|linkStyle [0-9,]+ [a-z0-9:#,-]+)$`)
)

type drawnEdge struct{ from, arrow, names, to string }

func drawn(t *testing.T, s *Script) (nodes map[string]string, links []drawnEdge) {
	t.Helper()
	nodes = map[string]string{}
	var used, defined []string
	for i, line := range strings.Split(strings.TrimSuffix(s.Mermaid(), "\n"), "\n") {
		if i == 0 && line == "flowchart TD" {
			continue
		}
		switch n, l, look := drawnNode.FindStringSubmatch(line), drawnLink.FindStringSubmatch(line), drawnLook.FindStringSubmatch(line); {
		case n != nil:
			if nodes[n[1]] != "" {
				t.Errorf("%s is drawn twice", n[1])
			}
			nodes[n[1]] = n[2] + " " + n[5]
			used = append(used, n[5])
		case l != nil:
			links = append(links, drawnEdge{l[1], l[2], l[3], l[4]})
		case look != nil:
			defined = append(defined, look[1])
		default:
			t.Errorf("line %d is no Mermaid: %q", i+1, line)
		}
	}
	for _, class := range used {
		if !slices.Contains(defined, class) {
			t.Errorf("no look is defined for %s", class)
		}
	}
	return nodes, links
}

func TestEveryPlaceAndEveryWayOfTheScriptIsDrawn(t *testing.T) {
	t.Parallel()
	s := ours(t)
	nodes, links := drawn(t, s)
	if len(nodes) != len(s.order)+3 {
		t.Errorf("%d places are drawn, want %d and three that are no nodes", len(nodes), len(s.order))
	}
	has := func(from, arrow, name string, to target) {
		t.Helper()
		id := backID
		if to.node != nil {
			id = nodeID(to.node)
		}
		for _, l := range links {
			named := slices.ContainsFunc(strings.Split(l.names, "<br/>"), func(n string) bool { return strings.HasPrefix(n, quoted(name)) })
			if l.from == from && l.to == id && strings.Contains(arrow, l.arrow) && named {
				return
			}
		}
		t.Errorf("not drawn: %s %s %q %s", from, arrow, name, id)
	}
	for _, n := range s.order {
		if nodes[nodeID(n)] == "" {
			t.Errorf("%s is not drawn", n.id)
		}
		for _, f := range n.forks() {
			arrow, name := "--> ==>", f.name
			if f.name == silenceFork {
				arrow = "-.->"
			}
			if o := n.optionAt(f.at, f.name); o != nil {
				name = o.key
			}
			if f.to.given() {
				has(nodeID(n), arrow, name, f.to)
			}
		}
		for _, to := range n.straight() {
			has(nodeID(n), "--> ==>", "", *to)
		}
	}
	for i := range s.globals {
		if g := &s.globals[i]; g.goTo.node != nil {
			has(anywhereID, "--> ==>", g.name(), g.goTo)
		}
	}
	for _, o := range s.loop {
		has(waitingID, "--> ==>", o.key, o.goTo)
	}
}

func TestWhatIsUrgentIsSeenByShapeAndByColour(t *testing.T) {
	t.Parallel()
	s := ours(t)
	nodes, links := drawn(t, s)
	for id, want := range map[string]string{
		"n_danger": "{{ emergency", "n_queue_urgent": "[/ urgent", "n_queue_talk": "([ routine", "n_safety_check": "[ safety", "n_main_menu": "[ plain",
	} {
		if nodes[id] != want {
			t.Errorf("%s is drawn as %q, want %q", id, nodes[id], want)
		}
	}
	thick := 0
	for _, l := range links {
		if (l.arrow == "==>") && l.to != "n_danger" || l.to == "n_danger" && l.arrow == "-->" {
			t.Errorf("the way into danger, and no other, is thick: %+v", l)
		}
		if l.arrow == "==>" {
			thick++
		}
	}
	if thick < 3 || !strings.Contains(s.Mermaid(), "linkStyle ") {
		t.Errorf("%d thick ways", thick)
	}
	if s.Mermaid() != ours(t).Mermaid() {
		t.Error("the same script gives another drawing")
	}
}

func TestATextCannotBreakOutOfTheDrawing(t *testing.T) {
	t.Parallel()
	if got := quoted(`a "b" | <c> & d`); got != "a #quot;b#quot; #124; #lt;c#gt; #amp; d" {
		t.Errorf("%s", got)
	}
}
