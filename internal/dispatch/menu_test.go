package dispatch_test

import (
	"errors"
	"testing"

	"github.com/tideover/tideover/internal/dispatch"
	"github.com/tideover/tideover/internal/hotline"
)

// second is a request of the owner's leg at its second turn.
func second() dispatch.Step { return dispatch.Step{Case: id, Epoch: epoch, Leg: cleg, Turn: 2} }

func TestTheStarLeadsTheOwnerToTheMenuAndNobodyElse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		state hotline.State
		leg   hotline.Leg
		up    bool
		v     dispatch.Verdict
		want  []string
	}{
		"star of the owner":       {hotline.Live, cleg, true, dispatch.Menu, []string{"aside 2 back false"}},
		"star of a third person":  {hotline.Live, "CAthird", true, dispatch.Ended, nil},
		"room ended, leg is over": {hotline.Live, cleg, false, dispatch.Ended, nil},
		"star before both are in": {hotline.Connecting, cleg, true, dispatch.Back, nil},
		"star after the end":      {hotline.WrapUp, cleg, true, dispatch.Ended, nil},
		"star after a hang-up":    {hotline.Closed, cleg, true, dispatch.Left, nil},
	} {
		h := newHouse(t, c.state)
		h.c.CounselorLeg = cleg
		s := second()
		s.Leg = c.leg
		if v, _, err := h.Starred(t.Context(), s, c.up); err != nil || v != c.v {
			t.Errorf("%s: %s, %v; want %s", name, v, err, c.v)
		}
		h.expect(t, name, c.want...)
	}
}

func TestTheKeysOfTheMenu(t *testing.T) {
	t.Parallel()
	back := "aside 2 back true"
	for key, c := range map[string]struct {
		v    dispatch.Verdict
		want []string
	}{
		"":  {dispatch.Back, []string{back}}, // silence
		"1": {dispatch.Back, []string{back}},
		"2": {dispatch.Asked, []string{"alert supervisor:" + string(id), back}},
		"3": {dispatch.Ended, []string{`finish wrap_up escalated by "" epoch 5`}},
		"4": {dispatch.Join, []string{back}},
		"9": {dispatch.Alarmed, []string{`raise emergency by c-1 alarm true risk 3 token leg:CAc:2:9`, back}},
		"7": {dispatch.Back, []string{back}}, "#": {dispatch.Back, []string{back}},
	} {
		h := newHouse(t, hotline.Live)
		h.c.CounselorLeg, h.c.Away = cleg, 2
		if v, _, err := h.MenuPressed(t.Context(), second(), key); err != nil || v != c.v {
			t.Errorf("%q: %s, %v; want %s", key, v, err, c.v)
		}
		h.expect(t, key, c.want...)
	}
}

func TestAKeyOfAMenuThatIsOverChangesNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(c *hotline.Case)
		v      dispatch.Verdict
	}{
		"a later menu is open":      {func(c *hotline.Case) { c.Away = 4 }, dispatch.Back},
		"back in the talk":          {func(c *hotline.Case) { c.Away = 0 }, dispatch.Back},
		"the caller hung up":        {func(c *hotline.Case) { c.State = hotline.WrapUp }, dispatch.Ended},
		"closed in the console":     {func(c *hotline.Case) { c.State = hotline.Closed }, dispatch.Left},
		"somebody else has it":      {func(c *hotline.Case) { c.Epoch = 7 }, dispatch.Taken},
		"it went back to the queue": {func(c *hotline.Case) { c.Epoch, c.State = 6, hotline.Waiting }, dispatch.Released},
	} {
		for _, key := range []string{"1", "2", "3", "9", ""} {
			h := newHouse(t, hotline.Live)
			h.c.CounselorLeg, h.c.Away = cleg, 2
			c.change(&h.c)
			if v, _, err := h.MenuPressed(t.Context(), second(), key); err != nil || v != c.v || len(h.calls) > 0 {
				t.Errorf("%s, key %q: %s, %v, did %q; want %s", name, key, v, err, h.calls, c.v)
			}
		}
	}
}

func TestAMenuWithoutTheStoreIsAskedAgain(t *testing.T) {
	t.Parallel()
	for key, what := range map[string]string{"9": "raise", "2": "alert", "3": "finish", "1": "aside"} {
		h := newHouse(t, hotline.Live)
		h.c.CounselorLeg, h.c.Away = cleg, 2
		h.fail[what] = hotline.ErrUnknown
		if _, _, err := h.MenuPressed(t.Context(), second(), key); !errors.Is(err, hotline.ErrUnknown) {
			t.Errorf("%s: %v", key, err)
		}
	}
}

func TestWhoStaysInTheMenuTooLongIsALostLine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		away int
		menu string
		want []string
	}{
		"the star came, no menu followed":        {0, "", []string{"handover", "giveback line-lost epoch 5 head tell", "done star"}},
		"the menu opened meanwhile":              {2, "", []string{"done star"}},
		"the menu is open, nobody came back":     {2, "2", []string{"handover", "giveback line-lost epoch 5 head tell", "done star"}},
		"an earlier menu's, a later one is open": {4, "2", []string{"done star"}},
	} {
		h := newHouse(t, hotline.Live)
		h.c.CounselorLeg, h.c.Away = cleg, c.away
		h.fail["handover"] = hotline.ErrStale
		h.Do(t.Context(), hotline.Due{Kind: "star", Case: id, Epoch: epoch, Try: 1, Args: map[string]string{"menu": c.menu}})
		h.expect(t, name, c.want...)
	}
}

func TestThePatientIsLedOutAndBackByNamesOfTheirOwn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind   string
		parked bool
		outs   int
		want   string
	}{
		"into the room":              {"join", false, 0, "move CAp join-5"},
		"out for the menu":           {"park", true, 2, "move CAp park-5-2"},
		"back after it":              {"join", false, 2, "move CAp join-5-2"},
		"back, but out again":        {"join", true, 4, ""},
		"out, but back again":        {"park", false, 2, ""},
		"out for the second menu":    {"park", true, 4, "move CAp park-5-4"},
		"the counselor came not yet": {"join", true, 2, ""},
	} {
		h := newHouse(t, hotline.Live)
		h.c.Parked, h.c.Outs = c.parked, c.outs
		h.Do(t.Context(), hotline.Due{Kind: c.kind, Case: id, Epoch: epoch, Try: 1})
		want := []string{"done " + c.kind}
		if c.want != "" {
			want = append([]string{c.want}, want...)
		}
		h.expect(t, name, want...)
	}
}
