package crisis_test

import (
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/crisis"
)

const small = `schema: 1
mode: route
sets:
  pills: [pills, tablets]
rules:
  - {id: a.die, class: ideation, level: 2, any: [want to die, wish i was dead], yes: [i want to die, i wish i was dead], no: [die hard]}
  - {id: a.now, class: plan, level: 3, any: [kill myself tonight], yes: [i will kill myself tonight]}
  - {id: a.weary, class: passive, level: 1, any: [cannot go on], yes: [i cannot go on]}
boosts:
  - {id: soon, classes: [ideation], level: 3, any: [tonight]}
context:
  - {id: film, does: about, any: [film]}
`

func detector(t *testing.T, lexicon string) *crisis.Detector {
	t.Helper()
	d, err := crisis.New([]byte(lexicon))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// said writes changes as a test reads them: "!" is less careful.
func said(all []crisis.Change) string {
	var out strings.Builder
	for _, c := range all {
		if c.Worse {
			out.WriteString("! ")
		}
		out.WriteString(c.Where + ": " + c.What + "\n")
	}
	return out.String()
}

// Issue: whoever publishes a weaker lexicon is told so in words.
func TestWhatChangesInALexiconIsSaidInWords(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ old, changed, want string }{
		"shadow":              {"mode: route", "mode: shadow", "! lexicon: mode: route → shadow: what is found is recorded and moves NOBODY"},
		"a rule is removed":   {"  - {id: a.weary, class: passive, level: 1, any: [cannot go on], yes: [i cannot go on]}\n", "", "! rule a.weary: is removed: it was passive, look and ask once, 1 phrases"},
		"a level is lowered":  {"class: plan, level: 3", "class: plan, level: 2", "! rule a.now: level: act now → urgent"},
		"a level is raised":   {"class: passive, level: 1", "class: passive, level: 2", "rule a.weary: level: look and ask once → urgent"},
		"a phrase is removed": {"want to die, wish i was dead]", "want to die]", "! rule a.die: phrases removed: wish i was dead"},
		"a phrase is added":   {"any: [cannot go on]", "any: [cannot go on, so tired of it]", "rule a.weary: phrases added: so tired of it"},
		"an example is gone":  {"yes: [i want to die, i wish", "yes: [i wish", "! rule a.die: examples that it must find removed: i want to die"},
		"a boost is removed":  {"  - {id: soon, classes: [ideation], level: 3, any: [tonight]}\n", "", "! boost soon: is removed: it made hits act now"},
		"a film more":         {"any: [film]", "any: [film, myself]", "! context film: phrases added: myself"},
		"a new rule":          {"boosts:", "  - {id: a.new, class: plan, level: 3, any: [have a gun]}\nboosts:", "rule a.new: is new: plan, act now, 1 phrases"},
		"a set is smaller":    {"[pills, tablets]", "[pills]", "! set @pills: words removed: tablets"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(small, c.old) {
				t.Fatalf("the lexicon does not hold %q", c.old)
			}
			now := detector(t, strings.Replace(small, c.old, c.changed, 1))
			got := said(now.Diff(detector(t, small)))
			if !strings.Contains("\n"+got, "\n"+c.want) {
				t.Errorf("want %s\ngot:\n%s", c.want, got)
			}
		})
	}
	if got := detector(t, small).Diff(detector(t, small)); got != nil {
		t.Errorf("nothing changed, and it says %s", said(got))
	}
}

// What is lost is counted on the lexicons' own examples and on texts beside.
func TestWhatAWeakerLexiconLosesIsCounted(t *testing.T) {
	t.Parallel()
	old := detector(t, small)
	texts := []string{"today i want to die", "nothing is wrong", "i want to die tonight"}
	for name, c := range map[string]struct {
		old, changed string
		want         []string
	}{
		"shadow": {"mode: route", "mode: shadow", []string{
			"! texts: 2 of 2 texts that paged somebody do NOT any more (a.", "! texts: 5 of 5 texts that were urgent are NOT any more (a.die", "! texts: 6 of 6 texts that were asked about are NOT any more",
		}},
		"a phrase": {"want to die, wish i was dead]", "wish i was dead]", []string{
			"! texts: 1 of 2 texts that paged somebody do NOT", `! texts: 3 of 5 texts that were urgent are NOT any more (a.die; soon): "today i want to die"`,
		}},
		"a level": {"class: plan, level: 3", "class: plan, level: 2", []string{"! texts: 1 of 2 texts that paged somebody do NOT any more (a.now): \"i will kill myself tonight\""}},
		"more":    {"class: passive, level: 1", "class: passive, level: 2", []string{"texts: 1 texts are newly found: urgent (a.weary)"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := said(detector(t, strings.Replace(small, c.old, c.changed, 1)).Compare(old, texts))
			for _, want := range c.want {
				if !strings.Contains(got, want) {
					t.Errorf("want %s\ngot:\n%s", want, got)
				}
			}
		})
	}
	if got := old.Compare(detector(t, small), texts); got != nil {
		t.Errorf("nothing changed, and it says %s", said(got))
	}
}
