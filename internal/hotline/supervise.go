package hotline

import "time"

// Duty is who has acknowledged to be on call, where the line must have that.
type Duty struct {
	Now          time.Time // the store's clock
	By           CounselorID
	Since, Until time.Time
}

// On reports whether somebody has it.
func (d Duty) On() bool { return d.By != "" }

// Block keeps one number out of the line that can wait, for a time. What is
// urgent passes it. The number itself is not kept.
type Block struct {
	ID     string
	Caller string // masked
	By     CounselorID
	At     time.Time
	Until  time.Time
	Reason string
}

// Switchboard sends all who join the line into one queue, until it ends. The
// zero value is off.
type Switchboard struct {
	To     Need
	By     CounselorID
	At     time.Time
	Until  time.Time
	Reason string
}

// On reports whether it is on.
func (s Switchboard) On() bool { return s.To != "" }

// Left is somebody who hung up while they waited, or whose line was cut.
type Left struct {
	Case   Case
	At     time.Time
	Waited time.Duration
	Why    string // why nobody may call them back; empty: they may
}

// Why somebody who left may not be called back.
const (
	NoNumber   = "no-number"
	CannotTalk = "cannot-talk" // whoever stands beside them must learn nothing
	OptedOut   = "opted-out"   // they want to hear nothing from us
	NotAllowed = "not-allowed" // the line does not call this number
	CalledOff  = "promised"    // a call is promised to them already
	CameBack   = "came-back"   // they wait again, or were served since
)
