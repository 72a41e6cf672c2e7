package console

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

const (
	tickEvery   = 2 * time.Second
	writeWithin = 10 * time.Second
)

// stream is one open event stream.
type stream struct {
	k    *Console
	req  *http.Request
	w    http.ResponseWriter
	out  *http.ResponseController
	v    staff.Visitor
	mine map[hotline.CaseID]bool // a counselor hears of own cases only
}

// stream answers GET /events: a snapshot, then what changes, and a tick. It
// ends when access ends, when this process drains, and after StreamLife.
func (k *Console) stream(c echo.Context, v staff.Visitor) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), k.opt.StreamLife)
	defer cancel()
	// Watching begins before the snapshot is read, so nothing falls between.
	events, err := k.Events.Watch(ctx, lastEventID(c.Request()))
	if err != nil {
		return err
	}
	s := &stream{k: k, req: c.Request(), w: c.Response(), out: http.NewResponseController(c.Response()), v: v, mine: map[hotline.CaseID]bool{}}
	h := c.Response().Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	c.Response().WriteHeader(http.StatusOK)
	if err := s.begin(ctx); err != nil {
		return nil // the other end is gone
	}
	s.run(ctx, events)
	return nil
}

var streamID = regexp.MustCompile(`^\d{1,20}-\d{1,20}$`)

func lastEventID(r *http.Request) string {
	if id := r.Header.Get("Last-Event-ID"); streamID.MatchString(id) {
		return id
	}
	return ""
}

func (s *stream) run(ctx context.Context, events <-chan hotline.Event) {
	tick := time.NewTicker(tickEvery)
	defer tick.Stop()
	again := s.k.hub.rechecks()
	// Access may have ended between the request and here.
	if !s.stillWelcome(ctx) {
		return
	}
	for {
		var err error
		select {
		case <-ctx.Done():
			// The browser opens the next stream by itself.
			_ = s.send("", "bye", map[string]any{"retry": reopenAfter}, reopenAfter)
			return
		case <-s.k.hub.gone:
			_ = s.send("", "bye", map[string]any{"retry": reopenAfter}, reopenAfter)
			return
		case <-again:
			again = s.k.hub.rechecks()
			if !s.stillWelcome(ctx) {
				return
			}
		case <-tick.C:
			err = s.send("", "tick", s.tick(), 0)
		case e, open := <-events:
			if !open {
				return
			}
			err = s.tell(e)
		}
		if err != nil {
			return
		}
	}
}

const reopenAfter = 500 // milliseconds

// begin sends the snapshot.
func (s *stream) begin(ctx context.Context) error {
	ask, cancel := context.WithTimeout(ctx, s.k.view.patience())
	defer cancel()
	body := map[string]any{}
	if s.v.Role.May(staff.SeeQueue) {
		if q, err := s.k.view.queue(ask); err == nil {
			body["queue"] = queueOf(q)
		}
	}
	if s.v.Role.May(staff.TakeCases) {
		if shift, err := s.k.Shifts.Shift(ask, s.v.ID); err == nil {
			body["shift"] = shiftOf(shift)
			for _, id := range shift.Cases {
				s.mine[id] = true
			}
		}
	}
	if b, err := s.k.view.wallboard(ask); err == nil || b.DataLost {
		body["wallboard"] = boardOf(b)
	}
	return s.send("", "snapshot", body, 0)
}

// tell passes an event on to whom it concerns.
func (s *stream) tell(e hotline.Event) error {
	if e.Case != "" && (e.By == s.v.ID || s.v.OnCall > 0 && e.By == hotline.OnCall(s.v.OnCall)) {
		s.mine[e.Case] = true
	}
	own := s.mine[e.Case]
	if e.Case != "" && own && e.State != "" && !e.State.Owned() {
		delete(s.mine, e.Case)
	}
	if !s.concerns(e, own) {
		return nil
	}
	out := eventJSON{Kind: e.Kind, Case: e.Case, State: e.State, Code: e.Code, By: e.By, At: stamp(e.At)}
	if e.Case != "" { // what is about no contact has no urgency
		out.Band = &e.Band
	}
	return s.send(e.ID, e.Kind, out, 0)
}

func (s *stream) concerns(e hotline.Event, own bool) bool {
	switch e.Kind {
	case "queue", "alert":
		return true
	case "shift":
		return e.By == s.v.ID || s.v.Role != staff.Counselor
	case "case":
		return own || s.v.Role.May(staff.SeeAll)
	default:
		return false
	}
}

type eventJSON struct {
	Kind  string              `json:"kind"`
	Case  hotline.CaseID      `json:"case_id,omitempty"`
	State hotline.State       `json:"state,omitempty"`
	Band  *hotline.Band       `json:"band,omitempty"`
	Code  string              `json:"code"`
	By    hotline.CounselorID `json:"by,omitempty"`
	At    *string             `json:"at"`
}

type tickJSON struct {
	Now      string  `json:"now"`
	AsOf     *string `json:"as_of"`
	Fresh    bool    `json:"fresh"`
	DataLost bool    `json:"data_lost"`
	Total    int     `json:"total"`
	Longest  float64 `json:"longest_wait_seconds"`
}

func (s *stream) tick() tickJSON {
	b, known := s.k.view.snapshot()
	return tickJSON{
		Now: *stamp(s.k.Now()), AsOf: stamp(b.Queue.AsOf), Fresh: known && b.Queue.Fresh, DataLost: b.DataLost,
		Total: len(b.Queue.Cases), Longest: seconds(b.Queue.LongestWait()),
	}
}

// stillWelcome asks again who is here. Only a clear no ends the stream: a
// store that does not answer is no reason to go blind.
func (s *stream) stillWelcome(ctx context.Context) bool {
	ask, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	v, err := s.k.visitor(s.req.WithContext(ask), false)
	if err == nil {
		s.v = v
		return may(v, staff.SeeBoard)
	}
	p, _ := problemOf(err)
	return p.Status != http.StatusUnauthorized
}

// send writes one event, with a deadline of its own: the server's is for
// usual answers.
func (s *stream) send(id, name string, data any, retry int) error {
	raw, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("event %s: %w", name, err)
	}
	var b bytes.Buffer
	if id != "" {
		fmt.Fprintf(&b, "id: %s\n", id)
	}
	if retry > 0 {
		fmt.Fprintf(&b, "retry: %d\n", retry)
	}
	fmt.Fprintf(&b, "event: %s\ndata: %s\n\n", name, raw)
	// A writer without deadlines (a test's recorder) is written to as it is.
	_ = s.out.SetWriteDeadline(time.Now().Add(writeWithin)) //nolint:forbidigo // sockets know the kernel's clock only
	if _, err := s.w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("event %s: %w", name, err)
	}
	return s.out.Flush()
}
