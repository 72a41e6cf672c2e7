package server

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/outreach"
	"github.com/tideover/tideover/internal/triage"
)

// factsAge is how old the snapshot of the world may be that a step sees.
const factsAge = 2 * time.Second

// facts is what the script must know of the world, read beside the calls.
type facts struct {
	store interface {
		OnShift(ctx context.Context) (map[hotline.CounselorID]hotline.Shift, error)
		Groups(ctx context.Context) ([]outreach.Group, error)
		Crowd(ctx context.Context) (waiting int, longest time.Duration, err error)
		OnDuty(ctx context.Context) (hotline.Duty, error)
	}
	long   LinesLong
	most   int  // who may wait; 0: any number
	duty   bool // somebody must have acknowledged to be on call
	texts  bool
	calls  hotline.CallHours
	backup string                                          // another line, digit by digit
	hours  func(now time.Time) (open bool, next time.Time) // nil: always open
	zone   *time.Location
	now    func() time.Time
	on     atomic.Int64
	breaks atomic.Int64
	crowd  atomic.Bool // the lines are long
	full   atomic.Bool // as many wait as may
	lapsed atomic.Bool // nobody has acknowledged to be on call who must
	groups atomic.Pointer[[]outreach.Group]
}

// LinesLong says when the lines are long, so that the script may offer
// something else than to wait. A zero field is never so; with nobody on shift
// they are not long: then the line has words of its own.
type LinesLong struct {
	Wait time.Duration // since the first enqueue, of somebody in the routine band
	Each int           // who wait, for each counselor on shift
}

// are reports whether the lines are long.
func (l LinesLong) are(waiting int, longest time.Duration, counselors int) bool {
	return counselors > 0 && (l.Wait > 0 && longest >= l.Wait || l.Each > 0 && waiting >= l.Each*counselors)
}

// For gives the facts for a caller.
func (f *facts) For(hasNumber bool) triage.Facts {
	now := triage.Facts{Open: true, Counselors: int(f.on.Load()), Breaks: int(f.breaks.Load()), Shut: f.shut(), LinesLong: f.crowd.Load(), HasNumber: hasNumber, CanText: hasNumber && f.texts, Groups: f.coming(), Backup: f.backup, Calls: f.calls}
	if f.hours != nil {
		now.Open, now.Opens = f.hours(f.now())
	}
	return now
}

// shut is why nobody is put in line who can wait.
func (f *facts) shut() triage.Shut {
	switch {
	case f.lapsed.Load():
		return triage.OffDuty
	case f.full.Load():
		return triage.Full
	}
	return ""
}

// coming are the groups that have not begun, soonest first, in the line's zone.
func (f *facts) coming() []triage.Group {
	all := f.groups.Load()
	if all == nil {
		return nil
	}
	var groups []triage.Group
	for _, g := range outreach.Coming(*all, f.now()) {
		groups = append(groups, triage.Group{ID: g.ID, Topic: g.Topic, Lang: g.Lang, At: g.At.In(f.zone), Free: g.Free()})
	}
	return groups
}

// run refreshes the snapshot until ctx ends. A store that does not answer
// leaves the last one.
func (f *facts) run(ctx context.Context, tick <-chan time.Time) error {
	for {
		if on, err := f.store.OnShift(ctx); err == nil {
			f.on.Store(int64(counted(on, hotline.Available)))
			f.breaks.Store(int64(counted(on, hotline.Break)))
			if waiting, longest, err := f.store.Crowd(ctx); err == nil {
				f.crowd.Store(f.long.are(waiting, longest, counted(on, hotline.Available)))
				f.full.Store(f.most > 0 && waiting >= f.most)
			}
		}
		if f.duty {
			if d, err := f.store.OnDuty(ctx); err == nil {
				f.lapsed.Store(!d.On())
			}
		}
		if all, err := f.store.Groups(ctx); err == nil {
			f.groups.Store(&all)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
		}
	}
}

func counted(on map[hotline.CounselorID]hotline.Shift, as hotline.Presence) int {
	n := 0
	for _, sh := range on {
		if sh.State == as {
			n++
		}
	}
	return n
}
