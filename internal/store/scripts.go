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

// alone are the scripts that need nothing of what the others share.
var alone = map[string]bool{"turn": true}

// share says which scripts also need what those about groups, or about duties,
// share.
func share(script string) string {
	switch script {
	case "seat", "unseat", "groupput", "groupoff", "groups", "signups":
		return "group"
	case "commit", "duties", "dutyclaim", "dutytry", "dutysent", "dutyover":
		return "duty"
	}
	return ""
}

// loadScripts puts together what each script consists of: the head, the table
// of moves, what most share, and itself.
func loadScripts() (scripts, error) {
	parts := map[string]string{}
	entries, err := luaFiles.ReadDir("lua")
	if err != nil {
		return nil, fmt.Errorf("scripts: %w", err)
	}
	for _, e := range entries {
		body, err := luaFiles.ReadFile("lua/" + e.Name())
		if err != nil {
			return nil, fmt.Errorf("scripts: %w", err)
		}
		parts[strings.TrimSuffix(e.Name(), ".lua")] = string(body)
	}
	all := scripts{}
	for name, body := range parts {
		if name == "head" || name == "case" || name == "group" || name == "duty" {
			continue
		}
		shared := movesTable() + parts["case"]
		if alone[name] {
			shared = ""
		}
		shared += parts[share(name)]
		all[name] = redis.NewScript(parts["head"] + shared + body)
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
