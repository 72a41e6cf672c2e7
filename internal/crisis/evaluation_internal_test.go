package crisis

import (
	"os"
	"strings"
	"testing"
)

const tableMark = "<!-- tables: written by go test ./internal/crisis -update -->\n"

// What was measured on texts that nobody read while lexicon and weights were
// made, with a small margin. Worse than this is a step back. Of the aims (5, 10
// and 10 %) the second is reached.
func TestUnseenTextsAreReadAsWellAsTheReadmeSays(t *testing.T) {
	t.Parallel()
	d, err := Load(os.DirFS(configDir))
	if err != nil {
		t.Fatal(err)
	}
	ways := d.Ways()
	for set, most := range map[string]map[string]struct{ urgent, missed, alarms float64 }{
		"unseen.jsonl": {"en": {0.105, 0.11, 0.13}, "es": {0.09, 0.10, 0.145}},
		"held.jsonl":   {"en": {0.12, 0.13, 0.105}, "es": {0.075, 0.115, 0.155}},
	} {
		texts := labelled(t, set)
		for lang, most := range most {
			got := ways[len(ways)-1].Measure(texts, func(l Labelled) bool { return l.Lang == lang })
			if got.Urgent.Rate() > most.urgent || got.Missed.Rate() > most.missed || got.False.Rate() > most.alarms {
				t.Errorf("%s, %s: urgent missed %s, all missed %s, false alarms %s; want at most %v", set, lang, got.Urgent, got.Missed, got.False, most)
			}
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
	want := text + tableMark + "\n" + d.Table(labelled(t, "unseen.jsonl"))
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
