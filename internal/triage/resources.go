package triage

import (
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/tideover/tideover/internal/hotline"
)

// resource is a number of somebody else that texts name by {{res.id}}. Its
// number is dated: it changes without us.
type resource struct {
	id       string
	at       spot
	number   string // E.164, or the digits of a short number
	verified time.Time
	expires  time.Time
}

func (r *reader) resources(body ast.Node, langs []hotline.Lang) (map[string]resource, help) {
	out := map[string]resource{}
	top := r.fields(body, "schema", "resources", "counties", "help")
	for _, v := range r.list(top["resources"].value) {
		f := r.fields(v, "id", "name", "number", "source", "verified_on", "expires_on")
		r.note(r.spot(v).id(), f, r)
		res := resource{id: r.text(f["id"]), at: r.spot(v), number: r.text(f["number"])}
		res.verified, res.expires = r.date(f["verified_on"]), r.date(f["expires_on"])
		if _, twice := out[res.id]; twice || res.id == "" {
			r.add(r.place(res.at, res.at.id()+".id"), "resource", "id: want a name of its own")
		}
		r.dialled(r.place(res.at, res.at.id()+".number"), res.number)
		if r.text(f["source"]) == "" || !res.expires.After(res.verified) {
			r.add(r.place(res.at, res.at.id()+".expires_on"), "resource", "%s: want source, verified_on and a later expires_on", res.id)
		}
		out[res.id] = res
	}
	return out, r.loadHelp(top["counties"], top["help"], langs)
}

func (r *reader) dialled(at spot, number string) {
	if _, err := hotline.ParseNumber(number); err != nil && (len(number) != 3 || !digitsOnly(number)) {
		r.add(at, "resource", "number: want E.164 or a short number of three digits")
	}
}

func (r *reader) date(p pair) time.Time {
	if p.value == nil {
		return time.Time{}
	}
	d, err := time.Parse(time.DateOnly, r.text(p))
	if err != nil {
		r.add(r.spot(p.value), "resource", "%s: want a date like 2026-11-24", p.key)
	}
	return d
}

// in writes the number for a channel: digit by digit where it is spoken.
func (r resource) in(ch hotline.Channel) string {
	digits := strings.TrimPrefix(r.number, "+")
	groups := []string{digits}
	if len(digits) == 11 && digits[0] == '1' {
		groups = []string{digits[:1], digits[1:4], digits[4:7], digits[7:]}
	}
	if ch != hotline.Voice {
		return strings.Join(groups, "-")
	}
	for i, g := range groups {
		groups[i] = strings.Join(strings.Split(g, ""), " ")
	}
	return strings.Join(groups, ", ")
}

func digitsOnly(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}
