package triage

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tideover/tideover/internal/hotline"
)

// perPage is how much anybody keeps in mind at once. By text it is fewer where
// they would not go into the parts that a text may have.
const perPage = 3

// What a question can read out.
const (
	listGroups = "groups" // support groups: key 1 to 3 chooses
	listHelp   = "help"   // local help: nothing to choose
)

// pageVar and shownVar remember what a list has read out: what a key means
// must not change while the caller listens. moreVar says that there is more.
const (
	pageVar  = "_page"
	shownVar = "_shown"
	moreVar  = "_more"
)

// page takes the next part of a question's list; false where nothing is there.
func (r *run) page(n *node) bool {
	if r.ses.Node != n.id {
		r.set(pageVar, "")
	}
	ids := r.listed(n)
	from, _ := strconv.Atoi(r.ses.Vars[pageVar])
	if from >= len(ids) {
		from = 0 // from the top again
	}
	r.set(pageVar, strconv.Itoa(from))
	for count := min(perPage, len(ids)-from); ; count-- {
		r.set(shownVar, strings.Join(ids[from:from+count], ","))
		r.set(moreVar, "")
		if count < len(ids) {
			r.set(moreVar, "yes")
		}
		if count <= 1 || r.ses.Channel != hotline.SMS || segments(joinedText(r.s.question(n, r.ses, r.facts, false))) <= mostSegments {
			return len(ids) > 0
		}
	}
}

// further asks again with the part that follows.
func (r *run) further(n *node) {
	from, _ := strconv.Atoi(r.ses.Vars[pageVar])
	r.set(pageVar, strconv.Itoa(from+strings.Count(r.ses.Vars[shownVar], ",")+1))
	r.enter(n)
}

// listed gives the ids of all that a question's list holds for this caller.
func (r *run) listed(n *node) []string {
	var ids []string
	switch n.list {
	case listGroups:
		for _, g := range r.s.groups(r.ses, r.facts) {
			ids = append(ids, g.ID)
		}
	case listHelp:
		for _, h := range r.s.help.near(r.ses.Vars[placeVar], r.now) {
			ids = append(ids, h.id)
		}
	}
	return ids
}

// groups are those in the caller's language.
func (s *Script) groups(ses Session, f Facts) []Group {
	var all []Group
	for _, g := range f.Groups {
		if ses.Lang == "" || g.Lang == ses.Lang {
			all = append(all, g)
		}
	}
	return all
}

// picked gives the id behind a key of a list that is chosen from.
func (r *run) picked(n *node, key string) string {
	if n.list != listGroups || len(key) != 1 {
		return ""
	}
	shown := strings.Split(r.ses.Vars[shownVar], ",")
	i := int(key[0] - '1')
	if i < 0 || i >= len(shown) || key[0] < '1' {
		return ""
	}
	return shown[i]
}

func (r *run) pick(n *node, key, id string) {
	r.understood()
	r.answered(n, key)
	r.set(n.into, id)
	r.goTo(n.next)
}

// items are the words of what a list shows now.
func (s *Script) items(n *node, v voicing, ses Session, f Facts) []string {
	if n.list == "" {
		return nil
	}
	var all []string
	for i, id := range strings.Split(ses.Vars[shownVar], ",") {
		switch n.list {
		case listGroups:
			if at := slices.IndexFunc(f.Groups, func(g Group) bool { return g.ID == id }); at >= 0 {
				all = append(all, s.groupItem(f.Groups[at], strconv.Itoa(i+1), v))
			}
		case listHelp:
			if h, ok := s.help.byID(id); ok {
				all = append(all, s.helpItem(h, v))
			}
		}
	}
	return all
}

// places are the places of local help that were read out last.
func (s *Script) places(ses Session, v voicing) string {
	return strings.Join(s.items(&node{list: listHelp}, v, ses, Facts{}), " ")
}

func (s *Script) groupItem(g Group, key string, v voicing) string {
	seats := s.Phrase(SeatsFree, v.lang, v.ch, "free", strconv.Itoa(g.Free))
	if g.Free == 0 {
		seats = s.Phrase(SeatsNone, v.lang, v.ch)
	}
	return s.Phrase(GroupItem, v.lang, v.ch, "key", key, "topic", s.Word(WordTopic, g.Topic, v.lang), "when", s.when(g.At, v), "seats", seats)
}

func (s *Script) helpItem(h helpEntry, v voicing) string {
	return s.Phrase(HelpItem, v.lang, v.ch, "name", h.name[s.spoken(v.lang)], "number", resource{number: h.number}.in(v.ch), "hours", h.hours[s.spoken(v.lang)])
}
