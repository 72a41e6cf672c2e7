package console_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

// Dismiss takes an alert away as the store does.
func (l *line) Dismiss(_ context.Context, kind hotline.AlertKind, at time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, a := range l.alerts {
		if a.Kind != kind {
			continue
		}
		if !at.IsZero() && !at.Equal(a.At) {
			return hotline.ErrStale
		}
		l.alerts = append(l.alerts[:i], l.alerts[i+1:]...)
		return l.err
	}
	return hotline.ErrNotFound
}

func (l *line) alert(kind hotline.AlertKind, text string) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := l.now().UTC().Truncate(time.Millisecond)
	l.alerts = append(l.alerts, hotline.Alert{Kind: kind, Text: text, At: at})
	return at
}

const finding = "script/strike.yaml:3:1: error: no node \"<b>x</b>\""

func TestARefusedScriptStandsOnTheWallboardUntilASupervisorDismissesIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boss, a := b.person(staff.Supervisor, nil), b.person(staff.Counselor, nil)
	at := b.line.alert(hotline.ScriptRefused, finding)
	board := a.ask("GET", "/wallboard", nil).want(t, 200, "")
	alerts, _ := board.doc["alerts"].([]any)
	script, _ := board.doc["script"].(map[string]any)
	if first, _ := alerts[0].(map[string]any); len(alerts) != 1 || first["kind"] != "script-refused" || first["text"] != finding || first["at"] == nil {
		t.Errorf("alerts: %v", alerts)
	}
	if age, _ := script["age_seconds"].(float64); script["version"] != "0a1b2c3d" || age < 180_000 || script["since"] == nil {
		t.Errorf("script: %v", script)
	}
	dismiss := func(when time.Time) map[string]any {
		return map[string]any{"request_id": rid(), "kind": "script-refused", "at": when.Format(time.RFC3339Nano)}
	}
	a.ask("POST", "/alerts/dismiss", dismiss(at)).want(t, 403, "forbidden")
	boss.ask("POST", "/alerts/dismiss", map[string]any{"request_id": rid(), "kind": "fire"}).want(t, 400, "bad-request")
	boss.ask("POST", "/alerts/dismiss", dismiss(at.Add(-time.Minute))).want(t, 409, "stale-alert")
	boss.ask("POST", "/alerts/dismiss", dismiss(at)).want(t, 200, "")
	boss.ask("POST", "/alerts/dismiss", dismiss(at)).want(t, 404, "not-found")
	left := boss.ask("GET", "/wallboard", nil).want(t, 200, "")
	if rest, _ := left.doc["alerts"].([]any); len(rest) != 0 {
		t.Errorf("after it was dismissed: %v", rest)
	}
	if e := b.line.entries[len(b.line.entries)-2]; e.Action != "alert-dismiss" || e.Outcome != "ok" || e.Who != string(boss.ID) {
		t.Errorf("the record: %+v", e)
	}
}

func TestTheWallboardShowsTheAlertAndTheScriptThatRuns(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boss, a := b.signIn(b.person(staff.Supervisor, nil).Person), b.signIn(b.person(staff.Counselor, nil).Person)
	b.line.alert(hotline.ScriptRefused, finding)
	for _, who := range []*browser{boss, a} {
		page := who.get("/wallboard").Body.String()
		for _, want := range []string{"A script was refused", "script/strike.yaml:3:1", "&lt;b&gt;x", "0a1b2c3d", "2 d"} {
			if !strings.Contains(page, want) {
				t.Errorf("the wallboard does not show %q", want)
			}
		}
		if got := strings.Contains(page, "dismiss-script-refused"); got != (who == boss) {
			t.Errorf("may dismiss: %v, supervisor: %v", got, who == boss)
		}
	}
}

// The page as it looks, and the button as it works.
func TestASupervisorDismissesAnAlertInABrowser(t *testing.T) {
	t.Parallel()
	b := setup(t)
	srv := b.serve()
	link, err := b.desk.Invite(t.Context(), b.person(staff.Supervisor, nil).ID)
	if err != nil {
		t.Fatal(err)
	}
	w := openTab(t, srv.URL)
	w.do(chromedp.Navigate(staff.Link(srv.URL, link)))
	w.until(6*time.Second, `location.pathname === "/" && document.body.dataset.live === "yes"`)
	w.do(chromedp.Navigate(srv.URL + "/wallboard"))
	w.shows("2 d")
	b.line.alert(hotline.ScriptRefused, "script/strike.yaml:3:1: error: no node \"queue_tlak\"; did you mean \"queue_talk\"? (+2)")
	w.shows("A script was refused")
	w.shot("alert")
	w.do(chromedp.Click("#dismiss-script-refused"))
	w.until(6*time.Second, `!document.querySelector("#dismiss-script-refused")`)
}
