package dispatch_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/dispatch"
	"github.com/tideover/tideover/internal/hotline"
)

const (
	id    = hotline.CaseID("0199aaaa-0000-7000-8000-000000000001")
	owner = hotline.CounselorID("c-1")
	cleg  = hotline.Leg("CAc")
	pleg  = hotline.Leg("CAp")
	epoch = int64(5)
)

// house is a board between a store and a phone that only record.
type house struct {
	*dispatch.Board
	*world
}

// world records what it is asked, in words, and fails where it is told to.
type world struct {
	mu     sync.Mutex
	c      hotline.Case
	gone   bool
	calls  []string
	fail   map[string]error // by the first word of the call
	live   hotline.Leg      // what LiveSince finds
	sent   bool             // what SentSince finds
	onCall []hotline.Number
	wants  map[hotline.CounselorID]hotline.Want
	shifts map[hotline.CounselorID]hotline.Shift
	word   string // what Attend answers
	room   hotline.RoomVerdict
	state  hotline.State // what a refused GiveBack finds
	due    func(limit int) ([]hotline.Due, error)
	during func(what string)

	prospects   map[hotline.CounselorID]hotline.Prospect // what WhoMay finds
	again       bool                                     // a step of a guest that was done before
	interpreter hotline.Number
	boss        hotline.CounselorID

	caller  hotline.OnPhone // what OnPhone finds
	locked  bool
	tries   int
	waiting [4]int
}

func newHouse(t *testing.T, state hotline.State) *house {
	t.Helper()
	w := &world{
		fail: map[string]error{}, onCall: []hotline.Number{number("+15550001001"), number("+15550001002")},
		wants: map[hotline.CounselorID]hotline.Want{}, shifts: map[hotline.CounselorID]hotline.Shift{},
	}
	w.c = hotline.Case{
		ID: id, State: state, Epoch: epoch, Channel: hotline.Voice, Lang: hotline.English, Owner: owner, PatientLeg: pleg,
		Room: "room", Caller: number("+14155550123"), Band: hotline.Routine,
	}
	b := dispatch.New(w, w, w, w, w.quiet, slog.New(slog.DiscardHandler))
	return &house{b, w}
}

func number(s string) hotline.Number { return hotline.CallerNumber(s) }

// did notes a call and gives its error.
func (w *world) did(format string, args ...any) error {
	call := fmt.Sprintf(format, args...)
	what, _, _ := strings.Cut(call, " ")
	w.mu.Lock()
	w.calls = append(w.calls, call)
	err, during := w.fail[what], w.during
	w.mu.Unlock()
	if during != nil {
		during(what)
	}
	return err
}

// expect compares what was asked, in order.
func (w *world) expect(t *testing.T, name string, want ...string) {
	t.Helper()
	if !slices.Equal(w.calls, want) {
		t.Errorf("%s:\n got %q\nwant %q", name, w.calls, want)
	}
}

func (w *world) asked(what string) bool {
	return slices.ContainsFunc(w.calls, func(c string) bool { return strings.HasPrefix(c, what) })
}

func flags(g hotline.GiveBack) string {
	s := fmt.Sprint(g.Code, " epoch ", g.Epoch)
	for _, f := range []struct {
		on   bool
		word string
	}{{g.Head, "head"}, {g.Missed, "missed"}, {g.Attempt, "attempt"}, {g.TellPatient, "tell"}, {g.Exclude > 0, "exclude"}} {
		if f.on {
			s += " " + f.word
		}
	}
	return s
}

func (w *world) Case(context.Context, hotline.CaseID) (hotline.Case, error) {
	if w.gone {
		return hotline.Case{}, hotline.ErrNotFound
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.c, w.fail["case"]
}

func (w *world) Claim(_ context.Context, want hotline.Want, by hotline.CounselorID, tok hotline.Token) (hotline.Case, error) {
	return w.c, w.did("claim %s by %s %v token %s", want.Case, by, want.Langs, tok)
}

func (w *world) GiveBack(_ context.Context, _ hotline.CaseID, g hotline.GiveBack) (hotline.State, error) {
	err := w.did("giveback %s", flags(g))
	if err == nil && !slices.Contains(g.From, w.c.State) {
		err = hotline.ErrStale
	}
	if err != nil {
		return w.state, err
	}
	return hotline.Waiting, nil
}

func (w *world) Finish(_ context.Context, _ hotline.CaseID, f hotline.Finish) (hotline.State, error) {
	return f.To, w.did("finish %s %s by %q epoch %d", f.To, f.Disposition, f.By, f.Epoch)
}

func (w *world) Leave(_ context.Context, _ hotline.CaseID, leg hotline.Leg) (hotline.State, error) {
	return hotline.Closed, w.did("leave %s", leg)
}

func (w *world) NextHours(context.Context, hotline.Case) error { return w.did("nexthours") }
func (w *world) Told(context.Context, hotline.CaseID) error    { return w.did("told") }

func (w *world) Connect(_ context.Context, _ hotline.CaseID, _ int64, leg hotline.Leg, token string) (hotline.Case, error) {
	return w.c, w.did("connect %s %s", leg, token)
}

func (w *world) Attend(_ context.Context, _ hotline.CaseID, who hotline.CounselorID, leg hotline.Leg, token string) (string, string, error) {
	return w.word, "room", w.did("attend %s %s %s", who, leg, token)
}

func (w *world) PickUp(_ context.Context, _ hotline.CaseID, _ int64, leg hotline.Leg) error {
	return w.did("pickup %s", leg)
}

func (w *world) Ringing(_ context.Context, _ hotline.CaseID, _ int64, leg hotline.Leg, field hotline.LegField) error {
	return w.did("ringing %s %s", field, leg)
}

func (w *world) Room(context.Context, hotline.RoomEvent) (hotline.RoomVerdict, error) {
	return w.room, w.did("room")
}

func (w *world) Aside(_ context.Context, _ hotline.CaseID, a hotline.Aside) (hotline.State, error) {
	return w.c.State, w.did("aside %d back %v", a.Turn, a.Back)
}

func (w *world) Alert(_ context.Context, kind hotline.AlertKind, _ string) error {
	return w.did("alert %s", kind)
}

func (w *world) CallIn(_ context.Context, leg hotline.Leg, who hotline.CounselorID, _ hotline.Lang, _ hotline.Number) (bool, error) {
	return !w.locked, w.did("callin %s %s", leg, who)
}

func (w *world) OnPhone(_ context.Context, _ hotline.Leg, turn int, key string) (hotline.OnPhone, error) {
	s := w.caller
	s.Key = key
	if s.Who == "" {
		return s, hotline.ErrNotFound
	}
	if turn != 0 && turn != s.Turn+1 {
		return s, hotline.ErrStale
	}
	return s, w.fail["onphone"]
}

func (w *world) PIN(_ context.Context, _ hotline.Leg, turn int, v hotline.PINVerdict) (hotline.PINVerdict, int, error) {
	if v != hotline.PINRight {
		w.tries++
	}
	return v, w.tries, w.did("pin %d %s", turn, v)
}

func (w *world) AsPatient(context.Context, hotline.Leg) error { return w.did("aspatient") }

func (w *world) HangUp(context.Context, hotline.Leg) (hotline.CaseID, error) {
	if w.caller.Who == "" {
		return "", hotline.ErrNotFound
	}
	return w.caller.Held, w.did("hangup")
}

func (w *world) WaitingFor(context.Context, hotline.CounselorID, hotline.Want) ([4]int, error) {
	return w.waiting, w.fail["waitingfor"]
}

func (w *world) SetShift(_ context.Context, by hotline.CounselorID, sh hotline.Shift, _ hotline.Token) (hotline.Shift, error) {
	return sh, w.did("shift %s %s by %s", by, sh.State, sh.Via)
}

func (w *world) Beckon(_ context.Context, leg hotline.Leg, _ hotline.Case) error {
	return w.did("beckon %s", leg)
}

func (w *world) ByPhone(context.Context, hotline.Number) (hotline.CounselorID, hotline.Lang, error) {
	return owner, hotline.English, w.fail["byphone"]
}

func (w *world) PINMatches(_ context.Context, _ hotline.CounselorID, digits string) (bool, error) {
	return digits == "2468", w.fail["pinmatches"]
}

func (w *world) HandOver(context.Context, hotline.CaseID, int64) error { return w.did("handover") }

func (w *world) Raise(_ context.Context, _ hotline.CaseID, by hotline.CounselorID, band hotline.Band, alarm bool, risk int, token string) (hotline.State, error) {
	return w.c.State, w.did("raise %s by %s alarm %v risk %d token %s", band, by, alarm, risk, token)
}

func (w *world) Emergency(_ context.Context, _ hotline.CaseID, who hotline.CounselorID, what, words string) error {
	return w.did("emergency %s by %s %q", what, who, words)
}

func (w *world) NextPage(_ context.Context, d hotline.Due) error {
	return w.did("nextpage %s", d.Args["n"])
}
func (w *world) PassOn(context.Context, hotline.CaseID) error { return w.did("passon") }

func (w *world) Due(_ context.Context, limit int) ([]hotline.Due, error) { return w.due(limit) }
func (w *world) Done(_ context.Context, d hotline.Due) error             { return w.did("done %s", d.Kind) }

func (w *world) Later(_ context.Context, d hotline.Due, after time.Duration) error {
	return w.did("later %s %s", d.Kind, after)
}

func (w *world) Write(_ context.Context, by hotline.CounselorID, _ hotline.CaseID, text string, _ hotline.Token) (hotline.Message, error) {
	return hotline.Message{Text: text}, w.did("write by %s", by)
}

func (w *world) SaveNote(_ context.Context, by hotline.CounselorID, _ hotline.CaseID, _ string, version int, tok hotline.Token) (hotline.Note, error) {
	return hotline.Note{Version: version + 1}, w.did("note by %s after %d token %s", by, version, tok)
}

func (w *world) Outgoing(_ context.Context, mid string) (hotline.Message, hotline.Case, error) {
	return hotline.Message{ID: mid, Text: "words"}, w.c, w.fail["outgoing"]
}

func (w *world) Delivery(_ context.Context, mid, state string) error {
	return w.did("delivery %s %s", mid, state)
}

func (w *world) OptOut(_ context.Context, _ hotline.Number, out bool) error {
	return w.did("optout %v", out)
}

func (w *world) Shift(_ context.Context, by hotline.CounselorID) (hotline.Shift, error) {
	return w.shifts[by], w.fail["shift"]
}

func (w *world) OnShift(context.Context) (map[hotline.CounselorID]hotline.Shift, error) {
	return w.shifts, w.fail["onshift"]
}

func (w *world) Open(_ context.Context, _ hotline.CaseID, to hotline.Opening, later time.Duration) error {
	return w.did("open %q %q %s", to.Lang, to.Need, later)
}

func (w *world) WhoMay(_ context.Context, _ []hotline.Case, wants map[hotline.CounselorID]hotline.Want) ([]hotline.Prospect, time.Time, error) {
	var all []hotline.Prospect
	for id, want := range wants {
		p := w.prospects[id]
		p.ID, p.Want, p.Shift = id, want, w.shifts[id]
		all = append(all, p)
	}
	return all, time.Time{}, w.fail["whomay"]
}

func (w *world) Retire(context.Context, hotline.CaseID) error { return w.did("retire") }

func (w *world) Ring(_ context.Context, to hotline.Number, _ hotline.Case) (hotline.Leg, error) {
	return cleg, w.did("ring %s", to)
}

func (w *world) Page(_ context.Context, to hotline.Number, _ hotline.Case, n int) (hotline.Leg, error) {
	return "CApage", w.did("page %s n %d", to, n)
}

func (w *world) DialBack(context.Context, hotline.Case) (hotline.Leg, error) {
	return pleg, w.did("dialback")
}

func (w *world) Move(_ context.Context, leg hotline.Leg, name string, _ hotline.Case) error {
	return w.did("move %s %s", leg, name)
}

func (w *world) Dismiss(_ context.Context, leg hotline.Leg, why string, _ hotline.Case) error {
	return w.did("dismiss %s %s", leg, why)
}

func (w *world) Send(_ context.Context, _ hotline.Number, text, mid string) error {
	return w.did("send %s %s", mid, text)
}

func (w *world) Tell(_ context.Context, _ hotline.Case, what string) error {
	return w.did("tell %s", what)
}

func (w *world) PageText(_ context.Context, to hotline.Number, _ hotline.Case, link string) error {
	return w.did("pagetext %s %s", to, link)
}

func (w *world) LiveSince(_ context.Context, to hotline.Number, _ time.Time) (hotline.Leg, bool, error) {
	return w.live, w.live != "", w.did("livesince %s", to)
}

func (w *world) Up(_ context.Context, leg hotline.Leg) (bool, error) {
	return leg == w.live, w.did("up %s", leg)
}

func (w *world) LegEnded(_ context.Context, leg hotline.Leg) error { return w.did("ended %s", leg) }

func (w *world) Legs(context.Context) ([]hotline.Leg, error) {
	return []hotline.Leg{cleg, pleg}, w.fail["legs"]
}

func (w *world) SentSince(context.Context, hotline.Number, string, time.Time) (bool, error) {
	return w.sent, w.did("sentsince")
}

func (w *world) Want(_ context.Context, by hotline.CounselorID) (hotline.Want, error) {
	return w.wants[by], w.fail["want"]
}

func (w *world) Number(context.Context, hotline.CounselorID) (hotline.Number, error) {
	return number("+15550002001"), w.fail["number"]
}
func (w *world) OnCall() []hotline.Number { return w.onCall }

func (w *world) PageLink(_ context.Context, _ hotline.CaseID, who hotline.CounselorID) (string, error) {
	return "link for " + string(who), w.fail["link"]
}

func (w *world) quiet(_ context.Context, _ hotline.CaseID, turn int) error {
	return w.did("quiet %d", turn)
}
