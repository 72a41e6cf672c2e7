package triage_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
)

func TestACallbackKeepsThePlace(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	asked := func() *caller { return calls(t, s).press("2", "2", "3", "1").mustBeAt("callback_ask") }

	agreed := func() *caller { return asked().press("1", "1", "1", "1", "1").mustBeAt("callback_promise") }
	promised := agreed()
	if !has[triage.Promise](promised.last) {
		t.Fatalf("no promise is asked for: %+v", promised.last)
	}
	promised.hears("promised").mustBeAt("queue_talk")
	if !has[triage.End](promised.last) || !strings.Contains(heard(promised.last), "9 8 8") {
		t.Errorf("goodbye %+v", promised.last)
	}
	for _, outcome := range []string{"claimed", "connecting", "live", "waiting", "whatever"} {
		c := agreed().hears(outcome).mustBeAt("queue_talk")
		if has[triage.End](c.last) || heard(c.last) == "" || c.ses.Awaits != "" {
			t.Errorf("%s: %+v", outcome, c.last)
		}
	}
	asked().press("3").mustBeAt("queue_talk")
	asked().silent(1).mustBeAt("queue_talk")
	asked().press("7", "7").mustBeAt("queue_talk")
	asked().press("9").mustAlarm()

	repeated := agreed().press("1")
	if !has[triage.Promise](repeated.last) || len(repeated.last) != 1 {
		t.Errorf("a request that is made again must ask for the same: %+v", repeated.last)
	}
}

func TestWithoutANumberOneIsAskedForAndReadBack(t *testing.T) {
	t.Parallel()
	c := calls(t, shipped(t)).press("1", "2", "3")
	c.facts.HasNumber, c.facts.CanText = false, false
	c.press("1").mustBeAt("callback_number").press("2095550142").mustBeAt("callback_confirm")
	if !strings.Contains(heard(c.last), "2 0 9, 5 5 5, 0 1 4 2") {
		t.Errorf("read back: %s", heard(c.last))
	}
	c = calls(t, shipped(t)).press("1", "2", "3")
	c.facts.HasNumber, c.facts.CanText = false, false
	if c.press("2").mustBeAt("queue_talk"); heard(c.last) == "" || has[triage.SendText](c.last) {
		t.Errorf("key 2: %+v", c.last)
	}
}

// No premium service, no other country, no number that cannot be.
func TestOnlyANumberThatMayBeCalledIsTaken(t *testing.T) {
	t.Parallel()
	for name, ten := range map[string]string{
		"premium": "9002555501", "an island": "8762555501", "976": "2099760142", "an emergency": "9112555501", "no area": "1095550142", "too short": "209555014",
	} {
		calls(t, shipped(t)).press("1", "2", "3", "1", "2", ten).mustBeAt("callback_number")
		if ten != "209555014" && hotline.Domestic(ten).Known() {
			t.Errorf("%s may be called", name)
		}
	}
}

func TestTheTimeThatIsToldIsOneInWhichACallMayGoOut(t *testing.T) {
	t.Parallel()
	la, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	hours := hotline.CallHours{From: 8 * time.Hour, To: 21 * time.Hour}
	at := func(day, hour, minute int) time.Time {
		return time.Date(2026, time.November, day, hour, minute, 0, 0, la)
	}
	for name, c := range map[string]struct {
		now    time.Time
		window hotline.Window
		want   time.Time
	}{
		"in the morning, any time":           {at(24, 9, 0), "", at(24, 21, 0)},
		"in the evening, mornings":           {at(24, 19, 0), hotline.Morning, at(25, 12, 0)},
		"ten minutes before the end":         {at(24, 20, 50), "", at(25, 21, 0)},
		"at night":                           {at(24, 23, 0), "", at(25, 21, 0)},
		"early, afternoons":                  {at(24, 3, 0), hotline.Afternoon, at(24, 17, 0)},
		"the day on which the clock goes on": {time.Date(2027, time.March, 13, 22, 0, 0, 0, la), hotline.Morning, time.Date(2027, time.March, 14, 12, 0, 0, 0, la)},
	} {
		if got := hours.In(c.window).ToldBy(c.now, la); !got.Equal(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		from, till := hours.In(c.window).Stretch(c.now, la)
		if !from.Before(till) || !c.now.Before(till) {
			t.Errorf("%s: from %v till %v", name, from, till)
		}
	}
}

func TestWhileWaitingOnlyKnownKeysDoAnything(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	c := calls(t, s).press("1", "2", "3")
	for _, key := range []string{"0", "*", "5", "7", "?", "12"} {
		if c.press(key).mustBeAt("queue_talk"); len(c.last) != 0 {
			t.Errorf("key %s: %+v", key, c.last)
		}
	}
	if c.press("2"); !has[triage.SendText](c.last) {
		t.Errorf("key 2 sends nothing: %+v", c.last)
	}
	if c := calls(t, s).press("9").silent(2).press("1"); len(c.last) != 0 {
		t.Errorf("an emergency was offered a callback: %+v", c.last)
	}
}

func TestATexterWhoWaitsMayUseTheMenuAndKeepsThePlace(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	c := texts(t, s, "Hello").say("2", "person").mustBeAt("queue_talk").say("menu").mustBeAt("main_menu")
	if !strings.Contains(heard(c.last), "kept") {
		t.Errorf("no word of the place: %q", heard(c.last))
	}
	before := len(c.all)
	c.say("4", "5").mustBeAt("queue_talk")
	if has[triage.Enqueue](c.all[before:]) {
		t.Error("an answer as urgent as before queued again")
	}
	c.say("menu", "2", "1", "1").mustBeAt("queue_med_urgent").mustWait(hotline.Urgent, hotline.NeedMedication)
	c.say("menu", "3").mustBeAt("queue_med_urgent").mustWait(hotline.Urgent, hotline.NeedMedication)
	if c.say("are you still there"); len(c.last) != 0 {
		t.Errorf("plain words while waiting: %+v", c.last)
	}
	c.say("I want to die").mustBeAt("queue_med_urgent") // as urgent already
	if r, ok := one[triage.Raise](c.last); !ok || r.Risk != 2 {
		t.Errorf("raise %+v", r)
	}
	c.say("crisis").mustAlarm()
}

func TestServedWhileWaitingNeverEndsTheContact(t *testing.T) {
	t.Parallel()
	c := texts(t, shipped(t), "Hello").say("2", "person", "menu", "6", "2").mustBeAt("more").say("2").mustBeAt("queue_talk")
	if has[triage.End](c.all) {
		t.Error("a waiting case was ended")
	}
}

func TestASessionThatWasLostWaitsAgain(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	for _, band := range hotline.Bands() {
		c := calls(t, s)
		c.ses = s.Waiting(hotline.Voice, hotline.Spanish, band, hotline.NeedTalk)
		if c.silent(2); len(c.last) != 0 || s.Current(c.ses, c.facts) != nil {
			t.Errorf("%v: the waiting loop is disturbed: %+v", band, c.last)
		}
		c.press("9")
		if !has[triage.Page](c.last) {
			t.Errorf("%v: 9 does not page", band)
		}
	}
}

func TestANodeOfAnotherVersionLosesNobody(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	c := calls(t, s).press("2", "2", "1")
	c.ses.Node = "node_of_last_week"
	lost := c.ses
	c.press("1").mustBeAt("main_menu")
	if c.ses.Lang != hotline.Spanish {
		t.Errorf("language %q", c.ses.Lang)
	}
	c.ses = lost
	c.press("9").mustAlarm()
	c.ses = lost
	c.ses.Safety = false
	c.press("1").mustBeAt("safety_check")
	c.ses = lost
	c.ses.Queue = "queue_of_last_week"
	c.silent(1).mustBeAt("queue_urgent")
}

func TestTheOpenQuestionIsAskedAgainWithoutAChange(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	c := calls(t, s)
	if first, again := heard(c.last), heard(s.Current(c.ses, c.facts)); first != again {
		t.Errorf("welcome %q, again %q", first, again)
	}
	c.press("1", "2")
	if first, again := heard(c.last), heard(s.Current(c.ses, c.facts)); first != again || first == "" {
		t.Errorf("menu %q, again %q", first, again)
	}
}
