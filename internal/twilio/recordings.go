package twilio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	api "github.com/twilio/twilio-go/rest/api/v2010"
)

// MaxSound bounds the sound of a recording, in bytes: two minutes as an MP3 of
// 32 kbit/s are half of it.
const MaxSound = 1 << 20

// RecordingInfo is a recording in Twilio's list.
type RecordingInfo struct {
	Sid, Status string
	Seconds     int
}

// Sound fetches a recording as an MP3. The address is made of our account and
// the id alone, and no redirect is followed, so that our credentials go to
// nobody else. ErrGone: it is not there, or not yet.
func (c *Client) Sound(ctx context.Context, recording string) ([]byte, error) {
	const op = "fetch recording"
	if !recordingSid.MatchString(recording) {
		return nil, refuse(op, "want a recording's id")
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	s := session{Client: c, ctx: ctx, op: op}
	path := fmt.Sprintf("/2010-04-01/Accounts/%s/Recordings/%s.mp3", c.account, recording)
	target := *c.base
	target.Path, target.RawPath = target.Path+path, ""
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return nil, refuse(op, "request cannot be made")
	}
	req.Header.Set("Accept", "audio/mpeg")
	req.Header.Set("User-Agent", "tideover")
	c.authorize(req)
	res, err := c.http.Do(req)
	if err != nil {
		c.answered(0)
		return nil, s.broken(err, false) // a question may be asked again
	}
	c.answered(res.StatusCode)
	defer func() { _ = res.Body.Close() }()
	switch {
	case res.StatusCode == http.StatusNotFound: // its body is not always JSON
		return nil, &fault{op: op, kinds: []error{ErrGone}, status: res.StatusCode}
	case res.StatusCode >= http.StatusMultipleChoices:
		return nil, s.refused(http.MethodGet, path, res)
	}
	if kind, _, err := mime.ParseMediaType(res.Header.Get("Content-Type")); err != nil || !strings.HasPrefix(kind, "audio/") {
		return nil, refuse(op, "answer is no sound")
	}
	sound, err := io.ReadAll(io.LimitReader(res.Body, MaxSound+1))
	switch {
	case err != nil:
		return nil, s.broken(err, false)
	case len(sound) == 0:
		return nil, &fault{op: op, kinds: []error{ErrGone}, what: "empty"}
	case len(sound) > MaxSound:
		return nil, refuse(op, "sound is larger than a message can be")
	}
	return sound, nil
}

// EraseRecording deletes a recording at Twilio. One that is gone already is no
// error.
func (c *Client) EraseRecording(ctx context.Context, recording string) error {
	const op = "erase recording"
	if !recordingSid.MatchString(recording) {
		return refuse(op, "want a recording's id")
	}
	do, cancel := c.start(ctx, op)
	defer cancel()
	err := do.DeleteRecording(recording, &api.DeleteRecordingParams{})
	if _, err = run(op, &struct{}{}, err); errors.Is(err, ErrGone) {
		return nil
	}
	return err
}

// RecordingsOf lists the recordings of a call, newest first: how to find out
// what became of one of which nobody told us.
func (c *Client) RecordingsOf(ctx context.Context, leg string) ([]RecordingInfo, error) {
	const op = "list recordings"
	if !callSid.MatchString(leg) {
		return nil, refuse(op, "want a call's id")
	}
	do, cancel := c.start(ctx, op)
	defer cancel()
	page, err := do.PageRecording((&api.ListRecordingParams{}).SetCallSid(leg).SetPageSize(pageSize), "", "")
	if page, err = run(op, page, err); err != nil {
		return nil, err
	}
	found := make([]RecordingInfo, 0, len(page.Recordings))
	for _, r := range page.Recordings {
		found = append(found, RecordingInfo{Sid: value(r.Sid), Status: value(r.Status), Seconds: count(value(r.Duration))})
	}
	return found, nil
}
