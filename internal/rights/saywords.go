package rights

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// longest is the most characters that are looked at for a date.
const longest = 120

// What a word is, one letter each, so that a sentence is a short string that
// can be compared: "jueves 3 de diciembre" is WNM.
const (
	isWeekday = 'W'
	isMonth   = 'M'
	isNumber  = 'N'
	isOrdinal = 'O'
	isYear    = 'Y'
	isFull    = 'D' // 12/3, 2026-12-03
	isOffset  = 'R' // today, tomorrow
	isThe     = 'A'
	isThis    = '='
	isNext    = '>'
	isLast    = '<'
	isIn      = 'I'
	isAgo     = 'G'
	isFrom    = 'F'
	isDays    = 'd'
	isWeeks   = 'w'
	isMonths  = 'm'
	isFiller  = ' '
)

// word is a word with its number: of the weekday, month, day, days off.
type word struct {
	kind    rune
	n       int
	spelled bool   // a number in letters
	raw     string // of a full date
}

// add joins "twenty" and "six", "two thousand" and "twenty six" to one.
func (w word) add(next word) (word, bool) {
	unit := next.spelled && next.n < 10
	tens := w.n%100 == 20 || w.n%100 == 30
	switch {
	case w.spelled && w.kind == isNumber && tens && unit:
		w.kind = next.kind
	case w.spelled && w.kind == isYear && (w.n == 2000 || (tens && unit)) && next.kind == isNumber:
	default:
		return word{}, false
	}
	w.n += next.n
	return w, true
}

// fold writes small letters without accents, digits, and the signs that stand
// between digits; everything else is a space.
func fold(text string) string {
	accents := map[rune]rune{'á': 'a', 'é': 'e', 'í': 'i', 'ó': 'o', 'ú': 'u', 'ü': 'u', 'ñ': 'n', 'º': 'o', 'ª': 'a', '°': 'o'}
	var plain []rune
	for _, r := range strings.ToLower(text) {
		if to, has := accents[r]; has {
			r = to
		}
		// Apostrophes as in it's, and accents that are letters of their own.
		if r != '\'' && r != '’' && !unicode.Is(unicode.Mn, r) {
			plain = append(plain, r)
		}
	}
	digit := func(i int) bool { return i >= 0 && i < len(plain) && plain[i] >= '0' && plain[i] <= '9' }
	for i, r := range plain {
		keep := digit(i) || (r >= 'a' && r <= 'z') || (strings.ContainsRune("/-.:", r) && digit(i-1) && digit(i+1))
		if !keep {
			if r > unicode.MaxASCII && unicode.IsLetter(r) {
				plain[i] = '?' // a word that we do not know
				continue
			}
			plain[i] = ' '
		}
	}
	return strings.Join(strings.Fields(string(plain)), " ")
}

// rewrite is a phrase and the word that stands for it.
type rewrite struct {
	from *regexp.Regexp
	to   string
}

// Phrases go before words. Hours of the day are left out; what is left of
// "mañana por la mañana" is tomorrow, of "la mañana" nothing that is a date.
var phrases = func() []rewrite {
	const hour = `(?:\d{1,2}(?::\d{2})?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce)`
	const half = `(?:am|pm|a m|p m|oclock|in the morning|in the afternoon|in the evening|de la manana|de la tarde|de la noche)`
	var out []rewrite
	for _, p := range [][2]string{
		{`\b(?:at|around|a las?) ` + hour + `(?: (?:y media|y cuarto|thirty|fifteen))?(?: ` + half + `)*\b`, ""},
		{`\b` + hour + ` ?(?:am|pm|a m|p m|oclock)\b|\b\d{1,2}:\d{2}\b`, ""},
		{`\bat (?:noon|night)\b|\bal mediodia\b`, ""},
		{`\b(?:this morning|this afternoon|this evening|tonight|esta manana|esta tarde|esta noche)\b`, "today"},
		{`\b(?:in the|por la|en la|de la|a la) (?:morning|afternoon|evening|manana|tarde|noche)\b`, ""},
		{`\bla manana\b`, "morning"},
		{`\b(?:the )?day after tomorrow\b|\bpasado manana\b`, "aftertomorrow"},
		{`\b(?:the )?day before yesterday\b|\bantes de ayer\b|\banteayer\b|\bantier\b`, "beforeyesterday"},
		{`\b(?:appointment|cita) (?:is|was|will be|es|era|fue|sera)\b`, ""},
		{`\b(?:que viene|que entra)\b`, "next"},
		{`\bque paso\b`, "last"},
		{`\b(?:a|an|one|un|una) (day|week|dia|semana)\b`, "1 ${1}s"},
		{`\b(?:two thousand|dos mil)\b`, "twothousand"},
		{`\btwenty twenty (one|two|three|four|five|six|seven|eight|nine)\b`, "twothousand twenty $1"},
		{`\bdia (\d|un|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|dieci|veint|treinta|prim)`, "the $1"},
	} {
		out = append(out, rewrite{regexp.MustCompile(p[0]), p[1]})
	}
	return out
}()

// words are the words of both languages, which callers mix.
var words = func() map[string]word {
	out := map[string]word{}
	put := func(kind rune, n int, list string) {
		for w := range strings.FieldsSeq(list) {
			out[w] = word{kind: kind, n: n, spelled: kind == isNumber || kind == isOrdinal || kind == isYear}
		}
	}
	each := func(kind rune, from int, list string) {
		for i, w := range strings.Fields(list) {
			for same := range strings.SplitSeq(w, "|") {
				put(kind, from+i, same)
			}
		}
	}
	each(isWeekday, 0, "sunday|sun|domingo|dom monday|mon|lunes|lun tuesday|tue|tues|martes wednesday|wed|miercoles|mie "+
		"thursday|thu|thur|thurs|jueves|jue friday|fri|viernes|vie saturday|sat|sabado|sab")
	// "ago" is English for hace, not Spanish for August.
	each(isMonth, 1, "january|jan|enero|ene february|feb|febrero march|mar|marzo april|apr|abril|abr may|mayo june|jun|junio "+
		"july|jul|julio august|aug|agosto september|sept|sep|septiembre|setiembre october|oct|octubre november|nov|noviembre december|dec|diciembre|dic")
	each(isOrdinal, 1, "first|primero|primer second third|tercero fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "+
		"fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth")
	put(isOrdinal, 30, "thirtieth")
	each(isNumber, 1, "one|uno|un two|dos three|tres four|cuatro five|cinco six|seis seven|siete eight|ocho nine|nueve ten|diez eleven|once twelve|doce "+
		"thirteen|trece fourteen|catorce fifteen|quince sixteen|dieciseis seventeen|diecisiete eighteen|dieciocho nineteen|diecinueve twenty|veinte "+
		"veintiuno|veintiun veintidos veintitres veinticuatro veinticinco veintiseis veintisiete veintiocho veintinueve thirty|treinta")
	put(isYear, 2000, "twothousand")
	put(isOffset, 0, "today hoy")
	put(isOffset, 1, "tomorrow manana")
	put(isOffset, 2, "aftertomorrow")
	put(isOffset, -1, "yesterday ayer")
	put(isOffset, -2, "beforeyesterday")
	put(isThe, 0, "the el")
	put(isThis, 0, "this este esta")
	put(isNext, 0, "next coming proximo proxima siguiente entrante")
	put(isLast, 0, "last past previous pasado pasada ultimo ultima")
	put(isIn, 0, "in en dentro")
	put(isAgo, 0, "ago hace")
	put(isFrom, 0, "from")
	put(isDays, 0, "days dias")
	put(isWeeks, 0, "week weeks semana semanas")
	put(isMonths, 0, "month mes")
	put(isFiller, 0, "on of for it is its was will be and um uh er ok okay so please la de del para es fue era sera y eh pues favor por a "+
		"date fecha my mi")
	return out
}()

var (
	digitsWithEnding = regexp.MustCompile(`^(\d{1,2})(?:st|nd|rd|th|o|ro|er|ero)$`)
	fullDate         = regexp.MustCompile(`^\d{1,4}([/.-])\d{1,2}(?:([/.-])\d{1,4})?$`)
)

// split gives the words of a folded text, false if there is one that no date
// has in it.
func split(text string) ([]word, bool) {
	for _, p := range phrases {
		text = p.from.ReplaceAllString(text, p.to)
	}
	var out []word
	for w := range strings.FieldsSeq(text) {
		known, has := words[w]
		if !has {
			if known, has = number(w); !has {
				return nil, false
			}
		}
		if known.kind == isFiller {
			continue
		}
		if n := len(out); n > 0 {
			if both, one := out[n-1].add(known); one {
				out[n-1] = both
				continue
			}
		}
		out = append(out, known)
	}
	return out, true
}

func number(w string) (word, bool) {
	kind := isNumber
	if m := digitsWithEnding.FindStringSubmatch(w); m != nil {
		w, kind = m[1], isOrdinal
	}
	if fullDate.MatchString(w) {
		return word{kind: isFull, raw: w}, true
	}
	n, err := strconv.Atoi(w)
	switch {
	case err != nil || len(w) > 4 || len(w) == 3:
		return word{}, false
	case len(w) == 4:
		return word{kind: isYear, n: n}, true
	}
	return word{kind: kind, n: n}, true
}
