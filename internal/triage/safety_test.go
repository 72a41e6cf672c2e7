package triage_test

import (
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
)

// mustAlarm checks the order of an emergency: the numbers first, then band
// and page in the same step, then what kind of danger it is.
func (c *caller) mustAlarm() {
	c.t.Helper()
	nines, nine := "9 1 1", "9 8 8"
	if c.ses.Channel == hotline.SMS {
		nines, nine = "911", "988"
	}
	said, queued, paged, asked := -1, -1, -1, -1
	for i, e := range c.last {
		switch e := e.(type) {
		case triage.Say:
			if words := heard([]triage.Effect{e}); strings.Contains(words, nines) && strings.Contains(words, nine) {
				said = i
			}
		case triage.Enqueue:
			if e.Band == hotline.Emergency {
				queued = i
			}
		case triage.Page:
			paged = i
		case triage.Ask:
			asked = i
		case triage.Raise, triage.Promise, triage.Prefer, triage.Seat, triage.Tape, triage.Keep, triage.Erase, triage.ByText, triage.ToText, triage.ToVoice, triage.Owe, triage.SendText, triage.Record, triage.End:
		}
	}
	if said < 0 || queued < said || paged < 0 || asked < paged || c.ses.Risk != 3 {
		c.t.Errorf("said %d, queued %d, paged %d, asked %d, risk %d: %+v", said, queued, paged, asked, c.ses.Risk, c.last)
	}
	c.mustBeAt("danger_kind")
}

func TestDangerIsActedOnInTheSameStep(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	for name, walk := range map[string]func() *caller{
		"9 at once":                   func() *caller { return calls(t, s).press("9") },
		"9 at the menu":               func() *caller { return calls(t, s).press("2", "2", "9") },
		"yes to the safety question":  func() *caller { return calls(t, s).press("1", "1") },
		"yes, spoken":                 func() *caller { return calls(t, s).press("1").say("Yes I am") },
		"sí, spoken":                  func() *caller { return calls(t, s).press("2").say("sí") },
		"words of danger at the menu": func() *caller { return calls(t, s).press("1", "2").say("I am going to kill myself") },
		"crisis as the first text":    func() *caller { return texts(t, s, "crisis") },
		"911 as a text":               func() *caller { return texts(t, s, "Hello").say("911") },
		"988 as a text":               func() *caller { return texts(t, s, "hola").say("988") },
		"CRISIS! with noise":          func() *caller { return texts(t, s, "hola").say("¡Crisis!") },
		"danger as the first text":    func() *caller { return texts(t, s, "I just swallowed 40 pills") },
		"danger in Spanish":           func() *caller { return texts(t, s, "Hola").say("me voy a matar") },
		"9 while a ZIP is asked":      func() *caller { return calls(t, s).press("1", "2", "5", "9") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			walk().mustAlarm()
		})
	}
}

func TestTheDangerQuestionsLeadBackToTheLineWhateverIsAnswered(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	for name, walk := range map[string]func(c *caller){
		"answered":       func(c *caller) { c.press("1", "90012") },
		"took something": func(c *caller) { c.press("2").mustBeAt("danger_where").press("90012") },
		"silent":         func(c *caller) { c.silent(2) },
		"wrong keys":     func(c *caller) { c.press("7", "123") },
		"a person":       func(c *caller) { c.press("0") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := calls(t, s).press("1", "9")
			before := len(c.all)
			walk(c)
			c.mustBeAt("danger").mustWait(hotline.Emergency, hotline.NeedTalk)
			if after := c.all[before:]; has[triage.Page](after) || has[triage.Enqueue](after) {
				t.Errorf("paged or queued once more: %+v", after)
			}
			if c.silent(3); len(c.last) != 0 {
				t.Errorf("the waiting loop is disturbed: %+v", c.last)
			}
		})
	}
}

func TestDangerSaidAgainIsAnsweredAgain(t *testing.T) {
	t.Parallel()
	c := calls(t, shipped(t)).press("1", "9").silent(2).mustBeAt("danger").press("9")
	if !has[triage.Page](c.last) || !strings.Contains(heard(c.last), "9 1 1") {
		t.Errorf("second 9: %+v", c.last)
	}
	c.mustBeAt("danger")
}

func TestTheSafetyQuestionIsNeverPassedBy(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	for name, c := range map[string]struct {
		walk func() *caller
		node string
		band hotline.Band
	}{
		"not sure":                {func() *caller { return calls(t, s).press("1", "3") }, "queue_urgent", hotline.Urgent},
		"not sure, in words":      {func() *caller { return calls(t, s).press("2").say("no estoy segura") }, "queue_urgent", hotline.Urgent},
		"silence":                 {func() *caller { return calls(t, s).press("1").silent(2) }, "queue_urgent", hotline.Urgent},
		"wrong key twice":         {func() *caller { return calls(t, s).press("1", "7", "6") }, "queue_urgent", hotline.Urgent},
		"a key that is no key":    {func() *caller { return calls(t, s).press("1", "?", "7") }, "queue_urgent", hotline.Urgent},
		"0 there":                 {func() *caller { return calls(t, s).press("1", "0") }, "queue_urgent", hotline.Urgent},
		"0 twice at once":         {func() *caller { return calls(t, s).press("0", "0") }, "queue_urgent", hotline.Urgent},
		"wholly silent":           {func() *caller { return calls(t, s).silent(4) }, "queue_urgent", hotline.Urgent},
		"no text within the time": {func() *caller { return texts(t, s, "Hello").silent(1) }, "queue_urgent", hotline.Urgent},
		"ideation":                {func() *caller { return texts(t, s, "I want to die") }, "queue_urgent", hotline.Urgent},
		"0, then no":              {func() *caller { return calls(t, s).press("0", "2") }, "queue_talk", hotline.Routine},
		"person, then no":         {func() *caller { return texts(t, s, "person").say("no") }, "queue_talk", hotline.Routine},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.walk().mustBeAt(c.node).mustWait(c.band, hotline.NeedTalk)
		})
	}
	calls(t, s).press("0").mustBeAt("safety_check")
	texts(t, s, "persona").mustBeAt("safety_check")
	texts(t, s, "hola").say("menú").mustBeAt("safety_check")
}

func TestAnAnswerThatIsNotPlainlyNoIsNotANo(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	for _, words := range []string{"no one here is safe", "no sé", "I said no to him and now he is angry", "no I mean yes", "nobody listens"} {
		if c := texts(t, s, "Hello").say(words); c.ses.Node == "main_menu" {
			t.Errorf("%q was taken for a no", words)
		}
	}
	for _, words := range []string{"no", "No, thank you.", "2", "2 no", "nope", "I'm safe", "no no", "¡No!", "nadie"} {
		texts(t, s, "Hello").say(words).mustBeAt("main_menu")
	}
}

func TestWordsThatMayMeanDangerAreAskedAboutOnce(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	c := texts(t, s, "Hello").say("im not suicidal but i cant do this anymore").mustBeAt("check_unsure").say("2").mustBeAt("main_menu")
	c.say("my visit was moved, they would be better off without me").mustBeAt("appt_what")
	if c.ses.Risk != 1 {
		t.Errorf("risk %d, want 1", c.ses.Risk)
	}
	late := calls(t, s).press("1", "2", "1").say("I can't do this anymore").mustBeAt("check_unsure")
	if r, ok := one[triage.Raise](late.last); !ok || r.Risk != 1 || len(r.Hits) == 0 {
		t.Errorf("raise %+v", r)
	}
	late.press("2").mustBeAt("appt_what")
	calls(t, s).press("1", "2", "1").say("ya no puedo más").press("1").mustAlarm()
}
