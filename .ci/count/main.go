// Command count reads the events of `go test -json`, shows what failed and
// what was skipped, and ends with the line "N passed, N failed, N skipped".
// It exits 1 if anything failed or nothing ran.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

type event struct {
	Action, Package, Test, Output, ImportPath, FailedBuild string
	Elapsed                                                float64
}

type count struct {
	out                     io.Writer
	passed, failed, skipped int
	said                    map[string][]string // output by package and test
	inPackage               map[string]int      // failures by package
}

func main() {
	before := flag.Int("failed", 0, "checks that failed before the tests")
	flag.Parse()
	c := &count{out: os.Stdout, failed: *before, said: map[string][]string{}, inPackage: map[string]int{}}
	if err := c.read(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "count:", err)
		c.failed++
	}
	fmt.Fprintf(c.out, "%d passed, %d failed, %d skipped\n", c.passed, c.failed, c.skipped)
	if c.failed > 0 || c.passed == 0 {
		os.Exit(1)
	}
}

func (c *count) read(r io.Reader) error {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			c.line(line)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (c *count) line(line string) {
	var e event
	if !strings.HasPrefix(line, "{") || json.Unmarshal([]byte(line), &e) != nil {
		fmt.Fprint(c.out, line) // not of the tests: go itself says something
		return
	}
	key := e.Package + " " + e.Test
	switch e.Action {
	case "output":
		c.said[key] = append(c.said[key], e.Output)
	case "build-output":
		fmt.Fprint(c.out, e.Output)
	case "pass", "fail", "skip":
		if e.Test == "" {
			c.endPackage(e, key)
		} else {
			c.endTest(e, key)
		}
		delete(c.said, key)
	}
}

func (c *count) endTest(e event, key string) {
	switch e.Action {
	case "pass":
		c.passed++
	case "skip":
		c.skipped++
		fmt.Fprintf(c.out, "SKIP %s\n%s", key, c.told(key))
	case "fail":
		c.failed++
		c.inPackage[e.Package]++
		fmt.Fprintf(c.out, "FAIL %s\n%s", key, c.told(key))
	}
}

// endPackage counts a package as one failure if none of its tests is to
// blame: it does not build, it panicked, it ran out of time.
func (c *count) endPackage(e event, key string) {
	switch {
	case e.Action == "fail" && c.inPackage[e.Package] == 0:
		c.failed++
		fmt.Fprintf(c.out, "FAIL %s\n%s%s", e.Package, c.told(key), c.unfinished(e.Package))
	case e.Action == "fail":
		fmt.Fprintf(c.out, "FAIL %s (%.1fs)\n", e.Package, e.Elapsed)
	case e.Action == "pass":
		fmt.Fprintf(c.out, "ok   %s (%.1fs)\n", e.Package, e.Elapsed)
	}
}

// unfinished is what tests said that never ended, such as one that panicked.
func (c *count) unfinished(pkg string) string {
	var b strings.Builder
	for key := range c.said {
		if p, test, _ := strings.Cut(key, " "); p == pkg && test != "" {
			b.WriteString(c.told(key))
		}
	}
	return b.String()
}

// told is what a test said without the lines that its end repeats.
func (c *count) told(key string) string {
	var b strings.Builder
	for _, s := range c.said[key] {
		if t := strings.TrimSpace(s); strings.HasPrefix(t, "=== ") || strings.HasPrefix(t, "--- ") {
			continue
		}
		b.WriteString(s)
	}
	return b.String()
}
