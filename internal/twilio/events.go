package twilio

import (
	"fmt"
	"log/slog"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/tideover/tideover/internal/hotline"
)

var (
	accountSid    = regexp.MustCompile(`^AC[0-9a-fA-F]{32}$`)
	callSid       = regexp.MustCompile(`^CA[0-9a-fA-F]{32}$`)
	messageSid    = regexp.MustCompile(`^(SM|MM)[0-9a-fA-F]{32}$`)
	conferenceSid = regexp.MustCompile(`^CF[0-9a-fA-F]{32}$`)
	recordingSid  = regexp.MustCompile(`^RE[0-9a-fA-F]{32}$`)
)

const maxDigits = 32

// Call is what a voice webhook says: of a call for TwiML, of an action, or of
// a leg's status. It prints as its id and status.
type Call struct {
	Sid, Account string
	// From and To are the zero Number where Twilio sent words, a SIP or client
	// address, or a withheld number.
	From, To hotline.Number
	// RawTo and RawFrom are the fields as sent. They hold whole numbers: never
	// log or store them.
	RawTo, RawFrom string
	// Status is Twilio's CallStatus, "in-progress" for answered.
	Status string
	// Direction is "inbound", "outbound-api" or "outbound-dial".
	Direction string
	// Digits are the keys pressed, of 0-9*#. Anything else, or more than 32 of
	// them, becomes "", which every question treats as a wrong key.
	Digits string
	// HasDigits tells silence from a call that was asked nothing.
	HasDigits bool
	// Speech is what was recognised, Confidence from 0 to 1 (0 if not sent).
	Speech     string
	Confidence float64
	HasSpeech  bool
	// DialStatus is the outcome of a <Dial> in its action.
	DialStatus string
	// ErrorCode and ErrorURL tell the fallback what failed.
	ErrorCode, ErrorURL string
	// Sequence orders the status callbacks of one leg, from 0; 0 if not sent.
	Sequence int
	// AnsweredBy is sent with answering machine detection only.
	AnsweredBy string
}

// Call reads a voice webhook. The error is ErrMalformed and names the field.
func (f Form) Call() (Call, error) {
	if err := f.match("CallSid", callSid); err != nil {
		return Call{}, err
	}
	return Call{
		Sid: f.Get("CallSid"), Account: f.Get("AccountSid"),
		From: hotline.CallerNumber(f.Get("From")), To: hotline.CallerNumber(f.Get("To")),
		RawTo: f.Get("To"), RawFrom: f.Get("From"),
		Status: f.Get("CallStatus"), Direction: f.Get("Direction"),
		Digits: keys(f.Get("Digits")), HasDigits: f.Has("Digits"),
		Speech: f.Get("SpeechResult"), Confidence: share(f.Get("Confidence")), HasSpeech: f.Has("SpeechResult"),
		DialStatus: f.Get("DialCallStatus"), ErrorCode: f.Get("ErrorCode"), ErrorURL: f.Get("ErrorUrl"),
		Sequence: count(f.Get("SequenceNumber")), AnsweredBy: f.Get("AnsweredBy"),
	}, nil
}

// Text is a text that came in. It prints as its id.
type Text struct {
	Sid, Account string
	From, To     hotline.Number
	Body         string
	// OptOut is "STOP", "START" or "HELP" where Twilio has answered already.
	OptOut string
	// Media counts the pictures and sounds that came along.
	Media int
}

// Text reads the webhook of an inbound text. The error is ErrMalformed and
// names the field.
func (f Form) Text() (Text, error) {
	if err := f.match("MessageSid", messageSid); err != nil {
		return Text{}, err
	}
	return Text{
		Sid: f.Get("MessageSid"), Account: f.Get("AccountSid"),
		From: hotline.CallerNumber(f.Get("From")), To: hotline.CallerNumber(f.Get("To")),
		Body: f.Get("Body"), OptOut: strings.ToUpper(f.Get("OptOutType")), Media: count(f.Get("NumMedia")),
	}, nil
}

// MessageEvent is a status of a text that we sent. ErrorCode is set for
// "failed" and "undelivered".
type MessageEvent struct{ Sid, Account, Status, ErrorCode string }

// MessageEvent reads the status callback of a text. The error is ErrMalformed
// and names the field.
func (f Form) MessageEvent() (MessageEvent, error) {
	if err := f.match("MessageSid", messageSid); err != nil {
		return MessageEvent{}, err
	}
	return MessageEvent{
		Sid: f.Get("MessageSid"), Account: f.Get("AccountSid"),
		Status: f.Get("MessageStatus"), ErrorCode: f.Get("ErrorCode"),
	}, nil
}

// RoomEvent is what happened in a conference.
type RoomEvent struct {
	// Conference is Twilio's id of the room, Room the name we gave it.
	Account, Conference, Room string
	// Event is "conference-start", "participant-leave" and the like.
	Event string
	// CallSid and Label tell whom it is about, if anybody.
	CallSid, Label string
	// LeaveStatus is "in-progress" where the leg goes on outside the room.
	LeaveStatus, LeaveReason string
	EndReason                string
	// Sequence orders the events of one room; 0 if not sent.
	Sequence int
}

// RoomEvent reads a conference's status callback. The error is ErrMalformed
// and names the field.
func (f Form) RoomEvent() (RoomEvent, error) {
	if err := f.match("ConferenceSid", conferenceSid); err != nil {
		return RoomEvent{}, err
	}
	e := RoomEvent{
		Account: f.Get("AccountSid"), Conference: f.Get("ConferenceSid"), Room: f.Get("FriendlyName"),
		Event: f.Get("StatusCallbackEvent"), CallSid: f.Get("CallSid"), Label: f.Get("ParticipantLabel"),
		LeaveStatus: f.Get("ParticipantCallStatus"), LeaveReason: f.Get("ReasonParticipantLeft"),
		EndReason: f.Get("ReasonConferenceEnded"), Sequence: count(f.Get("SequenceNumber")),
	}
	if e.CallSid != "" && !callSid.MatchString(e.CallSid) {
		return RoomEvent{}, fmt.Errorf("%w: CallSid", ErrMalformed)
	}
	return e, nil
}

// RecordingEvent is the end of a recording, as its status callback and the
// action of a Record tell it. The URL that they name is never read: whoever
// fetches the sound makes the address of account and id.
type RecordingEvent struct {
	Sid, CallSid string
	// Status is "completed", "absent" or "failed"; empty in an action.
	Status  string
	Seconds int
	// HungUp: the caller ended it by hanging up (actions only).
	HungUp bool
	// Key is the key that ended it (actions only).
	Key string
}

// RecordingEvent reads either. The error is ErrMalformed and names the field.
func (f Form) RecordingEvent() (RecordingEvent, error) {
	if err := f.match("RecordingSid", recordingSid); err != nil {
		return RecordingEvent{}, err
	}
	if err := f.match("CallSid", callSid); err != nil {
		return RecordingEvent{}, err
	}
	return RecordingEvent{
		Sid: f.Get("RecordingSid"), CallSid: f.Get("CallSid"), Status: f.Get("RecordingStatus"), Seconds: count(f.Get("RecordingDuration")),
		HungUp: f.Get("Digits") == "hangup" || over(f.Get("CallStatus")), Key: keys(f.Get("Digits")),
	}, nil
}

// IsRecording reports whether an id may be that of a recording.
func IsRecording(sid string) bool { return recordingSid.MatchString(sid) }

// Recorded reports whether the request is the action of a Record.
func (f Form) Recorded() bool { return f.Has("RecordingSid") && f.Has("CallStatus") }

// match checks the ids of the thing and of the account before anything else is
// read.
func (f Form) match(name string, want *regexp.Regexp) error {
	if !want.MatchString(f.Get(name)) {
		return fmt.Errorf("%w: %s missing or malformed", ErrMalformed, name)
	}
	if !accountSid.MatchString(f.Get("AccountSid")) {
		return fmt.Errorf("%w: AccountSid missing or malformed", ErrMalformed)
	}
	return nil
}

func keys(s string) string {
	if len(s) > maxDigits || strings.Trim(s, "0123456789*#") != "" {
		return ""
	}
	return s
}

func share(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) {
		return 0
	}
	return min(max(v, 0), 1)
}

func count(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// Format prints id and status only, whatever the verb.
func (c Call) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("call " + c.Sid + " " + c.Status)) }

// LogValue logs id and status only.
func (c Call) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }

// Format prints the id only, whatever the verb.
func (t Text) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("text " + t.Sid)) }

// LogValue logs the id only.
func (t Text) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(t)) }
