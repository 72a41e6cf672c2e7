package triage

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/tideover/tideover/internal/hotline"
)

// TranscriptFile is where the transcripts of a script lie in its folder.
const TranscriptFile = folder + "/strike_test.yaml"

// transcript is a visit that must go as it is written. It is played in each of
// its languages and channels.
type transcript struct {
	name     string
	at       spot
	langs    []hotline.Lang // chosen before the first act; empty: from the very first word
	channels []hotline.Channel
	facts    Facts
	now      time.Time
	acts     []act
	either   [][]act // ways to go on after the acts, each a visit of its own
	expect   []want  // of each visit as a whole
}

// act is one thing that the caller does, and what must follow.
type act struct {
	at     spot
	label  string                  // "step 3"
	only   hotline.Channel         // the one channel in which it is done; empty: both
	kind   InputKind               // 0: nothing is done; what the beginning gave is looked at
	in     map[hotline.Lang]string // under "" for all languages
	vague  bool                    // the recogniser is not sure of the words
	times  int
	facts  ast.Node // what the world is like from here on
	world  string   // the same in the words of the search for visits
	ladder bool     // taken again until the question is left, in that search
	want   []want
}

// want is one thing that must be so, under the name that it has in the file.
type want struct {
	key   string
	at    spot
	value map[hotline.Lang][]string // under "" for all languages
}

// transcripts is the file of them.
type transcripts struct {
	hello map[hotline.Lang]string // first text of a thread, by language
	all   []transcript
}

// segmentsWant is how many parts the texts of a step may have, or, under
// expect, those of the whole visit. What is spoken has none.
const segmentsWant = "max_segments"

// wants are the expectations that an act and a visit may name.
var wants = []string{"ask", "node", "lang", "risk", "says", "says_not", "effects", "effects_none", "vars", segmentsWant}

// usual is the world of a transcript that says nothing of it.
func usual() (Facts, time.Time) {
	now := time.Date(2026, time.November, 24, 9, 0, 0, 0, time.UTC)
	f := Facts{Open: true, Counselors: 2, CanText: true, HasNumber: true}
	for i := range 4 { // one more than is read out at once
		for _, lang := range []hotline.Lang{hotline.English, hotline.Spanish} {
			id := fmt.Sprintf("%s-%d", lang, i+1)
			f.Groups = append(f.Groups, Group{ID: id, Topic: "strike", Lang: lang, At: now.AddDate(0, 0, i+1), Free: 3 * i})
		}
	}
	return f, now
}

// readTranscripts reads the file; what is wrong in it is added to the findings.
func readTranscripts(fsys fs.FS, found *findings) transcripts {
	t := transcripts{hello: map[hotline.Lang]string{}}
	r := reader{file: "strike_test.yaml", findings: found}
	body, _ := r.open(fsys)
	if body == nil {
		return t
	}
	top := r.fields(body, "schema", "hello", "transcripts")
	if p, ok := top["schema"]; !ok || r.text(p) != "1" {
		r.add(spot{r.file, 1, 1}, "schema", "schema: want 1")
	}
	for _, p := range r.pairs(top["hello"].value) {
		t.hello[hotline.Lang(p.key)] = r.text(p)
	}
	names := map[string]bool{}
	for _, v := range r.list(top["transcripts"].value) {
		one := r.transcript(v)
		if one.name == "" || names[one.name] {
			r.add(one.at, "transcript", "name: want one that no other transcript has")
		}
		names[one.name] = true
		t.all = append(t.all, one)
	}
	if len(t.all) == 0 {
		r.add(spot{r.file, 1, 1}, "transcript", "transcripts: want at least one")
	}
	return t
}

func (r *reader) transcript(v ast.Node) transcript {
	f := r.fields(v, "name", "lang", "channel", "at", "facts", "steps", "either", "expect")
	t := transcript{name: r.text(f["name"]), at: r.spot(v)}
	t.facts, t.now = usual()
	for _, lang := range r.oneOrMore(f["lang"]) {
		t.langs = append(t.langs, hotline.Lang(lang))
	}
	for _, ch := range r.oneOrMore(f["channel"]) {
		if !slices.Contains(channels(), hotline.Channel(ch)) {
			r.add(t.at, "transcript", "channel: want voice, sms, or both in a list")
			continue
		}
		t.channels = append(t.channels, hotline.Channel(ch))
	}
	if len(t.channels) == 0 {
		r.add(t.at, "transcript", "channel: want voice, sms, or both in a list")
	}
	if p, ok := f["at"]; ok {
		t.now = r.instant(p)
	}
	if p, ok := f["facts"]; ok {
		r.facts(p.value, &t.facts)
	}
	t.acts = r.acts(f["steps"].value, "step")
	for i, v := range r.list(f["either"].value) {
		t.either = append(t.either, r.acts(v, fmt.Sprintf("either %d, step", i+1)))
	}
	r.opening(t)
	t.expect = r.wants(r.fields(f["expect"].value, wants...))
	return t
}

// opening checks that there is a beginning: a call begins by itself, a thread
// with its first text.
func (r *reader) opening(t transcript) {
	for _, ch := range t.channels {
		some := false
		for i := range max(len(t.either), 1) {
			acts, ok := t.visit(ch, i)
			if !ok {
				continue
			}
			some = true
			if len(acts) == 0 {
				r.add(t.at, "transcript", "steps: want at least one")
				return
			}
			if ch == hotline.SMS && len(t.langs) == 0 && acts[0].kind != Words {
				r.add(acts[0].at, "transcript", "a thread begins with a text: want in, or a lang that is chosen before")
				return
			}
			for _, a := range acts[1:] {
				if a.kind == 0 {
					r.add(a.at, "transcript", "want one of in, silence and outcome; only the first step may just look")
					return
				}
			}
		}
		if !some {
			r.add(t.at, "transcript", "channel: there is no way to go on by %s", ch)
		}
	}
}

// visit lists the acts of one visit in a channel; way chooses among those that
// go on after the common ones. false where that way is not there.
func (t transcript) visit(ch hotline.Channel, way int) (acts []act, ok bool) {
	for _, a := range t.acts {
		if a.only == "" || a.only == ch {
			acts = append(acts, a)
		}
	}
	if len(t.either) == 0 {
		return acts, true
	}
	for _, a := range t.either[way] {
		if a.only != "" && a.only != ch {
			return nil, false
		}
		acts = append(acts, a)
	}
	return acts, true
}

func (r *reader) acts(list ast.Node, label string) []act {
	var all []act
	for i, v := range r.list(list) {
		a := r.act(v)
		a.label = fmt.Sprintf("%s %d", label, i+1)
		all = append(all, a)
	}
	return all
}

func (r *reader) act(v ast.Node) act {
	f := r.fields(v, append([]string{"in", "times", "silence", "outcome", "only", "vague", "facts"}, wants...)...)
	a := act{at: r.spot(v), times: r.times(f["times"]), only: r.channel(f["only"]), vague: r.flag(f["vague"]), facts: f["facts"].value, want: r.wants(f)}
	if a.facts != nil {
		r.facts(a.facts, &Facts{})
	}
	given := 0
	if p, ok := f["in"]; ok {
		given++
		a.kind, a.in = Words, map[hotline.Lang]string{}
		for lang, texts := range r.perLang(p) {
			a.in[lang] = texts[0]
		}
	}
	if p, ok := f["silence"]; ok {
		given++
		a.kind = Silence
		if r.text(p) != "true" {
			a.times = r.times(p)
		}
	}
	if p, ok := f["outcome"]; ok {
		given++
		a.kind, a.in = Outcome, map[hotline.Lang]string{"": r.text(p)}
	}
	if given > 1 {
		r.add(a.at, "transcript", "want only one of in, silence and outcome")
	}
	return a
}

// times reads how often an act is done.
func (r *reader) times(p pair) int {
	n := r.number(p)
	if n > mostTimes {
		r.add(p.at, "transcript", "%s: want at most %d", p.key, mostTimes)
		n = mostTimes
	}
	return max(n, 1)
}

// mostTimes is more than anybody is asked the same.
const mostTimes = 60

func (r *reader) wants(f map[string]pair) []want {
	var all []want
	for _, key := range wants {
		p, ok := f[key]
		if !ok {
			continue
		}
		w := want{key: key, at: p.at}
		if key == segmentsWant && r.number(p) < 1 {
			r.add(p.at, "transcript", "%s: want how many parts the texts may have", key)
			continue
		}
		if key == "vars" {
			w.value = map[hotline.Lang][]string{}
			for _, v := range r.pairs(p.value) {
				w.value[""] = append(w.value[""], v.key+"="+r.text(v))
			}
		} else {
			w.value = r.perLang(p)
		}
		all = append(all, w)
	}
	return all
}

// perLang reads a text or a list of them, for all languages or by language.
func (r *reader) perLang(p pair) map[hotline.Lang][]string {
	out := map[hotline.Lang][]string{}
	m, ok := p.value.(*ast.MappingNode)
	if !ok {
		out[""] = r.oneOrMore(p)
	} else {
		for _, q := range r.pairs(m) {
			out[hotline.Lang(q.key)] = r.oneOrMore(q)
		}
	}
	for lang, texts := range out {
		if len(texts) == 0 {
			out[lang] = []string{""}
		}
	}
	return out
}

func (r *reader) oneOrMore(p pair) []string {
	if p.value == nil {
		return nil
	}
	if _, many := p.value.(*ast.SequenceNode); many {
		return r.texts(p.value)
	}
	return []string{r.text(p)}
}

// facts changes what the mapping names.
func (r *reader) facts(n ast.Node, to *Facts) {
	f := r.fields(n, "open", "counselors", "can_text", "has_number", "lines_long", "groups", "shut")
	for name, flag := range map[string]*bool{
		"open": &to.Open, "can_text": &to.CanText, "has_number": &to.HasNumber, "lines_long": &to.LinesLong,
	} {
		if p, ok := f[name]; ok {
			*flag = r.flag(p)
		}
	}
	if p, ok := f["counselors"]; ok {
		to.Counselors = r.number(p)
	}
	if p, ok := f["shut"]; ok {
		to.Shut = Shut(r.text(p))
	}
	if p, ok := f["groups"]; ok {
		to.Groups = nil
		for _, v := range r.list(p.value) {
			to.Groups = append(to.Groups, r.group(v))
		}
	}
}

func (r *reader) group(v ast.Node) Group {
	f := r.fields(v, "id", "topic", "lang", "at", "free")
	return Group{
		ID: r.text(f["id"]), Topic: r.text(f["topic"]), Lang: hotline.Lang(r.text(f["lang"])), At: r.instant(f["at"]), Free: r.number(f["free"]),
	}
}

func (r *reader) instant(p pair) time.Time {
	at, err := time.Parse(time.RFC3339, r.text(p))
	if err != nil {
		r.add(p.at, "transcript", "at: want a time like 2026-11-23T10:00:00-08:00")
	}
	return at
}

// keyed is what can be pressed.
var keyed = regexp.MustCompile(`^[0-9*#]+$`)
