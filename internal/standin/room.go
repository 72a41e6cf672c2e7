package standin

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// room is a conference, or, when private, two legs that a Dial bridges.
// Everything in it is guarded by Exchange.mu.
type room struct {
	sid, name, status string
	private           bool
	members           []*member
	news              callbacks
	sequence          int
	reason            string
	endedBy           string // CallSid
	created, updated  time.Time
}

type member struct {
	leg          *leg
	label        string
	starts, ends bool
	muted        bool // the others do not hear it
	held         bool // hears and is heard by nobody, but for the hold document
	joined       time.Time
}

func (r *room) view() Room {
	v := Room{Sid: r.sid, Name: r.name, Status: r.status, StatusURL: r.news.url, Reason: r.reason}
	for _, m := range r.members {
		v.Members = append(v.Members, Member{m.leg.sid, m.leg.phone.number, m.label})
	}
	return v
}

// join puts a leg into the conference of that name. Whoever comes first makes
// it, and sets its callbacks for all. x.mu is held.
func (x *Exchange) join(l *leg, v node) *room {
	r := x.openRoom(v.text)
	if r == nil {
		r = &room{sid: x.ids.sid("CF"), name: v.text, status: "init", created: x.o.Now()}
		r.news = callbacks{
			method: v.attr("statusCallbackMethod", http.MethodPost), events: strings.Fields(v.attr("statusCallbackEvent", "start end")),
		}
		if where := v.attr("statusCallback", ""); where != "" {
			if u, err := l.base.Parse(where); err == nil {
				r.news.url = u.String()
			}
		}
		x.rooms = append(x.rooms, r)
	}
	m := &member{
		leg: l, label: v.attr("participantLabel", ""), muted: v.attr("muted", "false") == "true", joined: x.o.Now(),
		starts: v.attr("startConferenceOnEnter", "true") == "true", ends: v.attr("endConferenceOnExit", "false") == "true",
	}
	r.members, r.updated = append(r.members, m), x.o.Now()
	l.enter(r)
	x.event(r, "participant-join", m)
	if r.status == "init" && len(r.members) > 1 && slices.ContainsFunc(r.members, func(m *member) bool { return m.starts }) {
		r.status = "in-progress"
		x.event(r, "conference-start", nil)
	}
	l.hear(Line{Who: "note", Text: "in the conference"})
	return r
}

// openRoom gives the running conference of that name. x.mu is held.
func (x *Exchange) openRoom(name string) *room {
	for _, r := range x.rooms {
		if r.name == name && !r.private && r.status != "completed" {
			return r
		}
	}
	return nil
}

// bridge lets two legs talk without a conference. x.mu is held.
func (x *Exchange) bridge(a, b *leg) {
	if a.phase == Over {
		b.post(command{kind: hangUp, words: "completed"})
		return
	}
	r := &room{private: true, status: "in-progress", created: x.o.Now()}
	for _, l := range []*leg{a, b} {
		r.members = append(r.members, &member{leg: l})
		l.enter(r)
		l.hear(Line{Who: "note", Text: "connected"})
	}
	x.rooms = append(x.rooms, r)
	a.post(command{kind: news, run: func() bool { return true }})
}

// leaveRoom takes a leg out of its room. x.mu is held.
func (x *Exchange) leaveRoom(l *leg, reason string) {
	r := l.room
	i := slices.IndexFunc(r.members, func(m *member) bool { return m.leg == l })
	m := r.members[i]
	r.members, l.room, r.updated = slices.Delete(slices.Clone(r.members), i, i+1), nil, x.o.Now()
	x.event(r, "participant-leave", m, "ParticipantCallStatus", l.word, "ReasonParticipantLeft", reason)
	l.hear(Line{Who: "note", Text: "out of the conference"})
	switch kicked := reason == "participant_updated_via_api"; {
	case m.ends && kicked:
		x.endRoom(r, "participant-with-end-conference-on-exit-kicked", m)
	case m.ends || r.private:
		x.endRoom(r, "participant-with-end-conference-on-exit-left", m)
	case len(r.members) == 0 && kicked:
		x.endRoom(r, "last-participant-kicked", m)
	case len(r.members) == 0:
		x.endRoom(r, "last-participant-left", m)
	}
}

// endRoom ends a room and takes everybody out of it. by is who ended it, if
// anybody in it did. x.mu is held.
func (x *Exchange) endRoom(r *room, reason string, by *member) {
	if r.status == "completed" {
		return
	}
	r.status, r.reason, r.updated = "completed", reason, x.o.Now()
	why := "moderator_ended_conference"
	if by == nil {
		why = "conference_ended_via_api"
	}
	rest := r.members
	r.members = nil
	for _, m := range rest {
		m.leg.room = nil
		x.event(r, "participant-leave", m, "ParticipantCallStatus", m.leg.word, "ReasonParticipantLeft", why)
		m.leg.hear(Line{Who: "note", Text: "the conference is over"})
		m.leg.post(command{kind: dismiss})
	}
	sid, label := "", ""
	if by != nil {
		sid, label = by.leg.sid, by.label
		r.endedBy = sid
	}
	x.event(r, "conference-end", nil, "CallSidEndingConference", sid, "ParticipantLabelEndingConference", label,
		"ReasonConferenceEnded", reason, "Reason", reason)
}

// event reports what happened in a conference to whom its first participant
// named. x.mu is held.
func (x *Exchange) event(r *room, what string, about *member, extra ...string) {
	x.touch()
	_, short, _ := strings.Cut(what, "-")
	if r.news.url == "" || !contains(r.news.events, short) {
		return
	}
	target, err := url.Parse(r.news.url)
	if err != nil {
		return
	}
	r.sequence++
	p := params{
		{"ConferenceSid", r.sid},
		{"FriendlyName", r.name},
		{"AccountSid", x.o.Account},
		{"StatusCallbackEvent", what},
		{"SequenceNumber", strconv.Itoa(r.sequence)},
		{"Timestamp", x.o.Now().UTC().Format(time.RFC1123Z)},
	}
	if about != nil {
		p = p.with("CallSid", about.leg.sid, "ParticipantLabel", about.label, "Muted", strconv.FormatBool(about.muted), "Hold", strconv.FormatBool(about.held),
			"Coaching", "false", "StartConferenceOnEnter", strconv.FormatBool(about.starts), "EndConferenceOnExit", strconv.FormatBool(about.ends))
	}
	x.report(hook{kind: "conference", target: target, method: r.news.method, params: p.with(extra...), sid: r.sid})
}

// waitIn lets somebody alone in a conference hear its wait document: once at
// pace zero, else again and again until the conference starts.
func (l *leg) waitIn(r *room, base *url.URL, at order) {
	for first := true; ; first = false {
		doc, err := l.fetch(base, at, forWait)
		l.x.mu.Lock()
		if first {
			l.x.pending--
			l.x.touch()
		}
		alone := l.room == r && r.status == "init"
		if err != nil && alone {
			// Twilio cannot set the conference up without it and drops the caller.
			l.x.violate(refused(l.sid, asRefusal(err), at.url))
			l.post(command{kind: hangUp, words: "completed"})
		}
		l.x.mu.Unlock()
		if err != nil || !alone || !l.hearWait(r, doc) || l.x.o.Pace == 0 {
			return
		}
		if last := doc.verbs[len(doc.verbs)-1]; last.name == "Redirect" {
			base, at = doc.base, order{url: last.text, method: last.attr("method", http.MethodPost)}
		}
	}
}

// hearWait plays a wait document. It reports whether the leg still waits.
func (l *leg) hearWait(r *room, doc document) bool {
	for _, v := range doc.verbs {
		l.x.mu.Lock()
		alone := l.room == r && r.status == "init"
		l.x.mu.Unlock()
		if !alone || v.name == "Redirect" {
			return alone
		}
		if !l.x.pause(max(l.tell(doc.base, v), l.x.spoken(100*time.Millisecond))) {
			return false
		}
	}
	return len(doc.verbs) > 0
}
