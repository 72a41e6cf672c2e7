package console

import (
	"math"
	"strings"
	"time"
	"unicode"

	"github.com/tideover/tideover/internal/hotline"
)

// The shapes of the API's answers. None of them holds a whole number: a
// hotline.Number is written masked.

type depthJSON struct {
	Total     int            `json:"total"`
	ByBand    map[string]int `json:"by_band"`
	ByChannel map[string]int `json:"by_channel"`
	ByLang    map[string]int `json:"by_language"`
}

type queueJSON struct {
	AsOf    string      `json:"as_of"`
	Fresh   bool        `json:"fresh"`
	Depth   depthJSON   `json:"depth"`
	Longest float64     `json:"longest_wait_seconds"`
	Cases   []queueCase `json:"cases"`
}

type queueCase struct {
	ID       hotline.CaseID  `json:"case_id"`
	Band     hotline.Band    `json:"band"`
	Channel  hotline.Channel `json:"channel"`
	Language string          `json:"language"`
	Position int             `json:"position"`
	Since    *string         `json:"waiting_since"`
	Waited   float64         `json:"waited_seconds"`
	Needs    []hotline.Need  `json:"needs"`
	Caller   string          `json:"caller"`
	Callback bool            `json:"callback"`
	Message  *tapeJSON       `json:"voicemail"`
	Reason   string          `json:"reason"`
	State    hotline.State   `json:"state"`
	OptedOut bool            `json:"opted_out"`
	Untexted bool            `json:"untexted"`
}

func queueOf(q hotline.Queue) queueJSON {
	out := queueJSON{
		AsOf: *stamp(orEpoch(q.AsOf)), Fresh: q.Fresh, Depth: depthOf(q), Longest: seconds(q.LongestWait()),
		Cases: make([]queueCase, 0, len(q.Cases)),
	}
	for _, c := range q.Cases {
		out.Cases = append(out.Cases, queueCase{
			ID: c.ID, Band: c.Band, Channel: c.Channel, Language: language(c.Lang), Position: c.Place, Since: stamp(c.Enqueued),
			Waited: seconds(c.Waited(q.AsOf)), Needs: needs(c), Caller: c.Caller.Masked(), Callback: c.State == hotline.Promised, Message: tapeOf(c),
			Reason: c.Why(q.AsOf), State: c.State, OptedOut: c.OptedOut, Untexted: c.Untexted,
		})
	}
	return out
}

func depthOf(q hotline.Queue) depthJSON {
	d := q.Depth()
	out := depthJSON{Total: d.Total, ByBand: map[string]int{}, ByChannel: map[string]int{}, ByLang: map[string]int{}}
	for b, n := range d.ByBand {
		out.ByBand[b.String()] = n
	}
	for ch, n := range d.ByChannel {
		out.ByChannel[string(ch)] = n
	}
	for l, n := range d.ByLang {
		out.ByLang[language(l)] = n
	}
	return out
}

type caseJSON struct {
	ID          hotline.CaseID      `json:"case_id"`
	State       hotline.State       `json:"state"`
	Band        hotline.Band        `json:"band"`
	Channel     hotline.Channel     `json:"channel"`
	Language    string              `json:"language"`
	Epoch       int64               `json:"epoch"`
	Owner       hotline.CounselorID `json:"owner"`
	Needs       []hotline.Need      `json:"needs"`
	Caller      string              `json:"caller"`
	Since       *string             `json:"waiting_since"`
	AnsweredAt  *string             `json:"answered_at"`
	Lease       *string             `json:"lease_expires_at"`
	Answers     []answerJSON        `json:"answers"`
	Risk        int                 `json:"risk"`
	Hits        []string            `json:"hits"`
	Emergency   *emergencyJSON      `json:"emergency"`
	Message     *tapeJSON           `json:"voicemail"`
	Note        noteJSON            `json:"note"`
	OptedOut    bool                `json:"opted_out"`
	Untexted    bool                `json:"untexted"`
	Disposition hotline.Disposition `json:"disposition"`
	Callback    *callbackJSON       `json:"callback"`
	HeldSince   *string             `json:"held_since"`
	Legs        []guestJSON         `json:"legs"`
}

type answerJSON struct {
	Question string `json:"question"`
	Answer   string `json:"answer"`
}

type noteJSON struct {
	Text    string `json:"text"`
	Version int    `json:"version"`
}

type emergencyJSON struct {
	Case           hotline.CaseID      `json:"case_id"`
	OpenedAt       *string             `json:"opened_at"`
	AcknowledgedAt *string             `json:"acknowledged_at"`
	AcknowledgedBy hotline.CounselorID `json:"acknowledged_by"`
	AttendedAt     *string             `json:"attended_at"`
	ConfirmedAt    *string             `json:"confirmed_at"`
	ClosedAt       *string             `json:"closed_at"`
}

// caseOf writes a case in the reader's language.
func (k *Console) caseOf(c hotline.Case, lang hotline.Lang) caseJSON {
	out := caseJSON{
		ID: c.ID, State: c.State, Band: c.Band, Channel: c.Channel, Language: language(c.Lang), Epoch: c.Epoch, Owner: c.Owner,
		Needs: needs(c), Caller: c.Caller.Masked(), Since: stamp(c.Enqueued), AnsweredAt: stamp(c.AnsweredAt), Lease: stamp(c.Lease),
		Answers: k.answersOf(allAnswers(c), lang), Risk: c.Risk, Callback: k.callbackOf(c, lang), Hits: append([]string{}, c.Hits...),
		Note: noteJSON{Text: c.Note.Text, Version: c.Note.Version}, OptedOut: c.OptedOut, Untexted: c.Untexted, Disposition: c.Disposition, Message: tapeOf(c),
		HeldSince: stamp(c.HeldSince), Legs: guestsOf(c),
	}
	if !c.Emergency.OpenedAt.IsZero() {
		e := emergencyOf(c)
		out.Emergency = &e
	}
	return out
}

// allAnswers are those of the contact that a case continues, then its own.
func allAnswers(c hotline.Case) []hotline.Answer {
	return append(append([]hotline.Answer{}, c.Earlier...), c.Answers...)
}

func (k *Console) answersOf(answers []hotline.Answer, lang hotline.Lang) []answerJSON {
	out := make([]answerJSON, 0, len(answers))
	for _, a := range answers {
		q, text := a.Question, a.Answer
		if k.Answers != nil {
			q, text = k.Answers(a, lang)
		}
		out = append(out, answerJSON{Question: visible(q), Answer: visible(text)})
	}
	return out
}

func emergencyOf(c hotline.Case) emergencyJSON {
	e := c.Emergency
	return emergencyJSON{
		Case: c.ID, OpenedAt: stamp(e.OpenedAt), AcknowledgedAt: stamp(e.AcknowledgedAt), AcknowledgedBy: e.AcknowledgedBy,
		AttendedAt: stamp(e.AttendedAt), ConfirmedAt: stamp(e.ConfirmedAt), ClosedAt: stamp(e.ClosedAt),
	}
}

type messageJSON struct {
	ID        string            `json:"id"`
	Direction hotline.Direction `json:"direction"`
	Text      string            `json:"text"`
	At        *string           `json:"at"`
	State     string            `json:"state"`
}

func messageOf(m hotline.Message) messageJSON {
	return messageJSON{ID: m.ID, Direction: m.Direction, Text: visible(m.Text), At: stamp(m.At), State: m.State}
}

type boardJSON struct {
	AsOf        string          `json:"as_of"`
	Fresh       bool            `json:"fresh"`
	DataLost    bool            `json:"data_lost"`
	Depth       depthJSON       `json:"depth"`
	Longest     float64         `json:"longest_wait_seconds"`
	Counselors  map[string]int  `json:"counselors"`
	ByPhone     int             `json:"by_phone"`
	Escalations []emergencyJSON `json:"escalations"`
	Level       float64         `json:"service_level"`
	Abandoned   int             `json:"abandoned"`
	Answered    int             `json:"answered"`
	Script      runsJSON        `json:"script"`
	Alerts      []alertJSON     `json:"alerts"`
	Promises    []promiseJSON   `json:"promises"`
	Calls       callsJSON       `json:"calls"`
}

// runsJSON is the script on which new contacts begin.
type runsJSON struct {
	Version string  `json:"version"` // as people call it; empty: none is published yet
	Since   *string `json:"since"`
	Age     float64 `json:"age_seconds"`
}

type alertJSON struct {
	Kind hotline.AlertKind `json:"kind"`
	Text string            `json:"text"`
	At   *string           `json:"at"`
}

func boardOf(b hotline.Board) boardJSON {
	s := b.Staffing
	out := boardJSON{
		AsOf: *stamp(orEpoch(b.Queue.AsOf)), Fresh: b.Queue.Fresh, DataLost: b.DataLost, Depth: depthOf(b.Queue),
		Longest: seconds(b.Queue.LongestWait()), Escalations: make([]emergencyJSON, 0, len(b.Escalations)),
		Counselors: map[string]int{
			"available": s.Available, "ringing": s.Ringing, "live": s.Live, "wrap_up": s.WrapUp, "break": s.Break, "off": s.Off,
		},
		ByPhone: s.ByPhone,
		Level:   b.ServiceLevel(), Abandoned: b.Abandoned, Answered: b.Answered,
		Script: runsJSON{Version: shortVersion(b.Script), Since: stamp(b.ScriptSince), Age: seconds(scriptAge(b))},
		Alerts: make([]alertJSON, 0, len(b.Alerts)), Promises: promisesOf(b.Queue), Calls: callsOf(b),
	}
	for _, a := range b.Alerts {
		out.Alerts = append(out.Alerts, alertJSON{Kind: a.Kind, Text: visible(a.Text), At: stamp(a.At)})
	}
	for _, c := range b.Escalations {
		out.Escalations = append(out.Escalations, emergencyOf(c))
	}
	return out
}

type shiftJSON struct {
	State    hotline.Presence  `json:"state"`
	Channels []hotline.Channel `json:"channels"`
	RingMe   bool              `json:"ring_me"`
	Via      string            `json:"via"`
	Missed   int               `json:"missed"`
	Told     string            `json:"told"`
	Since    *string           `json:"since"`
	Cases    []hotline.CaseID  `json:"cases"`
}

func shiftOf(s hotline.Shift) shiftJSON {
	return shiftJSON{
		State: s.State, Channels: append([]hotline.Channel{}, s.Channels...), RingMe: s.RingMe, Via: s.Via, Missed: s.Missed,
		Told: s.Told, Since: stamp(s.Since), Cases: append([]hotline.CaseID{}, s.Cases...),
	}
}

func needs(c hotline.Case) []hotline.Need { return append([]hotline.Need{}, c.Needs...) }

// language is the tag for a caller who has not chosen one yet: undetermined.
func language(l hotline.Lang) string {
	if l == "" {
		return "und"
	}
	return string(l)
}

func seconds(d time.Duration) float64 { return math.Round(d.Seconds()*1000) / 1000 }

func orEpoch(t time.Time) time.Time {
	if t.IsZero() {
		return time.Unix(0, 0)
	}
	return t
}

// visible takes out of a text what would make it read as something else:
// control characters but line breaks and tabs, and marks that turn the
// direction of writing.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), turns(r):
			return -1
		default:
			return r
		}
	}, strings.ToValidUTF8(s, "\ufffd"))
}

// turns reports whether a rune is a control of bidirectional writing. The
// joiners of emoji and of some scripts are not among them.
func turns(r rune) bool {
	return r == '\u061c' || r == '\u200e' || r == '\u200f' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}
