package console

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/internal/audit"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

// Sounds are the messages that callers have left.
type Sounds interface {
	// Sound gives the message of a case as an MP3. Errors: ErrNotFound,
	// ErrUnknown.
	Sound(ctx context.Context, id hotline.CaseID) ([]byte, error)
}

// tapeJSON says that a caller has left a message, and how far it is.
type tapeJSON struct {
	Seconds int               `json:"seconds"`
	State   hotline.TapeState `json:"state"`
}

func tapeOf(c hotline.Case) *tapeJSON {
	if !c.Voicemail.Left() {
		return nil
	}
	return &tapeJSON{Seconds: c.Voicemail.Seconds, State: c.Voicemail.State}
}

// mayHear: the owner and supervisors, nobody else.
func mayHear(v staff.Visitor, c hotline.Case) bool { return mine(v, c) || v.Role.May(staff.SeeAll) }

// getVoicemail gives the sound of a message. Nobody hears it who is not in the
// record of access; the parts in which a player asks for it are one hearing.
func (k *Console) getVoicemail(c echo.Context, v staff.Visitor) error {
	ctx := c.Request().Context()
	found, err := k.load(ctx, v, c.Param("id"), mayHear)
	if err != nil {
		return err
	}
	if found.Voicemail.State != hotline.Ready {
		return fmt.Errorf("voicemail: %w", hotline.ErrNotFound)
	}
	sound, err := k.Sounds.Sound(ctx, found.ID)
	if err != nil {
		return err
	}
	if heard := "voicemail " + found.ID; !k.reads.had(v.ID, heard) {
		e := audit.Entry{Who: string(v.ID), Action: "listen", Case: string(found.ID), Outcome: "ok"}
		if err := k.Audit.Append(ctx, e); err != nil {
			return fmt.Errorf("record a hearing: %w", err)
		}
		k.reads.first(v.ID, heard)
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "audio/mpeg")
	h.Set("Content-Disposition", "inline")
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, bytes.NewReader(sound))
	return nil
}

// tapeView is a message on a page.
type tapeView struct {
	ID, Length, State string
	Hear              bool
}

func tapeOn(v staff.Visitor, c hotline.Case) *tapeView {
	if !c.Voicemail.Left() {
		return nil
	}
	return &tapeView{
		ID: string(c.ID), Length: tapeLength(c), State: string(c.Voicemail.State),
		Hear: c.Voicemail.State == hotline.Ready && mayHear(v, c),
	}
}

func tapeLength(c hotline.Case) string {
	if !c.Voicemail.Left() {
		return ""
	}
	return clockOf(time.Duration(c.Voicemail.Seconds) * time.Second)
}
