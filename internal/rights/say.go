package rights

import (
	"fmt"
	"time"
)

// Spanish is the language that orders dates by day and month. All others are
// said and read as English.
const Spanish = "es"

// Further than this from today a date is said with its year.
const yearless = 180

// Say writes a date for speech and text, such as "Thursday, December 3" or
// "jueves 3 de diciembre". Dates far from today get their year.
func Say(d Date, lang string, today Date) string {
	far := d.Days(today) > yearless || today.Days(d) > yearless
	if lang == Spanish {
		day := fmt.Sprint(d.Day)
		if d.Day == 1 {
			day = "primero"
		}
		said := fmt.Sprintf("%s %s de %s", weekdayES(d.Weekday()), day, monthES(d.Month))
		if far {
			said += fmt.Sprintf(" de %d", d.Year)
		}
		return said
	}
	said := fmt.Sprintf("%s, %s %d", d.Weekday(), d.Month, d.Day)
	if far {
		said += fmt.Sprintf(", %d", d.Year)
	}
	return said
}

// Write is a date for a text message: short, and without letters that make the
// message cost double, as in sábado. "Thu, Dec 3" or "3 de diciembre".
func Write(d Date, lang string, today Date) string {
	said := fmt.Sprintf("%s, %s %d", d.Weekday().String()[:3], d.Month.String()[:3], d.Day)
	year := fmt.Sprintf(", %d", d.Year)
	if lang == Spanish {
		said, year = fmt.Sprintf("%d de %s", d.Day, monthES(d.Month)), fmt.Sprintf(" de %d", d.Year)
	}
	if d.Days(today) > yearless || today.Days(d) > yearless {
		said += year
	}
	return said
}

func weekdayES(w time.Weekday) string {
	return [...]string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"}[w]
}

func monthES(m time.Month) string {
	return [...]string{
		"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
	}[m-1]
}
