package console_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
)

// spec checks answers against the document.
type spec struct {
	doc    *openapi3.T
	router routers.Router
}

func readSpec(t *testing.T) *spec {
	t.Helper()
	raw, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(raw)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	router, err := legacy.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return &spec{doc: doc, router: router}
}

// check validates an answer; paths that the document does not have may only
// be answered with a problem.
func (s *spec) check(t *testing.T, req *http.Request, rec *httptest.ResponseRecorder) {
	t.Helper()
	route, params, err := s.router.FindRoute(req)
	if err != nil {
		if rec.Code < 400 {
			t.Errorf("%s %s: %d, but not in the document: %v", req.Method, req.URL.Path, rec.Code, err)
		}
		return
	}
	in := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: route},
		Status:                 rec.Code, Header: rec.Header(), Body: io.NopCloser(bytes.NewReader(rec.Body.Bytes())),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}
	if err := openapi3filter.ValidateResponse(t.Context(), in); err != nil {
		t.Errorf("%s %s: %d does not fit the document: %v", req.Method, req.URL.Path, rec.Code, err)
	}
}

func TestEveryRouteIsInTheDocumentAndTheOtherWayRound(t *testing.T) {
	t.Parallel()
	b := setup(t)
	param := regexp.MustCompile(`:(\w+)`)
	ours := map[string]bool{}
	for _, r := range b.con.Routes() {
		ours[r.Method+" "+param.ReplaceAllString(strings.TrimPrefix(r.Path, "/api/v1"), "{$1}")] = true
	}
	for path, item := range b.spec.doc.Paths.Map() {
		for method := range item.Operations() {
			if !ours[method+" "+path] {
				t.Errorf("%s %s is in the document only", method, path)
			}
			delete(ours, method+" "+path)
		}
	}
	for route := range ours {
		t.Errorf("%s is not in the document", route)
	}
}

func TestDocumentIsServedToAnybody(t *testing.T) {
	t.Parallel()
	b := setup(t)
	rec := httptest.NewRecorder()
	b.echo.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/openapi.yaml", nil))
	if rec.Code != http.StatusOK || !strings.HasPrefix(rec.Body.String(), "openapi: 3") {
		t.Errorf("got %d %.40q", rec.Code, rec.Body.String())
	}
}
