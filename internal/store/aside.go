package store

import (
	"context"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// awayFor is how long the owner of a talk may be in the menu behind the star:
// its words, a key, and as much again. After that the line counts as lost.
const awayFor = 45 * time.Second

// Aside takes the owner of a talk out of the room to the menu, or back into it.
// Errors: ErrStale, with the state that it found.
func (s *Store) Aside(ctx context.Context, id hotline.CaseID, a hotline.Aside) (hotline.State, error) {
	way := "out"
	if a.Back {
		way = "back"
	}
	r, err := s.run(ctx, "aside", string(id), a.Epoch, string(a.Leg), a.Turn, way, ms(awayFor))
	if err != nil {
		return "", err
	}
	s.kick()
	return hotline.State(r.at(0)), verdict(r)
}
