package staff

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/tideover/tideover/internal/hotline"
)

// People keeps the roster, names and numbers sealed.
type People interface {
	// AddPerson keeps a new person. Errors: ErrNumberTaken, hotline.ErrUnknown.
	AddPerson(ctx context.Context, p Person) error
	// Person gives one. Errors: hotline.ErrNotFound, hotline.ErrUnknown.
	Person(ctx context.Context, id hotline.CounselorID) (Person, error)
	// PersonByPhone gives the one who is not disabled and has the number.
	PersonByPhone(ctx context.Context, n hotline.Number) (Person, error)
	// People gives everybody, disabled ones too, in the order they were added.
	People(ctx context.Context) ([]Person, error)
	// DisablePerson marks a person, raises the epoch and drops every key, in
	// one step. It is no error to repeat it.
	DisablePerson(ctx context.Context, id hotline.CounselorID) error
	// SetPIN keeps another PIN, empty for none, and forgets wrong ones.
	SetPIN(ctx context.Context, id hotline.CounselorID, pin PIN) error
}

// ErrNumberTaken says that another person who is not disabled has this number.
var ErrNumberTaken = errors.New("another person has this number")

// ErrInvalid says that what was given about a person cannot be, and why.
var ErrInvalid = errors.New("invalid")

// ErrNotFirst says that there are people already, so nobody can be the first.
var ErrNotFirst = errors.New("the roster is not empty")

// Roster adds, lists and disables people, and knows who of them is on call.
type Roster struct {
	people People
	onCall []hotline.Number
}

// NewRoster makes a roster. onCall are the numbers of TIDEOVER_ONCALL, in
// order.
func NewRoster(people People, onCall []hotline.Number) *Roster {
	return &Roster{people: people, onCall: onCall}
}

// Add checks and keeps a person and gives it with its new id. pin may be
// empty. Errors: ErrInvalid with words, ErrNumberTaken, hotline.ErrUnknown.
func (r *Roster) Add(ctx context.Context, p Person, pin string) (Person, error) {
	p, err := check(p)
	if err != nil {
		return Person{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if pin != "" {
		if p.PIN, err = NewPIN(pin); err != nil {
			return Person{}, fmt.Errorf("%w: %w", ErrInvalid, err)
		}
	}
	p.ID, p.Disabled, p.Epoch = hotline.NewStaffID(), false, 1
	if err := r.people.AddPerson(ctx, p); err != nil {
		return Person{}, fmt.Errorf("add a person: %w", err)
	}
	return p, nil
}

// First gives the supervisor that a fresh line is set up with, and makes it
// when the roster is empty, so that repeating it is safe until somebody else
// was added. Errors: ErrNotFirst, hotline.ErrUnknown.
func (r *Roster) First(ctx context.Context) (Person, error) {
	all, err := r.people.People(ctx)
	if err != nil {
		return Person{}, fmt.Errorf("first supervisor: %w", err)
	}
	first := Person{Name: "First supervisor", Role: Supervisor, Languages: []hotline.Lang{hotline.English}}
	switch {
	case len(all) == 0:
		return r.Add(ctx, first, "")
	case len(all) == 1 && all[0].Name == first.Name && all[0].Role == Supervisor && !all[0].Disabled:
		return all[0], nil
	default:
		return Person{}, ErrNotFirst
	}
}

// List gives everybody, disabled ones too, in the order they were added.
func (r *Roster) List(ctx context.Context) ([]Person, error) { return r.people.People(ctx) }

// Person gives one. Errors: hotline.ErrNotFound, hotline.ErrUnknown.
func (r *Roster) Person(ctx context.Context, id hotline.CounselorID) (Person, error) {
	return r.people.Person(ctx, id)
}

// ByPhone gives the person who is not disabled and has this number. Errors:
// hotline.ErrNotFound, hotline.ErrUnknown.
func (r *Roster) ByPhone(ctx context.Context, n hotline.Number) (Person, error) {
	if !n.Known() {
		return Person{}, hotline.ErrNotFound
	}
	return r.people.PersonByPhone(ctx, n)
}

// Disable ends what a person may do: tokens, links and sessions stop within a
// second, also on open streams. A talk in progress goes on.
func (r *Roster) Disable(ctx context.Context, id hotline.CounselorID) error {
	return r.people.DisablePerson(ctx, id)
}

// SetPIN gives a person another PIN for work by phone alone; empty takes it
// away. A call that is on goes on. Errors: ErrInvalid with words,
// hotline.ErrNotFound, hotline.ErrUnknown.
func (r *Roster) SetPIN(ctx context.Context, id hotline.CounselorID, digits string) error {
	var pin PIN
	if digits != "" {
		var err error
		if pin, err = NewPIN(digits); err != nil {
			return fmt.Errorf("%w: %w", ErrInvalid, err)
		}
	}
	if err := r.people.SetPIN(ctx, id, pin); err != nil {
		return fmt.Errorf("set a pin: %w", err)
	}
	return nil
}

// Number gives where somebody is rung: a member of staff, or "oncall:n".
// Errors: hotline.ErrNotFound when there is none, hotline.ErrUnknown.
func (r *Roster) Number(ctx context.Context, id hotline.CounselorID) (hotline.Number, error) {
	if n := id.OnCall(); n > 0 {
		if n > len(r.onCall) {
			return hotline.Number{}, hotline.ErrNotFound
		}
		return r.onCall[n-1], nil
	}
	p, err := r.people.Person(ctx, id)
	if err != nil {
		return hotline.Number{}, err
	}
	if p.Disabled || !p.Phone.Known() {
		return hotline.Number{}, hotline.ErrNotFound
	}
	return p.Phone, nil
}

// OnCall gives the place of a person among those on call, and 0 for nobody.
func (r *Roster) OnCall(p Person) int {
	if p.Disabled {
		return 0
	}
	return OnCallIndex(r.onCall, p.Phone)
}

// ParseLanguages reads a comma list such as "en,es".
func ParseLanguages(s string) []hotline.Lang {
	var out []hotline.Lang
	for _, word := range ParseWords(s) {
		out = append(out, hotline.Lang(word))
	}
	return out
}

// ParseWords reads a comma list; blanks and empty words are dropped.
func ParseWords(s string) []string {
	var out []string
	for word := range strings.SplitSeq(s, ",") {
		if word = strings.ToLower(strings.TrimSpace(word)); word != "" {
			out = append(out, word)
		}
	}
	return out
}
