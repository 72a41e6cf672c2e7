package triage_test

import (
	"testing"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
)

// BenchmarkStep walks the built-in script: the usual way to a volunteer, an
// appointment with its deadline, and a text with words of danger. The aim is
// less than 10 µs and 2 kB a step.
func BenchmarkStep(b *testing.B) {
	s := shipped(b)
	facts := usual()
	for name, walk := range map[string]struct {
		ch    hotline.Channel
		first string
		in    []triage.Input
	}{
		"keys":  {hotline.Voice, "", keyed("1", "2", "3", "0", "*")},
		"visit": {hotline.Voice, "", keyed("1", "2", "1", "1", "1", "2", "1105", "1")},
		"words": {hotline.SMS, "hello, I need help", worded("no", "my appointment was cancelled", "therapist", "it can wait", "november fifth", "steps")},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ses := s.Begin(walk.ch)
				ses, _, err := s.Step(ses, triage.Input{Kind: triage.Start, Text: walk.first}, facts, day())
				for _, in := range walk.in {
					if err != nil {
						b.Fatal(err)
					}
					ses, _, err = s.Step(ses, in, facts, day())
				}
			}
			steps := float64(len(walk.in) + 1)
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/steps, "ns/step")
		})
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
