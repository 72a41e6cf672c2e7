package triage

import (
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/tideover/tideover/internal/hotline"
)

// help is local help by county. It is dated: what is past its day is not
// spoken.
type help struct {
	counties map[string][]string // first digits of the ZIP codes of a county
	all      []helpEntry
}

type helpEntry struct {
	id       string
	at       spot
	name     map[hotline.Lang]string
	hours    map[hotline.Lang]string
	number   string
	counties []string // empty: all of them
	verified time.Time
	expires  time.Time
}

// loadHelp reads the parts of resources.yaml that are not named in texts.
func (r *reader) loadHelp(counties, entries pair, langs []hotline.Lang) help {
	h := help{counties: map[string][]string{}}
	for _, p := range r.pairs(counties.value) {
		h.counties[p.key] = r.texts(p.value)
		if slices.ContainsFunc(h.counties[p.key], func(zip string) bool { return !digitsOnly(zip) || len(zip) > 5 }) {
			r.add(p.at, "resource", "%s: want the first digits of ZIP codes", p.key)
		}
	}
	for _, v := range r.list(entries.value) {
		h.all = append(h.all, r.helpEntry(v, h, langs))
	}
	return h
}

func (r *reader) helpEntry(v ast.Node, h help, langs []hotline.Lang) helpEntry {
	f := r.fields(v, "id", "name", "number", "hours", "counties", "source", "verified_on", "expires_on")
	e := helpEntry{
		id: r.text(f["id"]), at: r.spot(v), number: r.text(f["number"]), counties: r.texts(f["counties"].value),
		name: r.byLang(f["name"], langs), hours: r.byLang(f["hours"], langs), verified: r.date(f["verified_on"]), expires: r.date(f["expires_on"]),
	}
	if e.id == "" || slices.ContainsFunc(h.all, func(o helpEntry) bool { return o.id == e.id }) {
		r.add(e.at, "resource", "id: want a name of its own")
	}
	r.dialled(e.at, e.number)
	for _, c := range e.counties {
		if h.counties[c] == nil {
			r.add(e.at, "resource", "%s: no county %q", e.id, c)
		}
	}
	if r.text(f["source"]) == "" || !e.expires.After(e.verified) {
		r.add(e.at, "resource", "%s: want source, verified_on and a later expires_on", e.id)
	}
	return e
}

// byLang reads one text for each language.
func (r *reader) byLang(p pair, langs []hotline.Lang) map[hotline.Lang]string {
	out := map[hotline.Lang]string{}
	known := make([]string, 0, len(langs))
	for _, lang := range langs {
		known = append(known, string(lang))
	}
	f := r.fields(p.value, known...)
	for _, lang := range langs {
		if out[lang] = r.text(f[string(lang)]); out[lang] == "" {
			r.add(p.at, "language", "%s: no text in %s", p.key, lang)
		}
	}
	return out
}

// county tells the county of a ZIP code; empty where it is none of ours.
func (h help) county(zip string) string {
	best, most := "", 0
	for name, prefixes := range h.counties {
		for _, p := range prefixes {
			if strings.HasPrefix(zip, p) && (len(p) > most || len(p) == most && name < best) {
				best, most = name, len(p)
			}
		}
	}
	return best
}

// near lists what there is for a ZIP code on a day: that of its county first,
// then what is for everybody.
func (h help) near(zip string, day time.Time) []helpEntry {
	county := h.county(zip)
	var own, everywhere []helpEntry
	for _, e := range h.all {
		switch {
		case !e.expires.After(day):
		case len(e.counties) == 0:
			everywhere = append(everywhere, e)
		case county != "" && slices.Contains(e.counties, county):
			own = append(own, e)
		}
	}
	return append(own, everywhere...)
}

// most is how many places there are for a county at most.
func (h help) most() int {
	everywhere := len(h.near("", time.Time{}))
	most := everywhere
	for county := range h.counties {
		own := 0
		for _, e := range h.all {
			if slices.Contains(e.counties, county) {
				own++
			}
		}
		most = max(most, everywhere+own)
	}
	return most
}

func (h help) byID(id string) (helpEntry, bool) {
	i := slices.IndexFunc(h.all, func(e helpEntry) bool { return e.id == id })
	if i < 0 {
		return helpEntry{}, false
	}
	return h.all[i], true
}
