package console_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/outreach"
	"github.com/tideover/tideover/internal/staff"
)

// after keeps what follows a contact in memory, with the rules that the API
// shows.
type after struct {
	mu     sync.Mutex
	now    func() time.Time
	groups []outreach.Group
	people map[string][]outreach.SignUp
	duties []outreach.Duty
	tokens []hotline.Token
}

func (a *after) at(id string) int {
	return slices.IndexFunc(a.groups, func(g outreach.Group) bool { return g.ID == id })
}

func (a *after) Groups(context.Context) ([]outreach.Group, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.groups), nil
}

func (a *after) AddGroup(_ context.Context, g outreach.Group) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.at(g.ID) >= 0 {
		return hotline.ErrTaken
	}
	a.groups = append(a.groups, g)
	return nil
}

func (a *after) ChangeGroup(_ context.Context, g outreach.Group) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.groups[a.at(g.ID)].Cancelled {
		return hotline.ErrMove
	}
	a.groups[a.at(g.ID)] = g
	return nil
}

func (a *after) CallOff(_ context.Context, id string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.at(id) < 0 {
		return hotline.ErrNotFound
	}
	a.groups[a.at(id)].Cancelled = true
	return nil
}

func (a *after) SignUps(_ context.Context, id string) ([]outreach.SignUp, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.at(id) < 0 {
		return nil, hotline.ErrNotFound
	}
	return a.people[id], nil
}

func (a *after) Duties(_ context.Context, k outreach.Kind) ([]outreach.Duty, time.Time, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := slices.DeleteFunc(slices.Clone(a.duties), func(d outreach.Duty) bool { return d.Kind != k || d.State == outreach.Done })
	return all, a.now(), nil
}

func (a *after) Duty(_ context.Context, id string) (outreach.Duty, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, d := range a.duties {
		if d.ID == id {
			return d, nil
		}
	}
	return outreach.Duty{}, hotline.ErrNotFound
}

func (a *after) edit(id string, change func(*outreach.Duty) error) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i := range a.duties {
		if a.duties[i].ID == id {
			return change(&a.duties[i])
		}
	}
	return hotline.ErrNotFound
}

func (a *after) ClaimDuty(_ context.Context, id string, by hotline.CounselorID, hold time.Duration) error {
	return a.edit(id, func(d *outreach.Duty) error {
		if d.HeldBy(d.Owner, a.now()) && d.Owner != by {
			return hotline.ErrTaken
		}
		d.Owner, d.Until = by, a.now().Add(hold)
		return nil
	})
}

func (a *after) TryDuty(_ context.Context, id string, tried outreach.Attempt, anybody bool, tok hotline.Token) error {
	return a.edit(id, func(d *outreach.Duty) error {
		if !anybody && !d.HeldBy(tried.By, a.now()) {
			return hotline.ErrNotYours
		}
		if !slices.Contains(a.tokens, tok) {
			a.tokens = append(a.tokens, tok)
			d.Tried, d.Attempts = append(d.Tried, tried), d.Attempts+1
		}
		if tried.Outcome.Ends() {
			d.State, d.Result = outreach.Done, string(tried.Outcome)
		}
		return nil
	})
}

// owed adds a duty that is due after a while.
func (b *bundle) owed(kind outreach.Kind, in time.Duration) string {
	of := hotline.NewCaseID()
	d := outreach.Duty{
		ID: string(of) + "." + string(kind), Kind: kind, Case: of, State: outreach.Open, Lang: "es", Caller: number("+12095550123"),
		Answers: []hotline.Answer{{Question: "urgent", Answer: "yes"}}, Made: b.clock.now(), Due: b.clock.now().Add(in),
	}
	b.after.duties = append(b.after.duties, d)
	return d.ID
}

func (b *bundle) newGroup(id string) map[string]any {
	return map[string]any{
		"request_id": rid(), "id": id, "topic": "anxiety", "language": "es", "at": b.clock.now().Add(48 * time.Hour).UTC().Format(time.RFC3339),
		"seats": 12, "link": "https://meet.example.org/SECRET",
	}
}

func TestSupervisorsMakeGroupsAndEverybodySeesThem(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boss, a := b.person(staff.Supervisor, nil), b.person(staff.Counselor, nil)
	body := b.newGroup("calm-1")
	a.ask("POST", "/groups", body).want(t, 403, "forbidden")
	got := boss.ask("POST", "/groups", body).want(t, 201, "")
	if got.doc["free"] != 12.0 || got.doc["wait_list"] != 12.0 || got.doc["link"] != "https://meet.example.org/SECRET" {
		t.Errorf("%v", got.doc)
	}
	boss.ask("POST", "/groups", body).want(t, 200, "")
	boss.ask("POST", "/groups", b.newGroup("calm-1")).want(t, 409, "group-exists")
	seen := a.ask("GET", "/groups", nil).want(t, 200, "")
	if rows := seen.doc["groups"].([]any); len(rows) != 1 || strings.Contains(seen.Body.String(), "SECRET") {
		t.Errorf("a counselor sees %s", seen.Body)
	}
	change := b.newGroup("")
	change["seats"], change["wait_list"] = 20, 0
	if got := boss.ask("PUT", "/groups/calm-1", change).want(t, 200, ""); got.doc["seats"] != 20.0 || got.doc["wait_list"] != 0.0 || got.doc["id"] != "calm-1" {
		t.Errorf("%v", got.doc)
	}
	boss.ask("PUT", "/groups/other", change).want(t, 404, "not-found")
	for range 2 {
		boss.ask("DELETE", "/groups/calm-1", nil).want(t, 204, "")
	}
	boss.ask("DELETE", "/groups/other", nil).want(t, 404, "not-found")
	boss.ask("DELETE", "/groups/Not%20an%20id", nil).want(t, 404, "not-found")
	change["request_id"] = rid()
	boss.ask("PUT", "/groups/calm-1", change).want(t, 409, "not-now")
	var did []string
	for _, e := range b.line.entries {
		if e.Reason == "calm-1" && e.Outcome == "ok" {
			did = append(did, e.Action)
		}
	}
	if !slices.Equal(did, []string{"group-add", "group-change", "group-off", "group-off"}) {
		t.Errorf("record %v", did)
	}
}

func TestFaultsOfAGroupAreNamed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boss := b.person(staff.Supervisor, nil)
	for field, value := range map[string]any{"id": "No Id", "topic": "", "language": "fr", "at": "tomorrow", "seats": 0, "wait_list": -1, "link": "http://x"} {
		body := b.newGroup("calm-1")
		body[field] = value
		if got := boss.ask("POST", "/groups", body).want(t, 400, "bad-request"); !strings.HasPrefix(fmt.Sprint(got.doc["detail"]), field+":") {
			t.Errorf("%s: detail %v", field, got.doc["detail"])
		}
	}
	if len(b.after.groups) != 0 {
		t.Error("a faulty group was made")
	}
}

func TestSignUpsAreMaskedAndForSupervisors(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boss, admin := b.person(staff.Supervisor, nil), b.person(staff.Admin, nil)
	boss.ask("POST", "/groups", b.newGroup("calm-1")).want(t, 201, "")
	b.after.people["calm-1"] = []outreach.SignUp{
		{Caller: number("+12095550123"), State: outreach.Seated, Lang: "es", At: b.clock.now(), Remind: true, Who: "WHO-INDEX"},
		{Caller: number("+12095550124"), State: outreach.Listed, Place: 1, At: b.clock.now()},
	}
	admin.ask("GET", "/groups/calm-1/signups", nil).want(t, 403, "forbidden")
	boss.ask("GET", "/groups/none/signups", nil).want(t, 404, "not-found")
	got := boss.ask("GET", "/groups/calm-1/signups", nil).want(t, 200, "")
	if text := got.Body.String(); strings.Contains(text, "2095550") || strings.Contains(text, "WHO-INDEX") {
		t.Errorf("%s", text)
	}
	if rows := got.doc["signups"].([]any); len(rows) != 2 || rows[1].(map[string]any)["caller"] != "•••0124" || rows[1].(map[string]any)["place"] != 1.0 {
		t.Errorf("%v", got.doc)
	}
	if e := b.line.entries[len(b.line.entries)-1]; e.Action != "read" || e.Who != string(boss.ID) || e.Reason != "sign-ups of calm-1" {
		t.Errorf("record %+v", e)
	}
}

func TestTheWorklistTellsWhatIsDueAndNothingOfWhy(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.person(staff.Counselor, nil)
	late, soon, asked := b.owed(outreach.Reroute, -time.Hour), b.owed(outreach.Reroute, time.Hour), b.owed(outreach.CheckIn, -time.Minute)
	ids := func(query string) []string {
		var all []string
		for _, row := range a.ask("GET", "/outreach"+query, nil).want(t, 200, "").doc["duties"].([]any) {
			all = append(all, row.(map[string]any)["id"].(string))
		}
		return all
	}
	for query, want := range map[string][]string{
		"": {late, soon, asked}, "?kind=reroute": {late, soon}, "?kind=check_in": {asked}, "?overdue=true": {late, asked},
		"?overdue=false": {soon}, "?kind=reroute&overdue=true": {late},
	} {
		if got := ids(query); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	a.ask("GET", "/outreach?kind=page", nil).want(t, 400, "bad-request")
	a.ask("GET", "/outreach?overdue=1", nil).want(t, 400, "bad-request")
	if text := a.ask("GET", "/outreach", nil).Body.String(); strings.Contains(text, "answers") || strings.Contains(text, "2095550123") {
		t.Errorf("%s", text)
	}
	if e := b.line.entries[0]; e.Action != "read" || e.Who != string(a.ID) || len(b.line.entries) != 1 {
		t.Errorf("record %+v", b.line.entries)
	}
}

func TestADutyIsForWhoHasItInHandAndForSupervisors(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a, other, boss := b.person(staff.Counselor, nil), b.person(staff.Counselor, nil), b.person(staff.Supervisor, nil)
	path := "/outreach/" + b.owed(outreach.Reroute, time.Hour)
	reveal := func(who *caller) answer {
		return who.ask("POST", path+"/reveal", map[string]any{"request_id": rid(), "reason": "to call"})
	}
	try := func(who *caller, outcome string) answer {
		return who.ask("POST", path+"/attempt", map[string]any{"request_id": rid(), "outcome": outcome, "note": "rang twice\u202e"})
	}
	a.ask("GET", path, nil).want(t, 403, "not-yours")
	reveal(a).want(t, 403, "not-yours")
	try(a, "no_answer").want(t, 409, "not-yours")
	boss.ask("GET", path, nil).want(t, 200, "")

	claim := map[string]any{"request_id": rid()}
	got := a.ask("POST", path+"/claim", claim).want(t, 200, "")
	if fmt.Sprint(got.doc["answers"]) != "[map[answer:en:yes question:en:urgent]]" || got.doc["claimed_by"] != string(a.ID) {
		t.Errorf("%v", got.doc)
	}
	a.ask("POST", path+"/claim", claim).want(t, 200, "")
	other.ask("POST", path+"/claim", map[string]any{"request_id": rid()}).want(t, 409, "already-claimed")
	other.ask("GET", path, nil).want(t, 403, "not-yours")
	a.ask("GET", path, nil).want(t, 200, "")
	if got := reveal(a).want(t, 200, ""); got.doc["number"] != "+12095550123" {
		t.Errorf("%v", got.doc)
	}
	if got := try(a, "no_answer").want(t, 200, ""); got.doc["attempts"] != 1.0 || got.doc["tried"].([]any)[0].(map[string]any)["note"] != "rang twice" {
		t.Errorf("%v", got.doc)
	}
	a.ask("DELETE", path+"/claim", nil).want(t, 204, "")
	a.ask("DELETE", path+"/claim", nil).want(t, 403, "not-yours")
	a.ask("GET", path, nil).want(t, 403, "not-yours")
	if got := try(boss, "helped").want(t, 200, ""); got.doc["state"] != "done" || got.doc["result"] != "helped" {
		t.Errorf("%v", got.doc)
	}
	seen := map[string]int{}
	for _, e := range b.line.entries {
		if e.Case == strings.TrimSuffix(path[10:], ".reroute") {
			seen[e.Action+" "+e.Outcome]++
		}
	}
	for what, n := range map[string]int{
		"outreach-claim ok": 1, "outreach-claim already-claimed": 1, "outreach-attempt not-yours": 1, "outreach-attempt ok": 2, "reveal ok": 1, "outreach-release ok": 1, "read ok": 2,
	} {
		if seen[what] != n {
			t.Errorf("%s: %d entries, want %d of %v", what, seen[what], n, seen)
		}
	}
}

func TestAComplaintIsForSupervisorsAlone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a, boss := b.person(staff.Counselor, nil), b.person(staff.Supervisor, nil)
	id := b.owed(outreach.Complaint, time.Hour)
	if rows := a.ask("GET", "/outreach", nil).want(t, 200, "").doc["duties"].([]any); len(rows) != 0 {
		t.Errorf("a counselor sees %v", rows)
	}
	a.ask("GET", "/outreach?kind=complaint", nil).want(t, 403, "forbidden")
	a.ask("POST", "/outreach/"+id+"/claim", map[string]any{"request_id": rid()}).want(t, 404, "not-found")
	if rows := boss.ask("GET", "/outreach?kind=complaint", nil).want(t, 200, "").doc["duties"].([]any); len(rows) != 1 {
		t.Errorf("a supervisor sees %v", rows)
	}
	boss.ask("POST", "/outreach/"+id+"/claim", map[string]any{"request_id": rid()}).want(t, 200, "")
}

func TestFaultyAttemptsAndUnknownDuties(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boss := b.person(staff.Supervisor, nil)
	path := "/outreach/" + b.owed(outreach.Reroute, time.Hour)
	for field, body := range map[string]map[string]any{
		"outcome": {"request_id": rid(), "outcome": "fine"}, "note": {"request_id": rid(), "outcome": "helped", "note": strings.Repeat("x", 501)},
	} {
		if got := boss.ask("POST", path+"/attempt", body).want(t, 400, "bad-request"); !strings.HasPrefix(fmt.Sprint(got.doc["detail"]), field+":") {
			t.Errorf("%s: %v", field, got.doc["detail"])
		}
	}
	for _, id := range []string{"x", string(hotline.NewCaseID()), string(hotline.NewCaseID()) + ".page", string(hotline.NewCaseID()) + ".reroute"} {
		boss.ask("GET", "/outreach/"+id, nil).want(t, 404, "not-found")
	}
	if b.after.duties[0].Attempts != 0 {
		t.Error("a faulty attempt counts")
	}
}
