package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/triage"
)

// house is a line with its callers, texters and crew, driven at random.
type house struct {
	*bundle
	t     *rapid.T
	crew  []hotline.CounselorID
	calls []hotline.CaseID
	texts []hotline.CaseID
	turns []triage.Turn // sent before, for repeats
	toks  []hotline.Token
	last  snapshot
	seen  map[string]int // moves that happened, over all walks
	// what the step just taken may do
	loosened, closedRecord bool
}

func (h *house) cases() []hotline.CaseID {
	return append(append([]hotline.CaseID{}, h.calls...), h.texts...)
}

// anyone draws a case; the step is skipped while there is none.
func (h *house) anyone(of []hotline.CaseID) hotline.Case {
	if len(of) == 0 {
		h.t.Skip("no case yet")
	}
	return h.get(h.t, rapid.SampledFrom(of).Draw(h.t, "case"))
}

func (h *house) who() hotline.CounselorID { return rapid.SampledFrom(h.crew).Draw(h.t, "counselor") }

// token is a new one or, now and then, an old one.
func (h *house) token() hotline.Token {
	if len(h.toks) > 0 && rapid.IntRange(0, 4).Draw(h.t, "repeat") == 0 {
		return rapid.SampledFrom(h.toks).Draw(h.t, "token")
	}
	tok := hotline.NewToken()
	h.toks = append(h.toks, tok)
	return tok
}

func (h *house) epoch(c hotline.Case) int64 {
	return max(c.Epoch-int64(rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(h.t, "epochs ago")), 0)
}

// refused are the answers that a script may give; everything else fails.
func (h *house) refused(err error) {
	h.t.Helper()
	for _, known := range []error{
		hotline.ErrTaken, hotline.ErrNobody, hotline.ErrNotAvailable, hotline.ErrAtLimit, hotline.ErrNotQualified, hotline.ErrCallerLeft,
		hotline.ErrStale, hotline.ErrMove, hotline.ErrNotFound, hotline.ErrNotYours, hotline.ErrOptedOut, hotline.ErrStaleNote,
	} {
		if errors.Is(err, known) {
			return
		}
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

// looks at the line after a step.
func (h *house) check(t *rapid.T) {
	now := h.snap(t, h.cases(), h.crew)
	now.check(t)
	now.checkAfter(t, h.last, h.loosened, h.closedRecord)
	for id, c := range now.cases {
		if from := h.last.cases[id]["state"]; from != c["state"] {
			h.seen[from+" → "+c["state"]]++
		}
	}
	h.last, h.loosened, h.closedRecord = now, false, false
}

func (h *house) commit(turn triage.Turn, c hotline.Case) {
	h.versioned(&turn)
	if _, err := h.Commit(h.t.Context(), turn, c); err != nil {
		h.t.Fatal(err)
	}
	h.turns = append(h.turns, turn)
}

func (h *house) newCall(t *rapid.T) {
	if len(h.calls) >= 5 {
		t.Skip("enough callers")
	}
	id := hotline.NewCaseID()
	h.commit(triage.Turn{
		Case: id, Leg: h.leg(), Channel: hotline.Voice, Caller: caller(rapid.IntRange(1, 3).Draw(t, "caller")), Token: hotline.NewToken(), Doc: []byte("0"),
	}, hotline.Case{})
	h.calls = append(h.calls, id)
}

func (h *house) newText(t *rapid.T) {
	if len(h.texts) >= 4 {
		t.Skip("enough texts")
	}
	id := hotline.NewCaseID()
	turn := triage.Turn{
		Case: id, Leg: "SM" + string(id), Channel: hotline.SMS, Caller: caller(10 + rapid.IntRange(1, 2).Draw(t, "texter")), Name: "0",
		Token: hotline.NewToken(), Doc: []byte("0"),
	}
	got, err := h.Commit(t.Context(), turn, hotline.Case{})
	if err != nil {
		t.Fatal(err)
	}
	if got.Word == triage.Kept {
		h.texts = append(h.texts, id)
	}
}

func (h *house) effects() []triage.Effect {
	enqueue := triage.Enqueue{
		Band: hotline.Band(rapid.IntRange(0, 3).Draw(h.t, "band")), Need: rapid.SampledFrom([]hotline.Need{hotline.NeedTalk, hotline.NeedMedication}).Draw(h.t, "need"),
	}
	return rapid.SampledFrom([][]triage.Effect{
		nil,
		{enqueue},
		{enqueue},
		{enqueue},
		{triage.Page{}, enqueue},
		{triage.Page{}},
		{triage.Raise{Risk: rapid.IntRange(1, 3).Draw(h.t, "risk"), Hits: []string{"r1"}}},
		{triage.Promise{}},
		{triage.End{}},
		{triage.End{}, triage.Page{}},
		{triage.SendText{Line: triage.Spoken{Text: "words"}}},
	}).Draw(h.t, "effects")
}

func (h *house) turnOf(t *rapid.T) {
	before := h.anyone(h.cases())
	c := before
	if rapid.IntRange(0, 3).Draw(t, "raised meanwhile") == 0 && c.State.Open() { // after the read, before the script
		_, err := h.Raise(t.Context(), c.ID, "", c.Band, false, 3, "")
		h.refused(err)
	}
	turn := triage.Turn{
		Case: c.ID, Leg: string(c.PatientLeg), Channel: c.Channel, N: c.Turn + rapid.SampledFrom([]int{1, 1, 1, 1, 0, 2}).Draw(t, "turns on"),
		Token: h.token(), Effects: h.effects(), Doc: []byte("doc"), Next: triage.Session{Lang: rapid.SampledFrom([]hotline.Lang{"en", "es"}).Draw(t, "lang")},
	}
	if c.Channel == hotline.SMS {
		turn.Leg, turn.Name = "SM"+string(hotline.NewToken()), "0"
	}
	if len(turn.Effects) == 1 && turn.Effects[0] == (triage.Promise{}) && c.Channel == hotline.Voice {
		turn.Doc = nil
	}
	h.commit(turn, before)
}

func (h *house) repeatTurn(t *rapid.T) {
	if len(h.turns) == 0 {
		t.Skip("no turn yet")
	}
	turn := rapid.SampledFrom(h.turns).Draw(t, "turn")
	h.commit(turn, h.get(t, turn.Case))
}

func (h *house) claimSome(t *rapid.T) {
	want := anyCase
	if rapid.Bool().Draw(t, "named") {
		want.Case = h.anyone(h.cases()).ID
	}
	_, err := h.Claim(t.Context(), want, h.who(), h.token())
	h.refused(err)
}

func (h *house) connect(t *rapid.T) {
	c := h.anyone(h.calls)
	_, err := h.Connect(t.Context(), c.ID, h.epoch(c), hotline.Leg(h.leg()), string(h.token()))
	h.refused(err)
}

func (h *house) room(t *rapid.T) {
	c := h.anyone(h.calls)
	label := rapid.SampledFrom([]string{"patient", "counselor", "oncall-1"}).Draw(t, "label")
	leg := map[string]hotline.Leg{"patient": c.PatientLeg, "counselor": c.CounselorLeg, "oncall-1": "CAoncall"}[label]
	e := hotline.RoomEvent{
		Case: c.ID, Room: c.Room, Conference: "CF1", What: rapid.SampledFrom([]string{"join", "join", "leave"}).Draw(t, "what"), Label: label, Leg: leg,
		LegOver: rapid.Bool().Draw(t, "over"), Sequence: -1,
	}
	_, err := h.Room(t.Context(), e)
	h.refused(err)
}

func (h *house) giveBack(t *rapid.T) {
	c := h.anyone(h.cases())
	g := hotline.GiveBack{
		Epoch: h.epoch(c), From: rapid.SampledFrom([][]hotline.State{hotline.States(), {hotline.Claimed}, {hotline.Connecting}, {hotline.Live}}).Draw(t, "from"),
		Code: rapid.SampledFrom([]string{"released", "no-answer", "lease-over", "line-lost", "transfer", "not-reached"}).Draw(t, "code"),
		Head: rapid.Bool().Draw(t, "head"), Missed: rapid.IntRange(0, 5).Draw(t, "missed") == 0, Attempt: rapid.Bool().Draw(t, "attempt"),
		TellPatient: rapid.Bool().Draw(t, "tell"), Exclude: time.Duration(rapid.IntRange(0, 1).Draw(t, "exclude")) * time.Minute,
	}
	if rapid.IntRange(0, 4).Draw(t, "by") == 0 {
		g.By = h.who()
	}
	if g.Code == "transfer" && rapid.Bool().Draw(t, "with a band") {
		band := hotline.Band(rapid.IntRange(0, 3).Draw(t, "band"))
		g.Band, h.loosened = &band, true
	}
	_, err := h.GiveBack(t.Context(), c.ID, g)
	h.refused(err)
}

func (h *house) leaveLine(t *rapid.T) {
	c := h.anyone(h.calls)
	_, err := h.Leave(t.Context(), c.ID, rapid.SampledFrom([]hotline.Leg{c.PatientLeg, c.PatientLeg, "CAother"}).Draw(t, "leg"))
	h.refused(err)
}

func (h *house) finish(t *rapid.T) {
	c := h.anyone(h.cases())
	f := hotline.Finish{Epoch: h.epoch(c), To: rapid.SampledFrom([]hotline.State{hotline.WrapUp, hotline.Closed}).Draw(t, "to"), Disposition: "helped"}
	if rapid.Bool().Draw(t, "by a person") {
		f.By, f.Token = h.who(), string(h.token())
	}
	_, err := h.Finish(t.Context(), c.ID, f)
	h.refused(err)
}

func (h *house) onCall(t *rapid.T) {
	c := h.anyone(h.cases())
	_, _, err := h.Attend(t.Context(), c.ID, hotline.OnCall(1), "CAoncall", string(h.token()))
	h.refused(err)
}

func (h *house) callback(t *rapid.T) {
	c := h.anyone(h.calls)
	h.refused(h.PickUp(t.Context(), c.ID, h.epoch(c), hotline.Leg(h.leg())))
}

func (h *house) handOver(t *rapid.T) {
	c := h.anyone(h.calls)
	h.refused(h.HandOver(t.Context(), c.ID, h.epoch(c)))
}

func (h *house) raise(t *rapid.T) {
	c := h.anyone(h.cases())
	_, err := h.Raise(t.Context(), c.ID, "", hotline.Band(rapid.IntRange(0, 3).Draw(t, "band")), rapid.Bool().Draw(t, "alarm"), rapid.IntRange(0, 3).Draw(t, "risk"), "")
	h.refused(err)
}

func (h *house) emergency(t *rapid.T) {
	c := h.anyone(h.cases())
	what := rapid.SampledFrom([]string{"acknowledge", "attend", "confirm", "close", "close"}).Draw(t, "do")
	h.closedRecord = what == "close"
	h.refused(h.Emergency(t.Context(), c.ID, h.who(), what, rapid.SampledFrom([]string{"", "next step"}).Draw(t, "words")))
}

func (h *house) write(t *rapid.T) {
	c := h.anyone(h.texts)
	if rapid.Bool().Draw(t, "inbound") {
		_, err := h.Receive(t.Context(), c.ID, "SM"+string(hotline.NewToken()), "hello", []byte("answer"))
		h.refused(err)
		return
	}
	_, err := h.Write(t.Context(), h.who(), c.ID, "hello", h.token())
	h.refused(err)
}

func (h *house) stop(t *rapid.T) {
	n := caller(10 + rapid.IntRange(1, 2).Draw(t, "texter"))
	if err := h.OptOut(t.Context(), n, rapid.Bool().Draw(t, "stop")); err != nil {
		t.Fatal(err)
	}
}

func (h *house) shift(t *rapid.T) {
	st := rapid.SampledFrom([]hotline.Presence{hotline.Available, hotline.Available, hotline.Break, hotline.Off}).Draw(t, "presence")
	if _, err := h.SetShift(t.Context(), h.who(), hotline.Shift{State: st}, ""); err != nil {
		t.Fatal(err)
	}
}

func (h *house) openToAll(t *rapid.T) {
	c := h.anyone(h.cases())
	if err := h.Open(t.Context(), c.ID, toAll, time.Minute); err != nil {
		t.Fatal(err)
	}
}

// goOn takes the usual next step of a case, so that walks get far.
func (h *house) goOn(t *rapid.T) {
	c := h.anyone(h.cases())
	ctx := t.Context()
	switch c.State {
	case hotline.Triage:
		leg := string(c.PatientLeg)
		if c.Channel == hotline.SMS {
			leg = "SM" + string(hotline.NewToken())
		}
		h.commit(triage.Turn{
			Case: c.ID, Leg: leg, Channel: c.Channel, N: c.Turn + 1, Effects: []triage.Effect{triage.Enqueue{Band: hotline.Routine, Need: hotline.NeedTalk}},
			Doc: []byte("doc"), Next: triage.Session{Lang: hotline.English},
		}, c)
	case hotline.Waiting, hotline.Promised:
		want := anyCase
		want.Case = c.ID
		_, err := h.Claim(ctx, want, h.who(), hotline.NewToken())
		h.refused(err)
	case hotline.Claimed:
		_, err := h.Connect(ctx, c.ID, c.Epoch, hotline.Leg(h.leg()), string(hotline.NewToken()))
		h.refused(err)
	case hotline.Connecting:
		if c.PatientLeg == "" {
			h.refused(h.PickUp(ctx, c.ID, c.Epoch, hotline.Leg(h.leg())))
			c = h.get(t, c.ID)
		}
		label := "counselor"
		if c.Owner.OnCall() > 0 {
			label = "oncall-1"
		}
		h.join(t, c, label, c.CounselorLeg)
		h.check(t)
		h.join(t, c, "patient", c.PatientLeg)
	case hotline.Live, hotline.WrapUp:
		to := hotline.WrapUp
		if c.State == to {
			to = hotline.Closed
		}
		_, err := h.Finish(ctx, c.ID, hotline.Finish{By: c.Owner, To: to, Disposition: "helped"})
		h.refused(err)
	case hotline.Closed:
		t.Skip("over")
	}
}

// due carries out leases and the ladder as the due loop does.
func (h *house) due(t *rapid.T) {
	jobs, err := h.Due(t.Context(), 20)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range jobs {
		switch d.Kind {
		case "nextpage":
			h.refused(h.NextPage(t.Context(), d))
		case "lease":
			_, err := h.GiveBack(t.Context(), d.Case, hotline.GiveBack{
				Epoch: d.Epoch, From: []hotline.State{hotline.Claimed, hotline.Connecting}, Code: "lease-over", Attempt: true, TellPatient: true,
			})
			h.refused(err)
			h.check(t)
		case "retire":
			h.refused(h.Retire(t.Context(), d.Case))
		}
		if err := h.Done(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
}

// DESIGN 5: whatever three callers, two texters, three counselors and a
// person on call do, in whatever order, the invariants hold after each step.
func TestWhateverHappensTheInvariantsHold(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	seen := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		h := &house{bundle: b.sibling(rt, store.Options{Lease: time.Millisecond, Connect: time.Millisecond, DialBack: time.Millisecond, PageAgain: time.Millisecond}), t: rt, seen: seen}
		for range 3 {
			h.crew = append(h.crew, h.on(rt))
		}
		actions := map[string]func(*rapid.T){
			"": h.check, "call": h.newCall, "text": h.newText, "turn": h.turnOf, "turn ": h.turnOf, "turn again": h.repeatTurn, "claim": h.claimSome,
			"claim ": h.claimSome, "connect": h.connect, "room": h.room, "room ": h.room, "give back": h.giveBack, "leave": h.leaveLine, "finish": h.finish,
			"on call": h.onCall, "callback": h.callback, "hand over": h.handOver, "raise": h.raise, "emergency": h.emergency, "write": h.write,
			"stop": h.stop, "shift": h.shift, "open to all": h.openToAll, "due": h.due,
			"go on": h.goOn, "go on ": h.goOn, "go on  ": h.goOn, "go on   ": h.goOn,
		}
		rt.Repeat(actions)
		rt.Repeat(actions)
	})
	reached := map[string]int{}
	for move, n := range seen {
		_, to, _ := strings.Cut(move, " → ")
		reached[to] += n
	}
	for _, state := range hotline.States() { // a walk that goes nowhere proves nothing
		if reached[string(state)] == 0 && !testing.Short() {
			t.Errorf("no walk came to %s: %v", state, seen)
		}
	}
}
