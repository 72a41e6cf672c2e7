package triage_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tideover/tideover/internal/hotline"
)

func TestAWalkIsKeptAsATranscriptThatGoesAsItWent(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	for name, c := range map[string]struct {
		ch    hotline.Channel
		lang  hotline.Lang
		typed []string
	}{
		"a call from the first word":   {hotline.Voice, "", []string{"2", "", "2", "4", "1"}},
		"a thread from the first word": {hotline.SMS, "", []string{"hola, me siento mal", "no", "medicinas", "1", "1"}},
		"a call in Spanish":            {hotline.Voice, "es", []string{"2", "3", "1", "1", "promised"}},
		"a thread in danger":           {hotline.SMS, "en", []string{"9", "2", "my zip is 90012"}},
		"an outcome that is odd":       {hotline.Voice, "en", []string{"2", "3", "1", "1", "a: {b"}},
		"words that YAML minds":        {hotline.SMS, "", []string{"hi: \"there\"", "#", "- no", "'1"}},
		"no texts":                     {hotline.Voice, "en", []string{"2", "3", ":can_text: false", "2", ":can_text: true", "2"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, _, err := s.Walk(os.DirFS(configDir), c.ch, c.lang)
			if err != nil {
				t.Fatal(err)
			}
			for _, typed := range c.typed {
				if fact, is := strings.CutPrefix(typed, ":"); is {
					if err := w.Change(fact); err != nil {
						t.Fatal(err)
					}
					continue
				}
				if _, err := w.Do(typed); err != nil {
					t.Fatal(err)
				}
			}
			text := "schema: 1\nhello: {en: Hello there, es: Hola}\ntranscripts:\n" + w.Transcript(name)
			r := s.Rehearse(fstest.MapFS{"script/strike_test.yaml": &fstest.MapFile{Data: []byte(text)}})
			for _, f := range r.Findings {
				if f.Rule != "coverage" {
					t.Errorf("%v\n%s", f, text)
				}
			}
			if r.Played != 1 {
				t.Errorf("%d played of\n%s", r.Played, text)
			}
		})
	}
}

func TestAWalkSaysWhichFactItDoesNotKnow(t *testing.T) {
	t.Parallel()
	s := shipped(t)
	w, _, err := s.Walk(os.DirFS(configDir), hotline.Voice, "en")
	if err != nil {
		t.Fatal(err)
	}
	for fact, says := range map[string]string{"can_txt: false": "did you mean", "can_text: perhaps": "true or false", "can_text": "want", "{": "want a fact"} {
		if err := w.Change(fact); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", fact, err)
		}
	}
	if _, _, err := s.Walk(fstest.MapFS{}, hotline.SMS, "es"); err == nil || !strings.Contains(err.Error(), "hello") {
		t.Errorf("a thread in a language that its first text does not tell: %v", err)
	}
}
