package server_test

import (
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/tideover/tideover/config"
	"github.com/tideover/tideover/internal/server"
	"github.com/tideover/tideover/internal/staff"
)

// desk is an operator's folder that a test edits.
type desk struct{ files atomic.Pointer[fstest.MapFS] }

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{}
	m := fstest.MapFS{}
	err := fs.WalkDir(config.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(config.FS(), name)
		m[name] = &fstest.MapFile{Data: raw}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	d.files.Store(&m)
	return d
}

func (d *desk) source() server.Source {
	return server.Source{Files: func() fs.FS { return *d.files.Load() }, Compile: compiled}
}

// edit replaces words of the script, without touching what is in use.
func (d *desk) edit(t *testing.T, name, old, changed string) {
	t.Helper()
	next := fstest.MapFS{}
	maps.Copy(next, *d.files.Load())
	raw := string(next[name].Data)
	if !strings.Contains(raw, old) {
		t.Fatalf("%s does not hold %q", name, old)
	}
	next[name] = &fstest.MapFile{Data: []byte(strings.Replace(raw, old, changed, 1))}
	d.files.Store(&next)
}

const (
	askedBefore = "Para una cita cancelada o cambiada, oprima 1."
	askedAfter  = "Si le cancelaron o cambiaron su cita, oprima 1."
)

// at is a caller on an instance, by plain webhooks.
type at struct {
	*world
	sid, next string
}

func (w *world) call(t *testing.T, base string) *at {
	t.Helper()
	c := &at{w, w.sid("CA"), ""}
	doc := w.post(t.Context(), t, http.DefaultClient, base, w.public+"/twilio/voice", w.callForm(c.sid, ""))
	c.next = nextURL(doc)
	return c
}

func (c *at) press(t *testing.T, base, key string) string {
	t.Helper()
	doc := c.post(t.Context(), t, http.DefaultClient, base, c.next, c.callForm(c.sid, key))
	c.next = nextURL(doc)
	return doc
}

// FAULTS 29, 30: a contact finishes on the version on which it began, also on
// an instance that never had it; a folder with a fault changes nothing.
func TestAContactStaysOnTheScriptOnWhichItBegan(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := newDesk(t)
	srv := w.buildFrom(t, d.source(), w.redis, "", nil)
	base, stop := w.run(t, srv)
	before := w.call(t, base)
	before.press(t, base, "2")
	later := w.call(t, base)
	later.press(t, base, "2")

	fault := newDesk(t)
	fault.edit(t, "script/strike.yaml", "start: welcome", "start: welcom")
	whole := d.files.Swap(fault.files.Load())
	if err := srv.Reload(t.Context()); err == nil || !strings.Contains(err.Error(), "strike.yaml:") {
		t.Fatalf("a script with a fault: %v", err)
	}
	d.files.Store(whole)
	d.edit(t, "script/strike.es.yaml", askedBefore, askedAfter)
	if err := srv.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if doc := before.press(t, base, "2"); !strings.Contains(doc, askedBefore) {
		t.Errorf("a contact changed its script:\n%s", doc)
	}
	fresh := w.call(t, base)
	fresh.press(t, base, "2")
	if doc := fresh.press(t, base, "2"); !strings.Contains(doc, askedAfter) {
		t.Errorf("a new contact is not on the new script:\n%s", doc)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	base, _ = w.run(t, w.buildFrom(t, d.source(), w.redis, "", nil))
	wait(t, "the older version is not read back", func() bool {
		return strings.Contains(w.logs.String(), "read back")
	})
	if doc := later.press(t, base, "2"); !strings.Contains(doc, askedBefore) {
		t.Errorf("after a restart a contact is not on its script:\n%s", doc)
	}
}

// What one instance publishes, all of them run.
// FAULTS 29.
func TestAPublishedScriptRunsOnEveryInstance(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d, other := newDesk(t), newDesk(t)
	srv := w.buildFrom(t, d.source(), w.redis, "", nil)
	w.run(t, srv)
	second, _ := w.run(t, w.buildFrom(t, other.source(), w.redis, "", nil))
	d.edit(t, "script/strike.es.yaml", askedBefore, askedAfter)
	if err := srv.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	wait(t, "the other instance does not take it over", func() bool {
		c := w.call(t, second)
		c.press(t, second, "2")
		return strings.Contains(c.press(t, second, "2"), askedAfter)
	})
}

// Issue: recall of a version moves whoever is on it, and nobody loses a place;
// publishing and going back are calls of the API.
func TestASupervisorPublishesRecallsAndGoesBack(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	boss := l.hire(t, "Sam", staff.Supervisor, "")
	var first struct{ Running string }
	boss.must(t, http.MethodGet, "/script", nil, &first)
	asked := l.call(t, l.base)
	asked.press(t, l.base, "2")
	waits := l.call(t, l.base)
	for _, key := range []string{"2", "2", "3"} {
		waits.press(t, l.base, key)
	}
	raw, err := fs.ReadFile(config.FS(), "script/strike.es.yaml")
	if err != nil {
		t.Fatal(err)
	}
	spoilt := map[string]string{"strike.es.yaml": strings.Replace(string(raw), "main_menu:", "mian_menu:", 1)}
	if status := boss.ask(t, http.MethodPut, "/script", map[string]any{"files": spoilt, "reason": "x"}, nil); status != http.StatusUnprocessableEntity {
		t.Fatalf("a script with a fault: %d", status)
	}
	files := map[string]string{"strike.es.yaml": strings.Replace(string(raw), askedBefore, askedAfter, 1)}
	var shown struct {
		Version, Changes string
		Published        bool
	}
	boss.must(t, http.MethodPut, "/script", map[string]any{"files": files, "preview": true}, &shown)
	if shown.Published || !strings.Contains(shown.Changes, askedAfter) {
		t.Errorf("preview: %+v", shown)
	}
	boss.must(t, http.MethodPut, "/script", map[string]any{"files": files, "reason": "clearer"}, &shown)
	if doc := asked.press(t, l.base, "*"); !shown.Published || strings.Contains(doc, askedAfter) {
		t.Errorf("published %v; a contact hears:\n%s", shown.Published, doc)
	}
	var now struct {
		Running  string
		Versions []struct {
			Version  string
			Contacts int
		}
	}
	boss.must(t, http.MethodGet, "/script", nil, &now)
	if now.Running != shown.Version || len(now.Versions) != 2 || now.Versions[1].Version != first.Running || now.Versions[1].Contacts != 2 {
		t.Errorf("versions: %+v", now)
	}
	boss.must(t, http.MethodPost, "/script/recall", map[string]any{"version": first.Running, "to": "to_person", "reason": "a wrong number"}, nil)
	if doc := asked.press(t, l.base, "2"); !strings.Contains(doc, "suicidio") {
		t.Errorf("who was recalled before the safety question is asked it, and heard:\n%s", doc)
	}
	if doc := asked.press(t, l.base, "2"); !strings.Contains(doc, "b=routine") {
		t.Errorf("and is led to a person, but heard:\n%s", doc)
	}
	if doc := waits.press(t, l.base, "0"); !strings.Contains(doc, "número 1") {
		t.Errorf("who waits keeps the place, but heard:\n%s", doc)
	}
	boss.must(t, http.MethodPost, "/script/use", map[string]any{"version": first.Running, "reason": "as before"}, nil)
	fresh := l.call(t, l.base)
	fresh.press(t, l.base, "2")
	if doc := fresh.press(t, l.base, "2"); !strings.Contains(doc, askedBefore) {
		t.Errorf("after going back a new contact hears:\n%s", doc)
	}
}

// Old versions are forgotten once there are many and nobody is on them.
func TestVersionsThatNobodyIsOnAreForgotten(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	boss := l.hire(t, "Sam", staff.Supervisor, "")
	var now struct {
		Running  string
		Versions []struct{ Version string }
	}
	boss.must(t, http.MethodGet, "/script", nil, &now)
	stays := l.call(t, l.base)
	stays.press(t, l.base, "1")
	began := now.Running
	raw, err := fs.ReadFile(config.FS(), "script/strike.es.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for n := range 12 {
		files := map[string]string{"strike.es.yaml": strings.Replace(string(raw), askedBefore, fmt.Sprintf("%s (%d)", askedBefore, n), 1)}
		boss.must(t, http.MethodPut, "/script", map[string]any{"files": files, "reason": "x"}, nil)
	}
	boss.must(t, http.MethodGet, "/script", nil, &now)
	found := false
	for _, v := range now.Versions {
		found = found || v.Version == began
	}
	if len(now.Versions) != 11 || !found {
		t.Errorf("%d versions, the one that somebody is on among them: %v", len(now.Versions), found)
	}
}

// A folder that the store could not take is not half published: the running
// script goes on, says so, and asking again works.
func TestAScriptThatTheStoreCouldNotTakeIsNotHalfPublished(t *testing.T) {
	t.Parallel()
	s := newBareStage(t)
	d := newDesk(t)
	srv := s.buildFrom(t, d.source(), "unix://"+s.slow.socket, s.network, nil)
	base, _ := s.world.run(t, srv)
	d.edit(t, "script/strike.es.yaml", askedBefore, askedAfter)
	s.redisd.kill()
	if err := srv.Reload(t.Context()); err == nil {
		t.Fatalf("published without the store: %v", err)
	}
	s.redisd.start(t)
	hears := func() string {
		c := s.call(t, base)
		c.press(t, base, "2")
		return c.press(t, base, "2")
	}
	wait(t, "the line does not come back", func() bool {
		res, err := http.Get(base + "/readyz")
		if err != nil {
			return false
		}
		_ = res.Body.Close()
		return res.StatusCode == http.StatusOK
	})
	if doc := hears(); !strings.Contains(doc, askedBefore) {
		t.Errorf("a script that is not published is heard:\n%s", doc)
	}
	if err := srv.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if doc := hears(); !strings.Contains(doc, askedAfter) {
		t.Errorf("asked again, a caller hears:\n%s", doc)
	}
}
