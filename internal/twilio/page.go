package twilio

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// ContentType is that of every page.
const ContentType = "text/xml; charset=utf-8"

const (
	maxPage    = 64 << 10 // Twilio's limit of a document (11750)
	maxSaid    = 4096     // characters of one <Say>
	maxMessage = 1600     // characters of one text (14103)
)

// Verb is one element of a page.
//
//sumtype:decl
type Verb interface{ write(m *markup) }

// Say speaks Text in Lang, "en" or "es"; Slow for whoever needs it.
type Say struct {
	Text, Lang string
	Slow       bool
}

// Play plays the sound under URL, Loop times; zero means once.
type Play struct {
	URL  string
	Loop int
}

// Pause waits in silence; zero seconds mean Twilio's default of one.
type Pause struct{ Seconds int }

// Gather listens for keys, and for words if Speech is set, while Body is
// spoken. What comes goes to Action; without input the page goes on after it,
// unless EmptyResult sends that to Action too.
type Gather struct {
	Keys        int // so many keys are enough; zero: until Timeout or FinishOnKey
	Speech      bool
	Lang        string // of the words to be recognised: "en" or "es"
	Hints       []string
	Action      string
	Timeout     int     // seconds of silence; zero: Twilio's default of five
	FinishOnKey *string // nil: Twilio's default "#"; empty: no key ends it
	EmptyResult bool
	Body        []Verb // Say, Play and Pause only
}

// Record records what is said until a key, silence or the hang-up. What became
// of it goes to Action, and of its sound to StatusURL, since that may not be
// there yet. After silence the page goes on, so something must follow it.
type Record struct {
	Action    string
	StatusURL string
	Longest   int // seconds of the recording
	Timeout   int // seconds of silence that end it
}

// Redirect goes on with another page.
type Redirect struct{ URL string }

// Hangup ends the call.
type Hangup struct{}

// Dial bridges the leg into a Room or to a Number, one of the two. When that
// is over Twilio asks Action; without one the page goes on.
type Dial struct {
	Action       string
	TimeLimit    int // seconds of talk; zero: Twilio's default of four hours
	HangupOnStar bool
	Timeout      int // seconds of ringing; zero: Twilio's default of thirty
	CallerID     string
	Room         *Room
	Number       string // E.164, or a short one such as 988; never 911
}

// Room is a conference, by the name that its members share. The URLs of the
// first member hold for all.
type Room struct {
	Name, Label, WaitURL, StatusURL string
	Muted                           bool // whoever enters by this page is not heard
}

// Quiet is the room for whoever is only to listen, if muted.
func (r *Room) Quiet(muted bool) *Room {
	quiet := *r
	quiet.Muted = muted
	return &quiet
}

// Message answers a text.
type Message struct{ Body string }

var (
	roomName  = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)
	diallable = regexp.MustCompile(`^(\+[1-9][0-9]{6,14}|[0-9]{3,6})$`)
	gatherKey = regexp.MustCompile(`^[0-9*#]*$`)
	languages = map[string]string{"en": "en-US", "es": "es-MX"}
)

// Voice renders the page of a call: the same verbs give the same bytes. It
// fails where Twilio would refuse the page, where part of it could never be
// reached, and where it would run out and so hang up without being told to:
// its last verb is a Redirect, a Hangup, a Dial with an Action, or a Gather
// with EmptyResult. Errors hold no words and no URL.
func Voice(verbs ...Verb) ([]byte, error) {
	if err := endsOnPurpose(verbs); err != nil {
		return nil, fmt.Errorf("voice page: %w", err)
	}
	m := newMarkup()
	for _, v := range verbs {
		if _, text := v.(Message); text {
			return nil, errors.New("voice page: a Message belongs to a text")
		}
		v.write(m)
	}
	page, err := m.finish()
	if err != nil {
		return nil, fmt.Errorf("voice page: %w", err)
	}
	return page, nil
}

// Announcement renders what one leg in a conference is told: words and sounds,
// after which it is where it was.
func Announcement(verbs ...Verb) ([]byte, error) {
	m := newMarkup()
	for _, v := range verbs {
		switch v.(type) {
		case Say, Play, Pause:
			v.write(m)
		default:
			m.require(false, "announcement: only Say, Play and Pause")
		}
	}
	page, err := m.finish()
	if err != nil {
		return nil, fmt.Errorf("announcement: %w", err)
	}
	return page, nil
}

// Texts renders the answer to a text, one message per body; none gives the
// empty page that says nothing. A body of more than 1,600 characters is an
// error: Split it.
func Texts(bodies ...string) ([]byte, error) {
	m := newMarkup()
	for _, body := range bodies {
		Message{Body: body}.write(m)
	}
	page, err := m.finish()
	if err != nil {
		return nil, fmt.Errorf("text page: %w", err)
	}
	return page, nil
}

// endsOnPurpose is rule 3 of the contract, and its other half: nothing stands
// where no caller can get to.
func endsOnPurpose(verbs []Verb) error {
	if len(verbs) == 0 {
		return errors.New("empty: that would hang up")
	}
	last := len(verbs) - 1
	if !ends(verbs[last]) {
		return errors.New("runs out: end it in a wait, a redirect, a bridge or a hang-up")
	}
	for i, v := range verbs[:last] {
		// What follows a Gather with EmptyResult is allowed: it costs nothing and
		// helps where that flag is not obeyed.
		if _, listens := v.(Gather); ends(v) && !listens {
			return fmt.Errorf("verb %d can never be reached", i+2)
		}
	}
	return nil
}

func ends(v Verb) bool {
	switch v := v.(type) {
	case Redirect, Hangup:
		return true
	case Dial:
		return v.Action != ""
	case Gather:
		return v.EmptyResult
	default:
		return false
	}
}

func (s Say) write(m *markup) {
	m.require(strings.TrimSpace(s.Text) != "" && utf8.RuneCountInString(s.Text) <= maxSaid, "Say: 1 to 4096 characters")
	m.open("Say", attr{"language", m.language("Say", s.Lang)})
	if s.Slow {
		m.open("prosody", attr{"rate", "slow"})
	}
	m.text(s.Text)
	if s.Slow {
		m.close("prosody")
	}
	m.close("Say")
}

func (p Play) write(m *markup) {
	m.link("Play", p.URL)
	m.open("Play", m.number("loop", p.Loop))
	m.text(p.URL)
	m.close("Play")
}

func (p Pause) write(m *markup) { m.empty("Pause", m.number("length", p.Seconds)) }

func (g Gather) write(m *markup) {
	input, language, filter := "dtmf", attr{}, attr{}
	if g.Speech {
		input, filter = "dtmf speech", attr{"profanityFilter", "false"} // what is said in need must arrive whole
		language = attr{"language", m.language("Gather", g.Lang)}
	}
	finish := attr{}
	if g.FinishOnKey != nil {
		m.require(gatherKey.MatchString(*g.FinishOnKey), "Gather finishOnKey: keys only")
		finish = attr{"finishOnKey", *g.FinishOnKey}
	}
	m.link("Gather action", g.Action) // the default is the same page again, for ever
	m.open("Gather", attr{"input", input}, m.number("numDigits", g.Keys), finish, m.number("timeout", g.Timeout),
		language, m.hints(g), filter, m.flag("actionOnEmptyResult", g.EmptyResult),
		attr{"action", g.Action}, attr{"method", "POST"})
	for _, v := range g.Body {
		switch v.(type) {
		case Say, Play, Pause:
			v.write(m)
		default:
			m.require(false, "Gather: only Say, Play and Pause inside")
		}
	}
	m.close("Gather")
}

// Any key ends it: whoever presses 9 means it. Nothing is ever transcribed.
func (r Record) write(m *markup) {
	m.link("Record action", r.Action) // the default is the same page again, for ever
	m.link("Record status", r.StatusURL)
	m.require(r.Longest > 0 && r.Timeout > 0, "Record: without bounds")
	m.empty("Record", attr{"action", r.Action}, attr{"method", "POST"}, m.number("timeout", r.Timeout), m.number("maxLength", r.Longest),
		attr{"finishOnKey", "1234567890*#"}, attr{"playBeep", "true"}, attr{"trim", "do-not-trim"}, attr{"recordingStatusCallback", r.StatusURL},
		attr{"recordingStatusCallbackMethod", "POST"}, attr{"recordingStatusCallbackEvent", "completed absent"})
}

func (r Redirect) write(m *markup) {
	m.link("Redirect", r.URL)
	m.open("Redirect", attr{"method", "POST"})
	m.text(r.URL)
	m.close("Redirect")
}

func (Hangup) write(m *markup) { m.empty("Hangup") }

func (d Dial) write(m *markup) {
	m.require((d.Room != nil) != (d.Number != ""), "Dial: a Room or a Number")
	action, method := attr{}, attr{}
	if d.Action != "" {
		m.link("Dial action", d.Action)
		action, method = attr{"action", d.Action}, attr{"method", "POST"}
	}
	caller := attr{}
	if d.CallerID != "" {
		m.require(diallable.MatchString(d.CallerID), "Dial callerId: want E.164")
		caller = attr{"callerId", d.CallerID}
	}
	m.open("Dial", action, method, m.number("timeout", d.Timeout), m.number("timeLimit", d.TimeLimit),
		m.flag("hangupOnStar", d.HangupOnStar), caller)
	if d.Room != nil {
		d.Room.write(m)
	} else {
		m.require(diallable.MatchString(d.Number), "Dial Number: want E.164 or a short number")
		m.require(!emergency(d.Number), "Dial Number: the machine never dials emergency services")
		m.open("Number")
		m.text(d.Number)
		m.close("Number")
	}
	m.close("Dial")
}

func (r Room) write(m *markup) {
	m.require(roomName.MatchString(r.Name), "Room name: letters, digits, - and _")
	m.require(r.Label == "" || roomName.MatchString(r.Label), "Room label: letters, digits, - and _")
	label, wait, waitBy := attr{}, attr{}, attr{}
	if r.Label != "" {
		label = attr{"participantLabel", r.Label}
	}
	if r.WaitURL != "" {
		m.link("Room wait", r.WaitURL)
		wait, waitBy = attr{"waitUrl", r.WaitURL}, attr{"waitMethod", "POST"}
	}
	status, events, statusBy := attr{}, attr{}, attr{}
	if r.StatusURL != "" {
		m.link("Room status", r.StatusURL)
		status, events = attr{"statusCallback", r.StatusURL}, attr{"statusCallbackEvent", "start end join leave"}
		statusBy = attr{"statusCallbackMethod", "POST"}
	}
	m.open("Conference", label, m.flag("muted", r.Muted), attr{"beep", "false"}, attr{"startConferenceOnEnter", "true"},
		attr{"endConferenceOnExit", "false"}, wait, waitBy, status, events, statusBy)
	m.text(r.Name)
	m.close("Conference")
}

func (t Message) write(m *markup) {
	m.require(strings.TrimSpace(t.Body) != "" && utf8.RuneCountInString(t.Body) <= maxMessage, "Message: 1 to 1600 characters")
	m.open("Message")
	m.text(t.Body)
	m.close("Message")
}
