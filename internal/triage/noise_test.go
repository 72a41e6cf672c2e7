package triage_test

import (
	"maps"
	"os"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
)

// unsure is the confidence below which the line takes words as badly heard; a
// test of the webhook holds it to the same.
const unsure = 0.5

// noise reads the results of a recogniser in rooms where nobody answers.
func noise(t *testing.T) []triage.Input {
	t.Helper()
	raw, err := os.ReadFile("testdata/noise.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all []triage.Input
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		sure, rest, _ := strings.Cut(line, " ")
		_, words, found := strings.Cut(rest, " ")
		confidence, err := strconv.ParseFloat(sure, 64)
		if err != nil || !found || confidence <= 0 || confidence > 0.6 {
			t.Fatalf("noise: %q", line)
		}
		all = append(all, triage.Input{Kind: triage.Words, Text: words, Vague: confidence < unsure})
	}
	if len(all) != 200 {
		t.Fatalf("%d noisy results, want 200", len(all))
	}
	return all
}

// branchOff is the same caller, who may go on without changing the first one.
func (c *caller) branchOff() *caller {
	next := *c
	next.ses.Vars = maps.Clone(c.ses.Vars)
	next.all, next.last = nil, nil
	return &next
}

// questions are callers who stand at each question that a call leads to, in
// each language and before one is chosen.
func questions(t *testing.T) []*caller {
	t.Helper()
	s := shipped(t)
	var all []*caller
	for _, c := range []*caller{calls(t, s), calls(t, s).press("1"), calls(t, s).press("2")} {
		visit(c, func(c *caller, ask triage.Ask) {
			if ask.Speech {
				all = append(all, c.branchOff())
			}
		})
	}
	all = append(all, // beside the keys: what words of danger and of others lead to
		calls(t, s).press("1", "2").say("I can't go on"), calls(t, s).press("2", "2").say("ya no puedo más"),
		calls(t, s).press("1", "2").say("for someone else"), calls(t, s).press("2", "2").say("para otra persona"),
		calls(t, s).press("1", "2").say("im a reporter"), calls(t, s).press("2", "2").say("soy periodista"),
		calls(t, s).press("1", "2", "3", "1"), calls(t, s).press("2", "2", "3", "1"))
	return all
}

func TestNoiseNeverPagesBeforeSomebodyConfirms(t *testing.T) {
	t.Parallel()
	heard, asked := noise(t), questions(t)
	if len(asked) < 40 {
		t.Fatalf("%d questions", len(asked))
	}
	for _, at := range asked {
		for _, in := range heard {
			if c := at.branchOff().do(in); has[triage.Page](c.last) {
				t.Errorf("at %s %q pages", at.ses.Node, in.Text)
			}
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		c := rapid.SampledFrom(asked).Draw(rt, "question").branchOff()
		at := c.ses.Node
		for range rapid.IntRange(2, 4).Draw(rt, "noises") {
			in := rapid.SampledFrom(heard).Draw(rt, "noise")
			if rapid.IntRange(0, 5).Draw(rt, "pause") == 0 {
				in = triage.Input{Kind: triage.Silence}
			}
			if c.do(in); has[triage.Page](c.last) {
				rt.Fatalf("from %s: %q pages", at, in.Text)
			}
		}
	})
}

func TestDangerThatWasBadlyHeardPagesOnceItIsConfirmed(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	vague := func(words string) triage.Input { return triage.Input{Kind: triage.Words, Text: words, Vague: true} }
	for name, start := range map[string]func() *caller{
		"words of danger at the menu":    func() *caller { return calls(t, s).press("1", "2").do(vague("I am going to kill myself")) },
		"the word of an emergency":       func() *caller { return calls(t, s).press("1", "2").do(vague("emergency")) },
		"nine":                           func() *caller { return calls(t, s).press("1", "2", "1").do(vague("nine")) },
		"yes to the safety question":     func() *caller { return calls(t, s).press("1").do(vague("yes")) },
		"one, at the safety question":    func() *caller { return calls(t, s).press("1").do(vague("one")) },
		"danger at the safety question":  func() *caller { return calls(t, s).press("1").do(vague("I am going to kill myself")) },
		"danger in Spanish, at the menu": func() *caller { return calls(t, s).press("2", "2").do(vague("me voy a matar")) },
		"yes about somebody else":        func() *caller { return calls(t, s).press("1", "2").say("for someone else").do(vague("yes")) },
		"danger, and more of it": func() *caller {
			return calls(t, s).press("1", "2").do(vague("crisis")).do(vague("im going to kill myself"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start().mustBeAt("check_unsure")
			if has[triage.Page](c.all) || c.ses.Risk < 2 {
				t.Errorf("paged %v, risk %d", has[triage.Page](c.all), c.ses.Risk)
			}
			yes := "yes"
			if c.ses.Lang == hotline.Spanish {
				yes = "sí"
			}
			if again := c.branchOff().do(vague(yes)); has[triage.Page](again.last) || again.ses.Node != "check_unsure" && again.ses.Node != "queue_urgent" {
				t.Errorf("a yes that was badly heard led to %s: %+v", again.ses.Node, again.last)
			}
			c.branchOff().say(yes).mustAlarm()
			if last := c.branchOff().do(vague("no")); last.ses.Node != "check_unsure" && last.ses.Node != "queue_urgent" {
				t.Errorf("a no that was badly heard led to %s", last.ses.Node)
			}
			if no := c.branchOff().press("2").do(vague("I am going to kill myself")).mustBeAt("queue_urgent"); has[triage.Page](no.last) {
				t.Error("badly heard danger pages after it was denied")
			}
			c.press("1").mustAlarm()
		})
	}
	calls(t, s).do(vague("nine")).mustBeAt("safety_check").press("1").mustAlarm()
}

func TestANoThatWasBadlyHeardAnswersNoQuestionOfSafety(t *testing.T) {
	t.Parallel()
	c := calls(t, shipped(t)).press("1").do(triage.Input{Kind: triage.Words, Text: "no", Vague: true}).mustBeAt("safety_check")
	if ask, ok := one[triage.Ask](c.last); !ok || ask.Speech {
		t.Errorf("asked %+v, want the same question by keys only", ask)
	}
	c.press("2").mustBeAt("main_menu")
}

func TestWordsThatWereNotUnderstoodAreAskedForByKeysAndThenByAPerson(t *testing.T) {
	t.Parallel()
	heard, asked := noise(t), questions(t)
	for _, at := range asked {
		for _, in := range heard {
			c := at.branchOff().do(in)
			if ask, open := one[triage.Ask](c.last); open && ask.Node == at.ses.Node && c.ses.Missed > 0 && ask.Speech {
				t.Errorf("at %s, after %q, words are listened for once more", at.ses.Node, in.Text)
			}
		}
	}
	starts := append(asked, calls(t, shipped(t)))
	rapid.Check(t, func(rt *rapid.T) {
		c := rapid.SampledFrom(starts).Draw(rt, "question").branchOff()
		at, tries := c.ses.Node, 0
		for c.ses.Queue == "" && !has[triage.End](c.last) {
			in := rapid.SampledFrom(heard).Draw(rt, "noise")
			if tries > 0 && rapid.Bool().Draw(rt, "silent") {
				in = triage.Input{Kind: triage.Silence}
			}
			before := c.ses.Lost
			switch c.do(in); {
			case c.ses.Lost > before:
				tries++
			case c.ses.Lost < before && c.ses.Queue == "" && in.Vague:
				rt.Fatalf("from %s: %q, badly heard, ends the count at %s", at, in.Text, c.ses.Node)
			case c.ses.Lost < before:
				tries = 0
			}
			if tries > 2 {
				rt.Fatalf("from %s: nobody after %d tries that came to nothing", at, tries)
			}
		}
	})
}

func TestATelevisionEndsNoCall(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	for _, words := range []string{"wrong number", "número equivocado"} {
		c := calls(t, s).press("1", "2").do(triage.Input{Kind: triage.Words, Text: words, Vague: true}).mustBeAt("main_menu")
		if has[triage.End](c.last) {
			t.Errorf("%q, badly heard, ends the call", words)
		}
	}
}

func TestStarTwiceSlowsAllThatFollows(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	slow := func(c *caller) bool {
		ask, ok := one[triage.Ask](c.last)
		return ok && ask.Slow
	}
	if c := calls(t, s).press("1", "*"); slow(c) {
		t.Error("one star slows already")
	}
	if c := calls(t, s).press("1", "*", "7", "*"); slow(c) {
		t.Error("two stars with another key between them slow")
	}
	c := calls(t, s).press("1", "*", "*")
	visit(c, func(c *caller, _ triage.Ask) {
		if !slow(c) {
			t.Errorf("%s is asked at the usual speed", c.ses.Node)
		}
	})
	for _, next := range []string{"7", "2", "1", "7", "9"} {
		if c.press(next); !slow(c) {
			t.Errorf("after %s: %s is asked at the usual speed", next, c.ses.Node)
		}
	}
}
