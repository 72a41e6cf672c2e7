package webhook

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/twilio"
)

const formKey = "twilio.form"

// guard lets only Twilio in, for our account and our line: strict form,
// signature on the configured URL, account, number. Everything else is
// answered before anything is stored.
func (h *Hooks) guard(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		form, err := twilio.ReadForm(r)
		switch {
		case errors.Is(err, twilio.ErrTooLarge):
			return h.refuse(c, http.StatusRequestEntityTooLarge, "too-large", nil)
		case err != nil:
			return h.refuse(c, http.StatusBadRequest, "malformed", nil)
		}
		if !h.signatures.Valid(r.Method, r.RequestURI, form, r.Header.Get("X-Twilio-Signature")) {
			return h.refuse(c, http.StatusForbidden, "signature", form.Names())
		}
		if form.Get("AccountSid") != h.opt.Account {
			return h.refuse(c, http.StatusForbidden, "account", form.Names())
		}
		if !h.ours(r.URL.Path, form) {
			return h.refuse(c, http.StatusForbidden, "number", form.Names())
		}
		c.Set(formKey, form)
		return next(c)
	}
}

// ours: the line's number is in To of what comes in, in From of what we
// began. Callbacks that carry neither are judged by the ids they name.
func (h *Hooks) ours(path string, form twilio.Form) bool {
	if !form.Has("To") && !form.Has("From") {
		return path == pathRoom || path == pathWhisper || strings.HasSuffix(path, "/status")
	}
	field := "To"
	if d := form.Get("Direction"); strings.HasPrefix(d, "outbound") || path == pathSMSStatus {
		field = "From"
	}
	return hotline.CallerNumber(form.Get(field)).E164() == h.opt.Number.E164()
}

func (h *Hooks) refuse(c echo.Context, status int, reason string, names []string) error {
	h.opt.Refused(reason)
	h.log.WarnContext(c.Request().Context(), "webhook refused", slog.String("reason", reason), slog.String("route", c.Path()), slog.Any("fields", names))
	return c.String(status, http.StatusText(status)+"\n")
}

func form(c echo.Context) twilio.Form {
	f, ok := c.Get(formKey).(twilio.Form)
	if !ok {
		return twilio.Form{}
	}
	return f
}

func token(c echo.Context) hotline.Token {
	t := c.Request().Header.Get("I-Twilio-Idempotency-Token")
	if len(t) > 128 {
		return ""
	}
	return hotline.Token(t)
}
