package store_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/triage"
)

// outbox gives the jobs of a kind with when they are due.
func (b *bundle) outbox(t fataler, kind string) map[string]time.Time {
	t.Helper()
	all := map[string]time.Time{}
	rows := b.rdb.ZRangeWithScores(t.Context(), b.key("outbox"), 0, -1).Val()
	for _, z := range append(rows, b.rdb.ZRangeWithScores(t.Context(), b.key("dials"), 0, -1).Val()...) {
		if id := z.Member.(string); strings.HasPrefix(id, kind+":") {
			all[id] = time.UnixMilli(int64(z.Score) % 10_000_000_000_000).UTC() // calls have their rank in front
			if ttl := b.rdb.PTTL(t.Context(), b.key("job:"+id)).Val(); ttl < time.Until(all[id]) {
				t.Fatalf("%s ends in %v, before it is due", id, ttl)
			}
		}
	}
	return all
}

func TestRemindersGoToWhoAgreedADayAndAnHourBefore(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	g := b.group(t, 5*24*time.Hour, 1, 5)
	agreed := triage.Session{Script: "v1"}
	b.ask(t, b.asking(t, 1, g.ID, agreed))
	b.ask(t, b.asking(t, 2, g.ID, agreed)) // waits: nothing to be reminded of
	due := func() []time.Time {
		var all []time.Time
		for _, at := range b.outbox(t, "remind") {
			all = append(all, at)
		}
		slices.SortFunc(all, time.Time.Compare)
		return all
	}
	if got, want := due(), []time.Time{g.At.Add(-24 * time.Hour), g.At.Add(-time.Hour)}; !slices.Equal(got, want) {
		t.Errorf("reminders %v, want %v", got, want)
	}
	if s, err := b.SignUps(t.Context(), g.ID); err != nil || !s[0].Remind || s[0].At.IsZero() {
		t.Errorf("%+v %v", s, err)
	}
	for _, key := range b.rdb.Keys(t.Context(), b.key("gs:*")).Val() {
		if got := b.rdb.HGet(t.Context(), key, "consent").Val(); got != "v1/remind_ask=1/en/voice" {
			t.Errorf("what was agreed to: %q", got)
		}
	}
	g.At = g.At.Add(36 * time.Hour)
	if err := b.ChangeGroup(t.Context(), g); err != nil {
		t.Fatal(err)
	}
	if got, want := due(), []time.Time{g.At.Add(-24 * time.Hour), g.At.Add(-time.Hour)}; !slices.Equal(got, want) {
		t.Errorf("after the change %v, want %v", got, want)
	}
	if _, err := b.LeaveGroups(t.Context(), caller(1)); err != nil {
		t.Fatal(err)
	}
	for id := range b.outbox(t, "remind") {
		s, _, err := b.SignUp(t.Context(), g.ID, strings.TrimSuffix(strings.TrimSuffix(strings.TrimPrefix(id, "remind:"+g.ID+":"), ":24"), ":1"))
		if err != nil || s.Caller.E164() != caller(2).E164() {
			t.Errorf("%s is for %v (%v), want the one who got the seat", id, s.Caller, err)
		}
	}
	if len(due()) != 2 {
		t.Errorf("reminders %v", due())
	}
	if err := b.CallOff(t.Context(), g.ID); err != nil {
		t.Fatal(err)
	}
	if got := due(); len(got) != 0 {
		t.Errorf("of a group that was called off: %v", got)
	}
}

func TestWithoutConsentNobodyIsRemindedAndTheQuietGetNoText(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	g := b.group(t, 5*24*time.Hour, 5, 5)
	b.ask(t, b.asking(t, 1, g.ID, triage.Session{Vars: map[string]string{"remind": "no"}}))
	b.ask(t, b.asking(t, 2, g.ID, triage.Session{Quiet: true}))
	unasked := b.asking(t, 3, g.ID, triage.Session{})
	unasked.Effects = []triage.Effect{triage.Seat{Group: g.ID}}
	b.ask(t, unasked)
	if got := b.outbox(t, "remind"); len(got) != 0 {
		t.Errorf("reminders %v", got)
	}
	if got := b.take(t, "notice"); len(got) != 2 {
		t.Errorf("%d texts, want two, and none to who cannot talk", len(got))
	}
}

func TestWhatIsKeptOfAGroupIsGoneThreeDaysAfterIt(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	g := b.group(t, 4*24*time.Hour, 1, 1)
	b.seat(t, 1, g.ID)
	b.seat(t, 2, g.ID)
	g.At = g.At.Add(24 * time.Hour) // later: it is all sealed anew
	if err := b.ChangeGroup(t.Context(), g); err != nil {
		t.Fatal(err)
	}
	gone := g.At.Add(72 * time.Hour)
	day := "v1." + gone.Format("20060102") + "-"
	keys := b.rdb.Keys(t.Context(), b.key("g*")).Val()
	if len(keys) != 6 { // the group, its two lists, two people, and the list of groups
		t.Fatalf("keys %v", keys)
	}
	for _, key := range keys {
		if key == b.key("groups") {
			continue
		}
		if left := time.Until(gone) - b.rdb.PTTL(t.Context(), key).Val(); left.Abs() > time.Minute {
			t.Errorf("%s does not end with the group: %v", key, left)
		}
		for field, value := range b.rdb.HGetAll(t.Context(), key).Val() {
			if sealed := field == "number" || field == "link"; sealed && !strings.HasPrefix(value, day) {
				t.Errorf("%s is sealed as %.15s, want %s", field, value, day)
			}
		}
	}
	if in, waits := b.people(t, g.ID); len(in) != 1 || len(waits) != 1 {
		t.Errorf("in %v, waits %v", in, waits)
	}
}
