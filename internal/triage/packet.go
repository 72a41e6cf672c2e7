package triage

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/tideover/tideover/internal/hotline"
)

// Packet is what a clinician reads before sealing a script: every clinical
// text, in all languages side by side.
type Packet struct {
	Line    string
	Version string
	Langs   []hotline.Lang
	Sheets  []Sheet
	Seals   int // how many there have to be
	Open    int // how many are missing or were given to other words
}

// Sheet is one clinical place or phrase.
type Sheet struct {
	ID, Label, Kind string
	Grave           bool     // about safety
	From            []string // where it is reached from
	Leads           []string // what follows
	Rows            []Row
	Seals           []Seal // by language
}

// Row is one text in all languages.
type Row struct {
	What  string
	Texts []Told
}

// Told is a text in one language.
type Told struct {
	Lang  hotline.Lang
	Text  string
	Was   string  // as it was when it was sealed, where that is known and other
	Grade float64 // years of school; 0: none
}

// Seal is what a clinician has signed, or has to.
type Seal struct {
	Lang   hotline.Lang
	Hash   string // of the text as it stands
	By, On string // empty: nobody
	Valid  bool   // for the text as it stands
	Sealed string // hash of the text that was sealed
}

// Packet gathers the clinical texts. since is the folder as it was when its
// texts were sealed; nil where nobody has kept it.
func (s *Script) Packet(fsys, since fs.FS) Packet {
	k := packer{s: s, raw: written(fsys), seals: readSeals(fsys)}
	if since != nil {
		k.then = written(since)
	}
	p := Packet{Line: s.names[s.langs[0]], Version: s.version, Langs: s.Langs()}
	grave := s.grave()
	for _, n := range s.order {
		if !n.clinical {
			continue
		}
		sheet := Sheet{ID: n.id, Label: n.label[s.langs[0]], Kind: strings.TrimSuffix(s.summary(n), ", clinical"), Grave: grave[n], From: s.reached(n), Leads: s.following(n)}
		sheet.Rows = k.nodeRows(n)
		for _, lang := range s.langs {
			sheet.Seals = append(sheet.Seals, k.seal(n.id, lang, k.raw.nodes[n.id].hash(lang)))
		}
		p.Sheets = append(p.Sheets, sheet)
	}
	for _, id := range s.phraseIDs() {
		if !s.phrases[id].clinical {
			continue
		}
		sheet := Sheet{ID: string(id), Kind: "a text of the line", From: s.sentBy(id), Rows: k.rows("text", s.phrases[id].say, k.raw.phrases[id].say, k.oldPhrase(id))}
		for _, lang := range s.langs {
			sheet.Seals = append(sheet.Seals, k.seal(string(id), lang, k.raw.phrases[id].hash(lang)))
		}
		p.Sheets = append(p.Sheets, sheet)
	}
	for _, sheet := range p.Sheets {
		for _, seal := range sheet.Seals {
			p.Seals++
			if !seal.Valid {
				p.Open++
			}
		}
	}
	return p
}

// written reads a script as it is written, before numbers are filled in: seals
// are given to that.
func written(fsys fs.FS) *Script {
	found := &findings{}
	s := &Script{names: map[hotline.Lang]string{}, hear: map[hotline.Lang]map[string]bool{}, nodes: map[string]*node{}, phrases: map[PhraseID]*phrase{}}
	l := loader{reader: reader{file: "strike.yaml", findings: found}, s: s}
	body, _ := l.open(fsys)
	if body == nil {
		return s
	}
	l.load(body)
	for _, lang := range s.langs[1:] {
		t := translator{loader: loader{reader: reader{file: "strike." + string(lang) + ".yaml", findings: found}, s: s}, to: lang}
		if body, _ := t.open(fsys); body != nil {
			t.load(body)
		}
	}
	return s
}

// readSeals reads who signed what, by id and language.
func readSeals(fsys fs.FS) map[string]Seal {
	r := reader{file: "review.yaml", findings: &findings{}}
	out := map[string]Seal{}
	body, _ := r.open(fsys)
	if body == nil {
		return out
	}
	for _, v := range r.list(r.fields(body, "schema", "seals")["seals"].value) {
		f := r.fields(v, "id", "lang", "hash", "by", "on")
		out[r.text(f["id"])+" "+r.text(f["lang"])] = Seal{By: r.text(f["by"]), On: r.text(f["on"]), Sealed: r.text(f["hash"])}
	}
	return out
}

type packer struct {
	s, raw, then *Script // then: nil where it is not known
	seals        map[string]Seal
}

func (k packer) seal(id string, lang hotline.Lang, hash string) Seal {
	seal := k.seals[id+" "+string(lang)]
	seal.Lang, seal.Hash = lang, hash
	seal.Valid = !slices.Contains(k.s.open, fmt.Sprintf("%s (%s)", id, lang))
	return seal
}

// oldNode gives a text of a place as it was sealed; nil where that is not
// known, or where nothing has changed since.
func (k packer) oldNode(id string, pick func(*node) wording) func(hotline.Lang) wording {
	return func(lang hotline.Lang) wording {
		if k.then == nil || k.then.nodes[id] == nil {
			return nil
		}
		seal := k.seal(id, lang, "")
		if n := k.then.nodes[id]; !seal.Valid && n.hash(lang) == seal.Sealed {
			return pick(n)
		}
		return nil
	}
}

func (k packer) oldPhrase(id PhraseID) func(hotline.Lang) wording {
	return func(lang hotline.Lang) wording {
		if k.then == nil || k.then.phrases[id] == nil {
			return nil
		}
		seal := k.seal(string(id), lang, "")
		if p := k.then.phrases[id]; !seal.Valid && p.hash(lang) == seal.Sealed {
			return p.say
		}
		return nil
	}
}

func (k packer) nodeRows(n *node) []Row {
	raw := k.raw.nodes[n.id]
	rows := k.rows("text", n.say, raw.say, k.oldNode(n.id, func(n *node) wording { return n.say }))
	rows = append(rows, k.rows("second time", n.again, raw.again, k.oldNode(n.id, func(n *node) wording { return n.again }))...)
	for _, o := range n.options {
		rows = append(rows, k.rows("answer "+o.name(), o.say, raw.same(o).say, func(hotline.Lang) wording { return nil })...)
		row := Row{What: "answer " + o.name()}
		for _, lang := range k.s.langs {
			row.Texts = append(row.Texts, Told{Lang: lang, Text: strings.TrimPrefix(o.label[lang]+"; understood: "+joined(o.words[lang]), "; ")})
		}
		rows = append(rows, row)
	}
	return rows
}

// rows are a text by voice and by text, or once where both are the same.
func (k packer) rows(what string, said, raw wording, before func(hotline.Lang) wording) []Row {
	var all []Row
	same := true
	for _, lang := range k.s.langs {
		same = same && said[voicing{lang, hotline.Voice}] == said[voicing{lang, hotline.SMS}]
	}
	for _, ch := range channels() {
		row := Row{What: what + map[hotline.Channel]string{hotline.Voice: ", spoken", hotline.SMS: ", written"}[ch]}
		if same {
			row.What = what + ", spoken and written"
		}
		some := false
		for _, lang := range k.s.langs {
			v := voicing{lang, ch}
			told := Told{Lang: lang, Text: said[v], Grade: grade(raw[v], lang)}
			if old := before(lang); old != nil && old[v] != raw[v] {
				told.Was = old[v]
			}
			some = some || said[v] != ""
			row.Texts = append(row.Texts, told)
		}
		if some {
			all = append(all, row)
		}
		if same {
			break
		}
	}
	return all
}
