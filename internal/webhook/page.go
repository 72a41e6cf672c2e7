package webhook

import (
	"fmt"
	"strconv"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/intake"
	"github.com/tideover/tideover/internal/triage"
	"github.com/tideover/tideover/internal/twilio"
)

const talkLimit = 7200 // seconds

// noKey is finishOnKey="": every key counts. Where # ended the input, who presses
// nothing else to say that they cannot talk would be heard as silent.
var noKey = ""

// Renderer writes the replies of the caller's side for Twilio under a public
// URL.
func Renderer(publicURL string) func(intake.Reply) ([]byte, error) {
	l := links{trimSlash(publicURL)}
	return l.render
}

func (l links) render(r intake.Reply) ([]byte, error) {
	switch r.Kind {
	case intake.Listen:
		return l.listen(r)
	case intake.Hold:
		return l.holdTurn(r)
	case intake.Tape:
		return l.tape(r)
	case intake.Bridge:
		return l.bridge(r)
	case intake.Hangup:
		return twilio.Voice(append(paced(says(r.Lines), r.Slow), twilio.Hangup{})...)
	case intake.Texts:
		bodies := make([]string, 0, 1)
		if text := joined(r.Lines); text != "" {
			bodies = append(bodies, twilio.Split(text, 1500)...)
		}
		return twilio.Texts(bodies...)
	}
	return nil, fmt.Errorf("reply of kind %d", r.Kind)
}

// listen is a question: the words are inside of the Gather, so that a key
// counts from the first second, and silence goes where a key would.
func (l links) listen(r intake.Reply) ([]byte, error) {
	next := l.turn(r.Next)
	g := twilio.Gather{
		Keys: r.Digits, FinishOnKey: &noKey, Speech: r.Speech, Lang: string(spokenIn(r.Next.Lang)), Hints: r.Hints, Action: next,
		Timeout: max(int(r.Timeout.Seconds()), 1), Body: paced(says(r.Lines), r.Slow),
	}
	return twilio.Voice(g, twilio.Redirect{URL: next})
}

func (l links) holdTurn(r intake.Reply) ([]byte, error) {
	next := l.turn(r.Next)
	g := twilio.Gather{Keys: 1, FinishOnKey: &noKey, Action: next, Timeout: 1, Body: paced(says(r.Lines), r.Slow)}
	if !r.Quick {
		g.Body = append(g.Body, twilio.Play{URL: l.to(pathAudio)})
	}
	return twilio.Voice(g, twilio.Redirect{URL: next})
}

// tape records the caller. The redirect is for whoever says nothing.
func (l links) tape(r intake.Reply) ([]byte, error) {
	next := l.turn(r.Next)
	return twilio.Voice(append(paced(says(r.Lines), r.Slow), twilio.Record{
		Action: next, Longest: int(r.Longest.Seconds()), Timeout: max(int(r.Timeout.Seconds()), 1),
		StatusURL: retried(l.to(pathTapeStatus, "c", string(r.Next.Case), "t", strconv.Itoa(r.Next.Turn))),
	}, twilio.Redirect{URL: next})...)
}

// bridge leads the patient into the room of the case. Its action names the
// move, not a turn: it changes nothing.
func (l links) bridge(r intake.Reply) ([]byte, error) {
	m := r.Next
	return twilio.Voice(append(paced(says(r.Lines), r.Slow), twilio.Dial{
		Action:    l.staff(pathAfter, m.Case, m.Epoch, "n", m.Name, "l", string(m.Lang)),
		TimeLimit: talkLimit,
		Room:      l.roomOf(m.Case, r.Room, "patient", m.Lang),
	})...)
}

// roomOf carries the same callbacks for whoever comes first.
func (l links) roomOf(id hotline.CaseID, name, label string, lang hotline.Lang) *twilio.Room {
	return &twilio.Room{
		Name: name, Label: label, WaitURL: l.to(pathRoomWait, "l", string(lang)),
		StatusURL: retried(l.to(pathRoom, "c", string(id), "r", name)),
	}
}

func says(lines []triage.Spoken) []twilio.Verb {
	verbs := make([]twilio.Verb, 0, len(lines)+2)
	for _, s := range lines {
		verbs = append(verbs, twilio.Say{Text: s.Text, Lang: string(spokenIn(s.Lang))})
	}
	return verbs
}

// paced slows the words down.
func paced(verbs []twilio.Verb, slow bool) []twilio.Verb {
	for i, v := range verbs {
		if s, ok := v.(twilio.Say); ok {
			s.Slow = slow
			verbs[i] = s
		}
	}
	return verbs
}

func spokenIn(lang hotline.Lang) hotline.Lang {
	if lang == "" {
		return hotline.English
	}
	return lang
}

func joined(lines []triage.Spoken) string {
	var all string
	for _, s := range lines {
		if s.Text == "" {
			continue
		}
		if all != "" {
			all += "\n"
		}
		all += s.Text
	}
	return all
}
