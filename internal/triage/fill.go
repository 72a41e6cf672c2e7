package triage

import (
	"strings"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// filled puts the variables of the session into a text. One that is not set
// leaves nothing behind.
func (s *Script) filled(text string, v voicing, ses Session) string {
	if !strings.Contains(text, "{{") {
		return text
	}
	return placeholder.ReplaceAllStringFunc(text, func(m string) string {
		name := placeholder.FindStringSubmatch(m)[1]
		value := ses.Vars[name]
		if declared, ok := s.variable(name); ok && declared.is == dateVar {
			return s.day(value, v)
		}
		return value
	})
}

// day says a date as people do.
func (s *Script) day(iso string, v voicing) string {
	d, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return ""
	}
	return sayDay(d, v.lang)
}

// when says the day and the hour of a group.
func when(at time.Time, v voicing) string { return sayDay(at, v.lang) + ", " + sayHour(at, v.lang) }

var (
	daysES   = [...]string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"}
	monthsES = [...]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"}
)

func sayDay(d time.Time, lang hotline.Lang) string {
	if lang == hotline.Spanish {
		return daysES[d.Weekday()] + " " + d.Format("2") + " de " + monthsES[d.Month()-1]
	}
	return d.Format("Monday, January 2")
}

func sayHour(at time.Time, lang hotline.Lang) string {
	if lang == hotline.Spanish {
		part := " de la mañana"
		switch {
		case at.Hour() >= 19:
			part = " de la noche"
		case at.Hour() >= 12:
			part = " de la tarde"
		}
		return "a las " + strings.TrimSuffix(at.Format("3:04"), ":00") + part
	}
	return strings.TrimSuffix(at.Format("3:04"), ":00") + at.Format(" PM")
}
