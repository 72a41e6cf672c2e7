package console

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

const (
	problemBase = "https://tideover.org/problems/"
	problemType = "application/problem+json"
)

// problem is an answer of RFC 9457. It is an error, so that handlers can
// return it.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
}

func (p problem) Error() string { return p.Title }

// kind is the last part of the type, by which pages choose their words.
func (p problem) kind() string { return p.Type[len(problemBase):] }

func (p problem) with(detail string) problem {
	p.Detail = detail
	return p
}

func newProblem(status int, kind, title string) problem {
	return problem{Type: problemBase + kind, Title: title, Status: status}
}

// The problems that are not errors of the domain.
func unauthorized() problem { return newProblem(http.StatusUnauthorized, "sign-in", "Sign in first") }

func forbidden() problem { return newProblem(http.StatusForbidden, "forbidden", "Not for this role") }
func notFound() problem  { return newProblem(http.StatusNotFound, "not-found", "Not found") }
func badRequest() problem {
	return newProblem(http.StatusBadRequest, "bad-request", "The request is not valid")
}

func tooLarge() problem {
	return newProblem(http.StatusRequestEntityTooLarge, "too-large", "The request is too large")
}

func wrongType() problem {
	return newProblem(http.StatusUnsupportedMediaType, "unsupported-type", "Send application/json")
}

func wrongMethod() problem {
	return newProblem(http.StatusMethodNotAllowed, "method-not-allowed", "Method not allowed")
}

func notYours() problem {
	return newProblem(http.StatusForbidden, "not-yours", "This case is not yours")
}

func notKnownYet() problem {
	return newProblem(http.StatusServiceUnavailable, "not-known-yet", "Not known yet").
		with("The store did not answer. Ask again with the same request_id.")
}

func internalFault() problem {
	return newProblem(http.StatusInternalServerError, "internal", "Internal error")
}

// problems maps what the domain says to what the API answers.
func problems() []struct {
	err error
	is  problem
} {
	conflict := func(kind, title string) problem { return newProblem(http.StatusConflict, kind, title) }
	return []struct {
		err error
		is  problem
	}{
		{hotline.ErrUnknown, notKnownYet()},
		{hotline.ErrEra, newProblem(http.StatusServiceUnavailable, "data-lost", "The store lost its data")},
		{hotline.ErrTaken, conflict("already-claimed", "Somebody else has this case")},
		{hotline.ErrNobody, conflict("nobody-waiting", "Nobody is waiting that you could take")},
		{hotline.ErrNotAvailable, conflict("not-available", "Make yourself available first")},
		{hotline.ErrAtLimit, conflict("at-limit", "You hold as many cases as you may")},
		{hotline.ErrNotQualified, conflict("not-qualified", "This case is not for you")},
		{hotline.ErrCallerLeft, conflict("caller-left", "The caller has left")},
		{hotline.ErrNotYours, conflict("not-yours", "This case is not yours")},
		{hotline.ErrOptedOut, conflict("opted-out", "The person has opted out of texts")},
		{hotline.ErrStaleNote, conflict("stale-note", "The note was saved elsewhere since")},
		{hotline.ErrUseTransfer, conflict("use-transfer", "A talk is transferred, not released")},
		{hotline.ErrMove, conflict("not-now", "Not possible from where the case stands")},
		{hotline.ErrStale, conflict("not-now", "Not possible from where the case stands")},
		{staff.ErrNumberTaken, conflict("number-taken", "Another person has this number")},
		{hotline.ErrNoNumber, conflict("no-number", "The line has no number for this")},
		{hotline.ErrNotFound, notFound()},
		{hotline.ErrReused, newProblem(http.StatusUnprocessableEntity, "request-id-reused", "This request_id was used for something else")},
		{staff.ErrSignIn, unauthorized()},
		{context.DeadlineExceeded, notKnownYet()},
		{context.Canceled, notKnownYet()},
	}
}

// problemOf gives the problem for an error; known is false for a fault of our
// own, which is logged and told to nobody.
func problemOf(err error) (p problem, known bool) {
	if errors.As(err, &p) {
		return p, true
	}
	for _, m := range problems() {
		if errors.Is(err, m.err) {
			return m.is, true
		}
	}
	if errors.Is(err, staff.ErrInvalid) {
		return badRequest().with(err.Error()), true
	}
	return internalFault(), false
}

// writeProblem answers with p.
func writeProblem(c echo.Context, p problem) error {
	if p.Status == http.StatusUnauthorized {
		c.Response().Header().Set("WWW-Authenticate", `Bearer realm="tideover"`)
	}
	if p.Status == http.StatusServiceUnavailable {
		c.Response().Header().Set("Retry-After", "1")
	}
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return c.Blob(p.Status, problemType, body)
}
