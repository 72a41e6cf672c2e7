package hotline

// OnPhone is a counselor who called the line: what is kept of the call, and
// where the counselor stands.
type OnPhone struct {
	Leg     Leg
	Who     CounselorID
	Lang    Lang
	Open    bool   // the PIN was right
	Patient bool   // led on as a caller like any other
	Over    bool   // hung up, or another call of the same person took its place
	Turn    int    // of the last document of the leg
	Key     string // the first key of the turn that was asked for
	Shift   Shift
	Held    CaseID // the call in hand
	State   State  // of it
}

// PINVerdict is what a counselor who called in entered.
type PINVerdict string

// What may be entered.
const (
	PINRight PINVerdict = "right"
	PINWrong PINVerdict = "wrong"
	PINNone  PINVerdict = "none" // nothing: a try of this call, none of the number's
)
