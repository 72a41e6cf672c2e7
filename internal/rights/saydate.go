package rights

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Tense is on which side of today a date is looked for.
type Tense int

// The tenses. Today is in both.
const (
	_      Tense = iota
	Future       // appointments that were offered
	Past         // visits that have been
)

// reader reads one date.
type reader struct {
	lang  string
	today Date
	when  Tense
}

// ReadDate reads a date as people say and type it, in both languages at once:
// "1203" and "12032026" of the keypad, "12/3", "2026-12-03", "the 5th", "el
// 5", "december third", "3 de diciembre", "next monday", "el lunes que viene",
// "tomorrow", "hoy en ocho", "hace dos semanas". Hours said beside it are left
// out. Without a year it is the nearest such date of the tense.
//
// It is false for what is no date, for a date on the other side of today, for
// a weekday that does not fit, and for any word that it does not know: better
// to ask again than to guess. So are "5" alone, which may be a key of a menu,
// and "last week".
//
// 12/3 is December 3. In Spanish, where it may be either, it is the nearer
// one. On the keypad it is month and day in both, as the prompt asks. Read it
// back with Say.
func ReadDate(text, lang string, today Date, when Tense) (Date, bool) {
	if len(text) > longest || !today.Valid() || (when != Future && when != Past) {
		return Date{}, false
	}
	r := reader{lang: lang, today: today, when: when}
	plain := fold(text)
	d, ok := r.digits(plain)
	if !ok {
		var ws []word
		if ws, ok = split(plain); ok {
			d, ok = r.words(ws)
		}
	}
	if !ok || !d.Valid() || !r.fits(d) {
		return Date{}, false
	}
	return d, true
}

func (r reader) fits(d Date) bool {
	if r.when == Future {
		return !d.Before(r.today)
	}
	return !d.After(r.today)
}

// step is the way in which the tense looks.
func (r reader) step() int {
	if r.when == Future {
		return 1
	}
	return -1
}

var keypad = regexp.MustCompile(`^(?:\d{4}|\d{6}|\d{8}|(?:\d ){3}\d|(?:\d ){7}\d)$`)

// digits reads MMDD, MMDDYY, MMDDYYYY and YYYYMMDD.
func (r reader) digits(s string) (Date, bool) {
	if !keypad.MatchString(s) {
		return Date{}, false
	}
	s = strings.ReplaceAll(s, " ", "")
	at := func(from, to int) int {
		n, _ := strconv.Atoi(s[from:to])
		return n
	}
	switch {
	case len(s) == 4:
		return r.monthFirst(at(0, 2), at(2, 4), 0)
	case len(s) == 6:
		return r.monthFirst(at(0, 2), at(2, 4), 2000+at(4, 6))
	case usual(at(4, 8)):
		return r.monthFirst(at(0, 2), at(2, 4), at(4, 8))
	default:
		return r.date(at(4, 6), at(6, 8), at(0, 4))
	}
}

// usual tells whether people of today mean such a year.
func usual(year int) bool { return year >= 1900 && year < 2200 }

// date gives the date of a month and day: in the year, or with year 0 the
// nearest of the tense.
func (r reader) date(month, day, year int) (Date, bool) {
	if year != 0 {
		d := Date{year, time.Month(month), day}
		return d, usual(year) && d.Valid()
	}
	for i := range 2 {
		d := Date{r.today.Year + i*r.step(), time.Month(month), day}
		if d.Valid() && r.fits(d) {
			return d, true
		}
	}
	return Date{}, false
}

// monthFirst takes the second number for the month only if the first cannot
// be one.
func (r reader) monthFirst(a, b, year int) (Date, bool) {
	if a <= 12 {
		return r.date(a, b, year)
	}
	return r.date(b, a, year)
}

// pair reads two numbers in the order that the language lets us expect.
func (r reader) pair(a, b, year int) (Date, bool) {
	if r.lang != Spanish {
		return r.monthFirst(a, b, year)
	}
	d, ok := r.date(a, b, year)
	e, also := r.date(b, a, year)
	ok, also = ok && r.fits(d), also && r.fits(e)
	if !ok || (also && (r.today.Days(e)-r.today.Days(d))*r.step() < 0) {
		return e, also
	}
	return d, ok
}

// full reads 12/3, 12/3/26, 12-3-2026, 2026-12-03.
func (r reader) full(raw string) (Date, bool) {
	m := fullDate.FindStringSubmatch(raw)
	if m == nil || (m[2] != "" && m[1] != m[2]) {
		return Date{}, false
	}
	parts := strings.Split(raw, m[1])
	var n [3]int
	for i, p := range parts {
		n[i], _ = strconv.Atoi(p)
	}
	first, last := len(parts[0]), len(parts[len(parts)-1])
	switch {
	case len(parts) == 2 && first <= 2 && last <= 2:
		return r.pair(n[0], n[1], 0)
	case len(parts) == 3 && first == 4 && last <= 2:
		return r.date(n[1], n[2], n[0])
	case len(parts) == 3 && first <= 2 && last == 4:
		return r.pair(n[0], n[1], n[2])
	case len(parts) == 3 && first <= 2 && last == 2:
		return r.pair(n[0], n[1], 2000+n[2])
	}
	return Date{}, false
}

// words reads a sentence by its shape.
func (r reader) words(ws []word) (Date, bool) {
	isArticle := func(w word) bool { return w.kind == isThe }
	pointed := slices.ContainsFunc(ws, isArticle)
	ws = slices.DeleteFunc(ws, isArticle)
	if d, ok := r.relative(ws); ok {
		return d, true
	}
	if d, ok := r.ofMonth(ws); ok {
		return d, true
	}
	// "El próximo lunes 7 de diciembre": the turn to the tense adds nothing.
	turn := map[Tense]rune{Future: isNext, Past: isLast}[r.when]
	if len(ws) > 0 && ws[0].kind == turn {
		ws = ws[1:]
	}
	if shape(ws) == "OW" && ws[0].n <= 5 {
		return Date{}, false // the second Monday, or Monday the 2nd
	}
	on, ws := weekdayBeside(ws)
	d, ok := r.calendar(ws, pointed || on >= 0)
	if on >= 0 && ok {
		ok = d.Weekday() == time.Weekday(on)
	}
	return d, ok
}

func shape(ws []word) string {
	var b strings.Builder
	for _, w := range ws {
		b.WriteRune(w.kind)
	}
	return b.String()
}

// weekdayBeside takes the weekday off a date that has one, -1 if there is
// none.
func weekdayBeside(ws []word) (int, []word) {
	last := len(ws) - 1
	switch {
	case last < 1:
		return -1, ws
	case ws[0].kind == isWeekday:
		return ws[0].n, ws[1:]
	case ws[last].kind == isWeekday:
		return ws[last].n, ws[:last]
	}
	return -1, ws
}

// calendar reads days and months.
func (r reader) calendar(ws []word, pointed bool) (Date, bool) {
	year, body := 0, ws
	if n := len(ws); n == 3 && ws[2].kind == isYear {
		year, body = ws[2].n, ws[:2]
	}
	switch s := shape(body); {
	case s == "D":
		return r.full(ws[0].raw)
	case s == "O", s == "N" && pointed:
		return r.dayOfMonth(ws[0].n)
	case s == "MN", s == "MO":
		return r.date(ws[0].n, ws[1].n, year)
	case s == "NM", s == "OM":
		return r.date(ws[1].n, ws[0].n, year)
	case s == "NN":
		return r.pair(ws[0].n, ws[1].n, year)
	}
	return Date{}, false
}

// dayOfMonth gives the nearest day of this number. Of any two months in a row
// one has 31 days.
func (r reader) dayOfMonth(n int) (Date, bool) {
	for i := range 3 {
		d := r.today.month(i * r.step())
		d.Day = n
		if d.Valid() && r.fits(d) {
			return d, true
		}
	}
	return Date{}, false
}

// month gives the first day of the month n months from d.
func (d Date) month(n int) Date {
	return of(time.Date(d.Year, d.Month+time.Month(n), 1, 12, 0, 0, 0, time.UTC))
}

// ofMonth reads "the 5th of next month".
func (r reader) ofMonth(ws []word) (Date, bool) {
	if len(ws) != 3 || (ws[0].kind != isNumber && ws[0].kind != isOrdinal) {
		return Date{}, false
	}
	months, ok := turned(ws[1:], isMonths)
	d := r.today.month(months)
	d.Day = ws[0].n
	return d, ok
}

// turned reads "next week" and "semana que viene" as 1, the last as -1, this
// as 0.
func turned(ws []word, unit rune) (int, bool) {
	if len(ws) != 2 {
		return 0, false
	}
	if ws[0].kind == unit {
		ws = []word{ws[1], ws[0]}
	}
	turns := map[rune]int{isNext: 1, isThis: 0, isLast: -1}
	n, known := turns[ws[0].kind]
	return n, known && ws[1].kind == unit
}
