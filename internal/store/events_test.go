package store_test

import (
	"context"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/store"
)

// REDIS pitfall: blocking reads starve the pool. Two hundred consoles, one
// more connection.
func TestTwoHundredWatchersNeedOneConnection(t *testing.T) {
	b := setup(t, store.Options{})
	b.wait(t, hotline.Routine, "en")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var feeds []<-chan hotline.Event
	for range 200 {
		ch, err := b.Watch(ctx, "")
		if err != nil {
			t.Fatal(err)
		}
		feeds = append(feeds, ch)
	}
	opt, err := redis.ParseURL(redisServer)
	if err != nil {
		t.Fatal(err)
	}
	rdb := redis.NewClient(opt)
	defer func() { _ = rdb.Close() }()
	blocked := strings.Count(rdb.ClientList(t.Context()).Val(), "cmd=xread")
	c := b.wait(t, hotline.Urgent, "en")
	for i, ch := range feeds {
		for e := range ch {
			if e.Case == c.ID && e.Code == "enqueued" {
				break
			}
		}
		if i == 0 && blocked > 1 {
			t.Errorf("%d connections read the stream", blocked)
		}
	}
}

func TestWhoComesBackHearsWhatWasMissedOnceAndInOrder(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	ch, err := b.Watch(ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	first := b.wait(t, hotline.Routine, "en")
	last := (<-ch).ID
	cancel()
	second := b.wait(t, hotline.Routine, "en")
	back, err := b.Watch(t.Context(), last)
	if err != nil {
		t.Fatal(err)
	}
	third := b.wait(t, hotline.Routine, "en")
	var seen []hotline.CaseID
	for e := range back {
		if e.Code == "enqueued" {
			seen = append(seen, e.Case)
		}
		if e.Case == third.ID {
			break
		}
	}
	if len(seen) != 2 || seen[0] != second.ID || seen[1] != third.ID {
		t.Errorf("heard %v, want %s and %s (had %s)", seen, second.ID, third.ID, first.ID)
	}
}

// A console that no longer reads must not hold up the others.
func TestReaderThatDoesNotKeepUpIsLetGo(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	asleep, err := b.Watch(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	awake, err := b.Watch(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	me, heard := hotline.NewStaffID(), 0
	for range 400 {
		for _, st := range []hotline.Presence{hotline.Available, hotline.Break} {
			if _, err := b.SetShift(t.Context(), me, hotline.Shift{State: st}, ""); err != nil {
				t.Fatal(err)
			}
			<-awake
			heard++
		}
	}
	got := 0
	for range asleep { // ends because the channel was closed
		got++
	}
	if got >= heard {
		t.Errorf("the sleeper was kept for all %d events", got)
	}
}
