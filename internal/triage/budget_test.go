package triage_test

import (
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
)

// wordsPerSecond is an unhurried voice.
const wordsPerSecond = 2.6

// seconds estimates how long lines take to say. Each digit is a word.
func seconds(lines []triage.Spoken) float64 {
	words := 0
	for _, l := range lines {
		words += len(strings.Fields(l.Text))
	}
	return float64(words) / wordsPerSecond
}

// parts counts the parts of a text as carriers do.
func parts(text string) int {
	const gsm = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	units, one, many := 0, 160, 153
	for _, r := range text {
		if !strings.ContainsRune(gsm, r) {
			units, one, many = len(utf16.Encode([]rune(text))), 70, 67
			break
		}
		units++
	}
	if units <= one {
		return 1
	}
	return (units + many - 1) / many
}

// until walks a caller and adds up what is said before the case waits.
func until(t *testing.T, c *caller, steps ...func()) float64 {
	t.Helper()
	said := seconds(spoken(c.last))
	for _, step := range steps {
		step()
		if has[triage.Enqueue](c.last) {
			return said
		}
		said += seconds(spoken(c.last))
	}
	t.Fatalf("not waiting after all steps, but at %q", c.ses.Node)
	return 0
}

func TestAPersonIsNeverFar(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	for _, lang := range []string{"1", "2"} {
		c := calls(t, s)
		usual := until(t, c, func() { c.press(lang) }, func() { c.press("2") }, func() { c.press("3") })
		if usual > 45 {
			t.Errorf("language %s: %.1f s of speech to a volunteer, want at most 45", lang, usual)
		}
	}
	quiet := calls(t, s)
	silent := until(t, quiet, func() { quiet.silent(1) }, func() { quiet.silent(1) }, func() { quiet.silent(1) }, func() { quiet.silent(1) })
	if silent > 60 {
		t.Errorf("%.1f s of speech to a person for a silent caller, want at most 60", silent)
	}
}

func TestTheNumbersThatSaveAreHeardWithin15Seconds(t *testing.T) {
	t.Parallel()
	lines := spoken(calls(t, shipped(t)).last)
	last := -1
	for i, l := range lines {
		if strings.Contains(l.Text, "9 1 1") && strings.Contains(l.Text, "9 8 8") {
			last = i
		}
	}
	if last < 1 || lines[last].Lang != hotline.Spanish {
		t.Fatalf("not named in both languages: %+v", lines)
	}
	if took := seconds(lines[:last+1]); took > 15 {
		t.Errorf("named in both languages after %.1f s", took)
	}
}

func TestTextsAreShortAndFewUntilTheLine(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	for first, way := range map[string][]string{
		"Hello there":              {"2", "3"},
		"Hola, buenas tardes":      {"2", "3"},
		"Hello, anybody":           {"2", "1", "1", "1", "1", "1"},
		"Hola, necesito a alguien": {"2", "person"},
	} {
		c := texts(t, s, first)
		total := parts(heard(c.last))
		for _, w := range way {
			c.say(w)
			total += parts(strings.TrimSpace(heard(c.last)))
		}
		if _, _, ok := c.waits(); !ok || total > 8 {
			t.Errorf("%q: %d parts, waiting %v", first, total, ok)
		}
	}
}

func TestNoSingleTextOrPromptIsTooLong(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	seen := map[string]bool{}
	check := func(e []triage.Effect, ch hotline.Channel) {
		for _, l := range spoken(e) {
			if seen[l.Text] {
				continue
			}
			seen[l.Text] = true
			if ch == hotline.Voice && seconds([]triage.Spoken{l}) > 25 {
				t.Errorf("%.0f s: %q", seconds([]triage.Spoken{l}), l.Text)
			}
			if n := parts(l.Text); ch == hotline.SMS && n > 3 {
				t.Errorf("%d parts: %q", n, l.Text)
			}
		}
	}
	for _, keys := range []string{"1111", "11112", "11113", "111211", "121211", "1211114", "11141", "211", "2221", "2222", "2323", "232", "411", "421", "45", "5", "61", "62", "63", "9", "3"} {
		for _, lang := range []string{"1", "2"} {
			c := calls(t, s).press(lang, "2")
			check(c.all, hotline.Voice)
			for k := range strings.SplitSeq(keys, "") {
				check(c.press(k).last, hotline.Voice)
			}
			d := texts(t, s, map[string]string{"1": "Hello there", "2": "Hola, buenas tardes"}[lang]).say("2")
			check(d.all, hotline.SMS)
			for k := range strings.SplitSeq(keys, "") {
				check(d.say(k).last, hotline.SMS)
			}
		}
	}
	for _, id := range triage.PhraseIDs() {
		for _, lang := range s.Langs() {
			if strings.Contains(string(id), "text") || id == triage.Intro || id == triage.GoodbyeGone {
				check([]triage.Effect{triage.Say{Lines: s.Lines(id, lang, hotline.SMS, "place", "12", "due", "30 de septiembre")}}, hotline.SMS)
			}
			check([]triage.Effect{triage.Say{Lines: s.Lines(id, lang, hotline.Voice, "place", "12")}}, hotline.Voice)
		}
	}
}
