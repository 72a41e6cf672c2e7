package triage

import (
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// Session is a caller's position in the script, and only that. It is a value:
// Step gives a new one and leaves the old one alone.
type Session struct {
	Script  string            `json:"v"` // version of the script it began on
	Node    string            `json:"n"`
	Lang    hotline.Lang      `json:"l,omitempty"` // empty until chosen
	Channel hotline.Channel   `json:"c"`
	Vars    map[string]string `json:"x,omitempty"` // answers and variables of the script
	Silent  int               `json:"s,omitempty"` // silences in a row at this node
	Missed  int               `json:"m,omitempty"` // inputs in a row that matched nothing
	Safety  bool              `json:"f,omitempty"` // the safety question has been answered or given up
	Risk    int               `json:"r,omitempty"` // 0…3, only ever raised here
	Awaits  string            `json:"a,omitempty"` // node that waits for an outcome
	Slow    bool              `json:"w,omitempty"` // the caller asked for slower speech
	Again   bool              `json:"g,omitempty"` // the last key asked to hear it again
	Quiet   bool              `json:"z,omitempty"` // the caller cannot talk: keys only, nothing telling is said
	KeyOnly bool              `json:"k,omitempty"` // speech failed once at this node
	Queue   string            `json:"q,omitempty"` // queue node at which the case waits; empty: it does not wait yet
	Back    string            `json:"b,omitempty"` // question that was left for a moment
	Lost    int               `json:"o,omitempty"` // tries in a row that came to nothing, since words were not understood
	Turns   int               `json:"t,omitempty"` // inputs so far
}

// InputKind says what reached the step.
type InputKind int

// The kinds of input.
const (
	Start   InputKind = iota + 1 // the contact begins
	Keys                         // digits, * or #
	Words                        // recognised speech, or a text
	Silence                      // the question ran out
	Outcome                      // the word that an await waited for
)

// Input is what the caller did, or the outcome of an await.
type Input struct {
	Kind  InputKind
	Text  string // digits, words, or the outcome
	Vague bool   // words that the recogniser is not sure of
}

// Facts are what the step must know of the world: a snapshot.
type Facts struct {
	Open       bool // the line is open now
	Counselors int  // on shift and not off
	CanText    bool // texts are on and the caller has a number that can get them
	HasNumber  bool // the caller gave a number
	LinesLong  bool
	Shut       Shut              // why nobody is put in line whose need can wait; zero: they are
	Breaks     int               // counselors on a break
	Calls      hotline.CallHours // when a call that is promised may go out
	Backup     string            // another line to call, digit by digit; empty: there is none
	Opens      time.Time         // when the line opens next; zero: it is open, or nobody knows
	Groups     []Group           // support groups to come, the next one first
}

// Group is a session of a support group, as the script offers it.
type Group struct {
	ID    string
	Topic string // id of a topic, whose words are the script's
	Lang  hotline.Lang
	At    time.Time
	Free  int // seats; 0: the wait-list is open
}

// Spoken is a text in a language.
type Spoken struct {
	Lang hotline.Lang
	Text string
}

// Effect is one thing that the step asks for, in order.
//
//sumtype:decl
type Effect interface{ effect() }

// Say speaks or texts without asking.
type Say struct{ Lines []Spoken }

// Ask says a question and waits for its answer.
type Ask struct {
	Node    string
	Lines   []Spoken
	Digits  int           // how many keys the answer has; 1 for a menu
	Speech  bool          // words are understood too
	Hints   []string      // words that the recogniser should expect
	Timeout time.Duration // silence after which the ladder goes on
	Slow    bool          // to be spoken slowly
	Aside   bool          // about going on by text: the question before stays open
}

// Enqueue puts the case into the queue, or raises it where it waits already.
type Enqueue struct {
	Band hotline.Band
	Need hotline.Need
}

// Page opens the emergency record and pages the people on call. A case that
// has an open record pages nobody anew.
type Page struct{ Kind string }

// Raise records a risk that a detector or an answer showed.
type Raise struct {
	Risk int
	Hits []string // rule ids, no words of the caller
}

// Promise asks for a callback that keeps the place. It ends the step: the
// outcome comes back as Input{Outcome, "promised" | "claimed" | "refused" | …}.
type Promise struct {
	Number  string // ten digits; empty: the number that they call from
	Safe    bool   // it is safe to call there
	Message bool   // a message may be left
	Name    string // who calls, if somebody else answers
	Window  hotline.Window
	By      time.Time // told to the caller
}

// Prefer keeps whom the caller would rather talk to; the zero Gender is
// anybody again.
type Prefer struct{ Whom hotline.Gender }

// Seat asks for a seat in a support group. It ends the step: the outcome comes
// back as Input{Outcome, "seated" | "listed" | "full" | "gone"}.
type Seat struct{ Group string }

// Tape records what the caller says, who has agreed to it. It is asked like a
// question; what became of it comes back as Input{Outcome, "taped" | "short"},
// or as Silence.
type Tape struct {
	Node    string
	Lines   []Spoken
	Longest time.Duration // of the recording
	Pause   time.Duration // silence that ends it
	Slow    bool          // to be spoken slowly
}

// Keep lets the case wait with what was recorded last, in its band at least;
// the caller need not stay. It ends in an End.
type Keep struct{ Band hotline.Band }

// Erase drops what was recorded.
type Erase struct{}

// Owe records what the line owes the caller after the contact. The answers of
// the case go with it.
type Owe struct {
	Kind Duty
	Due  time.Time // the day by which; zero: none
}

// Duty is a kind of thing that is owed.
type Duty string

// The duties.
const (
	Reroute Duty = "reroute"  // help with a new appointment, by somebody who calls
	CheckIn Duty = "check_in" // a text after two weeks, to whoever agreed to it

	Complaint Duty = "complaint" // somebody was not helped; for a supervisor
)

// ByText asks whether the call can go on by text. It ends the step: the outcome
// comes back as Input{Outcome, Texting | Staying | …}.
type ByText struct{}

// Outcomes of ByText: the call ends, or, where the caller is in danger, stays.
// Any other word: it cannot go on by text.
const (
	Texting = "texting"
	Staying = "staying"
)

// ToText moves the case to text, with its place, answers and risk. First is the
// first text; where it asks nothing, the caller waits.
type ToText struct {
	First []Spoken
	Asks  bool
}

// ToVoice moves a case back to the phone: texts do not arrive, or the caller
// asks for it on a line that is still open.
type ToVoice struct{}

// SendText sends a text to the caller's number.
type SendText struct{ Line Spoken }

// Record keeps an answer for the counselor, as ids of the script.
type Record struct{ Answer hotline.Answer }

// End finishes the contact: the caller has been served. The words said
// before it name 988 and 911.
type End struct{ Reason string }

func (Say) effect()      {}
func (Ask) effect()      {}
func (Enqueue) effect()  {}
func (Page) effect()     {}
func (Raise) effect()    {}
func (Promise) effect()  {}
func (Seat) effect()     {}
func (Tape) effect()     {}
func (Keep) effect()     {}
func (Prefer) effect()   {}
func (Erase) effect()    {}
func (Owe) effect()      {}
func (ByText) effect()   {}
func (ToText) effect()   {}
func (ToVoice) effect()  {}
func (SendText) effect() {}
func (Record) effect()   {}
func (End) effect()      {}

// Turn is one step to be committed: the session after it, what it asked for,
// and the document that was rendered for it.
type Turn struct {
	Case    hotline.CaseID
	Leg     string // CallSid or MessageSid: the key under which Doc is kept
	Channel hotline.Channel
	Caller  hotline.Number
	N       int    // number of this document; the case must stand at N-1
	Name    string // a named move ("join-5") instead of a number in the key
	Token   hotline.Token
	Next    Session
	Effects []Effect
	Said    int               // place said to the caller in this document; 0: none
	Since   time.Time         // first enqueue that is taken over; zero: now
	Taped   hotline.Recording // what the caller has recorded just now; zero: nothing
	Doc     []byte
}

// Ref finds a case: by its id, by the leg that belongs to it, or by the
// caller's last case on a channel. Doc and Token name the document of this
// very request; where one was given already, that is the answer.
type Ref struct {
	Case    hotline.CaseID
	Leg     string
	Caller  hotline.Number
	Channel hotline.Channel
	Doc     string // leg:turn or leg:name
	Token   hotline.Token
}

// Position is what a Ref finds.
type Position struct {
	Case    hotline.Case
	Session Session
	Bucket  string
	Line    [4]int    // how many stand in line, by band; filled where the case does not
	Doc     []byte    // given before: nothing else is filled
	Now     time.Time // the store's clock
}

// Committed is what became of a turn.
type Committed struct {
	Doc     []byte // what to send: the turn's own, or the first one's at a repeat
	Word    Word
	State   hotline.State // where the case stands when the turn did not count
	Outcome string        // the word of an await
	Shut    string        // Kept, of a contact that begins: why it is put in line only where it is urgent
}

// Word says what a commit did.
type Word int

// The words of a commit.
const (
	Kept    Word = iota + 1 // the turn counted, Doc is its document
	Replay                  // it had been given before, Doc is the first document
	Stale                   // the case stands at another turn; nothing changed
	Moved                   // the case moved meanwhile; nothing changed
	Awaited                 // an await has its Outcome
	Gone                    // no such case
	Refused                 // it cannot go on by text; Outcome says why
)
