package hotline

import (
	"fmt"
	"time"
)

// Presence is what a counselor says of themselves. It is explicit: a lost
// socket or a sleeping phone never changes it.
type Presence string

// The presences that a counselor may choose.
const (
	Available Presence = "available"
	Break     Presence = "break"
	Off       Presence = "off"
)

// ParsePresence reads one of the three words.
func ParsePresence(s string) (Presence, error) {
	switch p := Presence(s); p {
	case Available, Break, Off:
		return p, nil
	default:
		return "", fmt.Errorf("state: want available, break or off")
	}
}

// Shift is a counselor's own presence, as GET /shift shows it.
type Shift struct {
	State    Presence
	Channels []Channel
	RingMe   bool   // may be rung without having claimed
	Via      string // console or phone
	Leg      Leg    // the call by which they are available; none: not by phone alone
	Missed   int    // rings missed in a row
	Told     string // why the line changed the state itself, e.g. "missed-rings"
	Since    time.Time
	Cases    []CaseID // held now
}

// Staffing counts counselors by what they do now.
type Staffing struct {
	Available, Ringing, Live, WrapUp, Break, Off int
	ByPhone                                      int // of those who are not off: by phone alone
}

// Board is what the wallboard shows beside the queue.
type Board struct {
	Queue       Queue
	DataLost    bool
	Staffing    Staffing
	Escalations []Case // cases with an open emergency record, oldest first
	Answered    int    // today
	Within      int    // answered within 60 s today
	Abandoned   int    // left while waiting after more than 5 s today
	Script      string // version on which new contacts begin; empty: none is published yet
	ScriptSince time.Time
	Alerts      []Alert // oldest first
	Dials       Dials
}

// Alert is something about the line itself that a supervisor must look at. It
// stays until it is over, or until somebody dismisses it.
type Alert struct {
	Kind AlertKind
	Text string // no words and no numbers of callers
	At   time.Time
}

// AlertKind says what an alert is about. There is one of a kind at a time, the
// last one.
type AlertKind string

// The alerts.
const (
	ScriptRefused AlertKind = "script-refused" // it has faults; the running one goes on
	ScriptOlder   AlertKind = "script-older"   // an instance started on a folder that the line had before
)

// SupervisorWanted is the alert of a counselor who asks for a supervisor in
// the talk of this case.
func SupervisorWanted(id CaseID) AlertKind { return AlertKind("supervisor:" + string(id)) }

// What supervisors are told of the flow of calls. Only Flood is theirs to
// dismiss, the others end with what they tell of.
const (
	Flood      AlertKind = "flood"       // more contacts begin than the line takes
	DutyEnds   AlertKind = "duty-ends"   // nobody has acknowledged duty for what comes after
	DutyLapsed AlertKind = "duty-lapsed" // nobody has: the line has closed itself
)

// AboutScript are the alerts that end when a script is published.
func AboutScript() []AlertKind { return []AlertKind{ScriptRefused, ScriptOlder} }

// ServiceLevel is answered within 60 s / (answered + abandoned after more
// than 5 s), counted from local midnight; 1 when there was no contact yet.
func (b Board) ServiceLevel() float64 {
	if b.Answered+b.Abandoned == 0 {
		return 1
	}
	return float64(b.Within) / float64(b.Answered+b.Abandoned)
}

// Want is what a counselor asks a claim for.
type Want struct {
	Case     CaseID // empty: the best for me
	Own      Number // their own phone: nobody is given their own call
	Langs    []Lang
	Needs    []Need
	Gender   Gender // callers who would rather talk to them are theirs too
	Channels []Channel
	Leg      Leg // on which the counselor is already: connected at once, not rung
}

// Event is one line of the line's event stream: ids and codes, no words and
// no numbers.
type Event struct {
	ID    string // position in the stream
	Kind  string // queue, case, shift, alert
	Case  CaseID
	State State
	Band  Band
	By    CounselorID
	Code  string // what happened: enqueued, claimed, released, …
	At    time.Time
}
