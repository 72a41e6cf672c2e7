package rights_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tideover/tideover/internal/rights"
)

// Today of these tests is Tuesday, 24 November 2026.
const tuesday = "2026-11-24"

func TestOfferedDatesAreRead(t *testing.T) {
	t.Parallel()
	today := date(t, tuesday)
	for lang, said := range map[string]map[string]string{
		"en": {
			"1203": "2026-12-03", "1124": "2026-11-24", "1123": "2027-11-23", "0105": "2027-01-05", "12032026": "2026-12-03", "20261203": "2026-12-03",
			"120326": "2026-12-03", "1 2 0 3": "2026-12-03", "2512": "2026-12-25", "1203#": "2026-12-03",
			"12/3": "2026-12-03", "12-3": "2026-12-03", "12.3.": "2026-12-03", "12/3/26": "2026-12-03", "12/03/2026": "2026-12-03", "25/12": "2026-12-25",
			"on 12/3": "2026-12-03", "12 3": "2026-12-03", "Monday 12/7": "2026-12-07", "3/12": "2027-03-12", "2026-12-03": "2026-12-03", "2027/1/4": "2027-01-04",
			"on the 5th": "2026-12-05", "The 30th.": "2026-11-30", "the 31st": "2026-12-31", "the fifth": "2026-12-05", "on the 5": "2026-12-05",
			"the twenty-fifth": "2026-11-25", "the 24th": "2026-11-24", "the twenty third": "2026-12-23", "the 5th of next month": "2026-12-05",
			"december third": "2026-12-03", "December 3rd": "2026-12-03", "december three": "2026-12-03", "Dec. 3": "2026-12-03", "dec-3": "2026-12-03",
			"the third of December": "2026-12-03", "december twenty second": "2026-12-22", "december thirty first": "2026-12-31", "3 December": "2026-12-03",
			"december third twenty twenty six": "2026-12-03", "January fifth, two thousand twenty seven": "2027-01-05", "december 3, 2026": "2026-12-03",
			"may fifth": "2027-05-05", "Thursday, December 3": "2026-12-03", "december 3 on a thursday": "2026-12-03", "Thursday the 3rd": "2026-12-03",
			"it's December 3rd": "2026-12-03", "um, my appointment is on december third": "2026-12-03", "next december 3": "2026-12-03",
			"december 3 at 10:30 am": "2026-12-03", "december third at three p.m.": "2026-12-03", "december 3 10 am": "2026-12-03", "December 5 in the morning": "2026-12-05",
			"tomorrow": "2026-11-25", "Tomorrow at 3": "2026-11-25", "today": "2026-11-24", "tonight": "2026-11-24", "this afternoon": "2026-11-24",
			"the day after tomorrow": "2026-11-26", "monday": "2026-11-30", "next monday": "2026-11-30", "tuesday": "2026-12-01", "this tuesday": "2026-11-24",
			"this friday": "2026-11-27", "sunday": "2026-11-29", "monday of next week": "2026-11-30", "next week friday": "2026-12-04", "friday next week": "2026-12-04",
			"sunday next week": "2026-12-06", "friday of this week": "2026-11-27", "in two weeks": "2026-12-08", "in a week": "2026-12-01", "in 3 days": "2026-11-27",
			"a week from monday": "2026-12-07", "two weeks from today": "2026-12-08", "a week from tomorrow": "2026-12-02", "in eight days": "2026-12-02",
			"el lunes que viene": "2026-11-30", "3 de diciembre": "2026-12-03",
		},
		"es": {
			"1203": "2026-12-03", "0312": "2027-03-12", "12/3": "2026-12-03", "3/12": "2026-12-03", "3/12/2026": "2026-12-03", "5/1": "2027-01-05", "25/12": "2026-12-25",
			"el 12/3": "2026-12-03", "2026-12-03": "2026-12-03", "el 5": "2026-12-05", "El día 5": "2026-12-05", "el cinco": "2026-12-05", "el día cinco": "2026-12-05",
			"el treinta": "2026-11-30", "el treinta y uno": "2026-12-31", "el primero": "2026-12-01", "el 1º": "2026-12-01", "el veinticinco": "2026-11-25",
			"el 5 del mes que viene": "2026-12-05", "el 5 del próximo mes": "2026-12-05", "el 30 de este mes": "2026-11-30",
			"el 3 de diciembre": "2026-12-03", "tres de diciembre": "2026-12-03", "EL 3 DE DICIEMBRE": "2026-12-03", "diciembre 3": "2026-12-03", "3 dic": "2026-12-03",
			"primero de diciembre": "2026-12-01", "uno de diciembre": "2026-12-01", "veintidós de diciembre": "2026-12-22", "veinte y dos de diciembre": "2026-12-22",
			"treinta y uno de diciembre de dos mil veintiséis": "2026-12-31", "5 de enero de 2027": "2027-01-05", "el 5 de enero del 2027": "2027-01-05",
			"jueves 3 de diciembre": "2026-12-03", "el jueves tres": "2026-12-03", "el próximo jueves 3 de diciembre": "2026-12-03", "el próximo 5": "2026-12-05",
			"mi cita es el 3 de diciembre": "2026-12-03", "es el 3 de diciembre, por favor": "2026-12-03", "el 3 de diciembre a las 10 y media de la mañana": "2026-12-03", "el tres de diciembre a las dos de la tarde": "2026-12-03",
			"mañana": "2026-11-25", "mañana por la mañana": "2026-11-25", "man\u0303ana": "2026-11-25", "manana": "2026-11-25", "pasado mañana": "2026-11-26", "hoy": "2026-11-24",
			"esta tarde": "2026-11-24", "el lunes": "2026-11-30", "el lunes que viene": "2026-11-30", "el próximo lunes": "2026-11-30", "el lunes por la mañana": "2026-11-30",
			"este viernes": "2026-11-27", "el miércoles": "2026-11-25", "el sábado": "2026-11-28", "el viernes de la semana que viene": "2026-12-04",
			"el viernes de la próxima semana": "2026-12-04", "en dos semanas": "2026-12-08", "dentro de tres días": "2026-11-27", "en una semana": "2026-12-01",
			"de hoy en ocho": "2026-12-01", "mañana en ocho": "2026-12-02", "el lunes en ocho": "2026-12-07", "en ocho días": "2026-12-01", "en quince días": "2026-12-08",
			"december third": "2026-12-03",
		},
	} {
		for text, want := range said {
			if got, ok := rights.ReadDate(text, lang, today, rights.Future); !ok || got.String() != want {
				t.Errorf("%s %q: %s %v, want %s", lang, text, got, ok, want)
			}
		}
	}
}

func TestPastVisitsAreRead(t *testing.T) {
	t.Parallel()
	today := date(t, tuesday)
	for text, want := range map[string]string{
		"1102": "2026-11-02", "1203": "2025-12-03", "1124": "2026-11-24", "11022026": "2026-11-02", "06152019": "2019-06-15", "2026-11-02": "2026-11-02",
		"the 5th": "2026-11-05", "the 31st": "2026-10-31", "el 25": "2026-10-25", "the 24th": "2026-11-24", "the 5th of last month": "2026-10-05",
		"el 5 del mes pasado": "2026-10-05", "october 30": "2026-10-30", "30 de octubre": "2026-10-30", "december third": "2025-12-03",
		"monday": "2026-11-23", "last monday": "2026-11-23", "tuesday": "2026-11-17", "this tuesday": "2026-11-24", "el lunes pasado": "2026-11-23", "el pasado lunes": "2026-11-23",
		"monday of last week": "2026-11-16", "el lunes de la semana pasada": "2026-11-16", "yesterday": "2026-11-23", "ayer": "2026-11-23", "antier": "2026-11-22",
		"anteayer": "2026-11-22", "the day before yesterday": "2026-11-22", "today": "2026-11-24", "two weeks ago": "2026-11-10", "a week ago": "2026-11-17",
		"ten days ago": "2026-11-14", "hace dos semanas": "2026-11-10", "hace una semana": "2026-11-17", "hace tres días": "2026-11-21", "hace ocho días": "2026-11-17",
		"el pasado 3 de noviembre": "2026-11-03", "it was monday, november 2nd": "2026-11-02", "fue el lunes 2 de noviembre": "2026-11-02",
	} {
		if got, ok := rights.ReadDate(text, rights.Spanish, today, rights.Past); !ok || got.String() != want {
			t.Errorf("%q: %s %v, want %s", text, got, ok, want)
		}
	}
}

func TestWhatIsNoDateOrCannotBeMeantIsAskedAgain(t *testing.T) {
	t.Parallel()
	today := date(t, tuesday)
	for text, when := range map[string]rights.Tense{
		"": rights.Future, "hello": rights.Future, "1": rights.Future, "5": rights.Future, "25": rights.Future, "123": rights.Future, "0000": rights.Future, "1332": rights.Future,
		"9999": rights.Future, "0231": rights.Future, "99999999": rights.Future, "12345": rights.Future, "4155550123": rights.Future, "30 de febrero": rights.Future,
		"february 29": rights.Future, "next week": rights.Future, "la próxima semana": rights.Future, "soon": rights.Future, "no": rights.Future, "not tomorrow": rights.Future,
		"monday or tuesday": rights.Future, "december": rights.Future, "december 2026": rights.Future, "the 32nd": rights.Future, "the 0": rights.Future, "el treinta y dos": rights.Future,
		"friday december 3": rights.Future, "monday the 3rd": rights.Future, "12/3-2026": rights.Future, "12/33": rights.Future, "1/2/3/4": rights.Future, "2026/12": rights.Future,
		"yesterday": rights.Future, "last monday": rights.Future, "two weeks ago": rights.Future, "12/03/2025": rights.Future, "el lunes pasado": rights.Future,
		"la mañana": rights.Future, "in the morning": rights.Future, "10:30": rights.Future, "at 3 pm": rights.Future, "de hoy en nueve": rights.Future,
		"tomorrow I will die": rights.Future, "12/3 I want to die": rights.Future, "дек 3": rights.Future, "3 日": rights.Future, "next 5": rights.Future, "the first thursday": rights.Future,
		"the first appointment": rights.Future, "my second appointment": rights.Future, "the second monday of december": rights.Future, "one second": rights.Future,
		"december 3 four": rights.Future, "31 de junio": rights.Future, "monday of this week": rights.Future, strings.Repeat("on ", 60) + "monday": rights.Future,
		"tomorrow ": rights.Past, "next monday": rights.Past, "el lunes que viene": rights.Past, "in two weeks": rights.Past, "2026-12-03": rights.Past,
		"last week": rights.Past, "a month ago": rights.Past, "last month": rights.Past, "12/03/1776": rights.Past,
	} {
		for _, lang := range []string{"en", rights.Spanish} {
			if got, ok := rights.ReadDate(text, lang, today, when); ok {
				t.Errorf("%s %q: %s", lang, text, got)
			}
		}
	}
	// The 2nd of November is a Monday, the second Monday is the 9th.
	if got, ok := rights.ReadDate("the second monday", "en", date(t, "2026-10-20"), rights.Future); ok {
		t.Errorf("the second monday: %s", got)
	}
	if got, ok := rights.ReadDate("tomorrow", "en", today, 0); ok {
		t.Errorf("in no tense: %s", got)
	}
	if got, ok := rights.ReadDate("tomorrow", "en", rights.Date{}, rights.Future); ok {
		t.Errorf("from no day: %s", got)
	}
}

func TestYearsEndAndLeapDaysAreMet(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ today, text, want string }{
		"New Year":               {"2026-12-31", "tomorrow", "2027-01-01"},
		"the fifth of January":   {"2026-12-31", "the 5th", "2027-01-05"},
		"next week is next year": {"2026-12-29", "monday of next week", "2027-01-04"},
		"the 31st after January": {"2027-02-01", "the 31st", "2027-03-31"},
		"the leap day":           {"2028-02-28", "tomorrow", "2028-02-29"},
		"the leap day by name":   {"2027-11-24", "february 29", "2028-02-29"},
		"a Sunday's next week":   {"2026-11-29", "monday next week", "2026-11-30"},
	} {
		if got, ok := rights.ReadDate(tc.text, "en", date(t, tc.today), rights.Future); !ok || got.String() != tc.want {
			t.Errorf("%s: %s %v, want %s", name, got, ok, tc.want)
		}
	}
}

func TestDatesAreSaidInBothLanguages(t *testing.T) {
	t.Parallel()
	today := date(t, tuesday)
	for day, want := range map[string][2]string{
		"2026-12-03": {"Thursday, December 3", "jueves 3 de diciembre"},
		"2026-12-01": {"Tuesday, December 1", "martes primero de diciembre"},
		"2027-01-02": {"Saturday, January 2", "sábado 2 de enero"},
		"2026-09-02": {"Wednesday, September 2", "miércoles 2 de septiembre"},
		"2027-11-24": {"Wednesday, November 24, 2027", "miércoles 24 de noviembre de 2027"},
		"2025-02-28": {"Friday, February 28, 2025", "viernes 28 de febrero de 2025"},
	} {
		d := date(t, day)
		if got := [2]string{rights.Say(d, "en", today), rights.Say(d, rights.Spanish, today)}; got != want {
			t.Errorf("%s: %q, want %q", day, got, want)
		}
	}
}

func TestSaidAndTypedDatesAreReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		today := someDay().Draw(t, "today")
		lang := rapid.SampledFrom([]string{"en", rights.Spanish}).Draw(t, "lang")
		off := rapid.IntRange(-800, 800).Draw(t, "days off")
		d, when := today.AddDays(off), rights.Future
		if off < 0 {
			when = rights.Past
		}
		texts := []string{rights.Say(d, lang, today), d.String(), fmt.Sprintf("%02d%02d%04d", d.Month, d.Day, d.Year)}
		if off > -360 && off < 360 {
			texts = append(texts, fmt.Sprintf("%02d%02d", d.Month, d.Day))
		}
		if lang == "en" {
			texts = append(texts, fmt.Sprintf("%d/%d/%d", d.Month, d.Day, d.Year))
		}
		if off > -28 && off < 28 && off != 0 {
			texts = append(texts, fmt.Sprintf("the %dth", d.Day), fmt.Sprintf("el %d", d.Day))
		}
		for _, text := range texts {
			if got, ok := rights.ReadDate(text, lang, today, when); !ok || got != d {
				t.Fatalf("%s, today %s: %q is %s %v, want %s", lang, today, text, got, ok, d)
			}
		}
	})
}

func FuzzReadDate(f *testing.F) {
	for _, text := range []string{
		"1203", "12032026", "12/3", "on the 5th", "december third", "next monday", "tomorrow at 3 pm", "el 5", "el 3 de diciembre", "mañana por la mañana",
		"el lunes que viene", "2026-12-03", "de hoy en ocho", "hace dos semanas", "treinta y uno de diciembre de dos mil veintiséis", "\xff\xfe 12/3 \x00", "١٢/٣", "12/3/",
	} {
		f.Add(text, 10, true)
		f.Add(text, 766, false)
	}
	f.Fuzz(func(t *testing.T, text string, day int, ahead bool) {
		today := rights.Date{Year: 2026, Month: 1, Day: 1}.AddDays(min(max(day, 0), 4000))
		when := rights.Past
		if ahead {
			when = rights.Future
		}
		for _, lang := range []string{"en", rights.Spanish} {
			d, ok := rights.ReadDate(text, lang, today, when)
			if !ok {
				if !d.IsZero() {
					t.Fatalf("%q is no date, but %s", text, d)
				}
				continue
			}
			if !d.Valid() || (ahead && d.Before(today)) || (!ahead && d.After(today)) || d.Year < 1900 || d.Year > 2199 {
				t.Fatalf("%q on %s: %s", text, today, d)
			}
			if again, ok := rights.ReadDate(" "+text+" ", lang, today, when); len(text) < 118 && (!ok || again != d) {
				t.Fatalf("%q is %s, with spaces %s", text, d, again)
			}
			if back, ok := rights.ReadDate(rights.Say(d, lang, today), lang, today, when); !ok || back != d {
				t.Fatalf("%q is %s, said %q, read back as %s", text, d, rights.Say(d, lang, today), back)
			}
		}
	})
}
