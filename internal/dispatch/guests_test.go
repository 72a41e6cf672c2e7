package dispatch_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/dispatch"
	"github.com/tideover/tideover/internal/hotline"
)

func (w *world) AskIn(_ context.Context, _ hotline.CaseID, i hotline.Invite) (int, error) {
	return 1, w.did("askin %s %s by %s epoch %d", i.Kind, i.Who, i.By, i.Epoch)
}

func (w *world) Guest(_ context.Context, _ hotline.CaseID, m hotline.GuestMove) (bool, error) {
	return !w.again, w.did("guest %d %s %s %s", m.N, m.Step, m.Leg, m.Why)
}

func (w *world) HandTo(_ context.Context, _ hotline.CaseID, epoch int64, n int, by hotline.CounselorID) error {
	return w.did("handto %d by %s epoch %d", n, by, epoch)
}

func (w *world) Hold(_ context.Context, _ hotline.CaseID, epoch int64, on bool) error {
	return w.did("hold %v epoch %d", on, epoch)
}

func (w *world) Summon(_ context.Context, leg hotline.Leg, _ hotline.Case, n int) error {
	return w.did("summon %s guest %d", leg, n)
}

func (w *world) Whisper(_ context.Context, leg hotline.Leg, what string, lang hotline.Lang, _ hotline.Case) error {
	return w.did("whisper %s %s %s", leg, what, lang)
}

func (w *world) Unmute(_ context.Context, leg hotline.Leg, _ hotline.Case) error {
	return w.did("unmute %s", leg)
}

func (w *world) Interpreter() hotline.Number { return w.interpreter }

func (w *world) Supervises(_ context.Context, id hotline.CounselorID) (bool, error) {
	return id == w.boss, w.fail["supervises"]
}

func (w *world) Invite(_ context.Context, to hotline.Number, _ hotline.Case, n int) (hotline.Leg, error) {
	return "CAguest", w.did("invite %s guest %d", to, n)
}

// talkWith is a talk with one guest.
func talkWith(t *testing.T, g hotline.Guest) *house {
	t.Helper()
	h := newHouse(t, hotline.Live)
	g.N, g.By = 1, owner
	h.c.CounselorLeg, h.c.Conference, h.c.Guests = cleg, "CF1", []hotline.Guest{g}
	return h
}

func TestAGuestIsDialledOnceAndBySomebodyWhoIsStillAsked(t *testing.T) {
	t.Parallel()
	asked := hotline.Guest{Kind: hotline.Successor, Who: "c-2", State: hotline.GuestAsked}
	for name, c := range map[string]struct {
		g    hotline.Guest
		try  int
		fail map[string]error
		live hotline.Leg
		want []string
	}{
		"another counselor":         {g: asked, try: 1, want: []string{"invite •••2001 guest 1", "guest 1 leg CAguest ", "done guest"}},
		"988":                       {g: hotline.Guest{Kind: hotline.Lifeline, State: hotline.GuestAsked}, try: 1, want: []string{"invite •••988 guest 1", "guest 1 leg CAguest ", "done guest"}},
		"a second try adopts":       {g: asked, try: 2, live: "CAring", want: []string{"livesince •••2001", "guest 1 leg CAring ", "done guest"}},
		"a second try of 988":       {g: hotline.Guest{Kind: hotline.Lifeline, State: hotline.GuestAsked}, try: 2, live: "CAothers", want: []string{"invite •••988 guest 1", "guest 1 leg CAguest ", "done guest"}},
		"sent away meanwhile":       {g: hotline.Guest{Kind: hotline.Successor, Who: "c-2", State: hotline.GuestOver}, try: 1, want: []string{"done guest"}},
		"sent away while dialling":  {g: asked, try: 1, fail: map[string]error{"guest": hotline.ErrStale}, want: []string{"invite •••2001 guest 1", "guest 1 leg CAguest ", "dismiss CAguest part", "done guest"}},
		"the number is refused":     {g: asked, try: 1, fail: map[string]error{"invite": hotline.ErrRefused}, want: []string{"invite •••2001 guest 1", "guest 1 over  failed", "done guest"}},
		"Twilio is busy":            {g: asked, try: 1, fail: map[string]error{"invite": hotline.ErrLineBusy}, want: []string{"invite •••2001 guest 1", "later guest 500ms"}},
		"it is on the way as a leg": {g: hotline.Guest{Kind: hotline.Successor, Who: "c-2", State: hotline.GuestAsked, Leg: "CAx"}, try: 1, want: []string{"done guest"}},
		"the counselor is by phone": {g: hotline.Guest{Kind: hotline.Successor, Who: "c-9", State: hotline.GuestAsked}, try: 1, want: []string{"summon CAin guest 1", "guest 1 leg CAin ", "done guest"}},
	} {
		h := talkWith(t, c.g)
		h.shifts["c-9"] = hotline.Shift{Leg: "CAin", Via: "phone"}
		h.fail, h.live = c.fail, c.live
		h.Do(t.Context(), hotline.Due{Kind: "guest", Case: id, Epoch: epoch, Try: c.try, Args: map[string]string{"n": "1"}})
		h.expect(t, name, c.want...)
	}
}

func TestTheGateOfAGuestAndItsKeys(t *testing.T) {
	t.Parallel()
	boss := hotline.Guest{Kind: hotline.Listener, Who: "c-2", State: hotline.GuestDialled}
	for name, c := range map[string]struct {
		g    hotline.Guest
		key  string // "-" picks up
		fail error
		v    dispatch.Verdict
		want string
	}{
		"a person picks up":       {boss, "-", nil, dispatch.Gate, "guest 1 answer CAg "},
		"988 picks up":            {hotline.Guest{Kind: hotline.Lifeline, State: hotline.GuestDialled}, "-", nil, dispatch.Join, "guest 1 accept CAg "},
		"one comes in":            {boss, "1", nil, dispatch.Join, "guest 1 accept CAg "},
		"another key":             {boss, "4", nil, dispatch.No, "guest 1 over CAg declined"},
		"silence":                 {boss, "", nil, dispatch.No, "guest 1 over CAg silent"},
		"one, and it is over":     {boss, "1", hotline.ErrStale, dispatch.No, "guest 1 accept CAg "},
		"picked up, and is over":  {boss, "-", hotline.ErrStale, dispatch.No, "guest 1 answer CAg "},
		"one, and all is unknown": {boss, "1", hotline.ErrNotFound, dispatch.No, "guest 1 accept CAg "},
	} {
		h := talkWith(t, c.g)
		h.fail["guest"] = c.fail
		var v dispatch.Verdict
		var err error
		if c.key == "-" {
			v, _, _, err = h.GuestAnswered(t.Context(), id, 1, "CAg")
		} else {
			v, _, _, err = h.GuestPressed(t.Context(), id, 1, "CAg", c.key)
		}
		if err != nil || v != c.v {
			t.Errorf("%s: %s, %v; want %s", name, v, err, c.v)
		}
		h.expect(t, name, c.want)
	}
	h := talkWith(t, boss)
	h.fail["guest"] = hotline.ErrUnknown
	if _, _, _, err := h.GuestPressed(t.Context(), id, 1, "CAg", "1"); !errors.Is(err, hotline.ErrUnknown) {
		t.Errorf("without the store: %v", err)
	}
}

func TestTheStarOfWhoIsAGuest(t *testing.T) {
	t.Parallel()
	for kind, c := range map[hotline.GuestKind]struct {
		v    dispatch.Verdict
		want []string
	}{
		hotline.Successor: {dispatch.Back, nil},
		hotline.Listener:  {dispatch.Heard, []string{"guest 1 heard  "}},
		hotline.Joiner:    {dispatch.Out, []string{"guest 1 over CAg left"}},
		hotline.Stayer:    {dispatch.Out, []string{"guest 1 over CAg left"}},
	} {
		h := talkWith(t, hotline.Guest{Kind: kind, Who: "c-2", Leg: "CAg", State: hotline.GuestComing})
		v, _, err := h.Starred(t.Context(), dispatch.Step{Case: id, Epoch: epoch, Leg: "CAg", Turn: 2}, true)
		if err != nil || v != c.v {
			t.Errorf("%s: %s, %v", kind, v, err)
		}
		h.expect(t, string(kind), c.want...)
	}
}

// The owner of a hand-over has URLs of an epoch that is over.
func TestTheStarOfWhoTookTheTalkOverLeadsToTheMenu(t *testing.T) {
	t.Parallel()
	h := talkWith(t, hotline.Guest{Kind: hotline.Successor, Who: owner, Leg: cleg, State: hotline.GuestOwns})
	v, _, err := h.Starred(t.Context(), dispatch.Step{Case: id, Epoch: epoch - 1, Leg: cleg, Turn: 2}, true)
	if err != nil || v != dispatch.Menu {
		t.Errorf("%s, %v", v, err)
	}
	h.expect(t, "star", "aside 2 back false")
}

func TestTheMenuAsksInWhoeverIsWanted(t *testing.T) {
	t.Parallel()
	free := func(since int) hotline.Shift {
		return hotline.Shift{State: hotline.Available, Channels: []hotline.Channel{hotline.Voice}, Since: time.Unix(int64(since), 0)}
	}
	talks := []hotline.Lang{hotline.English}
	for name, c := range map[string]struct {
		key    string
		change func(h *house)
		v      dispatch.Verdict
		want   []string
	}{
		"nobody is free": {"5", func(*house) {}, dispatch.NotNow, []string{"aside 2 back true"}},
		"the longest free": {"5", func(h *house) {
			h.shifts["c-7"], h.shifts["c-8"], h.shifts["c-9"] = free(50), free(40), free(30)
			h.wants["c-7"], h.wants["c-8"], h.wants["c-9"] = hotline.Want{Langs: talks}, hotline.Want{Langs: talks}, hotline.Want{Langs: []hotline.Lang{hotline.Spanish}}
		}, dispatch.Called, []string{"askin handover c-8 by c-1 epoch 5", "aside 2 back true"}},
		"who has come": {"5", func(h *house) {
			h.c.Guests = []hotline.Guest{{N: 1, Kind: hotline.Successor, Who: "c-8", State: hotline.GuestIn}}
		}, dispatch.Out, []string{"handto 1 by c-1 epoch 5"}},
		"no interpreter": {"6", func(*house) {}, dispatch.NotNow, []string{"aside 2 back true"}},
		"an interpreter": {"6", func(h *house) { h.interpreter = number("+12095557700") }, dispatch.Called, []string{"askin interpreter  by c-1 epoch 5", "aside 2 back true"}},
		"988": {"8", func(*house) {}, dispatch.Called, []string{
			"raise emergency by c-1 alarm true risk 3 token leg:CAc:2:8:em", "askin 988  by c-1 epoch 5", "aside 2 back true",
		}},
		"988 talks": {"8", func(h *house) {
			h.c.Guests = []hotline.Guest{{N: 1, Kind: hotline.Lifeline, State: hotline.GuestIn}}
		}, dispatch.Sure, []string{"guest 1 confirm  ", "aside 2 back true"}},
	} {
		h := newHouse(t, hotline.Live)
		h.c.CounselorLeg, h.c.Away = cleg, 2
		c.change(h)
		if v, _, err := h.MenuPressed(t.Context(), second(), c.key); err != nil || v != c.v {
			t.Errorf("%s: %s, %v; want %s", name, v, err, c.v)
		}
		h.expect(t, name, c.want...)
	}
}

func TestWhoIsOnHoldIsNotForgotten(t *testing.T) {
	t.Parallel()
	h := newHouse(t, hotline.Live)
	h.c.CounselorLeg, h.c.Conference, h.c.HeldSince = cleg, "CF1", time.Unix(1, 0)
	h.Do(t.Context(), hotline.Due{Kind: "held", Case: id, Epoch: epoch, Try: 1})
	h.expect(t, "on hold", "whisper CAc held en", "later held 1m0s")
	h.calls, h.c.HeldSince = nil, time.Time{}
	h.Do(t.Context(), hotline.Due{Kind: "held", Case: id, Epoch: epoch, Try: 2})
	h.expect(t, "taken back", "done held")
}

// A case that was given back and claimed at once: the caller is led out of the
// empty room all the same.
func TestACallerWhoseCaseIsClaimedAtOnceIsNotLeftInAnEmptyRoom(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		state hotline.State
		later int64
		want  []string
	}{
		"waiting":                   {hotline.Waiting, 0, []string{"move CAp back-5", "done back"}},
		"claimed at once":           {hotline.Claimed, 1, []string{"move CAp back-5", "done back"}},
		"connected already":         {hotline.Connecting, 1, []string{"done back"}},
		"claimed by the one before": {hotline.Claimed, 2, []string{"done back"}},
	} {
		h := newHouse(t, c.state)
		h.c.Epoch = epoch + c.later
		h.Do(t.Context(), hotline.Due{Kind: "back", Case: id, Epoch: epoch, Try: 1})
		h.expect(t, name, c.want...)
	}
}

func TestASupervisorIsRungWhoWantsToBe(t *testing.T) {
	t.Parallel()
	h := newHouse(t, hotline.Live)
	h.boss = "c-3"
	h.shifts["c-3"] = hotline.Shift{State: hotline.Available, RingMe: true}
	h.shifts["c-4"] = hotline.Shift{State: hotline.Available, RingMe: true}
	if err := h.WantSupervisor(t.Context(), owner, id); err != nil {
		t.Fatal(err)
	}
	h.expect(t, "wanted", "alert supervisor:"+string(id), "askin listen c-3 by c-1 epoch 5")
}
