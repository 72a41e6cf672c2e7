package triage

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/tideover/tideover/internal/hotline"
)

// checkTexts: whoever hears a node hears it in the own language, with the
// numbers that save.
func (k *linker) checkTexts(n *node) {
	for _, lang := range k.s.langs {
		for _, ch := range channels() {
			if n.only != "" && n.only != ch {
				continue
			}
			v := voicing{lang, ch}
			k.checkPresent(n, v)
			words := n.say[v]
			if p := k.s.phrases[n.phrase]; p != nil {
				words = p.say.in(lang, ch)
			}
			if (n.kind == endNode || n.page != "") && !n.hush && !k.saves(words, ch) {
				k.add(n.at, "safety", "%s: the words in %s by %s must name 911 and 988", n.id, lang, ch)
			}
		}
		for _, o := range n.options {
			k.checkLabels(n, o, lang)
		}
		if (n.label[lang] == "") != (n.label[k.s.langs[0]] == "") {
			k.add(n.at, "language", "%s: no label in %s", n.id, lang)
		}
	}
	if n.phrase != "" && k.s.phrases[n.phrase] == nil {
		k.add(n.at, "phrase", "%s: no phrase %q", n.id, n.phrase)
	}
	for _, text := range slices.Concat(slices.Collect(maps.Values(n.say)), slices.Collect(maps.Values(n.again))) {
		for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
			if !k.declared(m[1]) {
				k.add(n.at, "placeholder", "%s: nobody fills %s here", n.id, m[0])
			}
		}
	}
}

func (k *linker) checkPresent(n *node, v voicing) {
	first := voicing{k.s.langs[0], v.ch}
	asks := n.kind == askNode || n.kind == collectNode
	switch {
	case asks && n.say[v] == "":
		k.add(n.at, "language", "%s: no text in %s by %s", n.id, v.lang, v.ch)
	case (n.say[v] == "") != (n.say[first] == ""):
		k.add(n.at, "language", "%s: text in %s by %s: want it in all languages or in none", n.id, v.lang, v.ch)
	case (n.again[v] == "") != (n.again[first] == ""):
		k.add(n.at, "language", "%s: again in %s by %s: want it in all languages or in none", n.id, v.lang, v.ch)
	case n.kind == sayNode && n.phrase == "" && n.say[v] == "":
		k.add(n.at, "language", "%s: says nothing in %s by %s", n.id, v.lang, v.ch)
	}
}

func (k *linker) checkLabels(n *node, o *option, lang hotline.Lang) {
	if n.label[k.s.langs[0]] != "" && o.label[lang] == "" {
		k.add(o.at, "language", "%s: option %s: no label in %s", n.id, o.key, lang)
	}
	if len(o.words[lang]) == 0 {
		k.add(o.at, "language", "%s: option %s: no words in %s", n.id, o.key, lang)
	}
	for _, ch := range channels() {
		if o.only != "" && o.only != ch {
			continue
		}
		if (o.say[voicing{lang, ch}] == "") != (o.say[voicing{k.s.langs[0], ch}] == "") {
			k.add(o.at, "language", "%s: option %s: say in %s by %s: want it in all languages or in none", n.id, o.key, lang, ch)
		}
	}
}

// saves reports whether words name both numbers.
func (k *linker) saves(words string, ch hotline.Channel) bool {
	for _, id := range []string{"911", "988"} {
		if !strings.Contains(words, k.s.resources[id].in(ch)) || k.s.resources[id].number == "" {
			return false
		}
	}
	return true
}

// checkPhrases: each phrase that code asks for is there, whole, and asks for
// nothing that nobody fills.
func (k *linker) checkPhrases() {
	want := demands()
	file := spot{file: k.order0().file}
	for _, id := range slices.Sorted(maps.Keys(want)) {
		p, d := k.s.phrases[id], want[id]
		if p == nil {
			k.add(file, "phrase", "phrases: %s is missing", id)
			continue
		}
		for _, lang := range k.s.langs {
			for ch, needed := range map[hotline.Channel]bool{hotline.Voice: d.voice, hotline.SMS: d.sms} {
				text := p.say[voicing{lang, ch}]
				if needed && text == "" {
					k.add(p.at, "language", "%s: no text in %s by %s", id, lang, ch)
				}
				if text != "" {
					k.checkArgs(id, p, text, d.args)
				}
			}
		}
	}
	for _, id := range k.s.phraseIDs() {
		if _, ok := want[id]; !ok && !strings.HasPrefix(string(id), string(WordTopic)) {
			k.add(k.s.phrases[id].at, "phrase", "%s: nothing says this phrase", id)
		}
	}
}

func (k *linker) checkArgs(id PhraseID, p *phrase, text string, args []string) {
	var found []string
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		found = append(found, m[1])
		if !slices.Contains(args, m[1]) {
			k.add(p.at, "placeholder", "%s: nobody fills %s", id, m[0])
		}
	}
	for _, arg := range args {
		if !slices.Contains(found, arg) {
			k.add(p.at, "placeholder", "%s: {{%s}} is missing", id, arg)
		}
	}
}

var (
	typedNumber = regexp.MustCompile(`\b(911|988|211)\b|\d[\d -]{5,}\d`)
	carrierWord = regexp.MustCompile(`\b(STOP|START|HELP|UNSTOP|CANCEL|QUIT|END)\b`)
)

// checkWritten looks at a text as it was written, before numbers are filled in.
func (k *linker) checkWritten(at spot, text string) {
	text = placeholder.ReplaceAllString(text, "")
	if m := typedNumber.FindString(text); m != "" {
		k.add(at, "number", "the number %q is typed; name it as {{res.…}}, so that it can be kept up to date", m)
	}
	if m := carrierWord.FindString(text); m != "" {
		k.add(at, "carrier", "%q is a word that carriers act on; our texts never tell it to anybody", m)
	}
}
