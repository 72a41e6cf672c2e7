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
}

// Fields of the hash `script`.
const (
	runningField = "running"
	folderField  = "folder"
	keptField    = "kept:"
	recallField  = "recall:"
)

// Published reads which versions there are. An error is ErrUnknown.
func (s *Store) Published(ctx context.Context) (Published, error) {
	all, err := s.rdb.HGetAll(ctx, s.key("script")).Result()
	if err != nil {
		return Published{}, fmt.Errorf("versions of the script: %w: %w", hotline.ErrUnknown, plain(err))
	}
	p := Published{Running: all[runningField], Folder: all[folderField], Recalled: map[string]string{}}
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
	}
	slices.SortFunc(p.Versions, func(a, b string) int { return cmp.Or(cmp.Compare(at(a), at(b)), cmp.Compare(a, b)) })
	return p, nil
}

// Publish keeps the files of a version and makes it the one on which new
// contacts begin, on all instances. folder is the version of the folder that
// this instance has.
func (s *Store) Publish(ctx context.Context, version, folder string, files []byte) error {
	_, err := s.rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.Set(ctx, s.key("script", version), files, 0)
		p.HSet(ctx, s.key("script"), runningField, version, folderField, folder, keptField+version, s.now().UnixMilli())
		p.HDel(ctx, s.key("script"), recallField+version)
		return nil
	})
	if err != nil {
		return fmt.Errorf("publish: %w: %w", hotline.ErrUnknown, plain(err))
	}
	return nil
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

// DropVersion forgets the files of a version that nobody is on.
func (s *Store) DropVersion(ctx context.Context, version string) error {
	_, err := s.rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.Del(ctx, s.key("script", version))
		p.HDel(ctx, s.key("script"), keptField+version, recallField+version)
		return nil
	})
	if err != nil {
		return fmt.Errorf("drop script %s: %w: %w", version, hotline.ErrUnknown, plain(err))
	}
	return nil
}

// mostCounted bounds how many contacts are looked at for a count.
const mostCounted = 5000

// OnVersions counts the contacts in triage and in line by the version of the
// script on which they began.
func (s *Store) OnVersions(ctx context.Context) (map[string]int, error) {
	var ids []string
	for _, key := range []string{"triage", "line"} {
		some, err := s.rdb.ZRange(ctx, s.key(key), 0, mostCounted-1).Result()
		if err != nil {
			return nil, fmt.Errorf("contacts by version: %w: %w", hotline.ErrUnknown, plain(err))
		}
		ids = append(ids, some...)
	}
	cmds, err := s.rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, id := range ids {
			p.HGet(ctx, s.key("case", id), "ver")
		}
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		return nil, fmt.Errorf("contacts by version: %w: %w", hotline.ErrUnknown, plain(err))
	}
	out := map[string]int{}
	for _, c := range cmds {
		if v, is := c.(*redis.StringCmd); is && v.Val() != "" {
			out[v.Val()]++
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
