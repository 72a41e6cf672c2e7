package dispatch_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

func job(kind string, try int, args ...string) hotline.Due {
	d := hotline.Due{Kind: kind, Case: id, Epoch: epoch, Try: try, Args: map[string]string{}, Now: time.Unix(10_000, 0)}
	for i := 0; i+1 < len(args); i += 2 {
		d.Args[args[i]] = args[i+1]
	}
	return d
}

func TestAJobOfAnOwnerWhoIsNoLongerOneIsDropped(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"ring", "dial", "lease", "join", "back", "bye", "star", "lost", "textend", "unanswered", "wrapup"} {
		for _, state := range hotline.States() {
			h := newHouse(t, state)
			h.c.Epoch++
			if kind == "back" && state == hotline.Claimed {
				continue // claimed at once: see TestACallerWhoseCaseIsClaimedAtOnceIsNotLeftInAnEmptyRoom
			}
			h.Do(t.Context(), job(kind, 1))
			h.expect(t, kind+" in "+string(state), "done "+kind)
		}
	}
}

func TestAJobForACaseThatIsGoneIsDropped(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"ring", "dial", "lease", "join", "page", "hang", "nolang", "wrapup"} {
		h := newHouse(t, hotline.Claimed)
		h.gone = true
		h.Do(t.Context(), job(kind, 1))
		h.expect(t, kind, "done "+kind)
	}
}

func TestWhatAJobDoesInTheStateThatItFinds(t *testing.T) {
	t.Parallel()
	const back = "giveback "
	for kind, states := range map[string]map[hotline.State][]string{
		"ring": {hotline.Claimed: {"ring •••2001", "ringing cleg CAc"}},
		"dial": {},
		"lease": {
			hotline.Claimed:    {back + "lease-over epoch 5 tell exclude"},
			hotline.Connecting: {back + "lease-over epoch 5 tell exclude"},
		},
		"join":     {hotline.Connecting: {"move CAp join-5"}, hotline.Live: {"move CAp join-5"}},
		"back":     {hotline.Waiting: {"move CAp back-5"}, hotline.Promised: {"move CAp back-5"}},
		"bye":      {hotline.WrapUp: {"move CAp bye-5"}, hotline.Closed: {"move CAp bye-5"}},
		"star":     {hotline.Live: {"handover"}},
		"lost":     all("tell lost"),
		"textend":  all("tell textend"),
		"wrapup":   all(`finish closed other by "" epoch 5`),
		"retire":   all("retire"),
		"quiet":    all("quiet 3"),
		"nextpage": all("nextpage 2"),
		"hang":     all("dismiss CAx taken"),
	} {
		for _, state := range hotline.States() {
			h := newHouse(t, state)
			d := job(kind, 1, "turn", "3", "leg", "CAx", "why", "taken")
			if kind == "nextpage" {
				d.Args["n"] = "2"
			}
			h.Do(t.Context(), d)
			h.expect(t, kind+" in "+string(state), append(states[state], "done "+kind)...)
		}
	}
}

func all(call string) map[hotline.State][]string {
	m := map[hotline.State][]string{}
	for _, s := range hotline.States() {
		m[s] = []string{call}
	}
	return m
}

// FAULTS 14.
func TestACounselorIsNeverDialledTwiceForOneClaim(t *testing.T) {
	t.Parallel()
	h := newHouse(t, hotline.Claimed)
	h.live = "CAfirst"
	h.Do(t.Context(), job("ring", 2))
	h.expect(t, "the first try went through", "livesince •••2001", "ringing cleg CAfirst", "done ring")

	h = newHouse(t, hotline.Claimed)
	h.Do(t.Context(), job("ring", 2))
	h.expect(t, "it did not", "livesince •••2001", "ring •••2001", "ringing cleg CAc", "done ring")

	h = newHouse(t, hotline.Claimed)
	h.fail["livesince"] = hotline.ErrUnknown
	h.Do(t.Context(), job("ring", 2))
	h.expect(t, "nobody knows", "livesince •••2001", "later ring 1s")

	h = newHouse(t, hotline.Claimed)
	h.c.CounselorLeg = "CAfirst"
	h.Do(t.Context(), job("ring", 2))
	h.expect(t, "the leg is known", "done ring")
}

func TestAPatientIsNeverDialledTwiceForOneCallback(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		try  int
		live hotline.Leg
		want []string
	}{
		"first try":                 {1, "", []string{"dialback", "ringing dialleg CAp", "done dial"}},
		"second try, first is live": {2, "CAfirst", []string{"livesince •••0123", "ringing dialleg CAfirst", "done dial"}},
		"second try, nothing there": {2, "", []string{"livesince •••0123", "dialback", "ringing dialleg CAp", "done dial"}},
	} {
		h := newHouse(t, hotline.Connecting)
		h.c.PatientLeg, h.c.DialBack, h.live = "", true, c.live
		h.Do(t.Context(), job("dial", c.try))
		h.expect(t, name, c.want...)
	}
	h := newHouse(t, hotline.Connecting)
	h.c.PatientLeg = ""
	h.fail["dialback"] = hotline.ErrRefused
	h.Do(t.Context(), job("dial", 1))
	h.expect(t, "refused counts as an attempt", "dialback", "giveback cb-failed epoch 5 attempt", "done dial")
}

func TestALegThatNobodyNeedsAnyMoreIsDismissed(t *testing.T) {
	t.Parallel()
	h := newHouse(t, hotline.Claimed)
	h.fail["ringing"] = hotline.ErrStale
	h.Do(t.Context(), job("ring", 1))
	h.expect(t, "released while it was dialled", "ring •••2001", "ringing cleg CAc", "dismiss CAc released", "done ring")
}

func TestWhatTwilioAnswersToARing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		try  int
		want []string
	}{
		"refused for good gives back":     {hotline.ErrRefused, 1, []string{"ring •••2001", "giveback no-answer epoch 5 missed exclude", "done ring"}},
		"busy is tried again":             {hotline.ErrLineBusy, 1, []string{"ring •••2001", "later ring 500ms"}},
		"unknown is tried again":          {hotline.ErrUnknown, 1, []string{"ring •••2001", "later ring 500ms"}},
		"the fourth time after 4 s":       {hotline.ErrUnknown, 4, []string{"livesince •••2001", "ring •••2001", "later ring 4s"}},
		"never later than half a minute":  {hotline.ErrUnknown, 40, []string{"livesince •••2001", "ring •••2001", "later ring 30s"}},
		"as long as Twilio asks":          {fmt.Errorf("%w: %w", hotline.ErrLineBusy, retryAfter(9*time.Second)), 1, []string{"ring •••2001", "later ring 9s"}},
		"a fault of ours is not repeated": {errors.New("bad request"), 1, []string{"ring •••2001", "done ring"}},
	} {
		h := newHouse(t, hotline.Claimed)
		h.fail["ring"] = c.err
		h.Do(t.Context(), job("ring", c.try))
		h.expect(t, name, c.want...)
	}
}

type retryAfter time.Duration

func (r retryAfter) Error() string             { return "too many" }
func (r retryAfter) RetryAfter() time.Duration { return time.Duration(r) }

func TestAPatientWhoseLegIsGoneHasLeft(t *testing.T) {
	t.Parallel()
	for kind, state := range map[string]hotline.State{"join": hotline.Connecting, "back": hotline.Waiting, "bye": hotline.WrapUp} {
		h := newHouse(t, state)
		h.fail["move"] = fmt.Errorf("move: %w", hotline.ErrLegGone)
		h.Do(t.Context(), job(kind, 1))
		h.expect(t, kind, "move CAp "+kind+"-5", "leave CAp", "done "+kind)

		h = newHouse(t, state)
		h.c.PatientLeg = ""
		h.Do(t.Context(), job(kind, 1))
		h.expect(t, kind+" without a leg", "done "+kind)
	}
}

func TestALeaseThatRunsOutDuringADialBackCountsTheAttempt(t *testing.T) {
	t.Parallel()
	h := newHouse(t, hotline.Connecting)
	h.c.DialBack = true
	h.Do(t.Context(), job("lease", 1))
	h.expect(t, "lease", "giveback lease-over epoch 5 attempt tell exclude", "done lease")
}

func TestAStoreThatDoesNotAnswerHasTheJobAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t, hotline.Claimed)
	h.fail["case"] = hotline.ErrUnknown
	h.Do(t.Context(), job("ring", 1))
	h.expect(t, "read", "later ring 500ms")
	h = newHouse(t, hotline.Claimed)
	h.fail["giveback"] = hotline.ErrUnknown
	h.Do(t.Context(), job("lease", 2))
	h.expect(t, "write", "giveback lease-over epoch 5 tell exclude", "later lease 1s")
}

// FAULTS 27.
func TestOnlyAPhoneThatRangIsAMissedRing(t *testing.T) {
	t.Parallel()
	for leg, want := range map[hotline.Leg]string{"CAc": "giveback lease-over epoch 5 missed tell exclude", "": "giveback lease-over epoch 5 tell exclude"} {
		h := newHouse(t, hotline.Claimed)
		h.c.CounselorLeg = leg
		h.Do(t.Context(), job("lease", 1))
		h.expect(t, "lease with leg "+string(leg), want, "done lease")
	}
}

func TestAJobOfAKindThatNobodyKnowsIsNotRepeatedForEver(t *testing.T) {
	t.Parallel()
	h := newHouse(t, hotline.Claimed)
	h.Do(t.Context(), job("rign", 1))
	h.expect(t, "unknown", "done rign")
}

func TestALegIsDismissedOnceItIsGone(t *testing.T) {
	t.Parallel()
	h := newHouse(t, hotline.Closed)
	h.fail["dismiss"] = hotline.ErrLegGone
	h.Do(t.Context(), job("hang", 1, "leg", "CAx", "why", "left"))
	h.expect(t, "hang", "dismiss CAx left", "done hang")
}

func TestJobsOfSomebodyElseAreHandedOnAndJudgedAsOurs(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		err  error
		want string
	}{
		"carried out":   {nil, "done remind"},
		"not known yet": {hotline.ErrUnknown, "later remind 500ms"},
		"a fault":       {errors.New("fault"), "done remind"},
	}
	for name, tc := range cases {
		h := newHouse(t, hotline.Waiting)
		var got hotline.Due
		h.Hand("remind", func(_ context.Context, d hotline.Due) error {
			got = d
			return tc.err
		})
		h.Do(t.Context(), hotline.Due{Kind: "remind", Try: 1, Args: map[string]string{"group": "g1"}})
		if h.expect(t, name, tc.want); got.Args["group"] != "g1" {
			t.Errorf("%s: handed on %+v", name, got)
		}
	}
}

// A leg whose end was never told must not keep others from being made.
func TestLegsThatAreOverCountNoMore(t *testing.T) {
	t.Parallel()
	h := newHouse(t, hotline.Waiting)
	h.live = cleg
	h.Do(t.Context(), hotline.Due{Kind: "legs"})
	h.expect(t, "recount", "up CAc", "up CAp", "ended CAp", "done legs")
}
