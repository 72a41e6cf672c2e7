package dispatch

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// tired is how long a case that somebody gave back is not "the best" for them.
const tired = 10 * time.Minute

// Claim takes the named case, or the best for by. The ring is written in the
// same step and carried out by the due loop.
func (b *Board) Claim(ctx context.Context, by hotline.CounselorID, id hotline.CaseID, tok hotline.Token) (hotline.Case, error) {
	want, err := b.people.Want(ctx, by)
	if err != nil {
		return hotline.Case{}, fmt.Errorf("claim: %w", err)
	}
	want.Case = id
	c, err := b.store.Claim(ctx, want, by, tok)
	if err != nil {
		return hotline.Case{}, fmt.Errorf("claim: %w", err)
	}
	b.log.InfoContext(ctx, "case claimed", "case", c.ID, "epoch", c.Epoch)
	return c, nil
}

// Release gives a claim back: the caller stands at the old place. A talk is
// transferred instead.
func (b *Board) Release(ctx context.Context, by hotline.CounselorID, id hotline.CaseID) error {
	c, err := b.mine(ctx, by, id)
	if err != nil {
		return fmt.Errorf("release: %w", err)
	}
	fresh := c.Channel == hotline.SMS && c.State == hotline.Live && c.RepliedAt.IsZero()
	if c.State != hotline.Claimed && !fresh {
		return fmt.Errorf("release from %s: %w", c.State, hotline.ErrUseTransfer)
	}
	_, err = b.store.GiveBack(ctx, id, hotline.GiveBack{
		Epoch: c.Epoch, By: by, From: []hotline.State{hotline.Claimed, hotline.Live}, Code: "released", Exclude: tired,
	})
	if errors.Is(err, hotline.ErrStale) {
		return fmt.Errorf("release: %w", hotline.ErrUseTransfer)
	}
	return err
}

// Transfer puts the case at the head of its band, or gives it to a named
// person who is available. Should that person be taken at the last moment, the
// caller is the next of everybody.
func (b *Board) Transfer(ctx context.Context, by hotline.CounselorID, id hotline.CaseID, to string, band *hotline.Band, _ string, tok hotline.Token) error {
	g := hotline.GiveBack{
		By: by, From: []hotline.State{hotline.Claimed, hotline.Live, hotline.WrapUp}, Code: "transfer", Head: true, Band: band,
		TellPatient: true, Exclude: tired, Token: string(by) + ":" + string(tok),
	}
	if to != "queue" {
		g.To = hotline.CounselorID(to)
		if err := b.mayTake(ctx, g.To, id); err != nil {
			return fmt.Errorf("transfer: %w", err)
		}
	}
	_, err := b.store.GiveBack(ctx, id, g)
	if errors.Is(err, hotline.ErrStale) {
		err = hotline.ErrMove
	}
	if err != nil || to == "queue" {
		return err
	}
	c, err := b.store.Case(ctx, id)
	if err != nil {
		return nil //nolint:nilerr // it is done: the outbox gives it to them
	}
	give := hotline.Due{ID: "give:" + string(id) + ":" + strconv.FormatInt(c.Epoch, 10), Case: id, Epoch: c.Epoch, Args: map[string]string{"to": to}}
	return ignore(b.give(ctx, give, c), hotline.ErrUnknown)
}

// mayTake refuses whoever is not available now, or is in a talk already.
func (b *Board) mayTake(ctx context.Context, who hotline.CounselorID, id hotline.CaseID) error {
	sh, err := b.store.Shift(ctx, who)
	if err != nil {
		return err
	}
	if sh.State != hotline.Available {
		return hotline.ErrNotAvailable
	}
	if _, err := b.people.Want(ctx, who); err != nil {
		return err
	}
	for _, held := range sh.Cases {
		c, err := b.store.Case(ctx, held)
		if err == nil && c.Channel == hotline.Voice && held != id {
			return hotline.ErrAtLimit
		}
	}
	return nil
}

// Close ends the contact with a disposition and, where given, a last note.
func (b *Board) Close(ctx context.Context, by hotline.CounselorID, id hotline.CaseID, d hotline.Disposition, note string, tok hotline.Token) error {
	if note != "" {
		c, err := b.mine(ctx, by, id)
		if err != nil {
			return fmt.Errorf("close: %w", err)
		}
		if _, err := b.store.SaveNote(ctx, by, id, note, c.Note.Version, tok+":note"); err != nil {
			return fmt.Errorf("close: %w", err)
		}
	}
	_, err := b.store.Finish(ctx, id, hotline.Finish{By: by, To: hotline.Closed, Disposition: d, Token: string(by) + ":" + string(tok)})
	if errors.Is(err, hotline.ErrStale) {
		return fmt.Errorf("close: %w", hotline.ErrMove)
	}
	return err
}

// Write sends a text to the caller.
func (b *Board) Write(ctx context.Context, by hotline.CounselorID, id hotline.CaseID, text string, tok hotline.Token) (hotline.Message, error) {
	return b.store.Write(ctx, by, id, text, tok)
}

// SaveNote keeps a draft of the owner.
func (b *Board) SaveNote(ctx context.Context, by hotline.CounselorID, id hotline.CaseID, text string, version int, tok hotline.Token) (hotline.Note, error) {
	return b.store.SaveNote(ctx, by, id, text, version, tok)
}

// Escalate opens the emergency record, whoever it goes to, and pages; to 988
// it also asks 988 into a talk by phone. Who may is the console's to decide.
func (b *Board) Escalate(ctx context.Context, by hotline.CounselorID, id hotline.CaseID, to, _ string, tok hotline.Token) error {
	_, err := b.store.Raise(ctx, id, by, hotline.Emergency, true, 3, string(by)+":"+string(tok))
	if err != nil || to != "988" {
		return err
	}
	c, err := b.store.Case(ctx, id)
	if err != nil || c.State != hotline.Live || c.Channel != hotline.Voice {
		return err
	}
	_, err = b.invite(ctx, c, hotline.Invite{Kind: hotline.Lifeline, By: by, Token: string(by) + ":" + string(tok) + ":988"})
	return ignore(err, hotline.ErrMove, hotline.ErrStale) // it is on the way already, or the caller has left
}

// Emergency acknowledges, confirms or closes the record; who may is the
// console's to decide.
func (b *Board) Emergency(ctx context.Context, by hotline.CounselorID, id hotline.CaseID, do, words string, _ hotline.Token) (hotline.Case, error) {
	if err := b.store.Emergency(ctx, id, by, do, words); err != nil {
		return hotline.Case{}, fmt.Errorf("emergency %s: %w", do, err)
	}
	return b.store.Case(ctx, id)
}

func (b *Board) mine(ctx context.Context, by hotline.CounselorID, id hotline.CaseID) (hotline.Case, error) {
	c, err := b.store.Case(ctx, id)
	if err != nil {
		return hotline.Case{}, err
	}
	if c.Owner != by || !c.State.Owned() {
		return hotline.Case{}, hotline.ErrNotYours
	}
	return c, nil
}
