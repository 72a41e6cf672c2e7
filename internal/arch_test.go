package internal_test

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	module      = "github.com/tideover/tideover"
	mostInFile  = 400 // lines, comments and tests counted
	mostInFunc  = 60  // lines, comments counted, tests not
	entireHouse = "*"
)

// rooms says which packages may stand in the house, and which others of ours
// each may import. Tests may import what they test with.
var rooms = map[string][]string{
	"internal/hotline":  nil,
	"internal/crisis":   nil,
	"internal/rights":   nil,
	"internal/vault":    nil,
	"internal/audit":    nil,
	"internal/forecast": nil,
	"internal/standin":  nil,
	"config":            nil,
	"internal/triage":   {"hotline", "crisis", "rights"},
	"internal/staff":    {"hotline"},
	"internal/twilio":   {"hotline"},
	"internal/intake":   {"hotline", "triage"},
	"internal/dispatch": {"hotline"},
	"internal/outreach": {"hotline", "rights"},
	"internal/store":    {"hotline", "triage", "staff", "vault", "audit", "outreach"},
	"internal/webhook":  {"hotline", "triage", "intake", "dispatch", "twilio"},
	"internal/console":  {"hotline", "triage", "dispatch", "outreach", "staff", "audit", "forecast"},
	"internal/server": {
		"hotline", "crisis", "rights", "vault", "audit", "forecast", "config", "triage", "staff", "twilio",
		"intake", "dispatch", "outreach", "store", "webhook", "console",
	},
	"cmd/tideover": {entireHouse},
}

// homes says where a module of others may be imported. One without a home is
// a new dependency that nobody has given a reason for.
var homes = map[string][]string{
	"filippo.io/age":                        {"vault"},
	"github.com/alicebob/miniredis/v2":      {"tideover"},
	"github.com/expr-lang/expr":             {"triage"},
	"github.com/go-webauthn/webauthn":       {"staff"},
	"github.com/goccy/go-yaml":              {"triage", "config", "crisis"}, // who owns a file's language reads it
	"github.com/google/uuid":                {"hotline"},
	"github.com/labstack/echo/v4":           {"webhook", "console", "server"},
	"github.com/prometheus/client_golang":   {"server"},
	"github.com/redis/go-redis/v9":          {"store"},
	"github.com/spf13/cobra":                {"tideover"},
	"github.com/twilio/twilio-go":           {"twilio"},
	"golang.org/x/sync":                     {"server", "tideover"},
	"golang.org/x/text":                     {"triage", "crisis"},
	"github.com/anishathalye/porcupine":     nil, // tests only, as those below
	"github.com/chromedp/cdproto":           nil,
	"github.com/chromedp/chromedp":          nil,
	"github.com/getkin/kin-openapi":         nil,
	"github.com/google/go-cmp":              nil,
	"github.com/rogpeppe/go-internal":       nil,
	"go.uber.org/goleak":                    nil,
	"pgregory.net/rapid":                    nil,
	"github.com/santhosh-tekuri/jsonschema": nil,
}

// pure rooms decide and do not act: they get time, files and answers handed
// in.
var (
	pure   = []string{"hotline", "triage", "crisis", "rights", "audit", "forecast"}
	acting = []string{"context", "net", "net/http", "os", "os/exec", "os/signal", "syscall"}
)

// Names that say nothing, of packages or files: what would lie in them has a
// better home.
var vague = []string{"common", "helper", "helpers", "manager", "misc", "util", "utils"}

type source struct {
	path  string // from the root of the module, with slashes
	lines int
	file  *ast.File
	set   *token.FileSet
}

func parse(name string, src []byte) (source, error) {
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, name, src, parser.SkipObjectResolution)
	return source{path: name, lines: bytes.Count(src, []byte("\n")), file: f, set: set}, err
}

func (s source) folder() string { return path.Dir(s.path) }
func (s source) room() string   { return path.Base(s.folder()) }
func (s source) test() bool     { return strings.HasSuffix(s.path, "_test.go") }
func (s source) span(from, to token.Pos) int {
	return s.set.Position(to).Line - s.set.Position(from).Line + 1
}

// findings gives every rule that the file breaks.
func (s source) findings() []string {
	var out []string
	find := func(rule string, args ...any) {
		out = append(out, s.path+": "+fmt.Sprintf(rule, args...))
	}
	// The root of internal holds this test and nothing else.
	if _, known := rooms[s.folder()]; !known && (s.folder() != "internal" || !s.test()) {
		find("unknown package %s: give it a row in the table of rooms", s.folder())
	}
	for _, name := range []string{s.room(), strings.TrimSuffix(path.Base(s.path), ".go")} {
		if slices.Contains(vague, name) {
			find("%s is a name that says nothing", name)
		}
	}
	if s.lines > mostInFile {
		find("%d lines, want at most %d", s.lines, mostInFile)
	}
	for _, spec := range s.file.Imports {
		if fault := s.judge(strings.Trim(spec.Path.Value, `"`)); fault != "" {
			find("%s", fault)
		}
	}
	for _, d := range s.file.Decls {
		f, isFunc := d.(*ast.FuncDecl)
		if !isFunc {
			continue
		}
		if f.Recv == nil && f.Name.Name == "init" {
			find("init() runs unseen; wire it where it is needed")
		}
		if n := s.span(f.Pos(), f.End()); n > mostInFunc && !s.test() {
			find("%s has %d lines, want at most %d", f.Name.Name, n, mostInFunc)
		}
	}
	return out
}

// judge gives the fault of an import, "" if it has none.
func (s source) judge(what string) string {
	if what == "github.com/twilio/twilio-go" {
		return "the root of twilio-go pulls in every product of Twilio; import client or rest/api/v2010"
	}
	if s.test() {
		return ""
	}
	if ours, found := strings.CutPrefix(what, module+"/"); found {
		return s.arrow(ours)
	}
	if first, _, _ := strings.Cut(what, "/"); !strings.Contains(first, ".") {
		if slices.Contains(pure, s.room()) && slices.Contains(acting, what) {
			return fmt.Sprintf("%s is pure and must not import %s", s.room(), what)
		}
		return ""
	}
	for mod, home := range homes {
		if what != mod && !strings.HasPrefix(what, mod+"/") {
			continue
		}
		if !slices.Contains(home, s.room()) {
			return fmt.Sprintf("%s must not import %s; its home is %v", s.room(), what, home)
		}
		return ""
	}
	return fmt.Sprintf("%s has no home; a new dependency needs a reason", what)
}

func (s source) arrow(ours string) string {
	allowed := rooms[s.folder()]
	if slices.Contains(allowed, entireHouse) || slices.Contains(allowed, path.Base(ours)) {
		return ""
	}
	return fmt.Sprintf("%s must not import %s; it may: %v", s.room(), ours, allowed)
}

func TestHouseIsBuiltAsDrawn(t *testing.T) {
	t.Parallel()
	seen := 0
	err := filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			// Another test may have taken its scratch file away meanwhile.
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			return err
		}
		if d.IsDir() {
			hidden := strings.HasPrefix(d.Name(), ".") && d.Name() != ".."
			if hidden || d.Name() == "testdata" || d.Name() == "node_modules" {
				return filepath.SkipDir
			}
			return nil
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		s, err := parse(filepath.ToSlash(strings.TrimPrefix(name, ".."+string(filepath.Separator))), src)
		if err != nil {
			return err
		}
		seen++
		for _, f := range s.findings() {
			t.Error(f)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 50 {
		t.Errorf("only %d files seen: the walk does not reach the house", seen)
	}
}

func TestPackagesWithCodeAreExplained(t *testing.T) {
	t.Parallel()
	for folder := range rooms {
		files, err := filepath.Glob(filepath.Join("..", filepath.FromSlash(folder), "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		explained := len(files) == 0 // not built yet
		for _, name := range files {
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.PackageClauseOnly|parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			explained = explained || (f.Doc != nil && !strings.HasSuffix(name, "_test.go"))
		}
		if !explained {
			t.Errorf("%s has no package comment", folder)
		}
	}
}

func TestBrokenRulesAreFound(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("\n", mostInFile)
	wide := "func f() {" + strings.Repeat("\n", mostInFunc) + "}\n"
	for name, tc := range map[string]struct{ path, src, says string }{
		"an arrow of the drawing":              {"internal/triage/x.go", `import _ "` + module + `/internal/hotline"`, ""},
		"an arrow against it":                  {"internal/hotline/x.go", `import _ "` + module + `/internal/triage"`, "hotline must not import internal/triage"},
		"the store knows no webhook":           {"internal/store/x.go", `import _ "` + module + `/internal/webhook"`, "must not import"},
		"the server knows no stand-in":         {"internal/server/x.go", `import _ "` + module + `/internal/standin"`, "must not import"},
		"the command starts what it likes":     {"cmd/tideover/x.go", `import _ "` + module + `/internal/standin"`, ""},
		"a test uses what it needs":            {"internal/hotline/x_test.go", `import _ "` + module + `/internal/triage"`, ""},
		"Redis at home":                        {"internal/store/x.go", `import _ "github.com/redis/go-redis/v9"`, ""},
		"Redis elsewhere":                      {"internal/webhook/x.go", `import _ "github.com/redis/go-redis/v9"`, "its home is [store]"},
		"a folder of a module at home":         {"internal/twilio/x.go", `import _ "github.com/twilio/twilio-go/client"`, ""},
		"all of Twilio, even in a test":        {"internal/twilio/x_test.go", `import _ "github.com/twilio/twilio-go"`, "the root of twilio-go"},
		"a test's module in the product":       {"internal/store/x.go", `import _ "pgregory.net/rapid"`, "must not import"},
		"a module with the name of another":    {"internal/store/x.go", `import _ "github.com/redis/go-redis/v9x"`, "has no home"},
		"a new dependency":                     {"internal/store/x.go", `import _ "example.org/new"`, "example.org/new has no home"},
		"a pure room that opens files":         {"internal/triage/x.go", `import _ "os"`, "triage is pure"},
		"a package nobody has drawn":           {"internal/newroom/x.go", "", "unknown package internal/newroom"},
		"a package inside of a room":           {"internal/store/deep/x.go", "", "unknown package internal/store/deep"},
		"code in the hall":                     {"internal/x.go", "", "unknown package internal"},
		"a package for everything":             {"internal/util/x.go", "", "util is a name that says nothing"},
		"a file for everything":                {"internal/store/helpers.go", "", "helpers is a name that says nothing"},
		"init":                                 {"internal/store/x.go", "func init() {}", "init() runs unseen"},
		"a method called init":                 {"internal/store/x.go", "type t int\nfunc (t) init() {}", ""},
		"a function as long as may be":         {"internal/store/x.go", strings.Replace(wide, "\n", "", 1), ""},
		"a function a line too long":           {"internal/store/x.go", wide, "f has 61 lines"},
		"a test's long function":               {"internal/store/x_test.go", wide, ""},
		"a file as long as may be":             {"internal/store/x.go", long[:mostInFile-1], ""},
		"a file a line too long":               {"internal/store/x.go", long, "401 lines"},
		"a test's file a line too long":        {"internal/store/x_test.go", long, "401 lines"},
		"config beside the rooms, with nobody": {"config/x.go", `import _ "` + module + `/internal/hotline"`, "config must not import"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := parse(tc.path, []byte("package p\n"+tc.src))
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join(s.findings(), "\n")
			if (tc.says == "") != (got == "") || !strings.Contains(got, tc.says) {
				t.Errorf("found %q, want %q", got, tc.says)
			}
		})
	}
}
