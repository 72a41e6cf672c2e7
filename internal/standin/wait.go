package standin

import (
	"slices"
	"time"
)

// ending is how a wait ended.
type ending int

const (
	elapsed ending = iota // by itself, or because a person let it run out
	taken                 // by a command that the wait was for
	left                  // by a jump
)

const forever = time.Duration(-1)

// await lets the call wait: for d by the exchange's timer (or forever), or
// until takes accepts a command. A hang-up and a move by REST end every wait.
// Keys and words that nobody takes are lost, as on a phone.
func (l *leg) await(p Phase, d time.Duration, takes func(command) bool) (command, ending, jump) {
	var fired <-chan struct{}
	if d > 0 {
		var stop func()
		fired, stop = l.x.o.Timer(d)
		defer stop()
	}
	for {
		c, got, shown := l.next(p, d)
		if got {
			if j, how, ends := l.judge(c, takes); ends {
				return c, how, j
			}
			continue
		}
		if !shown {
			return command{}, elapsed, jump{}
		}
		select {
		case <-l.wake:
		case <-fired:
			l.x.mu.Lock()
			l.phase = Fetching
			l.x.touch()
			l.x.mu.Unlock()
			return command{}, elapsed, jump{}
		case <-l.x.ctx.Done():
			return command{}, left, jump{over: true}
		}
	}
}

// next takes the oldest command, or shows the phase that the call is in where
// there is none. A wait of no length shows nothing.
func (l *leg) next(p Phase, d time.Duration) (c command, got, shown bool) {
	l.x.mu.Lock()
	defer l.x.mu.Unlock()
	if len(l.inbox) > 0 {
		c, l.inbox = l.inbox[0], l.inbox[1:]
		l.phase = Fetching
		return c, true, false
	}
	if d == 0 {
		return command{}, false, false
	}
	if l.phase != p {
		l.phase = p
		if d > 0 || p != Fetching {
			l.jumps = 0
		}
		l.x.touch()
	}
	return command{}, false, true
}

// judge decides what a command does to a wait.
func (l *leg) judge(c command, takes func(command) bool) (jump, ending, bool) {
	switch c.kind {
	case hangUp:
		l.x.mu.Lock()
		l.word = c.words
		l.x.mu.Unlock()
		return jump{over: true}, left, true
	case move:
		return jump{to: &c.to}, left, true
	case runOut:
		return jump{}, elapsed, true
	case news:
		return jump{}, taken, c.run()
	case press, speak, pickUp, decline, dismiss:
	}
	if takes != nil && takes(c) {
		return jump{}, taken, true
	}
	return jump{}, elapsed, false
}

// load fetches a document while the caller may hang up. A move by REST that
// comes meanwhile wins over the document.
func (l *leg) load(at order) (document, jump) {
	var doc document
	var fault error
	done := make(chan struct{})
	base := l.base
	l.x.mu.Lock()
	l.phase = Fetching
	l.x.pending++
	l.x.spawn(func() {
		defer close(done)
		doc, fault = l.fetch(base, at, forCall)
		l.x.mu.Lock()
		l.x.pending--
		l.x.touch()
		l.x.mu.Unlock()
	})
	l.x.mu.Unlock()
	for {
		select {
		case <-done:
			if j := l.interrupted(true); j.away() {
				return document{}, j
			}
			if fault != nil {
				return document{}, l.failed(at, fault)
			}
			return doc, jump{}
		case <-l.wake:
			if j := l.interrupted(false); j.away() {
				return document{}, j
			}
		case <-l.x.ctx.Done():
			return document{}, jump{over: true}
		}
	}
}

// interrupted looks for a hang-up, and for a move if wanted, among what came
// while nobody listened.
func (l *leg) interrupted(moves bool) jump {
	l.x.mu.Lock()
	defer l.x.mu.Unlock()
	for i, c := range l.inbox {
		if c.kind == hangUp {
			l.word, l.inbox = c.words, nil
			return jump{over: true}
		}
		if c.kind == move && moves {
			l.inbox = slices.Delete(l.inbox, 0, i+1)
			return jump{to: &c.to}
		}
	}
	return jump{}
}
