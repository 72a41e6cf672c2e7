package twilio_test

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/twilio"
)

// seen is what a server was asked, in order.
type seen struct {
	sync.Mutex
	requests []string
}

func (s *seen) add(t *testing.T, r *http.Request) {
	t.Helper()
	if err := r.ParseForm(); err != nil {
		t.Errorf("request is no form: %v", err)
	}
	s.Lock()
	defer s.Unlock()
	what := r.Method + " " + strings.TrimPrefix(r.URL.Path, "/2010-04-01/Accounts/"+account+"/")
	if status := r.PostForm.Get("Status"); status != "" {
		what += " " + status
	}
	s.requests = append(s.requests, what)
}

func TestRequestsThatMustNeverBeSent(t *testing.T) {
	t.Parallel()
	var s seen
	c := serve(t, twilio.Options{}, func(w http.ResponseWriter, r *http.Request) {
		s.add(t, r)
		answer(w, 201, `{"sid":"`+call+`"}`)
	})
	to, from := number(t, "+14155550123"), number(t, "+14155550100")
	emergency := number(t, "+1 911 555 0123") // the nearest to 911 that a Number can hold
	ring := func(change func(*twilio.CallRequest)) error {
		r := twilio.CallRequest{To: to, From: from, URL: "https://line.example/p"}
		change(&r)
		return second(c.Call(t.Context(), r))
	}
	send := func(change func(*twilio.TextRequest)) error {
		r := twilio.TextRequest{To: to, From: from, Body: "hello"}
		change(&r)
		_, _, err := c.Text(t.Context(), r)
		return err
	}
	for name, err := range map[string]error{
		"ring emergency services":      ring(func(r *twilio.CallRequest) { r.To = emergency }),
		"text emergency services":      send(func(r *twilio.TextRequest) { r.To = emergency }),
		"ring nobody":                  ring(func(r *twilio.CallRequest) { r.To = hotline.Number{} }),
		"ring from nobody":             ring(func(r *twilio.CallRequest) { r.From = hotline.Number{} }),
		"ring with a relative URL":     ring(func(r *twilio.CallRequest) { r.URL = "/planted" }),
		"ring with a relative report":  ring(func(r *twilio.CallRequest) { r.StatusURL = "/planted" }),
		"ring for a negative time":     ring(func(r *twilio.CallRequest) { r.Timeout = -1 }),
		"ring for longer than Twilio":  ring(func(r *twilio.CallRequest) { r.Timeout = 601 }),
		"text nobody":                  send(func(r *twilio.TextRequest) { r.To = hotline.Number{} }),
		"text nothing":                 send(func(r *twilio.TextRequest) { r.Body = " \n" }),
		"text more than 1,600":         send(func(r *twilio.TextRequest) { r.Body = strings.Repeat("é", 1601) }),
		"text with a relative report":  send(func(r *twilio.TextRequest) { r.StatusURL = "/planted" }),
		"fetch a recording by its URL": second(c.Sound(t.Context(), "https://planted.example/"+tape)),
		"fetch a recording by a path":  second(c.Sound(t.Context(), tape+"/../planted")),
		"erase a path":                 c.EraseRecording(t.Context(), "../Calls/"+call),
		"list recordings of a path":    second(c.RecordingsOf(t.Context(), "CA/../planted")),
		"move a path":                  c.Redirect(t.Context(), "../../Calls/"+call, "https://line.example/p"),
		"move to nowhere":              c.Redirect(t.Context(), call, ""),
		"hang up a query":              c.Hangup(t.Context(), call+"?planted"),
		"end a room by its name":       c.EndRoom(t.Context(), "planted"),
		"ask for a path":               second(c.Status(t.Context(), "CA/../planted")),
		"list calls to nobody":         second(c.CallsTo(t.Context(), hotline.Number{}, time.Time{})),
		"list texts to nobody":         second(c.TextsTo(t.Context(), hotline.Number{}, time.Time{})),
	} {
		if !errors.Is(err, twilio.ErrRefused) {
			t.Errorf("%s: error %v, want refused", name, err)
		}
		harmless(t, err)
	}
	if len(s.requests) > 0 {
		t.Errorf("sent all the same: %v", s.requests)
	}
}

func TestRingSaysWhatTwilioNeeds(t *testing.T) {
	t.Parallel()
	var got url.Values
	c := serve(t, twilio.Options{}, func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		got = r.PostForm
		answer(w, 201, `{"sid":"`+call+`","status":"queued"}`)
	})
	sid, err := c.Call(t.Context(), twilio.CallRequest{
		To: number(t, "+14155550123"), From: number(t, "+14155550100"), URL: "https://line.example/p?c=1", StatusURL: "https://line.example/s", Timeout: 20,
	})
	want := url.Values{
		"To": {"+14155550123"}, "From": {"+14155550100"}, "Url": {"https://line.example/p?c=1"}, "Method": {"POST"}, "Timeout": {"20"},
		"StatusCallback": {"https://line.example/s"}, "StatusCallbackMethod": {"POST"},
		"StatusCallbackEvent": {"initiated", "ringing", "answered", "completed"}, // one word each, else no callback ever comes
	}
	if err != nil || sid != call || got.Encode() != want.Encode() {
		t.Errorf("sid %q, error %v, sent %v", sid, err, got)
	}
}

func TestHangUp(t *testing.T) {
	t.Parallel()
	get, post := "GET Calls/"+call+".json", "POST Calls/"+call+".json "
	ok := func(status string) string { return `200 {"sid":"` + call + `","status":"` + status + `"}` }
	gone, refused := `400 {"code":21220}`, `400 {"code":21218}`
	for name, c := range map[string]struct {
		answers []string // in order
		asked   []string
		want    error
	}{
		"a talk":                       {[]string{ok("in-progress"), ok("in-progress")}, []string{get, post + "completed"}, nil},
		"a phone that rings":           {[]string{ok("ringing"), ok("canceled")}, []string{get, post + "canceled"}, nil},
		"a call that waits its turn":   {[]string{ok("queued"), ok("canceled")}, []string{get, post + "canceled"}, nil},
		"over already":                 {[]string{ok("completed")}, []string{get}, nil},
		"nobody answered":              {[]string{ok("no-answer")}, []string{get}, nil},
		"unknown to Twilio":            {[]string{`404 {"code":20404}`}, []string{get}, nil},
		"over before our word came":    {[]string{ok("in-progress"), gone, ok("completed")}, []string{get, post + "completed", get}, nil},
		"picked up before our word":    {[]string{ok("ringing"), refused, ok("in-progress"), ok("completed")}, []string{get, post + "canceled", get, post + "completed"}, nil},
		"picked up, and Twilio silent": {[]string{ok("ringing"), ok("in-progress"), ok("in-progress"), ok("completed")}, []string{get, post + "canceled", get, post + "completed"}, nil},
		"gone and yet ringing":         {[]string{ok("ringing"), gone, ok("ringing"), ok("canceled")}, []string{get, post + "canceled", get, post + "canceled"}, nil},
		"refused for ever": {
			[]string{ok("in-progress"), refused, ok("in-progress"), refused, ok("in-progress"), refused},
			[]string{get, post + "completed", get, post + "completed", get, post + "completed"},
			twilio.ErrRefused,
		},
		"Twilio busy":       {[]string{ok("ringing"), `429 {}`}, []string{get, post + "canceled"}, twilio.ErrBusy},
		"Twilio busy first": {[]string{`503 `}, []string{get}, twilio.ErrBusy},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var s seen
			left := slices.Clone(c.answers)
			client := serve(t, twilio.Options{}, func(w http.ResponseWriter, r *http.Request) {
				s.add(t, r)
				s.Lock()
				defer s.Unlock()
				if len(left) == 0 {
					answer(w, 500, "")
					return
				}
				status, body, _ := strings.Cut(left[0], " ")
				left = left[1:]
				answer(w, map[string]int{"200": 200, "400": 400, "404": 404, "429": 429, "503": 503}[status], body)
			})
			if err := client.Hangup(t.Context(), call); !errors.Is(err, c.want) || (c.want == nil) != (err == nil) {
				t.Errorf("error %v, want %v", err, c.want)
			}
			if !slices.Equal(s.requests, c.asked) {
				t.Errorf("asked %v\nwant  %v", s.requests, c.asked)
			}
		})
	}
}

func TestEndOfARoomThatHasEnded(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		update, fetch string
		want          error
	}{
		"ended now":                 {`200 {"status":"completed"}`, ``, nil},
		"unknown to Twilio":         {`404 {"code":20404}`, ``, nil},
		"refused, as it is over":    {`400 {"code":20001}`, `200 {"status":"completed"}`, nil},
		"refused, and gone":         {`400 {"code":20001}`, `404 {"code":20404}`, nil},
		"refused, and still going":  {`400 {"code":20001}`, `200 {"status":"in-progress"}`, twilio.ErrRefused},
		"refused, and nobody knows": {`400 {"code":20001}`, `500 `, twilio.ErrRefused},
	} {
		client := serve(t, twilio.Options{}, func(w http.ResponseWriter, r *http.Request) {
			say := c.fetch
			if r.Method == http.MethodPost {
				say = c.update
			}
			status, body, _ := strings.Cut(say, " ")
			answer(w, map[string]int{"200": 200, "400": 400, "404": 404, "500": 500}[status], body)
		})
		if err := client.EndRoom(t.Context(), room); !errors.Is(err, c.want) || (c.want == nil) != (err == nil) {
			t.Errorf("%s: error %v, want %v", name, err, c.want)
		}
	}
}

func TestCallsThatWereMadeSinceAnAttemptAreFound(t *testing.T) {
	t.Parallel()
	since := time.Date(2026, 11, 24, 10, 0, 0, 700_000_000, time.UTC)
	row := func(sid, to, status, at string) string {
		return `{"sid":"` + sid + `","to":"` + to + `","status":"` + status + `","date_created":` + at + `}`
	}
	at := func(s string) string { return `"Tue, 24 Nov 2026 ` + s + ` +0000"` }
	pages := map[string]string{
		"":  `{"calls":[` + row("a", "+14155550123", "ringing", at("10:00:09")) + `,` + row("other", "+14155550199", "ringing", at("10:00:08")) + `],"next_page_uri":"/2010-04-01/Accounts/` + account + `/Calls.json?PageSize=50&Page=1&PageToken=PAx"}`,
		"1": `{"calls":[` + row("b", "+14155550123", "completed", at("10:00:00")) + `,` + row("c", "+14155550123", "queued", `null`) + `,` + row("old", "+14155550123", "completed", at("09:59:59")) + `],"next_page_uri":"/x?Page=2&PageToken=PAy"}`,
	}
	c := serve(t, twilio.Options{}, func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if q.Get("To") != "+14155550123" || (q.Get("Page") == "1") != (q.Get("PageToken") == "PAx") {
			t.Errorf("asked %v", q)
		}
		answer(w, 200, pages[q.Get("Page")])
	})
	got, err := c.CallsTo(t.Context(), number(t, "+14155550123"), since)
	if err != nil || len(got) != 3 || got[0].Sid != "a" || got[1].Sid != "b" || got[2].Sid != "c" {
		t.Fatalf("calls %v, error %v", got, err)
	}
	if !got[0].Live() || got[1].Live() || !got[2].Live() || !got[0].Created.Equal(since.Truncate(time.Second).Add(9*time.Second)) {
		t.Errorf("calls are read wrong: %v", got)
	}
}

func TestListOfCallsIsNotFollowedForEver(t *testing.T) {
	t.Parallel()
	var s seen
	c := serve(t, twilio.Options{}, func(w http.ResponseWriter, r *http.Request) {
		s.add(t, r)
		answer(w, 200, `{"calls":[],"messages":[],"next_page_uri":"/x?Page=1&PageToken=PAx"}`)
	})
	to := number(t, "+14155550123")
	if _, err := c.CallsTo(t.Context(), to, time.Time{}); err != nil {
		t.Error(err)
	}
	if _, err := c.TextsTo(t.Context(), to, time.Time{}); err != nil {
		t.Error(err)
	}
	if len(s.requests) != 10 {
		t.Errorf("%d requests for two lists", len(s.requests))
	}
}

func TestTextsThatWereSentSinceAnAttemptAreFound(t *testing.T) {
	t.Parallel()
	c := serve(t, twilio.Options{}, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, `{"messages":[
			{"sid":"SM1","to":"+14155550123","body":"new","status":"sent","date_created":"Tue, 24 Nov 2026 10:00:09 +0000"},
			{"sid":"SM2","to":"+14155550199","body":"to another","status":"sent","date_created":"Tue, 24 Nov 2026 10:00:09 +0000"},
			{"sid":"SM3","to":"+14155550123","body":"old","status":"sent","date_created":"Tue, 24 Nov 2026 09:00:00 +0000"}]}`)
	})
	got, err := c.TextsTo(t.Context(), number(t, "+14155550123"), time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC))
	if err != nil || len(got) != 1 || got[0].Sid != "SM1" || got[0].Body != "new" || got[0].Status != "sent" {
		t.Errorf("texts %v, error %v", got, err)
	}
}

func TestCallIsLiveUntilTwilioSaysItIsOver(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"queued", "initiated", "ringing", "in-progress", "", "something new"} {
		if !(twilio.CallInfo{Status: status}).Live() {
			t.Errorf("%q counts as over", status)
		}
	}
	for _, status := range []string{"completed", "busy", "failed", "no-answer", "canceled"} {
		if (twilio.CallInfo{Status: status}).Live() {
			t.Errorf("%q counts as live", status)
		}
	}
}
