package staff

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/tideover/tideover/internal/hotline"
)

// Credential is what a counselor is trained for.
type Credential string

// The credentials. The zero value is taken as Peer.
const (
	Peer     Credential = "peer"
	Trainee  Credential = "trainee"
	Licensed Credential = "licensed"
)

// ParseCredential reads one of the three words; empty is Peer.
func ParseCredential(s string) (Credential, error) {
	switch c := Credential(s); c {
	case "":
		return Peer, nil
	case Peer, Trainee, Licensed:
		return c, nil
	default:
		return "", errors.New("credential: want peer, trainee or licensed")
	}
}

// Person is a member of staff.
type Person struct {
	ID         hotline.CounselorID
	Name       string
	Role       Role
	Phone      hotline.Number // where the line rings them; unknown: console and texts only
	Languages  []hotline.Lang
	Skills     []string
	Credential Credential
	PIN        PIN // empty: may not take calls by phone alone
	Disabled   bool
	// Epoch grows when everything that was handed out before must stop: a
	// token, link or session of an older epoch proves nothing.
	Epoch int
}

// Speaks reports whether the person counsels in the language.
func (p Person) Speaks(l hotline.Lang) bool { return slices.Contains(p.Languages, l) }

const (
	longestName  = 80
	longestWord  = 40
	mostOfAField = 20
)

// check gives the first thing that is wrong with a person to be added, and
// the person with its fields tidied.
func check(p Person) (Person, error) {
	p.Name = strings.Join(strings.Fields(p.Name), " ")
	if p.Name == "" || len([]rune(p.Name)) > longestName || strings.ContainsFunc(p.Name, unprintable) {
		return Person{}, fmt.Errorf("name: want 1 to %d printable characters", longestName)
	}
	if !p.Role.Known() {
		return Person{}, errors.New("role: want counselor, supervisor, admin or auditor")
	}
	if p.Role == Counselor && len(p.Languages) == 0 {
		return Person{}, errors.New("languages: a counselor speaks at least one")
	}
	if len(p.Languages) > mostOfAField || len(p.Skills) > mostOfAField {
		return Person{}, fmt.Errorf("languages, skills: at most %d each", mostOfAField)
	}
	for _, l := range p.Languages {
		if !tag(string(l), 2, 3) {
			return Person{}, errors.New("languages: want tags such as en or es")
		}
	}
	for _, s := range p.Skills {
		if !tag(s, 1, longestWord) {
			return Person{}, fmt.Errorf("skills: want words of lower-case letters, digits and dashes, at most %d long", longestWord)
		}
	}
	c, err := ParseCredential(string(p.Credential))
	if err != nil {
		return Person{}, err
	}
	p.Credential = c
	return p, nil
}

func tag(s string, least, most int) bool {
	ok := func(r rune) bool { return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' }
	return len(s) >= least && len(s) <= most && strings.IndexFunc(s, func(r rune) bool { return !ok(r) }) < 0
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }

// OnCallIndex gives n for the n-th of the numbers on call, counted from 1, and
// 0 for a number that is not among them.
func OnCallIndex(onCall []hotline.Number, n hotline.Number) int {
	if !n.Known() {
		return 0
	}
	return 1 + slices.Index(onCall, n)
}
