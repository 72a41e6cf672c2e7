package console_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

// danger is a texter who waits with an open emergency; no counselor is on.
func (b *bundle) danger() hotline.CaseID {
	id := b.line.waiting(func(c *hotline.Case) {
		c.Channel, c.Band, c.Risk, c.Hits = hotline.SMS, hotline.Emergency, 3, []string{"plan.pills"}
		c.Emergency.OpenedAt = b.clock.now()
	})
	b.line.mu.Lock()
	defer b.line.mu.Unlock()
	b.line.threads[id] = []hotline.Message{{ID: "m1", Direction: hotline.Inbound, Text: "I have the <b>pills</b> here", At: b.clock.now(), State: "received"}}
	return id
}

func (b *bundle) pageLink(id hotline.CaseID) staff.Secret {
	b.t.Helper()
	link, err := b.desk.PageLink(b.t.Context(), id, hotline.OnCall(1))
	if err != nil {
		b.t.Fatal(err)
	}
	return link
}

// opened is the browser of a paged phone, after the button.
func (b *bundle) opened(id hotline.CaseID) *browser {
	b.t.Helper()
	rec := (&browser{b: b}).post("/oncall", "application/json", `{"token":"`+b.pageLink(id).Plain()+`"}`)
	if rec.Code != http.StatusOK || len(rec.Result().Cookies()) != 1 {
		b.t.Fatalf("open: %d %s", rec.Code, rec.Body)
	}
	return &browser{b: b, cookie: rec.Result().Cookies()[0]}
}

// asPaged asks the API as the page does.
func (w *browser) asPaged(method, path string, body any) answer {
	w.b.t.Helper()
	return w.b.send(method, path, body, func(r *http.Request) {
		r.AddCookie(w.cookie)
		r.Header.Set("Tideover-Session", "oncall")
	})
}

func TestWhoIsPagedReadsWritesRevealsAndClosesByTheLink(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boss, id := b.person(staff.Supervisor, nil), b.danger()
	w := b.opened(id)
	if w.cookie.Name != "tideover-oncall" || !w.cookie.HttpOnly || w.cookie.MaxAge != 3600 || w.cookie.SameSite != http.SameSiteLaxMode {
		t.Errorf("cookie %v", w.cookie)
	}
	page := w.get("/oncall").Body.String()
	for _, text := range []string{"•••0123", "Emergency", "English", "3</strong> / 3", "plan.pills", "I have the &lt;b&gt;pills&lt;/b&gt; here", "911", "988", "They wait"} {
		if !strings.Contains(page, text) {
			t.Errorf("the page does not show %q", text)
		}
	}
	if strings.Contains(page, "2095550123") {
		t.Error("the page shows the whole number before anybody asked for it")
	}
	path := "/cases/" + string(id)
	w.asPaged("POST", path+"/messages", map[string]any{"request_id": rid(), "text": "I am here."}).want(t, 201, "")
	if got := w.get("/parts/oncall"); got.Code != 200 || !strings.Contains(got.Body.String(), "I am here.") {
		t.Errorf("part: %d", got.Code)
	}
	w.asPaged("POST", path+"/reveal", map[string]any{"request_id": rid()}).want(t, 400, "bad-request")
	got := w.asPaged("POST", path+"/reveal", map[string]any{"request_id": rid(), "reason": "sending an ambulance"}).want(t, 200, "")
	if got.doc["number"] != "+12095550123" || got.doc["location"] != "95301" {
		t.Errorf("reveal %v", got.doc)
	}
	for _, do := range []string{"acknowledge", "confirm"} {
		w.asPaged("POST", path+"/emergency", map[string]any{"request_id": rid(), "do": do}).want(t, 200, "")
	}
	if e := b.line.get(id).Emergency; e.AcknowledgedBy != hotline.OnCall(1) || e.ConfirmedAt.IsZero() {
		t.Errorf("record %+v", e)
	}
	w.asPaged("POST", path+"/emergency", map[string]any{"request_id": rid(), "do": "close", "words": "with her sister"}).want(t, 200, "")

	var did []string
	for _, e := range boss.ask("GET", "/audit?case_id="+string(id), nil).want(t, 200, "").doc["entries"].([]any) {
		row := e.(map[string]any)
		if row["who"] != "oncall:1" {
			t.Errorf("entry by %v", row["who"])
		}
		did = append([]string{row["action"].(string)}, did...)
	}
	if want := "[open-page read message reveal emergency emergency emergency]"; fmt.Sprint(did) != want {
		t.Errorf("record of access %v, want %s", did, want)
	}
}

// Every address of the console, asked with a session that was opened by a
// page's link, for another case and for the own one.
func TestSessionOfAPageOpensItsOwnThreadAndNothingElse(t *testing.T) {
	t.Parallel()
	b := setup(t)
	own, other := b.danger(), b.danger()
	w := b.opened(own)
	open := map[string]bool{"POST /cases/:id/messages": true, "POST /cases/:id/reveal": true, "POST /cases/:id/emergency": true}
	n := 0
	for _, r := range b.con.Routes() {
		pattern := r.Method + " " + strings.TrimPrefix(r.Path, "/api/v1")
		for _, id := range []hotline.CaseID{own, other} {
			path := strings.ReplaceAll(strings.TrimPrefix(r.Path, "/api/v1"), ":id", string(id))
			var body any
			if r.Method == http.MethodPost || r.Method == http.MethodPut {
				body = "{}"
			}
			got := w.asPaged(r.Method, path, body)
			if open[pattern] && id == own {
				n++
				got.want(t, 400, "bad-request") // let in, and told what is missing
				continue
			}
			got.want(t, 403, "forbidden")
		}
	}
	if n != len(open) {
		t.Errorf("%d routes are open, want %d", n, len(open))
	}
	free := map[string]bool{
		"GET /signin": true, "GET /setup": true, "GET /oncall": true, "GET /parts/oncall": true,
		"GET /static/console.css": true, "GET /static/console.js": true, "GET /static/icon.svg": true,
	}
	for _, r := range b.echo.Routes() {
		if r.Method != http.MethodGet || strings.HasPrefix(r.Path, "/api") {
			continue
		}
		path := strings.ReplaceAll(r.Path, ":id", string(own))
		asks := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		asks.Header.Set("Tideover-Session", "oncall")
		got, plain := w.do(asks), w.get(path)
		switch {
		case free[r.Method+" "+r.Path]:
			if got.Code != 200 || plain.Code != 200 {
				t.Errorf("%s: %d", path, got.Code)
			}
		case got.Code != http.StatusForbidden || plain.Code != http.StatusSeeOther && plain.Code != http.StatusUnauthorized:
			t.Errorf("%s: %d and, as any page, %d", path, got.Code, plain.Code)
		}
	}
	if b.line.sent != 0 || b.line.raised != 0 {
		t.Error("something was changed")
	}
}

func TestSessionOfAPageCountsOnlyWhereTheRequestSaysSo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	id := b.danger()
	w := b.opened(id)
	body := map[string]any{"request_id": rid(), "text": "x"}
	b.send("POST", "/cases/"+string(id)+"/messages", body, func(r *http.Request) { r.AddCookie(w.cookie) }).want(t, 401, "sign-in")
	// A counselor's own sign-in in the same browser is neither used nor ended.
	c := b.signIn(b.person(staff.Counselor, nil).Person)
	b.send("GET", "/queue", nil, func(r *http.Request) {
		r.AddCookie(c.cookie)
		r.AddCookie(w.cookie)
	}).want(t, 200, "")
	b.send("GET", "/queue", nil, func(r *http.Request) {
		r.AddCookie(c.cookie)
		r.AddCookie(w.cookie)
		r.Header.Set("Tideover-Session", "oncall")
	}).want(t, 403, "forbidden")
}

func TestWhoIsOnCallWithAnAccountWritesWhileTheEmergencyIsOpen(t *testing.T) {
	t.Parallel()
	b := setup(t)
	onCall := b.person(staff.Counselor, func(p *staff.Person) { p.Phone = number(onCallNumber) })
	other, id := b.person(staff.Counselor, nil), b.danger()
	path := "/cases/" + string(id)
	text := func(c *caller) answer {
		return c.ask("POST", path+"/messages", map[string]any{"request_id": rid(), "text": "I am here."})
	}
	text(other).want(t, 409, "not-yours")
	if page := b.signIn(onCall.Person).get(path); page.Code != 200 || !strings.Contains(page.Body.String(), `id="write"`) {
		t.Errorf("the console shows no place to write: %d", page.Code)
	}
	text(onCall).want(t, 201, "")
	b.line.edit(id, func(c *hotline.Case) { c.Emergency.RaisedBy = onCall.ID })
	text(onCall).want(t, 409, "not-yours") // nobody attends to an own alarm
	b.line.edit(id, func(c *hotline.Case) { c.Emergency.RaisedBy, c.Emergency.ClosedAt = "", b.clock.now() })
	text(onCall).want(t, 409, "not-yours")
}

func TestLinkOfAPageIsUsedUpByThePressAndNotByALook(t *testing.T) {
	t.Parallel()
	b := setup(t)
	id := b.danger()
	link := b.pageLink(id)
	press := func(w *browser, link staff.Secret) *httptest.ResponseRecorder {
		return w.post("/oncall", "application/json", `{"token":"`+link.Plain()+`"}`)
	}
	for range 3 { // messengers look at links by themselves
		if got := (&browser{b: b}).get("/oncall"); got.Code != 200 || strings.Contains(got.Body.String(), "pills") || len(got.Result().Cookies()) != 0 {
			t.Fatalf("a look: %d", got.Code)
		}
	}
	first := press(&browser{b: b}, link)
	if first.Code != 200 || !strings.Contains(first.Body.String(), `"next":"/oncall"`) {
		t.Fatalf("first press: %d %s", first.Code, first.Body)
	}
	same := &browser{b: b, cookie: first.Result().Cookies()[0]}
	if got := press(same, link); got.Code != 200 {
		t.Errorf("the same browser again: %d", got.Code)
	}
	for name, tc := range map[string]struct {
		w    *browser
		link staff.Secret
	}{
		"another browser":                     {&browser{b: b}, link},
		"nonsense":                            {same, "x"},
		"a used link of another conversation": {b.opened(b.danger()), link},
	} {
		if got := press(tc.w, tc.link); got.Code != 401 || !strings.Contains(got.Body.String(), "page-over") {
			t.Errorf("%s: %d %s", name, got.Code, got.Body)
		}
	}
	evil := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/oncall", strings.NewReader(`{"token":"`+b.pageLink(id).Plain()+`"}`))
	evil.Header.Set("Sec-Fetch-Site", "cross-site")
	if got := same.do(evil); got.Code != 403 {
		t.Errorf("a press on another site: %d", got.Code)
	}
}

func TestSessionOfAPageEndsWithTheEmergencyAndAfterAnHour(t *testing.T) {
	t.Parallel()
	ends := map[string]func(b *bundle, id hotline.CaseID){
		"somebody closes the emergency": func(b *bundle, id hotline.CaseID) {
			b.line.edit(id, func(c *hotline.Case) { c.Emergency.ClosedAt = b.clock.now() })
		},
		"the case is gone": func(b *bundle, id hotline.CaseID) {
			b.line.mu.Lock()
			defer b.line.mu.Unlock()
			delete(b.line.cases, id)
		},
		"an hour is over": func(b *bundle, _ hotline.CaseID) { b.clock.forward(time.Hour + time.Second) },
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			id := b.danger()
			w, unused := b.opened(id), b.pageLink(id)
			end(b, id)
			w.asPaged("POST", "/cases/"+string(id)+"/messages", map[string]any{"request_id": rid(), "text": "x"}).want(t, 401, "sign-in")
			if got := w.get("/parts/oncall"); got.Code != 401 {
				t.Errorf("part: %d", got.Code)
			}
			if got := w.get("/oncall"); got.Code != 200 || strings.Contains(got.Body.String(), "pills") || !strings.Contains(got.Body.String(), "911") {
				t.Errorf("page: %d %s", got.Code, got.Body)
			}
			if got := (&browser{b: b}).post("/oncall", "application/json", `{"token":"`+unused.Plain()+`"}`); got.Code != 401 {
				t.Errorf("a link that was not used: %d %s", got.Code, got.Body)
			}
			b.line.mu.Lock()
			if c := b.line.cases[id]; c != nil {
				c.Emergency.ClosedAt = time.Time{}
			}
			b.line.mu.Unlock()
			if got := w.get("/parts/oncall"); got.Code != 401 {
				t.Errorf("the session comes back: %d", got.Code)
			}
		})
	}
}

func TestStoreThatFailsCostsNeitherTheLinkNorTheSession(t *testing.T) {
	t.Parallel()
	b := setup(t)
	id := b.danger()
	link := `{"token":"` + b.pageLink(id).Plain() + `"}`
	b.line.fail(hotline.ErrUnknown) // after the link was taken
	got := (&browser{b: b}).post("/oncall", "application/json", link)
	if got.Code != 503 || len(got.Result().Cookies()) != 1 {
		t.Fatalf("%d %s", got.Code, got.Body)
	}
	w := &browser{b: b, cookie: got.Result().Cookies()[0]}
	if page := w.get("/oncall"); page.Code != 503 || !strings.Contains(page.Body.String(), `id="failing"`) {
		t.Errorf("page: %d", page.Code)
	}
	b.line.fail(nil)
	if again := w.post("/oncall", "application/json", link); again.Code != 200 {
		t.Errorf("the press again: %d %s", again.Code, again.Body)
	}
	if page := w.get("/oncall"); page.Code != 200 || !strings.Contains(page.Body.String(), "pills") {
		t.Errorf("page: %d", page.Code)
	}
}

func TestPageOfWhoIsPagedKeepsTheStrictPolicy(t *testing.T) {
	t.Parallel()
	b := setup(t)
	w := b.opened(b.danger())
	for _, path := range []string{"/oncall", "/parts/oncall"} {
		got := w.get(path)
		if csp := got.Header().Get("Content-Security-Policy"); strings.Contains(csp, "unsafe") || !strings.Contains(csp, "default-src 'none'") {
			t.Errorf("%s: CSP %q", path, csp)
		}
		if got.Header().Get("Cache-Control") != "no-store" || got.Header().Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: headers %v", path, got.Header())
		}
		for _, bad := range []string{"<script>", "onclick", "style="} {
			if strings.Contains(got.Body.String(), bad) {
				t.Errorf("%s has %s", path, bad)
			}
		}
	}
}

func TestPagedPhoneInABrowser(t *testing.T) {
	t.Parallel()
	b := setup(t)
	id := b.danger()
	srv := b.serve()
	w := openTab(t, srv.URL)
	w.do(chromedp.EmulateViewport(390, 844), chromedp.Navigate(staff.PageAddress(srv.URL, b.pageLink(id))))
	w.shows("Somebody needs you by text.")
	w.shot("oncall-door")
	w.do(chromedp.Reload()) // not pressed yet: nothing is lost
	w.shows("Somebody needs you by text.")
	w.do(chromedp.Click("#open-thread"))
	w.shows("I have the <b>pills</b> here")
	w.until(6*time.Second, `location.hash === "" && location.pathname === "/oncall" && document.body.dataset.live === "yes"`)
	w.until(time.Second, "document.documentElement.scrollWidth <= 390")
	w.do(chromedp.Click("#em-ack"))
	w.shows("acknowledged by on call 1")
	w.do(chromedp.SendKeys("#write", "I am here with"))
	b.line.mu.Lock()
	b.line.threads[id] = append(b.line.threads[id], hotline.Message{ID: "m2", Direction: hotline.Inbound, Text: "who is there?", At: b.clock.now(), State: "received"})
	b.line.mu.Unlock()
	w.shows("who is there?") // and what was being typed is still there
	w.do(chromedp.SendKeys("#write", " you"), chromedp.Click("#send"))
	w.until(6*time.Second, `document.querySelector("#write").value === "" && document.body.innerText.includes("I am here with you")`)
	w.do(chromedp.Click("#reveal > summary"), chromedp.SendKeys("#reveal-reason", "ambulance"), chromedp.Click("#reveal-do"))
	w.shows("+12095550123 · 95301")
	w.shot("oncall-thread")
	w.dark(true)
	w.shot("oncall-thread-dark")
	w.dark(false)
	w.until(time.Second, `[...document.querySelectorAll("#oncall button, #oncall summary, #oncall input:not([type=hidden])")].every((e) => e.getBoundingClientRect().height >= 44)`)
	w.tolerate(true) // the 401 that ends it
	w.do(chromedp.SendKeys("#em-words", "her sister is with her"), chromedp.Click("#em-close"))
	w.shows("Open the link in the text that called you.")
	w.shot("oncall-over")
	if e := b.line.get(id).Emergency; e.Open() {
		t.Error("the emergency is still open")
	}
}
