package crisis

import (
	"os"
	"strings"
	"testing"
)

const tableMark = "<!-- tables: written by go test ./internal/crisis -update -->\n"

// What was measured on the half whose texts nobody read while the lexicon was
// written, with a small margin. The aims (5, 10 and 10 %) are not reached; worse
// than this is a step back.
func TestTheHeldHalfIsReadAsWellAsTheReadmeSays(t *testing.T) {
	t.Parallel()
	d, err := Load(os.DirFS(configDir))
	if err != nil {
		t.Fatal(err)
	}
	texts := labelled(t, "held.jsonl")
	ways := d.Ways()
	for lang, most := range map[string]struct{ urgent, missed, alarms float64 }{
		"en": {0.20, 0.195, 0.095},
		"es": {0.19, 0.225, 0.145},
	} {
		got := ways[len(ways)-1].Measure(texts, func(l Labelled) bool { return l.Lang == lang })
		if got.Urgent.Rate() > most.urgent || got.Missed.Rate() > most.missed || got.False.Rate() > most.alarms {
			t.Errorf("%s: urgent missed %s, all missed %s, false alarms %s; want at most %v", lang, got.Urgent, got.Missed, got.False, most)
		}
	}
}

func TestTheReadmeShowsTheTablesOfToday(t *testing.T) {
	t.Parallel()
	d, err := Load(os.DirFS(configDir))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	text, _, found := strings.Cut(string(raw), tableMark)
	if !found {
		t.Fatal("README.md has lost the mark of its tables")
	}
	want := text + tableMark + "\n" + d.Table(labelled(t, "held.jsonl"))
	if *update {
		if err := os.WriteFile("README.md", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(raw) != want {
		t.Error("the tables of README.md are old; run go test ./internal/crisis -update")
	}
}
