package triage_test

import (
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tideover/tideover/internal/triage"
)

// mended compiles a folder after its translations were read again.
func mended(t *testing.T, fsys fstest.MapFS) *triage.Script {
	t.Helper()
	for range 3 {
		s, err := triage.Compile(fsys, calm{}, triage.Unproved())
		if err == nil {
			return s
		}
		for _, f := range findings(err) {
			m := wanted.FindStringSubmatch(f.Text)
			if f.Rule != "stale" || m == nil {
				t.Fatal(f)
			}
			lines := strings.Split(string(fsys[f.File].Data), "\n")
			lines[f.Line-1] = regexp.MustCompile(`\bof: [0-9a-f]+`).ReplaceAllString(lines[f.Line-1], "of: "+m[1])
			fsys[f.File] = &fstest.MapFile{Data: []byte(strings.Join(lines, "\n"))}
		}
	}
	t.Fatal("the folder cannot be mended")
	return nil
}

func TestWhatChangesIsSaidInWordsThatAClinicianReads(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file, old, changed string
		group              triage.Concern
		worse              bool
		says               string
	}{
		"a risk is lowered":           {"strike.yaml", "label: Not sure, risk: 2", "label: Not sure, risk: 1", triage.AboutSafety, true, "answer 3 (Not sure), risk: 2 → 1"},
		"a risk is raised":            {"strike.yaml", "label: Not sure, risk: 2", "label: Not sure, risk: 3", triage.AboutSafety, false, "answer 3 (Not sure), risk: 2 → 3"},
		"an answer leads away":        {"strike.yaml", "risk: 2, goto: queue_urgent", "risk: 2, goto: main_menu", triage.AboutSafety, true, "leads to queue_urgent → main_menu"},
		"silence is read as no":       {"strike.yaml", "on_no_input: [again, queue_urgent]", "on_no_input: [again, main_menu]", triage.AboutSafety, true, "silence leads to queue_urgent → main_menu"},
		"asked once more":             {"strike.yaml", "on_no_input: [again, queue_urgent]", "on_no_input: [again, slow, queue_urgent]", triage.AboutSafety, false, "again → again, slow"},
		"a band is lowered":           {"strike.yaml", "band: urgent\n    need: medication", "band: soon\n    need: medication", triage.AboutSafety, true, "urgency: urgent → soon"},
		"a later person":              {"strike.yaml", "turns: 40", "turns: 50", triage.AboutSafety, true, "40 answers → 50"},
		"no longer clinical":          {"strike.yaml", "  med_few:\n    kind: say\n    clinical: true\n", "  med_few:\n    kind: say\n", triage.AboutSafety, true, "no longer clinical"},
		"another word works":          {"strike.yaml", "words: [crisis, ", "words: [crisis, danger, ", triage.AboutWords, false, "at every question, 9: crisis"},
		"0 leads elsewhere":           {"strike.yaml", `{key: "0", goto: to_person`, `{key: "0", goto: queue_talk`, triage.AboutSafety, false, "at every question, 0: leads to to_person → leads to queue_talk"},
		"a number":                    {"resources.yaml", "+18884662219", "+18884662210", triage.AboutNumbers, false, "dmhc: +18884662219"},
		"a clinical text":             {"strike.yaml", "A person will talk with you as soon", "Somebody will talk with you as soon", triage.AboutClinicalTexts, false, "queue_urgent: text in en"},
		"a text in Spanish":           {"strike.es.yaml", "Lo siento. ¿Le cancelaron la cita?", "¿Le cancelaron la cita?", triage.AboutTexts, false, "text in es by voice"},
		"a phrase":                    {"strike.yaml", "Please stay with us. You keep", "Stay with us. You keep", triage.AboutTexts, false, "hold_quiet: text in en"},
		"a way that is not safety":    {"strike.yaml", "value: few, goto: med_unwell", "value: few, goto: med_how", triage.AboutWays, false, "answer 2 (1 to 3 days) leads to med_unwell (Unwell from missing medicine) → med_how"},
		"a new way":                   {"strike.yaml", "- {if: days == \"few\", goto: med_few}", "- {if: days == \"few\", goto: med_few}\n      - {if: risk >= 1, goto: med_few}", triage.AboutWays, false, `days == "few"; risk >= 1`},
		"another need":                {"strike.yaml", "need: local\n    say", "need: talk\n    say", triage.AboutWays, false, "need: local → talk"},
		"more time":                   {"strike.yaml", "timeout: 6s\n    options:\n      - {key: \"1\", goto: callback_safe", "timeout: 9s\n    options:\n      - {key: \"1\", goto: callback_safe", triage.AboutWays, false, "waits for an answer: 6s → 9s"},
		"a word that is understood":   {"strike.yaml", "words: [medication, medications", "words: [medication", triage.AboutWords, false, "answer 2 (Medication), words in en"},
		"a variable":                  {"strike.yaml", "need: [appointment, medication, group", "need: [appointment, medication, other, group", triage.AboutWords, false, "variable need"},
		"a message leads elsewhere":   {"strike.yaml", "goto: med_offer\n\n  med_many", "goto: more\n\n  med_many", triage.AboutWays, false, "leads to med_offer (What would help with the medicine) → more"},
		"the end of a kind of danger": {"strike.yaml", "    on_no_input: [danger_where]", "    on_no_input: [danger]", triage.AboutSafety, false, "silence leads to danger_where (ZIP code) → danger"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before, after := folder(t), folder(t)
			spoil(t, after, c.file, c.old, c.changed)
			changes := mended(t, after).Diff(mended(t, before))
			for _, got := range changes {
				if strings.Contains(got.Where+": "+got.What, c.says) {
					if got.Group != c.group || got.Worse != c.worse {
						t.Errorf("under %q, worse %v: %+v", got.Group, got.Worse, got)
					}
					return
				}
			}
			t.Errorf("not said:\n%s", triage.WriteChanges(changes))
		})
	}
}

func TestTheMostDangerousChangeIsSaidFirst(t *testing.T) {
	t.Parallel()
	after := folder(t)
	spoil(t, after, "strike.yaml", "Please stay with us. You keep", "Stay with us. You keep")
	spoil(t, after, "strike.yaml", "on_no_input: [again, queue_urgent]", "on_no_input: [again, slow, queue_urgent]")
	spoil(t, after, "strike.yaml", "label: Not sure, risk: 2", "label: Not sure, risk: 1")
	spoil(t, after, "resources.yaml", "+18884662219", "+18884662210")
	got := triage.WriteChanges(mended(t, after).Diff(mended(t, folder(t))))
	want := []string{"Safety:", "  ! safety_check", "risk: 2 → 1", "  - safety_check", "Numbers to call", "dmhc", "Other texts", "hold_quiet", "old: Please stay", "new: Stay"}
	at := 0
	for _, w := range want {
		i := strings.Index(got[at:], w)
		if i < 0 {
			t.Fatalf("%q does not follow:\n%s", w, got)
		}
		at += i
	}
	if strings.Count(got, "dmhc") != 1 {
		t.Errorf("a new number is one change, not one in each text:\n%s", got)
	}
	if same := triage.WriteChanges(mended(t, folder(t)).Diff(mended(t, folder(t)))); same != "Nothing changes.\n" {
		t.Errorf("the same script: %s", same)
	}
}

func TestANewPlaceARemovedPlaceAndALostSealAreSaid(t *testing.T) {
	t.Parallel()
	before, after := folder(t), folder(t)
	es := string(before["script/strike.es.yaml"].Data)
	_, hash, _ := strings.Cut(es, "  med_few:\n    of: ")
	seal := "seals:\n  - {id: med_few, lang: en, hash: \"" + hash[:8] + "\", by: \"M. R., LCSW\", on: 2026-11-24}"
	spoil(t, before, "review.yaml", "seals: []", seal)
	spoil(t, after, "review.yaml", "seals: []", seal)
	spoil(t, after, "strike.yaml", "Ask your pharmacist today for an emergency refill.", "Ask your pharmacist for an emergency refill.")
	spoil(t, after, "strike.yaml", "    goto: med_offer\n\n  med_many", "    goto: med_wait\n\n  med_wait:\n    kind: say\n    clinical: true\n    say: Please wait.\n    goto: med_offer\n\n  med_many")
	spoil(t, after, "strike.es.yaml", "  med_many:\n", "  med_wait:\n    of: 00000000\n    say: Espere.\n  med_many:\n")
	old, now := mended(t, before), mended(t, after)
	got := triage.WriteChanges(now.Diff(old))
	for _, want := range []string{
		"Seals lost\n  ! med_few (en): was reviewed", "- med_wait: is new: a message, clinical", "new: Please wait.", "new: Espere.",
		"- med_few: leads to med_offer (What would help with the medicine) → med_wait",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not said:\n%s", want, got)
		}
	}
	if back := triage.WriteChanges(old.Diff(now)); !strings.Contains(back, "- med_wait: is removed: it was a message, clinical") {
		t.Errorf("the other way round:\n%s", back)
	}
}
