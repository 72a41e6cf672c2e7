package intake

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
)

// Moved answers a URL that REST gave to the patient's leg: into the room
// ("join-5"), back into the queue ("back-5"), goodbye ("bye-5"). It counts as
// one turn; what it says follows the state that it finds.
func (d *Desk) Moved(ctx context.Context, at Mark) ([]byte, error) {
	ref := triage.Ref{Case: at.Case, Doc: at.Leg + ":" + at.Name, Token: at.Token}
	for range tries {
		pos, err := d.cases.Load(ctx, ref)
		switch {
		case errors.Is(err, hotline.ErrNotFound):
			return d.gone(at)
		case err != nil:
			return nil, err
		case pos.Doc != nil:
			return pos.Doc, nil
		case pos.Case.PatientLeg != hotline.Leg(at.Leg) && pos.Case.State != hotline.Closed && pos.Case.State != hotline.WrapUp:
			return d.gone(at)
		}
		doc, again, err := d.commit(ctx, at, pos, pos.Session, d.movedWords(at.Name, pos.Case, pos.Session.Quiet))
		if err != nil || !again {
			return doc, err
		}
	}
	return nil, fmt.Errorf("move %s of case %s: %w", at.Name, at.Case, hotline.ErrUnknown)
}

// movedWords are said where the move still fits the state.
func (d *Desk) movedWords(name string, c hotline.Case, quiet bool) []triage.Effect {
	say := func(id triage.PhraseID) []triage.Effect {
		return []triage.Effect{triage.Say{Lines: d.script.Lines(id, c.Lang, hotline.Voice)}}
	}
	joining, lost := triage.Joining, triage.CounselorLost
	if c.Outs > 0 {
		joining = triage.Rejoining
	}
	if quiet {
		joining, lost = triage.JoiningHush, triage.HoldWait
	}
	if c.PassedOn && !quiet {
		lost = triage.PassedOn
	}
	switch {
	case c.Parked && c.State == hotline.Live:
		return nil
	case strings.HasPrefix(name, "join-") && (c.State == hotline.Connecting || c.State == hotline.Live):
		return say(joining)
	case strings.HasPrefix(name, "back-") && (c.State == hotline.Waiting || c.State == hotline.Claimed):
		return say(lost)
	}
	return nil
}

// AfterDial answers the action of a patient's Dial. It changes nothing: the
// current state decides, and where the leg was moved by REST meanwhile Twilio
// throws the answer away.
func (d *Desk) AfterDial(ctx context.Context, at Mark) ([]byte, error) {
	key := at.Leg + ":after-" + at.Name
	pos, err := d.cases.Load(ctx, triage.Ref{Case: at.Case, Doc: key, Token: at.Token})
	switch {
	case errors.Is(err, hotline.ErrNotFound):
		return d.gone(at)
	case err != nil:
		return nil, err
	case pos.Doc != nil:
		return pos.Doc, nil
	}
	doc, err := d.current(at, pos)
	if err != nil {
		return nil, err
	}
	return d.docs.Keep(ctx, key, at.Token, doc)
}

// Over records that the patient's line has ended. Errors: ErrUnknown, ErrEra;
// a leg of no case is nothing to act on.
func (d *Desk) Over(ctx context.Context, leg string) error {
	pos, err := d.cases.Load(ctx, triage.Ref{Leg: leg})
	if errors.Is(err, hotline.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = d.cases.Leave(ctx, pos.Case.ID, hotline.Leg(leg))
	if errors.Is(err, hotline.ErrStale) {
		return nil
	}
	return err
}

// Quiet joins a texter who never answered the safety question to the urgent
// queue; turn is the question's. Silence is never read as "no".
func (d *Desk) Quiet(ctx context.Context, id hotline.CaseID, turn int) error {
	pos, err := d.cases.Load(ctx, triage.Ref{Case: id})
	if errors.Is(err, hotline.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if pos.Case.State != hotline.Triage || pos.Case.Turn != turn {
		return nil
	}
	ses, effects, err := d.script.Step(pos.Session, triage.Input{Kind: triage.Silence}, d.world(pos.Case), pos.Now)
	if err != nil {
		return fmt.Errorf("quiet case %s: %w", id, err)
	}
	if !has[triage.Enqueue](effects) {
		effects = []triage.Effect{triage.Enqueue{Band: hotline.Urgent, Need: hotline.NeedTalk}}
	}
	doc, err := d.render(Reply{Kind: Texts})
	if err != nil {
		return err
	}
	_, err = d.cases.Commit(ctx, triage.Turn{
		Case: id, Leg: string(id), Channel: hotline.SMS, N: turn + 1, Name: "quiet", Next: ses, Effects: effects, Doc: doc,
	}, pos.Case)
	return err
}
