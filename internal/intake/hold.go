package intake

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
)

// reply composes the document for the state the case will be in: a question,
// the waiting loop, the room, or the end. said is the place that it names.
func (d *Desk) reply(at Mark, pos triage.Position, ses triage.Session, effects []triage.Effect) (r Reply, said int) {
	c := pos.Case
	c.Lang = ses.Lang
	if c.Channel == hotline.SMS {
		return d.apart(at, c, ses), 0
	}
	r = Reply{Lines: lines(effects), Next: d.next(at, c, effects), Slow: ses.Slow}
	r.Next.Hush = ses.Quiet
	state := after(c.State, effects)
	ask, asks := one[triage.Ask](effects)
	switch {
	case state == hotline.Live && c.Parked:
		return d.aside(r, c, ses.Quiet, has[triage.Page](effects)), 0
	case state == hotline.Connecting || state == hotline.Live:
		r.Kind, r.Room, r.Next.Name = Bridge, c.Room, "join-"+strconv.FormatInt(c.Epoch, 10)
		if c.Outs > 0 { // an end of the Dial before they were led out was answered already
			r.Next.Name += "-" + strconv.Itoa(c.Outs)
		}
		return r, 0
	case state == hotline.Closed || state == hotline.WrapUp || has[triage.End](effects):
		return d.goodbye(r, c, ses.Quiet || c.Hush), 0
	case asks && state != hotline.Claimed:
		r.Next.Safety = !ses.Safety && ses.Lang != "" && !ask.Aside
		r.Kind, r.Digits, r.Speech, r.Hints, r.Timeout = Listen, max(ask.Digits, 1), ask.Speech && !ses.KeyOnly, ask.Hints, ask.Timeout
		r.Slow = r.Slow || ask.Slow
		return r, 0
	}
	if t, tapes := one[triage.Tape](effects); tapes && state != hotline.Claimed {
		r.Kind, r.Longest, r.Timeout = Tape, t.Longest, t.Pause
		return r, 0
	}
	if ses.Quiet {
		return d.hush(at, r, c)
	}
	return d.hold(at, r, c, effects)
}

// hush is the waiting loop of a caller who cannot talk: whoever stands beside
// them hears nothing that tells.
func (d *Desk) hush(at Mark, r Reply, c hotline.Case) (Reply, int) {
	r.Kind, r.Digits = Hold, 1
	place := lower(c.Place, c.Said)
	if place == 0 || c.Said > 0 && c.Turn%2 == 0 && !at.Place {
		r.Quick = c.Place == 0 && c.State != hotline.Claimed
		if !r.Quick && len(r.Lines) == 0 {
			r.Lines = d.script.Lines(triage.HoldWait, c.Lang, hotline.Voice)
		}
		return r, 0
	}
	r.Lines = append(r.Lines, d.script.Lines(triage.HoldHush, c.Lang, hotline.Voice, "place", strconv.Itoa(place))...)
	r.Lines = append(r.Lines, d.write(c)...)
	return r, place
}

// aside is heard while the counselor is in the menu: never silence, and a key
// counts as in the waiting loop.
func (d *Desk) aside(r Reply, c hotline.Case, quiet, paged bool) Reply {
	r.Kind, r.Digits = Hold, 1
	id := triage.HoldAside
	switch {
	case quiet:
		id = triage.HoldWait
	case paged:
		id = triage.HoldEmergency
	}
	r.Lines = append(r.Lines, d.script.Lines(id, c.Lang, hotline.Voice)...)
	return r
}

// after is the state that the effects lead to; the store has the last word.
func after(s hotline.State, effects []triage.Effect) hotline.State {
	if s == "" {
		s = hotline.Triage
	}
	if s == hotline.Triage && (has[triage.Enqueue](effects) || has[triage.Keep](effects)) {
		return hotline.Waiting
	}
	return s
}

// goodbye ends the call; whatever was said, 988 and 911 are among it. Whoever
// cannot talk has heard them before.
func (d *Desk) goodbye(r Reply, c hotline.Case, quiet bool) Reply {
	r.Kind = Hangup
	switch {
	case len(r.Lines) > 0:
	case quiet:
		r.Lines = d.script.Lines(triage.GoodbyeHush, c.Lang, hotline.Voice)
	default:
		r.Lines = d.script.Lines(triage.Goodbye, c.Lang, hotline.Voice)
	}
	return r
}

// hold is one turn of the waiting loop. The place is said at the first turn,
// then at every second one, and when a key asks; never higher than before.
func (d *Desk) hold(at Mark, r Reply, c hotline.Case, effects []triage.Effect) (Reply, int) {
	r.Kind, r.Digits = Hold, 1
	facts := d.world(c)
	emergency := c.Band == hotline.Emergency || has[triage.Page](effects)
	switch {
	case emergency:
		r.Lines = append(r.Lines, d.script.Lines(triage.HoldEmergency, c.Lang, hotline.Voice)...)
		r.Lines = append(r.Lines, d.write(c)...)
	case c.State == hotline.Claimed && (c.Said == 0 || !at.Place):
		if len(r.Lines) == 0 {
			r.Lines = d.script.Lines(triage.HoldWait, c.Lang, hotline.Voice)
		}
	case c.Place == 0 && c.State != hotline.Claimed: // queued by this very turn: the place is known at the next
		r.Quick = true
	case c.Said > 0 && c.Turn%2 == 0 && !at.Place:
		r.Lines = append(r.Lines, d.script.Lines(triage.HoldQuiet, c.Lang, hotline.Voice)...)
	default:
		place := lower(c.Place, c.Said)
		id := triage.HoldPlace
		switch {
		case facts.Counselors == 0 && facts.Breaks > 0:
			id = triage.HoldBreak
		case facts.Counselors == 0:
			id = triage.HoldNobody
		}
		r.Lines = append(r.Lines, d.script.Lines(id, c.Lang, hotline.Voice, "place", strconv.Itoa(place))...)
		if facts.Counselors == 0 && facts.Backup != "" {
			r.Lines = append(r.Lines, d.script.Lines(triage.HoldBackup, c.Lang, hotline.Voice, "number", facts.Backup)...)
		}
		r.Lines = append(r.Lines, d.keys(c.Lang, facts)...)
		return r, place
	}
	return r, 0
}

// keys are the ways out of the loop that this caller has.
func (d *Desk) keys(lang hotline.Lang, facts triage.Facts) []triage.Spoken {
	all := d.script.Lines(triage.HoldBack, lang, hotline.Voice) // who has no number gives one
	if facts.CanText {
		all = append(all, d.script.Lines(triage.HoldText, lang, hotline.Voice)...)
		all = append(all, d.script.Lines(triage.HoldWrite, lang, hotline.Voice)...)
	}
	if facts.HasNumber && (facts.Counselors == 0 || facts.LinesLong) { // where it may take long
		all = append(all, d.script.Lines(triage.HoldTape, lang, hotline.Voice)...)
	}
	return append(all, d.script.Lines(triage.HoldKeys, lang, hotline.Voice)...)
}

// write offers to go on by text, where texts can reach the caller.
func (d *Desk) write(c hotline.Case) []triage.Spoken {
	if !d.world(c).CanText {
		return nil
	}
	return d.script.Lines(triage.HoldWrite, c.Lang, hotline.Voice)
}

// lower is the place to say: never a higher one than was said before. Zero is
// a place that is not known.
func lower(place, said int) int {
	if place == 0 || said > 0 && said < place {
		return said
	}
	return place
}

// next is what the URLs of this document carry.
func (d *Desk) next(at Mark, c hotline.Case, effects []triage.Effect) Mark {
	m := Mark{Case: at.Case, Turn: c.Turn + 2, Lang: c.Lang, Epoch: c.Epoch}
	if c.ID == "" {
		m.Turn = 1
	}
	enqueue := Mark{Band: c.Band, Need: c.Need(), Enq: c.Enqueued}
	for _, e := range effects {
		switch e := e.(type) {
		case triage.Enqueue:
			enqueue.Need = e.Need
			enqueue.Band = min(c.Band, e.Band)
			if c.ID == "" || c.State == hotline.Triage {
				enqueue.Band = e.Band
			}
			if enqueue.Enq.IsZero() {
				enqueue.Enq = d.now()
			}
		case triage.Page:
			enqueue.Band = hotline.Emergency
		case triage.Keep:
			enqueue.Need, enqueue.Band = hotline.NeedVoicemail, min(c.Band, e.Band)
			if enqueue.Enq.IsZero() {
				enqueue.Enq = d.now()
			}
		case triage.Say, triage.Ask, triage.Raise, triage.Promise, triage.Prefer, triage.Seat, triage.ByText, triage.ToText, triage.ToVoice, triage.Tape, triage.Erase, triage.Owe, triage.SendText, triage.Record, triage.End:
		}
	}
	if !enqueue.Enq.IsZero() {
		m.Era, m.Band, m.Need, m.Enq = d.era(), enqueue.Band, enqueue.Need, enqueue.Enq
	}
	return m
}

// current leads a request whose turn is over, or never was, to where the
// case stands. It changes nothing and is kept nowhere.
func (d *Desk) current(at Mark, pos triage.Position) ([]byte, error) {
	if pos.Case.PatientLeg != hotline.Leg(at.Leg) && pos.Case.State != hotline.Closed {
		return d.gone(at)
	}
	at.Case = pos.Case.ID
	var effects []triage.Effect
	if s := pos.Case.State; s == hotline.Triage || s.Queued() {
		effects = d.script.Current(pos.Session, d.world(pos.Case))
	}
	pos.Case.Turn--                // the URLs carry the turn that the case waits for
	pos.Case.Place = pos.Case.Said // a place that is said must be kept, and this is kept nowhere
	r, _ := d.reply(at, pos, pos.Session, effects)
	if at.Name != "" { // back into the room after a Dial: the end of the next one is another request
		r.Next.Name = following(at.Name)
	}
	return d.render(r)
}

// following names the Dial after the one that is over: join-5, join-5.1, join-5.2.
func following(name string) string {
	stem, count, _ := strings.Cut(name, ".")
	n, err := strconv.Atoi(count)
	if err != nil {
		n = 0
	}
	return stem + "." + strconv.Itoa(n+1)
}

// gone ends a request for a case that is unknown, with a way on.
func (d *Desk) gone(at Mark) ([]byte, error) {
	return d.render(Reply{Kind: Hangup, Lines: d.script.Lines(triage.GoodbyeGone, at.Lang, hotline.Voice), Next: at})
}

// lost takes a caller up again whose case the store no longer has. A hold
// turn given by another era makes its case anew: same id, same place, and an
// emergency is paged again. Any other turn begins at the welcome.
func (d *Desk) lost(ctx context.Context, at Mark) ([]byte, error) {
	if at.Case == "" { // without an id there is nothing to take up
		at.Era = ""
	}
	if at.Era == "" || at.Era == d.era() {
		if at.Name == "" && at.Era == "" && at.Turn > 0 {
			return d.Begin(ctx, Mark{Leg: at.Leg, Token: at.Token, From: at.From})
		}
		return d.gone(at)
	}
	ses := d.script.Begin(hotline.Voice)
	ses.Lang, ses.Safety = at.Lang, true
	if at.Band == hotline.Urgent {
		ses.Risk = 2 // of what the caller said only the band is left
	}
	var effects []triage.Effect
	keys := []string{key(at.Band)}
	if at.Hush {
		keys = []string{quietKey, key(at.Band)}
	}
	for _, k := range keys {
		next, more, err := d.script.Step(ses, triage.Input{Kind: triage.Keys, Text: k}, d.facts(at.From.Known()), d.now())
		if err != nil {
			return nil, fmt.Errorf("take up case %s: %w", at.Case, err)
		}
		ses, effects = next, append(effects, more...)
	}
	return d.again(ctx, at, ses, effects)
}

// quietKey is the global key of whoever cannot talk.
const quietKey = "#"

// key is the global key that leads a caller of the band to a person.
func key(b hotline.Band) string {
	if b == hotline.Emergency {
		return "9"
	}
	return "0"
}

func (d *Desk) again(ctx context.Context, at Mark, ses triage.Session, effects []triage.Effect) ([]byte, error) {
	kept := []triage.Effect{triage.Enqueue{Band: at.Band, Need: at.Need}}
	for _, e := range effects {
		switch e.(type) {
		case triage.Page, triage.Raise, triage.Record:
			kept = append(kept, e)
		case triage.Say, triage.Ask, triage.Enqueue, triage.Promise, triage.Prefer, triage.Seat, triage.ByText, triage.ToText, triage.ToVoice, triage.Tape, triage.Keep, triage.Erase, triage.Owe, triage.SendText, triage.End:
		}
	}
	t := triage.Turn{
		Case: at.Case, Leg: at.Leg, Channel: hotline.Voice, Caller: at.From, N: 0, Name: strconv.Itoa(at.Turn),
		Token: at.Token, Next: ses, Effects: kept, Since: at.Enq,
	}
	r, _ := d.reply(at, triage.Position{}, ses, kept)
	var err error
	if t.Doc, err = d.render(r); err != nil {
		return nil, fmt.Errorf("render case %s: %w", at.Case, err)
	}
	got, err := d.cases.Commit(ctx, t, hotline.Case{})
	if err != nil {
		return nil, err
	}
	if got.Word == triage.Kept || got.Word == triage.Replay {
		return got.Doc, nil
	}
	pos, err := d.cases.Load(ctx, triage.Ref{Case: at.Case})
	if err != nil {
		return nil, err
	}
	return d.current(at, pos)
}
