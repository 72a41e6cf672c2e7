package dispatch_test

import (
	"errors"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/dispatch"
	"github.com/tideover/tideover/internal/hotline"
)

func TestWhatACounselorsPhoneHearsWhenPickedUp(t *testing.T) {
	t.Parallel()
	for state, want := range map[hotline.State]dispatch.Verdict{
		hotline.Triage: dispatch.Released, hotline.Waiting: dispatch.Released, hotline.Promised: dispatch.Released, hotline.Claimed: dispatch.Gate,
		hotline.Connecting: dispatch.Taken, hotline.Live: dispatch.Taken, hotline.WrapUp: dispatch.Ended, hotline.Closed: dispatch.Left,
	} {
		h := newHouse(t, state)
		if v, _, err := h.Answered(t.Context(), id, epoch); v != want || err != nil {
			t.Errorf("%s: %s, %v; want %s", state, v, err, want)
		}
	}
	h := newHouse(t, hotline.Claimed)
	if v, _, _ := h.Answered(t.Context(), id, epoch-1); v != dispatch.Taken {
		t.Errorf("claimed by somebody else meanwhile: %s", v)
	}
	h.gone = true
	if v, _, err := h.Answered(t.Context(), id, epoch); v != dispatch.Left || err != nil {
		t.Errorf("gone: %s, %v", v, err)
	}
}

func TestOnlyOneTakesTheCaseAtTheGate(t *testing.T) {
	t.Parallel()
	for key, want := range map[string][]string{
		"1": {"connect CAc leg:CAc:1"}, "": {"giveback key epoch 5 missed exclude"}, "2": {"giveback key epoch 5 exclude"},
		"0": {"giveback key epoch 5 exclude"}, "*": {"giveback key epoch 5 exclude"}, "11": {"giveback key epoch 5 exclude"},
	} {
		h := newHouse(t, hotline.Claimed)
		v, _, err := h.Pressed(t.Context(), id, epoch, cleg, key)
		h.expect(t, key, want...)
		if err != nil || (v == dispatch.Join) != (key == "1") || (v == dispatch.Released) != (key != "1") {
			t.Errorf("%q: %s, %v", key, v, err)
		}
	}
}

func TestAPressThatComesTooLateHearsWhatHappened(t *testing.T) {
	t.Parallel()
	for state, want := range map[hotline.State]dispatch.Verdict{
		hotline.Closed: dispatch.Left, hotline.Waiting: dispatch.Released, hotline.Live: dispatch.Taken, hotline.WrapUp: dispatch.Ended,
	} {
		for _, key := range []string{"1", "2"} {
			h := newHouse(t, state)
			h.state = state
			h.fail["connect"], h.fail["giveback"] = hotline.ErrStale, hotline.ErrStale
			if v, _, err := h.Pressed(t.Context(), id, epoch, cleg, key); v != want || err != nil {
				t.Errorf("%s, key %s: %s, %v; want %s", state, key, v, err, want)
			}
		}
	}
	h := newHouse(t, hotline.Claimed)
	h.fail["connect"] = hotline.ErrUnknown
	if v, _, err := h.Pressed(t.Context(), id, epoch, cleg, "1"); v != "" || !errors.Is(err, hotline.ErrUnknown) {
		t.Errorf("store fails: %s, %v", v, err)
	}
}

func TestALostCounselorLine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		state  hotline.State
		status string
		alone  bool // nobody else is in the room
		want   []string
	}{
		"not answered":                {hotline.Claimed, "no-answer", true, []string{"giveback no-answer epoch 5 missed exclude"}},
		"picked up, nothing pressed":  {hotline.Claimed, "completed", true, []string{"giveback no-answer epoch 5 missed exclude"}},
		"lost while connecting":       {hotline.Connecting, "completed", true, []string{"giveback line-lost epoch 5 tell"}},
		"lost in the talk":            {hotline.Live, "completed", true, []string{"handover", "giveback line-lost epoch 5 head tell"}},
		"a person on call takes over": {hotline.Live, "completed", false, []string{"handover"}},
		"after the talk":              {hotline.WrapUp, "completed", true, nil},
		"after the close":             {hotline.Closed, "completed", true, nil},
		"given back before":           {hotline.Waiting, "canceled", true, nil},
	} {
		h := newHouse(t, c.state)
		h.c.CounselorLeg = cleg
		if c.alone {
			h.fail["handover"] = hotline.ErrStale
		}
		if err := h.LegOver(t.Context(), id, epoch, cleg, c.status); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		h.expect(t, name, c.want...)
	}
}

func TestTheEndOfALegThatIsNoLongerTheCasesChangesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t, hotline.Live)
	h.c.CounselorLeg = cleg
	for name, over := range map[string]func() error{
		"another leg":   func() error { return h.LegOver(t.Context(), id, epoch, "CAold", "completed") },
		"another owner": func() error { return h.LegOver(t.Context(), id, epoch-1, cleg, "completed") },
	} {
		if err := over(); err != nil || len(h.calls) > 0 {
			t.Errorf("%s: %v, %q", name, err, h.calls)
		}
	}
	h.gone = true
	for name, err := range map[string]error{
		"leg":      h.LegOver(t.Context(), id, epoch, cleg, "completed"),
		"callback": h.CallbackOver(t.Context(), id, epoch, pleg, "busy"),
		"page":     h.PageOver(t.Context(), id, 1, "CApage", "busy"),
	} {
		if err != nil || len(h.calls) > 0 {
			t.Errorf("%s of a case that is gone: %v, %q", name, err, h.calls)
		}
	}
}

func TestWhoLeavesTheRoom(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		verdict hotline.RoomVerdict
		over    bool
		want    []string
	}{
		"patient hangs up":            {hotline.RoomVerdict{Word: "left", Who: "in_p"}, true, []string{"room", "leave CAx"}},
		"patient is moved":            {hotline.RoomVerdict{Word: "left", Who: "in_p"}, false, []string{"room"}},
		"counselor hangs up":          {hotline.RoomVerdict{Word: "left", Who: "in_c", Epoch: epoch}, true, []string{"room", "handover", "giveback line-lost epoch 5 head tell"}},
		"counselor's leg is still up": {hotline.RoomVerdict{Word: "left", Who: "in_c", Epoch: epoch}, false, []string{"room"}},
		"the talk has another owner":  {hotline.RoomVerdict{Word: "left", Who: "in_c", Epoch: epoch - 1}, true, []string{"room"}},
		"a third person":              {hotline.RoomVerdict{Word: "left", Who: "in_o"}, true, []string{"room"}},
		"it may have been the star":   {hotline.RoomVerdict{Word: "star"}, false, []string{"room"}},
		"a callback of another room":  {hotline.RoomVerdict{Word: "stale"}, true, []string{"room"}},
	} {
		h := newHouse(t, hotline.Live)
		h.room = c.verdict
		h.fail["handover"] = hotline.ErrStale
		if err := h.RoomEvent(t.Context(), hotline.RoomEvent{Case: id, Leg: "CAx", LegOver: c.over}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		h.expect(t, name, c.want...)
	}
	h := newHouse(t, hotline.Live)
	h.room, h.gone = hotline.RoomVerdict{Word: "left", Who: "in_p"}, true
	if err := h.RoomEvent(t.Context(), hotline.RoomEvent{Case: id, LegOver: true}); err != nil {
		t.Errorf("a case that is gone: %v", err)
	}
}

func TestThePhoneThatIsCalledBack(t *testing.T) {
	t.Parallel()
	for _, state := range hotline.States() {
		h := newHouse(t, state)
		v, _, err := h.CalledBack(t.Context(), id, epoch)
		if want := state == hotline.Connecting; err != nil || (v == dispatch.Gate) != want {
			t.Errorf("%s: %s, %v", state, v, err)
		}
	}
	h := newHouse(t, hotline.Connecting)
	if v, _, err := h.CallbackPressed(t.Context(), id, epoch, pleg, "1"); v != dispatch.Join || err != nil {
		t.Errorf("1: %s, %v", v, err)
	}
	h.expect(t, "1", "pickup CAp")
	for name, c := range map[string]struct {
		key     string
		message bool
		want    dispatch.Verdict
		code    string
	}{
		"another key":                     {"2", true, dispatch.Declined, "cb-declined"},
		"danger is no way to take a call": {"9", false, dispatch.Declined, "cb-declined"},
		"a machine, no message":           {"", false, dispatch.Nobody, "cb-silent"},
		"a machine, a message is safe":    {"", true, dispatch.Message, "cb-message"},
	} {
		h := newHouse(t, hotline.Connecting)
		h.c.Callback = &hotline.Callback{Message: c.message}
		if v, _, err := h.CallbackPressed(t.Context(), id, epoch, pleg, c.key); v != c.want || err != nil {
			t.Errorf("%s: %s, %v", name, v, err)
		}
		h.expect(t, name, "giveback "+c.code+" epoch 5 attempt")
	}
	h = newHouse(t, hotline.Waiting)
	h.fail["pickup"] = hotline.ErrStale
	if v, _, err := h.CallbackPressed(t.Context(), id, epoch, pleg, "1"); v != dispatch.Released || err != nil {
		t.Errorf("too late: %s, %v", v, err)
	}
}

func TestTheEndOfADialBack(t *testing.T) {
	t.Parallel()
	for status, code := range map[string]string{
		"busy": "cb-busy", "no-answer": "cb-no-answer", "failed": "cb-failed", "canceled": "cb-failed", "completed": "cb-silent",
	} {
		h := newHouse(t, hotline.Connecting)
		h.c.PatientLeg = ""
		if err := h.CallbackOver(t.Context(), id, epoch, pleg, status); err != nil {
			t.Error(err)
		}
		h.expect(t, status, "giveback "+code+" epoch 5 attempt")
	}
	h := newHouse(t, hotline.Live)
	if err := h.CallbackOver(t.Context(), id, epoch, pleg, "completed"); err != nil {
		t.Error(err)
	}
	h.expect(t, "hung up after the talk", "leave CAp")
}

func TestTextsOfAThread(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		try  int
		out  bool
		sent bool
		err  error
		want []string
	}{
		"sent":                    {1, false, false, nil, []string{"send m1 words", "done text"}},
		"opted out before":        {1, true, false, nil, []string{"delivery m1 opted-out", "done text"}},
		"Twilio knows of a STOP":  {1, false, false, hotline.ErrOptedOut, []string{"send m1 words", "delivery m1 opted-out", "optout true", "done text"}},
		"a landline":              {1, false, false, hotline.ErrRefused, []string{"send m1 words", "delivery m1 failed", "done text"}},
		"busy":                    {1, false, false, hotline.ErrLineBusy, []string{"send m1 words", "later text 500ms"}},
		"unknown":                 {1, false, false, hotline.ErrUnknown, []string{"send m1 words", "later text 500ms"}},
		"second try, it went out": {2, false, true, nil, []string{"sentsince", "done text"}},
		"second try, it did not":  {2, false, false, nil, []string{"sentsince", "send m1 words", "done text"}},
	} {
		h := newHouse(t, hotline.Live)
		h.c.OptedOut, h.sent, h.fail["send"] = c.out, c.sent, c.err
		h.Do(t.Context(), job("text", c.try, "msg", "m1"))
		h.expect(t, name, c.want...)
	}
	h := newHouse(t, hotline.Live)
	h.fail["outgoing"] = hotline.ErrNotFound
	h.Do(t.Context(), job("text", 1, "msg", "m1"))
	h.expect(t, "a text that is destroyed", "done text")
}

func TestAThreadWhoseCounselorIsSilentGoesToTheHead(t *testing.T) {
	t.Parallel()
	now := job("", 1).Now
	for name, c := range map[string]struct {
		unanswered, claimed, replied time.Time
		want                         string
	}{
		"ten minutes without an answer": {now.Add(-10 * time.Minute), now.Add(-time.Hour), now.Add(-time.Hour), "giveback unanswered epoch 5 head missed tell exclude"},
		"nine minutes":                  {now.Add(-9 * time.Minute), now.Add(-time.Hour), now.Add(-time.Hour), "later unanswered 1m0s"},
		"everything is answered":        {time.Time{}, now.Add(-time.Hour), now.Add(-time.Minute), "done unanswered"},
		"claimed and never greeted":     {time.Time{}, now.Add(-11 * time.Minute), time.Time{}, "giveback unanswered epoch 5 head missed tell exclude"},
		"claimed just now":              {time.Time{}, now.Add(-4 * time.Minute), time.Time{}, "later unanswered 6m0s"},
	} {
		h := newHouse(t, hotline.Live)
		h.c.UnansweredSince, h.c.ClaimedAt, h.c.RepliedAt = c.unanswered, c.claimed, c.replied
		h.Do(t.Context(), job("unanswered", 1))
		if len(h.calls) == 0 || h.calls[0] != c.want {
			t.Errorf("%s: %q, want %q", name, h.calls, c.want)
		}
	}
}
