package webhook_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
	"github.com/tideover/tideover/internal/webhook"
)

// withCase gives routes with a case that tells much, if it is told.
func withCase(t *testing.T, state hotline.State) *routes {
	t.Helper()
	r := newRoutes(t, webhook.Options{})
	r.c = &hotline.Case{
		ID: caseID, State: state, Epoch: 5, Band: hotline.Urgent, Lang: hotline.Spanish, Needs: []hotline.Need{hotline.NeedMedication}, Risk: 2,
		Channel: hotline.Voice, Caller: number(patient), PatientLeg: "CAp", Room: "room-1", Reason: "told us so",
		Emergency: hotline.EmergencyRecord{OpenedAt: time.Unix(1_760_000_000, 0), PagedIndex: 1},
	}
	return r
}

func at(path string, more ...string) string {
	u := "/twilio/" + path + "?c=" + string(caseID) + "&e=5"
	for i := 0; i+1 < len(more); i += 2 {
		u += "&" + more[i] + "=" + more[i+1]
	}
	return u
}

// private must not be heard before a key was pressed.
var private = []string{"Urgent", "urgent", "Spanish", "medication", "risk", "0 1 2 3", "0123", "suicide", "crisis", "hotline"}

func TestTheGatesSayNothingPrivateAndTakeSilenceForANo(t *testing.T) {
	t.Parallel()
	for path, c := range map[string]struct {
		state hotline.State
		key   string
	}{
		"counselor": {hotline.Claimed, "counselor/key"}, "oncall": {hotline.Waiting, "oncall/key"}, "callback": {hotline.Connecting, "callback/key"},
	} {
		r := withCase(t, c.state)
		d := r.read(r.post(at(path, "k", "1"), staffFields()))
		for _, word := range private {
			if strings.Contains(d.text, word) {
				t.Errorf("%s says %q:\n%s", path, word, d.raw)
			}
		}
		if d.attrs["Gather numDigits"] != "1" || !strings.HasPrefix(d.attrs["Gather action"], public+"/twilio/"+c.key+"?") || d.attrs["Redirect"] != d.attrs["Gather action"] {
			t.Errorf("%s: %s", path, d.raw)
		}
		if len(r.calls) > 0 {
			t.Errorf("%s: picking up changed something: %q", path, r.calls)
		}
	}
}

func TestTheBriefIsHeardAfterPress1AndLeadsIntoTheRoom(t *testing.T) {
	t.Parallel()
	r := withCase(t, hotline.Claimed)
	d := r.read(r.post(at("counselor/key", "t", "1"), staffFields("Digits", "1")))
	for _, word := range []string{"Urgent", "Spanish", "medication", "may be at risk"} {
		if !strings.Contains(d.text, word) {
			t.Errorf("the brief lacks %q:\n%s", word, d.raw)
		}
	}
	if strings.Contains(d.raw, "0123") || d.attrs["Conference participantLabel"] != "counselor" || d.attrs["Dial hangupOnStar"] != "true" || d.attrs["Conference endConferenceOnExit"] != "false" {
		t.Error(d.raw)
	}
	if words := strings.Fields(strings.Split(d.text, "room-1")[0]); len(words) > 20 { // 8 s at 2.5 words a second
		t.Errorf("the brief is too long: %d words", len(words))
	}
}

func TestEveryLegInARoomCarriesTheSameCallbacks(t *testing.T) {
	t.Parallel()
	counselor, back, patients := withCase(t, hotline.Claimed), withCase(t, hotline.Connecting), withCase(t, hotline.Live)
	patients.c.PatientLeg = leg
	status := map[string]bool{}
	for _, d := range []document{
		counselor.read(counselor.post(at("counselor/key", "t", "1"), staffFields("Digits", "1"))),
		back.read(back.post(at("callback/key", "t", "1", "l", "es"), staffFields("Digits", "1"))),
		patients.read(patients.post(at("voice/move", "n", "join-5"), fields())),
	} {
		status[d.attrs["Conference statusCallback"]+" "+d.attrs["Conference statusCallbackEvent"]] = true
	}
	if len(status) != 1 {
		t.Errorf("the first in the room decides which callbacks come: %v", status)
	}
}

func TestAnyOtherKeyGivesTheCallerToSomebodyElse(t *testing.T) {
	t.Parallel()
	for _, k := range []string{"", "2", "0", "#"} {
		r := withCase(t, hotline.Claimed)
		d := r.read(r.post(at("counselor/key", "t", "1"), staffFields("Digits", k)))
		if d.verbs[len(d.verbs)-1] != "Hangup" || len(r.calls) != 1 || r.calls[0] != "giveback key" {
			t.Errorf("%q: %q\n%s", k, r.calls, d.raw)
		}
	}
}

func TestAStaffLegsRequestIsCarriedOutOnce(t *testing.T) {
	t.Parallel()
	r := withCase(t, hotline.Claimed)
	first := r.post(at("counselor/key", "t", "1"), staffFields("Digits", "1")).Body.String()
	r.c.State = hotline.Closed
	for range 5 {
		if again := r.post(at("counselor/key", "t", "1"), staffFields("Digits", "2")).Body.String(); again != first {
			t.Fatalf("again:\n%s\nfirst:\n%s", again, first)
		}
	}
	if len(r.calls) != 1 {
		t.Errorf("carried out %q", r.calls)
	}
}

func TestTheKeysOfAPage(t *testing.T) {
	t.Parallel()
	r := withCase(t, hotline.Waiting)
	d := r.read(r.post(at("oncall", "k", "1"), staffFields()))
	for i := range 4 { // the headline as often as anybody may need it
		d = r.read(r.post(d.attrs["Gather action"], staffFields("Digits", "2")))
		if !strings.Contains(d.text, "Urgent") || !strings.Contains(d.text, "Spanish") || strings.Contains(d.raw, "0123") || d.verbs[len(d.verbs)-1] != "Redirect" {
			t.Fatalf("headline %d: %s", i, d.raw)
		}
	}
	d = r.read(r.post(d.attrs["Gather action"], staffFields("Digits", "3")))
	if d.verbs[len(d.verbs)-1] != "Hangup" || len(r.calls) != 1 || r.calls[0] != "passon" {
		t.Errorf("%q\n%s", r.calls, d.raw)
	}
	for word, label := range map[string]string{"join": "oncall", "text": "", "over": ""} {
		r := withCase(t, hotline.Live)
		r.word = word
		d := r.read(r.post(at("oncall/key", "k", "1", "t", "1"), staffFields("Digits", "1")))
		if d.attrs["Conference participantLabel"] != label || r.calls[0] != "attend oncall:1" {
			t.Errorf("%s: %q\n%s", word, r.calls, d.raw)
		}
	}
	r = withCase(t, hotline.Connecting)
	r.word, r.c.CounselorLeg = "join", leg
	if d := r.read(r.post(at("oncall/key", "k", "1", "t", "1"), staffFields("Digits", "1"))); d.attrs["Conference participantLabel"] != "counselor" {
		t.Errorf("who owns the case now: %s", d.raw)
	}
}

func TestADialledBackPatientWhoDeclinesHearsBothNumbers(t *testing.T) {
	t.Parallel()
	for _, path := range []string{at("callback", "l", "es"), at("callback/key", "l", "es", "t", "1")} {
		for _, state := range hotline.States() {
			r := withCase(t, state)
			if state == hotline.Connecting && !strings.Contains(path, "key") {
				continue
			}
			d := r.read(r.post(path, staffFields("Digits", "2", "To", patient)))
			r.kindToPatients(path+" in "+string(state), d)
			if d.verbs[len(d.verbs)-1] != "Hangup" || strings.Contains(d.raw, "en-US") {
				t.Errorf("%s: %s", state, d.raw)
			}
		}
	}
}

// Whoever hears it may be somebody else, or a machine that somebody else plays:
// the gate twice, then silence, or the message that was agreed on.
func TestAMachineThatTakesACallbackHearsNothingPrivate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		agreed hotline.Callback
		want   string
		code   string
	}{
		"no message":            {hotline.Callback{Name: "office"}, "", "giveback cb-silent"},
		"a message":             {hotline.Callback{Message: true}, "Llamamos como habíamos quedado", "giveback cb-message"},
		"a message with a name": {hotline.Callback{Message: true, Name: "office"}, "Habla la oficina", "giveback cb-message"},
	} {
		r := withCase(t, hotline.Connecting)
		r.c.PatientLeg, r.c.DialBack, r.c.Callback = "", true, &c.agreed
		d := r.read(r.post(at("callback", "l", "es"), staffFields("To", patient)))
		for i := range 2 {
			if !strings.Contains(d.text, "oprima 1") || len(r.calls) != 0 {
				t.Errorf("%s: gate %d: %q %s", name, i+1, r.calls, d.raw)
			}
			d = r.read(r.post(d.attrs["Redirect"], staffFields("To", patient)))
		}
		if d.verbs[len(d.verbs)-1] != "Hangup" || strings.Contains(d.raw, "<Say") != (c.want != "") || !strings.Contains(d.text, c.want) || len(r.calls) != 1 || r.calls[0] != c.code {
			t.Errorf("%s: %q %s", name, r.calls, d.raw)
		}
		for _, word := range append([]string{"9 8 8", "9 1 1", "Tideover", "voluntari", "consejer", "apoyo"}, private...) {
			if strings.Contains(d.raw, word) {
				t.Errorf("%s tells %q: %s", name, word, d.raw)
			}
		}
	}
}

func TestACounselorHearsWhatBecameOfACallback(t *testing.T) {
	t.Parallel()
	s, err := script()
	if err != nil {
		t.Fatal(err)
	}
	for code, id := range map[string]triage.PhraseID{
		hotline.CalledNoAnswer: triage.StaffNoAnswer, hotline.CalledBusy: triage.StaffNotReached, hotline.CalledFailed: triage.StaffNotReached,
		hotline.CalledSilent: triage.StaffNobody, hotline.CalledMessage: triage.StaffNobody, hotline.CalledDeclined: triage.StaffNobody,
	} {
		r := newRoutes(t, webhook.Options{})
		d := r.read(r.post("/twilio/counselor/over?w="+code, staffFields()))
		if want := s.Phrase(id, hotline.English, hotline.Voice); !strings.Contains(d.text, want) {
			t.Errorf("%s: %q, want %q", code, d.text, want)
		}
	}
}

func TestAPatientsPhoneThatNobodyWaitsForIsToldInItsLanguage(t *testing.T) {
	t.Parallel()
	r := newRoutes(t, webhook.Options{})
	d := r.read(r.post("/twilio/callback/over?l=es", staffFields("To", patient)))
	r.kindToPatients("later", d)
	if !strings.Contains(d.text, "Le llamamos otra vez") {
		t.Error(d.raw)
	}
}

func TestAStaffLegIsToldWhyItIsOver(t *testing.T) {
	t.Parallel()
	s, err := script()
	if err != nil {
		t.Fatal(err)
	}
	for why, id := range map[string]triage.PhraseID{
		"left": triage.StaffLeft, "taken": triage.StaffTaken, "ended": triage.StaffEnded, "handled": triage.PageHandled, "passed": triage.PagePassed,
		"released": triage.StaffReleased, "something new": triage.StaffReleased,
	} {
		r := newRoutes(t, webhook.Options{})
		d := r.read(r.post("/twilio/counselor/over?w="+url.QueryEscape(why), staffFields()))
		if !strings.Contains(d.text, s.Phrase(id, hotline.English, hotline.Voice)) || d.verbs[len(d.verbs)-1] != "Hangup" {
			t.Errorf("%s: %s", why, d.raw)
		}
	}
}

func TestWhileTheStoreFailsStaffAndDialledPatientsStayOnTheLine(t *testing.T) {
	t.Parallel()
	for path, lang := range map[string]string{
		at("counselor"): "en-US", at("counselor/key", "t", "1"): "en-US", at("oncall/key", "k", "1", "t", "1"): "en-US", at("counselor/after"): "en-US",
		at("callback", "l", "es"): "es-MX", at("callback/key", "t", "1", "l", "es"): "es-MX",
	} {
		r := withCase(t, hotline.Claimed)
		r.fail = hotline.ErrUnknown
		d := r.read(r.post(path, staffFields("Digits", "1")))
		if !strings.Contains(d.raw, lang) || !strings.Contains(d.attrs["Redirect"], "key=1") || d.verbs[len(d.verbs)-1] != "Redirect" {
			t.Errorf("%s: %s", path, d.raw)
		}
		r.fail = nil
		if again := r.read(r.post(d.attrs["Redirect"], staffFields())); again.raw == d.raw {
			t.Errorf("%s does not go on when the store is back", path)
		}
	}
}

func TestThePeopleOnCallAreToldOfTheLineItself(t *testing.T) {
	t.Parallel()
	for _, what := range []string{"lost", "failing"} {
		r := newRoutes(t, webhook.Options{})
		r.fail = hotline.ErrUnknown // it is said without the store
		d := r.read(r.post("/twilio/oncall/notice?w="+what, staffFields()))
		if strings.Count(d.text, "This is the support line") != 2 || d.verbs[len(d.verbs)-1] != "Hangup" {
			t.Errorf("%s: %s", what, d.raw)
		}
	}
}

func TestWhoeverIsAloneInARoomHearsThatSomebodyComes(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "es"} {
		r := newRoutes(t, webhook.Options{})
		d := r.read(r.post("/twilio/room/wait?l="+lang, fields()))
		if strings.Join(d.verbs, " ") != "Response Say Play Redirect" || !strings.Contains(d.attrs["Redirect"], "/twilio/room/wait?l="+lang) {
			t.Error(d.raw)
		}
	}
}

// callbacks are the status callbacks, by path, with their fields.
func callbacks() map[string]url.Values {
	over := staffFields("CallStatus", "completed")
	return map[string]url.Values{
		at("voice/status"): fields("CallStatus", "completed"), at("counselor/status"): over, at("oncall/status", "k", "1"): over, at("callback/status"): over,
		at("sms/status", "m", "m1"): textFields("From", line, "To", patient, "MessageStatus", "delivered"),
		at("room", "r", "room-1"): {
			"AccountSid": {account}, "ConferenceSid": {"CF00000000000000000000000000000001"}, "StatusCallbackEvent": {"participant-leave"}, "CallSid": {leg},
		},
	}
}

func TestACallbackOfSomethingUnknownIsAnsweredWithoutWords(t *testing.T) {
	t.Parallel()
	for path, f := range callbacks() {
		for _, p := range []string{path, strings.Split(path, "?")[0], strings.Replace(path, string(caseID), "nonsense", 1)} {
			r := newRoutes(t, webhook.Options{})
			if res := r.post(p, f); res.Code != http.StatusNoContent || res.Body.Len() > 0 {
				t.Errorf("%s: %d %s", p, res.Code, res.Body)
			}
		}
	}
}

func TestACallbackThatIsNotStoredMayComeAgain(t *testing.T) {
	t.Parallel()
	for path, f := range callbacks() {
		r := withCase(t, hotline.Live)
		r.c.PatientLeg = leg
		r.fail = hotline.ErrUnknown
		if res := r.post(path, f); res.Code != http.StatusServiceUnavailable {
			t.Errorf("%s: %d", path, res.Code)
		}
	}
}

func TestALegThatGoesOnIsNoNews(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"initiated", "ringing", "in-progress", "answered", ""} {
		r := withCase(t, hotline.Claimed)
		r.fail = hotline.ErrUnknown // nobody is even asked
		for _, path := range []string{"counselor/status", "oncall/status", "callback/status"} {
			if res := r.post(at(path), staffFields("CallStatus", status)); res.Code != http.StatusNoContent {
				t.Errorf("%s %q: %d", path, status, res.Code)
			}
		}
	}
}

func TestTheWayOfATextWeSent(t *testing.T) {
	t.Parallel()
	for i, c := range []struct{ status, code, want string }{
		{"queued", "", ""},
		{"sent", "", "sent"},
		{"delivered", "", "delivered"},
		{"undelivered", "30006", "failed"},
		{"failed", "21610", "opted-out"},
		{"read", "", "delivered"},
		{"something new", "", ""},
	} {
		r := withCase(t, hotline.Live)
		res := r.post("/twilio/sms/status?m=m"+strconv.Itoa(i), textFields("From", line, "To", patient, "MessageStatus", c.status, "ErrorCode", c.code))
		got := strings.Join(r.calls, " ")
		if want := "delivery m" + strconv.Itoa(i) + " " + c.want; res.Code != http.StatusNoContent || c.want == "" && got != "" || c.want != "" && got != want {
			t.Errorf("%s %s: %d, %q", c.status, c.code, res.Code, got)
		}
	}
}
