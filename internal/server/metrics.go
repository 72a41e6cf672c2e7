package server

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/tideover/tideover/internal/hotline"
)

// metrics are what an operator's graphs and alarms read: base units, low
// cardinality, no numbers, ids of calls or of people.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	rejected *prometheus.CounterVec
	asked    *prometheus.CounterVec

	refusedScripts prometheus.Counter
}

// boardReader is what the gauges are read from: the same numbers as the
// wallboard's.
type boardReader interface {
	Board(ctx context.Context) (hotline.Board, error)
}

func newMetrics(version string, board boardReader, lost func() bool) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tideover_webhook_requests_total", Help: "Requests by Twilio."}, []string{"hook", "result"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tideover_webhook_seconds", Help: "Time to answer Twilio.", Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2, 3},
		}, []string{"hook"}),
		rejected:       prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tideover_webhook_rejected_total", Help: "Requests refused before anything was stored."}, []string{"reason"}),
		asked:          prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tideover_twilio_requests_total", Help: "Requests to Twilio by the status of the answer; 0 is none."}, []string{"status"}),
		refusedScripts: prometheus.NewCounter(prometheus.CounterOpts{Name: "tideover_script_refused_total", Help: "Scripts that were not published since they have faults."}),
	}
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "tideover_build_info", Help: "The version that runs."}, []string{"version"})
	build.WithLabelValues(version).Set(1)
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.registry.MustRegister(m.requests, m.seconds, m.rejected, m.asked, m.refusedScripts, build, &boardCollector{board: board, lost: lost})
	return m
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// observe counts and times the routes for Twilio, by route.
func (m *metrics) observe(now func() time.Time) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if !strings.HasPrefix(c.Path(), "/twilio/") {
				return next(c)
			}
			began := now()
			err := next(c)
			m.seconds.WithLabelValues(c.Path()).Observe(now().Sub(began).Seconds())
			m.requests.WithLabelValues(c.Path(), strconv.Itoa(c.Response().Status)).Inc()
			return err
		}
	}
}

// boardCollector reads the board when it is scraped.
type boardCollector struct {
	board boardReader
	lost  func() bool
}

var (
	waitingDesc   = prometheus.NewDesc("tideover_queue_waiting", "Cases that wait, by band.", []string{"band"}, nil)
	longestDesc   = prometheus.NewDesc("tideover_queue_longest_wait_seconds", "Longest wait since the first enqueue.", nil, nil)
	staffDesc     = prometheus.NewDesc("tideover_counselors", "Counselors by what they do.", []string{"state"}, nil)
	alarmsDesc    = prometheus.NewDesc("tideover_emergencies_open", "Open emergency records.", nil, nil)
	reachableDesc = prometheus.NewDesc("tideover_store_up", "1 when Redis answered and holds our era.", nil, nil)
	pendingDesc   = prometheus.NewDesc("tideover_calls_pending", "Calls that are due and wait for the account's pace.", nil, nil)
	rateDesc      = prometheus.NewDesc("tideover_calls_per_second_limit", "New calls that the account may make in a second; 0 is no limit.", nil, nil)
	legsDesc      = prometheus.NewDesc("tideover_legs", "Calls that are up, in and out.", nil, nil)
	mostLegsDesc  = prometheus.NewDesc("tideover_legs_limit", "Calls that may be up at once; 0 is no limit.", nil, nil)
	lostDesc      = prometheus.NewDesc("tideover_store_data_lost", "1 while the store holds another era.", nil, nil)
)

// Describe implements prometheus.Collector.
func (b *boardCollector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{waitingDesc, longestDesc, staffDesc, alarmsDesc, reachableDesc, lostDesc, pendingDesc, rateDesc, legsDesc, mostLegsDesc} {
		ch <- d
	}
}

// Collect implements prometheus.Collector. Without the store there is no
// depth, rather than a depth of zero.
func (b *boardCollector) Collect(ch chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	gauge(lostDesc, flag(b.lost()))
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	board, err := b.board.Board(ctx)
	gauge(reachableDesc, flag(err == nil))
	if err != nil {
		return
	}
	for band, n := range board.Queue.Depth().ByBand {
		gauge(waitingDesc, float64(n), band.String())
	}
	gauge(longestDesc, board.Queue.LongestWait().Seconds())
	gauge(alarmsDesc, float64(len(board.Escalations)))
	gauge(pendingDesc, float64(board.Dials.Pending))
	gauge(rateDesc, board.Dials.PerSecond)
	gauge(legsDesc, float64(board.Dials.Up))
	gauge(mostLegsDesc, float64(board.Dials.Legs))
	s := board.Staffing
	for state, n := range map[string]int{
		"available": s.Available, "ringing": s.Ringing, "live": s.Live, "wrap_up": s.WrapUp, "break": s.Break, "off": s.Off,
	} {
		gauge(staffDesc, float64(n), state)
	}
}

func flag(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
