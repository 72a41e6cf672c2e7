package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tideover/tideover/config"
	"github.com/tideover/tideover/internal/crisis"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
)

// checking says what check is to do beside finding faults.
type checking struct{ release, coverage, skeletons, times bool }

func newCheck(std streams) *cobra.Command {
	var do checking
	cmd := &cobra.Command{
		Use: "check [DIR]", Short: "Validate a configuration folder", Args: atMostOne,
		Long: "Validates line, script, translations, transcripts, resources and lexicon of a folder: DIR, or\n" +
			"the one of TIDEOVER_CONFIG, or the built-in one. Prints all findings as\n" +
			"file:line:col: error|warning: text, by file and place; exit 1 if one of them is an error.",
		Example: "  tideover check                      the folder that serve would take\n" +
			"  tideover check config --release     and refuse clinical text that nobody has sealed\n" +
			"  tideover check config --coverage    and list the ways that no transcript takes\n" +
			"  tideover check config --times       and how far a person is, by language and channel\n" +
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
	cmd.Flags().BoolVar(&do.times, "times", false, "print how far a person is on each way, in seconds of speech and parts of texts")
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
	var all found
	_, err := config.LoadLine(cfg.Files())
	all.add(err)
	detector, err := crisis.Load(cfg.Files())
	all.add(err)
	if err != nil {
		// The script is looked at all the same, with words that are known to work.
		if detector, err = crisis.Load(config.FS()); err != nil {
			return err
		}
	}
	with, err := scriptOptions(cfg.Files())
	all.add(err)
	script, findings := triage.Check(cfg.Files(), detector, triage.Terms{Day: time.Now(), Release: do.release}, with...)
	rehearsal := script.Rehearse(cfg.Files())
	for _, f := range append(findings, rehearsal.Findings...) {
		all.add(f)
	}
	all.print(std.out)
	if script != nil && do.coverage {
		_, _ = fmt.Fprint(std.out, rehearsal.Coverage.Report())
	}
	if script != nil && do.times {
		printTimes(std.out, script.Times())
	}
	errs, warnings := all.count()
	_, _ = fmt.Fprintf(std.err, "%s, %s\n", counted(errs, "error"), counted(warnings, "warning"))
	if errs > 0 {
		return errFindings
	}
	return nil
}

// printTimes writes a row for each way, and what it may take.
func printTimes(w io.Writer, times []triage.Time) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(t, "way\tlanguage\tchannel\ttakes\tat most")
	for _, way := range times {
		takes, most := fmt.Sprintf("%.1f s", way.Spoken.Seconds()), fmt.Sprintf("%d s", way.Most)
		if way.Pauses > 0 {
			takes += fmt.Sprintf(" and %.0f s of silence", way.Pauses.Seconds())
		}
		if way.Channel == hotline.SMS {
			takes, most = counted(way.Parts, "part"), counted(way.Most, "part")
		}
		if way.Over() {
			most += ": over"
		}
		_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", way.Way, cmp.Or(way.Lang, "all"), way.Channel, takes, most)
	}
	_ = t.Flush()
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
