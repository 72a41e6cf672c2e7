package standin

import (
	"net/http"
	"net/url"
	"strconv"
	"time"
)

var callEvents = []string{"initiated", "ringing", "answered", "completed"}

func absolute(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}

func (x *Exchange) createCall(a asked) reply {
	if out, bad := x.badCall(a); bad {
		return out
	}
	events := a.params["StatusCallbackEvent"]
	if len(events) == 0 {
		events = []string{"completed"}
	}
	for _, e := range events {
		if !contains(callEvents, e) {
			events = nil // Twilio takes the call and never calls back
			x.strange(21626, "unknown StatusCallbackEvent", a.path)
			break
		}
	}
	ringFor := x.o.RingFor
	if n, err := strconv.Atoi(a.get("Timeout")); err == nil {
		ringFor = time.Duration(n) * time.Second
	}
	l := x.newLeg(&leg{
		phone: x.phone(a.get("To")), from: a.get("From"), to: a.get("To"), dir: "outbound-api", word: "queued", ringFor: ringFor,
		first: order{url: a.get("Url"), method: a.get("Method")}, fallback: a.get("FallbackUrl"),
		status: callbacks{url: a.get("StatusCallback"), method: a.get("StatusCallbackMethod"), events: events},
	})
	out := reply{status: http.StatusCreated, body: x.callJSON(l)}
	x.spawn(l.runOutbound)
	return out
}

// badCall refuses what Twilio refuses.
func (x *Exchange) badCall(a asked) (reply, bool) {
	bad := func(code int, fault string) (reply, bool) { return refuse(http.StatusBadRequest, code, fault), true }
	to := a.get("To")
	switch timeout, err := strconv.Atoi(a.get("Timeout")); {
	case to == "":
		return bad(21201, "No 'To' number is specified")
	case a.get("From") == "":
		return bad(21213, "No 'From' number is specified")
	case emergency(to) && !x.o.FakeEmergency:
		x.strange(21215, "an emergency number was dialled", a.path)
		return bad(21215, "the stand-in does not dial emergency services")
	case !e164.MatchString(to) && !emergency(to):
		return bad(21211, "Invalid 'To' Phone Number")
	case a.get("From") != x.o.Number:
		return bad(21210, "'From' phone number not verified")
	case !absolute(a.get("Url")):
		return bad(21205, "Url is not a valid URL")
	case a.get("FallbackUrl") != "" && !absolute(a.get("FallbackUrl")), a.get("StatusCallback") != "" && !absolute(a.get("StatusCallback")):
		return bad(21609, "invalid callback URL")
	case a.get("Timeout") != "" && (err != nil || timeout < 0 || timeout > 600):
		return bad(20001, "Timeout: want 0 to 600")
	}
	for _, m := range []string{"Method", "FallbackMethod", "StatusCallbackMethod"} {
		if v := a.get(m); v != "" && !method(v) {
			return bad(20001, m+": want GET or POST")
		}
	}
	return reply{}, false
}

func (x *Exchange) listCalls(a asked) reply {
	after, ok := since(a.get("StartTime>"))
	if !ok {
		return refuse(http.StatusBadRequest, 20001, "StartTime: want a date")
	}
	var rows []*leg
	for _, l := range newestFirst(x.legs) {
		fits := func(name, value string) bool { return a.get(name) == "" || a.get(name) == value }
		if fits("To", l.to) && fits("From", l.from) && fits("Status", restStatus(l)) && !l.started().Before(after) {
			rows = append(rows, l)
		}
	}
	return page(a, "calls", rows, x.callJSON)
}

func (x *Exchange) fetchCall(a asked) reply {
	l := x.find(a.ids[0])
	if l == nil {
		return refuse(http.StatusNotFound, 20404, "The requested resource was not found")
	}
	return reply{status: http.StatusOK, body: x.callJSON(l)}
}

// updateCall moves or ends a live call.
func (x *Exchange) updateCall(a asked) reply {
	l := x.find(a.ids[0])
	status, to := a.get("Status"), a.get("Url")
	switch {
	case l == nil:
		return refuse(http.StatusNotFound, 20404, "The requested resource was not found")
	case status != "" && status != "completed" && status != "canceled":
		return refuse(http.StatusBadRequest, 21218, "Invalid Status")
	case (status == "") == (to == ""):
		return refuse(http.StatusBadRequest, 21222, "want Url or Status")
	case to != "" && !absolute(to):
		return refuse(http.StatusBadRequest, 21205, "Url is not a valid URL")
	case a.get("Method") != "" && !method(a.get("Method")):
		return refuse(http.StatusBadRequest, 20001, "Method: want GET or POST")
	case l.phase == Over || l.leaving():
		return refuse(http.StatusBadRequest, 21220, "Call is not in-progress. Cannot redirect.")
	case l.answered.IsZero() && l.dir != "inbound" && to != "":
		return refuse(http.StatusBadRequest, 21220, "Call is not in-progress. Cannot redirect.")
	case status == "canceled" && !l.answered.IsZero():
		return refuse(http.StatusBadRequest, 21220, "Call is in-progress. Cannot cancel.")
	}
	if to != "" {
		l.post(command{kind: move, to: order{url: to, method: a.get("Method")}})
	} else {
		l.post(command{kind: hangUp, words: endWord(l)})
	}
	return reply{status: http.StatusOK, body: x.callJSON(l)}
}

// leaving: somebody has hung up, the leg only does not know yet. x.mu is held.
func (l *leg) leaving() bool {
	for _, c := range l.inbox {
		if c.kind == hangUp {
			return true
		}
	}
	return terminal(l.word)
}

// started is when Twilio began to dial. x.mu is held.
func (l *leg) started() time.Time { return l.created }

// restStatus is the status in Twilio's lists, which know no initiated. x.mu is
// held.
func restStatus(l *leg) string {
	if l.word == "initiated" {
		return "queued"
	}
	return l.word
}

func (x *Exchange) callJSON(l *leg) map[string]any {
	uri := apiRoot + x.o.Account + "/Calls/" + l.sid
	var start, duration, parent any
	if status := restStatus(l); status != "queued" {
		start = stamp(l.started())
	}
	if l.phase == Over {
		seconds := 0
		if !l.answered.IsZero() {
			seconds = int(l.ended.Sub(l.answered).Seconds())
		}
		duration = strconv.Itoa(seconds)
	}
	if l.parent != nil {
		parent = l.parent.sid
	}
	updated := l.created
	for _, at := range []time.Time{l.answered, l.ended} {
		if at.After(updated) {
			updated = at
		}
	}
	return map[string]any{
		"sid": l.sid, "account_sid": x.o.Account, "parent_call_sid": parent, "to": l.to, "to_formatted": l.to,
		"from": l.from, "from_formatted": l.from, "phone_number_sid": x.numberSid(), "status": restStatus(l), "direction": l.dir,
		"date_created": stamp(l.created), "date_updated": stamp(updated), "start_time": start, "end_time": stamp(l.ended),
		"duration": duration, "price": nil, "price_unit": "USD", "answered_by": nil, "api_version": "2010-04-01",
		"forwarded_from": nil, "group_sid": nil, "caller_name": nil, "queue_time": "0", "trunk_sid": nil, "uri": uri + ".json",
		"subresource_uris": map[string]any{"notifications": uri + "/Notifications.json", "recordings": uri + "/Recordings.json"},
	}
}
