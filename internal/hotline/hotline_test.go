package hotline_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

func TestEveryStateCanReachClosed(t *testing.T) {
	t.Parallel()
	for _, s := range hotline.States() {
		seen := map[hotline.State]bool{s: true}
		for grew := true; grew; {
			grew = false
			for _, m := range hotline.Moves() {
				if seen[m.From] && !seen[m.To] {
					seen[m.To], grew = true, true
				}
			}
		}
		if !seen[hotline.Closed] {
			t.Errorf("%s never ends", s)
		}
	}
}

func TestClosedIsTheEnd(t *testing.T) {
	t.Parallel()
	for _, s := range hotline.States() {
		if hotline.CanMove(hotline.Closed, s) {
			t.Errorf("closed moves to %s", s)
		}
		if hotline.CanMove(s, hotline.Triage) {
			t.Errorf("%s moves back to triage", s)
		}
	}
}

func TestMovesNameStatesAndAreThereOnce(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, m := range hotline.Moves() {
		pair := string(m.From) + ">" + string(m.To)
		if seen[pair] || !slices.Contains(hotline.States(), m.From) || !slices.Contains(hotline.States(), m.To) || m.By == "" {
			t.Errorf("move %s (%s)", pair, m.By)
		}
		seen[pair] = true
	}
}

// FAULTS 37: anonymous and withheld numbers are never a key.
func TestWithheldNumbersAreNoNumber(t *testing.T) {
	t.Parallel()
	for _, from := range []string{
		"", "anonymous", "Anonymous", "UNKNOWN", "restricted", "unavailable", "private", "blocked", "+266696687", "+86282452253",
		"+8656696", "+2562533", "+7378742833", "+7748283", "client:jenny", "sip:a@b.example", "whatsapp:+14155550100", "988", "12345", "+1", "+",
		"+0123456789", "+1415555010x", "１４１５",
	} {
		if n := hotline.CallerNumber(from); n.Known() {
			t.Errorf("%q is taken for a number", from)
		}
	}
}

func TestNumberIsMaskedHoweverItIsPrinted(t *testing.T) {
	t.Parallel()
	n, err := hotline.ParseNumber("+1 (415) 555-0123")
	if err != nil {
		t.Fatal(err)
	}
	asJSON, err := json.Marshal(map[string]any{"n": n})
	if err != nil {
		t.Fatal(err)
	}
	var logged strings.Builder
	slog.New(slog.NewTextHandler(&logged, nil)).Info("x", "n", n, "in", struct{ N hotline.Number }{n})
	all := fmt.Sprintf("%v %s %d %x %+v %#v %q", n, n, n, n, n, n, n) + string(asJSON) + logged.String() +
		fmt.Sprintf("%+v", hotline.Case{Caller: n})
	if strings.Contains(all, "4155550123") || strings.Contains(all, "555") {
		t.Errorf("a number shows: %s", all)
	}
	if n.E164() != "+14155550123" || n.Masked() != "•••0123" {
		t.Errorf("%s %s", n.E164(), n.Masked())
	}
}

func TestLostBandIsTheMostUrgent(t *testing.T) {
	t.Parallel()
	var lost hotline.Band
	if lost != hotline.Emergency || lost.String() != "emergency" || hotline.Band(99).String() != "emergency" {
		t.Errorf("zero band is %s", lost)
	}
}

func TestDepthCountsEachCaseOnce(t *testing.T) {
	t.Parallel()
	at := time.Unix(1000, 0)
	q := hotline.Queue{AsOf: at, Cases: []hotline.Case{
		{Band: hotline.Emergency, Channel: hotline.Voice, Lang: "en", Enqueued: at.Add(-10 * time.Second)},
		{Band: hotline.Routine, Channel: hotline.SMS, Lang: "es", Enqueued: at.Add(-190 * time.Second)},
		{Band: hotline.Routine, Channel: hotline.Voice, Lang: "en", Enqueued: at.Add(time.Second)},
	}}
	d := q.Depth()
	if d.Total != 3 || d.ByBand[hotline.Routine] != 2 || d.ByBand[hotline.Urgent] != 0 || d.ByChannel[hotline.SMS] != 1 || d.ByLang["en"] != 2 {
		t.Errorf("%+v", d)
	}
	if q.LongestWait() != 190*time.Second {
		t.Errorf("longest wait %v", q.LongestWait())
	}
	if why := q.Cases[1].Why(at); why != "routine, waited 3:10, es" {
		t.Errorf("why: %s", why)
	}
}

func TestServiceLevelOfAQuietDayIsWhole(t *testing.T) {
	t.Parallel()
	if got := (hotline.Board{}).ServiceLevel(); got != 1 {
		t.Errorf("empty day: %v", got)
	}
	if got := (hotline.Board{Answered: 3, Within: 2, Abandoned: 1}).ServiceLevel(); got != 0.5 {
		t.Errorf("service level %v", got)
	}
}

func TestOnCallNamesItsPlaceInTheList(t *testing.T) {
	t.Parallel()
	if hotline.OnCall(3).OnCall() != 3 || hotline.NewStaffID().OnCall() != 0 {
		t.Error("on call index")
	}
}
