package standin

import (
	"net/http"
)

// member gives what a leg is in the room, if it is there. x.mu is held.
func (r *room) member(l *leg) *member {
	for _, m := range r.members {
		if m.leg == l {
			return m
		}
	}
	return nil
}

// updateMember mutes, holds, or lets one participant hear an announcement.
// Nothing of it takes the participant out of the conference.
func (x *Exchange) updateMember(a asked) reply {
	r, m := x.inRoom(a)
	if m == nil || r.status == "completed" {
		return notFound()
	}
	for _, flag := range []string{"Muted", "Hold", "EndConferenceOnExit"} {
		if v := a.get(flag); v != "" && !boolean(v) {
			return refuse(http.StatusBadRequest, 20001, flag+": want true or false")
		}
	}
	for _, what := range []string{"Hold", "Announce"} {
		if u, how := a.get(what+"Url"), a.get(what+"Method"); u != "" && !absolute(u) || how != "" && !method(how) {
			return refuse(http.StatusBadRequest, 21205, what+"Url is not a valid URL")
		}
	}
	x.flag(r, m, a.get("Muted"), &m.muted, "participant-mute", "participant-unmute")
	x.flag(r, m, a.get("Hold"), &m.held, "participant-hold", "participant-unhold")
	if v := a.get("EndConferenceOnExit"); v != "" {
		m.ends = v == "true"
	}
	for _, what := range []string{"Announce", "Hold"} {
		if u := a.get(what + "Url"); u != "" && (what == "Announce" || m.held) {
			at := order{url: u, method: a.get(what + "Method")}
			x.pending++
			x.spawn(func() { m.leg.announce(r, at) })
		}
	}
	r.updated = x.o.Now()
	return reply{status: http.StatusOK, body: x.memberJSON(r, m)}
}

// flag sets a flag of a participant and reports that it changed. x.mu is held.
func (x *Exchange) flag(r *room, m *member, to string, is *bool, on, off string) {
	if to == "" || *is == (to == "true") {
		return
	}
	what := off
	if *is = to == "true"; *is {
		what = on
	}
	x.event(r, what, m)
}

// announce plays a document to one participant, once. Twilio plays that for a
// hold again and again.
func (l *leg) announce(r *room, at order) {
	doc, err := l.fetch(nil, at, forWait)
	l.x.mu.Lock()
	l.x.pending--
	l.x.touch()
	there := l.room == r
	if err != nil {
		l.x.violate(refused(l.sid, asRefusal(err), at.url))
	}
	l.x.mu.Unlock()
	if err != nil || !there {
		return
	}
	for _, v := range doc.verbs {
		if v.name == "Redirect" || !l.x.pause(l.tell(doc.base, v)) {
			return
		}
	}
}
