package triage

import (
	"slices"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// Shut says why the line puts nobody in line now whose need can wait. The zero
// value: it does. What is urgent passes each of them.
type Shut string

// The reasons. The first two are about this caller only.
const (
	Blocked Shut = "blocked" // a person has blocked the number
	Limited Shut = "limited" // the number has called too often in a short while
	OffDuty Shut = "duty"    // nobody has acknowledged to be on call
	Full    Shut = "full"    // as many wait as may, or as many call; only by voice: a text can wait
)

// shutRoles are the places that a script may have for them, and for the hours.
var shutRoles = []string{closedRole, "blocked", "limited", "off_duty", "full"}

// closedRole is asked outside of the hours.
const closedRole = "closed"

// shutNodes are where the engine leads who is not put in line, by role; a role
// that the script has not stops nobody.
type shutNodes map[string]*node

// of gives the place for the facts, and whether who asks for a person there
// once more waits after all.
func (m shutNodes) of(f Facts, ch hotline.Channel) (n *node, insist bool) {
	switch {
	case f.Shut == Blocked && m["blocked"] != nil:
		return m["blocked"], false
	case f.Shut == Limited && m["limited"] != nil:
		return m["limited"], false
	case !f.Open && m[closedRole] != nil:
		return m[closedRole], true
	case f.Shut == OffDuty:
		return m["off_duty"], true
	case f.Shut == Full && ch == hotline.Voice:
		return m["full"], false
	}
	return nil, false
}

func (m shutNodes) has(n *node) bool {
	for _, is := range m {
		if is == n && n != nil {
			return true
		}
	}
	return false
}

// all lists the places, in the order of their roles.
func (m shutNodes) all() []*node {
	var nodes []*node
	for _, name := range shutRoles {
		if n := m[name]; n != nil {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

// refuses reports whether nobody may wait who is not in danger, however often
// they ask.
func (f Facts) refuses() bool { return f.Shut != "" && f.Shut != OffDuty }

// opensVar holds when the line opens next, for the text that says so.
const opensVar = "opens"

// shut asks what to do where nobody is put in line. Danger and what is urgent
// pass; whoever waits already waits.
func (r *run) shut(n *node) bool {
	if n.band <= hotline.Urgent || r.ses.Risk >= 2 || r.ses.Queue != "" {
		return false
	}
	to, insist := r.s.roles.shut.of(r.facts, r.ses.Channel)
	if to == nil || insist && r.ses.Node == to.id {
		return false
	}
	if !r.facts.Opens.IsZero() {
		r.set(opensVar, r.facts.Opens.Format(time.RFC3339))
	}
	r.enter(to)
	return true
}

// barred is where this caller is led instead of being promised a call or
// recorded: a limit that a callback passes by would be none.
func (r *run) barred(n *node) *node {
	if n.kind != promiseNode && n.kind != tapeNode || r.ses.Risk >= 2 || r.ses.Queue != "" {
		return nil
	}
	if r.facts.Shut != Blocked && r.facts.Shut != Limited {
		return nil
	}
	return r.s.roles.shut[string(r.facts.Shut)]
}

// checkShut: whoever is not put in line is told where help is all the same, in
// both channels but for the full line, and has a way on or a goodbye.
func (k *linker) checkShut() {
	for _, name := range shutRoles {
		n := k.s.roles.shut[name]
		if n == nil {
			continue
		}
		only := n.only == "" || name == "full" && n.only == hotline.Voice
		switch {
		case name == "blocked" && (n.kind != endNode || !only):
			k.add(k.role[name].at, "role", "%s: %s must be an end for both channels", name, n.id)
		case name != "blocked" && (n.kind != askNode || !only):
			k.add(k.role[name].at, "role", "%s: %s must be a question for both channels", name, n.id)
		}
	}
}

// optional reports whether a script may go without the role.
func optional(role string) bool { return slices.Contains(shutRoles, role) }
