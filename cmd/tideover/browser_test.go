package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// tab is one page of a browser. What its console complains of fails the test.
type tab struct {
	t    *testing.T
	ctx  context.Context
	name string
}

// openBrowserAt starts Chromium with a profile of its own and opens a page.
func openBrowserAt(t *testing.T, name, url string) *tab {
	t.Helper()
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium here: the demo was not looked at")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium))
	for _, flag := range []string{"headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking", "disable-component-update", "disable-sync", "hide-scrollbars"} {
		opts = append(opts, chromedp.Flag(flag, true))
	}
	alloc, endAlloc := chromedp.NewExecAllocator(t.Context(), append(opts, chromedp.UserDataDir(t.TempDir()))...)
	t.Cleanup(endAlloc)
	return (&tab{t: t, ctx: alloc}).open(name, url)
}

// open opens another page of the same browser.
func (w *tab) open(name, url string) *tab {
	w.t.Helper()
	ctx, end := chromedp.NewContext(w.ctx)
	w.t.Cleanup(end)
	next := &tab{t: w.t, ctx: ctx, name: name}
	// The first action starts the page, which ends with that action's context:
	// so none with a time limit.
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1280, 900)); err != nil {
		w.t.Fatal(err)
	}
	err := chromedp.Listen(ctx, func(ev any) {
		switch e := ev.(type) {
		case *runtime.EventExceptionThrown:
			w.t.Errorf("%s: script: %s", name, e.ExceptionDetails.Text)
		case *log.EventEntryAdded:
			if e.Entry.Level == log.EntryLevelError {
				w.t.Errorf("%s: browser: %s %s", name, e.Entry.Text, e.Entry.URL)
			}
		}
	})
	if err != nil {
		w.t.Fatal(err)
	}
	next.do(chromedp.Navigate(url))
	return next
}

func (w *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, 30*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		w.fail(err.Error())
	}
}

func (w *tab) fail(why string) {
	w.t.Helper()
	w.shot("failed")
	text, _ := chromedp.Run(w.ctx, chromedp.Text("body"))
	w.t.Fatalf("%s: %s; the page says:\n%s", w.name, why, text)
}

// until waits for a condition of the page, also across a change of pages.
func (w *tab) until(condition string) {
	w.t.Helper()
	limit, often := time.After(40*time.Second), time.NewTicker(40*time.Millisecond)
	defer often.Stop()
	for {
		// An error is a page that is being left: the next one is asked.
		if yes, err := chromedp.Run(w.ctx, chromedp.Evaluate[bool](condition)); err == nil && yes {
			return
		}
		select {
		case <-often.C:
		case <-limit:
			w.fail("never true: " + condition)
		}
	}
}

// says waits until an element holds a text.
func (w *tab) says(selector, text string) {
	w.t.Helper()
	w.until(fmt.Sprintf("document.querySelector(%q)?.innerText.includes(%q)", selector, text))
}

// click: a part that is replaced in this very moment takes the element along
// before anything was pressed; then the new one is pressed.
func (w *tab) click(selector string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, 30*time.Second)
	defer cancel()
	err := chromedp.Do(ctx, chromedp.Click(selector))
	for err != nil && strings.Contains(err.Error(), "(-32000)") {
		err = chromedp.Do(ctx, chromedp.Click(selector))
	}
	if err != nil {
		w.fail(err.Error())
	}
}

// press presses a key of a phone when the line listens.
func (w *tab) press(phone int, key string) {
	w.t.Helper()
	w.click(fmt.Sprintf("#phone-%d .keypad button[data-keys=%q]", phone, key))
}

func (w *tab) text(phone int, words string) {
	w.t.Helper()
	form := fmt.Sprintf("#phone-%d form[data-act=text]", phone)
	w.do(chromedp.SendKeys(form+" input", words), chromedp.Click(form+" button"))
}

// shot keeps a picture where TIDEOVER_SCREENSHOTS names a folder.
func (w *tab) shot(stage string) {
	dir := os.Getenv("TIDEOVER_SCREENSHOTS")
	if dir == "" {
		return
	}
	raw, err := chromedp.Run(w.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "demo-"+w.name+"-"+stage+".png"), raw, 0o600)
	}
	if err != nil {
		w.t.Logf("no picture of %s %s: %v", w.name, stage, err)
	}
}

// shots keeps the page in light, in dark and as wide as a phone, where it
// must not scroll sideways.
func (w *tab) shots(stage string) {
	w.t.Helper()
	w.shot(stage)
	w.dark(true)
	w.shot(stage + "-dark")
	w.dark(false)
	w.do(chromedp.EmulateViewport(390, 844))
	w.until("document.documentElement.scrollWidth <= 390")
	w.shot(stage + "-narrow")
	w.do(chromedp.EmulateViewport(1280, 900))
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

// isDemo: a page must say that it is not a real line.
func (w *tab) isDemo() {
	w.t.Helper()
	w.until(`[...document.querySelectorAll(".banner")].some(b => b.innerText.toLowerCase().includes("demo"))`)
}

// The phones of the demo, in the order of the page.
const (
	patient1 = iota
	patient2
	counselor
	onCall
)

// What a newcomer does in the first minutes, by hand and nothing else: calls,
// is claimed, talks; an emergency; a text that is answered.
func TestDemoNewcomerGoesFromCallToConversation(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	phones := openBrowserAt(t, "phones", d.links["phones"])
	phones.until(`document.getElementById("live").textContent.startsWith("Live")`)
	phones.isDemo()
	phones.shots("1-begin")
	console := phones.open("console", d.links["counselor-1"])
	console.says("#shift-h", "shift")
	console.isDemo()
	console.shots("1-off")
	console.click("#set-available")
	console.until(`document.querySelector("#set-available").getAttribute("aria-pressed") === "true"`)
	again := phones.open("again", d.links["counselor-1"]) // a link that was used opens what it opened
	again.until(`location.pathname === "/"`)
	board := phones.open("supervisor", d.links["supervisor"])
	board.until(`location.pathname === "/"`)
	board.do(chromedp.Navigate(d.links["wallboard"]))
	board.says("#board", "0")
	board.isDemo()

	talk(phones, console)
	board.shots("2-talk")
	emergency(phones, board)
	thread(phones, console, board)
	duty := paged(phones)
	console.isDemo()
	if refused, err := chromedp.Run(phones.ctx, chromedp.Text("#refused")); err != nil || !strings.Contains(refused, "Nothing") {
		t.Errorf("the stand-in refused something: %s %v", refused, err)
	}
	for _, w := range []*tab{phones, console, again, board, duty} {
		w.do(chromedp.Navigate("about:blank")) // or each page would complain of the end
	}
	d.end()
}

// talk leads patient 1 through triage and the queue to counselor 1.
func talk(phones, console *tab) {
	phones.t.Helper()
	phones.click("#phone-0 [data-act=dial]")
	phones.says("#log-0", "9 8 8")
	phones.says("#state-0", "press a key")
	phones.shots("2-welcome")
	phones.press(patient1, "1") // English
	phones.says("#log-0", "danger")
	phones.press(patient1, "2") // not in danger
	phones.says("#log-0", "volunteer")
	phones.press(patient1, "3") // a volunteer counselor
	console.until(`document.querySelectorAll("table.queue tbody tr").length === 1`)
	phones.says("#state-0", "press a key")
	phones.shot("3-waiting")
	console.shots("3-queue")

	console.click("#claim-best")
	console.until(`location.pathname.startsWith("/cases/")`)
	phones.says("#state-2", "calling")
	phones.shot("4-rings")
	console.shot("4-ringing")
	phones.click("#phone-2 [data-act=answer]")
	phones.says("#state-2", "press a key")
	phones.press(counselor, "1")
	phones.says("#state-0", "Talking with")
	phones.says("#state-2", "Talking with")
	phones.until(`document.querySelector("#state-0").innerText.split("in room")[1] === document.querySelector("#state-2").innerText.split("in room")[1]`)
	phones.do(chromedp.SendKeys("#speak-0", "My visits stopped and I feel alone."), chromedp.Click("#phone-0 form[data-act=speak] button"))
	phones.says("#log-2", "I feel alone")
	console.until(`document.querySelector("#state.live") !== null`)
	phones.shots("5-talk")
	console.do(chromedp.SendKeys("#note", "Visits ended, lives alone."))
	console.until(`document.querySelector("#note-said").textContent.startsWith("Saved")`)
	console.shots("5-talk")
	phones.click("#phone-0 [data-act=hangup]")
	console.says("#state", "over")
	console.do(chromedp.SetJavascriptAttribute("#outcome", "value", "helped"))
	console.shot("6-wrap-up")
	console.click("#close")
	console.until(`location.pathname === "/"`)
}

// emergency: patient 2 presses 9, and the person on call joins.
func emergency(phones, board *tab) {
	phones.t.Helper()
	phones.click("#phone-1 [data-act=dial]")
	phones.says("#state-1", "press a key")
	phones.press(patient2, "9")
	phones.says("#log-1", "9 1 1")
	phones.says("#state-3", "calling")
	board.until(`document.querySelectorAll(".open-emergencies li").length === 1`)
	board.shots("7-emergency")
	phones.shot("7-emergency")
	phones.click("#phone-3 [data-act=answer]")
	phones.says("#state-3", "press a key")
	phones.press(onCall, "1")
	phones.says("#state-1", "Talking with")
	phones.says("#state-3", "Talking with")
	phones.shots("8-emergency-talk")
	board.says(".open-emergencies", "acknowledged")
	board.shot("8-emergency-talk")
	phones.click("#phone-1 [data-act=hangup]")
	phones.click("#phone-3 [data-act=hangup]")
}

// thread: patient 1 texts, counselor 1 claims the thread and answers.
func thread(phones, console, board *tab) {
	phones.t.Helper()
	phones.text(patient1, "hello, my therapist is on strike")
	phones.says("#texts-0", "988")
	phones.text(patient1, "2")
	phones.until(`document.querySelectorAll("#texts-0 .line").length >= 2`)
	phones.text(patient1, "3")
	console.until(`document.querySelectorAll("table.queue tbody tr").length === 1`)
	board.until(`document.querySelector("#depth").innerText === "1"`)
	board.shot("9-text-waits")
	console.click("table.queue tbody button")
	console.until(`document.querySelector("#write") !== null`)
	console.do(chromedp.SendKeys("#write", "Hello, this is Ana. I am here."), chromedp.Click("#send"))
	phones.says("#texts-0", "this is Ana")
	phones.text(patient1, "thank you, I feel lost")
	console.says("#thread", "I feel lost")
	console.shots("9-thread")
	phones.shot("9-thread")
	board.until(`document.querySelector("#depth").innerText === "0"`)
	board.shots("9-end")
}

// paged: patient 2 texts the word, and the phone on call is sent a link that
// opens the thread.
func paged(phones *tab) *tab {
	phones.t.Helper()
	phones.text(patient2, "crisis")
	phones.says("#texts-1", "911")
	phones.until(`document.querySelector("#texts-3 a") !== null`)
	link, err := chromedp.Run(phones.ctx, chromedp.Evaluate[string](`document.querySelector("#texts-3 a").href`))
	if err != nil {
		phones.t.Fatal(err)
	}
	duty := phones.open("duty", link)
	duty.isDemo()
	duty.click("#open-thread")
	duty.until(`document.querySelector("#write") !== null`)
	duty.do(chromedp.SendKeys("#write", "I am here."), chromedp.Click("#send"))
	phones.says("#texts-1", "I am here")
	duty.shots("10-oncall")
	return duty
}
