package intake

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
)

// Text is one message of a caller.
type Text struct {
	Sid    string // MessageSid: the key of its answer
	Token  hotline.Token
	From   hotline.Number
	Body   string
	OptOut string // STOP START HELP, where Twilio recognised it
	Media  bool
}

// stopWords block further texts at the carrier, whole message only.
var stopWords = map[string]bool{
	"STOP": true, "UNSUBSCRIBE": true, "END": true, "QUIT": true, "STOPALL": true, "REVOKE": true, "OPTOUT": true, "CANCEL": true,
}

// startWords lift that again.
var startWords = map[string]bool{"START": true, "UNSTOP": true, "YES": true}

// safetyWords act in every state of a thread.
var safetyWords = map[string]bool{"crisis": true, "988": true, "911": true}

// Text answers one text. The answer is in the webhook's own; empty where
// nothing is to be said.
func (d *Desk) Text(ctx context.Context, t Text) ([]byte, error) {
	ref := triage.Ref{Caller: t.From, Channel: hotline.SMS, Doc: t.Sid + ":0"}
	if !t.From.Known() {
		return d.texts(triage.GoodbyeGone, "")
	}
	for range tries {
		pos, err := d.cases.Load(ctx, ref)
		if err != nil && !errors.Is(err, hotline.ErrNotFound) {
			return nil, err
		}
		if pos.Doc != nil {
			return pos.Doc, nil
		}
		doc, again, err := d.text(ctx, t, pos)
		if err != nil || !again {
			return doc, err
		}
	}
	return nil, fmt.Errorf("text: case moved %d times: %w", tries, hotline.ErrUnknown)
}

func (d *Desk) text(ctx context.Context, t Text, pos triage.Position) ([]byte, bool, error) {
	word := strings.ToUpper(strings.TrimSpace(t.Body))
	out, err := d.threads.OptedOut(ctx, t.From)
	if err != nil {
		return nil, false, err
	}
	switch {
	case t.OptOut == "STOP" || stopWords[word]:
		return d.stop(ctx, t)
	case t.OptOut == "START" || (out && startWords[word]):
		if err := d.threads.OptOut(ctx, t.From, false); err != nil {
			return nil, false, err
		}
		doc, err := d.keepTexts(ctx, t, triage.TextBack, pos.Case.Lang)
		return doc, false, err
	case out:
		doc, err := d.silent(ctx, t, pos)
		return doc, false, err
	case t.OptOut == "HELP" || word == "HELP" || word == "INFO":
		if pos.Case.State != hotline.Live {
			doc, err := d.keepTexts(ctx, t, triage.TextHelp, pos.Case.Lang)
			return doc, false, err
		}
	}
	switch pos.Case.State {
	case hotline.Live, hotline.WrapUp, hotline.Claimed, hotline.Connecting:
		doc, err := d.relay(ctx, t, pos)
		return doc, false, err
	case hotline.Waiting, hotline.Promised:
		if _, err := d.threads.Receive(ctx, pos.Case.ID, t.Sid, body(t), nil); err != nil {
			return nil, false, err
		}
		return d.stepText(ctx, t, pos)
	case hotline.Triage:
		return d.stepText(ctx, t, pos)
	case hotline.Closed:
	}
	return d.first(ctx, t)
}

// first begins a new contact by text.
func (d *Desk) first(ctx context.Context, t Text) ([]byte, bool, error) {
	ses := d.script.Begin(hotline.SMS)
	ses, effects, err := d.script.Step(ses, triage.Input{Kind: triage.Start, Text: t.Body}, d.facts(true), d.now())
	if err != nil {
		return nil, false, fmt.Errorf("first text: %w", err)
	}
	return d.commitText(ctx, t, triage.Position{Case: hotline.Case{Turn: -1}}, hotline.NewCaseID(), ses, effects)
}

func (d *Desk) stepText(ctx context.Context, t Text, pos triage.Position) ([]byte, bool, error) {
	ses, effects, err := d.script.Step(pos.Session, triage.Input{Kind: triage.Words, Text: t.Body}, d.facts(true), pos.Now)
	if err != nil {
		return nil, false, fmt.Errorf("text of case %s: %w", pos.Case.ID, err)
	}
	if has[triage.Promise](effects) { // by text there is nothing to take: the thread keeps the place
		effects = without[triage.Promise](effects, true)
	}
	return d.commitText(ctx, t, pos, pos.Case.ID, ses, effects)
}

func (d *Desk) commitText(ctx context.Context, t Text, pos triage.Position, id hotline.CaseID, ses triage.Session, effects []triage.Effect) ([]byte, bool, error) {
	said := lines(effects)
	state := after(pos.Case.State, effects)
	_, asks := asked(effects)
	if state.Queued() && !asks {
		if len(said) == 0 || has[triage.Enqueue](effects) {
			said = append(said, d.waitingLines(pos.Case, ses, effects)...)
		}
	}
	if t.Media {
		said = append(d.script.Lines(triage.TextMedia, ses.Lang, hotline.SMS), said...)
	}
	doc, err := d.render(Reply{Kind: Texts, Lines: said})
	if err != nil {
		return nil, false, fmt.Errorf("render text: %w", err)
	}
	got, err := d.cases.Commit(ctx, triage.Turn{
		Case: id, Leg: t.Sid, Channel: hotline.SMS, Caller: t.From, N: pos.Case.Turn + 1, Name: "0", Token: t.Token,
		Next: ses, Effects: effects, Doc: doc,
	}, pos.Case)
	if err != nil {
		return nil, false, err
	}
	return d.settle(Mark{Case: id, Lang: ses.Lang}, got)
}

// waitingLines tell where a waiting texter stands.
func (d *Desk) waitingLines(c hotline.Case, ses triage.Session, effects []triage.Effect) []triage.Spoken {
	if c.Band == hotline.Emergency || has[triage.Page](effects) {
		if len(lines(effects)) > 0 {
			return nil
		}
		return d.script.Lines(triage.TextEmergency, ses.Lang, hotline.SMS)
	}
	return d.script.Lines(triage.TextWaiting, ses.Lang, hotline.SMS, "place", strconv.Itoa(max(c.Place, 1)))
}

// relay hands a text to the counselor as it is. Safety words act as well.
func (d *Desk) relay(ctx context.Context, t Text, pos triage.Position) ([]byte, error) {
	c := pos.Case
	var said []triage.Spoken
	level, _ := d.script.Screen(t.Body)
	word := strings.ToLower(strings.Trim(t.Body, " .!?\n"))
	if safetyWords[word] || level >= 3 {
		if _, err := d.cases.Raise(ctx, c.ID, "", hotline.Emergency, true, 3, "in:"+t.Sid+":raise"); err != nil {
			return nil, err
		}
		if safetyWords[word] {
			said = d.script.Lines(triage.TextEmergency, c.Lang, hotline.SMS)
		}
	}
	if t.Media {
		said = append(said, d.script.Lines(triage.TextMedia, c.Lang, hotline.SMS)...)
	}
	doc, err := d.render(Reply{Kind: Texts, Lines: said})
	if err != nil {
		return nil, err
	}
	return d.threads.Receive(ctx, c.ID, t.Sid, body(t), doc)
}

// body is what the thread shows; a picture without words must not vanish.
func body(t Text) string {
	if t.Body == "" && t.Media {
		return "[…]"
	}
	return t.Body
}

// stop mirrors the opt-out. Twilio has answered it already.
func (d *Desk) stop(ctx context.Context, t Text) ([]byte, bool, error) {
	if err := d.threads.OptOut(ctx, t.From, true); err != nil {
		return nil, false, err
	}
	doc, err := d.render(Reply{Kind: Texts})
	if err != nil {
		return nil, false, err
	}
	doc, err = d.docs.Keep(ctx, t.Sid+":0", "", doc)
	return doc, false, err
}

// silent is every answer after STOP; words of danger page all the same.
func (d *Desk) silent(ctx context.Context, t Text, pos triage.Position) ([]byte, error) {
	doc, err := d.render(Reply{Kind: Texts})
	if err != nil {
		return nil, err
	}
	level, _ := d.script.Screen(t.Body)
	if pos.Case.ID != "" && pos.Case.State.Open() {
		if level >= 2 {
			if _, err := d.cases.Raise(ctx, pos.Case.ID, "", hotline.Emergency, true, level, "in:"+t.Sid+":raise"); err != nil {
				return nil, err
			}
		}
		return d.threads.Receive(ctx, pos.Case.ID, t.Sid, body(t), doc)
	}
	if level < 2 {
		return d.docs.Keep(ctx, t.Sid+":0", t.Token, doc)
	}
	ses := d.script.Begin(hotline.SMS)
	ses.Lang = pos.Case.Lang
	ses, effects, err := d.script.Step(ses, triage.Input{Kind: triage.Start, Text: t.Body}, d.facts(true), d.now())
	if err != nil {
		return nil, fmt.Errorf("text after opt-out: %w", err)
	}
	effects = append(effects, triage.Page{Kind: "opted-out"}, triage.Enqueue{Band: hotline.Emergency, Need: hotline.NeedTalk})
	got, err := d.cases.Commit(ctx, triage.Turn{
		Case: hotline.NewCaseID(), Leg: t.Sid, Channel: hotline.SMS, Caller: t.From, N: 0, Name: "0", Token: t.Token,
		Next: ses, Effects: effects, Doc: doc,
	}, hotline.Case{})
	return got.Doc, err
}

func (d *Desk) texts(id triage.PhraseID, lang hotline.Lang) ([]byte, error) {
	return d.render(Reply{Kind: Texts, Lines: d.script.Lines(id, lang, hotline.SMS)})
}

func (d *Desk) keepTexts(ctx context.Context, t Text, id triage.PhraseID, lang hotline.Lang) ([]byte, error) {
	doc, err := d.texts(id, lang)
	if err != nil {
		return nil, err
	}
	return d.docs.Keep(ctx, t.Sid+":0", t.Token, doc)
}
