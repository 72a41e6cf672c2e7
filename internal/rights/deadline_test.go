package rights_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tideover/tideover/internal/rights"
)

// known is a request as a test writes it.
type known struct {
	kind                rights.Kind
	urgency             rights.Urgency
	asked, at           string
	last, offered       string
	cancelled           bool
	rule, by, until     string // until: RFC 3339 with the zone's offset
	late                bool
	lateBy, lateDays    int
	conditions, citings string // one of each that must be there, "" for none
}

func (k known) request(t *testing.T) rights.Request {
	t.Helper()
	r := rights.Request{Kind: k.kind, Urgency: k.urgency, Zone: zone(t), Cancelled: k.cancelled}
	for d, s := range map[*rights.Date]string{&r.Asked: k.asked, &r.LastVisit: k.last, &r.Offered: k.offered} {
		if s != "" {
			*d = date(t, s)
		}
	}
	if k.at != "" {
		var err error
		if r.AskedAt, err = time.Parse(time.RFC3339, k.at); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func TestDeadlinesOfTheLaw(t *testing.T) {
	t.Parallel()
	c := builtIn(t)
	const therapist, psychiatrist, routine = rights.Therapist, rights.Psychiatrist, rights.Routine
	for name, k := range map[string]known{
		"first visit to a therapist":      {kind: therapist, urgency: routine, asked: "2026-11-24", rule: "nonphysician_10", by: "2026-12-10"},
		"psychiatrist":                    {kind: psychiatrist, urgency: routine, asked: "2026-11-24", rule: "psychiatrist_15", by: "2026-12-17"},
		"group":                           {kind: rights.Group, urgency: routine, asked: "2026-12-18", rule: "nonphysician_10", by: "2027-01-05", conditions: "group_led_by_therapist"},
		"testing":                         {kind: rights.Testing, urgency: routine, asked: "2027-01-02", rule: "nonphysician_10", by: "2027-01-15", conditions: "testing_by_psychologist"},
		"testing after visits":            {kind: rights.Testing, urgency: routine, asked: "2027-01-02", last: "2026-11-02", rule: "nonphysician_10", by: "2027-01-15"},
		"next visit to a therapist":       {kind: therapist, urgency: routine, last: "2026-11-24", rule: "followup_10", by: "2026-12-10", conditions: "ongoing_treatment"},
		"the last visit goes before":      {kind: therapist, urgency: routine, asked: "2026-12-01", last: "2026-11-24", rule: "followup_10", by: "2026-12-10"},
		"next session of a group":         {kind: rights.Group, urgency: routine, last: "2026-11-24", rule: "followup_10", by: "2026-12-10"},
		"next visit to a psychiatrist":    {kind: psychiatrist, urgency: routine, asked: "2026-12-01", last: "2026-09-01", rule: "psychiatrist_15", by: "2026-12-22", conditions: "periodic_visits_ahead"},
		"cancelled by a strike":           {kind: therapist, urgency: routine, last: "2026-11-24", cancelled: true, rule: "followup_10", by: "2026-12-10", conditions: "promptly_rescheduled", citings: "Health & Safety Code §1367.03(a)(3)"},
		"offered in time, on the day":     {kind: therapist, urgency: routine, asked: "2026-11-24", offered: "2026-12-10", rule: "nonphysician_10", by: "2026-12-10"},
		"offered a day late":              {kind: therapist, urgency: routine, asked: "2026-11-24", offered: "2026-12-11", rule: "nonphysician_10", by: "2026-12-10", late: true, lateBy: 1, lateDays: 1},
		"offered late over the holidays":  {kind: therapist, urgency: routine, asked: "2026-11-24", offered: "2027-01-04", rule: "nonphysician_10", by: "2026-12-10", late: true, lateBy: 15, lateDays: 25},
		"offered late by a Saturday":      {kind: therapist, urgency: routine, asked: "2026-10-02", offered: "2026-10-17", rule: "nonphysician_10", by: "2026-10-16", late: true, lateDays: 1},
		"urgent, by the clock":            {kind: therapist, urgency: rights.Urgent, at: "2026-11-25T16:30:00-08:00", rule: "urgent_48", by: "2026-11-27", until: "2026-11-27T16:30:00-08:00", conditions: "no_prior_authorization"},
		"urgent, prior authorization":     {kind: psychiatrist, urgency: rights.UrgentPrior, at: "2026-12-29T10:00:00-08:00", rule: "urgent_96", by: "2027-01-02", until: "2027-01-02T10:00:00-08:00"},
		"urgent, told in another zone":    {kind: therapist, urgency: rights.Urgent, at: "2026-11-26T00:30:00Z", rule: "urgent_48", by: "2026-11-27", until: "2026-11-27T16:30:00-08:00"},
		"urgent when clocks go forward":   {kind: therapist, urgency: rights.Urgent, at: "2027-03-13T12:00:00-08:00", rule: "urgent_48", by: "2027-03-15", until: "2027-03-15T13:00:00-07:00"},
		"urgent when clocks go back":      {kind: therapist, urgency: rights.Urgent, at: "2026-10-31T12:00:00-07:00", rule: "urgent_48", by: "2026-11-02", until: "2026-11-02T11:00:00-08:00"},
		"urgent, late, the hour forward":  {kind: therapist, urgency: rights.Urgent, at: "2027-03-13T23:30:00-08:00", rule: "urgent_48", by: "2027-03-16", until: "2027-03-16T00:30:00-07:00"},
		"urgent, only the day is known":   {kind: therapist, urgency: rights.Urgent, asked: "2026-11-25", rule: "urgent_48", by: "2026-11-27", conditions: "hour_of_request"},
		"urgent, also after a last visit": {kind: therapist, urgency: rights.Urgent, asked: "2026-11-25", last: "2026-11-20", rule: "urgent_48", by: "2026-11-27"},
		"urgent needs no calendar":        {kind: therapist, urgency: rights.UrgentPrior, asked: "2029-12-30", rule: "urgent_96", by: "2030-01-03"},
		"urgent, offered next week":       {kind: therapist, urgency: rights.Urgent, asked: "2026-11-25", offered: "2026-12-01", rule: "urgent_48", by: "2026-11-27", late: true, lateBy: 2, lateDays: 4},
		"leap year":                       {kind: psychiatrist, urgency: routine, asked: "2028-02-14", rule: "psychiatrist_15", by: "2028-03-07"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, err := rights.Deadline(k.request(t), c)
			if err != nil {
				t.Fatal(err)
			}
			until := ""
			if !a.At.IsZero() {
				until = a.At.Format(time.RFC3339)
			}
			if a.Rule.ID != k.rule || a.By.String() != k.by || until != k.until {
				t.Errorf("rule %s, by %s %s; want %s, %s %s", a.Rule.ID, a.By, until, k.rule, k.by, k.until)
			}
			if a.Late != k.late || a.LateBy != k.lateBy || a.LateDays != k.lateDays {
				t.Errorf("late %v by %d, %d days; want %v, %d, %d", a.Late, a.LateBy, a.LateDays, k.late, k.lateBy, k.lateDays)
			}
			if k.conditions != "" && !slices.Contains(a.Conditions, rights.Condition(k.conditions)) {
				t.Errorf("conditions %v, want %s among them", a.Conditions, k.conditions)
			}
			if got := strings.Join(a.Citations, "; "); !strings.Contains(got, "§1367.03") || !strings.Contains(got, "§1300.67.2.2") || !strings.Contains(got, k.citings) {
				t.Errorf("citations %s", got)
			}
		})
	}
}

func TestRequestsThatSayTooLittleGetNoDate(t *testing.T) {
	t.Parallel()
	c := builtIn(t)
	for name, k := range map[string]known{
		"no kind":                        {urgency: rights.Routine, asked: "2026-12-01"},
		"no kind, urgent":                {urgency: rights.Urgent, asked: "2026-12-01"},
		"a kind of no rule":              {kind: "dentist", urgency: rights.Routine, asked: "2026-12-01"},
		"no urgency":                     {kind: rights.Therapist, asked: "2026-12-01"},
		"no date":                        {kind: rights.Therapist, urgency: rights.Routine},
		"psychiatrist, only a visit":     {kind: rights.Psychiatrist, urgency: rights.Routine, last: "2026-12-01"},
		"urgent, only a visit":           {kind: rights.Therapist, urgency: rights.Urgent, last: "2026-12-01"},
		"testing, only a visit before":   {kind: rights.Testing, urgency: rights.Routine, last: "2026-12-01"},
		"prior authorization, no moment": {kind: rights.Therapist, urgency: rights.UrgentPrior},
	} {
		if a, err := rights.Deadline(k.request(t), c); !errors.Is(err, rights.ErrIncomplete) {
			t.Errorf("%s: %+v, %v", name, a, err)
		}
	}
	noon := time.Date(2026, 12, 1, 20, 0, 0, 0, time.UTC)
	for name, r := range map[string]rights.Request{
		"a day that is none":   {Kind: rights.Therapist, Urgency: rights.Routine, Asked: rights.Date{Year: 2026, Month: 2, Day: 30}},
		"an offer on no day":   {Kind: rights.Therapist, Urgency: rights.Routine, Asked: date(t, "2026-12-01"), Offered: rights.Date{Year: 2026, Month: 2, Day: 30}},
		"a moment in no zone":  {Kind: rights.Therapist, Urgency: rights.Urgent, AskedAt: noon},
		"day and moment apart": {Kind: rights.Therapist, Urgency: rights.Urgent, AskedAt: noon, Zone: time.UTC, Asked: date(t, "2026-12-02")},
	} {
		if a, err := rights.Deadline(r, c); err == nil {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

func TestDeadlineBeyondTheCalendarNamesTheYear(t *testing.T) {
	t.Parallel()
	c := builtIn(t)
	for name, k := range map[string]known{
		"deadline": {kind: rights.Therapist, urgency: rights.Routine, asked: "2029-12-20"},
		"lateness": {kind: rights.Therapist, urgency: rights.Routine, asked: "2029-12-10", offered: "2030-01-10"},
	} {
		var uncovered rights.UncoveredError
		if a, err := rights.Deadline(k.request(t), c); !errors.As(err, &uncovered) || uncovered.Year != 2030 {
			t.Errorf("%s: %+v, %v", name, a, err)
		}
	}
}

func TestEveryAnswerIsLateExactlyAfterItsDayAndNamesItsConditions(t *testing.T) {
	t.Parallel()
	c := builtIn(t)
	ids := rights.Conditions()
	rapid.Check(t, func(t *rapid.T) {
		r := rights.Request{
			Kind:    rapid.SampledFrom([]rights.Kind{rights.Therapist, rights.Psychiatrist, rights.Group, rights.Testing}).Draw(t, "kind"),
			Urgency: rapid.SampledFrom([]rights.Urgency{rights.Routine, rights.Urgent, rights.UrgentPrior}).Draw(t, "urgency"),
			Asked:   someDay().Draw(t, "asked"), Cancelled: rapid.Bool().Draw(t, "cancelled"),
		}
		r.Offered = r.Asked.AddDays(rapid.IntRange(0, 120).Draw(t, "offered after"))
		if rapid.Bool().Draw(t, "treated") {
			r.LastVisit = r.Asked.AddDays(-rapid.IntRange(0, min(90, rights.Date{Year: 2026, Month: 1, Day: 1}.Days(r.Asked))).Draw(t, "visit before"))
		}
		a, err := rights.Deadline(r, c)
		if err != nil {
			t.Fatal(err)
		}
		if a.Late != r.Offered.After(a.By) || a.Late != (a.LateDays > 0) || a.LateBy > a.LateDays || (a.LateBy > 0 && !a.Late) {
			t.Fatalf("offered %s, by %s: late %v by %d, %d days", r.Offered, a.By, a.Late, a.LateBy, a.LateDays)
		}
		if !slices.Contains(rights.Rules(), a.Rule) || a.Conditions[0] != rights.ConditionGeneral {
			t.Fatalf("rule %+v, conditions %v", a.Rule, a.Conditions)
		}
		for i, id := range a.Conditions {
			if !slices.Contains(ids, id) || slices.Contains(a.Conditions[:i], id) {
				t.Fatalf("condition %s is unknown, or said twice", id)
			}
		}
	})
}
