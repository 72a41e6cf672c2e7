package console_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
	"github.com/tideover/tideover/internal/triage"
)

// found is a detector that knows two phrases, one of them in shadow mode.
func found(text string) []triage.Sign {
	var all []triage.Sign
	for words, shadow := range map[string]bool{"hurt myself": false, "no way out": true} {
		if at := strings.Index(text, words); at >= 0 {
			all = append(all, triage.Sign{Start: at, End: at + len(words), Shadow: shadow})
		}
	}
	return all
}

// signs gives a thread with signs in it, held by a counselor.
func (b *bundle) signs(c *caller) hotline.CaseID {
	id := b.line.waiting(func(k *hotline.Case) {
		k.Channel, k.State, k.Owner, k.Epoch, k.Risk = hotline.SMS, hotline.Live, c.ID, 1, 2
		k.Hits = []string{"en.selfharm", "shadow:en.passive"}
	})
	b.line.threads[id] = []hotline.Message{
		{ID: "m1", Direction: hotline.Inbound, Text: "I did hurt myself <again>, ¿sí?", At: b.clock.now(), State: "received"},
		{ID: "m2", Direction: hotline.Inbound, Text: "there is no way out", At: b.clock.now(), State: "received"},
		{ID: "m3", Direction: hotline.Outbound, Text: "Did you hurt myself", At: b.clock.now(), State: "sent"},
	}
	return id
}

// Issue: hits are shown to the counselor, highlighted; what was only recorded
// says so.
func TestSignsOfCrisisAreHighlightedBeforeTheCounselor(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.con.Signs = found
	c := b.person(staff.Counselor, nil)
	id := b.signs(c)
	page := b.signIn(c.Person).get("/cases/" + string(id)).Body.String()
	for _, want := range []string{
		`I did <mark class="sign" title="A sign of crisis that the line found">hurt myself</mark> &lt;again&gt;, ¿sí?`,
		`there is <mark class="sign shadow" title="A sign of crisis that the line found and did not act on">no way out</mark></p>`,
		`<mark class="sign">en.selfharm</mark>`, `<mark class="sign shadow">en.passive (not routed)</mark>`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(page, "Did you <mark") {
		t.Error("what we wrote ourselves is highlighted")
	}
	var hits []any
	got := c.ask("GET", "/cases/"+string(id), nil).want(t, 200, "")
	hits, _ = got.doc["hits"].([]any)
	if len(hits) != 2 || hits[1] != "shadow:en.passive" {
		t.Errorf("hits: %v", hits)
	}
}

// The page as it looks.
func TestSignsOfCrisisInABrowser(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.con.Signs = found
	srv := b.serve()
	c := b.person(staff.Counselor, nil)
	id := b.signs(c)
	link, err := b.desk.Invite(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	w := openTab(t, srv.URL)
	w.do(chromedp.Navigate(staff.Link(srv.URL, link)))
	w.until(6*time.Second, `location.pathname === "/"`)
	w.do(chromedp.Navigate(srv.URL + "/cases/" + string(id)))
	w.shows("not routed")
	w.until(6*time.Second, fmt.Sprintf(`document.querySelectorAll("#thread mark").length === %d && document.querySelector("#thread mark").textContent === "hurt myself"`, 2))
	w.until(6*time.Second, `document.body.dataset.live === "yes"`)
	w.shot("signs")
	w.dark(true)
	w.shot("signs-dark")
}
