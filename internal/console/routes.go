package console

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

// route is one entry of the API: what it needs, and what answers it.
type route struct {
	method, path string
	need         staff.Permission
	passive      bool          // a page does it by itself: no sign that somebody is there
	unconfirmed  bool          // works for a visitor known from memory only
	duty         bool          // open to the session of a page, for its own case
	within       time.Duration // deadline of the whole; 0: none
	answer       func(c echo.Context, v staff.Visitor) error
}

// routes is the API under /api/v1. All but the stream have a deadline.
func (k *Console) routes() []route {
	table := k.table()
	for i := range table {
		if table[i].within == 0 && table[i].path != "/events" {
			table[i].within = answerWithin
		}
	}
	return table
}

// table is the one place where a route gets its permission.
func (k *Console) table() []route {
	get, post, put, del := http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete
	return []route{
		{method: get, path: "/queue", need: staff.SeeQueue, unconfirmed: true, answer: k.getQueue},
		{method: get, path: "/shift", need: staff.TakeCases, unconfirmed: true, answer: k.getShift},
		{method: put, path: "/shift", need: staff.TakeCases, answer: changing(k, k.putShift())},
		{method: post, path: "/claims", need: staff.TakeCases, answer: changing(k, k.postClaim())},
		{method: del, path: "/claims/:id", need: staff.TakeCases, answer: k.deleteClaim},
		{method: get, path: "/cases/:id", need: staff.TakeCases, unconfirmed: true, answer: k.getCase},
		{method: get, path: "/cases/:id/messages", need: staff.TakeCases, unconfirmed: true, answer: k.getMessages},
		{method: get, path: "/cases/:id/voicemail", need: staff.TakeCases, answer: k.getVoicemail},
		{method: post, path: "/cases/:id/messages", need: staff.TakeCases, duty: true, answer: changing(k, k.postMessage())},
		{method: put, path: "/cases/:id/note", need: staff.TakeCases, answer: changing(k, k.putNote())},
		{method: post, path: "/cases/:id/escalate", need: staff.TakeCases, unconfirmed: true, within: alarmWithin, answer: changing(k, k.escalate())},
		{method: post, path: "/cases/:id/transfer", need: staff.TakeCases, answer: changing(k, k.transfer())},
		{method: post, path: "/cases/:id/reveal", need: staff.TakeCases, duty: true, answer: changing(k, k.reveal())},
		{method: post, path: "/cases/:id/emergency", need: staff.TakeCases, duty: true, answer: changing(k, k.emergency())},
		{method: post, path: "/cases/:id/close", need: staff.TakeCases, answer: changing(k, k.close())},
		{method: post, path: "/cases/:id/hold", need: staff.TakeCases, answer: changing(k, k.hold())},
		{method: post, path: "/cases/:id/handover", need: staff.TakeCases, answer: changing(k, k.handover())},
		{method: post, path: "/cases/:id/interpreter", need: staff.TakeCases, answer: changing(k, k.interpreter())},
		{method: post, path: "/cases/:id/supervisor", need: staff.TakeCases, answer: changing(k, k.wantSupervisor())},
		{method: post, path: "/cases/:id/listen", need: staff.Supervises, answer: changing(k, k.supervise(hotline.Listener))},
		{method: post, path: "/cases/:id/join", need: staff.Supervises, answer: changing(k, k.supervise(hotline.Joiner))},
		{method: post, path: "/cases/:id/legs", need: staff.TakeCases, answer: changing(k, k.leg())},
		{method: post, path: "/cases/:id/end", need: staff.TakeCases, answer: changing(k, k.end())},
		{method: get, path: "/wallboard", need: staff.SeeBoard, unconfirmed: true, answer: k.getWallboard},
		{method: post, path: "/alerts/dismiss", need: staff.Supervises, answer: changing(k, k.dismissAlert())},
		{method: get, path: "/events", need: staff.SeeBoard, passive: true, unconfirmed: true, answer: k.stream},
		{method: get, path: "/staff", need: staff.SeeStaff, answer: k.getStaff},
		{method: post, path: "/staff", need: staff.AddStaff, answer: changing(k, k.addStaff())},
		{method: post, path: "/staff/:id/invite", need: staff.AddStaff, answer: changing(k, k.inviteStaff())},
		{method: post, path: "/staff/:id/disable", need: staff.AddStaff, answer: changing(k, k.disableStaff())},
		{method: get, path: "/groups", need: staff.SeeSelf, answer: k.getGroups},
		{method: post, path: "/groups", need: staff.Supervises, answer: changing(k, k.addGroup())},
		{method: put, path: "/groups/:id", need: staff.Supervises, answer: changing(k, k.changeGroup())},
		{method: del, path: "/groups/:id", need: staff.Supervises, answer: k.deleteGroup},
		{method: get, path: "/groups/:id/signups", need: staff.SeeAll, answer: k.getSignUps},
		{method: get, path: "/outreach", need: staff.SeeBoard, answer: k.getDuties},
		{method: get, path: "/outreach/:id", need: staff.TakeCases, answer: k.getDuty},
		{method: post, path: "/outreach/:id/claim", need: staff.TakeCases, answer: changing(k, k.claimDuty())},
		{method: del, path: "/outreach/:id/claim", need: staff.TakeCases, answer: k.releaseDuty},
		{method: post, path: "/outreach/:id/attempt", need: staff.TakeCases, answer: changing(k, k.tryDuty())},
		{method: post, path: "/outreach/:id/reveal", need: staff.TakeCases, answer: changing(k, k.revealDuty())},
		{method: get, path: "/script", need: staff.Supervises, answer: k.getScript},
		{method: put, path: "/script", need: staff.Supervises, within: proveWithin, answer: changing(k, k.putScript())},
		{method: post, path: "/script/use", need: staff.Supervises, answer: changing(k, k.useScript())},
		{method: post, path: "/script/recall", need: staff.Supervises, answer: changing(k, k.recallScript())},
		{method: get, path: "/audit", need: staff.SeeAudit, answer: k.getAudit},
	}
}

// Route names an entry of the table, for tests and documents.
type Route struct {
	Method, Path string
	Needs        staff.Permission
}

// Routes lists the API with the permission that each entry needs.
func (k *Console) Routes() []Route {
	var out []Route
	for _, r := range k.routes() {
		out = append(out, Route{Method: r.method, Path: "/api/v1" + r.path, Needs: r.need})
	}
	return out
}
