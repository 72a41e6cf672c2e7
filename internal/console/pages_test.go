package console_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/console"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

// browser is a person with a session cookie.
type browser struct {
	b      *bundle
	cookie *http.Cookie
	lang   string
}

// signIn opens an invite link as a browser does.
func (b *bundle) signIn(p staff.Person) *browser {
	b.t.Helper()
	link, err := b.desk.Invite(b.t.Context(), p.ID)
	if err != nil {
		b.t.Fatal(err)
	}
	rec := (&browser{b: b}).post("/signin", "application/json", `{"token":"`+link.Plain()+`"}`)
	if rec.Code != http.StatusOK {
		b.t.Fatalf("sign-in: %d %s", rec.Code, rec.Body)
	}
	return &browser{b: b, cookie: rec.Result().Cookies()[0]}
}

// signedInElsewhere is a session of another process: well-formed, not in the
// memory of this one.
func (b *bundle) signedInElsewhere() *browser {
	return &browser{b: b, cookie: &http.Cookie{Name: "tideover", Value: strings.Repeat("A", 43)}}
}

func (w *browser) do(req *http.Request) *httptest.ResponseRecorder {
	if w.cookie != nil {
		req.AddCookie(w.cookie)
	}
	req.Header.Set("Accept-Language", w.lang)
	rec := httptest.NewRecorder()
	w.b.echo.ServeHTTP(rec, req)
	return rec
}

func (w *browser) get(path string) *httptest.ResponseRecorder {
	return w.do(httptest.NewRequestWithContext(w.b.t.Context(), http.MethodGet, path, nil))
}

func (w *browser) post(path, kind, body string) *httptest.ResponseRecorder {
	req := httptest.NewRequestWithContext(w.b.t.Context(), http.MethodPost, path, strings.NewReader(body))
	req.Header.Set("Content-Type", kind)
	return w.do(req)
}

func TestSignInByLinkWorksOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	p := b.person(staff.Counselor, nil).Person
	link, err := b.desk.Invite(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	body := `{"token":"` + link.Plain() + `"}`
	nobody := &browser{b: b}
	first := nobody.post("/signin", "application/json", body)
	if first.Code != http.StatusOK || !strings.Contains(first.Body.String(), `"next":"/"`) {
		t.Fatalf("first: %d %s", first.Code, first.Body)
	}
	cookie := first.Result().Cookies()[0]
	if cookie.Name != "tideover" || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" {
		t.Errorf("cookie %v", cookie)
	}
	if second := nobody.post("/signin", "application/json", body); second.Code != http.StatusUnauthorized || !strings.Contains(second.Body.String(), "link-used") {
		t.Errorf("second: %d %s", second.Code, second.Body)
	}
	same := &browser{b: b, cookie: cookie}
	if again := same.post("/signin", "application/json", body); again.Code != http.StatusOK {
		t.Errorf("the same browser: %d %s", again.Code, again.Body)
	}
}

// FAULTS 42.
func TestSignInLeadsBackToTheContact(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.person(staff.Counselor, nil)
	path := c.held(nil)
	link, err := b.desk.Invite(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	got := (&browser{b: b}).post("/signin", "application/json", `{"token":"`+link.Plain()+`"}`)
	if !strings.Contains(got.Body.String(), path) {
		t.Errorf("next: %s, want %s", got.Body, path)
	}
}

func TestCookieIsBoundToTheHostOverHTTPS(t *testing.T) {
	t.Parallel()
	b := setupWith(t, console.Options{ConsoleURL: "https://console.example.org"})
	w := b.signIn(b.person(staff.Supervisor, nil).Person)
	if w.cookie.Name != "__Host-tideover" || !w.cookie.Secure {
		t.Errorf("cookie %v", w.cookie)
	}
	if got := w.get("/"); got.Code != http.StatusOK || got.Header().Get("Strict-Transport-Security") == "" {
		t.Errorf("page: %d", got.Code)
	}
}

func TestPagesLeadToSignInAndToTheirRole(t *testing.T) {
	t.Parallel()
	b := setup(t)
	nobody := &browser{b: b}
	for _, path := range []string{"/", "/wallboard", "/audit", "/cases/" + string(hotline.NewCaseID())} {
		if got := nobody.get(path); got.Code != http.StatusSeeOther || got.Header().Get("Location") != "/signin" {
			t.Errorf("%s: %d to %s", path, got.Code, got.Header().Get("Location"))
		}
	}
	for _, path := range []string{"/parts/queue", "/parts/board", "/parts/shift"} {
		if got := nobody.get(path); got.Code != http.StatusUnauthorized {
			t.Errorf("%s: %d", path, got.Code)
		}
	}
	for _, path := range []string{"/signin", "/setup", "/static/console.css", "/static/console.js", "/static/icon.svg"} {
		if got := nobody.get(path); got.Code != http.StatusOK {
			t.Errorf("%s: %d", path, got.Code)
		}
	}
	homes := map[staff.Role]string{staff.Admin: "/wallboard", staff.Auditor: "/audit"}
	for role, home := range homes {
		w := b.signIn(b.person(role, nil).Person)
		if got := w.get("/"); got.Header().Get("Location") != home {
			t.Errorf("%s is led to %q", role, got.Header().Get("Location"))
		}
		if got := w.get(home); got.Code != http.StatusOK {
			t.Errorf("%s at %s: %d", role, home, got.Code)
		}
	}
	w := b.signIn(b.person(staff.Counselor, nil).Person)
	if got := w.get("/audit"); got.Code != http.StatusForbidden {
		t.Errorf("counselor at /audit: %d", got.Code)
	}
	if got := w.get("/cases/" + string(hotline.NewCaseID())); got.Code != http.StatusNotFound {
		t.Errorf("unknown case: %d", got.Code)
	}
}

func TestSignOutEndsTheSession(t *testing.T) {
	t.Parallel()
	b := setup(t)
	w := b.signIn(b.person(staff.Counselor, nil).Person)
	if got := w.post("/signout", "application/x-www-form-urlencoded", ""); got.Code != http.StatusSeeOther {
		t.Fatalf("sign-out: %d", got.Code)
	}
	if got := w.get("/"); got.Code != http.StatusSeeOther {
		t.Errorf("the old cookie still opens the console: %d", got.Code)
	}
}

func TestCookieRequestsOfOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	w := b.signIn(b.person(staff.Counselor, nil).Person)
	for name, header := range map[string][2]string{
		"cross-site": {"Sec-Fetch-Site", "cross-site"}, "same-site sibling": {"Sec-Fetch-Site", "same-site"},
		"foreign origin": {"Origin", "https://evil.example"}, "origin null": {"Origin", "null"},
	} {
		for _, path := range []string{"/api/v1/claims", "/signin", "/signout"} {
			req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(`{"request_id":"`+rid()+`"}`))
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set(header[0], header[1])
			if got := w.do(req); got.Code != http.StatusForbidden || got.Header().Get("Content-Type") != "application/problem+json" {
				t.Errorf("%s to %s: %d", name, path, got.Code)
			}
		}
	}
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/v1/claims", strings.NewReader(`{"request_id":"`+rid()+`"}`))
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	if got := w.do(req); got.Code != http.StatusConflict {
		t.Errorf("own page: %d, want 409 nobody-waiting", got.Code)
	}
}

func TestPagesMayNotBeFramedKeptOrScriptedByOthers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	w := b.signIn(b.person(staff.Supervisor, nil).Person)
	for _, path := range []string{"/", "/wallboard", "/audit", "/signin", "/parts/queue"} {
		h := w.get(path).Header()
		csp := h.Get("Content-Security-Policy")
		if strings.Contains(csp, "unsafe") || !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") {
			t.Errorf("%s: CSP %q", path, csp)
		}
		if h.Get("Cache-Control") != "no-store" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: headers %v", path, h)
		}
	}
}

func TestConsoleShowsWhatACounselorNeeds(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.person(staff.Counselor, nil)
	id := b.line.waiting(func(k *hotline.Case) { k.Band, k.Lang = hotline.Urgent, hotline.Spanish })
	path := c.held(func(k *hotline.Case) { k.Caller = number("+12095550199") })
	w := b.signIn(c.Person)
	want := map[string][]string{
		"/":            {"•••0123", "Urgent", "Spanish", "claim-" + string(id), "2:00", "I am available", path, "Ana Ruiz"},
		path:           {"•••0199", "You are writing with each other.", "Call the people on call now", "Give back to the queue", "Close the contact", "en:safety"},
		"/wallboard":   {"Waiting now", `id="depth">1<`, "Service level", "67 %", "None open."},
		"/audit":       nil,
		"/parts/shift": {"available"},
	}
	for page, texts := range want {
		got := w.get(page).Body.String()
		for _, text := range texts {
			if !strings.Contains(got, text) {
				t.Errorf("%s does not show %q", page, text)
			}
		}
		if strings.Contains(got, "2095550") {
			t.Errorf("%s shows a whole number", page)
		}
	}
	w.lang = "es-MX,es;q=0.9"
	if got := w.get("/").Body.String(); !strings.Contains(got, "Tomar la siguiente") || !strings.Contains(got, `lang="es"`) {
		t.Error("not in Spanish")
	}
}

func TestLanguageOfTheInterfaceIsKept(t *testing.T) {
	t.Parallel()
	b := setup(t)
	w := b.signIn(b.person(staff.Counselor, nil).Person)
	got := w.post("/lang", "application/x-www-form-urlencoded", "lang=es&back=/wallboard")
	if got.Code != http.StatusSeeOther || got.Header().Get("Location") != "/wallboard" {
		t.Fatalf("%d to %q", got.Code, got.Header().Get("Location"))
	}
	req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	req.AddCookie(got.Result().Cookies()[0])
	if page := w.do(req); !strings.Contains(page.Body.String(), `<html lang="es"`) {
		t.Error("not in Spanish")
	}
	for _, back := range []string{"//evil.example", "https://evil.example", `/\evil.example`} {
		if got := w.post("/lang", "application/x-www-form-urlencoded", "lang=es&back="+back); got.Header().Get("Location") != "/" {
			t.Errorf("back=%q leads to %q", back, got.Header().Get("Location"))
		}
	}
}

func TestBannersSayWhatThisIs(t *testing.T) {
	t.Parallel()
	b := setupWith(t, console.Options{Demo: true, Unreviewed: func() bool { return true }, LineName: "Valley Line"})
	got := (&browser{b: b}).get("/signin").Body.String()
	for _, text := range []string{"Never for real callers", "911", "988", "not been reviewed by a clinician", "Valley Line"} {
		if !strings.Contains(got, text) {
			t.Errorf("no %q", text)
		}
	}
	if got := (&browser{b: setup(t)}).get("/signin").Body.String(); strings.Contains(got, "Never for real callers") || strings.Contains(got, "clinician") {
		t.Error("a banner that nobody asked for")
	}
}

// FAULTS 2.
func TestLostDataIsNeverAnEmptyQueue(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boss := b.person(staff.Supervisor, nil)
	w := b.signIn(boss.Person)
	b.line.fail(hotline.ErrEra)
	for _, page := range []string{"/", "/wallboard"} {
		got := w.get(page)
		if got.Code != http.StatusOK || !strings.Contains(got.Body.String(), "DATA LOST") || strings.Contains(got.Body.String(), "Nobody is waiting.") {
			t.Errorf("%s: %d", page, got.Code)
		}
	}
	if got := boss.ask("GET", "/wallboard", nil).want(t, 200, ""); got.doc["data_lost"] != true || got.doc["fresh"] != false {
		t.Errorf("wallboard %v", got.doc)
	}
	boss.ask("GET", "/queue", nil).want(t, 503, "data-lost")
	b.house.fail(hotline.ErrEra)
	if got := b.signedInElsewhere().get("/"); got.Code != 503 || !strings.Contains(got.Body.String(), "DATA LOST") {
		t.Errorf("a session that is not remembered: %d %s", got.Code, got.Body)
	}
}

func TestABoardThatKnowsOfTheLossIsNoEmptyQueue(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boss := b.person(staff.Supervisor, nil)
	b.line.waiting(nil)
	boss.ask("GET", "/wallboard", nil).want(t, 200, "")
	b.line.lost = true
	if got := boss.ask("GET", "/wallboard", nil).want(t, 200, ""); got.doc["data_lost"] != true || got.doc["fresh"] != false {
		t.Errorf("wallboard %v", got.doc)
	}
	boss.ask("GET", "/queue", nil).want(t, 503, "data-lost")
	b.line.lost = false
	b.clock.forward(3 * time.Second)
	if got := boss.ask("GET", "/queue", nil).want(t, 200, ""); got.doc["fresh"] != true {
		t.Errorf("after the repair: %v", got.doc)
	}
}

// FAULTS 42.
func TestIdleSessionEndsButNeverDuringAContact(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.person(staff.Counselor, nil)
	w := b.signIn(c.Person)
	b.clock.forward(29 * time.Minute)
	if got := w.get("/"); got.Code != http.StatusOK {
		t.Fatalf("after 29 minutes: %d", got.Code)
	}
	b.clock.forward(29 * time.Minute)
	w.get("/parts/queue") // what a page does by itself is no sign of life
	b.clock.forward(2 * time.Minute)
	if got := w.get("/"); got.Code != http.StatusSeeOther {
		t.Errorf("idle for 31 minutes: %d", got.Code)
	}
	w = b.signIn(c.Person)
	c.held(nil)
	b.clock.forward(2 * time.Hour)
	if got := w.get("/"); got.Code != http.StatusOK {
		t.Errorf("two hours in a contact: %d", got.Code)
	}
	b.clock.forward(11 * time.Hour)
	if got := w.get("/"); got.Code != http.StatusSeeOther {
		t.Errorf("after 13 hours: %d", got.Code)
	}
}
