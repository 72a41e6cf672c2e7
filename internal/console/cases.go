package console

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/internal/audit"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

// mine reports whether a visitor holds a case now, under the own id or as the
// person on call.
func mine(v staff.Visitor, c hotline.Case) bool {
	return c.State.Owned() && c.Owner != "" && (c.Owner == v.ID || v.OnCall > 0 && c.Owner == hotline.OnCall(v.OnCall))
}

// actor is the name under which a visitor acts on a case: a person on call
// who took it by phone owns it as such.
func actor(v staff.Visitor, c hotline.Case) hotline.CounselorID {
	if v.OnCall > 0 && c.Owner == hotline.OnCall(v.OnCall) {
		return c.Owner
	}
	return v.ID
}

// mayRead: the owner, supervisors, and the people on call while the emergency
// is open.
func mayRead(v staff.Visitor, c hotline.Case) bool {
	return mine(v, c) || v.Role.May(staff.SeeAll) || v.OnCall > 0 && c.Emergency.Open()
}

// mayReveal: supervisors; the owner and the people on call while the
// emergency is open.
func mayReveal(v staff.Visitor, c hotline.Case) bool {
	return v.Role.May(staff.RevealAny) || c.Emergency.Open() && (mine(v, c) || v.OnCall > 0)
}

// load reads the case that a path names and refuses whom it is not for.
func (k *Console) load(ctx context.Context, v staff.Visitor, id string, ok func(staff.Visitor, hotline.Case) bool) (hotline.Case, error) {
	caseID, err := hotline.ParseCaseID(id)
	if err != nil {
		return hotline.Case{}, err
	}
	c, err := k.Views.Case(ctx, caseID)
	if err != nil {
		return hotline.Case{}, fmt.Errorf("read case: %w", err)
	}
	if !ok(v, c) {
		return hotline.Case{}, notYours()
	}
	return c, nil
}

// findCase is load for the changes of a case.
func findCase[T any](k *Console, ok func(staff.Visitor, hotline.Case) bool) func(context.Context, staff.Visitor, string, *asked[T]) error {
	return func(ctx context.Context, v staff.Visitor, id string, into *asked[T]) error {
		c, err := k.load(ctx, v, id, ok)
		if err == nil {
			into.about = c
			k.reads.first(v.ID, c.ID)
		}
		return err
	}
}

func anybody(staff.Visitor, hotline.Case) bool { return true }

func (k *Console) getQueue(c echo.Context, _ staff.Visitor) error {
	q, err := k.view.queue(c.Request().Context())
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, queueOf(q))
}

func (k *Console) getWallboard(c echo.Context, _ staff.Visitor) error {
	b, err := k.view.wallboard(c.Request().Context())
	if err != nil && !b.DataLost {
		return err
	}
	return c.JSON(http.StatusOK, boardOf(b))
}

func (k *Console) getCase(c echo.Context, v staff.Visitor) error {
	ctx := c.Request().Context()
	found, err := k.load(ctx, v, c.Param("id"), mayRead)
	if err != nil {
		return err
	}
	k.read(ctx, v, found.ID)
	return c.JSON(http.StatusOK, k.caseOf(found, speaks(c.Request(), v.Person)))
}

// thread loads a case with its messages and notes who read it.
func (k *Console) thread(ctx context.Context, v staff.Visitor, id string) (hotline.Case, []hotline.Message, error) {
	found, err := k.load(ctx, v, id, mayRead)
	if err != nil {
		return hotline.Case{}, nil, err
	}
	k.read(ctx, v, found.ID)
	messages, err := k.Threads.Messages(ctx, found.ID)
	return found, messages, err
}

func (k *Console) getMessages(c echo.Context, v staff.Visitor) error {
	ctx := c.Request().Context()
	_, thread, err := k.thread(ctx, v, c.Param("id"))
	if err != nil {
		return err
	}
	out := make([]messageJSON, 0, len(thread))
	for _, m := range thread {
		out = append(out, messageOf(m))
	}
	return c.JSON(http.StatusOK, map[string]any{"messages": out})
}

const (
	longestMessage = 1600 // what one text may have, by Twilio's count
	longestNote    = 20_000
	longestReason  = 500
)

type messageIn struct {
	Text string `json:"text"`
}

// postMessage is open to whoever asks: that a case is not theirs is told by
// the domain, as a conflict.
func (k *Console) postMessage() change[messageIn] {
	return change[messageIn]{
		action: "message", find: findCase[messageIn](k, anybody),
		check: func(in *messageIn) error { return tidy("text", &in.Text, 1, longestMessage) },
		do: func(ctx context.Context, a asked[messageIn]) (int, any, error) {
			m, err := k.Threads.Write(ctx, writer(a.by, a.about), a.about.ID, a.in.Text, a.tok)
			return http.StatusCreated, messageOf(m), err
		},
	}
}

type noteIn struct {
	Text    string `json:"text"`
	Version *int   `json:"version"`
}

func (k *Console) putNote() change[noteIn] {
	return change[noteIn]{
		action: "note", find: findCase[noteIn](k, mayHold),
		check: func(in *noteIn) error {
			if in.Version == nil || *in.Version < 0 {
				return errors.New("version: want the version that was read, 0 at first")
			}
			return tidy("text", &in.Text, 0, longestNote)
		},
		do: func(ctx context.Context, a asked[noteIn]) (int, any, error) {
			n, err := k.Threads.SaveNote(ctx, actor(a.by, a.about), a.about.ID, a.in.Text, *a.in.Version, a.tok)
			return http.StatusOK, map[string]any{"note": noteJSON{Text: n.Text, Version: n.Version}}, err
		},
	}
}

type revealIn struct {
	Reason string `json:"reason"`
}

// reveal gives the whole number, the one answer that does. It is recorded
// before it is given, and never kept.
func (k *Console) reveal() change[revealIn] {
	return change[revealIn]{
		action: "reveal", find: findCase[revealIn](k, mayReveal), renewed: true, recorded: true,
		check: func(in *revealIn) error { return tidy("reason", &in.Reason, 1, longestReason) },
		do: func(ctx context.Context, a asked[revealIn]) (int, any, error) {
			place := ""
			if k.Place != nil {
				place = visible(k.Place(a.about))
			}
			status, body, err := k.revealed(ctx, a, a.about.Caller, place)
			if to := a.about.Dial(); err == nil && to != a.about.Caller {
				body["callback_number"] = to.E164()
			}
			return status, body, err
		},
	}
}

// revealed records that a number is given, then gives it.
func (k *Console) revealed(ctx context.Context, a asked[revealIn], n hotline.Number, place string) (int, map[string]any, error) {
	if !a.again {
		err := k.Audit.Append(ctx, audit.Entry{
			Who: string(a.by.ID), Action: "reveal", Case: string(a.about.ID), Reason: a.in.Reason, Request: string(a.tok), Outcome: "ok",
		})
		if err != nil {
			return 0, nil, fmt.Errorf("record a reveal: %w", err)
		}
	}
	return http.StatusOK, map[string]any{"case_id": a.about.ID, "number": n.E164(), "withheld": !n.Known(), "location": place}, nil
}

// tidy makes a text safe to show and checks its length in characters.
func tidy(field string, s *string, least, most int) error {
	*s = visible(*s)
	if least > 0 && strings.TrimSpace(*s) == "" {
		return errors.New(field + ": missing or empty")
	}
	if utf8.RuneCountInString(*s) > most {
		return fmt.Errorf("%s: at most %d characters", field, most)
	}
	return nil
}

// speaks gives the language in which to answer a person: what the request
// prefers among those that are built in, else the person's first.
func speaks(r *http.Request, p staff.Person) hotline.Lang {
	built := []hotline.Lang{hotline.English, hotline.Spanish}
	if cookie, err := r.Cookie(langCookie); err == nil {
		for _, l := range built {
			if cookie.Value == string(l) {
				return l
			}
		}
	}
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		word, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		primary, _, _ := strings.Cut(strings.ToLower(word), "-")
		for _, l := range built {
			if primary == string(l) {
				return l
			}
		}
	}
	if len(p.Languages) > 0 && p.Languages[0] == hotline.Spanish {
		return hotline.Spanish
	}
	return hotline.English
}

const langCookie = "tideover-lang"
