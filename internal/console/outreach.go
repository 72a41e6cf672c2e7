package console

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/internal/audit"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/outreach"
	"github.com/tideover/tideover/internal/staff"
)

// Duties are what the line owes people after a contact.
type Duties interface {
	// Duties gives what is not done of a kind, the most urgent first.
	Duties(ctx context.Context, k outreach.Kind) ([]outreach.Duty, time.Time, error)
	// Duty gives one with all that was tried. Errors: ErrNotFound.
	Duty(ctx context.Context, id string) (outreach.Duty, error)
	// ClaimDuty takes one in hand for a while; zero gives it back. Errors:
	// ErrTaken, ErrMove, ErrNotFound.
	ClaimDuty(ctx context.Context, id string, by hotline.CounselorID, hold time.Duration) error
	// TryDuty records an attempt; anybody says that the duty need not be
	// theirs. Errors: ErrNotYours, ErrMove, ErrNotFound.
	TryDuty(ctx context.Context, id string, a outreach.Attempt, anybody bool, tok hotline.Token) error
}

// holdDuty is how long a claimed duty is kept from others.
const holdDuty = 2 * time.Hour

type dutyJSON struct {
	ID        string              `json:"id"`
	Kind      outreach.Kind       `json:"kind"`
	CaseID    hotline.CaseID      `json:"case_id"`
	State     outreach.DutyState  `json:"state"`
	Result    string              `json:"result"`
	Due       *string             `json:"due_at"`
	Overdue   bool                `json:"overdue"`
	Made      *string             `json:"made_at"`
	Sent      *string             `json:"sent_at"`
	Language  string              `json:"language"`
	Caller    string              `json:"caller"` // masked
	OptedOut  bool                `json:"opted_out"`
	ClaimedBy hotline.CounselorID `json:"claimed_by"`
	Until     *string             `json:"claimed_until"`
	Attempts  int                 `json:"attempts"`
}

type openDutyJSON struct {
	dutyJSON
	Answers []answerJSON  `json:"answers"`
	Tried   []attemptJSON `json:"tried"`
}

type attemptJSON struct {
	By      hotline.CounselorID `json:"by"`
	At      *string             `json:"at"`
	Outcome outreach.Outcome    `json:"outcome"`
	Note    string              `json:"note"`
}

func dutyOf(d outreach.Duty, now time.Time) dutyJSON {
	out := dutyJSON{
		ID: d.ID, Kind: d.Kind, CaseID: d.Case, State: d.State, Result: d.Result, Due: stamp(d.Due), Overdue: d.Overdue(now), Made: stamp(d.Made),
		Sent: stamp(d.SentAt), Language: language(d.Lang), Caller: d.Caller.Masked(), OptedOut: d.OptedOut, Attempts: d.Attempts,
	}
	if d.HeldBy(d.Owner, now) {
		out.ClaimedBy, out.Until = d.Owner, stamp(d.Until)
	}
	return out
}

func (k *Console) openDutyOf(d outreach.Duty, lang hotline.Lang) openDutyJSON {
	out := openDutyJSON{dutyJSON: dutyOf(d, k.Now()), Answers: k.answersOf(d.Answers, lang), Tried: make([]attemptJSON, 0, len(d.Tried))}
	for _, a := range d.Tried {
		out.Tried = append(out.Tried, attemptJSON{By: a.By, At: stamp(a.At), Outcome: a.Outcome, Note: visible(a.Note)})
	}
	return out
}

// getDuties is the worklist. It tells what has to be done by when, and nothing
// of why.
func (k *Console) getDuties(c echo.Context, v staff.Visitor) error {
	kinds, err := kindsFor(v, c.QueryParam("kind"))
	if err != nil {
		return err
	}
	overdue := c.QueryParam("overdue")
	if overdue != "" && overdue != "true" && overdue != "false" {
		return badRequest().with("overdue: want true or false")
	}
	ctx, out := c.Request().Context(), []dutyJSON{}
	var asOf time.Time
	for _, kind := range kinds {
		all, now, err := k.Duties.Duties(ctx, kind)
		if err != nil {
			return err
		}
		asOf = now
		for _, d := range all {
			if row := dutyOf(d, now); overdue == "" || row.Overdue == (overdue == "true") {
				out = append(out, row)
			}
		}
	}
	k.readOf(ctx, v, "outreach", audit.Entry{Action: "read", Reason: "outreach worklist"})
	return c.JSON(http.StatusOK, map[string]any{"as_of": stamp(orEpoch(asOf)), "duties": out})
}

// kindsFor are the kinds that somebody may see: a complaint is about those who
// work here.
func kindsFor(v staff.Visitor, asked string) ([]outreach.Kind, error) {
	var seen []outreach.Kind
	for _, k := range outreach.Kinds() {
		if !k.ForSupervisors() || v.Role.May(staff.SeeAll) {
			seen = append(seen, k)
		}
	}
	if asked == "" {
		return seen, nil
	}
	kind, err := outreach.ParseKind(asked)
	switch {
	case err != nil:
		return nil, badRequest().with(err.Error())
	case !slices.Contains(seen, kind):
		return nil, forbidden()
	}
	return []outreach.Kind{kind}, nil
}

// loadDuty reads the duty that a path names.
func (k *Console) loadDuty(ctx context.Context, v staff.Visitor, id string) (outreach.Duty, error) {
	of, kind, _ := strings.Cut(id, ".")
	if _, err := hotline.ParseCaseID(of); err != nil {
		return outreach.Duty{}, err
	}
	if _, err := kindsFor(v, kind); kind == "" || err != nil {
		return outreach.Duty{}, notFound()
	}
	d, err := k.Duties.Duty(ctx, id)
	if err != nil {
		return outreach.Duty{}, fmt.Errorf("read duty: %w", err)
	}
	return d, nil
}

// inHand: the duty is theirs, or they supervise.
func (k *Console) inHand(v staff.Visitor, d outreach.Duty) bool {
	return d.HeldBy(v.ID, k.Now()) || v.Role.May(staff.SeeAll)
}

func (k *Console) getDuty(c echo.Context, v staff.Visitor) error {
	ctx := c.Request().Context()
	d, err := k.loadDuty(ctx, v, c.Param("id"))
	if err != nil {
		return err
	}
	if !k.inHand(v, d) {
		return notYours()
	}
	k.read(ctx, v, d.Case)
	return c.JSON(http.StatusOK, k.openDutyOf(d, speaks(c.Request(), v.Person)))
}

// findDuty is loadDuty for the changes of a duty.
func findDuty[T any](k *Console, ok func(staff.Visitor, outreach.Duty) bool) func(context.Context, staff.Visitor, string, *asked[T]) error {
	return func(ctx context.Context, v staff.Visitor, id string, into *asked[T]) error {
		d, err := k.loadDuty(ctx, v, id)
		if err == nil && !ok(v, d) {
			err = notYours()
		}
		into.duty, into.about.ID = d, d.Case
		return err
	}
}

func anyDuty(staff.Visitor, outreach.Duty) bool { return true }

// claimDuty takes a duty in hand; who claims one reads it.
func (k *Console) claimDuty() change[nothingIn] {
	return change[nothingIn]{
		action: "outreach-claim", find: findDuty[nothingIn](k, anyDuty),
		do: func(ctx context.Context, a asked[nothingIn]) (int, any, error) {
			if err := k.Duties.ClaimDuty(ctx, a.duty.ID, a.by.ID, holdDuty); err != nil {
				return 0, nil, err
			}
			return k.nowDuty(ctx, a.duty.ID, a.lang)
		},
	}
}

func (k *Console) nowDuty(ctx context.Context, id string, lang hotline.Lang) (int, any, error) {
	d, err := k.Duties.Duty(ctx, id)
	return http.StatusOK, k.openDutyOf(d, lang), err
}

// releaseDuty gives it back.
func (k *Console) releaseDuty(c echo.Context, v staff.Visitor) error {
	ctx := c.Request().Context()
	d, err := k.loadDuty(ctx, v, c.Param("id"))
	if err != nil {
		return err
	}
	if !d.HeldBy(v.ID, k.Now()) {
		return notYours()
	}
	if err := k.Duties.ClaimDuty(ctx, d.ID, v.ID, 0); err != nil {
		return err
	}
	k.record(ctx, audit.Entry{Who: string(v.ID), Action: "outreach-release", Case: string(d.Case), Outcome: "ok"})
	return c.NoContent(http.StatusNoContent)
}

type attemptIn struct {
	Outcome string `json:"outcome"`
	Note    string `json:"note"`
}

// tryDuty records what was tried; that a duty is not theirs is told by the
// domain, as a conflict.
func (k *Console) tryDuty() change[attemptIn] {
	return change[attemptIn]{
		action: "outreach-attempt", find: findDuty[attemptIn](k, anyDuty), reason: func(in attemptIn) string { return in.Outcome },
		check: func(in *attemptIn) error {
			if _, err := outreach.ParseOutcome(in.Outcome); err != nil {
				return err
			}
			return tidy("note", &in.Note, 0, longestReason)
		},
		do: func(ctx context.Context, a asked[attemptIn]) (int, any, error) {
			tried := outreach.Attempt{By: a.by.ID, At: k.Now().UTC(), Outcome: outreach.Outcome(a.in.Outcome), Note: a.in.Note}
			if err := k.Duties.TryDuty(ctx, a.duty.ID, tried, a.by.Role.May(staff.SeeAll), a.tok); err != nil {
				return 0, nil, err
			}
			return k.nowDuty(ctx, a.duty.ID, a.lang)
		},
	}
}

// revealDuty gives the number that is to be called. It is recorded before it
// is given, and never kept.
func (k *Console) revealDuty() change[revealIn] {
	return change[revealIn]{
		action: "reveal", find: findDuty[revealIn](k, k.inHand), renewed: true, recorded: true,
		check: func(in *revealIn) error { return tidy("reason", &in.Reason, 1, longestReason) },
		do: func(ctx context.Context, a asked[revealIn]) (int, any, error) {
			return k.revealed(ctx, a, a.duty.Caller, "")
		},
	}
}
