//go:build soak

package server_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
	"github.com/tideover/tideover/internal/standin"
)

// These tests take minutes or much of the machine. `make soak` runs them.

// part gives the value below which that part of all lies.
func part(all []time.Duration, p float64) time.Duration {
	slices.Sort(all)
	return all[min(int(p*float64(len(all))), len(all)-1)]
}

// inDanger lets somebody call and press 9, and gives how long the answer to
// that key took.
func (s *stage) inDanger(t *testing.T, phone string) time.Duration {
	t.Helper()
	p := s.Phone(phone)
	do(t, p.Dial(t.Context()))
	do(t, p.Press(t.Context(), "1"))
	began := time.Now()
	do(t, p.Press(t.Context(), "9"))
	took := time.Since(began)
	names988and911(t, p.Said())
	do(t, p.Hangup(t.Context()))
	return took
}

// FAULTS 45: five hundred calls a minute from fifty numbers. Whoever presses 9
// meanwhile is answered as fast as on a quiet day.
func TestSoakAFloodOfCallsHoldsNoEmergencyUp(t *testing.T) {
	s := newBareStage(t)
	p := s.run(t, binary(t))
	s.base = p.base
	s.Route(p.base)
	t.Cleanup(func() { _ = s.Close() })
	for _, phone := range []string{firstOnCall, secondOnCall} {
		s.Phone(phone).Behave(standin.NoAnswer())
	}
	const samples = 60
	var quiet, flooded []time.Duration
	for i := range samples {
		quiet = append(quiet, s.inDanger(t, fmt.Sprintf("+1415556%04d", i)))
	}
	var flood sync.WaitGroup
	var calls atomic.Int64
	over := make(chan struct{})
	for i := range 50 {
		flood.Go(func() { // ten calls a minute from each number, spread over the time
			<-time.After(time.Duration(i) * 120 * time.Millisecond)
			every := time.NewTicker(6 * time.Second)
			defer every.Stop()
			for {
				f := s.Phone(fmt.Sprintf("+1415557%04d", i))
				if f.Dial(t.Context()) == nil {
					calls.Add(1)
					for _, key := range []string{"1", "2", "0"} {
						_ = f.Press(t.Context(), key) // a call may have been cut off
					}
					_ = f.Hangup(t.Context())
				}
				select {
				case <-over:
					return
				case <-every.C:
				}
			}
		})
	}
	pace := time.NewTicker(500 * time.Millisecond)
	defer pace.Stop()
	for i := range samples {
		flooded = append(flooded, s.inDanger(t, fmt.Sprintf("+1415558%04d", i)))
		<-pace.C
	}
	close(over)
	flood.Wait()
	if n := calls.Load(); n < 200 {
		t.Errorf("only %d calls were made in half a minute", n)
	}
	before, during := part(quiet, .99), part(flooded, .99)
	t.Logf("the key 9 was answered within %v on a quiet line, %v in the flood (p99)", before, during)
	if during > 3*before+50*time.Millisecond {
		t.Errorf("p99 was %v and became %v", before, during)
	}
	s.answered(t, 0)
}

// FAULTS 39: a header that comes a byte at a time is cut off after five
// seconds, a body after ten; a thousand such clients leave the others alone.
func TestSoakSlowClientsAreCutOffAndHoldNobodyUp(t *testing.T) {
	s := newBareStage(t)
	p := s.run(t, binary(t))
	s.base = p.base
	s.Route(p.base)
	t.Cleanup(func() { _ = s.Close() })
	for _, phone := range []string{firstOnCall, secondOnCall} {
		s.Phone(phone).Behave(standin.NoAnswer())
	}
	var quiet, busy []time.Duration
	for i := range 40 {
		quiet = append(quiet, s.inDanger(t, fmt.Sprintf("+1415556%04d", i)))
	}
	for name, c := range map[string]struct {
		begin string
		limit time.Duration
	}{
		"a header": {"POST /twilio/voice HTTP/1.1\r\nHost: x\r\nX-Slow: ", 5 * time.Second},
		"a body":   {"POST /twilio/voice HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\n", 10 * time.Second},
	} {
		var clients sync.WaitGroup
		var early, late atomic.Int64
		for range 500 {
			clients.Go(func() {
				took, err := drip(strings.TrimPrefix(p.base, "http://"), c.begin, c.limit+5*time.Second)
				switch {
				case err != nil:
					t.Error(err)
				case took < c.limit-time.Second:
					early.Add(1)
				case took > c.limit+3*time.Second:
					late.Add(1)
				}
			})
		}
		for i := range 40 {
			busy = append(busy, s.inDanger(t, fmt.Sprintf("+1415558%04d", i)))
		}
		clients.Wait()
		if early.Load() > 0 || late.Load() > 0 {
			t.Errorf("%s: %d were cut off early, %d late", name, early.Load(), late.Load())
		}
	}
	before, during := part(quiet, .95), part(busy, .95)
	t.Logf("answered within %v, and %v beside slow clients (p95)", before, during)
	if during > 3*before+50*time.Millisecond {
		t.Errorf("p95 was %v and became %v", before, during)
	}
}

// drip sends a byte each half second and gives when the other end had enough.
func drip(addr, begin string, atMost time.Duration) (time.Duration, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return 0, err
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, begin); err != nil {
		return 0, err
	}
	began := time.Now()
	go func() {
		for tick := time.NewTicker(500 * time.Millisecond); ; <-tick.C {
			if _, err := io.WriteString(conn, "a"); err != nil {
				tick.Stop()
				return
			}
		}
	}()
	_ = conn.SetReadDeadline(began.Add(atMost))
	_, _ = io.Copy(io.Discard, conn) // until it is closed, or the deadline
	return time.Since(began), nil
}

// FAULTS 11: the disk under Redis' log is full. The line is not ready, callers
// hear the words for a failed store and of no queue, and it recovers with room.
func TestSoakAFullDiskUnderRedis(t *testing.T) {
	for _, fsync := range []string{"always", "everysec"} {
		t.Run(fsync, func(t *testing.T) { fullDisk(t, fsync) })
	}
}

func fullDisk(t *testing.T, fsync string) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root may mount the small disk")
	}
	disk := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk).CombinedOutput(); err != nil {
		t.Skipf("no small disk here: %v %s", err, out)
	}
	t.Cleanup(func() { _ = exec.Command("umount", "-l", disk).Run() })
	s := newStage(t, nil)
	s.redisd.kill() // and on with its log on the small disk
	if out, err := exec.Command("cp", "-r", filepath.Join(s.redisd.dir, "appendonlydir"), disk).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	s.redisd.dir, s.redisd.args = disk, []string{"--appendfsync", fsync}
	s.redisd.start(t)
	s.ready(t, true)
	c := s.client(t)
	sam, a := s.hire(t, "Sam", staff.Supervisor, ""), s.counselor(t, ana, hotline.English)
	waits, onEve := s.inLine(t, sam, eve)
	ballast := filepath.Join(disk, "ballast")
	_ = os.WriteFile(ballast, make([]byte, 8<<20), 0o600) // as much as there is room for
	for n := 0; ; n++ {                                   // with appendfsync always Redis ends itself at the first write that fails
		if err := c.Set(t.Context(), "full", strings.Repeat("x", 64<<10), 0).Err(); err != nil {
			t.Logf("Redis says after %d writes: %v", n, err)
			break
		}
		if n > 100 {
			t.Fatal("the disk does not fill up")
		}
	}
	s.ready(t, false)
	p := s.Phone(rosa)
	do(t, p.Dial(t.Context()))
	names988and911(t, p.Said())
	if inAQueue.MatchString(p.Said()) {
		t.Errorf("the caller heard %q", p.Said())
	}
	do(t, os.Remove(ballast))
	if c.Ping(t.Context()).Err() != nil { // it has ended: whoever supervises it starts it again
		s.redisd.kill()
		s.redisd.start(t)
	}
	s.ready(t, true)
	do(t, p.Silence(t.Context()))
	for _, key := range []string{"1", "2", "0"} {
		do(t, p.Press(t.Context(), key))
	}
	sam.waiting(t, rosa)
	a.claim(t, onEve.CaseID)
	s.meets(t, a, waits, onEve.CaseID)
}

// FAULTS 40, half of it: five thousand open streams, some of which nobody
// reads, from this machine too. Claims go on, and memory is within its limit.
func TestSoakFiveThousandStreams(t *testing.T) {
	const streams, deafOnes = 4_750, 250
	s := newBareStage(t)
	p := s.run(t, binary(t))
	s.base = p.base
	s.Route(p.base)
	t.Cleanup(func() { _ = s.Close() })
	sam, a := s.hire(t, "Sam", staff.Supervisor, ""), s.counselor(t, ana, hotline.English)
	addr := strings.TrimPrefix(p.base, "http://")
	for range deafOnes {
		deaf(t, p.base, sam.token)
	}
	var heard atomic.Int64
	opened := make(chan struct{}, 64) // so many at once
	var opening sync.WaitGroup
	for range streams {
		opened <- struct{}{}
		opening.Go(func() {
			defer func() { <-opened }()
			conn, err := net.Dial("tcp", addr)
			if err != nil {
				t.Error(err)
				return
			}
			t.Cleanup(func() { _ = conn.Close() })
			_, _ = fmt.Fprintf(conn, "GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", sam.token)
			r := bufio.NewReaderSize(conn, 512)
			if line, err := r.ReadString('\n'); err != nil || !strings.Contains(line, " 200 ") {
				t.Errorf("a stream begins with %q, %v", line, err)
				return
			}
			heard.Add(1)
			go func() { _, _ = io.Copy(io.Discard, r) }()
		})
	}
	opening.Wait()
	var took []time.Duration
	for range 60 {
		_, on := s.inLine(t, sam, rosa)
		began := time.Now()
		a.claim(t, on.CaseID)
		took = append(took, time.Since(began))
		do(t, s.Phone(rosa).Hangup(t.Context()))
		wait(t, "the counselor is not free again", func() bool { return len(a.shift(t).Cases) == 0 })
	}
	rss := resident(t, p.Process.Pid)
	t.Logf("%d streams: claims within %v (p50) and %v (p99), %d MB", heard.Load(), part(took, .5), part(took, .99), rss>>20)
	if rss > 600<<20 {
		t.Errorf("%d MB of memory, want less than 600", rss>>20)
	}
	if got := part(took, .99); got > 500*time.Millisecond {
		t.Errorf("claims take %v (p99)", got)
	}
}

func resident(t *testing.T, pid int) int64 {
	t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		t.Fatal(err)
	}
	pages, err := strconv.ParseInt(strings.Fields(string(raw))[1], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return pages * int64(os.Getpagesize())
}
