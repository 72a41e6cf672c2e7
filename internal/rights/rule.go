package rights

import "fmt"

// Unit is what a limit is counted in.
type Unit string

// The units of the law.
const (
	Hours        Unit = "hours"
	BusinessDays Unit = "business_days"
)

// Start is what a limit is counted from.
type Start string

// The starts of the law.
const (
	FromRequest Start = "request"
	FromVisit   Start = "last_visit"
)

// Rule is one limit of the law. The script has a text for each id.
type Rule struct {
	ID    string
	Limit int
	Unit  Unit
	Since Start
}

// The rules, with the subparagraph of §1367.03(a)(5) that each stands in.
var (
	urgentPlain  = Rule{"urgent_48", 48, Hours, FromRequest}              // (A)
	urgentPrior  = Rule{"urgent_96", 96, Hours, FromRequest}              // (B)
	psychiatrist = Rule{"psychiatrist_15", 15, BusinessDays, FromRequest} // (D) specialist physicians
	nonphysician = Rule{"nonphysician_10", 10, BusinessDays, FromRequest} // (E)
	followUp     = Rule{"followup_10", 10, BusinessDays, FromVisit}       // (F)
	general      = []string{"Health & Safety Code §1367.03", "28 CCR §1300.67.2.2"}
	rescheduling = "Health & Safety Code §1367.03(a)(3)"
)

// Rules gives all rules, so that a script can be checked for their texts.
func Rules() []Rule { return []Rule{urgentPlain, urgentPrior, psychiatrist, nonphysician, followUp} }

// rule chooses. Urgency goes before kind, as in the law.
func (r Request) rule() (Rule, error) {
	switch r.Urgency {
	case Urgent:
		return urgentPlain, r.known()
	case UrgentPrior:
		return urgentPrior, r.known()
	case Routine:
	default:
		return Rule{}, fmt.Errorf("%w: urgency %q", ErrIncomplete, r.Urgency)
	}
	// Testing is done once; what went before it was another kind of visit.
	treated := !r.LastVisit.IsZero() && r.Kind != Testing
	switch {
	case r.Kind == Psychiatrist:
		return psychiatrist, nil
	case treated:
		return followUp, r.known()
	default:
		return nonphysician, r.known()
	}
}

func (r Request) known() error {
	switch r.Kind {
	case Therapist, Psychiatrist, Group, Testing:
		return nil
	default:
		return fmt.Errorf("%w: kind of appointment %q", ErrIncomplete, r.Kind)
	}
}

// Condition is the id of a sentence that belongs to an answer. The script has
// the texts.
type Condition string

// The conditions of the rules.
const (
	ConditionGeneral       Condition = "general_rule"            // the department can tell about one's own case
	ConditionPlan          Condition = "state_regulated_plan"    // not self-funded, not Medicare
	ConditionMayExtend     Condition = "provider_may_extend"     // if noted that a longer wait does no harm
	ConditionPrior         Condition = "no_prior_authorization"  // else 96 hours
	ConditionHour          Condition = "hour_of_request"         // counted from the hour, which is not known
	ConditionOngoing       Condition = "ongoing_treatment"       // in a course of treatment
	ConditionAhead         Condition = "periodic_visits_ahead"   // periodic visits may be booked ahead
	ConditionGroupLeader   Condition = "group_led_by_therapist"  // by a psychiatrist: 15 business days
	ConditionTesting       Condition = "testing_by_psychologist" // as an ancillary service: 15 business days
	ConditionRescheduled   Condition = "promptly_rescheduled"    // the plan must, in a way that keeps care going
	ConditionHolidaysState Condition = "state_holidays"          // a plan may count its own holidays
)

// Conditions gives all conditions, so that a script can be checked for their
// texts.
func Conditions() []Condition {
	return []Condition{
		ConditionGeneral, ConditionPlan, ConditionMayExtend, ConditionPrior, ConditionHour, ConditionOngoing, ConditionAhead,
		ConditionGroupLeader, ConditionTesting, ConditionRescheduled, ConditionHolidaysState,
	}
}

// conditions gives those of an answer, in the order in which they are said.
func (r Request) conditions(rule Rule) []Condition {
	var out []Condition
	add := func(when bool, c Condition) {
		if when {
			out = append(out, c)
		}
	}
	days := rule.Unit == BusinessDays
	add(true, ConditionGeneral)
	add(true, ConditionPlan)
	add(r.Cancelled, ConditionRescheduled)
	add(rule == followUp, ConditionOngoing)
	add(rule == urgentPlain, ConditionPrior)
	add(!days && r.AskedAt.IsZero(), ConditionHour)
	add(days && r.Kind == Group, ConditionGroupLeader)
	add(days && r.Kind == Testing, ConditionTesting)
	add(rule == psychiatrist && !r.LastVisit.IsZero(), ConditionAhead)
	add(true, ConditionMayExtend)
	add(days, ConditionHolidaysState)
	return out
}

func (r Request) citations() []string {
	out := append([]string(nil), general...)
	if r.Cancelled {
		out = append(out, rescheduling)
	}
	return out
}
