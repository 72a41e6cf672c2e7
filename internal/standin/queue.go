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
		r := x.hookRule(&h)
		switch {
		case r.Do == Reorder && q.held == nil:
			q.held = &h
			x.pending--
			x.touch()
			x.mu.Unlock()
			continue
		case r.Do == Delay:
			x.spawn(func() { x.tell(r, h) })
			x.mu.Unlock()
			continue
		}
		held := q.held
		q.held = nil
		if held != nil {
			x.pending++
		}
		x.mu.Unlock()
		x.tell(r, h)
		if held != nil {
			x.tell(Rule{}, *held)
		}
	}
}

// tell sends news. What the app answers controls nothing; trouble is noted.
func (x *Exchange) tell(r Rule, h hook) {
	a, err := x.sendBy(r, h)
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
