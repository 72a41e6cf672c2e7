package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tideover/tideover/config"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/outreach"
)

func newGroups(std streams) *cobra.Command {
	cmd := &cobra.Command{
		Use: "groups", Short: "Support groups: sessions that callers can sign up for", Args: cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("groups: want load, list or cancel")
			}
			return usage("groups: unknown command %q", args[0])
		},
	}
	cmd.AddCommand(newGroupsLoad(std), newGroupsList(std), newGroupsCancel(std))
	return cmd
}

func newGroupsLoad(std streams) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "load FILE", Short: "Add or change the groups of a YAML file", Args: exactly(1),
		Long: "Reads a list of groups:\n\n  groups:\n    - id: calm-tue\n      topic: anxiety\n      language: en\n      at: 2026-12-01 18:00\n" +
			"      seats: 12\n      link: https://meet.example.org/calm\n\nTimes are the line's. wait_list says how many may wait for a seat; left out, as many as\n" +
			"there are seats. A group that is there already is changed, and its people are told of\nanother time or link. With a fault in the file nothing is changed.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return withLine(func(l line) error { return loadGroups(cmd.Context(), std, l, args[0], asJSON) })
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

// withLine opens the line's store for one command.
func withLine(do func(l line) error) error {
	l, err := openLine()
	if err != nil {
		return err
	}
	defer func() { _ = l.store.Close() }()
	return do(l)
}

func loadGroups(ctx context.Context, std streams, l line, file string, asJSON bool) error {
	src, err := os.ReadFile(file) //nolint:gosec // the operator names the file
	if err != nil {
		return fmt.Errorf("groups: %w", err)
	}
	name := filepath.Base(file)
	read, err := config.ReadGroups(name, src, l.zone)
	if err != nil {
		return err
	}
	var faults []error
	groups := make([]outreach.Group, 0, len(read))
	for _, r := range read {
		g := outreach.Group{ID: r.ID, Topic: r.Topic, Lang: hotline.Lang(r.Language), At: r.At.UTC(), Seats: r.Seats, Waits: r.WaitList, Link: r.Link}
		if err := g.Check(time.Now()); err != nil {
			faults = append(faults, fmt.Errorf("%s:%d:1: error: group %q: %w", name, r.Line, r.ID, err))
		}
		groups = append(groups, g)
	}
	if len(faults) > 0 {
		return errors.Join(faults...)
	}
	for _, g := range groups {
		switch err := l.store.LoadGroup(ctx, g); {
		case errors.Is(err, hotline.ErrMove):
			return fmt.Errorf("group %q: called off, begun, or more people than seats", g.ID)
		case err != nil:
			return err
		}
	}
	if asJSON {
		return json.NewEncoder(std.out).Encode(map[string]int{"loaded": len(groups)})
	}
	_, err = fmt.Fprintf(std.out, "%d group(s) loaded\n", len(groups))
	return err
}

// groupRow is a group as `groups list --json` prints it.
type groupRow struct {
	ID        string       `json:"id"`
	Topic     string       `json:"topic"`
	Language  hotline.Lang `json:"language"`
	At        time.Time    `json:"at"`
	Seats     int          `json:"seats"`
	Free      int          `json:"free"`
	Waiting   int          `json:"waiting"`
	Cancelled bool         `json:"cancelled"`
}

func newGroupsList(std streams) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list", Short: "List the groups, without their links", Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withLine(func(l line) error { return listGroups(cmd.Context(), std, l, asJSON) })
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

func listGroups(ctx context.Context, std streams, l line, asJSON bool) error {
	all, err := l.store.Groups(ctx)
	if err != nil {
		return err
	}
	rows := make([]groupRow, 0, len(all))
	for _, g := range all {
		rows = append(rows, groupRow{g.ID, g.Topic, g.Lang, g.At, g.Seats, g.Free(), g.Listed, g.Cancelled})
	}
	if asJSON {
		return json.NewEncoder(std.out).Encode(map[string]any{"groups": rows})
	}
	w := tabwriter.NewWriter(std.out, 0, 4, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "id\ttopic\tlanguage\tat\tfree\twaiting\tstate") // the flush reports what went wrong
	for _, g := range rows {
		state := "on"
		if g.Cancelled {
			state = "off"
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d of %d\t%d\t%s\n", g.ID, g.Topic, g.Language, g.At.In(l.zone).Format("2006-01-02 15:04"), g.Free, g.Seats, g.Waiting, state)
	}
	return w.Flush()
}

func newGroupsCancel(std streams) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "cancel ID", Short: "Call a group off and tell its people by text", Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withLine(func(l line) error {
				if err := l.store.CallOff(cmd.Context(), args[0]); err != nil {
					return fmt.Errorf("group %q: %w", args[0], err)
				}
				if asJSON {
					return json.NewEncoder(std.out).Encode(map[string]string{"cancelled": args[0]})
				}
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}
