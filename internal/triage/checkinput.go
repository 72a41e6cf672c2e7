package triage

import (
	"slices"
	"unicode/utf8"

	"github.com/tideover/tideover/internal/hotline"
)

// checkOptions: no two answers look the same to the one who listens. Keys have
// one digit each, so that none needs an end of its own; longer input says its
// length.
func (k *linker) checkOptions(where string, options []*option) {
	for i, o := range options {
		if !o.goTo.given() && !o.more {
			k.add(o.at, "target", "%s: option %s: want goto", where, o.key)
		}
		for _, other := range options[:i] {
			if o.only != "" && other.only != "" && o.only != other.only {
				continue
			}
			if o.key == other.key && o.cond == "" && other.cond == "" {
				k.add(k.by(o, "key"), "duplicate", "%s: two options have the key %s", where, o.key)
			}
			k.checkWords(where, o, other)
		}
		for _, lang := range k.s.langs {
			at := k.wordsAt(o, lang)
			for _, g := range k.s.globals {
				if g.text && g.key == o.key && g.works(o.only) && lang == k.s.langs[0] {
					k.add(k.by(o, "key"), "duplicate", "%s: option %s: the key works at every question already", where, o.key)
				}
				for _, w := range o.words[lang] {
					if g.text { // an answer of the question itself is nearer
						break
					}
					if slices.ContainsFunc(g.words, func(v []string) bool { return same(v, w) }) {
						k.add(at, "duplicate", "%s: option %s: %q works at every question already", where, o.key, spokenWords(w))
					}
				}
			}
			k.checkHeard(o.words[lang], at)
		}
	}
}

// wordsAt is where the words of an option stand in a language's file.
func (k *linker) wordsAt(o *option, lang hotline.Lang) spot {
	of := ""
	if lang != k.s.langs[0] {
		of = string(lang) + ":"
	}
	return k.place(o.at, of+o.at.id()+".words", of+o.at.id()+".#", of+o.at.id()+".words#")
}

func (k *linker) checkWords(where string, a, b *option) {
	for _, lang := range k.s.langs {
		for _, w := range a.words[lang] {
			for _, other := range k.s.langs { // people mix them, and each is heard everywhere
				if slices.ContainsFunc(b.words[other], func(v []string) bool { return same(v, w) }) {
					k.add(k.wordsAt(a, lang), "duplicate", "%s: options %s and %s both have the word %q", where, b.key, a.key, spokenWords(w))
				}
			}
		}
	}
}

// checkHeard looks at the words by which an answer is known.
func (k *linker) checkHeard(all [][]string, at spot) {
	for _, w := range all {
		if len(w) != 1 {
			continue
		}
		if carrierWords[w[0]] {
			k.add(at, "carrier", "%q is a word that carriers act on; it never reaches us", w[0])
		}
		if utf8.RuneCountInString(w[0]) < 3 && !short[w[0]] && !digitsOnly(w[0]) {
			k.warn(at, "speech", "%q is too short to be heard well; want three letters or more", w[0])
		}
	}
}

// short are the words of less than three letters that recognisers know.
var short = map[string]bool{"no": true, "si": true, "ok": true}

// carrierWords are texts that carriers or Twilio answer themselves, where they
// are all that a text says: what ends, begins and explains a service, in
// English, and in Spanish as operators set it up. "yes" is left out: it begins
// a service only for whoever has ended it.
var carrierWords = map[string]bool{
	"stop": true, "stopall": true, "unsubscribe": true, "cancel": true, "end": true, "quit": true, "revoke": true, "optout": true,
	"start": true, "unstop": true, "help": true, "info": true,
	"alto": true, "parar": true, "detener": true, "cancelar": true, "baja": true, "fin": true, "ayuda": true, "comenzar": true, "iniciar": true,
}
