package triage

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// tokens gives the words of a text without case, accents and punctuation, so
// that "¡Sí!" and "si" are the same answer. Apostrophes join: "I'm" is "im".
func tokens(text string) []string {
	var all []string
	var word strings.Builder
	end := func() {
		if word.Len() > 0 {
			all = append(all, word.String())
			word.Reset()
		}
	}
	for _, r := range norm.NFKD.String(text) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			word.WriteRune(unicode.ToLower(r))
		case unicode.Is(unicode.Mn, r) || r == '\'' || r == '’':
		default:
			end()
		}
	}
	end()
	return all
}

// polite are words around an answer that change nothing.
var polite = map[string]bool{
	"please": true, "thanks": true, "thank": true, "you": true, "uh": true, "um": true, "well": true, "okay": true, "ok": true,
	"press": true, "number": true, "option": true, "numero": true, "opcion": true,
	"por": true, "favor": true, "gracias": true, "pues": true, "eh": true, "este": true,
}

// bare drops the polite words, unless nothing else is there.
func bare(words []string) []string {
	kept := make([]string, 0, len(words))
	for _, w := range words {
		if !polite[w] {
			kept = append(kept, w)
		}
	}
	if len(kept) == 0 {
		return words
	}
	return kept
}

// contains reports whether phrase stands in words, token by token.
func contains(words, phrase []string) bool {
	for i := 0; i+len(phrase) <= len(words); i++ {
		if same(words[i:i+len(phrase)], phrase) {
			return len(phrase) > 0
		}
	}
	return false
}

func same(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// repeats reports whether words are nothing but the phrase, once or more:
// "no no".
func repeats(words, phrase []string) bool {
	if len(phrase) == 0 || len(words) == 0 || len(words)%len(phrase) != 0 {
		return false
	}
	for i := 0; i < len(words); i += len(phrase) {
		if !same(words[i:i+len(phrase)], phrase) {
			return false
		}
	}
	return true
}
