package webhook

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/intake"
	"github.com/tideover/tideover/internal/triage"
	"github.com/tideover/tideover/internal/twilio"
)

// dangerWords are whole texts that mean danger wherever a conversation stands;
// the script knows them too, but it cannot be asked while the store fails.
var dangerWords = map[string]bool{"9": true, "crisis": true, "988": true, "911": true, "emergency": true, "emergencia": true}

// sms is a text that comes in; its answer is in ours.
func (h *Hooks) sms(c echo.Context) error {
	t, err := form(c).Text()
	if err != nil {
		return h.refuse(c, http.StatusBadRequest, "malformed", form(c).Names())
	}
	ctx := c.Request().Context()
	doc, err := h.desk.Text(ctx, intake.Text{Sid: t.Sid, Token: token(c), From: t.From, Body: t.Body, OptOut: t.OptOut, Media: t.Media > 0})
	if err == nil {
		return page(c, doc)
	}
	h.log.ErrorContext(ctx, "text without the store", "error", err)
	if level, _ := h.script.Screen(t.Body); level >= 3 || dangerWords[strings.ToLower(strings.Trim(t.Body, " .,!¡"))] {
		h.opt.Alarm(t.Sid)
	}
	doc, err = twilio.Texts(joined(h.script.Lines(triage.TextFailing, "", hotline.SMS)))
	if err != nil {
		return err
	}
	return page(c, doc)
}

// delivered maps Twilio's words to ours; the others say nothing new.
var delivered = map[string]string{"sent": "sent", "delivered": "delivered", "read": "delivered", "undelivered": "failed", "failed": "failed"}

// smsStatus is the way of a text that we sent.
func (h *Hooks) smsStatus(c echo.Context) error {
	e, err := form(c).MessageEvent()
	state, news := delivered[e.Status]
	mid := c.QueryParam("m")
	if err != nil || !news || mid == "" {
		return c.NoContent(http.StatusNoContent)
	}
	if e.ErrorCode == "21610" {
		state = "opted-out"
	}
	err = h.docs.Delivery(c.Request().Context(), mid, state)
	if errors.Is(err, hotline.ErrNotFound) {
		err = nil
	}
	return h.done(c, err)
}
