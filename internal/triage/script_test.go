package triage_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/crisis"
	"github.com/tideover/tideover/internal/triage"
)

var update = flag.Bool("update", false, "write the hashes of the English texts into the translations")

// configDir is the configuration folder that is built in.
const configDir = "../../config"

// calm finds nothing; tests of the detector are elsewhere.
type calm struct{}

func (calm) Screen(string) crisis.Result { return crisis.Result{} }

func builtIn(tb testing.TB) *triage.Script {
	tb.Helper()
	s, err := triage.Compile(os.DirFS(configDir), calm{})
	if err != nil {
		tb.Fatalf("the built-in script does not compile:\n%v", err)
	}
	return s
}

// findings gives what Compile found, one by one.
func findings(err error) []triage.Finding {
	var all []triage.Finding
	var joined interface{ Unwrap() []error }
	if errors.As(err, &joined) {
		for _, e := range joined.Unwrap() {
			if f, ok := errors.AsType[triage.Finding](e); ok {
				all = append(all, f)
			}
		}
	}
	return all
}

var wanted = regexp.MustCompile(`want ([0-9a-f]{8})`)

func TestTranslationsKnowTheEnglishTextTheyWereMadeFrom(t *testing.T) {
	_, found := triage.Check(os.DirFS(configDir), calm{}, triage.Terms{})
	for _, f := range found {
		if f.Rule != "stale" {
			continue
		}
		if !*update {
			t.Error(f)
			continue
		}
		if err := rewrite(f); err != nil {
			t.Fatal(err)
		}
	}
}

// rewrite puts the wanted hash where the finding points.
func rewrite(f triage.Finding) error {
	name := configDir + "/" + f.File
	raw, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	lines := strings.Split(string(raw), "\n")
	m := wanted.FindStringSubmatch(f.Text)
	if m == nil {
		return fmt.Errorf("no hash in %w", f)
	}
	lines[f.Line-1] = regexp.MustCompile(`\bof: [^,}\s]+`).ReplaceAllString(lines[f.Line-1], "of: "+m[1])
	return os.WriteFile(name, []byte(strings.Join(lines, "\n")), 0o644)
}
