package config_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var linked = regexp.MustCompile(`\]\(([^)#]+)\)`)

func TestTheGuideNamesFilesThatExistAndEveryFileOfTheScript(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range linked.FindAllStringSubmatch(string(raw), -1) {
		if _, err := os.Stat(m[1]); err != nil && !strings.HasPrefix(m[1], "http") {
			t.Errorf("%s: %v", m[1], err)
		}
	}
	files, err := filepath.Glob("script/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		if !strings.Contains(string(raw), "]("+name+")") {
			t.Errorf("the guide does not say what %s is for", name)
		}
	}
}
