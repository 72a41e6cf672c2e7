package twilio_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tideover/tideover/internal/twilio"
)

func TestPartsInWhichATextIsSent(t *testing.T) {
	t.Parallel()
	r := strings.Repeat
	for name, c := range map[string]struct {
		body  string
		parts int
		gsm7  bool
	}{
		"nothing":                            {"", 0, true},
		"160 plain":                          {r("a", 160), 1, true},
		"161 plain":                          {r("a", 161), 2, true},
		"two full parts":                     {r("a", 306), 2, true},
		"a character more":                   {r("a", 307), 3, true},
		"accents that Spanish does not need": {"é è ù ì ò Ç ñ ü à ¿ ¡", 1, true},
		"á costs the alphabet":               {r("a", 69) + "á", 1, false},
		"and so half the room":               {r("a", 70) + "á", 2, false},
		"a curly quote too":                  {"it’s", 1, false},
		"80 brackets, two septets each":      {r("[", 80), 1, true},
		"81 brackets":                        {r("[", 81), 2, true},
		"euro sign":                          {r("€", 80), 1, true},
		"a bracket is not cut in two":        {r("a", 152) + "[" + r("a", 152), 3, true},
		"70 of UCS-2":                        {r("日", 70), 1, false},
		"134 of UCS-2":                       {r("日", 134), 2, false},
		"135 of UCS-2":                       {r("日", 135), 3, false},
		"35 emoji, two units each":           {r("🙂", 35), 1, false},
		"67 emoji, 33 to a part":             {r("🙂", 67), 3, false},
		"a tab is not in the alphabet":       {"a\tb", 1, false},
		"newlines are":                       {"a\r\nb", 1, true},
	} {
		if parts, gsm7 := twilio.Segments(c.body); parts != c.parts || gsm7 != c.gsm7 {
			t.Errorf("%s: %d parts, 7-bit %v; want %d, %v", name, parts, gsm7, c.parts, c.gsm7)
		}
	}
}

// FAULTS 33.
func TestLongTextIsCutWhereAReaderWould(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body  string
		limit int
		want  []string
	}{
		"nothing":                       {"", 10, nil},
		"short enough":                  {"Stay with me.", 20, []string{"Stay with me."}},
		"at the end of a sentence":      {"Call me back. I am here", 20, []string{"Call me back. ", "I am here"}},
		"with its closing quote":        {"She said \"no!\" Then she left", 20, []string{"She said \"no!\" ", "Then she left"}},
		"at a new line":                 {"Open at nine\nClosed at five", 20, []string{"Open at nine\n", "Closed at five"}},
		"not at an early sentence":      {"Hi. There is somebody here", 20, []string{"Hi. There is ", "somebody here"}},
		"at the end of a word":          {"one two three four", 10, []string{"one two ", "three four"}},
		"inside a word that is longer":  {"abcdefghijkl", 5, []string{"abcde", "fghij", "kl"}},
		"not inside a family":           {"abc👩‍👧x", 5, []string{"abc", "👩‍👧x"}},
		"not between letter and accent": {"abcde\u0301f", 5, []string{"abcd", "e\u0301f"}},
		"a number is no sentence":       {"It costs 3.50 or 4.50 in all", 20, []string{"It costs 3.50 or ", "4.50 in all"}},
	} {
		got := twilio.Split(c.body, c.limit)
		if strings.Join(got, "|") != strings.Join(c.want, "|") {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestDefaultLengthOfAPart(t *testing.T) {
	t.Parallel()
	got := twilio.Split(strings.Repeat("word. ", 200), 0)
	if len(got) != 4 || utf8.RuneCountInString(got[0]) != 318 {
		t.Errorf("%d parts, the first of %d characters", len(got), utf8.RuneCountInString(got[0]))
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("One. Two! Three?", 5)
	f.Add("👩‍👧👩‍👧 \u0301\u0301\u0301\u0301 \xff\xfe", 1)
	f.Add("     ", 2)
	f.Fuzz(func(t *testing.T, body string, limit int) {
		parts := twilio.Split(body, limit)
		if strings.Join(parts, "") != body {
			t.Fatal("something is lost")
		}
		if limit <= 0 {
			limit = twilio.DefaultSplit
		}
		for _, p := range parts {
			if n := utf8.RuneCountInString(p); n == 0 || n > limit {
				t.Fatalf("part of %d characters, limit %d", n, limit)
			}
			twilio.Segments(p)
		}
	})
}
