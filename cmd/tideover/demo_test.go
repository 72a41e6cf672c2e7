package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// running is a demo in a process of its own, as a newcomer starts it.
type running struct {
	t     *testing.T
	cmd   *exec.Cmd
	links map[string]string
	names []string // in the order in which they were printed
	err   *lockedBuffer
	ended chan error
}

type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// startDemo gives a demo that has said "ready".
func startDemo(t *testing.T) *running {
	t.Helper()
	r := &running{t: t, links: map[string]string{}, err: &lockedBuffer{}, ended: make(chan error, 1)}
	r.cmd = exec.CommandContext(t.Context(), "tideover", "demo", "--no-open", "--addr", "localhost:0")
	r.cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "TMPDIR=" + t.TempDir()}
	r.cmd.Stderr = r.err
	r.cmd.Cancel = func() error { return r.cmd.Process.Signal(syscall.SIGTERM) }
	r.cmd.WaitDelay = 10 * time.Second
	out, err := r.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() && lines.Text() != "ready" {
		name, url, ok := strings.Cut(lines.Text(), " ")
		if !ok {
			t.Fatalf("line %q is not `name URL`", lines.Text())
		}
		r.links[name], r.names = url, append(r.names, name)
	}
	if lines.Text() != "ready" {
		t.Fatalf("the demo did not get ready: %s", r.err)
	}
	go func() {
		rest, _ := io.ReadAll(out)
		err := r.cmd.Wait()
		if err == nil && len(rest) > 0 {
			err = fmt.Errorf("printed after ready: %s", rest)
		}
		r.ended <- err
	}()
	return r
}

// end sends SIGTERM; the demo must go by itself, without an error.
func (r *running) end() {
	r.t.Helper()
	if err := r.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		r.t.Fatal(err)
	}
	select {
	case err := <-r.ended:
		if err != nil {
			r.t.Errorf("the demo ended with %v: %s", err, r.err)
		}
	case <-time.After(20 * time.Second):
		r.t.Error("the demo does not end")
	}
}

// dialAsBrowsersDo: names under localhost are this machine, without a look-up.
func dialAsBrowsersDo(ctx context.Context, network, addr string) (net.Conn, error) {
	if host, port, err := net.SplitHostPort(addr); err == nil && strings.HasSuffix(host, ".localhost") {
		addr = net.JoinHostPort("127.0.0.1", port)
	}
	return (&net.Dialer{}).DialContext(ctx, network, addr)
}

// browse gets a page as a browser with cookies does.
func browse(t *testing.T, c *http.Client, url string) string {
	t.Helper()
	res, err := c.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %d %v", url, res.StatusCode, err)
	}
	return string(body)
}

func TestDemoPrintsLinksThatOpenAndEndsCleanly(t *testing.T) {
	t.Parallel()
	r := startDemo(t)
	want := "phones counselor-1 counselor-2 supervisor wallboard"
	if got := strings.Join(r.names, " "); got != want {
		t.Errorf("links %q, want %q", got, want)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar, Timeout: 10 * time.Second, Transport: &http.Transport{DialContext: dialAsBrowsersDo}}
	phones := browse(t, c, r.links["phones"])
	for _, want := range []string{"This is a demo", "Call the hotline", "988", r.links["counselor-1"]} {
		if !strings.Contains(phones, want) {
			t.Errorf("the phones do not show %q", want)
		}
	}
	for name, page := range r.links {
		body := browse(t, c, page)
		if !strings.Contains(strings.ToLower(body), "demo") {
			t.Errorf("%s does not say that it is a demo", name)
		}
	}
	if !strings.Contains(r.err.String(), "Never for real callers") {
		t.Errorf("stderr says %q", r.err)
	}
	r.end()
}

// What the demo connects to and listens on is this machine.
func TestDemoTouchesOnlyThisMachine(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("sockets are read from /proc")
	}
	r := startDemo(t)
	_ = browse(t, http.DefaultClient, r.links["phones"])
	seen := 0
	for _, table := range []string{"tcp", "tcp6", "udp", "udp6"} {
		for _, addr := range socketsOf(t, r.cmd.Process.Pid, table) {
			seen++
			if !addr.IsLoopback() {
				t.Errorf("%s: a socket at %v", table, addr)
			}
		}
	}
	if seen < 3 { // consoles, phones, store
		t.Errorf("only %d sockets found: this test sees nothing", seen)
	}
	r.end()
}

// socketsOf gives the local addresses of a process's sockets.
func socketsOf(t *testing.T, pid int, table string) []net.IP {
	t.Helper()
	dir := fmt.Sprintf("/proc/%d/fd", pid)
	fds, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	mine := map[string]bool{}
	for _, fd := range fds {
		if to, err := os.Readlink(dir + "/" + fd.Name()); err == nil && strings.HasPrefix(to, "socket:[") {
			mine[strings.Trim(to, "socket:[]")] = true
		}
	}
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/%s", pid, table))
	if err != nil {
		t.Fatal(err)
	}
	var out []net.IP
	for _, row := range strings.Split(string(raw), "\n")[1:] {
		f := strings.Fields(row)
		if len(f) > 9 && mine[f[9]] {
			out = append(out, kernelAddr(t, f[1]))
		}
	}
	return out
}

// kernelAddr reads an address as the kernel writes it: words in the machine's
// own byte order, which is little-endian wherever we run.
func kernelAddr(t *testing.T, text string) net.IP {
	t.Helper()
	digits := regexp.MustCompile(`[0-9A-F]{2}`).FindAllString(strings.Split(text, ":")[0], -1)
	ip := make(net.IP, len(digits))
	for i, d := range digits {
		if _, err := fmt.Sscanf(d, "%X", &ip[i/4*4+3-i%4]); err != nil {
			t.Fatal(err)
		}
	}
	return ip
}

func TestDemoSaysWhyItCannotListen(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	out, err := exec.CommandContext(t.Context(), "tideover", "demo", "--no-open", "--addr", ln.Addr().String()).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "--addr") {
		t.Errorf("%v: %s", err, out)
	}
}
