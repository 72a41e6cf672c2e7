package twilio

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	api "github.com/twilio/twilio-go/rest/api/v2010"

	"github.com/tideover/tideover/internal/hotline"
)

// CallRequest rings a phone.
type CallRequest struct {
	To, From hotline.Number
	// URL is asked for TwiML when somebody, or a voicemail, picks up.
	URL string
	// StatusURL hears of each step of the leg.
	StatusURL string
	// Timeout of ringing in seconds, to which Twilio adds about five; zero
	// means Twilio's default of 60.
	Timeout int
}

// CallInfo is a call in Twilio's list.
type CallInfo struct {
	Sid, Status string
	// Created is Twilio's time, by the second; zero if it was not told.
	Created time.Time
}

// Live reports whether the call is not over. A status that we do not know
// counts as live: better ask again than ring somebody twice.
func (i CallInfo) Live() bool { return !over(i.Status) }

func over(status string) bool {
	switch status {
	case "completed", "busy", "failed", "no-answer", "canceled":
		return true
	}
	return false
}

// Call rings a phone and gives the new leg's id. ErrBusy and ErrUnknown ask
// for CallsTo before another try.
func (c *Client) Call(ctx context.Context, r CallRequest) (sid string, err error) {
	const op = "create call"
	switch {
	case !r.To.Known() || !r.From.Known():
		return "", refuse(op, "number missing")
	case !isAbsolute(r.URL) || (r.StatusURL != "" && !isAbsolute(r.StatusURL)):
		return "", refuse(op, "want absolute URLs")
	case r.Timeout < 0 || r.Timeout > 600:
		return "", refuse(op, "timeout is outside 0 to 600 s")
	}
	p := (&api.CreateCallParams{}).SetTo(r.To.E164()).SetFrom(r.From.E164()).SetUrl(r.URL).SetMethod(http.MethodPost)
	if r.StatusURL != "" {
		p.SetStatusCallback(r.StatusURL).SetStatusCallbackMethod(http.MethodPost)
		p.SetStatusCallbackEvent([]string{"initiated", "ringing", "answered", "completed"})
	}
	if r.Timeout > 0 {
		p.SetTimeout(r.Timeout)
	}
	do, cancel := c.start(ctx, op)
	defer cancel()
	created, err := do.CreateCall(p)
	if created, err = run(op, created, err); err != nil {
		return "", err
	}
	if sid = value(created.Sid); !callSid.MatchString(sid) {
		return "", &fault{op: op, kinds: []error{ErrUnknown}, what: "answer without an id"}
	}
	return sid, nil
}

// Redirect moves a live leg to another page. ErrGone: it has hung up.
func (c *Client) Redirect(ctx context.Context, leg, target string) error {
	const op = "move call"
	if !callSid.MatchString(leg) || !isAbsolute(target) {
		return refuse(op, "want a call's id and an absolute URL")
	}
	do, cancel := c.start(ctx, op)
	defer cancel()
	moved, err := do.UpdateCall(leg, (&api.UpdateCallParams{}).SetUrl(target).SetMethod(http.MethodPost))
	_, err = run(op, moved, err)
	return err
}

// Hangup ends a leg, ringing or connected. One that is over already is no
// error.
//
// Twilio has two words for it: "canceled" for a leg that is queued or rings,
// "completed" for a connected one. Between asking and telling somebody may pick
// up, so a word that was not taken is followed by another look.
func (c *Client) Hangup(ctx context.Context, leg string) error {
	const op, tries = "end call", 3
	if !callSid.MatchString(leg) {
		return refuse(op, "want a call's id")
	}
	do, cancel := c.start(ctx, op)
	defer cancel()
	var last error
	for range tries {
		status, err := fetchStatus(do, op, leg)
		switch {
		case errors.Is(err, ErrGone), err == nil && over(status):
			return nil
		case err != nil:
			return err
		}
		word := "canceled"
		if status == "in-progress" {
			word = "completed"
		}
		updated, err := do.UpdateCall(leg, (&api.UpdateCallParams{}).SetStatus(word))
		updated, err = run(op, updated, err)
		switch {
		case err == nil && word == "canceled" && value(updated.Status) == "in-progress":
			last = &fault{op: op, kinds: []error{ErrBusy}, what: "picked up meanwhile"}
		case err == nil:
			return nil
		case errors.Is(err, ErrGone), errors.Is(err, ErrRefused):
			last = err
		default:
			return err
		}
	}
	return last
}

// EndRoom ends a conference and so takes everybody out of it. One that is over
// already is no error.
func (c *Client) EndRoom(ctx context.Context, room string) error {
	const op = "end conference"
	if !conferenceSid.MatchString(room) {
		return refuse(op, "want a conference's id")
	}
	do, cancel := c.start(ctx, op)
	defer cancel()
	ended, err := do.UpdateConference(room, (&api.UpdateConferenceParams{}).SetStatus("completed"))
	_, err = run(op, ended, err)
	if errors.Is(err, ErrRefused) { // Twilio may refuse to end what has ended
		found, again := do.FetchConference(room, &api.FetchConferenceParams{})
		found, again = run(op, found, again)
		if errors.Is(again, ErrGone) || again == nil && value(found.Status) == "completed" {
			return nil
		}
	}
	if errors.Is(err, ErrGone) {
		return nil
	}
	return err
}

// Up reports whether a leg is not over. ErrGone: no such leg.
func (c *Client) Up(ctx context.Context, leg string) (bool, error) {
	status, err := c.Status(ctx, leg)
	return err == nil && !over(status), err
}

// Status gives Twilio's word for how a leg stands. ErrGone: no such leg.
func (c *Client) Status(ctx context.Context, leg string) (string, error) {
	const op = "fetch call"
	if !callSid.MatchString(leg) {
		return "", refuse(op, "want a call's id")
	}
	do, cancel := c.start(ctx, op)
	defer cancel()
	return fetchStatus(do, op, leg)
}

func fetchStatus(do *api.ApiService, op, leg string) (string, error) {
	found, err := do.FetchCall(leg, &api.FetchCallParams{})
	if found, err = run(op, found, err); err != nil {
		return "", err
	}
	return value(found.Status), nil
}

func isAbsolute(target string) bool {
	u, err := url.Parse(target)
	return err == nil && absolute(u)
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
