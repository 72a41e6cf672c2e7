package standin_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/standin"
)

func TestAMutedOrHeldParticipantIsNotHeardAndHearsOrNot(t *testing.T) {
	t.Parallel()
	b := set(t, office())
	p, c, call, _ := b.talk(t)
	path := "Conferences/" + b.Rooms()[0].Sid + "/Participants/" + call + ".json"
	said := func(phone *standin.Phone, words string) bool {
		return slices.ContainsFunc(phone.Transcript(), func(l standin.Line) bool { return l.Who == "other" && l.Text == words })
	}
	for _, step := range []struct {
		field, value           string
		heard, hears           bool
		muted, held, its, word string
	}{
		{"Muted", "true", false, true, `"muted":true`, `"hold":false`, "one", "two"},
		{"Muted", "false", true, true, `"muted":false`, `"hold":false`, "three", "four"},
		{"Hold", "true", false, false, `"muted":false`, `"hold":true`, "five", "six"},
		{"Hold", "false", true, true, `"muted":false`, `"hold":false`, "seven", "eight"},
	} {
		status, body := b.api(t, "POST", path, url.Values{step.field: {step.value}})
		flat := strings.ReplaceAll(body, ": ", ":")
		if status != 200 || !strings.Contains(flat, step.muted) || !strings.Contains(flat, step.held) {
			t.Errorf("%s %s: %d %s", step.field, step.value, status, body)
		}
		must(t, p.Speak(t.Context(), step.its))
		must(t, c.Speak(t.Context(), step.word))
		if said(c, step.its) != step.heard || said(p, step.word) != step.hears {
			t.Errorf("%s %s: heard %v, hears %v", step.field, step.value, said(c, step.its), said(p, step.word))
		}
	}
	for _, bad := range []url.Values{{"Muted": {"yes"}}, {"AnnounceUrl": {"/words"}}, {"HoldMethod": {"PUT"}}} {
		if status, _ := b.api(t, "POST", path, bad); status != 400 {
			t.Errorf("%v: %d", bad, status)
		}
	}
	if status, _ := b.api(t, "POST", strings.Replace(path, call, "CA"+strings.Repeat("0", 32), 1), url.Values{"Muted": {"true"}}); status != 404 {
		t.Errorf("somebody who is not there: %d", status)
	}
}
