package server

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/tideover/tideover/internal/audit"
	"github.com/tideover/tideover/internal/console"
	"github.com/tideover/tideover/internal/dispatch"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/intake"
	"github.com/tideover/tideover/internal/store"
)

// drained refuses new claims while the instance stops: another one takes them.
type drained struct {
	*dispatch.Board
	closing <-chan struct{}
}

// Claim is the board's, unless the instance stops.
func (d drained) Claim(ctx context.Context, by hotline.CounselorID, id hotline.CaseID, tok hotline.Token) (hotline.Case, error) {
	select {
	case <-d.closing:
		return hotline.Case{}, hotline.ErrUnknown
	default:
		return d.Board.Claim(ctx, by, id, tok)
	}
}

// emergencies reach a person even while the store does not answer.
type emergencies struct {
	*dispatch.Board
	danger func(leg string)
}

// Escalate is the board's. Where the store fails the people on call are told
// by REST, once a case, and the counselor hears that the rest is not known.
func (e emergencies) Escalate(ctx context.Context, by hotline.CounselorID, id hotline.CaseID, to, reason string, tok hotline.Token) error {
	err := e.Board.Escalate(ctx, by, id, to, reason, tok)
	if errors.Is(err, hotline.ErrUnknown) {
		e.danger(string(id))
	}
	return err
}

// threads writes through the board and reads from the store.
type threads struct {
	*dispatch.Board
	store *store.Store
}

// Messages gives a thread in order.
func (t threads) Messages(ctx context.Context, id hotline.CaseID) ([]hotline.Message, error) {
	return t.store.Messages(ctx, id)
}

// views reads from the store and says whether data were lost.
type views struct {
	*store.Store
	lost func() bool
}

// Board is the store's, marked where data were lost: then it shows nothing
// rather than a depth of zero.
func (v views) Board(ctx context.Context) (hotline.Board, error) {
	b, err := v.Store.Board(ctx)
	if v.lost() {
		return hotline.Board{DataLost: true, Queue: hotline.Queue{AsOf: b.Queue.AsOf}}, nil
	}
	return b, err
}

// outcomes keeps first answers of the API.
type outcomes struct{ store *store.Store }

// Outcome gives the first answer to a request id, if any.
func (o outcomes) Outcome(ctx context.Context, by hotline.CounselorID, tok hotline.Token) (console.Saved, bool, error) {
	print, status, body, found, err := o.store.Outcome(ctx, by, tok)
	return console.Saved{Print: print, Status: status, Body: body}, found, err
}

// SaveOutcome keeps it unless one is kept.
func (o outcomes) SaveOutcome(ctx context.Context, by hotline.CounselorID, tok hotline.Token, s console.Saved) (console.Saved, bool, error) {
	print, status, body, first, err := o.store.SaveOutcome(ctx, by, tok, s.Print, s.Status, s.Body)
	return console.Saved{Print: print, Status: status, Body: body}, first, err
}

// untexted takes up a case whose first text after a call did not arrive. While
// a counselor has the thread it is theirs to give back.
func untexted(desk *intake.Desk) func(ctx context.Context, d hotline.Due) error {
	return func(ctx context.Context, d hotline.Due) error {
		err := desk.Untexted(ctx, d.Case)
		if errors.Is(err, hotline.ErrTaken) {
			return dispatch.Later(15 * time.Second)
		}
		return err
	}
}

// recorded puts into the record of access what counselors do by phone, and
// what the line saw of the legs of a talk. A
// counselor's call goes on where the record cannot be written.
func recorded(st *store.Store, log *slog.Logger, how string) func(context.Context, hotline.CounselorID, string, string, hotline.CaseID) {
	return func(ctx context.Context, by hotline.CounselorID, action, outcome string, id hotline.CaseID) {
		err := st.Append(context.WithoutCancel(ctx), audit.Entry{Who: string(by), Action: action, Case: string(id), Outcome: outcome, Reason: how})
		if err != nil {
			log.ErrorContext(ctx, "record of access not written", "action", action, "case", id, "error", err)
		}
	}
}
