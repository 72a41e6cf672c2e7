package store_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/triage"
	"github.com/tideover/tideover/internal/vault"
)

// redisServer is one real Redis for all tests of the package; each test has a
// line of its own in it.
var redisServer string

func TestMain(m *testing.M) { os.Exit(withRedis(m)) }

func withRedis(m *testing.M) int {
	dir, err := os.MkdirTemp("", "tideover-store-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	socket := filepath.Join(dir, "redis.sock")
	cmd := exec.Command("redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", dir)
	if err := cmd.Start(); err != nil {
		fmt.Fprintln(os.Stderr, "these tests need redis-server:", err)
		return 1
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	redisServer = "unix://" + socket
	deadline := time.Now().Add(10 * time.Second)
	for {
		if _, err := os.Stat(socket); err == nil {
			break
		}
		if time.Now().After(deadline) {
			fmt.Fprintln(os.Stderr, "redis-server does not start")
			return 1
		}
		time.Sleep(10 * time.Millisecond)
	}
	return m.Run()
}

var lineCount atomic.Int64

// bundle is a line of its own with a key ring, and what tests do with it.
type bundle struct {
	*store.Store
	rdb  redis.UniversalClient
	keys *vault.Keeper
	era  string
	line string
	legs atomic.Int64
}

func setup(tb testing.TB, opt store.Options) *bundle {
	tb.Helper()
	return setupAt(tb, redisServer, opt)
}

// setupAt is a line in the Redis at url.
func setupAt(tb testing.TB, url string, opt store.Options) *bundle {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "keys")
	if _, err := vault.Create(path, time.Now()); err != nil {
		tb.Fatal(err)
	}
	era := store.NewEra()
	if err := vault.SetEra(path, era); err != nil {
		tb.Fatal(err)
	}
	keys, err := vault.Watch(path)
	if err != nil {
		tb.Fatal(err)
	}
	rdb, err := store.Dial(url, slog.New(slog.DiscardHandler))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = rdb.Close() })
	return (&bundle{rdb: rdb, keys: keys, era: era}).sibling(tb, opt)
}

// fataler is what both kinds of tests can do.
type fataler interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Context() context.Context
}

// sibling is another line in the same Redis with the same key ring.
func (b *bundle) sibling(t fataler, opt store.Options) *bundle {
	t.Helper()
	line := fmt.Sprintf("test%d", lineCount.Add(1))
	s, err := store.New(b.rdb, line, b.keys.Ring, time.Now, time.UTC, slog.New(slog.DiscardHandler), opt)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.BeginEra(t.Context(), b.era, false); err != nil {
		t.Fatal(err)
	}
	return &bundle{Store: s, rdb: b.rdb, keys: b.keys, era: b.era, line: line}
}

func (b *bundle) key(name string) string { return "to:{" + b.line + "}:" + name }

// hash reads a case as it lies in Redis.
func (b *bundle) hash(t fataler, id hotline.CaseID) map[string]string {
	t.Helper()
	row, err := b.rdb.HGetAll(t.Context(), b.key("case:"+string(id))).Result()
	if err != nil {
		t.Fatal(err)
	}
	return row
}

func (b *bundle) get(t fataler, id hotline.CaseID) hotline.Case {
	t.Helper()
	c, err := b.Case(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (b *bundle) leg() string { return fmt.Sprintf("CA%032x", b.legs.Add(1)) }

func caller(n int) hotline.Number {
	return hotline.CallerNumber(fmt.Sprintf("+1415555%04d", 1000+n))
}

// wait puts a caller into the queue by voice.
func (b *bundle) wait(t fataler, band hotline.Band, lang hotline.Lang) hotline.Case {
	t.Helper()
	id, leg := hotline.NewCaseID(), b.leg()
	b.turn(t, triage.Turn{Case: id, Leg: leg, Channel: hotline.Voice, Caller: caller(int(b.legs.Load())), N: 0, Doc: []byte("0")}, hotline.Case{})
	before, err := b.Case(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	effects := []triage.Effect{triage.Enqueue{Band: band, Need: hotline.NeedTalk}}
	if band == hotline.Emergency {
		effects = append(effects, triage.Page{})
	}
	b.turn(t, triage.Turn{
		Case: id, Leg: leg, Channel: hotline.Voice, N: 1, Next: triage.Session{Lang: lang}, Doc: []byte("1"), Effects: effects,
	}, before)
	c, err := b.Case(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (b *bundle) turn(t fataler, turn triage.Turn, before hotline.Case) {
	t.Helper()
	got, err := b.Commit(t.Context(), turn, before)
	if err != nil {
		t.Fatal(err)
	}
	if got.Word != triage.Kept {
		t.Fatalf("turn %d of %s: word %d, state %s", turn.N, turn.Case, got.Word, got.State)
	}
}

// on makes a counselor available.
func (b *bundle) on(t fataler) hotline.CounselorID {
	t.Helper()
	id := hotline.NewStaffID()
	if _, err := b.SetShift(t.Context(), id, hotline.Shift{State: hotline.Available}, ""); err != nil {
		t.Fatal(err)
	}
	return id
}

var anyCase = hotline.Want{Langs: []hotline.Lang{hotline.English, hotline.Spanish}, Needs: hotline.Needs()}

func (b *bundle) claim(ctx context.Context, by hotline.CounselorID) (hotline.Case, error) {
	return b.Claim(ctx, anyCase, by, hotline.NewToken())
}
