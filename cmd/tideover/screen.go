package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/tideover/tideover/config"
	"github.com/tideover/tideover/internal/crisis"
)

func newScreen(std streams) *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use: "screen", Short: "Run the crisis-language detector over JSON lines", Args: exactly(0),
		Long: "Reads {\"id\":…,\"text\":…} lines from stdin and writes one line each, in order:\n{\"id\":…,\"level\":0-3,\"class\":…,\"hits\":[…]}. Levels: 0 none, 1 look and ask once, 2 urgent, 3 act now.\nWith --labelled FILE it reads lines with \"lang\", \"stratum\" and \"level\" beside from a file and\nprints how well it does, with Wilson 95 % intervals, beside a plain word list.",
		RunE: func(*cobra.Command, []string) error {
			if file != "" {
				return measure(std, file)
			}
			return screen(std)
		},
	}
	cmd.Flags().StringVar(&file, "labelled", "", "measure the detector on a file of labelled texts")
	return cmd
}

// measure prints counts only: no text of the file leaves it.
func measure(std streams, file string) error {
	cfg, err := loadSettings("", config.NeedFolder)
	if err != nil {
		return err
	}
	detector, err := loadDetector(cfg)
	if err != nil {
		return err
	}
	in, err := os.Open(file) //nolint:gosec // the operator names the file
	if err != nil {
		return fmt.Errorf("labelled texts: %w", err)
	}
	defer func() { _ = in.Close() }()
	texts, err := crisis.ReadLabelled(in)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(std.out, detector.Table(texts))
	return err
}

type screened struct {
	ID    json.RawMessage `json:"id"`
	Level int             `json:"level"`
	Class string          `json:"class"`
	Hits  []screenedHit   `json:"hits"`
}

type screenedHit struct {
	Rule  string `json:"rule"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	Label string `json:"label"`
}

func screen(std streams) error {
	cfg, err := loadSettings("", config.NeedFolder)
	if err != nil {
		return err
	}
	detector, err := loadDetector(cfg)
	if err != nil {
		return err
	}
	in := bufio.NewScanner(std.in)
	in.Buffer(make([]byte, 0, 64<<10), 4<<20)
	out := bufio.NewWriter(std.out)
	enc := json.NewEncoder(out)
	for n := 1; in.Scan(); n++ {
		if len(in.Bytes()) == 0 {
			continue
		}
		var row struct {
			ID   json.RawMessage `json:"id"`
			Text string          `json:"text"`
		}
		if err := json.Unmarshal(in.Bytes(), &row); err != nil {
			return fmt.Errorf("line %d: want {\"id\":…,\"text\":…}", n)
		}
		if row.ID == nil {
			row.ID = json.RawMessage("null")
		}
		if err := enc.Encode(screenedOf(row.ID, detector.Screen(row.Text))); err != nil {
			return err
		}
	}
	if err := in.Err(); err != nil {
		return fmt.Errorf("stdin: %w", err)
	}
	return out.Flush()
}

func screenedOf(id json.RawMessage, r crisis.Result) screened {
	s := screened{ID: id, Level: r.Level, Class: r.Class, Hits: []screenedHit{}}
	for _, h := range r.Hits {
		s.Hits = append(s.Hits, screenedHit{Rule: h.Rule, Start: h.Start, End: h.End, Label: h.Label})
	}
	return s
}
