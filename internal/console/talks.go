package console

import (
	"context"
	"errors"
	"net/http"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

// Talks are what may be done in a talk by phone. A repeated token gets the
// first outcome. Errors of all: ErrMove where it is not possible now, ErrNotFound.
type Talks interface {
	// Hold lets the caller wait with words, or takes them back.
	Hold(ctx context.Context, id hotline.CaseID, on bool) (hotline.Case, error)
	// HandOver rings another counselor, who comes in to take over. Errors:
	// ErrNotAvailable, ErrAtLimit.
	HandOver(ctx context.Context, by hotline.CounselorID, id hotline.CaseID, to hotline.CounselorID, tok hotline.Token) (hotline.Guest, error)
	// Interpret rings the line's interpreters into the talk. Errors: ErrNoNumber.
	Interpret(ctx context.Context, by hotline.CounselorID, id hotline.CaseID, tok hotline.Token) (hotline.Guest, error)
	// Supervise rings the supervisor's own phone, to listen or to talk. Errors:
	// ErrAtLimit, ErrNoNumber.
	Supervise(ctx context.Context, by hotline.CounselorID, id hotline.CaseID, talk bool, tok hotline.Token) (hotline.Guest, error)
	// WantSupervisor alerts the supervisors; the caller hears nothing of it.
	WantSupervisor(ctx context.Context, by hotline.CounselorID, id hotline.CaseID) error
	// Guest does "confirm" or "end" with who else is in the talk.
	Guest(ctx context.Context, by hotline.CounselorID, id hotline.CaseID, n int, do string) (hotline.Case, error)
	// End ends the talk with the goodbye, or, hush, so that nothing telling is heard.
	End(ctx context.Context, by hotline.CounselorID, id hotline.CaseID, hush bool, tok hotline.Token) (hotline.Case, error)
}

type guestJSON struct {
	N           int                 `json:"n"`
	Kind        hotline.GuestKind   `json:"kind"`
	Who         hotline.CounselorID `json:"who"`
	By          hotline.CounselorID `json:"by"`
	State       hotline.GuestState  `json:"state"`
	Why         string              `json:"why"`
	AskedAt     *string             `json:"asked_at"`
	DialledAt   *string             `json:"dialled_at"`
	AnsweredAt  *string             `json:"answered_at"`
	JoinedAt    *string             `json:"joined_at"`
	ConfirmedAt *string             `json:"confirmed_at"`
	ConfirmedBy hotline.CounselorID `json:"confirmed_by"`
	LeftAt      *string             `json:"left_at"`
}

func guestOf(g hotline.Guest) guestJSON {
	return guestJSON{
		N: g.N, Kind: g.Kind, Who: g.Who, By: g.By, State: g.State, Why: g.Why, AskedAt: stamp(g.AskedAt), DialledAt: stamp(g.DialledAt),
		AnsweredAt: stamp(g.AnsweredAt), JoinedAt: stamp(g.JoinedAt), ConfirmedAt: stamp(g.ConfirmedAt), ConfirmedBy: g.ConfirmedBy, LeftAt: stamp(g.LeftAt),
	}
}

func guestsOf(c hotline.Case) []guestJSON {
	out := make([]guestJSON, 0, len(c.Guests))
	for _, g := range c.Guests {
		out = append(out, guestOf(g))
	}
	return out
}

// talk is what an answer about a talk says of its case.
func talk(c hotline.Case) map[string]any {
	return map[string]any{"case_id": c.ID, "state": c.State, "owner": c.Owner, "held_since": stamp(c.HeldSince), "legs": guestsOf(c)}
}

type holdIn struct {
	On *bool `json:"on"`
}

func (k *Console) hold() change[holdIn] {
	return change[holdIn]{
		action: "hold", find: findCase[holdIn](k, mayHold),
		check: func(in *holdIn) error {
			if in.On == nil {
				return errors.New("on: want true or false")
			}
			return nil
		},
		reason: func(in holdIn) string {
			if *in.On {
				return "on"
			}
			return "off"
		},
		do: func(ctx context.Context, a asked[holdIn]) (int, any, error) {
			c, err := k.Talks.Hold(ctx, a.about.ID, *a.in.On)
			return http.StatusOK, talk(c), err
		},
	}
}

type handoverIn struct {
	To     string `json:"to"`
	Reason string `json:"reason"`
}

func (k *Console) handover() change[handoverIn] {
	return change[handoverIn]{
		action: string(hotline.Successor), find: findCase[handoverIn](k, mayHold),
		check: func(in *handoverIn) error {
			if _, err := hotline.ParseCaseID(in.To); err != nil {
				return errors.New("to: want the id of a person")
			}
			return tidy("reason", &in.Reason, 0, longestReason)
		},
		reason: func(in handoverIn) string { return in.Reason },
		do: func(ctx context.Context, a asked[handoverIn]) (int, any, error) {
			g, err := k.Talks.HandOver(ctx, actor(a.by, a.about), a.about.ID, hotline.CounselorID(a.in.To), a.tok)
			return http.StatusAccepted, invited(a.about, g), err
		},
	}
}

func invited(c hotline.Case, g hotline.Guest) map[string]any {
	return map[string]any{"case_id": c.ID, "leg": guestOf(g)}
}

type whyIn struct {
	Reason string `json:"reason"`
}

// guest is a change that asks somebody in; its reason may be left out.
func (k *Console) guest(action string, ok func(staff.Visitor, hotline.Case) bool, ask func(ctx context.Context, a asked[whyIn]) (hotline.Guest, error)) change[whyIn] {
	return change[whyIn]{
		action: action, find: findCase[whyIn](k, ok),
		check:  func(in *whyIn) error { return tidy("reason", &in.Reason, 0, longestReason) },
		reason: func(in whyIn) string { return in.Reason },
		do: func(ctx context.Context, a asked[whyIn]) (int, any, error) {
			g, err := ask(ctx, a)
			return http.StatusAccepted, invited(a.about, g), err
		},
	}
}

func (k *Console) interpreter() change[whyIn] {
	return k.guest(string(hotline.Interpreter), mayHold, func(ctx context.Context, a asked[whyIn]) (hotline.Guest, error) {
		return k.Talks.Interpret(ctx, actor(a.by, a.about), a.about.ID, a.tok)
	})
}

// supervise is for supervisors; that one is in a talk is recorded and shown.
func (k *Console) supervise(kind hotline.GuestKind) change[whyIn] {
	return k.guest(string(kind), anybody, func(ctx context.Context, a asked[whyIn]) (hotline.Guest, error) {
		return k.Talks.Supervise(ctx, a.by.ID, a.about.ID, kind == hotline.Joiner, a.tok)
	})
}

func (k *Console) wantSupervisor() change[whyIn] {
	return change[whyIn]{
		action: "want-supervisor", find: findCase[whyIn](k, mayHold),
		check:  func(in *whyIn) error { return tidy("reason", &in.Reason, 0, longestReason) },
		reason: func(in whyIn) string { return in.Reason },
		do: func(ctx context.Context, a asked[whyIn]) (int, any, error) {
			err := k.Talks.WantSupervisor(ctx, actor(a.by, a.about), a.about.ID)
			return http.StatusAccepted, map[string]any{"case_id": a.about.ID}, err
		},
	}
}

type legIn struct {
	N  int    `json:"n"`
	Do string `json:"do"`
}

func (k *Console) leg() change[legIn] {
	return change[legIn]{
		action: "leg", find: findCase[legIn](k, mayHold),
		check: func(in *legIn) error {
			if in.Do != "confirm" && in.Do != "end" {
				return errors.New("do: want confirm or end")
			}
			return nil
		},
		recorded: true,
		do: func(ctx context.Context, a asked[legIn]) (int, any, error) {
			c, err := k.Talks.Guest(ctx, actor(a.by, a.about), a.about.ID, a.in.N, a.in.Do)
			if err == nil && !a.again {
				e := entryOf(k.leg(), a, "ok")
				e.Action, e.Reason = string(c.Guest(a.in.N).Kind), map[string]string{"confirm": "confirmed", "end": "sent away"}[a.in.Do]
				k.record(ctx, e)
			}
			return http.StatusOK, talk(c), err
		},
	}
}

type endIn struct {
	How string `json:"how"`
}

func (k *Console) end() change[endIn] {
	return change[endIn]{
		action: "end", find: findCase[endIn](k, mayHold),
		check: func(in *endIn) error {
			if in.How != "goodbye" && in.How != "silently" {
				return errors.New("how: want goodbye or silently")
			}
			return nil
		},
		reason: func(in endIn) string { return in.How },
		do: func(ctx context.Context, a asked[endIn]) (int, any, error) {
			c, err := k.Talks.End(ctx, actor(a.by, a.about), a.about.ID, a.in.How == "silently", a.tok)
			return http.StatusOK, talk(c), err
		},
	}
}
