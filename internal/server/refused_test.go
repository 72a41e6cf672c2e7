package server_test

import (
	"io/fs"
	"maps"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tideover/tideover/config"
	"github.com/tideover/tideover/internal/staff"
)

// scriptBoard is what the wallboard shows of the script.
type scriptBoard struct {
	Script struct {
		Version string
		Since   string
	}
	Alerts []struct{ Kind, Text, At string }
}

func (p *person) scriptBoard(t *testing.T) scriptBoard {
	t.Helper()
	var b scriptBoard
	p.must(t, http.MethodGet, "/wallboard", nil, &b)
	return b
}

// alerted waits until the wallboard shows the kinds of alerts, and no others.
func (p *person) alerted(t *testing.T, kinds ...string) scriptBoard {
	t.Helper()
	var now scriptBoard
	wait(t, "the wallboard does not show "+strings.Join(kinds, ", "), func() bool {
		now = p.scriptBoard(t)
		got := make([]string, 0, len(now.Alerts))
		for _, a := range now.Alerts {
			got = append(got, a.Kind)
		}
		return strings.Join(got, " ") == strings.Join(kinds, " ")
	})
	return now
}

// hears gives what a new caller of an instance hears as the Spanish menu.
func (w *world) hears(t *testing.T, base string) string {
	t.Helper()
	c := w.call(t, base)
	c.press(t, base, "2")
	return c.press(t, base, "2")
}

// faulty makes a folder whose script begins at a place that does not exist.
func faulty(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	d.edit(t, "script/strike.yaml", "start: welcome", "start: welcom")
	return d
}

// FAULTS 29: a folder with a fault is told on the wallboard of every instance,
// by its first finding, until a script is published; a restart forgets nothing.
func TestARefusedFolderStandsOnEveryWallboardUntilOneIsPublished(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	boss := l.hire(t, "Sam", staff.Supervisor, "")
	d := newDesk(t)
	srv := l.buildFrom(t, d.source(), l.redis, "", nil)
	_, stop := l.run(t, srv)
	if now := boss.scriptBoard(t); len(now.Script.Version) != 8 || now.Script.Since == "" || len(now.Alerts) != 0 {
		t.Fatalf("the wallboard at first: %+v", now)
	}
	d.files.Store(faulty(t).files.Load())
	if err := srv.Reload(t.Context()); err == nil {
		t.Fatal("a script with a fault was published")
	}
	now := boss.alerted(t, "script-refused") // by the other instance
	if !strings.HasPrefix(now.Alerts[0].Text, "script/strike.yaml:") || !strings.Contains(now.Alerts[0].Text, "welcom") {
		t.Errorf("the alert says %q", now.Alerts[0].Text)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	boss.alerted(t, "script-refused")
	d.files.Store(newDesk(t).files.Load())
	d.edit(t, "script/strike.es.yaml", askedBefore, askedAfter)
	again := l.buildFrom(t, d.source(), l.redis, "", nil)
	base, _ := l.run(t, again)
	boss.alerted(t)
	if doc := l.hears(t, base); !strings.Contains(doc, askedAfter) {
		t.Errorf("a folder that the line never had is not published at start:\n%s", doc)
	}
}

// The same over the API; a preview alarms nobody, and a supervisor who has
// seen the alert takes it away.
func TestAScriptRefusedOverTheAPIAlarmsUntilItIsDismissed(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	boss := l.hire(t, "Sam", staff.Supervisor, "")
	raw, err := fs.ReadFile(config.FS(), "script/strike.yaml")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{"strike.yaml": strings.Replace(string(raw), "Tideover", "call +1 (209) 555-0123, Tideover", 1) + "\nno_such_key: 1\n"}
	boss.must(t, http.MethodPut, "/script", map[string]any{"files": files, "preview": true}, nil)
	if now := boss.scriptBoard(t); len(now.Alerts) != 0 {
		t.Errorf("a preview alarms: %+v", now.Alerts)
	}
	if status := boss.ask(t, http.MethodPut, "/script", map[string]any{"files": files, "reason": "x"}, nil); status != http.StatusUnprocessableEntity {
		t.Fatalf("a script with a fault: %d", status)
	}
	now := boss.alerted(t, "script-refused")
	if strings.Contains(now.Alerts[0].Text, "555") {
		t.Errorf("a number in the alert: %q", now.Alerts[0].Text)
	}
	boss.must(t, http.MethodPost, "/alerts/dismiss", map[string]any{"kind": "script-refused", "at": now.Alerts[0].At}, nil)
	boss.alerted(t)
}

// A restart never takes the line back to a folder that it had before; somebody
// is told, and whoever wants the old one back says so.
func TestARestartOnAnOlderFolderPublishesNothing(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	boss := l.hire(t, "Sam", staff.Supervisor, "")
	older, newer := newDesk(t), newDesk(t)
	newer.edit(t, "script/strike.es.yaml", askedBefore, askedAfter)
	_, stop := l.run(t, l.buildFrom(t, newer.source(), l.redis, "", nil))
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	boss.alerted(t)
	if why := boss.published(t); !strings.HasPrefix(why, "start ") {
		t.Errorf("the record says %q", why)
	}
	srv := l.buildFrom(t, older.source(), l.redis, "", nil)
	base, _ := l.run(t, srv)
	boss.alerted(t, "script-older")
	if doc := l.hears(t, base); !strings.Contains(doc, askedAfter) {
		t.Errorf("a restart took the line back:\n%s", doc)
	}
	if err := srv.Reload(t.Context()); err != nil { // a hang-up signal is somebody's will
		t.Fatal(err)
	}
	boss.alerted(t)
	if doc := l.hears(t, base); !strings.Contains(doc, askedBefore) {
		t.Errorf("asked for by hand, the older folder does not run:\n%s", doc)
	}
	if why := boss.published(t); !strings.HasPrefix(why, "SIGHUP ") {
		t.Errorf("the record says %q", why)
	}
	var now struct {
		Versions []struct {
			Version string
			Running bool
		}
	}
	boss.must(t, http.MethodGet, "/script", nil, &now)
	boss.must(t, http.MethodPost, "/script/use", map[string]any{"version": now.Versions[1].Version, "reason": "the newer one"}, nil)
	wait(t, "going back by hand does not reach the other instance", func() bool { return strings.Contains(l.hears(t, base), askedAfter) })
}

// An instance whose own folder has a fault serves what the line has published.
func TestAnInstanceWithAFaultyFolderServesWhatIsPublished(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	boss := l.hire(t, "Sam", staff.Supervisor, "")
	d := faulty(t)
	srv := l.buildFrom(t, d.source(), l.redis, "", nil)
	base, _ := l.run(t, srv)
	boss.alerted(t, "script-refused")
	if doc := l.hears(t, base); !strings.Contains(doc, askedBefore) {
		t.Errorf("a caller hears:\n%s", doc)
	}
	d.files.Store(newDesk(t).files.Load())
	d.edit(t, "script/strike.es.yaml", askedBefore, askedAfter)
	if err := srv.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	boss.alerted(t)
	if doc := l.hears(t, base); !strings.Contains(doc, askedAfter) {
		t.Errorf("once it is repaired, a caller hears:\n%s", doc)
	}
}

// A folder that nobody has rehearsed is not published by a start either.
func TestAFolderWhoseVisitsGoOtherwiseIsNotPublishedByAStart(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	boss := l.hire(t, "Sam", staff.Supervisor, "")
	d := newDesk(t)
	d.edit(t, "script/strike.es.yaml", askedBefore, askedAfter)
	next := fstest.MapFS{}
	maps.Copy(next, *d.files.Load())
	raw := string(next["script/strike_test.yaml"].Data)
	next["script/strike_test.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(raw, "ask: main_menu", "ask: danger_kind", 1))}
	d.files.Store(&next)
	base, _ := l.run(t, l.buildFrom(t, d.source(), l.redis, "", nil))
	now := boss.alerted(t, "script-refused")
	if !strings.Contains(now.Alerts[0].Text, "strike_test.yaml:") {
		t.Errorf("the alert says %q", now.Alerts[0].Text)
	}
	if doc := l.hears(t, base); !strings.Contains(doc, askedBefore) {
		t.Errorf("a caller hears:\n%s", doc)
	}
}
