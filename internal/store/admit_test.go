package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/triage"
)

// begins is the first turn of a contact, and why its caller may not wait.
func (b *bundle) begins(t fataler, ch hotline.Channel, from hotline.Number) (hotline.CaseID, string) {
	t.Helper()
	id := hotline.NewCaseID()
	turn := triage.Turn{
		Case: id, Leg: b.leg(), Channel: ch, Caller: from, Next: triage.Session{Channel: ch, Lang: "en"}, Doc: []byte("welcome"),
		Effects: []triage.Effect{triage.Ask{}},
	}
	if ch == hotline.SMS {
		turn.Leg, turn.Name = "SM"+turn.Leg[2:], "0"
	}
	got, err := b.Commit(t.Context(), turn, hotline.Case{})
	if err != nil || got.Word != triage.Kept {
		t.Fatalf("a first turn: word %d, %v", got.Word, err)
	}
	if c := b.get(t, id); c.Shut != got.Shut {
		t.Fatalf("the commit says %q, the case %q", got.Shut, c.Shut)
	}
	return id, got.Shut
}

// tooOften leaves behind what a flood does, where five calls are too many.
func (b *bundle) tooOften(t fataler) {
	t.Helper()
	for range 6 {
		b.begins(t, hotline.Voice, hotline.CallerNumber("+14155550191"))
	}
	if _, err := b.TakeDuty(t.Context(), "c-1", time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
}

// Issue 6.6: the newest calls of a number count, by channel; a withheld number
// has no limit of its own, and what was turned away does not count.
func TestContactsOfANumberAreCountedByChannel(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{Limits: store.Limits{Calls: 2, Within: 700 * time.Millisecond}})
	ana, bea := hotline.CallerNumber("+14155550191"), hotline.CallerNumber("+14155550192")
	for i, want := range []string{"", "", "limited", "limited"} {
		if _, why := b.begins(t, hotline.Voice, ana); why != want {
			t.Errorf("call %d: %q, want %q", i+1, why, want)
		}
	}
	for i, want := range []string{"", "", "limited"} {
		id, why := b.begins(t, hotline.SMS, ana)
		if why != want {
			t.Errorf("thread %d: %q, want %q", i+1, why, want)
		}
		if _, err := b.Finish(t.Context(), id, hotline.Finish{}); err == nil {
			t.Error("a thread in triage was finished")
		}
		b.close(t, id)
	}
	if _, why := b.begins(t, hotline.Voice, bea); why != "" {
		t.Errorf("somebody else: %q", why)
	}
	for range 3 {
		if _, why := b.begins(t, hotline.Voice, hotline.Number{}); why != "" {
			t.Errorf("a withheld number: %q", why)
		}
	}
	till := time.Now().Add(10 * time.Second)
	for {
		if _, why := b.begins(t, hotline.Voice, ana); why == "" {
			break
		}
		if time.Now().After(till) {
			t.Fatal("who waits a while does not get through")
		}
	}
}

// close ends a thread in triage, so that the next text begins a contact.
func (b *bundle) close(t fataler, id hotline.CaseID) {
	t.Helper()
	c := b.get(t, id)
	b.turn(t, triage.Turn{
		Case: id, Leg: "SM" + b.leg()[2:], Name: "0", Channel: c.Channel, Caller: c.Caller, N: c.Turn + 1, Next: triage.Session{Channel: c.Channel, Lang: "en"},
		Effects: []triage.Effect{triage.End{}}, Doc: []byte("bye"),
	}, c)
}

// FAULTS 45: what is above all limits is told to the supervisors once.
func TestAFloodIsToldOnce(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{Limits: store.Limits{Calls: 1, Within: time.Hour, All: 30, AllWithin: time.Hour}})
	told := func() []hotline.Alert {
		board, err := b.Board(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return board.Alerts
	}
	ana := hotline.CallerNumber("+14155550191")
	for range 20 {
		b.begins(t, hotline.Voice, ana)
	}
	if all := told(); len(all) != 0 {
		t.Fatalf("told of 19 above the limit: %v", all)
	}
	b.begins(t, hotline.Voice, ana)
	first := told()
	if len(first) != 1 || first[0].Kind != hotline.Flood {
		t.Fatalf("alerts: %v", first)
	}
	var reasons []string
	for range 31 {
		_, why := b.begins(t, hotline.Voice, hotline.Number{})
		reasons = append(reasons, why)
	}
	if reasons[28] != "" || !slices.Contains(reasons[29:], "full") {
		t.Errorf("the limit of all together: %q", reasons)
	}
	if again := told(); len(again) != 1 || !again[0].At.Equal(first[0].At) {
		t.Errorf("told again at once: %v", again)
	}
}

// Issue 6.6: a lapse is told once, before and when it comes, and the next
// acknowledgement takes both away.
func TestDutyLapsesOnceAndIsToldBefore(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	kinds := func() (all []hotline.AlertKind) {
		board, err := b.Board(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range board.Alerts {
			all = append(all, a.Kind)
		}
		return all
	}
	look := func() hotline.Duty {
		d, err := b.OnDuty(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	if d := look(); d.On() || !slices.Equal(kinds(), []hotline.AlertKind{hotline.DutyLapsed}) {
		t.Errorf("before anybody: %+v, alerts %v", d, kinds())
	}
	until := time.Now().Add(2 * time.Hour)
	if d, err := b.TakeDuty(t.Context(), "c-1", until); err != nil || d.By != "c-1" || d.Until.UnixMilli() != until.UnixMilli() || len(kinds()) != 0 {
		t.Errorf("acknowledged: %+v, %v, alerts %v", d, err, kinds())
	}
	if _, err := b.TakeDuty(t.Context(), "c-2", time.Now().Add(300*time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if got := kinds(); !slices.Equal(got, []hotline.AlertKind{hotline.DutyEnds}) {
		t.Errorf("its end is near: alerts %v", got)
	}
	till := time.Now().Add(10 * time.Second)
	for look().On() {
		if time.Now().After(till) {
			t.Fatal("duty does not lapse")
		}
	}
	if got := kinds(); !slices.Equal(got, []hotline.AlertKind{hotline.DutyLapsed}) {
		t.Errorf("after the lapse: alerts %v", got)
	}
}
