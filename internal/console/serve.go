package console

import (
	"context"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/internal/staff"
)

const (
	// answerWithin is how long a request may wait for the store. A counselor
	// who is told "not known yet" after a second can ask again; one who waits
	// cannot.
	answerWithin = 950 * time.Millisecond
	// alarmWithin is longer: raising an alarm goes on where the store fails.
	alarmWithin = 3 * time.Second
	// proveWithin is for a script: its ways are walked and its transcripts played
	// before it is shown or published.
	proveWithin = 20 * time.Second
)

// serve puts authentication, permission, a deadline and the mapping of errors
// before a route.
func (k *Console) serve(r route) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer k.rescue(c, &err)
		if r.within > 0 {
			ctx, cancel := context.WithTimeout(c.Request().Context(), r.within)
			defer cancel()
			c.SetRequest(c.Request().WithContext(ctx))
		}
		v, err := k.visitor(c.Request(), !r.passive)
		if err == nil {
			err = k.admits(c.Request().Context(), r, v, c.Param("id"))
		}
		if err != nil {
			return k.fail(c, err)
		}
		if err := r.answer(c, v); err != nil {
			return k.fail(c, err)
		}
		return nil
	}
}

// may judges a visitor. Whoever is on call may work on cases whatever the
// role; which ones, the case decides. The session of a page has no permission,
// only what admits gives it.
func may(v staff.Visitor, p staff.Permission) bool {
	if v.Only != "" {
		return false
	}
	return v.Role.May(p) || p == staff.TakeCases && v.OnCall > 0
}

// visitor says who sends a request: by bearer token, by the cookie, or, where
// the request says so, by the session of a page.
func (k *Console) visitor(r *http.Request, active bool) (staff.Visitor, error) {
	if head := r.Header.Get("Authorization"); head != "" {
		scheme, token, _ := strings.Cut(head, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return staff.Visitor{}, staff.ErrSignIn
		}
		return k.Desk.Who(r.Context(), staff.Token, staff.Secret(strings.TrimSpace(token)), active)
	}
	if r.Header.Get(sessionHeader) == dutySession {
		return k.paged(r)
	}
	cookie, err := r.Cookie(k.cookieName())
	if err != nil {
		return staff.Visitor{}, staff.ErrSignIn
	}
	return k.Desk.Who(r.Context(), staff.Session, staff.Secret(cookie.Value), active)
}

// cookieName has the prefix that binds a cookie to this host over https.
func (k *Console) cookieName() string {
	if k.secure {
		return "__Host-tideover"
	}
	return "tideover"
}

// fail answers with the problem of an error. What is not known to the domain
// is a fault of ours: it is logged, by route and never by address.
func (k *Console) fail(c echo.Context, err error) error {
	p, known := problemOf(err)
	if !known {
		k.Log.ErrorContext(c.Request().Context(), "console request failed", "route", c.Path(), "method", c.Request().Method, "error", err)
	}
	if c.Response().Committed {
		return nil
	}
	return writeProblem(c, p)
}

func (k *Console) rescue(c echo.Context, err *error) {
	r := recover()
	if r == nil {
		return
	}
	if r == http.ErrAbortHandler { //nolint:errorlint // the value as it was thrown
		panic(r)
	}
	k.Log.ErrorContext(c.Request().Context(), "console request panicked", "route", c.Path(), "method", c.Request().Method, "stack", string(debug.Stack()))
	if !c.Response().Committed {
		*err = writeProblem(c, internalFault())
	}
}

// elsewhere answers for what the table does not have: first who asks, then
// whether only the method is wrong.
func (k *Console) elsewhere(c echo.Context) error {
	if _, err := k.visitor(c.Request(), true); err != nil {
		return k.fail(c, err)
	}
	path := strings.TrimPrefix(c.Request().URL.Path, "/api/v1")
	var allow []string
	for _, r := range k.routes() {
		if matches(r.path, path) {
			allow = append(allow, r.method)
		}
	}
	if len(allow) == 0 {
		return writeProblem(c, notFound())
	}
	slices.Sort(allow)
	c.Response().Header().Set("Allow", strings.Join(allow, ", "))
	return writeProblem(c, wrongMethod())
}

// matches reports whether a path fits a pattern such as /cases/:id/note.
func matches(pattern, path string) bool {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if want[i] != got[i] && (got[i] == "" || !strings.HasPrefix(want[i], ":")) {
			return false
		}
	}
	return true
}
