package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tideover/tideover/config"
	"github.com/tideover/tideover/internal/crisis"
	"github.com/tideover/tideover/internal/triage"
)

func newCheck(std streams) *cobra.Command {
	var release bool
	cmd := &cobra.Command{
		Use: "check [DIR]", Short: "Validate a configuration folder", Args: atMost(1),
		Long:    "Validates line, script, translations, transcripts, resources and lexicon of a folder: DIR, or\nthe one of TIDEOVER_CONFIG, or the built-in one. Prints all findings as\nfile:line:col: error|warning: text; exit 1 if one of them is an error.",
		Example: "  tideover check                  the folder that serve would take\n  tideover check config/ --release   and refuse clinical text that nobody has sealed",
		RunE: func(_ *cobra.Command, args []string) error {
			cfg, err := loadSettings("", config.NeedFolder)
			if err != nil {
				return err
			}
			if len(args) == 1 {
				cfg.Folder = args[0]
			}
			return check(std, cfg, release)
		},
	}
	cmd.Flags().BoolVar(&release, "release", false, "refuse clinical text that nobody has sealed")
	return cmd
}

func check(std streams, cfg config.Config, release bool) error {
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
	script, err := triage.Compile(cfg.Files(), detector)
	report(err)
	for _, f := range script.Rehearse(cfg.Files()).Findings {
		if !f.Mild {
			found++
		}
		_, _ = fmt.Fprintln(std.out, f)
	}
	if script != nil && err == nil {
		unsealed := script.Unreviewed()
		word := "warning"
		if release {
			word = "error"
			found += len(unsealed)
		}
		for _, id := range unsealed {
			_, _ = fmt.Fprintf(std.out, "script/review.yaml:1:1: %s: %s is not clinically reviewed\n", word, id)
		}
	}
	if found > 0 {
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
