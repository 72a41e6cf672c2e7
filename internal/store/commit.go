package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
)

const (
	keepVoiceDoc = 10 * time.Minute
	keepTextDoc  = 24 * time.Hour
)

// wish is what the effects of a turn ask of the case.
type wish struct {
	state hotline.State
	band  string
	need  hotline.Need
	page  bool
	risk  int
	hits  []string
	text  string
	owes  []triage.Owe
	tape  bool // something changes about a message
	calls *triage.Promise
	whom  *hotline.Gender
	to    string // another channel: the words of commit.lua
}

func (w *wish) raise(b hotline.Band) {
	if band := strconv.Itoa(int(b)); w.band == "" || band < w.band {
		w.band = band
	}
}

func wishes(effects []triage.Effect) wish {
	var w wish
	for _, e := range effects {
		switch e := e.(type) {
		case triage.Enqueue:
			w.state, w.need = hotline.Waiting, e.Need
			w.raise(e.Band)
		case triage.Page:
			w.page = true
			w.raise(hotline.Emergency)
		case triage.Raise:
			w.risk = max(w.risk, e.Risk)
			w.hits = append(w.hits, e.Hits...)
		case triage.Prefer:
			w.whom = &e.Whom
		case triage.Promise:
			w.state, w.calls = hotline.Promised, &e
		case triage.Keep:
			w.state, w.need, w.tape = hotline.Waiting, hotline.NeedVoicemail, true
			w.raise(e.Band)
		case triage.Tape, triage.Erase:
			w.tape = true
		case triage.SendText:
			w.text = e.Line.Text
		case triage.End:
			if w.state == "" {
				w.state = hotline.Closed
			}
		case triage.Owe:
			w.owes = append(w.owes, e)
		case triage.ToText:
			w.to, w.text = toTextStaying, joined(e.First)
		case triage.ToVoice:
			w.to = toVoice
		case triage.Say, triage.Ask, triage.Record, triage.Seat, triage.ByText:
		}
	}
	if w.to == toTextStaying && partsBy(effects) {
		w.to, w.state = toText, "" // the call ends, the case does not
	}
	return w
}

// How a turn moves a case to another channel: the call ends, or its line stays
// open beside the texts.
const (
	toText        = "text"
	toTextStaying = "text-stay"
	toVoice       = "voice"
)

// partsBy reports whether the call itself ends.
func partsBy(effects []triage.Effect) bool {
	return slices.ContainsFunc(effects, func(e triage.Effect) bool { _, ends := e.(triage.End); return ends })
}

func joined(lines []triage.Spoken) string {
	words := make([]string, 0, len(lines))
	for _, l := range lines {
		words = append(words, l.Text)
	}
	return strings.Join(words, "\n")
}

// usual: the turn asks nothing but to be remembered.
func (w wish) usual() bool {
	return w.state == "" && w.band == "" && w.need == "" && !w.page && w.risk == 0 && w.text == "" && w.to == "" && len(w.owes) == 0 && !w.tape && w.whom == nil
}

// Commit writes one turn in one script. See Committed for what may become of
// it; an error is ErrUnknown, ErrEra or a fault of sealing.
func (s *Store) Commit(ctx context.Context, t triage.Turn, before hotline.Case) (triage.Committed, error) {
	if seat, ok := seatIn(t); ok {
		return s.seat(ctx, t, seat)
	}
	w := wishes(t.Effects)
	args, name, err := s.turnArgs(t, before, w)
	if err != nil {
		return triage.Committed{}, fmt.Errorf("commit case %s: %w", t.Case, err)
	}
	r, err := s.run(ctx, name, args...)
	if err != nil {
		return triage.Committed{}, err
	}
	if w.page || w.text != "" || w.state == hotline.Closed {
		s.kick()
	}
	got, err := s.committed(t, r)
	if err == nil {
		s.remember(t, before, got)
	}
	return got, err
}

func (s *Store) committed(t triage.Turn, r reply) (triage.Committed, error) {
	switch r.word {
	case "ok":
		return triage.Committed{Doc: t.Doc, Word: triage.Kept, State: hotline.State(r.at(0)), Shut: r.at(1)}, nil
	case "replay":
		doc, err := s.unseal("", "doc", r.at(0))
		return triage.Committed{Doc: doc, Word: triage.Replay}, err
	case "stale":
		return triage.Committed{Word: triage.Stale, State: hotline.State(r.at(1))}, nil
	case "moved":
		return triage.Committed{Word: triage.Moved, State: hotline.State(r.at(0))}, nil
	case "await":
		return triage.Committed{Word: triage.Awaited, Outcome: r.at(0)}, nil
	case "refused":
		return triage.Committed{Word: triage.Refused, Outcome: r.at(0)}, nil
	case "gone":
		return triage.Committed{Word: triage.Gone}, nil
	}
	return triage.Committed{}, verdict(r)
}

// turnArgs seals what is kept and picks the script: `turn` for a usual one,
// else `commit`.
func (s *Store) turnArgs(t triage.Turn, before hotline.Case, w wish) (args []any, script string, err error) {
	doc := ""
	if len(t.Doc) > 0 {
		if doc, err = s.seal("", "doc", keepTextDoc, t.Doc); err != nil {
			return nil, "", err
		}
	}
	raw, err := json.Marshal(t.Next)
	if err != nil {
		return nil, "", fmt.Errorf("session: %w", err)
	}
	session, err := s.seal(string(t.Case), "session", openDays, raw)
	if err != nil {
		return nil, "", err
	}
	w.tape = w.tape || len(s.tapeFields(t, before)) > 0
	fields, err := s.caseFields(t, before, w)
	if err != nil {
		return nil, "", err
	}
	name := t.Name
	if name == "" {
		name = strconv.Itoa(t.N)
	}
	keep, quiet := keepVoiceDoc, ""
	if t.Channel == hotline.SMS {
		keep = keepTextDoc
		if asksSafety(t) {
			quiet = ms(s.opt.SafetyReply)
		}
	}
	if (w.to == toText || w.to == toTextStaying) && !t.Next.Safety {
		quiet = ms(s.opt.SafetyReply)
	}
	key := t.Leg + ":" + name
	if w.usual() && !moves(t, before) && quiet == "" && doc != "" && t.N > 0 && t.Since.IsZero() {
		return append([]any{string(t.Case), key, string(t.Token), t.N - 1, doc, ms(keep), session}, fields...), "turn", nil
	}
	text, textID := "", ""
	if w.text != "" {
		textID = string(hotline.NewToken())
		if text, err = s.seal(textID, "body", openDays, []byte(w.text)); err != nil {
			return nil, "", err
		}
	}
	owed, err := s.dutyArgs(t, before, w.owes)
	if err != nil {
		return nil, "", err
	}
	args = append([]any{
		string(t.Case), t.Leg, key, string(t.Token), t.N - 1, doc, ms(keep), session,
		string(w.state), w.band, string(w.need), flag(w.page), ms(s.opt.PageAgain), textID, text, ms(s.opt.KeepCase), s.day(), quiet,
		string(t.Channel), s.who(t.Caller), w.to,
	}, owed...)
	args = append(args, flag(!t.Next.Quiet), ms(s.opt.Calls.WarnBefore()), ms(s.opt.Again))
	return append(args, fields...), "commit", nil
}

// caseFields are the fields of the case that this turn changes.
func (s *Store) caseFields(t triage.Turn, before hotline.Case, w wish) ([]any, error) {
	var more []any
	add := func(k, v string) { more = append(more, k, v) }
	if t.N == 0 || before.ID == "" {
		number, err := s.sealNumber(t.Case, t.Caller)
		if err != nil {
			return nil, err
		}
		add("number", number)
		add("who", s.who(t.Caller))
		if t.Channel == hotline.Voice {
			add("leg", t.Leg)
		}
		if s.opt.Limits != (Limits{}) || t.Caller.Known() {
			add("limits", s.opt.Limits.String())
		}
	}
	if moves(t, before) {
		add("ver", t.Next.Script)
	}
	if t.Next.Lang != before.Lang || before.ID == "" {
		add("lang", string(t.Next.Lang))
	}
	if t.Said > 0 {
		add("said", strconv.Itoa(t.Said))
	}
	if !t.Since.IsZero() {
		add("enq", strconv.FormatInt(t.Since.UnixMilli(), 10))
	}
	if w.risk > before.Risk {
		add("risk", strconv.Itoa(w.risk))
	}
	if len(w.hits) > 0 {
		add("hits", strings.Join(unique(append(before.Hits, w.hits...)), ","))
	}
	if w.whom != nil {
		add("wish", string(*w.whom))
	}
	if w.to == toText || w.to == toTextStaying {
		add("texts_ok", wording(t))
	}
	for k, v := range s.tapeFields(t, before) {
		add(k, v)
	}
	if w.calls != nil {
		agreed, err := s.agreed(t.Case, *w.calls)
		if err != nil {
			return nil, err
		}
		more = append(more, agreed...)
	}
	if answers := recorded(t.Effects); len(answers) > 0 {
		sealed, err := s.sealAnswers(t.Case, append(append([]hotline.Answer{}, before.Answers...), answers...))
		if err != nil {
			return nil, err
		}
		add("answers", sealed)
	}
	return more, nil
}

// moves: the contact goes on with another version of the script, or begins.
func moves(t triage.Turn, before hotline.Case) bool {
	return t.Next.Script != "" && t.Next.Script != before.Script
}

func recorded(effects []triage.Effect) []hotline.Answer {
	var answers []hotline.Answer
	for _, e := range effects {
		if rec, ok := e.(triage.Record); ok {
			answers = append(answers, rec.Answer)
		}
	}
	return answers
}

// docKey names a document by its leg and turn.
func docKey(leg string, turn int) string { return leg + ":" + strconv.Itoa(turn) }

// asksSafety: whoever writes and leaves a question open before the safety
// question is answered joins the urgent queue.
func asksSafety(t triage.Turn) bool {
	if t.Next.Safety {
		return false
	}
	for _, e := range t.Effects {
		if _, ok := e.(triage.Ask); ok {
			return true
		}
	}
	return false
}

func unique(words []string) []string {
	seen := map[string]bool{}
	out := words[:0:0]
	for _, w := range words {
		if !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	return out
}

func ms(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

func flag(b bool) string {
	if b {
		return "1"
	}
	return ""
}
