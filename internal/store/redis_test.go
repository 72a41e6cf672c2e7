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
	keys *vault.Keeper
	line string
	legs atomic.Int64
}

func setup(t testing.TB, opt store.Options) *bundle {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keys")
	if _, err := vault.Create(path, time.Now()); err != nil {
		t.Fatal(err)
	}
	era := store.NewEra()
	if err := vault.SetEra(path, era); err != nil {
		t.Fatal(err)
	}
	keys, err := vault.Watch(path)
	if err != nil {
		t.Fatal(err)
	}
	rdb, err := store.Dial(redisServer, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	line := fmt.Sprintf("test%d", lineCount.Add(1))
	s, err := store.New(rdb, line, keys.Ring, time.Now, time.UTC, slog.New(slog.DiscardHandler), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if _, err := s.BeginEra(t.Context(), era, false); err != nil {
		t.Fatal(err)
	}
	return &bundle{Store: s, keys: keys, line: line}
}

func (b *bundle) leg() string { return fmt.Sprintf("CA%032x", b.legs.Add(1)) }

func caller(n int) hotline.Number {
	return hotline.CallerNumber(fmt.Sprintf("+1415555%04d", 1000+n))
}

// wait puts a caller into the queue by voice.
func (b *bundle) wait(t testing.TB, band hotline.Band, lang hotline.Lang) hotline.Case {
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

func (b *bundle) turn(t testing.TB, turn triage.Turn, before hotline.Case) triage.Committed {
	t.Helper()
	got, err := b.Commit(t.Context(), turn, before)
	if err != nil {
		t.Fatal(err)
	}
	if got.Word != triage.Kept {
		t.Fatalf("turn %d of %s: word %d, state %s", turn.N, turn.Case, got.Word, got.State)
	}
	return got
}

// on makes a counselor available.
func (b *bundle) on(t testing.TB) hotline.CounselorID {
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
