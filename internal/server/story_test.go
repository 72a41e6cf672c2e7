package server_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
	"github.com/tideover/tideover/internal/standin"
)

const (
	rosa, tom   = "+14155550121", "+14155550122"
	ana, ben    = "+15105550131", "+15105550132"
	firstOnCall = "+12095559901"
)

// The whole story, over real HTTP and a real Redis: Rosa calls in Spanish,
// Tom texts, Ana and Ben claim, Tom's words become an emergency, everybody
// says goodbye.
func TestAWholeEveningOnTheLine(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	sam := l.hire(t, "Sam", staff.Supervisor, "")
	a, b := l.counselor(t, ana, hotline.English, hotline.Spanish), l.counselor(t, ben, hotline.English)

	r := l.Phone(rosa)
	do(t, r.Dial(t.Context()))
	for _, named := range []string{"988", "911"} {
		if !strings.Contains(strings.ReplaceAll(r.Said(), " ", ""), named) {
			t.Errorf("the welcome does not name %s: %s", named, r.Said())
		}
	}
	do(t, r.Press(t.Context(), "2")) // español
	do(t, r.Press(t.Context(), "2")) // no, nadie está en peligro
	do(t, r.Press(t.Context(), "0")) // una persona
	onRosa := sam.waiting(t, rosa)
	if onRosa.Language != "es" || onRosa.Channel != "voice" || onRosa.Band != "routine" {
		t.Errorf("Rosa stands as %+v", onRosa)
	}

	m := l.Phone(tom)
	texts(t, m, "Hello?", "2", "person")
	onTom := sam.waiting(t, tom)

	a.claim(t, onRosa.CaseID)
	until(t, a.phone, "Ana's phone does not ring", func(s standin.State) bool { return s.Phase == standin.Ringing })
	do(t, a.phone.Answer(t.Context()))
	if said := a.phone.Said(); strings.Contains(said, "0121") || strings.Contains(said, "Rosa") {
		t.Errorf("the gate is not neutral: %s", said)
	}
	do(t, a.phone.Press(t.Context(), "1"))
	until(t, a.phone, "Ana is in no room", func(s standin.State) bool { return s.Room != "" })
	room := a.phone.Conference()
	until(t, r, "Rosa and Ana do not meet", func(s standin.State) bool { return s.Room == room && len(s.With) == 1 })
	wait(t, "Rosa's case is not live", func() bool { return a.state(t, onRosa.CaseID) == "live" })

	b.claim(t, onTom.CaseID)
	texts(t, m, "I feel lost since my visits stopped")
	b.must(t, http.MethodPost, "/cases/"+onTom.CaseID+"/messages", map[string]any{"text": "I am here with you."}, nil)
	wait(t, "Ben's words do not reach Tom", func() bool {
		return slices.ContainsFunc(m.Texts(), func(x standin.Text) bool { return x.Body == "I am here with you." })
	})

	texts(t, m, "crisis")
	page := l.Phone(firstOnCall)
	until(t, page, "nobody on call is rung", func(s standin.State) bool { return s.Phase == standin.Ringing })
	do(t, page.Answer(t.Context()))
	do(t, page.Press(t.Context(), "1"))
	var board struct {
		Escalations []struct {
			CaseID string  `json:"case_id"`
			Ack    *string `json:"acknowledged_at"`
		} `json:"escalations"`
	}
	wait(t, "the wallboard does not show who acknowledged", func() bool {
		sam.must(t, http.MethodGet, "/wallboard", nil, &board)
		return len(board.Escalations) == 1 && board.Escalations[0].CaseID == onTom.CaseID && board.Escalations[0].Ack != nil
	})

	do(t, r.Hangup(t.Context()))
	until(t, a.phone, "Ana is left alone on the phone", func(s standin.State) bool { return s.Phase == standin.Over })
	wait(t, "Rosa's case is not in wrap-up", func() bool { return a.state(t, onRosa.CaseID) == "wrap_up" })
	a.must(t, http.MethodPost, "/cases/"+onRosa.CaseID+"/close", map[string]any{"disposition": "helped"}, nil)
	b.must(t, http.MethodPost, "/cases/"+onTom.CaseID+"/close", map[string]any{"disposition": "escalated"}, nil)
	if rest := sam.queue(t); len(rest) != 0 {
		t.Errorf("still in the queue: %+v", rest)
	}
}

// texts sends messages one after the other.
func texts(t *testing.T, p *standin.Phone, bodies ...string) {
	t.Helper()
	for _, body := range bodies {
		if _, err := p.Text(t.Context(), body); err != nil {
			t.Fatalf("text %q: %v", body, err)
		}
	}
}
