package server_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
	"github.com/tideover/tideover/internal/standin"
)

// paged is the browser of a phone that was paged.
type paged struct {
	*line
	cookie *http.Cookie
}

func (p *paged) do(t *testing.T, method, path string, body map[string]any) (int, string) {
	t.Helper()
	var in io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		in = strings.NewReader(string(raw))
	}
	req, err := http.NewRequestWithContext(t.Context(), method, p.base+path, in)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Tideover-Session", "oncall")
	if p.cookie != nil {
		req.AddCookie(p.cookie)
	}
	status, raw, cookies := exchanged(t, req)
	for _, c := range cookies {
		p.cookie = c
	}
	return status, string(raw)
}

func (p *paged) must(t *testing.T, method, path string, body map[string]any) string {
	t.Helper()
	status, doc := p.do(t, method, path, body)
	if status >= 300 {
		t.Fatalf("%s %s: %d", method, path, status)
	}
	return doc
}

var linkForm = regexp.MustCompile(`https://\S+`)

// linkTo waits for the text of a page and gives its link, in parts.
func (l *line) linkTo(t *testing.T, phone string) *url.URL {
	t.Helper()
	var body string
	wait(t, "the person on call gets no text", func() bool {
		for _, x := range l.Phone(phone).Texts() {
			body = x.Body
		}
		return body != ""
	})
	for _, private := range []string{tom, tom[len(tom)-4:], "pills", "Tom"} {
		if strings.Contains(linkForm.ReplaceAllString(body, ""), private) {
			t.Errorf("the page's text holds %q", private)
		}
	}
	u, err := url.Parse(linkForm.FindString(body))
	if err != nil || u.Fragment == "" {
		t.Fatalf("no link in %q", linkForm.ReplaceAllString(body, "(link)"))
	}
	return u
}

// From words of crisis to a person: nobody is on shift, so the page is all
// that Tom has.
// FAULTS 28.
func TestPersonOnCallAnswersATextByTheLinkOfThePage(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	sam := l.hire(t, "Sam", staff.Supervisor, "")
	m := l.Phone(tom)
	texts(t, m, "Hello?", "2", "I have the pills here and I will kill myself tonight")
	onTom := sam.waiting(t, tom)
	if onTom.Band != "emergency" {
		t.Fatalf("Tom stands as %+v", onTom)
	}
	page := l.Phone(firstOnCall)
	until(t, page, "nobody on call is rung", func(s standin.State) bool { return s.Phase == standin.Ringing })
	link := l.linkTo(t, firstOnCall)
	if link.Path != "/oncall" || link.RawQuery != "" || strings.Contains(l.logs.String(), link.Fragment) {
		t.Errorf("link to %s?%s", link.Path, link.RawQuery)
	}

	p := &paged{line: l}
	if look := p.must(t, http.MethodGet, link.Path, nil); strings.Contains(look, "pills") {
		t.Error("the thread is open to whoever knows the address")
	}
	p.must(t, http.MethodPost, "/oncall", map[string]any{"token": link.Fragment})
	if thread := p.must(t, http.MethodGet, "/oncall", nil); !strings.Contains(thread, "pills") || !strings.Contains(thread, "•••0122") {
		t.Error("the link does not open Tom's thread")
	}
	thief := &paged{line: l}
	if status, _ := thief.do(t, http.MethodPost, "/oncall", map[string]any{"token": link.Fragment}); status != http.StatusUnauthorized {
		t.Errorf("the link opens a second browser: %d", status)
	}
	if status, _ := p.do(t, http.MethodGet, "/api/v1/queue", nil); status != http.StatusForbidden {
		t.Errorf("the queue is open to whoever was paged: %d", status)
	}

	api := "/api/v1/cases/" + onTom.CaseID
	p.must(t, http.MethodPost, api+"/messages", map[string]any{"request_id": hotline.NewToken(), "text": "Tom, I am here. Where are you?"})
	wait(t, "the reply does not reach Tom", func() bool {
		return slices.ContainsFunc(m.Texts(), func(x standin.Text) bool { return x.Body == "Tom, I am here. Where are you?" })
	})
	until(t, page, "the page goes on ringing", func(s standin.State) bool { return s.Phase == standin.Over })
	l.attended(t, sam, onTom.CaseID)

	texts(t, m, "In the park by the river")
	wait(t, "Tom's answer does not reach the paged phone", func() bool {
		return strings.Contains(p.must(t, http.MethodGet, "/parts/oncall", nil), "In the park by the river")
	})
	shown := p.must(t, http.MethodPost, api+"/reveal", map[string]any{"request_id": hotline.NewToken(), "reason": "ambulance"})
	if !strings.Contains(shown, tom) {
		t.Error("the number is not shown")
	}
	p.must(t, http.MethodPost, api+"/emergency", map[string]any{"request_id": hotline.NewToken(), "do": "close", "words": "ambulance is with him"})
	if status, _ := p.do(t, http.MethodGet, "/parts/oncall", nil); status != http.StatusUnauthorized {
		t.Errorf("the thread stays open after the emergency: %d", status)
	}
	if strings.Contains(l.logs.String(), link.Fragment) || strings.Contains(l.logs.String(), tom) {
		t.Error("the link or a number is in the log")
	}
}

// attended: the record says since when somebody is with the caller, and the
// ladder has ended there: its next rung, due or not, pages nobody.
func (l *line) attended(t *testing.T, sam *person, id string) {
	t.Helper()
	var board struct {
		Escalations []struct {
			CaseID   string  `json:"case_id"`
			Attended *string `json:"attended_at"`
		} `json:"escalations"`
	}
	sam.must(t, http.MethodGet, "/wallboard", nil, &board)
	if len(board.Escalations) != 1 || board.Escalations[0].CaseID != id || board.Escalations[0].Attended == nil {
		t.Fatalf("wallboard %+v", board.Escalations)
	}
	l.rung(t, id)
	if got := l.paged(t, id); got != 1 {
		t.Errorf("%d people are paged although Tom has a person", got)
	}
}

// rung lets the time of the ladder's next rung come, as the due loop does.
func (l *line) rung(t *testing.T, id string) {
	t.Helper()
	s := l.store(t)
	c, err := s.Case(t.Context(), hotline.CaseID(id))
	if err != nil {
		t.Fatal(err)
	}
	args := map[string]string{"n": strconv.Itoa(c.Emergency.PagedIndex), "opened": strconv.FormatInt(c.Emergency.OpenedAt.UnixMilli(), 10)}
	if err := s.NextPage(t.Context(), hotline.Due{Kind: "nextpage", Case: c.ID, Args: args}); err != nil {
		t.Fatal(err)
	}
}

// paged counts the pages of a record.
func (l *line) paged(t *testing.T, id string) int {
	t.Helper()
	c, err := l.store(t).Case(t.Context(), hotline.CaseID(id))
	if err != nil {
		t.Fatal(err)
	}
	return c.Emergency.PagedIndex
}

func TestNextPersonOnCallGetsALinkOfTheirOwn(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	sam := l.hire(t, "Sam", staff.Supervisor, "")
	texts(t, l.Phone(tom), "Hello?", "2", "crisis")
	id := sam.waiting(t, tom).CaseID
	first := l.linkTo(t, firstOnCall)
	l.rung(t, id)
	if got := l.paged(t, id); got != 2 {
		t.Fatalf("paged %d times, want a second one", got)
	}
	second := l.linkTo(t, l.onCall[1].E164())
	if first.Fragment == second.Fragment {
		t.Fatal("two people got the same link")
	}
	p := &paged{line: l}
	p.must(t, http.MethodPost, "/oncall", map[string]any{"token": second.Fragment})
	p.must(t, http.MethodPost, "/api/v1/cases/"+id+"/emergency", map[string]any{"request_id": hotline.NewToken(), "do": "acknowledge"})
	var board struct {
		Escalations []struct {
			By string `json:"acknowledged_by"`
		} `json:"escalations"`
	}
	sam.must(t, http.MethodGet, "/wallboard", nil, &board)
	if len(board.Escalations) != 1 || board.Escalations[0].By != "oncall:2" {
		t.Errorf("acknowledged: %+v", board.Escalations)
	}
}

func TestPageForACallCarriesNoLink(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	r := l.Phone(rosa)
	do(t, r.Dial(t.Context()))
	do(t, r.Press(t.Context(), "1"))
	do(t, r.Press(t.Context(), "1")) // yes, in danger
	page := l.Phone(firstOnCall)
	wait(t, "the person on call gets no text", func() bool { return len(page.Texts()) == 1 })
	if body := page.Texts()[0].Body; linkForm.MatchString(body) {
		t.Error("the page for a call carries a link")
	}
}
