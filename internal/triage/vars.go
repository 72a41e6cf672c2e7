package triage

import (
	"slices"
	"strconv"

	"github.com/goccy/go-yaml/ast"

	"github.com/tideover/tideover/internal/hotline"
)

// varType says what a variable of the script holds.
type varType string

// The types of variable.
const (
	enumVar  varType = "enum"   // one of a list
	digitVar varType = "digits" // a number that is no quantity: a ZIP code
	wholeVar varType = "whole"  // a whole number
	dateVar  varType = "date"   // 2026-11-24
	flagVar  varType = "flag"   // yes or nothing
	idVar    varType = "id"     // of a group
	timeVar  varType = "time"   // a day and an hour
	phoneVar varType = "phone"  // ten digits of a phone that we may call
)

// variable is a declared variable of the script. A short declaration is a
// list: the values that it may have.
type variable struct {
	name     string
	at       spot
	is       varType
	of       []string
	min, max int
	up       bool   // never set lower than it was
	pii      bool   // tells who somebody is, or where
	keep     string // how long it is kept after the contact; empty: as the answers
}

func (l *loader) loadVars(n ast.Node) {
	for _, p := range l.pairs(n) {
		v := variable{name: p.key, at: p.at, is: enumVar}
		if _, list := p.value.(*ast.SequenceNode); list {
			v.of = l.texts(p.value)
		} else {
			l.typed(&v, p)
		}
		if v.is == enumVar && len(v.of) == 0 {
			l.add(p.at, "variable", "%s: want the list of its values, or another type", p.key)
		}
		if slices.Contains(reserved(), v.name) {
			l.add(p.at, "variable", "%s: conditions know this name already", p.key)
		}
		l.s.vars = append(l.s.vars, v)
	}
}

func (l *loader) typed(v *variable, p pair) {
	f := l.fields(p.value, "type", "of", "min", "max", "pii", "keep", "monotone")
	v.is, v.of = varType(l.text(f["type"])), l.texts(f["of"].value)
	v.min, v.max, v.pii, v.keep = l.number(f["min"]), l.number(f["max"]), l.flag(f["pii"]), l.text(f["keep"])
	switch v.is {
	case enumVar, digitVar, wholeVar, dateVar, flagVar, idVar, timeVar, phoneVar:
	default:
		l.add(p.at, "variable", "%s: type: want enum, digits, whole, date, flag, id, time or phone", p.key)
	}
	if q, ok := f["monotone"]; ok {
		v.up = l.text(q) == "up"
		if !v.up || v.is != wholeVar {
			l.add(q.at, "variable", "%s: monotone: want up, for a whole number", p.key)
		}
	}
	if v.max < v.min {
		l.add(p.at, "variable", "%s: max is below min", p.key)
	}
}

// fits reports whether a value may be put into the variable.
func (v variable) fits(value string) bool {
	switch v.is {
	case enumVar:
		return slices.Contains(v.of, value)
	case digitVar:
		return digitsOnly(value)
	case wholeVar:
		n, err := strconv.Atoi(value)
		return err == nil && n >= v.min && (v.max == 0 || n <= v.max)
	case dateVar:
		return len(value) == len("2026-11-24")
	case flagVar:
		return value == "yes"
	case idVar, timeVar:
		return value != ""
	case phoneVar:
		return hotline.Callable(value)
	}
	return false
}

// seen is the value as conditions see it.
func (v variable) seen(value string) any {
	switch v.is {
	case wholeVar:
		n, _ := strconv.Atoi(value) // fits has checked it; nothing is 0
		return n
	case flagVar:
		return value != ""
	case enumVar, digitVar, dateVar, idVar, timeVar, phoneVar:
	}
	return value
}

func (s *Script) variable(name string) (variable, bool) {
	i := slices.IndexFunc(s.vars, func(v variable) bool { return v.name == name })
	if i < 0 {
		return variable{}, false
	}
	return s.vars[i], true
}

// set puts a value into a variable; one that only grows keeps the greater.
func (r *run) set(name, value string) {
	if v, ok := r.s.variable(name); ok && v.up && value != "" {
		now, _ := strconv.Atoi(r.ses.Vars[name])
		if to, err := strconv.Atoi(value); err == nil && to < now {
			return
		}
	}
	if value == "" {
		delete(r.ses.Vars, name)
		return
	}
	if r.ses.Vars == nil {
		r.ses.Vars = map[string]string{}
	}
	r.ses.Vars[name] = value
}
