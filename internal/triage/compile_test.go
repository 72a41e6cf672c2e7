package triage_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tideover/tideover/internal/triage"
)

// folder copies the built-in script, so that a test may spoil it.
func folder(tb testing.TB) fstest.MapFS {
	tb.Helper()
	fsys := fstest.MapFS{}
	for _, name := range []string{"strike.yaml", "strike.es.yaml", "resources.yaml", "review.yaml"} {
		raw, err := os.ReadFile(configDir + "/script/" + name)
		if err != nil {
			tb.Fatal(err)
		}
		fsys["script/"+name] = &fstest.MapFile{Data: raw}
	}
	return fsys
}

// spoil replaces a text that must stand in the file.
func spoil(t *testing.T, fsys fstest.MapFS, name, old, changed string) {
	t.Helper()
	raw := string(fsys["script/"+name].Data)
	if !strings.Contains(raw, old) {
		t.Fatalf("%s does not hold %q", name, old)
	}
	fsys["script/"+name] = &fstest.MapFile{Data: []byte(strings.Replace(raw, old, changed, 1))}
}

func TestAllFaultsAreReportedAtOnce(t *testing.T) {
	t.Parallel()
	fsys := folder(t)
	spoil(t, fsys, "strike.yaml", "goto: safety_check, words: [english", "goto: nowhere, words: [english")
	spoil(t, fsys, "strike.yaml", "value: few,", "value: some,")
	delete(fsys, "script/resources.yaml")
	rules := map[string]bool{}
	_, err := triage.Compile(fsys, calm{}, triage.Unproved())
	for _, f := range findings(err) {
		rules[f.Rule] = true
	}
	if !rules["target"] || !rules["variable"] || !rules["file"] {
		t.Errorf("found %v", rules)
	}
	if _, err := triage.Compile(folder(t), nil); err == nil {
		t.Error("a script without a detector compiles")
	}
}

func TestASealHoldsForTheWordsThatWereReviewed(t *testing.T) {
	t.Parallel()
	fsys := folder(t)
	before, err := triage.Compile(fsys, calm{}, triage.Unproved())
	if err != nil {
		t.Fatal(err)
	}
	// The hash of the English text is what its translation names.
	es := string(fsys["script/strike.es.yaml"].Data)
	_, after, _ := strings.Cut(es, "  safety_check:\n    of: ")
	spoil(t, fsys, "review.yaml", "seals: []", "seals:\n  - {id: safety_check, lang: en, hash: \""+after[:8]+"\", by: \"M. R., LCSW\", on: 2026-11-24}")
	sealed, err := triage.Compile(fsys, calm{}, triage.Unproved())
	if err != nil {
		t.Fatal(err)
	}
	if len(sealed.Unreviewed()) != len(before.Unreviewed())-1 {
		t.Errorf("%d unreviewed after a seal, %d before", len(sealed.Unreviewed()), len(before.Unreviewed()))
	}
	if sealed.Version() != before.Version() {
		t.Error("a seal changed the version of the script")
	}
}

// FuzzCompileReportsFaultsAndNeverFails puts any text in the place of any of the
// files.
func FuzzCompileReportsFaultsAndNeverFails(f *testing.F) {
	base := folder(f)
	names := slices.Sorted(maps.Keys(base))
	raw := string(base["script/strike.yaml"].Data)
	for i, name := range names {
		f.Add(i, string(base[name].Data))
	}
	for _, seed := range []string{
		"", "schema: 1", "nodes: {a: {kind: ask}}", "- x", "a: &b {c: *b}", "schema: 1\nnodes:\n\ta: b", "a: &b\n  <<: *b\n", "x: !!binary |\n  a", "? {a: b}\n: c",
		"schema: 1\nlang: en\nlangs: [en, en, '']\nstart: a\nnodes: {a: {kind: say, goto: a}}", strings.Replace(raw, "goto: back", "goto: ''", 1),
		"schema: 1\nseals: [&a [*a]]", "resources: [{id: 911, number: ~, expires_on: 2027}]",
	} {
		f.Add(0, seed)
		f.Add(slices.Index(names, "script/strike.yaml"), seed)
	}
	f.Fuzz(func(t *testing.T, file int, text string) {
		fsys := fstest.MapFS{}
		maps.Copy(fsys, base)
		fsys[names[((file%len(names))+len(names))%len(names)]] = &fstest.MapFile{Data: []byte(text)}
		s, found := triage.Check(fsys, calm{}, triage.Terms{Day: today, Release: true}, triage.Unproved())
		if s != nil || len(found) == 0 {
			_, found = triage.Check(fsys, calm{}, triage.Terms{}) // its ways are walked too, which takes longer
		}
		for _, f := range found {
			if f.File == "" || f.Line < 1 || f.Col < 1 || f.Rule == "" || f.Text == "" {
				t.Fatalf("a finding without its place: %#v", f)
			}
		}
	})
}
