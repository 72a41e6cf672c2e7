package console_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

// silence is an MP3 of so many frames of 36 ms without a sound.
func silence(frames int) []byte {
	frame := append([]byte{0xff, 0xf3, 0x48, 0xc4}, make([]byte, 140)...)
	return bytes.Repeat(frame, frames)
}

// CONSOLE, issue 6 clause 5: the owner and supervisors hear a message, nobody
// else; nobody hears it who is not in the record; the case says how far it is.
func TestWhoMayHearAMessage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	owner, other, boss := b.person(staff.Counselor, nil), b.person(staff.Counselor, nil), b.person(staff.Supervisor, nil)
	onCall := b.person(staff.Counselor, func(p *staff.Person) { p.Phone = number(onCallNumber) })
	path := owner.held(func(c *hotline.Case) {
		c.Voicemail = hotline.Voicemail{State: hotline.Ready, Recording: hotline.Recording{Sid: "RE0123456789abcdef0123456789abcdef", Seconds: 18}}
		c.Emergency.OpenedAt = b.clock.now()
	})
	b.line.sounds[hotline.CaseID(path[7:])] = silence(10)
	for who, status := range map[*caller]int{owner: 200, boss: 200, other: 403, onCall: 403} {
		got := who.ask("GET", path+"/voicemail", nil)
		if got.Code != status {
			t.Errorf("%v: %d, want %d", who.Role, got.Code, status)
		}
		if status == http.StatusOK && (got.Header().Get("Content-Type") != "audio/mpeg" || got.Header().Get("Cache-Control") != "no-store" || got.Header().Get("Accept-Ranges") != "bytes" || got.Body.Len() != 1440) {
			t.Errorf("%v gets %d bytes: %v", who.Role, got.Body.Len(), got.Header())
		}
	}
	owner.ask("GET", path+"/voicemail", nil) // again, at once
	heard := map[string]int{}
	for _, e := range b.line.entries {
		if e.Action == "listen" {
			heard[e.Who]++
		}
	}
	if len(heard) != 2 || heard[string(owner.ID)] != 1 || heard[string(boss.ID)] != 1 {
		t.Errorf("hearings in the record: %v", heard)
	}
	got := owner.ask("GET", path, nil).want(t, 200, "")
	tape, ok := got.doc["voicemail"].(map[string]any)
	if !ok || tape["seconds"] != 18.0 || tape["state"] != "ready" || strings.Contains(got.Body.String(), "RE0123") {
		t.Errorf("the case says %v", got.doc["voicemail"])
	}
}

func TestAMessageThatIsNotHereIsNotFound(t *testing.T) {
	t.Parallel()
	b := setup(t)
	owner := b.person(staff.Counselor, nil)
	for state, shown := range map[hotline.TapeState]any{"": nil, hotline.Taping: nil, hotline.Taped: nil, hotline.Kept: "fetching", hotline.Lost: "lost"} {
		path := owner.held(func(c *hotline.Case) { c.Voicemail.State = state })
		owner.ask("GET", path+"/voicemail", nil).want(t, 404, "not-found")
		got := owner.ask("GET", path, nil).want(t, 200, "").doc["voicemail"]
		if tape, is := got.(map[string]any); is && tape["state"] != shown || !is && shown != nil {
			t.Errorf("%q is shown as %v", state, got)
		}
	}
}

// A message is heard in a browser by the keyboard alone, and a page that renews
// itself does not cut it off.
func TestAMessageIsHeardInABrowserByKeyboard(t *testing.T) {
	t.Parallel()
	b := setup(t)
	owner := b.person(staff.Counselor, nil)
	path := owner.held(func(c *hotline.Case) {
		c.Voicemail = hotline.Voicemail{State: hotline.Ready, Recording: hotline.Recording{Seconds: 18}}
	})
	id := hotline.CaseID(path[7:])
	b.line.sounds[id] = silence(500)
	srv := b.serve()
	link, err := b.desk.Invite(t.Context(), owner.ID)
	if err != nil {
		t.Fatal(err)
	}
	w := openTab(t, srv.URL)
	w.do(chromedp.Navigate(srv.URL+"/signin"), chromedp.Navigate(staff.Link(srv.URL, link)), chromedp.Reload())
	w.until(6*time.Second, `location.hash === "" && document.body.dataset.live === "yes"`)
	w.do(chromedp.Navigate(srv.URL + path))
	w.shows("0:18")
	w.do(chromedp.Focus("#message"))
	w.until(2*time.Second, `document.activeElement.id === "message"`)
	w.do(chromedp.KeyEvent(" ")) // plays, by the keyboard
	w.until(6*time.Second, `document.querySelector("#message").currentTime > 0.2 && Math.round(document.querySelector("#message").duration) === 18`)
	w.shot("message")
	b.line.tell(t.Context(), hotline.Event{ID: "9-0", Kind: "case", Case: id, Code: "voicemail"})
	w.until(6*time.Second, `document.querySelector("#message").currentTime > 1 && !document.querySelector("#message").paused`)
}
