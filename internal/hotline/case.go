package hotline

import "time"

// Leg is one phone connection, by Twilio's CallSid. The zero Leg is none.
type Leg string

// Answer is one question of the script and what the caller answered, as ids
// of the script; the consoles show them in the reader's language.
type Answer struct {
	Question string `json:"q"`
	Answer   string `json:"a"`
}

// EmergencyRecord stands beside the state of a case from the first sign of
// danger until a person closes it.
type EmergencyRecord struct {
	OpenedAt       time.Time
	RaisedBy       CounselorID // empty: the caller or the script
	PagedIndex     int         // how many pages have gone out
	AcknowledgedBy CounselorID
	AcknowledgedAt time.Time
	AttendedAt     time.Time
	ConfirmedAt    time.Time
	ClosedAt       time.Time
	ClosedWords    string
}

// Open reports whether a person still has to close it.
func (e EmergencyRecord) Open() bool { return !e.OpenedAt.IsZero() && e.ClosedAt.IsZero() }

// Note is a counselor's draft. Version 0 is the empty note of a new case.
type Note struct {
	Text    string
	Version int
}

// Case is one contact, from the first ring or text to the disposition, as it
// is read from the store. Times are those of the store's clock.
type Case struct {
	ID       CaseID
	State    State
	Band     Band
	Channel  Channel
	Lang     Lang // empty until chosen
	Needs    []Need
	Wish     Gender // whom the caller would rather talk to
	Opening  Opening
	Opened   time.Time
	Enqueued time.Time // first enqueue; zero before
	Place    int       // rank over the line, 1…n; 0 when not in the queue
	Said     int       // the place last said to the caller; 0: none
	Turn     int       // the caller's fence
	Epoch    int64     // the owner's fence
	Owner    CounselorID
	Lease    time.Time // zero: none

	Caller       Number
	PatientLeg   Leg
	CounselorLeg Leg
	Interpreter  bool      // the owner does not speak the language
	Room         string    // name of the conference, kept while the case has one
	Conference   string    // its ConferenceSid, once Twilio named it
	DialBack     bool      // the patient is not on the line and must be called
	Callback     *Callback // what was promised; nil: nothing
	Away         int       // turn of the owner's leg at which its menu opened; 0: not in the menu
	Outs         int       // how often the patient was led out of the room to hold
	Parked       bool      // the patient hears holding words meanwhile
	HeldSince    time.Time // the owner has put the patient on hold; zero: not
	Guests       []Guest   // who else was asked into the talk, in order
	PassedOn     bool      // it stands in line because of a transfer
	Hush         bool      // the counselor ended it so that nothing telling is heard

	Emergency EmergencyRecord
	Risk      int      // 0…3, never lowered by the machine
	Hits      []string // rules of the crisis-language detector
	Answers   []Answer
	Earlier   []Answer // of the contact that this one continues
	Note      Note
	OptedOut  bool // the person has texted STOP
	Beside    bool // by text, and the line of the call stays open beside it
	Untexted  bool // went on by text after a call, and the first text did not arrive
	Voicemail Voicemail
	Reason    string
	Shut      string // why it is put in line only where it is urgent: blocked, limited, full; empty: it is
	Script    string // version of the script that the contact is on

	ClaimedAt       time.Time
	RepliedAt       time.Time // by text: the owner's last reply
	UnansweredSince time.Time // by text: the first of the caller's that is not answered
	AnsweredAt      time.Time
	LastTalk        CounselorID // who talked last, for wrap-up after a lost line
	Disposition     Disposition
	ClosedAt        time.Time
}

// Waited is how long the caller has been in the queue since the first
// enqueue, at the store's time now.
func (c Case) Waited(now time.Time) time.Duration {
	if c.Enqueued.IsZero() || now.Before(c.Enqueued) {
		return 0
	}
	return now.Sub(c.Enqueued)
}

// Need gives the first need, or talk.
func (c Case) Need() Need {
	if len(c.Needs) == 0 {
		return NeedTalk
	}
	return c.Needs[0]
}

// Direction says who wrote a message.
type Direction string

// The two directions, seen from the line.
const (
	Inbound  Direction = "in"
	Outbound Direction = "out"
)

// Message is one text of a thread.
type Message struct {
	ID        string
	Direction Direction
	Text      string
	At        time.Time
	State     string // received queued sent delivered failed opted-out
}

// Recording is what a caller has said for us to keep, as Twilio names it.
type Recording struct {
	Sid     string // Twilio's id
	Seconds int
}

// TapeState says how far the message of a case is. The zero value: there is
// none.
type TapeState string

// The states of a message, in order.
const (
	Taping TapeState = "recording" // the caller speaks, or may
	Taped  TapeState = "recorded"  // not yet kept; whoever hangs up now keeps it
	Kept   TapeState = "fetching"  // the case waits with it, the sound is still at Twilio
	Ready  TapeState = "ready"     // the sound is here, sealed
	Lost   TapeState = "lost"      // the sound could not be fetched
)

// Voicemail is the message that a caller has left.
type Voicemail struct {
	State TapeState
	Recording
}

// Left reports whether a case waits with it.
func (v Voicemail) Left() bool { return v.State == Kept || v.State == Ready || v.State == Lost }
