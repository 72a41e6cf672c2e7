package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// Exit codes that scripts rely on.
const (
	exitOK    = 0
	exitFound = 1 // a finding or a failure
	exitUsage = 2 // wrong usage: nothing was done, nothing is on stdout
)

// streams are the three standard ones, so that tests need no process.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// usageError is a command line that says something we do not understand.
type usageError struct{ error }

func (u usageError) Unwrap() error { return u.error }

func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

func run(args []string, std streams) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	root := newRoot(std)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	var wrong usageError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &wrong):
		_, _ = fmt.Fprintf(std.err, "tideover: %v\nSee `tideover --help`.\n", err)
		return exitUsage
	case errors.Is(err, errFindings):
		return exitFound
	}
	_, _ = fmt.Fprintf(std.err, "tideover: %v\n", err)
	return exitFound
}

// errFindings: what was found has been printed already.
var errFindings = errors.New("findings")

func newRoot(std streams) *cobra.Command {
	root := &cobra.Command{
		Use:           "tideover",
		Short:         "A hotline for the weeks when clinicians are on strike",
		Long:          "Tideover answers calls and texts, triages them by a reviewed script, queues them for\nvolunteer counselors, and pages people on call in an emergency.",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("which command?")
			}
			return usage("unknown command %q", args[0])
		},
	}
	root.SetIn(std.in)
	root.SetOut(std.out)
	root.SetErr(std.err)
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(newServe(std), newDemo(std), newInit(std), newCheck(std), newWalk(std), newGraph(std), newScript(std), newScreen(std), newStaff(std), newGroups(std), newHealthcheck(), newVersion(std))
	return root
}

// exactly wants n arguments; anything else is wrong usage.
func exactly(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != n {
			return usage("%s takes %d argument(s), got %d", cmd.CommandPath(), n, len(args))
		}
		return nil
	}
}

// atMostOne wants no more than one argument.
func atMostOne(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usage("%s takes at most one argument, got %d", cmd.CommandPath(), len(args))
	}
	return nil
}
