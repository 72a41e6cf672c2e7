package triage_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/tideover/tideover/internal/triage"
)

// edit is a change of a file of the script, which must hold the old text.
type edit struct{ file, old, new string }

// fault is a script that was spoiled, and what must be found.
type fault struct {
	edits []edit
	rule  string
	in    string // the file of the finding; empty: the one of the first edit
	at    string // words at whose beginning it stands: the first after the edit, or else in the file; with ^ the last before the edit
	mild  bool
	also  []string // other rules that rightly find an error too
	for_  triage.Terms
	still bool // the ways are not walked
}

// Shorthand for the files.
const (
	tree    = "strike.yaml"
	spanish = "strike.es.yaml"
	numbers = "resources.yaml"
	seals   = "review.yaml"
)

func ed(file, old, new string) []edit { return []edit{{file, old, new}} }

// today is before the numbers of the built-in folder expire.
var today = time.Date(2026, time.November, 24, 0, 0, 0, 0, time.UTC)

// spoiled applies the edits and gives where the first of them was made.
func spoiled(t *testing.T, f fault) (fstest.MapFS, int) {
	t.Helper()
	fsys := folder(t)
	first := -1
	for i, e := range f.edits {
		raw := string(fsys["script/"+e.file].Data)
		at := strings.Index(raw, e.old)
		if at < 0 {
			t.Fatalf("%s does not hold %q", e.file, e.old)
		}
		if i == 0 {
			first = at
		}
		fsys["script/"+e.file] = &fstest.MapFile{Data: []byte(strings.Replace(raw, e.old, e.new, 1))}
	}
	return fsys, first
}

// position gives line and column of words in a file.
func position(t *testing.T, text, words string, from int) (line, col int) {
	t.Helper()
	at := -1
	if before, ok := strings.CutPrefix(words, "^"); ok {
		words, at = before, strings.LastIndex(text[:min(from+len(before), len(text))], before)
	} else if from >= 0 && from <= len(text) {
		if at = strings.Index(text[from:], words); at >= 0 {
			at += from
		}
	}
	if at < 0 {
		at = strings.Index(text, words)
	}
	if at < 0 {
		t.Fatalf("the spoiled file does not hold %q", words)
	}
	return strings.Count(text[:at], "\n") + 1, len([]rune(text[strings.LastIndex(text[:at], "\n")+1:at])) + 1
}

// mustFind checks that a fault is found by its rule at its place, and by no
// other.
func mustFind(t *testing.T, f fault) {
	t.Helper()
	fsys, first := spoiled(t, f)
	file := f.in
	if file == "" {
		file = f.edits[0].file
	}
	from := 0
	if file == f.edits[0].file {
		from = first
	}
	line, col := position(t, string(fsys["script/"+file].Data), f.at, from)
	if f.for_.Day.IsZero() {
		f.for_.Day = today
	}
	var with []triage.Option
	if f.still {
		with = append(with, triage.Unproved())
	}
	s, found := triage.Check(fsys, calm{}, f.for_, with...)
	hit := false
	var there []string
	for _, got := range found {
		if got.Rule == f.rule {
			there = append(there, got.Error())
			hit = hit || got.File == "script/"+file && got.Line == line && got.Col == col && got.Mild == f.mild
			continue
		}
		if !got.Mild && !slices.Contains(f.also, got.Rule) {
			t.Errorf("also found: %v (%s)", got, got.Rule)
		}
	}
	if !hit {
		t.Errorf("not found by %s at %s:%d:%d (warning %v); by that rule:\n%s", f.rule, file, line, col, f.mild, strings.Join(there, "\n"))
	}
	if (s == nil) == f.mild {
		t.Errorf("a script was made: %v", s != nil)
	}
}

// mustFindAll checks a table. What stands in one place of a file is found
// without a walk, which saves the time.
func mustFindAll(t *testing.T, still bool, faults map[string]fault) {
	t.Helper()
	for name, f := range faults {
		f.still = still
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mustFind(t, f)
		})
	}
}

func TestTheBuiltInScriptHasNoError(t *testing.T) {
	t.Parallel()
	s, found := triage.Check(folder(t), calm{}, triage.Terms{Day: today})
	for _, f := range found {
		if !f.Mild {
			t.Error(f)
		}
	}
	if s == nil || len(s.Warnings()) != len(found) {
		t.Errorf("the script does not keep its %d warnings", len(found))
	}
}

func TestAScriptThatAsksForTooMuchBeforeAPersonIsRefused(t *testing.T) {
	t.Parallel()
	var en, es strings.Builder
	for i := range 12 {
		fmt.Fprintf(&en, "  link_%d:\n    kind: ask\n    say: Press 1.\n    options: [{key: \"1\", goto: link_%d, words: [onward]}]\n", i, i+1)
		fmt.Fprintf(&es, "  link_%d:\n    of: 00000000\n    say: Oprima 1.\n    options: {\"1\": {words: [adelante]}}\n", i)
	}
	chain := strings.Replace(en.String(), "goto: link_12", "goto: goodbye", 1)
	mustFind(t, fault{
		edits: []edit{
			{tree, "  goodbye:\n    kind: end", chain + "  goodbye:\n    kind: end"},
			{tree, "turns: 40", "turns: 10"},
			{tree, "{key: \"1\", goto: main_menu, words: [\"yes\", something else]}", "{key: \"1\", goto: link_0, words: [\"yes\", something else]}"},
			{spanish, "\nphrases:", es.String() + "\nphrases:"},
		},
		rule: "limits", at: "link_11:\n", also: []string{"time"},
	})
}
