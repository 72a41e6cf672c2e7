package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/vault"
)

// Options are the durations of the line; a zero value is the default.
type Options struct {
	KeepCase    time.Duration     // after close: number and name; 72 h
	KeepText    time.Duration     // after close: texts, notes, answers; 24 h
	PageAgain   time.Duration     // unacknowledged: the next person; 30 s
	PageAttend  time.Duration     // acknowledged, not attended; 60 s
	Lease       time.Duration     // claim until press 1; 45 s
	Connect     time.Duration     // press 1 until both are in; 20 s
	DialBack    time.Duration     // the same where the patient is dialled; 75 s
	SafetyReply time.Duration     // open safety question by text; 10 min
	Target      time.Duration     // service level; 60 s
	Short       time.Duration     // abandons below are not counted; 5 s
	MissedRings int               // until the line sets a break; 3
	MostThreads int               // texts a counselor may hold at once; 2
	Again       time.Duration     // how long who was cut off and calls again is held for the counselor of before; 8 s
	KeepBack    bool              // of more than two on calls the last who is free is kept for emergencies and urgent callers
	Deadline    time.Duration     // of one round trip; 1 s
	Calls       hotline.CallRules // of callbacks
	Limits      Limits            // of contacts that begin; none
	HoldFor     time.Duration     // on hold until the counselor is reminded; 2 min
	GuestFor    time.Duration     // asked into a talk until in the room; 60 s
	Hidden      time.Duration     // how long a job that was handed out is kept from others; 5 s
	Pace        hotline.Pace      // of the account; no limits
}

func (o Options) withDefaults() Options {
	def := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	def(&o.KeepCase, 72*time.Hour)
	def(&o.KeepText, 24*time.Hour)
	def(&o.PageAgain, 30*time.Second)
	def(&o.PageAttend, 60*time.Second)
	def(&o.Lease, 45*time.Second)
	def(&o.Connect, 20*time.Second)
	def(&o.DialBack, 75*time.Second)
	def(&o.SafetyReply, 10*time.Minute)
	def(&o.Target, time.Minute)
	def(&o.Short, 5*time.Second)
	def(&o.Deadline, time.Second)
	def(&o.Again, 8*time.Second)
	def(&o.Hidden, 5*time.Second)
	def(&o.HoldFor, 2*time.Minute)
	def(&o.GuestFor, guestFor)
	if o.MissedRings == 0 {
		o.MissedRings = 3
	}
	if o.MostThreads == 0 {
		o.MostThreads = 2
	}
	return o
}

// Store is one line in Redis. It is safe for concurrent use.
type Store struct {
	rdb     redis.UniversalClient
	line    string
	prefix  string
	ring    func() *vault.Ring
	now     func() time.Time // for days of keys and counters only; Redis TIME decides all else
	zone    *time.Location
	opt     Options
	scripts scripts
	log     *slog.Logger
	wake    atomic.Pointer[func()]
	recent  *recent
	feed    feed
	record  recorder // gathers what is appended to the record of access
}

// New wires a store for the line with this id. ring gives the key ring as it
// is now; its era is the one that the store must have.
func New(rdb redis.UniversalClient, line string, ring func() *vault.Ring, now func() time.Time, zone *time.Location, log *slog.Logger, opt Options) (*Store, error) {
	scripts, err := loadScripts()
	if err != nil {
		return nil, err
	}
	return &Store{
		rdb: rdb, line: line, prefix: "to:{" + line + "}:", ring: ring, now: now, zone: zone,
		opt: opt.withDefaults(), scripts: scripts, log: log, recent: newRecent(),
	}, nil
}

// OnJobs sets what is called after a change that wrote a job, so that the due
// loop of this process need not wait for its next tick.
func (s *Store) OnJobs(wake func()) { s.wake.Store(&wake) }

func (s *Store) kick() {
	if f := s.wake.Load(); f != nil {
		(*f)()
	}
}

func (s *Store) key(parts ...string) string { return s.prefix + strings.Join(parts, ":") }

func (s *Store) staffKey(parts ...string) string { return "to:{_}:" + strings.Join(parts, ":") }

// day is the name of today in the line's zone, for counters.
func (s *Store) day() string { return s.now().In(s.zone).Format("20060102") }

// reply is what a script answered: a word and what follows it.
type reply struct {
	word string
	rest []string
}

func (r reply) at(i int) string {
	if i < len(r.rest) {
		return r.rest[i]
	}
	return ""
}

// run calls a script with the era before its arguments. A lost answer is
// ErrUnknown: it may have happened, and all scripts may be asked again with
// the same token. A connection that had died before is tried once more.
func (s *Store) run(ctx context.Context, name string, args ...any) (reply, error) {
	ctx, cancel := context.WithTimeout(ctx, s.opt.Deadline)
	defer cancel()
	argv := append(make([]any, 0, len(args)+1), s.ring().Era())
	argv = append(argv, args...)
	keys := []string{s.key("era")}
	out, err := s.scripts[name].Run(ctx, s.rdb, keys, argv...).Slice()
	if err != nil && ctx.Err() == nil && brokenConn(err) {
		out, err = s.scripts[name].Run(ctx, s.rdb, keys, argv...).Slice()
	}
	if err != nil {
		return reply{}, fmt.Errorf("%s: %w: %w", name, hotline.ErrUnknown, plain(err))
	}
	r := reply{rest: make([]string, 0, len(out))}
	for i, v := range out {
		word, is := v.(string)
		if !is {
			word = fmt.Sprint(v)
		}
		if i == 0 {
			r.word = word
			continue
		}
		r.rest = append(r.rest, word)
	}
	if r.word == "era" {
		return r, fmt.Errorf("%s: %w", name, hotline.ErrEra)
	}
	return r, nil
}

// brokenConn: the connection was gone before Redis could read the command, or
// it went away while we waited; a script may be repeated either way.
func brokenConn(err error) bool {
	var op *net.OpError
	return errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) || (errors.As(err, &op) && op.Op != "dial" && !op.Timeout())
}

// plain drops what Redis may quote of our arguments in an error.
func plain(err error) error {
	if re, is := errors.AsType[redis.Error](err); is {
		word, _, _ := strings.Cut(re.Error(), " ")
		return fmt.Errorf("redis answers %s", word)
	}
	return err
}

// verdicts are the words of all scripts that a caller decides on.
func verdict(r reply) error {
	known := map[string]error{
		"ok": nil, "taken": hotline.ErrTaken, "nobody": hotline.ErrNobody, "not-available": hotline.ErrNotAvailable,
		"at-limit": hotline.ErrAtLimit, "not-qualified": hotline.ErrNotQualified, "caller-left": hotline.ErrCallerLeft,
		"not-found": hotline.ErrNotFound, "not-yours": hotline.ErrNotYours, "opted-out": hotline.ErrOptedOut,
		"stale": hotline.ErrStale, "stale-note": hotline.ErrStaleNote, "moved": hotline.ErrMove, "closed": hotline.ErrCallerLeft,
		"not-open": hotline.ErrMove, "unconfirmed": hotline.ErrMove, "gone": hotline.ErrNotFound,
	}
	err, ok := known[r.word]
	if !ok {
		return fmt.Errorf("the store answered %q", r.word)
	}
	return err
}

// Ready reports whether the line can be served: Redis reached, its era ours,
// and writable.
func (s *Store) Ready(ctx context.Context) error {
	_, err := s.run(ctx, "ready")
	return err
}

// Close ends the connections.
func (s *Store) Close() error {
	s.feed.mu.Lock()
	if s.feed.stop != nil {
		s.feed.stop()
		s.feed.stop = nil
	}
	s.feed.mu.Unlock()
	s.feed.ended.Wait()
	return s.rdb.Close()
}
