package store_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/triage"
)

// desk is a line whose crew differs in all that matching asks, driven at
// random.
type desk struct {
	*bundle
	wants     map[hotline.CounselorID]hotline.Want
	crew      []hotline.CounselorID
	conflicts map[hotline.CounselorID][]hotline.Number
	numbers   map[hotline.CaseID]hotline.Number
	returns   map[hotline.CaseID]hotline.CounselorID // whom a returning caller talked with, before the claim that is looked at
	cases     []hotline.CaseID
}

var (
	someLangs   = [][]hotline.Lang{{"en"}, {"es"}, {"en", "es"}}
	someNeeds   = [][]hotline.Need{{hotline.NeedTalk}, {hotline.NeedTalk, hotline.NeedMedication}}
	someGenders = []hotline.Gender{"", hotline.Woman, hotline.Man}
)

func (d *desk) hire(t *rapid.T) {
	if len(d.crew) >= 4 {
		t.Skip("enough people")
	}
	id := d.on(t)
	d.wants[id] = hotline.Want{
		Own: caller(rapid.IntRange(1, 9).Draw(t, "own")), Langs: rapid.SampledFrom(someLangs).Draw(t, "speaks"),
		Needs: rapid.SampledFrom(someNeeds).Draw(t, "serves"), Gender: rapid.SampledFrom(someGenders).Draw(t, "gender"),
	}
	for range rapid.IntRange(0, 2).Draw(t, "conflicts") {
		d.conflicts[id] = append(d.conflicts[id], caller(rapid.IntRange(1, 6).Draw(t, "conflict")))
	}
	if _, err := d.SetConflicts(t.Context(), id, d.conflicts[id]); err != nil {
		t.Fatal(err)
	}
	d.crew = append(d.crew, id)
}

func (d *desk) arrive(t *rapid.T) {
	if len(d.cases) >= 12 {
		t.Skip("enough callers")
	}
	id, who := hotline.NewCaseID(), caller(rapid.IntRange(1, 6).Draw(t, "number"))
	turn := triage.Turn{
		Case: id, Leg: d.leg(), Channel: hotline.Voice, Caller: who, Doc: []byte("0"), Next: triage.Session{Lang: rapid.SampledFrom([]hotline.Lang{"en", "es"}).Draw(t, "lang")},
		Effects: []triage.Effect{triage.Enqueue{
			Band: hotline.Band(rapid.IntRange(0, 3).Draw(t, "band")), Need: rapid.SampledFrom([]hotline.Need{hotline.NeedTalk, hotline.NeedMedication}).Draw(t, "need"),
		}, triage.Prefer{Whom: rapid.SampledFrom(someGenders).Draw(t, "wish")}},
	}
	if rapid.IntRange(0, 3).Draw(t, "by text") == 0 {
		turn.Leg, turn.Name, turn.Channel = "SM"+string(id), "0", hotline.SMS
	}
	if got, err := d.Commit(t.Context(), turn, hotline.Case{}); err != nil {
		t.Fatal(err)
	} else if got.Word == triage.Kept {
		d.cases = append(d.cases, id)
		d.numbers[id] = who
	}
}

func (d *desk) someCase(t *rapid.T) hotline.Case {
	if len(d.cases) == 0 {
		t.Skip("no case yet")
	}
	return d.get(t, rapid.SampledFrom(d.cases).Draw(t, "case"))
}

func (d *desk) somebody(t *rapid.T) hotline.CounselorID {
	if len(d.crew) == 0 {
		t.Skip("nobody is on")
	}
	return rapid.SampledFrom(d.crew).Draw(t, "counselor")
}

// goOn takes whoever is claimed through the talk, so that there are wrap-ups.
func (d *desk) goOn(t *rapid.T) {
	c := d.someCase(t)
	switch c.State {
	case hotline.Claimed:
		if _, err := d.Connect(t.Context(), c.ID, c.Epoch, hotline.Leg(d.leg()), string(hotline.NewToken())); err != nil {
			t.Fatal(err)
		}
	case hotline.Connecting:
		d.join(t, c, "counselor", c.CounselorLeg)
		d.join(t, c, "patient", c.PatientLeg)
	case hotline.Live, hotline.WrapUp:
		if rapid.Bool().Draw(t, "hangs up") && c.PatientLeg != "" {
			_, err := d.Leave(t.Context(), c.ID, c.PatientLeg)
			allowed(t, err, hotline.ErrStale)
			return
		}
		to := hotline.WrapUp
		if c.State == to {
			to = hotline.Closed
		}
		_, err := d.Finish(t.Context(), c.ID, hotline.Finish{By: c.Owner, To: to, Disposition: "helped"})
		allowed(t, err)
	case hotline.Waiting, hotline.Promised, hotline.Triage, hotline.Closed:
		t.Skip("nobody talks")
	}
}

func (d *desk) giveBack(t *rapid.T) {
	c := d.someCase(t)
	_, err := d.GiveBack(t.Context(), c.ID, hotline.GiveBack{From: []hotline.State{hotline.Claimed, hotline.Live}, Code: "released", Exclude: time.Minute})
	allowed(t, err, hotline.ErrStale)
}

func (d *desk) shift(t *rapid.T) {
	sh := hotline.Shift{
		State:    rapid.SampledFrom([]hotline.Presence{hotline.Available, hotline.Available, hotline.Break, hotline.Off}).Draw(t, "state"),
		Channels: rapid.SampledFrom([][]hotline.Channel{nil, {hotline.Voice}, {hotline.SMS}}).Draw(t, "channels"),
	}
	if _, err := d.SetShift(t.Context(), d.somebody(t), sh, ""); err != nil {
		t.Fatal(err)
	}
}

func (d *desk) wish(t *rapid.T) {
	c := d.someCase(t)
	if !c.State.Queued() || c.Channel != hotline.Voice {
		t.Skip("not on the line")
	}
	_, err := d.Commit(t.Context(), triage.Turn{
		Case: c.ID, Leg: string(c.PatientLeg), Channel: c.Channel, N: c.Turn + 1, Doc: []byte("doc"), Next: triage.Session{Lang: c.Lang},
		Effects: []triage.Effect{triage.Prefer{Whom: rapid.SampledFrom(someGenders).Draw(t, "wish")}},
	}, c)
	allowed(t, err)
}

func (d *desk) raise(t *rapid.T) {
	c := d.someCase(t)
	_, err := d.Raise(t.Context(), c.ID, "", hotline.Band(rapid.IntRange(0, 2).Draw(t, "band")), false, 0, "")
	allowed(t, err, hotline.ErrMove, hotline.ErrStale, hotline.ErrCallerLeft)
}

func (d *desk) open(t *rapid.T) {
	c := d.someCase(t)
	to := hotline.Opening{Lang: rapid.SampledFrom([]hotline.Lang{"*", c.Lang}).Draw(t, "to"), Need: rapid.SampledFrom([]hotline.Need{hotline.NeedTalk, c.Need()}).Draw(t, "for")}
	if err := d.Open(t.Context(), c.ID, to, time.Minute); err != nil {
		t.Fatal(err)
	}
}

func allowed(t *rapid.T, err error, these ...error) {
	t.Helper()
	for _, e := range these {
		if errors.Is(err, e) {
			return
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// explained asks who may have what.
func (d *desk) explained(t *rapid.T) (map[hotline.CounselorID]hotline.Prospect, []hotline.Case) {
	t.Helper()
	q, err := d.Queue(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all, _, err := d.WhoMay(t.Context(), q.Cases, d.wants)
	if err != nil {
		t.Fatal(err)
	}
	by := map[hotline.CounselorID]hotline.Prospect{}
	for _, p := range all {
		by[p.ID] = p
	}
	return by, q.Cases
}

// claimBest claims the best for somebody and holds it against the story told a
// moment before.
func (d *desk) claimBest(t *rapid.T) {
	me := d.somebody(t)
	told, queue := d.explained(t)
	before := d.last(t)
	p := told[me]
	got, err := d.Claim(t.Context(), d.wants[me], me, hotline.NewToken())
	if err != nil {
		if p.Best != "" || !errors.Is(err, p.Refusal) {
			t.Fatalf("told %q (%v), the claim says %v", p.Best, p.Refusal, err)
		}
		return
	}
	if got.ID != p.Best {
		t.Fatalf("told %s, given %s", p.Best, got.ID)
	}
	d.fair(t, me, p, got, queue, before)
}

// last is what a counselor had before: the state of the call in hand.
func (d *desk) last(t *rapid.T) map[hotline.CounselorID]string {
	t.Helper()
	held := map[hotline.CounselorID]string{}
	for _, id := range d.cases {
		d.returns[id] = hotline.CounselorID(d.rdb.HGet(t.Context(), d.key("case:"+string(id)), "ret").Val())
	}
	for _, id := range d.crew {
		if call := d.rdb.HGet(t.Context(), d.key("co:"+string(id)), "call").Val(); call != "" {
			held[id] = string(d.get(t, hotline.CaseID(call)).State)
		}
	}
	return held
}

// fair: nobody whom they must not be given, nobody with another wish or
// language unless the case was opened, no live call interrupted; and nobody
// who may be given out stands before.
func (d *desk) fair(t *rapid.T, me hotline.CounselorID, p hotline.Prospect, got hotline.Case, queue []hotline.Case, held map[hotline.CounselorID]string) {
	t.Helper()
	for _, n := range append(d.conflicts[me], d.wants[me].Own) {
		if n == d.numbers[got.ID] {
			t.Fatalf("%s was given a caller whom they must never be given", me)
		}
	}
	want, need := d.wants[me], got.Need()
	wish := got.Wish
	if got.Band == hotline.Emergency {
		need, wish = hotline.NeedTalk, ""
	}
	if got.Opening == (hotline.Opening{}) && !want.Serves(got.Lang, need, wish) {
		t.Fatalf("%+v was given %+v", want, got)
	}
	if held[me] != "" && got.Channel == hotline.Voice && held[me] != "wrap_up" {
		t.Fatalf("a call was given to somebody who has one that is %s", held[me])
	}
	if held[me] == "wrap_up" && got.Channel == hotline.Voice && got.Band > hotline.Emergency && d.returns[got.ID] != me {
		t.Fatalf("a %s call interrupts a wrap-up", got.Band)
	}
	for i, c := range queue {
		if c.ID == got.ID || d.returns[got.ID] == me && c.Band > hotline.Emergency {
			break
		}
		if p.Each[i] == "" {
			t.Fatalf("%s stands before %s and may be given too", c.ID, got.ID)
		}
	}
}

// claimNamed claims one case by name: a person may take more than the line
// would give them, but nothing that is not theirs.
func (d *desk) claimNamed(t *rapid.T) {
	me, c := d.somebody(t), d.someCase(t)
	told, queue := d.explained(t)
	want := d.wants[me]
	want.Case = c.ID
	for i, q := range queue {
		if q.ID != c.ID {
			continue
		}
		_, err := d.Claim(t.Context(), want, me, hotline.NewToken())
		refusal := map[hotline.Mismatch]error{
			hotline.Conflicted: hotline.ErrNotQualified, hotline.OwnCall: hotline.ErrNotQualified, hotline.NotChannel: hotline.ErrNotQualified,
			hotline.NotOn: hotline.ErrNotAvailable, hotline.Full: hotline.ErrAtLimit, hotline.WrapsUp: hotline.ErrAtLimit, "": nil,
			hotline.GaveBack: nil, hotline.HeldForOther: nil, hotline.KeptBack: nil,
		}
		expected, known := refusal[told[me].Each[i]]
		if told[me].Shift.State != hotline.Available && errors.Is(expected, hotline.ErrNotQualified) {
			expected = hotline.ErrNotAvailable
		}
		if known && !errors.Is(err, expected) {
			t.Fatalf("told %q, the claim by name says %v", told[me].Each[i], err)
		}
		return
	}
}

// What is told of a claim, the claim does; it gives nobody a caller whom they
// must never be given, and of those that it may give the one that is first.
func TestAClaimDoesWhatIsToldOfItAndGivesWhomItMay(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	given := 0
	rapid.Check(t, func(rt *rapid.T) {
		d := &desk{
			bundle: b.sibling(rt, store.Options{Again: time.Hour, KeepBack: rapid.Bool().Draw(rt, "keep one back")}), wants: map[hotline.CounselorID]hotline.Want{},
			conflicts: map[hotline.CounselorID][]hotline.Number{}, numbers: map[hotline.CaseID]hotline.Number{}, returns: map[hotline.CaseID]hotline.CounselorID{},
		}
		d.hire(rt)
		rt.Repeat(map[string]func(*rapid.T){
			"hire": d.hire, "arrive": d.arrive, "arrive ": d.arrive, "arrive  ": d.arrive, "best": d.claimBest, "best ": d.claimBest, "best  ": d.claimBest,
			"named": d.claimNamed, "go on": d.goOn, "go on ": d.goOn, "go on  ": d.goOn, "give back": d.giveBack, "shift": d.shift, "wish": d.wish, "raise": d.raise, "open": d.open,
			"": func(t *rapid.T) { d.snap(t, d.cases, d.crew).check(t) },
		})
		for _, id := range d.cases {
			if d.get(rt, id).Owner != "" {
				given++
			}
		}
	})
	if given == 0 && !testing.Short() {
		t.Error("no walk came to a claim")
	}
}
