package store

import (
	"context"
	"strconv"

	"github.com/tideover/tideover/internal/hotline"
)

// Raise makes a case more urgent; alarm opens the emergency record and pages.
func (s *Store) Raise(ctx context.Context, id hotline.CaseID, by hotline.CounselorID, band hotline.Band, alarm bool, risk int, token string) (hotline.State, error) {
	level := ""
	if risk > 0 {
		level = strconv.Itoa(risk)
	}
	r, err := s.run(ctx, "raise", string(id), string(by), int(band), flag(alarm), ms(s.opt.PageAgain), level, token)
	if err != nil {
		return "", err
	}
	s.kick()
	return hotline.State(r.at(0)), verdict(r)
}

// Emergency does what: acknowledge, attend, confirm or close with words.
func (s *Store) Emergency(ctx context.Context, id hotline.CaseID, who hotline.CounselorID, what, words string) error {
	sealed := ""
	if words != "" {
		var err error
		if sealed, err = s.seal(string(id), "em_words", openDays, []byte(words)); err != nil {
			return err
		}
	}
	r, err := s.run(ctx, "emergency", string(id), string(who), what, sealed, ms(s.opt.KeepCase))
	if err != nil {
		return err
	}
	return verdict(r)
}

// PassOn lets the next person on call be paged at once.
func (s *Store) PassOn(ctx context.Context, id hotline.CaseID) error {
	_, err := s.run(ctx, "passon", string(id))
	s.kick()
	return err
}
