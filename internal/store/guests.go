package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

const (
	// guestFor is how long a guest may take from being asked to the room: 25 s
	// of ringing, 8 s at the gate, as much for the brief, and some more.
	guestFor   = time.Minute
	mostGuests = 40 // of one case; more is a phone that presses by itself
	// comeWithin is how long whoever owns a talk may still be on the way.
	comeWithin = 20 * time.Second
)

// guests reads who was asked into the talk of a case.
func guests(f fields) []hotline.Guest {
	var all []hotline.Guest
	for n := 1; n <= f.int("gn"); n++ {
		p := "g" + strconv.Itoa(n) + "_"
		all = append(all, hotline.Guest{
			N: n, Kind: hotline.GuestKind(f[p+"kind"]), Who: hotline.CounselorID(f[p+"who"]), By: hotline.CounselorID(f[p+"by"]), Leg: hotline.Leg(f[p+"leg"]),
			State: hotline.GuestState(f[p+"state"]), Why: f[p+"why"], AskedAt: f.time(p + "asked"), DialledAt: f.time(p + "dialled"),
			AnsweredAt: f.time(p + "answered"), AcceptedAt: f.time(p + "accepted"), JoinedAt: f.time(p + "joined"), ConfirmedAt: f.time(p + "confirmed"),
			ConfirmedBy: hotline.CounselorID(f[p+"conf_by"]), LeftAt: f.time(p + "left"),
		})
	}
	return all
}

// isParked reports whether the patient of a talk holds: the owner said so, or
// is away and nobody else who is heard is in the room.
func isParked(f fields, all []hotline.Guest) bool {
	if f["hold"] != "" {
		return true
	}
	for _, g := range all {
		if g.State == hotline.GuestIn && g.Kind != hotline.Listener {
			return false
		}
	}
	return f["away"] != "" && f["in_o"] == ""
}

// AskIn asks somebody into a talk and gives the number of the guest. Errors:
// ErrStale (no talk of this epoch), ErrMove with the number (such a guest is
// open already), ErrNotAvailable, ErrAtLimit, ErrNotQualified, ErrNotFound.
func (s *Store) AskIn(ctx context.Context, id hotline.CaseID, i hotline.Invite) (int, error) {
	r, err := s.run(ctx, "invite", string(id), i.Epoch, string(i.Kind), string(i.Who), string(i.By), i.Token, ms(s.opt.GuestFor), mostGuests,
		word(i.Kind == hotline.Successor, "1"), s.who(i.Own))
	if err != nil {
		return 0, err
	}
	s.kick()
	n, _ := strconv.Atoi(r.at(0)) // none where it was refused
	if r.word == "again" {
		return n, fmt.Errorf("ask in: %w", hotline.ErrMove)
	}
	return n, verdict(r)
}

// Guest makes one step of a guest, and reports whether it is the first time.
// Errors: ErrStale, ErrNotFound.
func (s *Store) Guest(ctx context.Context, id hotline.CaseID, m hotline.GuestMove) (first bool, err error) {
	say := ""
	if m.Step == hotline.StepOver && (m.By != "" || m.Why == hotline.GuestLate) {
		say = "part"
	}
	r, err := s.run(ctx, "guest", string(id), m.N, string(m.Step), string(m.Leg), string(m.By), m.Why, say)
	if err != nil {
		return false, err
	}
	s.kick()
	if r.word == "again" {
		return false, nil
	}
	return r.word == "ok", verdict(r)
}

// HandTo makes a guest the owner of the talk: by is who confirms. Errors:
// ErrStale.
func (s *Store) HandTo(ctx context.Context, id hotline.CaseID, epoch int64, n int, by hotline.CounselorID) error {
	r, err := s.run(ctx, "handover", string(id), epoch, n, string(by), ms(comeWithin))
	if err != nil {
		return err
	}
	s.kick()
	return verdict(r)
}

// Hold puts the patient of a talk on hold, or takes them back. Errors: ErrStale.
func (s *Store) Hold(ctx context.Context, id hotline.CaseID, epoch int64, on bool) error {
	way := "off"
	if on {
		way = "on"
	}
	r, err := s.run(ctx, "hold", string(id), epoch, way, ms(s.opt.HoldFor))
	if err != nil {
		return err
	}
	s.kick()
	return verdict(r)
}
