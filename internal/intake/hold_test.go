package intake_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/intake"
	"github.com/tideover/tideover/internal/triage"
)

func (d *desk) place(n int) string {
	return d.phrase(triage.HoldPlace, hotline.English, hotline.Voice, "place", strconv.Itoa(n))
}

func TestThePlaceIsSaidAtMostEverySecondLoopAndNeverGoesUp(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	r := d.waiting(4)
	told, lowest := 0, 99
	for i, place := range []int{4, 4, 3, 5, 7, 6, 2, 2, 9, 9} {
		d.only().Place = place
		r = d.press(r, "")
		said := 0
		for n := 1; n < 10; n++ {
			if strings.HasPrefix(words(r), d.place(n)) {
				said = n
			}
		}
		if said > 0 && told > 0 && told == i {
			t.Errorf("loop %d says the place again at once", i)
		}
		if said > lowest {
			t.Errorf("loop %d says %d, after %d", i, said, lowest)
		}
		if said > 0 {
			told, lowest = i+1, said
		}
	}
	if lowest != 2 {
		t.Errorf("the lowest place said is %d, want 2", lowest)
	}
}

func TestAskingForThePlaceSaysItInEveryLoop(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	r := d.press(d.waiting(3), "")
	for _, k := range []string{"0", "*", "0", "*"} {
		r = d.press(r, k)
		says(t, r, d.place(3))
		if r.Kind != intake.Hold || d.only().State != hotline.Waiting {
			t.Errorf("%s: reply %d, %s", k, r.Kind, d.only().State)
		}
	}
}

// FAULTS 28.
func TestWithNobodyOnShiftTheLoopSaysSoAndOffersWhatThereIs(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.facts.Counselors = 0
	r := d.press(d.waiting(1), "")
	says(t, r, "no volunteer is on shift", "988", "called back")
	d = newDesk(t)
	d.facts.Counselors, d.facts.Backup = 0, "5 5 5 0 1 0 0"
	says(t, d.press(d.waiting(1), ""), "no volunteer is on shift", "call: 5 5 5 0 1 0 0", "called back")
}

func TestASecondDocumentWithoutItsTurnSaysNoPlaceThatIsNotKept(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	r := d.press(d.waiting(5), "") // says 5
	d.only().Place = 2
	m := at(r)
	m.Turn = 1
	clear(d.docs)
	for range 4 {
		silentAbout(t, d.read(d.Answer(t.Context(), m, silence)), d.place(2))
	}
}

// A claim that the caller does not know of yet: nothing may undo it, and no
// key is dropped.
func TestKeysWhileACounselorIsBeingCalled(t *testing.T) {
	t.Parallel()
	claimed := func(t *testing.T) (*desk, intake.Reply) {
		t.Helper()
		d := newDesk(t)
		r := d.press(d.waiting(3), "")
		c := d.only()
		c.State, c.Place, c.Epoch = hotline.Claimed, 0, 1
		return d, r
	}
	t.Run("silence waits with words and sound, not with a rush of requests", func(t *testing.T) {
		t.Parallel()
		d, r := claimed(t)
		r = d.press(r, "", "", "")
		if r.Kind != intake.Hold || r.Quick || len(r.Lines) == 0 {
			t.Errorf("%+v", r)
		}
	})
	t.Run("1 says please stay", func(t *testing.T) {
		t.Parallel()
		d, r := claimed(t)
		r = d.press(r, "1")
		says(t, r, d.phrase(triage.HoldClaimed, hotline.English, hotline.Voice))
		if d.only().State != hotline.Claimed || r.Kind != intake.Hold {
			t.Errorf("%s, reply %d", d.only().State, r.Kind)
		}
	})
	t.Run("a callback that crosses the claim says please stay", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t)
		r := d.press(d.waiting(3), "", "1")
		d.only().State = hotline.Claimed
		r = d.press(r, "1")
		says(t, r, d.phrase(triage.HoldClaimed, hotline.English, hotline.Voice))
		if d.only().State != hotline.Claimed {
			t.Error(d.only().State)
		}
	})
	t.Run("0 and * repeat the last place said", func(t *testing.T) {
		t.Parallel()
		d, r := claimed(t)
		says(t, d.press(r, "0"), d.place(3))
		says(t, d.press(r, "0", "*"), d.place(3))
	})
	t.Run("2 still sends the text", func(t *testing.T) {
		t.Parallel()
		d, r := claimed(t)
		r = d.press(r, "2")
		if !slices.ContainsFunc(d.turns[len(d.turns)-1].Effects, isSend) || r.Kind != intake.Hold {
			t.Errorf("effects %v", d.turns[len(d.turns)-1].Effects)
		}
	})
	t.Run("9 raises, pages, and the claim goes on without more questions", func(t *testing.T) {
		t.Parallel()
		d, r := claimed(t)
		r = d.press(r, "9")
		c := d.only()
		if c.State != hotline.Claimed || c.Band != hotline.Emergency || !c.Emergency.Open() || r.Kind != intake.Hold {
			t.Errorf("%s %s, reply %d", c.State, c.Band, r.Kind)
		}
		says(t, r, "911", "988")
		silentAbout(t, r, "What is happening?")
	})
	t.Run("an answer about danger reaches the counselor", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t)
		r := d.press(d.call(), "1", "9")
		d.only().State = hotline.Claimed
		r = d.press(r, "2")
		if a := d.only().Answers; len(a) != 1 || a[0].Question != "danger_kind" || r.Kind != intake.Hold {
			t.Errorf("answers %v, reply %d", a, r.Kind)
		}
	})
	t.Run("words of danger page", func(t *testing.T) {
		t.Parallel()
		d, r := claimed(t)
		d.read(d.Answer(t.Context(), at(r), spoken("I took all my pills")))
		if !d.only().Emergency.Open() {
			t.Error("nobody was paged")
		}
	})
}

func isSend(e triage.Effect) bool { _, ok := e.(triage.SendText); return ok }

func TestKeysThatCrossTheJoinLeadIntoTheRoom(t *testing.T) {
	t.Parallel()
	for _, state := range []hotline.State{hotline.Connecting, hotline.Live} {
		for _, k := range []string{"0", "1", "2", "9", "*", "#", "", "speech"} {
			d := newDesk(t)
			r := d.press(d.waiting(1), "")
			c := d.only()
			c.State, c.Epoch, c.Room = state, 5, "room-1"
			in := key(k)
			switch k {
			case "":
				in = silence
			case "speech":
				in = spoken("hello")
			}
			got := d.read(d.Answer(t.Context(), at(r), in))
			if got.Kind != intake.Bridge || got.Room != "room-1" || got.Next.Name != "join-5" || got.Next.Epoch != 5 {
				t.Errorf("%s, %q: reply %d, room %q, name %q", state, k, got.Kind, got.Room, got.Next.Name)
			}
			if opened := d.only().Emergency.Open(); opened != (k == "9") {
				t.Errorf("%s, %q: paged %v", state, k, opened)
			}
			silentAbout(t, got, "What is happening?", "in line")
		}
	}
}

func TestWhateverIsPressedAfterTheEndGetsTheGoodbye(t *testing.T) {
	t.Parallel()
	for _, state := range []hotline.State{hotline.WrapUp, hotline.Closed} {
		for _, k := range []string{"0", "1", "9", "#", ""} {
			d := newDesk(t)
			r := d.waiting(1)
			d.only().State = state
			got := d.press(r, k)
			says(t, got, "988", "911")
			if got.Kind != intake.Hangup || d.only().State != state {
				t.Errorf("%s, %q: reply %d", state, k, got.Kind)
			}
		}
	}
}

func TestWaitingKeys(t *testing.T) {
	t.Parallel()
	for k, want := range map[string]intake.Kind{"0": intake.Hold, "1": intake.Listen, "2": intake.Hold, "9": intake.Listen, "*": intake.Hold, "#": intake.Listen, "7": intake.Hold, "": intake.Hold} {
		d := newDesk(t)
		r := d.press(d.waiting(2), k)
		if r.Kind != want || d.only().State != hotline.Waiting {
			t.Errorf("%q: reply %d, want %d; %s", k, r.Kind, want, d.only().State)
		}
	}
}
