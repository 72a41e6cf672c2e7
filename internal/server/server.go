package server

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/sync/errgroup"

	"github.com/tideover/tideover/internal/console"
	"github.com/tideover/tideover/internal/dispatch"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/intake"
	"github.com/tideover/tideover/internal/outreach"
	"github.com/tideover/tideover/internal/staff"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/triage"
	"github.com/tideover/tideover/internal/twilio"
	"github.com/tideover/tideover/internal/vault"
	"github.com/tideover/tideover/internal/webhook"
)

// Options are the settings of one line, checked by config.
type Options struct {
	Addr, MetricsAddr     string
	PublicURL, ConsoleURL string
	Twilio                twilio.Credentials
	TwilioURL             string // other than Twilio's own: stand-in, tests
	Number                hotline.Number
	OnCall                []hotline.Number
	Backup                hotline.Number
	Interpreter           hotline.Number // rung into a talk; unknown: none
	Line, Name            string         // id in Redis; what people call it
	Zone                  *time.Location
	Texts                 bool
	Hours                 func(now time.Time) (open bool, next time.Time) // nil: always open
	MissedRings           int
	LinesLong             LinesLong
	MostWaiting           int  // who may wait, about; 0: any number
	OnCallDuty            bool // somebody must have acknowledged to be on call
	Demo                  bool
	Version               string
	Store                 store.Options
	// Linger is how long a stopping instance still takes connections, so that
	// a balancer finds out in time. Zero means not at all.
	Linger time.Duration
}

const (
	drainFor   = 12 * time.Second // with Linger, of the 20 s that a stop may take
	dueTick    = 200 * time.Millisecond
	secondTick = time.Second
)

// Server is one instance of a line. Any number of them may run on one Redis.
type Server struct {
	opt     Options
	log     *slog.Logger
	store   *store.Store
	board   *dispatch.Board
	console *console.Console
	facts   *facts
	era     *era
	notices *notices
	metrics *metrics
	scripts *scripts
	echo    *echo.Echo
	closing chan struct{}
}

// Source is where the line's script comes from.
type Source struct {
	Files   func() fs.FS // the configuration folder as it is now
	Compile func(fs.FS) (*triage.Script, error)
}

// New wires an instance; it starts nothing.
func New(o Options, redisURL string, keys *vault.Keeper, from Source, now func() time.Time, log *slog.Logger) (*Server, error) {
	script, fault := from.Compile(from.Files())
	rdb, err := store.Dial(redisURL, log)
	if err != nil {
		return nil, err
	}
	o.Store.MissedRings = o.MissedRings
	clk := &clock{machine: now, log: log}
	st, err := store.New(rdb, o.Line, keys.Ring, clk.Now, o.Zone, log, o.Store)
	if err != nil {
		return nil, err
	}
	clk.store = st
	var folder string
	switch fault {
	case nil:
		folder = script.Version()
	default:
		if script, folder, err = published(st, from); err != nil {
			return nil, errors.Join(fault, st.Close())
		}
	}
	s := &Server{opt: o, log: log, store: st, closing: make(chan struct{})}
	s.era = &era{keys: keys, store: st, clock: clk, log: log}
	s.metrics = newMetrics(o.Version, st, s.era.Lost)
	watch := &carrier{asked: s.metrics.asked, now: now, log: log}
	client, err := twilio.New(o.Twilio, twilio.Options{BaseURL: o.TwilioURL, Answered: watch.answered})
	if err != nil {
		return nil, fmt.Errorf("twilio: %w", err)
	}
	shelf := triage.NewShelf(script)
	phone := webhook.NewPhone(client, o.PublicURL, o.Number, shelf)
	s.notices = &notices{phone: phone, onCall: o.OnCall, now: clk.Now, log: log}
	s.era.notify = s.notices.lost
	s.facts = &facts{store: st, long: o.LinesLong, most: o.MostWaiting, duty: o.OnCallDuty, texts: o.Texts, calls: o.Store.Calls.Hours, backup: webhook.Spell(o.Backup), hours: o.Hours, zone: o.Zone, now: clk.Now}
	s.scripts = &scripts{
		shelf: shelf, store: st, compile: from.Compile, files: from.Files, folder: folder, fault: fault, failed: s.metrics.refusedScripts.Inc, log: log,
	}
	return s, s.wire(shelf, phone, keys, clk)
}

// published gives the script that the line runs, for an instance whose own
// folder has faults, and the version of the folder when that was decided.
// Without one there is nothing to serve.
func published(st *store.Store, from Source) (*triage.Script, string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	line, err := st.Published(ctx)
	if err != nil {
		return nil, "", err
	}
	raw, err := st.Files(ctx, line.Running)
	if err != nil {
		return nil, "", err
	}
	script, err := unpacked(raw, from.Files(), from.Compile)
	return script, line.Folder, err
}

// Reload publishes the configuration folder's script as it is now. One with a
// fault is refused, and the running one goes on.
func (s *Server) Reload(ctx context.Context) error {
	if err := s.scripts.Reload(ctx); err != nil {
		return err
	}
	s.log.InfoContext(ctx, "script published", "script", short(s.scripts.shelf.Running().Version()))
	return nil
}

func (s *Server) wire(script *triage.Shelf, phone *webhook.Phone, keys *vault.Keeper, clk *clock) error {
	o, st, now := s.opt, s.store, clk.Now
	roster := staff.NewRoster(st, o.OnCall)
	busy := func(ctx context.Context, id hotline.CounselorID) (bool, error) {
		sh, err := st.Shift(ctx, id)
		return len(sh.Cases) > 0, err
	}
	door := staff.NewDesk(st, roster, busy, rand.Reader, now)
	desk := intake.New(st, st, st, script, s.facts.For, webhook.Renderer(o.PublicURL), func() string { return keys.Ring().Era() }, now, s.log)
	desk.CallsOnly(callable{roster, o.Store.Calls, append([]hotline.Number{o.Number, o.Backup}, o.OnCall...)}.may)
	s.board = dispatch.New(st, phone, people{roster: st, onCall: o.OnCall, interpreter: o.Interpreter}, pageLinks{door, o.ConsoleURL}, desk.Quiet, s.log)
	s.board.Hand("untexted", untexted(desk))
	follow(s.board, outreach.NewCourier(st, phone, groupWords(script.Running), o.Texts))
	bringHome(s.board, intake.NewMessages(st, phone, s.log))
	s.board.Records(recorded(st, s.log, "by phone"))
	s.board.Proves(recorded(st, s.log, "by the line"))
	st.OnJobs(s.board.Wake)
	hooks, err := webhook.New(desk, s.board, st, script, webhook.Options{
		Account: o.Twilio.Account, Number: o.Number, PublicURL: o.PublicURL, Tokens: o.Twilio.Tokens, Backup: o.Backup,
		Refused: func(reason string) { s.metrics.rejected.WithLabelValues(reason).Inc() }, Alarm: s.notices.danger,
	}, s.log)
	if err != nil {
		return fmt.Errorf("webhooks: %w", err)
	}
	s.console = console.New(console.Deps{
		Claims: drained{s.board, s.closing}, Threads: threads{s.board, st}, Emergencies: emergencies{s.board, s.notices.danger}, Talks: s.board, Shifts: st,
		Views: views{st, s.era.Lost}, Events: st, Outcomes: outcomes{st}, Audit: st, Sounds: st, Groups: st, Duties: st, Roster: roster,
		Scripts: s.scripts, Alerts: st, Desk: door, Log: s.log, Now: now, Answers: script.AnswerText, Signs: script.Signs,
		Place: func(c hotline.Case) string { return script.Place(c.Answers, hotline.English) },
	}, console.Options{
		LineName: o.Name, ConsoleURL: o.ConsoleURL, Demo: o.Demo,
		Unreviewed: func() bool { return len(script.Unreviewed()) > 0 },
	})
	s.echo = s.routes(hooks, clk.machine)
	return nil
}

func (s *Server) routes(hooks *webhook.Hooks, now func() time.Time) *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.IPExtractor = echo.ExtractIPDirect()
	e.Use(s.recover, s.leaving, s.metrics.observe(now))
	e.GET("/livez", func(c echo.Context) error { return c.String(http.StatusOK, "ok\n") })
	e.GET("/readyz", s.ready)
	hooks.Register(e)
	s.console.Register(e)
	return e
}

// recover keeps one request's fault from the others. Twilio would read a page
// of ours aloud or hang up, so its routes answer nothing but a status, which
// leads it to the fallback URL.
func (s *Server) recover(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if r := recover(); r != nil && r != http.ErrAbortHandler { //nolint:errorlint // the value as it was thrown
				s.log.ErrorContext(c.Request().Context(), "request panicked", "route", c.Path(), "fault", fmt.Sprintf("%T", r))
				err = c.NoContent(http.StatusInternalServerError)
			}
		}()
		return next(c)
	}
}

func (s *Server) ready(c echo.Context) error {
	select {
	case <-s.closing:
		return c.String(http.StatusServiceUnavailable, "draining\n")
	default:
	}
	err := s.era.state()
	if err == nil {
		err = s.store.Ready(c.Request().Context())
	}
	switch {
	case errors.Is(err, hotline.ErrEra):
		return c.String(http.StatusServiceUnavailable, "data lost: the store holds another era\n")
	case errors.Is(err, hotline.ErrUnknown):
		return c.String(http.StatusServiceUnavailable, "the store does not answer\n")
	case err != nil:
		return c.String(http.StatusServiceUnavailable, err.Error()+"\n")
	}
	return c.String(http.StatusOK, "ready\n")
}

// Run listens and works until ctx ends, then drains: no new claims, webhooks
// answered to the end, consoles told to reconnect.
func (s *Server) Run(ctx context.Context, ln net.Listener) error {
	g, ctx := errgroup.WithContext(ctx)
	srv := &http.Server{
		Handler: s.echo, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 15 * time.Second,
		IdleTimeout: 90 * time.Second, MaxHeaderBytes: 32 << 10, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	s.era.look(ctx)
	s.scripts.tell(ctx)
	for _, w := range s.store.Warnings(ctx) {
		s.log.WarnContext(ctx, "redis setting", "setting", w)
	}
	g.Go(func() error { return ticking(ctx, secondTick, s.era.run) })
	g.Go(func() error { return ticking(ctx, factsAge, s.facts.run) })
	g.Go(func() error { return ticking(ctx, factsAge, s.scripts.run) })
	g.Go(func() error { return ticking(ctx, dueTick, s.board.Run) })
	g.Go(func() error { return s.console.Run(ctx) })
	g.Go(func() error { return serve(srv, ln) })
	g.Go(func() error {
		<-ctx.Done()
		return s.drain(context.WithoutCancel(ctx), srv)
	})
	if err := s.serveMetrics(ctx, g); err != nil {
		return err
	}
	err := g.Wait()
	s.notices.work.Wait()
	return errors.Join(err, s.store.Close())
}

// drain ends the service. A balancer keeps connections open and sends its next
// request on one of them: closed at once it would be lost. So for a while each
// answer says that its connection ends.
func (s *Server) drain(ctx context.Context, srv *http.Server) error {
	close(s.closing)
	s.console.Drain()
	if s.opt.Linger > 0 {
		<-time.After(s.opt.Linger)
	}
	ctx, cancel := context.WithTimeout(ctx, drainFor)
	defer cancel()
	err := srv.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		s.log.WarnContext(ctx, "requests cut off at the end of the drain")
		return srv.Close()
	}
	return err
}

// leaving tells who sends requests while this instance drains to open the
// next connection to another one.
func (s *Server) leaving(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		select {
		case <-s.closing:
			c.Response().Header().Set("Connection", "close")
		default:
		}
		return next(c)
	}
}

func (s *Server) serveMetrics(ctx context.Context, g *errgroup.Group) error {
	if s.opt.MetricsAddr == "" {
		return nil
	}
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.opt.MetricsAddr)
	if err != nil {
		return fmt.Errorf("TIDEOVER_METRICS_ADDR: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", s.metrics.handler())
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	g.Go(func() error { return serve(srv, ln) })
	g.Go(func() error {
		<-ctx.Done()
		return srv.Close()
	})
	return nil
}

func serve(srv *http.Server, ln net.Listener) error {
	if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

func ticking(ctx context.Context, every time.Duration, run func(context.Context, <-chan time.Time) error) error {
	t := time.NewTicker(every)
	defer t.Stop()
	return run(ctx, t.C)
}
