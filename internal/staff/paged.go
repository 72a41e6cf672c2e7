package staff

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// What a page by text hands out. Neither opens anything but the thread of the
// case that the page is about.
const (
	PageLink    Kind = "page" // opens the thread once
	PageSession Kind = "duty" // reads and writes it, from that opening on
)

// PageLife is how long a page's link works, and how long a thread stays open
// after it was used.
const PageLife = time.Hour

// PageLink makes the link secret of one page: who, as "oncall:n", may open
// the thread of one case with it. Errors: hotline.ErrNotFound (nobody is the
// n-th on call), hotline.ErrUnknown.
func (d *Desk) PageLink(ctx context.Context, id hotline.CaseID, who hotline.CounselorID) (Secret, error) {
	if id == "" || !d.onDuty(ctx, who) {
		return "", fmt.Errorf("page link for %s: %w", who, hotline.ErrNotFound)
	}
	return d.putPage(ctx, PageLink, Key{Person: who, Case: id})
}

// OpenPage turns the secret of a page's link into a session for its case
// alone. The link is used up before anything else is looked at. Errors:
// ErrSignIn, hotline.ErrUnknown.
func (d *Desk) OpenPage(ctx context.Context, link Secret) (Secret, Visitor, error) {
	if !link.wellFormed() {
		return "", Visitor{}, ErrSignIn
	}
	k, err := d.keys.TakeKey(ctx, PageLink, link.Hash())
	if errors.Is(err, hotline.ErrNotFound) {
		return "", Visitor{}, ErrSignIn
	}
	if err != nil {
		return "", Visitor{}, fmt.Errorf("use a page's link: %w", err)
	}
	if !d.fresh(ctx, k) {
		return "", Visitor{}, ErrSignIn
	}
	opens := Key{Person: k.Person, Case: k.Case, Link: link.Hash()}
	s, err := d.putPage(ctx, PageSession, opens)
	if err != nil {
		return "", Visitor{}, err
	}
	return s, duty(Person{ID: k.Person}, Visitor{Confirmed: true, kind: PageSession, hash: s.Hash(), key: opens}), nil
}

// OpenedBy reports whether the visitor's session came from this link: a link
// that is tapped a second time leads back to what it opened.
func (v Visitor) OpenedBy(link Secret) bool {
	return v.kind == PageSession && v.key.Link == link.Hash()
}

// putPage keeps a secret of a page. It is nobody's of the roster, so it has
// no epoch: it ends by the clock, or with the emergency.
func (d *Desk) putPage(ctx context.Context, kind Kind, k Key) (Secret, error) {
	s, err := newSecret(d.random)
	if err != nil {
		return "", err
	}
	k.Began = d.now()
	k.Seen = k.Began
	if err := d.keys.PutKey(ctx, kind, s.Hash(), k, PageLife); err != nil {
		return "", fmt.Errorf("keep a page's secret: %w", err)
	}
	return s, nil
}

// fresh judges what a page handed out by the clock and by who is on call now.
func (d *Desk) fresh(ctx context.Context, k Key) bool {
	return k.Case != "" && d.now().Sub(k.Began) <= PageLife && d.onDuty(ctx, k.Person)
}

func (d *Desk) onDuty(ctx context.Context, who hotline.CounselorID) bool {
	if who.OnCall() == 0 {
		return false
	}
	_, err := d.roster.Number(ctx, who)
	return err == nil
}

// duty makes the visitor of a page: a person on call, for one case.
func duty(p Person, v Visitor) Visitor {
	v.Person, v.OnCall, v.Only = p, p.ID.OnCall(), v.key.Case
	return v
}

// PageAddress gives the address that a page's text carries: the secret stands
// in the fragment, which no server and no log ever sees.
func PageAddress(consoleURL string, s Secret) string {
	return strings.TrimRight(consoleURL, "/") + "/oncall#" + s.Plain()
}
