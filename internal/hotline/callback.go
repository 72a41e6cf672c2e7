package hotline

import (
	"fmt"
	"slices"
	"time"
)

// Window is the part of the day in which somebody wants to be called.
type Window string

// The windows that the script offers. The zero Window is at any time.
const (
	Morning   Window = "morning"
	Afternoon Window = "afternoon"
	Evening   Window = "evening"
)

// windowHours are the windows on the clock on the wall.
var windowHours = map[Window]CallHours{
	Morning: {8 * time.Hour, 12 * time.Hour}, Afternoon: {12 * time.Hour, 17 * time.Hour}, Evening: {17 * time.Hour, 21 * time.Hour},
}

// CallHours are when a call that was promised may go out, by the clock on the
// wall since midnight. The zero value is at any hour.
type CallHours struct{ From, To time.Duration }

// shortest is what must be left of a day for a call to be told for it.
const shortest = 30 * time.Minute

// In narrows the hours to a window. Where they have nothing in common nobody
// is called at an hour that they did not name.
func (h CallHours) In(w Window) CallHours {
	of, known := windowHours[w]
	if !known {
		return h
	}
	if h == (CallHours{}) {
		return of
	}
	return CallHours{From: max(h.From, of.From), To: min(h.To, of.To)}
}

// Stretch gives the stretch of the hours that t lies in, or the next one. Both
// are zero where there are no hours.
func (h CallHours) Stretch(t time.Time, zone *time.Location) (from, till time.Time) {
	if h == (CallHours{}) {
		return time.Time{}, time.Time{}
	}
	t = t.In(zone)
	for ahead := range 2 {
		day := func(clock time.Duration) time.Time {
			return time.Date(t.Year(), t.Month(), t.Day()+ahead, 0, int(clock.Minutes()), 0, 0, zone)
		}
		if from, till = day(h.From), day(h.To); t.Before(till) {
			break
		}
	}
	return from, till
}

// ToldBy is the time by which a call is promised, honestly: the end of the
// stretch, or of the next one where little is left of it.
func (h CallHours) ToldBy(t time.Time, zone *time.Location) time.Time {
	if h == (CallHours{}) {
		return t.Add(24 * time.Hour)
	}
	from, till := h.Stretch(t, zone)
	if t.After(from) && till.Sub(t) < shortest {
		_, till = h.Stretch(till, zone)
	}
	return till
}

// CallRules are how calls that were promised go out. The zero value is at any
// hour, with the usual pauses.
type CallRules struct {
	Hours   CallHours
	Again   []time.Duration // after each failed attempt; after the last one the promise ends
	Warn    time.Duration   // before the time that was told: somebody has to look
	Foreign []string        // prefixes beside +1 that may be called
	Blocked []Number        // never called
}

// Pauses gives the pauses between attempts.
func (r CallRules) Pauses() []time.Duration {
	if len(r.Again) == 0 {
		return []time.Duration{5 * time.Minute, 15 * time.Minute, 45 * time.Minute}
	}
	return r.Again
}

// WarnBefore gives how long before the told time somebody has to look.
func (r CallRules) WarnBefore() time.Duration {
	if r.Warn == 0 {
		return 30 * time.Minute
	}
	return r.Warn
}

// May reports whether the line may call a number: one of the country, no
// premium service, none that is blocked.
func (r CallRules) May(n Number) bool {
	if !n.Known() || slices.Contains(r.Blocked, n) {
		return false
	}
	if len(n.e164) == 12 && n.e164[:2] == "+1" {
		return Callable(n.e164[2:])
	}
	return slices.ContainsFunc(r.Foreign, func(prefix string) bool {
		return len(n.e164) > len(prefix) && prefix != "" && n.e164[:len(prefix)] == prefix
	})
}

// islands are area codes of other countries that share +1; some cost like a
// premium service.
var islands = []string{
	"242", "246", "264", "268", "284", "345", "441", "473", "649", "658", "664", "721", "758", "767", "784", "809", "829", "849", "868", "869", "876",
}

// Callable reports whether ten digits are a phone of the country that costs
// nothing out of the ordinary.
func Callable(ten string) bool {
	if len(ten) != 10 || !allDigits(ten) || ten[0] < '2' || ten[3] < '2' {
		return false
	}
	area, exchange := ten[:3], ten[3:6]
	return area != "900" && exchange != "976" && area[1:] != "11" && exchange[1:] != "11" && !slices.Contains(islands, area)
}

// Domestic reads ten digits as a number of the country.
func Domestic(ten string) Number {
	if !Callable(ten) {
		return Number{}
	}
	return Number{e164: "+1" + ten}
}

// Callback is what was promised to somebody who is to be called.
type Callback struct {
	Given    time.Time // zero: nothing was promised, and they are called all the same
	To       Number    // zero: the number that they called from
	Safe     bool      // they said that it is safe to call there
	Message  bool      // they said that a message may be left
	Name     string    // who calls, if somebody else answers: a word of the script; empty: nothing
	Window   Window
	By       time.Time // told to them; zero: no time was told
	From     time.Time // of the hours in which they may be called
	Till     time.Time // zero: no end
	Next     time.Time // the next attempt, not before
	Attempts int
	Last     string // what became of the last one
	Alert    string // "soon" or "broken": the time that was told
}

// Due reports whether an attempt may be made now.
func (p Callback) Due(now time.Time) bool {
	return !now.Before(p.Next) && p.Open(now)
}

// Open reports whether now is within the hours.
func (p Callback) Open(now time.Time) bool {
	return !now.Before(p.From) && (p.Till.IsZero() || now.Before(p.Till))
}

// why says what an attempt waits for.
func (p *Callback) why(now time.Time) string {
	switch {
	case p == nil || p.Due(now):
		return ""
	case !p.Open(now):
		return ", not within the hours to call"
	}
	left := p.Next.Sub(now).Round(time.Second)
	return fmt.Sprintf(", next attempt in %d:%02d", int(left.Minutes()), int(left.Seconds())%60)
}

// Outcomes of a dial-back that did not reach the patient.
const (
	CalledNoAnswer = "cb-no-answer" // rang, nobody picked up
	CalledBusy     = "cb-busy"
	CalledFailed   = "cb-failed"   // the carrier could not reach the number
	CalledSilent   = "cb-silent"   // picked up, no key: a machine, or somebody else
	CalledMessage  = "cb-message"  // the same, and a message was left
	CalledDeclined = "cb-declined" // another key
	CalledLeft     = "cb-left"     // took it and hung up before the talk
)

// Dial is the number to call back.
func (c Case) Dial() Number {
	if c.Callback != nil && c.Callback.To.Known() {
		return c.Callback.To
	}
	return c.Caller
}
