package standin

import (
	"net/url"
	"slices"
	"time"
)

// Snapshot is everything at one moment. Slices are oldest first and may be
// kept, not changed.
type Snapshot struct {
	Calls      []Call
	Rooms      []Room
	Texts      []Text
	Phones     []State // of the phones that were used or named, by number
	Requests   []Request
	Webhooks   []Webhook
	Violations []Violation
	// Quiet: no webhook is due or under way and no call waits for a document.
	Quiet bool
}

// Call is one leg.
type Call struct {
	Sid, From, To, Direction, Parent string
	Status                           string // Twilio's word
	Phase                            Phase
	Room                             string // name of the conference it is in
	Created, Answered, Ended         time.Time
}

// Live reports whether the call is not over.
func (c Call) Live() bool { return c.Phase != Over }

// Room is a conference.
type Room struct {
	Sid, Name, Status string // Status: init, in-progress, completed
	Members           []Member
	StatusURL         string // the first participant's: it holds for all
	Reason            string // why it ended
}

// Member is a leg in a conference.
type Member struct{ CallSid, Number, Label string }

// Text is a message in or out.
type Text struct {
	Sid, From, To, Body string
	Direction           string // inbound, outbound-api, outbound-reply
	Status              string
	ErrorCode           int
	At                  time.Time
}

// Request is a REST request as it came in.
type Request struct {
	At           time.Time
	Method, Path string
	Params       url.Values // of the body, or of the query for GET
	Status, Code int        // answered; Code is Twilio's error, if any
}

// Webhook is one attempt to reach the app.
type Webhook struct {
	At     time.Time
	Kind   string // voice, call-status, conference, wait, sms, message-status, recording-status, sound
	Method string
	URL    string // public, with its query
	Params url.Values
	Sid    string // of the call, room or text it is about
	Token  string // the same for each attempt
	Status int    // of the answer; 0: none came
	// Accepted: answered, and not 403, which is how the app refuses a signature.
	Accepted bool
	Type     string // content type of the answer
	Answer   string
	Took     time.Duration
	Note     string // what failure was played, or what went wrong
}

// Violation is something that Twilio, or the stand-in, refused.
type Violation struct {
	At time.Time
	// Kind: document (TwiML), delivery (no usable answer), rest.
	Kind string
	Code int // Twilio's error
	What string
	// Where is the URL or REST path, Sid the call or text.
	Where, Sid string
}

type logs struct {
	requests   []Request
	webhooks   []Webhook
	violations []Violation
}

const kept = 20_000 // entries of a log; the demo may run for days

func appended[T any](log []T, entry T) []T {
	if len(log) >= kept {
		log = log[len(log)-kept/2:]
	}
	return append(log, entry)
}

// Snapshot gives everything as it is now.
func (x *Exchange) Snapshot() Snapshot {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.snapshot()
}

// Calls gives every call so far, oldest first.
func (x *Exchange) Calls() []Call { return x.Snapshot().Calls }

// Rooms gives every conference so far, oldest first.
func (x *Exchange) Rooms() []Room { return x.Snapshot().Rooms }

// Messages gives every text so far, oldest first.
func (x *Exchange) Messages() []Text { return x.Snapshot().Texts }

// Requests gives the REST requests so far, oldest first.
func (x *Exchange) Requests() []Request { return x.Snapshot().Requests }

// Webhooks gives the attempts to reach the app, oldest first.
func (x *Exchange) Webhooks() []Webhook { return x.Snapshot().Webhooks }

// Violations gives what was refused so far, oldest first.
func (x *Exchange) Violations() []Violation { return x.Snapshot().Violations }

// snapshot needs x.mu. Logs are shared: they are only ever appended to.
func (x *Exchange) snapshot() Snapshot {
	s := Snapshot{
		Requests: slices.Clip(x.requests), Webhooks: slices.Clip(x.webhooks), Violations: slices.Clip(x.violations),
		Quiet: x.pending == 0,
	}
	for _, l := range x.legs {
		s.Calls = append(s.Calls, l.view())
		s.Quiet = s.Quiet && l.settled()
	}
	for _, r := range x.rooms {
		if !r.private {
			s.Rooms = append(s.Rooms, r.view())
		}
	}
	for _, t := range x.texts {
		s.Texts = append(s.Texts, t.Text)
	}
	for _, number := range sortedKeys(x.phones) {
		s.Phones = append(s.Phones, x.phones[number].state())
	}
	return s
}

// violate notes a refusal. x.mu is held.
func (x *Exchange) violate(v Violation) {
	if x.closed { // what is broken off now is our own doing
		return
	}
	v.At = x.o.Now()
	x.violations = appended(x.violations, v)
	x.o.Log.Warn("refused", "kind", v.Kind, "code", v.Code, "what", v.What)
	x.touch()
}
