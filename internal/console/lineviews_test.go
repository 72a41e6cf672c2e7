package console_test

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/tideover/tideover/internal/audit"
	"github.com/tideover/tideover/internal/console"
	"github.com/tideover/tideover/internal/hotline"
)

// stall waits as a reader of a stopped store does.
func (l *line) stall(ctx context.Context) {
	l.mu.Lock()
	hangs := l.hangs
	l.mu.Unlock()
	if hangs {
		<-ctx.Done()
	}
}

func (l *line) stop(yes bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hangs, l.err = yes, nil
	if yes {
		l.err = hotline.ErrUnknown
	}
}

func (l *line) Shift(ctx context.Context, by hotline.CounselorID) (hotline.Shift, error) {
	l.stall(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.shifts[by]
	if s.State == "" {
		s.State = hotline.Off
	}
	return s, l.err
}

func (l *line) SetShift(_ context.Context, by hotline.CounselorID, s hotline.Shift, _ hotline.Token) (hotline.Shift, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return hotline.Shift{}, l.err
	}
	l.shifts[by] = s
	return s, nil
}

func (l *line) queued() []hotline.Case {
	var out []hotline.Case
	for _, c := range l.cases {
		if c.State.Queued() {
			out = append(out, *c)
		}
	}
	slices.SortFunc(out, func(a, b hotline.Case) int {
		return cmp.Or(cmp.Compare(a.Band, b.Band), a.Enqueued.Compare(b.Enqueued), cmp.Compare(a.ID, b.ID))
	})
	for i := range out {
		out[i].Place = i + 1
	}
	return out
}

func (l *line) Queue(ctx context.Context) (hotline.Queue, error) {
	l.stall(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	return hotline.Queue{AsOf: l.now(), Fresh: true, Cases: l.queued()}, l.err
}

func (l *line) Case(ctx context.Context, id hotline.CaseID) (hotline.Case, error) {
	l.stall(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	c, ok := l.cases[id]
	switch {
	case l.err != nil:
		return hotline.Case{}, l.err
	case !ok:
		return hotline.Case{}, hotline.ErrNotFound
	}
	return *c, nil
}

func (l *line) Board(ctx context.Context) (hotline.Board, error) {
	l.stall(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lost {
		return hotline.Board{DataLost: true}, l.err
	}
	b := hotline.Board{Queue: hotline.Queue{AsOf: l.now(), Fresh: true, Cases: l.queued()}, Answered: 8, Within: 6, Abandoned: 1}
	b.Script, b.ScriptSince, b.Alerts = "0a1b2c3d4e5f", l.now().Add(-50*time.Hour), slices.Clone(l.alerts)
	for _, s := range l.shifts {
		switch {
		case len(s.Cases) > 0:
			b.Staffing.Live++
		case s.State == hotline.Available:
			b.Staffing.Available++
		case s.State == hotline.Break:
			b.Staffing.Break++
		}
	}
	for _, c := range l.cases {
		if c.Emergency.Open() {
			b.Escalations = append(b.Escalations, *c)
		}
	}
	return b, l.err
}

func (l *line) Watch(ctx context.Context, after string) (<-chan hotline.Event, error) {
	in, out := make(chan hotline.Event), make(chan hotline.Event)
	l.mu.Lock()
	l.watchers, l.after = append(l.watchers, in), after
	l.mu.Unlock()
	go func() {
		defer close(out)
		for {
			select {
			case <-ctx.Done():
				return
			case e := <-in:
				select {
				case out <- e:
				case <-ctx.Done():
					return
				}
			}
		}
	}()
	return out, nil
}

// tell passes an event to everybody who watches.
func (l *line) tell(ctx context.Context, e hotline.Event) {
	l.mu.Lock()
	watchers := slices.Clone(l.watchers)
	l.mu.Unlock()
	for _, w := range watchers {
		select {
		case w <- e:
		case <-ctx.Done():
		case <-time.After(50 * time.Millisecond): // nobody listens there any more
		}
	}
}

func (l *line) Outcome(ctx context.Context, by hotline.CounselorID, tok hotline.Token) (console.Saved, bool, error) {
	l.stall(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	s, ok := l.outcomes[string(by)+string(tok)]
	return s, ok, l.err
}

func (l *line) SaveOutcome(_ context.Context, by hotline.CounselorID, tok hotline.Token, s console.Saved) (console.Saved, bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return console.Saved{}, false, l.err
	}
	if kept, ok := l.outcomes[string(by)+string(tok)]; ok {
		return kept, false, nil
	}
	l.outcomes[string(by)+string(tok)] = s
	return s, true, nil
}

func (l *line) Append(_ context.Context, e audit.Entry) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return l.err
	}
	e.At = l.now()
	l.entries = append(l.entries, e)
	return nil
}

func (l *line) Latest(_ context.Context, id hotline.CaseID, limit int) ([]audit.Entry, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []audit.Entry
	for _, e := range slices.Backward(l.entries) {
		if (id == "" || e.Case == string(id)) && len(out) < limit {
			out = append(out, e)
		}
	}
	return out, l.err
}
