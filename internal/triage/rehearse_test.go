package triage_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tideover/tideover/internal/triage"
)

func TestTheTranscriptsThatWeShipGoAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	r := shipped(t).Rehearse(os.DirFS(configDir))
	for _, f := range r.Findings {
		t.Error(f)
	}
	if r.Played == 0 {
		t.Error("none was played")
	}
}

// rehearsed plays a file of transcripts on the script that we ship.
func rehearsed(t *testing.T, lines ...string) triage.Rehearsal {
	t.Helper()
	text := "schema: 1\nhello: {en: Hello there, es: Hola}\ntranscripts:\n" + strings.Join(lines, "\n")
	return shipped(t).Rehearse(fstest.MapFS{"script/strike_test.yaml": &fstest.MapFile{Data: []byte(text)}})
}

func TestAVisitThatGoesOtherwiseIsSaidWithItsStep(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ step, says string }{
		"a number of parts that is none": {`{in: "2", max_segments: few}`, `max_segments: want how many parts`},
		"another question":               {`{in: "2", ask: danger_kind}`, `8:19: error: transcript "a" (en, voice): step 1 (in "2"): want ask "danger_kind", got "main_menu"`},
		"no such node":                   {`{in: "2", node: main_mneu}`, `there is no node "main_mneu"; did you mean "main_menu"?`},
		"another place":                  {`{in: "1", node: main_menu}`, `want node "main_menu", got "danger_kind"`},
		"another risk":                   {`{in: "1", risk: 2}`, `want risk "2", got 3`},
		"words not heard":                {`{in: "2", says: Good evening}`, `want says "Good evening", got "For a cancelled`},
		"words heard":                    {`{in: "2", says_not: Medication}`, `want says not "Medication"`},
		"an effect that lacks":           {`{in: "2", effects: [page]}`, `want effects "page", got "record safety_check 2"`},
		"an effect too many":             {`{in: "1", effects_none: [page]}`, `want effects none "page", got "raise 3, record safety_check 1, enqueue emergency talk, page danger"`},
		"another language":               {`{in: "1", lang: es}`, `want lang "es", got "en"`},
		"another variable":               {`{in: "2", vars: {need: rights}}`, `want vars "need=rights", got "need="`},
		"silence":                        {`{silence: 2, ask: main_menu}`, `step 1 (silence): want ask "main_menu", got "safety_check"`},
		"the beginning":                  {`{ask: main_menu}`, `step 1 (the beginning)`},
		"nothing done":                   {"{in: \"2\"}\n      - {ask: main_menu}", `only the first step may just look`},
		"two things at once":             {`{in: "2", silence: true}`, `only one of in, silence and outcome`},
		"a key that is unknown":          {`{in: "2", aks: main_menu}`, `unknown key "aks"; did you mean "ask"?`},
		"a world that is odd":            {`{in: "2", facts: {can_txt: false}}`, `unknown key "can_txt"`},
		"an outcome out of turn":         {`{outcome: promised, ask: main_menu}`, `step 1 (outcome promised): want ask "main_menu", got ""`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := rehearsed(t, "  - name: a", "    lang: en", "    channel: voice", "    steps:", "      - "+c.step)
			for _, f := range r.Findings {
				if strings.Contains(f.Error(), c.says) {
					return
				}
			}
			t.Errorf("found %v, want %q", r.Findings, c.says)
		})
	}
}

func TestPartsOfTextsAreCountedForAStepAndForTheWholeVisit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ channel, steps, expect, says string }{
		"a step that fits":            {"sms", `{in: "2", max_segments: 1}`, "max_segments: 3", ""},
		"a first text of two parts":   {"sms", `{ask: safety_check, max_segments: 1}`, "", `step 1 (the beginning): want max segments "1", got 2`},
		"the whole visit":             {"sms", `{in: "2"}`, "max_segments: 2", `at the end: want max segments "2", got 3`},
		"what is spoken has no parts": {"voice", `{in: "2", max_segments: 1}`, "max_segments: 1", ""},
		"a text that a call asks for": {"voice", "{in: \"2\"}\n      - {in: \"6\"}\n      - {in: \"2\"}\n      - {in: \"1\", effects: [text], max_segments: 1}", "", `step 4 (in "1"): want max segments "1", got 2`},
		"acts that are repeated":      {"sms", `{in: "*", times: 3, max_segments: 2}`, "", `step 1 (in "*"): want max segments "2", got 3`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lines := []string{"  - name: a", "    lang: en", "    channel: " + c.channel, "    steps:", "      - " + c.steps}
			if c.expect != "" {
				lines = append(lines, "    expect: {"+c.expect+"}")
			}
			said := ""
			for _, f := range rehearsed(t, lines...).Findings {
				if f.Rule != "coverage" {
					said += f.Error() + "\n"
				}
			}
			if c.says == "" && said != "" || !strings.Contains(said, c.says) {
				t.Errorf("found %q, want %q", said, c.says)
			}
		})
	}
}

func TestAFileOfTranscriptsSaysWhatIsWrongWithIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, says string }{
		"a name twice":               {"  - {name: a, lang: en, channel: voice, steps: [{in: \"2\"}]}\n  - {name: a, lang: en, channel: voice, steps: [{in: \"2\"}]}", "5:5: error: name: want one that no other transcript has"},
		"no channel":                 {"  - {name: a, lang: en, steps: [{in: \"2\"}]}", "channel: want voice, sms"},
		"no such channel":            {"  - {name: a, lang: en, channel: fax, steps: [{in: \"2\"}]}", "channel: want voice, sms"},
		"no steps":                   {"  - {name: a, lang: en, channel: voice}", "steps: want at least one"},
		"a thread without a text":    {"  - {name: a, channel: sms, steps: [{ask: welcome}]}", "a thread begins with a text"},
		"no such language":           {"  - {name: a, lang: fr, channel: voice, steps: [{in: \"2\"}]}", `the script has no language "fr"`},
		"no visit in a channel":      {"  - {name: a, lang: en, channel: [voice, sms], steps: [{in: \"2\"}], either: [[{only: voice, in: \"3\"}]]}", "there is no way to go on by sms"},
		"too often":                  {"  - {name: a, lang: en, channel: voice, steps: [{silence: 2000000}]}", "silence: want at most 60"},
		"no transcripts":             {"  []", "want at least one"},
		"a day that is none":         {"  - {name: a, at: tomorrow, lang: en, channel: voice, steps: [{in: \"2\"}]}", "at: want a time like"},
		"only a list makes a visit":  {"  - {name: a, lang: en, channel: voice, steps: {in: \"2\"}}", "want a list"},
		"all of the file at once: 1": {"  - {name: a, lang: en, channel: fax, steps: [{ni: \"2\"}]}", "channel: want"},
		"all of the file at once: 2": {"  - {name: a, lang: en, channel: fax, steps: [{ni: \"2\"}]}", `unknown key "ni"; did you mean "in"?`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, f := range rehearsed(t, c.text).Findings {
				if strings.Contains(f.Error(), c.says) {
					return
				}
			}
			t.Errorf("found %v, want %q", rehearsed(t, c.text).Findings, c.says)
		})
	}
}

func TestAVisitWithoutALanguageBeginsWithTheVeryFirstWord(t *testing.T) {
	t.Parallel()
	r := rehearsed(t,
		"  - name: call", "    channel: voice", "    steps:",
		"      - {ask: welcome, says: [For English, Para español]}", "      - {in: \"2\", lang: es, ask: safety_check, says_not: Press}",
		"  - name: thread", "    channel: sms", "    steps:", "      - {in: I am going to kill myself tonight, risk: 3, effects: [page danger]}",
		"  - name: callback", "    channel: voice", "    lang: [en, es]", "    steps:", "      - {in: \"2\"}", "      - {in: \"3\"}", "      - {in: \"1\"}",
		"      - {in: \"1\", times: 5, effects: [promise]}", "      - {outcome: promised, effects: [end promised]}",
		"  - name: no texts", "    channel: voice", "    lang: en", "    facts: {can_text: false}", "    steps: [{in: \"2\"}, {in: \"6\", says_not: by text}]",
		"  - name: texts in the middle", "    channel: voice", "    lang: en", "    facts: {can_text: false}", "    steps: [{in: \"2\"}, {in: \"6\", facts: {can_text: true}, says: by text}]")
	for _, f := range r.Findings {
		if f.Rule != "coverage" {
			t.Error(f)
		}
	}
	if r.Played != 6 {
		t.Errorf("%d played", r.Played)
	}
}

func TestAFolderWithoutTranscriptsIsAFinding(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]*triage.Script{"with a script": shipped(t), "without": nil} {
		r := s.Rehearse(fstest.MapFS{})
		if len(r.Findings) != 1 || r.Findings[0].File != triage.TranscriptFile {
			t.Errorf("%s: %v", name, r.Findings)
		}
	}
}

func FuzzTranscriptsReportFaultsAndNeverFail(f *testing.F) {
	s := shipped(f)
	raw, err := os.ReadFile(configDir + "/" + triage.TranscriptFile)
	if err != nil {
		f.Fatal(err)
	}
	const begin = "schema: 1\nhello: {en: Hello there}\ntranscripts:\n"
	for _, seed := range []string{
		string(raw), "", "transcripts: x", begin + "  - {name: a, channel: sms}", begin + "  - {name: a, channel: [sms], steps: [{in: }]}",
		begin + "  - {name: a, channel: voice, lang: en, steps: [{in: [], says: {en: }, facts: {groups: [{}]}}], either: [[], x]}",
		begin + "  - {name: a, channel: voice, lang: xx, steps: [{silence: -1, times: 99999999999}]}", begin + "  - {name: a, channel: sms, either: [[{only: voice}]]}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := s.Rehearse(fstest.MapFS{triage.TranscriptFile: &fstest.MapFile{Data: []byte(text)}})
		if r.Played == 0 && len(r.Findings) == 0 {
			t.Fatal("a file without a visit, and nothing is said")
		}
	})
}
