package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/tideover/tideover/internal/hotline"
)

// Published is what is known of the versions of the script on this line.
type Published struct {
	Running  string            // on which new contacts begin
	Folder   string            // the folder's version when that was decided
	Versions []string          // that can be read back, the one published first before the others
	Recalled map[string]string // version → node
	past     map[string]bool   // versions that ran before and cannot be read back any more
}

// Knew reports whether a version has been published on this line before.
func (p Published) Knew(version string) bool {
	return p.past[version] || slices.Contains(p.Versions, version)
}

// Fields of the hash `script`; see lua/publish.lua.
const (
	runningField = "running"
	folderField  = "folder"
	keptField    = "kept:"
	pastField    = "past:"
	recallField  = "recall:"
)

// Published reads which versions there are. Errors: ErrUnknown, ErrEra.
func (s *Store) Published(ctx context.Context) (Published, error) {
	r, err := s.run(ctx, "versions")
	if err != nil {
		return Published{}, err
	}
	all := pairs(r.rest)
	p := Published{Running: all[runningField], Folder: all[folderField], Recalled: map[string]string{}, past: map[string]bool{}}
	at := func(v string) int64 {
		ms, _ := strconv.ParseInt(all[keptField+v], 10, 64) // ours
		return ms
	}
	for field := range maps.Keys(all) {
		if v, is := strings.CutPrefix(field, keptField); is {
			p.Versions = append(p.Versions, v)
		}
		if v, is := strings.CutPrefix(field, recallField); is {
			p.Recalled[v] = all[field]
		}
		if v, is := strings.CutPrefix(field, pastField); is {
			p.past[v] = true
		}
	}
	slices.SortFunc(p.Versions, func(a, b string) int { return cmp.Or(cmp.Compare(at(a), at(b)), cmp.Compare(a, b)) })
	return p, nil
}

// Publish keeps the files of a version and makes it the one on which new
// contacts begin, on all instances; what was wrong with an earlier one is over.
// folder is the version of the folder that this instance has.
func (s *Store) Publish(ctx context.Context, version, folder string, files []byte) error {
	args := []any{version, folder, files}
	for _, kind := range hotline.AboutScript() {
		args = append(args, string(kind))
	}
	r, err := s.run(ctx, "publish", args...)
	if err != nil {
		return err
	}
	return verdict(r)
}

// Files gives the files of a version. An error is ErrNotFound or ErrUnknown.
func (s *Store) Files(ctx context.Context, version string) ([]byte, error) {
	raw, err := s.rdb.Get(ctx, s.key("script", version)).Bytes()
	switch {
	case errors.Is(err, redis.Nil):
		return nil, fmt.Errorf("script %s: %w", version, hotline.ErrNotFound)
	case err != nil:
		return nil, fmt.Errorf("script %s: %w: %w", version, hotline.ErrUnknown, plain(err))
	}
	return raw, nil
}

// DropVersion forgets the files of a version that nobody is on. That it has
// been stays known: a folder that holds it is an older one.
func (s *Store) DropVersion(ctx context.Context, version string) error {
	_, err := s.rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.Del(ctx, s.key("script", version))
		p.HDel(ctx, s.key("script"), keptField+version, recallField+version)
		p.HSet(ctx, s.key("script"), pastField+version, s.now().UnixMilli())
		return nil
	})
	if err != nil {
		return fmt.Errorf("drop script %s: %w: %w", version, hotline.ErrUnknown, plain(err))
	}
	return nil
}

// OnVersions counts the open contacts by the version of the script that they
// are on. Errors: ErrUnknown, ErrEra.
func (s *Store) OnVersions(ctx context.Context) (map[string]int, error) {
	r, err := s.run(ctx, "onversions")
	if err != nil {
		return nil, err
	}
	out := map[string]int{}
	for v, n := range pairs(r.rest) {
		if out[v], err = strconv.Atoi(n); err != nil {
			return nil, fmt.Errorf("contacts by version: %w", err)
		}
	}
	return out, nil
}

// RecallVersion sends whoever is on the version to a node of the running one.
func (s *Store) RecallVersion(ctx context.Context, version, node string) error {
	if err := s.rdb.HSet(ctx, s.key("script"), recallField+version, node).Err(); err != nil {
		return fmt.Errorf("recall: %w: %w", hotline.ErrUnknown, plain(err))
	}
	return nil
}
