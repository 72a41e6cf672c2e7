package server_test

import (
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/server"
)

// Issue: who joins a line that is long has the place at once, hears so, and may
// choose something else than to wait; nobody who is in danger is asked.
func TestWhoJoinsALongLineHearsSoAndMayChoose(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	base, _ := l.run(t, l.buildFrom(t, shipped(), l.redis, "", func(o *server.Options) { o.LinesLong = server.LinesLong{Each: 2} }))
	ana := l.counselor(t, "+14155550171", hotline.English)
	join := func() (*at, string) {
		caller := l.call(t, base)
		caller.press(t, base, "1")
		caller.press(t, base, "2")
		return caller, caller.press(t, base, "3")
	}
	for range 2 {
		if _, doc := join(); strings.Contains(doc, "lines are long") {
			t.Fatalf("the first hear that the lines are long:\n%s", doc)
		}
	}
	var caller *at
	doc := ""
	wait(t, "a caller does not hear that the lines are long", func() bool {
		caller, doc = join()
		return strings.Contains(doc, "Our lines are long right now. You keep your place.")
	})
	if !strings.Contains(doc, "To be called back, press 1.") || !strings.Contains(doc, "For support groups, 3.") {
		t.Errorf("a caller hears\n%s", doc)
	}
	total := len(ana.queue(t))
	if doc := caller.press(t, base, "1"); !strings.Contains(doc, "We call you back, and you keep your place in line.") {
		t.Errorf("after 1 a caller hears\n%s", doc)
	}
	if rows := ana.queue(t); len(rows) != total {
		t.Errorf("%d stand in line, %d did", len(rows), total)
	}
	urgent := l.call(t, base)
	urgent.press(t, base, "1")
	if doc := urgent.press(t, base, "3"); strings.Contains(doc, "lines are long") {
		t.Errorf("who is not sure to be safe hears\n%s", doc)
	}
}
