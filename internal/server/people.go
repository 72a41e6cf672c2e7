package server

import (
	"context"
	"fmt"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

// people tells the board whom it may ring and what they may serve.
type people struct {
	roster interface {
		Person(ctx context.Context, id hotline.CounselorID) (staff.Person, error)
	}
	onCall []hotline.Number
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

// OnCall are the people on call, in order.
func (p people) OnCall() []hotline.Number { return p.onCall }

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
