package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/tideover/tideover/internal/triage"
)

// paint writes what a walk shows, with colour where that is wanted.
type paint struct{ on bool }

// colourful: only a terminal gets colour, and not where NO_COLOR is set.
func colourful(std streams) bool { return terminal(std.out) && os.Getenv("NO_COLOR") == "" }

// terminal reports whether a person sits at the other end.
func terminal(stream any) bool {
	f, ok := stream.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// The colours of a terminal that a walk uses.
const (
	bold   = "1"
	faint  = "2"
	red    = "31"
	yellow = "33"
)

func (p paint) in(colour, text string) string {
	if !p.on {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

// effects are what is heard, and below it what is done.
func (p paint) effects(effects []triage.Effect) string {
	var out strings.Builder
	for _, e := range effects {
		var lines []triage.Spoken
		switch e := e.(type) {
		case triage.Say:
			lines = e.Lines
		case triage.Ask:
			lines = e.Lines
		case triage.Tape:
			lines = e.Lines
		case triage.SendText:
			lines = []triage.Spoken{{Lang: e.Line.Lang, Text: "(by text) " + e.Line.Text}}
		case triage.ToText:
			for _, l := range e.First {
				lines = append(lines, triage.Spoken{Lang: l.Lang, Text: "(by text) " + l.Text})
			}
		default: // the others are done, not heard
		}
		for _, l := range lines {
			fmt.Fprintf(&out, "  %s %s\n", p.in(faint, "["+string(l.Lang)+"]"), l.Text)
		}
		for _, word := range triage.EffectWords([]triage.Effect{e}) {
			colour := faint
			switch first, _, _ := strings.Cut(word, " "); first {
			case "page", "raise":
				colour = red
			case "enqueue", "end":
				colour = yellow
			}
			fmt.Fprintf(&out, "  %s\n", p.in(colour, "* "+word))
		}
	}
	return out.String()
}

// place is the prompt: where the visit stands.
func (p paint) place(w *triage.Walk) string {
	at := w.Node()
	switch {
	case at == "":
		at = "first text"
	case w.Awaits():
		at += ", outcome"
	}
	if w.Risk() > 0 {
		at += p.in(red, fmt.Sprintf(" risk %d", w.Risk()))
	}
	return p.in(bold, at) + "> "
}
