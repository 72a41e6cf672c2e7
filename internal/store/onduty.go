package store

import (
	"context"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// dutyWarn is how long before its end supervisors are told.
const dutyWarn = 30 * time.Minute

// OnDuty tells who has acknowledged to be on call, with the store's clock; By
// is empty where nobody has, or once it has lapsed. It raises the alerts of an
// end that is near and of a lapse, once each. Errors: ErrUnknown, ErrEra.
func (s *Store) OnDuty(ctx context.Context) (hotline.Duty, error) {
	return s.onDuty(ctx, "", "", time.Time{})
}

// TakeDuty acknowledges it until then, in the place of whoever had it.
func (s *Store) TakeDuty(ctx context.Context, by hotline.CounselorID, until time.Time) (hotline.Duty, error) {
	return s.onDuty(ctx, "on", by, until)
}

// EndDuty takes it back before its end.
func (s *Store) EndDuty(ctx context.Context, by hotline.CounselorID) error {
	_, err := s.onDuty(ctx, "off", by, time.Time{})
	return err
}

func (s *Store) onDuty(ctx context.Context, do string, by hotline.CounselorID, until time.Time) (hotline.Duty, error) {
	r, err := s.run(ctx, "onduty", do, string(by), stamp(until), ms(dutyWarn))
	if err != nil {
		return hotline.Duty{}, err
	}
	return hotline.Duty{Now: millis(r.at(0)), By: hotline.CounselorID(r.at(1)), Since: millis(r.at(2)), Until: millis(r.at(3))}, verdict(r)
}
