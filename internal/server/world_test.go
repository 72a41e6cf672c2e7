package server_test

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tideover/tideover/config"
	"github.com/tideover/tideover/internal/crisis"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/server"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/triage"
	"github.com/tideover/tideover/internal/twilio"
	"github.com/tideover/tideover/internal/vault"
)

// world is one line on a real Redis, served over real HTTP by one instance.
type world struct {
	public, base  string
	redis         string
	account       string
	token         string
	number        hotline.Number
	onCall        []hotline.Number
	keysFile, dir string
	logs          *logBuffer
	stop          func() error
	n             atomic.Int64
	skew          time.Duration // of the clock of instances that are built from now on
}

const lineNumber = "+14155550100"

// newWorld starts Redis and an instance that can reach nobody.
func newWorld(tb testing.TB) *world {
	tb.Helper()
	return newWorldWith(tb, "http://127.0.0.1:9")
}

// newWorldWith sends REST calls to rest.
func newWorldWith(tb testing.TB, rest string) *world {
	tb.Helper()
	w := &world{
		public: "https://line.example.org", account: "AC" + random(tb), token: random(tb), dir: tb.TempDir(), logs: &logBuffer{},
		number: number(tb, lineNumber), onCall: []hotline.Number{number(tb, "+12095559901"), number(tb, "+12095559902")},
	}
	w.redis = startRedis(tb, w.dir)
	w.keysFile = filepath.Join(w.dir, "keys")
	w.setUp(tb)
	w.base, w.stop = w.instance(tb, rest)
	return w
}

func number(tb testing.TB, s string) hotline.Number {
	tb.Helper()
	n, err := hotline.ParseNumber(s)
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

// random is an id or a secret as Twilio makes them.
func random(tb testing.TB) string {
	tb.Helper()
	raw := make([]byte, 16)
	if _, err := rand.Read(raw); err != nil {
		tb.Fatal(err)
	}
	return hex.EncodeToString(raw)
}

// startRedis runs a redis-server on a socket until the test ends.
func startRedis(tb testing.TB, dir string) string {
	tb.Helper()
	socket := filepath.Join(dir, "r.sock")
	cmd := exec.Command("redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "yes",
		"--aof-use-rdb-preamble", "no", "--dir", dir)
	if err := cmd.Start(); err != nil {
		tb.Fatalf("these tests need redis-server: %v", err)
	}
	tb.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	wait(tb, "redis-server does not start", func() bool {
		conn, err := net.Dial("unix", socket)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})
	return "unix://" + socket
}

// setUp does what `tideover init` does.
func (w *world) setUp(tb testing.TB) {
	tb.Helper()
	if _, err := vault.Create(w.keysFile, time.Now()); err != nil {
		tb.Fatal(err)
	}
	era := store.NewEra()
	if err := vault.SetEra(w.keysFile, era); err != nil {
		tb.Fatal(err)
	}
	s := w.store(tb)
	if _, err := s.BeginEra(context.Background(), era, false); err != nil {
		tb.Fatal(err)
	}
}

// store opens the line's store beside the instance, as the CLI does.
func (w *world) store(tb testing.TB) *store.Store {
	tb.Helper()
	keys, err := vault.Watch(w.keysFile)
	if err != nil {
		tb.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	rdb, err := store.Dial(w.redis, log)
	if err != nil {
		tb.Fatal(err)
	}
	s, err := store.New(rdb, "main", keys.Ring, time.Now, time.UTC, log, store.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	return s
}

// build wires an instance that reaches its store and Twilio as given; change,
// if any, sets other options.
func (w *world) build(tb testing.TB, redis, rest string, change func(*server.Options)) *server.Server {
	tb.Helper()
	return w.buildFrom(tb, shipped(), redis, rest, change)
}

// shipped is the script that is built in.
func shipped() server.Source { return server.Source{Files: config.FS, Compile: compiled} }

func compiled(files fs.FS) (*triage.Script, error) {
	detector, err := crisis.Load(files)
	if err != nil {
		return nil, err
	}
	with, err := server.ScriptOptions(files)
	if err != nil {
		return nil, err
	}
	return triage.Compile(files, detector, append(with, triage.Unproved())...)
}

func (w *world) buildFrom(tb testing.TB, from server.Source, redis, rest string, change func(*server.Options)) *server.Server {
	tb.Helper()
	keys, err := vault.Watch(w.keysFile)
	if err != nil {
		tb.Fatal(err)
	}
	o := server.Options{
		PublicURL: w.public, ConsoleURL: w.public, Twilio: twilio.Credentials{Account: w.account, Tokens: []string{w.token}},
		TwilioURL: rest, Number: w.number, OnCall: w.onCall, Line: "main", Name: "Test line", Zone: time.UTC, Texts: true, MissedRings: 3, Version: "test",
	}
	if change != nil {
		change(&o)
	}
	skew := w.skew
	s, err := server.New(o, redis, keys, from, func() time.Time { return time.Now().Add(skew) }, slog.New(slog.NewJSONHandler(w.logs, nil)))
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// instance starts one more instance of the line and gives its base URL and
// what stops it and waits for the drain.
func (w *world) instance(tb testing.TB, rest string) (string, func() error) {
	tb.Helper()
	return w.run(tb, w.build(tb, w.redis, rest, nil))
}

// run serves until the test ends or stop is called.
func (w *world) run(tb testing.TB, s *server.Server) (base string, stop func() error) {
	tb.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx, ln) }()
	var over bool
	stop = func() error {
		cancel()
		if over {
			return nil
		}
		over = true
		return <-ended
	}
	tb.Cleanup(func() { _ = stop() })
	base = "http://" + ln.Addr().String()
	wait(tb, "the instance does not become ready", func() bool {
		res, err := http.Get(base + "/readyz")
		if err != nil {
			return false
		}
		_ = res.Body.Close()
		return res.StatusCode == http.StatusOK
	})
	return base, stop
}

// wait polls what only another process can tell.
func wait(tb testing.TB, why string, done func() bool) {
	tb.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for !done() {
		if time.Now().After(deadline) {
			tb.Fatal(why)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// sid makes an id as Twilio does.
func (w *world) sid(kind string) string { return fmt.Sprintf("%s%032x", kind, w.n.Add(1)) }

// callForm is a webhook of an inbound call; key "" is none.
func (w *world) callForm(sid, key string) url.Values {
	f := url.Values{
		"CallSid": {sid}, "AccountSid": {w.account}, "From": {"+14155551234"}, "To": {lineNumber}, "Caller": {"+14155551234"}, "Called": {lineNumber},
		"CallStatus": {"in-progress"}, "ApiVersion": {"2010-04-01"}, "Direction": {"inbound"}, "FromCity": {""}, "FromState": {"CA"}, "FromCountry": {"US"},
	}
	if key != "" {
		f.Set("Digits", key)
	}
	return f
}

// logBuffer keeps all that an instance logs.
type logBuffer struct {
	mu  sync.Mutex
	all []byte
}

// Write implements io.Writer.
func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, p...)
	return len(p), nil
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.all)
}
