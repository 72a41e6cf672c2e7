package triage_test

import (
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
)

func TestEveryWayOfTheMenuLeadsToTheRightPerson(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	for name, c := range map[string]struct {
		keys string
		band hotline.Band
		need hotline.Need
	}{
		"cancelled and urgent":               {"11111", hotline.Soon, hotline.NeedAppointment},
		"cancelled and it can wait":          {"111211", hotline.Routine, hotline.NeedAppointment},
		"moved and urgent":                   {"121111", hotline.Soon, hotline.NeedAppointment},
		"nobody answers":                     {"131211", hotline.Routine, hotline.NeedAppointment},
		"no medicine left, unwell":           {"211", hotline.Urgent, hotline.NeedMedication},
		"no medicine left, feels well":       {"212", hotline.Urgent, hotline.NeedMedication},
		"a few days left, unwell":            {"221", hotline.Urgent, hotline.NeedMedication},
		"a few days left":                    {"2221", hotline.Soon, hotline.NeedMedication},
		"enough medicine, unwell":            {"231", hotline.Urgent, hotline.NeedMedication},
		"enough medicine":                    {"2321", hotline.Routine, hotline.NeedMedication},
		"a volunteer":                        {"3", hotline.Routine, hotline.NeedTalk},
		"a support group":                    {"45", hotline.Routine, hotline.NeedGroup},
		"rights":                             {"61", hotline.Routine, hotline.NeedRights},
		"a person at the menu":               {"0", hotline.Routine, hotline.NeedTalk},
		"a person, out of medicine":          {"210", hotline.Urgent, hotline.NeedMedication},
		"a person, after the appointment":    {"110", hotline.Routine, hotline.NeedAppointment},
		"danger on the way":                  {"19", hotline.Emergency, hotline.NeedTalk},
		"back to the menu, then volunteer":   {"463", hotline.Routine, hotline.NeedTalk},
		"text declined, menu, then a person": {"6221" + "3", hotline.Routine, hotline.NeedTalk},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, lang := range []string{"1", "2"} {
				call := calls(t, s).press(lang, "2").mustBeAt("main_menu")
				call.press(strings.Split(c.keys, "")...).mustWait(c.band, c.need)
				if name == "text declined, menu, then a person" {
					continue // by text nothing is asked about the phone
				}
				thread := texts(t, s, map[string]string{"1": "Hello there", "2": "Hola, buenas tardes"}[lang])
				thread.say("2").mustBeAt("main_menu").say(strings.Split(c.keys, "")...).mustWait(c.band, c.need)
				if thread.ses.Lang != call.ses.Lang {
					t.Errorf("languages %q and %q", thread.ses.Lang, call.ses.Lang)
				}
			}
		})
	}
}

func TestLocalHelpTakesAZipByKeysSpeechAndText(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	byKeys := calls(t, s).press("1", "2", "5")
	ask, _ := one[triage.Ask](byKeys.last)
	if ask.Digits != 5 {
		t.Errorf("the ZIP question takes %d keys", ask.Digits)
	}
	byKeys.press("90012").mustBeAt("local_offer").press("1").mustWait(hotline.Routine, hotline.NeedLocal)
	for _, words := range []string{"nine zero zero one two", "90012", "my zip is 90012", "9 0 0 1 2"} {
		c := calls(t, s).press("1", "2", "5").say(words).mustBeAt("local_offer")
		if c.ses.Vars["zip"] != "90012" {
			t.Errorf("%q gives the ZIP %q", words, c.ses.Vars["zip"])
		}
	}
	texts(t, s, "Hola, necesito ayuda").say("2", "5", "no").mustBeAt("local_zip").say("no").mustBeAt("local_offer")
}

func TestWordsChooseLikeKeys(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	for name, c := range map[string]struct {
		words []string
		node  string
	}{
		"english":                 {[]string{"English please", "No."}, "main_menu"},
		"spanish":                 {[]string{"español", "¡No!"}, "main_menu"},
		"a whole sentence":        {[]string{"english", "no", "my appointment was cancelled"}, "appt_what"},
		"without accents":         {[]string{"espanol", "no", "mi cita fue cancelada"}, "appt_what"},
		"the number as a word":    {[]string{"english", "two", "number two"}, "med_days"},
		"languages mixed":         {[]string{"español", "no", "support group"}, "groups_list"},
		"language by other words": {[]string{"hello I need some help", "no"}, "main_menu"},
		"repeat":                  {[]string{"english", "no", "repeat"}, "main_menu"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls(t, s).say(c.words...).mustBeAt(c.node)
		})
	}
}

func TestAfterAPathThereIsTheMenuAPersonOrAGoodbyeThatNamesHelp(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	end := calls(t, s).press("1", "2", "6", "2", "1").mustBeAt("more")
	if sent, ok := one[triage.SendText](end.last); !ok || sent.Line.Lang != hotline.English || !strings.Contains(sent.Line.Text, "1-888-466-2219") {
		t.Errorf("sent %+v", sent)
	}
	end.press("2").mustBeAt("helped").press("1").mustBeAt("check_in_ask").press("2")
	if !has[triage.End](end.last) || !strings.Contains(heard(end.last), "9 8 8") || !strings.Contains(heard(end.last), "9 1 1") {
		t.Errorf("goodbye %q", heard(end.last))
	}
	calls(t, s).press("1", "2", "6", "2", "1", "1").mustBeAt("main_menu")
	calls(t, s).press("1", "2", "6", "2", "1", "0").mustWait(hotline.Routine, hotline.NeedRights)
}

func TestNoTextIsOfferedWhereNoneCanBeSent(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	c := calls(t, s).press("1", "2")
	c.facts.CanText = false
	for _, way := range []string{"6", "1"} {
		if said := heard(c.press(way).last); strings.Contains(said, "text") {
			t.Errorf("a text is offered: %q", said)
		}
	}
}

func TestAnswersAreKeptForTheCounselorInTheirLanguage(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	c := calls(t, s).press("2", "2", "1", "1")
	var kept []hotline.Answer
	for _, e := range c.all {
		if r, ok := e.(triage.Record); ok {
			kept = append(kept, r.Answer)
		}
	}
	if len(kept) != 3 {
		t.Fatalf("kept %v, want safety, menu, what happened", kept)
	}
	if q, a := s.AnswerText(kept[2], hotline.English); q != "What happened to the appointment" || a != "Cancelled" {
		t.Errorf("english: %q %q", q, a)
	}
	if q, a := s.AnswerText(kept[2], hotline.Spanish); q != "Qué pasó con la cita" || a != "Cancelada" {
		t.Errorf("spanish: %q %q", q, a)
	}
	where := []hotline.Answer{{Question: "danger_where", Answer: "95301"}, {Question: "appt_what", Answer: "cancelled"}}
	if got := s.Place(where, hotline.English); got != "ZIP code: 95301" {
		t.Errorf("place %q", got)
	}
	if got := s.Place(where[1:], hotline.English); got != "" {
		t.Errorf("place %q of a caller who said none", got)
	}
	if q, a := s.AnswerText(hotline.Answer{Question: "gone", Answer: "7"}, hotline.English); q != "gone" || a != "7" {
		t.Errorf("an answer of another version: %q %q", q, a)
	}
}
