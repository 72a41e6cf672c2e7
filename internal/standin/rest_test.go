package standin_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/standin"
)

func TestRequestsThatTwilioWouldNotTake(t *testing.T) {
	t.Parallel()
	with := func(v url.Values, pairs ...string) url.Values {
		for i := 0; i+1 < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		return v
	}
	without := func(v url.Values, name string) url.Values {
		v.Del(name)
		return v
	}
	none := "CA00000000000000000000000000000000"
	for name, c := range map[string]struct {
		method, path string
		form         url.Values
		status, code int
		violates     bool
	}{
		"unknown resource":             {"GET", "Queues.json", nil, 404, 20404, true},
		"resource we never use":        {"POST", "Conferences/CF1/Participants.json", url.Values{"To": {"x"}}, 405, 20004, true},
		"misspelled parameter":         {"POST", "Calls.json", with(dial(counselor), "URL", public), 400, 20001, true},
		"parameter given twice":        {"POST", "Calls.json", url.Values{"To": {counselor, counselor}, "From": {line}, "Url": {public}}, 400, 20001, true},
		"unknown filter":               {"GET", "Calls.json", url.Values{"Tom": {"x"}}, 400, 20001, true},
		"call to nobody":               {"POST", "Calls.json", without(dial(counselor), "To"), 400, 21201, false},
		"call to no number":            {"POST", "Calls.json", dial("home"), 400, 21211, false},
		"call from nobody":             {"POST", "Calls.json", without(dial(counselor), "From"), 400, 21213, false},
		"call from another's number":   {"POST", "Calls.json", with(dial(counselor), "From", patient), 400, 21210, false},
		"call without a document":      {"POST", "Calls.json", without(dial(counselor), "Url"), 400, 21205, false},
		"call with a relative URL":     {"POST", "Calls.json", with(dial(counselor), "Url", "/a"), 400, 21205, false},
		"call with a bad callback":     {"POST", "Calls.json", with(dial(counselor), "StatusCallback", "/a"), 400, 21609, false},
		"call that rings for too long": {"POST", "Calls.json", with(dial(counselor), "Timeout", "601"), 400, 20001, false},
		"call by another method":       {"POST", "Calls.json", with(dial(counselor), "Method", "PUT"), 400, 20001, false},
		"unknown call":                 {"GET", "Calls/" + none + ".json", nil, 404, 20404, false},
		"moving an unknown call":       {"POST", "Calls/" + none + ".json", url.Values{"Url": {public}}, 404, 20404, false},
		"unknown conference":           {"POST", "Conferences/CF1.json", url.Values{"Status": {"completed"}}, 404, 20404, false},
		"unknown message":              {"GET", "Messages/SM1.json", nil, 404, 20404, false},
		"text to nobody":               {"POST", "Messages.json", without(message(patient, "a"), "To"), 400, 21604, false},
		"text from nobody":             {"POST", "Messages.json", without(message(patient, "a"), "From"), 400, 21603, false},
		"text without words":           {"POST", "Messages.json", message(patient, ""), 400, 21602, false},
		"text of 1601 characters":      {"POST", "Messages.json", message(patient, strings.Repeat("é", 1601)), 400, 21617, false},
		"text to a withheld number":    {"POST", "Messages.json", message("+266696687", "a"), 400, 21211, false},
		"text from another's number":   {"POST", "Messages.json", with(message(patient, "a"), "From", counselor), 400, 21606, false},
		"page beyond the largest size": {"GET", "Calls.json", url.Values{"PageSize": {"1001"}}, 400, 20001, false},
		"page without its token":       {"GET", "Calls.json", url.Values{"Page": {"1"}}, 400, 20001, false},
		"time that is none":            {"GET", "Calls.json", url.Values{"StartTime>": {"soon"}}, 400, 20001, false},
		"unknown number of ours":       {"POST", "IncomingPhoneNumbers/PN1.json", url.Values{}, 404, 20404, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := set(t, nil)
			status, body := b.api(t, c.method, c.path, c.form)
			var fault struct {
				Code, Status int
				Message      string
				MoreInfo     string `json:"more_info"`
			}
			must(t, json.Unmarshal([]byte(body), &fault))
			if status != c.status || fault.Code != c.code || fault.Status != status || fault.Message == "" || !strings.HasSuffix(fault.MoreInfo, fmt.Sprint(c.code)) {
				t.Errorf("answered %d %s, want %d %d", status, body, c.status, c.code)
			}
			if got := len(b.Violations()) > 0; got != c.violates {
				t.Errorf("violations %v", b.Violations())
			}
			if r := b.Requests(); len(r) != 1 || r[0].Code != c.code || r[0].Method != c.method {
				t.Errorf("log %+v", r)
			}
		})
	}
}

func TestOnlyTheAccountIsLetIn(t *testing.T) {
	t.Parallel()
	b := set(t, nil)
	for name, c := range map[string]struct {
		user, password, account string
		status                  int
	}{
		"token":            {account, token, account, 200},
		"key":              {"SK1", "secret", account, 200},
		"wrong token":      {account, "x", account, 401},
		"key of another":   {"SK2", "secret", account, 401},
		"nothing":          {"", "", account, 401},
		"another account":  {account, token, "AC00000000000000000000000000000002", 404},
		"secret as a user": {"secret", "SK1", account, 401},
	} {
		r, err := http.NewRequestWithContext(t.Context(), "GET", b.rest+"/2010-04-01/Accounts/"+c.account+"/Calls.json", nil)
		must(t, err)
		r.SetBasicAuth(c.user, c.password)
		res, err := http.DefaultClient.Do(r)
		must(t, err)
		_ = res.Body.Close()
		if res.StatusCode != c.status {
			t.Errorf("%s: %d, want %d", name, res.StatusCode, c.status)
		}
	}
}

func TestUnknownEventIsTakenAndNeverReported(t *testing.T) {
	t.Parallel()
	b := set(t, office())
	b.Phone(counselor).Behave(standin.Busy())
	form := dial(counselor)
	form["StatusCallbackEvent"] = []string{"initiated ringing answered completed"} // one string instead of four
	if status, _ := b.api(t, "POST", "Calls.json", form); status != 201 {
		t.Errorf("status %d", status)
	}
	b.await(t, "over", func(s standin.Snapshot) bool { return s.Quiet && !s.Calls[0].Live() })
	if got := codes(b.Violations()); len(got) != 1 || got[0] != 21626 || len(b.app.requests("/leg")) != 0 {
		t.Errorf("violations %v, callbacks %d", got, len(b.app.requests("/leg")))
	}
}

func TestListsGoPageByPageNewestFirst(t *testing.T) {
	t.Parallel()
	b := set(t, nil)
	for i := range 5 {
		b.api(t, "POST", "Messages.json", message(patient, fmt.Sprint("text ", i)))
	}
	b.api(t, "POST", "Messages.json", message(counselor, "another"))
	var bodies []string
	path, form := "Messages.json", url.Values{"To": {patient}, "PageSize": {"2"}}
	for path != "" {
		_, body := b.api(t, "GET", path, form)
		var list struct {
			Messages []struct{ Body string }
			Next     string `json:"next_page_uri"`
			Page     int
		}
		must(t, json.Unmarshal([]byte(body), &list))
		for _, m := range list.Messages {
			bodies = append(bodies, m.Body)
		}
		path, form = strings.TrimPrefix(list.Next, "/2010-04-01/Accounts/"+account+"/"), nil
	}
	if got := strings.Join(bodies, ","); got != "text 4,text 3,text 2,text 1,text 0" {
		t.Errorf("listed %s", got)
	}
	tomorrow := time.Now().Add(24 * time.Hour).UTC().Format(time.RFC3339)
	if _, body := b.api(t, "GET", "Messages.json", url.Values{"DateSent>": {tomorrow}}); strings.Contains(body, "text 0") {
		t.Error("the time does not filter")
	}
}

func TestCallsAreFoundByNumberAndStatus(t *testing.T) {
	t.Parallel()
	b := set(t, office())
	b.Phone(counselor).Behave(standin.Busy())
	b.call(t, counselor)
	b.await(t, "over", func(s standin.Snapshot) bool { return s.Quiet && !s.Calls[0].Live() })
	b.Phone(counselor).Behave(standin.Manual())
	b.call(t, counselor)
	b.await(t, "rings", func(s standin.Snapshot) bool { return s.Calls[1].Phase == standin.Ringing })
	b.call(t, patient)
	for status, want := range map[string]int{"": 2, "busy": 1, "ringing": 1, "completed": 0} {
		form := url.Values{"To": {counselor}}
		if status != "" {
			form.Set("Status", status)
		}
		_, body := b.api(t, "GET", "Calls.json", form)
		var list struct{ Calls []struct{ Sid string } }
		must(t, json.Unmarshal([]byte(body), &list))
		if len(list.Calls) != want {
			t.Errorf("status %q: %d calls, want %d", status, len(list.Calls), want)
		}
	}
}

func TestNumberIsGivenItsURLsByTheAPI(t *testing.T) {
	t.Parallel()
	b := set(t, map[string]func(url.Values) string{"/new": page("<Hangup/>")})
	_, body := b.api(t, "GET", "IncomingPhoneNumbers.json", url.Values{"PhoneNumber": {line}})
	var list struct {
		Numbers []struct{ Sid string } `json:"incoming_phone_numbers"`
	}
	must(t, json.Unmarshal([]byte(body), &list))
	if len(list.Numbers) != 1 {
		t.Fatalf("numbers %s", body)
	}
	path := "IncomingPhoneNumbers/" + list.Numbers[0].Sid + ".json"
	if status, body := b.api(t, "POST", path, url.Values{"VoiceUrl": {public + "/new"}, "SmsUrl": {""}}); status != 200 || !strings.Contains(body, "/new") {
		t.Fatalf("update: %d %s", status, body)
	}
	must(t, b.Phone(patient).Dial(t.Context()))
	if len(b.app.requests("/new")) != 1 {
		t.Errorf("asked %v", b.app.paths())
	}
	if replies, err := b.Phone(patient).Text(t.Context(), "hello"); err != nil || replies != nil || len(b.app.requests("/sms")) != 0 {
		t.Error("a text was sent to the old URL")
	}
	for _, bad := range []url.Values{{"VoiceUrl": {"/a"}}, {"VoiceMethod": {"GET"}}} {
		if status, _ := b.api(t, "POST", path, bad); status != 400 {
			t.Errorf("%v: %d", bad, status)
		}
	}
}
