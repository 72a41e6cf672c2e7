package console_test

import (
	"context"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

// talk is a case in a talk by phone.
func (l *line) talk(id hotline.CaseID, change func(c *hotline.Case)) (hotline.Case, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c, ok := l.cases[id]
	switch {
	case l.err != nil:
		return hotline.Case{}, l.err
	case !ok:
		return hotline.Case{}, hotline.ErrNotFound
	case c.State != hotline.Live || c.Channel != hotline.Voice:
		return *c, hotline.ErrMove
	}
	change(c)
	return *c, nil
}

func (l *line) ask(id hotline.CaseID, g hotline.Guest) (hotline.Guest, error) {
	c, err := l.talk(id, func(c *hotline.Case) {
		g.N, g.State, g.AskedAt = len(c.Guests)+1, hotline.GuestAsked, l.now()
		c.Guests = append(c.Guests, g)
	})
	return c.Guest(len(c.Guests)), err
}

func (l *line) Hold(_ context.Context, id hotline.CaseID, on bool) (hotline.Case, error) {
	return l.talk(id, func(c *hotline.Case) {
		if c.HeldSince = l.now(); !on {
			c.HeldSince = c.HeldSince.Add(-c.HeldSince.Sub(c.ClosedAt))
		}
	})
}

func (l *line) HandOver(_ context.Context, by hotline.CounselorID, id hotline.CaseID, to hotline.CounselorID, _ hotline.Token) (hotline.Guest, error) {
	return l.ask(id, hotline.Guest{Kind: hotline.Successor, Who: to, By: by})
}

func (l *line) Interpret(_ context.Context, by hotline.CounselorID, id hotline.CaseID, _ hotline.Token) (hotline.Guest, error) {
	if l.noNumber {
		return hotline.Guest{}, hotline.ErrNoNumber
	}
	return l.ask(id, hotline.Guest{Kind: hotline.Interpreter, By: by})
}

func (l *line) Supervise(_ context.Context, by hotline.CounselorID, id hotline.CaseID, talk bool, _ hotline.Token) (hotline.Guest, error) {
	g := hotline.Guest{Kind: hotline.Listener, Who: by, By: by}
	if talk {
		g.Kind = hotline.Joiner
	}
	return l.ask(id, g)
}

func (l *line) WantSupervisor(_ context.Context, _ hotline.CounselorID, id hotline.CaseID) error {
	_, err := l.talk(id, func(*hotline.Case) {})
	return err
}

func (l *line) Guest(_ context.Context, by hotline.CounselorID, id hotline.CaseID, n int, do string) (hotline.Case, error) {
	return l.talk(id, func(c *hotline.Case) {
		g := &c.Guests[n-1]
		if do == "end" {
			g.State, g.Why = hotline.GuestOver, hotline.GuestSentAway
			return
		}
		g.ConfirmedAt, g.ConfirmedBy = l.now(), by
	})
}

func (l *line) End(_ context.Context, _ hotline.CounselorID, id hotline.CaseID, _ bool, _ hotline.Token) (hotline.Case, error) {
	return l.talk(id, func(c *hotline.Case) { c.State = hotline.WrapUp })
}

// talks is a counselor in a talk by phone, and its path.
func (b *bundle) talks(t *testing.T) (*caller, hotline.CaseID, string) {
	t.Helper()
	a := b.person(staff.Counselor, nil)
	id := b.line.waiting(nil)
	a.ask("POST", "/claims", map[string]any{"request_id": rid(), "case_id": id}).want(t, 201, "")
	b.line.edit(id, func(c *hotline.Case) { c.State = hotline.Live })
	return a, id, "/cases/" + string(id)
}

func TestInATalkEverythingIsForTheOwnerAndSupervisorsAndIsRecorded(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a, id, path := b.talks(t)
	other, boss := b.person(staff.Counselor, nil), b.person(staff.Supervisor, nil)
	for _, step := range []struct {
		what, action string
		body         map[string]any
		status       int
	}{
		{"hold", "hold", map[string]any{"on": true}, 200},
		{"hold", "hold", map[string]any{"on": false}, 200},
		{"handover", "handover", map[string]any{"to": string(other.ID), "reason": "end of shift"}, 202},
		{"legs", "handover", map[string]any{"n": 1, "do": "end"}, 200},
		{"interpreter", "interpreter", map[string]any{}, 202},
		{"supervisor", "want-supervisor", map[string]any{"reason": "unsure"}, 202},
		{"end", "end", map[string]any{"how": "silently"}, 200},
	} {
		step.body["request_id"] = rid()
		other.ask("POST", path+"/"+step.what, step.body).want(t, 403, "not-yours")
		a.ask("POST", path+"/"+step.what, step.body).want(t, step.status, "")
		if e := b.line.entries[len(b.line.entries)-1]; e.Action != step.action || e.Who != string(a.ID) || e.Case != string(id) {
			t.Errorf("%s: recorded as %+v", step.what, e)
		}
		a.ask("POST", path+"/"+step.what, step.body).want(t, 200, "") // again
	}
	if n := len(b.line.get(id).Guests); n != 2 {
		t.Errorf("%d legs", n)
	}
	boss.ask("POST", path+"/hold", map[string]any{"request_id": rid(), "on": true}).want(t, 409, "not-now")
}

func TestSupervisorsAloneListenAndJoin(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a, id, path := b.talks(t)
	boss := b.person(staff.Supervisor, nil)
	for _, what := range []string{"listen", "join"} {
		a.ask("POST", path+"/"+what, map[string]any{"request_id": rid()}).want(t, 403, "forbidden")
		boss.ask("POST", path+"/"+what, map[string]any{"request_id": rid(), "reason": "new counselor"}).want(t, 202, "")
		if e := b.line.entries[len(b.line.entries)-1]; e.Action != what || e.Who != string(boss.ID) || e.Case != string(id) || e.Reason != "new counselor" {
			t.Errorf("recorded as %+v", e)
		}
	}
}

func TestFaultsOfRequestsAboutATalk(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a, _, path := b.talks(t)
	for _, bad := range []struct {
		what string
		body map[string]any
	}{
		{"hold", map[string]any{}},
		{"handover", map[string]any{"to": "queue"}},
		{"legs", map[string]any{"n": 1, "do": "open"}},
		{"end", map[string]any{"how": "loudly"}},
		{"supervisor", map[string]any{"reason": strings.Repeat("x", 501)}},
	} {
		bad.body["request_id"] = rid()
		a.ask("POST", path+"/"+bad.what, bad.body).want(t, 400, "bad-request")
	}
	b.line.noNumber = true
	a.ask("POST", path+"/interpreter", map[string]any{"request_id": rid()}).want(t, 409, "no-number")
}

func TestThePageOfATalkShowsWhoIsInItAndWhatMayBeDone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a, id, path := b.talks(t)
	boss := b.person(staff.Supervisor, nil)
	b.line.edit(id, func(c *hotline.Case) {
		c.HeldSince = b.clock.now()
		c.Guests = []hotline.Guest{
			{N: 1, Kind: hotline.Successor, Who: boss.ID, State: hotline.GuestOver, Why: hotline.GuestBusy},
			{N: 2, Kind: hotline.Lifeline, State: hotline.GuestIn},
		}
	})
	own := b.signIn(a.Person).get(path).Body.String()
	for _, want := range []string{
		"The caller is on hold", "Back to the caller", `id="want-supervisor"`, `id="interpreter"`, `id="handover-to"`, `id="end-silently"`, "(busy)",
		"988 talks with the caller", `id="leg-2-end"`,
	} {
		if !strings.Contains(own, want) {
			t.Errorf("the owner's page lacks %q", want)
		}
	}
	if strings.Contains(own, `id="listen"`) || strings.Contains(own, `id="leg-1-end"`) {
		t.Error("the owner's page offers what is not theirs, or is over")
	}
	if theirs := b.signIn(boss.Person).get(path).Body.String(); !strings.Contains(theirs, `id="listen"`) || !strings.Contains(theirs, `id="join"`) || strings.Contains(theirs, `id="hold"`) {
		t.Error("the supervisor's page does not offer to listen, or offers what is the owner's")
	}
}
