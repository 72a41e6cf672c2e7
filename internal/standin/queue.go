package standin

import (
	"fmt"
	"net/http"
)

// queue sends the news of one call, room or text in their order, one after the
// other. A delayed one leaves the queue and is overtaken.
type queue struct {
	due     []hook
	held    *hook // waits for its successor, which goes first
	running bool
}

// report sends news in the background. x.mu is held.
func (x *Exchange) report(h hook) {
	q := x.queues[h.sid]
	if q == nil {
		q = &queue{}
		x.queues[h.sid] = q
	}
	q.due = append(q.due, h)
	x.pending++
	if !q.running {
		q.running = true
		x.spawn(func() { x.drain(q) })
	}
}

func (x *Exchange) drain(q *queue) {
	for {
		x.mu.Lock()
		if len(q.due) == 0 || x.closed {
			q.running = false
			x.mu.Unlock()
			return
		}
		h := q.due[0]
		q.due = q.due[1:]
		name := h.method + " " + h.target.String()
		if q.held == nil && x.takeIf(&x.hookRules, name, Reorder) {
			q.held = &h
			x.pending--
			x.touch()
			x.mu.Unlock()
			continue
		}
		if x.next(x.hookRules, name) == Delay {
			x.spawn(func() { x.tell(h) })
			x.mu.Unlock()
			continue
		}
		held := q.held
		q.held = nil
		x.mu.Unlock()
		x.tell(h)
		if held != nil {
			x.mu.Lock()
			x.pending++
			x.mu.Unlock()
			x.tell(*held)
		}
	}
}

// tell sends news. What the app answers controls nothing; trouble is noted.
func (x *Exchange) tell(h hook) {
	a, err := x.send(h)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.pending--
	switch {
	case x.closed:
	case err != nil:
		x.violate(delivery(h, err))
	case a.status >= http.StatusMultipleChoices:
		x.violate(delivery(h, &refusal{11200, fmt.Sprintf("%s callback answered %d", h.kind, a.status)}))
	}
	x.touch()
}

func delivery(h hook, err error) Violation {
	v := Violation{Kind: "delivery", Code: 11200, What: err.Error(), Where: h.target.String(), Sid: h.sid}
	if r, ok := err.(*refusal); ok { //nolint:errorlint // send gives nothing else
		v.Code, v.What = r.code, r.what
	}
	return v
}
