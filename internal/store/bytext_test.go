package store_test

import (
	"sync"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/triage"
)

// texting is the turn by which a call goes on by text, as it stands.
func texting(c hotline.Case, ends bool) triage.Turn {
	effects := []triage.Effect{
		triage.Record{Answer: hotline.Answer{Question: "by_text_safe", Answer: "1"}},
		triage.ToText{First: []triage.Spoken{{Lang: c.Lang, Text: "This is the text."}}},
	}
	if ends {
		effects = append(effects, triage.End{Reason: "by text"})
	}
	return triage.Turn{
		Case: c.ID, Leg: string(c.PatientLeg), Channel: hotline.Voice, Caller: c.Caller, N: c.Turn + 1, Doc: []byte("bye"), Effects: effects,
		Next: triage.Session{Script: "v1", Lang: c.Lang, Channel: hotline.SMS, Safety: true},
	}
}

func (b *bundle) commits(t fataler, turn triage.Turn, before hotline.Case) triage.Committed {
	t.Helper()
	got, err := b.Commit(t.Context(), turn, before)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// The case stays what it is: id, score, enqueue time, band, place, and whoever
// it is opened to. Its bucket and the index of the person change, in one step
// with the text; and the end of the call is none of the case.
func TestACaseThatGoesOnByTextKeepsItsPlace(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	b.caller(t, "+14155550101")
	b.later(t)
	c := b.caller(t, "+14155550102")
	b.later(t)
	b.caller(t, "+14155550103")
	if err := b.Open(t.Context(), c.ID, toAll, time.Minute); err != nil {
		t.Fatal(err)
	}
	was := b.hash(t, c.ID)
	if got := b.commits(t, texting(c, true), c); got.Word != triage.Kept {
		t.Fatalf("%+v", got)
	}
	is, now := b.hash(t, c.ID), b.get(t, c.ID)
	for _, field := range []string{"score", "enq", "band", "state", "epoch", "needs"} {
		if was[field] != is[field] {
			t.Errorf("%s was %q and is %q", field, was[field], is[field])
		}
	}
	if now.Channel != hotline.SMS || now.Place != 2 || is["texts_ok"] != "v1/by_text_safe=1/en/voice" {
		t.Errorf("channel %s, place %d, consent %q", now.Channel, now.Place, is["texts_ok"])
	}
	for bucket, n := range map[string]int64{"q:voice:en:talk": 2, "q:sms:en:talk": 1, "q:voice:*:talk": 0, "q:sms:*:talk": 1, "line": 3, "w:3": 3} {
		if got := b.rdb.ZCard(t.Context(), b.key(bucket)).Val(); got != n {
			t.Errorf("%d in %s, want %d", got, bucket, n)
		}
	}
	if found, err := b.Load(t.Context(), triage.Ref{Caller: c.Caller, Channel: hotline.SMS}); err != nil || found.Case.ID != c.ID {
		t.Errorf("a text of that phone finds %s, %v", found.Case.ID, err)
	}
	if d := b.until(t, "text"); d.Case != c.ID {
		t.Errorf("the text is for %s", d.Case)
	}
	if after := b.hangUp(t, now); after.State != hotline.Waiting || after.Place != 2 {
		t.Errorf("after the end of the call: %s at %d", after.State, after.Place)
	}
	if again := b.commits(t, texting(c, true), c); again.Word != triage.Replay || string(again.Doc) != "bye" {
		t.Errorf("the same turn again: %+v", again)
	}
}

// Whatever somebody holds, or does not wait, stays as it is; and who is in
// danger is never hung up on, whatever the page that was written says.
func TestOnlyWhoIsAskedOrWaitsGoesOnByText(t *testing.T) {
	t.Parallel()
	for _, s := range hotline.States() {
		t.Run(string(s), func(t *testing.T) {
			t.Parallel()
			b := setup(t, store.Options{})
			c := b.play(t, s).Case
			before := b.hash(t, c.ID)
			want := triage.Moved
			switch s {
			case hotline.Triage: // the case that is played has no number
				want = triage.Refused
			case hotline.Waiting:
				want = triage.Kept
			case hotline.Promised, hotline.Claimed, hotline.Connecting, hotline.Live, hotline.WrapUp, hotline.Closed:
			}
			for _, ends := range []bool{true, false} { // each of them is in danger
				if got := b.commits(t, texting(c, ends), c); ends && got.Word != triage.Moved || !ends && got.Word != want {
					t.Errorf("call ends %t: %+v", ends, got)
				}
			}
			after := b.hash(t, c.ID)
			if want != triage.Kept && (after["channel"] != before["channel"] || after["turn"] != before["turn"]) || after["state"] != before["state"] {
				t.Errorf("was %v, is %v", before, after)
			}
		})
	}
}

// The emergency record goes along, and whoever is paged is sent the link.
func TestAnEmergencyThatGoesOnByTextKeepsItsRecordAndLine(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	c := b.calls(t, "+14155550101", hotline.Routine, triage.Session{Lang: "en"})
	if _, err := b.Raise(t.Context(), c.ID, "", hotline.Emergency, true, 3, ""); err != nil {
		t.Fatal(err)
	}
	c = b.get(t, c.ID)
	b.take(t, "pagetext")
	if got := b.commits(t, texting(c, true), c); got.Word != triage.Moved {
		t.Fatalf("a call in danger was ended: %+v", got)
	}
	if got := b.commits(t, texting(c, false), c); got.Word != triage.Kept {
		t.Fatalf("%+v", got)
	}
	now := b.get(t, c.ID)
	if now.Band != hotline.Emergency || now.Emergency != c.Emergency || !now.Beside || now.PatientLeg != c.PatientLeg {
		t.Errorf("was %+v, is %+v", c, now)
	}
	if d := b.until(t, "pagetext"); d.Case != c.ID {
		t.Errorf("the link is for %s", d.Case)
	}
}

// An old thread of the phone that is still being asked ends in favour of this
// case; one that waits, or that a counselor has, is not taken over, and STOP
// holds.
func TestTheThreadOfAPhoneIsTakenOverOnlyWhereNobodyWaitsInIt(t *testing.T) {
	t.Parallel()
	const phone = "+14155550101"
	for name, v := range map[string]struct {
		thread []triage.Effect
		stops  bool
		word   triage.Word
		why    string
	}{
		"asked":   {nil, false, triage.Kept, ""},
		"waits":   {[]triage.Effect{triage.Enqueue{Band: hotline.Routine, Need: hotline.NeedTalk}}, false, triage.Refused, "thread"},
		"stopped": {nil, true, triage.Refused, "opted-out"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, store.Options{})
			old := hotline.NewCaseID()
			b.turn(t, triage.Turn{
				Case: old, Leg: "SM1", Channel: hotline.SMS, Caller: hotline.CallerNumber(phone), Doc: []byte("hi"), Effects: v.thread, Next: triage.Session{Lang: "en"},
			}, hotline.Case{})
			if v.stops {
				if err := b.OptOut(t.Context(), hotline.CallerNumber(phone), true); err != nil {
					t.Fatal(err)
				}
			}
			c := b.caller(t, phone)
			if got := b.commits(t, texting(c, true), c); got.Word != v.word || got.Outcome != v.why {
				t.Fatalf("%+v", got)
			}
			if is := b.get(t, old); v.word == triage.Kept && (is.State != hotline.Closed || is.Reason != "continued") {
				t.Errorf("the old thread is %s, %q", is.State, is.Reason)
			}
		})
	}
}

// A claim and the key at once: one of them has the case, never both.
func TestAClaimAndTheKeyAtOnceLeaveOneOfThem(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	for range 20 {
		c, by := b.caller(t, "+14155550101"), b.on(t)
		var both sync.WaitGroup
		var got triage.Committed
		both.Go(func() { got, _ = b.Commit(t.Context(), texting(c, true), c) })
		both.Go(func() { _, _ = b.Claim(t.Context(), hotline.Want{Case: c.ID}, by, hotline.NewToken()) })
		both.Wait()
		now := b.get(t, c.ID)
		byVoice := now.Channel == hotline.Voice && now.State == hotline.Claimed && got.Word == triage.Moved
		byText := now.Channel == hotline.SMS && now.State == hotline.Live && got.Word == triage.Kept
		if !byVoice && !byText {
			t.Fatalf("%s by %s, the key got %+v", now.State, now.Channel, got)
		}
		if _, err := b.Finish(t.Context(), c.ID, hotline.Finish{To: hotline.Closed, Disposition: "other"}); byText && err != nil {
			t.Fatal(err)
		}
	}
}
