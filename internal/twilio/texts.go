package twilio

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"
	"unicode/utf8"

	api "github.com/twilio/twilio-go/rest/api/v2010"

	"github.com/tideover/tideover/internal/hotline"
)

// TextRequest sends a text. It prints without the body.
type TextRequest struct {
	To, From hotline.Number
	Body     string // 1 to 1600 characters
	// StatusURL hears of delivery; not of the first status, which Text returns.
	StatusURL string
}

// TextInfo is a text in Twilio's list. It prints without the body.
type TextInfo struct {
	Sid, Status, Body string
	// Created is Twilio's time, by the second; zero if it was not told.
	Created time.Time
}

// Text sends a text and gives its id and first status. ErrOptedOut: never
// again to this number. ErrBusy and ErrUnknown ask for TextsTo before another
// try. The body is sent as it is, without Twilio's smart encoding: what is sent
// must be found again by its body.
func (c *Client) Text(ctx context.Context, r TextRequest) (sid, status string, err error) {
	const op = "create text"
	switch {
	case !r.To.Known() || !r.From.Known():
		return "", "", refuse(op, "number missing")
	case strings.TrimSpace(r.Body) == "" || utf8.RuneCountInString(r.Body) > maxMessage:
		return "", "", refuse(op, "want 1 to 1600 characters")
	case r.StatusURL != "" && !isAbsolute(r.StatusURL):
		return "", "", refuse(op, "want an absolute URL")
	}
	p := (&api.CreateMessageParams{}).SetTo(r.To.E164()).SetFrom(r.From.E164()).SetBody(r.Body)
	if r.StatusURL != "" {
		p.SetStatusCallback(r.StatusURL)
	}
	do, cancel := c.start(ctx, op)
	defer cancel()
	created, err := do.CreateMessage(p)
	if created, err = run(op, created, err); err != nil {
		return "", "", err
	}
	if sid = value(created.Sid); !messageSid.MatchString(sid) {
		return "", "", &fault{op: op, kinds: []error{ErrUnknown}, what: "answer without an id"}
	}
	return sid, value(created.Status), nil
}

// Format prints the numbers masked and the body not at all, whatever the verb.
func (r TextRequest) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "text from %v to %v", r.From, r.To)
}

// LogValue logs what Format prints.
func (r TextRequest) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(r)) }

// Format prints id and status only, whatever the verb.
func (i TextInfo) Format(f fmt.State, _ rune) {
	_, _ = f.Write([]byte("text " + i.Sid + " " + i.Status))
}

// LogValue logs id and status only.
func (i TextInfo) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(i)) }
