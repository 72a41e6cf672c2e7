package triage

import (
	"slices"
	"strings"

	"github.com/tideover/tideover/internal/hotline"
)

// Phrase gives one text. args are names and values of its placeholders, in
// pairs. Without a language it is the first one; a language or channel that
// the script does not have falls back as well, since saying nothing is worse.
func (s *Script) Phrase(id PhraseID, lang hotline.Lang, ch hotline.Channel, args ...string) string {
	p, ok := s.phrases[id]
	if !ok {
		return ""
	}
	text := p.say.in(s.spoken(lang), ch)
	if text == "" {
		text = p.say.in(s.langs[0], ch)
	}
	for i := 0; i+1 < len(args); i += 2 {
		text = strings.ReplaceAll(text, "{{"+args[i]+"}}", args[i+1])
	}
	return text
}

// Lines gives a text as it is to be spoken: in the language, or, as long as
// none is chosen, in each of them in turn.
func (s *Script) Lines(id PhraseID, lang hotline.Lang, ch hotline.Channel, args ...string) []Spoken {
	langs := s.langs
	if lang != "" {
		langs = []hotline.Lang{s.spoken(lang)}
	}
	all := make([]Spoken, 0, len(langs))
	for _, l := range langs {
		if text := s.Phrase(id, l, ch, args...); text != "" {
			all = append(all, Spoken{Lang: l, Text: text})
		}
	}
	return all
}

// Word gives a word that fills a placeholder, e.g. (WordBand, "urgent"); the
// key itself where the script has no word for it.
func (s *Script) Word(prefix PhraseID, key string, lang hotline.Lang) string {
	if word := s.Phrase(prefix+PhraseID(key), lang, hotline.Voice); word != "" {
		return word
	}
	return key
}

// AnswerText gives the short labels of a question and of its answer in the
// reader's language. What another version of the script asked is shown by its
// ids.
func (s *Script) AnswerText(a hotline.Answer, lang hotline.Lang) (question, answer string) {
	n, ok := s.nodes[a.Question]
	if !ok {
		return a.Question, a.Answer
	}
	question, answer = n.label[s.spoken(lang)], a.Answer
	if o := n.option(a.Answer); o != nil && o.label[s.spoken(lang)] != "" {
		answer = o.label[s.spoken(lang)]
	}
	if question == "" {
		question = a.Question
	}
	return question, answer
}

// Place is what a caller said last of where they are: "ZIP code: 95301".
// Empty where no question on it was answered.
func (s *Script) Place(answers []hotline.Answer, lang hotline.Lang) string {
	for _, a := range slices.Backward(answers) {
		n, ok := s.nodes[a.Question]
		if ok && n.into == placeVar && a.Answer != "" {
			question, answer := s.AnswerText(a, lang)
			return question + ": " + answer
		}
	}
	return ""
}

// placeVar is the variable of a script that holds where the caller is.
const placeVar = "zip"

// spoken is the language that is used for lang: itself, or the first one.
func (s *Script) spoken(lang hotline.Lang) hotline.Lang {
	for _, l := range s.langs {
		if l == lang {
			return l
		}
	}
	return s.langs[0]
}

// in gives a text for a channel, or the other channel's.
func (w wording) in(lang hotline.Lang, ch hotline.Channel) string {
	if text := w[voicing{lang, ch}]; text != "" {
		return text
	}
	for _, other := range channels() {
		if text := w[voicing{lang, other}]; text != "" {
			return text
		}
	}
	return ""
}

// langsOf lists the languages that a session hears.
func (s *Script) langsOf(ses Session) []hotline.Lang {
	if ses.Lang == "" {
		return s.langs
	}
	return []hotline.Lang{ses.Lang}
}

// words gives the texts that a node says, without asking.
func (s *Script) words(n *node, ses Session) []Spoken {
	if n.phrase != "" {
		return s.Lines(n.phrase, ses.Lang, ses.Channel)
	}
	var all []Spoken
	for _, lang := range s.langsOf(ses) {
		v := voicing{lang, ses.Channel}
		if text := n.say[v]; text != "" {
			all = append(all, Spoken{Lang: lang, Text: s.filled(text, v, ses)})
		}
	}
	return all
}

// question gives the texts of a question: its own, then the part of each
// option that is offered now. The short form is for a second time.
func (s *Script) question(n *node, ses Session, facts Facts, short bool) []Spoken {
	langs := s.langsOf(ses)
	all := make([]Spoken, 0, len(langs))
	for _, lang := range langs {
		v := voicing{lang, ses.Channel}
		text := n.say[v]
		if short && n.again[v] != "" {
			all = append(all, Spoken{Lang: lang, Text: strings.Join(append(s.items(n, v, ses, facts), s.filled(n.again[v], v, ses)), " ")})
			continue
		}
		all = append(all, Spoken{Lang: lang, Text: s.withOptions(text, n, v, ses, facts)})
	}
	return all
}

func (s *Script) withOptions(text string, n *node, v voicing, ses Session, facts Facts) string {
	parts := append([]string{s.filled(text, v, ses)}, s.items(n, v, ses, facts)...)
	offered := s.offers(ses, facts)
	for _, o := range n.options {
		if part := o.say[v]; part != "" && offered(o) {
			parts = append(parts, s.filled(part, v, ses))
		}
	}
	return strings.Join(parts, " ")
}
