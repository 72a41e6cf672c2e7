package triage

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/rights"
)

// nodeKeys lists what a node of each kind may say, beside what all may.
func nodeKeys() map[kind][]string {
	return map[kind][]string{
		askNode:     {"say", "again", "label", "options", "into", "timeout", "on_no_input", "on_no_match", "list", "goto", "none", "hush"},
		collectNode: {"say", "again", "label", "digits", "date", "into", "goto", "timeout", "on_no_input", "on_no_match", "options"},
		sayNode:     {"say", "phrase", "goto", "hush"},
		branchNode:  {"when", "else", "hush"},
		queueNode:   {"say", "phrase", "label", "band", "need", "page", "risk", "then", "loop", "hush"},
		sendNode:    {"say", "send", "unknown", "goto", "else"},
		promiseNode: {"number", "safe", "message", "name", "window", "by", "on", "else"},
		seatNode:    {"group", "on", "else"},
		textNode:    {"send", "then", "on", "else", "hush"},
		tapeNode:    {"say", "longest", "pause", "consent", "on", "else"},
		keepNode:    {"goto"},
		eraseNode:   {"goto"},
		oweNode:     {"duty", "due", "after", "goto"},
		dueNode:     {"visit", "urgent", "last", "offered", "into", "late", "goto", "else"},
		endNode:     {"say", "phrase", "reason", "hush"},
	}
}

func (l *loader) node(p pair) *node {
	n := &node{id: p.key, at: p.at, say: wording{}, again: wording{}, label: map[hotline.Lang]string{}, loop: true}
	known := []string{"kind", "only", "clinical"}
	kinds := nodeKeys()
	for _, q := range l.peek(p.value) {
		if q.key == "kind" {
			n.kind = kind(l.text(q))
		}
	}
	if _, ok := kinds[n.kind]; !ok {
		at := p.at
		for _, q := range l.peek(p.value) {
			if q.key == "kind" {
				at = l.spot(q.value)
			}
		}
		l.add(at, "kind", "%s: kind: want ask, collect, say, branch, queue, send, promise, seat, text, tape, keep, erase, owe, due or end", n.id)
		return n
	}
	f := l.fields(p.value, append(known, kinds[n.kind]...)...)
	l.noteNode(n.id, f)
	n.only, n.clinical, n.hush = l.channel(f["only"]), l.flag(f["clinical"]), l.flag(f["hush"])
	l.wording(n.say, l.lang(), f["say"])
	l.wording(n.again, l.lang(), f["again"])
	if q, ok := f["label"]; ok {
		n.label[l.lang()] = l.text(q)
	}
	n.phrase, n.next = PhraseID(l.text(f["phrase"])), l.target(f["goto"])
	l.question(n, f)
	l.rest(n, f)
	return n
}

// noteNode remembers where everything of a node or an option stands, each
// wording of its texts too.
func (r *reader) noteNode(owner string, f map[string]pair) {
	r.note(owner, f, r)
	for _, part := range []string{"say", "again"} {
		m, ok := f[part].value.(*ast.MappingNode)
		if !ok && f[part].value != nil {
			r.note(owner+"."+part, map[string]pair{"voice": f[part], "sms": f[part]}, r)
		}
		if !ok {
			continue
		}
		quiet := reader{file: r.file, anchors: r.anchors, findings: &findings{}}
		for _, p := range quiet.pairs(m) {
			r.note(owner+"."+part, map[string]pair{p.key: p}, r)
		}
	}
}

// peek gives the entries of a mapping without a finding.
func (l *loader) peek(n ast.Node) []pair {
	quiet := loader{reader: reader{file: l.file, anchors: l.anchors, findings: &findings{}}}
	return quiet.pairs(n)
}

func (l *loader) question(n *node, f map[string]pair) {
	if n.kind != askNode && n.kind != collectNode {
		return
	}
	n.timeout, n.noInput, n.noMatch = l.rules.timeout, l.rules.noInput, l.rules.noMatch
	if q, ok := f["timeout"]; ok {
		n.timeout = l.duration(q)
	}
	if q, ok := f["on_no_input"]; ok {
		n.noInput = l.ladder(q)
	}
	if q, ok := f["on_no_match"]; ok {
		n.noMatch = l.ladder(q)
	}
	for _, v := range l.list(f["options"].value) {
		n.options = append(n.options, l.option(v))
	}
	n.digits, n.into = l.number(f["digits"]), l.text(f["into"])
	n.list, n.other = l.text(f["list"]), l.target(f["none"])
	switch tense := l.text(f["date"]); tense {
	case "":
	case "past":
		n.date = rights.Past
	case "future":
		n.date = rights.Future
	default:
		l.add(f["date"].at, "type", "date: want past or future")
	}
}

// rest reads what questions do not have.
func (l *loader) rest(n *node, f map[string]pair) {
	for _, v := range l.list(f["when"].value) {
		c := l.fields(v, "if", "goto")
		l.note(fmt.Sprintf("%s.when.%d", n.id, len(n.when)), c, &l.reader)
		n.when = append(n.when, choice{cond: l.text(c["if"]), goTo: l.target(c["goto"])})
	}
	switch n.kind {
	case branchNode, seatNode, textNode:
		n.next = l.target(f["else"])
	case tapeNode:
		n.next, n.consent = l.target(f["else"]), l.target(f["consent"])
		n.longest, n.pause = l.duration(f["longest"]), l.duration(f["pause"])
	case keepNode: // whoever left a message waits behind a message only
		n.band, n.need, n.loop = hotline.Routine, hotline.NeedVoicemail, false
	case promiseNode:
		n.next = l.target(f["else"])
		n.call = callVars{l.text(f["number"]), l.text(f["safe"]), l.text(f["message"]), l.text(f["name"]), l.text(f["window"]), l.text(f["by"])}
	case sendNode:
		n.other = l.target(f["else"])
	case dueNode:
		n.other, n.into = l.target(f["else"]), l.text(f["into"])
		n.law = lawVars{l.text(f["visit"]), l.text(f["urgent"]), l.text(f["last"]), l.text(f["offered"]), l.text(f["late"])}
	case oweNode:
		n.duty, n.due, n.after = Duty(l.text(f["duty"])), l.text(f["due"]), l.number(f["after"])
	case askNode, collectNode, sayNode, queueNode, eraseNode, endNode:
	}
	n.group = l.text(f["group"])
	if q, ok := f["band"]; ok || n.kind == queueNode {
		band, err := hotline.ParseBand(l.text(q))
		if err != nil {
			l.add(l.place(n.at, n.id+".band"), "queue", "%s: %v", n.id, err)
		}
		n.band, n.need = band, hotline.Need(l.text(f["need"]))
	}
	n.page, n.risk, n.then = l.text(f["page"]), l.number(f["risk"]), l.target(f["then"])
	if q, ok := f["loop"]; ok {
		n.loop = l.flag(q)
	}
	n.send, n.unknown, n.reason = PhraseID(l.text(f["send"])), PhraseID(l.text(f["unknown"])), l.text(f["reason"])
	for _, q := range l.pairs(f["on"].value) {
		if n.outcomes == nil {
			n.outcomes = map[string]target{}
		}
		n.outcomes[q.key] = l.target(q)
	}
}

func (l *loader) option(v ast.Node) *option {
	f := l.fields(v, "key", "only", "label", "words", "say", "if", "value", "risk", "lang", "goto", "more", "into")
	l.noteNode(l.spot(v).id(), f)
	o := &option{
		at: l.spot(v), key: l.text(f["key"]), only: l.channel(f["only"]), say: wording{}, cond: l.text(f["if"]),
		value: l.text(f["value"]), risk: l.number(f["risk"]), lang: hotline.Lang(l.text(f["lang"])), goTo: l.target(f["goto"]), more: l.flag(f["more"]), into: l.text(f["into"]),
		label: map[hotline.Lang]string{}, words: map[hotline.Lang][][]string{},
	}
	if q, ok := f["label"]; ok {
		o.label[l.lang()] = l.text(q)
	}
	l.wording(o.say, l.lang(), f["say"])
	o.words[l.lang()] = l.heard(f["words"])
	if len(o.key) != 1 || !strings.Contains("12345678", o.key) {
		l.add(l.place(o.at, o.at.id()+".key"), "key", "key: want one of 1 to 8 (0, 9, * and # work everywhere)")
	}
	return o
}

// heard reads the words by which an option is known.
func (l *loader) heard(p pair) [][]string {
	var all [][]string
	for _, w := range l.texts(p.value) {
		all = append(all, tokens(w))
	}
	return all
}

func (r *reader) channel(p pair) hotline.Channel {
	if p.value == nil {
		return ""
	}
	ch := hotline.Channel(r.text(p))
	if ch != hotline.Voice && ch != hotline.SMS {
		r.add(r.spot(p.value), "type", "only: want voice or sms")
	}
	return ch
}
