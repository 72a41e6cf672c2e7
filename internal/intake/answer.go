package intake

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
)

// Begin answers the first request of a call: no read, the case is made with
// its first document. A repeat gets the same document; a call that is known
// and whose document is gone is led to where it stands.
func (d *Desk) Begin(ctx context.Context, at Mark) ([]byte, error) {
	at.Case, at.Turn = hotline.NewCaseID(), 0
	ses := d.script.Begin(hotline.Voice)
	ses, effects, err := d.script.Step(ses, triage.Input{Kind: triage.Start}, d.facts(at.From.Known()), d.now())
	if err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	doc, again, err := d.commit(ctx, at, triage.Position{}, ses, effects)
	if err != nil || !again {
		return doc, err
	}
	first := at.Leg + ":0"
	if at.Name != "" { // the leg has had a document before, as a counselor's
		first = at.Leg + ":" + at.Name
	}
	pos, err := d.cases.Load(ctx, triage.Ref{Leg: at.Leg, Doc: first})
	switch {
	case errors.Is(err, hotline.ErrNotFound):
		return d.gone(at)
	case err != nil:
		return nil, err
	case pos.Doc != nil:
		return pos.Doc, nil
	}
	return d.current(at, pos)
}

// Answer gives the next document of a call: in is what the caller pressed or
// said, or Silence.
func (d *Desk) Answer(ctx context.Context, at Mark, in triage.Input) ([]byte, error) {
	ref := triage.Ref{Case: at.Case, Doc: at.Leg + ":" + strconv.Itoa(at.Turn), Token: at.Token}
	at.Place = in.Kind == triage.Keys && (in.Text == "0" || in.Text == "*")
	for range tries {
		pos, err := d.cases.Load(ctx, ref)
		switch {
		case errors.Is(err, hotline.ErrNotFound):
			return d.lost(ctx, at)
		case err != nil:
			return nil, err
		case pos.Doc != nil:
			return pos.Doc, nil
		case pos.Case.Channel == hotline.SMS && pos.Case.PatientLeg == hotline.Leg(at.Leg):
			doc, again, err := d.beside(ctx, at, pos, in)
			if err != nil || !again {
				return doc, err
			}
			continue
		case at.Turn != pos.Case.Turn+1 || pos.Case.PatientLeg != hotline.Leg(at.Leg):
			return d.current(at, pos)
		}
		ses, effects, err := d.step(pos, in)
		if err != nil {
			return nil, err
		}
		doc, again, err := d.commit(ctx, at, pos, ses, effects)
		if err != nil || !again {
			return doc, err
		}
	}
	return nil, fmt.Errorf("answer case %s: moved %d times: %w", at.Case, tries, hotline.ErrUnknown)
}

// step is what the script makes of the input in this state.
func (d *Desk) step(pos triage.Position, in triage.Input) (triage.Session, []triage.Effect, error) {
	c := pos.Case
	facts := d.world(c)
	switch c.State {
	case hotline.Triage, hotline.Waiting, hotline.Promised:
		ses, effects, err := d.script.Step(pos.Session, in, facts, pos.Now)
		if c.Band == hotline.Emergency && has[triage.Tape](effects) { // raised meanwhile: a person comes, nobody is left to a recording
			return pos.Session, nil, err
		}
		return ses, effects, err
	case hotline.Claimed, hotline.Connecting, hotline.Live:
		return d.stepHeld(pos, in, facts)
	case hotline.WrapUp, hotline.Closed:
		return pos.Session, nil, nil
	}
	return pos.Session, nil, fmt.Errorf("case %s: state %q", c.ID, c.State)
}

// stepHeld is a step while a counselor is being called or talks. Nothing that
// the caller does is dropped, and nothing of it undoes the claim: questions
// are cut off, and what would end the wait answers "please stay".
func (d *Desk) stepHeld(pos triage.Position, in triage.Input, facts triage.Facts) (triage.Session, []triage.Effect, error) {
	if in.Kind == triage.Silence || in.Kind == triage.Outcome { // nobody waits for a message any more
		return pos.Session, nil, nil
	}
	c := pos.Case
	ses, effects, err := d.script.Step(pos.Session, in, facts, pos.Now)
	if err != nil {
		return ses, nil, err
	}
	leaves := has[triage.Promise](effects) || has[triage.Seat](effects) || has[triage.End](effects) || has[triage.Tape](effects) || has[triage.Keep](effects) ||
		has[triage.ByText](effects) || in.Kind == triage.Keys && in.Text == textKey
	next := in.Kind == triage.Keys && len(effects) == 1 && has[triage.Ask](effects) // on to a question that is cut off
	if leaves || next && c.State == hotline.Claimed || in.Kind == triage.Keys && in.Text == "1" && pos.Session.Node == pos.Session.Queue {
		if c.State != hotline.Claimed {
			return pos.Session, nil, nil
		}
		stay := triage.HoldClaimed
		if pos.Session.Quiet {
			stay = triage.HoldWait
		}
		return pos.Session, []triage.Effect{triage.Say{Lines: d.script.Lines(stay, c.Lang, c.Channel)}}, nil
	}
	effects = without[triage.Ask](effects, true)
	return ses, without[triage.Say](effects, c.State != hotline.Claimed && !has[triage.Page](effects)), nil
}

// commit renders the reply and writes the turn; again says that the case
// moved and the answer must begin anew.
func (d *Desk) commit(ctx context.Context, at Mark, pos triage.Position, ses triage.Session, effects []triage.Effect) (doc []byte, again bool, err error) {
	t := triage.Turn{
		Case: at.Case, Leg: at.Leg, Channel: hotline.Voice, Caller: at.From, N: pos.Case.Turn + 1, Name: at.Name,
		Token: at.Token, Next: ses, Effects: effects, Taped: at.Taped,
	}
	if pos.Case.ID == "" {
		t.N = 0
	}
	if has[triage.Seat](effects) {
		ses, effects, got, err := d.seat(ctx, t, pos)
		if err != nil || got.Word != triage.Awaited {
			return d.settled(at, got, err)
		}
		return d.commit(ctx, at, pos, ses, effects)
	}
	switch {
	case has[triage.Promise](effects):
		return d.await(ctx, at, pos, t)
	case has[triage.ByText](effects):
		return d.goByText(ctx, at, pos, t)
	}
	r, said := d.reply(at, pos, ses, effects)
	t.Said = said
	t.Effects = without[triage.End](effects, pos.Case.State == hotline.Promised) // the call ends, the promise stays
	if t.Doc, err = d.render(r); err != nil {
		return nil, false, fmt.Errorf("render case %s: %w", at.Case, err)
	}
	got, err := d.cases.Commit(ctx, t, pos.Case)
	if err != nil {
		return nil, false, err
	}
	return d.settle(at, got)
}

func (d *Desk) settled(at Mark, got triage.Committed, err error) ([]byte, bool, error) {
	if err != nil {
		return nil, false, err
	}
	return d.settle(at, got)
}

func (d *Desk) settle(at Mark, got triage.Committed) ([]byte, bool, error) {
	switch got.Word {
	case triage.Kept, triage.Replay:
		return got.Doc, false, nil
	case triage.Stale, triage.Moved, triage.Awaited, triage.Refused, triage.Gone:
		return nil, true, nil
	}
	return nil, false, fmt.Errorf("commit case %s: word %d", at.Case, got.Word)
}

// await takes what the effect asks for, then steps once more with the
// outcome, under the same token: a repeat takes nothing twice.
func (d *Desk) await(ctx context.Context, at Mark, pos triage.Position, t triage.Turn) ([]byte, bool, error) {
	got, err := d.promise(ctx, t, pos.Case)
	if err != nil {
		return nil, false, err
	}
	if got.Word != triage.Awaited && got.Word != triage.Moved {
		return d.settle(at, got)
	}
	word := got.Outcome
	if got.Word == triage.Moved {
		word = string(got.State)
	}
	ses, effects, err := d.script.Step(t.Next, triage.Input{Kind: triage.Outcome, Text: word}, d.world(pos.Case), pos.Now)
	if err != nil {
		return nil, false, fmt.Errorf("await case %s: %w", at.Case, err)
	}
	if word != "refused" {
		pos.Case.State = hotline.State(word)
	}
	if !has[triage.Promise](effects) {
		return d.commit(ctx, at, pos, ses, effects)
	}
	return nil, false, fmt.Errorf("await case %s: the script waits for the same thing again", at.Case)
}

// promise asks the store for a callback, unless the number is one that the
// line does not call.
func (d *Desk) promise(ctx context.Context, t triage.Turn, c hotline.Case) (triage.Committed, error) {
	for _, e := range t.Effects {
		p, is := e.(triage.Promise)
		if !is {
			continue
		}
		to := c.Caller
		if p.Number != "" {
			to = hotline.Domestic(p.Number)
		}
		may, err := d.mayCall(ctx, to)
		if err != nil {
			return triage.Committed{}, fmt.Errorf("callback of case %s: %w", t.Case, err)
		}
		if !may {
			return triage.Committed{Word: triage.Awaited, Outcome: "refused"}, nil
		}
	}
	return d.cases.Commit(ctx, t, c)
}

// seat takes the seat that a step asks for and steps once more with the word
// that the store gives for it. What else the step asked for goes with the
// document, so that a repeat finds nothing half done.
func (d *Desk) seat(ctx context.Context, t triage.Turn, pos triage.Position) (triage.Session, []triage.Effect, triage.Committed, error) {
	t.Caller = pos.Case.Caller
	got, err := d.cases.Commit(ctx, t, pos.Case)
	if err != nil || got.Word != triage.Awaited {
		return t.Next, nil, got, err
	}
	ses, more, err := d.script.Step(t.Next, triage.Input{Kind: triage.Outcome, Text: got.Outcome}, d.world(pos.Case), pos.Now)
	if err != nil {
		return ses, nil, got, fmt.Errorf("seat for case %s: %w", t.Case, err)
	}
	if has[triage.Seat](more) {
		return ses, nil, got, fmt.Errorf("seat for case %s: the script waits for a seat again", t.Case)
	}
	return ses, append(without[triage.Seat](t.Effects, true), more...), got, nil
}

// without drops the effects of type E where drop is set.
func without[E triage.Effect](effects []triage.Effect, drop bool) []triage.Effect {
	if !drop {
		return effects
	}
	var kept []triage.Effect
	for _, e := range effects {
		if _, ok := e.(E); !ok {
			kept = append(kept, e)
		}
	}
	return kept
}
