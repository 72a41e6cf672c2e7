package standin_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// tab is the page of the phones in Chromium. What its console complains of
// fails the test.
type tab struct {
	t   *testing.T
	ctx context.Context
}

func openTab(t *testing.T, where string) tab {
	t.Helper()
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium here: the web phones were not looked at")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.Flag("no-sandbox", true), chromedp.Flag("disable-gpu", true))
	alloc, endAlloc := chromedp.NewExecAllocator(t.Context(), opts...)
	ctx, endTab := chromedp.NewContext(alloc)
	t.Cleanup(func() {
		endTab()
		endAlloc()
	})
	w := tab{t, ctx}
	// The first action starts the browser and must not have a time limit.
	must(t, chromedp.Do(ctx, chromedp.EmulateViewport(1280, 900)))
	must(t, chromedp.Listen(ctx, func(ev any) {
		switch e := ev.(type) {
		case *runtime.EventExceptionThrown:
			t.Errorf("script: %s", e.ExceptionDetails.Text)
		case *log.EventEntryAdded:
			if e.Entry.Level == log.EntryLevelError {
				t.Errorf("browser: %s %s", e.Entry.Text, e.Entry.URL)
			}
		}
	}))
	w.do(chromedp.Navigate(where))
	return w
}

func (w tab) do(steps ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, 20*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		w.shot("failed")
		w.t.Fatal(err)
	}
}

// until waits for a condition of the page.
func (w tab) until(condition string) {
	w.t.Helper()
	limit, often := time.After(10*time.Second), time.NewTicker(40*time.Millisecond)
	defer often.Stop()
	for {
		if yes, err := chromedp.Run(w.ctx, chromedp.Evaluate[bool](condition)); err == nil && yes {
			return
		}
		select {
		case <-often.C:
		case <-limit:
			w.shot("failed")
			w.t.Fatalf("never true: %s", condition)
		}
	}
}

func (w tab) says(id, text string) {
	w.t.Helper()
	w.until(fmt.Sprintf("document.getElementById(%q).textContent.includes(%q)", id, text))
}

func (w tab) click(phone int, act string) {
	w.t.Helper()
	w.do(chromedp.Click(fmt.Sprintf("#phone-%d button[data-act=%s]", phone, act)))
}

func (w tab) write(phone int, act, field, words string) {
	w.t.Helper()
	form := fmt.Sprintf("#phone-%d form[data-act=%s]", phone, act)
	w.do(chromedp.SendKeys(form+" input[name="+field+"]", words), chromedp.Click(form+" button"))
}

// shot keeps a picture where TIDEOVER_SCREENSHOTS names a folder.
func (w tab) shot(name string) {
	dir := os.Getenv("TIDEOVER_SCREENSHOTS")
	if dir == "" {
		return
	}
	raw, err := chromedp.Run(w.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "phones-"+name+".png"), raw, 0o600)
	}
	if err != nil {
		w.t.Logf("no picture %s: %v", name, err)
	}
}

func (w tab) dark() {
	w.t.Helper()
	_, err := chromedp.Call(w.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}},
	})
	must(w.t, err)
}

// accessible lets axe look at the page.
func (w tab) accessible() {
	w.t.Helper()
	dir := os.Getenv("TIDEOVER_ORACLES")
	if dir == "" {
		w.t.Log("TIDEOVER_ORACLES is unset: axe did not look at the page")
		return
	}
	script, err := os.ReadFile(filepath.Join(dir, "node_modules", "axe-core", "axe.min.js"))
	must(w.t, err)
	_, err = chromedp.Run(w.ctx, chromedp.Evaluate[bool](string(script)+"; axe.run().then(r => { window.found = r.violations.map(v => v.id + ' ' + v.nodes[0].html).join('\\n') }); true"))
	must(w.t, err)
	w.until("window.found !== undefined")
	found, err := chromedp.Run(w.ctx, chromedp.Evaluate[string]("window.found"))
	must(w.t, err)
	if found != "" {
		w.t.Errorf("axe: %s", found)
	}
	_, err = chromedp.Run(w.ctx, chromedp.Evaluate[bool]("delete window.found"))
	must(w.t, err)
}

// What a newcomer does: calls, answers the counselor's phone, lets the two
// talk, and texts.
func TestNewcomerPlaysBothEndsOfACall(t *testing.T) {
	t.Parallel()
	pages := office()
	pages["/sms"] = page("<Message>You have reached the demo hotline.</Message>")
	b := set(t, pages, furnished)
	w := openTab(t, b.rest+"/_phones/")
	w.until(`document.getElementById("live").textContent === "Live."`)
	w.accessible()
	w.click(0, "dial")
	w.says("log-0", "Press 1.")
	w.says("state-0", "press a key or speak")
	w.do(chromedp.Focus("#phone-0 button[data-act=hangup]"), chromedp.SendKeys("#phone-0 button[data-act=hangup]", "1")) // by keyboard
	w.says("log-0", "Key 1")
	w.click(0, "dial") // the app had no page for that key
	w.says("state-0", "press a key or speak")

	b.call(t, counselor)
	w.says("state-1", "The hotline is calling")
	w.until(`document.getElementById("phone-1").classList.contains("rings")`)
	w.shot("rings")
	w.click(1, "answer")
	w.says("state-1", "press a key")
	w.do(chromedp.Click(`#phone-1 button[data-keys="1"]`))
	w.says("state-1", "Alone in room case-7")
	b.move(t, b.Phone(patient).State().Call.Sid, "/join")
	w.says("state-0", "Talking with Counselor's phone in room case-7")
	w.says("rooms", "Maya, a patient (patient)")
	w.write(0, "speak", "words", "Thank you for being there.")
	w.says("log-1", "Thank you for being there.")
	w.until(`document.querySelector("#speak-0").value === ""`)
	w.write(0, "text", "body", "hello")
	w.says("texts-0", "You have reached the demo hotline.")
	w.says("hooks", "signature taken")
	w.accessible()
	w.shot("talk")
	w.dark()
	w.shot("talk-dark")
	w.accessible()
	w.do(chromedp.EmulateViewport(390, 844))
	w.until("document.documentElement.scrollWidth <= 390")
	w.shot("talk-narrow")
	w.click(1, "hangup")
	w.says("state-1", "Call ended")
	w.says("state-0", "Alone in room case-7")
}
