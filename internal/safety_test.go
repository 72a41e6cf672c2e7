package internal_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var testName = regexp.MustCompile("`(Test[A-Za-z0-9_]+)`")

// tableOf gives the rows of a section's table in README.md, without its head.
func tableOf(t *testing.T, title string) []string {
	t.Helper()
	raw, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(raw), "\n## "+title+"\n")
	if !found {
		t.Fatalf("README.md has no section %q", title)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	var rows []string
	for line := range strings.Lines(section) {
		if strings.HasPrefix(line, "| ") {
			rows = append(rows, line)
		}
	}
	if len(rows) < 2 {
		t.Fatalf("%q has no table", title)
	}
	return rows[2:]
}

// shown fails unless a row names tests, all of which exist, or says that there
// are none yet.
func shown(t *testing.T, row string, tests map[string]bool, none string) {
	t.Helper()
	names := testName.FindAllStringSubmatch(row, -1)
	if len(names) == 0 && !strings.HasSuffix(strings.TrimSpace(row), "| "+none+" |") {
		t.Errorf("nothing shows this: %s", row)
	}
	for _, name := range names {
		if !tests[name[1]] {
			t.Errorf("%s is in no test file: %s", name[1], row)
		}
	}
}

func TestEverySafetyRuleNamesTestsThatExist(t *testing.T) {
	tests := testsOfTheTree(t)
	rows := tableOf(t, "Safety rules and where they are shown")
	if len(rows) < 19 {
		t.Errorf("%d rules: one is missing", len(rows))
	}
	for _, row := range rows {
		shown(t, row, tests, "not built")
	}
}

func TestEveryFaultNamesTestsThatExist(t *testing.T) {
	const faults = 52
	tests := testsOfTheTree(t)
	rows := tableOf(t, "Faults and where they are shown")
	if len(rows) != faults {
		t.Errorf("%d faults, want %d", len(rows), faults)
	}
	for i, row := range rows {
		if !strings.HasPrefix(row, fmt.Sprintf("| %d | ", i+1)) {
			t.Errorf("row %d is %s", i+1, row)
		}
		shown(t, row, tests, "not built yet")
	}
}

// testsOfTheTree lists the tests of all packages by name.
func testsOfTheTree(t *testing.T) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != ".." && strings.HasPrefix(d.Name(), ".") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil {
				all[f.Name.Name] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
