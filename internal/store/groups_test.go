package store_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/outreach"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/triage"
)

// group makes one that begins after a while.
func (b *bundle) group(t fataler, in time.Duration, seats, waits int) outreach.Group {
	t.Helper()
	g := outreach.Group{
		ID: "calm-1", Topic: "anxiety", Lang: hotline.English, At: time.Now().Add(in).Truncate(time.Second).UTC(), Seats: seats, Waits: waits,
		Link: "https://meet.example.org/PLANTED-link",
	}
	if err := b.AddGroup(t.Context(), g); err != nil {
		t.Fatal(err)
	}
	return g
}

// asking is the turn of a new case that asks for a seat in the group.
func (b *bundle) asking(t fataler, n int, group string, ses triage.Session) triage.Turn {
	t.Helper()
	id, leg := hotline.NewCaseID(), b.leg()
	ses.Lang = hotline.English
	b.turn(t, triage.Turn{
		Case: id, Leg: leg, Channel: hotline.Voice, Caller: caller(n), Next: triage.Session{Lang: "en", Safety: true}, Doc: []byte("0"),
	}, hotline.Case{})
	return triage.Turn{
		Case: id, Leg: leg, Channel: hotline.Voice, Caller: caller(n), N: 1, Next: ses,
		Effects: []triage.Effect{triage.Record{Answer: hotline.Answer{Question: "remind_ask", Answer: "1"}}, triage.Seat{Group: group}},
	}
}

func (b *bundle) ask(t fataler, turn triage.Turn) string {
	t.Helper()
	got, err := b.Commit(t.Context(), turn, b.get(t, turn.Case))
	if err != nil || got.Word != triage.Awaited {
		t.Fatalf("a seat: %+v %v", got, err)
	}
	return got.Outcome
}

func (b *bundle) seat(t fataler, n int, group string) string {
	t.Helper()
	return b.ask(t, b.asking(t, n, group, triage.Session{}))
}

// people gives the last four digits of who is in the group and who waits.
func (b *bundle) people(t fataler, group string) (in, waits []string) {
	t.Helper()
	all, err := b.SignUps(t.Context(), group)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		last := s.Caller.E164()[len(s.Caller.E164())-4:]
		switch {
		case s.State == outreach.Seated && s.Place == 0:
			in = append(in, last)
		case s.State == outreach.Listed && s.Place == len(waits)+1:
			waits = append(waits, last)
		default:
			t.Fatalf("%s is %s at %d", last, s.State, s.Place)
		}
	}
	return in, waits
}

func last(ns ...int) []string {
	var all []string
	for _, n := range ns {
		all = append(all, fmt.Sprint(1000+n))
	}
	return all
}

func TestFiftyAtOnceForTwelveSeatsGiveTwelveSeatsAndAnOrderedWaitList(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	g := b.group(t, 48*time.Hour, 12, 30)
	turns := make([]triage.Turn, 50)
	for i := range turns {
		turns[i] = b.asking(t, i, g.ID, triage.Session{})
	}
	words, from := make([]string, len(turns)), make(chan struct{})
	var all sync.WaitGroup
	for i := range turns {
		all.Go(func() {
			<-from
			got, err := b.Commit(t.Context(), turns[i], hotline.Case{})
			if err != nil {
				t.Error(err)
			}
			words[i] = got.Outcome
		})
	}
	close(from)
	all.Wait()
	count := map[string]int{}
	for _, w := range words {
		count[w]++
	}
	if count["seated"] != 12 || count["listed"] != 30 || count["full"] != 8 {
		t.Errorf("%v", count)
	}
	in, waits := b.people(t, g.ID)
	if len(in) != 12 || len(waits) != 30 {
		t.Errorf("%d in, %d wait", len(in), len(waits))
	}
	for i, w := range words {
		who := last(i)[0]
		if slices.Contains(in, who) != (w == "seated") || slices.Contains(waits, who) != (w == "listed") {
			t.Errorf("%s was told %q", who, w)
		}
	}
	if got, err := b.Group(t.Context(), g.ID); err != nil || got.Taken != 12 || got.Listed != 30 || got.Free() != 0 {
		t.Errorf("%+v %v", got, err)
	}
}

func TestASeatAskedTwiceIsTakenOnceAndGivesTheSameWord(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	g := b.group(t, 48*time.Hour, 1, 1)
	turn := b.asking(t, 1, g.ID, triage.Session{})
	for range 3 {
		if w := b.ask(t, turn); w != "seated" {
			t.Fatalf("the word became %q", w)
		}
	}
	for n, want := range map[int]string{2: "listed", 3: "full"} {
		other := b.asking(t, n, g.ID, triage.Session{})
		if n == 3 {
			b.seat(t, 2, g.ID)
		}
		if w := b.ask(t, other); w != want {
			t.Errorf("%d was told %q, want %q", n, w, want)
		}
	}
	turn.Doc = []byte("you have a seat")
	b.turn(t, turn, b.get(t, turn.Case))
	turn.Doc = nil
	if got, err := b.Commit(t.Context(), turn, b.get(t, turn.Case)); err != nil || got.Word != triage.Replay || string(got.Doc) != "you have a seat" {
		t.Errorf("after its document: %+v %v", got, err)
	}
	if w := b.seat(t, 1, g.ID); w != "seated" {
		t.Errorf("the same person in another contact: %q", w)
	}
	if in, waits := b.people(t, g.ID); !slices.Equal(in, last(1)) || !slices.Equal(waits, last(2)) {
		t.Errorf("in %v, waits %v", in, waits)
	}
	if jobs := b.take(t, "notice"); len(jobs) != 2 {
		t.Errorf("%d texts for two people", len(jobs))
	}
}

func TestASeatIsGoneWhereNobodyCouldJoin(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	g := b.group(t, 48*time.Hour, 5, 5)
	if w := b.seat(t, 1, "no-such-group"); w != "gone" {
		t.Errorf("unknown group: %q", w)
	}
	turn := b.asking(t, 2, g.ID, triage.Session{})
	turn.Caller = hotline.CallerNumber("anonymous")
	if w := b.ask(t, turn); w != "gone" {
		t.Errorf("a withheld number: %q", w)
	}
	if err := b.CallOff(t.Context(), g.ID); err != nil {
		t.Fatal(err)
	}
	if w := b.seat(t, 3, g.ID); w != "gone" {
		t.Errorf("called off: %q", w)
	}
}

func TestWhoeverHoldsTheCaseIsNotDisturbedByASeat(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	g := b.group(t, 48*time.Hour, 5, 5)
	p := b.play(t, hotline.Claimed)
	got, err := b.Commit(t.Context(), triage.Turn{
		Case: p.ID, Leg: string(p.PatientLeg), Channel: hotline.Voice, Caller: caller(1), N: p.Turn + 1, Effects: []triage.Effect{triage.Seat{Group: g.ID}},
	}, p.Case)
	if err != nil || got.Word != triage.Moved || got.State != hotline.Claimed {
		t.Errorf("%+v %v", got, err)
	}
	if in, _ := b.people(t, g.ID); len(in) != 0 {
		t.Errorf("in %v", in)
	}
}

func TestTheFirstOnTheWaitListGetsTheSeatThatBecomesFreeAndIsTold(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	g := b.group(t, 2*time.Hour, 2, 9) // before long: the text does not wait for the morning
	for n := range 5 {
		b.seat(t, n, g.ID)
	}
	b.take(t, "notice")
	leave := func(n, want int) {
		t.Helper()
		if left, err := b.LeaveGroups(t.Context(), caller(n)); err != nil || left != want {
			t.Fatalf("left %d %v", left, err)
		}
	}
	leave(3, 1) // from the middle of the list
	leave(0, 1)
	leave(0, 0)
	if in, waits := b.people(t, g.ID); !slices.Equal(in, last(1, 2)) || !slices.Equal(waits, last(4)) {
		t.Errorf("in %v, waits %v", in, waits)
	}
	told := b.take(t, "notice")
	if len(told) != 1 || told[0].Args["what"] != outreach.TextFree {
		t.Fatalf("told %v", told)
	}
	if s, _, err := b.SignUp(t.Context(), g.ID, told[0].Args["who"]); err != nil || s.Caller.E164() != caller(2).E164() || s.State != outreach.Seated {
		t.Errorf("%+v %v", s, err)
	}
	g.Seats = 9
	if err := b.ChangeGroup(t.Context(), g); err != nil {
		t.Fatal(err)
	}
	if in, waits := b.people(t, g.ID); !slices.Equal(in, last(1, 2, 4)) || len(waits) != 0 {
		t.Errorf("after more seats: in %v, waits %v", in, waits)
	}
	if w := b.seat(t, 0, g.ID); w != "seated" {
		t.Errorf("who left comes again: %q", w)
	}
}

func TestCancelsAndSignUpsThatCrossLoseNoSeatAndGiveNoneTwice(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	g := b.group(t, 48*time.Hour, 12, 100)
	for n := range 30 {
		b.seat(t, n, g.ID)
	}
	late := make([]triage.Turn, 10)
	for i := range late {
		late[i] = b.asking(t, 50+i, g.ID, triage.Session{})
	}
	var all sync.WaitGroup
	for n := range 20 { // all who have a seat, and some who wait
		all.Go(func() {
			if _, err := b.LeaveGroups(t.Context(), caller(n)); err != nil {
				t.Error(err)
			}
		})
	}
	for i := range late {
		all.Go(func() {
			if _, err := b.Commit(t.Context(), late[i], hotline.Case{}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	in, waits := b.people(t, g.ID)
	if len(in) != 12 || len(waits) != 8 {
		t.Errorf("%d in, %d wait, want 12 and 8", len(in), len(waits))
	}
	if first := last(20, 21, 22, 23, 24, 25, 26, 27, 28, 29); !slices.Equal(in[:10], first) {
		t.Errorf("in %v: who waited first comes first", in)
	}
	for _, w := range waits {
		if slices.Contains(in, w) {
			t.Errorf("%s stands twice", w)
		}
	}
}

func TestAGroupIsChangedByNobodysLoss(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	ctx := t.Context()
	g := b.group(t, 48*time.Hour, 2, 2)
	for n := range 3 {
		b.seat(t, n, g.ID)
	}
	b.take(t, "notice")
	if err := b.AddGroup(ctx, g); err != nil {
		t.Errorf("asked for twice: %v", err)
	}
	taken := g
	taken.Topic = "grief"
	if err := b.AddGroup(ctx, taken); !errors.Is(err, hotline.ErrTaken) {
		t.Errorf("another one of this id: %v", err)
	}
	if err := b.LoadGroup(ctx, g); err != nil {
		t.Errorf("loaded again: %v", err)
	}
	if told := b.take(t, "notice"); len(told) != 0 {
		t.Errorf("nothing changed, and %d are told", len(told))
	}
	few, other := g, g
	few.Seats = 1
	if err := b.ChangeGroup(ctx, few); !errors.Is(err, hotline.ErrMove) {
		t.Errorf("fewer seats than people: %v", err)
	}
	other.Link = "https://meet.example.org/new"
	if err := b.ChangeGroup(ctx, other); err != nil {
		t.Fatal(err)
	}
	if told := b.take(t, "notice"); len(told) != 3 || told[0].Args["what"] != outreach.TextMoved {
		t.Errorf("told of another address: %v", told)
	}
	unknown := g
	unknown.ID = "other"
	if err := b.ChangeGroup(ctx, unknown); !errors.Is(err, hotline.ErrNotFound) {
		t.Errorf("unknown: %v", err)
	}
	for range 2 {
		if err := b.CallOff(ctx, g.ID); err != nil {
			t.Fatal(err)
		}
	}
	if told := b.take(t, "notice"); len(told) != 3 || told[0].Args["what"] != outreach.TextOff {
		t.Errorf("told that it is off: %v", told)
	}
	if err := b.ChangeGroup(ctx, g); !errors.Is(err, hotline.ErrMove) {
		t.Errorf("changed after that: %v", err)
	}
}
