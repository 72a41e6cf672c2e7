package config

import (
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// SupportGroup is a session of a support group as a file describes it. Whether it can
// be is for the line to say.
type SupportGroup struct {
	ID       string
	Topic    string
	Language string
	At       time.Time
	Seats    int
	WaitList int
	Link     string
	Line     int // of the file
}

// rawGroups is a file of groups as it is written.
type rawGroups struct {
	Groups []rawGroup `yaml:"groups"`
}

type rawGroup struct {
	ID       string `yaml:"id"`
	Topic    string `yaml:"topic"`
	Language string `yaml:"language"`
	At       string `yaml:"at"`
	Seats    int    `yaml:"seats"`
	WaitList *int   `yaml:"wait_list"`
	Link     string `yaml:"link"`
}

// groupTimes are the ways to write a time: by the clock of the line, or with a
// zone.
var groupTimes = regexp.MustCompile(`^\d{4}-\d{2}-\d{2} \d{2}:\d{2}$`)

// ReadGroups reads a file of groups; times without a zone are the line's. All
// faults are reported, as "name:line:column: text".
func ReadGroups(name string, src []byte, zone *time.Location) ([]SupportGroup, error) {
	tree, raw, err := decodeGroups(src)
	if err != nil {
		var e yaml.Error
		if errors.As(err, &e) && e.GetToken() != nil {
			p := e.GetToken().Position
			return nil, fmt.Errorf("%s:%d:%d: error: %s", name, p.Line, p.Column, e.GetMessage())
		}
		return nil, fmt.Errorf("%s:1:1: error: %w", name, err)
	}
	if len(raw.Groups) == 0 {
		return nil, fmt.Errorf("%s:1:1: error: groups: want a list of groups", name)
	}
	var faults []error
	all := make([]SupportGroup, 0, len(raw.Groups))
	seen := map[string]bool{}
	for i, r := range raw.Groups {
		line, column := placeOf(tree, fmt.Sprintf("$.groups[%d]", i))
		at, err := groupTime(r.At, zone)
		if err == nil && seen[r.ID] {
			err = fmt.Errorf("id: %q is there twice", r.ID)
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("%s:%d:%d: error: %w", name, line, column, err))
		}
		seen[r.ID] = true
		g := SupportGroup{ID: r.ID, Topic: r.Topic, Language: r.Language, At: at, Seats: r.Seats, WaitList: r.Seats, Link: r.Link, Line: line}
		if r.WaitList != nil {
			g.WaitList = *r.WaitList
		}
		all = append(all, g)
	}
	return all, errors.Join(faults...)
}

// decodeGroups reads the file. The YAML library panics on some malformed
// documents, which for us are faults as others are.
func decodeGroups(src []byte) (tree *ast.File, raw rawGroups, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("cannot be read as YAML")
		}
	}()
	if tree, err = parser.ParseBytes(src, 0); err != nil {
		return nil, raw, err
	}
	if len(tree.Docs) == 0 || tree.Docs[0].Body == nil {
		return tree, raw, nil
	}
	return tree, raw, yaml.NodeToValue(tree.Docs[0].Body, &raw, yaml.Strict())
}

func placeOf(tree *ast.File, path string) (line, column int) {
	if p, err := yaml.PathString(path); err == nil {
		if node, err := p.FilterFile(tree); err == nil && node.GetToken() != nil {
			return node.GetToken().Position.Line, node.GetToken().Position.Column
		}
	}
	return 1, 1
}

func groupTime(s string, zone *time.Location) (time.Time, error) {
	if groupTimes.MatchString(s) {
		if at, err := time.ParseInLocation("2006-01-02 15:04", s, zone); err == nil {
			return at, nil
		}
	}
	if at, err := time.Parse(time.RFC3339, s); err == nil {
		return at, nil
	}
	return time.Time{}, errors.New("at: want a time such as 2026-12-01 18:00")
}
