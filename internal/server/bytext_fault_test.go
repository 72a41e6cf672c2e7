package server_test

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
	"github.com/tideover/tideover/internal/standin"
)

// A landline: the first text ends as undelivered. The case is marked, keeps its
// place, and is to be called back; who claims it reaches the caller.
func TestAFirstTextThatDoesNotArriveIsFollowedByACall(t *testing.T) {
	t.Parallel()
	for name, keys := range map[string][]string{
		"while waiting": {"1", "2", "0", "8", "1"}, "while urgent": {"1", "3", "8", "1"}, "among the questions": {"1", "2", "2", "8", "1"}, "before the safety question": {"1", "8", "1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLine(t)
			sam, a := l.hire(t, "Sam", staff.Supervisor, ""), l.counselor(t, ana, hotline.English)
			stream := sam.events(t, l.base)
			p := l.Phone(tom)
			p.RefuseTexts(30006)
			calls(t, p, keys...)
			over(t, p)
			var row row
			wait(t, "it is not to be called back", func() bool {
				for _, r := range sam.queue(t) {
					row = r
				}
				return row.Callback
			})
			if row.Channel != "voice" || row.State != "promised" {
				t.Errorf("stands as %+v", row)
			}
			if name == "while urgent" {
				hear(t, stream, "nobody is alerted", 10*time.Second, func(e event) bool { return e.name == "alert" && strings.Contains(e.data, row.CaseID) })
			}
			var c struct{ Untexted bool }
			sam.must(t, http.MethodGet, "/cases/"+row.CaseID, nil, &c)
			if !c.Untexted {
				t.Error("nobody sees that it cannot be texted")
			}
			a.claim(t, row.CaseID)
			rings(t, a.phone, "the counselor's phone does not ring")
			do(t, a.phone.Answer(t.Context()))
			do(t, a.phone.Press(t.Context(), "1"))
			rings(t, p, "the caller is not called back")
			do(t, p.Answer(t.Context()))
			tellsNothing(t, p.Said())
			do(t, p.Press(t.Context(), "1"))
			wait(t, "they do not meet", func() bool { return a.state(t, row.CaseID) == "live" })
		})
	}
}

// FAULTS 17: the text fails while the goodbye is still being said, so that the
// end of the call is told late, or never. That ends nothing: the caller is called.
func TestACallThatEndsAfterItsTextFailedIsStillCalledBack(t *testing.T) {
	t.Parallel()
	l := newStage(t, nil)
	l.expects = []int{11205}
	sam, a := l.hire(t, "Sam", staff.Supervisor, ""), l.counselor(t, ana, hotline.English)
	l.FailWebhooks(standin.Rule{Match: regexp.MustCompile(`/twilio/voice/status`), Count: 1, Do: standin.Drop})
	p := l.Phone(tom)
	p.RefuseTexts(30006)
	calls(t, p, "1", "2", "0", "8", "1")
	over(t, p)
	wait(t, "it is not to be called back", func() bool { return sam.waiting(t, tom).Callback })
	row := sam.waiting(t, tom)
	ended := l.Webhooks()[0] // of the same call
	ended.URL, ended.Kind, ended.Params = l.public+"/twilio/voice/status", "call-status", maps.Clone(ended.Params)
	ended.Params.Set("CallStatus", "completed")
	if status, _, err := l.Replay(ended); err != nil || status >= http.StatusBadRequest {
		t.Fatalf("the end of the call: %d, %v", status, err)
	}
	l.quiet(t)
	if after := sam.waiting(t, tom); after != row {
		t.Errorf("stood as %+v, stands as %+v", row, after)
	}
	a.claim(t, row.CaseID)
	rings(t, a.phone, "the counselor's phone does not ring")
	do(t, a.phone.Answer(t.Context()))
	do(t, a.phone.Press(t.Context(), "1"))
	rings(t, p, "the caller is not called back")
}

// Whoever cannot talk is never called: the case stays, marked.
func TestWhoCannotTalkIsNotCalledWhereTextsDoNotArrive(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	sam := l.hire(t, "Sam", staff.Supervisor, "")
	p := l.Phone(tom)
	p.RefuseTexts(30006)
	calls(t, p, "1", "#", "2")
	before := sam.waiting(t, tom)
	tellsNothing(t, p.Said())
	presses(t, p, "8", "1")
	over(t, p)
	if strings.Contains(p.Said(), "9 8 8") {
		t.Errorf("a telling word: %s", p.Said())
	}
	var c struct{ Untexted bool }
	wait(t, "not marked", func() bool { sam.must(t, http.MethodGet, "/cases/"+before.CaseID, nil, &c); return c.Untexted })
	l.quietly(t)
	if after := sam.waiting(t, tom); after.CaseID != before.CaseID || after.State != "waiting" || after.Callback || after.Position != before.Position {
		t.Errorf("stands as %+v", after)
	}
}

// A claim that is on its way is not undone: the caller hears that a counselor
// is being called.
func TestEightWhileACounselorIsBeingCalledUndoesNoClaim(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	sam, a := l.hire(t, "Sam", staff.Supervisor, ""), l.counselor(t, ana, hotline.English)
	p := l.Phone(tom)
	calls(t, p, "1", "2", "0")
	id := sam.waiting(t, tom).CaseID
	presses(t, p, "8") // asked whether that is all right, and then somebody claims
	a.claim(t, id)
	rings(t, a.phone, "the counselor's phone does not ring")
	for _, key := range []string{"1", "8"} {
		presses(t, p, key)
		if !strings.Contains(p.Said(), "counselor is being called") {
			t.Errorf("after %s: %s", key, p.Said())
		}
	}
	(&stage{line: l}).meets(t, a, p, id)
	if n := len(p.Texts()); n != 0 {
		t.Errorf("%d texts", n)
	}
}

// FAULTS 16: the key that moves the case, fifty times at once and later again,
// gives one document, one text and one case.
func TestFiftyCopiesOfTheKeySendOneText(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	sam := l.hire(t, "Sam", staff.Supervisor, "")
	p := l.Phone(tom)
	calls(t, p, "1", "2", "0", "8", "1")
	over(t, p)
	gotText(t, p)
	hooks := l.Webhooks()
	i := slices.IndexFunc(hooks, func(h standin.Webhook) bool { return strings.Contains(h.Answer, "Goodbye for now") })
	if i < 0 {
		t.Fatal("no document ends the call")
	}
	before := sam.waiting(t, tom)
	for range 2 {
		var all sync.WaitGroup
		for range 25 {
			all.Go(func() {
				if status, body, err := l.Replay(hooks[i]); err != nil || status != http.StatusOK || body != hooks[i].Answer {
					t.Errorf("a copy is answered %d, %v: %s", status, err, body)
				}
			})
		}
		all.Wait()
		texts(t, p, "hello") // later steps change nothing for a copy
	}
	l.quietly(t)
	if after := sam.waiting(t, tom); after.CaseID != before.CaseID || after.Position != before.Position {
		t.Errorf("stood as %+v, stands as %+v", before, after)
	}
	n := 0
	for _, m := range l.Messages() {
		if m.Direction == "outbound-api" && m.To == tom {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d first texts", n)
	}
}

// FAULTS 1: the store is gone at the very key. The caller hears where help
// is, and the key counts once it is back.
func TestByTextSurvivesAStoreThatIsGone(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	sam := s.hire(t, "Sam", staff.Supervisor, "")
	p, on := s.inLine(t, sam, eve)
	presses(t, p, "8")
	s.redisd.kill()
	presses(t, p, "1")
	names988and911(t, p.Said())
	s.redisd.start(t)
	wait(t, "the instance does not become ready", func() bool { status, _ := get(s.base + "/readyz"); return status == http.StatusOK })
	do(t, p.Silence(t.Context())) // the pause is over: the same turn, with the key
	over(t, p)
	gotText(t, p)
	if after := sam.waiting(t, eve); after.CaseID != on.CaseID || after.Channel != "sms" {
		t.Errorf("stands as %+v", after)
	}
}
