package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/tideover/tideover/config"
	"github.com/tideover/tideover/internal/crisis"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/server"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/triage"
	"github.com/tideover/tideover/internal/twilio"
	"github.com/tideover/tideover/internal/vault"
)

func newServe(std streams) *cobra.Command {
	var format string
	var first bool
	cmd := &cobra.Command{
		Use: "serve", Short: "Run the hotline against Twilio and Redis", Args: exactly(0),
		Long: "Runs one instance of the line. Any number of them may run on one Redis. Settings come\nfrom the environment; a wrong or missing one stops it at once.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			log, err := newLog(std.err, format)
			if err != nil {
				return err
			}
			return serve(cmd.Context(), std, log, first)
		},
	}
	cmd.Flags().StringVar(&format, "log-format", "text", "text or json")
	cmd.Flags().BoolVar(&first, "init", false, "set up first (containers, tests); refuses a store that lost its data")
	return cmd
}

func newLog(w io.Writer, format string) (*slog.Logger, error) {
	switch format {
	case "text":
		return slog.New(slog.NewTextHandler(w, nil)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, nil)), nil
	}
	return nil, usage("--log-format: want text or json")
}

func serve(ctx context.Context, std streams, log *slog.Logger, first bool) error {
	signal.Ignore(syscall.SIGHUP) // until it serves: a reload that comes early ends nothing
	cfg, err := loadSettings("")
	if err != nil {
		return err
	}
	if first {
		if err := initLine(ctx, streams{std.in, std.err, std.err}, "", false); err != nil {
			return err
		}
	}
	s, err := newServer(cfg, log, server.Options{Linger: 2 * time.Second})
	if err != nil {
		return err
	}
	for _, w := range cfg.Warnings() {
		log.WarnContext(ctx, "setting", "warning", w)
	}
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.Addr)
	if err != nil {
		return fmt.Errorf("TIDEOVER_ADDR: %w", err)
	}
	log.InfoContext(ctx, "serving", "addr", ln.Addr().String(), "version", version())
	defer reloadOnHangup(ctx, s, log)()
	return s.Run(ctx, ln)
}

// reloadOnHangup publishes the folder's script anew at each SIGHUP.
func reloadOnHangup(ctx context.Context, s *server.Server, log *slog.Logger) (stop func()) {
	told := make(chan os.Signal, 1)
	signal.Notify(told, syscall.SIGHUP)
	go func() {
		for range told {
			if err := s.Reload(ctx); err != nil {
				log.ErrorContext(ctx, "script not published", "error", err)
			}
		}
	}()
	return func() {
		signal.Stop(told)
		close(told)
	}
}

// newServer turns settings into a server; o holds what the demo sets beside.
func newServer(cfg config.Config, log *slog.Logger, o server.Options) (*server.Server, error) {
	l, err := config.LoadLine(cfg.Files())
	if err != nil {
		return nil, err
	}
	if cfg, err = cfg.For(l); err != nil {
		return nil, err
	}
	keys, err := vault.Watch(cfg.KeysFile)
	if err != nil {
		return nil, err
	}
	if days := keys.Ring().DaysAhead(time.Now()); days < 30 {
		log.Warn("key ring ends soon: run `tideover init`", "days", days)
	}
	if o.OnCall, err = numbers(cfg.OnCall); err != nil {
		return nil, err
	}
	if o.Number, err = hotline.ParseNumber(cfg.Number.E164()); err != nil {
		return nil, fmt.Errorf("TIDEOVER_NUMBER: %w", err)
	}
	if cfg.Backup.IsSet() {
		if o.Backup, err = hotline.ParseNumber(cfg.Backup.E164()); err != nil {
			return nil, fmt.Errorf("TIDEOVER_BACKUP: %w", err)
		}
	}
	if l.Interpreter.IsSet() {
		if o.Interpreter, err = hotline.ParseNumber(l.Interpreter.E164()); err != nil {
			return nil, fmt.Errorf("line.yaml: interpreter: %w", err)
		}
	}
	tokens := make([]string, 0, len(cfg.TwilioTokens))
	for _, t := range cfg.TwilioTokens {
		tokens = append(tokens, t.Reveal())
	}
	if o.Store.Calls, err = callRules(l.Callbacks); err != nil {
		return nil, err
	}
	o.Addr, o.MetricsAddr, o.PublicURL, o.ConsoleURL, o.TwilioURL = cfg.Addr, cfg.MetricsAddr, cfg.PublicURL, cfg.ConsoleURL, cfg.TwilioAPIURL
	o.Twilio = twilio.Credentials{Account: cfg.TwilioAccount, Tokens: tokens, Key: cfg.TwilioAPIKey, Secret: cfg.TwilioAPISecret.Reveal()}
	o.Line, o.Name, o.Zone, o.Texts, o.MissedRings, o.Version = l.ID, l.Name["en"], l.Zone, l.Texts, l.MissedRings, version()
	o.LinesLong = server.LinesLong(l.LinesLong)
	o.MostWaiting, o.OnCallDuty = l.MostWaiting, l.OnCallDuty
	o.Store.Limits = store.Limits{Calls: l.Limits.Calls, Within: l.Limits.Within, All: l.LineLimit.Calls, AllWithin: l.LineLimit.Within}
	if o.Store.Pace == (hotline.Pace{}) {
		o.Store.Pace = hotline.Pace(l.Account)
	}
	for _, name := range l.Idle() {
		log.Warn("line.yaml: set, and nothing acts on it yet", "setting", name)
	}
	o.Hours = func(now time.Time) (bool, time.Time) { return l.Hours.Open(now, l.Zone) }
	return server.New(o, cfg.RedisURL.Reveal(), keys, server.Source{Files: cfg.Files, Compile: compileScript(log)}, time.Now, log)
}

// callRules are the line's rules for calls that were promised.
func callRules(c config.Callbacks) (hotline.CallRules, error) {
	rules := hotline.CallRules{Hours: hotline.CallHours{From: c.From, To: c.To}, Again: c.Again, Warn: c.Warn, Foreign: c.Foreign}
	for _, n := range c.Blocked {
		blocked, err := hotline.ParseNumber(n.E164())
		if err != nil {
			return rules, fmt.Errorf("callbacks.blocked: %w", err)
		}
		rules.Blocked = append(rules.Blocked, blocked)
	}
	return rules, nil
}

// compileScript compiles the script of a folder and says what is not reviewed.
func compileScript(log *slog.Logger) func(fs.FS) (*triage.Script, error) {
	return func(files fs.FS) (*triage.Script, error) {
		detector, err := crisis.Load(files)
		if err != nil {
			return nil, err
		}
		with, err := scriptOptions(files)
		if err != nil {
			return nil, err
		}
		script, err := triage.Compile(files, detector, with...)
		if err != nil {
			return nil, err
		}
		if n := len(script.Unreviewed()); n > 0 {
			log.Warn("texts of the script are not clinically reviewed", "texts", n)
		}
		for _, f := range append(script.Warnings(), script.Outdated(time.Now())...) {
			if f.Rule != triage.NotReviewed { // counted above
				log.Warn("finding in the script", "file", f.File, "line", f.Line, "rule", f.Rule, "finding", f.Text)
			}
		}
		return script, nil
	}
}

// scriptOptions is what a script needs of the folder's other files.
func scriptOptions(files fs.FS) ([]triage.Option, error) { return server.ScriptOptions(files) }

func loadDetector(cfg config.Config) (*crisis.Detector, error) {
	return crisis.Load(cfg.Files())
}
