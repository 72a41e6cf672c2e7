package crisis_test

import (
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/crisis"
)

// Each hit says which rule found it, how it was read, and where it stands.
func TestEachHitIsExplained(t *testing.T) {
	t.Parallel()
	d := builtIn(t)
	for text, want := range map[string]crisis.Hit{
		"I want to die":                        {Rule: "en.ideation.die", Label: "ideation"},
		"hoy ya no quiero vivir":               {Rule: "es.ideation.die", Label: "ideation"},
		"I am not going to kill myself":        {Rule: "en.ideation.kill", Label: "ideation_negated"},
		"years ago I wanted to die":            {Rule: "en.ideation.die", Label: "ideation_past"},
		"my sister wants to die":               {Rule: "any.third", Label: "third_party"},
		"they asked me if I want to die":       {Rule: "en.ideation.die", Label: "ideation_told"},
		"i want to die lol":                    {Rule: "en.ideation.die", Label: "ideation_lightly"},
		"I want to die tonight":                {Rule: "now", Label: "ideation"},
		"the rope is already up in the garage": {Rule: "both.means", Label: "plan_means"},
	} {
		found := false
		for _, h := range d.Screen(text).Hits {
			found = found || h.Rule == want.Rule && h.Label == want.Label && strings.TrimSpace(text[h.Start:h.End]) != ""
		}
		if !found {
			t.Errorf("%q: %v, want rule %s labelled %s", text, d.Screen(text).Hits, want.Rule, want.Label)
		}
	}
}

// People text what they hear, what their keyboard gives, and what a speech
// recogniser makes of it.
func TestSpellingsThatPeopleUseAreRead(t *testing.T) {
	t.Parallel()
	d := builtIn(t)
	for _, text := range []string{
		"k m s", "KMS", "i wanna diiiie", "su1cidal thoughts again", "i want 2 die", "wanna unalive myself", "i swalowed 30 pills", "kiero morirme",
		"ya no kiero bibir", "voy a matar me", "i\u2019m going to kill my self", "um i i just want to um die", "me tome 30pastillas", "i want to\u200b die", "i want, to... die",
	} {
		if got := d.Screen(text); got.Level < crisis.Urgent {
			t.Errorf("%q: level %d, want at least %d", text, got.Level, crisis.Urgent)
		}
	}
}

// A lexicon may ask to be watched only: it finds the same and says so.
func TestALexiconInShadowFindsTheSameAndSaysSo(t *testing.T) {
	t.Parallel()
	const lexicon = "schema: 1\nmode: %\nrules:\n  - {id: a, class: ideation, level: 2, any: [want to die]}\n"
	for mode, shadow := range map[string]bool{"shadow": true, "route": false} {
		d, err := crisis.New([]byte(strings.Replace(lexicon, "%", mode, 1)))
		if err != nil {
			t.Fatal(err)
		}
		if d.Shadow() != shadow || d.Screen("I want to die").Level != crisis.Urgent {
			t.Errorf("mode %s: shadow %v, %v", mode, d.Shadow(), d.Screen("I want to die"))
		}
	}
	if _, err := crisis.New([]byte(strings.Replace(lexicon, "%", "silent", 1))); err == nil {
		t.Error("an unknown mode is taken")
	}
}
