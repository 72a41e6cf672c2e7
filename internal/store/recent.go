package store

import (
	"sync"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
)

// recent remembers where the cases in triage stand that this process answered
// last, so that the next turn needs no read: only the caller moves a case in
// triage, and the commit compares the turn again. It is bounded, and an entry
// that turns out to be old is dropped and read anew.
type recent struct {
	mu    sync.Mutex
	at    map[hotline.CaseID]triage.Position
	order []hotline.CaseID // ring, oldest at next
	next  int
}

const mostRecent = 4096

func newRecent() *recent {
	return &recent{at: make(map[hotline.CaseID]triage.Position, mostRecent), order: make([]hotline.CaseID, mostRecent)}
}

func (r *recent) keep(p triage.Position) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, known := r.at[p.Case.ID]; !known {
		delete(r.at, r.order[r.next])
		r.order[r.next] = p.Case.ID
		r.next = (r.next + 1) % mostRecent
	}
	r.at[p.Case.ID] = p
}

func (r *recent) drop(id hotline.CaseID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.at, id)
}

// find gives the position if it is the one before the document asked for.
func (r *recent) find(ref triage.Ref) (triage.Position, bool) {
	if ref.Case == "" {
		return triage.Position{}, false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	p, known := r.at[ref.Case]
	return p, known && ref.Doc == docKey(string(p.Case.PatientLeg), p.Case.Turn+1)
}

// remember keeps what a turn made of a case, or forgets the case where
// somebody else may move it now.
func (s *Store) remember(t triage.Turn, before hotline.Case, got triage.Committed) {
	if got.Word != triage.Kept || got.State != hotline.Triage || t.Channel != hotline.Voice || t.Name != "" ||
		before.Voicemail.State != "" || wishes(t.Effects).tape || wishes(t.Effects).to != "" { // of a recording others tell us
		s.recent.drop(t.Case)
		return
	}
	c, w := before, wishes(t.Effects)
	if c.ID == "" {
		c = hotline.Case{
			ID: t.Case, State: hotline.Triage, Band: hotline.Routine, Channel: t.Channel, Opened: s.now(), Caller: t.Caller, PatientLeg: hotline.Leg(t.Leg), Shut: got.Shut,
		}
	}
	c.Turn, c.Lang, c.Script, c.Risk = t.N, t.Next.Lang, t.Next.Script, max(c.Risk, w.risk)
	c.Hits = unique(append(append([]string{}, c.Hits...), w.hits...))
	c.Answers = append(append([]hotline.Answer{}, c.Answers...), recorded(t.Effects)...)
	s.recent.keep(triage.Position{Case: c, Session: t.Next, Now: s.now()})
}
