package standin

import (
	"net/http"
	"strconv"
	"unicode/utf8"
)

// withheld are caller ids of people whose number is not shown, as digits:
// words typed on a keypad. No text reaches them.
var withheld = []string{"+266696687", "+86282452253", "+8656696", "+2562533", "+7378742833", "+7748283"}

func (x *Exchange) createText(a asked) reply {
	bad := func(code int, fault string) reply { return refuse(http.StatusBadRequest, code, fault) }
	to, body := a.get("To"), a.get("Body")
	switch {
	case to == "":
		return bad(21604, "A 'To' phone number is required.")
	case a.get("From") == "":
		return bad(21603, "A 'From' phone number is required.")
	case body == "":
		return bad(21602, "Message body is required.")
	case emergency(to) && !x.o.FakeEmergency:
		x.strange(21215, "an emergency number was texted", a.path)
		return bad(21215, "the stand-in does not text emergency services")
	case !e164.MatchString(to) && !emergency(to), contains(withheld, to):
		return bad(21211, "Invalid 'To' Phone Number")
	case a.get("From") != x.o.Number:
		return bad(21606, "The 'From' phone number is not a valid, SMS-capable number of this account")
	case utf8.RuneCountInString(body) > 1600:
		return bad(21617, "The concatenated message body exceeds the 1600 character limit")
	case a.get("StatusCallback") != "" && !absolute(a.get("StatusCallback")):
		return bad(21609, "The 'StatusCallback' URL is not a valid URL")
	case x.optOuts[to]:
		return bad(21610, "Attempt to send to unsubscribed recipient")
	}
	t := x.newText(&text{
		Text:      Text{From: a.get("From"), To: to, Body: body, Direction: "outbound-api", Status: "queued"},
		statusURL: a.get("StatusCallback"),
	})
	out := reply{status: http.StatusCreated, body: x.textJSON(t)}
	x.deliver(t)
	return out
}

func (x *Exchange) listTexts(a asked) reply {
	after, ok := since(a.get("DateSent>"))
	if !ok {
		return refuse(http.StatusBadRequest, 20001, "DateSent: want a date")
	}
	var rows []*text
	for _, t := range newestFirst(x.texts) {
		if (a.get("To") == "" || a.get("To") == t.To) && (a.get("From") == "" || a.get("From") == t.From) && !t.At.Before(after) {
			rows = append(rows, t)
		}
	}
	return page(a, "messages", rows, x.textJSON)
}

func (x *Exchange) fetchText(a asked) reply {
	for _, t := range x.texts {
		if t.Sid == a.ids[0] {
			return reply{status: http.StatusOK, body: x.textJSON(t)}
		}
	}
	return notFound()
}

func (x *Exchange) textJSON(t *text) map[string]any {
	uri := apiRoot + x.o.Account + "/Messages/" + t.Sid
	var code, sent any
	if t.ErrorCode != 0 {
		code = t.ErrorCode
	}
	if sent = stamp(t.sent); t.Direction == "inbound" {
		sent = stamp(t.At)
	}
	return map[string]any{
		"sid": t.Sid, "account_sid": x.o.Account, "from": t.From, "to": t.To, "body": t.Body, "direction": t.Direction, "status": t.Status,
		"num_segments": strconv.Itoa(segments(t.Body)), "num_media": "0", "error_code": code, "error_message": nil, "messaging_service_sid": nil,
		"date_created": stamp(t.At), "date_updated": stamp(t.At), "date_sent": sent, "price": nil, "price_unit": "USD",
		"api_version": "2010-04-01", "uri": uri + ".json", "subresource_uris": map[string]any{"media": uri + "/Media.json"},
	}
}
