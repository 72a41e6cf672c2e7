package triage_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tideover/tideover/internal/triage"
)

func TestEveryWayThroughTheScriptThatWeShipIsTriedInBothLanguagesAndChannels(t *testing.T) {
	t.Parallel()
	c := shipped(t).Rehearse(os.DirFS(configDir)).Coverage
	for _, g := range c.Gaps() {
		t.Errorf("%s: %s is not tried (%s); `tideover check --skeletons` writes what is missing", g.Node, g.Branch, strings.Join(g.In, ", "))
	}
	if took, all := c.Count(""); took != all || all < 400 {
		t.Errorf("%d of %d ways", took, all)
	}
	if took, all := c.Count("safety_check"); took != all || all != 20 {
		t.Errorf("safety question: %d of %d ways, want 5 in two languages and two channels", took, all)
	}
	if r := c.Report(); !strings.Contains(r, "100.0 %") || strings.Contains(r, "missing") {
		t.Errorf("report:\n%s", r)
	}
}

func TestAWayThatNobodyTriedIsAWarningAndAboutSafetyAnError(t *testing.T) {
	t.Parallel()
	r := rehearsed(t, "  - {name: a, lang: en, channel: voice, steps: [{in: \"2\"}]}")
	mild, grave := map[string]bool{}, map[string]bool{}
	for _, f := range r.Findings {
		if f.Rule != "coverage" || f.Line == 0 || f.File != "script/strike.yaml" {
			t.Errorf("not at its place: %v", f)
		}
		id, _, _ := strings.Cut(f.Text, ": no transcript")
		mild[id], grave[id] = f.Mild, !f.Mild
	}
	for _, id := range []string{"safety_check: 1", "safety_check: silence", "check_unsure: 3", "danger_kind: 2", "danger_where: an answer", "(everywhere): 9", "(everywhere): words of danger"} {
		if !grave[id] {
			t.Errorf("%s is no error", id)
		}
	}
	for _, id := range []string{"main_menu: 3", "med_days: not understood", "callback_promise: on live", "(everywhere): menu", `to_person: if risk >= 2`, "(waiting): 2"} {
		if !mild[id] {
			t.Errorf("%s is no warning", id)
		}
	}
	for _, g := range r.Coverage.Gaps() {
		if g.Node == "safety_check" && g.Branch == "2" && strings.Join(g.In, ", ") != "en sms, es voice, es sms" {
			t.Errorf("tried in English by voice, said to lack %v", g.In)
		}
		if g.Node == "callback_ask" && strings.Contains(strings.Join(g.In, ", "), "sms") {
			t.Error("a thread is never called back")
		}
		if g.Node == "main_menu" && g.Branch == "silence" && strings.Contains(strings.Join(g.In, ", "), "sms") {
			t.Error("a thread is never hurried at the menu")
		}
	}
	if r := r.Coverage.Report(); !strings.Contains(r, "  missing: 2 (en sms, es voice, es sms)") {
		t.Errorf("report:\n%s", r)
	}
}

func TestSkeletonsTakeEveryWayThatIsMissing(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	const begin = "schema: 1\nhello: {en: Hello there, es: Hola}\ntranscripts:\n  - {name: a, lang: en, channel: voice, steps: [{in: \"2\"}]}\n"
	file := func(text string) fstest.MapFS {
		return fstest.MapFS{"script/strike_test.yaml": &fstest.MapFile{Data: []byte(text)}}
	}
	text, stuck := s.Skeletons(file(begin), s.Rehearse(file(begin)).Coverage)
	for _, g := range stuck {
		t.Errorf("no visit was found to %s, %s (%v)", g.Node, g.Branch, g.In)
	}
	again, _ := s.Skeletons(file(begin), s.Rehearse(file(begin)).Coverage)
	if text != again {
		t.Error("the same script gives other skeletons")
	}
	for _, f := range s.Rehearse(file(begin + text)).Findings {
		t.Error(f)
	}
	if full, _ := s.Skeletons(os.DirFS(configDir), s.Rehearse(os.DirFS(configDir)).Coverage); full != "" {
		t.Errorf("nothing is missing, and still there is:\n%s", full)
	}
}

func TestAWayThatNoCallerCanTakeIsSaid(t *testing.T) {
	t.Parallel()
	fsys := folder(t)
	spoil(t, fsys, "strike.yaml", "- {if: risk >= 2, goto: queue_urgent}", "- {if: risk >= 2, goto: queue_urgent}\n      - {if: risk > 5, goto: queue_med}")
	s, err := triage.Compile(fsys, calm{}, triage.Unproved())
	if err != nil {
		t.Fatal(err)
	}
	_, stuck := s.Skeletons(os.DirFS(configDir), s.Rehearse(os.DirFS(configDir)).Coverage)
	for _, g := range stuck {
		if g.Node == "to_person" && g.Branch == "if risk > 5" && len(g.In) == 4 {
			return
		}
	}
	t.Errorf("not found: %v", stuck)
}
