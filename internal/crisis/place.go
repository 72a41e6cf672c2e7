package crisis

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
)

const lexiconFile = "script/lexicon.yaml"

// unread says where a file cannot be read. goccy/go-yaml shows a piece of
// the file beside; a finding is one line.
func unread(file string, err error) error {
	var e yaml.Error
	if errors.As(err, &e) && e.GetToken() != nil {
		p := e.GetToken().Position
		return fmt.Errorf("%s:%d:%d: error: %s", file, p.Line, p.Column, e.GetMessage())
	}
	return fmt.Errorf("%s:1:1: error: %w", file, err)
}

// whereIs finds the entry with an id, or else the key of that name; what is
// nowhere is at the beginning.
func whereIs(raw []byte, id string) (line, column int) {
	n := 0
	for text := range bytes.Lines(raw) {
		n++
		row := strings.TrimSpace(string(text))
		if bare := strings.TrimPrefix(row, "- "); bare == "id: "+id || strings.HasPrefix(row, id+":") {
			return n, strings.Index(string(text), bare) + 1
		}
	}
	return 1, 1
}
