package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/triage"
)

const shortest = 2

// tapes begins a recording for a caller who is in triage, or in line.
func (b *bundle) tapes(t fataler, waits bool) (c hotline.Case, turn int) {
	t.Helper()
	if waits {
		c = b.wait(t, hotline.Urgent, hotline.English)
	} else {
		id, leg := hotline.NewCaseID(), b.leg()
		b.turn(t, triage.Turn{Case: id, Leg: leg, Channel: hotline.Voice, Caller: plantedCaller, N: 0, Doc: []byte("0"), Next: triage.Session{Lang: hotline.English}}, hotline.Case{})
		c = b.get(t, id)
	}
	b.turn(t, triage.Turn{
		Case: c.ID, Leg: string(c.PatientLeg), Channel: hotline.Voice, N: c.Turn + 1, Doc: []byte("record"), Next: triage.Session{Lang: hotline.English},
		Effects: []triage.Effect{triage.Record{Answer: hotline.Answer{Question: "agree", Answer: "1"}}, triage.Tape{}},
	}, c)
	c = b.get(t, c.ID)
	if c.Voicemail.State != hotline.Taping {
		t.Fatalf("no recording: %+v", c.Voicemail)
	}
	return c, c.Turn + 1
}

func tapeSid(b *bundle) string { return "RE" + b.leg()[2:] }

// leftMessage is a case that waits with its message, whose sound is here.
func (b *bundle) leftMessage(t fataler) hotline.Case {
	t.Helper()
	c, turn := b.tapes(t, true)
	rec := hotline.Recording{Sid: tapeSid(b), Seconds: 20}
	for _, err := range []error{
		b.Recorded(t.Context(), c.ID, c.PatientLeg, turn, rec, shortest, true),
		func() error { _, err := b.Leave(t.Context(), c.ID, c.PatientLeg); return err }(),
		b.KeepSound(t.Context(), c.ID, rec.Sid, []byte("PLANTED words in the sound")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return b.get(t, c.ID)
}

// Whoever hangs up has left what they said, in whatever order we are told; and
// who said nothing has left.
func TestWhoeverHangsUpHasLeftWhatTheySaid(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		waits, claimed, leftFirst bool
		seconds                   int
		state                     hotline.State
		band                      hotline.Band
	}{
		"in triage, told before the end":             {seconds: 20, state: hotline.Waiting, band: hotline.Routine},
		"in triage, told after the end":              {leftFirst: true, seconds: 20, state: hotline.Waiting, band: hotline.Routine},
		"in line, told before the end":               {waits: true, seconds: 20, state: hotline.Waiting, band: hotline.Urgent},
		"in line, told after the end":                {waits: true, leftFirst: true, seconds: 20, state: hotline.Waiting, band: hotline.Urgent},
		"claimed, told before the end":               {waits: true, claimed: true, seconds: 20, state: hotline.Claimed, band: hotline.Urgent},
		"claimed, told after the end":                {waits: true, claimed: true, leftFirst: true, seconds: 20, state: hotline.Claimed, band: hotline.Urgent},
		"in triage, and nothing was said":            {leftFirst: true, seconds: 0, state: hotline.Closed, band: hotline.Routine},
		"in line, and nothing was said":              {waits: true, leftFirst: true, seconds: 1, state: hotline.Closed, band: hotline.Urgent},
		"in line, nothing was said, told before":     {waits: true, seconds: 1, state: hotline.Waiting, band: hotline.Urgent},
		"claimed, nothing was said, is called back ": {waits: true, claimed: true, leftFirst: true, seconds: 1, state: hotline.Claimed, band: hotline.Urgent},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, store.Options{})
			on, turn := b.tapes(t, c.waits)
			if c.claimed {
				if _, err := b.Claim(t.Context(), hotline.Want{Case: on.ID}, b.on(t), hotline.NewToken()); err != nil {
					t.Fatal(err)
				}
			}
			rec := hotline.Recording{Sid: tapeSid(b), Seconds: c.seconds}
			leave := func() {
				if _, err := b.Leave(t.Context(), on.ID, on.PatientLeg); err != nil {
					t.Fatal(err)
				}
			}
			if c.leftFirst {
				leave()
			}
			for range 3 {
				if err := b.Recorded(t.Context(), on.ID, on.PatientLeg, turn, rec, shortest, true); err != nil {
					t.Fatal(err)
				}
			}
			if !c.leftFirst {
				leave()
			}
			got := b.get(t, on.ID)
			if got.State != c.state || got.Band != c.band {
				t.Fatalf("the case is %s in band %v, want %s in %v", got.State, got.Band, c.state, c.band)
			}
			left := c.seconds >= shortest
			if got.Voicemail.Left() != left || left && (got.Need() != hotline.NeedVoicemail || !got.DialBack || len(b.outbox(t, "sound")) != 1) {
				t.Errorf("%+v, needs %v, jobs %v", got.Voicemail, got.Needs, b.outbox(t, "sound"))
			}
			if erased := len(b.outbox(t, "erase")); !left && c.seconds > 0 && erased != 1 || left && erased != 0 {
				t.Errorf("%d recordings are erased", erased)
			}
		})
	}
}

// A recording that nobody waits for is deleted at Twilio, whoever tells of it.
func TestARecordingThatNobodyWaitsForIsErased(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	on, turn := b.tapes(t, true)
	for name, tell := range map[string]func(sid string) error{
		"of another leg": func(sid string) error {
			return b.Recorded(t.Context(), on.ID, "CAother", turn, hotline.Recording{Sid: sid, Seconds: 9}, shortest, true)
		},
		"of another turn": func(sid string) error {
			return b.Recorded(t.Context(), on.ID, on.PatientLeg, turn-1, hotline.Recording{Sid: sid, Seconds: 9}, shortest, true)
		},
		"of a case that is unknown": func(sid string) error {
			return b.Recorded(t.Context(), hotline.NewCaseID(), on.PatientLeg, turn, hotline.Recording{Sid: sid, Seconds: 9}, shortest, true)
		},
		"of a case that has another": func(sid string) error {
			err := b.KeepSound(t.Context(), on.ID, sid, []byte("x"))
			if errors.Is(err, hotline.ErrNotFound) {
				return nil
			}
			return err
		},
	} {
		sid := tapeSid(b)
		if err := tell(sid); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, ok := b.outbox(t, "erase")["erase:"+sid]; !ok {
			t.Errorf("%s: it stays at Twilio", name)
		}
	}
	if got := b.get(t, on.ID); got.Voicemail.State != hotline.Taping {
		t.Errorf("the recording that is on: %+v", got.Voicemail)
	}
}

// A message that was claimed comes back to its old place, waiting as it was;
// after the fourth attempt nobody is called any more.
func TestAMessageComesBackToItsPlaceAndIsTriedFourTimes(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	c := b.leftMessage(t)
	score := b.rdb.ZScore(t.Context(), b.key("line"), string(c.ID)).Val()
	by := b.on(t)
	for try := 1; try <= 4; try++ {
		b.rdb.HSet(t.Context(), b.key("case:"+string(c.ID)), "next", 0) // the pause between two attempts is over
		held, err := b.Claim(t.Context(), hotline.Want{Case: c.ID}, by, hotline.NewToken())
		if err != nil {
			t.Fatal(err)
		}
		if rings := b.outbox(t, "ring"); time.Until(held.Lease) < 60*time.Second || time.Until(rings[fmt.Sprintf("ring:%s:%d", c.ID, held.Epoch)]) < 20*time.Second {
			t.Errorf("attempt %d: lease until %v, rings %v", try, held.Lease, rings)
		}
		if _, err := b.Connect(t.Context(), c.ID, held.Epoch, counselorLeg, string(hotline.NewToken())); err != nil {
			t.Fatal(err)
		}
		if len(b.outbox(t, "dial")) != try {
			t.Fatal("the caller is not called back")
		}
		state, err := b.GiveBack(t.Context(), c.ID, hotline.GiveBack{Epoch: held.Epoch, From: []hotline.State{hotline.Connecting}, Code: "not-reached", Attempt: true})
		want := hotline.Waiting
		if try == 4 {
			want = hotline.Closed
		}
		if err != nil || state != want {
			t.Fatalf("attempt %d: %s %v", try, state, err)
		}
		if now := b.rdb.ZScore(t.Context(), b.key("line"), string(c.ID)).Val(); try < 4 && now != score {
			t.Errorf("attempt %d: from %v to %v", try, score, now)
		}
	}
}

// The sound is sealed, for the day on which it must be gone once the case is
// closed, and cannot be moved to another case.
func TestTheSoundIsSealedForTheDayOnWhichItMustBeGone(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{KeepText: 48 * time.Hour})
	c := b.leftMessage(t)
	key := b.key("vm:" + string(c.ID))
	if sealed := b.rdb.Get(t.Context(), key).Val(); !strings.HasPrefix(sealed, "v1.") || strings.Contains(sealed, "PLANTED") {
		t.Fatalf("kept as %.20s", sealed)
	}
	if got, err := b.Sound(t.Context(), c.ID); err != nil || string(got) != "PLANTED words in the sound" {
		t.Fatalf("%q %v", got, err)
	}
	other := b.leftMessage(t)
	b.rdb.Copy(t.Context(), key, b.key("vm:"+string(other.ID)), 0, true)
	if got, err := b.Sound(t.Context(), other.ID); err == nil {
		t.Errorf("moved to another case it reads %q", got)
	}
	by := b.on(t)
	if _, err := b.Claim(t.Context(), hotline.Want{Case: c.ID}, by, hotline.NewToken()); err != nil {
		t.Fatal(err)
	}
	on, err := b.Connect(t.Context(), c.ID, b.get(t, c.ID).Epoch, counselorLeg, string(hotline.NewToken()))
	if err != nil {
		t.Fatal(err)
	}
	b.join(t, on, "counselor", counselorLeg)
	if err := b.PickUp(t.Context(), c.ID, on.Epoch, "CAback"); err != nil {
		t.Fatal(err)
	}
	b.join(t, on, "patient", "CAback")
	if _, err := b.Finish(t.Context(), c.ID, hotline.Finish{By: by, To: hotline.Closed, Disposition: "helped"}); err != nil {
		t.Fatal(err)
	}
	b.retire(t)
	sealed := b.rdb.Get(t.Context(), key).Val()
	today, after := time.Now().Add(48*time.Hour).UTC().Format("20060102"), time.Now().Add(47*time.Hour).UTC().Format("20060102")
	if !strings.HasPrefix(sealed, "v1."+today) && !strings.HasPrefix(sealed, "v1."+after) {
		t.Errorf("sealed as %.12s", sealed)
	}
	if ttl := b.rdb.PTTL(t.Context(), key).Val(); ttl <= 0 || ttl > 48*time.Hour {
		t.Errorf("it ends in %v", ttl)
	}
	if got, err := b.Sound(t.Context(), c.ID); err != nil || string(got) != "PLANTED words in the sound" {
		t.Errorf("%q %v", got, err)
	}
}
