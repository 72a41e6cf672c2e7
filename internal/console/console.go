package console

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
	"github.com/tideover/tideover/internal/triage"
)

// Deps is what a console works on. All are required but Answers, Signs and Place.
type Deps struct {
	Sounds      Sounds
	Claims      Claims
	Threads     Threads
	Emergencies Emergencies
	Talks       Talks
	Shifts      Shifts
	Views       Views
	Events      Events
	Outcomes    Outcomes
	Audit       AuditLog
	Groups      Groups
	Duties      Duties
	Scripts     Scripts
	Alerts      Alerts
	Roster      *staff.Roster
	Desk        *staff.Desk
	Log         *slog.Logger
	Now         Clock
	// Answers gives the label of a question and of its answer in a language;
	// nil shows the script's ids.
	Answers func(a hotline.Answer, lang hotline.Lang) (question, answer string)
	// Signs gives what the crisis-language detector finds in a text; nil: nothing.
	Signs func(text string) []triage.Sign
	// Place gives what is known of where the caller is, in words; nil: nothing.
	Place func(c hotline.Case) string
}

// Options are the settings of a console; the zero value works on plain http.
type Options struct {
	// LineName is shown in the head of every page; empty: "Tideover".
	LineName string
	// ConsoleURL is where people open the console. https makes the cookie
	// Secure and gives it the __Host- name.
	ConsoleURL string
	// Demo marks every page: never for real callers.
	Demo bool
	// Unreviewed says that clinical texts of the script are not sealed by a
	// clinician yet; nil: they are.
	Unreviewed func() bool
	// StreamLife is how long one event stream lasts before the browser opens
	// the next; 0: ten minutes.
	StreamLife time.Duration
}

// Console is the counselors' and supervisors' side of the line.
type Console struct {
	Deps
	opt    Options
	view   *view
	hub    *hub
	reads  *reads
	pages  *pages
	known  nameBook
	secure bool
}

// New makes a console. It serves after Register and keeps its live view while
// Run runs.
func New(d Deps, o Options) *Console {
	if o.LineName == "" {
		o.LineName = "Tideover"
	}
	if o.StreamLife == 0 {
		o.StreamLife = 10 * time.Minute
	}
	u, err := url.Parse(o.ConsoleURL)
	return &Console{
		Deps: d, opt: o, view: newView(d.Views, d.Now), hub: newHub(), reads: newReads(d.Now),
		pages: newPages(), secure: err == nil && strings.EqualFold(u.Scheme, "https"),
	}
}

// Register adds the API under /api and the pages to an Echo.
func (k *Console) Register(e *echo.Echo) {
	guard := http.NewCrossOriginProtection()
	api := e.Group("/api", k.headers(apiPolicy), sameOrigin(guard, writeProblem))
	api.GET("/openapi.yaml", k.openAPI)
	api.Any("/*", func(c echo.Context) error { return writeProblem(c, notFound()) })
	v1 := api.Group("/v1")
	for _, r := range k.routes() {
		v1.Add(r.method, r.path, k.serve(r))
	}
	v1.Any("", k.elsewhere)
	v1.Any("/*", k.elsewhere)
	k.registerPages(e, guard)
}

// Run keeps the live view that is served while the store does not answer, and
// ends the streams of people whose access has ended. It returns when ctx ends.
func (k *Console) Run(ctx context.Context) error {
	var both sync.WaitGroup
	both.Go(func() { every(ctx, k.view.refresh) })
	var version int64
	both.Go(func() {
		every(ctx, func(ctx context.Context) {
			// A store that does not answer ends nobody's stream.
			if v, err := k.Desk.Version(ctx); err == nil && v != version {
				version = v
				k.hub.recheck()
			}
		})
	})
	both.Wait()
	return nil
}

const (
	lookEvery = 400 * time.Millisecond
	lookFor   = 900 * time.Millisecond
)

// every looks at once and then again and again until ctx ends.
func every(ctx context.Context, look func(context.Context)) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		ask, cancel := context.WithTimeout(ctx, lookFor)
		look(ask)
		cancel()
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Drain tells every open stream to reconnect, which leads it to another
// instance, and ends it.
func (k *Console) Drain() { k.hub.drain() }
