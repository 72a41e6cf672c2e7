package dispatch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// Lines are the calls of counselors who called the line.
type Lines interface {
	CallIn(ctx context.Context, leg hotline.Leg, who hotline.CounselorID, lang hotline.Lang, from hotline.Number) (bool, error)
	OnPhone(ctx context.Context, leg hotline.Leg, turn int, key string) (hotline.OnPhone, error)
	PIN(ctx context.Context, leg hotline.Leg, turn int, v hotline.PINVerdict) (hotline.PINVerdict, int, error)
	AsPatient(ctx context.Context, leg hotline.Leg) error
	HangUp(ctx context.Context, leg hotline.Leg) (hotline.CaseID, error)
	WaitingFor(ctx context.Context, by hotline.CounselorID, want hotline.Want) ([4]int, error)
	SetShift(ctx context.Context, by hotline.CounselorID, sh hotline.Shift, tok hotline.Token) (hotline.Shift, error)
}

// What a counselor who called in may hear, beside the other verdicts.
const (
	AskPIN     Verdict = "pin"       // enter the PIN
	WrongPIN   Verdict = "wrong-pin" // once more
	NoPIN      Verdict = "no-pin"    // three tries are over: the goodbye
	AsPatient  Verdict = "patient"   // a caller like any other from here on
	On         Verdict = "on"        // available by phone
	Next       Verdict = "next"      // how many wait; 1 takes the next
	Faster     Verdict = "faster"    // somebody else took whoever waited
	Paused     Verdict = "paused"    // not available; 1 goes on
	WrapUp     Verdict = "wrap-up"   // how did it end?
	Noted      Verdict = "noted"
	NotReached Verdict = "not-reached" // whom we called back
	HungUp     Verdict = "hung-up"     // the session is over: the goodbye
	Again      Verdict = "again"       // unknown here: begin at the beginning
)

// mostPINTries is how many answers to the PIN question one call has.
const mostPINTries = 3

// PhoneTurn is what the leg of a counselor who called in hears next.
type PhoneTurn struct {
	First   Verdict // what came of the key; empty: nothing to tell
	Then    Verdict // where the leg stands
	Case    hotline.Case
	Lang    hotline.Lang
	Turn    int    // of the document that answers
	Waiting [4]int // by band
	Current bool   // only shows where the leg stands: kept nowhere
}

// dispositions are the keys of the wrap-up by phone.
var dispositions = map[string]hotline.Disposition{
	"1": "helped", "2": "rerouted", "3": "referred", "4": "callback", "5": "no_contact", "6": "other",
}

// Records sets where what counselors do by phone is recorded. It is called
// before Run.
func (b *Board) Records(note func(ctx context.Context, by hotline.CounselorID, action, outcome string, id hotline.CaseID)) {
	b.note = note
}

// CallIn begins the call of a counselor. It is false for everybody else: for
// numbers without a PIN, and for one with too many wrong ones.
func (b *Board) CallIn(ctx context.Context, leg hotline.Leg, from hotline.Number) (hotline.Lang, bool, error) {
	who, lang, err := b.people.ByPhone(ctx, from)
	if errors.Is(err, hotline.ErrNotFound) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("who calls: %w", err)
	}
	in, err := b.store.CallIn(ctx, leg, who, lang, from)
	if err == nil && !in {
		b.note(ctx, who, "phone-sign-in", "locked", "")
	}
	return lang, in, err
}

// Phone answers a turn of a counselor's leg; turn 0 is a move by name.
func (b *Board) Phone(ctx context.Context, leg hotline.Leg, turn int, key string) (PhoneTurn, error) {
	s, err := b.store.OnPhone(ctx, leg, turn, key)
	if errors.Is(err, hotline.ErrNotFound) {
		return PhoneTurn{Then: Again, Turn: turn}, nil
	}
	stale := errors.Is(err, hotline.ErrStale)
	if err != nil && !stale {
		return PhoneTurn{}, fmt.Errorf("on the phone: %w", err)
	}
	p := PhoneTurn{Lang: s.Lang, Turn: s.Turn + 1, Current: stale}
	switch {
	case s.Patient:
		p.Then = AsPatient
	case s.Over:
		p.Then = HungUp
	case !s.Open && (stale || turn == 0):
		p.Then = AskPIN
	case !s.Open:
		return b.enterPIN(ctx, p, s, key)
	case stale || turn == 0:
		return b.stands(ctx, p, s)
	default:
		return b.pressedOnPhone(ctx, p, s)
	}
	return p, nil
}

// enterPIN judges what was entered. Whoever presses one of the keys that lead
// any caller to help is led there: the phone may be in other hands.
func (b *Board) enterPIN(ctx context.Context, p PhoneTurn, s hotline.OnPhone, digits string) (PhoneTurn, error) {
	if digits == "0" || digits == "9" || digits == "*" {
		p.Then = AsPatient
		return p, b.store.AsPatient(ctx, s.Leg)
	}
	v := hotline.PINNone
	if digits != "" {
		v = hotline.PINWrong
		right, err := b.people.PINMatches(ctx, s.Who, digits)
		if err != nil {
			return p, fmt.Errorf("check the pin: %w", err)
		}
		if right {
			v = hotline.PINRight
		}
	}
	v, tries, err := b.store.PIN(ctx, s.Leg, p.Turn, v)
	if err != nil {
		return p, fmt.Errorf("keep the pin's outcome: %w", err)
	}
	b.note(ctx, s.Who, "phone-sign-in", string(v), "")
	switch {
	case v == hotline.PINRight:
		p.First, s.Shift.State, s.Open = On, hotline.Available, true
		return b.stands(ctx, p, s)
	case tries >= mostPINTries:
		p.Then = NoPIN
	default:
		p.First, p.Then = WrongPIN, AskPIN
	}
	return p, nil
}

// pressedOnPhone carries out a key of the loop.
func (b *Board) pressedOnPhone(ctx context.Context, p PhoneTurn, s hotline.OnPhone) (PhoneTurn, error) {
	tok := hotline.Token("leg:" + string(s.Leg) + ":" + strconv.Itoa(p.Turn))
	switch {
	case s.Held != "" && s.State == hotline.WrapUp:
		d, known := dispositions[s.Key]
		if !known {
			break
		}
		err := b.Close(ctx, s.Who, s.Held, d, "", tok)
		if errors.Is(err, hotline.ErrMove) || errors.Is(err, hotline.ErrNotYours) || errors.Is(err, hotline.ErrNotFound) {
			break // closed meanwhile: by the console, or by itself
		}
		if err != nil {
			return p, err
		}
		b.note(ctx, s.Who, "close", string(d), s.Held)
		p.First, s.Held, s.State = Noted, "", ""
	case s.Held != "":
	case s.Key == "1" && s.Shift.State == hotline.Available:
		return b.takeOnPhone(ctx, p, s, tok)
	case s.Key == "1", s.Key == "*" && s.Shift.State == hotline.Available:
		s.Shift.Via, s.Shift.Channels = "phone", nil
		if s.Shift.State = hotline.Break; s.Key == "1" {
			s.Shift.State = hotline.Available
		}
		if _, err := b.store.SetShift(ctx, s.Who, s.Shift, tok); err != nil {
			return p, fmt.Errorf("shift by phone: %w", err)
		}
	}
	return b.stands(ctx, p, s)
}

// takeOnPhone claims the next for whoever pressed 1, on the same leg.
func (b *Board) takeOnPhone(ctx context.Context, p PhoneTurn, s hotline.OnPhone, tok hotline.Token) (PhoneTurn, error) {
	want, err := b.calls(ctx, s.Who)
	if err != nil {
		return p, err
	}
	want.Leg = s.Leg
	c, err := b.store.Claim(ctx, want, s.Who, tok)
	switch {
	case errors.Is(err, hotline.ErrNobody):
		p.First = Faster
	case errors.Is(err, hotline.ErrAtLimit), errors.Is(err, hotline.ErrNotAvailable), errors.Is(err, hotline.ErrTaken), errors.Is(err, hotline.ErrMove):
	case err != nil:
		return p, fmt.Errorf("take by phone: %w", err)
	case c.Owner == s.Who && c.CounselorLeg == s.Leg && (c.State == hotline.Connecting || c.State == hotline.Live):
		b.note(ctx, s.Who, "claim", "ok", c.ID)
		b.log.InfoContext(ctx, "case claimed by phone", "case", c.ID, "epoch", c.Epoch)
		p.Then, p.Case = Join, c
		return p, nil
	}
	if s, err = b.store.OnPhone(ctx, s.Leg, 0, ""); err != nil {
		return p, fmt.Errorf("on the phone: %w", err)
	}
	return b.stands(ctx, p, s)
}

// calls is what somebody may take by phone.
func (b *Board) calls(ctx context.Context, who hotline.CounselorID) (hotline.Want, error) {
	want, err := b.people.Want(ctx, who)
	if err != nil {
		return want, fmt.Errorf("what may be taken: %w", err)
	}
	return byPhone(want), nil
}

func byPhone(want hotline.Want) hotline.Want {
	want.Channels = []hotline.Channel{hotline.Voice}
	want.Needs = slices.DeleteFunc(slices.Clone(want.Needs), func(n hotline.Need) bool { return n == hotline.NeedVoicemail }) // played in the console
	return want
}

// stands says where the leg stands: in the talk, after it, on a break, or
// before the queue.
func (b *Board) stands(ctx context.Context, p PhoneTurn, s hotline.OnPhone) (PhoneTurn, error) {
	switch s.State {
	case hotline.WrapUp:
		p.Then = WrapUp
		return p, nil
	case hotline.Claimed, hotline.Connecting, hotline.Live:
		c, err := b.store.Case(ctx, s.Held)
		if err != nil && !errors.Is(err, hotline.ErrNotFound) {
			return p, err
		}
		if c.Owner == s.Who && c.CounselorLeg == s.Leg && (c.State == hotline.Connecting || c.State == hotline.Live) {
			p.Then, p.Case = Back, c
			return p, nil
		}
	case hotline.Triage, hotline.Waiting, hotline.Promised, hotline.Closed:
	}
	if s.Shift.State != hotline.Available {
		p.Then = Paused
		return p, nil
	}
	want, err := b.calls(ctx, s.Who)
	if errors.Is(err, hotline.ErrNotAvailable) || errors.Is(err, hotline.ErrNotFound) { // disabled meanwhile
		p.Then = HungUp
		return p, nil
	}
	if err != nil {
		return p, err
	}
	p.Then = Next
	p.Waiting, err = b.store.WaitingFor(ctx, s.Who, want)
	return p, err
}

// PhoneOver is the end of a call that came in: a counselor's is off duty, and
// the line of a talk is lost. Every other call is none of its business.
func (b *Board) PhoneOver(ctx context.Context, leg hotline.Leg) error {
	id, err := b.store.HangUp(ctx, leg)
	if errors.Is(err, hotline.ErrNotFound) || err == nil && id == "" {
		return nil
	}
	if err != nil {
		return err
	}
	c, err := b.store.Case(ctx, id)
	if err != nil || c.CounselorLeg != leg {
		return ignore(err, hotline.ErrNotFound)
	}
	return b.lost(ctx, c, false)
}

// idleAgain is how often a leg in a talk is looked at again.
const idleAgain = 90 * time.Second

// idle: the leg has asked for nothing for long. Where it is in no talk the end
// of the call was never told to us.
func (b *Board) idle(ctx context.Context, d hotline.Due) error {
	leg := hotline.Leg(d.Args["leg"])
	s, err := b.store.OnPhone(ctx, leg, 0, "")
	if errors.Is(err, hotline.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if s.State == hotline.Connecting || s.State == hotline.Live {
		return Later(idleAgain)
	}
	return b.PhoneOver(ctx, leg)
}
