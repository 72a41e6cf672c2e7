package intake_test

import (
	"context"

	"github.com/tideover/tideover/internal/hotline"
)

// Recorded implements intake.Cases.
func (s *records) Recorded(_ context.Context, _ hotline.CaseID, _ hotline.Leg, _ int, rec hotline.Recording, _ int, _ bool) error {
	s.recorded = append(s.recorded, rec)
	return nil
}
