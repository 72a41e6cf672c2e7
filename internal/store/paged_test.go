package store_test

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/triage"
)

// dutyDesk hands out links to one person on call.
func (b *rosterBundle) dutyDesk(t *testing.T) *staff.Desk {
	t.Helper()
	n, err := hotline.ParseNumber("+12095559901")
	if err != nil {
		t.Fatal(err)
	}
	free := func(context.Context, hotline.CounselorID) (bool, error) { return false, nil }
	return staff.NewDesk(b.Store, staff.NewRoster(b.Store, []hotline.Number{n}), free, rand.Reader, time.Now)
}

func TestLinkOfAPageOpensItsCaseOnceHoweverManyTapIt(t *testing.T) {
	t.Parallel()
	b := setupRoster(t)
	desk, id := b.dutyDesk(t), hotline.NewCaseID()
	link, err := desk.PageLink(t.Context(), id, hotline.OnCall(1))
	if err != nil {
		t.Fatal(err)
	}
	if ttl := b.rdb.TTL(t.Context(), "to:{_}:key:page:"+link.Hash()).Val(); ttl <= 59*time.Minute || ttl > time.Hour {
		t.Errorf("the link lives %v", ttl)
	}
	var all sync.WaitGroup
	opened := make(chan staff.Secret, 20)
	for range cap(opened) {
		all.Go(func() {
			s, v, err := desk.OpenPage(t.Context(), link)
			switch {
			case err == nil:
				opened <- s
				if v.Only != id || v.ID != hotline.OnCall(1) || v.OnCall != 1 {
					t.Errorf("visitor %s for %s", v.ID, v.Only)
				}
			case !errors.Is(err, staff.ErrSignIn):
				t.Error(err)
			}
		})
	}
	all.Wait()
	close(opened)
	if len(opened) != 1 {
		t.Fatalf("opened %d times, want once", len(opened))
	}
	session := <-opened
	v, err := desk.Who(t.Context(), staff.PageSession, session, true)
	if err != nil || v.Only != id || v.ID != hotline.OnCall(1) || v.Role != "" || !v.OpenedBy(link) {
		t.Errorf("session of %s for %s as %q, %v", v.ID, v.Only, v.Role, err)
	}
	if ttl := b.rdb.TTL(t.Context(), "to:{_}:key:duty:"+session.Hash()).Val(); ttl <= 59*time.Minute || ttl > time.Hour {
		t.Errorf("the session lives %v", ttl)
	}
	if err := desk.SignOut(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	if _, err := desk.Who(t.Context(), staff.PageSession, session, true); !errors.Is(err, staff.ErrSignIn) {
		t.Errorf("ended, yet %v", err)
	}
}

func TestSecretsOfPagesLieHashedInTheStore(t *testing.T) {
	t.Parallel()
	b := setupRoster(t)
	desk := b.dutyDesk(t)
	first, err := desk.PageLink(t.Context(), hotline.NewCaseID(), hotline.OnCall(1))
	if err != nil {
		t.Fatal(err)
	}
	second, err := desk.PageLink(t.Context(), hotline.NewCaseID(), hotline.OnCall(1))
	if err != nil {
		t.Fatal(err)
	}
	session, _, err := desk.OpenPage(t.Context(), second)
	if err != nil {
		t.Fatal(err)
	}
	names := b.rdb.Keys(t.Context(), "*").Val()
	if len(names) < 3 {
		t.Fatalf("keys %q", names)
	}
	for _, name := range names {
		row := name + b.rdb.Dump(t.Context(), name).Val()
		for what, secret := range map[string]staff.Secret{"unused link": first, "used link": second, "session": session} {
			if strings.Contains(row, secret.Plain()) {
				t.Errorf("the %s lies in %s", what, name)
			}
		}
	}
}

// The person on call writes wherever the texter stands: nobody may have taken
// the case, somebody may talk, and the script may still be asking.
func TestReplyByThePersonOnCallReachesTheTexterWhereverTheCaseStands(t *testing.T) {
	t.Parallel()
	stands := map[string]func(t *testing.T, b *bundle) hotline.CaseID{
		"waiting without any counselor": func(t *testing.T, b *bundle) hotline.CaseID {
			t.Helper()
			return b.texter(t, 1, hotline.Routine).ID
		},
		"live with a counselor": func(t *testing.T, b *bundle) hotline.CaseID {
			t.Helper()
			return b.thread(t, 1).ID
		},
		"in wrap-up": func(t *testing.T, b *bundle) hotline.CaseID {
			t.Helper()
			p := b.thread(t, 1)
			if _, err := b.Finish(t.Context(), p.ID, hotline.Finish{To: hotline.WrapUp}); err != nil {
				t.Fatal(err)
			}
			return p.ID
		},
		"in triage": func(t *testing.T, b *bundle) hotline.CaseID {
			t.Helper()
			id := hotline.NewCaseID()
			b.turn(t, triage.Turn{
				Case: id, Leg: "SM" + string(id), Name: "0", Channel: hotline.SMS, Caller: caller(1), Next: triage.Session{Lang: hotline.English}, Doc: []byte("0"),
			}, hotline.Case{})
			return id
		},
	}
	for name, stand := range stands {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, store.Options{})
			id := stand(t, b)
			write := func() error {
				_, err := b.Write(t.Context(), hotline.OnCall(2), id, "I am here with you", hotline.NewToken())
				return err
			}
			if err := write(); !errors.Is(err, hotline.ErrNotYours) {
				t.Fatalf("without an emergency: %v", err)
			}
			if _, err := b.Raise(t.Context(), id, "", hotline.Emergency, true, 3, ""); err != nil {
				t.Fatal(err)
			}
			before := b.get(t, id)
			if err := write(); err != nil {
				t.Fatal(err)
			}
			after := b.get(t, id)
			if after.Emergency.AttendedAt.IsZero() || after.State != before.State || after.Owner != before.Owner || after.Epoch != before.Epoch {
				t.Errorf("attended %v; %s of %q, was %s of %q", after.Emergency.AttendedAt, after.State, after.Owner, before.State, before.Owner)
			}
			if jobs := b.take(t, "text"); len(jobs) != 1 {
				t.Errorf("%d texts to send", len(jobs))
			}
			if err := b.Emergency(t.Context(), id, hotline.OnCall(2), "close", "with the family now"); err != nil {
				t.Fatal(err)
			}
			if err := write(); !errors.Is(err, hotline.ErrNotYours) {
				t.Errorf("after the record was closed: %v", err)
			}
		})
	}
}

func TestNobodyWritesIntoAClosedCase(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	p := b.thread(t, 1)
	if _, err := b.Raise(t.Context(), p.ID, p.by, hotline.Emergency, true, 3, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Finish(t.Context(), p.ID, hotline.Finish{To: hotline.Closed, Disposition: "escalated"}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Write(t.Context(), hotline.OnCall(1), p.ID, "hello", hotline.NewToken()); !errors.Is(err, hotline.ErrMove) {
		t.Errorf("%v", err)
	}
}
