package triage

import (
	"slices"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/tideover/tideover/internal/hotline"
)

// loader reads strike.yaml into a script whose targets are names still.
type loader struct {
	reader
	s     *Script
	role  map[string]target
	rules defaults
	by    authorship
}

// defaults are taken where a question says nothing of its own.
type defaults struct {
	timeout          time.Duration
	noInput, noMatch []rung
}

var roleNames = []string{"start", "safety", "unsure", "urgent", "danger", "menu", "person"}

func (l *loader) load(body ast.Node) {
	top := l.fields(body, append([]string{
		"schema", "flow", "by", "lang", "langs", "line", "hear", "limits", "vars", "globals", "loop", "defaults", "nodes", "phrases",
	}, append(slices.Clone(roleNames), shutRoles...)...)...)
	l.note("", top, &l.reader)
	if p, ok := top["schema"]; !ok || l.text(p) != "1" {
		l.add(l.place(spot{file: l.file}, ".schema"), "schema", "schema: want 1")
	}
	l.by = authorship{by: l.text(top["by"])}
	l.s.langs = []hotline.Lang{hotline.Lang(l.text(top["lang"]))}
	for _, lang := range l.texts(top["langs"].value) {
		if hotline.Lang(lang) != l.s.langs[0] {
			l.s.langs = append(l.s.langs, hotline.Lang(lang))
		}
	}
	l.s.names[l.lang()] = l.text(top["line"])
	l.s.hear[l.lang()] = set(l.texts(top["hear"].value))
	l.role = map[string]target{}
	for _, name := range roleNames {
		l.role[name] = l.target(top[name])
		if !l.role[name].given() {
			l.add(spot{file: l.file}, "role", "%s: want the name of a node", name)
		}
	}
	for _, name := range shutRoles {
		if p, ok := top[name]; ok {
			l.role[name] = l.target(p)
		}
	}
	limits := l.fields(top["limits"].value, "turns")
	l.note("limits", limits, &l.reader)
	l.s.turns = l.number(limits["turns"])
	l.loadVars(top["vars"].value)
	l.loadDefaults(top["defaults"].value)
	l.loadGlobals(top["globals"].value)
	for _, v := range l.list(top["loop"].value) {
		l.s.loop = append(l.s.loop, l.option(v))
	}
	for _, p := range l.pairs(top["nodes"].value) {
		n := l.node(p)
		l.s.nodes[n.id] = n
		l.s.order = append(l.s.order, n)
	}
	for _, p := range l.pairs(top["phrases"].value) {
		l.phrase(p)
	}
}

func (l *loader) lang() hotline.Lang { return l.s.langs[0] }

func (l *loader) loadDefaults(n ast.Node) {
	f := l.fields(n, "timeout", "on_no_input", "on_no_match")
	l.note("defaults", f, &l.reader)
	l.rules.timeout = l.duration(f["timeout"])
	l.rules.noInput, l.rules.noMatch = l.ladder(f["on_no_input"]), l.ladder(f["on_no_match"])
}

func (l *loader) loadGlobals(n ast.Node) {
	for _, v := range l.list(n) {
		f := l.fields(v, "key", "only", "words", "goto", "do", "alarm")
		l.note(l.spot(v).id(), f, &l.reader)
		g := global{at: l.spot(v), key: l.text(f["key"]), only: l.channel(f["only"]), goTo: l.target(f["goto"]), alarm: l.target(f["alarm"])}
		for _, w := range l.texts(f["words"].value) {
			g.words = append(g.words, tokens(w))
		}
		switch do := l.text(f["do"]); {
		case do == "repeat":
			g.repeat = true
		case do == "quiet":
			g.quiet = true
			if !g.goTo.given() || !g.alarm.given() {
				l.add(g.at, "global", "want goto and alarm")
			}
		case do == "text":
			g.text = true
			if g.only != hotline.Voice || !g.goTo.given() {
				l.add(g.at, "global", "do: text: want goto, and only: voice")
			}
		case do != "":
			l.add(f["do"].at, "global", "do: want repeat, quiet or text")
		case !g.goTo.given():
			l.add(g.at, "global", "want goto or do")
		}
		l.s.globals = append(l.s.globals, g)
	}
}

// phrase reads one text outside of the tree.
func (l *loader) phrase(p pair) {
	ph := &phrase{at: p.at, say: wording{}}
	l.note("phrase", map[string]pair{p.key: p}, &l.reader)
	if m, ok := p.value.(*ast.MappingNode); ok {
		f := l.fields(m, "voice", "sms", "clinical")
		l.note("phrase."+p.key, f, &l.reader)
		ph.clinical = l.flag(f["clinical"])
		l.spoken(ph.say, l.lang(), f)
	} else {
		l.note("phrase."+p.key, map[string]pair{"voice": p, "sms": p}, &l.reader)
		l.wording(ph.say, l.lang(), p)
	}
	l.s.phrases[PhraseID(p.key)] = ph
}

// wording adds a text: one for both channels, or one for each.
func (l *loader) wording(w wording, lang hotline.Lang, p pair) {
	if p.value == nil {
		return
	}
	if m, ok := p.value.(*ast.MappingNode); ok {
		l.spoken(w, lang, l.fields(m, "voice", "sms"))
		return
	}
	for _, ch := range channels() {
		w[voicing{lang, ch}] = l.text(p)
	}
}

func (l *loader) spoken(w wording, lang hotline.Lang, f map[string]pair) {
	for _, ch := range channels() {
		if p, ok := f[string(ch)]; ok {
			w[voicing{lang, ch}] = l.text(p)
		}
	}
}

func (l *loader) target(p pair) target {
	if p.value == nil {
		return target{}
	}
	return target{name: l.text(p), at: l.spot(p.value)}
}

func (l *loader) duration(p pair) time.Duration {
	if p.value == nil {
		return 0
	}
	d, err := time.ParseDuration(l.text(p))
	if err != nil || d <= 0 {
		l.add(l.spot(p.value), "type", "%s: want a time like 8s", p.key)
	}
	return d
}

// ladder reads what follows silence or a misunderstanding, step by step.
func (l *loader) ladder(p pair) []rung {
	var all []rung
	for _, v := range l.list(p.value) {
		switch word := l.text(pair{key: p.key, value: v}); word {
		case "repeat", "again", "slow", "sorry":
			all = append(all, rung{do: word})
		default:
			all = append(all, rung{to: target{name: word, at: l.spot(v)}})
		}
	}
	return all
}

func channels() []hotline.Channel { return []hotline.Channel{hotline.Voice, hotline.SMS} }

func set(words []string) map[string]bool {
	all := map[string]bool{}
	for _, w := range words {
		for _, t := range tokens(w) {
			all[t] = true
		}
	}
	return all
}
