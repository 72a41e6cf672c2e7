package server

import (
	"context"
	"errors"
	"fmt"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

// people tells the board whom it may ring and what they may serve.
type people struct {
	roster interface {
		Person(ctx context.Context, id hotline.CounselorID) (staff.Person, error)
		PersonByPhone(ctx context.Context, n hotline.Number) (staff.Person, error)
	}
	onCall      []hotline.Number
	interpreter hotline.Number
}

// Want is what a counselor may serve: their languages, all needs.
func (p people) Want(ctx context.Context, id hotline.CounselorID) (hotline.Want, error) {
	who, err := p.roster.Person(ctx, id)
	if err != nil {
		return hotline.Want{}, fmt.Errorf("staff %s: %w", id, err)
	}
	if who.Disabled {
		return hotline.Want{}, hotline.ErrNotAvailable
	}
	return hotline.Want{Own: who.Phone, Langs: who.Languages, Needs: hotline.Needs()}, nil
}

// Number is the verified phone of a counselor, or of a person on call.
func (p people) Number(ctx context.Context, id hotline.CounselorID) (hotline.Number, error) {
	if n := id.OnCall(); n >= 1 && n <= len(p.onCall) {
		return p.onCall[n-1], nil
	}
	who, err := p.roster.Person(ctx, id)
	if err != nil {
		return hotline.Number{}, fmt.Errorf("staff %s: %w", id, err)
	}
	return who.Phone, nil
}

// ByPhone is the counselor who may work by this phone alone.
func (p people) ByPhone(ctx context.Context, n hotline.Number) (hotline.CounselorID, hotline.Lang, error) {
	if !n.Known() {
		return "", "", hotline.ErrNotFound
	}
	who, err := p.roster.PersonByPhone(ctx, n)
	if err != nil {
		return "", "", err
	}
	if who.PIN == "" || !who.Role.May(staff.TakeCases) {
		return "", "", hotline.ErrNotFound
	}
	for _, l := range who.Languages {
		if l == hotline.English || l == hotline.Spanish {
			return who.ID, l, nil
		}
	}
	return who.ID, hotline.English, nil
}

// PINMatches reports whether the digits are the person's PIN.
func (p people) PINMatches(ctx context.Context, id hotline.CounselorID, digits string) (bool, error) {
	who, err := p.roster.Person(ctx, id)
	if errors.Is(err, hotline.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("staff %s: %w", id, err)
	}
	return !who.Disabled && who.PIN.Matches(digits), nil
}

// OnCall are the people on call, in order.
func (p people) OnCall() []hotline.Number { return p.onCall }

// Interpreter is the number of the line's interpreters.
func (p people) Interpreter() hotline.Number { return p.interpreter }

// Supervises reports whether somebody is a supervisor.
func (p people) Supervises(ctx context.Context, id hotline.CounselorID) (bool, error) {
	who, err := p.roster.Person(ctx, id)
	if errors.Is(err, hotline.ErrNotFound) {
		return false, nil
	}
	return err == nil && !who.Disabled && who.Role.May(staff.Supervises), err
}

// pageLinks makes the addresses that pages by text carry.
type pageLinks struct {
	desk    *staff.Desk
	console string // URL
}

// PageLink gives an address that opens the thread of one case once.
func (p pageLinks) PageLink(ctx context.Context, id hotline.CaseID, who hotline.CounselorID) (string, error) {
	s, err := p.desk.PageLink(ctx, id, who)
	if err != nil {
		return "", err
	}
	return staff.PageAddress(p.console, s), nil
}
