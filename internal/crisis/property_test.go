package crisis_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// bricks are pieces of texts, harmless and not, from which properties build.
func bricks() []string {
	return []string{
		"I want to die", "no quiero vivir", "this traffic is killing me", "hello", "my appointment was cancelled", "me tomé todas las pastillas",
		"not", "never", "but", "pero", "my son", "tonight", "years ago", "I can't do this anymore", "muero de risa", "k m s", "💊", ",", "...",
		"ya no puedo más", "I took my pills", "20 mg", "estoy sola", "better off without me", "the rope is ready", "no quiero", "he hits me", "refill",
		"I am not suicidal", "de joven", "kiero bibir", "swalowed 30 pills", "lol", "i cannot stop crying", "mi hija", "cuelgo", "nobody", "(", "for years",
		"me tomé las de mi mamá, todas", "nadie me pega", "a los 17 años", "se me quitaron las ganas de morirme", "no me voy a matar pero", "estoy rota", "en la novela",
	}
}

func TestASentenceIsNeverWeakenedByAnotherOne(t *testing.T) {
	t.Parallel()
	d := builtIn(t)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.Custom(func(t *rapid.T) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom(bricks()), 1, 5).Draw(t, "words"), " ")
		})
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		want := max(d.Screen(a).Level, d.Screen(b).Level)
		for _, join := range []string{"\n", ". ", "! ", "; "} {
			if both := d.Screen(a + join + b).Level; both < want {
				t.Fatalf("%q: level %d, want at least %d", a+join+b, both, want)
			}
		}
	})
}

func TestCaseAccentsAndSpacingChangeNothing(t *testing.T) {
	t.Parallel()
	d := builtIn(t)
	plain := strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ñ", "n")
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(bricks()), 1, 6).Draw(t, "words"), " ")
		want := d.Screen(text).Level
		for _, same := range []string{strings.ToUpper(text), plain.Replace(text), "  " + strings.ReplaceAll(text, " ", "   ") + " "} {
			if got := d.Screen(same).Level; got != want {
				t.Fatalf("%q: level %d, %q: %d", text, want, same, got)
			}
		}
	})
}

func TestHitsPointIntoTheTextAndNameTheirRule(t *testing.T) {
	t.Parallel()
	const text = "Hola. Ya no puedo más, ¡quiero morirme!"
	r := builtIn(t).Screen(text)
	if len(r.Hits) == 0 {
		t.Fatal("nothing found")
	}
	for _, h := range r.Hits {
		if h.Rule == "" || h.Label == "" || h.Start < 0 || h.End > len(text) || h.Start >= h.End || !utf8.ValidString(text[h.Start:h.End]) {
			t.Errorf("hit %+v does not lie in the text", h)
		}
	}
	if got := text[r.Hits[0].Start:r.Hits[0].End]; got != "quiero morirme" && got != "Ya no puedo más" {
		t.Errorf("the hit shows %q", got)
	}
}

func FuzzScreenNeverFailsOnWhatPeopleSend(f *testing.F) {
	for _, b := range bricks() {
		f.Add(b)
	}
	f.Add("\xff\xfe i want to die \x00")
	f.Add(strings.Repeat("i want to die ", 400))
	d := builtIn(f)
	f.Fuzz(func(t *testing.T, text string) {
		r := d.Screen(text)
		if r.Level < 0 || r.Level > 3 {
			t.Fatalf("level %d", r.Level)
		}
		for _, h := range r.Hits {
			if h.Start < 0 || h.End > len(text) || h.Start > h.End {
				t.Fatalf("hit %+v in a text of %d bytes", h, len(text))
			}
		}
		if again := d.Screen(text); again.Level != r.Level {
			t.Fatalf("level %d, then %d", r.Level, again.Level)
		}
	})
}

func BenchmarkScreen(b *testing.B) {
	d := builtIn(b)
	text := strings.Repeat("My visit was cancelled again and I do not know what to do, nobody answers the phone at all. ", 4)
	b.ReportAllocs()
	for b.Loop() {
		d.Screen(text)
	}
}
