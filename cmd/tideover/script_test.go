package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"tideover": main})
}

// Each file of testdata/script is one promise of the command line, played
// with the real program and, where it says so, a real Redis.
// FAULTS 47, 48.
func TestCommandLineKeepsItsPromises(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", RequireExplicitExec: true, RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			built, err := filepath.Abs("../../config")
			env.Setenv("CONFIG", built) // the folder that is built in, to be copied and spoiled
			return err
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){"exits": exits, "redis": redis, "keep": keep, "free": free, "lives": lives, "terminate": terminate, "soon": soon},
	})
}

// exits runs a command that must end with a certain code: exits 2 tideover walk.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	if err != nil || neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARGS]")
	}
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var ended *exec.ExitError
	switch {
	case errors.As(err, &ended):
		got = ended.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit %d, want %d", got, want)
	}
}

// keep stores a word of the last output, counted from 0: keep NAME N.
func keep(ts *testscript.TestScript, _ bool, args []string) {
	words := bytes.Fields([]byte(ts.ReadFile("stdout")))
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	if n < 0 || n >= len(words) {
		ts.Fatalf("no word %d on stdout", n)
	}
	ts.Setenv(args[0], string(words[n]))
}

// redis starts a server of the script's own and sets REDIS_URL; with an
// argument it sends that command to it.
func redis(ts *testscript.TestScript, _ bool, args []string) {
	sock := filepath.Join(ts.Getenv("WORK"), "redis.sock")
	if len(args) > 0 {
		ts.Check(ask(sock, args[0]))
		return
	}
	server, err := exec.LookPath("redis-server")
	if err != nil {
		ts.Fatalf("redis-server is needed: make test installs it")
	}
	ctx, stop := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, server, "--port", "0", "--unixsocket", sock, "--save", "", "--dir", ts.Getenv("WORK"))
	ts.Check(cmd.Start())
	ts.Defer(func() {
		stop()
		_ = cmd.Wait()
	})
	ts.Setenv("REDIS_URL", "unix://"+sock)
	until(ts, func() bool { return ask(sock, "PING") == nil })
}

func until(ts *testscript.TestScript, yes func() bool) {
	limit, often := time.After(10*time.Second), time.NewTicker(10*time.Millisecond)
	defer often.Stop()
	for !yes() {
		select {
		case <-often.C:
		case <-limit:
			ts.Fatalf("never true")
		}
	}
}

// soon puts a day of next week for DAY into a file.
func soon(ts *testscript.TestScript, _ bool, args []string) {
	day := time.Now().AddDate(0, 0, 7).Format(time.DateOnly)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.ReplaceAll(ts.ReadFile(args[0]), "DAY", day)), 0o600))
}

// free sets a variable to an address where nobody listens.
func free(ts *testscript.TestScript, _ bool, args []string) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv(args[0], ln.Addr().String())
	ts.Check(ln.Close())
}

// lives waits until a URL answers 200.
func lives(ts *testscript.TestScript, _ bool, args []string) {
	until(ts, func() bool {
		res, err := http.Get(args[0])
		if err != nil {
			return false
		}
		_ = res.Body.Close()
		return res.StatusCode == http.StatusOK
	})
}

// ask sends one command of one word, which must succeed.
func ask(sock, command string) error {
	conn, err := net.DialTimeout("unix", sock, time.Second)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err = io.WriteString(conn, command+"\r\n"); err != nil {
		return err
	}
	answer := make([]byte, 64)
	n, err := conn.Read(answer)
	if err == nil && answer[0] != '+' {
		err = fmt.Errorf("redis: %s", answer[:n])
	}
	return err
}

// terminate sends SIGTERM to what runs in the background.
func terminate(ts *testscript.TestScript, _ bool, _ []string) {
	for _, cmd := range ts.BackgroundCmds() {
		ts.Check(cmd.Process.Signal(syscall.SIGTERM))
	}
}
