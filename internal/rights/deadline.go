package rights

import (
	"errors"
	"fmt"
	"time"
)

// Kind is what the appointment is for. The zero Kind is none.
type Kind string

// The kinds that the rules tell apart.
const (
	Therapist    Kind = "therapist" // or any other who is not a physician
	Psychiatrist Kind = "psychiatrist"
	Group        Kind = "group"
	Testing      Kind = "testing" // psychological
)

// Urgency is how soon care is needed. The zero Urgency is none, so that
// nobody is routine by an oversight.
type Urgency string

// The urgencies. Whether a plan wants prior authorization few callers know:
// ask, or take Urgent and name the condition.
const (
	Routine     Urgency = "routine"
	Urgent      Urgency = "urgent"
	UrgentPrior Urgency = "urgent_prior" // needs prior authorization
)

// Request is what is known of an appointment.
type Request struct {
	Kind      Kind
	Urgency   Urgency
	Asked     Date           // day of the request
	AskedAt   time.Time      // moment of the request, zero if not known; then Asked may be left out
	Zone      *time.Location // the line's; of use with AskedAt
	LastVisit Date           // with the same kind of provider, in a treatment that goes on; zero for a first visit
	Cancelled bool           // a date was given and taken away
	Offered   Date           // zero if none was
}

// Answer is what the law says of a request.
type Answer struct {
	Rule       Rule
	By         Date      // the last day that is in time
	At         time.Time // the last moment, in Zone, of a rule in hours; zero if the moment of the request is not known
	Late       bool      // Offered is after By
	LateBy     int       // business days after By up to Offered; 0 if late by a weekend or a holiday only
	LateDays   int       // the same in days of the calendar
	Conditions []Condition
	Citations  []string
}

// ErrIncomplete says that a request lacks what its rule counts from.
var ErrIncomplete = errors.New("not enough is known of the request")

// Deadline gives the date or moment by which the plan has to give the
// appointment. Where the calendar does not cover a year that is needed the
// error is an UncoveredError, where a date is missing ErrIncomplete.
func Deadline(r Request, c Calendar) (Answer, error) {
	asked, err := r.asked()
	if err != nil {
		return Answer{}, err
	}
	rule, err := r.rule()
	if err != nil {
		return Answer{}, err
	}
	since := asked
	if rule.Since == FromVisit {
		since = r.LastVisit
	}
	if since.IsZero() {
		return Answer{}, fmt.Errorf("%w: rule %s counts from the %s", ErrIncomplete, rule.ID, rule.Since)
	}
	a := Answer{Rule: rule, Conditions: r.conditions(rule), Citations: r.citations()}
	switch {
	case rule.Unit == BusinessDays:
		a.By, err = c.Add(since, rule.Limit)
	case r.AskedAt.IsZero():
		// On that day, at the hour of the request, which nobody has told us.
		a.By = since.AddDays(rule.Limit / 24)
	default:
		a.At = r.AskedAt.Add(time.Duration(rule.Limit) * time.Hour).In(r.Zone)
		a.By = of(a.At)
	}
	if err != nil {
		return Answer{}, fmt.Errorf("rule %s: %w", rule.ID, err)
	}
	if r.Offered.After(a.By) {
		a.Late, a.LateDays = true, a.By.Days(r.Offered)
		if a.LateBy, err = c.Between(a.By, r.Offered); err != nil {
			return Answer{}, fmt.Errorf("late by: %w", err)
		}
	}
	return a, nil
}

// asked gives the day of the request, zero if it is not known, and refuses
// dates that do not exist.
func (r Request) asked() (Date, error) {
	for name, d := range map[string]Date{"request": r.Asked, "last visit": r.LastVisit, "offer": r.Offered} {
		if !d.IsZero() && !d.Valid() {
			return Date{}, fmt.Errorf("date of the %s: no such date as %s", name, d)
		}
	}
	if r.AskedAt.IsZero() {
		return r.Asked, nil
	}
	if r.Zone == nil {
		return Date{}, errors.New("moment of the request: in no zone")
	}
	day := From(r.AskedAt, r.Zone)
	if !r.Asked.IsZero() && r.Asked != day {
		return Date{}, fmt.Errorf("the request was on %s by its date and on %s by its moment", r.Asked, day)
	}
	return day, nil
}
