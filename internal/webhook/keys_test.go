package webhook_test

import (
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/webhook"
)

// FAULTS 35: what no phone's keys give is no key. The question is asked again,
// and whoever never answers comes to a person.
func TestKeysThatAreNoneAreAskedForAgainAndThenLeadToAPerson(t *testing.T) {
	t.Parallel()
	for name, digits := range map[string]string{
		"none": "", "ten thousand": strings.Repeat("9", 10_000), "Arabic digits": "١٢", "full-width digits": "１", "letters": "one", "a blank and a key": " 1", "a minus": "-1",
	} {
		r := newRoutes(t, webhook.Options{})
		d := r.read(r.post("/twilio/voice", fields()))
		d = r.read(r.post(d.attrs["Gather action"], fields("Digits", "1")))
		asked := 0
		for ; r.c.State == hotline.Triage && asked < 12; asked++ {
			d = r.read(r.post(d.attrs["Gather action"], fields("Digits", digits)))
			r.kindToPatients(name, d)
		}
		if r.c.State != hotline.Waiting || asked < 2 {
			t.Errorf("%s, sent %d times, ends with the case %s: %q", name, asked, r.c.State, d.text)
		}
	}
}
