package server_test

import (
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/tideover/tideover/config"
	"github.com/tideover/tideover/internal/staff"
)

// Issue: with the lexicon in shadow mode hits are kept with the case, for whoever
// takes it, and page nobody, by voice and by text; keys and the words of the
// contract still do.
func TestAShadowedLexiconPagesNobodyAndIsShownWithTheCase(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	boss := l.hire(t, "Sam", staff.Supervisor, "")
	raw, err := fs.ReadFile(config.FS(), "script/lexicon.yaml")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{"lexicon.yaml": strings.Replace(string(raw), "\nmode: route\n", "\nmode: shadow\n", 1)}
	var shown struct {
		Changes string
		Weaker  []string
	}
	boss.must(t, http.MethodPut, "/script", map[string]any{"files": files, "preview": true}, &shown)
	if !strings.Contains(shown.Changes, "texts that were urgent are NOT any more") || len(shown.Weaker) < 2 {
		t.Errorf("the preview of a weaker lexicon says %q, %q", shown.Changes, shown.Weaker)
	}
	boss.must(t, http.MethodPut, "/script", map[string]any{"files": files, "reason": "to compare"}, nil)
	if why := boss.published(t); !strings.HasPrefix(why, "to compare | less careful: ") || !strings.Contains(why, "mode: route → shadow") {
		t.Errorf("the record says %q", why)
	}

	const words = "I am going to kill myself tonight"
	texter, caller := l.Phone(eve), l.Phone(rosa)
	texts(t, texter, "hello")
	texts(t, texter, "2")
	texts(t, texter, words)
	texts(t, texter, "3")
	do(t, caller.Dial(t.Context()))
	do(t, caller.Press(t.Context(), "1"))
	do(t, caller.Press(t.Context(), "2"))
	do(t, caller.Speak(t.Context(), words))
	do(t, caller.Press(t.Context(), "3"))
	for _, phone := range []string{eve, rosa} {
		on := boss.waiting(t, phone)
		var c struct {
			Risk int
			Hits []string
		}
		boss.must(t, http.MethodGet, "/cases/"+on.CaseID, nil, &c)
		if on.Band != "routine" || c.Risk != 0 || !slices.Contains(c.Hits, "shadow:en.intent.going") {
			t.Errorf("%s stands as %s with risk %d and %q", phone, on.Band, c.Risk, c.Hits)
		}
	}
	if b := boss.board(t); len(b.Escalations) != 0 {
		t.Errorf("somebody was paged: %+v", b.Escalations)
	}
	texts(t, texter, "988")
	do(t, caller.Press(t.Context(), "9"))
	for _, phone := range []string{eve, rosa} {
		if on := boss.waiting(t, phone); on.Band != "emergency" {
			t.Errorf("%s, who asks for help by its own word, stands as %s", phone, on.Band)
		}
	}
}

// published is why the last script was published, by the record.
func (p *person) published(t *testing.T) string {
	t.Helper()
	var log struct {
		Entries []struct{ Who, Action, Reason string }
	}
	p.must(t, http.MethodGet, "/audit", nil, &log)
	for _, e := range log.Entries {
		if e.Action == "script-publish" {
			return e.Reason
		}
	}
	return ""
}
