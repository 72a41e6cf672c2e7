package triage_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
)

// on steps through a thread in a language on a day.
func on(t *testing.T, s *triage.Script, day time.Time, hello string, ways ...string) string {
	t.Helper()
	facts := triage.Facts{Open: true, Counselors: 1, CanText: true, HasNumber: true}
	ses, effects, err := s.Step(s.Begin(hotline.SMS), triage.Input{Kind: triage.Start, Text: hello}, facts, day)
	for _, w := range ways {
		if err == nil {
			ses, effects, err = s.Step(ses, triage.Input{Kind: triage.Words, Text: w}, facts, day)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, l := range spoken(effects) {
		all = append(all, l.Text)
	}
	return strings.Join(all, "\n")
}

// The longest name of a month is September's, and sábado would cost double.
func TestWhatThePlanOwesAndWhatToDoGoIntoOnePartInAnyMonth(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	for hello, month := range map[string]string{"Hello there": "Sep", "Hola, buenas tardes": "de septiembre"} {
		for way, c := range map[string]struct {
			day  time.Time
			ways []string
		}{
			"urgent, on a Saturday": {time.Date(2026, 9, 24, 20, 0, 0, 0, time.UTC), []string{"1", "1", "1"}},
			"can wait":              {time.Date(2026, 9, 16, 20, 0, 0, 0, time.UTC), []string{"1", "1", "2"}},
			"moved, and late":       {time.Date(2026, 9, 16, 20, 0, 0, 0, time.UTC), []string{"2", "1", "2", "10/30"}},
		} {
			got := on(t, s, c.day, hello, append([]string{"2", "1"}, c.ways...)...)
			if !strings.Contains(got, month) || parts(got) != 1 {
				t.Errorf("%s, %s: %d parts: %q", hello, way, parts(got), got)
			}
		}
	}
}

func TestTheTextOnRequestHoldsTheDeadlineAndTheSteps(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	day := time.Date(2026, 9, 16, 20, 0, 0, 0, time.UTC)
	for hello, want := range map[string][]string{
		"Hello there":         {"deadline is Wed, Sep 30", "1. ", "2. ", "3. ", "1-888-466-2219"},
		"Hola, buenas tardes": {"Plazo de su plan, por regla general: 30 de septiembre", "1. ", "2. ", "3. ", "1-888-466-2219"},
	} {
		got := on(t, s, day, hello, "2", "1", "1", "1", "2", "2")
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("%q lacks %q", got, w)
			}
		}
		if first, _, _ := strings.Cut(got, "\n"); parts(first) > 3 {
			t.Errorf("%d parts: %q", parts(first), first)
		}
	}
}

func TestADeadlineOfAnEarlierVisitIsNotToldForOneThatHasNone(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	far := time.Date(2029, 12, 20, 20, 0, 0, 0, time.UTC) // its holidays are known, those of January are not
	urgent := []string{"2", "1", "1", "1", "1", "3"}
	got := on(t, s, far, "Hello there", append(urgent, "1", "1", "1", "2", "2")...)
	if strings.Contains(got, "deadline") || !strings.Contains(got, "1. Call your plan") {
		t.Errorf("the text says %q", got)
	}
}

func TestAListByTextIsCutToWhatATextMayHold(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	facts := triage.Facts{Open: true, Counselors: 1, CanText: true, HasNumber: true}
	for i, id := range []string{"a", "b", "c", "d", "e"} {
		facts.Groups = append(facts.Groups, triage.Group{
			ID: id, Topic: strings.Repeat("very long topic ", 10), Lang: hotline.English, At: time.Date(2026, 11, 28+i, 2, 0, 0, 0, time.UTC), Free: 10 + i,
		})
	}
	ses, _, err := s.Step(s.Begin(hotline.SMS), triage.Input{Kind: triage.Start, Text: "Hello there"}, facts, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, w := range []string{"2", "4", "4", "4", "4", "4", "4"} {
		var effects []triage.Effect
		if ses, effects, err = s.Step(ses, triage.Input{Kind: triage.Words, Text: w}, facts, time.Now()); err != nil {
			t.Fatal(err)
		}
		text := spoken(effects)[0].Text
		if parts(text) > 3 {
			t.Errorf("%d parts: %q", parts(text), text)
		}
		for _, free := range []string{"10", "11", "12", "13", "14"} {
			seen[free] = seen[free] || strings.Contains(text, free+" seats free")
		}
	}
	for free, was := range seen {
		if !was {
			t.Errorf("the group with %s seats is never listed", free)
		}
	}
}
