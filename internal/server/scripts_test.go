package server_test

import (
	"io/fs"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/tideover/tideover/config"
	"github.com/tideover/tideover/internal/server"
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
	for other, f := range *d.files.Load() {
		next[other] = f
	}
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

func (w *world) call(t *testing.T, base string) (*at, string) {
	t.Helper()
	c := &at{w, w.sid("CA"), ""}
	doc := w.post(t.Context(), t, http.DefaultClient, base, w.public+"/twilio/voice", w.callForm(c.sid, ""))
	c.next = nextURL(doc)
	return c, doc
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
	before, _ := w.call(t, base)
	before.press(t, base, "2")
	later, _ := w.call(t, base)
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
	fresh, _ := w.call(t, base)
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
		c, _ := w.call(t, second)
		c.press(t, second, "2")
		return strings.Contains(c.press(t, second, "2"), askedAfter)
	})
}
