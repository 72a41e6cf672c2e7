package console_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

// held claims a new case by text for a counselor.
func (c *caller) held(change func(*hotline.Case)) string {
	c.b.t.Helper()
	id := c.b.line.waiting(func(k *hotline.Case) {
		k.Channel = hotline.SMS
		if change != nil {
			change(k)
		}
	})
	c.ask("POST", "/claims", map[string]any{"request_id": rid(), "case_id": id}).want(c.b.t, 201, "")
	return "/cases/" + string(id)
}

func TestOnlyTheOwnerAndSupervisorsGetToACase(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a, other, boss := b.person(staff.Counselor, nil), b.person(staff.Counselor, nil), b.person(staff.Supervisor, nil)
	path := a.held(nil)
	bodies := map[string]map[string]any{
		"GET ":            nil,
		"GET /messages":   nil,
		"PUT /note":       {"text": "x", "version": 0},
		"POST /escalate":  {"to": "oncall"},
		"POST /transfer":  {"to": "queue", "reason": "x"},
		"POST /reveal":    {"reason": "x"},
		"POST /emergency": {"do": "acknowledge"},
		"POST /close":     {"disposition": "helped"},
	}
	for route, body := range bodies {
		method, sub, _ := strings.Cut(route, " ")
		if body == nil {
			other.ask(method, path+sub, nil).want(t, 403, "not-yours")
			a.ask(method, path+sub, nil).want(t, 200, "")
			boss.ask(method, path+sub, nil).want(t, 200, "")
			continue
		}
		body["request_id"] = rid()
		other.ask(method, path+sub, body).want(t, 403, "not-yours")
		other.ask(method, path+sub, "{}").want(t, 403, "not-yours") // before the fault is named
	}
	other.ask("POST", path+"/messages", map[string]any{"request_id": rid(), "text": "x"}).want(t, 409, "not-yours")
	other.ask("DELETE", "/claims/"+strings.TrimPrefix(path, "/cases/"), nil).want(t, 403, "not-yours")
	boss.ask("DELETE", "/claims/"+strings.TrimPrefix(path, "/cases/"), nil).want(t, 403, "not-yours")
	if c := b.line.get(hotline.CaseID(path[7:])); c.State != hotline.Live || c.Owner != a.ID || b.line.sent != 0 {
		t.Errorf("a stranger changed the case: %v %v", c.State, c.Owner)
	}
}

func TestACaseIsMineOnlyWhileItIsMine(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.person(staff.Counselor, nil)
	closed := a.held(nil)
	a.ask("POST", closed+"/close", map[string]any{"request_id": rid(), "disposition": "helped"}).want(t, 200, "")
	a.ask("GET", closed+"/messages", nil).want(t, 403, "not-yours")
	released := a.held(nil)
	a.ask("DELETE", "/claims/"+released[7:], nil).want(t, 204, "")
	a.ask("GET", released, nil).want(t, 403, "not-yours")
	a.ask("POST", released+"/messages", map[string]any{"request_id": rid(), "text": "x"}).want(t, 409, "not-yours")
}

func TestWholeNumberIsInRevealOnly(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a, boss := b.person(staff.Counselor, nil), b.person(staff.Supervisor, func(p *staff.Person) { p.Phone = number("+12095557777") })
	path := a.held(func(c *hotline.Case) { c.Emergency.OpenedAt = b.clock.now() })
	var all strings.Builder
	for _, where := range []string{"/queue", "/shift", "/wallboard", "/staff", "/audit", path, path + "/messages"} {
		all.WriteString(boss.ask("GET", where, nil).want(t, 200, "").Body.String())
	}
	all.WriteString(a.ask("GET", path, nil).Body.String())
	for _, secret := range []string{"2095550123", "2095557777"} {
		if strings.Contains(all.String(), secret) {
			t.Errorf("a whole number in an answer")
		}
	}
	got := a.ask("POST", path+"/reveal", map[string]any{"request_id": rid(), "reason": "sending help"}).want(t, 200, "")
	if got.doc["number"] != "+12095550123" || got.doc["location"] != "95301" {
		t.Errorf("reveal: %v", got.doc)
	}
	for key, saved := range b.line.outcomes {
		if strings.Contains(string(saved.Body), "2095550123") {
			t.Errorf("the number is kept as an outcome under %s", key[:4])
		}
	}
	if strings.Contains(b.log.String(), "209555") {
		t.Error("a number in the log")
	}
}

func TestWhoMayReveal(t *testing.T) {
	t.Parallel()
	b := setup(t)
	owner, other := b.person(staff.Counselor, nil), b.person(staff.Counselor, nil)
	boss := b.person(staff.Supervisor, nil)
	onCall := b.person(staff.Counselor, func(p *staff.Person) { p.Phone = number(onCallNumber) })
	calm := owner.held(nil)
	alarm := owner.held(func(c *hotline.Case) { c.Emergency.OpenedAt = b.clock.now() })
	over := owner.held(func(c *hotline.Case) {
		c.Emergency.OpenedAt, c.Emergency.ClosedAt = b.clock.now(), b.clock.now()
	})
	cases := map[string]struct {
		who  *caller
		path string
		ok   bool
	}{
		"owner, no emergency":           {owner, calm, false},
		"owner, emergency open":         {owner, alarm, true},
		"owner, emergency closed":       {owner, over, false},
		"somebody else, emergency open": {other, alarm, false},
		"on call, emergency open":       {onCall, alarm, true},
		"on call, no emergency":         {onCall, calm, false},
		"supervisor, no emergency":      {boss, calm, true},
		"supervisor, emergency open":    {boss, alarm, true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := tc.who.ask("POST", tc.path+"/reveal", map[string]any{"request_id": rid(), "reason": "r"})
			if ok := got.Code == 200; ok != tc.ok || !ok && got.Code != 403 {
				t.Errorf("got %d %v", got.Code, got.doc)
			}
		})
	}
	boss.ask("POST", calm+"/reveal", map[string]any{"request_id": rid()}).want(t, 400, "bad-request")
}

func TestRevealIsRecordedBeforeItIsGivenAndOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boss, a := b.person(staff.Supervisor, nil), b.person(staff.Counselor, nil)
	path := a.held(nil)
	ask := map[string]any{"request_id": rid(), "reason": "call from the clinic"}
	for range 2 {
		if got := boss.ask("POST", path+"/reveal", ask).want(t, 200, ""); got.doc["number"] != "+12095550123" {
			t.Errorf("reveal: %v", got.doc)
		}
	}
	got := boss.ask("GET", "/audit?case_id="+path[7:], nil).want(t, 200, "")
	n := 0
	for _, e := range got.doc["entries"].([]any) {
		if row := e.(map[string]any); row["action"] == "reveal" {
			n++
			if row["who"] != string(boss.ID) || row["reason"] != "call from the clinic" || row["case_id"] != path[7:] {
				t.Errorf("entry %v", row)
			}
		}
	}
	if n != 1 {
		t.Errorf("%d entries, want 1", n)
	}
}

func TestReadsAndChangesAreInTheRecord(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a, boss := b.person(staff.Counselor, nil), b.person(staff.Supervisor, nil)
	path := a.held(nil)
	boss.ask("GET", path, nil).want(t, 200, "")
	boss.ask("GET", path+"/messages", nil).want(t, 200, "")
	b.clock.forward(6 * time.Minute)
	boss.ask("GET", path, nil).want(t, 200, "")
	a.ask("POST", path+"/close", map[string]any{"request_id": rid(), "disposition": "helped"}).want(t, 200, "")
	seen := map[string]int{}
	for _, e := range b.line.entries {
		if e.Case != path[7:] && e.Action != "claim" {
			t.Errorf("entry about another case: %+v", e)
		}
		seen[fmt.Sprint(e.Action, " ", e.Who == string(boss.ID))]++
	}
	if seen["claim false"] != 1 || seen["read true"] != 2 || seen["close false"] != 1 {
		t.Errorf("record: %v", seen)
	}
	if got := boss.ask("GET", "/audit?limit=1", nil).want(t, 200, ""); len(got.doc["entries"].([]any)) != 1 {
		t.Errorf("limit: %v", got.doc)
	}
	boss.ask("GET", "/audit?limit=x", nil).want(t, 400, "bad-request")
}

func TestEmergencyForOwnerOnCallAndSupervisor(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a, other, boss := b.person(staff.Counselor, nil), b.person(staff.Counselor, nil), b.person(staff.Supervisor, nil)
	onCall := b.person(staff.Admin, func(p *staff.Person) { p.Phone = number(onCallNumber) })
	path := a.held(nil)
	do := func(who *caller, what string) answer {
		return who.ask("POST", path+"/emergency", map[string]any{"request_id": rid(), "do": what})
	}
	do(a, "acknowledge").want(t, 409, "not-now") // nothing is open
	a.ask("POST", path+"/escalate", map[string]any{"request_id": rid(), "to": "oncall"}).want(t, 202, "")
	do(other, "acknowledge").want(t, 403, "not-yours")
	if got := do(onCall, "acknowledge").want(t, 200, ""); got.doc["emergency"].(map[string]any)["acknowledged_by"] != string(onCall.ID) {
		t.Errorf("acknowledged: %v", got.doc)
	}
	onCall.ask("GET", path, nil).want(t, 200, "")
	do(boss, "close").want(t, 409, "not-now")
	do(a, "confirm").want(t, 200, "")
	do(boss, "close").want(t, 200, "")
	onCall.ask("GET", path, nil).want(t, 403, "not-yours")
}

func TestThePersonOnCallWorksUnderThatName(t *testing.T) {
	t.Parallel()
	b := setup(t)
	onCall := b.person(staff.Counselor, func(p *staff.Person) { p.Phone = number(onCallNumber) })
	id := b.line.waiting(func(c *hotline.Case) { c.State, c.Channel, c.Owner = hotline.Live, hotline.SMS, hotline.OnCall(1) })
	onCall.ask("POST", "/cases/"+string(id)+"/messages", map[string]any{"request_id": rid(), "text": "here"}).want(t, 201, "")
	onCall.ask("PUT", "/cases/"+string(id)+"/note", map[string]any{"request_id": rid(), "text": "n", "version": 0}).want(t, 200, "")
}

func TestContactFromClaimToClose(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.person(staff.Counselor, nil)
	id := b.line.waiting(nil)
	got := a.ask("POST", "/claims", map[string]any{"request_id": rid()}).want(t, 201, "")
	claim := got.doc["claim"].(map[string]any)
	if claim["case_id"] != string(id) || claim["state"] != "claimed" || claim["lease_expires_at"] == nil {
		t.Errorf("claim %v", claim)
	}
	if answers := fmt.Sprint(got.doc["case"].(map[string]any)["answers"]); answers != "[map[answer:en:no question:en:safety]]" {
		t.Errorf("answers %s", answers)
	}
	a.ask("POST", "/claims", map[string]any{"request_id": rid()}).want(t, 409, "nobody-waiting")
	path := "/cases/" + string(id)
	a.ask("PUT", path+"/note", map[string]any{"request_id": rid(), "text": "first draft\u202e", "version": 0}).want(t, 200, "")
	a.ask("PUT", path+"/note", map[string]any{"request_id": rid(), "text": "lost update", "version": 0}).want(t, 409, "stale-note")
	got = a.ask("GET", path, nil).want(t, 200, "")
	if fmt.Sprint(got.doc["note"]) != "map[text:first draft version:1]" {
		t.Errorf("note %v", got.doc["note"])
	}
	a.ask("POST", path+"/close", map[string]any{"request_id": rid(), "disposition": "helped"}).want(t, 409, "not-now")
	b.line.edit(id, func(c *hotline.Case) { c.State = hotline.Live })
	a.ask("DELETE", "/claims/"+string(id), nil).want(t, 409, "use-transfer")
	a.ask("POST", path+"/transfer", map[string]any{"request_id": rid(), "to": "queue", "band": "urgent", "reason": "end of shift"}).want(t, 202, "")
	if c := b.line.get(id); c.State != hotline.Waiting || c.Band != hotline.Urgent {
		t.Errorf("after the transfer: %v %v", c.State, c.Band)
	}
	a.ask("PUT", "/shift", map[string]any{"request_id": rid(), "state": "break"}).want(t, 200, "")
	a.ask("POST", "/claims", map[string]any{"request_id": rid()}).want(t, 409, "not-available")
}

func TestTextsOfCallersAreMadeHarmless(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.person(staff.Counselor, nil)
	path := a.held(func(c *hotline.Case) { c.OptedOut = true })
	b.line.threads[hotline.CaseID(path[7:])] = []hotline.Message{{
		ID: "m1", Direction: hotline.Inbound, Text: "<script>x</script>\x00 \u202egnp.exe \xff 👩‍👧", At: b.clock.now(), State: "received",
	}}
	got := a.ask("GET", path+"/messages", nil).want(t, 200, "")
	text := got.doc["messages"].([]any)[0].(map[string]any)["text"]
	if text != "<script>x</script> gnp.exe \ufffd 👩‍👧" {
		t.Errorf("text %q", text)
	}
	a.ask("POST", path+"/messages", map[string]any{"request_id": rid(), "text": "x"}).want(t, 409, "opted-out")
}
