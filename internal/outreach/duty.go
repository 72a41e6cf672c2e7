package outreach

import (
	"fmt"
	"slices"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// Kind is what is owed. The words are those of the script.
type Kind string

// The kinds of duty.
const (
	Reroute   Kind = "reroute"
	CheckIn   Kind = "check_in"
	Complaint Kind = "complaint" // for supervisors alone
	Unreached Kind = "unreached" // a callback that nobody answered, as often as it was tried; for supervisors alone
)

// ForSupervisors reports whether a kind is for them alone.
func (k Kind) ForSupervisors() bool { return k == Complaint || k == Unreached }

// ParseKind reads one of the kinds.
func ParseKind(s string) (Kind, error) {
	if k := Kind(s); slices.Contains(Kinds(), k) {
		return k, nil
	}
	return "", fmt.Errorf("kind: want one of %v", Kinds())
}

// Kinds lists them.
func Kinds() []Kind { return []Kind{Reroute, CheckIn, Complaint, Unreached} }

const (
	usualDue    = 7 * 24 * time.Hour // of what has no day of its own
	latestDue   = 120 * 24 * time.Hour
	afterDue    = 72 * time.Hour // what is kept of a duty is gone so long after its day
	earliestDue = time.Hour
)

// AnswerWithin is how long a check-in may stay without an answer before a
// person has to act.
const AnswerWithin = 48 * time.Hour

// GoneBy is when nothing of a duty may be read any more.
func GoneBy(due time.Time) time.Time { return due.Add(afterDue) }

// Plan is when the things of a duty happen.
type Plan struct {
	Due    time.Time // a person has to act by then; overdue afterwards
	SendAt time.Time // a text goes out then; zero: none
	GoneBy time.Time // nothing of it may be read any more
}

// PlanOf plans a duty: due is the day by which, zero for none.
func PlanOf(k Kind, due, now time.Time, zone *time.Location) Plan {
	if due.IsZero() {
		due = now.Add(usualDue)
	}
	if due.Before(now.Add(earliestDue)) {
		due = now.Add(earliestDue)
	}
	if due.After(now.Add(latestDue)) {
		due = now.Add(latestDue)
	}
	p := Plan{Due: due}
	if k == CheckIn {
		p.SendAt = Daytime(due, zone)
		p.Due = p.SendAt.Add(AnswerWithin)
	}
	p.GoneBy = GoneBy(p.Due)
	return p
}

// DutyState says how far a duty is.
type DutyState string

// The states of a duty.
const (
	Planned DutyState = "planned" // a text will go out
	Sent    DutyState = "sent"    // it went out, an answer is awaited
	Open    DutyState = "open"    // a person has to act
	Done    DutyState = "done"
)

// Attempt is what somebody tried.
type Attempt struct {
	By      hotline.CounselorID
	At      time.Time
	Outcome Outcome
	Note    string
}

// Outcome is what came of an attempt.
type Outcome string

// outcomes says which end the duty.
var outcomes = []struct {
	is   Outcome
	ends bool
}{{"no_answer", false}, {"left_message", false}, {"call_again", false}, {"helped", true}, {"declined", true}, {"wrong_number", true}}

// Outcomes lists them.
func Outcomes() []Outcome {
	all := make([]Outcome, 0, len(outcomes))
	for _, o := range outcomes {
		all = append(all, o.is)
	}
	return all
}

// ParseOutcome reads one of them.
func ParseOutcome(s string) (Outcome, error) {
	for _, o := range outcomes {
		if string(o.is) == s {
			return o.is, nil
		}
	}
	return "", fmt.Errorf("outcome: want one of %v", Outcomes())
}

// Ends reports whether nothing is owed any more.
func (o Outcome) Ends() bool {
	for _, known := range outcomes {
		if known.is == o {
			return known.ends
		}
	}
	return false
}

// Duty is what the line owes somebody.
type Duty struct {
	ID       string
	Kind     Kind
	Case     hotline.CaseID
	State    DutyState
	Result   string // why it is done
	Lang     hotline.Lang
	Caller   hotline.Number
	Answers  []hotline.Answer
	Made     time.Time
	Due      time.Time
	SentAt   time.Time
	Consent  string // wording that was agreed to: version of the script, question, language, channel
	Owner    hotline.CounselorID
	Until    time.Time // the owner's claim
	Attempts int
	Tried    []Attempt // as they were read with the duty itself
	OptedOut bool
}

// Overdue reports whether a person should have acted.
func (d Duty) Overdue(now time.Time) bool { return d.State != Done && now.After(d.Due) }

// HeldBy reports whether somebody has claimed the duty and still holds it.
func (d Duty) HeldBy(who hotline.CounselorID, now time.Time) bool {
	return d.Owner == who && who != "" && now.Before(d.Until)
}
