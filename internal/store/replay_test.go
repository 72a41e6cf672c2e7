package store_test

import (
	"errors"
	"fmt"
	"maps"
	"sync"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/triage"
)

// FAULTS 16: the same webhook fifty times in parallel.
func TestFiftyCopiesOfATurnMakeOneTransitionAndGetOneDocument(t *testing.T) {
	t.Parallel()
	for name, token := range map[string]hotline.Token{"with Twilio's token": hotline.NewToken(), "by leg and turn alone": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, store.Options{})
			c := b.wait(t, hotline.Routine, "en")
			var all sync.WaitGroup
			docs, kept := make([]string, 50), make([]bool, 50)
			for i := range docs {
				all.Go(func() {
					got, err := b.Commit(t.Context(), triage.Turn{
						Case: c.ID, Leg: string(c.PatientLeg), Channel: hotline.Voice, N: 2, Token: token, Doc: fmt.Appendf(nil, "document %d", i),
						Effects: []triage.Effect{triage.Enqueue{Band: hotline.Urgent, Need: hotline.NeedTalk}, triage.Page{}},
					}, c)
					if err != nil || (got.Word != triage.Kept && got.Word != triage.Replay) {
						t.Errorf("copy %d: word %d %v", i, got.Word, err)
					}
					docs[i], kept[i] = string(got.Doc), got.Word == triage.Kept
				})
			}
			all.Wait()
			n := 0
			for i, doc := range docs {
				if doc == "" || doc != docs[0] {
					t.Errorf("copy %d got %q, the first %q", i, doc, docs[0])
				}
				if kept[i] {
					n++
				}
			}
			if got := b.get(t, c.ID); n != 1 || got.Turn != 2 || got.Emergency.PagedIndex != 1 {
				t.Errorf("%d transitions, turn %d, %d pages", n, got.Turn, got.Emergency.PagedIndex)
			}
			if jobs := b.rdb.ZCard(t.Context(), b.key("outbox")).Val() + b.rdb.ZCard(t.Context(), b.key("dials")).Val(); jobs != 4 { // nolang, page, pagetext, nextpage
				t.Errorf("%d jobs", jobs)
			}
		})
	}
}

// CONTRACT 3: the same turn with other digits, and after later steps.
func TestLateRepeatOfATurnGetsItsOwnDocument(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	c := b.wait(t, hotline.Routine, "en")
	turn := triage.Turn{Case: c.ID, Leg: string(c.PatientLeg), Channel: hotline.Voice, N: 2, Token: "first", Doc: []byte("two")}
	b.turn(t, turn, c)
	b.turn(t, triage.Turn{Case: c.ID, Leg: turn.Leg, Channel: hotline.Voice, N: 3, Doc: []byte("three")}, b.get(t, c.ID))
	if _, err := b.claim(t.Context(), b.on(t)); err != nil {
		t.Fatal(err)
	}
	before := b.hash(t, c.ID)
	for name, copyOf := range map[string]func(triage.Turn) triage.Turn{
		"the same":                 func(t triage.Turn) triage.Turn { return t },
		"other digits, no token":   func(t triage.Turn) triage.Turn { t.Token, t.Effects = "", []triage.Effect{triage.End{}}; return t },
		"another token":            func(t triage.Turn) triage.Turn { t.Token = "second"; return t },
		"the token, another turn":  func(t triage.Turn) triage.Turn { t.N = 9; return t },
		"after the case was taken": func(t triage.Turn) triage.Turn { t.Effects = []triage.Effect{triage.Promise{}}; return t },
	} {
		again := copyOf(turn)
		again.Doc = []byte("other")
		got, err := b.Commit(t.Context(), again, c)
		if err != nil || got.Word != triage.Replay || string(got.Doc) != "two" {
			t.Errorf("%s: word %d, %q, %v", name, got.Word, got.Doc, err)
		}
	}
	if after := b.hash(t, c.ID); !maps.Equal(before, after) {
		t.Errorf("a repeat changed the case:\n%v\n%v", before, after)
	}
}

func TestFirstRequestOfACallFiftyTimesMakesOneCase(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	leg := b.leg()
	var all sync.WaitGroup
	docs, kept := make([]string, 50), make([]bool, 50)
	for i := range docs {
		all.Go(func() {
			got, err := b.Commit(t.Context(), triage.Turn{
				Case: hotline.NewCaseID(), Leg: leg, Channel: hotline.Voice, Caller: caller(1), Token: "one", Doc: fmt.Appendf(nil, "welcome %d", i),
			}, hotline.Case{})
			if err != nil {
				t.Error(err)
			}
			docs[i], kept[i] = string(got.Doc), got.Word == triage.Kept
		})
	}
	all.Wait()
	n := 0
	for i := range docs {
		if docs[i] != docs[0] {
			t.Errorf("%q and %q", docs[i], docs[0])
		}
		if kept[i] {
			n++
		}
	}
	if open := b.rdb.ZCard(t.Context(), b.key("triage")).Val(); n != 1 || open != 1 {
		t.Errorf("%d kept, %d cases", n, open)
	}
}

func TestTwoFirstTextsOfOnePersonMakeOneCase(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	for round := range 20 {
		var all sync.WaitGroup
		words := make([]triage.Word, 2)
		for i := range words {
			all.Go(func() {
				got, err := b.Commit(t.Context(), triage.Turn{
					Case: hotline.NewCaseID(), Leg: fmt.Sprintf("SM%d-%d", round, i), Name: "0", Channel: hotline.SMS, Caller: caller(round), Doc: []byte("hello"),
				}, hotline.Case{})
				if err != nil {
					t.Error(err)
				}
				words[i] = got.Word
			})
		}
		all.Wait()
		if words[0]+words[1] != triage.Kept+triage.Stale {
			t.Fatalf("round %d: words %v", round, words)
		}
		if open := b.rdb.ZCard(t.Context(), b.key("triage")).Val(); open != int64(round+1) {
			t.Fatalf("round %d: %d cases", round, open)
		}
	}
}

func TestPromiseAskedTwiceTakesOneAndGivesTheSameWord(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	c := b.wait(t, hotline.Routine, "en")
	turn := triage.Turn{Case: c.ID, Leg: string(c.PatientLeg), Channel: hotline.Voice, N: 2, Token: "p", Effects: []triage.Effect{triage.Promise{}}, Next: triage.Session{Lang: "en"}}
	for range 3 {
		got, err := b.Commit(t.Context(), turn, c)
		if err != nil || got.Word != triage.Awaited || got.Outcome != "promised" {
			t.Fatalf("%+v %v", got, err)
		}
	}
	turn.Effects, turn.Doc = nil, []byte("we call you back")
	b.turn(t, turn, c)
	got, err := b.Commit(t.Context(), turn, c)
	if err != nil || got.Word != triage.Replay || string(got.Doc) != "we call you back" {
		t.Errorf("%+v %v", got, err)
	}
	b.snap(t, []hotline.CaseID{c.ID}, nil).check(t)
}

// The key was pressed before the claim and arrives after it.
func TestPromiseThatComesAfterTheClaimIsAnsweredClaimed(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	c, me := b.wait(t, hotline.Routine, "en"), b.on(t)
	if _, err := b.claim(t.Context(), me); err != nil {
		t.Fatal(err)
	}
	for name, effect := range map[string]triage.Effect{"call me back": triage.Promise{}, "text me and end": triage.End{}} {
		got, err := b.Commit(t.Context(), triage.Turn{
			Case: c.ID, Leg: string(c.PatientLeg), Channel: hotline.Voice, N: 2, Effects: []triage.Effect{effect}, Next: triage.Session{Lang: "en"},
		}, c)
		if err != nil || got.Word != triage.Moved || got.State != hotline.Claimed {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
	b.snap(t, []hotline.CaseID{c.ID}, []hotline.CounselorID{me}).check(t)
}

func TestRiskOfAnOlderReadNeverLowersANewerOne(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	c := b.wait(t, hotline.Routine, "en")
	if _, err := b.Raise(t.Context(), c.ID, "", hotline.Emergency, true, 3, ""); err != nil {
		t.Fatal(err)
	}
	b.turn(t, triage.Turn{Case: c.ID, Leg: string(c.PatientLeg), Channel: hotline.Voice, N: 2, Effects: []triage.Effect{triage.Raise{Risk: 1}}, Doc: []byte("x")}, c)
	if got := b.get(t, c.ID); got.Risk != 3 || got.Band != hotline.Emergency {
		t.Errorf("risk %d, band %s", got.Risk, got.Band)
	}
}

func TestTurnOfAnUnknownCaseIsGone(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	got, err := b.Commit(t.Context(), triage.Turn{Case: hotline.NewCaseID(), Leg: "CAx", Channel: hotline.Voice, N: 3, Doc: []byte("x")}, hotline.Case{Turn: 2})
	if err != nil || got.Word != triage.Gone {
		t.Errorf("%+v %v", got, err)
	}
	if _, err := b.Load(t.Context(), triage.Ref{Leg: "CAx"}); !errors.Is(err, hotline.ErrNotFound) {
		t.Errorf("and leaves something behind: %v", err)
	}
}

func TestStaffDocumentsAreKeptOnce(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	first, err := b.Keep(t.Context(), "CA1:0", "tok", []byte("one"))
	if err != nil || string(first) != "one" {
		t.Fatalf("%q %v", first, err)
	}
	for name, key := range map[string]struct {
		key string
		tok hotline.Token
	}{"same key": {"CA1:0", ""}, "same token": {"CA1:7", "tok"}} {
		if got, err := b.Keep(t.Context(), key.key, key.tok, []byte("two")); err != nil || string(got) != "one" {
			t.Errorf("%s: %q %v", name, got, err)
		}
		if got, found, err := b.Kept(t.Context(), key.key, key.tok); err != nil || !found || string(got) != "one" {
			t.Errorf("%s: kept %q %v %v", name, got, found, err)
		}
	}
	if _, found, err := b.Kept(t.Context(), "CA2:0", "other"); err != nil || found {
		t.Errorf("unknown: %v %v", found, err)
	}
}
