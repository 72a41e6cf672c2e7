package intake

import (
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
)

// Mark is what a caller's URL carries, signed by Twilio: which case and turn,
// and what a store that lost its data needs to take the caller up again.
type Mark struct {
	Case  hotline.CaseID
	Leg   string // CallSid
	Token hotline.Token
	From  hotline.Number

	Turn  int    // of the document that is asked for
	Name  string // instead of a turn: a move given by REST ("join-5"), a Dial action
	Epoch int64
	Lang  hotline.Lang

	Place  bool              // the caller asked for the place in line
	Hush   bool              // the caller cannot talk: nothing telling may be said
	Taped  hotline.Recording // what the caller has recorded just now; zero: nothing
	Safety bool              // the document asks the safety question: "1" means yes

	Era  string // hold turns: the store they were given by
	Band hotline.Band
	Need hotline.Need
	Enq  time.Time
}

// Kind says how a reply ends; none is a dead end.
type Kind int

// The ends of a reply.
const (
	Listen Kind = iota + 1 // a question: keys or words, else the same URL without any
	Hold                   // the waiting loop: one key, audio, next turn
	Bridge                 // into the room of the case
	Hangup                 // after words that name 988 and 911
	Tape                   // a recording: what became of it goes to the same URL, and so does silence
	Texts                  // by text: the lines as messages, none for an empty answer
)

// Reply is an answer before it is written for Twilio.
type Reply struct {
	Kind    Kind
	Lines   []triage.Spoken
	Digits  int
	Speech  bool
	Hints   []string
	Timeout time.Duration
	Slow    bool // to be spoken slowly
	Quick   bool // Hold: no audio, the next turn follows at once
	Room    string
	Longest time.Duration // Tape: of the recording
	Next    Mark          // what the URLs in it carry
}

// has reports whether the effects hold one of type E.
func has[E triage.Effect](effects []triage.Effect) bool {
	_, ok := one[E](effects)
	return ok
}

// lines gathers what the effects say, in order.
func lines(effects []triage.Effect) []triage.Spoken {
	var all []triage.Spoken
	for _, e := range effects {
		switch e := e.(type) {
		case triage.Say:
			all = append(all, e.Lines...)
		case triage.Ask:
			all = append(all, e.Lines...)
		case triage.Tape:
			all = append(all, e.Lines...)
		case triage.Enqueue, triage.Page, triage.Raise, triage.Promise, triage.Prefer, triage.Seat, triage.ByText, triage.ToText, triage.ToVoice, triage.Keep, triage.Erase, triage.Owe, triage.SendText, triage.Record, triage.End:
		}
	}
	return all
}

// one gives the first effect of type E.
func one[E triage.Effect](effects []triage.Effect) (E, bool) {
	for _, e := range effects {
		if found, ok := e.(E); ok {
			return found, true
		}
	}
	var none E
	return none, false
}
