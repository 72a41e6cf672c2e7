package store_test

import (
	"errors"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/triage"
)

func TestClaimTakesTheMostUrgentThenTheOldest(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	routine, urgent, danger := b.wait(t, hotline.Routine, "en"), b.wait(t, hotline.Urgent, "es"), b.wait(t, hotline.Emergency, "en")
	q, err := b.Queue(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []hotline.CaseID{danger.ID, urgent.ID, routine.ID} {
		if q.Cases[i].ID != want || q.Cases[i].Place != i+1 {
			t.Errorf("place %d: %s at %d, want %s", i+1, q.Cases[i].ID, q.Cases[i].Place, want)
		}
		c, err := b.claim(t.Context(), b.on(t))
		if err != nil {
			t.Fatal(err)
		}
		if c.ID != want || c.State != hotline.Claimed || c.Epoch != 1 {
			t.Errorf("claim %d: %s %s epoch %d, want %s", i+1, c.ID, c.State, c.Epoch, want)
		}
	}
	if _, err := b.claim(t.Context(), b.on(t)); !errors.Is(err, hotline.ErrNobody) {
		t.Errorf("claim of an empty queue: %v", err)
	}
}

// FAULTS 5.
func TestClaimRepeatedWithTheSameTokenGetsTheSameCase(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	b.wait(t, hotline.Routine, "en")
	b.wait(t, hotline.Routine, "en")
	me, tok := b.on(t), hotline.NewToken()
	first, err := b.Claim(t.Context(), anyCase, me, tok)
	if err != nil {
		t.Fatal(err)
	}
	again, err := b.Claim(t.Context(), anyCase, me, tok)
	if err != nil || again.ID != first.ID || again.Epoch != first.Epoch {
		t.Errorf("again: %s epoch %d, %v; want %s epoch %d", again.ID, again.Epoch, err, first.ID, first.Epoch)
	}
	if _, err := b.claim(t.Context(), me); !errors.Is(err, hotline.ErrAtLimit) {
		t.Errorf("a second call at once: %v", err)
	}
}

func TestReleasedCallerStandsAtTheOldPlace(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	first := b.wait(t, hotline.Routine, "en")
	b.wait(t, hotline.Routine, "en")
	c, err := b.claim(t.Context(), b.on(t))
	if err != nil || c.ID != first.ID {
		t.Fatalf("%s %v", c.ID, err)
	}
	if _, err := b.GiveBack(t.Context(), c.ID, hotline.GiveBack{Epoch: c.Epoch, From: []hotline.State{hotline.Claimed}, Code: "released"}); err != nil {
		t.Fatal(err)
	}
	back, err := b.Case(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if back.Place != 1 || back.State != hotline.Waiting || !back.Enqueued.Equal(first.Enqueued) || back.Epoch != 2 || back.Owner != "" {
		t.Errorf("back as %+v", back)
	}
	if _, err := b.GiveBack(t.Context(), c.ID, hotline.GiveBack{Epoch: c.Epoch, From: []hotline.State{hotline.Claimed}, Code: "released"}); !errors.Is(err, hotline.ErrStale) {
		t.Errorf("an old epoch: %v", err)
	}
}

func TestTalkFromClaimToClose(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	b.wait(t, hotline.Routine, "en")
	me := b.on(t)
	c, err := b.claim(t.Context(), me)
	if err != nil {
		t.Fatal(err)
	}
	c, err = b.Connect(t.Context(), c.ID, c.Epoch, "CAcounselor", "x")
	if err != nil || c.State != hotline.Connecting {
		t.Fatalf("%s %v", c.State, err)
	}
	for i, e := range []hotline.RoomEvent{{Label: "counselor", Leg: "CAcounselor"}, {Label: "patient", Leg: c.PatientLeg}} {
		e.Case, e.Room, e.Conference, e.What, e.Sequence = c.ID, c.Room, "CF1", "join", i
		if _, err := b.Room(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	if c, err = b.Case(t.Context(), c.ID); err != nil || c.State != hotline.Live || c.Conference != "CF1" {
		t.Fatalf("%s %v", c.State, err)
	}
	if st, err := b.Finish(t.Context(), c.ID, hotline.Finish{By: me, To: hotline.WrapUp}); err != nil || st != hotline.WrapUp {
		t.Fatalf("%s %v", st, err)
	}
	if st, err := b.Finish(t.Context(), c.ID, hotline.Finish{By: me, To: hotline.Closed, Disposition: "helped"}); err != nil || st != hotline.Closed {
		t.Fatalf("%s %v", st, err)
	}
	sh, err := b.Shift(t.Context(), me)
	if err != nil || sh.State != hotline.Available || len(sh.Cases) != 0 {
		t.Errorf("shift %+v %v", sh, err)
	}
	board, err := b.Board(t.Context())
	if err != nil || board.Answered != 1 || board.Within != 1 || len(board.Queue.Cases) != 0 {
		t.Errorf("board %+v %v", board, err)
	}
}

func TestSameTurnGivesTheSameBytesAndChangesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	c := b.wait(t, hotline.Routine, "en")
	turn := triage.Turn{Case: c.ID, Leg: string(c.PatientLeg), Channel: hotline.Voice, N: 2, Token: "tok-2", Doc: []byte("two")}
	b.turn(t, turn, c)
	turn.Doc, turn.Effects = []byte("other"), []triage.Effect{triage.End{}}
	got, err := b.Commit(t.Context(), turn, c)
	if err != nil || got.Word != triage.Replay || string(got.Doc) != "two" {
		t.Errorf("again: %d %q %v", got.Word, got.Doc, err)
	}
	if now, err := b.Case(t.Context(), c.ID); err != nil || now.State != hotline.Waiting || now.Turn != 2 {
		t.Errorf("state %s turn %d %v", now.State, now.Turn, err)
	}
}
