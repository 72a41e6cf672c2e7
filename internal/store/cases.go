package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
)

// fields is a hash as Redis gives it.
type fields map[string]string

func (f fields) int(name string) int {
	n, err := strconv.Atoi(f[name])
	if err != nil {
		return 0 // empty: never set
	}
	return n
}

// time reads milliseconds; empty is the zero time.
func (f fields) time(name string) time.Time { return millis(f[name]) }

func millis(s string) time.Time {
	ms, err := strconv.ParseInt(s, 10, 64)
	if err != nil || ms <= 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func pairs(flat []string) fields {
	f := make(fields, len(flat)/2)
	for i := 0; i+1 < len(flat); i += 2 {
		f[flat[i]] = flat[i+1]
	}
	return f
}

// decode makes a case of its hash; sealed fields are opened.
func (s *Store) decode(id hotline.CaseID, f fields, place int) (hotline.Case, error) {
	c := hotline.Case{
		ID: id, State: hotline.State(f["state"]), Band: hotline.Band(f.int("band")), Channel: hotline.Channel(f["channel"]),
		Lang: hotline.Lang(f["lang"]), Opened: f.time("opened"), Enqueued: f.time("enq"), Place: place, Said: f.int("said"),
		Turn: f.int("turn"), Epoch: int64(f.int("epoch")), Owner: hotline.CounselorID(f["owner"]), Lease: f.time("lease"),
		PatientLeg: hotline.Leg(f["leg"]), CounselorLeg: hotline.Leg(f["cleg"]), Room: f["room"], Conference: f["conf"],
		DialBack: f["dial"] == "1" && f["leg"] == "", Away: f.int("away"), Outs: f.int("outs"), HeldSince: f.time("hold"), PassedOn: f["passed"] == "1", Hush: f["hush"] == "1", Risk: f.int("risk"), OptedOut: f["optout"] == "1", Untexted: f["untexted"] != "", Beside: f["beside"] == "1", Reason: f["reason"], Script: f["ver"], Shut: f["shut"],
		ClaimedAt: f.time("claimed"), RepliedAt: f.time("replied"), UnansweredSince: f.time("unanswered"), AnsweredAt: f.time("answered"), LastTalk: hotline.CounselorID(f["talk"]),
		Disposition: hotline.Disposition(f["disp"]), ClosedAt: f.time("closed"),
		Emergency: hotline.EmergencyRecord{
			OpenedAt: f.time("em_open"), RaisedBy: hotline.CounselorID(f["em_by"]), PagedIndex: f.int("em_paged"),
			AcknowledgedBy: hotline.CounselorID(f["em_ack"]), AcknowledgedAt: f.time("em_ack_at"), AttendedAt: f.time("em_att"),
			ConfirmedAt: f.time("em_conf"), ClosedAt: f.time("em_closed"),
		},
	}
	c.Guests = guests(f)
	c.Parked = isParked(f, c.Guests)
	c.Voicemail = hotline.Voicemail{State: hotline.TapeState(f["tape"]), Recording: hotline.Recording{Sid: f["tape_sid"], Seconds: f.int("tape_s")}}
	c.Wish, c.Interpreter, c.Opening = hotline.Gender(f["wish"]), f["interp"] == "1" && f["owner"] != "", opening(f["star"])
	for _, n := range split(f["needs"]) {
		c.Needs = append(c.Needs, hotline.Need(n))
	}
	c.Hits = split(f["hits"])
	c.Callback = callback(f)
	return c, s.open(&c, f)
}

// open reads what is sealed. A field that was changed or moved in Redis is left
// out and logged: one record must hide neither itself nor the rest of the queue.
func (s *Store) open(c *hotline.Case, f fields) error {
	read := func(field, sealed string) []byte {
		plain, err := s.unseal(string(c.ID), field, sealed)
		if err != nil {
			s.log.Error("sealed field is not readable", "case", c.ID, "field", field, "error", err)
		}
		return plain
	}
	c.Caller = hotline.CallerNumber(string(read("number", f["number"])))
	if answers := read("answers", f["answers"]); len(answers) > 0 {
		if err := json.Unmarshal(answers, &c.Answers); err != nil {
			return fmt.Errorf("answers: %w", err)
		}
	}
	s.openCall(c, f)
	c.Note = hotline.Note{Text: string(read("note", f["note"])), Version: f.int("note_v")}
	c.Emergency.ClosedWords = string(read("em_words", f["em_words"]))
	return nil
}

func split(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

// Load finds a case by id, leg or caller, with its session, or the document
// that this very request was given before. One round trip.
func (s *Store) Load(ctx context.Context, ref triage.Ref) (triage.Position, error) {
	if p, ok := s.recent.find(ref); ok {
		return p, nil
	}
	r, err := s.run(ctx, "load", string(ref.Case), ref.Leg, s.who(ref.Caller), string(ref.Channel), ref.Doc, string(ref.Token))
	if err != nil {
		return triage.Position{}, err
	}
	switch r.word {
	case "doc":
		doc, err := s.unseal("", "doc", r.at(0))
		return triage.Position{Doc: doc}, err
	case "none":
		return triage.Position{Now: millis(r.at(0)), Line: line(r.at(1))}, hotline.ErrNotFound
	}
	f := pairs(r.rest[3:])
	rank, err := strconv.Atoi(r.at(1))
	if err != nil {
		return triage.Position{}, fmt.Errorf("load: rank: %w", err)
	}
	p := triage.Position{Now: millis(r.at(0))}
	id := hotline.CaseID(f["id"])
	if p.Case, err = s.decode(id, f, rank+1); err != nil {
		return triage.Position{}, fmt.Errorf("case %s: %w", id, err)
	}
	p.Bucket, p.Line = f["bucket"], line(f["line"])
	raw, err := s.unseal(string(id), "session", r.at(2))
	if err != nil {
		return triage.Position{}, fmt.Errorf("case %s: %w", id, err)
	}
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &p.Session); err != nil {
			return triage.Position{}, fmt.Errorf("case %s: session: %w", id, err)
		}
	}
	return p, nil
}

// line reads how many stand in line, by band.
func line(s string) (n [4]int) {
	for i, count := range split(s) {
		if v, err := strconv.Atoi(count); err == nil && i < len(n) {
			n[i] = v
		}
	}
	return n
}

// Case reads one case by id. Errors: ErrNotFound, ErrUnknown, ErrEra.
func (s *Store) Case(ctx context.Context, id hotline.CaseID) (hotline.Case, error) {
	p, err := s.Load(ctx, triage.Ref{Case: id})
	return p.Case, err
}
