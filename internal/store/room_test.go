package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/store"
)

func (b *bundle) room(t fataler, c hotline.Case, what, label string, leg hotline.Leg, seq int) string {
	t.Helper()
	v, err := b.Room(t.Context(), hotline.RoomEvent{
		Case: c.ID, Room: c.Room, Conference: "CF1", What: what, Label: label, Leg: leg, LegOver: what == "leave", Sequence: seq,
	})
	if err != nil {
		t.Fatal(err)
	}
	return v.Word
}

// FAULTS 17: callbacks come in any order and more than once.
func TestLateJoinOfALegThatLeftPutsNobodyIntoTheRoom(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	p := b.play(t, hotline.Connecting)
	b.room(t, p.Case, "leave", "patient", p.PatientLeg, 3)
	if word := b.room(t, p.Case, "join", "patient", p.PatientLeg, 2); word != "stale" {
		t.Errorf("a join after its leave: %s", word)
	}
	if got := b.get(t, p.ID); got.State != hotline.Connecting {
		t.Errorf("the counselor is alone and the case is %s", got.State)
	}
	if word := b.room(t, p.Case, "join", "patient", p.PatientLeg, 4); word != "ok" || b.get(t, p.ID).State != hotline.Live {
		t.Errorf("back in the room: %s, %s", word, b.get(t, p.ID).State)
	}
	if word := b.room(t, p.Case, "join", "patient", p.PatientLeg, 4); word != "stale" {
		t.Errorf("the same callback again: %s", word)
	}
}

func TestStarIsLookedAtAgainBeforeTheTalkIsOver(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	p := b.play(t, hotline.Live)
	v, err := b.Room(t.Context(), hotline.RoomEvent{Case: p.ID, Room: p.Room, Conference: "CF1", What: "leave", Label: "counselor", Leg: counselorLeg, Sequence: 9})
	if err != nil || v.Word != "star" || b.get(t, p.ID).State != hotline.Live {
		t.Fatalf("%+v %v", v, err)
	}
	if d := b.until(t, "star"); d.Case != p.ID || d.Epoch != p.Epoch {
		t.Errorf("%+v", d)
	}
}

func TestPersonOnCallInTheRoomOwnsTheTalkOnceTheCounselorIsLost(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	p := b.play(t, hotline.Live)
	if word, _, err := b.Attend(t.Context(), p.ID, hotline.OnCall(1), "CAoncall", "t"); err != nil || word != "join" {
		t.Fatalf("%s %v", word, err)
	}
	if err := b.HandOver(t.Context(), p.ID, p.Epoch); err != nil {
		t.Fatal(err)
	}
	got := b.get(t, p.ID)
	if got.State != hotline.Live || got.Owner != hotline.OnCall(1) || got.CounselorLeg != "CAoncall" || got.Epoch != p.Epoch+1 {
		t.Errorf("%s of %s, leg %s, epoch %d", got.State, got.Owner, got.CounselorLeg, got.Epoch)
	}
	if sh, err := b.Shift(t.Context(), p.by); err != nil || len(sh.Cases) != 0 {
		t.Errorf("the counselor still holds %v (%v)", sh.Cases, err)
	}
	if err := b.HandOver(t.Context(), p.ID, got.Epoch); !errors.Is(err, hotline.ErrStale) {
		t.Errorf("with nobody else in the room: %v", err)
	}
}

// The line of a person on call who owns the talk is lost: there is nobody to
// hand it to, whichever callback comes first.
func TestTalkIsNeverHandedOverToTheLegThatIsLost(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	p := b.play(t, hotline.Waiting)
	if word, _, err := b.Attend(t.Context(), p.ID, hotline.OnCall(1), "CAoncall", "t"); err != nil || word != "join" {
		t.Fatalf("%s %v", word, err)
	}
	c := b.get(t, p.ID)
	b.join(t, c, "oncall-1", "CAoncall")
	b.join(t, c, "patient", c.PatientLeg)
	if st := b.get(t, p.ID).State; st != hotline.Live {
		t.Fatal(st)
	}
	if err := b.HandOver(t.Context(), p.ID, c.Epoch); !errors.Is(err, hotline.ErrStale) {
		t.Errorf("handed over to the lost leg: %v", err)
	}
}

func TestPageAnsweredAfterTheTalkSaysSoAgainWhenItIsRepeated(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	p := b.play(t, hotline.WrapUp)
	for range 2 {
		if word, _, err := b.Attend(t.Context(), p.ID, hotline.OnCall(1), "CAlate", "t"); err != nil || word != "gone" {
			t.Errorf("%s %v", word, err)
		}
	}
}

func TestPageTakesTheCaseFromTheCounselorWhoIsBeingRung(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	p := b.play(t, hotline.Claimed)
	if err := b.Ringing(t.Context(), p.ID, p.Epoch, "CAring", hotline.CounselorField); err != nil {
		t.Fatal(err)
	}
	if word, _, err := b.Attend(t.Context(), p.ID, hotline.OnCall(1), "CAoncall", "t"); err != nil || word != "join" {
		t.Fatalf("%s %v", word, err)
	}
	if c := b.get(t, p.ID); c.Owner != hotline.OnCall(1) || c.Epoch != p.Epoch+1 || c.State != hotline.Connecting {
		t.Errorf("%s of %s in epoch %d", c.State, c.Owner, c.Epoch)
	}
	d := b.until(t, "hang")
	if d.Args["leg"] != "CAring" || d.Args["why"] != "taken" {
		t.Errorf("the counselor hears %v", d.Args)
	}
	if _, err := b.Connect(t.Context(), p.ID, p.Epoch, "CAring", "k"); !errors.Is(err, hotline.ErrStale) {
		t.Errorf("press 1 after it was taken: %v", err)
	}
	b.snap(t, []hotline.CaseID{p.ID}, []hotline.CounselorID{p.by}).check(t)
}

// FAULTS 20: a caller hangs up in each state.
func TestCallerWhoHangsUpIsGoneOnceAndTheCounselorIsTold(t *testing.T) {
	t.Parallel()
	for from, told := range map[hotline.State]bool{
		hotline.Triage: false, hotline.Waiting: false, hotline.Claimed: true, hotline.Connecting: true, hotline.Live: true,
	} {
		t.Run(string(from), func(t *testing.T) {
			t.Parallel()
			b := setup(t, store.Options{Short: -time.Second})
			p := b.play(t, from)
			if from == hotline.Claimed {
				if err := b.Ringing(t.Context(), p.ID, p.Epoch, counselorLeg, hotline.CounselorField); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := b.Leave(t.Context(), p.ID, p.PatientLeg); err != nil {
				t.Fatal(err)
			}
			if _, err := b.Leave(t.Context(), p.ID, p.PatientLeg); !errors.Is(err, hotline.ErrStale) {
				t.Errorf("twice: %v", err)
			}
			var hung []string
			for _, d := range b.take(t, "hang") {
				hung = append(hung, d.Args["leg"]+" "+d.Args["why"])
			}
			if (len(hung) > 0) != told || told && hung[0] != string(counselorLeg)+" left" {
				t.Errorf("told %v", hung)
			}
			board, err := b.Board(t.Context())
			want := 0
			if from == hotline.Waiting || from == hotline.Claimed || from == hotline.Connecting {
				want = 1
			}
			if err != nil || board.Abandoned != want {
				t.Errorf("%d abandoned, want %d (%v)", board.Abandoned, want, err)
			}
			b.snap(t, []hotline.CaseID{p.ID}, []hotline.CounselorID{p.by}).check(t)
		})
	}
}

func TestCallerWhoLeavesAfterALostTalkGoesToTheWrapUpOfWhoTalked(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	p := b.play(t, hotline.Live)
	if _, err := b.GiveBack(t.Context(), p.ID, hotline.GiveBack{Epoch: p.Epoch, From: []hotline.State{hotline.Live}, Code: "line-lost", Head: true, TellPatient: true}); err != nil {
		t.Fatal(err)
	}
	if st, err := b.Leave(t.Context(), p.ID, p.PatientLeg); err != nil || st != hotline.WrapUp {
		t.Fatalf("%s %v", st, err)
	}
	board, err := b.Board(t.Context())
	if got := b.get(t, p.ID); err != nil || got.Owner != p.by || board.Abandoned != 0 || board.Answered != 1 {
		t.Errorf("of %s, %d abandoned, %d answered (%v)", got.Owner, board.Abandoned, board.Answered, err)
	}
	b.snap(t, []hotline.CaseID{p.ID}, []hotline.CounselorID{p.by}).check(t)
}
