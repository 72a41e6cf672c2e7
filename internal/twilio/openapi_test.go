package twilio_test

import (
	"bytes"
	"context"
	"encoding/json"
	"go/parser"
	"go/token"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/tideover/tideover/internal/twilio"
)

// description is Twilio's own of its API.
type description struct{ routes routers.Router }

func readDescription(t *testing.T) description {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile(filepath.Join(oracles(t), "node_modules/@twilio/cli-core/src/services/twilio-api/twilio_api_v2010.json"))
	if err != nil {
		t.Fatal(err)
	}
	doc.Servers = nil
	for _, path := range doc.Paths.Map() {
		path.Servers = nil
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return description{router}
}

// check tells what Twilio would find wrong with a request, unknown names
// included, which the description alone lets pass.
func (d description) check(ctx context.Context, r *http.Request, body []byte) (faults []string, op *openapi3.Operation) {
	route, params, err := d.routes.FindRoute(r)
	if err != nil {
		return []string{"no such resource: " + r.Method + " " + r.URL.Path}, nil
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	err = openapi3filter.ValidateRequest(ctx, &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: route,
		Options: &openapi3filter.Options{MultiError: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	})
	if err != nil {
		faults = append(faults, err.Error())
	}
	for name := range r.URL.Query() {
		if route.Operation.Parameters.GetByInAndName("query", name) == nil {
			faults = append(faults, "unknown in the query: "+name)
		}
	}
	sent, err := url.ParseQuery(string(body))
	if err != nil {
		return append(faults, "body: "+err.Error()), route.Operation
	}
	for name := range sent {
		form := route.Operation.RequestBody.Value.Content.Get("application/x-www-form-urlencoded")
		if _, known := form.Schema.Value.Properties[name]; !known {
			faults = append(faults, "unknown in the body: "+name)
		}
	}
	return faults, route.Operation
}

// example gives the answer that the description itself shows.
func example(op *openapi3.Operation, list bool) (status int, body []byte) {
	for code, response := range op.Responses.Map() {
		content := response.Value.Content.Get("application/json")
		if content == nil {
			continue
		}
		names := make([]string, 0, len(content.Examples))
		for name := range content.Examples {
			if !list || strings.HasPrefix(name, "readFull") {
				names = append(names, name)
			}
		}
		if len(names) == 0 {
			continue
		}
		status, _ = strconv.Atoi(code)
		body, _ = json.Marshal(content.Examples[slices.Min(names)].Value.Value)
		return status, body
	}
	return http.StatusNotImplemented, nil
}

func TestEveryRequestIsOneThatTwilioDescribes(t *testing.T) {
	t.Parallel()
	d := readDescription(t)
	var lock sync.Mutex
	asked := map[string]bool{}
	c := serve(t, twilio.Options{Timeout: 10 * time.Second}, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		faults, op := d.check(r.Context(), r, body)
		for _, fault := range faults {
			t.Errorf("%s %s: %s", r.Method, r.URL.Path, fault)
		}
		if op == nil {
			answer(w, 404, "")
			return
		}
		lock.Lock()
		asked[op.OperationID] = true
		lock.Unlock()
		if r.Method == http.MethodDelete {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		status, example := example(op, r.Method == http.MethodGet && strings.Contains(op.OperationID, "List"))
		answer(w, status, string(example))
	})
	all := operations(t, c)
	all["erase recording"] = func(ctx context.Context) error { return c.EraseRecording(ctx, tape) }
	all["recordings"] = func(ctx context.Context) error { return second(c.RecordingsOf(ctx, call)) }
	for op, do := range all {
		if err := do(t.Context()); err != nil {
			t.Errorf("%s: Twilio's example of an answer is not understood: %v", op, err)
		}
	}
	for _, op := range []string{"CreateCall", "FetchCall", "UpdateCall", "ListCall", "CreateMessage", "ListMessage", "UpdateConference", "DeleteRecording", "ListRecording"} {
		if !asked[op] {
			t.Errorf("%s was never asked for: the test proves less than it says", op)
		}
	}
}

// Twilio answers a misspelled parameter with a 201 and silence.
func TestDescriptionFindsFaults(t *testing.T) {
	t.Parallel()
	d := readDescription(t)
	base := "/2010-04-01/Accounts/" + account
	for name, c := range map[string]struct{ method, target, body string }{
		"no such resource":          {"POST", base + "/Phone.json", "To=%2B14155550123"},
		"misspelled name":           {"POST", base + "/Calls.json", "To=%2B14155550123&From=%2B14155550100&URL=x"},
		"number missing":            {"POST", base + "/Calls.json", "From=%2B14155550100&Url=https%3A%2F%2Fx"},
		"unknown word for a status": {"POST", base + "/Calls/" + call + ".json", "Status=gone"},
		"time that is no number":    {"POST", base + "/Calls.json", "To=%2B14155550123&From=%2B14155550100&Timeout=soon"},
		"an id that is none":        {"GET", base + "/Calls/CA1.json", ""},
		"unknown in the query":      {"GET", base + "/Calls.json?Tom=x", ""},
	} {
		r, err := http.NewRequestWithContext(t.Context(), c.method, "http://x"+c.target, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		if c.method == "POST" {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		if faults, _ := d.check(t.Context(), r, []byte(c.body)); len(faults) == 0 {
			t.Errorf("%s: not found", name)
		}
	}
}

// The library's root package doubles the build time and reads the environment.
func TestOnlyTwoPackagesOfTheLibraryAreImported(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, imported := range parsed.Imports {
			path, _ := strconv.Unquote(imported.Path.Value)
			part, ours := strings.CutPrefix(path, "github.com/twilio/twilio-go")
			if ours && part != "/client" && part != "/rest/api/v2010" {
				t.Errorf("%s imports %s", file, path)
			}
		}
	}
}
