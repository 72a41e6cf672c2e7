package dispatch

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// parallel bounds the jobs that run at once.
const parallel = 16

// Run carries out what falls due until ctx ends: at each tick, and at once
// when a change of this process wrote something. Any number of processes may
// run it.
func (b *Board) Run(ctx context.Context, tick <-chan time.Time) error {
	var busy sync.WaitGroup
	defer busy.Wait()
	slots := make(chan struct{}, parallel)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
		case <-b.wake:
		}
		b.drain(ctx, &busy, slots)
	}
}

func (b *Board) drain(ctx context.Context, busy *sync.WaitGroup, slots chan struct{}) {
	for {
		slots <- struct{}{} // at least one is free: only jobs that start at once are taken, lest another process take them too
		<-slots
		free := parallel - len(slots)
		due, err := b.store.Due(ctx, free)
		if err != nil {
			if !errors.Is(err, hotline.ErrUnknown) && !errors.Is(err, hotline.ErrEra) {
				b.log.ErrorContext(ctx, "due jobs not read", "error", err)
			}
			return
		}
		for _, d := range due {
			slots <- struct{}{}
			busy.Go(func() {
				defer func() { <-slots }()
				b.Do(context.WithoutCancel(ctx), d)
			})
		}
		if len(due) < free {
			return
		}
	}
}

// Do carries out one job and says what becomes of it.
func (b *Board) Do(ctx context.Context, d hotline.Due) {
	ctx, cancel := context.WithTimeout(ctx, 4500*time.Millisecond)
	defer cancel()
	err := b.do(ctx, d)
	var wait later
	switch {
	case err == nil:
		err = b.store.Done(ctx, d)
	case errors.As(err, &wait):
		err = b.store.Later(ctx, d, time.Duration(wait))
	case errors.Is(err, hotline.ErrLineBusy), errors.Is(err, hotline.ErrUnknown):
		b.log.WarnContext(ctx, "job is tried again", "job", d.Kind, "case", d.Case, "try", d.Try, "error", err)
		err = b.store.Later(ctx, d, max(backoff(d.Try), asked(err)))
	default:
		b.log.ErrorContext(ctx, "job failed", "job", d.Kind, "case", d.Case, "try", d.Try, "error", err)
		err = b.store.Done(ctx, d)
	}
	if err != nil {
		b.log.WarnContext(ctx, "job not settled", "job", d.Kind, "case", d.Case, "error", err)
	}
}

// later is no failure: the job is not due yet after all.
type later time.Duration

func (l later) Error() string { return "due again in " + time.Duration(l).String() }

// Later is the answer of a job that is not due yet after all.
func Later(d time.Duration) error { return later(d) }

const longestBackoff = 30 * time.Second

// backoff: 0.5 s, doubled, at most 30 s.
func backoff(try int) time.Duration {
	return min(500*time.Millisecond<<min(max(try-1, 0), 10), longestBackoff)
}

// asked is how long the carrier wants to be left alone, at most as long as the
// longest backoff: somebody may be waiting for this call.
func asked(err error) time.Duration {
	var says interface{ RetryAfter() time.Duration }
	if errors.As(err, &says) {
		return min(says.RetryAfter(), longestBackoff)
	}
	return 0
}

func (b *Board) do(ctx context.Context, d hotline.Due) error {
	if do, ok := b.others[d.Kind]; ok {
		return do(ctx, d)
	}
	switch d.Kind {
	case "nextpage":
		return b.store.NextPage(ctx, d)
	case "text":
		return b.text(ctx, d)
	case "retire":
		return ignore(b.store.Retire(ctx, d.Case), hotline.ErrNotFound)
	case "idle":
		return b.idle(ctx, d)
	case "legs":
		return b.recount(ctx)
	case "quiet":
		return b.quiet(ctx, d.Case, number(d.Args["turn"]))
	}
	c, err := b.store.Case(ctx, d.Case)
	if errors.Is(err, hotline.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	switch d.Kind {
	case "hang":
		return ignore(b.phone.Dismiss(ctx, hotline.Leg(d.Args["leg"]), d.Args["why"], c), hotline.ErrLegGone)
	case "page":
		return b.page(ctx, d, c)
	case "pagetext":
		return b.pageText(ctx, d, c)
	case "nolang":
		return b.nolang(ctx, c)
	case "hours":
		return b.hours(ctx, d, c)
	case "told":
		return b.told(ctx, c)
	case "guest", "late", "tell", "unmute", "give":
		return b.guestJob(ctx, d, c)
	}
	if d.Kind == "back" && c.Epoch == d.Epoch+1 && c.State == hotline.Claimed { // claimed at once: the caller is not left in an empty room
		c.Epoch, c.State = d.Epoch, hotline.Waiting // for the caller it is the same
	}
	if c.Epoch != d.Epoch { // the owner changed since: nobody waits for this
		return nil
	}
	return b.owned(ctx, d, c)
}

// owned are the jobs that hold for one owner only.
func (b *Board) owned(ctx context.Context, d hotline.Due, c hotline.Case) error {
	switch d.Kind {
	case "ring":
		return b.ring(ctx, d, c)
	case "dial":
		return b.dial(ctx, d, c)
	case "lease":
		return b.leaseOver(ctx, c)
	case "join", "park", "back", "bye":
		return b.move(ctx, d.Kind, c)
	case "star":
		menu := c.Away > 0 && number(d.Args["menu"]) != c.Away // it opened meanwhile, and has a job of its own
		if c.State == hotline.Live && !menu {
			return b.lost(ctx, c, false)
		}
		return nil
	case "held":
		return b.held(ctx, c)
	case "lost", "textend":
		return ignore(b.phone.Tell(ctx, c, d.Kind), hotline.ErrOptedOut, hotline.ErrRefused)
	case "unanswered":
		return b.unanswered(ctx, d, c)
	case "wrapup":
		_, err := b.store.Finish(ctx, c.ID, hotline.Finish{Epoch: c.Epoch, To: hotline.Closed, Disposition: "other"})
		return ignore(err, hotline.ErrStale)
	}
	return fmt.Errorf("job of unknown kind %q", d.Kind)
}

// ring dials the counselor of a claim. A second try first looks whether the
// first one went through after all.
func (b *Board) ring(ctx context.Context, d hotline.Due, c hotline.Case) error {
	if c.State != hotline.Claimed || c.CounselorLeg != "" {
		return nil
	}
	sh, err := b.store.Shift(ctx, c.Owner)
	if err != nil {
		return err
	}
	if sh.Leg != "" && sh.Via == "phone" {
		if err = b.phone.Beckon(ctx, sh.Leg, c); err == nil {
			return ignore(b.store.Ringing(ctx, c.ID, c.Epoch, sh.Leg, hotline.CounselorField), hotline.ErrStale) // the gate says so itself
		}
		if !errors.Is(err, hotline.ErrLegGone) {
			return err
		}
	}
	to, err := b.people.Number(ctx, c.Owner)
	if err != nil {
		return err
	}
	leg, known := hotline.Leg(""), false
	if d.Try > 1 {
		if leg, known, err = b.phone.LiveSince(ctx, to, d.First); err != nil {
			return err
		}
	}
	if !known {
		leg, err = b.phone.Ring(ctx, to, c)
	}
	if errors.Is(err, hotline.ErrRefused) {
		_, back := b.store.GiveBack(ctx, c.ID, hotline.GiveBack{
			Epoch: c.Epoch, From: []hotline.State{hotline.Claimed}, Code: "no-answer", Missed: true, Exclude: tired,
		})
		return errors.Join(err, ignore(back, hotline.ErrStale))
	}
	if err != nil {
		return err
	}
	err = b.store.Ringing(ctx, c.ID, c.Epoch, leg, hotline.CounselorField)
	if errors.Is(err, hotline.ErrStale) {
		return ignore(b.phone.Dismiss(ctx, leg, "released", c), hotline.ErrLegGone)
	}
	return err
}

// move leads the patient's leg on; a leg that is gone is a caller who left.
func (b *Board) move(ctx context.Context, kind string, c hotline.Case) error {
	fits := map[string]bool{
		"join": (c.State == hotline.Connecting || c.State == hotline.Live) && !c.Parked,
		"park": c.State == hotline.Live && c.Parked,
		"back": c.State.Queued(),
		"bye":  c.State == hotline.WrapUp || c.State == hotline.Closed,
	}
	if !fits[kind] || c.PatientLeg == "" {
		return nil
	}
	name := kind + "-" + strconv.FormatInt(c.Epoch, 10)
	if c.Outs > 0 && (kind == "join" || kind == "park") {
		name += "-" + strconv.Itoa(c.Outs) // the patient is led out and back by names of its own each time
	}
	err := b.phone.Move(ctx, c.PatientLeg, name, c)
	if errors.Is(err, hotline.ErrLegGone) {
		_, err = b.store.Leave(ctx, c.ID, c.PatientLeg)
		return ignore(err, hotline.ErrStale)
	}
	return err
}

// leaseOver gives the caller back. Somebody whose phone never rang has missed
// nothing.
func (b *Board) leaseOver(ctx context.Context, c hotline.Case) error {
	if c.State != hotline.Claimed && c.State != hotline.Connecting {
		return nil
	}
	_, err := b.store.GiveBack(ctx, c.ID, hotline.GiveBack{
		Epoch: c.Epoch, From: []hotline.State{hotline.Claimed, hotline.Connecting}, Code: "lease-over",
		Missed: c.State == hotline.Claimed && c.CounselorLeg != "", Attempt: c.State == hotline.Connecting && c.DialBack, TellPatient: true, Exclude: tired,
	})
	return ignore(err, hotline.ErrStale)
}

func ignore(err error, these ...error) error {
	for _, t := range these {
		if errors.Is(err, t) {
			return nil
		}
	}
	return err
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
