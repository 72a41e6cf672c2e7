package console_test

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/tideover/tideover/internal/audit"
	"github.com/tideover/tideover/internal/console"
	"github.com/tideover/tideover/internal/hotline"
)

// line is a whole domain in memory, with the rules that the API shows. err
// makes every call fail, as a store that does not answer does.
type line struct {
	mu       sync.Mutex
	now      func() time.Time
	err      error
	hangs    bool // with err: nobody is answered before the deadline, as by a stopped Redis
	lost     bool // the board knows that the data are lost
	cases    map[hotline.CaseID]*hotline.Case
	shifts   map[hotline.CounselorID]hotline.Shift
	threads  map[hotline.CaseID][]hotline.Message
	sounds   map[hotline.CaseID][]byte
	done     map[string]hotline.Case // by person and token: what was claimed
	outcomes map[string]console.Saved
	entries  []audit.Entry
	watchers []chan hotline.Event
	raised   int
	alerts   []hotline.Alert
	after    string // the event from which was asked last
	sent     int
	noNumber bool // of interpreters
}

func newLine(now func() time.Time) *line {
	return &line{
		now: now, cases: map[hotline.CaseID]*hotline.Case{}, shifts: map[hotline.CounselorID]hotline.Shift{},
		threads: map[hotline.CaseID][]hotline.Message{}, sounds: map[hotline.CaseID][]byte{}, done: map[string]hotline.Case{}, outcomes: map[string]console.Saved{},
	}
}

func (l *line) fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err = err
}

// waiting adds a caller who waits.
func (l *line) waiting(change func(*hotline.Case)) hotline.CaseID {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := &hotline.Case{
		ID: hotline.NewCaseID(), State: hotline.Waiting, Band: hotline.Soon, Channel: hotline.Voice, Lang: hotline.English,
		Needs: []hotline.Need{hotline.NeedTalk}, Opened: l.now().Add(-3 * time.Minute), Enqueued: l.now().Add(-2 * time.Minute),
		Caller: number("+12095550123"), Answers: []hotline.Answer{{Question: "safety", Answer: "no"}},
	}
	if change != nil {
		change(c)
	}
	l.cases[c.ID] = c
	return c.ID
}

func (l *line) edit(id hotline.CaseID, change func(*hotline.Case)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change(l.cases[id])
}

func (l *line) get(id hotline.CaseID) hotline.Case {
	l.mu.Lock()
	defer l.mu.Unlock()
	return *l.cases[id]
}

func (l *line) Claim(ctx context.Context, by hotline.CounselorID, id hotline.CaseID, tok hotline.Token) (hotline.Case, error) {
	l.stall(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return hotline.Case{}, l.err
	}
	if c, ok := l.done[string(by)+string(tok)]; ok {
		return c, nil
	}
	if l.shifts[by].State != hotline.Available {
		return hotline.Case{}, hotline.ErrNotAvailable
	}
	if id == "" {
		for _, c := range l.queued() {
			id = c.ID
			break
		}
	}
	c, ok := l.cases[id]
	switch {
	case id == "":
		return hotline.Case{}, hotline.ErrNobody
	case !ok:
		return hotline.Case{}, hotline.ErrNotFound
	case c.State.Owned():
		return hotline.Case{}, hotline.ErrTaken
	case c.State == hotline.Closed:
		return hotline.Case{}, hotline.ErrCallerLeft
	}
	c.Owner, c.Epoch, c.State, c.Lease = by, c.Epoch+1, hotline.Claimed, l.now().Add(45*time.Second)
	if c.Channel == hotline.SMS {
		c.State, c.Lease = hotline.Live, time.Time{}
	}
	s := l.shifts[by]
	s.Cases = append(s.Cases, id)
	l.shifts[by] = s
	l.done[string(by)+string(tok)] = *c
	return *c, nil
}

func (l *line) owned(by hotline.CounselorID, id hotline.CaseID) (*hotline.Case, error) {
	if l.err != nil {
		return nil, l.err
	}
	c, ok := l.cases[id]
	switch {
	case !ok:
		return nil, hotline.ErrNotFound
	case c.Owner != by || !c.State.Owned():
		return nil, hotline.ErrNotYours
	}
	return c, nil
}

func (l *line) leave(c *hotline.Case, to hotline.State) {
	s := l.shifts[c.Owner]
	s.Cases = slices.DeleteFunc(s.Cases, func(id hotline.CaseID) bool { return id == c.ID })
	l.shifts[c.Owner] = s
	c.State = to
	if to != hotline.Closed {
		c.Owner, c.Epoch = "", c.Epoch+1
	}
}

func (l *line) Release(_ context.Context, by hotline.CounselorID, id hotline.CaseID) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	c, err := l.owned(by, id)
	if err != nil {
		return err
	}
	if c.State == hotline.Live && c.Channel == hotline.Voice {
		return hotline.ErrUseTransfer
	}
	l.leave(c, hotline.Waiting)
	return nil
}

func (l *line) Transfer(_ context.Context, by hotline.CounselorID, id hotline.CaseID, _ string, band *hotline.Band, _ string, _ hotline.Token) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	c, err := l.owned(by, id)
	if err != nil {
		return err
	}
	if band != nil {
		c.Band = *band
	}
	l.leave(c, hotline.Waiting)
	return nil
}

func (l *line) Close(_ context.Context, by hotline.CounselorID, id hotline.CaseID, d hotline.Disposition, _ string, _ hotline.Token) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	c, err := l.owned(by, id)
	if err != nil {
		return err
	}
	if c.State != hotline.Live && c.State != hotline.WrapUp {
		return hotline.ErrMove
	}
	c.Disposition = d
	l.leave(c, hotline.Closed)
	return nil
}

func (l *line) Write(_ context.Context, by hotline.CounselorID, id hotline.CaseID, text string, _ hotline.Token) (hotline.Message, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c, err := l.owned(by, id)
	if on := l.cases[id]; on != nil && by.OnCall() > 0 && on.Emergency.Open() {
		c, err = on, l.err
	}
	if err != nil {
		return hotline.Message{}, err
	}
	if c.OptedOut {
		return hotline.Message{}, hotline.ErrOptedOut
	}
	l.sent++
	m := hotline.Message{ID: string(hotline.NewToken()), Direction: hotline.Outbound, Text: text, At: l.now(), State: "queued"}
	l.threads[id] = append(l.threads[id], m)
	return m, nil
}

func (l *line) SaveNote(_ context.Context, by hotline.CounselorID, id hotline.CaseID, text string, version int, _ hotline.Token) (hotline.Note, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c, err := l.owned(by, id)
	if err != nil {
		return hotline.Note{}, err
	}
	if version != c.Note.Version {
		return hotline.Note{}, hotline.ErrStaleNote
	}
	c.Note = hotline.Note{Text: text, Version: version + 1}
	return c.Note, nil
}

func (l *line) Sound(_ context.Context, id hotline.CaseID) ([]byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.sounds[id] == nil && l.err == nil {
		return nil, hotline.ErrNotFound
	}
	return l.sounds[id], l.err
}

func (l *line) Messages(_ context.Context, id hotline.CaseID) ([]hotline.Message, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.threads[id]), l.err
}

func (l *line) Escalate(_ context.Context, by hotline.CounselorID, id hotline.CaseID, _, _ string, _ hotline.Token) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.raised++
	if c := l.cases[id]; c != nil && l.err == nil && c.Emergency.OpenedAt.IsZero() {
		c.Emergency = hotline.EmergencyRecord{OpenedAt: l.now(), RaisedBy: by}
	}
	return nil
}

func (l *line) Emergency(_ context.Context, by hotline.CounselorID, id hotline.CaseID, do, words string, _ hotline.Token) (hotline.Case, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.cases[id]
	switch {
	case l.err != nil:
		return hotline.Case{}, l.err
	case !c.Emergency.Open(), do == "close" && c.Emergency.ConfirmedAt.IsZero() && words == "":
		return hotline.Case{}, hotline.ErrMove
	case do == "acknowledge":
		c.Emergency.AcknowledgedAt, c.Emergency.AcknowledgedBy = l.now(), by
	case do == "confirm":
		c.Emergency.ConfirmedAt = l.now()
	default:
		c.Emergency.ClosedAt = l.now()
	}
	return *c, nil
}
