package intake_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/intake"
)

func TestTheFirstWordsOfACallNameBothNumbersInBothLanguagesBeforeAnyKey(t *testing.T) {
	t.Parallel()
	r := newDesk(t).call()
	if r.Kind != intake.Listen || r.Digits != 1 || !r.Speech || r.Next.Turn != 1 || r.Next.Lang != "" {
		t.Fatalf("first reply: %+v", r)
	}
	for i, lang := range []hotline.Lang{hotline.English, hotline.Spanish} {
		if l := r.Lines[i]; l.Lang != lang || !strings.Contains(l.Text, "9 1 1") || !strings.Contains(l.Text, "9 8 8") {
			t.Errorf("line %d: %+v", i, l)
		}
	}
}

func TestTheLanguageChosenIsTheOnlyOneHeardAfterwards(t *testing.T) {
	t.Parallel()
	for k, lang := range map[string]hotline.Lang{"1": hotline.English, "2": hotline.Spanish} {
		d := newDesk(t)
		r := d.press(d.call(), k)
		for _, next := range []string{"*", "", "7", "2", "3", "", "", "0", "1", "2", "9", "1", ""} {
			if r.Next.Lang != lang {
				t.Fatalf("after %q the URL carries %q, want %q", next, r.Next.Lang, lang)
			}
			for _, l := range r.Lines {
				if l.Lang != lang {
					t.Errorf("%q is said in %q, want %q", l.Text, l.Lang, lang)
				}
			}
			r = d.press(r, next)
		}
	}
}

func TestTheURLsOfADocumentCarryItsOwnTurnPlusOne(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	r := d.call()
	for i, k := range []string{"1", "*", "", "2", "1", "?", "1", "1", "1", "", "0", "2", "9", "2", "90012", "", "*"} {
		r = d.press(r, k)
		c := d.only()
		if c.Turn != i+1 || r.Next.Turn != c.Turn+1 {
			t.Fatalf("after key %d (%q): the case stands at %d, the URLs carry %d", i, k, c.Turn, r.Next.Turn)
		}
	}
	c := d.only()
	c.State, c.Epoch, c.Room = hotline.Connecting, 5, "room-1"
	m := at(r)
	m.Name, m.Turn = "join-5", 0
	if r = d.read(d.Moved(t.Context(), m)); r.Next.Turn != c.Turn+1 {
		t.Errorf("a move counts as a turn: the case stands at %d, the URLs carry %d", c.Turn, r.Next.Turn)
	}
}

func TestZeroBeforeTheSafetyQuestionAsksItOnceAndThenLeadsToTheUrgentQueue(t *testing.T) {
	t.Parallel()
	for name, keys := range map[string][]string{
		"0 again": {"1", "0", "0"}, "silence": {"1", "", ""}, "wrong keys": {"1", "7", "6"}, "0, then silence": {"1", "0", "", ""},
	} {
		d := newDesk(t)
		r := d.press(d.call(), keys[0])
		if !r.Next.Safety {
			t.Errorf("%s: the URL does not know that safety is asked", name)
		}
		r = d.press(r, keys[1:]...)
		if c := d.only(); c.State != hotline.Waiting || c.Band != hotline.Urgent || r.Kind != intake.Hold {
			t.Errorf("%s: %s in %s, reply %d", name, c.State, c.Band, r.Kind)
		}
	}
}

// With the store down "1" pages by what the URL says was asked: "yes, go on by
// text" is no "yes" to the safety question, which stays open behind it.
func TestAYesToGoingOnByTextIsNoYesToTheSafetyQuestion(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"1", "2"} {
		d := newDesk(t)
		r := d.press(d.call(), language, "8")
		if r.Kind != intake.Listen || r.Next.Safety {
			t.Errorf("language %s: reply %d, the URL says that safety is asked: %v", language, r.Kind, r.Next.Safety)
		}
		if r = d.press(r, "2"); r.Kind != intake.Listen || !r.Next.Safety {
			t.Errorf("language %s, back: reply %d, the URL says that safety is asked: %v", language, r.Kind, r.Next.Safety)
		}
	}
}

func TestNineAtEveryQuestionRaisesAndPages(t *testing.T) {
	t.Parallel()
	for name, before := range map[string][]string{
		"language": nil, "safety": {"1"}, "menu": {"1", "2"}, "date": {"1", "2", "1"}, "zip code": {"1", "2", "5"}, "rights": {"2", "2", "6"},
		"waiting": {"1", "2", "3"}, "call back": {"1", "2", "3", "1"},
	} {
		d := newDesk(t)
		r := d.press(d.press(d.call(), before...), "9")
		c := d.only()
		if c.State != hotline.Waiting || c.Band != hotline.Emergency || !c.Emergency.Open() || c.Risk != 3 {
			t.Errorf("%s: %s, %s, risk %d, record open %v", name, c.State, c.Band, c.Risk, c.Emergency.Open())
		}
		says(t, r, "911", "988")
	}
}

func TestAYesToTheSafetyQuestionPagesAtOnceAndAsksOnlyAfterwards(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	r := d.press(d.call(), "1", "1")
	if c := d.only(); c.Band != hotline.Emergency || !c.Emergency.Open() || r.Kind != intake.Listen {
		t.Fatalf("%s, open %v, reply %d", c.Band, c.Emergency.Open(), r.Kind)
	}
	opened := d.only().Emergency.OpenedAt
	r = d.press(r, "9", "2", "90012")
	if r.Kind != intake.Hold || d.only().Emergency.OpenedAt != opened {
		t.Errorf("after the questions: reply %d", r.Kind)
	}
	says(t, r, "I am still here", "911", "988")
}

func TestWordsOfDangerAtAQuestionPage(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	r := d.press(d.call(), "1", "2")
	d.read(d.Answer(t.Context(), at(r), spoken("I took all my pills")))
	if c := d.only(); c.Band != hotline.Emergency || !c.Emergency.Open() {
		t.Errorf("band %s, record open %v", c.Band, c.Emergency.Open())
	}
}

func TestTheEmergencyHoldOffersNoCallback(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	r := d.press(d.call(), "1", "1", "", "")
	for _, k := range []string{"", "1", "0", "*", "", "2"} {
		if r.Kind != intake.Hold || d.only().State != hotline.Waiting {
			t.Fatalf("reply %d, case %s", r.Kind, d.only().State)
		}
		silentAbout(t, r, "call you back", "called back")
		r = d.press(r, k)
	}
}

func TestARequestThatIsNotTheNextOneIsLedToTheCurrentStateAndChangesNothing(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*intake.Mark){
		"an old turn whose document is gone": func(m *intake.Mark) { m.Turn = 1 },
		"a turn never handed out":            func(m *intake.Mark) { m.Turn = 99 },
		"no turn at all":                     func(m *intake.Mark) { m.Turn = 0 },
	} {
		d := newDesk(t)
		r := d.press(d.call(), "1", "2")
		clear(d.docs)
		m, before, turns := at(r), *d.only(), len(d.turns)
		change(&m)
		got := d.read(d.Answer(t.Context(), m, key("9")))
		if got.Kind != intake.Listen || words(got) != words(r) || got.Next.Turn != r.Next.Turn {
			t.Errorf("%s: leads to %q at turn %d", name, words(got), got.Next.Turn)
		}
		if after := *d.only(); len(d.turns) != turns || after.Turn != before.Turn || after.Band != before.Band {
			t.Errorf("%s: changed %+v", name, after)
		}
	}
}

func TestAForeignLegHearsWhereHelpIsAndTouchesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	m := at(d.waiting(2))
	m.Leg = other
	turns := len(d.turns)
	r := d.read(d.Answer(t.Context(), m, key("9")))
	says(t, r, "988", "911")
	if r.Kind != intake.Hangup || len(d.turns) != turns || d.only().Band != hotline.Routine {
		t.Errorf("reply %d, %d turns, band %s", r.Kind, len(d.turns), d.only().Band)
	}
}

func TestARepeatedRequestGetsTheSameDocumentWhateverTheKeyIsThen(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	r := d.press(d.call(), "1")
	first, err := d.Answer(t.Context(), at(r), key("2"))
	if err != nil {
		t.Fatal(err)
	}
	d.press(d.replies[string(first)], "3")
	turns := len(d.turns)
	again, err := d.Answer(t.Context(), at(r), key("1"))
	if err != nil || string(again) != string(first) || len(d.turns) != turns {
		t.Errorf("repeat: %q, %v; first %q", again, err, first)
	}
	begun, err := d.Begin(t.Context(), intake.Mark{Leg: leg, From: number(texter)})
	if err != nil || d.replies[string(begun)].Next.Turn != 1 || len(d.cases) != 1 {
		t.Errorf("the call itself again: turn %d, %d cases, %v", d.replies[string(begun)].Next.Turn, len(d.cases), err)
	}
}

func TestACallThatComesAgainAfterItsDocumentIsGoneGoesOnWhereItStood(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	r := d.press(d.call(), "1", "2")
	clear(d.docs)
	got := d.read(d.Begin(t.Context(), intake.Mark{Leg: leg, From: number(texter)}))
	if words(got) != words(r) || len(d.cases) != 1 {
		t.Errorf("goes on at %q", words(got))
	}
}

func TestAnAnswerBeginsAnewWhenTheCaseMovesMeanwhile(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	r := d.waiting(1)
	d.before = func() { // another request of this call won the turn, and a person pressed 1
		c := d.only()
		c.Turn++
		c.State, c.Room, c.Epoch = hotline.Connecting, "room-1", 5
	}
	if r = d.press(r, ""); r.Kind != intake.Bridge || r.Room != "room-1" {
		t.Errorf("reply %d to room %q", r.Kind, r.Room)
	}
}

func TestAStoreThatFailsIsReportedAndNothingIsAnswered(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	r := d.waiting(1)
	d.fail = hotline.ErrUnknown
	m := at(r)
	for name, ask := range map[string]func(context.Context) ([]byte, error){
		"begin":     func(ctx context.Context) ([]byte, error) { return d.Begin(ctx, m) },
		"answer":    func(ctx context.Context) ([]byte, error) { return d.Answer(ctx, m, silence) },
		"moved":     func(ctx context.Context) ([]byte, error) { return d.Moved(ctx, m) },
		"afterdial": func(ctx context.Context) ([]byte, error) { return d.AfterDial(ctx, m) },
		"over":      func(ctx context.Context) ([]byte, error) { return nil, d.Over(ctx, leg) },
		"quiet":     func(ctx context.Context) ([]byte, error) { return nil, d.Quiet(ctx, m.Case, 1) },
		"text":      func(ctx context.Context) ([]byte, error) { return d.Text(ctx, intake.Text{Sid: "SM1", From: m.From}) },
	} {
		if doc, err := ask(t.Context()); !errors.Is(err, hotline.ErrUnknown) || doc != nil {
			t.Errorf("%s: %q, %v", name, doc, err)
		}
	}
}
