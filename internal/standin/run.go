package standin

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const maxJumps = 20 // redirects without any time passing: a loop

// runInbound is the life of a call to the line.
func (l *leg) runInbound() {
	if l.first.url == "" {
		l.x.mu.Lock()
		l.word = "failed"
		l.x.mu.Unlock()
		l.finish(false)
		return
	}
	l.play(l.first)
	l.finish(l.x.ctx.Err() != nil)
}

// runOutbound is the life of a call that the app makes.
func (l *leg) runOutbound() {
	if up, silent := l.ring(); !up {
		l.finish(silent || l.x.ctx.Err() != nil)
		return
	}
	l.play(l.first)
	l.finish(l.x.ctx.Err() != nil)
}

// play runs documents until the call is over.
func (l *leg) play(at order) {
	for {
		doc, j := l.load(at)
		if !j.away() {
			l.x.mu.Lock()
			if l.dir == "inbound" && l.answered.IsZero() {
				l.turned("in-progress", "answered")
			}
			l.x.mu.Unlock()
			l.base = doc.base
			j = l.verbs(doc.verbs)
		}
		if j.to == nil {
			return
		}
		at = *j.to
		if l.jumps++; l.jumps > maxJumps {
			l.refuse(&refusal{12200, "redirects that go round without a wait"}, at.url)
			return
		}
	}
}

// verbs runs a document. At its end the call is over.
func (l *leg) verbs(all []node) jump {
	for i, v := range all {
		if j := l.verb(v, len(all)-i-1); j.away() {
			return j
		}
	}
	return jump{over: true}
}

func (l *leg) verb(v node, after int) jump {
	switch v.name {
	case "Gather":
		return l.gather(v)
	case "Redirect":
		return jump{to: &order{url: v.text, method: v.attr("method", http.MethodPost)}}
	case "Dial":
		l.unreachable(v, after)
		return l.dial(v)
	case "Record":
		return l.record(v)
	case "Hangup":
		return jump{over: true}
	}
	_, _, j := l.await(phaseOf(v), l.tell(l.base, v), nil)
	return j
}

func phaseOf(v node) Phase {
	if v.name == "Pause" {
		return Pausing
	}
	return Speaking
}

// unreachable notes verbs that no caller can get to.
func (l *leg) unreachable(v node, after int) {
	if _, leads := v.attrs["action"]; !leads || after == 0 {
		return
	}
	l.x.mu.Lock()
	defer l.x.mu.Unlock()
	l.x.violate(Violation{Kind: "document", What: "verbs after a Dial with an action are never reached", Where: l.base.String(), Sid: l.sid})
}

// tell lets the phone hear a Say, Play or Pause, and gives how long it takes.
func (l *leg) tell(base *url.URL, v node) time.Duration {
	switch v.name {
	case "Say":
		words := strings.Join(strings.Fields(v.said()), " ")
		l.x.mu.Lock()
		l.hear(Line{Who: "line", Text: words, Lang: v.attr("language", "en-US")})
		l.x.mu.Unlock()
		return l.x.spoken(speech(words) * time.Duration(loops(v)))
	case "Play":
		name, length := l.fetchSound(base, v.text)
		l.x.mu.Lock()
		l.hear(Line{Who: "play", Text: name})
		l.x.mu.Unlock()
		return l.x.spoken(length * time.Duration(loops(v)))
	}
	n, _ := strconv.Atoi(v.attr("length", "1"))
	return l.x.paced(time.Duration(n) * time.Second)
}

// speech is how long words take, at 2.7 a second.
func speech(words string) time.Duration {
	return time.Duration(float64(len(strings.Fields(words))) / 2.7 * float64(time.Second))
}

// loops gives how often; 0 means a thousand times, as at Twilio.
func loops(v node) int {
	n, err := strconv.Atoi(v.attr("loop", "1"))
	if err != nil {
		return 1
	}
	if n == 0 {
		return 1000
	}
	return n
}

// fetch asks for a document, whose URL may be relative to base. The error is a *refusal.
func (l *leg) fetch(base *url.URL, at order, s setting) (document, error) {
	if base == nil {
		base = l.x.public
	}
	target, err := base.Parse(at.url)
	if err != nil || target.Host == "" {
		return document{}, &refusal{11100, "no URL"}
	}
	kind := "voice"
	if s == forWait {
		kind = "wait"
	}
	l.x.mu.Lock()
	p := l.params().with(at.extra...)
	l.x.mu.Unlock()
	a, err := l.x.send(hook{kind: kind, target: target, method: orPost(at.method), params: p, sid: l.sid})
	if err != nil {
		return document{}, err
	}
	return accept(a, target, s)
}

// failed notes why there is no document, and leads to the fallback, unless it
// was the fallback that failed.
func (l *leg) failed(at order, fault error) jump {
	r := asRefusal(fault)
	where := at.url
	if l.base != nil {
		if u, err := l.base.Parse(at.url); err == nil {
			where = u.String()
		}
	}
	if l.fallback == "" || at.last {
		return l.refuse(r, where)
	}
	l.x.mu.Lock()
	l.x.violate(refused(l.sid, r, where))
	l.x.mu.Unlock()
	return jump{to: &order{
		url: l.fallback, method: http.MethodPost, last: true, extra: []string{"ErrorCode", strconv.Itoa(r.code), "ErrorUrl", where},
	}}
}

// refuse ends the call as Twilio does when nothing is left.
func (l *leg) refuse(r *refusal, where string) jump {
	l.x.mu.Lock()
	defer l.x.mu.Unlock()
	l.x.violate(refused(l.sid, r, where))
	l.hear(Line{Who: "line", Text: "We are sorry, an application error has occurred. Goodbye.", Lang: "en-US"})
	return jump{over: true}
}

func asRefusal(err error) *refusal {
	r := &refusal{11200, "no answer"}
	errors.As(err, &r)
	return r
}

// refused describes a document that was not taken, or not had.
func refused(sid string, r *refusal, where string) Violation {
	kind := "document"
	if r.code >= 11000 && r.code < 11500 {
		kind = "delivery"
	}
	return Violation{Kind: kind, Code: r.code, What: r.what, Where: where, Sid: sid}
}
