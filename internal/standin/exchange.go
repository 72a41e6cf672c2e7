package standin

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// Exchange is the stand-in: one account, one number, all phones.
type Exchange struct {
	o      Options
	public *url.URL
	client *http.Client
	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	tasks  sync.WaitGroup

	mu      sync.Mutex // guards everything below and what the legs, rooms, texts and phones hold
	closed  bool
	changed chan struct{} // closed and replaced at each change
	ids     *ids
	apps    []string
	turn    int // of apps
	hooks   Hooks
	legs    []*leg // oldest first
	rooms   []*room
	texts   []*text
	tapes   []*tape
	phones  map[string]*Phone
	optOuts map[string]bool
	queues  map[string]*queue
	sounds  map[string]time.Duration // by URL: how long they are
	pending int                      // webhooks that are due or under way
	logs
	restRules, hookRules []*rule
}

// New makes an exchange. It starts nothing by itself.
func New(o Options) (*Exchange, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	public, err := url.Parse(strings.TrimRight(o.PublicURL, "/"))
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	x := &Exchange{
		o: o, public: public, ctx: ctx, cancel: cancel, changed: make(chan struct{}), ids: newIDs(o.Seed),
		apps: slices.Clone(o.Apps), hooks: o.Hooks, phones: map[string]*Phone{}, optOuts: map[string]bool{}, queues: map[string]*queue{},
		sounds: map[string]time.Duration{},
	}
	x.client = &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: 64, DialContext: dialer().DialContext},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return x, nil
}

// Route sets where the app really listens: base URLs, asked in turn.
func (x *Exchange) Route(apps ...string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.apps = slices.Clone(apps)
}

// Close cuts every call and stream off, without a word to the app, and waits
// until nothing runs any more.
func (x *Exchange) Close() error {
	x.mu.Lock()
	x.closed = true
	x.mu.Unlock()
	x.cancel()
	x.tasks.Wait()
	x.client.CloseIdleConnections()
	return nil
}

// spawn runs work that Close waits for. x.mu is held.
func (x *Exchange) spawn(work func()) {
	if !x.closed {
		x.tasks.Go(work)
	}
}

// touch tells everybody who waits that something changed. x.mu is held.
func (x *Exchange) touch() {
	close(x.changed)
	x.changed = make(chan struct{})
}

// until waits until done, which is asked under x.mu, says true.
func (x *Exchange) until(ctx context.Context, done func() bool) error {
	for {
		x.mu.Lock()
		ok, changed := done(), x.changed
		x.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		case <-x.ctx.Done():
			return x.ctx.Err()
		}
	}
}

// Await waits until the condition holds, for half a minute where ctx sets no
// deadline. It is asked again at each change and must not call the exchange.
func (x *Exchange) Await(ctx context.Context, holds func(Snapshot) bool) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	return x.until(ctx, func() bool { return holds(x.snapshot()) })
}

// bounded makes a forgotten deadline fail a test before the tests' own limit.
func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, set := ctx.Deadline(); set {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, 30*time.Second)
}

// pause waits for d by the exchange's timer; false: the exchange was closed.
func (x *Exchange) pause(d time.Duration) bool {
	fired, stop := x.o.Timer(d)
	defer stop()
	select {
	case <-fired:
		return true
	case <-x.ctx.Done():
		return false
	}
}

// paced is how long something takes that takes d on a phone.
func (x *Exchange) paced(d time.Duration) time.Duration {
	if x.o.Pace > 0 {
		return time.Duration(float64(d) / x.o.Pace)
	}
	return d
}

// spoken is how long words and sounds take: no time at all at pace zero.
func (x *Exchange) spoken(d time.Duration) time.Duration {
	if x.o.Pace > 0 {
		return x.paced(d)
	}
	return 0
}
