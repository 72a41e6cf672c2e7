package store

import (
	"context"
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/tideover/tideover/internal/hotline"
)

//go:embed lua/*.lua
var luaFiles embed.FS

type scripts map[string]*redis.Script

// alone are the scripts that need nothing of what the others share.
var alone = map[string]bool{"turn": true}

// shared are what scripts consist of, and no scripts themselves.
var shared = []string{"head", "case", "guests", "group", "duty", "promise", "admit", "match", "again"}

// shares says which scripts also need what those about groups, duties,
// callbacks or matching share.
func shares(script string) []string {
	switch script {
	case "seat", "unseat", "groupput", "groupoff", "groups", "signups":
		return []string{"group"}
	case "commit":
		return []string{"duty", "promise", "admit", "again"}
	case "giveback":
		return []string{"duty", "promise"}
	case "leave":
		return []string{"again", "duty", "promise"}
	case "finish":
		return []string{"again"}
	case "claim", "waitingfor", "whomay", "invite":
		return []string{"match"}
	case "duties", "dutyclaim", "dutytry", "dutysent", "dutyover":
		return []string{"duty"}
	}
	return nil
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
		if slices.Contains(shared, name) {
			continue
		}
		before := ""
		if !alone[name] {
			before = movesTable() + parts["case"] + parts["guests"]
		}
		for _, part := range shares(name) {
			before += parts[part]
		}
		all[name] = redis.NewScript(parts["head"] + before + body)
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
