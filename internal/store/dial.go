package store

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

var errURL = errors.New("REDIS_URL: want redis://, rediss:// or unix:// with host and database")

// Dial opens a client as the hotline needs it: deadlines cut commands in
// flight, and no hidden retries, since a script that ran twice could answer
// "somebody else" to the owner. Several hosts with commas between are
// Sentinels where the URL has ?master_name=, else a Cluster.
func Dial(raw string, log *slog.Logger) (redis.UniversalClient, error) {
	redis.SetLogger(clientLog{log})
	opt, err := parseURL(raw)
	if err != nil {
		return nil, err
	}
	opt.ContextTimeoutEnabled = true
	opt.MaxRetries = -1
	opt.PoolSize = 64
	opt.MinIdleConns = 4
	opt.DialTimeout = time.Second
	opt.DialerRetries = 1
	opt.ReadTimeout = time.Second
	opt.WriteTimeout = time.Second
	return redis.NewUniversalClient(opt), nil
}

func parseURL(raw string) (*redis.UniversalOptions, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, errURL
	}
	hosts := strings.Split(u.Host, ",")
	master := u.Query().Get("master_name")
	one := *u
	if len(hosts) > 1 || master != "" {
		one.Host = hosts[0]
		q := one.Query()
		q.Del("master_name")
		one.RawQuery = q.Encode()
	}
	o, err := redis.ParseURL(one.String())
	if err != nil {
		return nil, errURL
	}
	opt := &redis.UniversalOptions{
		Addrs: []string{o.Addr}, DB: o.DB, Username: o.Username, Password: o.Password, MasterName: master, TLSConfig: o.TLSConfig,
	}
	if u.Scheme == "unix" {
		opt.Addrs = []string{o.Addr}
		return opt, nil
	}
	for _, h := range hosts[1:] {
		opt.Addrs = append(opt.Addrs, withPort(h))
	}
	if opt.TLSConfig != nil && len(opt.Addrs) > 1 { // each node has a name of its own
		opt.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	return opt, nil
}

func withPort(host string) string {
	if strings.Contains(host, ":") {
		return host
	}
	return host + ":6379"
}

// clientLog puts the client's own lines among ours, without their arguments.
type clientLog struct{ log *slog.Logger }

// Printf implements the client's logger.
func (l clientLog) Printf(ctx context.Context, format string, _ ...any) {
	l.log.DebugContext(ctx, "redis client", "line", format)
}
