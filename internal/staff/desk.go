package staff

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// Kind says what a secret opens.
type Kind string

// The kinds of secrets.
const (
	Token   Kind = "token"   // the API, until the person is disabled
	Invite  Kind = "invite"  // one sign-in, within a day
	Session Kind = "session" // the console, from one sign-in on
)

// How long each lives.
const (
	InviteLife  = 24 * time.Hour
	SessionLife = 12 * time.Hour   // absolute
	IdleLife    = 30 * time.Minute // without a contact in hand
	touchEvery  = time.Minute
)

// ErrSignIn says that a secret proves nothing (unknown, used, over, revoked).
var ErrSignIn = errors.New("sign in first")

// Key is what is kept beside the hash of a secret.
type Key struct {
	Person hotline.CounselorID
	Epoch  int       // of the person when it was handed out
	Began  time.Time // when it was handed out
	Seen   time.Time // when a session was last used by a person
	// Case is the one case that a page's secrets open; empty for all others.
	Case hotline.CaseID
	// Link is the hash of the link that a page's session came from.
	Link string
}

// Keys keeps secrets by their hash.
type Keys interface {
	// PutKey keeps a key; a life of 0 means until it is dropped.
	PutKey(ctx context.Context, kind Kind, hash string, k Key, life time.Duration) error
	// Holder gives a key and its person; of a person on call, who may not be
	// in the roster, only the id. Errors: hotline.ErrNotFound,
	// hotline.ErrUnknown.
	Holder(ctx context.Context, kind Kind, hash string) (Key, Person, error)
	// TakeKey gives a key and removes it in the same step, so that it works
	// once. Errors: hotline.ErrNotFound, hotline.ErrUnknown.
	TakeKey(ctx context.Context, kind Kind, hash string) (Key, error)
	// TouchKey notes the last use of a key that is still there.
	TouchKey(ctx context.Context, kind Kind, hash string, k Key) error
	// DropKey removes one; open streams are told to look again.
	DropKey(ctx context.Context, kind Kind, hash string, k Key) error
	// StaffVersion grows whenever somebody's access ends.
	StaffVersion(ctx context.Context) (int64, error)
}

// Visitor is somebody whose secret was good.
type Visitor struct {
	Person
	OnCall int // place among those on call; 0: not on call
	// Only is the one case that somebody may work on who came by the link of
	// a page; empty: the role decides.
	Only hotline.CaseID
	// Confirmed is false when the store did not answer and the visitor is
	// known from memory only: good for reading and for raising an alarm.
	Confirmed bool
	kind      Kind
	hash      string
	key       Key
}

// BySession reports whether the visitor came with the console's cookie.
func (v Visitor) BySession() bool { return v.kind == Session }

// Desk hands out secrets and says who somebody is by them.
type Desk struct {
	keys   Keys
	roster *Roster
	busy   func(ctx context.Context, id hotline.CounselorID) (bool, error)
	random io.Reader
	now    func() time.Time
	memory *memory
}

// NewDesk makes a desk. busy says whether a person has a contact in hand,
// which keeps an idle session open; random is crypto/rand's Reader.
func NewDesk(keys Keys, roster *Roster, busy func(context.Context, hotline.CounselorID) (bool, error), random io.Reader, now func() time.Time) *Desk {
	return &Desk{keys: keys, roster: roster, busy: busy, random: random, now: now, memory: newMemory(now)}
}

// Invite makes a link secret for one sign-in. Errors: hotline.ErrNotFound
// (also for disabled people), hotline.ErrUnknown.
func (d *Desk) Invite(ctx context.Context, id hotline.CounselorID) (Secret, error) {
	return d.issue(ctx, Invite, id, InviteLife)
}

// Token makes a secret for the API, good until the person is disabled.
// Errors: as Invite.
func (d *Desk) Token(ctx context.Context, id hotline.CounselorID) (Secret, error) {
	return d.issue(ctx, Token, id, 0)
}

func (d *Desk) issue(ctx context.Context, kind Kind, id hotline.CounselorID, life time.Duration) (Secret, error) {
	p, err := d.roster.Person(ctx, id)
	if err != nil {
		return "", fmt.Errorf("%s for %s: %w", kind, id, err)
	}
	if p.Disabled {
		return "", fmt.Errorf("%s for %s: disabled: %w", kind, id, hotline.ErrNotFound)
	}
	return d.put(ctx, kind, p, life)
}

func (d *Desk) put(ctx context.Context, kind Kind, p Person, life time.Duration) (Secret, error) {
	s, err := newSecret(d.random)
	if err != nil {
		return "", err
	}
	now := d.now()
	k := Key{Person: p.ID, Epoch: p.Epoch, Began: now, Seen: now}
	if err := d.keys.PutKey(ctx, kind, s.Hash(), k, life); err != nil {
		return "", fmt.Errorf("keep a %s: %w", kind, err)
	}
	return s, nil
}

// SignIn turns the secret of an invite link into a session. The link is used
// up before anything else is looked at. Errors: ErrSignIn, hotline.ErrUnknown.
func (d *Desk) SignIn(ctx context.Context, link Secret) (Secret, Person, error) {
	if !link.wellFormed() {
		return "", Person{}, ErrSignIn
	}
	k, err := d.keys.TakeKey(ctx, Invite, link.Hash())
	if errors.Is(err, hotline.ErrNotFound) {
		return "", Person{}, ErrSignIn
	}
	if err != nil {
		return "", Person{}, fmt.Errorf("use an invite: %w", err)
	}
	p, err := d.roster.Person(ctx, k.Person)
	if errors.Is(err, hotline.ErrNotFound) || err == nil && (p.Disabled || p.Epoch != k.Epoch) || d.now().Sub(k.Began) > InviteLife {
		return "", Person{}, ErrSignIn
	}
	if err != nil {
		return "", Person{}, fmt.Errorf("sign in: %w", err)
	}
	s, err := d.put(ctx, Session, p, SessionLife)
	return s, p, err
}

// SignOut ends a session at once. A token stays.
func (d *Desk) SignOut(ctx context.Context, v Visitor) error {
	if v.kind != Session && v.kind != PageSession {
		return nil
	}
	d.memory.forget(v.kind, v.hash)
	if err := d.keys.DropKey(ctx, v.kind, v.hash, v.key); err != nil {
		return fmt.Errorf("sign out: %w", err)
	}
	return nil
}

// Version grows whenever somebody's access ends; open streams then ask Who
// again.
func (d *Desk) Version(ctx context.Context) (int64, error) { return d.keys.StaffVersion(ctx) }

// Who says whose secret it is. active tells a person's doing from what a page
// does by itself; only the first keeps a session from growing idle. Errors:
// ErrSignIn; hotline.ErrUnknown when the store does not answer and the visitor
// was not here in the last five minutes.
func (d *Desk) Who(ctx context.Context, kind Kind, s Secret, active bool) (Visitor, error) {
	if !s.wellFormed() || kind == Invite || kind == PageLink {
		return Visitor{}, ErrSignIn
	}
	hash := s.Hash()
	k, p, confirmed, err := d.memory.ask(ctx, kind, hash, d.keys.Holder)
	if errors.Is(err, hotline.ErrNotFound) {
		return Visitor{}, ErrSignIn
	}
	if err != nil {
		return Visitor{}, fmt.Errorf("who is it: %w", err)
	}
	v := Visitor{Person: p, OnCall: d.roster.OnCall(p), Confirmed: confirmed, kind: kind, hash: hash, key: k}
	if p.Disabled || p.Epoch != k.Epoch {
		d.memory.forget(kind, hash)
		return Visitor{}, ErrSignIn
	}
	switch kind {
	case Session:
		return v, d.keepOpen(ctx, v, active)
	case PageSession:
		if !d.fresh(ctx, k) {
			// Best effort, as with a session: it is over by the clock.
			_ = d.SignOut(ctx, v)
			return Visitor{}, ErrSignIn
		}
		return duty(p, v), nil
	default:
		return v, nil
	}
}

// keepOpen judges a session by the clock and notes its use.
func (d *Desk) keepOpen(ctx context.Context, v Visitor, active bool) error {
	now := d.now()
	idle := now.Sub(v.key.Seen)
	if now.Sub(v.key.Began) > SessionLife || idle > IdleLife && !d.inContact(ctx, v) {
		d.memory.forget(v.kind, v.hash)
		// Best effort: the session is over by the clock, whether or not its
		// row can be removed now.
		_ = d.keys.DropKey(ctx, v.kind, v.hash, v.key)
		return ErrSignIn
	}
	if active && idle >= touchEvery && v.Confirmed {
		v.key.Seen = now
		// Best effort too: a missed note costs at most a minute of idle time.
		_ = d.keys.TouchKey(ctx, v.kind, v.hash, v.key)
	}
	return nil
}

// inContact is true in doubt: a failing store must not sign out somebody who
// may be talking.
func (d *Desk) inContact(ctx context.Context, v Visitor) bool {
	busy, err := d.busy(ctx, v.ID)
	return busy || err != nil
}

// Link gives the address of an invite: the secret stands in the fragment,
// which no server and no log ever sees.
func Link(consoleURL string, s Secret) string {
	return strings.TrimRight(consoleURL, "/") + "/signin#" + s.Plain()
}
