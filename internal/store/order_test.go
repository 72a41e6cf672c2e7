package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"pgregory.net/rapid"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/triage"
)

// since puts a caller into the queue who has waited since then.
func (b *bundle) since(t fataler, band hotline.Band, at time.Time) hotline.Case {
	t.Helper()
	id, leg := hotline.NewCaseID(), b.leg()
	b.turn(t, triage.Turn{
		Case: id, Leg: leg, Channel: hotline.Voice, Next: triage.Session{Lang: hotline.English}, Doc: []byte("0"), Since: at,
		Effects: []triage.Effect{triage.Enqueue{Band: band, Need: hotline.NeedTalk}},
	}, hotline.Case{})
	return b.get(t, id)
}

// texter puts a texter into the queue.
func (b *bundle) texter(t fataler, n int, band hotline.Band) hotline.Case {
	t.Helper()
	id := hotline.NewCaseID()
	b.turn(t, triage.Turn{
		Case: id, Leg: "SM" + string(id), Name: "0", Channel: hotline.SMS, Caller: caller(n), Next: triage.Session{Lang: hotline.English}, Doc: []byte("0"),
		Effects: []triage.Effect{triage.Enqueue{Band: band, Need: hotline.NeedTalk}},
	}, hotline.Case{})
	return b.get(t, id)
}

// toHead gives a talk back to the head of its band.
func (b *bundle) toHead(t fataler, c hotline.Case) {
	t.Helper()
	by := b.on(t)
	if _, err := b.Claim(t.Context(), hotline.Want{Case: c.ID}, by, hotline.NewToken()); err != nil {
		t.Fatal(err)
	}
	if _, err := b.GiveBack(t.Context(), c.ID, hotline.GiveBack{From: []hotline.State{hotline.Claimed}, Code: "transfer", Head: true}); err != nil {
		t.Fatal(err)
	}
}

// REDIS 7.5: nobody is overtaken by somebody who came more than 15 minutes a
// band later, and emergencies go before all, the oldest first.
func TestNobodyIsOvertakenBeyondFifteenMinutesABand(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	start := time.Now().Add(-4 * time.Hour).Truncate(time.Millisecond)
	rapid.Check(t, func(rt *rapid.T) {
		b := b.sibling(rt, store.Options{})
		heads := map[hotline.CaseID]bool{}
		n := rapid.IntRange(2, 12).Draw(rt, "callers")
		for range n {
			band := hotline.Band(rapid.IntRange(0, 3).Draw(rt, "band"))
			at := start.Add(time.Duration(rapid.IntRange(0, 180).Draw(rt, "minutes"))*time.Minute + time.Duration(len(heads))*time.Millisecond)
			c := b.since(rt, band, at)
			heads[c.ID] = rapid.IntRange(0, 5).Draw(rt, "head") == 0
			if heads[c.ID] {
				b.toHead(rt, c)
			}
		}
		q, err := b.Queue(rt.Context())
		if err != nil || len(q.Cases) != n {
			rt.Fatalf("%d in the queue, %v", len(q.Cases), err)
		}
		for i, want := range q.Cases {
			got, err := b.claim(rt.Context(), b.on(rt))
			if err != nil || got.ID != want.ID {
				rt.Fatalf("claim %d gives %s, the queue shows %s (%v)", i+1, got.ID, want.ID, err)
			}
			for _, later := range q.Cases[i+1:] {
				if overtaken(want, later, heads) {
					rt.Fatalf("%s (%s since %v) goes before %s (%s since %v)", want.ID, want.Band, want.Enqueued, later.ID, later.Band, later.Enqueued)
				}
			}
		}
	})
}

// overtaken: first is served before second, who by the rules comes before.
func overtaken(first, second hotline.Case, heads map[hotline.CaseID]bool) bool {
	due := func(c hotline.Case) time.Time {
		at := c.Enqueued.Add(time.Duration(c.Band) * 15 * time.Minute)
		if heads[c.ID] {
			at = at.Add(-time.Hour)
		}
		return at
	}
	if (first.Band == hotline.Emergency) != (second.Band == hotline.Emergency) {
		return second.Band == hotline.Emergency
	}
	if first.Band == hotline.Emergency {
		return second.Enqueued.Before(first.Enqueued)
	}
	return due(second).Before(due(first))
}

func TestHeadOfBandGoesBeforeAllButEmergenciesUnlessSomebodyWaitedAnHourMore(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	now := time.Now().Truncate(time.Millisecond)
	back := b.since(t, hotline.Routine, now)
	urgent := b.since(t, hotline.Urgent, now.Add(-10*time.Minute))
	old := b.since(t, hotline.Routine, now.Add(-61*time.Minute))
	danger := b.since(t, hotline.Emergency, now)
	b.toHead(t, back)
	q, err := b.Queue(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []hotline.CaseID
	for _, c := range q.Cases {
		got = append(got, c.ID)
	}
	if want := []hotline.CaseID{danger.ID, old.ID, back.ID, urgent.ID}; !slices.Equal(got, want) {
		t.Errorf("order %v, want %v", got, want)
	}
}

func TestRaisedCallerKeepsTheTimeOfTheFirstEnqueue(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	now := time.Now().Truncate(time.Millisecond)
	routine := b.since(t, hotline.Routine, now.Add(-20*time.Minute))
	urgent := b.since(t, hotline.Urgent, now)
	if _, err := b.Raise(t.Context(), routine.ID, "", hotline.Urgent, false, 0, ""); err != nil {
		t.Fatal(err)
	}
	got := b.get(t, routine.ID)
	if got.Place != 1 || !got.Enqueued.Equal(routine.Enqueued) || got.Band != hotline.Urgent || b.get(t, urgent.ID).Place != 2 {
		t.Errorf("%+v", got)
	}
	if _, err := b.Raise(t.Context(), routine.ID, "", hotline.Routine, false, 0, ""); err != nil || b.get(t, routine.ID).Band != hotline.Urgent {
		t.Errorf("a raise lowered the band (%v)", err)
	}
}

// toAll opens a case to everybody, with an interpreter.
var toAll = hotline.Opening{Lang: hotline.AnyLang, Need: hotline.NeedTalk}

var spanishOnly, englishOnly = hotline.Want{Langs: []hotline.Lang{"es"}, Needs: hotline.Needs()}, hotline.Want{Langs: []hotline.Lang{"en"}, Needs: hotline.Needs()}

func TestCallerWhoseLanguageNobodySpeaksIsOpenedToAllAndStaysSo(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	c := b.wait(t, hotline.Routine, "es")
	if _, err := b.Claim(t.Context(), englishOnly, b.on(t), hotline.NewToken()); !errors.Is(err, hotline.ErrNobody) {
		t.Fatalf("English takes Spanish: %v", err)
	}
	if err := b.Open(t.Context(), c.ID, toAll, time.Minute); err != nil {
		t.Fatal(err)
	}
	for step, change := range map[string]func() error{
		"opened": func() error { return nil },
		"raised": func() error {
			_, err := b.Raise(t.Context(), c.ID, "", hotline.Urgent, false, 0, "")
			return err
		},
	} {
		if err := change(); err != nil {
			t.Fatal(err)
		}
		got, err := b.Claim(t.Context(), englishOnly, b.on(t), hotline.NewToken())
		if err != nil || got.ID != c.ID {
			t.Fatalf("%s: %s %v", step, got.ID, err)
		}
		if n := b.rdb.ZCard(t.Context(), b.key("q:voice:*:talk")).Val() + b.rdb.ZCard(t.Context(), b.key("q:voice:es:talk")).Val(); n != 0 {
			t.Errorf("%s: claimed and still in %d buckets", step, n)
		}
		if _, err := b.GiveBack(t.Context(), c.ID, hotline.GiveBack{Epoch: got.Epoch, From: []hotline.State{hotline.Claimed}, Code: "released"}); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := b.Claim(t.Context(), spanishOnly, b.on(t), hotline.NewToken()); err != nil || got.ID != c.ID {
		t.Errorf("who speaks the language: %s %v", got.ID, err)
	}
}

func TestCallerIsLookedAtAgainAfterEachReturnUntilSomebodySpeaksTheLanguage(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	c := b.wait(t, hotline.Routine, "es")
	got, err := b.Claim(t.Context(), spanishOnly, b.on(t), hotline.NewToken())
	if err != nil {
		t.Fatal(err)
	}
	b.rdb.Del(t.Context(), b.key("job:nolang:"+string(c.ID)))
	if _, err := b.GiveBack(t.Context(), c.ID, hotline.GiveBack{Epoch: got.Epoch, From: []hotline.State{hotline.Claimed}, Code: "released"}); err != nil {
		t.Fatal(err)
	}
	if b.rdb.Exists(t.Context(), b.key("job:nolang:"+string(c.ID))).Val() != 1 {
		t.Error("nobody looks again whether the language is spoken")
	}
}

func TestWhoGaveACaseBackGetsItOnlyWhenNothingElseIsLeft(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	first, second := b.wait(t, hotline.Routine, "en"), b.wait(t, hotline.Routine, "en")
	me := b.on(t)
	giveBack := func(id hotline.CaseID) {
		if _, err := b.GiveBack(t.Context(), id, hotline.GiveBack{By: me, From: []hotline.State{hotline.Claimed}, Code: "released", Exclude: 10 * time.Minute}); err != nil {
			t.Fatal(err)
		}
	}
	for i, want := range []hotline.CaseID{first.ID, second.ID, first.ID} {
		c, err := b.claim(t.Context(), me)
		if err != nil || c.ID != want {
			t.Fatalf("claim %d: %s %v, want %s", i+1, c.ID, err, want)
		}
		giveBack(c.ID)
	}
	named := anyCase
	named.Case = second.ID
	if c, err := b.Claim(t.Context(), named, me, hotline.NewToken()); err != nil || c.ID != second.ID {
		t.Errorf("by name: %s %v", c.ID, err)
	}
}

func TestConflictIsNeverGivenNotEvenByName(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	c, me := b.wait(t, hotline.Routine, "en"), b.on(t)
	b.rdb.ZAdd(t.Context(), b.key("ex:"+string(me)), redis.Z{Score: 9.1e14, Member: string(c.ID)})
	if _, err := b.claim(t.Context(), me); !errors.Is(err, hotline.ErrNobody) {
		t.Errorf("best for me: %v", err)
	}
	named := anyCase
	named.Case = c.ID
	if _, err := b.Claim(t.Context(), named, me, hotline.NewToken()); !errors.Is(err, hotline.ErrNotQualified) {
		t.Errorf("by name: %v", err)
	}
	if got, err := b.claim(t.Context(), b.on(t)); err != nil || got.ID != c.ID {
		t.Errorf("somebody else: %s %v", got.ID, err)
	}
}

func TestLimitIsToldOnlyWhereItIsWhatKeepsSomebodyWaiting(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		channels    []hotline.Channel
		hold, waits hotline.Channel
		times       int
		lang        hotline.Lang
		named       bool
		want        error
	}{
		"a call in hand, another waits":              {nil, hotline.Voice, hotline.Voice, 1, "en", false, hotline.ErrAtLimit},
		"a call in hand, another wanted by name":     {nil, hotline.Voice, hotline.Voice, 1, "en", true, hotline.ErrAtLimit},
		"a call in hand, a text waits":               {nil, hotline.Voice, hotline.SMS, 1, "en", false, nil},
		"a call in hand, nobody waits":               {nil, hotline.Voice, "", 1, "en", false, hotline.ErrNobody},
		"a call in hand, a call in another language": {nil, hotline.Voice, hotline.Voice, 1, "fr", false, hotline.ErrNobody},
		"one thread in hand, another waits":          {nil, hotline.SMS, hotline.SMS, 1, "en", false, nil},
		"two threads in hand, a third waits":         {nil, hotline.SMS, hotline.SMS, 2, "en", false, hotline.ErrAtLimit},
		"two threads in hand, a call waits":          {nil, hotline.SMS, hotline.Voice, 2, "en", false, nil},
		"takes calls only, a text waits":             {[]hotline.Channel{hotline.Voice}, "", hotline.SMS, 0, "en", false, hotline.ErrNobody},
		"takes calls only, a text is wanted by name": {[]hotline.Channel{hotline.Voice}, "", hotline.SMS, 0, "en", true, hotline.ErrNotQualified},
		"takes calls only and has one, a text waits": {[]hotline.Channel{hotline.Voice}, hotline.Voice, hotline.SMS, 1, "en", false, hotline.ErrAtLimit},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, store.Options{})
			me := b.on(t)
			wait := func(ch hotline.Channel, n int, lang hotline.Lang) hotline.Case {
				if ch == hotline.SMS {
					return b.texter(t, n, hotline.Routine)
				}
				return b.wait(t, hotline.Routine, lang)
			}
			for i := range c.times {
				wait(c.hold, i, "en")
				if _, err := b.claim(t.Context(), me); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := b.SetShift(t.Context(), me, hotline.Shift{State: hotline.Available, Channels: c.channels}, ""); err != nil {
				t.Fatal(err)
			}
			want := anyCase
			if c.waits != "" {
				waiting := wait(c.waits, 9, c.lang)
				if c.named {
					want.Case = waiting.ID
				}
			}
			if _, err := b.Claim(t.Context(), want, me, hotline.NewToken()); !errors.Is(err, c.want) {
				t.Errorf("claim: %v, want %v", err, c.want)
			}
		})
	}
}

func TestNotAvailableAndUnknownCasesAreRefusedInWords(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	c, me := b.wait(t, hotline.Routine, "en"), b.on(t)
	for _, state := range []hotline.Presence{hotline.Break, hotline.Off} {
		if _, err := b.SetShift(t.Context(), me, hotline.Shift{State: state}, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Claim(t.Context(), hotline.Want{Case: c.ID}, me, hotline.NewToken()); !errors.Is(err, hotline.ErrNotAvailable) {
			t.Errorf("%s: %v", state, err)
		}
	}
	if _, err := b.Claim(t.Context(), hotline.Want{Case: hotline.NewCaseID()}, b.on(t), hotline.NewToken()); !errors.Is(err, hotline.ErrNotFound) {
		t.Errorf("unknown case: %v", err)
	}
}

func TestPromisedCallerIsSkippedUntilTheNextAttemptIsDue(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	first := b.wait(t, hotline.Routine, "en")
	b.promise(t, first)
	if _, err := b.Leave(t.Context(), first.ID, first.PatientLeg); err != nil {
		t.Fatal(err)
	}
	second := b.wait(t, hotline.Routine, "en")
	me := b.on(t)
	c, err := b.claim(t.Context(), me)
	if err != nil || c.ID != first.ID || !c.DialBack {
		t.Fatalf("%s %v %v", c.ID, c.DialBack, err)
	}
	if c, err = b.Connect(t.Context(), c.ID, c.Epoch, "CAx", "x"); err != nil {
		t.Fatal(err)
	}
	st, err := b.GiveBack(t.Context(), c.ID, hotline.GiveBack{Epoch: c.Epoch, From: []hotline.State{hotline.Connecting}, Code: "not-reached", Attempt: true})
	if err != nil || st != hotline.Promised {
		t.Fatalf("%s %v", st, err)
	}
	if got := b.get(t, c.ID); got.Place != 1 || !got.Enqueued.Equal(first.Enqueued) {
		t.Errorf("place %d since %v", got.Place, got.Enqueued)
	}
	if got, err := b.claim(t.Context(), b.on(t)); err != nil || got.ID != second.ID {
		t.Errorf("next is %s (%v), want the one who can be reached now", got.ID, err)
	}
	if _, err := b.claim(t.Context(), b.on(t)); !errors.Is(err, hotline.ErrNobody) {
		t.Errorf("then: %v", err)
	}
}

func TestACallbackThatFailsFourTimesIsClosedAndPutBeforeASupervisor(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	c := b.wait(t, hotline.Routine, "en")
	b.promise(t, c)
	if _, err := b.Leave(t.Context(), c.ID, c.PatientLeg); err != nil {
		t.Fatal(err)
	}
	for i, want := range []hotline.State{hotline.Promised, hotline.Promised, hotline.Promised, hotline.Closed} {
		me := b.on(t)
		got, err := b.Claim(t.Context(), hotline.Want{Case: c.ID}, me, hotline.NewToken())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Connect(t.Context(), c.ID, got.Epoch, "CAx", string(hotline.NewToken())); err != nil {
			t.Fatal(err)
		}
		st, err := b.GiveBack(t.Context(), c.ID, hotline.GiveBack{Epoch: got.Epoch, From: []hotline.State{hotline.Connecting}, Code: hotline.CalledBusy, Attempt: true})
		if err != nil || st != want {
			t.Fatalf("attempt %d: %s %v", i+1, st, err)
		}
		if sh, err := b.Shift(t.Context(), me); err != nil || len(sh.Cases) != 0 || sh.State != hotline.Available {
			t.Errorf("attempt %d leaves the counselor with %+v (%v)", i+1, sh, err)
		}
	}
}

// REDIS 7.4: index and hash disagree.
func TestClaimMendsAnIndexWithoutItsCase(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	lost, next := b.wait(t, hotline.Routine, "en"), b.wait(t, hotline.Routine, "en")
	b.rdb.Del(t.Context(), b.key("case:"+string(lost.ID)))
	me := b.on(t)
	if c, err := b.claim(t.Context(), me); err != nil || c.ID != next.ID {
		t.Errorf("%s %v", c.ID, err)
	}
	b.snap(t, []hotline.CaseID{next.ID}, []hotline.CounselorID{me}).check(t)
}
