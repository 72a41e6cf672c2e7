package outreach

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// Group is one session of a support group.
type Group struct {
	ID        string
	Topic     string // id of a topic, whose words are the script's
	Lang      hotline.Lang
	At        time.Time
	Seats     int
	Waits     int    // how many may stand on the wait-list
	Link      string // where it takes place; by text only, never said
	Cancelled bool

	// As they were read.
	Taken, Listed int
}

const (
	mostSeats = 500
	farthest  = 180 * 24 * time.Hour // sealed fields need a key for the day on which they must be gone
	longLink  = 300
)

var (
	groupID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)
	topicID = regexp.MustCompile(`^[a-z0-9][a-z0-9_]{0,39}$`)
)

// GroupID reports whether a name may be a group's.
func GroupID(id string) bool { return groupID.MatchString(id) }

// Check gives all that is wrong with a group that is to come.
func (g Group) Check(now time.Time) error {
	var faults []error
	want := func(ok bool, what string) {
		if !ok {
			faults = append(faults, errors.New(what))
		}
	}
	link, err := url.Parse(g.Link)
	want(GroupID(g.ID), "id: want 1 to 40 small letters, digits and dashes")
	want(topicID.MatchString(g.Topic), "topic: want the id of a topic, small letters, digits and underscores")
	want(g.Lang == hotline.English || g.Lang == hotline.Spanish, "language: want en or es")
	want(g.At.After(now) && g.At.Sub(now) < farthest, "at: want a time to come, at most 180 days ahead")
	want(g.Seats >= 1 && g.Seats <= mostSeats, fmt.Sprintf("seats: want 1 to %d", mostSeats))
	want(g.Waits >= 0 && g.Waits <= mostSeats, fmt.Sprintf("wait_list: want 0 to %d", mostSeats))
	want(err == nil && link.Scheme == "https" && link.Host != "" && len(g.Link) <= longLink && !strings.ContainsAny(g.Link, " \n\t"), "link: want an https address")
	return errors.Join(faults...)
}

// Free is how many seats are left.
func (g Group) Free() int { return max(g.Seats-g.Taken, 0) }

// Open reports whether anybody may still sign up.
func (g Group) Open(now time.Time) bool { return !g.Cancelled && g.At.After(now) }

// Coming gives the groups that take place and have not begun, soonest first.
func Coming(all []Group, now time.Time) []Group {
	open := make([]Group, 0, len(all))
	for _, g := range all {
		if g.Open(now) {
			open = append(open, g)
		}
	}
	slices.SortStableFunc(open, func(a, b Group) int { return cmp.Or(a.At.Compare(b.At), strings.Compare(a.ID, b.ID)) })
	return open
}

// SignUpState says what somebody has in a group.
type SignUpState string

// The states of a sign-up.
const (
	Seated SignUpState = "seated"
	Listed SignUpState = "listed" // on the wait-list
	Left   SignUpState = "left"
)

// SignUp is one person in one group.
type SignUp struct {
	Group    string
	Who      string // blind index
	Caller   hotline.Number
	Lang     hotline.Lang
	State    SignUpState
	Place    int // on the wait-list, from 1; 0: seated
	At       time.Time
	Remind   bool // agreed to reminders
	OptedOut bool // of all texts
}
