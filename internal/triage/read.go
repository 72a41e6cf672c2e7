package triage

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// folder is where the script lies in the configuration folder.
const folder = "script"

// reader reads one YAML file and keeps the place of everything it gives.
type reader struct {
	file    string
	anchors map[string]ast.Node
	*findings
}

// pair is one entry of a mapping.
type pair struct {
	key   string
	at    spot
	value ast.Node
}

// open parses a file and gives its body; nil after a finding.
func (r *reader) open(fsys fs.FS) (ast.Node, []byte) {
	raw, err := fs.ReadFile(fsys, path.Join(folder, r.file))
	r.file = path.Join(folder, r.file)
	if err != nil {
		r.add(spot{r.file, 1, 1}, "file", "cannot be read; a script needs this file")
		return nil, nil
	}
	if r.tabs(raw) {
		return nil, raw
	}
	file, err := parse(raw)
	var syntax yaml.Error
	switch {
	case errors.As(err, &syntax) && syntax.GetToken() != nil:
		p := syntax.GetToken().Position
		r.add(spot{r.file, p.Line, p.Column}, "yaml", "%s", syntax.GetMessage())
		return nil, raw
	case err != nil:
		r.add(spot{file: r.file}, "yaml", "not readable as YAML")
		return nil, raw
	case len(file.Docs) != 1 || file.Docs[0].Body == nil:
		r.add(spot{file: r.file}, "yaml", "want exactly one document")
		return nil, raw
	}
	r.anchored(file.Docs[0].Body)
	return file.Docs[0].Body, raw
}

// parse reads YAML. The library panics on some malformed files, which for us
// are faults as others are.
func parse(raw []byte) (file *ast.File, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("cannot be read as YAML")
		}
	}()
	return parser.ParseBytes(raw, 0, parser.AllowDuplicateMapKey())
}

// tabs finds tabs: they look like the blanks that YAML wants, and are none.
func (r *reader) tabs(raw []byte) bool {
	found := false
	for i, line := range strings.Split(string(raw), "\n") {
		if col := strings.IndexByte(line, '\t'); col >= 0 {
			r.add(spot{r.file, i + 1, col + 1}, "tab", "a tab; want blanks")
			found = true
		}
	}
	return found
}

// anchored warns of anchors: who reads one place does not see what the other
// changes. They are followed all the same.
func (r *reader) anchored(body ast.Node) {
	r.anchors = map[string]ast.Node{}
	for _, n := range ast.Filter(ast.AnchorType, body) {
		if a, ok := n.(*ast.AnchorNode); ok && a.Name != nil {
			r.anchors[a.Name.String()] = a.Value
			r.warn(r.spot(a), "anchor", "an anchor: write the text out where it is used, so that each place can be read by itself")
		}
	}
}

// real is the node behind an anchor or the name of one.
func (r *reader) real(n ast.Node) ast.Node {
	for range 9 { // an anchor may stand in itself
		switch a := n.(type) {
		case *ast.AnchorNode:
			n = a.Value
		case *ast.AliasNode:
			if n = r.anchors[a.Value.String()]; n == nil {
				r.add(r.spot(a), "anchor", "no anchor has this name")
			}
		default:
			return n
		}
	}
	return nil
}

func (r *reader) spot(n ast.Node) spot {
	if n == nil || n.GetToken() == nil || n.GetToken().Position == nil {
		return spot{file: r.file}
	}
	// A mapping in lines of its own begins at its first name, not at the colon.
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		return r.spot(m.Values[0].Key)
	}
	p := n.GetToken().Position
	return spot{r.file, p.Line, p.Column}
}

// pairs gives the entries of a mapping in order; a repeated key is a finding.
func (r *reader) pairs(n ast.Node) []pair {
	if n = r.real(n); n == nil {
		return nil
	}
	m, ok := n.(*ast.MappingNode)
	if !ok {
		r.add(r.spot(n), "type", "want a mapping of names to values")
		return nil
	}
	all := make([]pair, 0, len(m.Values))
	for _, v := range m.Values {
		key, ok := plain(v.Key)
		p := pair{key: key, at: r.spot(v.Key), value: r.real(v.Value)}
		switch {
		case !ok:
			r.add(p.at, "type", "want a plain name here")
			continue
		case slices.ContainsFunc(all, func(o pair) bool { return o.key == key }):
			r.add(p.at, "duplicate", "%q stands here twice", key)
			continue
		}
		all = append(all, p)
	}
	return all
}

// fields gives the entries of a mapping by name; names that are not known are
// findings.
func (r *reader) fields(n ast.Node, known ...string) map[string]pair {
	out := map[string]pair{}
	for _, p := range r.pairs(n) {
		if !slices.Contains(known, p.key) {
			r.add(p.at, "unknown-key", "unknown key %q%s", p.key, meant(p.key, known))
			continue
		}
		out[p.key] = p
	}
	return out
}

func (r *reader) list(n ast.Node) []ast.Node {
	if n = r.real(n); n == nil {
		return nil
	}
	s, ok := n.(*ast.SequenceNode)
	if !ok {
		r.add(r.spot(n), "type", "want a list")
		return nil
	}
	all := make([]ast.Node, 0, len(s.Values))
	for _, v := range s.Values {
		all = append(all, r.real(v))
	}
	return all
}

func (r *reader) text(p pair) string {
	if p.value == nil {
		return ""
	}
	s, ok := plain(p.value)
	if !ok {
		r.add(r.spot(p.value), "type", "%s: want a text", p.key)
	}
	return strings.Join(strings.Fields(s), " ")
}

func (r *reader) texts(n ast.Node) []string {
	var all []string
	for _, v := range r.list(n) {
		all = append(all, r.text(pair{key: "list", value: v}))
	}
	return all
}

func (r *reader) number(p pair) int {
	if p.value == nil {
		return 0
	}
	n, err := strconv.Atoi(r.text(p))
	if err != nil || n < 0 {
		r.add(r.spot(p.value), "type", "%s: want a whole number", p.key)
	}
	return n
}

func (r *reader) flag(p pair) bool {
	if p.value == nil {
		return false
	}
	b, ok := p.value.(*ast.BoolNode)
	if !ok {
		r.add(r.spot(p.value), "type", "%s: want true or false", p.key)
		return false
	}
	return b.Value
}

// plain gives a scalar as it was written.
func plain(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.BoolNode, *ast.FloatNode:
		return n.GetToken().Value, true
	}
	return "", false
}

// meant proposes the known name that looks most like the word.
func meant(word string, known []string) string {
	best, least := "", 3
	for _, k := range known {
		if d := distance(word, k); d < least {
			best, least = k, d
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + strconv.Quote(best) + "?"
}

// distance counts the letters to change, add or drop.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		left := i
		row[0] = i + 1
		for j := range len(b) {
			cost := left
			if a[i] != b[j] {
				cost++
			}
			left = row[j+1]
			row[j+1] = min(cost, row[j]+1, left+1)
		}
	}
	return row[len(b)]
}
