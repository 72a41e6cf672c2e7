package twilio_test

import (
	"errors"
	"maps"
	"net/url"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/twilio"
)

// fields of a webhook, with some changed; a nil value takes one out.
func fields(base url.Values, change url.Values) url.Values {
	all := maps.Clone(base)
	for k, v := range change {
		if all[k] = v; v == nil {
			delete(all, k)
		}
	}
	return all
}

var incoming = url.Values{
	"CallSid": {call}, "AccountSid": {account}, "From": {"+14155550123"}, "To": {"+14155550100"},
	"CallStatus": {"ringing"}, "Direction": {"inbound"}, "ApiVersion": {"2010-04-01"}, "SomethingNew": {"x"},
}

// FAULTS 35.
func TestKeysThatWerePressed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sent []string
		want string
		has  bool
	}{
		"nothing asked":          {nil, "", false},
		"silence":                {[]string{""}, "", true},
		"one key":                {[]string{"9"}, "9", true},
		"star and hash":          {[]string{"*#"}, "*#", true},
		"Arabic digits":          {[]string{"١٢"}, "", true},
		"letters among digits":   {[]string{"12a"}, "", true},
		"a blank":                {[]string{" 1"}, "", true},
		"32 keys":                {[]string{strings.Repeat("1", 32)}, strings.Repeat("1", 32), true},
		"33 keys":                {[]string{strings.Repeat("1", 33)}, "", true},
		"ten thousand":           {[]string{strings.Repeat("9", 10_000)}, "", true},
		"hang-up of a recording": {[]string{"hangup"}, "", true},
		"the first of two":       {[]string{"1", "2"}, "1", true},
	} {
		got, err := form(t, fields(incoming, url.Values{"Digits": c.sent})).Call()
		if err != nil || got.Digits != c.want || got.HasDigits != c.has {
			t.Errorf("%s: digits %q (sent: %v), error %v; want %q (%v)", name, got.Digits, got.HasDigits, err, c.want, c.has)
		}
	}
}

func TestCallersWithoutANumberAreNobody(t *testing.T) {
	t.Parallel()
	for _, from := range []string{"", "anonymous", "Restricted", "+266696687", "+7378742833", "sip:someone@example.org", "client:anna", "unknown", "88788", "+1", "\u202e+14155550123\x00!"} {
		got, err := form(t, fields(incoming, url.Values{"From": {from}})).Call()
		if err != nil || got.From.Known() || got.From != (hotline.Number{}) {
			t.Errorf("From %q: %v, error %v", from, got.From, err)
		}
	}
	got, err := form(t, incoming).Call()
	if err != nil || got.From.E164() != "+14155550123" || got.RawFrom != "+14155550123" || got.To.E164() != "+14155550100" || got.RawTo != "+14155550100" {
		t.Errorf("a usual caller is lost: error %v", err)
	}
}

func TestRestOfACallIsRead(t *testing.T) {
	t.Parallel()
	got, err := form(t, fields(incoming, url.Values{
		"SpeechResult": {"I am\x00 fine"}, "Confidence": {"0.75"}, "DialCallStatus": {"answered"}, "ErrorCode": {"11200"},
		"ErrorUrl": {"https://line.example/twilio/voice"}, "SequenceNumber": {"3"}, "AnsweredBy": {"human"},
	})).Call()
	if err != nil {
		t.Fatal(err)
	}
	want := twilio.Call{
		Sid: call, Account: account, From: got.From, To: got.To, RawTo: "+14155550100", RawFrom: "+14155550123",
		Status: "ringing", Direction: "inbound", Speech: "I am fine", Confidence: 0.75, HasSpeech: true, DialStatus: "answered",
		ErrorCode: "11200", ErrorURL: "https://line.example/twilio/voice", Sequence: 3, AnsweredBy: "human",
	}
	if got != want {
		t.Error("a field of the call is read wrong")
	}
	for name, c := range map[string]struct {
		confidence, sequence string
		want                 float64
	}{
		"not sent": {"", "", 0}, "words": {"high", "soon", 0}, "not a number": {"NaN", "-1", 0},
		"too much": {"7", "1e3", 1}, "infinite": {"+Inf", " 1", 1}, "below zero": {"-1", "99999999999999999999", 0},
	} {
		got, err := form(t, fields(incoming, url.Values{"Confidence": {c.confidence}, "SequenceNumber": {c.sequence}})).Call()
		if err != nil || got.Confidence != c.want || got.Sequence != 0 {
			t.Errorf("%s: confidence %v, sequence %d, error %v", name, got.Confidence, got.Sequence, err)
		}
	}
}

func TestIdsThatAreNoneAreNamedAndNotQuoted(t *testing.T) {
	t.Parallel()
	readers := map[string]func(twilio.Form) error{
		"CallSid":       func(f twilio.Form) error { return second(f.Call()) },
		"MessageSid":    func(f twilio.Form) error { return second(f.Text()) },
		"ConferenceSid": func(f twilio.Form) error { return second(f.RoomEvent()) },
	}
	status := func(f twilio.Form) error { return second(f.MessageEvent()) }
	whole := url.Values{"CallSid": {call}, "MessageSid": {text}, "ConferenceSid": {room}, "AccountSid": {account}}
	for field, read := range readers {
		if err := read(form(t, whole)); err != nil {
			t.Errorf("%s: a whole request is refused: %v", field, err)
		}
		for _, bad := range []string{"", "planted", call + "0", "CA../../planted0123456789abcdef0123", "XX" + call[2:], call[:33] + "\n"} {
			for _, name := range []string{field, "AccountSid"} {
				err := read(form(t, fields(whole, url.Values{name: {bad}})))
				if !errors.Is(err, twilio.ErrMalformed) || !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), "planted") {
					t.Errorf("%s = %q: error %v", name, bad, err)
				}
			}
		}
	}
	if err := status(form(t, fields(whole, url.Values{"MessageSid": nil}))); !errors.Is(err, twilio.ErrMalformed) {
		t.Errorf("status without a text: %v", err)
	}
	if err := readers["ConferenceSid"](form(t, fields(whole, url.Values{"CallSid": {"planted"}}))); !errors.Is(err, twilio.ErrMalformed) {
		t.Errorf("room event of no call: %v", err)
	}
}

func TestTextAndItsStatusAreRead(t *testing.T) {
	t.Parallel()
	f := form(t, url.Values{
		"MessageSid": {"MM" + text[2:]}, "AccountSid": {account}, "From": {"+14155550123"}, "To": {"+14155550100"},
		"Body": {"STOP it \u202ehurts"}, "OptOutType": {"stop"}, "NumMedia": {"2"}, "MessageStatus": {"undelivered"}, "ErrorCode": {"30007"},
	})
	got, err := f.Text()
	if err != nil || got.Body != "STOP it hurts" || got.OptOut != "STOP" || got.Media != 2 || got.From.E164() != "+14155550123" || got.To.E164() != "+14155550100" {
		t.Errorf("text is read wrong (error %v)", err)
	}
	status, err := f.MessageEvent()
	if want := (twilio.MessageEvent{Sid: "MM" + text[2:], Account: account, Status: "undelivered", ErrorCode: "30007"}); err != nil || status != want {
		t.Errorf("status = %+v, error %v", status, err)
	}
}

func TestRoomEventIsRead(t *testing.T) {
	t.Parallel()
	got, err := form(t, url.Values{
		"ConferenceSid": {room}, "AccountSid": {account}, "FriendlyName": {"case-7"}, "StatusCallbackEvent": {"participant-leave"},
		"CallSid": {call}, "ParticipantLabel": {"counselor"}, "ParticipantCallStatus": {"in-progress"}, "SequenceNumber": {"4"},
		"ReasonParticipantLeft": {"participant_hung_up"}, "ReasonConferenceEnded": {"last-participant-left"},
	}).RoomEvent()
	want := twilio.RoomEvent{
		Account: account, Conference: room, Room: "case-7", Event: "participant-leave", CallSid: call, Label: "counselor",
		LeaveStatus: "in-progress", LeaveReason: "participant_hung_up", EndReason: "last-participant-left", Sequence: 4,
	}
	if err != nil || got != want {
		t.Errorf("room event = %+v, error %v", got, err)
	}
}
