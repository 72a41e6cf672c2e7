package intake_test

import (
	"slices"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/intake"
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
