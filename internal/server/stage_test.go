package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/server"
	"github.com/tideover/tideover/internal/standin"
)

const (
	secondOnCall = "+12095559902"
	eve          = "+14155550123"
)

// stage is a line where a test may break everything: the store can be
// stopped, killed, slowed and emptied, and on the phones time passes by hand.
type stage struct {
	*line
	redisd  *redisd
	slow    *slowWay
	hand    *standin.Hand
	network string   // base URL of the stand-in
	arrived sync.Map // REST requests that came in, answered or not: "METHOD path" → true
	change  func(*server.Options)
	expects []int // violations of these codes belong to the test
}

// newStage starts store, phones and an instance; change, if any, sets options
// of every instance.
func newStage(t *testing.T, change func(*server.Options)) *stage {
	t.Helper()
	s := newBareStage(t)
	s.change = change
	s.base = s.serve(t)
	s.Route(s.base)
	t.Cleanup(func() { _ = s.Close() }) // before the instance: its end is none of Twilio's business
	return s
}

// newBareStage starts store and phones.
func newBareStage(t *testing.T) *stage {
	t.Helper()
	return newBareStageAt(t, "https://line.example.org", "")
}

// newBareStageAt is a line that Twilio reaches under another URL, with a query
// on those that the number has.
func newBareStageAt(t *testing.T, public, query string) *stage {
	t.Helper()
	s := &stage{hand: &standin.Hand{}}
	var x atomic.Pointer[standin.Exchange]
	network := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.arrived.Store(r.Method+" "+r.URL.Path, true)
		x.Load().Handler().ServeHTTP(w, r)
	}))
	t.Cleanup(network.Close)
	s.network = network.URL
	s.line = &line{world: s.prepare(t)}
	s.public = public
	hook := func(path string) string { return s.public + "/twilio/" + path + query }
	made, err := standin.New(standin.Options{
		FakeEmergency: true, // 988 is a robot; 911 the line refuses by itself
		Account:       s.account, Token: s.token, Number: lineNumber, PublicURL: s.public, Now: time.Now, Timer: s.hand.Timer, Seed: 7,
		Hooks: standin.Hooks{VoiceURL: hook("voice"), VoiceFallbackURL: hook("voice/fallback"), StatusURL: hook("voice/status"), SMSURL: hook("sms")},
	})
	if err != nil {
		t.Fatal(err)
	}
	x.Store(made)
	s.Exchange = made
	t.Cleanup(func() { _ = made.Close() })
	t.Cleanup(func() {
		for _, v := range made.Violations() {
			if !slices.Contains(s.expects, v.Code) {
				t.Errorf("Twilio would object (%s %d): %s at %s", v.Kind, v.Code, v.What, v.Where)
			}
		}
	})
	return s
}

// prepare starts an empty store and sets it up, as `tideover init` does.
func (s *stage) prepare(t *testing.T) *world {
	t.Helper()
	w := &world{
		public: "https://line.example.org", account: "AC" + random(t), token: random(t), dir: t.TempDir(), logs: &logBuffer{},
		number: number(t, lineNumber), onCall: []hotline.Number{number(t, firstOnCall), number(t, secondOnCall)},
	}
	s.redisd = &redisd{dir: w.dir, socket: filepath.Join(w.dir, "r.sock")}
	s.redisd.start(t)
	t.Cleanup(s.redisd.kill)
	w.redis = "unix://" + s.redisd.socket
	s.slow = newSlowWay(t, s.redisd.socket)
	w.keysFile = filepath.Join(w.dir, "keys")
	w.setUp(t)
	return w
}

// serve starts one more instance, which reaches its store by the slow way,
// and gives its base URL once it is ready.
func (s *stage) serve(t *testing.T) string {
	t.Helper()
	base := s.serveAnyway(t)
	wait(t, "the instance does not become ready", func() bool { status, _ := get(base + "/readyz"); return status == http.StatusOK })
	return base
}

// serveAnyway starts an instance that may not become ready.
func (s *stage) serveAnyway(t *testing.T) string {
	t.Helper()
	srv := s.build(t, "unix://"+s.slow.socket, s.network, s.change)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = srv.Run(ctx, ln) }()
	t.Cleanup(func() { s.redisd.resume(); cancel(); <-ended })
	return "http://" + ln.Addr().String()
}

// get asks a plain URL; status 0 is no answer.
func get(url string) (int, string) {
	res, err := http.Get(url)
	if err != nil {
		return 0, ""
	}
	defer func() { _ = res.Body.Close() }()
	var b strings.Builder
	_, _ = bufio.NewReader(res.Body).WriteTo(&b)
	return res.StatusCode, b.String()
}

// client looks into the store without the product.
func (s *stage) client(t *testing.T) *redis.Client {
	t.Helper()
	c := redis.NewClient(&redis.Options{Network: "unix", Addr: s.redisd.socket})
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// redisd is a redis-server that a test may treat badly.
type redisd struct {
	dir, socket string
	args        []string
	cmd         *exec.Cmd
}

func (r *redisd) start(t *testing.T) {
	t.Helper()
	_ = os.Remove(r.socket)
	// With everysec a busy disk lets Redis answer before it has written, so that
	// a kill would lose what a test has seen. Without fsync it writes first.
	r.cmd = exec.Command("redis-server", append([]string{
		"--port", "0", "--unixsocket", r.socket, "--save", "", "--appendonly", "yes", "--appendfsync", "no", "--aof-use-rdb-preamble", "no", "--dir", r.dir, "--rdbcompression", "no",
	}, r.args...)...)
	if err := r.cmd.Start(); err != nil {
		t.Fatalf("these tests need redis-server: %v", err)
	}
	wait(t, "redis-server does not start", func() bool {
		c := redis.NewClient(&redis.Options{Network: "unix", Addr: r.socket})
		defer func() { _ = c.Close() }()
		return c.Ping(context.Background()).Err() == nil
	})
}

func (r *redisd) pause()  { _ = r.cmd.Process.Signal(syscall.SIGSTOP) }
func (r *redisd) resume() { _ = r.cmd.Process.Signal(syscall.SIGCONT) }

func (r *redisd) kill() {
	_ = r.cmd.Process.Kill()
	_ = r.cmd.Wait()
}

// forget removes what the store wrote to disk.
func (r *redisd) forget(t *testing.T) {
	t.Helper()
	if err := os.RemoveAll(filepath.Join(r.dir, "appendonlydir")); err != nil {
		t.Fatal(err)
	}
}

// slowWay passes bytes on to the store, late if a test says so.
type slowWay struct {
	socket string
	late   atomic.Int64 // of what the store answers
}

func newSlowWay(t *testing.T, store string) *slowWay {
	t.Helper()
	w := &slowWay{socket: store + ".slow"}
	ln, err := net.Listen("unix", w.socket)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	t.Cleanup(func() { _ = ln.Close(); all.Wait() })
	all.Go(func() {
		for {
			in, err := ln.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("unix", store)
			if err != nil {
				_ = in.Close()
				continue
			}
			end := func() { _ = in.Close(); _ = out.Close() }
			go func() { defer end(); w.pass(out, in, false) }()
			go func() { defer end(); w.pass(in, out, true) }()
		}
	})
	return w
}

func (w *slowWay) pass(to, from net.Conn, answers bool) {
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		if d := time.Duration(w.late.Load()); answers && d > 0 {
			<-time.After(d) // the fault itself
		}
		if _, werr := to.Write(buf[:n]); werr != nil || err != nil {
			return
		}
	}
}

// calls counts how often the line dialled a number.
func (s *stage) calls(number string) int {
	n := 0
	for _, c := range s.Calls() {
		if c.To == number && c.Direction == "outbound-api" {
			n++
		}
	}
	return n
}

// quiet waits until nothing is under way between the line and its phones.
func (s *stage) quiet(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	do(t, s.Await(ctx, func(x standin.Snapshot) bool { return x.Quiet }))
}

// asked counts the REST requests by what they do, ids left out.
func (s *stage) asked() map[string]int {
	n := map[string]int{}
	for _, r := range s.Requests() {
		if r.Method == http.MethodGet {
			continue
		}
		parts := strings.Split(strings.TrimSuffix(r.Path, ".json"), "/")
		what := parts[len(parts)-1]
		if len(what) == 34 { // of one call
			what = parts[len(parts)-2] + "/one"
		}
		n[r.Method+" "+what]++
	}
	return n
}

// ring waits until a phone rings.
func rings(t *testing.T, p *standin.Phone, why string) {
	t.Helper()
	until(t, p, why, func(s standin.State) bool { return s.Phase == standin.Ringing })
}

func listens(t *testing.T, p *standin.Phone, why string) {
	t.Helper()
	until(t, p, why, func(s standin.State) bool { return s.Phase == standin.Listening })
}

// inLine lets somebody call, in English and in no danger, and wait for a
// person.
func (s *stage) inLine(t *testing.T, sam *person, phone string) (*standin.Phone, row) {
	t.Helper()
	p := s.Phone(phone)
	do(t, p.Dial(t.Context()))
	for _, key := range []string{"1", "2", "0"} {
		do(t, p.Press(t.Context(), key))
	}
	return p, sam.waiting(t, phone)
}

// meets lets a counselor who was claimed for pick up, and waits for the talk.
func (s *stage) meets(t *testing.T, a *person, patient *standin.Phone, id string) {
	t.Helper()
	rings(t, a.phone, "the counselor's phone does not ring")
	do(t, a.phone.Answer(t.Context()))
	do(t, a.phone.Press(t.Context(), "1"))
	until(t, patient, "they do not meet", func(s standin.State) bool { return s.Room != "" && len(s.With) >= 1 })
	wait(t, "the case is not live", func() bool { return a.state(t, id) == "live" })
	s.quiet(t)
}

// problem gives status and type of an answer that is a problem.
func (p *person) problem(t *testing.T, method, path string, body map[string]any) (int, string) {
	t.Helper()
	var out struct{ Type string }
	var raw json.RawMessage
	status := p.ask(t, method, path, body, &raw)
	_ = json.Unmarshal(raw, &out)
	return status, out.Type[strings.LastIndex(out.Type, "/")+1:]
}

type shift struct {
	State  string
	Missed int
	Told   string
	Cases  []string
}

func (p *person) shift(t *testing.T) shift {
	t.Helper()
	var s shift
	p.must(t, http.MethodGet, "/shift", nil, &s)
	return s
}

type board struct {
	Fresh       bool   `json:"fresh"`
	AsOf        string `json:"as_of"`
	DataLost    bool   `json:"data_lost"`
	Answered    int
	Abandoned   int
	Counselors  map[string]int
	Escalations []struct {
		CaseID   string  `json:"case_id"`
		Ack      *string `json:"acknowledged_at"`
		By       string  `json:"acknowledged_by"`
		Attended *string `json:"attended_at"`
	}
}

func (p *person) board(t *testing.T) board {
	t.Helper()
	var b board
	p.must(t, http.MethodGet, "/wallboard", nil, &b)
	return b
}

// names fails unless the words name 988 and 911, in digits however spaced.
func names988and911(t *testing.T, words string) {
	t.Helper()
	for _, n := range []string{"988", "911"} {
		if !strings.Contains(strings.ReplaceAll(words, " ", ""), n) {
			t.Errorf("%s is not named in: %s", n, words)
		}
	}
}

func (r row) String() string { return fmt.Sprintf("%s %s at %d", r.Band, r.State, r.Position) }
