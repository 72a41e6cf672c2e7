package console_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

func TestBadTokenIsRefusedOnEveryRoute(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.person(staff.Counselor, nil)
	routes := []string{"GET /reports/queue", "GET /nothing", "PATCH /queue"}
	for _, r := range b.con.Routes() {
		routes = append(routes, r.Method+" "+strings.ReplaceAll(strings.TrimPrefix(r.Path, "/api/v1"), ":id", "x"))
	}
	for _, route := range routes {
		method, path, _ := strings.Cut(route, " ")
		for _, token := range []string{"nonsense", c.token[:len(c.token)-1], c.token + "x", "' OR 1=1", ""} {
			var body any
			if method != http.MethodGet {
				body = map[string]any{"request_id": rid()}
			}
			b.send(method, path, body, func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }).want(t, 401, "sign-in")
		}
		b.send(method, path, nil, nil).want(t, 401, "sign-in")
		b.send(method, path, nil, func(r *http.Request) { r.SetBasicAuth("a", c.token) }).want(t, 401, "sign-in")
	}
}

func TestWhoMayUseWhichRoute(t *testing.T) {
	t.Parallel()
	b := setup(t)
	people := map[staff.Role]*caller{}
	for _, role := range staff.Roles() {
		people[role] = b.person(role, nil)
	}
	for _, r := range b.con.Routes() {
		if r.Path == "/api/v1/events" {
			continue // a stream has tests of its own
		}
		path := strings.ReplaceAll(strings.TrimPrefix(r.Path, "/api/v1"), ":id", string(hotline.NewCaseID()))
		for role, p := range people {
			var body any
			if r.Method == http.MethodPost || r.Method == http.MethodPut {
				body = "{}"
			}
			got := p.ask(r.Method, path, body)
			if refused := got.Code == 403 && got.kind() == "forbidden"; refused == role.May(r.Needs) {
				t.Errorf("%s as %s: %d %s, permission %v", r.Method+" "+path, role, got.Code, got.kind(), role.May(r.Needs))
			}
		}
	}
}

func TestEveryRouteOfTheAPIHasAPermission(t *testing.T) {
	t.Parallel()
	b := setup(t)
	known := map[string]bool{}
	for _, r := range b.con.Routes() {
		if r.Needs == "" {
			t.Errorf("%s %s needs no permission", r.Method, r.Path)
		}
		known[r.Method+" "+r.Path] = true
	}
	for _, r := range b.echo.Routes() {
		rest, isAPI := strings.CutPrefix(r.Path, "/api/v1")
		if !isAPI || rest == "" || rest == "/*" {
			continue
		}
		if !known[r.Method+" "+r.Path] {
			t.Errorf("%s %s is served without an entry in the table", r.Method, r.Path)
		}
	}
}

func TestUnknownPlacesAndMethodsAreProblems(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boss := b.person(staff.Supervisor, nil)
	for _, path := range []string{"/nothing", "/reports/queue", "/script/nothing", "/blocks", "", "/"} {
		boss.ask("GET", path, nil).want(t, 404, "not-found")
	}
	for _, path := range []string{"/cases/" + strings.Repeat("x", 500), "/cases/..%2f..%2fetc", "/cases/" + string(hotline.NewCaseID())} {
		boss.ask("GET", path, nil).want(t, 404, "not-found")
	}
	rec := httptest.NewRecorder()
	b.echo.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v2/queue", nil))
	if rec.Code != 404 || rec.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("/api/v2: %d %s", rec.Code, rec.Header().Get("Content-Type"))
	}
	got := boss.ask("PATCH", "/queue", nil).want(t, 405, "method-not-allowed")
	if got.Header().Get("Allow") != "GET" {
		t.Errorf("Allow: %q", got.Header().Get("Allow"))
	}
}

func TestFaultyRequestsAreProblems(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.person(staff.Counselor, nil)
	id := `"request_id":"ID"`
	cases := map[string]struct {
		path, body string
		status     int
	}{
		"no JSON":                {"/claims", "{", 400},
		"empty":                  {"/claims", " ", 400},
		"a list":                 {"/claims", "[]", 400},
		"null":                   {"/claims", "null", 400},
		"two documents":          {"/claims", "{" + id + "}{}", 400},
		"no request_id":          {"/claims", "{}", 400},
		"null as request_id":     {"/claims", `{"request_id":null}`, 400},
		"words as request_id":    {"/claims", `{"request_id":"x y"}`, 400},
		"number as request_id":   {"/claims", `{"request_id":5}`, 400},
		"case_id as a number":    {"/claims", "{" + id + `,"case_id":5}`, 400},
		"deep":                   {"/claims", strings.Repeat("[", 5000), 400},
		"deep in a field":        {"/claims", "{" + id + `,"a":` + strings.Repeat("[", 20000) + "}", 400},
		"2 MB":                   {"/claims", `{"request_id":"` + strings.Repeat("x", 2_000_000) + `"}`, 413},
		"unknown state":          {"/shift", "{" + id + `,"state":"dancing"}`, 400},
		"no state":               {"/shift", "{" + id + "}", 400},
		"unknown channel":        {"/shift", "{" + id + `,"state":"available","channels":["fax"]}`, 400},
		"no channel":             {"/shift", "{" + id + `,"state":"available","channels":[]}`, 400},
		"unknown via":            {"/shift", "{" + id + `,"state":"available","via":"post"}`, 400},
		"case that is none":      {"/claims", "{" + id + `,"case_id":"no-such-case"}`, 404},
		"invalid UTF-8 in claim": {"/claims", "{" + id + ",\"case_id\":\"\xff\"}", 404},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			method := "POST"
			if tc.path == "/shift" {
				method = "PUT"
			}
			if got := c.ask(method, tc.path, strings.Replace(tc.body, `"ID"`, `"`+rid()+`"`, 1)); got.Code != tc.status {
				t.Errorf("got %d %v, want %d", got.Code, got.doc, tc.status)
			}
		})
	}
	b.send("POST", "/claims", "request_id=1", func(r *http.Request) {
		r.Header.Set("Authorization", "Bearer "+c.token)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}).want(t, 415, "unsupported-type")
}

func TestFaultsOfAContactAreNamed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.person(staff.Counselor, nil)
	id := b.line.waiting(func(c *hotline.Case) { c.Channel = hotline.SMS })
	c.ask("POST", "/claims", map[string]any{"request_id": rid(), "case_id": id}).want(t, 201, "")
	cases := map[string]struct{ method, path, field, body string }{
		"no text":               {"POST", "/messages", "text", `"x":1`},
		"blank text":            {"POST", "/messages", "text", `"text":" \n "`},
		"text of controls":      {"POST", "/messages", "text", `"text":"\u0000\u202e"`},
		"text too long":         {"POST", "/messages", "text", `"text":"` + strings.Repeat("é", 1601) + `"`},
		"note without version":  {"PUT", "/note", "version", `"text":"x"`},
		"version below zero":    {"PUT", "/note", "version", `"text":"x","version":-1`},
		"version as a text":     {"PUT", "/note", "version", `"text":"x","version":"0"`},
		"escalate to nobody":    {"POST", "/escalate", "to", `"to":"mum"`},
		"transfer to nobody":    {"POST", "/transfer", "to", `"to":"mum","reason":"x"`},
		"transfer, no reason":   {"POST", "/transfer", "reason", `"to":"queue"`},
		"transfer, odd band":    {"POST", "/transfer", "band", `"to":"queue","reason":"x","band":"pink"`},
		"close, odd outcome":    {"POST", "/close", "disposition", `"disposition":"fine"`},
		"emergency, do nothing": {"POST", "/emergency", "do", `"do":"nothing"`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := c.ask(tc.method, "/cases/"+string(id)+tc.path, `{"request_id":"`+rid()+`",`+tc.body+`}`).want(t, 400, "bad-request")
			if detail := fmt.Sprint(got.doc["detail"]); !strings.HasPrefix(detail, tc.field+":") {
				t.Errorf("detail %q does not name %s", detail, tc.field)
			}
		})
	}
	if b.line.get(id).State != hotline.Live || b.line.sent != 0 {
		t.Error("a faulty request changed something")
	}
}

// FAULTS 4.
func TestSameRequestIDGetsTheFirstOutcome(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.person(staff.Counselor, nil)
	id := b.line.waiting(func(c *hotline.Case) { c.Channel = hotline.SMS })
	claim := map[string]any{"request_id": rid(), "case_id": id}
	first := c.ask("POST", "/claims", claim).want(t, 201, "")
	again := c.ask("POST", "/claims", claim).want(t, 200, "")
	if first.Body.String() != again.Body.String() {
		t.Errorf("bodies differ:\n%s\n%s", first.Body, again.Body)
	}
	c.ask("POST", "/claims", map[string]any{"request_id": claim["request_id"]}).want(t, 422, "request-id-reused")

	text := map[string]any{"request_id": rid(), "text": "I am here"}
	path := "/cases/" + string(id)
	c.ask("POST", path+"/messages", text).want(t, 201, "")
	c.ask("POST", path+"/messages", text).want(t, 200, "")
	if b.line.sent != 1 {
		t.Errorf("%d texts sent, want 1", b.line.sent)
	}
	c.ask("POST", path+"/messages", map[string]any{"request_id": text["request_id"], "text": "other"}).want(t, 422, "request-id-reused")
	if b.line.sent != 1 {
		t.Errorf("another text was sent under a used request_id")
	}

	other := b.person(staff.Counselor, nil)
	lost := map[string]any{"request_id": rid(), "case_id": id}
	other.ask("POST", "/claims", lost).want(t, 409, "already-claimed")
	closing := map[string]any{"request_id": rid(), "disposition": "helped"}
	c.ask("POST", path+"/close", closing).want(t, 200, "")
	other.ask("POST", "/claims", lost).want(t, 409, "already-claimed")
	c.ask("POST", path+"/close", closing).want(t, 200, "")
	c.ask("POST", path+"/close", map[string]any{"request_id": rid(), "disposition": "helped"}).want(t, 403, "not-yours")
	other.ask("POST", "/claims", map[string]any{"request_id": claim["request_id"], "case_id": id}).want(t, 409, "caller-left")
}

func TestFieldOrderAndUnknownFieldsDoNotCount(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.person(staff.Counselor, nil)
	id := b.line.waiting(nil)
	r := rid()
	c.ask("POST", "/claims", `{"request_id":"`+r+`","case_id":"`+string(id)+`","surprise":1}`).want(t, 201, "")
	c.ask("POST", "/claims", `{ "surprise":1, "case_id":"`+string(id)+`","request_id":"`+r+`"}`).want(t, 200, "")
}

func TestUnknownOutcomeIsNeverKept(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.person(staff.Counselor, nil)
	claim := map[string]any{"request_id": rid(), "case_id": b.line.waiting(nil)}
	b.line.fail(fmt.Errorf("claim: %w", hotline.ErrUnknown))
	if got := c.ask("POST", "/claims", claim).want(t, 503, "not-known-yet"); got.Header().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	b.line.fail(nil)
	c.ask("POST", "/claims", claim).want(t, 201, "")
}

func TestShiftLeftOutFieldsStayAsTheyWere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.person(staff.Supervisor, nil)
	got := c.ask("PUT", "/shift", map[string]any{"request_id": rid(), "state": "available"}).want(t, 200, "")
	if fmt.Sprintln(got.doc["channels"], got.doc["ring_me"], got.doc["via"]) != "[voice sms] false console\n" {
		t.Errorf("at first: %v", got.doc)
	}
	c.ask("PUT", "/shift", map[string]any{"request_id": rid(), "state": "available", "channels": []string{"sms"}, "ring_me": true, "via": "phone"}).want(t, 200, "")
	for _, state := range []string{"break", "off", "available"} {
		body := map[string]any{"request_id": rid(), "state": state}
		for range 2 {
			c.ask("PUT", "/shift", body).want(t, 200, "")
		}
		got = c.ask("GET", "/shift", nil).want(t, 200, "")
		if fmt.Sprintln(got.doc["state"], got.doc["channels"], got.doc["ring_me"], got.doc["via"]) != state+" [sms] true phone\n" {
			t.Errorf("%s: %v", state, got.doc)
		}
	}
}

func TestQueueAndBoardSayTheSame(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boss := b.person(staff.Supervisor, nil)
	b.line.waiting(func(c *hotline.Case) { c.Band = hotline.Emergency; c.Lang = "" })
	b.line.waiting(func(c *hotline.Case) { c.Channel, c.Lang, c.State = hotline.SMS, hotline.Spanish, hotline.Promised })
	q, w := boss.ask("GET", "/queue", nil).want(t, 200, ""), boss.ask("GET", "/wallboard", nil).want(t, 200, "")
	for _, field := range []string{"as_of", "fresh", "depth", "longest_wait_seconds"} {
		if fmt.Sprint(q.doc[field]) != fmt.Sprint(w.doc[field]) {
			t.Errorf("%s: queue %v, wallboard %v", field, q.doc[field], w.doc[field])
		}
	}
	if got := fmt.Sprint(q.doc["depth"]); got != "map[by_band:map[emergency:1 routine:0 soon:1 urgent:0] by_channel:map[sms:1 voice:1] by_language:map[es:1 und:1] total:2]" {
		t.Errorf("depth %s", got)
	}
	if q.doc["longest_wait_seconds"] != 120.0 || q.doc["fresh"] != true {
		t.Errorf("longest %v, fresh %v", q.doc["longest_wait_seconds"], q.doc["fresh"])
	}
	rows := q.doc["cases"].([]any)
	row := rows[1].(map[string]any)
	if row["position"] != 2.0 || row["caller"] != "•••0123" || row["callback"] != true {
		t.Errorf("row %v", row)
	}
}
