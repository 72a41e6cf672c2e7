package store_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/triage"
)

// fill puts n callers behind the one who waits already, by copying that case:
// written straight into Redis, a hundred thousand take a second.
func (b *bundle) fill(t fataler, like hotline.Case, n int) {
	t.Helper()
	row := b.hash(t, like.ID)
	enq := number(row["enq"])
	for from := 0; from < n; from += 5000 {
		pipe := b.rdb.Pipeline()
		for i := from; i < min(from+5000, n); i++ {
			id, at := string(hotline.NewCaseID()), enq+int64(i)+1
			score := float64(at + number(row["band"])*900_000)
			row["enq"] = strconv.FormatInt(at, 10)
			pipe.HSet(t.Context(), b.key("case:"+id), row)
			for key, s := range map[string]float64{"line": score, row["bucket"]: score, "w:" + row["band"]: float64(at)} {
				pipe.ZAdd(t.Context(), b.key(key), redis.Z{Score: s, Member: id})
			}
		}
		if _, err := pipe.Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// REDIS 3.2: a claim costs the same at any depth.
func BenchmarkClaim(b *testing.B) {
	for _, depth := range []int{100, 100_000} {
		b.Run("depth "+strconv.Itoa(depth), func(b *testing.B) {
			h := setup(b, store.Options{})
			h.fill(b, h.wait(b, hotline.Routine, hotline.English), depth-1)
			me := h.on(b)
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				c, err := h.claim(b.Context(), me)
				took = append(took, time.Since(began))
				if err != nil {
					b.Fatal(err)
				}
				if _, err := h.GiveBack(b.Context(), c.ID, hotline.GiveBack{Epoch: c.Epoch, From: []hotline.State{hotline.Claimed}, Code: "released"}); err != nil {
					b.Fatal(err)
				}
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "µs/claim-p50")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "µs/claim-p99")
		})
	}
}

// A turn of the waiting loop is what the hotline does most.
func BenchmarkHoldTurn(b *testing.B) {
	h := setup(b, store.Options{})
	c := h.wait(b, hotline.Routine, hotline.English)
	doc := make([]byte, 700)
	for b.Loop() {
		got, err := h.Commit(b.Context(), triage.Turn{
			Case: c.ID, Leg: string(c.PatientLeg), Channel: hotline.Voice, N: c.Turn + 1, Token: hotline.NewToken(), Next: triage.Session{Lang: "en"}, Said: 1, Doc: doc,
		}, c)
		if err != nil || got.Word != triage.Kept {
			b.Fatalf("word %d, %v", got.Word, err)
		}
		c.Turn++
	}
}
