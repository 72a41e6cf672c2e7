package triage

import "github.com/tideover/tideover/internal/hotline"

// hush is for a caller who cannot talk: from here on keys are enough, the
// recogniser is off, and nothing telling is said or sent.
func (r *run) hush(g *global) {
	if r.ses.Quiet {
		if n := r.here(); n.kind == askNode || n.kind == collectNode {
			r.emit(r.asking(n, false))
		}
		return
	}
	r.ses.Quiet = true
	r.emit(Record{Answer: hotline.Answer{Question: g.goTo.name, Answer: g.key}})
	r.goTo(g.goTo)
}
