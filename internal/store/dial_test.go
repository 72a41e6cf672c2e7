package store_test

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/tideover/tideover/internal/store"
)

func TestRedisURLNamesOneServerSentinelsOrACluster(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"redis://127.0.0.1:6379/0":                      "*redis.Client",
		"unix:///run/redis.sock":                        "*redis.Client",
		"redis://a:26379,b:26379/0?master_name=primary": "*redis.Client",
		"redis://a:6379,b:6379":                         "*redis.ClusterClient",
	} {
		c, err := store.Dial(raw, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Errorf("%s: %v", raw, err)
			continue
		}
		got := "*redis.Client"
		if _, cluster := c.(*redis.ClusterClient); cluster {
			got = "*redis.ClusterClient"
		}
		if got != want {
			t.Errorf("%s: %s, want %s", raw, got, want)
		}
		_ = c.Close()
	}
}

func TestWrongRedisURLIsRefusedWithoutItsPassword(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"http://u:hunter2@h", "redis://u:hunter2@h:x/0", "://hunter2", "redis://u:hunter2@h/db"} {
		_, err := store.Dial(raw, slog.New(slog.DiscardHandler))
		if err == nil || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "REDIS_URL") {
			t.Errorf("%v", err)
		}
	}
}
