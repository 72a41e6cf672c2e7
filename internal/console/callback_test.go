package console_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

// agreed is what a caller agreed on, for the tests of the pages.
func agreed(c *hotline.Case) {
	c.State = hotline.Promised
	c.Callback = &hotline.Callback{
		Given: time.Date(2026, time.November, 24, 16, 0, 0, 0, time.UTC),
		To:    number("+12095550177"), Safe: true, Name: "office", Window: hotline.Morning, Attempts: 2, Last: hotline.CalledBusy,
		By: time.Date(2026, time.November, 24, 20, 0, 0, 0, time.UTC), Alert: "soon",
	}
	c.Earlier = []hotline.Answer{{Question: "earlier", Answer: "answer"}}
}

func TestACaseShowsWhatWasAgreedOnForItsCallbackAndOnlyRevealTheNumber(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boss := b.person(staff.Supervisor, nil)
	c := b.line.waiting(agreed)
	got := boss.ask("GET", "/cases/"+string(c), nil).want(t, 200, "")
	back, _ := got.doc["callback"].(map[string]any)
	for field, want := range map[string]any{
		"number": "•••0177", "attempts": 2.0, "last_attempt": "busy", "safe_to_call": true, "safe_to_leave_message": false,
		"neutral_words": "the office is calling", "window": "morning", "alert": "soon", "told_by": "2026-11-24T20:00:00.000Z",
	} {
		if back[field] != want {
			t.Errorf("%s: %v, want %v", field, back[field], want)
		}
	}
	if answers := fmt.Sprint(got.doc["answers"]); !strings.Contains(answers, "earlier") {
		t.Errorf("the answers of the contact that it continues: %s", answers)
	}
	shown := boss.ask("POST", "/cases/"+string(c)+"/reveal", map[string]any{"request_id": rid(), "reason": "to call"}).want(t, 200, "")
	if shown.doc["callback_number"] != "+12095550177" {
		t.Errorf("reveal: %v", shown.doc)
	}
}

func TestTheBoardShowsPromisesThatAreAboutToBreak(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boss := b.person(staff.Supervisor, nil)
	soon := b.line.waiting(func(c *hotline.Case) { agreed(c); c.Callback.Attempts = 0 })
	b.line.waiting(agreed) // was tried: the promise is kept
	b.line.waiting(func(c *hotline.Case) { agreed(c); c.Callback.Attempts, c.Callback.Alert = 0, "" })
	got := boss.ask("GET", "/wallboard", nil).want(t, 200, "")
	rows, _ := got.doc["promises"].([]any)
	if len(rows) != 1 || rows[0].(map[string]any)["case_id"] != string(soon) || rows[0].(map[string]any)["alert"] != "soon" {
		t.Errorf("promises: %v", rows)
	}
	w := b.signIn(boss.Person)
	for page, word := range map[string]string{"/wallboard": "about to break", "/cases/" + string(soon): "the office is calling"} {
		if got := w.get(page).Body.String(); !strings.Contains(got, word) || strings.Contains(got, "2095550") {
			t.Errorf("%s does not say %q, or shows a number", page, word)
		}
	}
}
