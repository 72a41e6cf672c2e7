package staff_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/staff"
)

func TestAPINIsKeptAsItsHashAndCanBeTakenAway(t *testing.T) {
	t.Parallel()
	r := &rows{}
	roster := staff.NewRoster(r, nil)
	for _, bad := range []string{"123", "123456789", "12a4", "12 4"} {
		if err := roster.SetPIN(t.Context(), "p", bad); !errors.Is(err, staff.ErrInvalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if err := roster.SetPIN(t.Context(), "p", "2468"); err != nil || !r.pin.Matches("2468") || r.pin.Matches("2469") {
		t.Errorf("%v", err)
	}
	if strings.Contains(fmt.Sprintf("%v %#v %s", r.pin, r.pin, string(r.pin)), "2468") {
		t.Error("the PIN is kept in plain")
	}
	if err := roster.SetPIN(t.Context(), "p", ""); err != nil || r.pin.Matches("2468") || r.pin.Matches("") {
		t.Errorf("taken away: %v", err)
	}
}
