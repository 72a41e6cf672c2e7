package hotline

import "time"

// LegField says which leg of a case was dialled.
type LegField string

// The legs that we dial.
const (
	CounselorField LegField = "cleg"
	DialBackField  LegField = "dialleg"
	PageField      LegField = "pleg"
)

// GiveBack puts a case back into the queue.
type GiveBack struct {
	Epoch       int64         // 0: whatever it is
	From        []State       // where it may stand
	By          CounselorID   // must be the owner; empty: the line itself
	Code        string        // why: released, no-answer, lease-over, line-lost, transfer, …
	Head        bool          // before everybody of its band
	Missed      bool          // counts as a ring that the counselor missed
	Attempt     bool          // counts as an attempt to call back; Code is what became of it
	TellPatient bool          // the patient's leg hears that the line closed
	Exclude     time.Duration // not given to the same counselor for so long
	Band        *Band         // set by a person
	To          CounselorID   // to be given to them at once; empty: to nobody
	Token       string
}

// Finish ends a talk.
type Finish struct {
	Epoch       int64       // 0: whatever it is
	By          CounselorID // must be the owner; empty: the line itself
	To          State       // WrapUp or Closed
	Disposition Disposition
	Leg         Leg // hears the end by itself; empty: told by the outbox
	Token       string
	Hush        bool // the patient hears nothing telling
	Lost        bool // the owner's line is gone, and 988 is in the room: the patient stays there
}

// Aside is the owner's step out of the room to the menu behind the star, or
// the way back into it.
type Aside struct {
	Epoch int64
	Leg   Leg
	Turn  int // of the leg, at which the menu opened
	Back  bool
}

// RoomEvent is what Twilio tells of a case's conference.
type RoomEvent struct {
	Case       CaseID
	Room       string
	Conference string // ConferenceSid
	What       string // join, leave, end, start
	Label      string // patient, counselor, oncall
	Leg        Leg
	LegOver    bool // the leg's call is completed
	Sequence   int  // of Twilio; -1: none
}

// RoomVerdict is what became of it.
type RoomVerdict struct {
	Word  string // ok, left, guest, star, stale
	State State
	Who   string // in_p, in_c, in_o; of a guest: joined, over
	Epoch int64  // whose leave it was
	Guest int
}

// Due is a job that was handed out.
type Due struct {
	ID    string
	Kind  string
	Case  CaseID
	Epoch int64
	Try   int
	First time.Time // first time it was handed out
	Now   time.Time
	Args  map[string]string
}
