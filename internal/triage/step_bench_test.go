package triage_test

import (
	"runtime"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
)

// walked is a way through the script, as a caller goes it.
type walked struct {
	ch    hotline.Channel
	first string
	in    []triage.Input
}

// ways are the usual way to a volunteer, an appointment with its deadline, and
// the same by text, in words.
func ways() map[string]walked {
	return map[string]walked{
		"keys":  {hotline.Voice, "", keyed("1", "2", "3", "0", "*")},
		"visit": {hotline.Voice, "", keyed("1", "2", "1", "1", "1", "2", "1105", "1")},
		"words": {hotline.SMS, "hello, I need help", worded("no", "my appointment was cancelled", "therapist", "it can wait", "november fifth", "steps")},
	}
}

func (w walked) steps() int { return len(w.in) + 1 }

func (w walked) play(tb testing.TB, s *triage.Script, facts triage.Facts) {
	tb.Helper()
	ses := s.Begin(w.ch)
	ses, _, err := s.Step(ses, triage.Input{Kind: triage.Start, Text: w.first}, facts, day())
	for _, in := range w.in {
		if err != nil {
			tb.Fatal(err)
		}
		ses, _, err = s.Step(ses, in, facts, day())
	}
	if err != nil {
		tb.Fatal(err)
	}
}

// BenchmarkStep walks the built-in script. The aim is less than 10 µs and 2 kB
// a step.
func BenchmarkStep(b *testing.B) {
	s := shipped(b)
	facts := usual()
	for name, w := range ways() {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				w.play(b, s, facts)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(w.steps()), "ns/step")
		})
	}
}

// Not parallel: what other tests allocate would count.
func TestAStepAllocatesLessThanTwoKilobytes(t *testing.T) {
	s := shipped(t)
	facts := usual()
	const times = 200
	for name, w := range ways() {
		var before, after runtime.MemStats
		w.play(t, s, facts)
		runtime.ReadMemStats(&before)
		for range times {
			w.play(t, s, facts)
		}
		runtime.ReadMemStats(&after)
		if got := (after.TotalAlloc - before.TotalAlloc) / times / uint64(w.steps()); got >= 2000 {
			t.Errorf("%s: %d bytes a step, want less than 2000", name, got)
		}
	}
}

func keyed(keys ...string) []triage.Input {
	in := make([]triage.Input, 0, len(keys))
	for _, k := range keys {
		in = append(in, triage.Input{Kind: triage.Keys, Text: k})
	}
	return in
}

func worded(words ...string) []triage.Input {
	in := make([]triage.Input, 0, len(words))
	for _, w := range words {
		in = append(in, triage.Input{Kind: triage.Words, Text: w})
	}
	return in
}
