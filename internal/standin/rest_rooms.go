package standin

import (
	"net/http"
)

// conference gives the room of an id. x.mu is held.
func (x *Exchange) conference(sid string) *room {
	for _, r := range x.rooms {
		if r.sid == sid && !r.private {
			return r
		}
	}
	return nil
}

func notFound() reply {
	return refuse(http.StatusNotFound, 20404, "The requested resource was not found")
}

func (x *Exchange) listRooms(a asked) reply {
	var rows []*room
	for _, r := range newestFirst(x.rooms) {
		name, status := a.get("FriendlyName"), a.get("Status")
		if !r.private && (name == "" || name == r.name) && (status == "" || status == r.status) {
			rows = append(rows, r)
		}
	}
	return page(a, "conferences", rows, x.roomJSON)
}

func (x *Exchange) fetchRoom(a asked) reply {
	r := x.conference(a.ids[0])
	if r == nil {
		return notFound()
	}
	return reply{status: http.StatusOK, body: x.roomJSON(r)}
}

// updateRoom ends a conference; one that is over stays so.
func (x *Exchange) updateRoom(a asked) reply {
	r := x.conference(a.ids[0])
	switch {
	case r == nil:
		return notFound()
	case a.get("Status") != "completed":
		return refuse(http.StatusBadRequest, 20001, "Status: want completed")
	}
	x.endRoom(r, "conference-ended-via-api", nil)
	return reply{status: http.StatusOK, body: x.roomJSON(r)}
}

func (x *Exchange) listMembers(a asked) reply {
	r := x.conference(a.ids[0])
	if r == nil {
		return notFound()
	}
	return page(a, "participants", r.members, func(m *member) map[string]any { return x.memberJSON(r, m) })
}

// inRoom gives a participant by the CallSid or the label.
func (x *Exchange) inRoom(a asked) (*room, *member) {
	r := x.conference(a.ids[0])
	if r == nil {
		return nil, nil
	}
	for _, m := range r.members {
		if a.ids[1] == m.leg.sid || m.label != "" && a.ids[1] == m.label {
			return r, m
		}
	}
	return r, nil
}

func (x *Exchange) fetchMember(a asked) reply {
	r, m := x.inRoom(a)
	if m == nil {
		return notFound()
	}
	return reply{status: http.StatusOK, body: x.memberJSON(r, m)}
}

// removeMember takes a leg out of the conference: it goes on with its Dial's
// action.
func (x *Exchange) removeMember(a asked) reply {
	_, m := x.inRoom(a)
	if m == nil {
		return notFound()
	}
	x.leaveRoom(m.leg, "participant_updated_via_api")
	m.leg.post(command{kind: dismiss})
	return reply{status: http.StatusNoContent}
}

func (x *Exchange) roomJSON(r *room) map[string]any {
	uri := apiRoot + x.o.Account + "/Conferences/" + r.sid
	v := map[string]any{
		"sid": r.sid, "account_sid": x.o.Account, "friendly_name": r.name, "status": r.status, "region": "us1",
		"date_created": stamp(r.created), "date_updated": stamp(r.updated), "api_version": "2010-04-01", "uri": uri + ".json",
		"call_sid_ending_conference": optional(r.endedBy),
		"subresource_uris":           map[string]any{"participants": uri + "/Participants.json", "recordings": uri + "/Recordings.json"},
	}
	if r.reason != "" {
		v["reason_conference_ended"] = r.reason
	}
	return v
}

func (x *Exchange) memberJSON(r *room, m *member) map[string]any {
	return map[string]any{
		"account_sid": x.o.Account, "call_sid": m.leg.sid, "conference_sid": r.sid, "label": optional(m.label),
		"call_sid_to_coach": nil, "coaching": false, "muted": m.muted, "hold": m.held, "status": "connected", "queue_time": "0",
		"start_conference_on_enter": m.starts, "end_conference_on_exit": m.ends, "date_created": stamp(m.joined), "date_updated": stamp(m.joined),
		"uri": apiRoot + x.o.Account + "/Conferences/" + r.sid + "/Participants/" + m.leg.sid + ".json",
	}
}
