package console_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

func TestEveryWordOfATemplateIsInTheTableInBothLanguages(t *testing.T) {
	t.Parallel()
	plain := regexp.MustCompile(`\{\{-? ?t "([^"]+)"`)
	built := regexp.MustCompile(`t \(print "([^"]+)"`)
	var table []byte
	for _, file := range []string{"words.go", "callwords.go", "talkview.go"} {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		table = append(table, raw...)
	}
	entry := regexp.MustCompile(`(?m)^\t\t"([^"]+)": +\{"((?:[^"\\]|\\.)*)", "((?:[^"\\]|\\.)*)"\},( //.*)?$`)
	known := map[string]bool{}
	for _, m := range entry.FindAllStringSubmatch(string(table), -1) {
		known[m[1]] = true
		if m[2] == "" || m[3] == "" {
			t.Errorf("%s lacks a language", m[1])
		}
	}
	if len(known) < 100 {
		t.Fatalf("only %d words found", len(known))
	}
	var used strings.Builder
	err := fs.WalkDir(os.DirFS("pages"), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile("pages/" + path)
		used.Write(raw)
		for _, m := range plain.FindAllStringSubmatch(string(raw), -1) {
			if !known[m[1]] {
				t.Errorf("%s: no word for %q", path, m[1])
			}
		}
		for _, m := range built.FindAllStringSubmatch(string(raw), -1) {
			some := false
			for key := range known {
				some = some || strings.HasPrefix(key, m[1])
			}
			if !some {
				t.Errorf("%s: no word begins with %q", path, m[1])
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"pages.go", "pageviews.go", "callback.go", "duty.go", "static/console.js"} {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		used.Write(raw)
	}
	for key := range known {
		// A key may be put together from a beginning, or named by what stands
		// after its dot (say.sent is data-done="sent").
		first, last, dotted := strings.Cut(key, ".")
		if !strings.Contains(used.String(), `"`+key+`"`) && !(dotted && (strings.Contains(used.String(), `"`+first+`."`) || strings.Contains(used.String(), `"`+last+`"`))) {
			t.Errorf("nothing says %q", key)
		}
	}
}
