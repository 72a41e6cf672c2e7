package triage_test

import (
	"maps"
	"os"
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

// spoil replaces a text that must stand in the file, and gives its line.
func spoil(t *testing.T, fsys fstest.MapFS, name, old, changed string) int {
	t.Helper()
	raw := string(fsys["script/"+name].Data)
	at := strings.Index(raw, old)
	if at < 0 {
		t.Fatalf("%s does not hold %q", name, old)
	}
	fsys["script/"+name] = &fstest.MapFile{Data: []byte(strings.Replace(raw, old, changed, 1))}
	return strings.Count(raw[:at], "\n") + 1
}

func TestEachFaultIsFoundAtItsPlace(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file, old, changed string
		rule, text         string
		near               int // lines between the fault and where it is reported; -1: elsewhere
	}{
		"unknown key":              {"strike.yaml", "kind: ask\n    say:\n      voice: We are", "kind: ask\n    timout: 3s\n    say:\n      voice: We are", "unknown-key", "timeout", 1},
		"target missing":           {"strike.yaml", "goto: safety_check, words: [english", "goto: safety_chek, words: [english", "target", "safety_check", 0},
		"same name twice":          {"strike.yaml", "  to_person:\n", "  queue_talk:\n    kind: end\n  to_person:\n", "duplicate", "queue_talk", -1},
		"no such kind":             {"strike.yaml", "kind: branch\n    when:\n      - {if: risk", "kind: fork\n    when:\n      - {if: risk", "kind", "to_person", -1},
		"condition does not parse": {"strike.yaml", "risk >= 2,", "risk >=,", "condition", "if", -1},
		"condition on nothing":     {"strike.yaml", "risk >= 2,", "rsik >= 2,", "condition", "rsik", -1},
		"condition of wrong type":  {"strike.yaml", "{if: risk >= 2,", "{if: risk + 2,", "condition", "bool", -1},
		"key twice":                {"strike.yaml", `{key: "2", lang: es`, `{key: "1", lang: es`, "duplicate", "key 1", 0},
		"a key that is taken":      {"strike.yaml", `{key: "2", lang: es`, `{key: "9", lang: es`, "key", "1 to 8", 0},
		"word twice":               {"strike.yaml", "words: [spanish, in spanish]", "words: [spanish, English]", "duplicate", "english", 0},
		"word that works already":  {"strike.yaml", "words: [spanish, in spanish]", "words: [spanish, menu]", "duplicate", "menu", 0},
		"ladder without an end":    {"strike.yaml", "on_no_input: [again, safety_check]", "on_no_input: [again, repeat]", "ladder", "welcome", -1},
		"no ladder":                {"strike.yaml", "on_no_input: [again, safety_check]", "on_no_input: []", "ladder", "welcome", -1},
		"unreachable":              {"strike.yaml", "  to_person:\n", "  island:\n    kind: end\n    reason: x\n    phrase: promise_kept\n  to_person:\n", "unreachable", "island", 0},
		"text missing":             {"strike.yaml", "      sms: Reply 1 for English.\n    again:", "    again:", "language", "welcome", -1},
		"translation missing":      {"strike.es.yaml", "      sms: Responda 2 para español.\n    again:", "    again:", "language", "welcome", -1},
		"translation of nothing":   {"strike.es.yaml", "  welcome:\n", "  welcom:\n", "translation", "welcome", 0},
		"stale translation":        {"strike.yaml", "We are volunteers, not your health plan. For English", "We are helpers, not your health plan. For English", "stale", "welcome", -1},
		"phrase missing":           {"strike.yaml", "  hold_wait:", "  hold_weight:", "phrase", "hold_wait", -1},
		"placeholder missing":      {"strike.es.yaml", "número {{place}} en la fila.", "número en la fila.", "placeholder", "place", -1},
		"placeholder of nobody":    {"strike.yaml", "hold_wait: {voice: \"One moment", "hold_wait: {voice: \"{{name}}, one moment", "placeholder", "name", 0},
		"resource unknown":         {"strike.yaml", "Help Center at once: {{res.dmhc}}", "Help Center at once: {{res.dmch}}", "resource", "dmhc", -1},
		"end without help":         {"strike.yaml", "In a crisis, call or text {{res.988}}. Take care.\n      sms", "Take care.\n      sms", "safety", "goodbye", -1},
		"danger without help":      {"strike.yaml", "If you can, dial {{res.911}} now, on this phone or another.", "Stay.", "safety", "danger", -1},
		"danger without a page":    {"strike.yaml", "    page: danger\n", "", "role", "danger", -1},
		"carrier word":             {"strike.yaml", "We cannot look at pictures here.", "Text STOP to end.", "carrier", "STOP", -1},
		"typed 911":                {"strike.yaml", "We cannot look at pictures here.", "Call 911.", "number", "911", -1},
		"value not declared":       {"strike.yaml", "value: few,", "value: some,", "variable", "some", 0},
		"need that nobody serves":  {"strike.yaml", "need: group\n    say", "need: groups\n    say", "queue", "need", -1},
		"resource without a date":  {"resources.yaml", "verified_on: 2026-11-20", "verified_on: yesterday", "resource", "date", 0},
		"not YAML":                 {"strike.es.yaml", "lang: es\n", "lang: [es\n", "yaml", "", -1},
		"list for a text":          {"strike.yaml", "      voice: For English, press 1. If you cannot speak, press pound.", "      voice: [For English, press 1.]", "type", "text", 0},
		"seal without a name":      {"review.yaml", "seals: []", "seals:\n  - {id: danger, lang: en, hash: x}", "seal", "danger", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fsys := folder(t)
			line := spoil(t, fsys, c.file, c.old, c.changed)
			_, err := triage.Compile(fsys, calm{})
			for _, f := range findings(err) {
				if f.Rule != c.rule || !strings.Contains(f.Text, c.text) {
					continue
				}
				if c.near >= 0 && (f.Line != line+c.near || !strings.HasSuffix(f.File, c.file) || f.Col < 1) {
					t.Errorf("reported at %s:%d:%d, want line %d", f.File, f.Line, f.Col, line+c.near)
				}
				return
			}
			t.Errorf("not found; compile says: %v", err)
		})
	}
}

func TestACircleThatNeverAsksIsRefused(t *testing.T) {
	t.Parallel()
	fsys := folder(t)
	spoil(t, fsys, "strike.yaml", "    goto: danger_where\n\n  danger_other:", "    goto: danger_took\n\n  danger_other:")
	_, err := triage.Compile(fsys, calm{})
	for _, f := range findings(err) {
		if f.Rule == "cycle" {
			return
		}
	}
	t.Errorf("not found: %v", err)
}

func TestAllFaultsAreReportedAtOnce(t *testing.T) {
	t.Parallel()
	fsys := folder(t)
	spoil(t, fsys, "strike.yaml", "goto: safety_check, words: [english", "goto: nowhere, words: [english")
	spoil(t, fsys, "strike.yaml", "value: few,", "value: some,")
	delete(fsys, "script/resources.yaml")
	rules := map[string]bool{}
	_, err := triage.Compile(fsys, calm{})
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
	before, err := triage.Compile(fsys, calm{})
	if err != nil {
		t.Fatal(err)
	}
	// The hash of the English text is what its translation names.
	es := string(fsys["script/strike.es.yaml"].Data)
	_, after, _ := strings.Cut(es, "  safety_check:\n    of: ")
	spoil(t, fsys, "review.yaml", "seals: []", "seals:\n  - {id: safety_check, lang: en, hash: \""+after[:8]+"\", by: \"M. R., LCSW\", on: 2026-11-24}")
	sealed, err := triage.Compile(fsys, calm{})
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

func FuzzCompileReportsFaultsAndNeverFails(f *testing.F) {
	base := folder(f)
	raw := string(base["script/strike.yaml"].Data)
	for _, seed := range []string{raw, "", "schema: 1", "nodes: {a: {kind: ask}}", "- x", "a: &b {c: *b}", "schema: 1\nnodes:\n\ta: b", strings.Replace(raw, "goto: back", "goto: ''", 1)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fsys := fstest.MapFS{}
		maps.Copy(fsys, base)
		fsys["script/strike.yaml"] = &fstest.MapFile{Data: []byte(text)}
		s, err := triage.Compile(fsys, calm{})
		if (s == nil) == (err == nil) {
			t.Fatalf("script %v, error %v", s != nil, err)
		}
	})
}
