package dispatch

import (
	"context"
	"errors"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// CalledBack says what a patient's phone hears that we dialled: the gate, or
// a goodbye where the counselor is gone.
func (b *Board) CalledBack(ctx context.Context, id hotline.CaseID, epoch int64) (Verdict, hotline.Case, error) {
	c, err := b.store.Case(ctx, id)
	if errors.Is(err, hotline.ErrNotFound) {
		return Released, c, nil
	}
	if err != nil {
		return "", c, err
	}
	if c.Epoch != epoch || c.State != hotline.Connecting {
		return Released, c, nil
	}
	return Gate, c, nil
}

// CallbackPressed is the key at the patient's gate: 1 joins the room. Nothing
// is a machine, or somebody else who waits; another key is a no.
func (b *Board) CallbackPressed(ctx context.Context, id hotline.CaseID, epoch int64, leg hotline.Leg, key string) (Verdict, hotline.Case, error) {
	if key == "1" {
		err := b.store.PickUp(ctx, id, epoch, leg)
		if err == nil {
			c, err := b.store.Case(ctx, id)
			return Join, c, err
		}
		if !errors.Is(err, hotline.ErrStale) {
			return "", hotline.Case{}, err
		}
	}
	c, err := b.store.Case(ctx, id)
	if errors.Is(err, hotline.ErrNotFound) {
		return Released, c, nil
	}
	if err != nil {
		return "", c, err
	}
	if key == "1" || c.Epoch != epoch || c.State != hotline.Connecting {
		return Released, c, nil
	}
	v, code := Declined, hotline.CalledDeclined
	if key == "" {
		v, code = Nobody, hotline.CalledSilent
		if c.Callback != nil && c.Callback.Message {
			v, code = Message, hotline.CalledMessage
		}
	}
	return v, c, b.notReached(ctx, id, epoch, code)
}

// ended says what the status of a dial-back's leg means that was not taken.
var ended = map[string]string{
	"busy": hotline.CalledBusy, "no-answer": hotline.CalledNoAnswer, "failed": hotline.CalledFailed, "canceled": hotline.CalledFailed,
}

// CallbackOver is the end of a dial-back's leg.
func (b *Board) CallbackOver(ctx context.Context, id hotline.CaseID, epoch int64, leg hotline.Leg, status string) error {
	c, err := b.store.Case(ctx, id)
	if errors.Is(err, hotline.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if c.PatientLeg == leg {
		_, err := b.store.Leave(ctx, id, leg)
		return ignore(err, hotline.ErrStale)
	}
	code, known := ended[status]
	if !known {
		code = hotline.CalledSilent
	}
	return b.notReached(ctx, id, epoch, code)
}

func (b *Board) notReached(ctx context.Context, id hotline.CaseID, epoch int64, code string) error {
	_, err := b.store.GiveBack(ctx, id, hotline.GiveBack{
		Epoch: epoch, From: []hotline.State{hotline.Connecting}, Code: code, Attempt: true,
	})
	return ignore(err, hotline.ErrStale, hotline.ErrNotFound)
}

// dial calls a patient back for the counselor who waits in the room.
func (b *Board) dial(ctx context.Context, d hotline.Due, c hotline.Case) error {
	if c.State != hotline.Connecting || c.PatientLeg != "" {
		return nil
	}
	leg, known := hotline.Leg(""), false
	var err error
	if d.Try > 1 {
		if leg, known, err = b.phone.LiveSince(ctx, c.Dial(), d.First); err != nil {
			return err
		}
	}
	if !known {
		leg, err = b.phone.DialBack(ctx, c)
	}
	if errors.Is(err, hotline.ErrRefused) {
		return errors.Join(err, b.notReached(ctx, c.ID, c.Epoch, hotline.CalledFailed))
	}
	if err != nil {
		return err
	}
	err = b.store.Ringing(ctx, c.ID, c.Epoch, leg, hotline.DialBackField)
	if errors.Is(err, hotline.ErrStale) { // nobody waits for them any more: their phone hears so, in their own words
		return ignore(b.phone.Dismiss(ctx, leg, "later", c), hotline.ErrLegGone)
	}
	return err
}

// aMinute is how soon a promise is looked at again whose caller is being
// called, or is on the line.
const aMinute = time.Minute

// hours: the hours in which somebody may be called are over.
func (b *Board) hours(ctx context.Context, d hotline.Due, c hotline.Case) error {
	if c.Callback == nil || c.State == hotline.Closed || c.Callback.Till.After(d.Now) {
		return nil
	}
	return ignore(b.store.NextHours(ctx, c), hotline.ErrStale)
}

// told: the time by which somebody was promised a call is near, or over.
func (b *Board) told(ctx context.Context, c hotline.Case) error {
	switch c.State {
	case hotline.Promised:
		return ignore(b.store.Told(ctx, c.ID), hotline.ErrStale)
	case hotline.Waiting, hotline.Claimed, hotline.Connecting:
		return later(aMinute)
	case hotline.Triage, hotline.Live, hotline.WrapUp, hotline.Closed:
	}
	return nil
}
