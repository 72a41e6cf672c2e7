package intake

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// ShortestTape is the length in seconds from which a recording is a message:
// below are a breath and the finger on its way to a key.
const ShortestTape = 2

// Recorded takes up what became of a recording: by Twilio's callback, once the
// sound is there, or because the caller hung up. It may be told again.
func (d *Desk) Recorded(ctx context.Context, at Mark, rec hotline.Recording, here bool) error {
	return d.cases.Recorded(ctx, at.Case, hotline.Leg(at.Leg), at.Turn, rec, ShortestTape, here)
}

// Tapes keeps messages in the store.
type Tapes interface {
	Case(ctx context.Context, id hotline.CaseID) (hotline.Case, error)
	Recorded(ctx context.Context, id hotline.CaseID, leg hotline.Leg, turn int, rec hotline.Recording, shortest int, here bool) error
	// KeepSound seals the sound; none: it cannot be had. ErrNotFound: nobody
	// waits for it any more.
	KeepSound(ctx context.Context, id hotline.CaseID, sid string, sound []byte) error
}

// Recorder is where recordings lie until they are here. Errors: ErrLegGone (not
// there, or not yet), ErrRefused, ErrLineBusy, ErrUnknown.
type Recorder interface {
	Sound(ctx context.Context, sid string) ([]byte, error)
	// Erase deletes a recording; one that is gone is no error.
	Erase(ctx context.Context, sid string) error
	// Recordings lists the whole ones of a call, the newest first; open: there is
	// one that is not whole yet.
	Recordings(ctx context.Context, leg hotline.Leg) (all []hotline.Recording, open bool, err error)
}

// Messages brings home what callers have recorded. Each of its jobs may run
// twice.
type Messages struct {
	tapes Tapes
	from  Recorder
	log   *slog.Logger
}

// NewMessages wires it.
func NewMessages(tapes Tapes, from Recorder, log *slog.Logger) *Messages {
	return &Messages{tapes: tapes, from: from, log: log}
}

const (
	patience = 15 * time.Minute // until a sound that is not there is given up
	lookings = 4                // times that we ask for a recording of which nobody told us
)

// Fetch brings the sound of a message home: once it is sealed here it is
// deleted there.
func (m *Messages) Fetch(ctx context.Context, d hotline.Due) error {
	c, err := m.tapes.Case(ctx, d.Case)
	sid := d.Args["sid"]
	switch {
	case errors.Is(err, hotline.ErrNotFound):
		return m.from.Erase(ctx, sid)
	case err != nil:
		return err
	case c.Voicemail.State != hotline.Kept || c.Voicemail.Sid != sid:
		return nil
	}
	sound, err := m.from.Sound(ctx, sid)
	late := !d.First.IsZero() && d.Now.Sub(d.First) > patience
	switch {
	case errors.Is(err, hotline.ErrLegGone) && !late:
		return fmt.Errorf("%w: %w", hotline.ErrLineBusy, err)
	case errors.Is(err, hotline.ErrLegGone), errors.Is(err, hotline.ErrRefused):
		m.log.ErrorContext(ctx, "message of a caller cannot be fetched", "case", c.ID, "error", err)
		sound = nil
	case err != nil:
		return err
	}
	err = m.tapes.KeepSound(ctx, c.ID, sid, sound)
	if errors.Is(err, hotline.ErrNotFound) {
		return nil
	}
	return err
}

// Erase deletes a recording at Twilio and is tried until that is so.
func (m *Messages) Erase(ctx context.Context, d hotline.Due) error {
	return m.from.Erase(ctx, d.Args["sid"])
}

// Find asks for a recording of which nobody told us: both the action and the
// callback were lost.
func (m *Messages) Find(ctx context.Context, d hotline.Due) error {
	c, err := m.tapes.Case(ctx, d.Case)
	if errors.Is(err, hotline.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	turn, leg := number(d.Args["turn"]), hotline.Leg(d.Args["leg"])
	if c.Voicemail.State != hotline.Taping {
		return nil
	}
	all, open, err := m.from.Recordings(ctx, leg)
	switch {
	case err != nil:
		return err
	case len(all) > 0:
		return m.tapes.Recorded(ctx, c.ID, leg, turn, all[0], ShortestTape, true)
	case open || d.Try < lookings:
		return fmt.Errorf("recording of case %s: not in the list: %w", c.ID, hotline.ErrLineBusy)
	}
	return m.tapes.Recorded(ctx, c.ID, leg, turn, hotline.Recording{}, ShortestTape, false)
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
