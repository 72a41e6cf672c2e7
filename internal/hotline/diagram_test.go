package hotline_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
)

var update = flag.Bool("update", false, "write the diagram of the moves into internal/README.md")

func TestDiagramShowsTheMovesTable(t *testing.T) {
	const path, open, end = "../README.md", "<!-- moves -->\n", "<!-- /moves -->"
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(raw), open)
	drawn, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the diagram", path)
	}
	if drawn == diagram() {
		return
	}
	if !*update {
		t.Fatalf("the diagram in %s is not the table: run with -update and read the change", path)
	}
	if err := os.WriteFile(path, []byte(before+open+diagram()+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

func diagram() string {
	var b strings.Builder
	b.WriteString("```mermaid\nstateDiagram-v2\n    [*] --> triage: first ring or text\n")
	for _, m := range hotline.Moves() {
		fmt.Fprintf(&b, "    %s --> %s: %s\n", m.From, m.To, m.By)
	}
	b.WriteString("    closed --> [*]\n```\n")
	return b.String()
}
