package standin

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// gather is a Gather that listens.
type gather struct {
	keys, words bool // what it takes
	digits      int  // so many are enough; 0: no such end
	finish      string
	timeout     time.Duration
	always      bool // silence goes to the action too
	action      order
}

func readGather(v node, current string) *gather {
	input := strings.Fields(v.attr("input", "dtmf"))
	g := &gather{
		keys: contains(input, "dtmf"), words: contains(input, "speech"), finish: v.attr("finishOnKey", "#"),
		timeout: 5 * time.Second, always: v.attr("actionOnEmptyResult", "false") == "true",
		action: order{url: v.attr("action", current), method: v.attr("method", http.MethodPost)},
	}
	if g.action.url == "" {
		g.action.url = current
	}
	g.digits, _ = strconv.Atoi(v.attr("numDigits", "0"))
	if n, err := strconv.Atoi(v.attr("timeout", "5")); err == nil {
		g.timeout = time.Duration(n) * time.Second
	}
	return g
}

func (g *gather) takes(c command) bool {
	return c.kind == press && g.keys || c.kind == speak && g.words
}

// gather runs a Gather: what is said inside of it may be interrupted by a key
// or a word.
func (l *leg) gather(v node) jump {
	g := readGather(v, l.base.String())
	l.x.mu.Lock()
	l.listens = g
	l.x.mu.Unlock()
	defer func() {
		l.x.mu.Lock()
		l.listens = nil
		l.x.mu.Unlock()
	}()
	var first *command
	for _, said := range v.children {
		d := l.tell(l.base, said)
		c, how, j := l.await(Listening, d, g.takes)
		if j.away() {
			return j
		}
		if how == taken {
			first = &c
			break
		}
	}
	return l.collect(g, first)
}

// collect waits for the rest of the input.
func (l *leg) collect(g *gather, c *command) jump {
	keys := ""
	for {
		how := taken
		if c == nil {
			got, ended, j := l.await(Listening, l.x.paced(g.timeout), g.takes)
			if j.away() {
				return j
			}
			c, how = &got, ended
		}
		switch {
		case how == elapsed:
			return l.silent(g, keys)
		case c.kind == speak:
			return g.lead("SpeechResult", c.words, "Confidence", "0.92")
		}
		var done bool
		if keys, done = g.typed(keys, c.words); done {
			return l.silent(g, keys)
		}
		c = nil
	}
}

// typed adds keys; done when there are enough, or when the finishing key came.
func (g *gather) typed(keys, more string) (string, bool) {
	for _, k := range more {
		if g.finish != "" && strings.ContainsRune(g.finish, k) {
			return keys, true
		}
		keys += string(k)
		if g.digits > 0 && len(keys) >= g.digits {
			return keys, true
		}
	}
	return keys, false
}

// silent ends a Gather with the keys so far: without any it is silence, which
// falls through to the next verb unless the action wants it.
func (l *leg) silent(g *gather, keys string) jump {
	switch {
	case keys != "":
		return g.lead("Digits", keys)
	case !g.always:
		return jump{}
	case g.keys:
		return g.lead("Digits", "")
	}
	return g.lead("SpeechResult", "")
}

func (g *gather) lead(extra ...string) jump {
	to := g.action
	to.extra = extra
	return jump{to: &to}
}
