package server_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/server"
	"github.com/tideover/tideover/internal/staff"
)

// Outside of the hours nobody is left ringing: a callback keeps a place, and
// danger goes to the people on call as ever.
func TestOutsideOfTheHours(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	opens := time.Now().Add(12 * time.Hour)
	closed := func(o *server.Options) {
		o.Hours = func(time.Time) (bool, time.Time) { return false, opens }
	}
	base, _ := l.run(t, l.buildFrom(t, shipped(), l.redis, "", closed))
	boss := l.hire(t, "Sam", staff.Supervisor, "", hotline.English)
	c := l.call(t, base)
	c.press(t, base, "1")
	c.press(t, base, "2")
	if doc := c.press(t, base, "3"); !strings.Contains(doc, "We are closed now. We open ") || strings.Contains(doc, "again soon") || !strings.Contains(doc, "9 8 8") {
		t.Fatalf("outside of the hours a caller hears:\n%s", doc)
	}
	for range 5 { // this number, it is safe, a message, a name, any time
		c.press(t, base, "1")
	}
	if doc := c.press(t, base, "1"); !strings.Contains(doc, "<Hangup/>") || !strings.Contains(doc, "9 1 1") || !strings.Contains(doc, "place in line is kept") {
		t.Errorf("the promise:\n%s", doc)
	}
	var q struct {
		Depth struct{ Total int }
		Cases []struct{ Callback bool }
	}
	boss.must(t, http.MethodGet, "/queue", nil, &q)
	if q.Depth.Total != 1 || len(q.Cases) != 1 || !q.Cases[0].Callback {
		t.Errorf("the queue: %+v", q)
	}
	d := l.call(t, base)
	d.press(t, base, "1")
	if doc := d.press(t, base, "9"); !strings.Contains(doc, "I am calling a person for you now") {
		t.Errorf("danger outside of the hours:\n%s", doc)
	}
}
