package triage_test

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
)

// limit is how many inputs anybody needs until somebody takes over.
const limit = 45

// anything is one thing that a caller may do.
func anything() *rapid.Generator[triage.Input] {
	return rapid.OneOf(
		rapid.Custom(func(t *rapid.T) triage.Input {
			return triage.Input{Kind: triage.Keys, Text: rapid.SampledFrom([]string{
				"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "#", "90012", "911", "?", "",
			}).Draw(t, "keys")}
		}),
		rapid.Custom(func(t *rapid.T) triage.Input {
			return triage.Input{Kind: triage.Words, Text: rapid.SampledFrom([]string{
				"yes", "no", "maybe", "menu", "persona", "repeat", "crisis", "sí", "no sé", "I want to die", "ya no puedo más", "hello", "español",
				"my pills", "90012", "this traffic is killing me", "", "…", "9 0 0 1 2", "I can't go on", "text me", "volver",
			}).Draw(t, "words")}
		}),
		rapid.Just(triage.Input{Kind: triage.Silence}),
	)
}

func randomFacts(t *rapid.T) triage.Facts {
	return triage.Facts{
		Open: true, Counselors: rapid.IntRange(0, 3).Draw(t, "counselors"),
		CanText: rapid.Bool().Draw(t, "texts"), HasNumber: rapid.Bool().Draw(t, "number"),
	}
}

func TestWhateverACallerDoesAPersonOrAnEndIsReached(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		facts := randomFacts(t)
		ses := s.Begin(hotline.Voice)
		ses, _, err := s.Step(ses, triage.Input{Kind: triage.Start}, facts, day())
		if err != nil {
			t.Fatal(err)
		}
		for range limit {
			var effects []triage.Effect
			in := anything().Draw(t, "input")
			if ses.Awaits != "" {
				in = triage.Input{Kind: triage.Outcome, Text: rapid.SampledFrom([]string{triage.Texting, "thread"}).Draw(t, "outcome")}
			}
			if ses, effects, err = s.Step(ses, in, facts, day()); err != nil {
				t.Fatal(err)
			}
			if ses.Queue != "" || has[triage.End](effects) {
				return
			}
			if len(effects) == 0 {
				t.Fatalf("a question that is answered by nothing, at %q", ses.Node)
			}
		}
		t.Fatalf("nobody after %d inputs, at %q", limit, ses.Node)
	})
}

func TestRiskNeverFallsAndAPlaceIsNeverLost(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		facts := randomFacts(t)
		ch := rapid.SampledFrom([]hotline.Channel{hotline.Voice, hotline.SMS}).Draw(t, "channel")
		ses := s.Begin(ch)
		in := triage.Input{Kind: triage.Start, Text: rapid.SampledFrom([]string{"hi", "hola", "x", "crisis"}).Draw(t, "first")}
		band, waits := hotline.Routine, false
		for range rapid.IntRange(1, 25).Draw(t, "inputs") {
			next, effects, err := s.Step(ses, in, facts, day())
			if err != nil {
				t.Fatal(err)
			}
			again, same, _ := s.Step(ses, in, facts, day())
			if !reflect.DeepEqual(next, again) || !reflect.DeepEqual(effects, same) {
				t.Fatalf("two steps of the same input differ at %q", ses.Node)
			}
			if next.Risk < ses.Risk {
				t.Fatalf("risk %d after %d", next.Risk, ses.Risk)
			}
			for _, e := range effects {
				switch e := e.(type) {
				case triage.Enqueue:
					if waits && e.Band > band {
						t.Fatalf("band %v after %v", e.Band, band)
					}
					band, waits = e.Band, true
				case triage.Page:
					if band != hotline.Emergency {
						t.Fatalf("a page without the emergency band")
					}
				case triage.Keep: // who waits keeps the place
					if !waits {
						band, waits = e.Band, true
					}
				case triage.End:
					if waits && e.Reason != "promised" && e.Reason != "by text" && e.Reason != "message" {
						t.Fatalf("a waiting case was ended: %+v", e)
					}
				case triage.Say, triage.Ask, triage.Raise, triage.Promise, triage.Prefer, triage.Seat, triage.Tape, triage.Erase, triage.ByText, triage.ToText, triage.ToVoice, triage.Owe, triage.SendText, triage.Record:
				}
			}
			if waits != (next.Queue != "") {
				t.Fatalf("waits %v, session says %q", waits, next.Queue)
			}
			ses = next
			in = anything().Draw(t, "input")
			if ses.Awaits != "" {
				in = triage.Input{Kind: triage.Outcome, Text: rapid.SampledFrom([]string{"promised", "claimed", "waiting", triage.Texting, triage.Staying}).Draw(t, "outcome")}
			}
		}
	})
}

func TestAfterTheChoiceNoWordOfTheOtherLanguageIsHeard(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		facts := randomFacts(t)
		ses := s.Begin(hotline.Voice)
		in := triage.Input{Kind: triage.Start}
		for range rapid.IntRange(1, 20).Draw(t, "inputs") {
			next, effects, err := s.Step(ses, in, facts, day())
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range spoken(effects) {
				if next.Lang != "" && l.Lang != next.Lang {
					t.Fatalf("%q in %q after %q was chosen", l.Text, l.Lang, next.Lang)
				}
			}
			ses, in = next, anything().Draw(t, "input")
			if ses.Awaits != "" {
				in = triage.Input{Kind: triage.Outcome, Text: "promised"}
			}
		}
	})
}

func FuzzWordsAlwaysHaveAnAnswer(f *testing.F) {
	for _, words := range []string{"yes", "no", "911", "I want to die", "\x00\xff", "９０ ０１２", "¡Sí!", "1 2 3", "💊", "menu menu"} {
		f.Add(words, "")
		f.Add("hola", words)
	}
	s := shipped(f)
	f.Fuzz(func(t *testing.T, first, second string) {
		for _, ch := range []hotline.Channel{hotline.Voice, hotline.SMS} {
			ses, _, err := s.Step(s.Begin(ch), triage.Input{Kind: triage.Start, Text: first}, triage.Facts{CanText: true}, day())
			if err != nil {
				t.Fatal(err)
			}
			for _, kind := range []triage.InputKind{triage.Words, triage.Keys, triage.Words} {
				next, effects, err := s.Step(ses, triage.Input{Kind: kind, Text: second}, triage.Facts{CanText: true}, day())
				if err != nil {
					t.Fatal(err)
				}
				if next.Risk < ses.Risk || len(effects) == 0 && ses.Queue == "" {
					t.Fatalf("risk %d after %d, %d effects", next.Risk, ses.Risk, len(effects))
				}
				ses = next
			}
		}
	})
}
