package triage

import (
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// GroupText fills a text about a support group: what it is about, the day and
// the hour in the line's zone, and where it takes place.
func (s *Script) GroupText(id PhraseID, lang hotline.Lang, topic string, at time.Time, link string) string {
	v := voicing{s.spoken(lang), hotline.SMS}
	return s.Phrase(id, v.lang, v.ch, "topic", s.Word(WordTopic, topic, v.lang), "when", s.when(at, v), "link", link)
}
