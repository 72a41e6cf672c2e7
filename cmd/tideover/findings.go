package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
)

// found are the findings of a folder, each one line: file:line:col: error|warning: text.
type found []string

// add takes every single fault of an error. One that names no place stands on
// the folder as a whole.
func (f *found) add(err error) {
	for _, e := range flat(err) {
		line := e.Error()
		if !placed.MatchString(line) {
			line = "line.yaml:1:1: error: " + line
		}
		*f = append(*f, line)
	}
}

var placed = regexp.MustCompile(`^([^:]+):(\d+):(\d+): (error|warning): `)

// print writes them by file and place.
func (f *found) print(w io.Writer) {
	slices.SortStableFunc(*f, func(a, b string) int {
		x, y := placed.FindStringSubmatch(a), placed.FindStringSubmatch(b)
		return cmp.Or(cmp.Compare(x[1], y[1]), cmp.Compare(number(x[2]), number(y[2])), cmp.Compare(number(x[3]), number(y[3])))
	})
	for _, line := range slices.Compact(*f) {
		_, _ = fmt.Fprintln(w, line)
	}
}

func number(digits string) int {
	n, _ := strconv.Atoi(digits) // placed has seen that they are digits
	return n
}

// count tells errors from warnings.
func (f *found) count() (errs, warnings int) {
	for _, line := range *f {
		if placed.FindStringSubmatch(line)[4] == "error" {
			errs++
			continue
		}
		warnings++
	}
	return errs, warnings
}

func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// flat gives the single faults of a joined error.
func flat(err error) []error {
	if err == nil {
		return nil
	}
	var joined interface{ Unwrap() []error }
	if errors.As(err, &joined) {
		var all []error
		for _, e := range joined.Unwrap() {
			all = append(all, flat(e)...)
		}
		return all
	}
	return []error{err}
}
