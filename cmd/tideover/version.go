package main

import (
	"context"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"
)

// buildVersion is given by the linker (-X main.buildVersion=…) where the build
// sees no repository, as in a container. Nothing else writes it.
var buildVersion string

// version is what the linker gave, else the module's version and commit, as
// the build recorded them.
func version() string {
	if buildVersion != "" {
		return buildVersion
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	if v == "" || v == "(devel)" {
		v = "devel"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 && len(v) < 20 {
			v += " " + s.Value[:12]
		}
	}
	return v
}

func newVersion(std streams) *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: exactly(0),
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(std.out, version())
			return err
		},
	}
}

func newHealthcheck() *cobra.Command {
	var target string
	cmd := &cobra.Command{
		Use: "healthcheck", Short: "Ask a running instance whether it lives (for containers)", Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), 3*time.Second)
			defer cancel()
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
			if err != nil {
				return usage("--url: want a URL")
			}
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				return fmt.Errorf("healthcheck: %w", err)
			}
			defer func() { _ = res.Body.Close() }()
			if res.StatusCode != http.StatusOK {
				return fmt.Errorf("healthcheck: answered %d", res.StatusCode)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&target, "url", "http://127.0.0.1:8080/livez", "what to ask")
	return cmd
}
