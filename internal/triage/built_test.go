package triage_test

import (
	"os"
	"sync"
	"testing"
	"time"

	"github.com/tideover/tideover/config"
	"github.com/tideover/tideover/internal/crisis"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/rights"
	"github.com/tideover/tideover/internal/triage"
)

// calendar gives the days off that we ship.
func calendar(tb testing.TB) rights.Calendar {
	tb.Helper()
	c, err := daysOff()
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func daysOff() (rights.Calendar, error) {
	days, err := config.LoadHolidays(os.DirFS(configDir))
	if err != nil {
		return rights.Calendar{}, err
	}
	all := make([]rights.Holiday, 0, len(days.Days))
	for _, h := range days.Days {
		all = append(all, rights.Holiday{ID: h.ID, Date: rights.Date(h.Date), Observed: rights.Date(h.Observed)})
	}
	return rights.NewCalendar(all)
}

// compiled is the script that we ship, with its detector. It never changes:
// all tests share it.
var compiled = sync.OnceValues(func() (*triage.Script, error) {
	d, err := crisis.Load(os.DirFS(configDir))
	if err != nil {
		return nil, err
	}
	c, err := daysOff()
	if err != nil {
		return nil, err
	}
	return triage.Compile(os.DirFS(configDir), d, triage.WithCalendar(c))
})

// shipped gives the script that we ship, with its detector.
func shipped(tb testing.TB) *triage.Script {
	tb.Helper()
	s, err := compiled()
	if err != nil {
		tb.Fatalf("the built-in script does not compile:\n%v", err)
	}
	return s
}

// caller walks the script like a person.
type caller struct {
	t     testing.TB
	s     *triage.Script
	ses   triage.Session
	facts triage.Facts
	last  []triage.Effect
	all   []triage.Effect
}

func day() time.Time { return time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC) }

// usual is a day with two counselors and two groups in each language.
func usual() triage.Facts {
	f := triage.Facts{Open: true, Counselors: 2, CanText: true, HasNumber: true}
	for _, lang := range []hotline.Lang{hotline.English, hotline.Spanish} {
		for i := range 2 {
			f.Groups = append(f.Groups, triage.Group{ID: string(lang) + string('a'+rune(i)), Topic: "strike", Lang: lang, At: day().AddDate(0, 0, i+1), Free: 3 * i})
		}
	}
	return f
}

// calls begins a call; texts begins a thread with its first words.
func calls(t *testing.T, s *triage.Script) *caller {
	t.Helper()
	c := &caller{t: t, s: s, ses: s.Begin(hotline.Voice), facts: usual()}
	c.do(triage.Input{Kind: triage.Start})
	return c
}

func texts(t *testing.T, s *triage.Script, first string) *caller {
	t.Helper()
	c := &caller{t: t, s: s, ses: s.Begin(hotline.SMS), facts: usual()}
	c.do(triage.Input{Kind: triage.Start, Text: first})
	return c
}

func (c *caller) do(in triage.Input) *caller {
	c.t.Helper()
	ses, effects, err := c.s.Step(c.ses, in, c.facts, day())
	if err != nil {
		c.t.Fatalf("step %+v: %v", in, err)
	}
	c.ses, c.last, c.all = ses, effects, append(c.all, effects...)
	return c
}

func (c *caller) press(keys ...string) *caller {
	c.t.Helper()
	for _, k := range keys {
		c.do(triage.Input{Kind: triage.Keys, Text: k})
	}
	return c
}

func (c *caller) say(words ...string) *caller {
	c.t.Helper()
	for _, w := range words {
		c.do(triage.Input{Kind: triage.Words, Text: w})
	}
	return c
}

func (c *caller) silent(times int) *caller {
	c.t.Helper()
	for range times {
		c.do(triage.Input{Kind: triage.Silence})
	}
	return c
}

func (c *caller) hears(outcome string) *caller {
	c.t.Helper()
	return c.do(triage.Input{Kind: triage.Outcome, Text: outcome})
}

// heard joins what the effects say.
func heard(effects []triage.Effect) string {
	text := ""
	for _, l := range spoken(effects) {
		text += l.Text + "\n"
	}
	return text
}

func spoken(effects []triage.Effect) []triage.Spoken {
	var all []triage.Spoken
	for _, e := range effects {
		switch e := e.(type) {
		case triage.Say:
			all = append(all, e.Lines...)
		case triage.Ask:
			all = append(all, e.Lines...)
		case triage.Tape:
			all = append(all, e.Lines...)
		case triage.Enqueue, triage.Page, triage.Raise, triage.Promise, triage.Prefer, triage.Seat, triage.Keep, triage.Erase, triage.ByText, triage.ToText, triage.ToVoice, triage.Owe, triage.SendText, triage.Record, triage.End:
		}
	}
	return all
}

// one gives the first effect of a kind.
func one[E triage.Effect](effects []triage.Effect) (E, bool) {
	for _, e := range effects {
		if is, ok := e.(E); ok {
			return is, true
		}
	}
	var none E
	return none, false
}

func has[E triage.Effect](effects []triage.Effect) bool {
	_, ok := one[E](effects)
	return ok
}

// waits reports the band and need of the last enqueue.
func (c *caller) waits() (band hotline.Band, need hotline.Need, ok bool) {
	for _, e := range c.all {
		if q, is := e.(triage.Enqueue); is {
			band, need, ok = q.Band, q.Need, true
		}
	}
	return band, need, ok
}

func (c *caller) mustWait(band hotline.Band, need hotline.Need) {
	c.t.Helper()
	b, n, ok := c.waits()
	if !ok || b != band || n != need {
		c.t.Errorf("waits %v as %v for %q, want %v for %q (at %s)", ok, b, n, band, need, c.ses.Node)
	}
}

func (c *caller) mustBeAt(node string) *caller {
	c.t.Helper()
	if c.ses.Node != node {
		c.t.Errorf("at %q, want %q; heard %q", c.ses.Node, node, heard(c.last))
	}
	return c
}

func TestTheBuiltInScriptIsMarkedAsNotReviewed(t *testing.T) {
	t.Parallel()
	s := builtIn(t)
	if s.Sealed() || len(s.Unreviewed()) == 0 {
		t.Error("the texts that we ship have no seals, and the script must say so")
	}
	if again := builtIn(t); again.Version() != s.Version() || len(s.Version()) != 64 {
		t.Errorf("versions %q and %q of the same files", s.Version(), again.Version())
	}
}
