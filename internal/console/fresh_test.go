package console_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

func TestWhileTheStoreFailsTheLastQueueIsShownAsOld(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boss := b.person(staff.Supervisor, nil)
	w := b.signIn(boss.Person)
	b.line.waiting(nil)
	boss.ask("GET", "/wallboard", nil).want(t, 200, "")
	w.get("/")
	b.line.fail(fmt.Errorf("queue: %w", hotline.ErrUnknown))
	b.house.fail(hotline.ErrUnknown)
	for _, path := range []string{"/queue", "/wallboard"} {
		got := boss.ask("GET", path, nil).want(t, 200, "")
		if got.doc["fresh"] != false || got.doc["depth"].(map[string]any)["total"] != 1.0 {
			t.Errorf("%s: %v", path, got.doc)
		}
	}
	began := time.Now()
	page := w.get("/")
	if took := time.Since(began); page.Code != 200 || took > 250*time.Millisecond {
		t.Errorf("page: %d after %v", page.Code, took)
	}
	b.line.fail(nil)
	b.house.fail(nil)
	b.clock.forward(3 * time.Second)
	if got := boss.ask("GET", "/queue", nil).want(t, 200, ""); got.doc["fresh"] != true {
		t.Errorf("back again: %v", got.doc)
	}
}

func TestWithoutAStoreNobodyNewComesInAndNothingChanges(t *testing.T) {
	t.Parallel()
	b := setup(t)
	known, unknown := b.person(staff.Counselor, nil), b.person(staff.Counselor, nil)
	path := known.held(nil)
	known.ask("GET", path, nil).want(t, 200, "")
	link, err := b.desk.Invite(t.Context(), known.ID)
	if err != nil {
		t.Fatal(err)
	}
	b.house.fail(hotline.ErrUnknown)
	b.line.fail(hotline.ErrUnknown)
	unknown.ask("GET", "/queue", nil).want(t, 503, "not-known-yet")
	if got := (&browser{b: b}).post("/signin", "application/json", `{"token":"`+link.Plain()+`"}`); got.Code != 503 {
		t.Errorf("sign-in: %d", got.Code)
	}
	known.ask("POST", "/claims", map[string]any{"request_id": rid()}).want(t, 503, "not-known-yet")
	known.ask("POST", path+"/escalate", map[string]any{"request_id": rid(), "to": "oncall"}).want(t, 202, "")
	if b.line.raised != 1 {
		t.Error("the alarm did not reach the domain")
	}
	b.clock.forward(6 * time.Minute)
	known.ask("GET", "/queue", nil).want(t, 503, "not-known-yet")
}

func TestSomebodyKnownFromMemoryOnlyReadsButChangesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.person(staff.Counselor, nil)
	b.line.waiting(nil)
	c.ask("GET", "/queue", nil).want(t, 200, "")
	b.house.fail(hotline.ErrUnknown) // only the roster does not answer
	c.ask("GET", "/queue", nil).want(t, 200, "")
	c.ask("POST", "/claims", map[string]any{"request_id": rid()}).want(t, 503, "not-known-yet")
	c.ask("GET", "/staff", nil).want(t, 403, "forbidden")
}

func TestAnEscalationOfAStrangersCaseIsRefusedAlsoWithoutAStore(t *testing.T) {
	t.Parallel()
	b := setup(t)
	owner, other := b.person(staff.Counselor, nil), b.person(staff.Counselor, nil)
	path := owner.held(nil)
	other.ask("GET", "/queue", nil).want(t, 200, "")
	b.line.fail(hotline.ErrUnknown)
	other.ask("POST", path+"/escalate", map[string]any{"request_id": rid(), "to": "oncall"}).want(t, 503, "not-known-yet")
	if b.line.raised != 0 {
		t.Error("an alarm by somebody without the case")
	}
}

// A stopped Redis refuses nothing: it lets everybody wait.
// FAULTS 3.
func TestAStoppedStoreHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boss := b.person(staff.Supervisor, nil)
	w := b.signIn(boss.Person)
	b.line.waiting(nil)
	b.serve() // the live view runs
	boss.ask("GET", "/wallboard", nil).want(t, 200, "")
	w.get("/")
	b.line.stop(true)
	began := time.Now()
	boss.ask("POST", "/claims", map[string]any{"request_id": rid()}).want(t, 503, "not-known-yet")
	if took := time.Since(began); took > time.Second {
		t.Errorf("a claim was answered after %v", took)
	}
	for _, path := range []string{"/", "/wallboard"} {
		began := time.Now()
		page := w.get(path)
		// The promise is 50 ms; a busy machine gets some more.
		if took := time.Since(began); page.Code != 200 || took > 250*time.Millisecond || !strings.Contains(page.Body.String(), "2:0") {
			t.Errorf("%s: %d after %v", path, page.Code, took)
		}
	}
	if got := boss.ask("GET", "/queue", nil).want(t, 200, ""); got.doc["fresh"] != false {
		t.Errorf("queue: %v", got.doc)
	}
	b.line.stop(false)
	limit := time.After(4 * time.Second)
	for boss.ask("GET", "/queue", nil).doc["fresh"] != true {
		select {
		case <-limit:
			t.Fatal("not fresh again after 4 s")
		case <-time.After(20 * time.Millisecond):
		}
	}
}
