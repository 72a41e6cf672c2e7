package standin_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/standin"
)

func TestDialledNumberIsBridged(t *testing.T) {
	t.Parallel()
	b := set(t, map[string]func(url.Values) string{
		"/voice": page(`<Dial timeout="20" action="/after" callerId="` + line + `"><Number>` + counselor + `</Number></Dial>`),
		"/after": page(`<Say>Goodbye.</Say><Hangup/>`),
	})
	p, h := b.Phone(patient), b.Phone(counselor)
	must(t, p.Dial(t.Context()))
	must(t, h.Answer(t.Context()))
	must(t, p.Await(t.Context(), func(s standin.State) bool { return s.Phase == standin.InRoom }))
	must(t, h.Speak(t.Context(), "Backup line."))
	heard := p.Transcript()
	if last := heard[len(heard)-1]; last.Text != "Backup line." {
		t.Errorf("heard %+v", last)
	}
	must(t, h.Hangup(t.Context()))
	b.settled(t)
	f := b.app.requests("/after")[0].form
	if f.Get("DialCallStatus") != "completed" || f.Get("DialBridged") != "true" || !strings.HasPrefix(f.Get("DialCallSid"), "CA") {
		t.Errorf("action %v", f)
	}
	if p.Said() != "Goodbye." || len(b.Rooms()) != 0 {
		t.Errorf("heard %q, rooms %v", p.Said(), b.Rooms())
	}
}

func TestDialledNumberThatIsBusyFallsThrough(t *testing.T) {
	t.Parallel()
	b := set(t, map[string]func(url.Values) string{
		"/voice": page(`<Dial><Number>` + counselor + `</Number></Dial><Say>Nobody there.</Say><Hangup/>`),
	})
	b.Phone(counselor).Behave(standin.Busy())
	p := b.Phone(patient)
	must(t, p.Dial(t.Context()))
	must(t, p.Await(t.Context(), func(s standin.State) bool { return s.Phase == standin.Over }))
	if p.Said() != "Nobody there." {
		t.Errorf("heard %q", p.Said())
	}
}

func TestEmergencyNumbersAreRefusedUnlessFaked(t *testing.T) {
	t.Parallel()
	for _, number := range []string{"911", "933", "988"} {
		b := set(t, map[string]func(url.Values) string{"/voice": page(`<Dial action="/after"><Number>` + number + `</Number></Dial>`), "/after": page("<Hangup/>")})
		must(t, b.Phone(patient).Dial(t.Context()))
		b.settled(t)
		status, _ := b.api(t, "POST", "Calls.json", dial(number))
		if got := codes(b.Violations()); status != 400 || !slices.Equal(got, []int{21215, 21215}) {
			t.Errorf("%s: status %d, violations %v", number, status, got)
		}
		fake := set(t, office(), func(o *standin.Options) { o.FakeEmergency = true })
		if status, body := fake.api(t, "POST", "Calls.json", dial(number)); status != 201 {
			t.Errorf("%s faked: %d %s", number, status, body)
		}
		fake.await(t, "a robot answers", func(s standin.Snapshot) bool { return s.Calls[0].Status == "in-progress" })
	}
}
