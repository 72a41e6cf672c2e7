package triage

import (
	"strconv"
	"strings"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/rights"
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
		switch declared, _ := s.variable(name); declared.is {
		case dateVar:
			return s.day(value, v)
		case timeVar:
			if at, err := time.Parse(time.RFC3339, value); err == nil {
				return s.when(at, v)
			}
			return s.Phrase(WordLater, v.lang, v.ch)
		case phoneVar:
			return spelt(value, v.ch)
		case enumVar, digitVar, wholeVar, flagVar, idVar:
		}
		return value
	})
}

// day says a date as people do.
func (s *Script) day(iso string, v voicing) string {
	d, err := rights.Parse(iso)
	if err != nil {
		return ""
	}
	if v.ch == hotline.SMS {
		return rights.Write(d, string(v.lang), d)
	}
	return rights.Say(d, string(v.lang), d)
}

// when says the day and the hour of a group; shorter where it is written.
func (s *Script) when(at time.Time, v voicing) string {
	if v.ch == hotline.SMS {
		return shortDay(at.In(s.zone), v.lang)
	}
	d := rights.From(at, s.zone)
	return rights.Say(d, string(v.lang), d) + ", " + sayHour(at.In(s.zone), v.lang)
}

// shortDay names no day of the week in Spanish: the accent of sábado would make
// the message cost double.
func shortDay(at time.Time, lang hotline.Lang) string {
	hour := strings.TrimSuffix(at.Format("3:04"), ":00") + at.Format(" pm")
	if lang != hotline.Spanish {
		return at.Format("Mon Jan 2, ") + hour
	}
	months := [...]string{"ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"}
	return strconv.Itoa(at.Day()) + " " + months[at.Month()-1] + ", " + hour
}

func sayHour(at time.Time, lang hotline.Lang) string {
	hour := strings.TrimSuffix(at.Format("3:04"), ":00")
	if lang != hotline.Spanish {
		return hour + at.Format(" PM")
	}
	article, part := "a las ", " de la mañana"
	if at.Hour()%12 == 1 {
		article = "a la "
	}
	switch {
	case at.Hour() >= 19:
		part = " de la noche"
	case at.Hour() >= 12:
		part = " de la tarde"
	}
	return article + hour + part
}
