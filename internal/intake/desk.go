package intake

import (
	"context"
	"log/slog"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
)

// Cases is what the desk asks of the store.
type Cases interface {
	// Load finds a case or the document of this very request. Errors:
	// ErrNotFound, ErrUnknown, ErrEra.
	Load(ctx context.Context, ref triage.Ref) (triage.Position, error)
	// Commit writes a turn; before is the case as it was read.
	Commit(ctx context.Context, t triage.Turn, before hotline.Case) (triage.Committed, error)
	// Leave records that the caller's line is over.
	Leave(ctx context.Context, id hotline.CaseID, leg hotline.Leg) (hotline.State, error)
	// Recorded tells what became of a recording; here: its sound can be fetched.
	Recorded(ctx context.Context, id hotline.CaseID, leg hotline.Leg, turn int, rec hotline.Recording, shortest int, here bool) error
	// Raise makes a case more urgent; alarm opens the emergency record.
	Raise(ctx context.Context, id hotline.CaseID, by hotline.CounselorID, band hotline.Band, alarm bool, risk int, token string) (hotline.State, error)
}

// Threads keeps texts of callers.
type Threads interface {
	// Receive adds a text to the thread; doc is its answer, nil where the
	// answer is kept by Commit. A repeat gives the first answer.
	Receive(ctx context.Context, id hotline.CaseID, sid, text string, doc []byte) ([]byte, error)
	OptOut(ctx context.Context, n hotline.Number, out bool) error
	OptedOut(ctx context.Context, n hotline.Number) (bool, error)
	// LeaveGroups gives up the caller's places in support groups.
	LeaveGroups(ctx context.Context, n hotline.Number) (int, error)
}

// Docs keeps documents that no turn of a case belongs to.
type Docs interface {
	// Keep keeps a document under the key and token unless one is kept, and
	// gives the kept one.
	Keep(ctx context.Context, key string, tok hotline.Token, doc []byte) ([]byte, error)
}

// Script is the tree that the line runs on.
type Script interface {
	Begin(ch hotline.Channel) triage.Session
	Step(ses triage.Session, in triage.Input, facts triage.Facts, now time.Time) (triage.Session, []triage.Effect, error)
	// Aloud is the session of a contact that comes back from text to the phone.
	Aloud(ses triage.Session) triage.Session
	Current(ses triage.Session, facts triage.Facts) []triage.Effect
	Lines(id triage.PhraseID, lang hotline.Lang, ch hotline.Channel, args ...string) []triage.Spoken
	Screen(text string) (level int, hits []string)
}

// Facts gives what a step must know of the world, for a caller.
type Facts func(hasNumber bool) triage.Facts

// Desk answers callers.
type Desk struct {
	cases   Cases
	threads Threads
	docs    Docs
	script  Script
	facts   Facts
	render  func(Reply) ([]byte, error)
	era     func() string
	now     func() time.Time
	log     *slog.Logger
	mayCall func(ctx context.Context, to hotline.Number) (bool, error)
}

// New wires a desk. render writes a reply for Twilio; era gives the store's
// id, which hold turns carry.
func New(cases Cases, threads Threads, docs Docs, script Script, facts Facts, render func(Reply) ([]byte, error), era func() string, now func() time.Time, log *slog.Logger) *Desk {
	return &Desk{cases: cases, threads: threads, docs: docs, script: script, facts: facts, render: render, era: era, now: now, log: log, mayCall: known}
}

// known is whom a line calls back that has no rules of its own.
func known(_ context.Context, to hotline.Number) (bool, error) { return to.Known(), nil }

// CallsOnly sets which numbers may be called back. It is called before the
// first answer.
func (d *Desk) CallsOnly(may func(ctx context.Context, to hotline.Number) (bool, error)) {
	d.mayCall = may
}

// world is what a step for a case must know; of one whose caller is blocked or
// calls too often, that it is.
func (d *Desk) world(c hotline.Case) triage.Facts {
	f := d.facts(c.Caller.Known())
	if c.Shut != "" {
		f.Shut = triage.Shut(c.Shut)
	}
	return f
}

// tries bounds how often an answer is begun again because the case moved
// between the read and the script.
const tries = 5
