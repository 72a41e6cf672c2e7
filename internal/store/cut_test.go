package store_test

import (
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/triage"
)

// dialsUp is one call of a person, up to the queue; ago is how long before now
// the wait began, 0 for a wait that begins now.
func (b *bundle) dialsUp(t fataler, who hotline.Number, band hotline.Band, ago ...time.Duration) hotline.Case {
	t.Helper()
	id, leg := hotline.NewCaseID(), b.leg()
	b.turn(t, triage.Turn{Case: id, Leg: leg, Channel: hotline.Voice, Caller: who, N: 0, Doc: []byte("0")}, hotline.Case{})
	var since time.Time
	for _, d := range ago {
		since = time.Now().Add(-d)
	}
	b.turn(t, triage.Turn{
		Case: id, Leg: leg, Channel: hotline.Voice, Caller: who, N: 1, Since: since, Next: triage.Session{Lang: hotline.English}, Doc: []byte("1"),
		Effects: []triage.Effect{triage.Enqueue{Band: band, Need: hotline.NeedTalk}},
	}, b.get(t, id))
	return b.get(t, id)
}

func (b *bundle) hangsUp(t fataler, c hotline.Case) {
	t.Helper()
	if _, err := b.Leave(t.Context(), c.ID, c.PatientLeg); err != nil {
		t.Fatal(err)
	}
}

func TestWhoeverCallsAgainAfterACutHasThePlaceAndTheUrgencyOfBefore(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ before, after, want hotline.Band }{
		"as before":               {hotline.Routine, hotline.Routine, hotline.Routine},
		"more urgent before":      {hotline.Urgent, hotline.Routine, hotline.Urgent},
		"more urgent now":         {hotline.Routine, hotline.Urgent, hotline.Urgent},
		"no emergency by itself":  {hotline.Emergency, hotline.Routine, hotline.Urgent},
		"an emergency is said so": {hotline.Routine, hotline.Emergency, hotline.Emergency},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, store.Options{})
			who := caller(700)
			first := b.dialsUp(t, who, c.before, 5*time.Minute)
			b.dialsUp(t, caller(701), c.want) // who came between
			b.hangsUp(t, first)
			again := b.dialsUp(t, who, c.after)
			if !again.Enqueued.Equal(first.Enqueued) || again.Band != c.want || again.Place != 1 || again.ID == first.ID {
				t.Errorf("enqueued %v, want %v; band %v, want %v; place %d", again.Enqueued, first.Enqueued, again.Band, c.want, again.Place)
			}
			b.hangsUp(t, again)
			if third := b.dialsUp(t, who, hotline.Routine); !third.Enqueued.Equal(first.Enqueued) {
				t.Errorf("after a second cut: enqueued %v, want %v", third.Enqueued, first.Enqueued)
			}
		})
	}
}

func TestAPlaceIsKeptForAQuarterOfAnHourAndForNobodyElse(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	who := caller(800)
	first := b.dialsUp(t, who, hotline.Urgent, 5*time.Minute)
	b.hangsUp(t, first)
	if c := b.dialsUp(t, caller(801), hotline.Routine); c.Enqueued.Equal(first.Enqueued) || c.Band != hotline.Routine {
		t.Errorf("somebody else has the place: %v %v", c.Enqueued, c.Band)
	}
	keys, err := b.rdb.Keys(t.Context(), b.key("cut:*")).Result()
	if err != nil || len(keys) != 1 {
		t.Fatalf("kept places: %v %v", keys, err)
	}
	if ttl, err := b.rdb.PTTL(t.Context(), keys[0]).Result(); err != nil || ttl <= 14*time.Minute || ttl > 15*time.Minute {
		t.Errorf("the place is kept for %v (%v)", ttl, err)
	}
	if err := b.rdb.Del(t.Context(), keys[0]).Err(); err != nil { // as Redis does when its time is over
		t.Fatal(err)
	}
	if c := b.dialsUp(t, who, hotline.Routine); c.Enqueued.Equal(first.Enqueued) || c.Band != hotline.Routine {
		t.Errorf("a quarter of an hour later the place is still there: %v %v", c.Enqueued, c.Band)
	}
	none := b.dialsUp(t, hotline.CallerNumber("anonymous"), hotline.Routine)
	b.hangsUp(t, none)
	if keys, _ := b.rdb.Keys(t.Context(), b.key("cut:*")).Result(); len(keys) != 0 {
		t.Errorf("a place is kept for a withheld number: %v", keys)
	}
}

func TestACutWhileACounselorIsBeingCalledKeepsThePlaceAndACloseDoesNot(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	who := caller(900)
	first := b.dialsUp(t, who, hotline.Soon, 5*time.Minute)
	if c, err := b.claim(t.Context(), b.on(t)); err != nil || c.ID != first.ID {
		t.Fatalf("claimed %v, %v", c.ID, err)
	}
	b.hangsUp(t, first)
	if again := b.dialsUp(t, who, hotline.Routine); !again.Enqueued.Equal(first.Enqueued) || again.Band != hotline.Soon {
		t.Errorf("enqueued %v, want %v; band %v", again.Enqueued, first.Enqueued, again.Band)
	}
	served := caller(901)
	c := b.dialsUp(t, served, hotline.Routine, 5*time.Minute)
	b.turn(t, triage.Turn{Case: c.ID, Leg: string(c.PatientLeg), Channel: hotline.Voice, Caller: served, N: 2, Doc: []byte("2"), Effects: []triage.Effect{triage.End{Reason: "served"}}}, c)
	b.hangsUp(t, b.get(t, c.ID))
	if again := b.dialsUp(t, served, hotline.Routine); again.Enqueued.Equal(c.Enqueued) {
		t.Error("who was served has the place of before")
	}
}
