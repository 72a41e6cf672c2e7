package standin_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/tideover/tideover/internal/standin"
)

// described is Twilio's own description of its API, of npm's @twilio/cli-core.
func described(t *testing.T) routers.Router {
	t.Helper()
	dir := oracles(t)
	doc, err := openapi3.NewLoader().LoadFromFile(filepath.Join(dir, "node_modules/@twilio/cli-core/src/services/twilio-api/twilio_api_v2010.json"))
	if err != nil {
		t.Fatalf("description: %v (`npm ci --ignore-scripts` in .oracles fetches it)", err)
	}
	doc.Servers = nil
	for _, p := range doc.Paths.Map() {
		p.Servers = nil
	}
	router, err := gorillamux.NewRouter(doc)
	must(t, err)
	return router
}

// judge compares one answer with the description: its status, its types, and
// that it holds all that is described and nothing else.
func judge(t *testing.T, router routers.Router, r *http.Request, form string, status int, body []byte) []string {
	t.Helper()
	route, ids, err := router.FindRoute(r)
	if err != nil {
		return []string{"no such operation: " + err.Error()}
	}
	r.Body = io.NopCloser(strings.NewReader(form))
	in := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: ids, Route: route,
		Options: &openapi3filter.Options{MultiError: true, IncludeResponseStatus: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	}
	var faults []string
	if err := openapi3filter.ValidateRequest(r.Context(), in); err != nil {
		faults = append(faults, "request: "+err.Error())
	}
	out := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: status, Header: http.Header{"Content-Type": {"application/json"}}, Options: in.Options,
	}
	out.SetBodyBytes(body)
	if err := openapi3filter.ValidateResponse(r.Context(), out); err != nil {
		faults = append(faults, "answer: "+err.Error())
	}
	if len(body) == 0 {
		return faults
	}
	schema := route.Operation.Responses.Status(status).Value.Content.Get("application/json").Schema.Value
	var got any
	must(t, json.NewDecoder(bytes.NewReader(body)).Decode(&got))
	return append(faults, keys("", schema, got)...)
}

// keys compares the keys of an answer with those of its schema, both ways.
func keys(at string, schema *openapi3.Schema, got any) []string {
	var faults []string
	switch got := got.(type) {
	case map[string]any:
		if len(schema.Properties) == 0 {
			return nil
		}
		for name, value := range got {
			if p := schema.Properties[name]; p == nil {
				faults = append(faults, at+name+" is not described")
			} else {
				faults = append(faults, keys(at+name+".", p.Value, value)...)
			}
		}
		for name := range schema.Properties {
			if _, there := got[name]; !there && name != "reason_conference_ended" { // only when it has ended
				faults = append(faults, at+name+" is missing")
			}
		}
	case []any:
		for _, item := range got {
			faults = append(faults, keys(at, schema.Items.Value, item)...)
		}
	}
	return faults
}

func TestEveryAnswerIsOneThatTwilioDescribes(t *testing.T) {
	t.Parallel()
	router := described(t)
	t.Run("a judge who lets everything pass would prove nothing", func(t *testing.T) { findsFaults(t, router) })
	b := set(t, office())
	p, _, call, _ := b.talk(t)
	_, err := p.Text(t.Context(), "hello")
	if err == nil {
		t.Fatal("a text without a page was answered")
	}
	b.Phone("+14155550188").Behave(standin.Busy())
	number := "IncomingPhoneNumbers/PN" + account[2:] + ".json"
	conference := "Conferences/" + b.Rooms()[0].Sid
	judged := 0
	ask := func(method, path string, form url.Values, want int) string {
		status, body := b.api(t, method, path, form)
		if status != want {
			t.Errorf("%s %s: %d %s", method, path, status, body)
		}
		target, sent := "http://api/2010-04-01/Accounts/"+account+"/"+path, ""
		if method == "GET" {
			target += "?" + form.Encode()
		} else {
			sent = form.Encode()
		}
		r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(sent))
		if method == "POST" {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		for _, fault := range judge(t, router, r, sent, status, []byte(body)) {
			t.Errorf("%s %s: %s", method, path, fault)
		}
		judged++
		return body
	}
	ended := sid(t, ask("POST", "Calls.json", dial("+14155550188"), 201))
	b.await(t, "busy", func(s standin.Snapshot) bool { return s.Quiet && !s.Calls[2].Live() })
	for _, id := range []string{call, ended} {
		ask("GET", "Calls/"+id+".json", nil, 200)
	}
	ask("GET", "Calls.json", url.Values{"To": {counselor}, "Status": {"in-progress"}, "StartTime>": {"2026-01-01T00:00:00Z"}, "PageSize": {"1"}}, 200)
	ask("GET", "Conferences.json", url.Values{"Status": {"in-progress"}}, 200)
	ask("GET", conference+".json", nil, 200)
	ask("GET", conference+"/Participants.json", nil, 200)
	ask("GET", conference+"/Participants/"+call+".json", nil, 200)
	text := sid(t, ask("POST", "Messages.json", message(patient, "hello"), 201))
	ask("GET", "Messages/"+text+".json", nil, 200)
	ask("GET", "Messages.json", url.Values{"To": {patient}, "DateSent>": {"2026-01-01T00:00:00Z"}, "PageSize": {"1"}}, 200)
	ask("GET", "IncomingPhoneNumbers.json", url.Values{"PhoneNumber": {line}}, 200)
	ask("POST", number, url.Values{"VoiceUrl": {public + "/voice"}}, 200)
	ask("DELETE", conference+"/Participants/"+call+".json", nil, 204)
	ask("POST", conference+".json", url.Values{"Status": {"completed"}}, 200)
	ask("POST", "Calls/"+call+".json", url.Values{"Url": {public + "/requeue"}, "Method": {"POST"}}, 200)
	ask("POST", "Calls/"+call+".json", url.Values{"Status": {"completed"}}, 200)
	if judged != 17 {
		t.Errorf("%d answers were judged", judged)
	}
}

func findsFaults(t *testing.T, router routers.Router) {
	t.Helper()
	b := set(t, nil)
	_, good := b.api(t, "POST", "Messages.json", message(patient, "hello"))
	form := message(patient, "hello").Encode()
	for name, change := range map[string]func(map[string]any){
		"a key that is not described": func(m map[string]any) { m["colour"] = "red" },
		"a key that is missing":       func(m map[string]any) { delete(m, "num_segments") },
		"a word that is none":         func(m map[string]any) { m["status"] = "gone" },
		"a number for a string":       func(m map[string]any) { m["num_media"] = 0 },
		"an id of another kind":       func(m map[string]any) { m["sid"] = "CA1" },
	} {
		var m map[string]any
		must(t, json.Unmarshal([]byte(good), &m))
		change(m)
		bad, err := json.Marshal(m)
		must(t, err)
		r := httptest.NewRequestWithContext(t.Context(), "POST", "http://api/2010-04-01/Accounts/"+account+"/Messages.json", strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if faults := judge(t, router, r, form, 201, bad); len(faults) == 0 {
			t.Errorf("%s: not found", name)
		} else if slices.Contains(faults, "") {
			t.Errorf("%s: a fault without words", name)
		}
	}
}
