package server_test

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
	"github.com/tideover/tideover/internal/standin"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/vault"
)

// empties lets the store come back with nothing in it.
func (s *stage) empties(t *testing.T) {
	t.Helper()
	s.redisd.kill()
	s.redisd.forget(t)
	s.redisd.start(t)
}

// acceptLoss does what `tideover init --accept-loss` does.
func (s *stage) acceptLoss(t *testing.T) {
	t.Helper()
	era := store.NewEra()
	if err := vault.SetEra(s.keysFile, era); err != nil {
		t.Fatal(err)
	}
	if _, err := s.store(t).BeginEra(t.Context(), era, true); err != nil {
		t.Fatal(err)
	}
}

// Issue 4 clause 8, FAULTS 2 and "measurements" 3: a store that comes back
// empty looks like "nobody waits". It is told apart by the era, shown, and told
// to the people on call once, although two instances see it. Callers hear the
// degraded document until the loss is accepted, without a restart; then who
// waited stands where they stood, and an emergency is paged again.
func TestAStoreThatComesBackEmptyIsALossAndNoEmptyQueue(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	second := s.serve(t)
	sam := s.hire(t, "Sam", staff.Supervisor, "")
	first, onRosa := s.inLine(t, sam, rosa)
	next, onEve := s.inLine(t, sam, eve)
	danger := s.Phone(tom)
	do(t, danger.Dial(t.Context()))
	do(t, danger.Press(t.Context(), "1"))
	do(t, danger.Press(t.Context(), "9"))
	page := s.Phone(firstOnCall)
	rings(t, page, "the emergency is not paged")
	do(t, page.Decline(t.Context()))
	rings(t, s.Phone(secondOnCall), "the next person is not paged")
	do(t, s.Phone(secondOnCall).Decline(t.Context()))
	rings(t, page, "the first person is not paged again")
	do(t, page.Answer(t.Context()))
	do(t, page.Hangup(t.Context()))
	s.quiet(t)
	sam.board(t) // somebody looks
	before := s.asked()["POST Calls"]

	s.empties(t)
	wait(t, "the wallboard does not show the loss", func() bool { return sam.board(t).DataLost })
	for _, base := range []string{s.base, second} {
		wait(t, "an instance takes itself for ready", func() bool {
			status, why := get(base + "/readyz")
			return status == http.StatusServiceUnavailable && strings.Contains(why, "data lost")
		})
	}
	if status, kind := sam.problem(t, http.MethodGet, "/queue", nil); status != http.StatusServiceUnavailable || kind != "data-lost" {
		t.Errorf("the queue answers %d %s: nobody must read that nobody waits", status, kind)
	}
	wait(t, "the people on call are not told", func() bool { return s.asked()["POST Calls"] == before+2 })
	do(t, page.Answer(t.Context()))
	if said := page.Said(); !strings.Contains(said, "has lost its data") {
		t.Errorf("the person on call heard %q", said)
	}

	do(t, next.Press(t.Context(), "0"))
	names988and911(t, next.Said())
	if said := next.Said(); inAQueue.MatchString(said) {
		t.Errorf("a caller whose place is lost heard %q", said)
	}
	replies, err := s.Phone("+14155550125").Text(t.Context(), "Hello")
	do(t, err)
	names988and911(t, strings.Join(replies, " "))
	if n := s.asked()["POST Calls"]; n != before+2 {
		t.Errorf("told again: %d calls, had %d", n, before)
	}

	s.acceptLoss(t)
	s.ready(t, true)
	boss := s.hire(t, "Sam", staff.Supervisor, "") // the roster is gone as well
	wait(t, "the queue is not shown again", func() bool { return boss.ask(t, http.MethodGet, "/queue", nil, nil) == http.StatusOK })
	do(t, danger.Silence(t.Context()))
	do(t, next.Silence(t.Context())) // the pause of the degraded document is over
	do(t, first.Silence(t.Context()))
	if now := boss.waiting(t, tom); now.Band != "emergency" || now.Position != 1 {
		t.Errorf("the emergency stands as %v", now)
	}
	if now := boss.waiting(t, rosa); now.CaseID != onRosa.CaseID || now.Position != 2 {
		t.Errorf("who waited longest stands as %v, was %v", now, onRosa)
	}
	if now := boss.waiting(t, eve); now.CaseID != onEve.CaseID || now.Position != 3 {
		t.Errorf("who came after stands as %v, was %v", now, onEve)
	}
	wait(t, "the emergency is not paged again", func() bool { return s.asked()["POST Calls"] > before+2 })
	if b := boss.board(t); b.DataLost || len(b.Escalations) != 1 {
		t.Errorf("the wallboard shows %+v", b)
	}
	a := s.counselor(t, ana, hotline.English)
	a.claim(t, onRosa.CaseID)
	s.meets(t, a, first, onRosa.CaseID)
}

// CONTRACT §1 init, issue 4 clause 8: an instance on a store that nobody has
// set up says so and is not ready; whoever calls still hears of help.
func TestAnInstanceOnAStoreWithoutEraIsNotReady(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	s.empties(t)
	if err := os.Remove(s.keysFile); err != nil {
		t.Fatal(err)
	}
	if _, err := vault.Create(s.keysFile, time.Now()); err != nil {
		t.Fatal(err)
	}
	base := s.serveAnyway(t)
	wait(t, "the instance does not say what is missing", func() bool {
		status, why := get(base + "/readyz")
		return status == http.StatusServiceUnavailable && strings.Contains(why, "tideover init")
	})
	s.Route(base)
	p := s.Phone(rosa)
	do(t, p.Dial(t.Context()))
	names988and911(t, p.Said())
	if p.State().Phase == standin.Over {
		t.Error("the call has ended")
	}
	if status, _ := get(base + "/livez"); status != http.StatusOK {
		t.Errorf("/livez: %d", status)
	}
}

// CONTRACT §1: an era in the key ring but none in the store is a loss for a
// fresh process too.
// FAULTS 2.
func TestAFreshInstanceOnAnEmptyStoreKnowsOfTheLoss(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	s.empties(t)
	base := s.serveAnyway(t)
	wait(t, "the fresh instance does not see the loss", func() bool {
		status, why := get(base + "/readyz")
		return status == http.StatusServiceUnavailable && strings.Contains(why, "data lost")
	})
	wait(t, "the people on call are not told", func() bool { return s.calls(firstOnCall) == 1 && s.calls(secondOnCall) == 1 })
}
