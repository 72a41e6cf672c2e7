package standin

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// bridge is a running Dial.
type bridge struct {
	action order
	leads  bool // there is an action
	star   bool
	limit  time.Duration
}

func readBridge(v node) bridge {
	b := bridge{star: v.attr("hangupOnStar", "false") == "true", limit: 4 * time.Hour}
	b.action = order{url: v.attr("action", ""), method: v.attr("method", http.MethodPost)}
	b.leads = b.action.url != ""
	if n, err := strconv.Atoi(v.attr("timeLimit", "")); err == nil {
		b.limit = time.Duration(n) * time.Second
	}
	return b
}

func (l *leg) dial(v node) jump {
	b := readBridge(v)
	if c := v.children[0]; c.name == "Conference" {
		return l.conference(b, c)
	}
	return l.outward(b, v)
}

// talk keeps the leg in its room until it leaves, is taken out, is moved, or
// its time is over. It gives how the leg left.
func (l *leg) talk(b bridge) jump {
	stop := l.after(l.x.paced(b.limit), dismiss)
	defer stop()
	_, _, j := l.await(InRoom, forever, func(c command) bool {
		return c.kind == dismiss || c.kind == press && b.star && strings.Contains(c.words, "*")
	})
	return j
}

// after posts a command when d is over.
func (l *leg) after(d time.Duration, kind commandKind) (stop func()) {
	fired, halt := l.x.o.Timer(d)
	stopped := make(chan struct{})
	l.x.mu.Lock()
	defer l.x.mu.Unlock()
	l.x.spawn(func() {
		select {
		case <-fired:
			l.x.mu.Lock()
			defer l.x.mu.Unlock()
			l.post(command{kind: kind})
		case <-stopped:
		case <-l.x.ctx.Done():
		}
	})
	return func() {
		halt()
		close(stopped)
	}
}

// leave goes on after a Dial. A leg that was moved, or that hung up, still asks
// the Dial's action; what comes back is thrown away.
func (l *leg) leave(b bridge, j jump, status string, extra ...string) jump {
	if !b.leads {
		return j
	}
	to := b.action
	if !j.away() {
		to.extra = append([]string{"DialCallStatus", status}, extra...)
		return jump{to: &to}
	}
	if l.x.ctx.Err() != nil {
		return j
	}
	if j.to != nil {
		status = "completed"
	}
	to.extra = append([]string{"DialCallStatus", status}, extra...)
	base := l.base
	if j.over { // the caller is gone: the end of the call is reported meanwhile
		l.x.mu.Lock()
		defer l.x.mu.Unlock()
		l.x.pending++
		l.x.spawn(func() {
			l.discard(base, to)
			l.x.mu.Lock()
			defer l.x.mu.Unlock()
			l.x.pending--
			l.x.touch()
		})
		return j
	}
	l.discard(base, to)
	return j
}

// discard asks for a document that leads nowhere.
func (l *leg) discard(base *url.URL, at order) {
	if _, err := l.fetch(base, at, forCall); err != nil {
		l.x.mu.Lock()
		defer l.x.mu.Unlock()
		l.x.violate(refused(l.sid, asRefusal(err), at.url))
	}
}

// conference bridges the leg into a conference.
func (l *leg) conference(b bridge, v node) jump {
	l.x.mu.Lock()
	r := l.x.join(l, v)
	if wait := v.attr("waitUrl", ""); r.status == "init" && wait != "" {
		base, at := l.base, order{url: wait, method: v.attr("waitMethod", http.MethodPost)}
		l.x.pending++
		l.x.spawn(func() { l.waitIn(r, base, at) })
	}
	l.x.mu.Unlock()
	j := l.talk(b)
	l.quit(r)
	return l.leave(b, j, "answered")
}

// quit leaves the room, unless the leg was taken out of it.
func (l *leg) quit(r *room) {
	l.x.mu.Lock()
	defer l.x.mu.Unlock()
	if l.room == r {
		l.x.leaveRoom(l, "participant_hung_up")
	}
}

// outward dials a number and bridges the two.
func (l *leg) outward(b bridge, v node) jump {
	to := v.children[0].text
	l.x.mu.Lock()
	if emergency(to) && !l.x.o.FakeEmergency {
		l.x.violate(Violation{Kind: "document", Code: 21215, What: "an emergency number was dialled", Where: l.base.String(), Sid: l.sid})
		l.x.mu.Unlock()
		return l.leave(b, jump{}, "failed")
	}
	ringFor := 30 * time.Second
	if n, err := strconv.Atoi(v.attr("timeout", "")); err == nil {
		ringFor = time.Duration(n) * time.Second
	}
	child := l.x.newLeg(&leg{
		from: v.attr("callerId", l.from), to: to, dir: "outbound-dial", parent: l, phone: l.x.phone(to), ringFor: ringFor, word: "queued",
	})
	l.x.spawn(child.runChild)
	l.x.mu.Unlock()

	j := l.ringThrough(b, child)
	word, talked, bridged := l.partFrom(child)
	return l.leave(b, j, word, "DialCallSid", child.sid, "DialCallDuration", strconv.Itoa(talked), "DialBridged", strconv.FormatBool(bridged))
}

// ringThrough waits while the other phone rings, then while the two talk.
func (l *leg) ringThrough(b bridge, child *leg) jump {
	for {
		_, _, j := l.await(Dialling, forever, func(c command) bool { return c.kind == dismiss })
		if j.away() {
			return j
		}
		l.x.mu.Lock()
		together, rings := l.room != nil, child.phase != Over && child.answered.IsZero()
		l.x.mu.Unlock()
		switch {
		case together:
			return l.talk(b)
		case !rings:
			return jump{}
		}
	}
}

// partFrom ends the other leg and tells how it went.
func (l *leg) partFrom(child *leg) (word string, talked int, bridged bool) {
	l.x.mu.Lock()
	defer l.x.mu.Unlock()
	if l.room != nil {
		l.x.leaveRoom(l, "participant_hung_up")
	}
	if bridged = !child.answered.IsZero(); bridged {
		talked = int(l.x.o.Now().Sub(child.answered).Seconds())
	}
	if word = child.word; !terminal(word) {
		word = endWord(child)
		child.post(command{kind: hangUp, words: word})
	}
	return word, talked, bridged
}

// runChild is the life of a phone that a Dial rings.
func (l *leg) runChild() {
	up, silent := l.ring()
	if up {
		l.x.mu.Lock()
		l.x.bridge(l.parent, l)
		l.x.mu.Unlock()
		_ = l.talk(bridge{limit: 4 * time.Hour})
		l.x.mu.Lock()
		r := l.room
		l.x.mu.Unlock()
		if r != nil {
			l.quit(r)
		}
	}
	l.finish(silent || l.x.ctx.Err() != nil)
}

// endWord is the word for a leg that is ended from outside. x.mu is held.
func endWord(l *leg) string {
	if l.answered.IsZero() {
		return "canceled"
	}
	return "completed"
}
