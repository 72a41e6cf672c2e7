package console_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

// tab is a page in Chromium. Anything that its console complains of fails the
// test: a broken script, or something that the content policy stopped.
type tab struct {
	t   *testing.T
	ctx context.Context
	url string

	mu       sync.Mutex
	tolerant bool // the test makes the server fail now
}

func openTab(t *testing.T, url string) *tab {
	t.Helper()
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium here: the pages were not looked at")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.Flag("no-sandbox", true), chromedp.Flag("disable-gpu", true))
	alloc, endAlloc := chromedp.NewExecAllocator(t.Context(), opts...)
	ctx, endTab := chromedp.NewContext(alloc)
	t.Cleanup(func() {
		endTab()
		endAlloc()
	})
	w := &tab{t: t, ctx: ctx, url: url}
	// The first action starts the browser, which ends with that action's
	// context: so none with a time limit.
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1280, 800)); err != nil {
		t.Fatal(err)
	}
	err = chromedp.Listen(ctx, func(ev any) {
		w.mu.Lock()
		defer w.mu.Unlock()
		switch e := ev.(type) {
		case *runtime.EventExceptionThrown:
			t.Errorf("script: %s", e.ExceptionDetails.Text)
		case *log.EventEntryAdded:
			if e.Entry.Level == log.EntryLevelError && !w.tolerant && !strings.Contains(e.Entry.Text, "409 (Conflict)") {
				t.Errorf("browser: %s %s", e.Entry.Text, e.Entry.URL)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *tab) tolerate(yes bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tolerant = yes
}

func (w *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, 20*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		w.shot("failed")
		w.t.Fatal(err)
	}
}

// until waits for a condition of the page, also across a change of pages.
func (w *tab) until(within time.Duration, condition string) {
	w.t.Helper()
	limit, often := time.After(within), time.NewTicker(40*time.Millisecond)
	defer often.Stop()
	for {
		// An error is a page that is being left: the next one is asked.
		if yes, err := chromedp.Run(w.ctx, chromedp.Evaluate[bool](condition)); err == nil && yes {
			return
		}
		select {
		case <-often.C:
		case <-limit:
			w.shot("failed")
			text, _ := chromedp.Run(w.ctx, chromedp.Text("body"))
			w.t.Fatalf("never true within %v: %s; the page says:\n%s", within, condition, text)
		}
	}
}

func (w *tab) shows(text string) {
	w.t.Helper()
	w.until(6*time.Second, fmt.Sprintf("document.body.innerText.includes(%q)", text))
}

// shot keeps a picture where TIDEOVER_SCREENSHOTS names a folder.
func (w *tab) shot(name string) {
	dir := os.Getenv("TIDEOVER_SCREENSHOTS")
	if dir == "" {
		return
	}
	raw, err := chromedp.Run(w.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "console-"+name+".png"), raw, 0o600)
	}
	if err != nil {
		w.t.Logf("no picture %s: %v", name, err)
	}
}

func (w *tab) dark(on bool) {
	w.t.Helper()
	scheme := "light"
	if on {
		scheme = "dark"
	}
	_, err := chromedp.Call(w.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// FAULTS 43.
func TestCounselorsDayInABrowser(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.person(staff.Counselor, nil)
	b.person(staff.Counselor, func(p *staff.Person) { p.Name = "Ben Ortiz" })
	b.line.mu.Lock()
	b.line.shifts[c.ID] = hotline.Shift{State: hotline.Off}
	b.line.mu.Unlock()
	id := b.line.waiting(func(k *hotline.Case) { k.Channel, k.Band = hotline.SMS, hotline.Urgent })
	b.line.waiting(func(k *hotline.Case) {
		k.Band, k.Lang, k.Caller, k.Enqueued = hotline.Emergency, hotline.Spanish, number("+12095550177"), b.clock.now().Add(-25*time.Second)
	})
	b.line.waiting(func(k *hotline.Case) {
		k.Band, k.State, k.Caller, k.Needs = hotline.Routine, hotline.Promised, number("+12095550142"), []hotline.Need{hotline.NeedMedication}
	})
	b.line.threads[id] = []hotline.Message{{ID: "m1", Direction: hotline.Inbound, Text: "I feel lost since my visits stopped", At: b.clock.now(), State: "received"}}
	b.firstStreamFails()
	srv := b.serve()
	link, err := b.desk.Invite(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	w := openTab(t, srv.URL)

	w.do(chromedp.Navigate(srv.URL + "/signin"))
	w.shot("signin")
	w.tolerate(true) // the failure of the first stream shows in the browser's log
	w.do(chromedp.Navigate(staff.Link(srv.URL, link)), chromedp.Reload())
	w.shows("•••0123")
	w.until(6*time.Second, `location.hash === "" && document.body.dataset.live === "yes" && !document.body.innerText.includes("Bad gateway")`)
	w.tolerate(false)
	w.shot("queue-off")
	w.do(chromedp.Click("#claim-" + string(id)))
	w.shows("Make yourself available first.")
	w.do(chromedp.Click("#set-available"))
	w.until(6*time.Second, `document.querySelector("#set-available").getAttribute("aria-pressed") === "true"`)
	w.shot("queue")
	w.dark(true)
	w.shot("queue-dark")
	w.do(chromedp.EmulateViewport(390, 844))
	w.shot("queue-phone")
	w.until(time.Second, "document.documentElement.scrollWidth <= 390")
	w.do(chromedp.EmulateViewport(1280, 800))
	w.dark(false)

	newcomer := b.line.waiting(func(k *hotline.Case) { k.Caller = number("+12095550166") })
	b.line.tell(t.Context(), hotline.Event{ID: "1-0", Kind: "queue", Case: newcomer, Code: "enqueued"})
	w.shows("•••0166")

	w.do(chromedp.Click("#claim-" + string(id)))
	w.until(6*time.Second, fmt.Sprintf("location.pathname === %q", "/cases/"+string(id)))
	w.shows("I feel lost since my visits stopped")
	w.textInContact(b, id)
	w.escalateAndClose(b, id)
	w.revoked(b, c)
}

// firstStreamFails answers the first stream as a proxy does during a roll-out.
func (b *bundle) firstStreamFails() {
	var once atomic.Bool
	b.echo.Pre(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if c.Request().URL.Path == "/api/v1/events" && once.CompareAndSwap(false, true) {
				return c.HTML(http.StatusServiceUnavailable, "<h1>Bad gateway</h1>")
			}
			return next(c)
		}
	})
}

// textInContact: what is typed, where the focus is and what was opened
// survive a push; the note comes back after a reload.
func (w *tab) textInContact(b *bundle, id hotline.CaseID) {
	w.t.Helper()
	w.do(
		chromedp.Click("#transfer > summary"), chromedp.SendKeys("#note", "visits ended, lives alone"),
		chromedp.SendKeys("#write", "I am here with"),
	)
	b.line.mu.Lock()
	b.line.threads[id] = append(b.line.threads[id], hotline.Message{ID: "m2", Direction: hotline.Inbound, Text: "are you there? <b>please</b>", At: b.clock.now(), State: "received"})
	b.line.mu.Unlock()
	b.line.tell(w.t.Context(), hotline.Event{ID: "2-0", Kind: "case", Case: id, State: hotline.Live, Code: "message"})
	w.shows("are you there? <b>please</b>")
	w.until(time.Second, `document.activeElement.id === "write" && document.activeElement.value === "I am here with" && document.querySelector("#transfer").open`)
	w.do(chromedp.SendKeys("#write", " you"), chromedp.Click("#send"))
	w.until(6*time.Second, `document.querySelector("#write").value === "" && document.body.innerText.includes("I am here with you")`)
	w.until(6*time.Second, `document.querySelector("#note-said").textContent.startsWith("Saved")`)
	w.shot("contact")
	if note := b.line.get(id).Note; note.Text != "visits ended, lives alone" {
		w.t.Errorf("note %q", note.Text)
	}
	w.do(chromedp.Reload())
	w.until(6*time.Second, `document.querySelector("#note")?.value === "visits ended, lives alone"`)
	w.until(6*time.Second, `document.body.dataset.live === "yes"`)
}

func (w *tab) escalateAndClose(b *bundle, id hotline.CaseID) {
	w.t.Helper()
	w.do(chromedp.KeyEvent("E", chromedp.KeyModifiers(8)))
	w.until(time.Second, `document.activeElement.id === "escalate-oncall"`)
	w.do(chromedp.KeyEvent("\r"))
	w.shows("nobody has acknowledged it")
	w.shot("contact-emergency")
	w.do(chromedp.Click("#reveal > summary"), chromedp.SendKeys("#reveal-reason", "sending help"), chromedp.Click("#reveal-do"))
	w.shows("+12095550123 · 95301")
	b.line.tell(w.t.Context(), hotline.Event{ID: "3-0", Kind: "case", Case: id, State: hotline.Live, Code: "paged"})
	w.do(chromedp.Click("#em-ack"))
	w.shows("acknowledged by Ana Ruiz")
	w.until(time.Second, `document.querySelector("#revealed").textContent.includes("+12095550123")`)

	w.tolerate(true)
	b.line.fail(hotline.ErrUnknown)
	b.house.fail(hotline.ErrUnknown)
	w.until(6*time.Second, `document.body.dataset.live === "no"`)
	w.shot("contact-not-live")
	b.line.fail(nil)
	b.house.fail(nil)
	w.until(6*time.Second, `document.body.dataset.live === "yes"`)
	w.tolerate(false)

	w.do(chromedp.SetJavascriptAttribute("#outcome", "value", "escalated"), chromedp.Click("#close"))
	w.until(6*time.Second, `location.pathname === "/"`)
	if got := b.line.get(id); got.State != hotline.Closed || got.Disposition != "escalated" {
		w.t.Errorf("after the close: %s %s", got.State, got.Disposition)
	}
}

func (w *tab) revoked(b *bundle, c *caller) {
	w.t.Helper()
	w.do(chromedp.Navigate(w.url + "/wallboard"))
	w.shows("Open emergencies")
	w.until(6*time.Second, `document.body.dataset.live === "yes"`)
	w.shot("wallboard")
	w.dark(true)
	w.shot("wallboard-dark")
	w.do(chromedp.Click("form[action='/lang'] button"))
	w.shows("Emergencias abiertas") //nolint:misspell // Spanish
	w.do(chromedp.EmulateViewport(390, 844))
	w.shot("wallboard-phone-es")
	w.until(time.Second, "document.documentElement.scrollWidth <= 390")
	w.tolerate(true) // a 401 is what is wanted now
	if err := b.roster.Disable(w.t.Context(), c.ID); err != nil {
		w.t.Fatal(err)
	}
	w.until(8*time.Second, `location.pathname === "/signin"`)
	if strings.Contains(b.log.String(), "209555") {
		w.t.Error("a number in the log")
	}
}
