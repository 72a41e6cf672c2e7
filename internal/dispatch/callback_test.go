package dispatch_test

import (
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

func TestTheNumberThatWasGivenIsTheOneThatIsCalled(t *testing.T) {
	t.Parallel()
	h := newHouse(t, hotline.Connecting)
	h.c.PatientLeg, h.c.Callback = "", &hotline.Callback{To: number("+12095550177")}
	h.Do(t.Context(), job("dial", 2))
	h.expect(t, "another number", "livesince •••0177", "dialback", "ringing dialleg CAp", "done dial")
}

func TestAPatientWhomNobodyWaitsForHearsThatWeCallAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t, hotline.Connecting)
	h.c.PatientLeg = ""
	h.fail["ringing"] = hotline.ErrStale
	h.Do(t.Context(), job("dial", 1))
	h.expect(t, "the counselor is gone", "dialback", "ringing dialleg CAp", "dismiss CAp later", "done dial")
}

func TestThePromisedTimeAlertsAndIsLookedAtAgainWhileSomebodyIsCalled(t *testing.T) {
	t.Parallel()
	for state, want := range map[hotline.State][]string{
		hotline.Promised: {"told", "done told"}, hotline.Claimed: {"later told 1m0s"}, hotline.Connecting: {"later told 1m0s"},
		hotline.Waiting: {"later told 1m0s"}, hotline.Live: {"done told"}, hotline.WrapUp: {"done told"}, hotline.Closed: {"done told"},
	} {
		h := newHouse(t, state)
		h.Do(t.Context(), job("told", 1))
		h.expect(t, string(state), want...)
	}
}

func TestWhenTheHoursToCallAreOverTheNextOnesCome(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.November, 24, 21, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		till  time.Time
		state hotline.State
		want  []string
	}{
		"they are over":             {now, hotline.Promised, []string{"nexthours", "done hours"}},
		"over while it is claimed":  {now, hotline.Claimed, []string{"nexthours", "done hours"}},
		"they were changed already": {now.Add(time.Hour), hotline.Promised, []string{"done hours"}},
		"nobody is owed a call":     {now, hotline.Closed, []string{"done hours"}},
	} {
		h := newHouse(t, c.state)
		h.c.Callback = &hotline.Callback{Till: c.till}
		d := job("hours", 1)
		d.Now = now
		h.Do(t.Context(), d)
		h.expect(t, name, c.want...)
	}
}
