package store

import (
	"context"
	"embed"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/tideover/tideover/internal/hotline"
)

//go:embed lua/*.lua
var luaFiles embed.FS

type scripts map[string]*redis.Script

// loadScripts puts the table of moves and what all scripts share before each.
func loadScripts() (scripts, error) {
	common, err := luaFiles.ReadFile("lua/case.lua")
	if err != nil {
		return nil, fmt.Errorf("scripts: %w", err)
	}
	head := movesTable() + string(common)
	entries, err := luaFiles.ReadDir("lua")
	if err != nil {
		return nil, fmt.Errorf("scripts: %w", err)
	}
	all := scripts{}
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), ".lua")
		if name == "case" {
			continue
		}
		body, err := luaFiles.ReadFile("lua/" + e.Name())
		if err != nil {
			return nil, fmt.Errorf("scripts: %w", err)
		}
		all[name] = redis.NewScript(head + string(body))
	}
	return all, nil
}

func movesTable() string {
	var b strings.Builder
	b.WriteString("local MOVES = {")
	for _, m := range hotline.Moves() {
		fmt.Fprintf(&b, "['%s>%s']=1,", m.From, m.To)
	}
	b.WriteString("}\n")
	return b.String()
}

// LoadScripts puts all scripts into Redis' cache, at start and after a
// reconnect, so that the first webhook need not.
func (s *Store) LoadScripts(ctx context.Context) error {
	for name, script := range s.scripts {
		if err := script.Load(ctx, s.rdb).Err(); err != nil {
			return fmt.Errorf("load script %s: %w", name, plain(err))
		}
	}
	return nil
}
