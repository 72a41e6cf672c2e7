package standin

import (
	"fmt"
	"net/url"
	"strings"
)

// pageView is what the page shows.
type pageView struct {
	Line    string
	Links   []Link
	Steps   []string
	Keys    []keyView
	Phones  []phoneView
	Rooms   []roomView
	Hooks   []hookView
	Refused []string
}

type keyView struct{ Key, Says string }

type phoneView struct {
	Handset
	Phase                       Phase
	Says                        string
	Dials, Answers, Waits, Ends bool
	Log, Thread                 []lineView
}

type lineView struct {
	Key                   int
	Who, Name, Text, Lang string
	Link                  string // follows the text
}

type roomView struct {
	Name, Status, Reason string
	Members              []string
}

type hookView struct {
	At, Kind, Asked, Told, Answer, Took string
	Bad                                 bool
}

const (
	shownLines = 200
	shownHooks = 100
	shownRooms = 10
)

func (x *Exchange) viewAll() pageView {
	x.mu.Lock()
	defer x.mu.Unlock()
	v := pageView{Line: x.o.Number, Links: x.o.Links, Steps: x.o.Steps}
	for _, k := range "123456789*0#" {
		v.Keys = append(v.Keys, keyView{string(k), map[rune]string{'*': "star", '#': "pound"}[k]})
	}
	for _, h := range x.o.Handsets {
		v.Phones = append(v.Phones, x.phone(h.Number).view(h))
	}
	for _, r := range newestFirst(x.rooms) {
		if !r.private && len(v.Rooms) < shownRooms {
			v.Rooms = append(v.Rooms, x.viewRoom(r))
		}
	}
	for i := len(x.webhooks) - 1; i >= 0 && len(v.Hooks) < shownHooks; i-- {
		v.Hooks = append(v.Hooks, viewHook(x.webhooks[i]))
	}
	for i := len(x.violations) - 1; i >= 0 && len(v.Refused) < shownHooks; i-- {
		r := x.violations[i]
		v.Refused = append(v.Refused, fmt.Sprintf("%s %s %d: %s (%s)", r.At.Format("15:04:05"), r.Kind, r.Code, r.What, pathOf(r.Where)))
	}
	return v
}

// view needs Exchange.mu.
func (p *Phone) view(h Handset) phoneView {
	s := p.state()
	live := s.Call.Sid != "" && s.Phase != Over
	v := phoneView{
		Handset: h, Phase: s.Phase, Says: p.x.says(s), Dials: !live, Ends: live,
		Answers: s.Phase == Ringing, Waits: s.Phase == Listening || s.Phase == Pausing || s.Phase == Recording || s.Phase == Speaking,
	}
	for i := max(len(p.lines)-shownLines, 0); i < len(p.lines); i++ {
		line := p.lines[i]
		v.Log = append(v.Log, lineView{Key: i, Who: line.Who, Name: p.x.speaker(line), Text: line.Text, Lang: line.Lang})
	}
	for i := max(len(p.thread)-shownLines, 0); i < len(p.thread); i++ {
		t := p.thread[i]
		l := lineView{Key: i, Who: "line", Name: "Hotline"}
		l.Text, l.Link = linked(t.Body)
		if t.Direction == "inbound" {
			l.Who, l.Name = "me", "You"
		}
		v.Thread = append(v.Thread, l)
	}
	return v
}

// speaker names who a line of the transcript is from.
func (x *Exchange) speaker(l Line) string {
	switch l.Who {
	case "line":
		return "Hotline"
	case "play":
		return "♪"
	case "me":
		return "You"
	case "other":
		return x.nameOf(l.Name)
	}
	return "" // a note
}

// says puts a phone's state into a sentence.
func (x *Exchange) says(s State) string {
	switch s.Phase {
	case Fetching:
		return "One moment…"
	case Ringing:
		return "The hotline is calling"
	case Speaking:
		return "The hotline speaks"
	case Listening:
		switch {
		case s.Keys && s.Words:
			return "The hotline listens: press a key or speak"
		case s.Words:
			return "The hotline listens: speak"
		}
		return "The hotline listens: press a key"
	case Pausing:
		return "A pause"
	case Recording:
		return "Recording: speak, then press #"
	case Dialling:
		return "Connecting you"
	case InRoom:
		return x.company(s)
	case Over:
	}
	if s.Call.Sid != "" {
		return "Call ended"
	}
	return "No call"
}

func (x *Exchange) company(s State) string {
	var with []string
	for _, m := range s.With {
		with = append(with, x.nameOf(m.Number))
	}
	place := ""
	if s.Room != "" {
		place = " in room " + tail(s.Room)
	}
	if len(with) == 0 {
		return "Alone" + place
	}
	return "Talking with " + strings.Join(with, " and ") + place
}

// nameOf gives the name of a handset, else what is given.
func (x *Exchange) nameOf(number string) string {
	for _, h := range x.o.Handsets {
		if h.Number == number {
			return h.Name
		}
	}
	return pretty(number)
}

func (x *Exchange) viewRoom(r *room) roomView {
	v := roomView{Name: r.name, Status: r.status, Reason: r.reason}
	for _, m := range r.members {
		who := x.nameOf(m.leg.phone.number)
		if m.label != "" {
			who += " (" + m.label + ")"
		}
		v.Members = append(v.Members, who)
	}
	return v
}

func viewHook(h Webhook) hookView {
	v := hookView{
		At: h.At.Format("15:04:05"), Kind: h.Kind, Asked: h.Method + " " + pathOf(h.URL), Took: fmt.Sprint(h.Took.Milliseconds()),
		Answer: fmt.Sprint(h.Status), Bad: h.Status == 0 || h.Status >= 400,
	}
	if h.Status == 0 {
		v.Answer = "none"
	}
	if h.Status != 0 && h.Accepted {
		v.Answer += ", signature taken"
	}
	if h.Note != "" {
		v.Answer += " (" + h.Note + ")"
	}
	for _, name := range []string{"CallStatus", "Digits", "SpeechResult", "DialCallStatus", "StatusCallbackEvent", "ParticipantLabel", "MessageStatus", "Body"} {
		if value := h.Params.Get(name); value != "" {
			v.Told = strings.TrimSpace(v.Told + " " + name + "=" + value)
		}
	}
	return v
}

func pathOf(where string) string {
	u, err := url.Parse(where)
	if err != nil {
		return where
	}
	return u.RequestURI()
}

// tail keeps the end of a long name, which is where names of rooms differ.
func tail(name string) string {
	if len(name) <= 14 {
		return name
	}
	return "…\u2060" + name[len(name)-8:] // no line break between the two
}

// linked takes the URL off the end of a text, which a phone lets people press.
func linked(text string) (words, link string) {
	at := strings.LastIndexAny(text, " \n") + 1
	if u, err := url.Parse(text[at:]); err != nil || u.Host == "" {
		return text, ""
	}
	return text[:at], text[at:]
}

// pretty writes a North American number as people do.
func pretty(number string) string {
	if len(number) == 12 && strings.HasPrefix(number, "+1") {
		return "+1 " + number[2:5] + " " + number[5:8] + " " + number[8:]
	}
	return number
}
