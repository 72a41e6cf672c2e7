package intake

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
)

// textKey is the global key by which a call goes on by text.
const textKey = "8"

// goByText moves the case to text: the words that end the call, the first text
// and the move are one commit. The line of whoever is in danger stays open. Where
// the store refuses, the script goes on with its word.
func (d *Desk) goByText(ctx context.Context, at Mark, pos triage.Position, t triage.Turn) ([]byte, bool, error) {
	word := triage.Texting
	if pos.Case.Band == hotline.Emergency {
		word = triage.Staying
	}
	said := without[triage.ByText](t.Effects, true)
	ses, effects, err := d.outcome(t, pos, word)
	if err != nil {
		return nil, false, err
	}
	if !has[triage.ToText](effects) {
		return d.commit(ctx, at, pos, ses, append(said, effects...))
	}
	turn := t
	turn.Next = ses
	turn.Effects, turn.Said = d.firstText(pos, ses, append(said, effects...))
	if turn.Doc, err = d.render(d.parting(at, pos, ses, turn.Effects)); err != nil {
		return nil, false, fmt.Errorf("render case %s: %w", at.Case, err)
	}
	got, err := d.cases.Commit(ctx, turn, pos.Case)
	if err != nil || got.Word != triage.Refused {
		return d.settled(at, got, err)
	}
	if ses, effects, err = d.outcome(t, pos, got.Outcome); err != nil {
		return nil, false, err
	}
	return d.commit(ctx, at, pos, ses, append(said, effects...))
}

func (d *Desk) outcome(t triage.Turn, pos triage.Position, word string) (triage.Session, []triage.Effect, error) {
	ses, effects, err := d.script.Step(t.Next, triage.Input{Kind: triage.Outcome, Text: word}, d.world(pos.Case), pos.Now)
	switch {
	case err != nil:
		return ses, nil, fmt.Errorf("by text, case %s: %w", t.Case, err)
	case has[triage.ByText](effects):
		return ses, nil, fmt.Errorf("by text, case %s: the script asks for the same thing again", t.Case)
	}
	return ses, effects, nil
}

// firstText tells whoever waits where they stand; said is the place that it
// names. Where it asks something, that is enough.
func (d *Desk) firstText(pos triage.Position, ses triage.Session, effects []triage.Effect) (all []triage.Effect, said int) {
	for _, e := range effects {
		if t, ok := e.(triage.ToText); ok && !t.Asks {
			place := lower(pos.Case.Place, pos.Case.Said)
			more := d.script.Lines(triage.TextMovedWait, ses.Lang, hotline.SMS)
			if place > 0 && pos.Case.Band != hotline.Emergency {
				said, more = place, d.script.Lines(triage.TextMovedPlace, ses.Lang, hotline.SMS, "place", strconv.Itoa(place))
			}
			t.First = append(append([]triage.Spoken{}, t.First...), more...)
			e = t
		}
		all = append(all, e)
	}
	return all, said
}

// parting is the document that goes with the move: a goodbye, or the loop of
// whoever is in danger.
func (d *Desk) parting(at Mark, pos triage.Position, ses triage.Session, effects []triage.Effect) Reply {
	c := pos.Case
	c.Lang = ses.Lang
	r := Reply{Kind: Hold, Digits: 1, Lines: lines(effects), Next: d.next(at, c, effects)}
	r.Next.Hush = ses.Quiet
	if has[triage.End](effects) {
		return d.goodbye(r, c, ses.Quiet)
	}
	return r
}

// beside answers the line of a caller whose case has gone on by text. The keys
// of danger and of a person count here as everywhere.
func (d *Desk) beside(ctx context.Context, at Mark, pos triage.Position, in triage.Input) ([]byte, bool, error) {
	c := pos.Case
	if in.Kind == triage.Keys && in.Text == "9" && c.State.Open() {
		token := "beside:" + at.Leg + ":" + strconv.Itoa(at.Turn)
		if _, err := d.cases.Raise(ctx, c.ID, "", hotline.Emergency, true, 3, token); err != nil {
			return nil, false, err
		}
		pos.Case.Band = min(c.Band, hotline.Emergency)
	}
	if at.Turn != c.Turn+1 {
		doc, err := d.current(at, pos)
		return doc, false, err
	}
	if in.Kind == triage.Keys && in.Text == "0" && (c.State == hotline.Triage || c.State == hotline.Waiting) {
		pos.Case.Channel = hotline.Voice
		return d.commit(ctx, at, pos, d.script.Aloud(pos.Session), []triage.Effect{triage.ToVoice{}})
	}
	return d.commit(ctx, at, pos, pos.Session, nil)
}

// apart is what such a line hears: whoever is in danger is not hung up on, and
// whose call has ended hears no more than the goodbye.
func (d *Desk) apart(at Mark, c hotline.Case, ses triage.Session) Reply {
	r := Reply{Kind: Hold, Digits: 1, Next: d.next(at, c, nil)}
	r.Next.Hush = ses.Quiet
	switch {
	case !c.State.Open() || c.State == hotline.WrapUp || !c.Beside:
		return d.goodbye(r, c, ses.Quiet)
	case ses.Quiet:
		r.Lines = d.script.Lines(triage.HoldWait, c.Lang, hotline.Voice)
	default:
		r.Lines = d.script.Lines(triage.HoldByText, c.Lang, hotline.Voice)
	}
	return r
}

// Untexted takes up a case whose first text did not arrive: back to the line
// that is still open, or to be called back at the same place. Whoever cannot
// talk is not called: a person decides. Errors: ErrTaken while a counselor has the
// thread, ErrUnknown, ErrEra.
func (d *Desk) Untexted(ctx context.Context, id hotline.CaseID) error {
	for range tries {
		pos, err := d.cases.Load(ctx, triage.Ref{Case: id})
		if errors.Is(err, hotline.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		c := pos.Case
		if c.Channel == hotline.SMS && c.State.Owned() {
			return fmt.Errorf("case %s, not reached by text: %w", id, hotline.ErrTaken)
		}
		if c.Channel != hotline.SMS || c.State != hotline.Triage && c.State != hotline.Waiting || pos.Session.Quiet && !open(c) {
			return nil
		}
		ses, effects, err := d.called(pos)
		if err != nil {
			return err
		}
		doc, err := d.render(Reply{Kind: Texts})
		if err != nil {
			return err
		}
		got, err := d.promise(ctx, triage.Turn{
			Case: id, Leg: string(id), Channel: hotline.Voice, N: c.Turn + 1, Name: "untexted-" + strconv.Itoa(c.Turn), Next: ses, Effects: effects, Doc: doc,
		}, c)
		if err != nil || got.Word == triage.Kept || got.Word == triage.Replay || got.Word == triage.Awaited { // the last: a number that is never called
			return err
		}
	}
	return fmt.Errorf("case %s, not reached by text: moved %d times: %w", id, tries, hotline.ErrUnknown)
}

// open reports whether the caller is still on the line beside the texts. A leg
// that hears its goodbye is not: it ends in a moment.
func open(c hotline.Case) bool { return c.Beside && c.PatientLeg != "" }

// called is the way of a case back to the phone. Whoever was still being asked
// gets the place that a 0 would give.
func (d *Desk) called(pos triage.Position) (triage.Session, []triage.Effect, error) {
	ses := d.script.Aloud(pos.Session)
	effects := []triage.Effect{triage.ToVoice{}}
	if open(pos.Case) {
		return ses, effects, nil
	}
	for i := 0; pos.Case.State == hotline.Triage && !has[triage.Enqueue](effects); i++ {
		if i == tries {
			effects = append(effects, triage.Enqueue{Band: hotline.Urgent, Need: hotline.NeedTalk})
			break
		}
		next, more, err := d.script.Step(ses, triage.Input{Kind: triage.Keys, Text: key(hotline.Routine)}, d.world(pos.Case), pos.Now)
		if err != nil {
			return ses, nil, fmt.Errorf("case %s, not reached by text: %w", pos.Case.ID, err)
		}
		ses = next
		effects = append(effects, without[triage.Say](without[triage.Ask](more, true), true)...)
	}
	return ses, append(effects, triage.Promise{}), nil
}
