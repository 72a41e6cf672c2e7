package store_test

import (
	"errors"
	"maps"
	"sync"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/triage"
)

// everything of a line as it lies in Redis.
func (b *bundle) dump(t fataler) map[string]string {
	t.Helper()
	keys, err := b.rdb.Keys(t.Context(), b.key("*")).Result()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, k := range keys {
		all[k] = b.rdb.Dump(t.Context(), k).Val()
	}
	return all
}

// FAULTS 2: a store that was emptied, or another one, is not ours.
func TestStoreOfAnotherEraIsNeitherReadNorChanged(t *testing.T) {
	t.Parallel()
	for name, era := range map[string]string{"no era": "", "another era": store.NewEra()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, store.Options{})
			p, c, me := b.play(t, hotline.Live), b.wait(t, hotline.Routine, "en"), b.on(t)
			if b.rdb.Del(t.Context(), b.key("era")); era != "" {
				b.rdb.Set(t.Context(), b.key("era"), era, 0)
			}
			before := b.dump(t)
			ctx := t.Context()
			for what, do := range map[string]func() error{
				"ready": func() error { return b.Ready(ctx) },
				"commit": func() error {
					_, err := b.Commit(ctx, triage.Turn{Case: c.ID, Leg: "CA", N: 2, Doc: []byte("x")}, c)
					return err
				},
				"load":      func() error { _, err := b.Load(ctx, triage.Ref{Case: c.ID}); return err },
				"queue":     func() error { _, err := b.Queue(ctx); return err },
				"board":     func() error { _, err := b.Board(ctx); return err },
				"claim":     func() error { _, err := b.claim(ctx, me); return err },
				"connect":   func() error { _, err := b.Connect(ctx, p.ID, p.Epoch, "CA", "x"); return err },
				"attend":    func() error { _, _, err := b.Attend(ctx, p.ID, "oncall:1", "CA", "x"); return err },
				"give back": func() error { _, err := b.GiveBack(ctx, p.ID, hotline.GiveBack{From: hotline.States()}); return err },
				"finish":    func() error { _, err := b.Finish(ctx, p.ID, hotline.Finish{To: hotline.Closed}); return err },
				"leave":     func() error { _, err := b.Leave(ctx, c.ID, c.PatientLeg); return err },
				"raise":     func() error { _, err := b.Raise(ctx, c.ID, "", 0, true, 3, ""); return err },
				"record":    func() error { return b.Emergency(ctx, p.ID, "sup", "close", "words") },
				"write":     func() error { _, err := b.Write(ctx, p.by, p.ID, "x", "x"); return err },
				"receive":   func() error { _, err := b.Receive(ctx, p.ID, "SM", "x", []byte("x")); return err },
				"note":      func() error { _, err := b.SaveNote(ctx, p.by, p.ID, "x", 0, "x"); return err },
				"due":       func() error { _, err := b.Due(ctx, 10); return err },
				"keep":      func() error { _, err := b.Keep(ctx, "CA:0", "", []byte("x")); return err },
				"shift":     func() error { _, err := b.SetShift(ctx, me, hotline.Shift{State: hotline.Off}, ""); return err },
				"stop":      func() error { return b.OptOut(ctx, caller(1), true) },
				"pass on":   func() error { return b.PassOn(ctx, c.ID) },
			} {
				if err := do(); !errors.Is(err, hotline.ErrEra) {
					t.Errorf("%s: %v", what, err)
				}
			}
			if after := b.dump(t); !maps.Equal(before, after) {
				t.Error("data of another era were changed")
			}
		})
	}
}

func TestLossOfAnEraIsToldByOneProcessOnly(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	b.rdb.Del(t.Context(), b.key("era"))
	var all sync.WaitGroup
	first := make([]bool, 20)
	for i := range first {
		all.Go(func() {
			var err error
			if first[i], err = b.FirstToTell(t.Context(), b.era); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	n := 0
	for _, f := range first {
		if f {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d processes tell the people on call", n)
	}
	if again, err := b.FirstToTell(t.Context(), store.NewEra()); err != nil || !again {
		t.Errorf("the loss of another era: %v %v", again, err)
	}
}

func TestEraIsBegunOnceAndReplacedOnlyByWhoAcceptsTheLoss(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	other := store.NewEra()
	if got, err := b.BeginEra(t.Context(), other, false); err != nil || got != b.era {
		t.Errorf("begun again: %s %v, want %s", got, err, b.era)
	}
	if err := b.Ready(t.Context()); err != nil {
		t.Errorf("still ours: %v", err)
	}
	if got, err := b.BeginEra(t.Context(), other, true); err != nil || got != other {
		t.Errorf("replaced: %s %v", got, err)
	}
	if got, err := b.Era(t.Context()); err != nil || got != other {
		t.Errorf("%s %v", got, err)
	}
}
