package store_test

import (
	"errors"
	"fmt"
	"maps"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/triage"
)

// played is a case that was brought into a state, and who has it.
type played struct {
	hotline.Case
	by hotline.CounselorID // who holds or held it
}

const counselorLeg = hotline.Leg("CAcounselor")

// play brings a caller by voice into the state, an emergency record open.
func (b *bundle) play(t fataler, s hotline.State) played {
	t.Helper()
	ctx := t.Context()
	p := played{by: b.on(t)}
	must := func(err error) {
		if err != nil {
			t.Fatalf("on the way to %s: %v", s, err)
		}
	}
	if s == hotline.Triage {
		id, leg := hotline.NewCaseID(), b.leg()
		b.turn(t, triage.Turn{Case: id, Leg: leg, Channel: hotline.Voice, N: 0, Doc: []byte("0"), Effects: []triage.Effect{triage.Page{}}}, hotline.Case{})
		p.Case = b.get(t, id)
		return p
	}
	p.Case = b.wait(t, hotline.Emergency, hotline.English)
	if s == hotline.Promised {
		b.promise(t, p.Case)
	}
	if s.Owned() || s == hotline.Closed {
		_, err := b.Claim(ctx, hotline.Want{Case: p.ID}, p.by, hotline.NewToken())
		must(err)
	}
	if s != hotline.Claimed && (s.Owned() || s == hotline.Closed) {
		c, err := b.Connect(ctx, p.ID, 1, counselorLeg, string(hotline.NewToken()))
		must(err)
		b.join(t, c, "counselor", counselorLeg)
		if s != hotline.Connecting {
			b.join(t, c, "patient", c.PatientLeg)
			b.join(t, c, "oncall-1", "CAoncall")
		}
	}
	if s == hotline.WrapUp || s == hotline.Closed {
		_, err := b.Finish(ctx, p.ID, hotline.Finish{By: p.by, To: s, Disposition: "helped"})
		must(err)
	}
	p.Case = b.get(t, p.ID)
	if p.State != s {
		t.Fatalf("played to %s, the case is %s", s, p.State)
	}
	return p
}

func (b *bundle) promise(t fataler, c hotline.Case) {
	t.Helper()
	b.promised(t, c, triage.Promise{})
}

// promised is a call that was promised on these terms.
func (b *bundle) promised(t fataler, c hotline.Case, p triage.Promise) {
	t.Helper()
	got, err := b.Commit(t.Context(), triage.Turn{
		Case: c.ID, Leg: string(c.PatientLeg), Channel: c.Channel, N: c.Turn + 1, Next: triage.Session{Lang: c.Lang}, Effects: []triage.Effect{p},
	}, c)
	if err != nil || got.Word != triage.Awaited || got.Outcome != "promised" {
		t.Fatalf("promise: %+v %v", got, err)
	}
}

func (b *bundle) join(t fataler, c hotline.Case, label string, leg hotline.Leg) {
	t.Helper()
	if _, err := b.Room(t.Context(), hotline.RoomEvent{Case: c.ID, Room: c.Room, Conference: "CF1", What: "join", Label: label, Leg: leg, Sequence: -1}); err != nil {
		t.Fatal(err)
	}
}

var errRefused = errors.New("refused")

// commits makes a script's turn an operation of the walk.
func commits(effects ...triage.Effect) func(*testing.T, *bundle, played) error {
	return func(t *testing.T, b *bundle, p played) error {
		t.Helper()
		got, err := b.Commit(t.Context(), triage.Turn{
			Case: p.ID, Leg: string(p.PatientLeg), Channel: hotline.Voice, N: p.Turn + 1, Effects: effects, Doc: []byte("doc"),
			Next: triage.Session{Lang: hotline.English},
		}, p.Case)
		if err == nil && got.Word != triage.Kept {
			err = fmt.Errorf("%w: word %d", errRefused, got.Word)
		}
		return err
	}
}

// moves of one script: where it leads from each state; a state that is not
// named is refused.
type walk struct {
	do func(*testing.T, *bundle, played) error
	to map[hotline.State]hotline.State
}

func walks() map[string]walk {
	return map[string]walk{
		"commit that queues": {commits(triage.Enqueue{Band: hotline.Routine, Need: hotline.NeedTalk}), map[hotline.State]hotline.State{
			hotline.Triage: hotline.Waiting, hotline.Waiting: hotline.Waiting, hotline.Promised: hotline.Promised, hotline.Claimed: hotline.Claimed,
			hotline.Connecting: hotline.Connecting, hotline.Live: hotline.Live, hotline.WrapUp: hotline.WrapUp,
		}},
		"commit that promises": {commits(triage.Promise{}), map[hotline.State]hotline.State{
			hotline.Triage: hotline.Promised, hotline.Waiting: hotline.Promised, hotline.Promised: hotline.Promised,
		}},
		"commit that ends": {commits(triage.End{}), map[hotline.State]hotline.State{
			hotline.Triage: hotline.Closed, hotline.Waiting: hotline.Closed, hotline.Promised: hotline.Closed, hotline.Closed: hotline.Closed,
		}},
		"claim": {func(t *testing.T, b *bundle, p played) error {
			t.Helper()
			_, err := b.Claim(t.Context(), hotline.Want{Case: p.ID}, b.on(t), hotline.NewToken())
			return err
		}, map[hotline.State]hotline.State{hotline.Waiting: hotline.Claimed, hotline.Promised: hotline.Claimed}},
		"connect": {func(t *testing.T, b *bundle, p played) error {
			t.Helper()
			_, err := b.Connect(t.Context(), p.ID, p.Epoch, "CAnew", string(hotline.NewToken()))
			return err
		}, map[hotline.State]hotline.State{hotline.Claimed: hotline.Connecting}},
		"attend": {func(t *testing.T, b *bundle, p played) error {
			t.Helper()
			word, _, err := b.Attend(t.Context(), p.ID, hotline.OnCall(2), "CAsecond", string(hotline.NewToken()))
			if err == nil && word == "gone" {
				err = errRefused
			}
			return err
		}, map[hotline.State]hotline.State{
			hotline.Waiting: hotline.Connecting, hotline.Promised: hotline.Connecting, hotline.Claimed: hotline.Connecting,
			hotline.Connecting: hotline.Connecting, hotline.Live: hotline.Live,
		}},
		"give back": {func(t *testing.T, b *bundle, p played) error {
			t.Helper()
			_, err := b.GiveBack(t.Context(), p.ID, hotline.GiveBack{Epoch: p.Epoch, From: hotline.States(), Code: "transfer", Exclude: 1e9})
			return err
		}, map[hotline.State]hotline.State{
			hotline.Claimed: hotline.Waiting, hotline.Connecting: hotline.Waiting, hotline.Live: hotline.Waiting, hotline.WrapUp: hotline.Waiting,
		}},
		"give back what does not stand there": {func(t *testing.T, b *bundle, p played) error {
			t.Helper()
			_, err := b.GiveBack(t.Context(), p.ID, hotline.GiveBack{Epoch: p.Epoch, Code: "released"})
			return err
		}, nil},
		"leave": {func(t *testing.T, b *bundle, p played) error {
			t.Helper()
			_, err := b.Leave(t.Context(), p.ID, p.PatientLeg)
			return err
		}, map[hotline.State]hotline.State{
			hotline.Triage: hotline.Closed, hotline.Waiting: hotline.Closed, hotline.Promised: hotline.Promised, hotline.Claimed: hotline.Closed,
			hotline.Connecting: hotline.Closed, hotline.Live: hotline.WrapUp, hotline.WrapUp: hotline.WrapUp, hotline.Closed: hotline.Closed,
		}},
		"leave of another leg": {func(t *testing.T, b *bundle, p played) error {
			t.Helper()
			_, err := b.Leave(t.Context(), p.ID, "CAother")
			return err
		}, nil},
		"finish into wrap-up": {func(t *testing.T, b *bundle, p played) error {
			t.Helper()
			_, err := b.Finish(t.Context(), p.ID, hotline.Finish{Epoch: p.Epoch, By: p.Owner, To: hotline.WrapUp})
			return err
		}, map[hotline.State]hotline.State{hotline.Live: hotline.WrapUp, hotline.WrapUp: hotline.WrapUp}},
		"close": {func(t *testing.T, b *bundle, p played) error {
			t.Helper()
			_, err := b.Finish(t.Context(), p.ID, hotline.Finish{Epoch: p.Epoch, By: p.Owner, To: hotline.Closed, Disposition: "helped"})
			return err
		}, map[hotline.State]hotline.State{hotline.Live: hotline.Closed, hotline.WrapUp: hotline.Closed}},
		"finish by somebody else": {func(t *testing.T, b *bundle, p played) error {
			t.Helper()
			_, err := b.Finish(t.Context(), p.ID, hotline.Finish{By: hotline.NewStaffID(), To: hotline.Closed, Disposition: "helped"})
			return err
		}, nil},
		"patient joins the room": {rooms("join", "patient"), map[hotline.State]hotline.State{
			hotline.Connecting: hotline.Live, hotline.Live: hotline.Live, hotline.WrapUp: hotline.WrapUp, hotline.Closed: hotline.Closed,
		}},
		"somebody unknown leaves the room": {rooms("leave", "patient-2"), nil},
		"pick up": {func(t *testing.T, b *bundle, p played) error {
			t.Helper()
			return b.PickUp(t.Context(), p.ID, p.Epoch, "CAback")
		}, nil}, // the patient is on the line: there is nothing to pick up
		"hand over": {func(t *testing.T, b *bundle, p played) error {
			t.Helper()
			return b.HandOver(t.Context(), p.ID, p.Epoch)
		}, map[hotline.State]hotline.State{hotline.Live: hotline.Live}},
	}
}

func rooms(what, label string) func(*testing.T, *bundle, played) error {
	return func(t *testing.T, b *bundle, p played) error {
		t.Helper()
		v, err := b.Room(t.Context(), hotline.RoomEvent{
			Case: p.ID, Room: p.Room, Conference: "CF2", What: what, Label: label, Leg: p.PatientLeg, LegOver: true, Sequence: -1,
		})
		if err == nil && v.Word == "stale" || p.Room == "" {
			err = errRefused
		}
		return err
	}
}

// DESIGN 4: every script refuses a move that is not in the table.
func TestEveryScriptInEveryStateMovesByTheTableOrChangesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	for name, w := range walks() {
		for _, from := range hotline.States() {
			t.Run(name+"/"+string(from), func(t *testing.T) {
				t.Parallel()
				p := b.play(t, from)
				before := b.hash(t, p.ID)
				err := w.do(t, b, p)
				after := b.hash(t, p.ID)
				to, moves := w.to[from]
				if err != nil && !maps.Equal(before, after) {
					t.Errorf("refused (%v), but the case changed:\n%v\n%v", err, before, after)
				}
				if (err == nil) != moves {
					t.Fatalf("moves to %s with %v", after["state"], err)
				}
				if got := hotline.State(after["state"]); err == nil && (got != to || got != from && !hotline.CanMove(from, got)) {
					t.Errorf("%s → %s, want %s", from, got, to)
				}
			})
		}
	}
}

// An old epoch or turn is refused in every state, whatever the script.
func TestStaleFencesChangeNothingInAnyState(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	for name, do := range map[string]func(*testing.T, played) error{
		"connect": func(t *testing.T, p played) error {
			t.Helper()
			_, err := b.Connect(t.Context(), p.ID, p.Epoch+1, "CAx", p.Reason+"x"+string(p.ID))
			return err
		},
		"give back": func(t *testing.T, p played) error {
			t.Helper()
			_, err := b.GiveBack(t.Context(), p.ID, hotline.GiveBack{Epoch: p.Epoch + 1, From: hotline.States()})
			return err
		},
		"finish": func(t *testing.T, p played) error {
			t.Helper()
			_, err := b.Finish(t.Context(), p.ID, hotline.Finish{Epoch: p.Epoch + 1, To: hotline.Closed})
			return err
		},
		"hand over": func(t *testing.T, p played) error { t.Helper(); return b.HandOver(t.Context(), p.ID, p.Epoch+1) },
		"pick up":   func(t *testing.T, p played) error { t.Helper(); return b.PickUp(t.Context(), p.ID, p.Epoch+1, "CAx") },
		"commit": func(t *testing.T, p played) error {
			t.Helper()
			got, err := b.Commit(t.Context(), triage.Turn{Case: p.ID, Leg: "CAold", Channel: hotline.Voice, N: p.Turn + 2, Effects: []triage.Effect{triage.End{}}, Doc: []byte("x")}, p.Case)
			if err == nil && got.Word == triage.Stale {
				return errRefused
			}
			return err
		},
	} {
		for _, from := range hotline.States() {
			t.Run(name+"/"+string(from), func(t *testing.T) {
				t.Parallel()
				p := b.play(t, from)
				before := b.hash(t, p.ID)
				if err := do(t, p); err == nil {
					t.Error("a stale fence was accepted")
				}
				if after := b.hash(t, p.ID); !maps.Equal(before, after) {
					t.Errorf("the case changed:\n%v\n%v", before, after)
				}
			})
		}
	}
}
