package store_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/triage"
)

// leakyProxy stands between the store and Redis. While it is armed it lets a
// script run and then loses what Redis answers.
type leakyProxy struct {
	armed atomic.Bool
	hang  bool // keep the connection open and silent instead of cutting it
	lost  atomic.Int64
	stop  chan struct{}
}

func (p *leakyProxy) start(t *testing.T, redisURL string) (url string) {
	t.Helper()
	p.stop = make(chan struct{})
	socket := filepath.Join(t.TempDir(), "p")
	listen, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { close(p.stop); _ = listen.Close() })
	go func() {
		for {
			client, err := listen.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("unix", strings.TrimPrefix(redisURL, "unix://"))
			if err != nil {
				_ = client.Close()
				return
			}
			go func() { _, _ = io.Copy(server, client); _ = server.Close() }()
			go p.answers(client, server)
		}
	}()
	return "unix://" + socket
}

func (p *leakyProxy) answers(client, server net.Conn) {
	defer func() { _ = client.Close(); _ = server.Close() }()
	buf := make([]byte, 64<<10)
	for {
		n, err := server.Read(buf)
		if err != nil {
			return
		}
		if p.armed.CompareAndSwap(true, false) { // one answer is lost
			p.lost.Add(1)
			if p.hang {
				<-p.stop
			}
			return
		}
		if _, err := client.Write(buf[:n]); err != nil {
			return
		}
	}
}

// FAULTS 4 and 5: the claim was stored, its answer never came.
func TestClaimWhoseAnswerIsLostSucceedsWithItsTokenAndHasOneOwner(t *testing.T) {
	t.Parallel()
	for name, hang := range map[string]bool{"the connection breaks": false, "the connection hangs": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy := &leakyProxy{hang: hang}
			b := setupAt(t, proxy.start(t, redisServer), store.Options{Deadline: 300 * time.Millisecond})
			if err := b.LoadScripts(t.Context()); err != nil {
				t.Fatal(err)
			}
			first := b.wait(t, hotline.Routine, "en")
			second := b.wait(t, hotline.Routine, "en")
			me, tok := b.on(t), hotline.NewToken()
			proxy.armed.Store(true)
			c, err := b.Claim(t.Context(), anyCase, me, tok)
			if hang { // nobody can know: it is said so, and asked again
				if !errors.Is(err, hotline.ErrUnknown) {
					t.Fatalf("lost answer: %v", err)
				}
				c, err = b.Claim(t.Context(), anyCase, me, tok)
			}
			if err != nil || c.ID != first.ID || c.Owner != me || c.Epoch != 1 || proxy.lost.Load() != 1 {
				t.Errorf("%s of %q epoch %d, %d answers lost, %v", c.ID, c.Owner, c.Epoch, proxy.lost.Load(), err)
			}
			other := b.on(t)
			if c, err := b.claim(t.Context(), other); err != nil || c.ID != second.ID {
				t.Errorf("somebody else gets %s %v", c.ID, err)
			}
			b.snap(t, []hotline.CaseID{first.ID, second.ID}, []hotline.CounselorID{me, other}).check(t)
		})
	}
}

func TestTurnWhoseAnswerIsLostGetsItsDocumentWhenItIsRepeated(t *testing.T) {
	t.Parallel()
	proxy := &leakyProxy{hang: true}
	b := setupAt(t, proxy.start(t, redisServer), store.Options{Deadline: 300 * time.Millisecond})
	if err := b.LoadScripts(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := b.wait(t, hotline.Routine, "en")
	turn := triage.Turn{Case: c.ID, Leg: string(c.PatientLeg), Channel: hotline.Voice, N: 2, Token: "t", Doc: []byte("two")}
	proxy.armed.Store(true)
	if _, err := b.Commit(t.Context(), turn, c); !errors.Is(err, hotline.ErrUnknown) {
		t.Fatalf("lost answer: %v", err)
	}
	turn.Doc = []byte("rendered anew")
	got, err := b.Commit(t.Context(), turn, c)
	if err != nil || string(got.Doc) != "two" || b.get(t, c.ID).Turn != 2 {
		t.Errorf("%q %v", got.Doc, err)
	}
}

// FAULTS 3: Redis is stopped; nobody waits for it longer than said.
func TestStoppedStoreIsNotKnownYetWithinASecond(t *testing.T) {
	t.Parallel()
	url, _, server := ownRedis(t)
	b := setupAt(t, url, store.Options{})
	c, me, tok := b.wait(t, hotline.Routine, "en"), b.on(t), hotline.NewToken()
	if err := server.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	for range 2 { // with a connection from the pool, and with a new one
		began := time.Now()
		_, err := b.Claim(t.Context(), anyCase, me, tok)
		if took := time.Since(began); !errors.Is(err, hotline.ErrUnknown) || took > 1200*time.Millisecond {
			t.Errorf("after %v: %v", took, err)
		}
	}
	if err := server.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	got, err := b.Claim(t.Context(), anyCase, me, tok)
	for errors.Is(err, hotline.ErrUnknown) && t.Context().Err() == nil {
		got, err = b.Claim(t.Context(), anyCase, me, tok)
	}
	if err != nil || got.ID != c.ID || got.Owner != me || got.Epoch != 1 {
		t.Errorf("%s of %q epoch %d, %v", got.ID, got.Owner, got.Epoch, err)
	}
}

// FAULTS 10: the memory is full; nothing is half-written and nobody is lost.
func TestFullStoreRefusesAndLosesNobody(t *testing.T) {
	t.Parallel()
	url, _, _ := ownRedis(t, "--maxmemory-policy", "noeviction")
	b := setupAt(t, url, store.Options{})
	if err := b.LoadScripts(t.Context()); err != nil {
		t.Fatal(err)
	}
	var ids []hotline.CaseID
	for range 5 {
		ids = append(ids, b.wait(t, hotline.Routine, "en").ID)
	}
	text := b.thread(t, 1)
	crew := []hotline.CounselorID{b.on(t), b.on(t), text.by}
	ids = append(ids, text.ID)
	if err := b.rdb.ConfigSet(t.Context(), "maxmemory", "1").Err(); err != nil {
		t.Fatal(err)
	}
	before := b.snap(t, ids, crew)
	for what, do := range map[string]func() error{
		"a new call": func() error {
			_, err := b.Commit(t.Context(), triage.Turn{Case: hotline.NewCaseID(), Leg: b.leg(), Channel: hotline.Voice, Doc: []byte("x")}, hotline.Case{})
			return err
		},
		"ready": func() error { return b.Ready(t.Context()) },
		"a text": func() error {
			_, err := b.Write(t.Context(), text.by, text.ID, "hello", hotline.NewToken())
			return err
		},
	} {
		if err := do(); !errors.Is(err, hotline.ErrUnknown) || strings.Contains(err.Error(), b.line) {
			t.Errorf("%s: %v", what, err)
		}
	}
	after := b.snap(t, ids, crew)
	after.check(t)
	after.checkAfter(t, before, false, false)
	// What only gives back or takes what is there may go on or be refused, but
	// never by half.
	for _, do := range []func() error{
		func() error { _, err := b.claim(t.Context(), crew[0]); return err },
		func() error { c := b.get(t, ids[1]); _, err := b.Leave(t.Context(), c.ID, c.PatientLeg); return err },
		func() error {
			_, err := b.GiveBack(t.Context(), text.ID, hotline.GiveBack{From: []hotline.State{hotline.Live}, Code: "released"})
			return err
		},
	} {
		if err := do(); err != nil && !errors.Is(err, hotline.ErrUnknown) {
			t.Error(err)
		}
		b.snap(t, ids, crew).check(t)
	}
	if err := b.rdb.ConfigSet(t.Context(), "maxmemory", "0").Err(); err != nil {
		t.Fatal(err)
	}
	if err := b.Ready(t.Context()); err != nil {
		t.Errorf("after there is room again: %v", err)
	}
	if _, err := b.claim(t.Context(), crew[1]); err != nil {
		t.Errorf("claim after there is room again: %v", err)
	}
}

// FAULTS 1: kill -9 and restart; nothing acknowledged is lost or doubled.
func TestClaimSurvivesTheDeathOfTheStore(t *testing.T) {
	t.Parallel()
	url, dir, server := ownRedis(t, "--appendonly", "yes", "--appendfsync", "always")
	b := setupAt(t, url, store.Options{})
	first, second := b.wait(t, hotline.Routine, "en"), b.wait(t, hotline.Routine, "en")
	me, tok := b.on(t), hotline.NewToken()
	if _, err := b.Claim(t.Context(), anyCase, me, tok); err != nil {
		t.Fatal(err)
	}
	if err := server.Kill(); err != nil {
		t.Fatal(err)
	}
	if _, err := server.Wait(); err != nil {
		t.Fatal(err)
	}
	startRedis(t, dir, "--appendonly", "yes", "--appendfsync", "always")
	var got hotline.Case
	err := hotline.ErrUnknown
	for errors.Is(err, hotline.ErrUnknown) && t.Context().Err() == nil {
		got, err = b.Claim(t.Context(), anyCase, me, tok)
	}
	if err != nil || got.ID != first.ID || got.Epoch != 1 {
		t.Errorf("the claim is %s epoch %d, %v", got.ID, got.Epoch, err)
	}
	if q, err := b.Queue(t.Context()); err != nil || len(q.Cases) != 1 || q.Cases[0].ID != second.ID {
		t.Errorf("%+v %v", q.Cases, err)
	}
	b.snap(t, []hotline.CaseID{first.ID, second.ID}, []hotline.CounselorID{me}).check(t)
}

func TestSettingsOfTheStoreThatLoseCallersAreNamed(t *testing.T) {
	t.Parallel()
	url, _, _ := ownRedis(t, "--maxmemory-policy", "allkeys-lru")
	b := setupAt(t, url, store.Options{})
	warnings := fmt.Sprint(b.Warnings(t.Context()))
	for _, want := range []string{"maxmemory-policy is allkeys-lru", "appendonly is no", "appendfsync is everysec"} {
		if !strings.Contains(warnings, want) {
			t.Errorf("%q is not among %s", want, warnings)
		}
	}
	good, _, _ := ownRedis(t, "--appendonly", "yes", "--appendfsync", "always")
	if w := setupAt(t, good, store.Options{}).Warnings(t.Context()); len(w) != 0 {
		t.Errorf("good settings: %v", w)
	}
}
