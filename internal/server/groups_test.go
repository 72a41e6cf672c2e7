package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
	"github.com/tideover/tideover/internal/standin"
)

// seat lets somebody call and ask for a seat in the first group, and gives
// what they heard.
func (l *line) seat(t *testing.T, phone string) string {
	t.Helper()
	p := l.Phone(phone)
	do(t, p.Dial(t.Context()))
	for _, key := range []string{"1", "2", "4", "1", "1"} { // English, in no danger, groups, the first, safe to text
		do(t, p.Press(t.Context(), key))
	}
	listens(t, p, "nothing is asked after the seat")
	heard := p.Said()
	do(t, p.Hangup(t.Context()))
	return heard
}

func texted(p *standin.Phone, words string) bool {
	for _, text := range p.Texts() {
		if strings.Contains(text.Body, words) {
			return true
		}
	}
	return false
}

func TestASeatFromTheCallToItsTextsAndOnToWhoWaited(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	boss := l.hire(t, "Boss", staff.Supervisor, "", hotline.English)
	boss.must(t, http.MethodPost, "/groups", map[string]any{
		"id": "calm-1", "topic": "anxiety", "language": "en", "at": time.Now().Add(2 * time.Hour).Format(time.RFC3339), "seats": 1, "link": "https://meet.example.org/calm",
	}, nil)
	first := ""
	n := 100
	wait(t, "the group is not offered", func() bool { // the snapshot of the world is two seconds old at most
		n++
		first = fmt.Sprintf("+14155550%d", n)
		return strings.Contains(l.seat(t, first), "You have a seat")
	})
	wait(t, "no confirmation", func() bool { return texted(l.Phone(first), "https://meet.example.org/calm") })
	second := "+14155550999"
	if heard := l.seat(t, second); !strings.Contains(heard, "wait-list") {
		t.Fatalf("the second one heard %q", heard)
	}
	wait(t, "no word of the wait-list", func() bool { return texted(l.Phone(second), "You are on the wait-list") })
	if texted(l.Phone(second), "meet.example.org") {
		t.Error("who waits has the address")
	}
	replies, err := l.Phone(first).Text(t.Context(), "Leave group")
	if err != nil || len(replies) != 1 || !strings.Contains(replies[0], "You have no place in a group now") {
		t.Fatalf("%q %v", replies, err)
	}
	wait(t, "who waited is not told", func() bool { return texted(l.Phone(second), "https://meet.example.org/calm") })
	var seen struct {
		Signups []struct{ Caller, State string }
	}
	boss.must(t, http.MethodGet, "/groups/calm-1/signups", nil, &seen)
	if got := fmt.Sprint(seen.Signups); got != "[{•••0999 seated}]" {
		t.Errorf("sign-ups %s", got)
	}
	boss.must(t, http.MethodDelete, "/groups/calm-1", nil, nil)
	wait(t, "nobody is told that it is off", func() bool { return texted(l.Phone(second), "We cannot meet") })
	for _, secret := range []string{first[1:], second[1:], "meet.example.org"} {
		if strings.Contains(l.logs.String(), secret) {
			t.Errorf("%q is in the log", secret)
		}
	}
}

func TestWhatACallLeavesOwingIsOnTheWorklist(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	a, boss := l.counselor(t, "+14155551000", hotline.English), l.hire(t, "Boss", staff.Supervisor, "", hotline.English)
	p := l.Phone("+14155550777")
	do(t, p.Dial(t.Context()))
	// English, in no danger, rights, by text, no, no more; a complaint, and a text in two weeks.
	for _, key := range []string{"1", "2", "6", "2", "2", "2", "3", "1"} {
		do(t, p.Press(t.Context(), key))
	}
	until(t, p, "the call does not end", func(s standin.State) bool { return s.Phase == standin.Over })
	type duty struct{ ID, Kind, Caller, State string }
	list := func(who *person, query string) []duty {
		var got struct{ Duties []duty }
		who.must(t, http.MethodGet, "/outreach"+query, nil, &got)
		return got.Duties
	}
	if got := list(a, ""); len(got) != 1 || got[0].Kind != "check_in" || got[0].State != "planned" || got[0].Caller != "•••0777" {
		t.Fatalf("a counselor's worklist %+v; heard %q", got, p.Said())
	}
	if status, kind := a.problem(t, http.MethodPost, "/outreach/"+list(a, "")[0].ID+"/claim", map[string]any{}); status != http.StatusConflict || kind != "not-now" {
		t.Errorf("a text that is still to come is claimed: %d %s", status, kind)
	}
	complaints := list(boss, "?kind=complaint")
	if len(complaints) != 1 || complaints[0].State != "open" {
		t.Fatalf("complaints %+v", complaints)
	}
	path := "/outreach/" + complaints[0].ID
	var open struct {
		Answers []struct{ Question, Answer string }
	}
	boss.must(t, http.MethodPost, path+"/claim", map[string]any{}, &open)
	if got := fmt.Sprint(open.Answers); !strings.Contains(got, "{Did it help Complaint}") {
		t.Errorf("answers %s", got)
	}
	boss.must(t, http.MethodPost, path+"/attempt", map[string]any{"outcome": "helped", "note": "called back"}, nil)
	if got := list(boss, "?kind=complaint"); len(got) != 0 {
		t.Errorf("complaints that are done %+v", got)
	}
}
