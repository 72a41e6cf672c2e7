package intake_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/intake"
	"github.com/tideover/tideover/internal/triage"
)

// plain writes 911 and 988 as people do.
var plain = strings.NewReplacer("9 1 1", "911", "9 8 8", "988")

// take gives a seat, as the real one does without counting the turn.
func (s *records) take(t triage.Turn) (string, bool) {
	for _, e := range t.Effects {
		if seat, ok := e.(triage.Seat); ok && t.Doc == nil {
			s.seats = append(s.seats, fmt.Sprintf("%s at %d", seat.Group, t.N))
			return s.seat, true
		}
	}
	return "", false
}

// LeaveGroups implements intake.Threads.
func (s *records) LeaveGroups(_ context.Context, n hotline.Number) (int, error) {
	s.leaving = append(s.leaving, n.E164())
	return 1, s.fail
}

// seating is the built-in script with a seat at the key, or the text, 8.
type seating struct{ intake.Script }

func (s seating) Step(ses triage.Session, in triage.Input, f triage.Facts, now time.Time) (triage.Session, []triage.Effect, error) {
	line := func(text string) triage.Say {
		return triage.Say{Lines: []triage.Spoken{{Lang: ses.Lang, Text: text}}}
	}
	switch {
	case in.Text == "8":
		ses.Awaits = "seat"
		return ses, []triage.Effect{
			line("A seat in group g1."), triage.Record{Answer: hotline.Answer{Question: "which", Answer: "g1"}}, triage.Seat{Group: "g1"},
		}, nil
	case in.Kind == triage.Outcome && ses.Awaits == "seat":
		ses.Awaits = ""
		return ses, append([]triage.Effect{line("You are " + in.Text + ".")}, s.Current(ses, f)...), nil
	}
	return s.Script.Step(ses, in, f, now)
}

func seatDesk(t *testing.T) *desk {
	t.Helper()
	d := newDeskOn(t, func(s intake.Script) intake.Script { return seating{s} })
	d.seat = "listed"
	return d
}

func TestACallerHearsWhatBecameOfTheSeat(t *testing.T) {
	t.Parallel()
	d := seatDesk(t)
	r := d.press(d.call(), "1", "2")
	turns := len(d.turns)
	got := d.press(r, "8")
	says(t, got, "A seat in group g1.", "You are listed.")
	if got.Kind != intake.Listen || len(d.turns) != turns+1 || !slices.Equal(d.seats, []string{"g1 at 3"}) {
		t.Errorf("%v, %d turns, seats %v", got.Kind, len(d.turns)-turns, d.seats)
	}
	if a := d.only().Answers; a[len(a)-1].Answer != "g1" {
		t.Errorf("the answer before the seat is lost: %v", a)
	}
	if again := d.press(r, "8"); words(again) != words(got) || len(d.seats) != 1 {
		t.Errorf("a repeat: %q, seats %v", words(again), d.seats)
	}
}

func TestASeatByTextIsAnsweredInTheSameText(t *testing.T) {
	t.Parallel()
	d := seatDesk(t)
	d.text("hello I need help")
	d.text("no")
	says(t, d.text("8"), "A seat in group g1.", "You are listed.")
	if len(d.seats) != 1 {
		t.Errorf("seats %v", d.seats)
	}
}

func TestWhileACounselorIsCalledNoSeatIsTakenAndTheCallGoesOn(t *testing.T) {
	t.Parallel()
	d := seatDesk(t)
	r := d.waiting(1)
	d.only().State = hotline.Claimed
	says(t, d.press(r, "8"), d.phrase(triage.HoldClaimed, "en", hotline.Voice))
	if len(d.seats) != 0 {
		t.Errorf("seats %v", d.seats)
	}
}

func TestASeatWhoseDocumentWasLostIsAskedForAgainUnderTheSameTurn(t *testing.T) {
	t.Parallel()
	d := seatDesk(t)
	r := d.press(d.call(), "1", "2")
	d.before = func() { d.fail = hotline.ErrUnknown } // between the seat and the document
	if _, err := d.Answer(t.Context(), at(r), key("8")); !errors.Is(err, hotline.ErrUnknown) {
		t.Fatalf("got %v", err)
	}
	d.fail = nil
	says(t, d.press(r, "8"), "You are listed.")
	if !slices.Equal(d.seats, []string{"g1 at 3", "g1 at 3"}) {
		t.Errorf("seats %v: the store knows by the turn that they are one", d.seats)
	}
}

func TestTheWordsThatLeaveAGroup(t *testing.T) {
	t.Parallel()
	for body, lang := range map[string]hotline.Lang{
		"leave group": "en", " Leave  Group. ": "en", "cancel group": "en", "DEJAR GRUPO": "es", "cancelar el grupo": "es", "“leave group”": "en",
	} {
		d := newDesk(t)
		r := d.text(body)
		if words(r) != plain.Replace(d.phrase(triage.TextGroupLeft, lang, hotline.SMS)) || !slices.Equal(d.leaving, []string{texter}) || len(d.cases) != 0 {
			t.Errorf("%q: %q, left %d, cases %d", body, words(r), len(d.leaving), len(d.cases))
		}
	}
	for _, body := range []string{"cancel", "leave", "I want to leave the group of my friends", "group"} {
		d := newDesk(t)
		d.text(body)
		if len(d.leaving) != 0 {
			t.Errorf("%q left a group", body)
		}
	}
}

func TestWhileACounselorHasTheThreadEveryWordIsForThem(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.text("hello I need help")
	d.only().State = hotline.Live
	if r := d.text("leave group"); len(r.Lines) != 0 || len(d.leaving) != 0 || !slices.Equal(d.received[len(d.received)-1:], []string{"leave group"}) {
		t.Errorf("%q, left %d, relayed %v", words(r), len(d.leaving), d.received)
	}
}

func TestLeavingAGroupAsksTheStoreOnceForATextThatComesTwice(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	sent := intake.Text{From: number(texter), Body: "leave group", Sid: "SM1"}
	var docs []string
	for range 2 {
		doc, err := d.Text(t.Context(), sent)
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, string(doc))
	}
	if len(d.leaving) != 1 || docs[0] != docs[1] {
		t.Errorf("left %d times, documents %q", len(d.leaving), docs)
	}
	d.fail = hotline.ErrUnknown
	sent.Sid = "SM2"
	if _, err := d.Text(t.Context(), sent); !errors.Is(err, hotline.ErrUnknown) {
		t.Errorf("a store that fails: %v", err)
	}
}
