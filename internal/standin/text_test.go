package standin_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/standin"
)

func message(to, body string) url.Values {
	return url.Values{"To": {to}, "From": {line}, "Body": {body}, "StatusCallback": {public + "/delivery?m=7"}}
}

func thread(p *standin.Phone) []string {
	var all []string
	for _, t := range p.Texts() {
		all = append(all, t.Direction+": "+t.Body)
	}
	return all
}

func TestTextIsAnsweredInTheWebhook(t *testing.T) {
	t.Parallel()
	b := set(t, map[string]func(url.Values) string{"/sms": func(f url.Values) string {
		return page("<Message>You wrote " + f.Get("Body") + "</Message><Message><Body>Second</Body></Message>")(f)
	}})
	p := b.Phone(patient)
	replies, err := p.Text(t.Context(), "hola")
	must(t, err)
	if want := []string{"You wrote hola", "Second"}; !slices.Equal(replies, want) {
		t.Errorf("replies %q", replies)
	}
	if got, want := thread(p), []string{"inbound: hola", "outbound-reply: You wrote hola", "outbound-reply: Second"}; !slices.Equal(got, want) {
		t.Errorf("thread %q", got)
	}
	f := b.app.requests("/sms")[0].form
	for name, want := range map[string]string{
		"From": patient, "To": line, "NumMedia": "0", "NumSegments": "1", "SmsStatus": "received", "AccountSid": account, "FromZip": "",
		"SmsSid": f.Get("MessageSid"), "SmsMessageSid": f.Get("MessageSid"),
	} {
		if !f.Has(name) || f.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, f.Get(name), want)
		}
	}
	if v := b.Violations(); len(v) > 0 {
		t.Errorf("violations %v", v)
	}
}

func TestAnswersToTextsThatTwilioWouldNotTake(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		page string
		code int
	}{
		"a verb of calls":         {page("<Say>a</Say>")(nil), 12200},
		"too long":                {page("<Message>" + strings.Repeat("x", 1601) + "</Message>")(nil), 14103},
		"no words":                {page("<Message> </Message>")(nil), 14103},
		"an unknown attribute":    {page(`<Message to="+14155550199">a</Message>`)(nil), 12200},
		"an error of the server":  {"500", 11200},
		"plain text":              {"type:text/plain\nOK", 12300},
		"redirects going round":   {page("<Redirect>/sms</Redirect>")(nil), 11215},
		"a picture, which is new": {page("<Message><Media>https://a.example</Media></Message>")(nil), 12200},
	} {
		b := set(t, map[string]func(url.Values) string{"/sms": func(url.Values) string { return c.page }})
		replies, err := b.Phone(patient).Text(t.Context(), "hello")
		if got := codes(b.Violations()); err == nil || len(replies) > 0 || !slices.Equal(got, []int{c.code}) {
			t.Errorf("%s: replies %v, error %v, violations %v", name, replies, err, got)
		}
	}
}

func TestEmptyAnswerToATextSaysNothing(t *testing.T) {
	t.Parallel()
	b := set(t, map[string]func(url.Values) string{"/sms": page("")})
	if replies, err := b.Phone(patient).Text(t.Context(), "hello"); err != nil || len(replies) > 0 || len(b.Violations()) > 0 {
		t.Errorf("replies %v, error %v, violations %v", replies, err, b.Violations())
	}
}

func TestTextOfTheAppIsDeliveredAndReported(t *testing.T) {
	t.Parallel()
	b := set(t, nil)
	status, body := b.api(t, "POST", "Messages.json", message(patient, "A counselor writes."))
	if status != 201 || !strings.Contains(body, `"status":"queued"`) {
		t.Fatalf("create: %d %s", status, body)
	}
	b.settled(t)
	if got, want := b.news("/delivery", "MessageStatus"), []string{"sent", "delivered"}; !slices.Equal(got, want) {
		t.Errorf("reported %v", got)
	}
	if f := b.app.requests("/delivery")[1]; f.form.Get("RawDlrDoneDate") == "" || f.query != "m=7" || f.form.Get("SmsStatus") != "delivered" {
		t.Errorf("report %+v", f)
	}
	if got := thread(b.Phone(patient)); !slices.Equal(got, []string{"outbound-api: A counselor writes."}) {
		t.Errorf("thread %v", got)
	}
	if status, body := b.api(t, "GET", "Messages/"+sid(t, body)+".json", nil); status != 200 || !strings.Contains(body, `"delivered"`) {
		t.Errorf("fetch: %d %s", status, body)
	}
}

func TestTextThatDoesNotArrive(t *testing.T) {
	t.Parallel()
	b := set(t, nil)
	p := b.Phone(patient)
	p.RefuseTexts(30003)
	b.api(t, "POST", "Messages.json", message(patient, "hello"))
	b.settled(t)
	if got, want := b.news("/delivery", "MessageStatus"), []string{"sent", "undelivered"}; !slices.Equal(got, want) {
		t.Errorf("reported %v", got)
	}
	if got := b.news("/delivery", "ErrorCode"); got[1] != "30003" || len(p.Texts()) != 0 {
		t.Errorf("error codes %v, thread %v", got, p.Texts())
	}
}

func TestAfterStopNoTextGoesOut(t *testing.T) {
	t.Parallel()
	b := set(t, map[string]func(url.Values) string{"/sms": page("<Message>still talking</Message>")}, func(o *standin.Options) { o.AdvancedOptOut = true })
	p := b.Phone(patient)
	for _, word := range []string{" stop ", "END", "Quit"} {
		_, err := p.Text(t.Context(), word)
		must(t, err)
	}
	if got := b.news("/sms", "OptOutType"); !slices.Equal(got, []string{"STOP", "STOP", "STOP"}) {
		t.Errorf("opt-out %v", got)
	}
	if status, body := b.api(t, "POST", "Messages.json", message(patient, "hello")); status != 400 || !strings.Contains(body, "21610") {
		t.Errorf("after STOP: %d %s", status, body)
	}
	for _, text := range p.Texts() {
		if text.Body == "still talking" {
			t.Error("the webhook's answer arrived after STOP")
		}
	}
	_, err := p.Text(t.Context(), "START")
	must(t, err)
	if status, _ := b.api(t, "POST", "Messages.json", message(patient, "hello")); status != 201 {
		t.Errorf("after START: %d", status)
	}
	if _, err := p.Text(t.Context(), "I want it to stop"); err != nil || b.news("/sms", "OptOutType")[4] != "" {
		t.Error("a sentence counts as STOP")
	}
}

func TestOptOutTypeIsOnlySentWithAdvancedOptOut(t *testing.T) {
	t.Parallel()
	b := set(t, nil)
	_, _ = b.Phone(patient).Text(t.Context(), "STOP")
	if b.app.requests("/sms")[0].form.Has("OptOutType") {
		t.Error("sent")
	}
}

func TestSegmentsAreCountedAsTheyTravel(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body string
		want int
	}{
		"160 plain characters":      {strings.Repeat("a", 160), 1},
		"161 plain characters":      {strings.Repeat("a", 161), 2},
		"extension characters":      {strings.Repeat("€", 81), 2},
		"70 with one accent":        {strings.Repeat("a", 69) + "á", 1},
		"71 with one accent":        {strings.Repeat("a", 70) + "á", 2},
		"characters of two units":   {strings.Repeat("🙂", 35), 1},
		"one more of them":          {strings.Repeat("🙂", 36), 2},
		"accents of the GSM set":    {strings.Repeat("é", 160), 1},
		"three parts of 153 each":   {strings.Repeat("a", 459), 3},
		"a fourth by one character": {strings.Repeat("a", 460), 4},
	} {
		b := set(t, nil)
		_, err := b.Phone(patient).Text(t.Context(), c.body)
		if got := b.app.requests("/sms")[0].form.Get("NumSegments"); err == nil || got != fmt.Sprint(c.want) { // 204 is no document
			t.Errorf("%s: %s segments, want %d (%v)", name, got, c.want, err)
		}
	}
}
