package console

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/internal/audit"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

// mayHold: the owner, and supervisors.
func mayHold(v staff.Visitor, c hotline.Case) bool {
	return mine(v, c) || v.Role.May(staff.SeeAll)
}

func (k *Console) getShift(c echo.Context, v staff.Visitor) error {
	s, err := k.Shifts.Shift(c.Request().Context(), v.ID)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, shiftOf(s))
}

type shiftIn struct {
	State    string             `json:"state"`
	Channels *[]hotline.Channel `json:"channels"`
	RingMe   *bool              `json:"ring_me"`
	Via      *string            `json:"via"`
}

func (k *Console) putShift() change[shiftIn] {
	return change[shiftIn]{
		action: "shift", check: checkShift,
		reason: func(in shiftIn) string { return in.State },
		do: func(ctx context.Context, a asked[shiftIn]) (int, any, error) {
			s, err := k.Shifts.Shift(ctx, a.by.ID)
			if err != nil {
				return 0, nil, err
			}
			s, err = k.Shifts.SetShift(ctx, a.by.ID, merge(s, a.in), a.tok)
			return http.StatusOK, shiftOf(s), err
		},
	}
}

func checkShift(in *shiftIn) error {
	if _, err := hotline.ParsePresence(in.State); err != nil {
		return err
	}
	if in.Channels != nil {
		if len(*in.Channels) == 0 {
			return errors.New("channels: want voice, sms or both")
		}
		for _, ch := range *in.Channels {
			if ch != hotline.Voice && ch != hotline.SMS {
				return errors.New("channels: want voice, sms or both")
			}
		}
	}
	if in.Via != nil && *in.Via != viaConsole && *in.Via != viaPhone {
		return errors.New("via: want console or phone")
	}
	return nil
}

const (
	viaConsole = "console"
	viaPhone   = "phone"
)

// merge leaves what a request left out as it was before; at first both
// channels, no ringing, by console.
func merge(s hotline.Shift, in shiftIn) hotline.Shift {
	s.State = hotline.Presence(in.State)
	if in.Channels != nil {
		s.Channels = slices.Clone(*in.Channels)
	}
	if len(s.Channels) == 0 {
		s.Channels = []hotline.Channel{hotline.Voice, hotline.SMS}
	}
	if in.RingMe != nil {
		s.RingMe = *in.RingMe
	}
	if in.Via != nil {
		s.Via = *in.Via
	}
	if s.Via == "" {
		s.Via = viaConsole
	}
	return s
}

type claimIn struct {
	CaseID *string `json:"case_id"`
}

type claimJSON struct {
	Case  hotline.CaseID `json:"case_id"`
	Epoch int64          `json:"epoch"`
	Lease *string        `json:"lease_expires_at"`
	State hotline.State  `json:"state"`
}

// postClaim takes the named case, or the best for me.
func (k *Console) postClaim() change[claimIn] {
	return change[claimIn]{
		action: "claim",
		do: func(ctx context.Context, a asked[claimIn]) (int, any, error) {
			var id hotline.CaseID
			if a.in.CaseID != nil {
				var err error
				if id, err = hotline.ParseCaseID(*a.in.CaseID); err != nil {
					return 0, nil, err
				}
			}
			c, err := k.Claims.Claim(ctx, a.by.ID, id, a.tok)
			if err != nil {
				return 0, nil, fmt.Errorf("claim: %w", err)
			}
			k.reads.first(a.by.ID, c.ID)
			return http.StatusCreated, map[string]any{
				"claim": claimJSON{Case: c.ID, Epoch: c.Epoch, Lease: stamp(c.Lease), State: c.State},
				"case":  k.caseOf(c, a.lang),
			}, nil
		},
		tells: func(body any) hotline.CaseID {
			if m, ok := body.(map[string]any); ok {
				if claim, ok := m["claim"].(claimJSON); ok {
					return claim.Case
				}
			}
			return ""
		},
	}
}

// deleteClaim gives a case back to its old place. It has no body.
func (k *Console) deleteClaim(c echo.Context, v staff.Visitor) error {
	ctx := c.Request().Context()
	found, err := k.load(ctx, v, c.Param("id"), mine)
	if err != nil {
		return err
	}
	if err := k.Claims.Release(ctx, actor(v, found), found.ID); err != nil {
		return err
	}
	k.record(ctx, audit.Entry{Who: string(v.ID), Action: "release", Case: string(found.ID), Outcome: "ok"})
	return c.NoContent(http.StatusNoContent)
}

type escalateIn struct {
	To     string `json:"to"`
	Reason string `json:"reason"`
}

// escalate never asks why: a reason that is missing must not stop an alarm.
func (k *Console) escalate() change[escalateIn] {
	return change[escalateIn]{
		action: "escalate", find: findCase[escalateIn](k, mayEscalate), urgent: true,
		check: func(in *escalateIn) error {
			if in.To != "oncall" && in.To != "988" {
				return errors.New("to: want oncall or 988")
			}
			return tidy("reason", &in.Reason, 0, longestReason)
		},
		reason: func(in escalateIn) string { return in.Reason },
		do: func(ctx context.Context, a asked[escalateIn]) (int, any, error) {
			err := k.Emergencies.Escalate(ctx, actor(a.by, a.about), a.about.ID, a.in.To, a.in.Reason, a.tok)
			return http.StatusAccepted, map[string]any{"case_id": a.about.ID, "to": a.in.To}, err
		},
	}
}

func mayEscalate(v staff.Visitor, c hotline.Case) bool {
	return mayHold(v, c) || v.OnCall > 0 && c.Emergency.Open()
}

type emergencyIn struct {
	Do    string `json:"do"`
	Words string `json:"words"`
}

func (k *Console) emergency() change[emergencyIn] {
	return change[emergencyIn]{
		action: "emergency", find: findCase[emergencyIn](k, mayAttend),
		check: func(in *emergencyIn) error {
			if !slices.Contains([]string{"acknowledge", "confirm", "close"}, in.Do) {
				return errors.New("do: want acknowledge, confirm or close")
			}
			return tidy("words", &in.Words, 0, longestReason)
		},
		reason: func(in emergencyIn) string { return in.Do },
		do: func(ctx context.Context, a asked[emergencyIn]) (int, any, error) {
			c, err := k.Emergencies.Emergency(ctx, actor(a.by, a.about), a.about.ID, a.in.Do, a.in.Words, a.tok)
			if err != nil {
				return 0, nil, err
			}
			return http.StatusOK, map[string]any{"case_id": c.ID, "emergency": emergencyOf(c)}, nil
		},
	}
}

// mayAttend: the owner, supervisors, and every person on call.
func mayAttend(v staff.Visitor, c hotline.Case) bool { return mayHold(v, c) || v.OnCall > 0 }

type transferIn struct {
	To     string  `json:"to"`
	Band   *string `json:"band"`
	Reason string  `json:"reason"`
}

func (k *Console) transfer() change[transferIn] {
	return change[transferIn]{
		action: "transfer", find: findCase[transferIn](k, mayHold), check: checkTransfer,
		reason: func(in transferIn) string { return in.Reason },
		do: func(ctx context.Context, a asked[transferIn]) (int, any, error) {
			var band *hotline.Band
			if a.in.Band != nil {
				b, err := hotline.ParseBand(*a.in.Band)
				if err != nil {
					return 0, nil, badRequest().with(err.Error())
				}
				band = &b
			}
			err := k.Claims.Transfer(ctx, actor(a.by, a.about), a.about.ID, a.in.To, band, a.in.Reason, a.tok)
			return http.StatusAccepted, map[string]any{"case_id": a.about.ID, "to": a.in.To}, err
		},
	}
}

func checkTransfer(in *transferIn) error {
	if in.To == "" {
		return errors.New("to: want queue, or the id of a person")
	}
	if in.To != "queue" {
		if _, err := hotline.ParseCaseID(in.To); err != nil {
			return errors.New("to: want queue, or the id of a person")
		}
	}
	if in.Band != nil {
		if _, err := hotline.ParseBand(*in.Band); err != nil {
			return err
		}
	}
	return tidy("reason", &in.Reason, 1, longestReason)
}

type closeIn struct {
	Disposition string  `json:"disposition"`
	Note        *string `json:"note"`
}

func (k *Console) close() change[closeIn] {
	return change[closeIn]{
		action: "close", find: findCase[closeIn](k, mayHold),
		check: func(in *closeIn) error {
			if _, err := hotline.ParseDisposition(in.Disposition); err != nil {
				return err
			}
			if in.Note == nil {
				return nil
			}
			return tidy("note", in.Note, 0, longestNote)
		},
		reason: func(in closeIn) string { return in.Disposition },
		do: func(ctx context.Context, a asked[closeIn]) (int, any, error) {
			note := ""
			if a.in.Note != nil {
				note = *a.in.Note
			}
			d := hotline.Disposition(a.in.Disposition)
			err := k.Claims.Close(ctx, actor(a.by, a.about), a.about.ID, d, note, a.tok)
			return http.StatusOK, map[string]any{"case_id": a.about.ID, "state": hotline.Closed, "disposition": d}, err
		},
	}
}
