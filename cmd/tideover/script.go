package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/tideover/tideover/config"
	"github.com/tideover/tideover/internal/crisis"
	"github.com/tideover/tideover/internal/triage"
)

func newScript(std streams) *cobra.Command {
	cmd := &cobra.Command{
		Use: "script", Short: "What changes in a script, and its pages for the clinician", Args: cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("script: want diff or packet")
			}
			return usage("script: unknown command %q", args[0])
		},
	}
	cmd.AddCommand(newScriptDiff(std), newScriptPacket(std))
	return cmd
}

func newScriptDiff(std streams) *cobra.Command {
	return &cobra.Command{
		Use: "diff OLD NEW", Short: "What changes between two folders, in words a clinician reads", Args: exactly(2),
		Long: "Compares the scripts of two configuration folders: texts, answers, where they lead, urgency, pages,\n" +
			"numbers, seals, and the words of danger that the detector knows: its rules, and what it makes of the\n" +
			"lexicons' own examples and of the words in the transcripts. The most dangerous come first; \"!\" marks what is less careful than before.\n" +
			"Numbers of others are named as [id], so that a new number is one change and not one in each text.",
		Example: "  tideover script diff config.running config\n" +
			"  git worktree add /tmp/main main && tideover script diff /tmp/main/config config",
		RunE: func(_ *cobra.Command, args []string) error {
			before, err := folderScript(args[0])
			if err != nil {
				return err
			}
			after, err := folderScript(args[1])
			if err != nil {
				return err
			}
			_, _ = fmt.Fprint(std.out, triage.WriteChanges(after.Diff(before, append(triage.WordsOf(config.Open(args[0])), triage.WordsOf(config.Open(args[1]))...)...)))
			for _, name := range besideScript {
				if !sameFile(args[0], args[1], name) {
					_, _ = fmt.Fprintf(std.out, "\n%s differs as well; what it says is not compared here.\n", name)
				}
			}
			return nil
		},
	}
}

// besideScript are files that change what callers meet, and are no script.
var besideScript = []string{"script/holidays.yaml", "line.yaml"}

func sameFile(old, now, name string) bool {
	a, errA := fs.ReadFile(config.Open(old), name)
	b, errB := fs.ReadFile(config.Open(now), name)
	return bytes.Equal(a, b) && (errA == nil) == (errB == nil)
}

// folderScript compiles the script of a folder that was named.
func folderScript(dir string) (*triage.Script, error) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, usage("%s: want a configuration folder", dir)
	}
	script, err := readScript(config.Open(dir))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return script, nil
}

// readScript compiles the script of a folder, with the folder's own lexicon.
func readScript(files fs.FS) (*triage.Script, error) {
	detector, err := crisis.Load(files)
	if err != nil {
		return nil, err
	}
	with, err := scriptOptions(files)
	if err != nil {
		return nil, err
	}
	return triage.Compile(files, detector, append(with, triage.Unproved())...) // a script that is worked on is shown as well
}
