package triage

import (
	"github.com/tideover/tideover/internal/rights"
)

// due works out by when the plan has to give the appointment. Where that
// cannot be said the script goes on without a date: a wrong one is worse.
func (r *run) due(n *node) {
	var days rights.Calendar // without days off only what is counted in hours can be told
	if r.s.calendar != nil {
		days = *r.s.calendar
	}
	got, err := rights.Deadline(r.request(n.law), days)
	if err != nil {
		r.set(n.into, "") // of an earlier round
		r.goTo(n.other)
		return
	}
	r.set(n.into, got.By.String())
	late := ""
	if got.Late {
		late = "yes"
	}
	if n.law.late != "" {
		r.set(n.law.late, late)
	}
	r.goTo(n.next)
}

func (r *run) request(law lawVars) rights.Request {
	vars := r.ses.Vars
	q := rights.Request{
		Kind: rights.Kind(vars[law.visit]), Urgency: rights.Routine, Asked: r.today(),
		LastVisit: date(vars[law.last]), Offered: date(vars[law.offered]), Cancelled: true,
	}
	if vars[law.urgent] == "yes" {
		q.Urgency = rights.Urgent
	}
	return q
}

// today is the day of the step in the line's zone.
func (r *run) today() rights.Date { return rights.From(r.now, r.s.zone) }

// date reads a variable; what is no date is the zero Date.
func date(iso string) rights.Date {
	d, err := rights.Parse(iso)
	if err != nil {
		return rights.Date{}
	}
	return d
}

// collectDate takes a day as it was typed or said.
func (r *run) collectDate(n *node, text string) {
	if spelt := digits(tokens(text)); spelt != "" {
		text = spelt
	}
	d, ok := rights.ReadDate(text, string(r.ses.Lang), r.today(), n.date)
	if !ok {
		r.noMatch(n)
		return
	}
	r.understood()
	r.answered(n, d.String())
	r.took(n)
	r.set(n.into, d.String())
	r.goTo(n.next)
}
