package console

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/outreach"
	"github.com/tideover/tideover/internal/staff"
)

const longestBody int64 = 64 << 10

// asked is a request to change something, after all checks.
type asked[T any] struct {
	by    staff.Visitor
	tok   hotline.Token
	about hotline.Case  // the case of the path, where there is one
	who   staff.Person  // the person of the path, where there is one
	duty  outreach.Duty // the duty of the path, where there is one
	lang  hotline.Lang  // of the answer
	in    T
	again bool // a repeat of what was done before
}

// change is one changing call of the API. T is its body without request_id.
type change[T any] struct {
	action string
	// find loads what the path names and refuses who may not touch it; nil
	// where the path names nothing.
	find func(ctx context.Context, v staff.Visitor, id string, into *asked[T]) error
	// check refuses a body; its error is shown.
	check func(in *T) error
	// longest is the size of a body, in bytes; 0: 64 kB.
	longest int64
	do      func(ctx context.Context, a asked[T]) (status int, body any, err error)
	// reason gives what the record keeps of why.
	reason func(in T) string
	// renewed answers are made anew at a repeat and never kept.
	renewed bool
	// recorded changes write their entry of the record themselves.
	recorded bool
	// tells gives the case that an answer is about, where the path names none.
	tells func(body any) hotline.CaseID
	// urgent goes on where the store fails, for who had the case in hand.
	urgent bool
}

// changing makes the handler of a change. The order of refusals is that of
// the API: permission, then a faulty request, then what the domain says; only
// a repeat comes before, for the first outcome stands whatever happened since.
func changing[T any](k *Console, ch change[T]) func(echo.Context, staff.Visitor) error {
	return func(c echo.Context, v staff.Visitor) error {
		ctx := c.Request().Context()
		a := asked[T]{by: v, lang: speaks(c.Request(), v.Person)}
		raw, faulty := readBody(c, cmp.Or(ch.longest, longestBody))
		if faulty == nil {
			a.tok, faulty = parseBody(raw, &a.in)
		}
		print := ""
		var saved Saved
		var repeated bool
		if faulty == nil {
			print = fingerprint(c.Request().Method, c.Request().URL.Path, raw)
			var err error
			if saved, repeated, err = k.outcome(ctx, v.ID, a.tok, ch.urgent); err != nil {
				return err
			}
		}
		same := repeated && saved.Print == print
		if same && !(ch.renewed && saved.Status < http.StatusMultipleChoices) {
			return replay(c, saved)
		}
		if err := k.admit(ctx, ch.urgent, c.Param("id"), v, func(ctx context.Context) error {
			return ch.locate(ctx, v, c.Param("id"), &a)
		}, &a.about); err != nil {
			return err
		}
		if faulty == nil && ch.check != nil {
			faulty = ch.check(&a.in)
		}
		switch {
		case faulty != nil:
			return asBadRequest(faulty)
		case repeated && !same:
			return hotline.ErrReused
		}
		a.again = same
		return settle(c, k, ch, a, print)
	}
}

func (ch change[T]) locate(ctx context.Context, v staff.Visitor, id string, a *asked[T]) error {
	if ch.find == nil {
		return nil
	}
	return ch.find(ctx, v, id, a)
}

// outcome looks for the first answer to a request id. An alarm does not wait
// for it.
func (k *Console) outcome(ctx context.Context, by hotline.CounselorID, tok hotline.Token, urgent bool) (Saved, bool, error) {
	ask, cancel := within(ctx, urgent)
	defer cancel()
	saved, ok, err := k.Outcomes.Outcome(ask, by, tok)
	if err != nil && urgent {
		return Saved{}, false, nil
	}
	return saved, ok, err
}

// admit runs a check of permission. An alarm of somebody who had this case in
// hand a moment ago passes when the store does not answer.
func (k *Console) admit(ctx context.Context, urgent bool, id string, v staff.Visitor, check func(context.Context) error, about *hotline.Case) error {
	ask, cancel := within(ctx, urgent)
	defer cancel()
	err := check(ask)
	if urgent && errors.Is(err, hotline.ErrUnknown) && k.reads.had(v.ID, hotline.CaseID(id)) {
		about.ID = hotline.CaseID(id)
		return nil
	}
	return err
}

func within(ctx context.Context, urgent bool) (context.Context, context.CancelFunc) {
	if !urgent {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, alarmWithin/10)
}

// settle does the change, records it and keeps its outcome.
func settle[T any](c echo.Context, k *Console, ch change[T], a asked[T], print string) error {
	ctx := c.Request().Context()
	status, body, err := ch.do(ctx, a)
	kind := "ok"
	if err != nil {
		p, known := problemOf(err)
		if !known || p.Status >= http.StatusInternalServerError {
			return err
		}
		status, body, kind = p.Status, p, p.kind()
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	if ch.tells != nil && err == nil {
		a.about.ID = ch.tells(body)
	}
	if !a.again && !(ch.recorded && kind == "ok") {
		k.record(ctx, entryOf(ch, a, kind))
	}
	keep := Saved{Print: print, Status: status, Body: raw}
	if ch.renewed {
		keep.Body = nil
	}
	after, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerWithin/2)
	defer cancel()
	kept, first, err := k.Outcomes.SaveOutcome(after, a.by.ID, a.tok, keep)
	switch {
	case err != nil || first:
		// The change stands. Should the outcome not be kept, the domain knows
		// the token and gives the same answer to a repeat.
		return respond(c, status, raw)
	case kept.Print != print:
		return hotline.ErrReused
	case ch.renewed:
		return respond(c, replayed(status), raw)
	default:
		return replay(c, kept)
	}
}

// replay gives the first outcome: a success as 200, a problem as it was.
func replay(c echo.Context, s Saved) error { return respond(c, replayed(s.Status), s.Body) }

func replayed(status int) int {
	if status < http.StatusMultipleChoices {
		return http.StatusOK
	}
	return status
}

func respond(c echo.Context, status int, body []byte) error {
	if status >= http.StatusBadRequest {
		return c.Blob(status, problemType, body)
	}
	return c.Blob(status, echo.MIMEApplicationJSON, body)
}

func asBadRequest(err error) error {
	if p, ok := errors.AsType[problem](err); ok {
		return p
	}
	return badRequest().with(err.Error())
}

// readBody reads one JSON document of at most so many bytes.
func readBody(c echo.Context, longest int64) ([]byte, error) {
	r := c.Request()
	if kind := r.Header.Get("Content-Type"); kind != "" {
		if media, _, err := mime.ParseMediaType(kind); err != nil || media != echo.MIMEApplicationJSON {
			return nil, wrongType()
		}
	}
	raw, err := io.ReadAll(http.MaxBytesReader(c.Response(), r.Body, longest))
	var big *http.MaxBytesError
	switch {
	case errors.As(err, &big):
		return nil, tooLarge()
	case err != nil:
		return nil, errors.New("the body could not be read")
	}
	return raw, nil
}

// parseBody reads an object with a request_id; fields that are not known are
// left alone. Its errors name fields, never values.
func parseBody(raw []byte, into any) (hotline.Token, error) {
	if trimmed := bytes.TrimLeft(raw, " \t\r\n"); len(trimmed) == 0 || trimmed[0] != '{' {
		return "", errors.New("the body is not a JSON object")
	}
	var head struct {
		RequestID *string `json:"request_id"`
	}
	for _, part := range []any{&head, into} {
		var wrong *json.UnmarshalTypeError
		switch err := json.Unmarshal(raw, part); {
		case errors.As(err, &wrong):
			return "", errors.New(wrong.Field + ": not of the right type")
		case err != nil:
			return "", errors.New("the body is not well-formed JSON")
		}
	}
	if head.RequestID == nil {
		return "", errors.New("request_id: missing")
	}
	return hotline.ParseToken(*head.RequestID)
}

// fingerprint tells one request from another under the same id. The order of
// fields and blanks do not count.
func fingerprint(method, path string, raw []byte) string {
	var doc any
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if err := dec.Decode(&doc); err == nil {
		if canonical, err := json.Marshal(doc); err == nil {
			raw = canonical
		}
	}
	h := sha256.New()
	for _, part := range [][]byte{[]byte(method), []byte(path), raw} {
		_, _ = h.Write(part) // a hash never fails to take bytes
		_, _ = h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil))
}

// stamp writes a time for the API; the zero time is null.
func stamp(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := t.UTC().Format("2006-01-02T15:04:05.000Z")
	return &s
}
