package intake_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/intake"
	"github.com/tideover/tideover/internal/triage"
)

// inState gives a thread of one text whose case stands in the state.
func inState(t *testing.T, state hotline.State) *desk {
	t.Helper()
	d := newDesk(t)
	d.text("hello, I need someone to talk to")
	if state != hotline.Triage {
		d.text("2")
		d.text("3")
		d.only().Place = 4
	}
	d.only().State = state
	return d
}

func TestAFirstTextIsAnsweredInItsLanguage(t *testing.T) {
	t.Parallel()
	for body, langs := range map[string][]hotline.Lang{
		"hello, I need someone to talk to":  {hotline.English},
		"hola, necesito hablar con alguien": {hotline.Spanish},
		"???":                               {hotline.English, hotline.Spanish},
	} {
		r := newDesk(t).text(body)
		heard := map[hotline.Lang]bool{}
		for _, l := range r.Lines {
			heard[l.Lang] = true
		}
		if len(heard) != len(langs) || !heard[langs[0]] {
			t.Errorf("%q is answered in %v, want %v", body, heard, langs)
		}
		says(t, r, "988", "911")
	}
}

func TestAThreadStaysInTheLanguageChosen(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, body := range []string{"hola", "2", "no", "3", "¿cuánto falta?", "crisis", "2", "90012", "gracias", "HELP"} {
		for _, l := range d.text(body).Lines {
			if l.Lang != hotline.Spanish {
				t.Errorf("after %q: %q is in %q", body, l.Text, l.Lang)
			}
		}
	}
}

func TestATextIsAnsweredOnceHoweverOftenItComes(t *testing.T) {
	t.Parallel()
	for _, state := range hotline.States() {
		d := inState(t, state)
		in := intake.Text{Sid: "SM9", From: number(texter), Body: "hello again"}
		first := d.read(d.Text(t.Context(), in))
		turns, received := len(d.turns), len(d.received)
		again := d.read(d.Text(t.Context(), in))
		if words(again) != words(first) || len(d.turns) != turns || len(d.received) != received {
			t.Errorf("%s: %q, then %q", state, words(first), words(again))
		}
	}
}

// FAULTS 36.
func TestOnlyTheExactWordsOfTheCarrierOptOut(t *testing.T) {
	t.Parallel()
	for body, out := range map[string]bool{
		"STOP": true, " stop ": true, "Unsubscribe": true, "quit": true, "END": true, "stopall": true, "revoke": true, "OPTOUT": true, "cancel": true,
		"stop.": false, "STOP!": false, "stop it hurts": false, "please stop": false, "ARRET": false, "I want it to end": false,
		"stop stop": false, "": false, "start": false,
	} {
		d := inState(t, hotline.Waiting)
		r := d.text(body)
		if d.optOut[texter] != out || out && len(r.Lines) > 0 {
			t.Errorf("%q: opted out %v, answer %q", body, d.optOut[texter], words(r))
		}
		if !out && len(r.Lines) == 0 {
			t.Errorf("%q gets no answer", body)
		}
	}
}

func TestWhatTwilioAnsweredItselfIsNotAnsweredTwice(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"STOP", "START", "HELP"} {
		d := inState(t, hotline.Waiting)
		d.optOut[texter] = word == "START"
		if r := d.send(intake.Text{From: number(texter), Body: word, OptOut: word}); len(r.Lines) > 0 {
			t.Errorf("%s: %q", word, words(r))
		}
		if d.optOut[texter] != (word == "STOP") {
			t.Errorf("%s: opted out %v", word, d.optOut[texter])
		}
	}
}

func TestHelpNamesBothNumbersAndAWayToAPerson(t *testing.T) {
	t.Parallel()
	for _, state := range []hotline.State{hotline.Triage, hotline.Waiting, hotline.Closed} {
		r := inState(t, state).text("help")
		says(t, r, "988", "911", "person")
	}
}

// FAULTS 36.
func TestAfterStopEveryAnswerIsEmptyAndDangerStillPages(t *testing.T) {
	t.Parallel()
	for body, paged := range map[string]bool{
		"are you there": false, "HELP": false, "menu": false, "I want to kill myself": true, "crisis": true, "988": true, "911": true,
	} {
		for _, state := range hotline.States() {
			d := inState(t, state)
			d.text("STOP")
			r := d.text(body)
			if len(r.Lines) > 0 {
				t.Errorf("%s, %q: answered %q", state, body, words(r))
			}
			opened := len(d.raised) > 0
			for _, c := range d.cases {
				opened = opened || c.Emergency.Open()
			}
			if opened != paged {
				t.Errorf("%s, %q: paged %v, want %v", state, body, opened, paged)
			}
		}
	}
}

// FAULTS 36.
func TestStartLiftsStop(t *testing.T) {
	t.Parallel()
	d := inState(t, hotline.Waiting)
	d.text("STOP")
	says(t, d.text("START"), "988", "911", "Texts reach this phone")
	if d.optOut[texter] {
		t.Error("still opted out")
	}
	if r := d.text("hello"); len(r.Lines) == 0 {
		t.Error("no answer after START")
	}
}

func TestSafetyWordsActInEveryState(t *testing.T) {
	t.Parallel()
	for _, state := range hotline.States() {
		for _, body := range []string{"crisis", "Crisis!", "988", "911", " 911. "} {
			d := inState(t, state)
			r := d.text(body)
			opened := len(d.raised) == 1
			for _, c := range d.cases {
				opened = opened || c.Emergency.Open()
			}
			if !opened {
				t.Errorf("%s, %q: nobody is paged", state, body)
			}
			says(t, r, "988", "911")
		}
	}
}

func TestWhileACounselorHasTheThreadEverythingIsRelayedAsItIs(t *testing.T) {
	t.Parallel()
	for _, state := range []hotline.State{hotline.Claimed, hotline.Connecting, hotline.Live} {
		for _, body := range []string{"1", "0", "9", "menu", "person", "repeat", "  spaces kept  ", "HELP me please", "yes", "crisis", "911"} {
			d := inState(t, state)
			received, turns := len(d.received), len(d.turns)
			r := d.text(body)
			if len(d.received) != received+1 || d.received[received] != body || len(d.turns) != turns {
				t.Errorf("%s, %q: relayed %q", state, body, d.received[received:])
			}
			if loud := body == "crisis" || body == "911"; loud != (len(r.Lines) > 0) || loud != (len(d.raised) > 0) {
				t.Errorf("%s, %q: answered %q, raised %v", state, body, words(r), d.raised)
			}
		}
	}
	d := inState(t, hotline.Live)
	if r := d.text("I took all my pills"); len(r.Lines) != 0 || len(d.raised) != 1 {
		t.Errorf("words of danger to a counselor: answered %q, raised %v", words(r), d.raised)
	}
}

func TestAWaitingTexterKeepsThePlaceAndHearsItHonestly(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.line = [4]int{1, 2, 0, 6}
	d.text("hello, I need someone to talk to")
	d.text("2")
	says(t, d.text("3"), "about number 10 in line", "988", "911")
	for _, c := range []struct{ place, told int }{{8, 8}, {11, 8}, {3, 3}} {
		d.only().Place = c.place
		says(t, d.text("hello?"), fmt.Sprintf("about number %d in line", c.told))
	}
	if d.received[len(d.received)-1] != "hello?" {
		t.Errorf("the thread does not show what was written while waiting: %q", d.received)
	}
	r := d.text("menu")
	says(t, r, "place in line is kept")
	if d.only().State != hotline.Waiting {
		t.Error(d.only().State)
	}
}

func TestAnUrgentTexterStandsBehindTheUrgentOnesOnly(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.line = [4]int{1, 2, 0, 6}
	says(t, d.text("I want to kill myself"), "about number 4 in line")
}

func TestAPictureIsAnsweredWithWordsAndLeavesAMark(t *testing.T) {
	t.Parallel()
	for _, state := range []hotline.State{hotline.Triage, hotline.Waiting, hotline.Live, hotline.Closed} {
		d := inState(t, state)
		r := d.send(intake.Text{From: number(texter), Media: true})
		says(t, r, "tell us in words")
		if (state == hotline.Live || state == hotline.Waiting) && d.received[len(d.received)-1] == "" {
			t.Errorf("%s: the thread shows nothing", state)
		}
	}
}

func TestATextWithoutANumberHearsWhereHelpIsAndIsKeptNowhere(t *testing.T) {
	t.Parallel()
	for _, from := range []string{"", "anonymous", "+266696687", "sip:somebody@example.org", "73782"} {
		d := newDesk(t)
		r := d.read(d.Text(t.Context(), intake.Text{Sid: "SM1", From: number(from), Body: "crisis"}))
		says(t, r, "988", "911")
		if len(d.cases)+len(d.docs) > 0 {
			t.Errorf("%q: %d cases, %d documents", from, len(d.cases), len(d.docs))
		}
	}
}

func TestOurTextsNeverTellAnybodyToTextAWordOfTheCarrier(t *testing.T) {
	t.Parallel()
	for _, state := range hotline.States() {
		for _, body := range []string{"", "hello", "help", "menu", "crisis", "1", "0", "start"} {
			text := " " + strings.NewReplacer(".", " ", ",", " ", ":", " ").Replace(words(inState(t, state).text(body))) + " "
			for _, word := range []string{" STOP ", " START ", " HELP "} {
				if strings.Contains(text, word) {
					t.Errorf("%s, %q: %q", state, body, text)
				}
			}
		}
	}
}

func TestTextsWhoseStoreFailsHalfwayAreReported(t *testing.T) {
	t.Parallel()
	d := inState(t, hotline.Waiting)
	d.before = func() { d.fail = hotline.ErrUnknown }
	if _, err := d.Text(t.Context(), intake.Text{Sid: "SM8", From: number(texter), Body: "hi"}); err != nil {
		t.Fatalf("the commit itself went through: %v", err)
	}
	for _, body := range []string{"STOP", "START", "HELP", "hi", "crisis"} {
		if doc, err := d.Text(t.Context(), intake.Text{Sid: "SM9", From: number(texter), Body: body}); !errors.Is(err, hotline.ErrUnknown) || doc != nil {
			t.Errorf("%q: %q, %v", body, doc, err)
		}
	}
}

func TestATextThatCrossesAClaimReachesTheCounselor(t *testing.T) {
	t.Parallel()
	d := inState(t, hotline.Waiting)
	d.before = func() {
		c := d.only()
		c.Turn++
		c.State = hotline.Live
	}
	r := d.text("is anybody there")
	if len(r.Lines) > 0 || d.received[len(d.received)-1] != "is anybody there" {
		t.Errorf("answered %q, relayed %q", words(r), d.received)
	}
}

func TestPhrasesOfTextsAreThere(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, id := range []triage.PhraseID{triage.TextHelp, triage.TextBack, triage.TextMedia, triage.TextEmergency, triage.GoodbyeGone} {
		for _, lang := range []hotline.Lang{hotline.English, hotline.Spanish} {
			if d.phrase(id, lang, hotline.SMS) == "" {
				t.Errorf("%s has no text in %s", id, lang)
			}
		}
	}
}
