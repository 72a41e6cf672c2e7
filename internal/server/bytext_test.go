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

// presses lets a phone press keys one after the other.
func presses(t *testing.T, p *standin.Phone, keys ...string) {
	t.Helper()
	for _, key := range keys {
		do(t, p.Press(t.Context(), key))
	}
}

func calls(t *testing.T, p *standin.Phone, keys ...string) {
	t.Helper()
	do(t, p.Dial(t.Context()))
	presses(t, p, keys...)
}

func over(t *testing.T, p *standin.Phone) {
	t.Helper()
	until(t, p, "the call does not end", func(s standin.State) bool { return s.Phase == standin.Over })
}

// gotText waits for the first text that the phone gets.
func gotText(t *testing.T, p *standin.Phone) string {
	t.Helper()
	wait(t, "no text comes", func() bool { return len(p.Texts()) > 0 })
	return p.Texts()[0].Body
}

// tellsOthers are words that somebody else who sees the phone must not read.
var tellsOthers = []string{"Tideover", "volunt", "suicid", "crisis", "counsel", "consejer", "988", "911", "health", "salud"}

func tellsNothing(t *testing.T, body string) {
	t.Helper()
	for _, word := range tellsOthers {
		if strings.Contains(strings.ToLower(body), strings.ToLower(word)) {
			t.Errorf("%q tells: %s", word, body)
		}
	}
}

// In the middle of the questions: the call ends with both numbers, the first
// text asks what was asked, and what was answered counts. Then it is a thread
// like any other.
func TestACallGoesOnByTextAtTheQuestionThatWasAsked(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	sam := l.hire(t, "Sam", staff.Supervisor, "")
	a := l.counselor(t, ana, hotline.English)
	p := l.Phone(tom)
	calls(t, p, "1", "2", "2", "1", "8", "1") // medication: none left, then by text at the next question
	over(t, p)
	names988and911(t, p.Said())
	first := gotText(t, p)
	tellsNothing(t, first)
	if !strings.Contains(first, "Reply 1") {
		t.Errorf("the first text asks nothing: %s", first)
	}
	if rows := sam.queue(t); len(rows) != 0 {
		t.Errorf("who is still being asked waits already: %+v", rows)
	}
	texts(t, p, "ready")
	if asked := p.Texts()[len(p.Texts())-1].Body; !strings.Contains(asked, "unwell") {
		t.Errorf("the question that was left is not asked: %s", asked)
	}
	texts(t, p, "no")
	onTom := sam.waiting(t, tom)
	if onTom.Channel != "sms" || onTom.Band != "urgent" {
		t.Errorf("the answers of the call are lost: %+v", onTom)
	}
	relays(t, a, p, onTom.CaseID)
}

// relays lets a counselor claim a thread and write to and fro.
func relays(t *testing.T, a *person, p *standin.Phone, id string) {
	t.Helper()
	a.claim(t, id)
	wait(t, "the thread is not live", func() bool { return a.state(t, id) == "live" })
	a.must(t, http.MethodPost, "/cases/"+id+"/messages", map[string]any{"text": "I am here with you."}, nil)
	wait(t, "the counselor's words do not arrive", func() bool {
		return slices.ContainsFunc(p.Texts(), func(x standin.Text) bool { return x.Body == "I am here with you." })
	})
	texts(t, p, "thank you so much")
	var got struct{ Messages []struct{ Text string } }
	a.must(t, http.MethodGet, "/cases/"+id+"/messages", nil, &got)
	if !slices.ContainsFunc(got.Messages, func(m struct{ Text string }) bool { return m.Text == "thank you so much" }) {
		t.Errorf("the caller's words are not in the thread: %+v", got)
	}
}

// While waiting, in Spanish: same case, same time of enqueue, same place; the
// text says where they stand, and nothing that somebody else may not read.
func TestWhoWaitsGoesOnByTextAtTheSamePlace(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	sam := l.hire(t, "Sam", staff.Supervisor, "")
	calls(t, l.Phone(tom), "1", "2", "0")
	sam.waiting(t, tom)
	p := l.Phone(rosa)
	calls(t, p, "2", "2", "0")
	before := sam.waiting(t, rosa)
	calls(t, l.Phone("+14155550124"), "1", "2", "0")
	sam.waiting(t, "+14155550124")

	presses(t, p, "8", "1")
	over(t, p)
	names988and911(t, p.Said())
	if strings.Contains(p.Said(), "Press") {
		t.Errorf("words of the other language: %s", p.Said())
	}
	first := gotText(t, p)
	tellsNothing(t, first)
	if !strings.Contains(first, "número 2") {
		t.Errorf("the text does not say honestly where they stand: %s", first)
	}
	after := sam.waiting(t, rosa)
	if after.CaseID != before.CaseID || after.Channel != "sms" || after.Position != 2 || after.Band != before.Band || after.Language != "es" {
		t.Errorf("stood as %+v, stands as %+v", before, after)
	}
	l.quietly(t)
	if again := sam.waiting(t, rosa); again != after {
		t.Errorf("the end of the call changed %+v to %+v", after, again)
	}
	a := l.counselor(t, ana, hotline.Spanish)
	relays(t, a, p, after.CaseID)
}

// quietly waits until nothing is under way between the line and its phones.
func (l *line) quietly(t *testing.T) {
	t.Helper()
	(&stage{line: l}).quiet(t)
}

// Politely refused, each with a way on, and in the same words: who withholds the
// number, and whose phone has sent STOP. Nobody learns of an earlier contact.
func TestByTextIsRefusedWhereNoTextCanArrive(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	sam := l.hire(t, "Sam", staff.Supervisor, "")
	stopped := l.Phone(tom)
	texts(t, stopped, "STOP")
	calls(t, stopped, "1", "2", "0")
	on := sam.waiting(t, tom)
	presses(t, stopped, "8", "1")
	listens(t, stopped, "the call does not go on")
	refused := stopped.Said()
	if !strings.Contains(refused, "cannot go on by text") {
		t.Errorf("not told: %s", refused)
	}
	if after := sam.waiting(t, tom); after != on {
		t.Errorf("stood as %+v, stands as %+v", on, after)
	}
	hidden := l.Phone("+14155550125")
	hidden.ShowAs("anonymous")
	calls(t, hidden, "1", "2", "8")
	listens(t, hidden, "the call does not go on")
	if said := hidden.Said(); !strings.Contains(said, "cannot go on by text") || !strings.Contains(said, "Medication") {
		t.Errorf("who withholds the number hears: %s", said)
	}
	presses(t, hidden, "0")
	wait(t, "the place in line is lost", func() bool { return len(sam.queue(t)) == 2 })
	for _, m := range l.Messages() {
		if m.Direction == "outbound-api" {
			t.Errorf("a text went out: %s", m.Body)
		}
	}
}

// FAULTS 38: a phone that has a thread open cannot open another one by voice;
// nothing is said of the one that is there.
func TestACallDoesNotTakeOverTheThreadOfItsPhone(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	sam := l.hire(t, "Sam", staff.Supervisor, "")
	p := l.Phone(tom)
	texts(t, p, "hello there", "2", "person")
	thread := sam.waiting(t, tom)
	calls(t, p, "1", "2", "3", "8", "1")
	listens(t, p, "the call does not go on")
	if !strings.Contains(p.Said(), "cannot go on by text") {
		t.Errorf("heard: %s", p.Said())
	}
	rows := sam.queue(t)
	if len(rows) != 2 || rows[0] != thread || rows[1].Channel != "voice" {
		t.Errorf("in line: %+v", rows)
	}
}

// In danger nobody is hung up on: the line stays open beside the texts, the
// record and its page stay, and whoever answers the page is led to the thread.
func TestInDangerTheLineStaysOpenBesideTheTexts(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	sam := l.hire(t, "Sam", staff.Supervisor, "")
	p := l.Phone(tom)
	calls(t, p, "1", "1") // yes, in danger
	before := sam.waiting(t, tom)
	page := l.Phone(firstOnCall)
	rings(t, page, "nobody on call is rung")
	presses(t, p, "8", "1")
	tellsNothing(t, gotText(t, p))
	listens(t, p, "somebody in danger is hung up on")
	after := sam.waiting(t, tom)
	if after.CaseID != before.CaseID || after.Band != "emergency" || after.Channel != "sms" {
		t.Errorf("stood as %+v, stands as %+v", before, after)
	}
	do(t, p.Silence(t.Context()))
	names988and911(t, p.Said())
	do(t, page.Answer(t.Context()))
	do(t, page.Press(t.Context(), "1"))
	if !strings.Contains(page.Said(), "by text") {
		t.Errorf("who is on call hears: %s", page.Said())
	}
	if n := len(sam.board(t).Escalations); n != 1 {
		t.Errorf("%d records are open", n)
	}
	wait(t, "no link to the thread", func() bool {
		return slices.ContainsFunc(page.Texts(), func(x standin.Text) bool { return strings.Contains(x.Body, "https://") })
	})
	do(t, p.Hangup(t.Context()))
	l.quietly(t)
	if again := sam.waiting(t, tom); again.CaseID != before.CaseID || again.Band != "emergency" {
		t.Errorf("after the hang-up: %+v", again)
	}
	texts(t, p, "1")
	if asked := p.Texts()[len(p.Texts())-1].Body; !strings.Contains(asked, "What is happening") {
		t.Errorf("by text it does not go on where it was: %s", asked)
	}
}

// A line that stayed open leads back to the phone by 0.
func TestWhoeverIsInDangerComesBackToThePhone(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	sam := l.hire(t, "Sam", staff.Supervisor, "")
	p := l.Phone(tom)
	calls(t, p, "1", "9", "8", "1")
	wait(t, "not by text", func() bool { return sam.waiting(t, tom).Channel == "sms" })
	presses(t, p, "9", "0")
	if row := sam.waiting(t, tom); row.Channel != "voice" || row.Band != "emergency" || row.State != "waiting" {
		t.Errorf("stands as %+v", row)
	}
	a := l.counselor(t, ana, hotline.English)
	id := sam.waiting(t, tom).CaseID
	a.claim(t, id)
	(&stage{line: l}).meets(t, a, p, id)
	if n := len(sam.board(t).Escalations); n != 1 {
		t.Errorf("%d records are open", n)
	}
}
