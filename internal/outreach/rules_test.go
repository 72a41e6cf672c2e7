package outreach_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/outreach"
)

func TestAGroupThatCannotBeIsRefusedByItsFaultyField(t *testing.T) {
	t.Parallel()
	good := outreach.Group{ID: "calm-1", Topic: "anxiety", Lang: "es", At: noon.Add(time.Hour), Seats: 12, Waits: 0, Link: "https://meet.example.org/x"}
	if err := good.Check(noon); err != nil {
		t.Fatal(err)
	}
	cases := map[string]func(*outreach.Group){
		"id:":        func(g *outreach.Group) { g.ID = "Calm 1" },
		"topic:":     func(g *outreach.Group) { g.Topic = "" },
		"language:":  func(g *outreach.Group) { g.Lang = "fr" },
		"at:":        func(g *outreach.Group) { g.At = noon },
		"at: want":   func(g *outreach.Group) { g.At = noon.AddDate(1, 0, 0) },
		"seats:":     func(g *outreach.Group) { g.Seats = 0 },
		"wait_list:": func(g *outreach.Group) { g.Waits = -1 },
		"link:":      func(g *outreach.Group) { g.Link = "http://meet.example.org" },
		"link: want": func(g *outreach.Group) { g.Link = "https://meet.example.org/a b" },
	}
	for want, spoil := range cases {
		g := good
		spoil(&g)
		err := g.Check(noon)
		if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", want, err)
		}
	}
	if err := (outreach.Group{}).Check(noon); err == nil || strings.Count(err.Error(), "\n") != 5 {
		t.Errorf("not all faults at once: %v", err)
	}
}

func TestGroupsToComeAreSoonestFirst(t *testing.T) {
	t.Parallel()
	all := []outreach.Group{
		{ID: "late", At: noon.Add(2 * time.Hour)},
		{ID: "off", At: noon.Add(time.Hour), Cancelled: true},
		{ID: "begun", At: noon},
		{ID: "b", At: noon.Add(time.Hour)},
		{ID: "a", At: noon.Add(time.Hour), Seats: 2, Taken: 3},
	}
	var ids []string
	for _, g := range outreach.Coming(all, noon) {
		ids = append(ids, g.ID)
	}
	if got := strings.Join(ids, " "); got != "a b late" {
		t.Errorf("got %s", got)
	}
	if free := all[4].Free(); free != 0 {
		t.Errorf("%d free", free)
	}
}

func TestATextThatCanWaitComesByDay(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("PST", -8*3600)
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 0, 0, zone) }
	for in, want := range map[time.Time]time.Time{
		at(24, 3, 10): at(24, 9, 0), at(24, 8, 59): at(24, 9, 0), at(24, 9, 0): at(24, 9, 0), at(24, 19, 59): at(24, 19, 59),
		at(24, 20, 0): at(25, 9, 0), at(30, 23, 30): time.Date(2026, 12, 1, 9, 0, 0, 0, zone),
	} {
		if got := outreach.Daytime(in.UTC(), zone); !got.Equal(want) {
			t.Errorf("%v: %v, want %v", in, got, want)
		}
	}
}

func TestPlanOfADuty(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour
	cases := map[string]struct {
		kind      outreach.Kind
		due       time.Time
		want, txt time.Duration // from noon
	}{
		"a day":          {outreach.Reroute, noon.Add(10 * day), 10 * day, 0},
		"none":           {outreach.Reroute, time.Time{}, 7 * day, 0},
		"over already":   {outreach.Reroute, noon.Add(-day), time.Hour, 0},
		"far too late":   {outreach.Reroute, noon.Add(900 * day), 120 * day, 0},
		"check-in":       {outreach.CheckIn, noon.Add(14*day - 9*time.Hour), 16*day - 9*time.Hour, 14*day - 9*time.Hour},
		"check-in, late": {outreach.CheckIn, noon.Add(14 * day), 16*day + 13*time.Hour, 14*day + 13*time.Hour},
	}
	for name, tc := range cases {
		p := outreach.PlanOf(tc.kind, tc.due, noon, time.UTC)
		if p.Due.Sub(noon) != tc.want || p.GoneBy.Sub(p.Due) != 3*day || p.SendAt.IsZero() != (tc.txt == 0) || tc.txt != 0 && p.SendAt.Sub(noon) != tc.txt {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func TestDutyIsHeldForAWhileByOne(t *testing.T) {
	t.Parallel()
	d := outreach.Duty{Owner: "c1", Until: noon, Due: noon, State: outreach.Open}
	if !d.HeldBy("c1", noon.Add(-1)) || d.HeldBy("c1", noon) || d.HeldBy("c2", noon.Add(-1)) || (outreach.Duty{Until: noon}).HeldBy("", noon.Add(-1)) {
		t.Error("who holds it")
	}
	if d.Overdue(noon) || !d.Overdue(noon.Add(1)) {
		t.Error("when it is overdue")
	}
	d.State = outreach.Done
	if d.Overdue(noon.Add(time.Hour)) {
		t.Error("overdue though done")
	}
	for _, s := range []string{"", "Reroute", "page"} {
		if _, err := outreach.ParseKind(s); err == nil {
			t.Errorf("kind %q", s)
		}
		if _, err := outreach.ParseOutcome(s); err == nil {
			t.Errorf("outcome %q", s)
		}
	}
	ends := map[outreach.Outcome]bool{"helped": true, "declined": true, "wrong_number": true}
	for _, o := range outreach.Outcomes() {
		if got, err := outreach.ParseOutcome(string(o)); err != nil || got != o || o.Ends() != ends[o] {
			t.Errorf("%s: ends %v, %v", o, o.Ends(), err)
		}
	}
}
