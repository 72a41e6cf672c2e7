package hotline

import (
	"strconv"
	"time"
)

// GuestKind says what somebody is asked into a talk for.
type GuestKind string

// The kinds of guests.
const (
	Successor   GuestKind = "handover"    // another counselor, who is to own the talk
	Lifeline    GuestKind = "988"         // the national line; only a person asks it in
	Interpreter GuestKind = "interpreter" // the line's own number for it
	Listener    GuestKind = "listen"      // a supervisor whom nobody hears
	Joiner      GuestKind = "join"        // a supervisor who talks
	Stayer      GuestKind = "stays"       // who owned the talk before, and is still in the room
)

// GuestState is how far a guest is.
type GuestState string

// The states of a guest, in order.
const (
	GuestAsked    GuestState = "asked"
	GuestDialled  GuestState = "dialled"
	GuestAnswered GuestState = "answered" // somebody or a machine picked up
	GuestComing   GuestState = "coming"   // pressed 1
	GuestIn       GuestState = "in"       // in the room
	GuestOwns     GuestState = "owns"     // the talk is theirs
	GuestOver     GuestState = "over"
)

// Guest is somebody beside the patient and the owner in a talk, and the proof
// of what became of it: each step has its time.
type Guest struct {
	N           int // of the case, from 1
	Kind        GuestKind
	Who         CounselorID // empty: a number of nobody's own
	By          CounselorID // who asked
	Leg         Leg
	State       GuestState
	Why         string // why it is over
	AskedAt     time.Time
	DialledAt   time.Time
	AnsweredAt  time.Time
	AcceptedAt  time.Time
	JoinedAt    time.Time
	ConfirmedAt time.Time // of a hand-over, or that 988 talks with the patient
	ConfirmedBy CounselorID
	LeftAt      time.Time
}

// Open reports whether a guest is in the talk, or on the way.
func (g Guest) Open() bool {
	return g.Kind != "" && g.State != GuestOver && g.State != GuestOwns
}

// Label names a guest in the room.
func (g Guest) Label() string { return "guest-" + strconv.Itoa(g.N) }

// Guest gives the n-th guest of a case; one without a kind where there is none.
func (c Case) Guest(n int) Guest {
	if n < 1 || n > len(c.Guests) {
		return Guest{}
	}
	return c.Guests[n-1]
}

// GuestOn gives the open guest on a leg, if any.
func (c Case) GuestOn(leg Leg) Guest {
	for _, g := range c.Guests {
		if g.Open() && leg != "" && g.Leg == leg {
			return g
		}
	}
	return Guest{}
}

// OpenGuest gives the last guest of a kind who is in, or on the way.
func (c Case) OpenGuest(kind GuestKind) Guest {
	var last Guest
	for _, g := range c.Guests {
		if g.Open() && g.Kind == kind {
			last = g
		}
	}
	return last
}

// Invite asks somebody into a talk.
type Invite struct {
	Epoch int64
	Kind  GuestKind
	Who   CounselorID
	Own   Number // of who: nobody is asked into their own call
	By    CounselorID
	Token string
}

// GuestStep is a step of a guest.
type GuestStep string

// The steps that change a guest.
const (
	StepLeg     GuestStep = "leg"     // the leg was dialled
	StepAnswer  GuestStep = "answer"  // picked up
	StepAccept  GuestStep = "accept"  // pressed 1; of 988 and an interpreter: picked up
	StepConfirm GuestStep = "confirm" // a person says that 988 talks with the patient
	StepHeard   GuestStep = "heard"   // a listener is heard from now on
	StepOut     GuestStep = "out"     // not in the room for the moment
	StepOver    GuestStep = "over"
)

// Why a guest is over.
const (
	GuestLate     = "late"     // not in the room in time
	GuestDeclined = "declined" // another key
	GuestSilent   = "silent"   // picked up, no key: a machine, or nobody
	GuestBusy     = "busy"
	GuestNoAnswer = "no-answer"
	GuestFailed   = "failed"    // the carrier could not reach the number
	GuestLeft     = "left"      // hung up, or went by the star
	GuestSentAway = "sent-away" // by a person
)

// GuestMove is one step of a guest, and what it needs.
type GuestMove struct {
	N    int
	Step GuestStep
	Leg  Leg
	By   CounselorID
	Why  string
}

// LifelineNumber is that of 988.
func LifelineNumber() Number { return Number{e164: "988"} }
