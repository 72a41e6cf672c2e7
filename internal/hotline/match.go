package hotline

import (
	"slices"
	"time"
)

// Gender is what a counselor says of themselves, and whom a caller would
// rather talk to. The zero value: not said, and anybody.
type Gender string

// The genders that a caller may ask for.
const (
	Woman Gender = "woman"
	Man   Gender = "man"
)

// Opening is to whom a case is open beside those whom it is for. The zero
// Opening is nobody.
type Opening struct {
	Lang Lang // AnyLang: with an interpreter
	Need Need
}

// AnyLang stands for every language.
const AnyLang Lang = "*"

// Serves reports whether a counselor with this want is one of those whom a
// case of that language, need and wish is for.
func (w Want) Serves(lang Lang, need Need, wish Gender) bool {
	return (lang == AnyLang || slices.Contains(w.Langs, lang)) && slices.Contains(w.Needs, need) && (wish == "" || wish == w.Gender)
}

// OpenTo says to whom a case is opened for whom nobody of those is free whom
// it is for: the first step down that reaches one of the others. They drop in
// turn the caller's wish, what the counselor must be trained for, and the
// language, which an interpreter bridges.
func OpenTo(c Case, free []Want) Opening {
	for _, o := range []Opening{{c.Lang, c.Need()}, {c.Lang, NeedTalk}, {AnyLang, c.Need()}, {AnyLang, NeedTalk}} {
		for _, w := range free {
			if w.Serves(o.Lang, o.Need, "") {
				return o
			}
		}
	}
	return Opening{}
}

// Mismatch is what keeps a case from a counselor. The zero Mismatch: nothing,
// it would be given to them.
type Mismatch string

// What keeps a case from a counselor.
const (
	NotOn         Mismatch = "not-available" // off, or on a break
	NotLanguage   Mismatch = "language"
	NotTrained    Mismatch = "credential" // the need asks for another
	NotWished     Mismatch = "preference" // of the caller
	NotChannel    Mismatch = "channel"    // they take calls only, or texts only
	Conflicted    Mismatch = "conflict"   // must never be given this caller
	OwnCall       Mismatch = "own"        // it is their own
	Full          Mismatch = "full"       // they hold as many as they may
	WrapsUp       Mismatch = "wrap-up"    // only an emergency interrupts it
	OutOfHours    Mismatch = "shut"       // not within the hours in which the caller may be called
	NextAttempt   Mismatch = "later"      // the next attempt is not due
	HeldForOther  Mismatch = "held"       // for some seconds for the counselor of before
	KeptBack      Mismatch = "kept-back"  // the last who is free, for danger and urgent callers
	GaveBack      Mismatch = "tired"      // gave it back a short while ago: only where nobody else waits
	NoLongerWaits Mismatch = "gone"
)

// Candidate is a counselor as one case sees them.
type Candidate struct {
	ID    CounselorID
	Shift Shift
	Want  Want
	Room  []Channel // in which they could take one more
	Idle  time.Time // since when they have had nothing to do; zero: not known
	Why   Mismatch
}

// Rings reports whether their phone may ring without their having claimed.
func (c Candidate) Rings() bool { return c.Shift.RingMe || c.Shift.Via == "phone" }

// Prospect is a counselor as the whole queue sees them.
type Prospect struct {
	Candidate            // Why is of no case
	Best      CaseID     // what "the best for me" would give; empty: nothing
	Refusal   error      // why not: ErrNobody, ErrAtLimit, ErrNotAvailable
	Each      []Mismatch // for the cases that were asked about, in their order
}

// Why says in one word what keeps a case of this want from a counselor, where
// it is in none of their buckets.
func (w Want) Why(c Case) Mismatch {
	switch {
	case len(w.Channels) > 0 && !slices.Contains(w.Channels, c.Channel):
		return NotChannel
	case !slices.Contains(w.Langs, c.Lang):
		return NotLanguage
	case !slices.Contains(w.Needs, c.Need()):
		return NotTrained
	default:
		return NotWished
	}
}
