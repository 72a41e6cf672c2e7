package dispatch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// Proves sets where the steps of a guest are recorded that no person takes:
// dialled, answered, in the talk, left. It is called before Run.
func (b *Board) Proves(proof func(ctx context.Context, by hotline.CounselorID, action, outcome string, id hotline.CaseID)) {
	b.proof = proof
}

// HandOver rings another counselor, who comes into the talk to take it over.
// Errors: ErrMove (no talk by phone, or somebody is on the way already),
// ErrNotAvailable, ErrAtLimit, ErrNotQualified.
func (b *Board) HandOver(ctx context.Context, by hotline.CounselorID, id hotline.CaseID, to hotline.CounselorID, tok hotline.Token) (hotline.Guest, error) {
	want, err := b.people.Want(ctx, to)
	if err != nil {
		return hotline.Guest{}, fmt.Errorf("hand over: %w", err)
	}
	return b.ask(ctx, id, hotline.Invite{Kind: hotline.Successor, Who: to, Own: want.Own, By: by, Token: token(by, tok)})
}

// Interpret rings the line's interpreters into the talk. Errors: ErrNoNumber,
// ErrMove.
func (b *Board) Interpret(ctx context.Context, by hotline.CounselorID, id hotline.CaseID, tok hotline.Token) (hotline.Guest, error) {
	if !b.people.Interpreter().Known() {
		return hotline.Guest{}, hotline.ErrNoNumber
	}
	return b.ask(ctx, id, hotline.Invite{Kind: hotline.Interpreter, By: by, Token: token(by, tok)})
}

// Supervise rings a supervisor's own phone into the talk: to listen, or, with
// talk, to be heard. Who listens already is heard from now on. Errors: ErrMove,
// ErrAtLimit, ErrNoNumber.
func (b *Board) Supervise(ctx context.Context, by hotline.CounselorID, id hotline.CaseID, talk bool, tok hotline.Token) (hotline.Guest, error) {
	c, err := b.store.Case(ctx, id)
	if err != nil {
		return hotline.Guest{}, err
	}
	for _, g := range c.Guests {
		if !g.Open() || g.Who != by {
			continue
		}
		if !talk || g.Kind != hotline.Listener {
			return g, nil
		}
		_, err := b.store.Guest(ctx, id, hotline.GuestMove{N: g.N, Step: hotline.StepHeard, By: by})
		g.Kind = hotline.Joiner
		return g, err
	}
	to, err := b.people.Number(ctx, by)
	if err != nil {
		return hotline.Guest{}, err
	}
	if !to.Known() {
		return hotline.Guest{}, hotline.ErrNoNumber
	}
	i := hotline.Invite{Kind: hotline.Listener, Who: by, Own: to, By: by, Token: token(by, tok)}
	if talk {
		i.Kind = hotline.Joiner
	}
	return b.ask(ctx, id, i)
}

// WantSupervisor alerts the supervisors, and rings those on shift who want to
// be rung. The caller hears nothing of it.
func (b *Board) WantSupervisor(ctx context.Context, by hotline.CounselorID, id hotline.CaseID) error {
	c, err := b.store.Case(ctx, id)
	if err != nil {
		return err
	}
	if !c.State.Owned() {
		return hotline.ErrMove
	}
	return b.wantSupervisor(ctx, c, by)
}

func (b *Board) wantSupervisor(ctx context.Context, c hotline.Case, by hotline.CounselorID) error {
	if err := b.store.Alert(ctx, hotline.SupervisorWanted(c.ID), "A counselor in a talk asks for a supervisor."); err != nil {
		return err
	}
	on, err := b.store.OnShift(ctx)
	if err != nil || c.State != hotline.Live || c.Channel != hotline.Voice {
		return err
	}
	for who, sh := range on {
		if is, err := b.people.Supervises(ctx, who); err != nil || !is || !sh.RingMe || sh.State != hotline.Available || who == c.Owner {
			continue
		}
		_, err := b.invite(ctx, c, hotline.Invite{Kind: hotline.Listener, Who: who, By: by})
		if err = ignore(err, hotline.ErrMove, hotline.ErrAtLimit, hotline.ErrNotQualified, hotline.ErrStale); err != nil {
			return err
		}
	}
	return nil
}

// Hold puts the patient on hold, with words, or takes them back. Errors:
// ErrMove where there is no talk by phone.
func (b *Board) Hold(ctx context.Context, id hotline.CaseID, on bool) (hotline.Case, error) {
	c, err := b.store.Case(ctx, id)
	if err != nil {
		return c, err
	}
	if err := b.store.Hold(ctx, id, c.Epoch, on); err != nil {
		return c, moved(err)
	}
	return b.store.Case(ctx, id)
}

// Guest does what a person decides about a guest: "confirm" makes another
// counselor the owner, or says that 988 talks with the caller; "end" sends a
// guest away. Errors: ErrMove, ErrNotFound.
func (b *Board) Guest(ctx context.Context, by hotline.CounselorID, id hotline.CaseID, n int, do string) (hotline.Case, error) {
	c, err := b.store.Case(ctx, id)
	if err != nil {
		return c, err
	}
	g := c.Guest(n)
	switch {
	case g.Kind == "":
		return c, hotline.ErrNotFound
	case do == "end":
		_, err = b.store.Guest(ctx, id, hotline.GuestMove{N: n, Step: hotline.StepOver, By: by, Why: hotline.GuestSentAway})
	case g.Kind == hotline.Successor && g.State == hotline.GuestOwns: // confirmed already
	case g.Kind == hotline.Successor:
		err = b.store.HandTo(ctx, id, c.Epoch, n, by)
	default:
		_, err = b.store.Guest(ctx, id, hotline.GuestMove{N: n, Step: hotline.StepConfirm, By: by})
	}
	if err != nil {
		return c, moved(err)
	}
	return b.store.Case(ctx, id)
}

// End ends the talk: the caller hears the goodbye with 988 and 911, or, hush,
// words that tell nothing to whoever stands beside them. Errors: ErrMove, also
// while 988 is in the room and nobody has said that they talk.
func (b *Board) End(ctx context.Context, by hotline.CounselorID, id hotline.CaseID, hush bool, tok hotline.Token) (hotline.Case, error) {
	c, err := b.store.Case(ctx, id)
	if err != nil {
		return c, err
	}
	if c.Channel != hotline.Voice || c.State != hotline.Live && c.State != hotline.WrapUp {
		return c, hotline.ErrMove
	}
	_, err = b.store.Finish(ctx, id, hotline.Finish{Epoch: c.Epoch, To: hotline.WrapUp, Hush: hush, Token: token(by, tok)})
	if err != nil {
		return c, moved(err)
	}
	return b.store.Case(ctx, id)
}

// token makes the token of a request one of a person.
func token(by hotline.CounselorID, tok hotline.Token) string { return string(by) + ":" + string(tok) }

func moved(err error) error {
	if errors.Is(err, hotline.ErrStale) {
		return hotline.ErrMove
	}
	return err
}

// ask is invite by the number of the case.
func (b *Board) ask(ctx context.Context, id hotline.CaseID, i hotline.Invite) (hotline.Guest, error) {
	c, err := b.store.Case(ctx, id)
	if err != nil {
		return hotline.Guest{}, err
	}
	n, err := b.invite(ctx, c, i)
	if err != nil {
		return hotline.Guest{}, moved(err)
	}
	if c, err = b.store.Case(ctx, id); err != nil {
		return hotline.Guest{}, err
	}
	return c.Guest(n), nil
}

func (b *Board) invite(ctx context.Context, c hotline.Case, i hotline.Invite) (int, error) {
	i.Epoch = c.Epoch
	n, err := b.store.AskIn(ctx, c.ID, i)
	if err == nil {
		b.log.InfoContext(ctx, "guest asked into a talk", "case", c.ID, "kind", i.Kind, "guest", n)
	}
	return n, err
}

// askIn carries out a key of the menu: 5 hands over to the counselor who has
// been free the longest, or confirms the one who has come; 6 an interpreter; 8
// asks 988 in, or notes that they talk.
func (b *Board) askIn(ctx context.Context, c hotline.Case, key, tok string) (Verdict, error) {
	i := hotline.Invite{Kind: hotline.Successor, By: c.Owner, Token: tok}
	switch key {
	case "5":
		if g := c.OpenGuest(hotline.Successor); g.State == hotline.GuestIn {
			err := b.store.HandTo(ctx, c.ID, c.Epoch, g.N, c.Owner)
			b.note(ctx, c.Owner, "handover", "confirmed", c.ID)
			return Out, err
		}
		who, err := b.longestFree(ctx, c)
		if err != nil || who == "" {
			return NotNow, err
		}
		i.Who = who
	case "6":
		if i.Kind = hotline.Interpreter; !b.people.Interpreter().Known() {
			return NotNow, nil
		}
	case "8":
		i.Kind = hotline.Lifeline
		if g := c.OpenGuest(hotline.Lifeline); g.State == hotline.GuestIn {
			if _, err := b.store.Guest(ctx, c.ID, hotline.GuestMove{N: g.N, Step: hotline.StepConfirm, By: c.Owner}); err != nil {
				return NotNow, ignore(err, hotline.ErrStale)
			}
			b.note(ctx, c.Owner, string(hotline.Lifeline), "confirmed", c.ID)
			return Sure, nil
		}
		if _, err := b.store.Raise(ctx, c.ID, c.Owner, hotline.Emergency, true, 3, tok+":em"); err != nil {
			return NotNow, err
		}
	}
	_, err := b.invite(ctx, c, i)
	switch {
	case errors.Is(err, hotline.ErrMove): // on the way already
	case errors.Is(err, hotline.ErrStale), errors.Is(err, hotline.ErrAtLimit), errors.Is(err, hotline.ErrNotAvailable), errors.Is(err, hotline.ErrNotQualified):
		return NotNow, nil
	case err == nil:
		b.note(ctx, c.Owner, string(i.Kind), "asked", c.ID)
	}
	return Called, err
}

// longestFree is who could take over a talk and has been free the longest;
// empty where there is nobody.
func (b *Board) longestFree(ctx context.Context, c hotline.Case) (hotline.CounselorID, error) {
	on, err := b.store.OnShift(ctx)
	if err != nil {
		return "", err
	}
	var best hotline.CounselorID
	var since time.Time
	for who, sh := range on {
		if who == c.Owner || sh.State != hotline.Available || len(sh.Cases) > 0 || !slices.Contains(sh.Channels, hotline.Voice) {
			continue
		}
		want, err := b.people.Want(ctx, who)
		if err != nil || c.Lang != "" && !slices.Contains(want.Langs, c.Lang) {
			continue
		}
		if best == "" || sh.Since.Before(since) {
			best, since = who, sh.Since
		}
	}
	return best, nil
}

// leaveWithLifeline leaves a patient in the room with 988 whose counselor's
// line is gone; a supervisor has to look. It reports whether that was so.
func (b *Board) leaveWithLifeline(ctx context.Context, c hotline.Case) (bool, error) {
	_, err := b.store.Finish(ctx, c.ID, hotline.Finish{Epoch: c.Epoch, To: hotline.WrapUp, Lost: true})
	if errors.Is(err, hotline.ErrStale) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if c.OpenGuest(hotline.Lifeline).ConfirmedAt.IsZero() {
		return true, b.store.Alert(ctx, hotline.SupervisorWanted(c.ID), "A counselor's line closed while 988 was in the talk: the caller is with 988.")
	}
	return true, nil
}
