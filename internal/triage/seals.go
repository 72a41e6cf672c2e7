package triage

import (
	"slices"

	"github.com/goccy/go-yaml/ast"

	"github.com/tideover/tideover/internal/hotline"
)

// authorship is who wrote the texts of a language: somebody for all of them,
// and others for single ones.
type authorship struct {
	by  string
	own map[string]string // by the id of the text
}

func (a authorship) of(id string) string {
	if by := a.own[id]; by != "" {
		return by
	}
	return a.by
}

// sealReader reads review.yaml: who has reviewed which clinical text, and the
// hash of the words that were reviewed.
type sealReader struct {
	reader
	s       *Script
	authors map[hotline.Lang]authorship
	release bool
}

// NotReviewed is the rule of a clinical text that nobody has sealed as it
// stands.
const NotReviewed = "review"

// sealed names what a seal is for.
type sealed struct {
	id   string
	lang hotline.Lang
}

// seal is somebody's name under a hash.
type seal struct {
	at, hashAt spot
	hash       string
}

// unsealed lists the clinical texts that have no seal for the words that stand
// there now.
func (r *sealReader) unsealed(body ast.Node) []string {
	seals := map[sealed]seal{}
	top := r.fields(body, "schema", "seals")
	for _, v := range r.list(top["seals"].value) {
		f := r.fields(v, "id", "lang", "hash", "by", "on")
		of := sealed{r.text(f["id"]), hotline.Lang(r.text(f["lang"]))}
		if _, twice := seals[of]; twice {
			r.add(r.spot(v), "seal", "%s (%s) has a seal already", of.id, of.lang)
		}
		if r.text(f["by"]) == "" || r.date(f["on"]).IsZero() {
			r.add(r.spot(v), "seal", "%s: want by and on", of.id)
			continue
		}
		if by := r.text(f["by"]); r.alone(of, by) {
			r.add(r.spot(f["by"].value), "seal", "%s (%s): %s wrote the text; want the seal of somebody else", of.id, of.lang, by)
		}
		seals[of] = seal{r.spot(v), r.spot(f["hash"].value), r.text(f["hash"])}
	}
	var open []string
	known := map[sealed]bool{}
	check := func(of sealed, hash string, at spot) {
		known[of] = true
		if r.valid(of, hash, at, seals) {
			return
		}
		open = append(open, of.id+" ("+string(of.lang)+")")
	}
	for _, lang := range r.s.langs {
		for _, n := range r.s.order {
			if n.clinical {
				check(sealed{n.id, lang}, n.hash(lang), r.place(n.at, string(lang)+":."+n.id+"#"))
			}
		}
		for _, id := range r.s.phraseIDs() {
			if p := r.s.phrases[id]; p.clinical {
				check(sealed{string(id), lang}, p.hash(lang), r.place(p.at, string(lang)+":phrase."+string(id)+"#"))
			}
		}
	}
	for of, s := range seals {
		if !known[of] {
			r.add(s.at, "seal", "%s (%s) is no clinical text of the script", of.id, of.lang)
		}
	}
	return open
}

// valid reports whether the words that stand there have a seal.
func (r *sealReader) valid(of sealed, hash string, at spot, seals map[sealed]seal) bool {
	report := r.warn
	if r.release {
		report = r.add
	}
	s, ok := seals[of]
	switch {
	case !ok:
		report(at, NotReviewed, "%s (%s) is not clinically reviewed; a seal would name the hash %s", of.id, of.lang, hash)
	case s.hash != hash:
		report(s.hashAt, NotReviewed, "%s (%s) has changed after its seal and is not clinically reviewed: hash: want %s", of.id, of.lang, hash)
	}
	return ok && s.hash == hash
}

// alone reports whether a seal is by whoever wrote the text: it takes two.
func (r *sealReader) alone(of sealed, by string) bool {
	author := tokens(r.authors[of.lang].of(of.id))
	return len(author) > 0 && slices.Equal(author, tokens(by))
}
