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

// SafetyWord reports whether a text is one of the words that call for help in
// every state: crisis, 988, 911.
func SafetyWord(text string) bool {
	return safetyWords[strings.ToLower(strings.Trim(text, " .,!?\n"))]
}

// danger is how much of it a text shows; a safety word is as clear as words can be.
func (d *Desk) danger(text string) int {
	if SafetyWord(text) {
		return 3
	}
	level, _ := d.script.Screen(text)
	return level
}

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
	lang := pos.Case.Lang
	if !pos.Case.State.Open() { // a thread that is over, perhaps of somebody else
		lang = ""
	}
	quiet := pos.Case.State.Open() && pos.Session.Quiet // somebody else may hold the phone
	switch {
	case t.OptOut == "STOP" || stopWords[word]:
		return d.stop(ctx, t)
	case t.OptOut == "START" || (out && startWords[word]):
		if err := d.threads.OptOut(ctx, t.From, false); err != nil {
			return nil, false, err
		}
		doc, err := d.keepTexts(ctx, t, triage.TextBack, lang)
		return doc, false, err
	case out:
		return d.silent(ctx, t, pos)
	case t.OptOut == "HELP" || word == "HELP" || word == "INFO":
		if pos.Case.State != hotline.Live && !quiet {
			doc, err := d.keepTexts(ctx, t, triage.TextHelp, lang)
			return doc, false, err
		}
	}
	if lang, leaves := leavesGroup(t.Body); leaves && !quiet && !talking(pos.Case.State) {
		doc, err := d.leaveGroups(ctx, t, lang)
		return doc, false, err
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
		if err := d.keepDanger(ctx, pos.Case.ID, t); err != nil {
			return nil, false, err
		}
		return d.stepText(ctx, t, pos)
	case hotline.Closed:
	}
	return d.first(ctx, t, pos)
}

// first begins a new contact by text; of pos only the line counts.
func (d *Desk) first(ctx context.Context, t Text, pos triage.Position) ([]byte, bool, error) {
	ses := d.script.Begin(hotline.SMS)
	ses, effects, err := d.script.Step(ses, triage.Input{Kind: triage.Start, Text: t.Body}, d.facts(true), d.now())
	if err != nil {
		return nil, false, fmt.Errorf("first text: %w", err)
	}
	pos = triage.Position{Case: hotline.Case{Turn: -1}, Line: pos.Line}
	id := hotline.NewCaseID()
	doc, again, err := d.commitText(ctx, t, pos, id, ses, effects)
	if err != nil || again {
		return doc, again, err
	}
	// What was said is answered already: should the words not be kept, their
	// signs still stand in the case.
	_ = d.keepDanger(ctx, id, t)
	return doc, false, nil
}

// keepDanger puts words of danger into the thread while the script still asks:
// whoever is paged for them must be able to read them. Answers to the script
// are no part of it.
func (d *Desk) keepDanger(ctx context.Context, id hotline.CaseID, t Text) error {
	if _, hits := d.script.Screen(t.Body); len(hits) == 0 && d.danger(t.Body) == 0 {
		return nil
	}
	_, err := d.threads.Receive(ctx, id, t.Sid, body(t), nil)
	return err
}

func (d *Desk) stepText(ctx context.Context, t Text, pos triage.Position) ([]byte, bool, error) {
	ses, effects, err := d.script.Step(pos.Session, triage.Input{Kind: triage.Words, Text: t.Body}, d.world(pos.Case), pos.Now)
	if err != nil {
		return nil, false, fmt.Errorf("text of case %s: %w", pos.Case.ID, err)
	}
	if has[triage.Seat](effects) {
		turn := triage.Turn{
			Case: pos.Case.ID, Leg: t.Sid, Channel: hotline.SMS, Caller: t.From, N: pos.Case.Turn + 1, Name: "0", Token: t.Token, Next: ses, Effects: effects,
		}
		var got triage.Committed
		if ses, effects, got, err = d.seat(ctx, turn, pos); err != nil || got.Word != triage.Awaited {
			return d.settled(Mark{Case: pos.Case.ID, Lang: ses.Lang}, got, err)
		}
	}
	// By text there is nothing to promise: the thread keeps the place.
	effects = without[triage.Promise](effects, true)
	return d.commitText(ctx, t, pos, pos.Case.ID, ses, effects)
}

func (d *Desk) commitText(ctx context.Context, t Text, pos triage.Position, id hotline.CaseID, ses triage.Session, effects []triage.Effect) ([]byte, bool, error) {
	said := lines(effects)
	state := after(pos.Case.State, effects)
	asks := has[triage.Ask](effects)
	place := 0
	if state.Queued() && !asks && (len(said) == 0 || has[triage.Enqueue](effects)) {
		var more []triage.Spoken
		more, place = d.waitingLines(pos, ses, effects)
		said = append(said, more...)
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
		Next: ses, Effects: effects, Said: place, Doc: doc,
	}, pos.Case)
	if err != nil {
		return nil, false, err
	}
	return d.settle(Mark{Case: id, Lang: ses.Lang}, got)
}

// waitingLines tell where a waiting texter stands; place is the one that they
// name. Who is queued by this very text stands behind all of the band.
func (d *Desk) waitingLines(pos triage.Position, ses triage.Session, effects []triage.Effect) (said []triage.Spoken, place int) {
	c := pos.Case
	if ses.Quiet {
		return d.hushLines(pos, ses, effects)
	}
	if c.Band == hotline.Emergency && c.ID != "" || has[triage.Page](effects) {
		if len(lines(effects)) > 0 {
			return nil, 0
		}
		return d.script.Lines(triage.TextEmergency, ses.Lang, hotline.SMS), 0
	}
	place = placeOf(pos, effects)
	return d.script.Lines(triage.TextWaiting, ses.Lang, hotline.SMS, "place", strconv.Itoa(place)), place
}

// hushLines are the same for whoever cannot talk: whoever else looks at the
// phone learns nothing.
func (d *Desk) hushLines(pos triage.Position, ses triage.Session, effects []triage.Effect) (said []triage.Spoken, place int) {
	place = placeOf(pos, effects)
	return d.script.Lines(triage.TextHush, ses.Lang, hotline.SMS, "place", strconv.Itoa(place)), place
}

// placeOf is the place to tell. Who is queued by this very text stands behind
// all of the band.
func placeOf(pos triage.Position, effects []triage.Effect) int {
	place := pos.Case.Place
	if place == 0 {
		place = 1
		for band, n := range pos.Line {
			if hotline.Band(band) <= queuedIn(effects) {
				place += n
			}
		}
	}
	return lower(place, pos.Case.Said)
}

// queuedIn is the band that the effects put the case into.
func queuedIn(effects []triage.Effect) hotline.Band {
	band := hotline.Routine
	for _, e := range effects {
		if q, ok := e.(triage.Enqueue); ok {
			band = min(band, q.Band)
		}
	}
	return band
}

// relay hands a text to the counselor as it is. Safety words act as well.
func (d *Desk) relay(ctx context.Context, t Text, pos triage.Position) ([]byte, error) {
	c := pos.Case
	var said []triage.Spoken
	if d.danger(t.Body) >= 3 {
		if _, err := d.cases.Raise(ctx, c.ID, "", hotline.Emergency, true, 3, "in:"+t.Sid+":raise"); err != nil {
			return nil, err
		}
		switch {
		case !SafetyWord(t.Body):
		case pos.Session.Quiet:
			said = d.script.Lines(triage.TextStayHush, c.Lang, hotline.SMS)
		default:
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
func (d *Desk) silent(ctx context.Context, t Text, pos triage.Position) (doc []byte, again bool, err error) {
	if doc, err = d.render(Reply{Kind: Texts}); err != nil {
		return nil, false, err
	}
	level := d.danger(t.Body)
	if pos.Case.ID != "" && pos.Case.State.Open() {
		if level >= 2 {
			if _, err := d.cases.Raise(ctx, pos.Case.ID, "", hotline.Emergency, true, level, "in:"+t.Sid+":raise"); err != nil {
				return nil, false, err
			}
		}
		doc, err = d.threads.Receive(ctx, pos.Case.ID, t.Sid, body(t), doc)
		return doc, false, err
	}
	if level < 2 {
		doc, err = d.docs.Keep(ctx, t.Sid+":0", t.Token, doc)
		return doc, false, err
	}
	ses := d.script.Begin(hotline.SMS)
	ses.Lang = pos.Case.Lang
	ses, effects, err := d.script.Step(ses, triage.Input{Kind: triage.Start, Text: t.Body}, d.facts(true), d.now())
	if err != nil {
		return nil, false, fmt.Errorf("text after opt-out: %w", err)
	}
	effects = append(effects, triage.Page{Kind: "opted-out"}, triage.Enqueue{Band: hotline.Emergency, Need: hotline.NeedTalk})
	id := hotline.NewCaseID()
	got, err := d.cases.Commit(ctx, triage.Turn{
		Case: id, Leg: t.Sid, Channel: hotline.SMS, Caller: t.From, N: 0, Name: "0", Token: t.Token,
		Next: ses, Effects: effects, Doc: doc,
	}, hotline.Case{})
	if err != nil {
		return nil, false, err
	}
	return d.settle(Mark{Case: id}, got)
}

func (d *Desk) texts(id triage.PhraseID, lang hotline.Lang) ([]byte, error) {
	return d.render(Reply{Kind: Texts, Lines: d.script.Lines(id, lang, hotline.SMS)})
}

// keepTexts answers words of the carrier: STOP, START, HELP. Where Twilio says
// that it knew the word, it has answered already, and twice is too often.
func (d *Desk) keepTexts(ctx context.Context, t Text, id triage.PhraseID, lang hotline.Lang) ([]byte, error) {
	reply := Reply{Kind: Texts}
	if t.OptOut == "" {
		reply.Lines = d.script.Lines(id, lang, hotline.SMS)
	}
	doc, err := d.render(reply)
	if err != nil {
		return nil, err
	}
	return d.docs.Keep(ctx, t.Sid+":0", t.Token, doc)
}
