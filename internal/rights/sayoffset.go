package rights

import "time"

// relative reads what is counted from today: tomorrow, weekdays, weeks.
func (r reader) relative(ws []word) (Date, bool) {
	if d, ok := r.weekday(ws); ok {
		return d, true
	}
	n := func(i int) int { return ws[i].n }
	switch shape(ws) {
	case "R": // tomorrow
		return r.today.AddDays(n(0)), true
	case "INd": // in three days
		return r.today.AddDays(r.idiom(n(1))), true
	case "INw": // in two weeks
		return r.today.AddDays(7 * n(1)), true
	case "NdG": // three days ago
		return r.today.AddDays(-n(0)), true
	case "NwG": // two weeks ago
		return r.today.AddDays(-7 * n(0)), true
	case "GNd": // hace tres días
		return r.today.AddDays(-r.idiom(n(1))), true
	case "GNw": // hace dos semanas
		return r.today.AddDays(-7 * n(1)), true
	case "NdFR": // two days from today
		return r.today.AddDays(n(0) + n(3)), true
	case "NwFR": // a week from tomorrow
		return r.today.AddDays(7*n(0) + n(3)), true
	case "NwFW": // two weeks from monday
		return r.onWeekday(n(3), 1).AddDays(7 * n(0)), true
	case "RIN": // hoy en ocho
		return r.today.AddDays(n(0) + eight(n(2))), eight(n(2)) > 0
	case "WIN": // el lunes en ocho
		return r.onWeekday(n(0), 1).AddDays(eight(n(2))), eight(n(2)) > 0
	}
	return Date{}, false
}

// idiom counts "en ocho días" and "en quince días" as Spanish means them: one
// week and two.
func (r reader) idiom(days int) int {
	if weeks := eight(days); r.lang == Spanish && weeks > 0 {
		return weeks
	}
	return days
}

func eight(days int) int { return map[int]int{8: 7, 15: 14}[days] }

// weekday reads "monday", "next monday", "este lunes", "monday of next week".
func (r reader) weekday(ws []word) (Date, bool) {
	switch s := shape(ws); s {
	case "W":
		return r.onWeekday(ws[0].n, 1), true
	case "=W", "W=":
		return r.onWeekday(max(ws[0].n, ws[1].n), 0), true
	case ">W", "W>":
		return r.onWeekday(max(ws[0].n, ws[1].n), 1), r.when == Future
	case "<W", "W<":
		return r.onWeekday(max(ws[0].n, ws[1].n), 1), r.when == Past
	}
	if len(ws) != 3 {
		return Date{}, false
	}
	day, rest := weekdayBeside(ws)
	weeks, ok := turned(rest, isWeeks)
	if day < 0 || !ok {
		return Date{}, false
	}
	// Weeks of a plan's desk begin on Monday.
	monday := r.today.AddDays(-sinceMonday(int(r.today.Weekday())))
	return monday.AddDays(7*weeks + sinceMonday(day)), true
}

// onWeekday gives the nearest such weekday in the way of the tense, at least
// some days from today.
func (r reader) onWeekday(day, least int) Date {
	d := r.today.AddDays(least * r.step())
	for d.Weekday() != time.Weekday(day) {
		d = d.AddDays(r.step())
	}
	return d
}

func sinceMonday(day int) int { return (day + 6) % 7 }
