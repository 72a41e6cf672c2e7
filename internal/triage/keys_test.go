package triage_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
)

// visit walks to every question that keys lead to, and shows each of them
// once with the caller who stands there.
func visit(c *caller, show func(c *caller, ask triage.Ask)) {
	seen := map[string]bool{}
	var walk func(c *caller)
	walk = func(c *caller) {
		ask, open := one[triage.Ask](c.last)
		if !open || seen[c.ses.Node+c.ses.Queue+c.ses.Vars["days"]] {
			return
		}
		seen[c.ses.Node+c.ses.Queue+c.ses.Vars["days"]] = true
		show(c, ask)
		for _, key := range []string{"1", "2", "3", "4", "5", "6", "7", "8", "90012"} {
			next := *c
			next.ses.Vars = maps.Clone(c.ses.Vars)
			next.all = nil
			if next.ses.Channel == hotline.Voice {
				next.press(key)
			} else {
				next.say(key)
			}
			if next.ses.Missed == 0 {
				walk(&next)
			}
		}
	}
	walk(c)
}

func TestEveryQuestionNamesTheKeysThatAnswerIt(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	for name, c := range map[string]*caller{
		"call": calls(t, s), "english call": calls(t, s).press("1"), "spanish call": calls(t, s).press("2"),
		"english text": texts(t, s, "Hello there"), "spanish text": texts(t, s, "Hola, buenas tardes"),
	} {
		questions := 0
		visit(c, func(c *caller, ask triage.Ask) {
			questions++
			if ask.Digits > 1 {
				return
			}
			for _, key := range []string{"1", "2", "3", "4", "5", "6", "7", "8"} {
				next := *c
				if next.press(key); next.ses.Missed > 0 || next.ses.Queue != c.ses.Queue && c.ses.Node == "danger_kind" {
					continue
				}
				if c.ses.Node == "danger_kind" && key > "5" || c.ses.Node == "danger_other" && key > "2" || (c.ses.Node == "helped" || c.ses.Node == "check_in_ask") && next.ses.Node == "goodbye" || c.ses.Node == "welcome" {
					continue // any other key moves on; the languages have one key each
				}
				if next.ses.Node == "by_text_safe" {
					continue // 8 works everywhere, and the waiting loop says so
				}
				for _, l := range ask.Lines {
					if !strings.Contains(l.Text, key) {
						t.Errorf("%s: %s takes %s and does not say so: %q", name, c.ses.Node, key, l.Text)
					}
				}
			}
		})
		if questions < 14 {
			t.Errorf("%s: only %d questions were reached", name, questions)
		}
	}
}
