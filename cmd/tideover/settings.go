package main

import (
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/tideover/tideover/config"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/vault"
)

// forStore is what a command needs that works on the store without a line.
const forStore = config.NeedStore | config.NeedKeys | config.NeedFolder | config.NeedLinks

// loadSettings reads the environment; keysFile, where given, stands in for
// TIDEOVER_KEYS_FILE.
func loadSettings(keysFile string, need ...config.Group) (config.Config, error) {
	lookup := func(name string) (string, bool) {
		if name == "TIDEOVER_KEYS_FILE" && keysFile != "" {
			return keysFile, true
		}
		return os.LookupEnv(name)
	}
	return config.Load(lookup, need...)
}

// line is the store of a line and its key ring, for commands beside serve.
type line struct {
	store      *store.Store
	keys       *vault.Keeper
	onCall     []hotline.Number
	consoleURL string
	zone       *time.Location
}

func openLine() (line, error) {
	cfg, err := loadSettings("", forStore)
	if err != nil {
		return line{}, err
	}
	return openLineWith(cfg)
}

func openLineWith(cfg config.Config) (line, error) {
	l, err := config.LoadLine(cfg.Files())
	if err != nil {
		return line{}, err
	}
	keys, err := vault.Watch(cfg.KeysFile)
	if err != nil {
		return line{}, err
	}
	log := slog.New(slog.DiscardHandler)
	rdb, err := store.Dial(cfg.RedisURL.Reveal(), log)
	if err != nil {
		return line{}, err
	}
	// A person at a terminal can wait longer than a caller.
	s, err := store.New(rdb, l.ID, keys.Ring, time.Now, l.Zone, log, store.Options{Deadline: 5 * time.Second})
	if err != nil {
		return line{}, err
	}
	url := cfg.ConsoleURL
	if url == "" {
		url = "http://localhost:8080"
	}
	return line{store: s, keys: keys, consoleURL: url, zone: l.Zone}, nil
}

// numbers turns settings into the domain's numbers; config has checked them.
func numbers(in []config.Number) ([]hotline.Number, error) {
	out := make([]hotline.Number, 0, len(in))
	for _, n := range in {
		p, err := hotline.ParseNumber(n.E164())
		if err != nil {
			return nil, fmt.Errorf("setting: %w", err)
		}
		out = append(out, p)
	}
	return out, nil
}
