package crisis

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// token is one word as the lexicon knows it, and where it stood in the text.
type token struct {
	word       string
	start, end int
}

// comma stands for a comma or colon: a small pause, at which a negation ends.
const comma = ","

// sentences cuts a text into sentences of tokens. Context never reaches
// across: what is said next takes nothing back.
func (d *Detector) sentences(text string) [][]token {
	var all [][]token
	from := 0
	for i, r := range text {
		if !ends(text, i, r) {
			continue
		}
		if s := d.tokens(text[from:i], from); len(s) > 0 {
			all = append(all, s)
		}
		from = i + utf8.RuneLen(r)
	}
	if s := d.tokens(text[from:], from); len(s) > 0 {
		all = append(all, s)
	}
	return all
}

// ends reports whether a sentence ends at the rune at i. Dots in a row are a
// breath, not an end, and a dot between digits is a number.
func ends(text string, i int, r rune) bool {
	switch r {
	case '!', '?', '\n', ';', '¡', '¿':
		return true
	case '.':
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		after, _ := utf8.DecodeRuneInString(text[i+1:])
		return before != '.' && after != '.' && (!unicode.IsDigit(before) || !unicode.IsDigit(after))
	}
	return false
}

// tokens folds case and accents and gives the words of a sentence.
func (d *Detector) tokens(text string, offset int) []token {
	var all []token
	var word strings.Builder
	from := 0
	flush := func(at int) {
		if word.Len() > 0 {
			all = append(all, token{word.String(), offset + from, offset + at})
			word.Reset()
		}
	}
	for i, r := range text {
		switch {
		case d.emoji[r] != "":
			flush(i)
			all = append(all, token{d.emoji[r], offset + i, offset + i + utf8.RuneLen(r)})
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) || r == '$' || r == '@':
			if word.Len() == 0 {
				from = i
			}
			fold(&word, r)
		case r == '\'' || r == '’' || r == '‘' || r == '\u200b' || r == '\ufe0f' || r == '*':
		case r == ',' || r == ':':
			flush(i)
			all = append(all, token{comma, offset + i, offset + i + 1})
		default:
			flush(i)
		}
	}
	flush(len(text))
	return d.known(d.joined(all))
}

// fold writes a rune without case and accents.
func fold(to *strings.Builder, r rune) {
	if r < utf8.RuneSelf {
		to.WriteRune(unicode.ToLower(r))
		return
	}
	for _, p := range norm.NFKD.String(string(r)) {
		if !unicode.Is(unicode.Mn, p) {
			to.WriteRune(unicode.ToLower(p))
		}
	}
}

// joined puts spelled words together: "k y s" is "kys".
func (d *Detector) joined(in []token) []token {
	out := in[:0:0]
	for i := 0; i < len(in); {
		j := i
		var word strings.Builder
		for j < len(in) && len(in[j].word) == 1 && in[j].word != comma {
			word.WriteString(in[j].word)
			j++
		}
		if j-i >= 3 && d.vocabulary[word.String()] {
			out = append(out, token{word.String(), in[i].start, in[j-1].end})
			i = j
			continue
		}
		out = append(out, in[i])
		i++
	}
	return out
}

// leet are signs that stand for letters inside of a word.
var leet = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s")

// known respells words that the lexicon does not have: stretched letters
// ("pleeease"), signs for letters ("su1c1de").
func (d *Detector) known(in []token) []token {
	for i, t := range in {
		if d.has(t.word) {
			continue
		}
		for _, try := range []string{leet.Replace(t.word), squeeze(t.word, 2), squeeze(t.word, 1), squeeze(leet.Replace(t.word), 1)} {
			if try != t.word && d.has(try) {
				in[i].word = try
				break
			}
		}
	}
	return in
}

// has reports whether the lexicon knows the word, or a stem of it.
func (d *Detector) has(word string) bool {
	if d.vocabulary[word] {
		return true
	}
	for _, stem := range d.stems {
		if strings.HasPrefix(word, stem) {
			return true
		}
	}
	return false
}

// squeeze leaves at most n of three or more equal letters in a row.
func squeeze(word string, n int) string {
	var out strings.Builder
	runes := []rune(word)
	for i := 0; i < len(runes); {
		j := i
		for j < len(runes) && runes[j] == runes[i] {
			j++
		}
		keep := j - i
		if keep >= 3 {
			keep = n
		}
		for range keep {
			out.WriteRune(runes[i])
		}
		i = j
	}
	return out.String()
}
