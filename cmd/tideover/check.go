package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tideover/tideover/config"
	"github.com/tideover/tideover/internal/crisis"
	"github.com/tideover/tideover/internal/triage"
)

// checking says what check is to do beside finding faults.
type checking struct{ release, coverage, skeletons bool }

func newCheck(std streams) *cobra.Command {
	var do checking
	cmd := &cobra.Command{
		Use: "check [DIR]", Short: "Validate a configuration folder", Args: atMostOne,
		Long: "Validates line, script, translations, transcripts, resources and lexicon of a folder: DIR, or\n" +
			"the one of TIDEOVER_CONFIG, or the built-in one. Prints all findings as\n" +
			"file:line:col: error|warning: text; exit 1 if one of them is an error.",
		Example: "  tideover check                      the folder that serve would take\n" +
			"  tideover check config --release     and refuse clinical text that nobody has sealed\n" +
			"  tideover check config --coverage    and list the ways that no transcript takes\n" +
			"  tideover check config --skeletons   print transcripts that take those ways",
		RunE: func(_ *cobra.Command, args []string) error {
			cfg, err := folderOf(args)
			if err != nil {
				return err
			}
			if do.skeletons {
				return skeletons(std, cfg)
			}
			return check(std, cfg, do)
		},
	}
	cmd.Flags().BoolVar(&do.release, "release", false, "refuse clinical text that nobody has sealed")
	cmd.Flags().BoolVar(&do.coverage, "coverage", false, "print which ways through the script transcripts take")
	cmd.Flags().BoolVar(&do.skeletons, "skeletons", false, "print transcripts for the ways that none takes, to be read and named, and nothing else")
	return cmd
}

// folderOf gives the settings with the folder that an argument names, if there
// is one.
func folderOf(args []string) (config.Config, error) {
	cfg, err := loadSettings("", config.NeedFolder)
	if len(args) == 1 {
		cfg.Folder = args[0]
	}
	return cfg, err
}

func check(std streams, cfg config.Config, do checking) error {
	found := 0
	report := func(err error) {
		for _, e := range flat(err) {
			found++
			_, _ = fmt.Fprintln(std.out, e)
		}
	}
	_, err := config.LoadLine(cfg.Files())
	report(err)
	detector, err := crisis.Load(cfg.Files())
	report(err)
	if err != nil {
		// The script is looked at all the same, with words that are known to work.
		if detector, err = crisis.Load(config.FS()); err != nil {
			return err
		}
	}
	with, err := scriptOptions(cfg.Files())
	report(err)
	script, err := triage.Compile(cfg.Files(), detector, with...)
	report(err)
	rehearsal := script.Rehearse(cfg.Files())
	for _, f := range rehearsal.Findings {
		if !f.Mild {
			found++
		}
		_, _ = fmt.Fprintln(std.out, f)
	}
	if script != nil && err == nil {
		unsealed := script.Unreviewed()
		word := "warning"
		if do.release {
			word = "error"
			found += len(unsealed)
		}
		for _, id := range unsealed {
			_, _ = fmt.Fprintf(std.out, "script/review.yaml:1:1: %s: %s is not clinically reviewed\n", word, id)
		}
		if do.coverage {
			_, _ = fmt.Fprint(std.out, rehearsal.Coverage.Report())
		}
	}
	if found > 0 {
		return errFindings
	}
	return nil
}

// skeletons prints what is missing in the file of transcripts. A way that no
// caller can take is a finding.
func skeletons(std streams, cfg config.Config) error {
	script, err := readScript(cfg.Files())
	if err != nil {
		return err
	}
	text, stuck := script.Skeletons(cfg.Files(), script.Rehearse(cfg.Files()).Coverage)
	_, _ = fmt.Fprint(std.out, text)
	for _, g := range stuck {
		_, _ = fmt.Fprintf(std.err, "no visit takes this way: %s: %s (%s)\n", g.Node, g.Branch, strings.Join(g.In, ", "))
	}
	if len(stuck) > 0 {
		return errFindings
	}
	return nil
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
