package intake_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/tideover/tideover/config"
	"github.com/tideover/tideover/internal/crisis"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/intake"
	"github.com/tideover/tideover/internal/triage"
)

// Whoever is paged opens the thread: it must hold the words for which they
// were paged, also where the script was still asking.
func TestWordsOfDangerAreInTheThreadWhereverTheyWereWritten(t *testing.T) {
	t.Parallel()
	const words = "I want to kill myself tonight"
	for name, before := range map[string][]string{
		"in the first text":      nil,
		"at the safety question": {"hello"},
		"in the menu":            {"hello", "2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			for _, body := range before {
				d.text(body)
			}
			if len(d.received) != 0 {
				t.Fatalf("answers to the script are in the thread: %q", d.received)
			}
			in := intake.Text{Sid: "SMdanger", From: number(texter), Body: words}
			d.read(d.Text(t.Context(), in))
			if !slices.Equal(d.received, []string{words}) {
				t.Errorf("thread %q", d.received)
			}
			if c := d.only(); c.Band != hotline.Emergency {
				t.Errorf("band %s", c.Band)
			}
			d.read(d.Text(t.Context(), in))
			if len(d.received) != 1 {
				t.Errorf("a repeat is in the thread again: %q", d.received)
			}
		})
	}
}

// In shadow mode the words are kept as well, for whoever takes the thread; they
// raise nothing, and the words of the contract do, whoever has the thread.
func TestInShadowModeWordsOfDangerAreInTheThreadAndRaiseNothing(t *testing.T) {
	t.Parallel()
	const words = "I want to kill myself tonight"
	d := newDeskOn(t, func(intake.Script) intake.Script { return shadowed(t) })
	d.text("hello")
	d.text("2")
	d.text(words)
	if c := d.only(); c.Band != hotline.Routine || !slices.Equal(d.received, []string{words}) {
		t.Errorf("band %s, thread %q", c.Band, d.received)
	}
	d.text("3")
	d.only().State = hotline.Live
	d.text(words)
	if len(d.raised) != 0 {
		t.Errorf("relayed to a counselor, the words raise: %q", d.raised)
	}
	d.text("911")
	if len(d.raised) != 1 || !strings.Contains(d.raised[0], "emergency alarm true") {
		t.Errorf("911 raises: %q", d.raised)
	}
}

// shadowed is the built-in script with its lexicon in shadow mode.
func shadowed(t *testing.T) *triage.Script {
	t.Helper()
	raw, err := fs.ReadFile(config.FS(), "script/lexicon.yaml")
	if err != nil {
		t.Fatal(err)
	}
	detector, err := crisis.New([]byte(strings.Replace(string(raw), "\nmode: route\n", "\nmode: shadow\n", 1)))
	if err != nil {
		t.Fatal(err)
	}
	s, err := triage.Compile(config.FS(), detector, triage.Unproved())
	if err != nil {
		t.Fatal(err)
	}
	return s
}
