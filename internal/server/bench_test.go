package server_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/redis/go-redis/v9"

	"github.com/tideover/tideover/internal/twilio"
)

// floorScript is the least that the contract leaves possible for a turn with
// a state write: the store is ours, the answer kept by turn or by token wins,
// compare and set the turn, keep session and document.
var floorScript = redis.NewScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {'era'} end
local kept = redis.call('GET', KEYS[3])
if not kept then
  local at = redis.call('GET', KEYS[4])
  kept = at and redis.call('GET', at)
end
if kept then return {'replay', kept} end
local was = redis.call('HMGET', KEYS[2], 'turn', 'state')
if was[1] and was[1] ~= ARGV[2] then return {'stale', was[1], was[2]} end
redis.call('HSET', KEYS[2], 'turn', ARGV[2] + 1)
redis.call('SET', KEYS[5], ARGV[3])
redis.call('SET', KEYS[3], ARGV[4], 'PX', 600000)
redis.call('SET', KEYS[4], KEYS[3], 'PX', 600000)
return {'ok', 'triage'}`)

// floorDoc is the question after the language; floorSession is as long as a
// sealed one.
const (
	floorDoc = `<?xml version="1.0" encoding="UTF-8"?>
<Response><Gather input="dtmf speech" action="/twilio/voice/turn?c=0&amp;t=2" timeout="8" numDigits="1"><Say language="en-US">For an appointment, press 1. For medication, press 2.</Say></Gather><Redirect method="POST">/twilio/voice/turn?c=0&amp;t=2</Redirect></Response>`
	floorSession = `v1.0123456789ab.0123456789012345678901234567890123456789012345678901234567890123456789`
)

// floor serves Echo, form, signature and one script: what is left when all
// that the product does is taken away.
func floor(b *testing.B, w *world) *httptest.Server {
	b.Helper()
	v, err := twilio.NewValidator(w.public, []string{w.token})
	if err != nil {
		b.Fatal(err)
	}
	opt, err := redis.ParseURL(w.redis)
	if err != nil {
		b.Fatal(err)
	}
	opt.PoolSize = 64
	opt.ContextTimeoutEnabled = true
	rdb := redis.NewClient(opt)
	b.Cleanup(func() { _ = rdb.Close() })
	if err := rdb.Set(b.Context(), "{f}era", "era", 0).Err(); err != nil {
		b.Fatal(err)
	}
	e := echo.New()
	e.POST("/twilio/voice/turn", func(c echo.Context) error {
		form, err := twilio.ReadForm(c.Request())
		if err != nil || !v.Valid(http.MethodPost, c.Request().RequestURI, form, c.Request().Header.Get("X-Twilio-Signature")) {
			return c.NoContent(http.StatusForbidden)
		}
		sid := form.Get("CallSid")
		turn, err := strconv.Atoi(c.QueryParam("t"))
		if err != nil {
			return err
		}
		keys := []string{
			"{f}era", "{f}case:" + sid, "{f}doc:" + sid + ":" + strconv.Itoa(turn), "{f}idem:" + c.Request().Header.Get("I-Twilio-Idempotency-Token"), "{f}ses:" + sid,
		}
		said, err := floorScript.Run(c.Request().Context(), rdb, keys, "era", turn-1, floorSession, floorDoc).StringSlice()
		if err != nil || said[0] != "ok" {
			return fmt.Errorf("floor: %v: %w", said, err)
		}
		return c.Blob(http.StatusOK, twilio.ContentType, []byte(floorDoc))
	})
	srv := httptest.NewServer(e)
	b.Cleanup(srv.Close)
	return srv
}

// BenchmarkVoiceWebhook compares a turn of triage (key, step, commit) with the
// floor in the same run, several rounds in turn, and reports the medians'
// ratio: these machines are noisy, a single figure says little.
func BenchmarkVoiceWebhook(b *testing.B) {
	w := newWorld(b)
	bare := floor(b, w)
	for _, clients := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("c=%d", clients), func(b *testing.B) {
			var ours, least, tail, leastTail []float64
			for range 3 {
				f := load(b, w, bare.URL, clients, false)
				p := load(b, w, w.base, clients, true)
				ours, least = append(ours, p.perSecond), append(least, f.perSecond)
				tail, leastTail = append(tail, p.p99), append(leastTail, f.p99)
			}
			for b.Loop() {
			}
			b.ReportMetric(median(ours), "req/s")
			b.ReportMetric(median(least), "floor-req/s")
			b.ReportMetric(median(ours)/median(least), "ratio")
			b.ReportMetric(median(tail), "p99-ms")
			b.ReportMetric(median(tail)/median(leastTail), "p99-ratio")
		})
	}
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}

type figures struct{ perSecond, p99 float64 }

var actionURL = regexp.MustCompile(`action="([^"]+)"`)

// load runs clients that each walk calls through triage for a while.
func load(b *testing.B, w *world, base string, clients int, product bool) figures {
	b.Helper()
	const span = 1500 * time.Millisecond
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 128}}
	defer client.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(b.Context(), span)
	defer cancel()
	var total atomic.Int64
	var mu sync.Mutex
	var took []float64
	var done sync.WaitGroup
	for range clients {
		done.Go(func() {
			mine := []float64{}
			for ctx.Err() == nil {
				mine = append(mine, oneCall(ctx, b, w, client, base, product)...)
			}
			total.Add(int64(len(mine)))
			mu.Lock()
			took = append(took, mine...)
			mu.Unlock()
		})
	}
	done.Wait()
	slices.Sort(took)
	if len(took) == 0 {
		b.Fatal("no request was answered")
	}
	return figures{perSecond: float64(total.Load()) / span.Seconds(), p99: took[len(took)*99/100]}
}

// oneCall is a call of ten turns: language, then the repeat key. It gives the
// milliseconds of each turn.
func oneCall(ctx context.Context, b *testing.B, w *world, client *http.Client, base string, product bool) []float64 {
	b.Helper()
	sid := w.sid("CA")
	target := w.public + "/twilio/voice/turn?c=0&t=1"
	var took []float64
	if product {
		began := time.Now()
		target = nextURL(w.post(ctx, b, client, base, w.public+"/twilio/voice", w.callForm(sid, "")))
		if target == "" {
			return nil
		}
		took = append(took, float64(time.Since(began).Microseconds())/1000)
	}
	for turn := 1; turn <= 10 && ctx.Err() == nil && target != ""; turn++ {
		key := "*"
		if turn == 1 {
			key = "1"
		}
		began := time.Now()
		doc := w.post(ctx, b, client, base, target, w.callForm(sid, key))
		if doc == "" {
			break
		}
		took = append(took, float64(time.Since(began).Microseconds())/1000)
		target = w.public + "/twilio/voice/turn?c=0&t=" + strconv.Itoa(turn+1)
		if product {
			target = nextURL(doc)
		}
	}
	return took
}

func nextURL(doc string) string {
	m := actionURL.FindStringSubmatch(doc)
	if m == nil {
		return ""
	}
	return strings.ReplaceAll(m[1], "&amp;", "&")
}

// post sends one signed webhook and gives the document, "" when time is up.
func (w *world) post(ctx context.Context, tb testing.TB, client *http.Client, base, target string, form url.Values) string {
	tb.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+strings.TrimPrefix(target, w.public), strings.NewReader(form.Encode()))
	if err != nil {
		tb.Error(err)
		return ""
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("X-Twilio-Signature", twilio.Sign(w.token, target, form))
	req.Header.Set("I-Twilio-Idempotency-Token", w.sid("TK"))
	res, err := client.Do(req)
	if err != nil {
		if ctx.Err() == nil {
			tb.Error(err)
		}
		return ""
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		if ctx.Err() == nil {
			tb.Errorf("%d %v", res.StatusCode, err)
		}
		return ""
	}
	return string(raw)
}
