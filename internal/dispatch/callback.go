package dispatch

import (
	"context"
	"errors"

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

// CallbackPressed is the key at the patient's gate: 1 joins the room.
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
	return Released, c, b.notReached(ctx, id, epoch)
}

// CallbackOver is the end of a dial-back that did not reach the patient.
func (b *Board) CallbackOver(ctx context.Context, id hotline.CaseID, epoch int64, leg hotline.Leg) error {
	c, err := b.store.Case(ctx, id)
	if errors.Is(err, hotline.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if c.PatientLeg == leg {
		_, err := b.store.Leave(ctx, id, leg)
		if errors.Is(err, hotline.ErrStale) {
			return nil
		}
		return err
	}
	return b.notReached(ctx, id, epoch)
}

func (b *Board) notReached(ctx context.Context, id hotline.CaseID, epoch int64) error {
	_, err := b.store.GiveBack(ctx, id, hotline.GiveBack{
		Epoch: epoch, From: []hotline.State{hotline.Connecting}, Code: "not-reached", Attempt: true,
	})
	if errors.Is(err, hotline.ErrStale) || errors.Is(err, hotline.ErrNotFound) {
		return nil
	}
	return err
}
