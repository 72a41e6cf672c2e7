package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tideover/tideover/config"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
)

// walking says how a walk goes.
type walking struct{ channel, lang, save string }

func newWalk(std streams) *cobra.Command {
	var do walking
	cmd := &cobra.Command{
		Use: "walk [DIR]", Short: "Walk the script in the terminal", Args: atMostOne,
		Long: "Walks the script of a folder: DIR, or the one of TIDEOVER_CONFIG, or the built-in one.\n" +
			"Type what a caller presses or says, an empty line for silence, and see what is said and done.\n" +
			"\"?\" lists the ways from here, \":can_text: false\" changes a fact, ctrl-D ends the walk.\n" +
			"With --lang the walk begins at the safety question, else with the very first word.",
		Example: "  tideover walk\n  tideover walk --channel sms --lang es\n" +
			"  tideover walk config --lang en --save \"moved appointment, wants the steps by text\"",
		RunE: func(_ *cobra.Command, args []string) error {
			cfg, err := folderOf(args)
			if err != nil {
				return err
			}
			return walk(std, cfg, do)
		},
	}
	cmd.Flags().StringVar(&do.channel, "channel", "voice", "voice or sms")
	cmd.Flags().StringVar(&do.lang, "lang", "", "language that has been chosen before, e.g. en")
	cmd.Flags().StringVar(&do.save, "save", "", "append the walk to the folder's transcripts under this name")
	return cmd
}

func walk(std streams, cfg config.Config, do walking) error {
	ch := hotline.Channel(do.channel)
	if ch != hotline.Voice && ch != hotline.SMS {
		return usage("--channel: want voice or sms")
	}
	script, err := readScript(cfg.Files())
	if err != nil {
		return err
	}
	if do.lang != "" && !slices.Contains(script.Langs(), hotline.Lang(do.lang)) {
		return usage("--lang: want one of %v", script.Langs())
	}
	if err := mayKeep(cfg, do.save); err != nil {
		return err
	}
	w, begun, err := script.Walk(cfg.Files(), ch, hotline.Lang(do.lang))
	if err != nil {
		return err
	}
	take(std, w, begun)
	if do.save == "" {
		return nil
	}
	return keepWalk(std, cfg, script, w, do.save)
}

// mayKeep finds out before the walk whether it can be kept.
func mayKeep(cfg config.Config, name string) error {
	switch {
	case name == "":
		return nil
	case cfg.Folder == "":
		return usage("--save: the built-in folder cannot be written; copy it, and name the copy as DIR or in TIDEOVER_CONFIG")
	case triage.HasTranscript(cfg.Files(), name):
		return usage("--save: there is a transcript %q already", name)
	}
	_, err := os.Stat(filepath.Join(cfg.Folder, triage.TranscriptFile))
	return err
}

// take reads act after act until the contact ends or the input does.
func take(std streams, w *triage.Walk, begun []triage.Effect) {
	p := paint{on: colourful(std)}
	show := func(effects []triage.Effect) (ended bool) {
		for _, e := range effects {
			_, is := e.(triage.End)
			_, goesOn := e.(triage.ToText) // the call ends, the visit does not
			ended = (ended || is) && !goesOn
		}
		if len(effects) == 0 && w.Node() != "" {
			_, _ = fmt.Fprintln(std.out, "  (nothing new: the case waits)")
		}
		_, _ = fmt.Fprint(std.out, p.effects(effects))
		return ended
	}
	if len(begun) == 0 {
		_, _ = fmt.Fprintln(std.err, "A thread begins with its first text.")
	}
	show(begun)
	in := bufio.NewScanner(std.in)
	for {
		_, _ = fmt.Fprint(std.out, p.place(w))
		if !in.Scan() {
			_, _ = fmt.Fprintln(std.out)
			return
		}
		typed := strings.TrimSpace(in.Text())
		if !terminal(std.in) {
			_, _ = fmt.Fprintln(std.out, typed) // nobody else shows what was typed
		}
		if typed == "?" {
			_, _ = fmt.Fprintln(std.out, "  ways from here:", strings.Join(w.Ways(), " | "))
			continue
		}
		if fact, is := strings.CutPrefix(typed, ":"); is {
			if err := w.Change(fact); err != nil {
				_, _ = fmt.Fprintln(std.err, err)
			}
			continue
		}
		effects, err := w.Do(typed)
		if err != nil {
			_, _ = fmt.Fprintln(std.err, err)
			continue
		}
		if show(effects) {
			return
		}
	}
}

// keepWalk appends the walk and takes it back if the file is not right then.
func keepWalk(std streams, cfg config.Config, script *triage.Script, w *triage.Walk, name string) error {
	path := filepath.Join(cfg.Folder, triage.TranscriptFile)
	before, err := os.ReadFile(path) //nolint:gosec // the operator names the folder
	if err != nil {
		return err
	}
	faults := func() (n int) {
		for _, f := range script.Rehearse(cfg.Files()).Findings {
			if f.File == triage.TranscriptFile {
				n++
			}
		}
		return n
	}
	had := faults()
	after := strings.TrimRight(string(before), "\n") + "\n" + w.Transcript(name)
	if err := os.WriteFile(path, []byte(after), 0o644); err != nil { //nolint:gosec // a script is read by others
		return err
	}
	if faults() > had || !triage.HasTranscript(cfg.Files(), name) {
		return errors.Join(fmt.Errorf("%s: the walk does not fit at its end: `transcripts:` must come last", path), os.WriteFile(path, before, 0o644)) //nolint:gosec // as it was
	}
	_, _ = fmt.Fprintf(std.err, "kept as %q in %s\n", name, path)
	return nil
}
