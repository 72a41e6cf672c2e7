package server_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/standin"
)

// Over real HTTP and a real Redis: a phone that somebody has used in Spanish
// by call and by text, up to a callback that was kept, gives somebody else in
// English the very words that a new phone gets.
func TestSomebodyElseOnTheSamePhoneLearnsNothing(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	sam := l.hire(t, "Sam", "supervisor", "")
	a := l.counselor(t, ana, hotline.English, hotline.Spanish)
	shared, fresh := l.Phone(tom), l.Phone("+14155550129")

	// The first one texts to the end, then is called back.
	texts(t, shared, "hola, necesito ayuda", "2", "5", "95301", "3", "1", "1", "1", "2", "4", "1", "2", "2", "2")
	do(t, shared.Dial(t.Context()))
	for _, key := range []string{"2", "2", "3", "1", "1", "1", "1", "1", "1"} {
		do(t, shared.Press(t.Context(), key))
	}
	onTom := sam.waiting(t, tom)
	promised := spokenTo(t, shared)
	assertSame(t, "while a callback is promised", promised, spokenTo(t, fresh))
	a.claim(t, onTom.CaseID)
	until(t, a.phone, "Ana's phone does not ring", func(s standin.State) bool { return s.Phase == standin.Ringing })
	do(t, a.phone.Answer(t.Context()))
	do(t, a.phone.Press(t.Context(), "1"))
	until(t, shared, "nobody is called back", func(s standin.State) bool { return s.Phase == standin.Ringing })
	do(t, shared.Answer(t.Context()))
	do(t, shared.Press(t.Context(), "1"))
	wait(t, "the callback is not kept", func() bool { return a.state(t, onTom.CaseID) == "live" })
	do(t, shared.Hangup(t.Context()))
	wait(t, "the case is not in wrap-up", func() bool { return a.state(t, onTom.CaseID) == "wrap_up" })
	a.must(t, http.MethodPost, "/cases/"+onTom.CaseID+"/close", map[string]any{"disposition": "helped"}, nil)

	assertSame(t, "a call after a callback", spokenTo(t, shared), spokenTo(t, fresh))
	for _, bodies := range [][]string{{"...", "1", "2"}, {"2", "menu"}} {
		assertSame(t, "a thread after a thread", written(t, shared, bodies...), written(t, fresh, bodies...))
	}
	texts(t, shared, "STOP", "START")
	texts(t, fresh, "STOP", "START")
	assertSame(t, "a thread after an opt-out", written(t, shared, "menu", "6"), written(t, fresh, "menu", "6"))
}

// Whoever cannot talk reads nothing telling when a counselor closes the thread.
func TestTheEndOfAThreadThatCouldNotTalkTellsNothing(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	sam := l.hire(t, "Sam", "supervisor", "")
	a := l.counselor(t, ana, hotline.English, hotline.Spanish)
	m := l.Phone(tom)
	texts(t, m, "can't talk", "2")
	row := sam.waiting(t, tom)
	a.claim(t, row.CaseID)
	wait(t, "Ana does not have the thread", func() bool { return a.state(t, row.CaseID) == "live" })
	texts(t, m, "crisis")
	a.must(t, http.MethodPost, "/cases/"+row.CaseID+"/close", map[string]any{"disposition": "helped"}, nil)
	wait(t, "no word at the end", func() bool {
		return slices.ContainsFunc(m.Texts(), func(x standin.Text) bool { return strings.Contains(x.Body, "Bye") })
	})
	for _, x := range m.Texts() {
		for _, word := range []string{"988", "911", "counselor", "volunteer", "Tideover", "danger"} {
			if x.Body != "crisis" && strings.Contains(strings.ToLower(x.Body), strings.ToLower(word)) {
				t.Errorf("%q tells: %q", word, x.Body)
			}
		}
	}
}

func assertSame(t *testing.T, when string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: the used phone gets\n%s\na new one\n%s", when, strings.Join(got, "\n---\n"), strings.Join(want, "\n---\n"))
	}
}

// spokenTo is a call up to the menu, in English.
func spokenTo(t *testing.T, p *standin.Phone) []string {
	t.Helper()
	do(t, p.Dial(t.Context()))
	heard := []string{p.Said()}
	for _, key := range []string{"1", "2", "2", "3"} {
		do(t, p.Press(t.Context(), key))
		heard = append(heard, p.Said())
	}
	do(t, p.Hangup(t.Context()))
	return heard
}

func written(t *testing.T, p *standin.Phone, bodies ...string) []string {
	t.Helper()
	var read []string
	for _, body := range bodies {
		replies, err := p.Text(t.Context(), body)
		if err != nil {
			t.Fatalf("text %q: %v", body, err)
		}
		read = append(read, strings.Join(replies, "\n"))
	}
	return read
}
