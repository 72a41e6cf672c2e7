package intake_test

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tideover/tideover/config"
	"github.com/tideover/tideover/internal/crisis"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/intake"
	"github.com/tideover/tideover/internal/triage"
)

const (
	leg    = "CA00000000000000000000000000000001"
	other  = "CA00000000000000000000000000000002"
	texter = "+14155550123"
)

// script compiles the built-in script once for all tests; it never changes.
var script = sync.OnceValues(func() (*triage.Script, error) {
	detector, err := crisis.Load(config.FS())
	if err != nil {
		return nil, err
	}
	return triage.Compile(config.FS(), detector, triage.Unproved())
})

// desk is a desk whose store only records.
type desk struct {
	*intake.Desk
	*records
	t       *testing.T
	replies map[string]intake.Reply // by document
	facts   triage.Facts
	era     string
	now     time.Time
	sids    int
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	return newDeskOn(t, func(s intake.Script) intake.Script { return s })
}

// newDeskOn changes the script.
func newDeskOn(t *testing.T, change func(intake.Script) intake.Script) *desk {
	t.Helper()
	s, err := script()
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{
		t: t, replies: map[string]intake.Reply{}, facts: triage.Facts{Open: true, Counselors: 1, CanText: true},
		era: "era-1", now: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC),
	}
	d.records = newRecords(func() time.Time { return d.now })
	facts := func(known bool) triage.Facts {
		f := d.facts
		f.HasNumber, f.CanText = known, known && f.CanText
		return f
	}
	render := func(r intake.Reply) ([]byte, error) {
		doc := "document " + strconv.Itoa(len(d.replies))
		d.replies[doc] = r
		return []byte(doc), nil
	}
	d.Desk = intake.New(d.records, d.records, d.records, change(s), facts, render, func() string { return d.era },
		func() time.Time { return d.now }, slog.New(slog.DiscardHandler))
	return d
}

// read gives the reply that a document was made of.
func (d *desk) read(doc []byte, err error) intake.Reply {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
	r, ok := d.replies[string(doc)]
	if !ok {
		d.t.Fatalf("an answer that was never rendered: %q", doc)
	}
	return r
}

func number(s string) hotline.Number { return hotline.CallerNumber(s) }

// call begins a call of a caller with a number.
func (d *desk) call() intake.Reply {
	d.t.Helper()
	return d.read(d.Begin(d.t.Context(), intake.Mark{Leg: leg, From: number(texter)}))
}

// at is the URL of a reply as Twilio asks it.
func at(r intake.Reply) intake.Mark {
	m := r.Next
	m.Leg, m.From = leg, number(texter)
	return m
}

func key(k string) triage.Input { return triage.Input{Kind: triage.Keys, Text: k} }

var silence = triage.Input{Kind: triage.Silence}

func spoken(words string) triage.Input { return triage.Input{Kind: triage.Words, Text: words} }

// press answers the reply with keys, one after the other; "" is silence.
func (d *desk) press(r intake.Reply, keys ...string) intake.Reply {
	d.t.Helper()
	for _, k := range keys {
		in := key(k)
		if k == "" {
			in = silence
		}
		r = d.read(d.Answer(d.t.Context(), at(r), in))
	}
	return r
}

// waiting brings a call into the queue at the place.
func (d *desk) waiting(place int) intake.Reply {
	d.t.Helper()
	r := d.press(d.call(), "1", "2", "3")
	d.only().Place = place
	return r
}

// text sends one text of the caller.
func (d *desk) text(body string) intake.Reply {
	d.t.Helper()
	return d.send(intake.Text{From: number(texter), Body: body})
}

func (d *desk) send(t intake.Text) intake.Reply {
	d.t.Helper()
	d.sids++
	t.Sid = fmt.Sprintf("SM%032d", d.sids)
	return d.read(d.Text(d.t.Context(), t))
}

func words(r intake.Reply) string {
	var all []string
	for _, l := range r.Lines {
		all = append(all, l.Text)
	}
	return plain.Replace(strings.Join(all, "\n"))
}

func says(t *testing.T, r intake.Reply, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(words(r), w) {
			t.Errorf("want %q in:\n%s", w, words(r))
		}
	}
}

func silentAbout(t *testing.T, r intake.Reply, not ...string) {
	t.Helper()
	for _, w := range not {
		if strings.Contains(words(r), w) {
			t.Errorf("%q must not be in:\n%s", w, words(r))
		}
	}
}

// phrase is a text of the script.
func (d *desk) phrase(id triage.PhraseID, lang hotline.Lang, ch hotline.Channel, args ...string) string {
	d.t.Helper()
	s, err := script()
	if err != nil {
		d.t.Fatal(err)
	}
	return s.Phrase(id, lang, ch, args...)
}

// records is a store in memory that records and can fail.
type records struct {
	recorded []hotline.Recording
	now      func() time.Time
	cases    map[hotline.CaseID]*hotline.Case
	sessions map[hotline.CaseID]triage.Session
	docs     map[string][]byte
	turns    []triage.Turn
	raised   []string
	received []string
	left     []hotline.Leg
	optOut   map[string]bool
	leaving  []string
	seat     string   // what becomes of a seat
	seats    []string // asked for
	line     [4]int
	fail     error
	before   func() // runs between the read and the next commit, once
}

func newRecords(now func() time.Time) *records {
	return &records{
		now: now, cases: map[hotline.CaseID]*hotline.Case{}, sessions: map[hotline.CaseID]triage.Session{},
		docs: map[string][]byte{}, optOut: map[string]bool{},
	}
}

// only is the one case that there is.
func (s *records) only() *hotline.Case {
	if len(s.cases) != 1 {
		panic(fmt.Sprintf("%d cases, want one", len(s.cases)))
	}
	for _, c := range s.cases {
		return c
	}
	return nil
}

// Load implements intake.Cases.
func (s *records) Load(_ context.Context, ref triage.Ref) (triage.Position, error) {
	if s.fail != nil {
		return triage.Position{}, s.fail
	}
	if doc, ok := s.docs[ref.Doc]; ok && ref.Doc != "" {
		return triage.Position{Doc: doc}, nil
	}
	if doc, ok := s.docs["token:"+string(ref.Token)]; ok && ref.Token != "" {
		return triage.Position{Doc: doc}, nil
	}
	var newest *hotline.Case
	for id, c := range s.cases {
		match := id == ref.Case || ref.Leg != "" && string(c.PatientLeg) == ref.Leg ||
			ref.Caller.Known() && ref.Caller == c.Caller && ref.Channel == c.Channel
		if match && (newest == nil || newest.ID < id) {
			newest = c
		}
	}
	if newest == nil {
		return triage.Position{Now: s.now(), Line: s.line}, hotline.ErrNotFound
	}
	return triage.Position{Case: *newest, Session: s.sessions[newest.ID], Now: s.now(), Line: s.line}, nil
}

// Commit implements intake.Cases with the words of the real one.
func (s *records) Commit(_ context.Context, t triage.Turn, _ hotline.Case) (triage.Committed, error) {
	if s.fail != nil {
		return triage.Committed{}, s.fail
	}
	if run := s.before; run != nil {
		s.before = nil
		run()
	}
	name := t.Name
	if name == "" {
		name = strconv.Itoa(t.N)
	}
	if doc, ok := s.docs[t.Leg+":"+name]; ok {
		return triage.Committed{Doc: doc, Word: triage.Replay}, nil
	}
	c := s.cases[t.Case]
	switch {
	case c == nil && t.N > 0:
		return triage.Committed{Word: triage.Gone}, nil
	case c != nil && c.Turn != t.N-1 || c == nil && s.known(t):
		return triage.Committed{Word: triage.Stale}, nil
	case c == nil:
		c = &hotline.Case{
			ID: t.Case, State: hotline.Triage, Band: hotline.Routine, Channel: t.Channel, Turn: -1, Caller: t.Caller, Opened: s.now(), Enqueued: t.Since,
		}
		if t.Channel == hotline.Voice {
			c.PatientLeg = hotline.Leg(t.Leg)
		}
		s.cases[t.Case] = c
	}
	if word, ok := s.take(t); ok {
		return triage.Committed{Word: triage.Awaited, Outcome: word}, nil
	}
	s.sessions[t.Case] = t.Next
	if t.Doc == nil {
		return s.await(c), nil
	}
	s.turns = append(s.turns, t)
	s.apply(c, t)
	c.Turn, c.Lang = t.N, t.Next.Lang
	if t.Said > 0 {
		c.Said = t.Said
	}
	s.docs[t.Leg+":"+name] = t.Doc
	if t.Token != "" {
		s.docs["token:"+string(t.Token)] = t.Doc
	}
	return triage.Committed{Doc: t.Doc, Word: triage.Kept, State: c.State}, nil
}

func (s *records) known(t triage.Turn) bool {
	for _, c := range s.cases {
		if t.Channel == hotline.Voice && string(c.PatientLeg) == t.Leg || t.Channel == hotline.SMS && c.Channel == hotline.SMS && c.State.Open() && c.Caller == t.Caller {
			return true
		}
	}
	return false
}

func (s *records) await(c *hotline.Case) triage.Committed {
	if c.State != hotline.Waiting && c.State != hotline.Promised {
		return triage.Committed{Word: triage.Moved, State: c.State}
	}
	c.State = hotline.Promised
	return triage.Committed{Word: triage.Awaited, Outcome: string(c.State)}
}

func (s *records) apply(c *hotline.Case, t triage.Turn) {
	for _, e := range t.Effects {
		switch e := e.(type) {
		case triage.Enqueue:
			c.Band, c.Needs = min(c.Band, e.Band), []hotline.Need{e.Need}
			if c.State == hotline.Triage {
				c.State = hotline.Waiting
			}
			if c.Enqueued.IsZero() {
				c.Enqueued = s.now()
			}
		case triage.Page:
			c.Band = hotline.Emergency
			if c.Emergency.OpenedAt.IsZero() {
				c.Emergency.OpenedAt = s.now()
			}
		case triage.End:
			if e.Reason != "by text" {
				c.State = hotline.Closed
			}
		case triage.ToText:
			c.Channel, c.Beside = hotline.SMS, c.Band == hotline.Emergency
		case triage.Raise:
			c.Risk = max(c.Risk, e.Risk)
		case triage.Record:
			c.Answers = append(c.Answers, e.Answer)
		case triage.Say, triage.Ask, triage.Promise, triage.Seat, triage.Tape, triage.Keep, triage.Erase, triage.ByText, triage.ToVoice, triage.Owe, triage.SendText:
		}
	}
}

// Leave implements intake.Cases.
func (s *records) Leave(_ context.Context, id hotline.CaseID, l hotline.Leg) (hotline.State, error) {
	if s.fail != nil {
		return "", s.fail
	}
	s.left = append(s.left, l)
	s.cases[id].State = hotline.Closed
	return hotline.Closed, nil
}

// Raise implements intake.Cases.
func (s *records) Raise(_ context.Context, id hotline.CaseID, _ hotline.CounselorID, band hotline.Band, alarm bool, risk int, token string) (hotline.State, error) {
	if s.fail != nil {
		return "", s.fail
	}
	s.raised = append(s.raised, fmt.Sprint(band, " alarm ", alarm, " risk ", risk, " ", strings.Count(token, "SM")))
	return s.cases[id].State, nil
}

// Receive implements intake.Threads.
func (s *records) Receive(_ context.Context, _ hotline.CaseID, sid, text string, doc []byte) ([]byte, error) {
	if s.fail != nil {
		return nil, s.fail
	}
	if doc != nil {
		if kept, ok := s.docs[sid+":0"]; ok {
			return kept, nil
		}
		s.docs[sid+":0"] = doc
	}
	s.received = append(s.received, text)
	return doc, nil
}

// OptOut implements intake.Threads.
func (s *records) OptOut(_ context.Context, n hotline.Number, out bool) error {
	s.optOut[n.E164()] = out
	return s.fail
}

// OptedOut implements intake.Threads.
func (s *records) OptedOut(_ context.Context, n hotline.Number) (bool, error) {
	return s.optOut[n.E164()], s.fail
}

// Keep implements intake.Docs.
func (s *records) Keep(_ context.Context, key string, _ hotline.Token, doc []byte) ([]byte, error) {
	if s.fail != nil {
		return nil, s.fail
	}
	if kept, ok := s.docs[key]; ok {
		return kept, nil
	}
	s.docs[key] = doc
	return doc, nil
}
