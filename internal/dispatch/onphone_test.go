package dispatch_test

import (
	"context"
	"errors"
	"testing"

	"github.com/tideover/tideover/internal/dispatch"
	"github.com/tideover/tideover/internal/hotline"
)

// onPhone is a house with a counselor on the phone, at turn 3.
func onPhone(t *testing.T, state hotline.Presence) *house {
	t.Helper()
	h := newHouse(t, hotline.Connecting)
	h.c.CounselorLeg = cleg
	h.caller = hotline.OnPhone{Leg: cleg, Who: owner, Lang: hotline.English, Open: true, Turn: 3, Shift: hotline.Shift{State: state, RingMe: true}}
	h.waiting = [4]int{0, 1, 0, 2}
	return h
}

func TestTheKeysOfACounselorOnThePhone(t *testing.T) {
	t.Parallel()
	claim := "claim  by c-1 [] token leg:CAc:4"
	for name, c := range map[string]struct {
		state       hotline.Presence
		key         string
		first, then dispatch.Verdict
		want        []string
	}{
		"takes the next":            {hotline.Available, "1", "", dispatch.Join, []string{claim}},
		"a break":                   {hotline.Available, "*", "", dispatch.Paused, []string{"shift c-1 break by phone"}},
		"waits":                     {hotline.Available, "", "", dispatch.Next, nil},
		"another key":               {hotline.Available, "5", "", dispatch.Next, nil},
		"goes on after the break":   {hotline.Break, "1", "", dispatch.Next, []string{"shift c-1 available by phone"}},
		"the break goes on":         {hotline.Break, "", "", dispatch.Paused, nil},
		"a star on the break":       {hotline.Break, "*", "", dispatch.Paused, nil},
		"set off in the console":    {hotline.Off, "", "", dispatch.Paused, nil},
		"comes back after that too": {hotline.Off, "1", "", dispatch.Next, []string{"shift c-1 available by phone"}},
	} {
		h := onPhone(t, c.state)
		p, err := h.Phone(t.Context(), cleg, 4, c.key)
		if err != nil || p.First != c.first || p.Then != c.then || p.Turn != 4 || p.Current {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
		h.expect(t, name, c.want...)
	}
}

func TestWhoIsFasterIsToldAndNothingElseHappens(t *testing.T) {
	t.Parallel()
	for fault, first := range map[error]dispatch.Verdict{hotline.ErrNobody: dispatch.Faster, hotline.ErrAtLimit: "", hotline.ErrNotAvailable: ""} {
		h := onPhone(t, hotline.Available)
		h.fail["claim"] = fault
		if p, err := h.Phone(t.Context(), cleg, 4, "1"); err != nil || p.First != first || p.Then != dispatch.Next {
			t.Errorf("%v: %+v, %v", fault, p, err)
		}
	}
	h := onPhone(t, hotline.Available)
	h.fail["claim"] = hotline.ErrUnknown
	if _, err := h.Phone(t.Context(), cleg, 4, "1"); !errors.Is(err, hotline.ErrUnknown) {
		t.Errorf("the store fails: %v", err)
	}
}

func TestHowATalkEndedIsSaidByKey(t *testing.T) {
	t.Parallel()
	for key, d := range map[string]string{"1": "helped", "2": "rerouted", "3": "referred", "4": "callback", "5": "no_contact", "6": "other", "": "", "7": "", "*": ""} {
		h := onPhone(t, hotline.Available)
		h.caller.Held, h.caller.State = id, hotline.WrapUp
		p, err := h.Phone(t.Context(), cleg, 4, key)
		if d == "" {
			if err != nil || p.Then != dispatch.WrapUp || len(h.calls) > 0 {
				t.Errorf("%q: %+v, %v, %q", key, p, err, h.calls)
			}
			continue
		}
		if err != nil || p.First != dispatch.Noted || p.Then != dispatch.Next {
			t.Errorf("%q: %+v, %v", key, p, err)
		}
		h.expect(t, key, `finish closed `+d+` by "c-1" epoch 0`)
	}
}

func TestALegThatComesBackStandsWhereItsCaseStands(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(h *house)
		turn   int
		then   dispatch.Verdict
		kept   bool
	}{
		"from a talk that is over":     {func(*house) {}, 0, dispatch.Next, true},
		"to the talk that goes on":     {func(h *house) { h.caller.Held, h.caller.State = id, hotline.Connecting }, 0, dispatch.Back, true},
		"to a case of another leg":     {func(h *house) { h.caller.Held, h.caller.State, h.c.CounselorLeg = id, hotline.Connecting, "CAx" }, 0, dispatch.Next, true},
		"to the wrap-up":               {func(h *house) { h.caller.Held, h.caller.State = id, hotline.WrapUp }, 0, dispatch.WrapUp, true},
		"a turn that is over":          {func(*house) {}, 2, dispatch.Next, false},
		"a turn that never was":        {func(*house) {}, 9, dispatch.Next, false},
		"a turn before the PIN":        {func(h *house) { h.caller.Open = false }, 9, dispatch.AskPIN, false},
		"after another call took over": {func(h *house) { h.caller.Over = true }, 4, dispatch.HungUp, true},
		"as a patient":                 {func(h *house) { h.caller.Patient, h.caller.Open = true, false }, 4, dispatch.AsPatient, true},
		"unknown here":                 {func(h *house) { h.caller = hotline.OnPhone{} }, 4, dispatch.Again, true},
		"disabled meanwhile":           {func(h *house) { h.fail["want"] = hotline.ErrNotAvailable }, 0, dispatch.HungUp, true},
	} {
		h := onPhone(t, hotline.Available)
		c.change(h)
		p, err := h.Phone(t.Context(), cleg, c.turn, "1")
		if err != nil || p.Then != c.then || p.Current == c.kept || len(h.calls) > 0 {
			t.Errorf("%s: %+v, %v, %q", name, p, err, h.calls)
		}
	}
}

func TestThreeTriesAtThePIN(t *testing.T) {
	t.Parallel()
	h := onPhone(t, hotline.Off)
	h.caller.Open = false
	for i, c := range []struct {
		digits      string
		first, then dispatch.Verdict
	}{{"0000", dispatch.WrongPIN, dispatch.AskPIN}, {"", dispatch.WrongPIN, dispatch.AskPIN}, {"1357", "", dispatch.NoPIN}} {
		p, err := h.Phone(t.Context(), cleg, 4, c.digits)
		if err != nil || p.First != c.first || p.Then != c.then {
			t.Errorf("try %d: %+v, %v", i+1, p, err)
		}
	}
	h.expect(t, "tries", "pin 4 wrong", "pin 4 none", "pin 4 wrong")
	h.calls = nil
	if p, err := h.Phone(t.Context(), cleg, 4, "2468"); err != nil || p.First != dispatch.On || p.Then != dispatch.Next || p.Waiting != h.waiting {
		t.Errorf("%+v, %v", p, err)
	}
	h.expect(t, "the right one", "pin 4 right")
	for _, key := range []string{"0", "9", "*"} {
		h.calls = nil
		if p, err := h.Phone(t.Context(), cleg, 4, key); err != nil || p.Then != dispatch.AsPatient {
			t.Errorf("%s: %+v, %v", key, p, err)
		}
		h.expect(t, key, "aspatient")
	}
}

func TestWhoCallsIn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(h *house)
		staff  bool
		fails  bool
		note   string
	}{
		"a counselor with a PIN":      {func(*house) {}, true, false, ""},
		"anybody else":                {func(h *house) { h.fail["byphone"] = hotline.ErrNotFound }, false, false, ""},
		"a number that is locked":     {func(h *house) { h.locked = true }, false, false, "locked"},
		"while the store fails":       {func(h *house) { h.fail["byphone"] = hotline.ErrUnknown }, false, true, ""},
		"while the store fails later": {func(h *house) { h.fail["callin"] = hotline.ErrUnknown }, true, true, ""},
	} {
		h, said := onPhone(t, hotline.Off), ""
		h.Records(func(_ context.Context, _ hotline.CounselorID, _, outcome string, _ hotline.CaseID) { said = outcome })
		c.change(h)
		_, staff, err := h.Board.CallIn(t.Context(), cleg, number("+15550002001"))
		if staff != c.staff && !c.fails || (err != nil) != c.fails || said != c.note {
			t.Errorf("%s: %v, %v, recorded %q", name, staff, err, said)
		}
	}
}

func TestTheEndOfACounselorsCall(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(h *house)
		want   []string
	}{
		"between talks":         {func(*house) {}, []string{"hangup"}},
		"while connecting":      {func(h *house) { h.caller.Held = id }, []string{"hangup", "giveback line-lost epoch 5 tell"}},
		"in the talk":           {func(h *house) { h.caller.Held, h.c.State = id, hotline.Live }, []string{"hangup", "handover", "giveback line-lost epoch 5 head tell"}},
		"after it":              {func(h *house) { h.caller.Held, h.c.State = id, hotline.WrapUp }, []string{"hangup"}},
		"a case of another leg": {func(h *house) { h.caller.Held, h.c.CounselorLeg = id, "CAx" }, []string{"hangup"}},
		"somebody else's call":  {func(h *house) { h.caller = hotline.OnPhone{} }, nil},
	} {
		h := onPhone(t, hotline.Available)
		h.fail["handover"] = hotline.ErrStale
		c.change(h)
		if err := h.PhoneOver(t.Context(), cleg); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		h.expect(t, name, c.want...)
	}
}

func TestALegThatAsksNothingMoreCountsAsHungUpUnlessItTalks(t *testing.T) {
	t.Parallel()
	for state, want := range map[hotline.State][]string{
		"": {"hangup", "done idle"}, hotline.WrapUp: {"hangup", "done idle"}, hotline.Live: {"later idle 1m30s"}, hotline.Connecting: {"later idle 1m30s"},
	} {
		h := onPhone(t, hotline.Available)
		h.caller.State = state
		h.Do(t.Context(), hotline.Due{Kind: "idle", Try: 1, Args: map[string]string{"leg": string(cleg)}})
		h.expect(t, string(state), want...)
	}
}

func TestAClaimOfWhoIsOnThePhoneLeadsThatLeg(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		via  string
		fail error
		want []string
	}{
		"on the phone":        {"phone", nil, []string{"beckon CAc", "ringing cleg CAc", "done ring"}},
		"just hung up":        {"phone", hotline.ErrLegGone, []string{"beckon CAc", "ring •••2001", "ringing cleg CAc", "done ring"}},
		"went to the console": {"console", nil, []string{"ring •••2001", "ringing cleg CAc", "done ring"}},
	} {
		h := newHouse(t, hotline.Claimed)
		h.shifts[owner] = hotline.Shift{State: hotline.Available, Via: c.via, Leg: cleg}
		h.fail["beckon"] = c.fail
		h.Do(t.Context(), hotline.Due{Kind: "ring", Case: id, Epoch: epoch, Try: 1})
		h.expect(t, name, c.want...)
	}
}
