package webhook_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/webhook"
)

// telling are words that tell what this line is, or why somebody wrote to it.
// The two numbers are not among them here: every failure names them, to anybody.
var telling = regexp.MustCompile(`(?i)suicid|crisis|danger|peligro|emergenc|counsel|consej|volunt|therap|terap|psych|psiqui|hotline|support|apoyo|strike|huelga|` +
	`medic|pill|appointment|\bcita|health|salud|mental|\bplan|rights|derecho|hurt|daño|kill|matar|safe|segur|abus|police|policía|tideover|help|ayuda|line\b|línea`)

// While the store fails nobody knows who cannot talk, and whoever holds the
// phone reads the answer.
func TestWhileTheStoreFailsATextTellsNothingOfAnybody(t *testing.T) {
	t.Parallel()
	for body, alarms := range map[string]int{
		"hello": 0, "can't talk": 0, "#": 0, "no puedo hablar": 0, "I need my meds": 0, "crisis": 1, "911": 1, "I am going to kill myself": 1, "me voy a matar": 1,
	} {
		r := newRoutes(t, webhook.Options{})
		r.fail = hotline.ErrUnknown
		d := r.read(r.post("/twilio/sms", textFields("Body", body)))
		if found := telling.FindString(d.text); found != "" {
			t.Errorf("%q: %q tells, in %q", body, found, d.text)
		}
		for _, want := range []string{"911", "988", "write again", "escriba otra vez"} {
			if !strings.Contains(d.text, want) {
				t.Errorf("%q: %q lacks %q", body, d.text, want)
			}
		}
		if len(r.alarms) != alarms {
			t.Errorf("%q: alarms %v, want %d", body, r.alarms, alarms)
		}
	}
}

// Twilio ends an input at # unless it is told not to; then a caller who presses
// nothing else would be taken for a silent one.
func TestPoundSaysCannotTalkAtQuestionsOfSeveralDigitsToo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ digits, want, not string }{
		"pound alone":                {"#", "You do not need to speak", "ZIP"},
		"digits ended with pound":    {"900#", "ZIP", "speak"},
		"a whole number":             {"90012", "help in your county", "ZIP"},
		"star is said again":         {"*", "ZIP", "speak"},
		"a person, ended by habit":   {"0#", "A volunteer will help you search", "ZIP"},
		"danger, ended by habit":     {"9#", "dial 911 now", "five digits"},
		"several pounds are still #": {"##", "You do not need to speak", "ZIP"},
	} {
		r := newRoutes(t, webhook.Options{})
		d := r.read(r.post("/twilio/voice", fields()))
		for _, key := range []string{"1", "2", "5"} {
			d = r.read(r.post(d.attrs["Gather action"], fields("Digits", key)))
		}
		if d.attrs["Gather numDigits"] != "5" || !strings.Contains(d.raw, `finishOnKey=""`) {
			t.Fatalf("the question for the ZIP code: %s", d.raw)
		}
		d = r.read(r.post(d.attrs["Gather action"], fields("Digits", c.digits)))
		if !strings.Contains(d.text, c.want) || strings.Contains(d.text, c.not) {
			t.Errorf("%s: %q, want %q and not %q", name, d.text, c.want, c.not)
		}
	}
}
