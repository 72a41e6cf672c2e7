package hotline

import "slices"

// State is where a case stands. The zero value is not a state.
type State string

// The states of a case, in the order of a usual contact.
const (
	Triage     State = "triage"
	Waiting    State = "waiting"
	Promised   State = "promised"
	Claimed    State = "claimed"
	Connecting State = "connecting"
	Live       State = "live"
	WrapUp     State = "wrap_up"
	Closed     State = "closed"
)

// Move is one legal change of state, and what brings it about.
type Move struct {
	From, To State
	By       string
}

// Moves gives the whole table. Every script of the store gets it as data and
// refuses a move that is not in it.
func Moves() []Move {
	return []Move{
		{Triage, Waiting, "the script queues the caller"},
		{Triage, Promised, "the script promises a callback, or no text arrives"},
		{Triage, Closed, "served by the script, or the caller left"},
		{Waiting, Claimed, "claim of a call"},
		{Waiting, Live, "claim of a text"},
		{Waiting, Connecting, "press 1 by a person on call, or by a counselor who called in"},
		{Waiting, Promised, "the caller asks for a callback, or no text arrives"},
		{Waiting, WrapUp, "the caller left after a talk"},
		{Waiting, Closed, "the caller left"},
		{Promised, Claimed, "claim that dials back"},
		{Promised, Connecting, "press 1 by a person on call, or by a counselor who called in"},
		{Promised, Closed, "continued by a new contact, or attempts used up"},
		{Claimed, Connecting, "press 1"},
		{Claimed, Waiting, "released, not answered, or the lease is over"},
		{Claimed, Promised, "released, not answered, or the lease is over"},
		{Claimed, Closed, "the caller left"},
		{Connecting, Live, "both are in the room"},
		{Connecting, Waiting, "a leg is lost, the patient is on the line"},
		{Connecting, Promised, "the callback was not answered"},
		{Connecting, Closed, "the caller left"},
		{Live, WrapUp, "hang-up after the talk"},
		{Live, Waiting, "the counselor's line is lost, or a transfer"},
		{Live, Live, "hand-over"},
		{Live, Closed, "close ends the talk"},
		{WrapUp, Closed, "disposition"},
		{WrapUp, Waiting, "transfer, or 988 has left the caller"},
	}
}

// States lists all states, in order.
func States() []State {
	return []State{Triage, Waiting, Promised, Claimed, Connecting, Live, WrapUp, Closed}
}

// CanMove reports whether the table has the move.
func CanMove(from, to State) bool {
	return slices.ContainsFunc(Moves(), func(m Move) bool { return m.From == from && m.To == to })
}

// Open reports whether somebody still has to do something for the caller.
func (s State) Open() bool { return s != Closed && s != "" }

// Queued reports whether a case in this state stands in the queue.
func (s State) Queued() bool { return s == Waiting || s == Promised }

// Owned reports whether a counselor holds a case in this state.
func (s State) Owned() bool {
	return s == Claimed || s == Connecting || s == Live || s == WrapUp
}
