package standin

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// Phase is what a call is doing.
type Phase string

// Phases of a call.
const (
	Fetching  Phase = "fetching"  // waits for a document
	Ringing   Phase = "ringing"   // until somebody picks up
	Speaking  Phase = "speaking"  // says or plays something
	Listening Phase = "listening" // a Gather takes keys or words
	Pausing   Phase = "pausing"
	Recording Phase = "recording"
	InRoom    Phase = "in room"  // in a conference
	Dialling  Phase = "dialling" // waits until a dialled number picks up
	Over      Phase = "over"
)

// leg is one call. Its goroutine runs the documents; everybody else only posts
// commands to it.
type leg struct {
	x        *Exchange
	phone    *Phone
	sid      string
	from, to string
	dir      string // Twilio's direction
	parent   *leg
	first    order // where the first document comes from
	fallback string
	status   callbacks
	ringFor  time.Duration

	// Guarded by x.mu.
	word                     string // Twilio's CallStatus
	phase                    Phase
	created, answered, ended time.Time
	sequence                 int
	inbox                    []command
	wake                     chan struct{} // holds one: something is in the inbox
	listens                  *gather       // while a Gather takes input
	room                     *room
	lines                    []Line
	mark                     int // of lines: what was heard since the last input

	// Of the leg's goroutine.
	base  *url.URL // of the current document
	jumps int      // redirects since time last passed
}

// callbacks is where news of something goes.
type callbacks struct {
	url, method string
	events      []string
}

// order is a document to fetch.
type order struct {
	url, method string
	extra       []string // more parameters, name and value
	last        bool     // it is the fallback: nothing comes after it
}

type commandKind int

const (
	hangUp  commandKind = iota + 1 // word: the final status
	move                           // to: the new document
	press                          // words: keys
	speak                          // words
	runOut                         // the current wait is over
	pickUp                         // somebody answers
	decline                        // word: busy, no-answer, failed
	dismiss                        // out of the conference: it ended, or somebody took the leg out
	news                           // of a child leg, a timer or a wait document: run
)

type command struct {
	kind  commandKind
	words string
	to    order
	run   func() bool // for news: true ends the wait
}

// jump leaves the current document. Its zero value goes on with it.
type jump struct {
	over bool
	to   *order
}

func (j jump) away() bool { return j.over || j.to != nil }

// Line is one entry of a phone's transcript.
type Line struct {
	At   time.Time
	Call string // CallSid
	// Who: line (said to this phone), play, me (spoken or pressed here), other
	// (spoken by somebody in the same conference), note.
	Who  string
	Name string // of other: the number
	Text string
	Lang string // of Say
}

// newLeg registers a call. x.mu is held.
func (x *Exchange) newLeg(l *leg) *leg {
	l.x, l.sid, l.created, l.phase = x, x.ids.sid("CA"), x.o.Now(), Fetching
	l.wake = make(chan struct{}, 1)
	x.legs = append(x.legs, l)
	x.touch()
	return l
}

// find gives a call by its sid. x.mu is held.
func (x *Exchange) find(sid string) *leg {
	for _, l := range slices.Backward(x.legs) {
		if l.sid == sid {
			return l
		}
	}
	return nil
}

// post hands the leg a command. x.mu is held.
func (l *leg) post(c command) {
	l.inbox = append(l.inbox, c)
	select {
	case l.wake <- struct{}{}:
	default:
	}
	l.x.touch()
}

// enter puts the leg into a room. What was to take it out of an earlier one is
// over. x.mu is held.
func (l *leg) enter(r *room) {
	l.room = r
	l.inbox = slices.DeleteFunc(l.inbox, func(c command) bool { return c.kind == dismiss })
}

// settled: nothing is on its way to or from the app. x.mu is held.
func (l *leg) settled() bool { return l.phase == Over || len(l.inbox) == 0 && l.phase != Fetching }

func (l *leg) view() Call {
	c := Call{
		Sid: l.sid, From: l.from, To: l.to, Direction: l.dir, Status: l.word, Phase: l.phase,
		Created: l.created, Answered: l.answered, Ended: l.ended,
	}
	if l.parent != nil {
		c.Parent = l.parent.sid
	}
	if l.room != nil {
		c.Room = l.room.name
	}
	return c
}

// hear adds to the transcript. x.mu is held.
func (l *leg) hear(line Line) {
	line.At, line.Call = l.x.o.Now(), l.sid
	l.lines = append(l.lines, line)
	l.phone.lines = appended(l.phone.lines, line)
	l.x.touch()
}

func (l *leg) note(text string) {
	l.x.mu.Lock()
	defer l.x.mu.Unlock()
	l.hear(Line{Who: "note", Text: text})
}

// base parameters of every webhook about this call. x.mu is held.
func (l *leg) params() params {
	p := params{
		{"CallSid", l.sid},
		{"AccountSid", l.x.o.Account},
		{"From", l.from},
		{"To", l.to},
		{"Caller", l.from},
		{"Called", l.to},
		{"CallStatus", l.word},
		{"ApiVersion", "2010-04-01"},
		{"Direction", l.dir},
	}
	for _, end := range []string{"From", "Caller", "To", "Called"} {
		p = p.with(end+"City", "", end+"State", "CA", end+"Zip", "", end+"Country", "US")
	}
	if l.dir == "inbound" {
		p = p.with("StirVerstat", "TN-Validation-Passed-A")
	}
	if l.parent != nil {
		p = p.with("ParentCallSid", l.parent.sid)
	}
	return p
}

// turned sets the status and reports it. x.mu is held.
func (l *leg) turned(word, event string) {
	l.word = word
	if event == "answered" {
		l.answered = l.x.o.Now()
	}
	l.x.touch()
	if l.status.url == "" || !contains(l.status.events, event) {
		return
	}
	target, err := l.x.public.Parse(l.status.url)
	if err != nil {
		return
	}
	p := l.params().with("SequenceNumber", strconv.Itoa(l.sequence), "Timestamp", l.x.o.Now().UTC().Format(time.RFC1123Z),
		"CallbackSource", "call-progress-events")
	if event == "completed" {
		talk := 0
		if !l.answered.IsZero() {
			talk = int(l.ended.Sub(l.answered).Seconds())
		}
		p = p.with("CallDuration", strconv.Itoa(talk), "Duration", strconv.Itoa((talk+59)/60))
	}
	l.sequence++
	l.x.report(hook{kind: "call-status", target: target, method: orPost(l.status.method), params: p, sid: l.sid})
}

func orPost(m string) string {
	if m == "" {
		return http.MethodPost
	}
	return m
}

// finish ends the call for good. Nothing is reported of a lost one, or while
// the exchange is closing.
func (l *leg) finish(silent bool) {
	l.x.mu.Lock()
	defer l.x.mu.Unlock()
	if l.phase == Over {
		return
	}
	if !terminal(l.word) {
		l.word = "completed"
	}
	l.ended, l.phase, l.listens, l.inbox = l.x.o.Now(), Over, nil, nil
	l.hear(Line{Who: "note", Text: "call over: " + l.word})
	if l.parent != nil {
		l.parent.post(command{kind: news, run: func() bool { return true }})
	}
	if !silent {
		l.turned(l.word, "completed")
	}
}

func terminal(word string) bool {
	return contains([]string{"completed", "busy", "failed", "no-answer", "canceled"}, word)
}
