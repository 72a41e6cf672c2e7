package store_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/triage"
)

// thread is a live talk by text.
func (b *bundle) thread(t fataler, n int) played {
	t.Helper()
	c, by := b.texter(t, n, hotline.Routine), b.on(t)
	got, err := b.Claim(t.Context(), hotline.Want{Case: c.ID}, by, hotline.NewToken())
	if err != nil || got.State != hotline.Live {
		t.Fatalf("%s %v", got.State, err)
	}
	return played{Case: got, by: by}
}

func TestThreadIsInTheOrderOfItsTextsAndEachIsInItOnce(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	p := b.thread(t, 1)
	tok := hotline.NewToken()
	for range 2 { // every step is repeated
		if doc, err := b.Receive(t.Context(), p.ID, "SM1", "are you there", []byte("empty")); err != nil || string(doc) != "empty" {
			t.Fatalf("%q %v", doc, err)
		}
		if _, err := b.Write(t.Context(), p.by, p.ID, "I am here", tok); err != nil {
			t.Fatal(err)
		}
	}
	if doc, err := b.Receive(t.Context(), p.ID, "SM1", "other words", []byte("other answer")); err != nil || string(doc) != "empty" {
		t.Errorf("a repeat by MessageSid: %q %v", doc, err)
	}
	if _, err := b.Receive(t.Context(), p.ID, "SM2", "good", []byte("empty")); err != nil {
		t.Fatal(err)
	}
	thread, err := b.Messages(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range thread {
		got = append(got, fmt.Sprintf("%s %s: %s", m.Direction, m.State, m.Text))
	}
	if want := []string{"in received: are you there", "out queued: I am here", "in received: good"}; !slices.Equal(got, want) {
		t.Errorf("thread %q, want %q", got, want)
	}
	if jobs := b.take(t, "text"); len(jobs) != 1 || jobs[0].Args["msg"] != thread[1].ID {
		t.Errorf("to send: %v", jobs)
	}
	m, c, err := b.Outgoing(t.Context(), thread[1].ID)
	if err != nil || m.Text != "I am here" || c.Caller.E164() != caller(1).E164() {
		t.Errorf("%q to %v (%v)", m.Text, c.Caller, err)
	}
}

// A text that comes while the texter waits is kept first and answered by a
// turn of the script; the answer must not be lost to the keeping.
func TestTextOfSomebodyWhoWaitsIsKeptOnceAndAnsweredByItsTurn(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	c := b.texter(t, 1, hotline.Routine)
	for range 2 {
		if _, err := b.Receive(t.Context(), c.ID, "SM5", "crisis", nil); err != nil {
			t.Fatal(err)
		}
	}
	turn := triage.Turn{
		Case: c.ID, Leg: "SM5", Name: "0", Channel: hotline.SMS, Caller: caller(1), N: 1, Doc: []byte("help is on the way"), Effects: []triage.Effect{triage.Page{}},
	}
	b.turn(t, turn, c)
	if got, err := b.Commit(t.Context(), turn, c); err != nil || string(got.Doc) != "help is on the way" {
		t.Errorf("repeated: %+v %v", got, err)
	}
	thread, err := b.Messages(t.Context(), c.ID)
	if got := b.get(t, c.ID); err != nil || len(thread) != 1 || !got.Emergency.Open() || got.Band != hotline.Emergency {
		t.Errorf("%d texts, record open %v, band %s, %v", len(thread), got.Emergency.Open(), got.Band, err)
	}
}

func TestOnlyTheOwnerWritesAndOnCallWhileTheEmergencyIsOpen(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	p := b.thread(t, 1)
	write := func(by hotline.CounselorID) error {
		_, err := b.Write(t.Context(), by, p.ID, "hello", hotline.NewToken())
		return err
	}
	for who, want := range map[hotline.CounselorID]error{p.by: nil, hotline.NewStaffID(): hotline.ErrNotYours, hotline.OnCall(1): hotline.ErrNotYours} {
		if err := write(who); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", who, err, want)
		}
	}
	if _, err := b.Raise(t.Context(), p.ID, p.by, hotline.Emergency, true, 3, ""); err != nil {
		t.Fatal(err)
	}
	if err := write(p.by); err != nil || !b.get(t, p.ID).Emergency.AttendedAt.IsZero() {
		t.Errorf("the owner who raised it attends it: %v", err)
	}
	if err := write(hotline.OnCall(1)); err != nil || b.get(t, p.ID).Emergency.AttendedAt.IsZero() {
		t.Errorf("a reply by the person on call does not attend it: %v", err)
	}
	voice := b.play(t, hotline.Live)
	if _, err := b.Write(t.Context(), voice.by, voice.ID, "hello", hotline.NewToken()); !errors.Is(err, hotline.ErrMove) {
		t.Errorf("a text into a call: %v", err)
	}
}

// FAULTS 36.
func TestStopKeepsWhoIsInDangerAndClosesTheOthers(t *testing.T) {
	t.Parallel()
	for band, want := range map[hotline.Band]hotline.State{
		hotline.Emergency: hotline.Waiting, hotline.Urgent: hotline.Waiting, hotline.Soon: hotline.Closed, hotline.Routine: hotline.Closed,
	} {
		t.Run(band.String(), func(t *testing.T) {
			t.Parallel()
			b := setup(t, store.Options{})
			c := b.texter(t, 1, band)
			events, err := b.Watch(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			if err := b.OptOut(t.Context(), caller(1), true); err != nil {
				t.Fatal(err)
			}
			e := <-events
			if wantKind := map[bool]string{true: "alert", false: "queue"}[want == hotline.Waiting]; e.Kind != wantKind || e.Code != "opted-out" || e.Case != c.ID {
				t.Errorf("event %+v", e)
			}
			if got := b.get(t, c.ID); got.State != want || !got.OptedOut {
				t.Errorf("%s, opted out %v", got.State, got.OptedOut)
			}
			if out, err := b.OptedOut(t.Context(), caller(1)); err != nil || !out {
				t.Errorf("remembered: %v %v", out, err)
			}
			b.snap(t, []hotline.CaseID{c.ID}, nil).check(t)
		})
	}
}

func TestStopIsRememberedWhateverThePersonDoesLaterUntilStart(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	p := b.thread(t, 1)
	if err := b.OptOut(t.Context(), caller(1), true); err != nil {
		t.Fatal(err)
	}
	if got := b.get(t, p.ID); got.State != hotline.Live {
		t.Errorf("the talk is %s", got.State)
	}
	if _, err := b.Write(t.Context(), p.by, p.ID, "hello", hotline.NewToken()); !errors.Is(err, hotline.ErrOptedOut) {
		t.Errorf("a reply after STOP: %v", err)
	}
	b.turn(t, triage.Turn{Case: hotline.NewCaseID(), Leg: b.leg(), Channel: hotline.Voice, Caller: caller(1), Doc: []byte("0")}, hotline.Case{})
	keys, err := b.rdb.Keys(t.Context(), b.key("who:*")).Result()
	if err != nil || len(keys) != 1 {
		t.Fatalf("%v %v", keys, err)
	}
	if ttl := b.rdb.TTL(t.Context(), keys[0]).Val(); ttl > 0 {
		t.Errorf("STOP is forgotten in %v", ttl)
	}
	if err := b.OptOut(t.Context(), caller(1), false); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Write(t.Context(), p.by, p.ID, "hello", hotline.NewToken()); err != nil {
		t.Errorf("a reply after START: %v", err)
	}
	if ttl := b.rdb.TTL(t.Context(), keys[0]).Val(); ttl <= 0 {
		t.Error("after START the index of the person is kept for ever")
	}
}

// FAULTS 17: delivery states come in any order.
func TestDeliveryStateNeverGoesBack(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	p := b.thread(t, 1)
	for name, c := range map[string]struct {
		come []string
		want string
	}{
		"in order":                   {[]string{"sent", "delivered"}, "delivered"},
		"sent after delivered":       {[]string{"delivered", "sent"}, "delivered"},
		"queued after sent":          {[]string{"sent", "queued"}, "sent"},
		"failed after delivered":     {[]string{"delivered", "failed"}, "delivered"},
		"delivered after opted-out":  {[]string{"opted-out", "delivered"}, "opted-out"},
		"a word that we do not know": {[]string{"sent", "read"}, "sent"},
	} {
		m, err := b.Write(t.Context(), p.by, p.ID, "hello", hotline.NewToken())
		if err != nil {
			t.Fatal(err)
		}
		for _, state := range c.come {
			if err := b.Delivery(t.Context(), m.ID, state); err != nil {
				t.Fatal(err)
			}
		}
		if got, _, err := b.Outgoing(t.Context(), m.ID); err != nil || got.State != c.want {
			t.Errorf("%s: %s %v", name, got.State, err)
		}
	}
	if err := b.Delivery(t.Context(), "unknown", "sent"); !errors.Is(err, hotline.ErrNotFound) {
		t.Errorf("unknown text: %v", err)
	}
}

func TestFirstUnansweredTextStartsTheClockAndAReplyStopsIt(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	p := b.thread(t, 1)
	receive := func(sid string) hotline.Case {
		if _, err := b.Receive(t.Context(), p.ID, sid, "hello", []byte("x")); err != nil {
			t.Fatal(err)
		}
		return b.get(t, p.ID)
	}
	first := receive("SM1").UnansweredSince
	if second := receive("SM2").UnansweredSince; first.IsZero() || !second.Equal(first) {
		t.Errorf("since %v, then since %v", first, second)
	}
	if b.rdb.ZScore(t.Context(), b.key("outbox"), fmt.Sprintf("unanswered:%s:1", p.ID)).Val() < float64(first.UnixMilli()+600_000) {
		t.Error("nobody looks at it after ten minutes")
	}
	if _, err := b.Write(t.Context(), p.by, p.ID, "yes", hotline.NewToken()); err != nil {
		t.Fatal(err)
	}
	if got := b.get(t, p.ID); !got.UnansweredSince.IsZero() || got.RepliedAt.IsZero() {
		t.Errorf("after the reply: since %v, replied %v", got.UnansweredSince, got.RepliedAt)
	}
	if st, err := b.GiveBack(t.Context(), p.ID, hotline.GiveBack{Epoch: p.Epoch, From: []hotline.State{hotline.Live}, Code: "unanswered", Head: true, TellPatient: true}); err != nil || st != hotline.Waiting {
		t.Fatalf("%s %v", st, err)
	}
	if told := b.take(t, "lost"); len(told) != 1 {
		t.Errorf("the texter is not told: %v", told)
	}
}

func TestNoteSavedElsewhereIsNeverOverwritten(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	p := b.play(t, hotline.Live)
	save := func(by hotline.CounselorID, text string, version int, tok hotline.Token) (hotline.Note, error) {
		return b.SaveNote(t.Context(), by, p.ID, text, version, tok)
	}
	tok := hotline.NewToken()
	for range 2 { // a repeat is no conflict
		if n, err := save(p.by, "one", 0, tok); err != nil || n.Version != 1 {
			t.Fatalf("%+v %v", n, err)
		}
	}
	if _, err := save(p.by, "from another tab", 0, hotline.NewToken()); !errors.Is(err, hotline.ErrStaleNote) {
		t.Errorf("older version: %v", err)
	}
	if _, err := save(hotline.NewStaffID(), "not mine", 1, hotline.NewToken()); !errors.Is(err, hotline.ErrNotYours) {
		t.Errorf("somebody else: %v", err)
	}
	if n, err := save("", "two", 1, hotline.NewToken()); err != nil || n.Version != 2 {
		t.Errorf("supervisor: %+v %v", n, err)
	}
	if got := b.get(t, p.ID).Note; got.Text != "two" || got.Version != 2 {
		t.Errorf("%+v", got)
	}
}

func TestFirstOutcomeOfARequestIsTheOneThatCounts(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	me, tok := hotline.NewStaffID(), hotline.NewToken()
	if _, _, _, found, err := b.Outcome(t.Context(), me, tok); err != nil || found {
		t.Fatalf("%v %v", found, err)
	}
	for i, want := range []bool{true, false} {
		print, status, body, first, err := b.SaveOutcome(t.Context(), me, tok, fmt.Sprint("print", i), 200+i, fmt.Appendf(nil, "body%d", i))
		if err != nil || first != want || print != "print0" || status != 200 || string(body) != "body0" {
			t.Errorf("save %d: %s %d %s %v %v", i, print, status, body, first, err)
		}
	}
	if print, status, body, found, err := b.Outcome(t.Context(), me, tok); err != nil || !found || print != "print0" || status != 200 || string(body) != "body0" {
		t.Errorf("%s %d %s %v %v", print, status, body, found, err)
	}
	if _, _, _, found, err := b.Outcome(t.Context(), hotline.NewStaffID(), tok); err != nil || found {
		t.Errorf("somebody else's: %v %v", found, err)
	}
}

// FAULTS 37: callers without a number are never taken for one another.
func TestCallersWithoutANumberAreStrangersToOneAnother(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	for _, from := range []string{"anonymous", "", "+266696687", "sip:someone@example.org"} {
		b.turn(t, triage.Turn{Case: hotline.NewCaseID(), Leg: b.leg(), Channel: hotline.Voice, Caller: hotline.CallerNumber(from), Doc: []byte("0")}, hotline.Case{})
	}
	if n := b.rdb.ZCard(t.Context(), b.key("triage")).Val(); n != 4 {
		t.Errorf("%d cases of 4 callers", n)
	}
	if keys, err := b.rdb.Keys(t.Context(), b.key("who:*")).Result(); err != nil || len(keys) != 0 {
		t.Errorf("an index of nobody: %v %v", keys, err)
	}
	if _, err := b.Load(t.Context(), triage.Ref{Caller: hotline.CallerNumber("anonymous"), Channel: hotline.Voice}); !errors.Is(err, hotline.ErrNotFound) {
		t.Errorf("found somebody by no number: %v", err)
	}
	if err := b.OptOut(t.Context(), hotline.Number{}, true); err != nil {
		t.Error(err)
	}
	if out, err := b.OptedOut(t.Context(), hotline.Number{}); err != nil || out {
		t.Errorf("nobody has opted out: %v %v", out, err)
	}
}
