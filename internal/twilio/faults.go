package twilio

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// What a REST call can end in. Each calls for something else to be done.
var (
	// ErrGone: the leg, room or text is over or never was (21220, 20404).
	ErrGone = errors.New("twilio: it is over")
	// ErrOptedOut: this number has told Twilio STOP (21610). Never text it again.
	ErrOptedOut = errors.New("twilio: opted out")
	// ErrRefused: Twilio, or this client, will not do it however often it is
	// asked.
	ErrRefused = errors.New("twilio: refused")
	// ErrBusy: not now (429, 5xx, no connection). Try later, RetryAfter.
	ErrBusy = errors.New("twilio: busy")
	// ErrUnknown: it may have happened (timeout, reset). Look before trying
	// again. A 5xx to a request that changes something is ErrBusy and
	// ErrUnknown: a gateway may have lost the answer only.
	ErrUnknown = errors.New("twilio: not known whether it happened")
	// ErrUnauthorized: the credentials do not hold (401, 20003).
	ErrUnauthorized = errors.New("twilio: credentials refused")
)

// Twilio's error codes that mean something to us.
const (
	codeUnauthorized  = 20003
	codeNotFound      = 20404
	codeTooMany       = 20429
	codeNotInProgress = 21220
	codeOptedOut      = 21610
)

const longestRetryAfter = time.Hour

// fault is an error of one operation: codes and classes, never what was sent
// or answered.
type fault struct {
	op           string
	kinds        []error // sentinels above, and the context's
	status, code int
	what         string
	retryAfter   time.Duration
}

func (f *fault) Error() string {
	if f.status == 0 {
		return fmt.Sprintf("%s: %v: %s", f.op, f.kinds[0], f.what)
	}
	return fmt.Sprintf("%s: %v: status %d, code %d", f.op, f.kinds[0], f.status, f.code)
}

// Unwrap lets errors.Is find each class.
func (f *fault) Unwrap() []error { return f.kinds }

// RetryAfter gives how long Twilio asked us to wait. Packages that do not know
// Twilio find it by this method.
func (f *fault) RetryAfter() time.Duration { return f.retryAfter }

// RetryAfter gives how long Twilio asked us to wait, zero if it did not say.
func RetryAfter(err error) time.Duration {
	if f, ok := errors.AsType[*fault](err); ok {
		return f.retryAfter
	}
	return 0
}

// classify reads an answer of 300 and more. Changes tells whether the request
// would have changed something, single whether it was about one thing: for
// the account as a whole "not found" is a wrong setting.
func classify(status, code int, changes, single bool) []error {
	switch {
	case status == http.StatusUnauthorized || code == codeUnauthorized:
		return []error{ErrUnauthorized}
	case code == codeNotInProgress, code == codeNotFound && single:
		return []error{ErrGone}
	case code == codeOptedOut:
		return []error{ErrOptedOut}
	case status == http.StatusTooManyRequests || code == codeTooMany:
		return []error{ErrBusy}
	case status >= http.StatusInternalServerError && changes:
		return []error{ErrBusy, ErrUnknown}
	case status >= http.StatusInternalServerError || status == http.StatusRequestTimeout:
		return []error{ErrBusy}
	default:
		return []error{ErrRefused}
	}
}

func errorCode(body []byte) int {
	var answer struct {
		Code int `json:"code"`
	}
	if json.Unmarshal(body, &answer) != nil {
		return 0 // a proxy's page; the status says enough
	}
	return answer.Code
}

// retryAfter reads seconds, or a date against the answer's own Date.
func retryAfter(h http.Header) time.Duration {
	value := h.Get("Retry-After")
	wait := time.Duration(0)
	if seconds, err := strconv.Atoi(value); err == nil {
		wait = time.Duration(min(seconds, int(longestRetryAfter/time.Second))) * time.Second
	} else if until, err := http.ParseTime(value); err == nil {
		if date, err := http.ParseTime(h.Get("Date")); err == nil {
			wait = until.Sub(date)
		}
	}
	return min(max(wait, 0), longestRetryAfter)
}
