package triage

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/tideover/tideover/internal/hotline"
)

// translator reads strike.<lang>.yaml into a script that is loaded already.
type translator struct {
	loader
	to     hotline.Lang
	status string // of the file
}

func (t *translator) load(body ast.Node) {
	of := string(t.to) + ":"
	top := t.fields(body, "schema", "lang", "status", "by", "line", "hear", "nodes", "phrases")
	t.note(of, top, &t.reader)
	if p, ok := top["schema"]; !ok || t.text(p) != "1" {
		t.add(t.place(spot{file: t.file}, of+".schema"), "schema", "schema: want 1")
	}
	if lang := t.text(top["lang"]); lang != string(t.to) {
		t.add(t.place(spot{file: t.file}, of+".lang"), "schema", "lang: want %s", t.to)
	}
	t.by = authorship{by: t.text(top["by"]), own: map[string]string{}}
	t.status = t.text(top["status"])
	t.stated(top["status"], spot{file: t.file})
	t.s.names[t.to] = t.text(top["line"])
	t.s.hear[t.to] = set(t.texts(top["hear"].value))
	for _, p := range t.pairs(top["nodes"].value) {
		n, ok := t.s.nodes[p.key]
		if !ok {
			t.add(p.at, "translation", "no node %q to translate%s", p.key, meant(p.key, t.ids()))
			continue
		}
		t.node(n, p)
	}
	for _, p := range t.pairs(top["phrases"].value) {
		ph, ok := t.s.phrases[PhraseID(p.key)]
		if !ok {
			t.add(p.at, "translation", "no phrase %q to translate", p.key)
			continue
		}
		f := t.fields(p.value, "of", "status", "by", "voice", "sms", "both")
		t.note(of+"phrase", map[string]pair{p.key: p}, &t.reader)
		t.note(of+"phrase."+p.key, f, &t.reader)
		t.spoken(ph.say, t.to, f)
		t.both(ph.say, f["both"])
		t.signed(p, f, ph.clinical)
		t.fresh(p, f["of"], ph.hash(t.lang()), ph.clinical)
	}
}

// both takes one text for both channels.
func (t *translator) both(w wording, p pair) {
	if p.value != nil {
		t.wording(w, t.to, p)
	}
}

func (t *translator) ids() []string {
	ids := make([]string, 0, len(t.s.order))
	for _, n := range t.s.order {
		ids = append(ids, n.id)
	}
	return ids
}

func (t *translator) node(n *node, p pair) {
	f := t.fields(p.value, "of", "status", "by", "say", "again", "label", "options")
	of := string(t.to) + ":"
	t.note(of, map[string]pair{n.id: p}, &t.reader)
	t.noteNode(of+n.id, f)
	t.wording(n.say, t.to, f["say"])
	t.wording(n.again, t.to, f["again"])
	if q, ok := f["label"]; ok {
		n.label[t.to] = t.text(q)
	}
	for _, q := range t.pairs(f["options"].value) {
		if n.option(q.key) == nil {
			t.add(q.at, "translation", "%s has no option %q", n.id, q.key)
			continue
		}
		t.option(n, q)
	}
	t.signed(p, f, n.clinical)
	t.fresh(p, f["of"], n.hash(t.lang()), n.clinical)
}

// option translates all options of a key: by voice and by text it may be
// another one.
func (t *translator) option(n *node, q pair) {
	g := t.fields(q.value, "label", "words", "say")
	for _, o := range n.options {
		if o.key != q.key {
			continue
		}
		t.note(string(t.to)+":"+o.at.id(), map[string]pair{"": q}, &t.reader)
		t.noteNode(string(t.to)+":"+o.at.id(), g)
		if r, ok := g["label"]; ok {
			o.label[t.to] = t.text(r)
		}
		o.words[t.to] = t.heard(g["words"])
		t.wording(o.say, t.to, g["say"])
	}
}

// stated checks what is said of how a translation was made.
func (t *translator) stated(p pair, otherwise spot) {
	at := otherwise
	if p.value != nil {
		at = t.spot(p.value)
	}
	switch t.text(p) {
	case "draft", "human", "reviewed", machineMade:
	default:
		t.add(at, "schema", "status: want draft, human, reviewed or machine")
	}
}

// machineMade is the status of a translation that no person has made.
const machineMade = "machine"

// signed reads who translated one text, and how, where it is not as the file
// says of all. No machine speaks to a person in danger.
func (t *translator) signed(p pair, f map[string]pair, clinical bool) {
	status, at := t.status, p.at
	if q, ok := f["status"]; ok {
		status, at = t.text(q), t.spot(q.value)
		t.stated(q, at)
	}
	if clinical && status == machineMade {
		t.add(at, "machine", "%s: a clinical text must be translated by a person", p.key)
	}
	if by := t.text(f["by"]); by != "" {
		t.by.own[p.key] = by
	}
}

// fresh compares a translation with the text that it was made from. What
// decides about safety must not be stale; the rest is better than nothing.
func (t *translator) fresh(p, of pair, want string, clinical bool) {
	report := t.warn
	if clinical {
		report = t.add
	}
	switch got := t.text(of); {
	case of.value == nil || got == "":
		t.add(p.at, "stale", "%s: of: want %s, the hash of the text it translates", p.key, want)
	case got != want:
		report(t.spot(of.value), "stale", "%s: the text it translates has changed: of: want %s", p.key, want)
	}
}

func (n *node) option(key string) *option {
	for _, o := range n.options {
		if o.key == key {
			return o
		}
	}
	return nil
}

// hash is short, and the same as long as no word of the texts changes.
func hash(words ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(words, "\x00")))
	return hex.EncodeToString(sum[:])[:8]
}

func (n *node) hash(lang hotline.Lang) string {
	all := []string{n.label[lang]}
	for _, ch := range channels() {
		all = append(all, n.say[voicing{lang, ch}], n.again[voicing{lang, ch}])
	}
	for _, o := range n.options {
		all = append(all, o.key, o.label[lang])
		for _, ch := range channels() {
			all = append(all, o.say[voicing{lang, ch}])
		}
	}
	return hash(all...)
}

func (p *phrase) hash(lang hotline.Lang) string {
	all := make([]string, 0, 2)
	for _, ch := range channels() {
		all = append(all, p.say[voicing{lang, ch}])
	}
	return hash(all...)
}
