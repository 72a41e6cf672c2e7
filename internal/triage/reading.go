package triage

import (
	"strings"
	"unicode"

	"github.com/tideover/tideover/internal/hotline"
)

// grade estimates how many years of school a text asks for.
//
// English: Flesch-Kincaid grade level (Kincaid et al., 1975),
// 0.39·words/sentences + 11.8·syllables/words − 15.59. Spanish: Crawford (1989),
// for which sentences and syllables per hundred words count,
// −0.205·sentences + 0.049·syllables − 3.407. Languages without a formula: 0.
//
// Both were made for passages of a hundred words; of a prompt of one sentence
// they say little. As Flesch did, a colon or semicolon ends a sentence. Numbers
// count as one syllable a digit, a placeholder as one word of two.
func grade(text string, lang hotline.Lang) float64 {
	words, sentences, syllables := 0.0, 0.0, 0.0
	text = placeholder.ReplaceAllString(text, "word10")
	for _, part := range strings.FieldsFunc(text, endsSentence) {
		said := strings.FieldsFunc(part, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != '’' })
		if len(said) == 0 {
			continue
		}
		sentences++
		words += float64(len(said))
		for _, w := range said {
			syllables += float64(syllablesOf(w, lang))
		}
	}
	if words == 0 {
		return 0
	}
	switch lang {
	case hotline.English:
		return max(0, 0.39*words/sentences+11.8*syllables/words-15.59)
	case hotline.Spanish:
		return max(0, -0.205*100*sentences/words+0.049*100*syllables/words-3.407)
	}
	return 0
}

func endsSentence(r rune) bool { return strings.ContainsRune(".!?:;…\n", r) }

// syllablesOf counts by the sound of the letters: at least one a word.
func syllablesOf(word string, lang hotline.Lang) int {
	letters := []rune(strings.ToLower(strings.NewReplacer("'", "", "’", "").Replace(word)))
	if digits := countDigits(letters); digits > 0 {
		return digits
	}
	if lang == hotline.Spanish {
		return max(1, spanishSyllables(letters))
	}
	return max(1, englishSyllables(string(letters)))
}

func countDigits(letters []rune) int {
	n := 0
	for _, r := range letters {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

// englishSyllables counts groups of vowels, less the endings that are silent.
func englishSyllables(w string) int {
	n, vowel := 0, false
	for i, r := range w {
		is := strings.ContainsRune("aeiou", r) || r == 'y' && i > 0
		if is && !vowel {
			n++
		}
		vowel = is
	}
	for _, apart := range []string{"ia", "io", "iu", "eo", "ua", "iet", "suic", "being", "doing", "going"} { // two vowels, each heard
		if strings.Contains(w, apart) && !strings.Contains(w, "tio") && !strings.Contains(w, "cia") && !strings.Contains(w, "sio") && !strings.Contains(w, "qua") &&
			!strings.Contains(w, "people") && !strings.Contains(w, "gua") {
			n++
			break
		}
	}
	return n - silentEnd(w)
}

// silentEnd is 1 where the last e of a word is written and not heard.
func silentEnd(w string) int {
	if len(w) < 3 {
		return 0
	}
	stem, end := w, ""
	for _, e := range []string{"ely", "ement", "eful", "es", "ed", "e"} {
		if s, ok := strings.CutSuffix(w, e); ok {
			stem, end = s, e
			break
		}
	}
	if end == "" || stem == "" || strings.ContainsAny(stem[len(stem)-1:], "aeiouy") {
		return 0
	}
	last := stem[len(stem)-1]
	switch {
	case !strings.ContainsAny(stem, "aeiouy"): // me, she: its only vowel
		return 0
	case last == 'l' && len(stem) > 1 && !strings.ContainsAny(stem[len(stem)-2:len(stem)-1], "aeiouylr") && end[0] == 'e' && len(end) < 3: // ta-ble
		return 0
	case end == "ed" && strings.ContainsRune("td", rune(last)): // need-ed
		return 0
	case end == "es" && (strings.ContainsRune("sxzcg", rune(last)) || strings.HasSuffix(stem, "ch") || strings.HasSuffix(stem, "sh")): // vis-es
		return 0
	}
	return 1
}

// spanishSyllables counts groups of vowels; strong ones, and weak ones with an
// accent, stand alone.
func spanishSyllables(letters []rune) int {
	n := 0
	var before rune // the vowel before, 0 after a consonant
	for i, r := range letters {
		next := rune(0)
		if i+1 < len(letters) {
			next = letters[i+1]
		}
		mute := r == 'u' && i > 0 && strings.ContainsRune("qg", letters[i-1]) && strings.ContainsRune("eiéí", next)
		vowel := strings.ContainsRune("aeiouáéíóúü", r) || r == 'y' && !strings.ContainsRune("aeiouáéíóú", next)
		switch {
		case mute:
			continue
		case !vowel:
			before = 0
			continue
		case before == 0, strings.ContainsRune("íú", r), strings.ContainsRune("íú", before), strong(r) && strong(before):
			n++
		}
		before = r
	}
	return n
}

func strong(r rune) bool { return strings.ContainsRune("aeoáéó", r) }
