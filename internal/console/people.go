package console

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

type personJSON struct {
	ID         hotline.CounselorID `json:"id"`
	Name       string              `json:"name"`
	Role       staff.Role          `json:"role"`
	Phone      string              `json:"phone"` // masked
	Languages  []hotline.Lang      `json:"languages"`
	Skills     []string            `json:"skills"`
	Credential staff.Credential    `json:"credential"`
	OnCall     int                 `json:"on_call"`
	Disabled   bool                `json:"disabled"`
}

func (k *Console) personOf(p staff.Person) personJSON {
	out := personJSON{
		ID: p.ID, Name: visible(p.Name), Role: p.Role, Languages: append([]hotline.Lang{}, p.Languages...),
		Skills: append([]string{}, p.Skills...), Credential: p.Credential, OnCall: k.Roster.OnCall(p), Disabled: p.Disabled,
	}
	if p.Phone.Known() {
		out.Phone = p.Phone.Masked()
	}
	return out
}

func (k *Console) getStaff(c echo.Context, _ staff.Visitor) error {
	all, err := k.Roster.List(c.Request().Context())
	if err != nil {
		return err
	}
	out := make([]personJSON, 0, len(all))
	for _, p := range all {
		out = append(out, k.personOf(p))
	}
	return c.JSON(http.StatusOK, map[string]any{"people": out})
}

type personIn struct {
	Name       string         `json:"name"`
	Role       string         `json:"role"`
	Phone      string         `json:"phone"`
	Languages  []hotline.Lang `json:"languages"`
	Skills     []string       `json:"skills"`
	Credential string         `json:"credential"`
	PIN        string         `json:"pin"`
}

func (in personIn) person() (staff.Person, error) {
	p := staff.Person{
		Name: in.Name, Role: staff.Role(in.Role), Languages: in.Languages, Skills: in.Skills,
		Credential: staff.Credential(in.Credential),
	}
	if in.Phone == "" {
		return p, nil
	}
	var err error
	p.Phone, err = hotline.ParseNumber(in.Phone)
	return p, err
}

// addStaff adds a person and gives the link for the first sign-in, once.
func (k *Console) addStaff() change[personIn] {
	return change[personIn]{
		action: "staff-add",
		find: func(_ context.Context, v staff.Visitor, _ string, into *asked[personIn]) error {
			if role := staff.Role(into.in.Role); role.Known() && !v.Role.MayAdd(role) {
				return forbidden()
			}
			return nil
		},
		check: func(in *personIn) error {
			_, err := in.person()
			return err
		},
		reason: func(in personIn) string { return in.Role },
		do: func(ctx context.Context, a asked[personIn]) (int, any, error) {
			p, err := a.in.person()
			if err != nil {
				return 0, nil, fmt.Errorf("%w: %w", staff.ErrInvalid, err)
			}
			if p, err = k.Roster.Add(ctx, p, a.in.PIN); err != nil {
				return 0, nil, err
			}
			return k.invited(ctx, p)
		},
	}
}

func (k *Console) invited(ctx context.Context, p staff.Person) (int, any, error) {
	link, err := k.Desk.Invite(ctx, p.ID)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusCreated, map[string]any{"id": p.ID, "invite_url": staff.Link(k.opt.ConsoleURL, link)}, nil
}

type nothingIn struct{}

func (k *Console) inviteStaff() change[nothingIn] {
	return change[nothingIn]{
		action: "staff-invite", find: k.findPerson,
		do: func(ctx context.Context, a asked[nothingIn]) (int, any, error) { return k.invited(ctx, a.who) },
	}
}

func (k *Console) disableStaff() change[nothingIn] {
	return change[nothingIn]{
		action: "staff-disable", find: k.findPerson,
		do: func(ctx context.Context, a asked[nothingIn]) (int, any, error) {
			if err := k.Roster.Disable(ctx, a.who.ID); err != nil {
				return 0, nil, err
			}
			return http.StatusOK, map[string]any{"id": a.who.ID, "disabled": true}, nil
		},
	}
}

// findPerson loads the person of the path. Nobody manages a role above their
// own, or themselves out of the roster by mistake.
func (k *Console) findPerson(ctx context.Context, v staff.Visitor, id string, into *asked[nothingIn]) error {
	if _, err := hotline.ParseCaseID(id); err != nil {
		return notFound()
	}
	p, err := k.Roster.Person(ctx, hotline.CounselorID(id))
	switch {
	case errors.Is(err, hotline.ErrNotFound):
		return notFound()
	case err != nil:
		return err
	case !v.Role.MayManage(p.Role):
		return forbidden()
	}
	into.who = p
	return nil
}
