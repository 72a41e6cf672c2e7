package standin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Behaviour is what a phone does when it rings.
type Behaviour struct {
	kind  behaviour
	words string
}

type behaviour int

const (
	manual behaviour = iota
	pressing
	silentVoice
	engaged
	noAnswer
	failing
	lost
	robot
)

// Manual rings until a person, or a test, acts.
func Manual() Behaviour { return Behaviour{} }

// PressOne answers and presses 1 at the first question.
func PressOne() Behaviour { return Press("1") }

// Press answers and presses keys at the first question.
func Press(keys string) Behaviour { return Behaviour{pressing, keys} }

// Silent answers and never says or presses anything, as a voicemail does.
func Silent() Behaviour { return Behaviour{kind: silentVoice} }

// Busy is in another call.
func Busy() Behaviour { return Behaviour{kind: engaged} }

// NoAnswer is not picked up; it does not take the time to ring.
func NoAnswer() Behaviour { return Behaviour{kind: noAnswer} }

// Failed cannot be reached.
func Failed() Behaviour { return Behaviour{kind: failing} }

// Lost rings for ever, and no callback ever comes.
func Lost() Behaviour { return Behaviour{kind: lost} }

// Phone is a telephone with its number. Its methods that act wait until they
// can, and until what follows from them is settled: no document of its call is
// under way any more.
type Phone struct {
	x         *Exchange
	number    string
	shown     string // caller id, if another one than the number
	behaviour Behaviour
	refuses   int // error code for texts to it
	lines     []Line
	thread    []*text
}

// State is a phone at one moment.
type State struct {
	Number string
	Call   Call // the live one, else the last one; zero before the first
	Phase  Phase
	Room   string // conference it is in
	With   []Member
	Keys   bool // a question takes keys now
	Words  bool // a question takes words now
	Lines  int  // of the transcript
	Texts  int
}

// ErrNotNow tells that the phone is not in a call, or that nothing in it waits
// for this.
var ErrNotNow = errors.New("nothing waits for this")

// limit is how long a phone waits for a moment in which it can act.
const limit = 10 * time.Second

// Phone gives the phone of a number, E.164 or any words for a withheld one.
func (x *Exchange) Phone(number string) *Phone {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.phone(number)
}

func (x *Exchange) phone(number string) *Phone {
	p := x.phones[number]
	if p == nil {
		p = &Phone{x: x, number: number, behaviour: x.o.Unattended}
		if emergency(number) {
			p.behaviour = Behaviour{robot, "This is a robot of the stand-in, not " + number + ". Nobody was called."}
		}
		x.phones[number] = p
	}
	return p
}

// Behave sets what the phone does from its next ring on.
func (p *Phone) Behave(b Behaviour) {
	p.x.mu.Lock()
	defer p.x.mu.Unlock()
	p.behaviour = b
}

// ShowAs sets the caller id that the line is told, such as anonymous.
func (p *Phone) ShowAs(id string) {
	p.x.mu.Lock()
	defer p.x.mu.Unlock()
	p.shown = id
}

// RefuseTexts lets texts to the phone end as undelivered with this code; 0
// takes them again.
func (p *Phone) RefuseTexts(code int) {
	p.x.mu.Lock()
	defer p.x.mu.Unlock()
	p.refuses = code
}

// Dial calls the line.
func (p *Phone) Dial(ctx context.Context) error {
	p.x.mu.Lock()
	if l := p.live(); l != nil {
		p.x.mu.Unlock()
		return fmt.Errorf("dial: in a call already: %w", ErrNotNow)
	}
	l := p.x.newLeg(&leg{
		phone: p, from: cmp.Or(p.shown, p.number), to: p.x.o.Number, dir: "inbound", word: "ringing",
		first: order{url: p.x.hooks.VoiceURL}, fallback: p.x.hooks.VoiceFallbackURL,
		status: callbacks{url: p.x.hooks.StatusURL, events: []string{"completed"}},
	})
	p.x.spawn(l.runInbound)
	p.x.mu.Unlock()
	return p.settle(ctx, "dial", l)
}

// Answer picks up.
func (p *Phone) Answer(ctx context.Context) error {
	return p.act(ctx, "answer", func(l *leg) bool { return l.phase == Ringing }, command{kind: pickUp})
}

// Decline refuses a ringing call.
func (p *Phone) Decline(ctx context.Context) error {
	return p.act(ctx, "decline", func(l *leg) bool { return l.phase == Ringing }, command{kind: decline, words: "busy"})
}

// Press presses keys at a question, or in a conference.
func (p *Phone) Press(ctx context.Context, keys string) error {
	if keys == "" || !keysOnly(keys) {
		return errors.New("press: want keys of 0-9*#")
	}
	return p.act(ctx, "press", func(l *leg) bool {
		return l.listens != nil && l.listens.keys && l.phase == Listening || l.phase == InRoom || l.phase == Recording
	}, command{kind: press, words: keys})
}

// Speak says words to a question that takes them, or to the others in a
// conference.
func (p *Phone) Speak(ctx context.Context, words string) error {
	return p.act(ctx, "speak", func(l *leg) bool {
		return l.listens != nil && l.listens.words && l.phase == Listening || l.phase == InRoom || l.phase == Recording
	}, command{kind: speak, words: strings.TrimSpace(words)})
}

// Silence lets the question, pause or recording that is on run out now.
func (p *Phone) Silence(ctx context.Context) error {
	return p.act(ctx, "silence", func(l *leg) bool {
		return l.phase == Listening || l.phase == Pausing || l.phase == Recording || l.phase == Speaking
	}, command{kind: runOut})
}

// Hangup ends the call, or declines it while it rings.
func (p *Phone) Hangup(ctx context.Context) error {
	p.x.mu.Lock()
	l := p.live()
	if l == nil {
		p.x.mu.Unlock()
		return fmt.Errorf("hang up: no call: %w", ErrNotNow)
	}
	c := command{kind: hangUp, words: "completed"}
	if l.dir != "inbound" && l.answered.IsZero() {
		c = command{kind: decline, words: "busy"}
	}
	l.post(c)
	p.x.mu.Unlock()
	return p.settle(ctx, "hang up", l)
}

// act waits until the phone's call is ready, then posts a command and waits
// until what follows is settled.
func (p *Phone) act(ctx context.Context, what string, ready func(*leg) bool, c command) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var l *leg
	err := p.x.until(ctx, func() bool {
		if l = p.live(); l == nil || !ready(l) || len(l.inbox) > 0 {
			return false
		}
		l.say(c)
		l.post(c)
		return true
	})
	if err != nil {
		return fmt.Errorf("%s: %w: %w", what, ErrNotNow, err)
	}
	return p.settle(ctx, what, l)
}

// say puts what the phone does into transcripts: its own, and in a conference
// the others'. x.mu is held.
func (l *leg) say(c command) {
	if c.kind != press && c.kind != speak {
		return
	}
	l.mark = len(l.lines)
	told := c.words
	if c.kind == press {
		told = "Key " + strings.Join(strings.Split(c.words, ""), " ")
	}
	l.hear(Line{Who: "me", Text: told})
	if l.room == nil || c.kind == press {
		return
	}
	if me := l.room.member(l); me == nil || me.muted || me.held {
		return
	}
	for _, m := range l.room.members {
		if m.leg != l && !m.held {
			m.leg.hear(Line{Who: "other", Name: l.phone.number, Text: c.words})
		}
	}
}

func (p *Phone) settle(ctx context.Context, what string, l *leg) error {
	if err := p.x.until(ctx, l.settled); err != nil {
		return fmt.Errorf("%s: not settled: %w", what, err)
	}
	return nil
}

// live is the call that the phone is in, or that rings it. x.mu is held.
func (p *Phone) live() *leg {
	for _, l := range slices.Backward(p.x.legs) {
		if l.phone == p && l.phase != Over {
			return l
		}
	}
	return nil
}

func (p *Phone) last() *leg {
	for _, l := range slices.Backward(p.x.legs) {
		if l.phone == p {
			return l
		}
	}
	return nil
}

// Await waits until the phone is as wanted, as Exchange.Await does.
func (p *Phone) Await(ctx context.Context, holds func(State) bool) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	return p.x.until(ctx, func() bool { return holds(p.state()) })
}

// State tells how the phone stands.
func (p *Phone) State() State {
	p.x.mu.Lock()
	defer p.x.mu.Unlock()
	return p.state()
}

func (p *Phone) state() State {
	s := State{Number: p.number, Lines: len(p.lines), Texts: len(p.thread), Phase: Over}
	l := p.live()
	if l == nil {
		l = p.last()
	}
	if l == nil {
		return s
	}
	s.Call, s.Phase = l.view(), l.phase
	if l.listens != nil && l.phase == Listening {
		s.Keys, s.Words = l.listens.keys, l.listens.words
	}
	if l.room != nil {
		s.Room = l.room.name
		for _, m := range l.room.members {
			if m.leg != l {
				s.With = append(s.With, Member{m.leg.sid, m.leg.phone.number, m.label})
			}
		}
	}
	return s
}

// Conference is the name of the conference that the phone is in, or "".
func (p *Phone) Conference() string { return p.State().Room }

// Transcript is all that was said, played and done on this phone.
func (p *Phone) Transcript() []Line {
	p.x.mu.Lock()
	defer p.x.mu.Unlock()
	return slices.Clone(p.lines)
}

// Said is what the line said to the last call since the phone last acted.
func (p *Phone) Said() string {
	p.x.mu.Lock()
	defer p.x.mu.Unlock()
	var said []string
	if l := p.last(); l != nil {
		for _, line := range l.lines[l.mark:] {
			if line.Who == "line" {
				said = append(said, line.Text)
			}
		}
	}
	return strings.Join(said, " ")
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func contains(list []string, s string) bool { return slices.Contains(list, s) }
