package crisis

import (
	"slices"
	"strings"
)

// respelled writes words as the lexicon writes them: short forms in full
// ("im" is "i am"), spelled words together ("k y s"), glued amounts apart
// ("30pills"), and what nobody has as a word as the word it stands for.
func (d *Detector) respelled(out, in []token) []token {
	for i := 0; i < len(in); i++ {
		if i+1 < len(in) {
			if full, ok := d.respell[bare(in[i].word)+" "+bare(in[i+1].word)]; ok {
				out = appendWords(out, full, in[i].start, in[i+1].end)
				i++
				continue
			}
		}
		if digits, rest := glued(in[i].word); rest != "" && d.has(rest) {
			cut := in[i].start + len(digits)
			out = append(out, token{word: digits, start: in[i].start, end: cut}, token{word: rest, start: cut, end: in[i].end})
			continue
		}
		if word := in[i].word; word == comma || d.respell[word] == nil && d.vocabulary[word] {
			out = append(out, in[i])
			continue
		}
		out = appendWords(out, d.written(in[i].word), in[i].start, in[i].end)
	}
	return out
}

// written gives a word as the lexicon writes it; a short form may be several.
func (d *Detector) written(word string) []string {
	if full, ok := d.respell[word]; ok {
		return full
	}
	word = bare(word)
	if full, ok := d.respell[word]; ok {
		return full
	}
	if word = d.known(word); d.respell[word] != nil {
		return d.respell[word]
	}
	return []string{word}
}

func bare(word string) string { return strings.ReplaceAll(word, "'", "") }

func appendWords(to []token, words []string, start, end int) []token {
	for _, w := range words {
		to = append(to, token{word: w, start: start, end: end})
	}
	return to
}

// glued takes a number and its unit apart.
func glued(word string) (digits, rest string) {
	rest = strings.TrimLeft(word, "0123456789.")
	if len(rest) == len(word) || len(rest) < 2 || strings.Trim(rest, "abcdefghijklmnopqrstuvwxyz") != "" {
		return "", ""
	}
	return word[:len(word)-len(rest)], rest
}

// joined puts spelled words together, in place: "k y s" is "kys".
func (d *Detector) joined(in []token) []token {
	out := in[:0]
	for i := 0; i < len(in); {
		j := i
		for j < len(in) && len(in[j].word) == 1 && in[j].word != comma {
			j++
		}
		if j-i >= 3 {
			if word := spelledOut(in[i:j]); d.vocabulary[word] || d.respell[word] != nil {
				out = append(out, token{word: word, start: in[i].start, end: in[j-1].end})
				i = j
				continue
			}
		}
		out = append(out, in[i])
		i++
	}
	return out
}

func spelledOut(letters []token) string {
	var word strings.Builder
	for _, t := range letters {
		word.WriteString(t.word)
	}
	return word.String()
}

// leet are signs that stand for letters inside of a word.
var leet = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s")

// known gives the word of the lexicon that an unknown one stands for:
// stretched letters ("pleeease"), signs for letters ("su1c1de"), Spanish by
// ear ("kiero bibir"), a letter too many, too few or in the wrong place.
func (d *Detector) known(word string) string {
	if word == comma || d.has(word) || strings.Trim(word, "0123456789.") == "" {
		return word
	}
	for _, try := range []string{leet.Replace(word), squeeze(word, 2), squeeze(word, 1), squeeze(leet.Replace(word), 1)} {
		if try != word && d.has(try) {
			return try
		}
	}
	if len(word) >= 4 {
		if heard, ok := d.heard[sound(word)]; ok && changes(word, heard) <= mostChanged {
			return heard
		}
	}
	if len(word) >= shortestSlip {
		for _, near := range d.slips[slipKey(word)] {
			if slipped(word, near) {
				return near
			}
		}
	}
	return word
}

// has reports whether the lexicon knows the word, or a stem of it.
func (d *Detector) has(word string) bool {
	if d.vocabulary[word] || d.plain[word] {
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

// soft are letters that sound alike in Spanish.
var soft = strings.NewReplacer("ch", "C", "qu", "k", "ce", "se", "ci", "si", "ge", "je", "gi", "ji", "ll", "y", "h", "", "v", "b", "z", "s", "c", "k", "q", "k", "x", "j", "w", "u")

// sound gives a word as it is heard in Spanish.
func sound(word string) string { return squeeze2(soft.Replace(word)) }

// squeeze2 leaves one of equal letters in a row.
func squeeze2(word string) string {
	return string(slices.Compact([]byte(word)))
}

// mostChanged is how many letters a word by ear may differ in: "bosses" sounds
// like "voces" and is none.
const mostChanged = 2

// changes counts the letters to change, add or leave out between two words.
func changes(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		left := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := left
			if a[i] != b[j] {
				cost++
			}
			left = row[j+1]
			row[j+1] = min(cost, left+1, row[j]+1)
		}
	}
	return row[len(b)]
}

// shortestSlip is the length of the shortest word in which a slip is mended:
// shorter ones are too often words of their own.
const shortestSlip = 5

// slipKey groups words that one slip may turn into each other: the first
// letter and the set of the others stay nearly the same, so the first alone.
func slipKey(word string) byte { return word[0] }

// slipped reports whether the writer of word meant near: two letters changed
// places, one missing, one too many.
func slipped(word, near string) bool {
	if word == near || len(near) < shortestSlip {
		return false
	}
	switch len(word) - len(near) {
	case 0:
		i := 0
		for word[i] == near[i] {
			i++
		}
		return i+1 < len(word) && word[i] == near[i+1] && word[i+1] == near[i] && word[i+2:] == near[i+2:]
	case -1:
		return len(near) > shortestSlip && lacksOne(word, near)
	case 1:
		return len(near) > shortestSlip && lacksOne(near, word)
	}
	return false
}

// lacksOne reports whether less is more without one of its letters.
func lacksOne(less, more string) bool {
	i := 0
	for i < len(less) && less[i] == more[i] {
		i++
	}
	return less[i:] == more[i+1:]
}
