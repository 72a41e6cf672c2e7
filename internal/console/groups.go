package console

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/internal/audit"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/outreach"
	"github.com/tideover/tideover/internal/staff"
)

// Groups are the support groups of the line.
type Groups interface {
	// Groups gives all of them, by time.
	Groups(ctx context.Context) ([]outreach.Group, error)
	// AddGroup makes one. Errors: ErrTaken (another one has this id).
	AddGroup(ctx context.Context, g outreach.Group) error
	// ChangeGroup changes one and tells its people. Errors: ErrNotFound,
	// ErrMove (called off, begun, or fewer seats than people).
	ChangeGroup(ctx context.Context, g outreach.Group) error
	// CallOff cancels one and tells its people. Errors: ErrNotFound.
	CallOff(ctx context.Context, id string) error
	// SignUps gives who has a seat, then who waits for one. Errors: ErrNotFound.
	SignUps(ctx context.Context, id string) ([]outreach.SignUp, error)
}

type groupJSON struct {
	ID        string       `json:"id"`
	Topic     string       `json:"topic"`
	Language  hotline.Lang `json:"language"`
	At        *string      `json:"at"`
	Seats     int          `json:"seats"`
	Free      int          `json:"free"`
	Taken     int          `json:"taken"`
	WaitList  int          `json:"wait_list"`
	Waiting   int          `json:"waiting"`
	Cancelled bool         `json:"cancelled"`
	Link      string       `json:"link,omitempty"` // for supervisors: whoever has it can join
}

func groupOf(g outreach.Group, v staff.Visitor) groupJSON {
	out := groupJSON{
		ID: g.ID, Topic: g.Topic, Language: g.Lang, At: stamp(g.At), Seats: g.Seats, Free: g.Free(), Taken: g.Taken,
		WaitList: g.Waits, Waiting: g.Listed, Cancelled: g.Cancelled,
	}
	if v.Role.May(staff.Supervises) {
		out.Link = g.Link
	}
	return out
}

func (k *Console) getGroups(c echo.Context, v staff.Visitor) error {
	all, err := k.Groups.Groups(c.Request().Context())
	if err != nil {
		return err
	}
	out := make([]groupJSON, 0, len(all))
	for _, g := range all {
		out = append(out, groupOf(g, v))
	}
	return c.JSON(http.StatusOK, map[string]any{"groups": out})
}

type groupIn struct {
	ID       string `json:"id"`
	Topic    string `json:"topic"`
	Language string `json:"language"`
	At       string `json:"at"`
	Seats    int    `json:"seats"`
	WaitList *int   `json:"wait_list"` // left out: as many as there are seats
	Link     string `json:"link"`
}

func (in groupIn) group(now time.Time) (outreach.Group, error) {
	at, err := time.Parse(time.RFC3339, in.At)
	if err != nil {
		return outreach.Group{}, errors.New("at: want a time such as 2026-12-01T18:00:00-08:00")
	}
	g := outreach.Group{
		ID: in.ID, Topic: in.Topic, Lang: hotline.Lang(in.Language), At: at.UTC().Truncate(time.Millisecond), Seats: in.Seats, Waits: in.Seats, Link: in.Link,
	}
	if in.WaitList != nil {
		g.Waits = *in.WaitList
	}
	return g, g.Check(now)
}

func (k *Console) checkGroup(in *groupIn) error {
	_, err := in.group(k.Now())
	return err
}

// addGroup makes a group.
func (k *Console) addGroup() change[groupIn] {
	return change[groupIn]{
		action: "group-add", check: k.checkGroup, reason: func(in groupIn) string { return in.ID },
		do: func(ctx context.Context, a asked[groupIn]) (int, any, error) {
			return k.putGroup(ctx, a, http.StatusCreated, k.Groups.AddGroup)
		},
	}
}

// changeGroup changes the group of the path.
func (k *Console) changeGroup() change[groupIn] {
	return change[groupIn]{
		action: "group-change", check: k.checkGroup, reason: func(in groupIn) string { return in.ID },
		find: func(ctx context.Context, _ staff.Visitor, id string, into *asked[groupIn]) error {
			into.in.ID = id
			_, err := k.groupNamed(ctx, id)
			return err
		},
		do: func(ctx context.Context, a asked[groupIn]) (int, any, error) {
			return k.putGroup(ctx, a, http.StatusOK, k.Groups.ChangeGroup)
		},
	}
}

func (k *Console) putGroup(ctx context.Context, a asked[groupIn], status int, put func(context.Context, outreach.Group) error) (int, any, error) {
	g, err := a.in.group(k.Now())
	if err != nil {
		return 0, nil, asBadRequest(err)
	}
	switch err := put(ctx, g); {
	case errors.Is(err, hotline.ErrTaken):
		return 0, nil, newProblem(http.StatusConflict, "group-exists", "Another group has this id")
	case errors.Is(err, hotline.ErrMove):
		return 0, nil, newProblem(http.StatusConflict, "not-now", "The group is called off, has begun, or has more people than that")
	case err != nil:
		return 0, nil, err
	}
	if g, err = k.groupNamed(ctx, g.ID); err != nil {
		return 0, nil, err
	}
	return status, groupOf(g, a.by), nil
}

func (k *Console) groupNamed(ctx context.Context, id string) (outreach.Group, error) {
	all, err := k.Groups.Groups(ctx)
	if err != nil {
		return outreach.Group{}, err
	}
	for _, g := range all {
		if g.ID == id {
			return g, nil
		}
	}
	return outreach.Group{}, notFound()
}

// deleteGroup calls a group off.
func (k *Console) deleteGroup(c echo.Context, v staff.Visitor) error {
	ctx, id := c.Request().Context(), c.Param("id")
	if !outreach.GroupID(id) {
		return notFound()
	}
	if err := k.Groups.CallOff(ctx, id); err != nil {
		return err
	}
	k.record(ctx, audit.Entry{Who: string(v.ID), Action: "group-off", Reason: id, Outcome: "ok"})
	return c.NoContent(http.StatusNoContent)
}

type signUpJSON struct {
	Caller    string               `json:"caller"` // masked
	State     outreach.SignUpState `json:"state"`
	Place     int                  `json:"place"` // on the wait-list; 0: has a seat
	Language  string               `json:"language"`
	At        *string              `json:"signed_up_at"`
	Reminders bool                 `json:"reminders"`
	OptedOut  bool                 `json:"opted_out"`
}

func (k *Console) getSignUps(c echo.Context, v staff.Visitor) error {
	ctx, id := c.Request().Context(), c.Param("id")
	if !outreach.GroupID(id) {
		return notFound()
	}
	people, err := k.Groups.SignUps(ctx, id)
	if err != nil {
		return err
	}
	k.readOf(ctx, v, "group "+id, audit.Entry{Action: "read", Reason: "sign-ups of " + id})
	out := make([]signUpJSON, 0, len(people))
	for _, s := range people {
		out = append(out, signUpJSON{
			Caller: s.Caller.Masked(), State: s.State, Place: s.Place, Language: language(s.Lang), At: stamp(s.At), Reminders: s.Remind, OptedOut: s.OptedOut,
		})
	}
	return c.JSON(http.StatusOK, map[string]any{"group": id, "signups": out})
}
