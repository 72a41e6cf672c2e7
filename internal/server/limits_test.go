package server_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/server"
	"github.com/tideover/tideover/internal/store"
)

// with starts another instance of the line, with other options.
func (l *line) with(t *testing.T, change func(*server.Options)) string {
	t.Helper()
	base, _ := l.run(t, l.buildFrom(t, shipped(), l.redis, "", change))
	return base
}

func (w *world) keys(t *testing.T, base string, keys ...string) (*at, string) {
	t.Helper()
	c, doc := w.call(t, base), ""
	for _, k := range keys {
		doc = c.press(t, base, k)
	}
	return c, doc
}

// Issue 6.6: above the limit a caller still hears the welcome, is told kindly
// why and what there is; danger passes, by the key and by the safety question.
func TestANumberThatCallsTooOftenHearsWhyAndDangerPasses(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	base := l.with(t, func(o *server.Options) { o.Store.Limits = store.Limits{Calls: 2, Within: time.Hour} })
	ana := l.counselor(t, "+14155550171", hotline.English)
	for range 2 {
		if _, doc := l.keys(t, base, "1", "2", "3"); strings.Contains(doc, "many times") {
			t.Fatalf("within the limit a caller hears\n%s", doc)
		}
	}
	sid := l.sid("CA")
	if doc := l.post(t.Context(), t, http.DefaultClient, base, l.public+"/twilio/voice", l.callForm(sid, "")); !strings.Contains(doc, "9 1 1") || !strings.Contains(doc, "For English, press 1") {
		t.Errorf("the third call begins with\n%s", doc)
	}
	c, doc := l.keys(t, base, "1", "2", "3")
	if !strings.Contains(doc, "This phone has called us many times") {
		t.Fatalf("above the limit a caller hears\n%s", doc)
	}
	names988and911(t, doc)
	if doc = c.press(t, base, "0"); !strings.Contains(doc, "many times") || strings.Contains(doc, "<Hangup/>") {
		t.Errorf("who asks for a person once more hears\n%s", doc)
	}
	if n := len(ana.queue(t)); n != 2 {
		t.Errorf("%d stand in line, want 2", n)
	}
	if doc = c.press(t, base, "9"); !strings.Contains(doc, "I am calling a person for you now") {
		t.Errorf("9 above the limit:\n%s", doc)
	}
	if _, doc = l.keys(t, base, "1", "1"); !strings.Contains(doc, "I am calling a person for you now") {
		t.Errorf("yes to the safety question above the limit:\n%s", doc)
	}
	if _, doc = l.keys(t, base, "1", "3"); !strings.Contains(doc, "You come before most others") {
		t.Errorf("not sure to be safe, above the limit:\n%s", doc)
	}
	if n := len(ana.queue(t)); n != 5 {
		t.Errorf("%d stand in line, want 5", n)
	}
	for _, key := range storeKeys(t, l) {
		if strings.Contains(key, "4155551234") {
			t.Errorf("a key of the store names the number: %s", key)
		}
	}
}

// storeKeys lists all keys of the store.
func storeKeys(t *testing.T, l *line) []string {
	t.Helper()
	rdb, err := store.Dial(l.redis, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rdb.Close() }()
	keys, err := rdb.Keys(t.Context(), "*").Result()
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// Issue 6.6: as many wait as may: the next is offered something else, and
// nothing bounds who is in danger.
func TestAFullLineOffersSomethingElseAndDangerPasses(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	base := l.with(t, func(o *server.Options) { o.MostWaiting = 1 })
	ana := l.counselor(t, "+14155550171", hotline.English)
	l.keys(t, base, "1", "2", "3")
	var c *at
	wait(t, "a caller does not hear that the line is full", func() bool {
		var doc string
		c, doc = l.keys(t, base, "1", "2", "3")
		return strings.Contains(doc, "our line is full")
	})
	total := len(ana.queue(t))
	if doc := c.press(t, base, "0"); !strings.Contains(doc, "our line is full") || !strings.Contains(doc, "To be called back, press 1.") {
		t.Errorf("who asks for a person once more hears\n%s", doc)
	}
	for range 6 { // a callback: this number, safe, a message, a name, any time
		c.press(t, base, "1")
	}
	if n := len(ana.queue(t)); n != total+1 {
		t.Errorf("%d stand in line after a promise, want %d", n, total+1)
	}
	if _, doc := l.keys(t, base, "1", "9"); !strings.Contains(doc, "I am calling a person for you now") {
		t.Errorf("danger on a full line:\n%s", doc)
	}
}

// Issue 6.6: where duty must be acknowledged and is not, the line closes itself
// with words and an alert; who waits already is served; danger pages.
func TestDutyThatIsNotAcknowledgedClosesTheLine(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	base := l.with(t, func(o *server.Options) { o.OnCallDuty = true })
	ana := l.counselor(t, "+14155550171", hotline.English)
	st := l.store(t)
	if _, err := st.TakeDuty(t.Context(), ana.id, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	var first *at
	wait(t, "a line with acknowledged duty does not take a caller", func() bool {
		var doc string
		first, doc = l.keys(t, base, "1", "2", "3")
		return strings.Contains(doc, "A volunteer will talk with you")
	})
	if err := st.EndDuty(t.Context(), ana.id); err != nil {
		t.Fatal(err)
	}
	var c *at
	wait(t, "a line without acknowledged duty takes callers", func() bool {
		var doc string
		c, doc = l.keys(t, base, "1", "2", "3")
		return strings.Contains(doc, "Our volunteers are not on duty right now")
	})
	if doc := c.press(t, base, "9"); !strings.Contains(doc, "I am calling a person for you now") {
		t.Errorf("danger without acknowledged duty:\n%s", doc)
	}
	if doc := first.press(t, base, "0"); !strings.Contains(doc, "in line") {
		t.Errorf("who waits already hears\n%s", doc)
	}
	b, err := st.Board(t.Context())
	if err != nil || len(b.Alerts) != 1 || b.Alerts[0].Kind != hotline.DutyLapsed {
		t.Errorf("alerts: %+v, %v", b.Alerts, err)
	}
	if _, err := st.TakeDuty(t.Context(), ana.id, time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if b, err = st.Board(t.Context()); err != nil || len(b.Alerts) != 1 || b.Alerts[0].Kind != hotline.DutyEnds {
		t.Errorf("alerts where duty ends soon: %+v, %v", b.Alerts, err)
	}
}
