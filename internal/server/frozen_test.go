package server_test

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

const hearWithin = 5 * time.Second

// FAULTS 3: Redis stands still. A page comes from the snapshot, at once; who
// watches sees NOT LIVE within eight seconds; a claim is "not known yet" within
// one; and all of it is over when Redis goes on.
func TestAStoppedStoreIsShownAsNotLiveAndHoldsNoPageUp(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	sam, a := s.hire(t, "Sam", staff.Supervisor, ""), s.counselor(t, ana, hotline.English)
	_, onRosa := s.inLine(t, sam, rosa)
	with := sam.session(t, s.base)
	if status, _ := look(t, s.base+"/wallboard", with); status != http.StatusOK {
		t.Fatalf("the wallboard: %d", status)
	}
	stream := sam.events(t, s.base)
	hear(t, stream, "not live at first", hearWithin, func(e event) bool { return e.name == "snapshot" && strings.Contains(e.data, `"fresh":true`) })

	s.redisd.pause()
	began := time.Now()
	status, kind := a.problem(t, http.MethodPost, "/claims", map[string]any{"case_id": onRosa.CaseID})
	if took := time.Since(began); status != http.StatusServiceUnavailable || kind != "not-known-yet" || took > 1300*time.Millisecond {
		t.Errorf("the claim: %d %s after %v", status, kind, took)
	}
	hear(t, stream, "not shown as NOT LIVE", 8*time.Second-time.Since(began), func(e event) bool {
		return e.name == "tick" && strings.Contains(e.data, `"fresh":false`)
	})
	var took []time.Duration
	for range 9 {
		began := time.Now()
		status, page := look(t, s.base+"/wallboard", with)
		took = append(took, time.Since(began))
		if status != http.StatusOK || !strings.Contains(page, "data-part") {
			t.Errorf("the wallboard: %d", status)
		}
	}
	slices.Sort(took)
	if took[0] > 50*time.Millisecond || took[len(took)/2] > 250*time.Millisecond { // a busy machine gets some more
		t.Errorf("pages came after %v", took)
	}
	s.redisd.resume()
	hear(t, stream, "not live again", hearWithin, func(e event) bool { return e.name == "tick" && strings.Contains(e.data, `"fresh":true`) })
}

// FAULTS 10: Redis really runs out of memory, by what somebody else keeps in
// it. New callers hear the words for a failed store and of no queue, whoever
// waits stays, nothing at all is evicted, and it ends with the ballast.
func TestARedisThatIsFullEvictsNobody(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	sam, a := s.hire(t, "Sam", staff.Supervisor, ""), s.counselor(t, ana, hotline.English)
	waits, onEve := s.inLine(t, sam, eve)
	c := s.client(t)
	do(t, c.ConfigSet(t.Context(), "maxmemory", "5mb").Err())
	ballast := 0
	for chunk := strings.Repeat("x", 64<<10); ; ballast++ {
		if err := c.RPush(t.Context(), "ballast", chunk).Err(); err != nil {
			if !strings.HasPrefix(err.Error(), "OOM") || ballast > 200 {
				t.Fatalf("after %d: %v", ballast, err)
			}
			break
		}
	}
	do(t, c.ConfigSet(t.Context(), "maxmemory", "4500kb").Err()) // what the writer's buffers gave back is no room
	keys := c.DBSize(t.Context()).Val()
	s.ready(t, false)
	p := s.Phone(rosa)
	do(t, p.Dial(t.Context()))
	names988and911(t, p.Said())
	if inAQueue.MatchString(p.Said()) {
		t.Errorf("the caller heard %q", p.Said())
	}
	do(t, waits.Silence(t.Context()))
	if got := c.Info(t.Context(), "stats").Val(); !strings.Contains(got, "evicted_keys:0\r\n") {
		t.Error("Redis evicted keys")
	}
	if now := c.DBSize(t.Context()).Val(); now < keys {
		t.Errorf("%d keys became %d", keys, now)
	}
	do(t, c.Del(context.WithoutCancel(t.Context()), "ballast").Err())
	s.ready(t, true)
	do(t, p.Silence(t.Context()))
	for _, key := range []string{"1", "2", "0"} {
		do(t, p.Press(t.Context(), key))
	}
	sam.waiting(t, rosa)
	a.claim(t, onEve.CaseID)
	s.meets(t, a, waits, onEve.CaseID)
}

// FAULTS 12: Redis dies in the middle of a write, so that the end of its log
// is broken. It starts without that last write, and the line goes on: the era
// is ours and whoever waited waits.
func TestABrokenEndOfTheLogLosesTheLastWriteOnly(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	sam, a := s.hire(t, "Sam", staff.Supervisor, ""), s.counselor(t, ana, hotline.English)
	waits, onEve := s.inLine(t, sam, eve)
	do(t, s.client(t).Set(t.Context(), "last", strings.Repeat("x", 500), 0).Err())
	s.redisd.kill()
	logs, err := filepath.Glob(filepath.Join(s.redisd.dir, "appendonlydir", "*.incr.aof"))
	if err != nil || len(logs) != 1 {
		t.Fatalf("logs %v, %v", logs, err)
	}
	raw, err := os.ReadFile(logs[0])
	do(t, err)
	cut := bytes.LastIndex(raw, []byte("$4\r\nlast\r\n"))
	if cut < 0 {
		t.Fatal("the last write is not in the log")
	}
	do(t, os.Truncate(logs[0], int64(cut+100)))
	s.redisd.start(t)
	s.ready(t, true)
	if n := s.client(t).Exists(t.Context(), "last").Val(); n != 0 {
		t.Error("nothing was broken")
	}
	do(t, waits.Silence(t.Context()))
	a.claim(t, onEve.CaseID)
	s.meets(t, a, waits, onEve.CaseID)
}
