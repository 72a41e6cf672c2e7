package console

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/internal/audit"
	"github.com/tideover/tideover/internal/staff"
)

const longestSignIn = 1 << 10

// signIn turns the secret of an invite link into a session cookie. A link
// that was used already leads on whoever is signed in with this browser.
func (k *Console) signIn(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), answerWithin)
	defer cancel()
	link, err := linkOf(c)
	if err != nil {
		return k.fail(c, err)
	}
	session, p, err := k.Desk.SignIn(ctx, link)
	if errors.Is(err, staff.ErrSignIn) {
		if v, stays := k.visitor(c.Request(), true); stays == nil {
			return c.JSON(http.StatusOK, map[string]string{"next": k.next(ctx, v.Person)})
		}
		return k.fail(c, newProblem(http.StatusUnauthorized, "link-used", "This link was used already or is over"))
	}
	if err != nil {
		return k.fail(c, err)
	}
	k.record(ctx, audit.Entry{Who: string(p.ID), Action: "sign-in", Outcome: "ok"})
	c.SetCookie(k.cookie(k.cookieName(), session.Plain(), staff.SessionLife))
	return c.JSON(http.StatusOK, map[string]string{"next": k.next(ctx, p)})
}

// linkOf reads the secret of a link, which its page sends in the body.
func linkOf(c echo.Context) (staff.Secret, error) {
	raw, err := io.ReadAll(http.MaxBytesReader(c.Response(), c.Request().Body, longestSignIn))
	if err != nil {
		return "", tooLarge()
	}
	var in struct {
		Token staff.Secret `json:"token"`
	}
	if json.Unmarshal(raw, &in) != nil {
		return "", badRequest()
	}
	return in.Token, nil
}

// signOut ends the session; the page that asked goes to sign-in.
func (k *Console) signOut(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), answerWithin)
	defer cancel()
	v, err := k.visitor(c.Request(), true)
	if err == nil {
		err = k.Desk.SignOut(ctx, v)
	}
	if err != nil && !errors.Is(err, staff.ErrSignIn) {
		return k.fail(c, err)
	}
	c.SetCookie(k.cookie(k.cookieName(), "", -time.Second))
	return c.Redirect(http.StatusSeeOther, "/signin")
}

// cookie is kept from scripts and from other sites.
func (k *Console) cookie(name, value string, life time.Duration) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // Secure where the console has https
		Name: name, Value: value, Path: "/", MaxAge: int(life.Seconds()), Secure: k.secure, HttpOnly: true,
		SameSite: http.SameSiteLaxMode,
	}
}

// next leads a person who signs in back to the contact in hand, or home.
func (k *Console) next(ctx context.Context, p staff.Person) string {
	if p.Role.May(staff.TakeCases) {
		if s, err := k.Shifts.Shift(ctx, p.ID); err == nil && len(s.Cases) > 0 {
			return "/cases/" + string(s.Cases[len(s.Cases)-1])
		}
	}
	return home(p)
}

// home is the page that a person begins with.
func home(p staff.Person) string {
	switch {
	case p.Role.May(staff.TakeCases):
		return "/"
	case p.Role.May(staff.SeeBoard):
		return "/wallboard"
	default:
		return "/audit"
	}
}
