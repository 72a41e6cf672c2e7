package dispatch

import (
	"context"
	"errors"
	"fmt"

	"github.com/tideover/tideover/internal/hotline"
)

// Verdict tells what a staff leg hears.
type Verdict string

// What a staff leg may hear.
const (
	Gate     Verdict = "gate"     // press 1 to take it
	Join     Verdict = "join"     // the brief, then the room
	Released Verdict = "released" // thank you, somebody else will
	Left     Verdict = "left"     // the caller has hung up
	Taken    Verdict = "taken"    // somebody else has it
	Ended    Verdict = "ended"    // the talk is over
	ByText   Verdict = "text"     // acknowledged, the case is by text
	Headline Verdict = "headline"
	Passed   Verdict = "passed"
	Handled  Verdict = "handled"
	Nobody   Verdict = "nobody"   // at a patient's gate: nobody pressed a key
	Message  Verdict = "message"  // the same, where a message may be left
	Declined Verdict = "declined" // at a patient's gate: another key
	Menu     Verdict = "menu"     // behind the star
	Back     Verdict = "back"     // into the room again
	Asked    Verdict = "asked"    // a supervisor is told; back into the room
	Alarmed  Verdict = "alarmed"  // the people on call are paged; back into the room
	Called   Verdict = "called"   // whom the counselor asked for is being called; back into the room
	NotNow   Verdict = "not-now"  // that is not possible; back into the room
	Sure     Verdict = "sure"     // it is noted that 988 talks with the caller; back into the room
	Heard    Verdict = "heard"    // who only listened is heard; back into the room
	No       Verdict = "no"       // a guest does not come
	Out      Verdict = "out"      // a guest has left
)

// over is what a staff leg hears whose claim is no more.
func over(s hotline.State) Verdict {
	switch s {
	case hotline.Closed:
		return Left
	case hotline.WrapUp:
		return Ended
	case hotline.Triage, hotline.Waiting, hotline.Promised:
		return Released
	case hotline.Claimed, hotline.Connecting, hotline.Live:
	}
	return Taken
}

// Answered says what the counselor's phone hears when it is picked up.
func (b *Board) Answered(ctx context.Context, id hotline.CaseID, epoch int64) (Verdict, hotline.Case, error) {
	c, err := b.store.Case(ctx, id)
	if errors.Is(err, hotline.ErrNotFound) {
		return Left, c, nil
	}
	if err != nil {
		return "", c, fmt.Errorf("answered: %w", err)
	}
	if c.Epoch != epoch || c.State != hotline.Claimed {
		return over(c.State), c, nil
	}
	return Gate, c, nil
}

// Speaks gives the language in which somebody of the staff hears us: the first
// of theirs that we speak. Of a person on call none is known.
func (b *Board) Speaks(ctx context.Context, who hotline.CounselorID) (hotline.Lang, error) {
	if who == "" || who.OnCall() > 0 {
		return hotline.English, nil
	}
	want, err := b.people.Want(ctx, who)
	if errors.Is(err, hotline.ErrNotFound) || errors.Is(err, hotline.ErrNotAvailable) {
		return hotline.English, nil
	}
	for _, l := range want.Langs {
		if l == hotline.English || l == hotline.Spanish {
			return l, err
		}
	}
	return hotline.English, err
}

// Pressed is the key at the gate: 1 takes the case, anything else or silence
// gives it back.
func (b *Board) Pressed(ctx context.Context, id hotline.CaseID, epoch int64, leg hotline.Leg, key string) (Verdict, hotline.Case, error) {
	if key != "1" {
		st, err := b.store.GiveBack(ctx, id, hotline.GiveBack{
			Epoch: epoch, From: []hotline.State{hotline.Claimed}, Code: "key", Missed: key == "", Exclude: tired, Token: "leg:" + string(leg) + ":no",
		})
		if err == nil || errors.Is(err, hotline.ErrNotFound) {
			return Released, hotline.Case{}, nil
		}
		if errors.Is(err, hotline.ErrStale) {
			return over(st), hotline.Case{}, nil
		}
		return "", hotline.Case{}, err
	}
	c, err := b.store.Connect(ctx, id, epoch, leg, "leg:"+string(leg)+":1")
	if errors.Is(err, hotline.ErrStale) || errors.Is(err, hotline.ErrNotFound) {
		return over(c.State), c, nil
	}
	if err != nil {
		return "", c, err
	}
	return Join, c, nil
}

// LegOver is the end of a counselor's call, by its status callback.
func (b *Board) LegOver(ctx context.Context, id hotline.CaseID, epoch int64, leg hotline.Leg, status string) error {
	c, err := b.store.Case(ctx, id)
	if errors.Is(err, hotline.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if c.CounselorLeg != "" && c.CounselorLeg != leg || c.Epoch != epoch {
		return nil
	}
	missed := status != "completed"
	return b.lost(ctx, c, missed)
}

// lost: the counselor's line is gone. Before the talk the case goes back to
// its old place; in the talk the caller is told and stands at the head.
func (b *Board) lost(ctx context.Context, c hotline.Case, missed bool) error {
	g := hotline.GiveBack{Epoch: c.Epoch, From: []hotline.State{c.State}, Code: "line-lost", Missed: missed, TellPatient: true}
	switch c.State {
	case hotline.Claimed:
		g.Code, g.Exclude, g.TellPatient = "no-answer", tired, false
		g.Missed = true
	case hotline.Connecting:
	case hotline.Live:
		if c.Room != "" && b.store.HandOver(ctx, c.ID, c.Epoch) == nil {
			return nil
		}
		if with := c.OpenGuest(hotline.Lifeline); with.State == hotline.GuestIn {
			if done, err := b.leaveWithLifeline(ctx, c); done || err != nil {
				return err
			}
		}
		g.Head = true
	case hotline.Triage, hotline.Waiting, hotline.Promised, hotline.WrapUp, hotline.Closed:
		return nil
	}
	_, err := b.store.GiveBack(ctx, c.ID, g)
	if errors.Is(err, hotline.ErrStale) {
		return nil
	}
	return err
}

// RoomEvent acts on a callback of a conference.
func (b *Board) RoomEvent(ctx context.Context, e hotline.RoomEvent) error {
	v, err := b.store.Room(ctx, e)
	if err == nil && v.Word == "guest" {
		return b.guestEvent(ctx, e, v)
	}
	if err != nil || v.Word != "left" {
		return err
	}
	c, err := b.store.Case(ctx, e.Case)
	if err != nil {
		return ignore(err, hotline.ErrNotFound)
	}
	switch v.Who {
	case "in_p":
		if !e.LegOver {
			return nil
		}
		_, err = b.store.Leave(ctx, c.ID, e.Leg)
	case "in_c":
		if e.LegOver && c.Epoch == v.Epoch { // else the call's own end was quicker, and somebody else has the talk
			err = b.lost(ctx, c, false)
		}
	}
	if errors.Is(err, hotline.ErrStale) {
		return nil
	}
	return err
}
