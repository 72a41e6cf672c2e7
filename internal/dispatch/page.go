package dispatch

import (
	"context"
	"errors"
	"fmt"

	"github.com/tideover/tideover/internal/hotline"
)

// Paged says what the phone of a person on call hears when it is picked up.
func (b *Board) Paged(ctx context.Context, id hotline.CaseID) (Verdict, hotline.Case, error) {
	c, err := b.store.Case(ctx, id)
	if errors.Is(err, hotline.ErrNotFound) {
		return Handled, c, nil
	}
	if err != nil {
		return "", c, fmt.Errorf("paged: %w", err)
	}
	if !c.Emergency.Open() || !c.Emergency.AttendedAt.IsZero() {
		return Handled, c, nil
	}
	return Gate, c, nil
}

// PagePressed is the key on a page: 1 takes and joins, 2 tells the headline,
// 3 or silence passes on. n says which person on call it is, from 1.
func (b *Board) PagePressed(ctx context.Context, id hotline.CaseID, n int, leg hotline.Leg, key string) (Verdict, hotline.Case, error) {
	switch key {
	case "1":
		word, _, err := b.store.Attend(ctx, id, b.who(n), leg, "leg:"+string(leg)+":1")
		if err != nil && !errors.Is(err, hotline.ErrNotFound) {
			return "", hotline.Case{}, err
		}
		c, err := b.store.Case(ctx, id)
		if err != nil && !errors.Is(err, hotline.ErrNotFound) {
			return "", c, err
		}
		switch word {
		case "join":
			return Join, c, nil
		case "text":
			return ByText, c, nil
		}
		return Handled, c, nil
	case "2":
		c, err := b.store.Case(ctx, id)
		if errors.Is(err, hotline.ErrNotFound) {
			return Handled, c, nil
		}
		return Headline, c, err
	}
	return Passed, hotline.Case{}, b.passOn(ctx, id, n)
}

// passOn lets the next person be paged at once. A page that has passed on
// already is none of the person's who is paged now.
func (b *Board) passOn(ctx context.Context, id hotline.CaseID, n int) error {
	c, err := b.store.Case(ctx, id)
	if err == nil && n >= c.Emergency.PagedIndex {
		err = b.store.PassOn(ctx, id)
	}
	return ignore(err, hotline.ErrNotFound)
}

// who names the n-th page's person: the list is walked again from the top.
func (b *Board) who(n int) hotline.CounselorID {
	return hotline.OnCall(b.index(n) + 1)
}

func (b *Board) index(n int) int {
	on := len(b.people.OnCall())
	if on == 0 || n < 1 {
		return 0
	}
	return (n - 1) % on
}

// turn says whom the n-th page of a record reaches; false where somebody
// attends already, or it is the next one's turn.
func (b *Board) turn(d hotline.Due, c hotline.Case) (to hotline.Number, n int, now bool) {
	n = number(d.Args["n"])
	if !c.Emergency.Open() || !c.Emergency.AttendedAt.IsZero() || len(b.people.OnCall()) == 0 || n < c.Emergency.PagedIndex {
		return hotline.Number{}, n, false
	}
	return b.people.OnCall()[b.index(n)], n, true
}

// page calls the person whose turn it is.
func (b *Board) page(ctx context.Context, d hotline.Due, c hotline.Case) error {
	to, n, now := b.turn(d, c)
	if !now {
		return nil
	}
	leg, known := hotline.Leg(""), false
	var err error
	if d.Try > 1 {
		if leg, known, err = b.phone.LiveSince(ctx, to, d.First); err != nil {
			return err
		}
	}
	if !known {
		if leg, err = b.phone.Page(ctx, to, c, n); err != nil {
			return err
		}
	}
	// The owner may have changed: the page goes on all the same.
	return ignore(b.store.Ringing(ctx, c.ID, c.Epoch, leg, hotline.PageField), hotline.ErrStale)
}

// pageText texts them beside the call. A second try may reach them twice: that
// is better than not at all.
func (b *Board) pageText(ctx context.Context, d hotline.Due, c hotline.Case) error {
	to, n, now := b.turn(d, c)
	if !now {
		return nil
	}
	return ignore(b.phone.PageText(ctx, to, c, b.link(ctx, c, n)), hotline.ErrOptedOut)
}

// link opens the thread of a case by text, where the person on call cannot
// join by phone. A page without a link is still a page: the console is there.
func (b *Board) link(ctx context.Context, c hotline.Case, n int) string {
	if c.Channel != hotline.SMS {
		return ""
	}
	link, err := b.links.PageLink(ctx, c.ID, b.who(n))
	if err != nil {
		b.log.WarnContext(ctx, "page goes out without its link", "case", c.ID, "error", err)
		return ""
	}
	return link
}

// PageOver is the end of the n-th page's call. A page that nobody answered
// lets the next person be paged at once; the leg of an owner is a line that is
// lost.
func (b *Board) PageOver(ctx context.Context, id hotline.CaseID, n int, leg hotline.Leg, status string) error {
	c, err := b.store.Case(ctx, id)
	if errors.Is(err, hotline.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if c.CounselorLeg == leg && c.State.Owned() {
		return b.lost(ctx, c, false)
	}
	if status == "busy" || status == "failed" || status == "no-answer" {
		return b.passOn(ctx, id, n)
	}
	return nil
}
