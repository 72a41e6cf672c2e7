package dispatch

import (
	"context"
	"log/slog"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// Cases are the moves of the store that take, give back and end a case.
type Cases interface {
	Case(ctx context.Context, id hotline.CaseID) (hotline.Case, error)
	Claim(ctx context.Context, want hotline.Want, by hotline.CounselorID, tok hotline.Token) (hotline.Case, error)
	GiveBack(ctx context.Context, id hotline.CaseID, g hotline.GiveBack) (hotline.State, error)
	Finish(ctx context.Context, id hotline.CaseID, f hotline.Finish) (hotline.State, error)
	Leave(ctx context.Context, id hotline.CaseID, leg hotline.Leg) (hotline.State, error)
	// NextHours gives a promised call the hours after those that are over.
	NextHours(ctx context.Context, c hotline.Case) error
	// Told alerts where the time that was told for a call is near or over.
	Told(ctx context.Context, id hotline.CaseID) error
}

// Legs are the moves that a phone brings about.
type Legs interface {
	Connect(ctx context.Context, id hotline.CaseID, epoch int64, leg hotline.Leg, token string) (hotline.Case, error)
	Attend(ctx context.Context, id hotline.CaseID, who hotline.CounselorID, leg hotline.Leg, token string) (word, room string, err error)
	PickUp(ctx context.Context, id hotline.CaseID, epoch int64, leg hotline.Leg) error
	Ringing(ctx context.Context, id hotline.CaseID, epoch int64, leg hotline.Leg, field hotline.LegField) error
	Room(ctx context.Context, e hotline.RoomEvent) (hotline.RoomVerdict, error)
	HandOver(ctx context.Context, id hotline.CaseID, epoch int64) error
	Aside(ctx context.Context, id hotline.CaseID, a hotline.Aside) (hotline.State, error)
}

// Guests are the moves of who else is asked into a talk.
type Guests interface {
	AskIn(ctx context.Context, id hotline.CaseID, i hotline.Invite) (int, error)
	Guest(ctx context.Context, id hotline.CaseID, m hotline.GuestMove) (first bool, err error)
	HandTo(ctx context.Context, id hotline.CaseID, epoch int64, n int, by hotline.CounselorID) error
	Hold(ctx context.Context, id hotline.CaseID, epoch int64, on bool) error
}

// Alarms are the moves of an emergency record.
type Alarms interface {
	Raise(ctx context.Context, id hotline.CaseID, by hotline.CounselorID, band hotline.Band, alarm bool, risk int, token string) (hotline.State, error)
	Emergency(ctx context.Context, id hotline.CaseID, who hotline.CounselorID, what, words string) error
	NextPage(ctx context.Context, d hotline.Due) error
	PassOn(ctx context.Context, id hotline.CaseID) error
	Alert(ctx context.Context, kind hotline.AlertKind, text string) error
}

// Jobs are what must be done at a time.
type Jobs interface {
	Due(ctx context.Context, limit int) ([]hotline.Due, error)
	Done(ctx context.Context, d hotline.Due) error
	Later(ctx context.Context, d hotline.Due, after time.Duration) error
	// LegEnded counts a leg no more among those that are up.
	LegEnded(ctx context.Context, leg hotline.Leg) error
	// Legs are the calls that are up, as far as we were told.
	Legs(ctx context.Context) ([]hotline.Leg, error)
}

// Threads are texts and notes.
type Threads interface {
	Write(ctx context.Context, by hotline.CounselorID, id hotline.CaseID, text string, tok hotline.Token) (hotline.Message, error)
	SaveNote(ctx context.Context, by hotline.CounselorID, id hotline.CaseID, text string, version int, tok hotline.Token) (hotline.Note, error)
	Outgoing(ctx context.Context, mid string) (hotline.Message, hotline.Case, error)
	Delivery(ctx context.Context, mid, state string) error
	OptOut(ctx context.Context, n hotline.Number, out bool) error
}

// Duty is who is on, and the care of what is closed.
type Duty interface {
	Shift(ctx context.Context, by hotline.CounselorID) (hotline.Shift, error)
	Retire(ctx context.Context, id hotline.CaseID) error
}

// Phone reaches people by REST. Errors that are decided on: ErrLegGone,
// ErrOptedOut, ErrLineBusy (nothing done, try later), ErrRefused (will not
// work if repeated), ErrUnknown (it may have happened).
type Phone interface {
	Ring(ctx context.Context, to hotline.Number, c hotline.Case) (hotline.Leg, error)
	// Beckon leads the live leg of a counselor who called in to the gate of a
	// case that they claimed elsewhere.
	Beckon(ctx context.Context, leg hotline.Leg, c hotline.Case) error
	Page(ctx context.Context, to hotline.Number, c hotline.Case, n int) (hotline.Leg, error)
	DialBack(ctx context.Context, c hotline.Case) (hotline.Leg, error)
	// Invite dials a guest of a talk.
	Invite(ctx context.Context, to hotline.Number, c hotline.Case, n int) (hotline.Leg, error)
	// Summon leads the leg of a counselor who called in to the gate of a guest.
	Summon(ctx context.Context, leg hotline.Leg, c hotline.Case, n int) error
	// Whisper says words to one leg in the room, which nobody else hears.
	Whisper(ctx context.Context, leg hotline.Leg, what string, lang hotline.Lang, c hotline.Case) error
	// Unmute lets everybody hear a leg in the room.
	Unmute(ctx context.Context, leg hotline.Leg, c hotline.Case) error
	// Move leads a live leg to what name says: join, back, bye for a patient.
	Move(ctx context.Context, leg hotline.Leg, name string, c hotline.Case) error
	// Dismiss tells a staff leg why it is over and hangs it up, or cancels it
	// while it still rings. "later" is for a patient's: we call again.
	Dismiss(ctx context.Context, leg hotline.Leg, why string, c hotline.Case) error
	// Send texts words of a thread; mid names them in the status callback.
	Send(ctx context.Context, to hotline.Number, text, mid string) error
	// Tell texts words of the script: lost, end.
	Tell(ctx context.Context, c hotline.Case, what string) error
	// PageText texts a person on call, without number and words. link, where
	// there is one, opens the thread of the case.
	PageText(ctx context.Context, to hotline.Number, c hotline.Case, link string) error
	// LiveSince finds a call that we made since then and that is not over.
	LiveSince(ctx context.Context, to hotline.Number, since time.Time) (hotline.Leg, bool, error)
	// Up reports whether a leg is not over.
	Up(ctx context.Context, leg hotline.Leg) (bool, error)
	// SentSince reports whether this text went out since then.
	SentSince(ctx context.Context, to hotline.Number, text string, since time.Time) (bool, error)
}

// People are who may be rung.
type People interface {
	// Want is what a counselor may serve.
	Want(ctx context.Context, id hotline.CounselorID) (hotline.Want, error)
	Number(ctx context.Context, id hotline.CounselorID) (hotline.Number, error)
	// ByPhone is whose verified number this is, and the language they hear us
	// in. ErrNotFound: of nobody who has a PIN and may take calls.
	ByPhone(ctx context.Context, n hotline.Number) (hotline.CounselorID, hotline.Lang, error)
	PINMatches(ctx context.Context, id hotline.CounselorID, digits string) (bool, error)
	// OnCall are the people on call, in order.
	OnCall() []hotline.Number
	// Interpreter is the number of the line's interpreters; unknown: there is none.
	Interpreter() hotline.Number
	// Supervises reports whether somebody is a supervisor.
	Supervises(ctx context.Context, id hotline.CounselorID) (bool, error)
}

// Links make the address that the text of a page carries: it opens one case's
// thread once, for who is paged as "oncall:n".
type Links interface {
	PageLink(ctx context.Context, id hotline.CaseID, who hotline.CounselorID) (string, error)
}

// Store is all that the board asks of the store.
type Store interface {
	Cases
	Legs
	Guests
	Alarms
	Jobs
	Threads
	Duty
	Lines
	Matches
}

// Board runs the counselor's side.
type Board struct {
	store  Store
	phone  Phone
	people People
	links  Links
	quiet  func(ctx context.Context, id hotline.CaseID, turn int) error
	log    *slog.Logger
	wake   chan struct{}
	others map[string]func(ctx context.Context, d hotline.Due) error
	note   func(ctx context.Context, by hotline.CounselorID, action, outcome string, id hotline.CaseID)
	proof  func(ctx context.Context, by hotline.CounselorID, action, outcome string, id hotline.CaseID)
}

// New wires a board. quiet queues a texter who never answered the safety
// question.
func New(store Store, phone Phone, people People, links Links, quiet func(ctx context.Context, id hotline.CaseID, turn int) error, log *slog.Logger) *Board {
	return &Board{
		store: store, phone: phone, people: people, links: links, quiet: quiet, log: log, wake: make(chan struct{}, 1),
		others: map[string]func(context.Context, hotline.Due) error{},
		note:   func(context.Context, hotline.CounselorID, string, string, hotline.CaseID) {},
		proof:  func(context.Context, hotline.CounselorID, string, string, hotline.CaseID) {},
	}
}

// Hand gives jobs of a kind to somebody else, whose errors are judged as the
// board's own. It is called before Run.
func (b *Board) Hand(kind string, do func(ctx context.Context, d hotline.Due) error) {
	b.others[kind] = do
}

// Wake makes the due loop look at once; it never blocks.
func (b *Board) Wake() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}
