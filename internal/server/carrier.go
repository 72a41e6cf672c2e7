package server

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// carrier watches what Twilio says to our requests. Refused credentials let
// no phone ring any more and mend themselves never, so the log names them,
// once a while.
type carrier struct {
	asked *prometheus.CounterVec
	now   func() time.Time
	log   *slog.Logger
	next  atomic.Int64 // no word of it in the log before
}

const remindOfCredentials = time.Minute

// answered counts a request by its status; zero is no answer.
func (c *carrier) answered(status int) {
	c.asked.WithLabelValues(strconv.Itoa(status)).Inc()
	if status != http.StatusUnauthorized {
		return
	}
	now, next := c.now(), c.next.Load()
	if now.UnixNano() >= next && c.next.CompareAndSwap(next, now.Add(remindOfCredentials).UnixNano()) {
		c.log.ErrorContext(context.Background(), "Twilio refuses our credentials: no phone rings; see TWILIO_AUTH_TOKEN (REST uses the first) and TWILIO_API_KEY")
	}
}
