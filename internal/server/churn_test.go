//go:build soak

package server_test

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
	"github.com/tideover/tideover/internal/standin"
)

// FAULTS 52: contacts come and go for a while. Goroutines, open files and the
// heap are in the end what they were after the first part.
func TestSoakChurnLeavesNothingBehind(t *testing.T) {
	lasts := 3 * time.Minute
	if d, err := time.ParseDuration(os.Getenv("TIDEOVER_SOAK_CHURN")); err == nil {
		lasts = d
	}
	metrics := freeAddr(t)
	s := newBareStage(t)
	p := s.run(t, binary(t), "TIDEOVER_METRICS_ADDR="+metrics)
	s.base = p.base
	s.Route(p.base)
	t.Cleanup(func() { _ = s.Close() })
	sam, a := s.hire(t, "Sam", staff.Supervisor, ""), s.counselor(t, ana, hotline.English)
	end := time.Now().Add(lasts)
	var early, late footprint
	n := 0
	for ; time.Now().Before(end); n++ {
		s.contact(t, sam, a, n)
		now := readFootprint(t, metrics)
		switch left := time.Until(end); {
		case left > lasts*3/4: // caches fill
		case left > lasts/2:
			early.least(now)
		case left < lasts/4:
			late.least(now)
		}
	}
	t.Logf("%d contacts: %+v, then %+v", n, early, late)
	if late.goroutines > early.goroutines*1.05+5 || late.files > early.files*1.05+5 {
		t.Errorf("goroutines or files grow: %+v, then %+v", early, late)
	}
	if late.heap > early.heap*1.05+4<<20 {
		t.Errorf("the heap grows: %.1f MB, then %.1f MB", early.heap/(1<<20), late.heap/(1<<20))
	}
}

// contact is a call from the first ring to its close, with a stream and a page
// beside it, and a text that nobody answers.
func (s *stage) contact(t *testing.T, sam, a *person, n int) {
	t.Helper()
	phone := fmt.Sprintf("+1415556%04d", n%9000)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.base+"/api/v1/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+sam.token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	p, on := s.inLine(t, sam, phone)
	a.claim(t, on.CaseID)
	s.meets(t, a, p, on.CaseID)
	do(t, p.Hangup(t.Context()))
	wait(t, "the talk does not end", func() bool { return a.state(t, on.CaseID) == "wrap_up" })
	a.must(t, http.MethodPost, "/cases/"+on.CaseID+"/close", map[string]any{"disposition": "helped"}, nil)
	until(t, a.phone, "the counselor's phone is still busy", func(s standin.State) bool { return s.Phase == standin.Over })
	if _, err := s.Phone(phone).Text(t.Context(), "STOP"); err != nil {
		t.Fatal(err)
	}
	sam.board(t)
}

// footprint is what a process holds, by its own metrics.
type footprint struct{ goroutines, files, heap float64 }

func (l *footprint) least(now footprint) {
	if l.goroutines == 0 {
		*l = now
		return
	}
	l.goroutines, l.files, l.heap = min(l.goroutines, now.goroutines), min(l.files, now.files), min(l.heap, now.heap)
}

func readFootprint(t *testing.T, metrics string) footprint {
	t.Helper()
	_, page := get("http://" + metrics + "/metrics")
	value := func(name string) float64 {
		_, rest, found := strings.Cut(page, "\n"+name+" ")
		word, _, _ := strings.Cut(rest, "\n")
		v, err := strconv.ParseFloat(word, 64)
		if !found || err != nil {
			t.Fatalf("no metric %s", name)
		}
		return v
	}
	return footprint{value("go_goroutines"), value("process_open_fds"), value("go_memstats_heap_alloc_bytes")}
}
