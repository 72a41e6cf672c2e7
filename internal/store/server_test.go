package store_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/redis/go-redis/v9"
)

// ownRedis starts a server for one test, which may stop, fill or kill it.
func ownRedis(t *testing.T, args ...string) (url, dir string, server *os.Process) {
	t.Helper()
	dir, err := os.MkdirTemp("", "to-") //nolint:usetesting // a socket's name is short by law
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return "unix://" + filepath.Join(dir, "r.sock"), dir, startRedis(t, dir, args...)
}

// startRedis starts a server on what lies in dir and waits until it answers.
func startRedis(t *testing.T, dir string, args ...string) *os.Process {
	t.Helper()
	socket := filepath.Join(dir, "r.sock")
	cmd := exec.Command("redis-server", append([]string{"--port", "0", "--unixsocket", socket, "--dir", dir, "--save", ""}, args...)...)
	if err := cmd.Start(); err != nil {
		t.Fatalf("these tests need redis-server: %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	probe := redis.NewClient(&redis.Options{Network: "unix", Addr: socket})
	defer func() { _ = probe.Close() }()
	for probe.Ping(t.Context()).Err() != nil {
		if t.Context().Err() != nil {
			t.Fatal("redis-server does not start")
		}
	}
	return cmd.Process
}
