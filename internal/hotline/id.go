package hotline

import (
	"fmt"
	"regexp"

	"github.com/google/uuid"
)

// CaseID names a case. It sorts by the time of the first contact (UUID
// version 7) and says nothing about the caller.
type CaseID string

// CounselorID names whoever may own a case: a member of staff, or "oncall:n"
// for the n-th person on call.
type CounselorID string

// Token makes a repeated request harmless: the same token gets the first
// answer and changes nothing.
type Token string

var idForm = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// NewCaseID makes the id of a new case.
func NewCaseID() CaseID { return CaseID(newUUID()) }

// ParseCaseID reads an id as it comes back in a URL.
func ParseCaseID(s string) (CaseID, error) {
	if !idForm.MatchString(s) {
		return "", fmt.Errorf("case id: want a UUID in lower case: %w", ErrNotFound)
	}
	return CaseID(s), nil
}

// NewToken makes a token for a step that has none from outside.
func NewToken() Token { return Token(newUUID()) }

// ParseToken reads a request id that a client chose.
func ParseToken(s string) (Token, error) {
	id, err := uuid.Parse(s)
	if err != nil || len(s) != 36 {
		return "", fmt.Errorf("request_id: want a UUID")
	}
	return Token(id.String()), nil
}

// NewStaffID makes the id of a member of staff.
func NewStaffID() CounselorID { return CounselorID(newUUID()) }

func newUUID() string { return uuid.Must(uuid.NewV7()).String() }

// OnCall names the n-th person on call, counted from 1.
func OnCall(n int) CounselorID { return CounselorID(fmt.Sprintf("oncall:%d", n)) }

// OnCall gives n for "oncall:n", and 0 for a member of staff.
func (c CounselorID) OnCall() int {
	var n int
	if _, err := fmt.Sscanf(string(c), "oncall:%d", &n); err != nil {
		return 0
	}
	return n
}
