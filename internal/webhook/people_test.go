package webhook_test

import (
	"context"

	"github.com/tideover/tideover/internal/hotline"
)

// people is a roster with nobody in it, and one person on call.
type people struct{}

func (people) Want(context.Context, hotline.CounselorID) (hotline.Want, error) {
	return hotline.Want{}, nil
}

func (people) Number(context.Context, hotline.CounselorID) (hotline.Number, error) {
	return hotline.Number{}, hotline.ErrNotFound
}

func (people) ByPhone(context.Context, hotline.Number) (hotline.CounselorID, hotline.Lang, error) {
	return "", "", hotline.ErrNotFound
}

func (people) PINMatches(context.Context, hotline.CounselorID, string) (bool, error) {
	return false, nil
}

func (people) Interpreter() hotline.Number { return hotline.Number{} }

func (people) Supervises(context.Context, hotline.CounselorID) (bool, error) { return false, nil }

func (people) OnCall() []hotline.Number { return []hotline.Number{number("+15550001001")} }
