package standin

import "time"

// ring lets the phone ring until somebody picks up. silent: the network lost
// the call and nobody will ever hear of it.
func (l *leg) ring() (up, silent bool) {
	b, busy := l.behaviour()
	if b.kind == lost {
		l.x.mu.Lock()
		l.word = "ringing"
		l.x.mu.Unlock()
		_, _, _ = l.await(Ringing, forever, nil)
		return false, true
	}
	l.change("initiated", "initiated")
	switch {
	case b.kind == failing:
		return l.down("failed"), false
	case busy || b.kind == engaged:
		return l.down("busy"), false
	}
	l.change("ringing", "ringing")
	switch b.kind {
	case noAnswer:
		return l.down("no-answer"), false
	case pressing, silentVoice, robot:
		l.x.mu.Lock()
		l.x.spawn(func() { l.act(b) })
		l.x.mu.Unlock()
		return l.up(), false
	case manual, lost, engaged, failing:
	}
	c, how, j := l.await(Ringing, l.x.paced(l.ringFor+5*time.Second), func(c command) bool { return c.kind == pickUp || c.kind == decline })
	switch {
	case j.to != nil || j.over:
		return false, false
	case how == elapsed:
		return l.down("no-answer"), false
	case c.kind == decline:
		return l.down(c.words), false
	}
	return l.up(), false
}

func (l *leg) change(word, event string) {
	l.x.mu.Lock()
	defer l.x.mu.Unlock()
	l.turned(word, event)
}

func (l *leg) up() bool {
	l.change("in-progress", "answered")
	return true
}

func (l *leg) down(word string) bool {
	l.x.mu.Lock()
	defer l.x.mu.Unlock()
	l.word = word
	return false
}

// behaviour of the phone, and whether it is in another call already.
func (l *leg) behaviour() (b Behaviour, busy bool) {
	l.x.mu.Lock()
	defer l.x.mu.Unlock()
	for _, other := range l.x.legs {
		if other != l && other.phone == l.phone && other.phase != Over && !other.answered.IsZero() {
			busy = true
		}
	}
	return l.phone.behaviour, busy
}
