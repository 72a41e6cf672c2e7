package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/tideover/tideover/config"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/outreach"
	"github.com/tideover/tideover/internal/server"
	"github.com/tideover/tideover/internal/staff"
	"github.com/tideover/tideover/internal/standin"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/vault"
)

// The demo's people. All numbers are of the range kept for fiction.
const (
	demoLine    = "+14155550100"
	demoAna     = "+14155550131"
	demoBen     = "+14155550132"
	demoBenPIN  = "2468"
	demoOnCall  = "+14155550190"
	demoRate    = 50 // calls a second: the stand-in has no limit, and nobody shall wait for one
	demoAccount = "AC00000000000000000000000000000001"
	demoToken   = "demo0demo0demo0demo0demo0demo000" //nolint:gosec // signs between two halves of one process
)

func newDemo(std streams) *cobra.Command {
	var addr string
	var noOpen bool
	cmd := &cobra.Command{
		Use: "demo", Short: "The whole thing on one machine, with web phones (never for real callers)", Args: exactly(0),
		Long: "Runs the line on an embedded Redis and a stand-in for Twilio, with web phones, two\ncounselors and a supervisor signed in by link. Prints the links, one a line, then \"ready\".\nNothing is kept when it ends. Never for real callers.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			d := demo{std: std, addr: addr, open: !noOpen, log: slog.New(slog.NewTextHandler(std.err, &slog.HandlerOptions{Level: slog.LevelWarn}))}
			return d.run(cmd.Context())
		},
	}
	cmd.Flags().StringVar(&addr, "addr", "localhost:8080", "where the consoles listen; the web phones take the next port")
	cmd.Flags().BoolVar(&noOpen, "no-open", false, "do not open the browser")
	return cmd
}

// demo is one run of it.
type demo struct {
	std    streams
	addr   string
	open   bool
	log    *slog.Logger
	app    net.Listener
	phones net.Listener
	links  []standin.Link
}

func (d *demo) run(ctx context.Context) error {
	if err := d.listen(ctx); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "tideover-demo-")
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	redis := miniredis.NewMiniRedis()
	redis.ClockTTL(true) // or no key would ever end
	if err := redis.Start(); err != nil {
		return fmt.Errorf("demo: embedded redis: %w", err)
	}
	defer redis.Close()
	cfg, err := d.settings(filepath.Join(dir, "keys"), redis.Addr())
	if err != nil {
		return err
	}
	if err := d.people(ctx, cfg); err != nil {
		return err
	}
	return d.serve(ctx, cfg)
}

// listen takes the port of the consoles and the next one for the phones.
func (d *demo) listen(ctx context.Context) error {
	host, _, err := net.SplitHostPort(d.addr)
	if err != nil || !loopback(host) {
		return usage("--addr: want localhost:PORT or 127.0.0.1:PORT, the demo is for this machine alone")
	}
	var lc net.ListenConfig
	if d.app, err = lc.Listen(ctx, "tcp", d.addr); err != nil {
		return fmt.Errorf("--addr: %w (another port: --addr localhost:9080)", err)
	}
	next := net.JoinHostPort(host, fmt.Sprint(port(d.app)+1))
	if d.phones, err = lc.Listen(ctx, "tcp", next); err != nil {
		d.phones, err = lc.Listen(ctx, "tcp", net.JoinHostPort(host, "0"))
	}
	return err
}

// loopback: the web phones have no sign-in, so no other machine may reach them.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.To4() != nil && ip.IsLoopback())
}

func port(ln net.Listener) int {
	a, ok := ln.Addr().(*net.TCPAddr)
	if !ok {
		return 0
	}
	return a.Port
}

func (d *demo) at(host string) string { return fmt.Sprintf("http://%s:%d", host, port(d.app)) }

func (d *demo) settings(keysFile, redisAddr string) (config.Config, error) {
	if _, err := vault.Create(keysFile, time.Now()); err != nil {
		return config.Config{}, err
	}
	if err := vault.SetEra(keysFile, store.NewEra()); err != nil {
		return config.Config{}, err
	}
	env := map[string]string{
		"TWILIO_ACCOUNT_SID": demoAccount, "TWILIO_AUTH_TOKEN": demoToken, "TWILIO_API_URL": fmt.Sprintf("http://localhost:%d", port(d.phones)),
		"REDIS_URL": "redis://" + redisAddr, "TIDEOVER_PUBLIC_URL": d.at("localhost"), "TIDEOVER_NUMBER": demoLine, "TIDEOVER_ONCALL": demoOnCall,
		"TIDEOVER_KEYS_FILE": keysFile, "TIDEOVER_METRICS_ADDR": "",
	}
	return config.Load(func(name string) (string, bool) { v, ok := env[name]; return v, ok })
}

// demoGroups are support groups of the next days, so that 4 has something to
// offer.
func demoGroups(ctx context.Context, l line) error {
	for i, g := range []outreach.Group{
		{ID: "demo-strike-en", Topic: "strike", Lang: hotline.English, Seats: 12},
		{ID: "demo-anxiety-en", Topic: "anxiety", Lang: hotline.English, Seats: 1},
		{ID: "demo-strike-es", Topic: "strike", Lang: hotline.Spanish, Seats: 12},
	} {
		day := time.Now().In(l.zone).AddDate(0, 0, i+1)
		g.At = time.Date(day.Year(), day.Month(), day.Day(), 18, 0, 0, 0, l.zone)
		g.Waits, g.Link = g.Seats, "https://meet.example.org/"+g.ID
		if err := l.store.AddGroup(ctx, g); err != nil {
			return err
		}
	}
	return nil
}

// people signs the demo's staff up and prints their links. Each has a host
// name of their own, so that one browser can hold all three sessions.
func (d *demo) people(ctx context.Context, cfg config.Config) error {
	l, err := openLineWith(cfg)
	if err != nil {
		return err
	}
	defer func() { _ = l.store.Close() }()
	if _, err := l.store.BeginEra(ctx, l.keys.Ring().Era(), false); err != nil {
		return err
	}
	o := officeOf(l)
	both, one := []hotline.Lang{hotline.English, hotline.Spanish}, []hotline.Lang{hotline.English}
	for _, p := range []struct {
		link, host, title, name, phone, pin string
		role                                staff.Role
		langs                               []hotline.Lang
	}{
		{"counselor-1", "localhost", "Ana's console (counselor)", "Ana (demo)", demoAna, "", staff.Counselor, both},
		{"counselor-2", "counselor-2.localhost", "Ben's console (counselor)", "Ben (demo)", demoBen, demoBenPIN, staff.Counselor, one},
		{"supervisor", "127.0.0.1", "Sam's console (supervisor)", "Sam (demo)", "", "", staff.Supervisor, both},
	} {
		who := staff.Person{Name: p.name, Role: p.role, Languages: p.langs}
		if p.phone != "" {
			if who.Phone, err = hotline.ParseNumber(p.phone); err != nil {
				return err
			}
		}
		added, err := o.roster.Add(ctx, who, p.pin)
		if err != nil {
			return err
		}
		invite, err := o.desk.Invite(ctx, added.ID)
		if err != nil {
			return err
		}
		d.links = append(d.links, standin.Link{Name: p.link, URL: staff.Link(d.at(p.host), invite), Title: p.title})
	}
	if err := demoGroups(ctx, l); err != nil {
		return err
	}
	d.links = append(d.links, standin.Link{Name: "wallboard", URL: d.at("127.0.0.1") + "/wallboard", Title: "Wallboard (open Sam's console first)"})
	return nil
}

func (d *demo) serve(ctx context.Context, cfg config.Config) error {
	s, err := newServer(cfg, d.log, server.Options{Demo: true, Store: store.Options{Pace: hotline.Pace{PerSecond: demoRate}}})
	if err != nil {
		return err
	}
	x, err := d.exchange()
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	web := &http.Server{Handler: x.Handler(), ReadHeaderTimeout: 5 * time.Second}
	g.Go(func() error { return s.Run(ctx, d.app) })
	g.Go(func() error {
		if err := web.Serve(d.phones); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("web phones: %w", err)
		}
		return nil
	})
	g.Go(func() error {
		<-ctx.Done()
		_ = web.Close()
		return x.Close()
	})
	d.announce()
	return g.Wait()
}

func (d *demo) exchange() (*standin.Exchange, error) {
	public := d.at("localhost")
	return standin.New(standin.Options{
		Account: demoAccount, Token: demoToken, Number: demoLine, PublicURL: public, Apps: []string{public},
		Hooks: standin.Hooks{
			VoiceURL: public + "/twilio/voice", VoiceFallbackURL: public + "/twilio/voice/fallback",
			StatusURL: public + "/twilio/voice/status", SMSURL: public + "/twilio/sms",
		},
		FakeEmergency: true, // a robot that says that nobody was called
		Now:           time.Now, Pace: 1, Seed: 1, Log: d.log, Links: d.links, Steps: demoSteps(),
		Handsets: []standin.Handset{
			{Name: "Patient 1", Number: "+14155550111", About: "calls or texts the line"},
			{Name: "Patient 2", Number: "+14155550112", About: "calls or texts the line"},
			{Name: "Ana", Number: demoAna, About: "counselor; rings when Ana claims", Rung: true},
			{Name: "On call", Number: demoOnCall, About: "is paged in an emergency", Rung: true},
			{Name: "Ben", Number: demoBen, About: "counselor; may work by phone alone: calls the line, PIN " + demoBenPIN},
		},
	})
}

// demoSteps is what a newcomer presses first.
func demoSteps() []string {
	return []string{
		"Patient 1: press Call the hotline, then 1 for English, 2 for no danger, 3 for a counselor. You wait in the queue.",
		"Open Ana's console: press I am available, then Claim the next.",
		"Ana's phone rings on this page: press Answer, then 1. Both are in one room: what one says, the other hears.",
		"Patient 2: call and press 9, an emergency. The phone on call rings: Answer, then 1. The wallboard shows it.",
		"Ben works by phone alone: on Ben's phone press Call the hotline, then " + demoBenPIN + "#, then 1 for the next caller. In the talk, * opens a menu.",
		"Text from a patient's phone: hello, then 2, then 3. Claim it in Ana's console and write. The word crisis sends a link to the phone on call.",
	}
}

// announce prints the links for people and scripts, then "ready".
func (d *demo) announce() {
	phones := fmt.Sprintf("http://localhost:%d/_phones/", port(d.phones))
	var b strings.Builder
	fmt.Fprintf(&b, "phones %s\n", phones)
	for _, l := range d.links {
		fmt.Fprintf(&b, "%s %s\n", l.Name, l.URL)
	}
	_, _ = fmt.Fprintf(d.std.out, "%sready\n", b.String())
	_, _ = fmt.Fprintln(d.std.err, "This is a demo on an embedded store, with a stand-in for the phone network. Never for real callers.\nOpen the page of the phones. Ctrl-C ends the demo, and nothing of it is kept.")
	if d.open {
		openBrowser(phones)
	}
}

// openBrowser is a convenience: where it fails the link is on the screen.
func openBrowser(url string) {
	name, args := "xdg-open", []string{url}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", url}
	}
	_ = exec.Command(name, args...).Start() //nolint:gosec,noctx // our own URL; outlives this call
}
