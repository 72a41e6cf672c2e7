package console_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

// evil texts must come out as text wherever a caller or a person puts them.
func evil() []string {
	return []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `'><svg onload=alert(1)>`, `</textarea><script>1</script>`,
		`</title><script>1</script>`, `javascript:alert(1)`, `<a href="javascript:alert(1)">x</a>`, `{{.Person}}`, "\u202egnp.exe\u2066",
		"\x00\x1b[2J", `<iframe srcdoc="<script>1</script>">`, `<details open ontoggle=alert(1)>`, strings.Repeat("<b>", 200),
	}
}

// FAULTS 34.
func TestTextsOfAnybodyComeOutAsText(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, bad := range evil() {
		name := strings.Map(func(r rune) rune {
			if r < ' ' || r == '\u202e' || r == '\u2066' {
				return -1
			}
			return r
		}, bad)
		c := b.person(staff.Counselor, func(p *staff.Person) { p.Name = name[:min(len(name), 79)] })
		path := c.held(func(k *hotline.Case) {
			k.Answers = []hotline.Answer{{Question: bad, Answer: bad}}
			k.Hits, k.Needs, k.Note = []string{bad}, []hotline.Need{hotline.Need(bad)}, hotline.Note{Text: bad, Version: 1}
			k.Emergency = hotline.EmergencyRecord{OpenedAt: b.clock.now(), AcknowledgedAt: b.clock.now(), AcknowledgedBy: hotline.CounselorID(bad)}
		})
		b.line.threads[hotline.CaseID(path[7:])] = []hotline.Message{{ID: bad, Direction: hotline.Inbound, Text: bad, At: b.clock.now(), State: "received"}}
		b.line.waiting(func(k *hotline.Case) { k.Needs, k.Lang = []hotline.Need{hotline.Need(bad)}, hotline.Lang(bad) })
		w := b.signIn(c.Person)
		for _, page := range []string{"/", path, "/wallboard"} {
			got := w.get(page)
			if got.Code != http.StatusOK {
				t.Fatalf("%s: %d", page, got.Code)
			}
			harmless(t, page, got.Body.String())
		}
	}
}

// harmless parses a page and fails for anything that could run.
func harmless(t *testing.T, page, text string) {
	t.Helper()
	if strings.ContainsAny(text, "\u202e\u2066\x00\x1b") {
		t.Errorf("%s holds control characters", page)
	}
	doc, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if slices.Contains([]string{"img", "iframe", "b", "embed", "object", "style"}, n.Data) {
			t.Errorf("%s: element <%s> out of a text", page, n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || strings.HasPrefix(strings.TrimSpace(a.Val), "javascript:") && (a.Key == "href" || a.Key == "src") {
				t.Errorf("%s: <%s %s=%q>", page, n.Data, a.Key, a.Val)
			}
			if n.Data == "script" && a.Key == "src" && a.Val != "/static/console.js" {
				t.Errorf("%s: script from %q", page, a.Val)
			}
		}
		if n.Data == "script" && n.FirstChild != nil {
			t.Errorf("%s: a script inside of the page", page)
		}
	}
}
