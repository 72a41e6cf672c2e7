package twilio

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// DefaultSplit is the length, in characters, up to which texts arrive well.
const DefaultSplit = 320

// The alphabet of GSM 03.38 that costs one septet, and what costs two.
const (
	gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmExtended = "\f^{}\\[~]|€"
)

// Segments counts the parts in which a body is sent and billed, and tells
// whether it fits the 7-bit alphabet: 160 septets, or 153 in each of several
// parts; else 70 and 67 UTF-16 units. One curly quote or á is enough to lose
// it. An empty body has no part.
func Segments(body string) (parts int, gsm7 bool) {
	cost, single, several := septets, 160, 153
	gsm7 = true
	for _, r := range body {
		if septets(r) == 0 {
			cost, single, several, gsm7 = units, 70, 67, false
			break
		}
	}
	total, filled := 0, 0
	for _, r := range body {
		c := cost(r)
		total += c
		if parts == 0 || filled+c > several { // an escaped character is never cut in two
			parts, filled = parts+1, 0
		}
		filled += c
	}
	if total <= single {
		parts = min(parts, 1)
	}
	return parts, gsm7
}

// septets is what a character costs in the 7-bit alphabet, 0 if it is not in it.
func septets(r rune) int {
	switch {
	case strings.ContainsRune(gsmBasic, r):
		return 1
	case strings.ContainsRune(gsmExtended, r):
		return 2
	}
	return 0
}

func units(r rune) int { return max(utf16.RuneLen(r), 1) }

// Split cuts a body into parts of at most limit characters (zero or less means
// DefaultSplit), at the end of a sentence if there is one in the second half,
// else at the end of a word, else inside it, but not inside a composed
// character. The parts joined are the body: nothing is lost, not even blanks.
func Split(body string, limit int) []string {
	if limit <= 0 {
		limit = DefaultSplit
	}
	var parts []string
	for body != "" {
		at := cut(body, limit)
		parts = append(parts, body[:at])
		body = body[at:]
	}
	return parts
}

// cut gives the byte at which the first part ends.
func cut(body string, limit int) int {
	end, sentence, word, whole, half := 0, 0, 0, 0, 0
	previous := rune(0)
	stopped := false // a sentence mark stands right before the blanks
	for n := range limit {
		if end == len(body) {
			return end
		}
		r, size := utf8.DecodeRuneInString(body[end:])
		if n > 0 && !joins(previous, r) {
			whole = end
		}
		end += size
		if n+1 == (limit+1)/2 {
			half = end
		}
		if unicode.IsSpace(r) {
			word = end
			if stopped || r == '\n' {
				sentence = end
			}
		} else {
			stopped = strings.ContainsRune(".!?…", r) || stopped && strings.ContainsRune(`"')”’»`, r)
		}
		previous = r
	}
	if end == len(body) {
		return end
	}
	next, _ := utf8.DecodeRuneInString(body[end:])
	switch {
	case sentence > half:
		return sentence
	case word > 0:
		return word
	case joins(previous, next) && whole > 0:
		return whole
	default:
		return end
	}
}

// joins tells whether two characters are shown as one.
func joins(previous, r rune) bool {
	const joiner = '\u200d'
	return r == joiner || previous == joiner || unicode.In(r, unicode.Mn, unicode.Me, unicode.Mc) || r >= 0x1f3fb && r <= 0x1f3ff
}
