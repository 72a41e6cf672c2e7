package hotline

import "errors"

// What a caller of the domain may decide on. Everything else is a fault.
var (
	// ErrTaken: somebody else claimed the case first.
	ErrTaken = errors.New("already claimed")
	// ErrNobody: no waiting case that this counselor may take.
	ErrNobody = errors.New("nobody is waiting")
	// ErrNotAvailable: the counselor is not on shift, or on a break.
	ErrNotAvailable = errors.New("counselor is not available")
	// ErrAtLimit: the counselor holds as many cases as allowed.
	ErrAtLimit = errors.New("counselor is at the limit")
	// ErrNotQualified: conflict, block, or a need this counselor may not serve.
	ErrNotQualified = errors.New("counselor may not take this case")
	// ErrCallerLeft: the caller has hung up or the case is closed.
	ErrCallerLeft = errors.New("the caller has left")
	// ErrUnknown: the store did not answer in time. The change may have
	// happened; ask again with the same token.
	ErrUnknown = errors.New("outcome not known yet")
	// ErrEra: the store's data are not ours: lost, or never set up.
	ErrEra = errors.New("the store holds another era")
	// ErrStale: epoch or turn is over; the current state decides.
	ErrStale = errors.New("no longer current")
	// ErrMove: the table of moves does not have it from where the case stands.
	ErrMove = errors.New("not possible from this state")
	// ErrNotFound: no such case, person or message.
	ErrNotFound = errors.New("not found")
	// ErrNotYours: the case belongs to somebody else, or to nobody.
	ErrNotYours = errors.New("not your case")
	// ErrOptedOut: the person has texted STOP.
	ErrOptedOut = errors.New("the person has opted out of texts")
	// ErrStaleNote: the note was saved elsewhere since.
	ErrStaleNote = errors.New("the note has a newer version")
	// ErrUseTransfer: a talk is not released but transferred.
	ErrUseTransfer = errors.New("use transfer")
	// ErrLegGone: the phone connection is over.
	ErrLegGone = errors.New("the leg is gone")
	// ErrLineBusy: the carrier took nothing; try later.
	ErrLineBusy = errors.New("the carrier is busy")
	// ErrRefused: the carrier will not do it, however often it is asked.
	ErrRefused = errors.New("refused by the carrier")
	// ErrNoNumber: the line has no number for what is asked.
	ErrNoNumber = errors.New("the line has no number for this")
	// ErrReused: the same request id came with another content.
	ErrReused = errors.New("request id was used for something else")
)
