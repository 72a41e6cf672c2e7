package console

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/internal/audit"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

// Whoever is paged about a case by text gets a link. It opens a page with a
// button, since messengers look at links by themselves; the button turns the
// link's secret into a session that is good for this one case. That session
// has a cookie of its own, so that it neither ends nor borrows the sign-in of
// a counselor who is on call, and it counts for a call of the API only where
// the call says so.
const (
	sessionHeader = "Tideover-Session"
	dutySession   = "oncall"
)

func (k *Console) dutyCookieName() string { return k.cookieName() + "-oncall" }

// paged says who sends a request by the session of a page.
func (k *Console) paged(r *http.Request) (staff.Visitor, error) {
	cookie, err := r.Cookie(k.dutyCookieName())
	if err != nil {
		return staff.Visitor{}, staff.ErrSignIn
	}
	return k.Desk.Who(r.Context(), staff.PageSession, staff.Secret(cookie.Value), false)
}

// dutyCase reads the one case of a page's session. With its emergency the
// session is over.
func (k *Console) dutyCase(ctx context.Context, v staff.Visitor) (hotline.Case, error) {
	c, err := k.Views.Case(ctx, v.Only)
	switch {
	case errors.Is(err, hotline.ErrNotFound), err == nil && !c.Emergency.Open():
		// Best effort: whether or not the row goes now, the record is closed.
		_ = k.Desk.SignOut(ctx, v)
		return hotline.Case{}, staff.ErrSignIn
	case err != nil:
		return hotline.Case{}, err
	}
	return c, nil
}

// admits judges who may use a route at all. A page's session may use those that
// its page needs, for its own case, and nothing else.
func (k *Console) admits(ctx context.Context, r route, v staff.Visitor, id string) error {
	switch {
	case v.Only != "" && (!r.duty || id != string(v.Only)), v.Only == "" && !may(v, r.need):
		return forbidden()
	case !v.Confirmed && !r.unconfirmed:
		return notKnownYet()
	case v.Only != "":
		_, err := k.dutyCase(ctx, v)
		return err
	}
	return nil
}

func dutyPages() []page {
	return []page{{path: "/oncall", name: "oncallpage"}, {path: "/parts/oncall", name: "oncall", part: true}}
}

// showDuty answers with the thread of a page's session; without one the page
// has the button that opens it, and the part is refused.
func (k *Console) showDuty(p page) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer k.rescue(c, &err)
		ctx, cancel := context.WithTimeout(c.Request().Context(), answerWithin)
		defer cancel()
		f := k.frame(c, staff.Visitor{}, p)
		v, err := k.paged(c.Request().WithContext(ctx))
		if err == nil {
			f.Contact, err = k.dutyView(ctx, v, f.Lang)
			f.Paged = err == nil
		}
		if err != nil && (p.part || !errors.Is(err, staff.ErrSignIn)) {
			return k.turnAway(c, p, staff.Visitor{}, err)
		}
		return k.render(c, http.StatusOK, p.name, f)
	}
}

func (k *Console) dutyView(ctx context.Context, v staff.Visitor, lang hotline.Lang) (*contactPage, error) {
	c, err := k.dutyCase(ctx, v)
	if err != nil {
		return nil, err
	}
	k.read(ctx, v, c.ID)
	thread, err := k.Threads.Messages(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	view := k.contactView(v, c, thread, lang, k.names(ctx, lang))
	view.Says = "duty." + string(c.State)
	return view, nil
}

// openDuty turns the secret of a page's link into the session of its case. A
// link that this browser opened already leads back to the thread.
func (k *Console) openDuty(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), answerWithin)
	defer cancel()
	link, err := linkOf(c)
	if err != nil {
		return k.fail(c, err)
	}
	v, err := k.takeLink(ctx, c, link)
	if err == nil {
		_, err = k.dutyCase(ctx, v)
	}
	if errors.Is(err, staff.ErrSignIn) {
		err = newProblem(http.StatusUnauthorized, "page-over", "This link was used already or is over")
	}
	if err != nil {
		return k.fail(c, err)
	}
	return c.JSON(http.StatusOK, map[string]string{"next": "/oncall"})
}

// takeLink uses a link up, or finds that this browser did so before. The
// cookie goes out whatever happens next: a link works once, so a store that
// fails from here on must not cost the way back.
func (k *Console) takeLink(ctx context.Context, c echo.Context, link staff.Secret) (staff.Visitor, error) {
	session, v, err := k.Desk.OpenPage(ctx, link)
	if err == nil {
		k.record(ctx, audit.Entry{Who: string(v.ID), Action: "open-page", Case: string(v.Only), Outcome: "ok"})
		c.SetCookie(k.cookie(k.dutyCookieName(), session.Plain(), staff.PageLife))
		return v, nil
	}
	if !errors.Is(err, staff.ErrSignIn) {
		return staff.Visitor{}, err
	}
	v, err = k.paged(c.Request().WithContext(ctx))
	if err == nil && !v.OpenedBy(link) {
		err = staff.ErrSignIn
	}
	return v, err
}

// mayWrite: the owner of a live thread, and the people on call, by a page's
// link or by an account, while the emergency is open and the thread not closed.
func mayWrite(v staff.Visitor, c hotline.Case) bool {
	if c.Channel != hotline.SMS {
		return false
	}
	return mine(v, c) && c.State == hotline.Live || v.OnCall > 0 && c.Emergency.Open() && c.State != hotline.Closed
}

// writer is the name under which a visitor writes. Who is on call, and does not
// hold the case, writes as such while its emergency is open, but never so as to
// attend to an alarm of the own.
func writer(v staff.Visitor, c hotline.Case) hotline.CounselorID {
	if v.OnCall > 0 && c.Emergency.Open() && !mine(v, c) && c.Emergency.RaisedBy != v.ID {
		return hotline.OnCall(v.OnCall)
	}
	return actor(v, c)
}
