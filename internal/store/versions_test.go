package store_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"pgregory.net/rapid"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/triage"
)

// scriptVersions are those that contacts of a walk are on.
var scriptVersions = []string{"v1", "v2", "v3"}

// versioned lets a turn go on with a version at random, as after a recall.
func (h *house) versioned(turn *triage.Turn) {
	if turn.Next.Script == "" {
		turn.Next.Script = rapid.SampledFrom(append([]string{""}, scriptVersions...)).Draw(h.t, "version")
	}
}

// scanned counts open contacts by version, looking at each of them.
func (s snapshot) scanned() map[string][]string {
	all := map[string][]string{}
	for id, c := range s.cases {
		if c["ver"] != "" && hotline.State(c["state"]) != hotline.Closed {
			all[c["ver"]] = append(all[c["ver"]], string(id))
		}
	}
	return all
}

func (s snapshot) checkVersions(t faults) {
	t.Helper()
	want := s.scanned()
	for v, ids := range s.on {
		slices.Sort(ids)
		slices.Sort(want[v])
		if !slices.Equal(ids, want[v]) {
			t.Errorf("on version %s: %v, a scan finds %v", v, ids, want[v])
		}
	}
}

func (b *bundle) begin(t fataler, version string) hotline.Case {
	t.Helper()
	id := hotline.NewCaseID()
	b.turn(t, triage.Turn{Case: id, Leg: b.leg(), Channel: hotline.Voice, Doc: []byte("0"), Next: triage.Session{Script: version}}, hotline.Case{})
	return b.get(t, id)
}

func (b *bundle) moveOn(t fataler, c hotline.Case, version string, effects ...triage.Effect) hotline.Case {
	t.Helper()
	b.turn(t, triage.Turn{
		Case: c.ID, Leg: string(c.PatientLeg), Channel: c.Channel, N: c.Turn + 1, Doc: []byte("doc"), Effects: effects,
		Next: triage.Session{Script: version, Lang: "en"},
	}, c)
	return b.get(t, c.ID)
}

func (b *bundle) counts(t fataler) map[string]int {
	t.Helper()
	got, err := b.OnVersions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// Issue: how many contacts are on which version is right after a recall, while
// somebody talks, and after the end.
func TestContactsCountForTheVersionThatTheyAreOnNow(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	first, second := b.begin(t, "v1"), b.begin(t, "v1")
	third := b.begin(t, "v2")
	if got, want := b.counts(t), map[string]int{"v1": 2, "v2": 1}; !maps.Equal(got, want) {
		t.Errorf("at the beginning: %v, want %v", got, want)
	}
	first = b.moveOn(t, first, "v2") // recalled to a question: the usual turn
	second = b.moveOn(t, second, "v2", triage.Enqueue{Band: hotline.Routine, Need: hotline.NeedTalk})
	if got, want := b.counts(t), map[string]int{"v2": 3}; !maps.Equal(got, want) {
		t.Errorf("after the recall: %v, want %v", got, want)
	}
	by := b.on(t)
	if _, err := b.Claim(t.Context(), hotline.Want{Case: second.ID}, by, hotline.NewToken()); err != nil {
		t.Fatal(err)
	}
	b.moveOn(t, third, "v2", triage.End{})
	if _, err := b.Leave(t.Context(), first.ID, first.PatientLeg); err != nil {
		t.Fatal(err)
	}
	if got, want := b.counts(t), map[string]int{"v2": 1}; !maps.Equal(got, want) {
		t.Errorf("one is claimed, two are over: %v, want %v", got, want)
	}
}

// Before, no more than 5,000 contacts were looked at.
func TestMoreContactsThanAreLookedAtAtOnceAreCounted(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{Deadline: 10 * time.Second})
	const all, hands = 5200, 8
	var work sync.WaitGroup
	for range hands {
		work.Go(func() {
			for range all / hands {
				got, err := b.Commit(t.Context(), triage.Turn{
					Case: hotline.NewCaseID(), Leg: b.leg(), Channel: hotline.Voice, Doc: []byte("0"), Next: triage.Session{Script: "v1"},
				}, hotline.Case{})
				if err != nil || got.Word != triage.Kept {
					t.Errorf("%+v %v", got, err)
					return
				}
			}
		})
	}
	work.Wait()
	if got := b.counts(t)["v1"]; got != all {
		t.Errorf("%d contacts are counted, want %d", got, all)
	}
}

// What is wrong with the line itself stays until a script is published, or
// until somebody dismisses what they have seen; another instance shows it too.
func TestAnAlertStaysUntilItIsOverOrDismissed(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	ctx := t.Context()
	events, err := b.Watch(ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	heard := func(code string) {
		t.Helper()
		select {
		case e := <-events:
			if e.Kind != "alert" || e.Code != code {
				t.Errorf("event %+v, want the alert %s", e, code)
			}
		case <-time.After(5 * time.Second):
			t.Errorf("no event %s", code)
		}
	}
	board := func() hotline.Board {
		t.Helper()
		got, err := b.Board(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(b.Alert(ctx, hotline.ScriptRefused, "script/strike.yaml:3:1: error: no node=x"))
	heard("script-refused")
	first := board().Alerts
	if len(first) != 1 || first[0].Kind != hotline.ScriptRefused || first[0].Text != "script/strike.yaml:3:1: error: no node=x" || first[0].At.IsZero() {
		t.Fatalf("alerts: %+v", first)
	}
	if err := b.Dismiss(ctx, hotline.ScriptRefused, first[0].At.Add(-time.Second)); !errors.Is(err, hotline.ErrStale) {
		t.Errorf("dismissed what nobody has seen: %v", err)
	}
	must(b.Dismiss(ctx, hotline.ScriptRefused, first[0].At))
	heard("alert-over")
	if err := b.Dismiss(ctx, hotline.ScriptRefused, time.Time{}); !errors.Is(err, hotline.ErrNotFound) || len(board().Alerts) != 0 {
		t.Errorf("dismissed twice: %v, %+v", err, board().Alerts)
	}
	must(b.Alert(ctx, hotline.ScriptOlder, "an older folder"))
	must(b.Publish(ctx, "v1", "v1", []byte("files")))
	now := board()
	if len(now.Alerts) != 0 || now.Script != "v1" || now.ScriptSince.IsZero() {
		t.Errorf("after a script was published: %+v, %q since %v", now.Alerts, now.Script, now.ScriptSince)
	}
	must(b.Publish(ctx, "v1", "v1", []byte("files")))
	if again := board(); !again.ScriptSince.Equal(now.ScriptSince) {
		t.Error("the running version became younger by being published again")
	}
}

// How many wait, and since when whoever can wait has waited.
func TestTheCrowdIsCounted(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	n, longest, err := b.Crowd(t.Context())
	if n != 0 || longest != 0 || err != nil {
		t.Errorf("nobody waits: %d, %v, %v", n, longest, err)
	}
	b.wait(t, hotline.Emergency, hotline.English)
	routine := b.wait(t, hotline.Routine, hotline.English)
	since := time.Now().Add(-10 * time.Minute)
	if err := b.rdb.ZAdd(t.Context(), b.key("w:3"), redis.Z{Score: float64(since.UnixMilli()), Member: string(routine.ID)}).Err(); err != nil {
		t.Fatal(err)
	}
	if n, longest, err = b.Crowd(t.Context()); n != 2 || longest < 9*time.Minute || longest > 11*time.Minute || err != nil {
		t.Errorf("two wait: %d, %v, %v", n, longest, err)
	}
}

// What was published once stays known when its files are forgotten.
func TestAVersionThatIsForgottenStaysKnown(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	for _, v := range []string{"v1", "v2"} {
		if err := b.Publish(t.Context(), v, v, []byte("files")); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.DropVersion(t.Context(), "v1"); err != nil {
		t.Fatal(err)
	}
	line, err := b.Published(t.Context())
	if err != nil || !line.Knew("v1") || !line.Knew("v2") || line.Knew("v3") || strings.Join(line.Versions, " ") != "v2" {
		t.Errorf("%+v %v", line, err)
	}
}
