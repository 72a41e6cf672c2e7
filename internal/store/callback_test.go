package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/outreach"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/triage"
)

// caller is somebody with a number who waits.
func (b *bundle) caller(t fataler, number string) hotline.Case {
	t.Helper()
	return b.calls(t, number, hotline.Routine, triage.Session{Lang: "en"})
}

func (b *bundle) calls(t fataler, number string, band hotline.Band, ses triage.Session) hotline.Case {
	t.Helper()
	id, leg := hotline.NewCaseID(), b.leg()
	b.turn(t, triage.Turn{Case: id, Leg: leg, Channel: hotline.Voice, Caller: hotline.CallerNumber(number), Next: ses, Doc: []byte("0")}, hotline.Case{})
	b.turn(t, triage.Turn{
		Case: id, Leg: leg, Channel: hotline.Voice, N: 1, Next: ses, Doc: []byte("1"), Effects: []triage.Effect{
			triage.Record{Answer: hotline.Answer{Question: "of", Answer: number}}, triage.Enqueue{Band: band, Need: hotline.NeedTalk},
		},
	}, b.get(t, id))
	return b.get(t, id)
}

// later waits for the store's next millisecond: two that came within one have
// no order.
func (b *bundle) later(t fataler) {
	t.Helper()
	for was := b.rdb.Time(t.Context()).Val().UnixMilli(); b.rdb.Time(t.Context()).Val().UnixMilli() == was; {
	}
}

// hangUp ends the caller's line.
func (b *bundle) hangUp(t fataler, c hotline.Case) hotline.Case {
	t.Helper()
	if _, err := b.Leave(t.Context(), c.ID, c.PatientLeg); err != nil {
		t.Fatal(err)
	}
	return b.get(t, c.ID)
}

// dialBack claims a case and brings it to where the patient is dialled.
func (b *bundle) dialBack(t fataler, id hotline.CaseID) hotline.Case {
	t.Helper()
	c, err := b.Claim(t.Context(), hotline.Want{Case: id}, b.on(t), hotline.NewToken())
	if err != nil {
		t.Fatal(err)
	}
	if c, err = b.Connect(t.Context(), id, c.Epoch, hotline.Leg("CA"+string(hotline.NewToken())), string(hotline.NewToken())); err != nil {
		t.Fatal(err)
	}
	return c
}

func (b *bundle) failed(t fataler, c hotline.Case, code string) hotline.State {
	t.Helper()
	st, err := b.GiveBack(t.Context(), c.ID, hotline.GiveBack{Epoch: c.Epoch, From: []hotline.State{hotline.Connecting}, Code: code, Attempt: true})
	if err != nil {
		t.Fatal(err)
	}
	return st
}

func TestWhatWasAgreedOnForACallbackIsKeptAndTheNumberSealed(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	by := time.Now().Add(3 * time.Hour).Truncate(time.Millisecond)
	c := b.caller(t, "+12095550101")
	b.promised(t, c, triage.Promise{Number: "2095550142", Safe: true, Name: "friend", Window: hotline.Evening, By: by})
	p := b.get(t, c.ID).Callback
	if p == nil || p.To.E164() != "+12095550142" || !p.Safe || p.Message || p.Name != "friend" || p.Window != hotline.Evening || !p.By.Equal(by) {
		t.Fatalf("%+v", p)
	}
	if got := b.get(t, c.ID).Dial().E164(); got != "+12095550142" {
		t.Errorf("dials %s", got)
	}
}

// A volunteer line lost callbacks: whoever asked for one and rang in again to
// see had none any more, or was called twice.
func TestACallbackNeverDisappears(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	first := b.caller(t, "+12095550102")
	b.later(t)
	other := b.caller(t, "+12095550103")
	b.promised(t, first, triage.Promise{Message: true, Name: "office"})
	b.hangUp(t, first)

	// They ring in again: the same place, one case, and nothing to call back.
	again := b.caller(t, "+12095550102")
	if again.Place != 1 || !again.Enqueued.Equal(first.Enqueued) || again.State != hotline.Waiting {
		t.Errorf("rings in again: %s at %d since %v, want %v", again.State, again.Place, again.Enqueued, first.Enqueued)
	}
	if len(again.Earlier) != 1 || again.Earlier[0].Answer != "+12095550102" {
		t.Errorf("the answers of the first call: %v", again.Earlier)
	}
	if old := b.get(t, first.ID); old.State != hotline.Closed || old.Reason != "continued" {
		t.Errorf("the first case is %s, %s", old.State, old.Reason)
	}
	// They give up waiting: the promise is still there, on the same terms.
	if c := b.hangUp(t, again); c.State != hotline.Promised || c.Place != 1 || c.Callback == nil || c.Callback.Name != "office" || !c.DialBack {
		t.Errorf("after the second call: %s at %d, %+v", c.State, c.Place, c.Callback)
	}
	// Released, not answered, and the counselor's line lost: still there.
	for range 2 {
		c := b.dialBack(t, again.ID)
		if st, err := b.GiveBack(t.Context(), c.ID, hotline.GiveBack{Epoch: c.Epoch, From: []hotline.State{hotline.Connecting}, Code: "line-lost"}); err != nil || st != hotline.Promised {
			t.Errorf("%s %v", st, err)
		}
	}
	// Picked up, taken, and hung up again before the talk: still there.
	c := b.dialBack(t, again.ID)
	if err := b.PickUp(t.Context(), c.ID, c.Epoch, "CAback"); err != nil {
		t.Fatal(err)
	}
	if st, err := b.Leave(t.Context(), c.ID, "CAback"); err != nil || st != hotline.Promised {
		t.Errorf("hung up at the door: %s %v", st, err)
	}
	if got := b.get(t, again.ID); got.Place != 1 || got.Callback.Attempts != 1 || got.Callback.Last != hotline.CalledLeft {
		t.Errorf("at %d, %+v", got.Place, got.Callback)
	}
	b.snap(t, []hotline.CaseID{first.ID, other.ID, again.ID}, nil).check(t)
}

func TestOnePersonHasOnePromiseByEitherNumber(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	mine := b.caller(t, "+12095550104")
	b.promised(t, mine, triage.Promise{Number: "2095550144"})
	b.hangUp(t, mine)
	for name, from := range map[string]struct {
		number string
		p      triage.Promise
	}{
		"from the number to be called":    {"+12095550144", triage.Promise{Name: "friend"}},
		"from another phone, to the same": {"+12095550105", triage.Promise{Number: "2095550144", Name: "office"}},
	} {
		c := b.caller(t, from.number)
		b.promised(t, c, from.p)
		got := b.hangUp(t, c)
		if !got.Enqueued.Equal(mine.Enqueued) || got.Callback.Name != from.p.Name {
			t.Errorf("%s: since %v, want %v; %+v", name, got.Enqueued, mine.Enqueued, got.Callback)
		}
		if q, err := b.Queue(t.Context()); err != nil || len(q.Cases) != 1 {
			t.Errorf("%s: %d promises (%v), want one", name, len(q.Cases), err)
		}
	}
}

func TestAPromiseThatIsMadeWhileTheOldOneIsCalledIsMergedWhenThatFails(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	old := b.caller(t, "+12095550106")
	b.promised(t, old, triage.Promise{Name: "office"})
	b.hangUp(t, old)
	c := b.dialBack(t, old.ID)
	anew := b.caller(t, "+12095550106")
	b.promised(t, anew, triage.Promise{Name: "friend"})
	b.hangUp(t, anew)
	if st := b.failed(t, c, hotline.CalledBusy); st != hotline.Promised {
		t.Fatal(st)
	}
	q, err := b.Queue(t.Context())
	if err != nil || len(q.Cases) != 1 {
		t.Fatalf("%d promises, %v", len(q.Cases), err)
	}
	if got := q.Cases[0]; !got.Enqueued.Equal(old.Enqueued) || got.Callback.Name != "friend" || got.Callback.Attempts != 1 {
		t.Errorf("since %v, %+v", got.Enqueued, got.Callback)
	}
}

func TestWhoCannotTalkContinuesNoPromise(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	first := b.caller(t, "+12095550107")
	b.promised(t, first, triage.Promise{})
	b.hangUp(t, first)
	hushed := b.calls(t, "+12095550107", hotline.Urgent, triage.Session{Lang: "en", Quiet: true})
	if hushed.Callback != nil {
		t.Errorf("%+v", hushed.Callback)
	}
	if c := b.hangUp(t, hushed); c.State != hotline.Closed {
		t.Errorf("whoever could not talk and hung up is %s", c.State)
	}
	if c := b.get(t, first.ID); c.State != hotline.Promised {
		t.Errorf("what was promised before is %s", c.State)
	}
}

// Callbacks never went out: nobody was given them, or not within the hours.
func TestACallbackGoesOutWithinItsHoursAndNotOutsideOfThem(t *testing.T) {
	t.Parallel()
	zone := time.UTC
	day := func(clock time.Duration) hotline.CallHours {
		now := time.Now().In(zone)
		at := time.Duration(now.Hour())*time.Hour + time.Duration(now.Minute())*time.Minute
		return hotline.CallHours{From: max(at+clock, 0), To: at + clock + time.Minute}
	}
	shut := setup(t, store.Options{Calls: hotline.CallRules{Hours: day(2 * time.Hour)}})
	c := shut.caller(t, "+12095550108")
	shut.promised(t, c, triage.Promise{})
	shut.hangUp(t, c)
	if _, err := shut.claim(t.Context(), shut.on(t)); !errors.Is(err, hotline.ErrNobody) {
		t.Errorf("the best outside of the hours: %v", err)
	}
	if _, err := shut.Claim(t.Context(), hotline.Want{Case: c.ID}, shut.on(t), hotline.NewToken()); !errors.Is(err, hotline.ErrMove) {
		t.Errorf("by name outside of the hours: %v", err)
	}
	if _, err := shut.Raise(t.Context(), c.ID, "sup", hotline.Urgent, false, 0, ""); err != nil {
		t.Fatal(err)
	}
	if got, err := shut.Claim(t.Context(), hotline.Want{Case: c.ID}, shut.on(t), hotline.NewToken()); err != nil || got.State != hotline.Claimed {
		t.Errorf("an urgent one, that a person decides on: %s %v", got.State, err)
	}
}

// The hours end while nobody is free, or while the case is claimed: the next
// ones are its own.
func TestAPromiseWhoseHoursAreOverGetsTheNextOnes(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{Calls: hotline.CallRules{Hours: hotline.CallHours{From: 8 * time.Hour, To: 21 * time.Hour}}})
	c := b.caller(t, "+12095550109")
	b.promised(t, c, triage.Promise{})
	b.hangUp(t, c)
	before := b.get(t, c.ID)
	if before.Callback.Till.IsZero() {
		t.Fatalf("%+v", before.Callback)
	}
	if err := b.NextHours(t.Context(), before); err != nil {
		t.Fatal(err)
	}
	after := b.get(t, c.ID).Callback
	if !after.From.After(before.Callback.Till) || !after.Till.Equal(before.Callback.Till.In(time.UTC).AddDate(0, 0, 1)) && after.Till.Sub(before.Callback.Till) > 25*time.Hour || after.Next.Before(after.From) {
		t.Errorf("%+v after %+v", after, before.Callback)
	}
	if err := b.NextHours(t.Context(), before); !errors.Is(err, hotline.ErrStale) {
		t.Errorf("the same hours end once: %v", err)
	}
}

// A counselor who is a caller, too, was offered their own call.
func TestACounselorIsNeverGivenTheirOwnCall(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	own := hotline.CallerNumber("+12095550110")
	c := b.caller(t, own.E164())
	back := b.caller(t, "+12095550111")
	b.promised(t, back, triage.Promise{Number: "2095550110"})
	b.hangUp(t, back)
	me := b.on(t)
	want := hotline.Want{Own: own, Langs: []hotline.Lang{"en"}, Needs: hotline.Needs()}
	if got, err := b.Claim(t.Context(), want, me, hotline.NewToken()); !errors.Is(err, hotline.ErrNobody) {
		t.Errorf("the best is %s, %v", got.ID, err)
	}
	for _, id := range []hotline.CaseID{c.ID, back.ID} {
		want.Case = id
		if _, err := b.Claim(t.Context(), want, me, hotline.NewToken()); !errors.Is(err, hotline.ErrNotQualified) {
			t.Errorf("by name: %v", err)
		}
		want.Own = hotline.CallerNumber("+12095550199")
		if _, err := b.Claim(t.Context(), want, b.on(t), hotline.NewToken()); err != nil {
			t.Errorf("somebody else: %v", err)
		}
		want.Own = own
	}
}

// Outbound cases were never served, since inbound ones came first; here both
// are served by when they came.
func TestCallbacksAndCallsAreServedByWhenTheyCame(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	var order []hotline.CaseID
	for i, number := range []string{"+12095550112", "+12095550113", "+12095550114", "+12095550115"} {
		c := b.caller(t, number)
		if i%2 == 0 {
			b.promised(t, c, triage.Promise{})
			b.hangUp(t, c)
		}
		order = append(order, c.ID)
		b.later(t)
	}
	for i, want := range order {
		got, err := b.claim(t.Context(), b.on(t))
		if err != nil || got.ID != want {
			t.Errorf("claim %d gives %s (%v), want %s", i+1, got.ID, err, want)
		}
	}
}

func TestAttemptsAreSpacedByTheLinesPausesAndShown(t *testing.T) {
	t.Parallel()
	pauses := []time.Duration{5 * time.Minute, 15 * time.Minute, 45 * time.Minute}
	b := setup(t, store.Options{Calls: hotline.CallRules{Again: pauses}})
	c := b.caller(t, "+12095550116")
	b.promised(t, c, triage.Promise{})
	b.hangUp(t, c)
	for i, pause := range pauses {
		began := time.Now()
		if st := b.failed(t, b.dialBack(t, c.ID), hotline.CalledNoAnswer); st != hotline.Promised {
			t.Fatal(st)
		}
		p := b.get(t, c.ID).Callback
		if p.Attempts != i+1 || p.Last != hotline.CalledNoAnswer || p.Next.Sub(began) < pause-time.Second || p.Next.Sub(began) > pause+5*time.Second {
			t.Errorf("attempt %d: %+v, want the next in %v", i+1, p, pause)
		}
		if _, err := b.claim(t.Context(), b.on(t)); !errors.Is(err, hotline.ErrNobody) {
			t.Errorf("attempt %d is offered at once: %v", i+2, err)
		}
	}
	if st := b.failed(t, b.dialBack(t, c.ID), hotline.CalledNoAnswer); st != hotline.Closed {
		t.Fatal(st)
	}
	if got := b.get(t, c.ID); got.Reason != "no_contact" || got.Disposition != "no_contact" {
		t.Errorf("closed as %s, %s", got.Reason, got.Disposition)
	}
	owed, _, err := b.Duties(t.Context(), outreach.Unreached)
	if err != nil || len(owed) != 1 || owed[0].Caller.E164() != "+12095550116" || owed[0].Case != c.ID || len(owed[0].Answers) != 1 {
		t.Errorf("what a supervisor has to look at: %+v %v", owed, err)
	}
}

func TestAPromiseThatIsAboutToBreakAlertsOnceAndAnAttemptKeepsIt(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	for name, c := range map[string]struct {
		by   time.Time
		want string
	}{"soon": {time.Now().Add(10 * time.Minute), "soon"}, "over": {time.Now().Add(-time.Minute), "broken"}} {
		k := b.caller(t, map[string]string{"soon": "+12095550117", "over": "+12095550118"}[name])
		b.promised(t, k, triage.Promise{By: c.by})
		b.hangUp(t, k)
		if err := b.Told(t.Context(), k.ID); err != nil {
			t.Fatal(err)
		}
		if got := b.get(t, k.ID).Callback.Alert; got != c.want {
			t.Errorf("%s: %q", name, got)
		}
		if err := b.Told(t.Context(), k.ID); !errors.Is(err, hotline.ErrStale) {
			t.Errorf("%s, told twice: %v", name, err)
		}
	}
	k := b.caller(t, "+12095550119")
	b.promised(t, k, triage.Promise{By: time.Now().Add(-time.Minute)})
	b.hangUp(t, k)
	b.failed(t, b.dialBack(t, k.ID), hotline.CalledBusy)
	if err := b.Told(t.Context(), k.ID); !errors.Is(err, hotline.ErrStale) {
		t.Errorf("called in time: %v", err)
	}
}
