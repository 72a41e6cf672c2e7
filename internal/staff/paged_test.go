package staff_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

// duty is a desk with one person on call and a clock that a test moves.
func duty(t *testing.T) (*staff.Desk, *rows, *time.Time) {
	t.Helper()
	r, at := newRows(), time.Now()
	free := func(context.Context, hotline.CounselorID) (bool, error) { return false, nil }
	roster := staff.NewRoster(r, []hotline.Number{number(t, "+12095559901")})
	return staff.NewDesk(r, roster, free, rand.Reader, func() time.Time { return at }), r, &at
}

func TestLinkOfAPageIsForPeopleOnCallOnly(t *testing.T) {
	t.Parallel()
	desk, _, _ := duty(t)
	for name, who := range map[string]hotline.CounselorID{
		"a member of staff": hotline.NewStaffID(), "nobody": "", "the second of one": hotline.OnCall(2),
	} {
		if _, err := desk.PageLink(t.Context(), hotline.NewCaseID(), who); !errors.Is(err, hotline.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := desk.PageLink(t.Context(), "", hotline.OnCall(1)); !errors.Is(err, hotline.ErrNotFound) {
		t.Errorf("for no case: %v", err)
	}
}

func TestLinkAndSessionOfAPageEndAfterAnHour(t *testing.T) {
	t.Parallel()
	desk, _, at := duty(t)
	link := func() staff.Secret {
		s, err := desk.PageLink(t.Context(), hotline.NewCaseID(), hotline.OnCall(1))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	late, used := link(), link()
	*at = at.Add(59 * time.Minute)
	session, _, err := desk.OpenPage(t.Context(), used)
	if err != nil {
		t.Fatal(err)
	}
	*at = at.Add(2 * time.Minute)
	if _, _, err := desk.OpenPage(t.Context(), late); !errors.Is(err, staff.ErrSignIn) {
		t.Errorf("a link after an hour: %v", err)
	}
	*at = at.Add(57 * time.Minute)
	if _, err := desk.Who(t.Context(), staff.PageSession, session, false); err != nil {
		t.Errorf("within the hour, though nobody typed: %v", err)
	}
	*at = at.Add(2 * time.Minute)
	if _, err := desk.Who(t.Context(), staff.PageSession, session, true); !errors.Is(err, staff.ErrSignIn) {
		t.Errorf("after the hour, though somebody types: %v", err)
	}
}

func TestSecretsOfPagesAndOfStaffOpenNothingOfEachOther(t *testing.T) {
	t.Parallel()
	desk, r, _ := duty(t)
	roster := staff.NewRoster(r, nil)
	p, err := roster.Add(t.Context(), staff.Person{Name: "Ana", Role: staff.Supervisor}, "")
	if err != nil {
		t.Fatal(err)
	}
	page, err := desk.PageLink(t.Context(), hotline.NewCaseID(), hotline.OnCall(1))
	if err != nil {
		t.Fatal(err)
	}
	invite, err := desk.Invite(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []staff.Kind{staff.Token, staff.Session, staff.Invite, staff.PageLink, staff.PageSession} {
		if _, err := desk.Who(t.Context(), kind, page, true); !errors.Is(err, staff.ErrSignIn) {
			t.Errorf("a page's link as %s: %v", kind, err)
		}
	}
	if _, _, err := desk.SignIn(t.Context(), page); !errors.Is(err, staff.ErrSignIn) {
		t.Errorf("sign-in by a page's link: %v", err)
	}
	if _, _, err := desk.OpenPage(t.Context(), invite); !errors.Is(err, staff.ErrSignIn) {
		t.Errorf("a thread by an invite: %v", err)
	}
	session, v, err := desk.OpenPage(t.Context(), page)
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []staff.Kind{staff.Token, staff.Session} {
		if _, err := desk.Who(t.Context(), kind, session, true); !errors.Is(err, staff.ErrSignIn) {
			t.Errorf("a page's session as %s: %v", kind, err)
		}
	}
	for _, may := range staff.Permissions() {
		if v.Role.May(may) {
			t.Errorf("whoever was paged has the role's permission %s", may)
		}
	}
	if !v.OpenedBy(page) || v.OpenedBy(invite) {
		t.Error("the session does not know its link")
	}
}

func TestAddressOfAPageHidesTheSecretInTheFragment(t *testing.T) {
	t.Parallel()
	desk, _, _ := duty(t)
	s, err := desk.PageLink(t.Context(), hotline.NewCaseID(), hotline.OnCall(1))
	if err != nil {
		t.Fatal(err)
	}
	if got := staff.PageAddress("https://line.example.org/", s); got != "https://line.example.org/oncall#"+s.Plain() {
		t.Errorf("address %s", strings.ReplaceAll(got, s.Plain(), fmt.Sprint(s)))
	}
}
