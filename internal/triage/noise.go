package triage

import "github.com/tideover/tideover/internal/hotline"

// enough is how many tries in a row come to nothing, from the first words on
// that were not understood, until a person takes over: there is a television,
// a street, a child, and it will still be there at the next question.
const enough = 3

// aloud reports whether this input is words that were spoken.
func (r *run) aloud() bool { return r.heard && r.ses.Channel == hotline.Voice }

// tried counts a try that came to nothing and reports whether it was the last.
// Words that failed are not listened for again at this question: keys only.
func (r *run) tried(n *node) bool {
	if r.aloud() {
		r.ses.KeyOnly = true
	}
	if !r.aloud() && r.ses.Lost == 0 {
		return false
	}
	if r.ses.Lost++; r.ses.Lost < enough {
		return false
	}
	r.ses.Lost = 0
	if r.decides(n) || !r.ses.Safety { // nobody has said that they are safe, and asking once more is one try too many
		r.ses.Safety = true
		r.enter(r.s.roles.urgent)
		return true
	}
	r.enter(r.s.roles.person)
	return true
}

// understood ends the count. What was badly heard fits an answer by chance.
func (r *run) understood() {
	if !r.vague {
		r.ses.Lost = 0
	}
}

// doubt is danger in words that were not heard well: a radio, another voice.
// It is asked about once before anybody is paged; after that it is for a person.
func (r *run) doubt(n *node) {
	r.raise(2, nil)
	switch {
	case r.unsure(n, nil):
	case n != r.s.roles.unsure && r.urgent():
	case n.kind == askNode || n.kind == collectNode:
		r.noMatch(n)
	}
}

// inDanger reports whether the case waits as an emergency already.
func (r *run) inDanger() bool {
	q := r.s.nodes[r.ses.Queue]
	return q != nil && q.band == hotline.Emergency
}
