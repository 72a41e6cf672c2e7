package triage

import (
	"strings"
	"time"
	"unicode"

	"github.com/tideover/tideover/internal/hotline"
)

// wordsPerSecond is an unhurried voice. English: about 156 words a minute, as
// audio books and announcements are read. Spanish has as many thoughts in
// longer words: people who read the same texts aloud say 218 of its words in a
// minute where English readers say 228 (IReST; Trauzettel-Klosinski and Dietz,
// 2012), so that its rate is that much lower.
var wordsPerSecond = map[hotline.Lang]float64{hotline.English: 2.6, hotline.Spanish: 2.6 * 218 / 228}

// slowly is the part of the usual rate that is left on the slow rung of a
// ladder.
const slowly = 0.8

// speechOf estimates how long a text takes to say. Digits that stand alone or
// in numbers of three and more are read one by one.
func speechOf(text string, lang hotline.Lang) time.Duration {
	rate, ok := wordsPerSecond[lang]
	if !ok {
		rate = wordsPerSecond[hotline.English]
	}
	words := 0
	for w := range strings.FieldsSeq(text) {
		switch digits := countDigits([]rune(w)); {
		case digits >= 3:
			words += digits
		case strings.ContainsFunc(w, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }):
			words++
		}
	}
	return time.Duration(float64(words) / rate * float64(time.Second))
}

// speechIn adds up what lines take to say.
func speechIn(lines []Spoken, slow bool) time.Duration {
	var sum time.Duration
	for _, l := range lines {
		sum += speechOf(l.Text, l.Lang)
	}
	if slow {
		sum = time.Duration(float64(sum) / slowly)
	}
	return sum
}

// Time is how far a person is on one way: seconds of speech by voice, parts of
// texts by text, until the case waits for somebody.
type Time struct {
	Way     string // "0 at once, and again"
	Lang    string // empty: none is chosen yet, and all are heard
	Channel hotline.Channel
	Spoken  time.Duration
	Pauses  time.Duration // that the line waited for an answer, beside
	Parts   int
	Most    int // seconds or parts that are allowed; 0: no limit
	phrase  PhraseID
	longest string // the question that takes most of it
}

// Over reports whether the way is longer than it may be.
func (t Time) Over() bool {
	if t.Most == 0 {
		return false
	}
	if t.Channel == hotline.SMS {
		return t.Parts > t.Most
	}
	return t.Spoken > time.Duration(t.Most)*time.Second
}
