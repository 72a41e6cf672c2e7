package triage

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/rights"
)

// What a text may ask of whoever gets it.
const (
	mostSegments = 3
	mostPrompt   = 25 * time.Second
	mostBrief    = 8 * time.Second // what a counselor hears before the caller does
	mostGrade    = 8.0
	fewWords     = 15 // below so many words the grade of a text says nothing
)

// checkLengths looks at every text as it is sent and spoken, with the longest
// that may be filled in.
func (k *linker) checkLengths() {
	for _, n := range k.s.order {
		for _, lang := range k.s.langs {
			for _, ch := range channels() {
				v := voicing{lang, ch}
				if n.only != "" && n.only != ch {
					continue
				}
				at := k.textAt(n.id, "say", v, n.at)
				k.checkLength(k.whole(n, v, 0), v, at, mostPrompt)
				k.checkRead(k.whole(n, v, perPage), v, at, n.list != "")
				k.checkLength(k.s.longest(n.again[v], v), v, k.textAt(n.id, "again", v, n.at), mostPrompt)
			}
		}
	}
	for _, id := range k.s.phraseIDs() {
		limit := mostPrompt
		if id == StaffBrief {
			limit = mostBrief
		}
		for v, text := range k.s.phrases[id].say {
			k.checkLength(k.s.longest(text, v), v, k.phraseAt(id, v), limit)
			entry := k.s.phraseText(HelpItem, v)
			k.checkRead(k.s.longest(strings.ReplaceAll(text, "{{places}}", strings.Repeat(entry, perPage)), v), v, k.phraseAt(id, v), strings.Contains(text, "{{places}}"))
		}
	}
}

// checkRead: a list is as long as what is in it, so that it is worth a look and no
// fault.
func (k *linker) checkRead(text string, v voicing, at spot, list bool) {
	if !list || text == "" {
		return
	}
	if took := speechOf(text, v.lang); v.ch == hotline.Voice && took > mostPrompt {
		k.warn(at, "long", "takes %.0f s to say with %d of the longest entries, want at most %.0f s", took.Seconds(), perPage, mostPrompt.Seconds())
	}
	if parts := segments(text); v.ch == hotline.SMS && parts > mostSegments {
		k.warn(at, "segments", "%d parts as a text with %d of the longest entries, want at most %d", parts, perPage, mostSegments)
	}
}

// whole is a question with all that may belong to it, and some entries of its
// list.
func (k *linker) whole(n *node, v voicing, entries int) string {
	parts := []string{n.say[v]}
	if n.say[v] == "" {
		return ""
	}
	for range entries {
		switch n.list {
		case listGroups:
			parts = append(parts, k.s.phraseText(GroupItem, v))
		case listHelp:
			parts = append(parts, k.s.phraseText(HelpItem, v))
		}
	}
	for _, o := range n.options {
		if o.only == "" || o.only == v.ch {
			parts = append(parts, o.say[v])
		}
	}
	return k.s.longest(strings.Join(parts, " "), v)
}

func (s *Script) phraseText(id PhraseID, v voicing) string {
	if p := s.phrases[id]; p != nil {
		return p.say[v]
	}
	return ""
}

func (k *linker) checkLength(text string, v voicing, at spot, limit time.Duration) {
	if text == "" {
		return
	}
	switch v.ch {
	case hotline.SMS:
		n := segments(text)
		if n > mostSegments {
			k.add(at, "segments", "%d parts as a text, want at most %d", n, mostSegments)
		}
		if odd := foreign(text); len(odd) == 1 && segments(strings.Replace(text, string(odd), "e", 1)) < n {
			k.warn(at, "accent", "%q alone makes this text %d parts: other words would do without it", string(odd), n)
		}
	case hotline.Voice:
		if took := speechOf(text, v.lang); took > limit {
			k.add(at, "long", "takes %.0f s to say, want at most %.0f s", took.Seconds(), limit.Seconds())
		}
	}
	if g := grade(text, v.lang); g > mostGrade && len(strings.Fields(text)) >= fewWords {
		k.warn(at, "reading", "asks for %.1f years of school, want at most %.0f: shorter sentences and words", g, mostGrade)
	}
}

// longest fills what is known only when the text is said with the longest that
// it may be.
func (s *Script) longest(text string, v voicing) string {
	if !strings.Contains(text, "{{") {
		return text
	}
	return placeholder.ReplaceAllStringFunc(text, func(m string) string {
		name := placeholder.FindStringSubmatch(m)[1]
		if value, ok := s.variable(name); ok {
			return s.longestValue(value, v)
		}
		switch name {
		case "key":
			return "3"
		case "places":
			return "" // a list is looked at for itself
		case "free", "place":
			return "99"
		case "number":
			return resource{number: "+18885550100"}.in(v.ch)
		case "link":
			return "https://console.support-line.example.org/t/" + strings.Repeat("x", 40)
		case "when":
			return s.longestWord([]string{s.when(longestDay(), v)})
		case "seats":
			return s.longest(s.phraseText(SeatsFree, v), v)
		case "topic":
			return s.longestOf(WordTopic, v)
		case "name", "hours":
			return s.longestHelp(name, v.lang)
		}
		return s.longestOf(PhraseID("word_"+name+"_"), v)
	})
}

// longestDay has the longest names in both languages.
func longestDay() time.Time { return time.Date(2026, time.September, 23, 12, 30, 0, 0, time.UTC) }

func (s *Script) longestValue(value variable, v voicing) string {
	switch value.is {
	case dateVar:
		d := rights.From(longestDay(), s.zone)
		far := rights.From(longestDay().AddDate(-1, 0, 0), s.zone)
		if v.ch == hotline.SMS {
			return rights.Write(d, string(v.lang), far)
		}
		return rights.Say(d, string(v.lang), far)
	case digitVar:
		return "0123456789"
	case wholeVar:
		return strconv.Itoa(max(value.max, 99))
	case enumVar:
		return s.longestWord(value.of)
	case flagVar:
		return "yes"
	case timeVar:
		return s.when(longestDay(), v)
	case phoneVar:
		return spelt("4155550123", v.ch)
	case idVar:
	}
	return "group-2026-09-23"
}

// longestOf is the longest of the words that begin with an id.
func (s *Script) longestOf(prefix PhraseID, v voicing) string {
	var all []string
	for _, id := range s.phraseIDs() {
		if strings.HasPrefix(string(id), string(prefix)) {
			all = append(all, s.phraseText(id, v))
		}
	}
	return s.longestWord(all)
}

func (s *Script) longestHelp(what string, lang hotline.Lang) string {
	var all []string
	for _, h := range s.help.all {
		if what == "name" {
			all = append(all, h.name[lang])
		} else {
			all = append(all, h.hours[lang])
		}
	}
	return s.longestWord(all)
}

func (s *Script) longestWord(all []string) string {
	if len(all) == 0 {
		return ""
	}
	return slices.MaxFunc(all, func(a, b string) int { return len(a) - len(b) })
}
