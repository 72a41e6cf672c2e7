package outreach

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// The texts that go out after a contact.
const (
	TextSeated  = "seated"
	TextListed  = "listed"
	TextFree    = "free"  // from the wait-list to a seat
	TextSoon    = "soon"  // a reminder
	TextMoved   = "moved" // another time or address
	TextOff     = "off"   // called off
	TextCheckIn = "check_in"
)

// Store is what the courier asks of the store.
type Store interface {
	// SignUp gives somebody's place in a group. Errors: ErrNotFound.
	SignUp(ctx context.Context, group, who string) (SignUp, Group, error)
	// Duty gives what is owed. Errors: ErrNotFound.
	Duty(ctx context.Context, id string) (Duty, error)
	// CheckInSent records that the text went out, or, with a word, why not.
	CheckInSent(ctx context.Context, id, why string) error
	// CheckInOver looks whether it was answered.
	CheckInOver(ctx context.Context, id string) error
	OptOut(ctx context.Context, n hotline.Number, out bool) error
}

// Phone sends texts. Errors that are decided on: ErrOptedOut, ErrRefused.
type Phone interface {
	Send(ctx context.Context, to hotline.Number, text, mid string) error
	// SentSince reports whether this text went out since then.
	SentSince(ctx context.Context, to hotline.Number, text string, since time.Time) (bool, error)
}

// Words gives a text in a language; g is the zero Group where it is about none.
type Words func(what string, lang hotline.Lang, g Group) string

// Courier carries out what falls due after a contact. A job that is carried
// out twice sends one text.
type Courier struct {
	store Store
	phone Phone
	words Words
	texts bool
}

// NewCourier wires one. Without texts nothing is ever sent.
func NewCourier(store Store, phone Phone, words Words, texts bool) *Courier {
	return &Courier{store: store, phone: phone, words: words, texts: texts}
}

// Notice tells somebody about their group, if what it says is still so.
func (c *Courier) Notice(ctx context.Context, d hotline.Due) error {
	s, g, err := c.store.SignUp(ctx, d.Args["group"], d.Args["who"])
	if errors.Is(err, hotline.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	what := d.Args["what"]
	if s.OptedOut || !g.At.After(d.Now) || !holds(what, s, g) {
		return nil
	}
	if what == TextSoon && d.Args["at"] != fmt.Sprint(g.At.UnixMilli()) {
		return nil // the group takes place at another time, which has reminders of its own
	}
	if what == TextMoved && s.State == Listed {
		what = TextListed // the address is for who has a seat
	}
	err = c.send(ctx, d, s.Caller, c.words(what, s.Lang, g))
	if errors.Is(err, hotline.ErrOptedOut) || errors.Is(err, hotline.ErrRefused) {
		return nil // there is no other way to reach them
	}
	return err
}

// holds reports whether a text fits what somebody has now.
func holds(what string, s SignUp, g Group) bool {
	switch what {
	case TextSeated, TextFree, TextSoon:
		return s.State == Seated && !g.Cancelled
	case TextListed:
		return s.State == Listed && !g.Cancelled
	case TextMoved:
		return s.State != Left && !g.Cancelled
	case TextOff:
		return s.State != Left && g.Cancelled
	}
	return false
}

// CheckIn asks somebody how they are, as they agreed to.
func (c *Courier) CheckIn(ctx context.Context, d hotline.Due) error {
	duty, err := c.store.Duty(ctx, d.Args["duty"])
	if errors.Is(err, hotline.ErrNotFound) {
		return nil
	}
	if err != nil || duty.State != Planned {
		return err
	}
	if duty.OptedOut {
		return c.store.CheckInSent(ctx, duty.ID, "opted-out")
	}
	err = c.send(ctx, d, duty.Caller, c.words(TextCheckIn, duty.Lang, Group{}))
	switch {
	case errors.Is(err, hotline.ErrOptedOut):
		return c.store.CheckInSent(ctx, duty.ID, "opted-out")
	case errors.Is(err, hotline.ErrRefused):
		return c.store.CheckInSent(ctx, duty.ID, "not-sent")
	case err != nil:
		return err
	}
	return c.store.CheckInSent(ctx, duty.ID, "")
}

// CheckInOver puts a check-in that was not answered before a person.
func (c *Courier) CheckInOver(ctx context.Context, d hotline.Due) error {
	return ignore(c.store.CheckInOver(ctx, d.Args["duty"]), hotline.ErrNotFound)
}

// errNoWay: texts are off, or there is no number.
var errNoWay = fmt.Errorf("no way to send a text: %w", hotline.ErrRefused)

// send sends once: a second try first looks whether the first went through.
func (c *Courier) send(ctx context.Context, d hotline.Due, to hotline.Number, text string) error {
	if !c.texts || !to.Known() || text == "" {
		return errNoWay
	}
	if d.Try > 1 {
		sent, err := c.phone.SentSince(ctx, to, text, d.First)
		if err != nil || sent {
			return err
		}
	}
	err := c.phone.Send(ctx, to, text, "")
	if errors.Is(err, hotline.ErrOptedOut) {
		return errors.Join(err, c.store.OptOut(ctx, to, true))
	}
	return err
}

func ignore(err, that error) error {
	if errors.Is(err, that) {
		return nil
	}
	return err
}
