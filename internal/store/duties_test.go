package store_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/outreach"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/triage"
)

// owing plays a call that leaves duties behind, and its end.
func (b *bundle) owing(t fataler, n int, ses triage.Session, owes ...triage.Effect) hotline.CaseID {
	t.Helper()
	id, leg := hotline.NewCaseID(), b.leg()
	ses.Lang, ses.Script = hotline.Spanish, "v1"
	b.turn(t, triage.Turn{Case: id, Leg: leg, Channel: hotline.Voice, Caller: caller(n), Next: ses, Doc: []byte("0")}, hotline.Case{})
	b.turn(t, triage.Turn{
		Case: id, Leg: leg, Channel: hotline.Voice, Caller: caller(n), N: 1, Next: ses, Doc: []byte("1"), Effects: []triage.Effect{
			triage.Record{Answer: hotline.Answer{Question: "urgent", Answer: "PLANTED answer"}},
		},
	}, b.get(t, id))
	owes = append([]triage.Effect{triage.Record{Answer: hotline.Answer{Question: "agree", Answer: "1"}}}, owes...)
	b.turn(t, triage.Turn{Case: id, Leg: leg, Channel: hotline.Voice, Caller: caller(n), N: 2, Next: ses, Doc: []byte("2"), Effects: owes}, b.get(t, id))
	if _, err := b.Leave(t.Context(), id, hotline.Leg(leg)); err != nil {
		t.Fatal(err)
	}
	return id
}

// afterCare leaves one of each key that follows a contact.
func (b *bundle) afterCare(t fataler) {
	t.Helper()
	g := b.group(t, 48*time.Hour, 1, 5)
	for n := range 2 {
		b.seat(t, n, g.ID)
	}
	id := b.owing(t, 9, triage.Session{}, triage.Owe{Kind: triage.Reroute}, triage.Owe{Kind: triage.CheckIn, Due: time.Now().AddDate(0, 0, 14)})
	reroute := string(id) + ".reroute"
	a := outreach.Attempt{By: "boss", At: time.Now(), Outcome: "no_answer", Note: "PLANTED note of an attempt"}
	if err := b.TryDuty(t.Context(), reroute, a, true, hotline.NewToken()); err != nil {
		t.Fatal(err)
	}
}

func (b *bundle) duty(t fataler, id string) outreach.Duty {
	t.Helper()
	d, err := b.Duty(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWhatIsOwedIsKeptWithTheAnswersUntilThreeDaysAfterItsDay(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	due := time.Now().AddDate(0, 0, 10).Truncate(time.Millisecond).UTC()
	id := string(b.owing(t, 1, triage.Session{}, triage.Owe{Kind: triage.Reroute, Due: due})) + ".reroute"
	d := b.duty(t, id)
	if d.State != outreach.Open || !d.Due.Equal(due) || d.Caller.E164() != caller(1).E164() || d.Lang != hotline.Spanish {
		t.Errorf("%+v", d)
	}
	if got := fmt.Sprint(d.Answers); got != "[{urgent PLANTED answer} {agree 1}]" {
		t.Errorf("answers %s", got)
	}
	gone := due.Add(72 * time.Hour)
	row := b.rdb.HGetAll(t.Context(), b.key("duty:"+id)).Val()
	for _, field := range []string{"number", "answers"} {
		if want := "v1." + gone.Format("20060102") + "-"; !strings.HasPrefix(row[field], want) {
			t.Errorf("%s is sealed as %.15s, want %s", field, row[field], want)
		}
	}
	if left := time.Until(gone) - b.rdb.PTTL(t.Context(), b.key("duty:"+id)).Val(); left.Abs() > time.Minute {
		t.Errorf("it does not end on its day: %v", left)
	}
	list, now, err := b.Duties(t.Context(), outreach.Reroute)
	if err != nil || len(list) != 1 || list[0].ID != id || list[0].Overdue(now) || !list[0].Overdue(due.Add(time.Second)) {
		t.Errorf("%+v %v", list, err)
	}
	if none, _, err := b.Duties(t.Context(), outreach.CheckIn); err != nil || len(none) != 0 {
		t.Errorf("of another kind: %v %v", none, err)
	}
}

func TestADutyIsInOneHandAndEndsWithItsOutcome(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	ctx := t.Context()
	id := string(b.owing(t, 1, triage.Session{}, triage.Owe{Kind: triage.Reroute})) + ".reroute"
	won := make([]error, 8)
	var all sync.WaitGroup
	for i := range won {
		all.Go(func() { won[i] = b.ClaimDuty(ctx, id, hotline.CounselorID(fmt.Sprint("c", i)), time.Hour) })
	}
	all.Wait()
	holder := hotline.CounselorID("")
	for i, err := range won {
		switch {
		case err == nil && holder == "":
			holder = hotline.CounselorID(fmt.Sprint("c", i))
		case !errors.Is(err, hotline.ErrTaken):
			t.Errorf("claim %d: %v", i, err)
		}
	}
	tried := func(by hotline.CounselorID, o outreach.Outcome, anybody bool, tok hotline.Token) error {
		return b.TryDuty(ctx, id, outreach.Attempt{By: by, Outcome: o, Note: "PLANTED"}, anybody, tok)
	}
	if err := tried("stranger", "helped", false, hotline.NewToken()); !errors.Is(err, hotline.ErrNotYours) {
		t.Errorf("a stranger: %v", err)
	}
	tok := hotline.NewToken()
	for range 2 {
		if err := tried(holder, "no_answer", false, tok); err != nil {
			t.Fatal(err)
		}
	}
	if d := b.duty(t, id); d.Attempts != 1 || len(d.Tried) != 1 || d.Tried[0].By != holder || d.Tried[0].Note != "PLANTED" {
		t.Errorf("%+v", d)
	}
	if err := b.ClaimDuty(ctx, id, holder, 0); err != nil {
		t.Fatal(err)
	}
	if err := tried(holder, "helped", false, hotline.NewToken()); !errors.Is(err, hotline.ErrNotYours) {
		t.Errorf("after it was given back: %v", err)
	}
	end := hotline.NewToken()
	for range 2 {
		if err := tried("boss", "helped", true, end); err != nil {
			t.Fatal(err)
		}
	}
	d := b.duty(t, id)
	if d.State != outreach.Done || d.Result != "helped" || d.Caller.Known() || len(d.Answers) != 0 {
		t.Errorf("after its end %+v", d)
	}
	if list, _, err := b.Duties(ctx, outreach.Reroute); err != nil || len(list) != 0 {
		t.Errorf("%v %v", list, err)
	}
	if err := b.ClaimDuty(ctx, id, "c1", time.Hour); !errors.Is(err, hotline.ErrMove) {
		t.Errorf("claimed after its end: %v", err)
	}
}

func TestACheckInGoesOutByDayAndWaitsTwoDaysForAnAnswer(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	day := time.Now().UTC().AddDate(0, 0, 14)
	at := time.Date(day.Year(), day.Month(), day.Day(), 3, 0, 0, 0, time.UTC) // asked for at night
	id := string(b.owing(t, 1, triage.Session{}, triage.Owe{Kind: triage.CheckIn, Due: at})) + ".check_in"
	want := at.Add(6 * time.Hour)
	if got := b.outbox(t, "checkin"); len(got) != 1 || !got["checkin:"+id].Equal(want) {
		t.Errorf("the text is due %v, want %v", got, want)
	}
	d := b.duty(t, id)
	if d.State != outreach.Planned || !d.Due.Equal(want.Add(48*time.Hour)) || d.Consent != "v1/agree=1/es/voice" {
		t.Errorf("%+v", d)
	}
	for range 2 {
		if err := b.CheckInSent(t.Context(), id, ""); err != nil {
			t.Fatal(err)
		}
	}
	d = b.duty(t, id)
	over := b.outbox(t, "checkinover")
	if d.State != outreach.Sent || len(over) != 1 || !over["checkinover:"+id].Equal(d.Due) || d.Due.Sub(d.SentAt) != 48*time.Hour {
		t.Errorf("%+v, over %v", d, over)
	}
}

func TestACheckInThatIsNotAnsweredIsBeforeAPerson(t *testing.T) {
	t.Parallel()
	for name, answers := range map[string]bool{"answered": true, "not answered": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, store.Options{})
			id := string(b.owing(t, 1, triage.Session{}, triage.Owe{Kind: triage.CheckIn})) + ".check_in"
			if err := b.CheckInSent(t.Context(), id, ""); err != nil {
				t.Fatal(err)
			}
			if err := b.ClaimDuty(t.Context(), id, "c1", time.Hour); !errors.Is(err, hotline.ErrMove) {
				t.Errorf("claimed while the answer is awaited: %v", err)
			}
			for !b.rdb.Time(t.Context()).Val().Truncate(time.Millisecond).After(b.duty(t, id).SentAt) {
				continue // an answer comes after what it answers
			}
			if answers {
				b.texter(t, 1, hotline.Routine)
			}
			for range 2 {
				if err := b.CheckInOver(t.Context(), id); err != nil {
					t.Fatal(err)
				}
			}
			d := b.duty(t, id)
			list, _, err := b.Duties(t.Context(), outreach.CheckIn)
			if err != nil || (d.State == outreach.Done) != answers || (len(list) == 0) != answers {
				t.Errorf("%s %q, list %v (%v)", d.State, d.Result, list, err)
			}
			if !answers {
				if err := b.ClaimDuty(t.Context(), id, "c1", time.Hour); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestNobodyIsCheckedInOnWhoCouldNotAgreeOrTookItBack(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	quiet := b.owing(t, 1, triage.Session{Quiet: true}, triage.Owe{Kind: triage.CheckIn})
	if _, err := b.Duty(t.Context(), string(quiet)+".check_in"); !errors.Is(err, hotline.ErrNotFound) {
		t.Errorf("who cannot talk is written to: %v", err)
	}
	id := string(b.owing(t, 2, triage.Session{}, triage.Owe{Kind: triage.CheckIn})) + ".check_in"
	if err := b.OptOut(t.Context(), caller(2), true); err != nil {
		t.Fatal(err)
	}
	if d := b.duty(t, id); !d.OptedOut {
		t.Error("the duty does not know of STOP")
	}
	if err := b.CheckInSent(t.Context(), id, "opted-out"); err != nil {
		t.Fatal(err)
	}
	if d := b.duty(t, id); d.State != outreach.Done || d.Result != "opted-out" || d.Caller.Known() {
		t.Errorf("%+v", d)
	}
	lost := string(b.owing(t, 3, triage.Session{}, triage.Owe{Kind: triage.CheckIn})) + ".check_in"
	if err := b.CheckInSent(t.Context(), lost, "not-sent"); err != nil {
		t.Fatal(err)
	}
	if d := b.duty(t, lost); d.State != outreach.Open || !d.Overdue(time.Now().Add(time.Second)) {
		t.Errorf("what could not be sent is not before a person: %+v", d)
	}
}

func TestADutySaidAgainIsOneDuty(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	due := time.Now().AddDate(0, 0, 3).Truncate(time.Millisecond)
	id := b.owing(t, 1, triage.Session{}, triage.Owe{Kind: triage.Reroute}, triage.Owe{Kind: triage.Reroute, Due: due})
	list, _, err := b.Duties(t.Context(), outreach.Reroute)
	if err != nil || len(list) != 1 || !list[0].Due.Equal(due) || list[0].Case != id {
		t.Errorf("%+v %v", list, err)
	}
}
