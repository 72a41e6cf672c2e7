package intake_test

import (
	"context"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/intake"
	"github.com/tideover/tideover/internal/triage"
)

func TestThePromiseKeepsTheCaseAndEndsTheCallWithBothNumbers(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	r := d.press(d.waiting(2), "", "1")
	says(t, r, "keep your place")
	enqueued := d.only().Enqueued
	r = d.press(r, "1", "1", "1", "1", "1")
	says(t, r, "988", "911", "place in line is kept", "We call you by")
	if c := d.only(); r.Kind != intake.Hangup || c.State != hotline.Promised || c.Enqueued != enqueued {
		t.Errorf("reply %d, case %s", r.Kind, c.State)
	}
}

func TestTheCallerMayChangeTheirMindAboutTheCallback(t *testing.T) {
	t.Parallel()
	for _, k := range []string{"3", "", "9"} {
		d := newDesk(t)
		d.press(d.waiting(2), "", "1", k)
		if c := d.only(); c.State != hotline.Waiting {
			t.Errorf("%q: case %s", k, c.State)
		}
	}
}

// A withheld number is no reason not to be called: who has none gives one.
func TestACallerWhoseNumberIsWithheldGivesOneToBeCalled(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ask := func(r intake.Reply, k string) intake.Reply {
		m := r.Next
		m.Leg = leg
		return d.read(d.Answer(t.Context(), m, key(k)))
	}
	r := d.read(d.Begin(t.Context(), intake.Mark{Leg: leg}))
	for _, k := range []string{"1", "2", "3"} {
		r = ask(r, k)
	}
	d.only().Place = 1
	r = ask(r, "0")
	says(t, r, "press 1")
	silentAbout(t, r, "press 2")
	r = ask(r, "1")
	says(t, r, "ten digits")
	if r.Digits != 10 {
		t.Errorf("%d digits are taken", r.Digits)
	}
	for _, k := range []string{"2095550142", "1", "1", "1", "1", "1"} {
		r = ask(r, k)
	}
	if d.only().State != hotline.Promised || r.Kind != intake.Hangup {
		t.Errorf("%s, reply %d", d.only().State, r.Kind)
	}
}

// Nobody gets a call to the line itself, to who works here, or to a number that
// is blocked: they hear so and may give another one.
func TestANumberThatTheLineDoesNotCallIsRefusedInWordsAndAnotherOneTaken(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.CallsOnly(func(_ context.Context, to hotline.Number) (bool, error) { return to == number("+12095550142"), nil })
	r := d.press(d.waiting(2), "", "1", "1", "1", "1", "1", "1")
	says(t, r, "cannot call that number", "ten digits")
	if c := d.only(); c.State != hotline.Waiting || r.Kind != intake.Listen {
		t.Fatalf("%s, reply %d", c.State, r.Kind)
	}
	r = d.press(r, "2095550142", "1", "1", "1", "1", "1")
	says(t, r, "We call you by")
	if c := d.only(); c.State != hotline.Promised {
		t.Errorf("%s", c.State)
	}
}

func TestMovesThatFitTheState(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		state hotline.State
		kind  intake.Kind
		says  triage.PhraseID
	}{
		"join-5": {hotline.Connecting, intake.Bridge, triage.Joining},
		"back-6": {hotline.Waiting, intake.Hold, triage.CounselorLost},
		"bye-6":  {hotline.WrapUp, intake.Hangup, triage.Goodbye},
	} {
		d, m := moved(t, want.state, name)
		r := d.read(d.Moved(t.Context(), m))
		if r.Kind != want.kind || len(r.Lines) == 0 || r.Lines[0].Text != d.phrase(want.says, hotline.English, hotline.Voice) {
			t.Errorf("%s: reply %d, %q", name, r.Kind, words(r))
		}
	}
}

func TestMovesThatComeTooLateAreLedToTheCurrentState(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"join-4", "back-4", "bye-4"} {
		for state, kind := range map[hotline.State]intake.Kind{
			hotline.Waiting: intake.Hold, hotline.Promised: intake.Hold, hotline.Claimed: intake.Hold, hotline.Connecting: intake.Bridge,
			hotline.Live: intake.Bridge, hotline.WrapUp: intake.Hangup, hotline.Closed: intake.Hangup,
		} {
			d, m := moved(t, state, name)
			r := d.read(d.Moved(t.Context(), m))
			if r.Kind != kind || d.only().State != state {
				t.Errorf("%s in %s: reply %d, want %d; now %s", name, state, r.Kind, kind, d.only().State)
			}
			if kind == intake.Hangup {
				says(t, r, "988", "911")
			}
			again := d.read(d.Moved(t.Context(), m))
			if words(again) != words(r) || again.Next.Turn != r.Next.Turn {
				t.Errorf("%s in %s: a repeat says %q", name, state, words(again))
			}
		}
	}
}

// moved gives a case of a caller who waited, in a state, and a move for its leg.
func moved(t *testing.T, state hotline.State, name string) (*desk, intake.Mark) {
	t.Helper()
	d := newDesk(t)
	m := at(d.press(d.waiting(1), ""))
	c := d.only()
	c.State, c.Room, c.Epoch = state, "room-1", 5
	m.Turn, m.Name = 0, name
	return d, m
}

func TestAMoveForALegThatIsNotTheCallersOrForNoCaseEndsKindly(t *testing.T) {
	t.Parallel()
	d, m := moved(t, hotline.Waiting, "back-5")
	m.Leg = other
	says(t, d.read(d.Moved(t.Context(), m)), "988", "911")
	m.Leg, m.Case = leg, hotline.NewCaseID()
	says(t, d.read(d.Moved(t.Context(), m)), "988", "911")
	if d.only().Turn != 4 {
		t.Errorf("the case stands at turn %d", d.only().Turn)
	}
}

func TestTheEndOfADialChangesNothingAndIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	for state, kind := range map[hotline.State]intake.Kind{
		hotline.Waiting: intake.Hold, hotline.Connecting: intake.Bridge, hotline.Live: intake.Bridge, hotline.WrapUp: intake.Hangup, hotline.Closed: intake.Hangup,
	} {
		d, m := moved(t, state, "join-5")
		turns := len(d.turns)
		r := d.read(d.AfterDial(t.Context(), m))
		if r.Kind != kind || len(d.turns) != turns || d.only().State != state {
			t.Errorf("%s: reply %d, %d new turns", state, r.Kind, len(d.turns)-turns)
		}
		if kind == intake.Bridge && r.Next.Name == m.Name {
			t.Errorf("%s: the next end of the dial would get this same document", state)
		}
		d.only().State = hotline.WrapUp
		if again := d.read(d.AfterDial(t.Context(), m)); again.Kind != kind {
			t.Errorf("%s: a repeat gets reply %d", state, again.Kind)
		}
	}
	d, m := moved(t, hotline.Live, "join-5")
	m.Case = hotline.NewCaseID()
	says(t, d.read(d.AfterDial(t.Context(), m)), "988", "911")
}

func TestACallerIsTakenUpAgainWhenTheStoreLostItsData(t *testing.T) {
	t.Parallel()
	for band, paged := range map[hotline.Band]bool{hotline.Emergency: true, hotline.Urgent: false, hotline.Soon: false, hotline.Routine: false} {
		d := newDesk(t)
		enqueued := d.now.Add(-12 * time.Minute)
		id := hotline.NewCaseID()
		m := intake.Mark{
			Case: id, Leg: leg, From: number(texter), Turn: 17, Lang: hotline.Spanish,
			Era: "era-0", Band: band, Need: hotline.NeedMedication, Enq: enqueued,
		}
		r := d.read(d.Answer(t.Context(), m, silence))
		c := d.only()
		if c.ID != id || c.Enqueued != enqueued || c.Band != band || c.State != hotline.Waiting || c.Need() != hotline.NeedMedication {
			t.Errorf("%s: taken up as %+v", band, c)
		}
		if c.Emergency.Open() != paged || r.Kind != intake.Hold || r.Next.Lang != hotline.Spanish || r.Next.Era != "era-1" || r.Next.Turn != 1 {
			t.Errorf("%s: paged %v, %+v", band, c.Emergency.Open(), r)
		}
		again := d.read(d.Answer(t.Context(), m, silence))
		if again.Next.Turn != r.Next.Turn || len(d.cases) != 1 {
			t.Errorf("%s: a repeat leads to turn %d", band, again.Next.Turn)
		}
		c.Place = 3
		if r = d.press(r, "0"); band != hotline.Emergency && r.Kind != intake.Hold {
			t.Errorf("%s: whoever is taken up waits, and is asked nothing: %q", band, words(r))
		}
	}
}

func TestACallThatTheStoreForgotBeforeTheQueueBeginsAtTheWelcome(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	m := at(d.press(d.call(), "1"))
	d.records.cases = map[hotline.CaseID]*hotline.Case{}
	clear(d.docs)
	r := d.read(d.Answer(t.Context(), m, key("2")))
	says(t, r, "We are volunteers")
	if r.Next.Turn != 1 || d.only().State != hotline.Triage {
		t.Errorf("turn %d, %s", r.Next.Turn, d.only().State)
	}
}

func TestACaseThatThisEraForgotEndsWithBothNumbers(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	m := at(d.press(d.waiting(1), ""))
	d.records.cases = map[hotline.CaseID]*hotline.Case{}
	clear(d.docs)
	says(t, d.read(d.Answer(t.Context(), m, silence)), "988", "911")
}

func TestTheEndOfALegIsRecordedOnceForItsCase(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.waiting(1)
	if err := d.Over(t.Context(), other); err != nil || len(d.left) != 0 {
		t.Errorf("a leg of no case: %v, left %v", err, d.left)
	}
	if err := d.Over(t.Context(), leg); err != nil || len(d.left) != 1 {
		t.Errorf("%v, left %v", err, d.left)
	}
}

func TestATexterWhoNeverAnswersTheSafetyQuestionJoinsTheUrgentQueue(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.text("hello, I need someone to talk to")
	c := d.only()
	if err := d.Quiet(t.Context(), c.ID, c.Turn+1); err != nil || c.State != hotline.Triage {
		t.Errorf("the question of another turn: %v, %s", err, c.State)
	}
	if err := d.Quiet(t.Context(), c.ID, c.Turn); err != nil || c.State != hotline.Waiting || c.Band != hotline.Urgent {
		t.Errorf("%v, %s %s", err, c.State, c.Band)
	}
	turns := len(d.turns)
	if err := d.Quiet(t.Context(), c.ID, c.Turn); err != nil || len(d.turns) != turns {
		t.Errorf("again: %v, %d turns more", err, len(d.turns)-turns)
	}
	if err := d.Quiet(t.Context(), hotline.NewCaseID(), 0); err != nil {
		t.Errorf("a case that is gone: %v", err)
	}
}
