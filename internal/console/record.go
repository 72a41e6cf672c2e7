package console

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/internal/audit"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

// AuditLog keeps the record of who did and read what.
type AuditLog interface {
	// Append keeps an entry and stamps it with the store's time. When it
	// returns nil the entry is in the record.
	Append(ctx context.Context, e audit.Entry) error
	// Latest gives up to limit entries, newest first; caseID empty: of all.
	Latest(ctx context.Context, caseID hotline.CaseID, limit int) ([]audit.Entry, error)
}

func entryOf[T any](ch change[T], a asked[T], outcome string) audit.Entry {
	e := audit.Entry{
		Who: string(a.by.ID), Action: ch.action, Case: string(a.about.ID), Subject: string(a.who.ID),
		Request: string(a.tok), Outcome: outcome,
	}
	if ch.reason != nil {
		e.Reason = ch.reason(a.in)
	}
	return e
}

// record keeps an entry about something that has happened already: failing to
// keep it is told to the operator, not to who did it.
func (k *Console) record(ctx context.Context, e audit.Entry) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerWithin/2)
	defer cancel()
	if err := k.Audit.Append(ctx, e); err != nil {
		k.Log.ErrorContext(ctx, "audit entry not kept", "action", e.Action, "case", e.Case, "error", err)
	}
}

// reads notes who has read which case, so that a page that renews itself does
// not fill the record: one reading is one entry for five minutes.
type reads struct {
	now  Clock
	mu   sync.Mutex
	last map[readKey]time.Time
}

type readKey struct {
	who hotline.CounselorID
	of  hotline.CaseID
}

const (
	oneReading = 5 * time.Minute
	mostReads  = 20_000
)

func newReads(now Clock) *reads { return &reads{now: now, last: map[readKey]time.Time{}} }

// first notes a reading and reports whether it is a new one.
func (r *reads) first(who hotline.CounselorID, of hotline.CaseID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	at, now := readKey{who, of}, r.now()
	if seen, ok := r.last[at]; ok && now.Sub(seen) < oneReading {
		return false
	}
	if len(r.last) >= mostReads {
		clear(r.last)
	}
	r.last[at] = now
	return true
}

// had reports whether somebody was let in to a case a moment ago.
func (r *reads) had(who hotline.CounselorID, of hotline.CaseID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	seen, ok := r.last[readKey{who, of}]
	return ok && r.now().Sub(seen) < 2*oneReading
}

// read records that a visitor reads a case.
func (k *Console) read(ctx context.Context, v staff.Visitor, id hotline.CaseID) {
	if k.reads.first(v.ID, id) {
		k.record(ctx, audit.Entry{Who: string(v.ID), Action: "read", Case: string(id), Outcome: "ok"})
	}
}

// readOf records that a visitor reads what is no case; what names it.
func (k *Console) readOf(ctx context.Context, v staff.Visitor, what string, e audit.Entry) {
	if k.reads.first(v.ID, hotline.CaseID(what)) {
		e.Who, e.Outcome = string(v.ID), "ok"
		k.record(ctx, e)
	}
}

const (
	usualEntries = 100
	mostEntries  = 1000
)

// getAudit gives the newest entries, of one case with ?case_id.
func (k *Console) getAudit(c echo.Context, _ staff.Visitor) error {
	limit := usualEntries
	if s := c.QueryParam("limit"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > mostEntries {
			return badRequest().with("limit: want 1 to 1000")
		}
		limit = n
	}
	var id hotline.CaseID
	if s := c.QueryParam("case_id"); s != "" {
		var err error
		if id, err = hotline.ParseCaseID(s); err != nil {
			return err
		}
	}
	entries, err := k.Audit.Latest(c.Request().Context(), id, limit)
	if err != nil {
		return err
	}
	if entries == nil {
		entries = []audit.Entry{}
	}
	return c.JSON(http.StatusOK, map[string]any{"entries": entries})
}
