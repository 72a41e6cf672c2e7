package standin_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/standin"
)

const room = `<Conference participantLabel="LABEL" beep="false" startConferenceOnEnter="true" endConferenceOnExit="false" waitUrl="/wait" waitMethod="POST" statusCallback="/STATUS" statusCallbackEvent="start end join leave" statusCallbackMethod="POST">case-7</Conference>`

func inRoom(label, status, dial string) string {
	return `<Dial action="/` + label + `/after" method="POST" ` + dial + `>` + strings.NewReplacer("LABEL", label, "STATUS", status).Replace(room) + `</Dial>`
}

// office is an app that puts patients and counselors into one conference.
func office() map[string]func(url.Values) string {
	gate := `<Gather numDigits="1" finishOnKey="" timeout="8" action="/counselor/key"><Say>Press 1.</Say></Gather><Redirect>/counselor/key</Redirect>`
	return map[string]func(url.Values) string{
		"/voice":     page(menu),
		"/counselor": page(gate),
		"/counselor/key": func(f url.Values) string {
			if f.Get("Digits") == "1" {
				return page(inRoom("counselor", "first", `hangupOnStar="true" timeLimit="7200"`))(f)
			}
			return page("<Hangup/>")(f)
		},
		"/join":            page(inRoom("patient", "second", "")),
		"/wait":            page(`<Say>One moment.</Say><Redirect>/wait</Redirect>`),
		"/patient/after":   page(`<Pause length="9"/><Hangup/>`),
		"/counselor/after": page(`<Say>Thank you.</Say><Hangup/>`),
		"/requeue":         page(menu),
		"/leg":             nil,
	}
}

func dial(to string) url.Values {
	return url.Values{
		"To": {to}, "From": {line}, "Url": {public + "/counselor"}, "Timeout": {"20"}, "StatusCallback": {public + "/leg"},
		"StatusCallbackEvent": {"initiated", "ringing", "answered", "completed"},
	}
}

func sid(t *testing.T, body string) string {
	t.Helper()
	var v struct{ Sid string }
	must(t, json.Unmarshal([]byte(body), &v))
	return v.Sid
}

func (b bench) call(t *testing.T, to string) string {
	t.Helper()
	status, body := b.api(t, "POST", "Calls.json", dial(to))
	if status != 201 {
		t.Fatalf("create call: %d %s", status, body)
	}
	return sid(t, body)
}

func (b bench) move(t *testing.T, call, path string) {
	t.Helper()
	if status, body := b.api(t, "POST", "Calls/"+call+".json", url.Values{"Url": {public + path}}); status != 200 {
		t.Fatalf("move: %d %s", status, body)
	}
}

func (b bench) news(path, field string) []string {
	var all []string
	for _, g := range b.app.requests(path) {
		all = append(all, g.form.Get(field))
	}
	return all
}

// talk brings a patient and a counselor together and gives their calls.
func (b bench) talk(t *testing.T) (p, c *standin.Phone, patientCall, counselorCall string) {
	t.Helper()
	p, c = b.Phone(patient), b.Phone(counselor)
	must(t, p.Dial(t.Context()))
	counselorCall = b.call(t, counselor)
	must(t, c.Answer(t.Context()))
	must(t, c.Press(t.Context(), "1"))
	patientCall = p.State().Call.Sid
	b.move(t, patientCall, "/join")
	b.await(t, "both talk", func(s standin.Snapshot) bool {
		return len(s.Rooms) == 1 && s.Rooms[0].Status == "in-progress" && s.Quiet
	})
	return p, c, patientCall, counselorCall
}

func TestTwoPeopleMeetInAConference(t *testing.T) {
	t.Parallel()
	b := set(t, office())
	p, c, _, call := b.talk(t)
	if p.Conference() != "case-7" || c.Conference() != "case-7" {
		t.Errorf("rooms %q and %q", p.Conference(), c.Conference())
	}
	must(t, p.Speak(t.Context(), "I am here."))
	heard := c.Transcript()
	if last := heard[len(heard)-1]; last.Who != "other" || last.Text != "I am here." || last.Name != patient {
		t.Errorf("counselor heard %+v", last)
	}
	if got, want := b.news("/leg", "CallStatus"), []string{"initiated", "ringing", "in-progress"}; !slices.Equal(got, want) {
		t.Errorf("leg callbacks %v", got)
	}
	if got, want := b.news("/leg", "SequenceNumber"), []string{"0", "1", "2"}; !slices.Equal(got, want) {
		t.Errorf("sequence %v", got)
	}
	if got := b.app.requests("/counselor")[0].form; got.Get("Direction") != "outbound-api" || got.Get("From") != line || got.Get("CallSid") != call {
		t.Errorf("counselor's webhook %v", got)
	}
	if got, want := b.news("/first", "StatusCallbackEvent"), []string{"participant-join", "participant-join", "conference-start"}; !slices.Equal(got, want) {
		t.Errorf("conference callbacks %v", got)
	}
	if len(b.app.requests("/second")) != 0 {
		t.Error("the second participant's callback counts too")
	}
	if len(b.app.requests("/wait")) != 1 {
		t.Errorf("wait document asked %d times", len(b.app.requests("/wait")))
	}
	join := b.app.requests("/first")[1].form
	for name, want := range map[string]string{
		"ParticipantLabel": "patient", "Muted": "false", "StartConferenceOnEnter": "true", "EndConferenceOnExit": "false", "FriendlyName": "case-7",
	} {
		if join.Get(name) != want {
			t.Errorf("%s is %q", name, join.Get(name))
		}
	}
}

func TestMovedOutOfABridgeTheOldActionIsAskedFirst(t *testing.T) {
	t.Parallel()
	b := set(t, office())
	p, _, call, _ := b.talk(t)
	before := len(b.app.paths())
	b.move(t, call, "/requeue")
	b.settled(t)
	must(t, p.Await(t.Context(), func(s standin.State) bool { return s.Phase == standin.Listening }))
	var order []string
	for _, path := range b.app.paths()[before:] {
		if path != "/first" {
			order = append(order, path)
		}
	}
	if want := []string{"/patient/after", "/requeue"}; !slices.Equal(order, want) {
		t.Errorf("asked %v, want %v", order, want)
	}
	if got := b.app.requests("/patient/after")[0].form; got.Get("DialCallStatus") != "completed" || got.Get("CallStatus") != "in-progress" {
		t.Errorf("action was told %v", got)
	}
	leave := b.app.requests("/first")
	if f := leave[len(leave)-1].form; f.Get("StatusCallbackEvent") != "participant-leave" || f.Get("ParticipantCallStatus") != "in-progress" {
		t.Errorf("last conference callback %v", f)
	}
}

func TestStarLeadsOutOfTheConference(t *testing.T) {
	t.Parallel()
	b := set(t, office())
	p, c, _, _ := b.talk(t)
	must(t, p.Press(t.Context(), "*")) // without hangupOnStar
	if p.Conference() == "" {
		t.Error("the patient's star led out")
	}
	must(t, c.Press(t.Context(), "*"))
	b.settled(t)
	if got := b.app.requests("/counselor/after"); len(got) != 1 || got[0].form.Get("DialCallStatus") != "answered" || got[0].form.Get("CallStatus") != "in-progress" {
		t.Errorf("action was told %v", got)
	}
	if c.State().Phase != standin.Over || p.Conference() != "case-7" {
		t.Errorf("counselor %s, patient in %q", c.State().Phase, p.Conference())
	}
}

func TestHangupInAConference(t *testing.T) {
	t.Parallel()
	b := set(t, office())
	p, c, _, _ := b.talk(t)
	must(t, c.Hangup(t.Context()))
	b.settled(t)
	leaves := b.app.requests("/first")
	if f := leaves[len(leaves)-1].form; f.Get("ParticipantLabel") != "counselor" || f.Get("ReasonParticipantLeft") != "participant_hung_up" || f.Get("ParticipantCallStatus") != "completed" {
		t.Errorf("leave %v", f)
	}
	if got := b.app.requests("/counselor/after"); len(got) != 1 || got[0].form.Get("CallStatus") != "completed" {
		t.Errorf("action %v", got)
	}
	must(t, p.Hangup(t.Context()))
	b.settled(t)
	all := b.app.requests("/first")
	if f := all[len(all)-1].form; f.Get("StatusCallbackEvent") != "conference-end" || f.Get("ReasonConferenceEnded") != "last-participant-left" || f.Get("ParticipantLabelEndingConference") != "patient" {
		t.Errorf("end %v", f)
	}
}

func TestConferenceEndedByTheApp(t *testing.T) {
	t.Parallel()
	b := set(t, office())
	p, c, _, _ := b.talk(t)
	id := b.Rooms()[0].Sid
	for range 2 { // the second time it is over already
		if status, body := b.api(t, "POST", "Conferences/"+id+".json", url.Values{"Status": {"completed"}}); status != 200 || !strings.Contains(body, `"completed"`) {
			t.Errorf("end: %d %s", status, body)
		}
	}
	must(t, p.Await(t.Context(), func(s standin.State) bool { return s.Phase == standin.Pausing }))
	must(t, c.Await(t.Context(), func(s standin.State) bool { return s.Phase == standin.Over }))
	b.settled(t)
	all := b.app.requests("/first")
	if f := all[len(all)-1].form; f.Get("ReasonConferenceEnded") != "conference-ended-via-api" || f.Get("CallSidEndingConference") != "" {
		t.Errorf("end %v", f)
	}
	if got := b.app.requests("/patient/after"); len(got) != 1 || got[0].form.Get("DialCallStatus") != "answered" {
		t.Errorf("action %v", got)
	}
}

func TestParticipantTakenOutByTheAppGoesOn(t *testing.T) {
	t.Parallel()
	b := set(t, office())
	p, _, call, _ := b.talk(t)
	path := "Conferences/" + b.Rooms()[0].Sid + "/Participants/"
	if status, body := b.api(t, "GET", path+"patient.json", nil); status != 200 || !strings.Contains(body, call) {
		t.Errorf("by label: %d %s", status, body)
	}
	if status, _ := b.api(t, "DELETE", path+call+".json", nil); status != 204 {
		t.Errorf("delete: %d", status)
	}
	must(t, p.Await(t.Context(), func(s standin.State) bool { return s.Phase == standin.Pausing }))
	if status, _ := b.api(t, "GET", path+call+".json", nil); status != 404 {
		t.Errorf("still there: %d", status)
	}
}

func TestPhonesThatNobodyAnswersFor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		phone standin.Behaviour
		news  []string
		asked []string // of the leg's documents
	}{
		"busy":                      {standin.Busy(), []string{"initiated", "busy"}, nil},
		"not picked up":             {standin.NoAnswer(), []string{"initiated", "ringing", "no-answer"}, nil},
		"out of reach":              {standin.Failed(), []string{"initiated", "failed"}, nil},
		"a voicemail":               {standin.Silent(), []string{"initiated", "ringing", "in-progress", "completed"}, []string{"/counselor", "/counselor/key"}},
		"somebody who presses 2":    {standin.Press("2"), []string{"initiated", "ringing", "in-progress", "completed"}, []string{"/counselor", "/counselor/key"}},
		"rings until it is enough":  {standin.Manual(), []string{"initiated", "ringing", "no-answer"}, nil},
		"lost, and never heard of":  {standin.Lost(), nil, nil},
		"a counselor who presses 1": {standin.PressOne(), []string{"initiated", "ringing", "in-progress"}, []string{"/counselor", "/counselor/key"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := set(t, office())
			b.Phone(counselor).Behave(c.phone)
			id := b.call(t, counselor)
			b.await(t, "rings or is over", func(s standin.Snapshot) bool { return s.Quiet && s.Calls[0].Status != "queued" })
			if name == "rings until it is enough" {
				b.hand.Advance(24 * time.Second)
				if b.Calls()[0].Phase != standin.Ringing {
					t.Error("gave up before the timeout and five seconds")
				}
				b.hand.Advance(time.Second)
			}
			want := len(c.news)
			b.await(t, "all that follows", func(s standin.Snapshot) bool {
				return s.Quiet && len(b.app.requests("/leg")) >= want && len(b.app.requests("/counselor/key")) >= len(c.asked)-1
			})
			if got := b.news("/leg", "CallStatus"); !slices.Equal(got, c.news) {
				t.Errorf("callbacks %v, want %v", got, c.news)
			}
			var asked []string
			for _, path := range b.app.paths() {
				if strings.HasPrefix(path, "/counselor") {
					asked = append(asked, path)
				}
			}
			if !slices.Equal(asked, c.asked) {
				t.Errorf("asked %v, want %v", asked, c.asked)
			}
			status, body := b.api(t, "GET", "Calls/"+id+".json", nil)
			if final := b.Calls()[0].Status; status != 200 || !strings.Contains(body, `"status":"`+final+`"`) {
				t.Errorf("fetch: %d %s, want %s", status, body, final)
			}
		})
	}
}

func TestCallThatIsOverCannotBeMoved(t *testing.T) {
	t.Parallel()
	b := set(t, office())
	p := b.Phone(patient)
	must(t, p.Dial(t.Context()))
	call := p.State().Call.Sid
	must(t, p.Hangup(t.Context()))
	for _, change := range []url.Values{{"Url": {public + "/join"}}, {"Status": {"completed"}}} {
		if status, body := b.api(t, "POST", "Calls/"+call+".json", change); status != 400 || !strings.Contains(body, "21220") {
			t.Errorf("%v: %d %s", change, status, body)
		}
	}
}

func TestRingingCallCanOnlyBeCancelled(t *testing.T) {
	t.Parallel()
	b := set(t, office())
	id := b.call(t, counselor)
	b.await(t, "rings", func(s standin.Snapshot) bool { return s.Calls[0].Phase == standin.Ringing })
	if status, _ := b.api(t, "POST", "Calls/"+id+".json", url.Values{"Url": {public + "/join"}}); status != 400 {
		t.Errorf("move: %d", status)
	}
	if status, _ := b.api(t, "POST", "Calls/"+id+".json", url.Values{"Status": {"canceled"}}); status != 200 {
		t.Errorf("cancel: %d", status)
	}
	b.await(t, "cancelled", func(s standin.Snapshot) bool { return s.Quiet && s.Calls[0].Status == "canceled" })
	b.await(t, "told", func(standin.Snapshot) bool { return len(b.app.requests("/leg")) == 3 })
}

func TestWaitDocumentWithOtherVerbsDropsTheCaller(t *testing.T) {
	t.Parallel()
	pages := office()
	pages["/wait"] = page(`<Gather/>`)
	b := set(t, pages)
	p := b.Phone(patient)
	must(t, p.Dial(t.Context()))
	b.move(t, p.State().Call.Sid, "/join")
	must(t, p.Await(t.Context(), func(s standin.State) bool { return s.Phase == standin.Over }))
	if got := codes(b.Violations()); !slices.Equal(got, []int{12200}) {
		t.Errorf("violations %v", b.Violations())
	}
}

func TestTalkEndsAtItsTimeLimit(t *testing.T) {
	t.Parallel()
	b := set(t, office())
	_, c, _, _ := b.talk(t)
	b.hand.Advance(7200 * time.Second)
	must(t, c.Await(t.Context(), func(s standin.State) bool { return s.Phase == standin.Over }))
	if !strings.HasSuffix(c.Said(), "Thank you.") {
		t.Errorf("heard %q", c.Said())
	}
}

func TestLastOfTwoMovesWins(t *testing.T) {
	t.Parallel()
	pages := office()
	reached, answer := make(chan struct{}), make(chan struct{})
	pages["/patient/after"] = func(f url.Values) string {
		close(reached)
		<-answer
		return page("<Hangup/>")(f)
	}
	b := set(t, pages)
	p, _, call, _ := b.talk(t)
	b.move(t, call, "/counselor/key") // which would hang up
	<-reached
	b.move(t, call, "/join")
	close(answer)
	must(t, p.Await(t.Context(), func(s standin.State) bool { return s.Room == "case-7" }))
	b.settled(t)
	if p.State().Phase != standin.InRoom {
		t.Errorf("phase %s", p.State().Phase)
	}
}
