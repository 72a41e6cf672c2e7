package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"github.com/tideover/tideover/config"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
)

//go:embed packet.html
var packetPage string

func newScriptPacket(std streams) *cobra.Command {
	var since string
	cmd := &cobra.Command{
		Use: "packet [DIR]", Short: "Print the clinical texts as a page for the clinician", Args: atMostOne,
		Long: "Writes one HTML page that needs nothing else and prints well: every clinical text, its languages\n" +
			"side by side, spoken and written, where it is reached from, its reading level, and whether it was\n" +
			"reviewed as it stands. With --since OLD, the folder as it was when the texts were sealed, it shows\n" +
			"what has changed in them.",
		Example: "  tideover script packet > packet.html\n  tideover script packet config --since config.sealed > packet.html",
		RunE: func(_ *cobra.Command, args []string) error {
			cfg, err := folderOf(args)
			if err != nil {
				return err
			}
			var then fs.FS
			if since != "" {
				if _, err := folderScript(since); err != nil {
					return err
				}
				then = config.Open(since)
			}
			return packet(std, cfg.Files(), then)
		},
	}
	cmd.Flags().StringVar(&since, "since", "", "folder as it was when the texts were sealed")
	return cmd
}

func packet(std streams, files, since fs.FS) error {
	script, err := readScript(files)
	if err != nil {
		return err
	}
	names := map[hotline.Lang]string{hotline.English: "English", hotline.Spanish: "Spanish"}
	page, err := template.New("packet").Funcs(template.FuncMap{"name": func(lang hotline.Lang) string {
		if name, ok := names[lang]; ok {
			return name
		}
		return string(lang)
	}}).Parse(packetPage)
	if err != nil {
		return fmt.Errorf("page of the packet: %w", err)
	}
	p := script.Packet(files, since)
	view := struct {
		triage.Packet
		Short, Printed string
	}{p, p.Version[:8], time.Now().Format("2 January 2006")}
	var out bytes.Buffer
	if err := page.Execute(&out, view); err != nil {
		return fmt.Errorf("write the packet: %w", err)
	}
	_, err = out.WriteTo(std.out)
	return err
}
