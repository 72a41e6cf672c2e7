// Package console serves counselors and supervisors: the JSON API, the pages
// and the event stream. It knows the domain by small interfaces only.
package console

import (
	"context"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// Claims are the moves that take and give back a case. A repeated token gets
// the first outcome.
type Claims interface {
	// Claim takes the named case, or the best for by. Errors: ErrTaken,
	// ErrNobody, ErrNotAvailable, ErrAtLimit, ErrNotQualified, ErrCallerLeft,
	// ErrNotFound, ErrUnknown.
	Claim(ctx context.Context, by hotline.CounselorID, id hotline.CaseID, tok hotline.Token) (hotline.Case, error)
	// Release gives it back to its old place. Errors: ErrNotYours,
	// ErrUseTransfer, ErrNotFound, ErrUnknown.
	Release(ctx context.Context, by hotline.CounselorID, id hotline.CaseID) error
	// Transfer puts the case back into the queue (to == "queue") or before a
	// named person. band nil leaves it. Errors: ErrNotYours, ErrMove, …
	Transfer(ctx context.Context, by hotline.CounselorID, id hotline.CaseID, to string, band *hotline.Band, reason string, tok hotline.Token) error
	// Close ends the contact, from live and wrap_up. Errors: ErrNotYours, ErrMove.
	Close(ctx context.Context, by hotline.CounselorID, id hotline.CaseID, d hotline.Disposition, note string, tok hotline.Token) error
}

// Threads are what is written during a contact.
type Threads interface {
	// Write sends a text to the caller. Errors: ErrNotYours, ErrOptedOut, ErrMove.
	Write(ctx context.Context, by hotline.CounselorID, id hotline.CaseID, text string, tok hotline.Token) (hotline.Message, error)
	// SaveNote keeps a draft. Errors: ErrNotYours, ErrStaleNote.
	SaveNote(ctx context.Context, by hotline.CounselorID, id hotline.CaseID, text string, version int, tok hotline.Token) (hotline.Note, error)
	// Messages gives the thread in order.
	Messages(ctx context.Context, id hotline.CaseID) ([]hotline.Message, error)
}

// Emergencies raise, acknowledge and close.
type Emergencies interface {
	// Escalate raises the case to the people on call (to "oncall") or marks
	// the hand to 988 (to "988"); it always opens the emergency record.
	Escalate(ctx context.Context, by hotline.CounselorID, id hotline.CaseID, to, reason string, tok hotline.Token) error
	// Emergency does "acknowledge", "confirm" or "close" (with words).
	// Errors: ErrNotYours, ErrMove (nothing open; close without confirmation or words).
	Emergency(ctx context.Context, by hotline.CounselorID, id hotline.CaseID, do, words string, tok hotline.Token) (hotline.Case, error)
}

// Shifts are a counselor's own presence.
type Shifts interface {
	Shift(ctx context.Context, by hotline.CounselorID) (hotline.Shift, error)
	SetShift(ctx context.Context, by hotline.CounselorID, s hotline.Shift, tok hotline.Token) (hotline.Shift, error)
}

// Views are what the consoles read. Each answer shows the effect of all that
// was answered before.
type Views interface {
	Queue(ctx context.Context) (hotline.Queue, error)
	Case(ctx context.Context, id hotline.CaseID) (hotline.Case, error)
	Board(ctx context.Context) (hotline.Board, error)
}

// Events is the line's event stream: Watch gives what comes after the id
// (empty: from now on) until ctx ends. The channel is closed at the end.
type Events interface {
	Watch(ctx context.Context, after string) (<-chan hotline.Event, error)
}

// Saved is the first answer to a request id.
type Saved struct {
	Print  string // fingerprint of the request: method, path, body
	Status int
	Body   []byte
}

// Outcomes keeps first answers for 10 minutes, per person.
type Outcomes interface {
	Outcome(ctx context.Context, by hotline.CounselorID, tok hotline.Token) (Saved, bool, error)
	// SaveOutcome keeps s unless one is kept already, and gives the kept one;
	// first says whether it is s.
	SaveOutcome(ctx context.Context, by hotline.CounselorID, tok hotline.Token, s Saved) (kept Saved, first bool, err error)
}

// Clock is the time of this process, for cookies and freshness only.
type Clock func() time.Time
