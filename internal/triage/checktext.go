package triage

import (
	"maps"
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
			if (n.kind == endNode || n.page != "" || k.s.roles.shut.has(n)) && !n.hush && !k.s.bothNamed(words, ch) {
				k.add(k.textAt(n.id, "say", v, k.of(n, "phrase")), "safety", "%s: the words in %s by %s must name 911 and 988", n.id, lang, ch)
			}
		}
		for _, id := range []PhraseID{n.send, n.unknown} {
			if p := k.s.phrases[id]; p != nil && p.say[voicing{lang, hotline.SMS}] == "" {
				k.add(k.phraseAt(id, voicing{lang, hotline.SMS}), "language", "%s: no text in %s by sms", id, lang)
			}
		}
		for _, o := range n.options {
			k.checkLabels(n, o, lang)
		}
		if (n.label[lang] == "") != (n.label[k.s.langs[0]] == "") {
			k.add(k.inLang(n, lang, "label"), "language", "%s: no label in %s", n.id, lang)
		}
	}
	if n.phrase != "" && k.s.phrases[n.phrase] == nil {
		k.add(k.of(n, "phrase"), "phrase", "%s: no phrase %q%s", n.id, n.phrase, meant(string(n.phrase), k.phraseNames()))
	}
	for part, w := range map[string]wording{"say": n.say, "again": n.again} {
		k.checkFilled(w, func(v voicing) spot { return k.textAt(n.id, part, v, n.at) })
	}
	for _, o := range n.options {
		k.checkFilled(o.say, func(v voicing) spot { return k.textAt(o.at.id(), "say", v, o.at) })
	}
}

// checkFilled: every placeholder of a text is a variable.
func (k *linker) checkFilled(w wording, at func(voicing) spot) {
	for v, text := range w {
		for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
			if _, isResource := strings.CutPrefix(m[1], "res."); !isResource && !k.declared(m[1]) {
				k.add(at(v), "placeholder", "nobody fills %s here%s", m[0], meant(m[1], k.variables()))
			}
		}
	}
}

// inLang is where a language's file says something of a node, or should.
func (k *linker) inLang(n *node, lang hotline.Lang, key string) spot {
	if lang == k.s.langs[0] {
		return k.of(n, key)
	}
	of := string(lang) + ":"
	return k.place(n.at, of+n.id+"."+key, of+"."+n.id+"#")
}

func (k *linker) checkPresent(n *node, v voicing) {
	first := voicing{k.s.langs[0], v.ch}
	asks := n.kind == askNode || n.kind == collectNode
	say, again := k.textAt(n.id, "say", v, n.at), k.textAt(n.id, "again", v, n.at)
	switch {
	case asks && n.say[v] == "":
		k.add(say, "language", "%s: no text in %s by %s", n.id, v.lang, v.ch)
	case (n.say[v] == "") != (n.say[first] == ""):
		k.add(say, "language", "%s: text in %s by %s: want it in all languages or in none", n.id, v.lang, v.ch)
	case (n.again[v] == "") != (n.again[first] == ""):
		k.add(again, "language", "%s: again in %s by %s: want it in all languages or in none", n.id, v.lang, v.ch)
	case n.kind == sayNode && n.phrase == "" && n.say[v] == "":
		k.add(say, "language", "%s: says nothing in %s by %s", n.id, v.lang, v.ch)
	}
}

func (k *linker) checkLabels(n *node, o *option, lang hotline.Lang) {
	at := k.place(k.wordsAt(o, lang), string(lang)+":"+o.at.id()+".#", string(lang)+":."+n.id+"#")
	if n.label[k.s.langs[0]] != "" && o.label[lang] == "" {
		k.add(at, "language", "%s: option %s: no label in %s", n.id, o.key, lang)
	}
	if len(o.words[lang]) == 0 {
		k.add(at, "language", "%s: option %s: no words in %s", n.id, o.key, lang)
	}
	for _, ch := range channels() {
		if o.only != "" && o.only != ch {
			continue
		}
		v := voicing{lang, ch}
		if (o.say[v] == "") != (o.say[voicing{k.s.langs[0], ch}] == "") {
			k.add(k.textAt(o.at.id(), "say", v, at), "language", "%s: option %s: say in %s by %s: want it in all languages or in none", n.id, o.key, lang, ch)
		}
	}
}

// checkPhrases: each phrase that code asks for is there, whole, and asks for
// nothing that nobody fills.
func (k *linker) checkPhrases() {
	want := demands()
	all := k.place(spot{file: k.order0().file}, ".phrases#")
	for _, id := range slices.Sorted(maps.Keys(want)) {
		p, d := k.s.phrases[id], want[id]
		if p == nil {
			k.add(all, "phrase", "phrases: %s is missing", id)
			continue
		}
		for _, lang := range k.s.langs {
			for ch, needed := range map[hotline.Channel]bool{hotline.Voice: d.voice, hotline.SMS: d.sms} {
				v := voicing{lang, ch}
				text := p.say[v]
				if needed && text == "" {
					k.add(k.phraseAt(id, v), "language", "%s: no text in %s by %s", id, lang, ch)
				}
				if text != "" {
					k.checkArgs(id, v, text, d.args)
				}
				if needed && text != "" && slices.Contains(saving(), id) && !k.s.bothNamed(text, ch) {
					k.add(k.phraseAt(id, v), "safety", "%s: the words in %s by %s must name 911 and 988", id, lang, ch)
				}
			}
		}
	}
	sent := map[PhraseID]bool{}
	for _, n := range k.s.order {
		sent[n.send], sent[n.unknown], sent[n.phrase] = true, true, true
	}
	for _, id := range k.s.phraseIDs() {
		if _, ok := want[id]; !ok && !sent[id] && !strings.HasPrefix(string(id), string(WordTopic)) {
			k.add(k.s.phrases[id].at, "phrase", "%s: nothing says this phrase%s", id, meant(string(id), demanded(want)))
		}
	}
}

func demanded(want map[PhraseID]demand) []string {
	var all []string
	for id := range want {
		all = append(all, string(id))
	}
	slices.Sort(all)
	return all
}

// saving lists the phrases after which nobody may be alone without the two
// numbers: first words, ends, failures, and what is said in an emergency.
func saving() []PhraseID {
	return []PhraseID{
		Intro, IntroShort, HoldEmergency, CounselorLost, Goodbye, GoodbyeGone, PromiseKept, CallbackNo, Failing, FailingDanger, Fallback,
		TextFailing, TextWaiting, TextEmergency, TextLost, TextEnd, TextHelp, TextBack, TextResources,
	}
}

func (k *linker) checkArgs(id PhraseID, v voicing, text string, args []string) {
	found := filledBy(text)
	for name := range found {
		if !slices.Contains(args, name) {
			k.add(k.phraseAt(id, v), "placeholder", "%s: nobody fills {{%s}}%s", id, name, meant(name, args))
		}
	}
	for _, arg := range args {
		if !found[arg] {
			k.add(k.phraseAt(id, v), "placeholder", "%s: {{%s}} is missing", id, arg)
		}
	}
}
