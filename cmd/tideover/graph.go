package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

func newGraph(std streams) *cobra.Command {
	return &cobra.Command{
		Use: "graph [DIR]", Short: "Draw the script as a Mermaid diagram", Args: atMostOne,
		Long: "Prints the script of a folder as a Mermaid flowchart: DIR, or the one of TIDEOVER_CONFIG, or the\n" +
			"built-in one. Red hexagon: emergency. Orange trapezoid: urgent. Yellow: soon. Green: routine.\n" +
			"Red border: the questions about safety. Dashed: what follows silence. Thick: the way into danger.",
		Example: "  tideover graph > script.mmd\n  tideover graph config | mmdc -i - -o script.svg",
		RunE: func(_ *cobra.Command, args []string) error {
			cfg, err := folderOf(args)
			if err != nil {
				return err
			}
			script, err := readScript(cfg.Files())
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(std.out, script.Mermaid())
			return err
		},
	}
}
