package triage

import "fmt"

// Finding is one fault of a script, at its place in the files. Compile gives
// all of them at once, joined.
type Finding struct {
	File string // relative to the configuration folder
	Line int    // from 1; 0: the file as a whole
	Col  int
	Rule string // short id of the rule that found it
	Text string // what is wrong, and what is expected
	Mild bool   // a warning: the script works all the same
}

// Error writes it the way editors understand.
func (f Finding) Error() string {
	word := "error"
	if f.Mild {
		word = "warning"
	}
	return fmt.Sprintf("%s:%d:%d: %s: %s", f.File, f.Line, f.Col, word, f.Text)
}

// spot is a place in a file.
type spot struct {
	file      string
	line, col int
}

// findings gathers faults while files are read and linked.
type findings struct{ all []error }

func (f *findings) add(at spot, rule, format string, args ...any) {
	f.all = append(f.all, Finding{File: at.file, Line: at.line, Col: at.col, Rule: rule, Text: fmt.Sprintf(format, args...)})
}
