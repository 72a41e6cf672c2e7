package triage

import (
	"os"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tideover/tideover/internal/crisis"
	"github.com/tideover/tideover/internal/hotline"
)

func ours(t *testing.T) *Script {
	t.Helper()
	d, err := crisis.Load(os.DirFS("../../config"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Compile(os.DirFS("../../config"), d)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Coverage is believed only because the marked script goes like the real one.
func TestAMarkedScriptGoesLikeTheOneThatCallersHear(t *testing.T) {
	t.Parallel()
	s := ours(t)
	m := s.marked()
	inputs := []Input{
		{Kind: Silence},
		{Kind: Keys, Text: "90012"},
		{Kind: Words, Text: "menu"},
		{Kind: Words, Text: "ya no puedo más"},
		{Kind: Words, Text: "I want to die"},
		{Kind: Words, Text: "persona"},
		{Kind: Words, Text: "no"},
		{Kind: Outcome, Text: "promised"},
		{Kind: Outcome, Text: "live"},
	}
	for _, k := range "0123456789*#" {
		inputs = append(inputs, Input{Kind: Keys, Text: string(k)})
	}
	rapid.Check(t, func(t *rapid.T) {
		facts := Facts{Open: true, CanText: rapid.Bool().Draw(t, "texts"), HasNumber: rapid.Bool().Draw(t, "number")}
		ses := s.Begin(rapid.SampledFrom(channels()).Draw(t, "channel"))
		in := Input{Kind: Start, Text: rapid.SampledFrom([]string{"hi there", "hola", "...", "9"}).Draw(t, "first")}
		for range rapid.IntRange(1, 30).Draw(t, "inputs") {
			plain, effects, err := s.Step(ses, in, facts, time.Time{})
			other, noted, again := m.Step(ses, in, facts, time.Time{})
			noted, _ = unmarked(noted)
			if err != nil || again != nil || !reflect.DeepEqual(plain, other) || len(effects)+len(noted) > 0 && !reflect.DeepEqual(effects, noted) {
				t.Fatalf("at %q %+v:\n%+v %v\n%+v %v", ses.Node, in, plain, effects, other, noted)
			}
			ses, in = plain, rapid.SampledFrom(inputs).Draw(t, "input")
		}
	})
}

func TestEveryWayOutOfANodeIsAForkOrStraight(t *testing.T) {
	t.Parallel()
	s := ours(t)
	for _, n := range s.order {
		leads := len(n.straight())
		for _, f := range n.forks() {
			if f.to.given() {
				leads++
			}
		}
		all := 0
		for _, x := range n.targets() {
			if x.given() {
				all++
			}
		}
		if leads != all {
			t.Errorf("%s leads to %d places, coverage knows %d: forks or straight lacks a kind of way", n.id, all, leads)
		}
	}
	if got := s.marked().nodes["danger"]; got == s.nodes["danger"] || got.band != hotline.Emergency {
		t.Error("the marked script shares its nodes with the real one")
	}
}
