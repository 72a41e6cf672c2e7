package twilio

import (
	"context"
	"net/url"
	"time"

	api "github.com/twilio/twilio-go/rest/api/v2010"

	"github.com/tideover/tideover/internal/hotline"
)

const (
	pageSize = 50
	maxPages = 5 // a number that was rung 250 times since an attempt is beyond any list
)

// CallsTo lists the calls to a number that were made since then, by Twilio's
// clock and by the second, newest first: how to find out whether a Call that
// ended in ErrUnknown has happened. Twilio's own time filter is not used: it
// goes by the start of the call, which a queued one does not have yet.
func (c *Client) CallsTo(ctx context.Context, to hotline.Number, since time.Time) ([]CallInfo, error) {
	const op = "list calls"
	if !to.Known() {
		return nil, refuse(op, "number missing")
	}
	do, cancel := c.start(ctx, op)
	defer cancel()
	params := (&api.ListCallParams{}).SetTo(to.E164()).SetPageSize(pageSize)
	var found []CallInfo
	token, number := "", ""
	for range maxPages {
		page, err := do.PageCall(params, token, number)
		if page, err = run(op, page, err); err != nil {
			return nil, err
		}
		older := false
		for _, call := range page.Calls {
			info := CallInfo{Sid: value(call.Sid), Status: value(call.Status), Created: created(call.DateCreated)}
			switch {
			case before(info.Created, since):
				older = true
			case same(call.To, to):
				found = append(found, info)
			}
		}
		if token, number = next(page.NextPageUri); older || token == "" {
			break
		}
	}
	return found, nil
}

// TextsTo lists the texts to a number that were made since then, as CallsTo
// does for calls.
func (c *Client) TextsTo(ctx context.Context, to hotline.Number, since time.Time) ([]TextInfo, error) {
	const op = "list texts"
	if !to.Known() {
		return nil, refuse(op, "number missing")
	}
	do, cancel := c.start(ctx, op)
	defer cancel()
	params := (&api.ListMessageParams{}).SetTo(to.E164()).SetPageSize(pageSize)
	var found []TextInfo
	token, number := "", ""
	for range maxPages {
		page, err := do.PageMessage(params, token, number)
		if page, err = run(op, page, err); err != nil {
			return nil, err
		}
		older := false
		for _, text := range page.Messages {
			info := TextInfo{Sid: value(text.Sid), Status: value(text.Status), Body: value(text.Body), Created: created(text.DateCreated)}
			switch {
			case before(info.Created, since):
				older = true
			case same(text.To, to):
				found = append(found, info)
			}
		}
		if token, number = next(page.NextPageUri); older || token == "" {
			break
		}
	}
	return found, nil
}

// created reads RFC 2822; anything else is the zero time, which counts as new.
func created(s *string) time.Time {
	at, err := time.Parse(time.RFC1123Z, value(s))
	if err != nil {
		return time.Time{}
	}
	return at
}

// before compares by the second, as Twilio does not tell finer.
func before(at, since time.Time) bool { return !at.IsZero() && at.Before(since.Truncate(time.Second)) }

func same(listed *string, to hotline.Number) bool { return listed == nil || *listed == to.E164() }

// next takes the token of the next page out of its address.
func next(page *string) (token, number string) {
	u, err := url.Parse(value(page))
	if err != nil {
		return "", ""
	}
	return u.Query().Get("PageToken"), u.Query().Get("Page")
}
