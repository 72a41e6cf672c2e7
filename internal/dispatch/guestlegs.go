package dispatch

import (
	"context"
	"errors"
	"fmt"

	"github.com/tideover/tideover/internal/hotline"
)

// GuestAnswered says what the phone of a guest hears when it is picked up: the
// gate, or, of 988 and of an interpreter, the room at once.
func (b *Board) GuestAnswered(ctx context.Context, id hotline.CaseID, n int, leg hotline.Leg) (Verdict, hotline.Case, hotline.Guest, error) {
	v, step := Gate, hotline.StepAnswer
	c, err := b.store.Case(ctx, id)
	if errors.Is(err, hotline.ErrNotFound) {
		return No, c, hotline.Guest{}, nil
	}
	if err != nil {
		return "", c, hotline.Guest{}, err
	}
	if c.Guest(n).Who == "" {
		v, step = Join, hotline.StepAccept
	}
	return b.step(ctx, id, hotline.GuestMove{N: n, Step: step, Leg: leg}, v)
}

// GuestPressed is the key at the gate of a guest.
func (b *Board) GuestPressed(ctx context.Context, id hotline.CaseID, n int, leg hotline.Leg, key string) (Verdict, hotline.Case, hotline.Guest, error) {
	if key == "1" {
		return b.step(ctx, id, hotline.GuestMove{N: n, Step: hotline.StepAccept, Leg: leg}, Join)
	}
	why := hotline.GuestDeclined
	if key == "" {
		why = hotline.GuestSilent
	}
	return b.step(ctx, id, hotline.GuestMove{N: n, Step: hotline.StepOver, Leg: leg, Why: why}, No)
}

// step makes a step of a guest's leg; v is what it hears, No where the talk
// goes on without it.
func (b *Board) step(ctx context.Context, id hotline.CaseID, m hotline.GuestMove, v Verdict) (Verdict, hotline.Case, hotline.Guest, error) {
	err := b.stepped(ctx, id, m)
	if errors.Is(err, hotline.ErrStale) || errors.Is(err, hotline.ErrNotFound) {
		v, err = No, nil
	}
	if err != nil {
		return "", hotline.Case{}, hotline.Guest{}, fmt.Errorf("guest: %w", err)
	}
	c, err := b.store.Case(ctx, id)
	if errors.Is(err, hotline.ErrNotFound) {
		return No, c, hotline.Guest{}, nil
	}
	return v, c, c.Guest(m.N), err
}

// stepped makes a step, and keeps it as proof the first time.
func (b *Board) stepped(ctx context.Context, id hotline.CaseID, m hotline.GuestMove) error {
	first, err := b.store.Guest(ctx, id, m)
	if err != nil || !first {
		return err
	}
	b.prove(ctx, id, m.N, map[hotline.GuestStep]string{
		hotline.StepLeg: "dialled", hotline.StepAnswer: "answered", hotline.StepAccept: "answered", hotline.StepOver: "over: " + m.Why,
	}[m.Step])
	return nil
}

func (b *Board) prove(ctx context.Context, id hotline.CaseID, n int, what string) {
	c, err := b.store.Case(ctx, id)
	if err != nil || what == "" {
		return // it stands in the case all the same
	}
	g := c.Guest(n)
	b.proof(ctx, g.By, string(g.Kind), what, id)
}

// guestEvent is what a room told of a guest.
func (b *Board) guestEvent(ctx context.Context, e hotline.RoomEvent, v hotline.RoomVerdict) error {
	if v.Who == "joined" {
		b.prove(ctx, e.Case, v.Guest, "in the talk")
		return nil
	}
	return ignore(b.stepped(ctx, e.Case, hotline.GuestMove{N: v.Guest, Step: hotline.StepOver, Leg: e.Leg, Why: hotline.GuestLeft}), hotline.ErrStale, hotline.ErrNotFound)
}

// guestStarred is the end of the Dial of a guest who is in the talk: a listener
// is heard from now on, a successor is led back, whoever else leaves.
func (b *Board) guestStarred(ctx context.Context, c hotline.Case, g hotline.Guest, legUp bool) (Verdict, hotline.Case, error) {
	switch {
	case !legUp:
		return Ended, c, nil
	case c.State != hotline.Live:
	case g.Kind == hotline.Successor:
		return Back, c, nil
	case g.Kind == hotline.Listener:
		_, err := b.store.Guest(ctx, c.ID, hotline.GuestMove{N: g.N, Step: hotline.StepHeard, By: g.Who})
		if err == nil {
			b.note(ctx, g.Who, string(hotline.Joiner), "ok", c.ID)
		}
		return Heard, c, ignore(err, hotline.ErrStale)
	}
	return Out, c, ignore(b.stepped(ctx, c.ID, hotline.GuestMove{N: g.N, Step: hotline.StepOver, Leg: g.Leg, Why: hotline.GuestLeft}), hotline.ErrStale)
}

// guestEnds says what the status of a guest's leg means that never came in.
var guestEnds = map[string]string{
	"busy": hotline.GuestBusy, "no-answer": hotline.GuestNoAnswer, "failed": hotline.GuestFailed, "canceled": hotline.GuestNoAnswer,
}

// GuestOver is the end of a guest's leg. That of a guest who has become the
// owner is a line that is lost.
func (b *Board) GuestOver(ctx context.Context, id hotline.CaseID, n int, leg hotline.Leg, status string) error {
	c, err := b.store.Case(ctx, id)
	if err != nil {
		return ignore(err, hotline.ErrNotFound)
	}
	if c.CounselorLeg == leg && c.State.Owned() {
		return b.lost(ctx, c, false)
	}
	why, known := guestEnds[status]
	if !known {
		why = hotline.GuestLeft
		if c.Guest(n).AcceptedAt.IsZero() {
			why = hotline.GuestSilent
		}
	}
	return ignore(b.stepped(ctx, id, hotline.GuestMove{N: n, Step: hotline.StepOver, Leg: leg, Why: why}), hotline.ErrStale, hotline.ErrNotFound)
}

// guestJob are the jobs of guests: they hold whoever owns the talk.
func (b *Board) guestJob(ctx context.Context, d hotline.Due, c hotline.Case) error {
	leg := hotline.Leg(d.Args["leg"])
	switch d.Kind {
	case "guest":
		return b.dialGuest(ctx, d, c)
	case "late":
		n := number(d.Args["n"])
		err := b.stepped(ctx, c.ID, hotline.GuestMove{N: n, Step: hotline.StepOver, Why: hotline.GuestLate})
		return ignore(err, hotline.ErrStale, hotline.ErrNotFound)
	case "tell":
		return b.tell(ctx, leg, d.Args["words"], c)
	case "unmute":
		return ignore(b.phone.Unmute(ctx, leg, c), hotline.ErrLegGone, hotline.ErrRefused)
	}
	return b.give(ctx, d, c)
}

// tell whispers to one leg, which nobody else hears. Whoever is not in the room
// just now goes without.
func (b *Board) tell(ctx context.Context, leg hotline.Leg, what string, c hotline.Case) error {
	if c.Conference == "" || c.State != hotline.Live {
		return nil
	}
	lang := c.Lang
	if leg != c.PatientLeg {
		var err error
		if lang, err = b.Speaks(ctx, c.Owner); err != nil {
			return err
		}
	}
	return ignore(b.phone.Whisper(ctx, leg, what, lang, c), hotline.ErrLegGone, hotline.ErrRefused)
}

// remindAgain is how soon a counselor is reminded again of who is on hold.
const remindAgain = later(60e9)

// held reminds the owner of a patient who is on hold.
func (b *Board) held(ctx context.Context, c hotline.Case) error {
	if c.HeldSince.IsZero() || c.State != hotline.Live {
		return nil
	}
	if err := b.tell(ctx, c.CounselorLeg, "held", c); err != nil {
		return err
	}
	return remindAgain
}

// give claims a transferred case for whom it is meant. Where they are taken
// meanwhile it stands at the head of its band, for everybody.
func (b *Board) give(ctx context.Context, d hotline.Due, c hotline.Case) error {
	if c.Epoch != d.Epoch || !c.State.Queued() {
		return nil
	}
	_, err := b.Claim(ctx, hotline.CounselorID(d.Args["to"]), c.ID, hotline.Token(d.ID))
	if errors.Is(err, hotline.ErrUnknown) {
		return err
	}
	if err != nil {
		b.log.InfoContext(ctx, "transfer goes to everybody", "case", c.ID, "error", err)
	}
	return nil
}

// dialGuest rings a guest. A second try first looks whether the first one went
// through; a leg of somebody else's talk to the same number is none of ours.
func (b *Board) dialGuest(ctx context.Context, d hotline.Due, c hotline.Case) error {
	n := number(d.Args["n"])
	g := c.Guest(n)
	if g.State != hotline.GuestAsked || g.Leg != "" || c.State != hotline.Live {
		return nil
	}
	leg, err := b.ringGuest(ctx, d, c, g)
	if errors.Is(err, hotline.ErrRefused) {
		_, over := b.store.Guest(ctx, c.ID, hotline.GuestMove{N: n, Step: hotline.StepOver, Why: hotline.GuestFailed})
		return errors.Join(err, ignore(over, hotline.ErrStale))
	}
	if err != nil {
		return err
	}
	err = b.stepped(ctx, c.ID, hotline.GuestMove{N: n, Step: hotline.StepLeg, Leg: leg})
	if errors.Is(err, hotline.ErrStale) {
		return ignore(b.phone.Dismiss(ctx, leg, "part", c), hotline.ErrLegGone)
	}
	return err
}

func (b *Board) ringGuest(ctx context.Context, d hotline.Due, c hotline.Case, g hotline.Guest) (hotline.Leg, error) {
	to := hotline.LifelineNumber()
	switch {
	case g.Kind == hotline.Interpreter:
		to = b.people.Interpreter()
	case g.Who != "":
		sh, err := b.store.Shift(ctx, g.Who)
		if err != nil {
			return "", err
		}
		if sh.Leg != "" && sh.Via == "phone" {
			if err := b.phone.Summon(ctx, sh.Leg, c, g.N); !errors.Is(err, hotline.ErrLegGone) {
				return sh.Leg, err
			}
		}
		if to, err = b.people.Number(ctx, g.Who); err != nil {
			return "", err
		}
	}
	if d.Try > 1 && g.Who != "" { // 988 and interpreters may be in other talks too: there the leg that picks up first is ours
		leg, known, err := b.phone.LiveSince(ctx, to, d.First)
		if err != nil || known {
			return leg, err
		}
	}
	return b.phone.Invite(ctx, to, c, g.N)
}
