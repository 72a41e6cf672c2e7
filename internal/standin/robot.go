package standin

// act plays a phone that nobody holds: it presses, stays silent, or says who
// it is.
func (l *leg) act(b Behaviour) {
	switch b.kind {
	case pressing:
		l.once(func() bool { return l.phase == Listening && l.listens != nil && l.listens.keys }, command{kind: press, words: b.words})
	case silentVoice:
		if l.x.o.Pace > 0 {
			return // time passes by itself
		}
		for l.once(func() bool { return l.phase == Listening || l.phase == Pausing || l.phase == Recording }, command{kind: runOut}) {
		}
	case robot:
		l.once(func() bool { return l.phase == InRoom }, command{kind: speak, words: b.words})
	case manual, engaged, noAnswer, failing, lost:
	}
}

// once waits for the moment and does it. It reports whether the moment came.
func (l *leg) once(moment func() bool, c command) bool {
	done := false
	_ = l.x.until(l.x.ctx, func() bool {
		if l.phase == Over {
			return true
		}
		if done = len(l.inbox) == 0 && moment(); done {
			l.say(c)
			l.post(c)
		}
		return done
	})
	return done
}
