package twilio

import (
	"context"
	"net/http"

	api "github.com/twilio/twilio-go/rest/api/v2010"
)

// Announce says the words under an absolute URL to one leg in a conference;
// nobody else hears them. ErrGone: it is not in that conference.
func (c *Client) Announce(ctx context.Context, room, leg, words string) error {
	if !isAbsolute(words) {
		return refuse("announce", "want an absolute URL")
	}
	return c.participant(ctx, "announce", room, leg, (&api.UpdateParticipantParams{}).SetAnnounceUrl(words).SetAnnounceMethod(http.MethodPost))
}

// Unmute lets everybody in a conference hear a leg. ErrGone as for Announce.
func (c *Client) Unmute(ctx context.Context, room, leg string) error {
	return c.participant(ctx, "unmute", room, leg, (&api.UpdateParticipantParams{}).SetMuted(false))
}

func (c *Client) participant(ctx context.Context, op, room, leg string, p *api.UpdateParticipantParams) error {
	if !conferenceSid.MatchString(room) || !callSid.MatchString(leg) {
		return refuse(op, "want the ids of a conference and a call")
	}
	do, cancel := c.start(ctx, op)
	defer cancel()
	found, err := do.UpdateParticipant(room, leg, p)
	if found, err = run(op, found, err); err != nil {
		return err
	}
	if !callSid.MatchString(value(found.CallSid)) {
		return &fault{op: op, kinds: []error{ErrUnknown}, what: "answer without an id"}
	}
	return nil
}
