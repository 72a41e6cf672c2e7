package triage_test

import (
	"slices"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
)

// Faults around recordings: of shape, and of what may happen to a caller.
func TestFaultsOfRecordingsAreFound(t *testing.T) {
	t.Parallel()
	mustFindAll(t, true, map[string]fault{
		"a recording without an end":           {edits: ed(tree, "    longest: 2m\n", ""), rule: "recording", at: "voicemail_tape:\n    kind: tape"},
		"a recording that is too long":         {edits: ed(tree, "longest: 2m", "longest: 1h"), rule: "recording", at: "1h"},
		"one that no silence ends":             {edits: ed(tree, "pause: 5s", "pause: 60s"), rule: "recording", at: "60s"},
		"silence leads nowhere":                {edits: ed(tree, "short: voicemail_none}\n    else: voicemail_none\n", "short: voicemail_none}\n"), rule: "recording", at: "voicemail_tape:\n    kind: tape"},
		"what is too short leads nowhere":      {edits: ed(tree, "on: {taped: voicemail_check, short: voicemail_none}", "on: {taped: voicemail_check}"), rule: "recording", at: "voicemail_tape:\n    kind: tape"},
		"nobody asked for consent":             {edits: ed(tree, "    consent: voicemail_agree\n", ""), rule: "recording", at: "voicemail_tape:\n    kind: tape"},
		"the consent is not kept":              {edits: ed(tree, "    label: Agrees that the message is recorded\n", ""), rule: "recording", at: "voicemail_agree\n    longest", also: []string{"language"}},
		"a way around the consent":             {edits: ed(tree, "      - {if: has_number, goto: voicemail_agree}", "      - {if: has_number, goto: voicemail_tape}"), rule: "recording", at: "voicemail_agree\n    longest", also: []string{"unreachable"}},
		"silence is consent":                   {edits: ed(tree, "      - {key: \"2\", label: \"No\", goto: voicemail_back, words: [\"no\", nope, go back]}\n    on_no_input: [repeat, voicemail_back]", "      - {key: \"2\", label: \"No\", goto: voicemail_back, words: [\"no\", nope, go back]}\n    on_no_input: [repeat, voicemail_tape]"), rule: "recording", at: "voicemail_tape]"},
		"nothing was recorded, and it is kept": {edits: ed(tree, "{key: \"2\", label: \"No\", goto: voicemail_back, words: [\"no\", nope, go back]}", "{key: \"2\", label: \"No\", goto: voicemail_keep, words: [\"no\", nope, go back]}"), rule: "recording", at: "voicemail_keep:"},
	})
	mustFindAll(t, false, map[string]fault{
		"the numbers are not named to who leaves a message": {edits: ed(tree, "        If things get worse before that, dial {{res.911}}, or call or text {{res.988}}. Goodbye for now.\n\n  voicemail_closed:", "        Goodbye for now.\n\n  voicemail_closed:"), rule: "safety", at: ">\n        Thank you. Your message is safe, and", also: []string{"placeholder"}},
		"a message is kept and the call goes on":            {edits: ed(tree, "    kind: keep\n    goto: voicemail_kept", "    kind: keep\n    goto: voicemail_back"), rule: "recording", at: "voicemail_back:\n    kind: branch", also: []string{"unreachable", "endless"}},
		"somebody in danger is led to a recording":          {edits: ed(tree, "    band: emergency\n    need: talk\n    risk: 3\n    page: danger\n    loop: false", "    band: emergency\n    need: talk\n    risk: 3\n    page: danger"), rule: "recording", at: "voicemail_tape"},
	})
}

// What a recording does to a session: it is asked like a question, keys that
// work everywhere work in it, and it never outlives a call for help.
func TestARecordingIsAskedLikeAQuestion(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	facts := triage.Facts{HasNumber: true, CanText: true}
	now := time.Date(2026, time.November, 24, 9, 0, 0, 0, time.UTC)
	step := func(ses triage.Session, in triage.Input) (triage.Session, []string) {
		t.Helper()
		ses, effects, err := s.Step(ses, in, facts, now)
		if err != nil {
			t.Fatal(err)
		}
		return ses, triage.EffectWords(effects)
	}
	press := func(ses triage.Session, keys ...string) (triage.Session, []string) {
		t.Helper()
		var did []string
		for _, key := range keys {
			ses, did = step(ses, triage.Input{Kind: triage.Keys, Text: key})
		}
		return ses, did
	}
	begin, _ := step(s.Begin(hotline.Voice), triage.Input{Kind: triage.Start})
	tapes, did := press(begin, "1", "2", "3", "4", "1")
	if !slices.Contains(did, "tape voicemail_tape false") || !slices.Contains(did, "record voicemail_agree 1") {
		t.Fatalf("agreeing does %v", did)
	}
	again := s.Current(tapes, facts)
	if tape, ok := again[0].(triage.Tape); len(again) != 1 || !ok || tape.Longest != 2*time.Minute || tape.Pause != 5*time.Second || len(tape.Lines) != 1 {
		t.Errorf("the open question is %+v", again)
	}
	for name, c := range map[string]struct {
		in   triage.Input
		does string
		node string
	}{
		"a message":           {triage.Input{Kind: triage.Outcome, Text: "taped"}, "", "voicemail_check"},
		"a breath":            {triage.Input{Kind: triage.Outcome, Text: "short"}, "", "voicemail_none"},
		"silence":             {triage.Input{Kind: triage.Silence}, "", "voicemail_none"},
		"an unknown outcome":  {triage.Input{Kind: triage.Outcome, Text: "?"}, "", "voicemail_none"},
		"repeat":              {triage.Input{Kind: triage.Keys, Text: "*"}, "tape voicemail_tape false", "voicemail_tape"},
		"another key":         {triage.Input{Kind: triage.Keys, Text: "5"}, "tape voicemail_tape false", "voicemail_tape"},
		"an emergency":        {triage.Input{Kind: triage.Keys, Text: "9"}, "page danger", "danger_kind"},
		"a person":            {triage.Input{Kind: triage.Keys, Text: "0"}, "", "closed_line"},
		"who cannot talk now": {triage.Input{Kind: triage.Keys, Text: "#"}, "enqueue urgent talk", "quiet_now"},
	} {
		ses, did := step(tapes, c.in)
		if ses.Node != c.node || c.does != "" && !slices.Contains(did, c.does) {
			t.Errorf("%s leads to %s and does %v", name, ses.Node, did)
		}
		if ses.Awaits != "" && ses.Node != "voicemail_tape" {
			t.Errorf("%s: still waits for %s", name, ses.Awaits)
		}
	}
	taped, _ := step(tapes, triage.Input{Kind: triage.Outcome, Text: "taped"})
	if _, did := press(taped, "1"); !slices.Equal(did, []string{"keep routine", "end message"}) {
		t.Errorf("keeping does %v", did)
	}
	taped.Risk = 2
	if _, did := press(taped, "1"); !slices.Equal(did, []string{"keep urgent", "end message"}) {
		t.Errorf("with a risk keeping does %v", did)
	}
}
