package triage_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tideover/tideover/internal/crisis"
	"github.com/tideover/tideover/internal/triage"
)

// watchedFolder is a copy of all that is built in, the lexicon in shadow mode.
func watchedFolder(t *testing.T) fstest.MapFS {
	t.Helper()
	fsys := folder(t)
	for _, name := range []string{"lexicon.yaml", "crisis_weights.yaml", "holidays.yaml", "strike_test.yaml"} {
		raw, err := os.ReadFile(configDir + "/script/" + name)
		if err != nil {
			t.Fatal(err)
		}
		fsys["script/"+name] = &fstest.MapFile{Data: raw}
	}
	spoil(t, fsys, "lexicon.yaml", "\nmode: route\n", "\nmode: shadow\n")
	return fsys
}

// watched is the script that we ship, with its lexicon in shadow mode.
func watched(t *testing.T) *triage.Script {
	t.Helper()
	fsys := watchedFolder(t)
	d, err := crisis.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	s, err := triage.Compile(fsys, d, triage.WithCalendar(calendar(t)), triage.Unproved())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const (
	danger   = "I am going to kill myself tonight"
	distress = "everyone would be better off without me"
)

// hits are those that a walk recorded.
func (c *caller) hits() (all []string) {
	for _, e := range c.all {
		if r, is := e.(triage.Raise); is {
			all = append(all, r.Hits...)
		}
	}
	return all
}

func paged(effects []triage.Effect) bool {
	return slices.ContainsFunc(effects, func(e triage.Effect) bool { _, is := e.(triage.Page); return is })
}

// Issue: a shadow mode records and does not route.
func TestInShadowModeWordsOfDangerAreRecordedAndMoveNobody(t *testing.T) {
	t.Parallel()
	s := watched(t)
	for name, c := range map[string]*caller{
		"by voice at the menu":          calls(t, s).press("1", "2").say(danger),
		"by voice at the safety ask":    calls(t, s).press("1").say(distress),
		"by text in the first words":    texts(t, s, danger),
		"by text at the menu":           texts(t, s, "hello").say("2").say(danger),
		"by voice badly heard, at menu": calls(t, s).press("1", "2").do(triage.Input{Kind: triage.Words, Text: danger, Vague: true}),
	} {
		hits := c.hits()
		if c.ses.Risk != 0 || c.ses.Queue != "" || paged(c.all) {
			t.Errorf("%s: risk %d, in %q, paged %v", name, c.ses.Risk, c.ses.Queue, paged(c.all))
		}
		if len(hits) == 0 || slices.ContainsFunc(hits, func(h string) bool { _, shadow := triage.Shadowed(h); return !shadow }) {
			t.Errorf("%s: recorded %q", name, hits)
		}
	}
	if level, hits := s.Screen(danger); level != 0 || len(hits) == 0 || !strings.HasPrefix(hits[0], "shadow:") {
		t.Errorf("beside the script: level %d, %q", level, hits)
	}
	if level, hits := shipped(t).Screen(danger); level != 3 || len(hits) == 0 || strings.HasPrefix(hits[0], "shadow:") {
		t.Errorf("where it routes: level %d, %q", level, hits)
	}
}

// What a caller presses or chooses is no hit: it acts whatever the lexicon does.
func TestInShadowModeKeysAndTheScriptsOwnWordsStillAct(t *testing.T) {
	t.Parallel()
	s := watched(t)
	for name, c := range map[string]*caller{
		"9 at the menu by voice":        calls(t, s).press("1", "2", "9"),
		"the word crisis by voice":      calls(t, s).press("1", "2").say("crisis"),
		"crisis by text":                texts(t, s, "hello").say("2", "crisis"),
		"988 by text":                   texts(t, s, "hello").say("2", "988"),
		"911 in the first text":         texts(t, s, "911"),
		"yes to the safety ask by text": texts(t, s, "hello").say("yes"),
		"1 to the safety ask by voice":  calls(t, s).press("1", "1"),
		"yes to the safety ask, spoken": calls(t, s).press("1").say("yes"),
		"sí, in Spanish":                calls(t, s).press("2").say("sí"),
	} {
		if c.ses.Risk != 3 || !paged(c.all) {
			t.Errorf("%s: risk %d, paged %v", name, c.ses.Risk, paged(c.all))
		}
	}
	if c := calls(t, s).press("1", "3"); c.ses.Risk == 0 {
		t.Error("not sure, pressed at the safety question, is no risk")
	}
}

// After a recall nobody is moved by a hit either, and it is kept.
func TestInShadowModeARecallMovesNobodyByWords(t *testing.T) {
	t.Parallel()
	first, second := next(t), watched(t)
	shelf := triage.NewShelf(first)
	ses := calls(t, first).press("1", "2").ses
	shelf.Publish(second)
	if err := shelf.Recall(first.Version(), "main_menu"); err != nil {
		t.Fatal(err)
	}
	after, effects, err := shelf.Step(ses, triage.Input{Kind: triage.Words, Text: danger}, usual(), day())
	c := caller{all: effects}
	if err != nil || after.Queue != "" || after.Risk != 0 || paged(effects) || len(c.hits()) == 0 {
		t.Errorf("%+v, recorded %q, %v", after, c.hits(), err)
	}
}

// The transcripts say what the script does where its lexicon routes: a folder
// in shadow mode can be published, and whoever checks it is told.
func TestAFolderInShadowModeIsRehearsedAsIfItRouted(t *testing.T) {
	t.Parallel()
	for _, f := range watched(t).Rehearse(watchedFolder(t)).Findings {
		if !f.Mild {
			t.Fatal(f)
		}
	}
	told := slices.ContainsFunc(watched(t).Warnings(), func(f triage.Finding) bool {
		return f.Rule == "shadow" && f.File == "script/lexicon.yaml" && f.Line > 1 && f.Mild
	})
	if !told {
		t.Error("no finding says that words of danger move nobody")
	}
}

// What weighs words is part of a version, as the words are.
func TestOtherWeightsAreAnotherVersion(t *testing.T) {
	t.Parallel()
	fsys := folder(t)
	version := func() string {
		t.Helper()
		s, err := triage.Compile(fsys, calm{}, triage.Unproved())
		if err != nil {
			t.Fatal(err)
		}
		return s.Version()
	}
	fsys["script/crisis_weights.yaml"] = &fstest.MapFile{Data: []byte("schema: 1\n")}
	one := version()
	fsys["script/crisis_weights.yaml"] = &fstest.MapFile{Data: []byte("schema: 1\nlook: {bias: -2}\n")}
	if two := version(); one == two {
		t.Error("other weights have the same version")
	}
}

func TestSignsCoverTheWordsThatWereFoundAndNoOthers(t *testing.T) {
	t.Parallel()
	const text = "Hola. Ya no puedo más, me voy a matar esta noche. Adiós"
	signs := shipped(t).Signs(text)
	said := ""
	for i, s := range signs {
		if s.Shadow || i > 0 && s.Start < signs[i-1].End {
			t.Errorf("%+v after %+v", s, signs[max(i-1, 0)])
		}
		said += text[s.Start:s.End] + "|"
	}
	if !strings.Contains(said, "me voy a matar") || strings.Contains(said, "Hola") {
		t.Errorf("signs: %q", said)
	}
	if got := shipped(t).Signs("my appointment was cancelled"); got != nil {
		t.Errorf("nothing is there, and found is %+v", got)
	}
	if got := watched(t).Signs(danger); len(got) == 0 || !got[0].Shadow {
		t.Errorf("in shadow mode: %+v", got)
	}
}

func compiledFrom(t *testing.T, fsys fstest.MapFS) *triage.Script {
	t.Helper()
	d, err := crisis.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	s, err := triage.Compile(fsys, d, triage.Unproved())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Issue: what a weaker lexicon, threshold or mode loses is said in words, with
// the rules, of the lexicon's own examples and of the transcripts' words.
func TestAWeakerDetectorIsSaidInWords(t *testing.T) {
	t.Parallel()
	before := watchedFolder(t)
	spoil(t, before, "lexicon.yaml", "\nmode: shadow\n", "\nmode: route\n")
	old, words := compiledFrom(t, before), triage.WordsOf(before)
	if len(words) < 20 || slices.Contains(words, "1") {
		t.Errorf("words of the transcripts: %q", words)
	}
	for name, c := range map[string]struct {
		file, old, changed string
		says               []string
	}{
		"shadow":         {"lexicon.yaml", "\nmode: route\n", "\nmode: shadow\n", []string{"! lexicon: mode: route → shadow", " texts that were urgent are NOT any more ("}},
		"threshold":      {"crisis_weights.yaml", "look:\n  bias: -", "look:\n  bias: -9", []string{"! weights for look and ask once: threshold: bias -", "so that less is raised"}},
		"a rule is away": {"lexicon.yaml", "id: en.intent.going", "id: en.intent.gone", []string{"! rule en.intent.going: is removed", "rule en.intent.gone: is new"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			after := watchedFolder(t)
			spoil(t, after, "lexicon.yaml", "\nmode: shadow\n", "\nmode: route\n")
			spoil(t, after, c.file, c.old, c.changed)
			changes := compiledFrom(t, after).Diff(old, words...)
			got := triage.WriteChanges(changes)
			for _, want := range append(c.says, "Words of danger: the detector\n") {
				if !strings.Contains(got, want) {
					t.Errorf("want %q in\n%s", want, got)
				}
			}
			if weaker := strings.Join(triage.Weaker(changes), "\n"); !strings.Contains(weaker, strings.TrimPrefix(c.says[0], "! ")) {
				t.Errorf("less careful: %s", weaker)
			}
		})
	}
}
