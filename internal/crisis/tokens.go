package crisis

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// token is one word as the lexicon knows it, and where it stood in the text.
type token struct {
	word       string
	start, end int
	number     int  // what the word counts, -1 if it is no number
	filler     bool // may stand anywhere: "i really just want to die"
	wall       bool // no gap reaches over it: a negation, or a new thought
}

// comma stands for a comma or colon: a small pause, at which a negation ends.
const comma = ","

// sentences cuts a text into sentences of tokens. Context never reaches
// across: what is said next takes nothing back.
func (d *Detector) sentences(w *work, text string) [][]token {
	all := w.sentences[:0]
	from := 0
	for i, r := range text {
		if !ends(text, i, r) {
			continue
		}
		if s := d.tokens(w, text[from:i], from); len(s) > 0 {
			all = append(all, s)
		}
		from = i + utf8.RuneLen(r)
	}
	if s := d.tokens(w, text[from:], from); len(s) > 0 {
		all = append(all, s)
	}
	w.sentences = all
	return all
}

// ends reports whether a sentence ends at the rune at i. Dots in a row are a
// breath, not an end, unless they are four or more: an ellipsis and a full
// stop. A dot between digits is a number.
func ends(text string, i int, r rune) bool {
	switch r {
	case '!', '?', '\n', ';', '¡', '¿':
		return true
	case '.':
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		after, _ := utf8.DecodeRuneInString(text[i+1:])
		if strings.HasSuffix(text[:i], "...") && after != '.' {
			return true
		}
		return before != '.' && after != '.' && (!unicode.IsDigit(before) || !unicode.IsDigit(after))
	}
	return false
}

// tokens folds case and accents and gives the words of a sentence.
func (d *Detector) tokens(w *work, text string, offset int) []token {
	all := w.raw[:0]
	word := w.word[:0]
	from := 0
	flush := func(at int) {
		if len(word) > 0 {
			all = append(all, token{word: d.spelled(word), start: offset + from, end: offset + at})
			word = word[:0]
		}
	}
	pause := func(i int, r rune) {
		flush(i)
		if len(all) > 0 && all[len(all)-1].word != comma {
			all = append(all, token{word: comma, start: offset + i, end: offset + i + utf8.RuneLen(r)})
		}
	}
	for i, r := range text {
		switch {
		case r >= utf8.RuneSelf && d.emoji[r] != "":
			flush(i)
			all = append(all, token{word: d.emoji[r], start: offset + i, end: offset + i + utf8.RuneLen(r)})
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) || r == '$' || r == '@':
			if len(word) == 0 {
				from = i
			}
			word = fold(word, r)
		case r == '\'' || r == '’' || r == '‘' || r == '´' || r == '`':
			if len(word) > 0 { // "I'll" is not "ill"
				word = append(word, '\'')
			}
		case r == '\u200b' || r == '\ufe0f' || r == '*':
		case r == '.' && insideNumber(text, i):
			word = append(word, '.')
		case r == ',' && insideNumber(text, i): // 1,000
		case r == ',' || r == ':' || r == '…' || r == '—' || r == '–' || r == '(' || r == ')' || r == '.':
			pause(i, r)
		default:
			flush(i)
		}
	}
	flush(len(text))
	w.raw, w.word = all, word
	from = len(w.tokens)
	w.tokens = d.respelled(w.tokens, d.joined(all))
	return d.marked(slices.Clip(w.tokens[from:]))
}

// spelled is a word as a string; those that the lexicon knows are at hand.
func (d *Detector) spelled(word []byte) string {
	if known, ok := d.at[string(word)]; ok {
		return known
	}
	return string(word)
}

// insideNumber reports whether the sign at i stands between two digits.
func insideNumber(text string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:i])
	after, _ := utf8.DecodeRuneInString(text[i+1:])
	return unicode.IsDigit(before) && unicode.IsDigit(after)
}

// fold adds a rune without case and accents.
func fold(to []byte, r rune) []byte {
	if r < utf8.RuneSelf {
		return utf8.AppendRune(to, unicode.ToLower(r))
	}
	for _, p := range norm.NFKD.String(string(r)) {
		if !unicode.Is(unicode.Mn, p) {
			to = utf8.AppendRune(to, unicode.ToLower(p))
		}
	}
	return to
}

// marked says of each word what the lexicon knows without looking around:
// numbers and fillers.
func (d *Detector) marked(s []token) []token {
	for i, t := range s {
		s[i].number = -1
		s[i].filler = d.fillers[t.word]
		if n, ok := d.numbers[t.word]; ok {
			s[i].number = n
		} else if t.word[0] >= '0' && t.word[0] <= '9' {
			if n, err := strconv.ParseFloat(t.word, 64); err == nil && n < 1e9 {
				s[i].number = int(n)
			}
		}
	}
	return s
}
