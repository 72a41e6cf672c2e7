package triage_test

import (
	"testing"

	"github.com/tideover/tideover/internal/triage"
)

// next is the built-in script as another version, after an edit.
func next(t *testing.T, edit ...string) *triage.Script {
	t.Helper()
	fsys := folder(t)
	if len(edit) > 2 { // a node has another name: the translation goes along
		spoil(t, fsys, "strike.es.yaml", "  not_patient:\n", "  not_a_patient:\n")
	}
	for i := 0; i+1 < len(edit); i += 2 {
		spoil(t, fsys, "strike.yaml", edit[i], edit[i+1])
	}
	s, err := triage.Compile(fsys, calm{}, triage.Unproved())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A node that a recall leads to may be gone from the script after that one:
// then a person is where the caller is led.
func TestARecallToANodeThatIsGoneLeadsToAPerson(t *testing.T) {
	t.Parallel()
	first := next(t)
	shelf := triage.NewShelf(first)
	ses, _, err := shelf.Step(shelf.Begin("voice"), triage.Input{Kind: triage.Start}, usual(), day())
	if err != nil {
		t.Fatal(err)
	}
	shelf.Publish(next(t, "turns: 40", "turns: 41"))
	if err := shelf.Recall(first.Version(), "not_patient"); err != nil {
		t.Fatal(err)
	}
	shelf.Publish(next(t, "goto: not_patient", "goto: not_a_patient", "  not_patient:\n", "  not_a_patient:\n"))
	ses, effects, err := shelf.Step(ses, triage.Input{Kind: triage.Keys, Text: "1"}, usual(), day())
	if err != nil || len(effects) == 0 || ses.Node != "safety_check" {
		t.Errorf("at %q with %d effects: %v", ses.Node, len(effects), err)
	}
}

// A recall that ends the contact or sends a text is none.
func TestARecallLeadsToAPersonOrAQuestionAndNowhereElse(t *testing.T) {
	t.Parallel()
	first := next(t)
	shelf := triage.NewShelf(first)
	shelf.Publish(next(t, "turns: 40", "turns: 41"))
	for node, fits := range map[string]bool{"to_person": true, "safety_check": true, "queue_urgent": true, "goodbye": false, "appt_text": false, "callback_promise": false} {
		if err := shelf.Recall(first.Version(), node); (err == nil) != fits {
			t.Errorf("%s: %v", node, err)
		}
	}
}
