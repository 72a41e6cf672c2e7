package triage

import (
	"github.com/goccy/go-yaml/ast"
)

// unsealed reads review.yaml and lists the clinical texts that have no seal
// for the words that stand there now. A seal is somebody's name under a hash.
func (r *reader) unsealed(body ast.Node, s *Script) []string {
	type text struct{ id, lang string }
	seals := map[text]string{}
	top := r.fields(body, "schema", "seals")
	for _, v := range r.list(top["seals"].value) {
		f := r.fields(v, "id", "lang", "hash", "by", "on")
		id := text{r.text(f["id"]), r.text(f["lang"])}
		if r.text(f["by"]) == "" || r.date(f["on"]).IsZero() {
			r.add(r.spot(v), "seal", "%s: want by and on", id.id)
			continue
		}
		seals[id] = r.text(f["hash"])
	}
	var open []string
	check := func(id, lang, hash string) {
		if seals[text{id, lang}] != hash {
			open = append(open, id+" ("+lang+")")
		}
	}
	for _, lang := range s.langs {
		for _, n := range s.order {
			if n.clinical {
				check(n.id, string(lang), n.hash(lang))
			}
		}
		for _, id := range s.phraseIDs() {
			if p := s.phrases[id]; p.clinical {
				check(string(id), string(lang), p.hash(lang))
			}
		}
	}
	return open
}
