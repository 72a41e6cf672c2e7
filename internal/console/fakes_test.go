package console_test

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/tideover/tideover/internal/audit"
	"github.com/tideover/tideover/internal/console"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
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
	done     map[string]hotline.Case // by person and token: what was claimed
	outcomes map[string]console.Saved
	entries  []audit.Entry
	watchers []chan hotline.Event
	raised   int
	sent     int
}

func newLine(now func() time.Time) *line {
	return &line{
		now: now, cases: map[hotline.CaseID]*hotline.Case{}, shifts: map[hotline.CounselorID]hotline.Shift{},
		threads: map[hotline.CaseID][]hotline.Message{}, done: map[string]hotline.Case{}, outcomes: map[string]console.Saved{},
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

func (l *line) Watch(ctx context.Context, _ string) (<-chan hotline.Event, error) {
	in, out := make(chan hotline.Event), make(chan hotline.Event)
	l.mu.Lock()
	l.watchers = append(l.watchers, in)
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

// house keeps people and keys in memory.
type house struct {
	mu      sync.Mutex
	err     error
	people  []staff.Person
	keys    map[string]staff.Key
	version int64
}

func newHouse() *house { return &house{keys: map[string]staff.Key{}} }

func (h *house) fail(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.err = err
}

func (h *house) AddPerson(_ context.Context, p staff.Person) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, other := range h.people {
		if p.Phone.Known() && other.Phone == p.Phone && !other.Disabled {
			return staff.ErrNumberTaken
		}
	}
	h.people = append(h.people, p)
	return h.err
}

func (h *house) Person(_ context.Context, id hotline.CounselorID) (staff.Person, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.person(id)
}

func (h *house) person(id hotline.CounselorID) (staff.Person, error) {
	if h.err != nil {
		return staff.Person{}, h.err
	}
	for _, p := range h.people {
		if p.ID == id {
			return p, nil
		}
	}
	return staff.Person{}, hotline.ErrNotFound
}

func (h *house) PersonByPhone(_ context.Context, n hotline.Number) (staff.Person, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, p := range h.people {
		if p.Phone == n && !p.Disabled {
			return p, h.err
		}
	}
	return staff.Person{}, hotline.ErrNotFound
}

func (h *house) People(context.Context) ([]staff.Person, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.people), h.err
}

func (h *house) DisablePerson(_ context.Context, id hotline.CounselorID) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range h.people {
		if h.people[i].ID == id {
			h.people[i].Disabled = true
			h.people[i].Epoch++
			h.version++
			return h.err
		}
	}
	return hotline.ErrNotFound
}

func (h *house) PutKey(_ context.Context, kind staff.Kind, hash string, k staff.Key, _ time.Duration) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.keys[string(kind)+hash] = k
	return h.err
}

func (h *house) Holder(_ context.Context, kind staff.Kind, hash string) (staff.Key, staff.Person, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	k, ok := h.keys[string(kind)+hash]
	if h.err != nil {
		return staff.Key{}, staff.Person{}, h.err
	}
	if !ok {
		return staff.Key{}, staff.Person{}, hotline.ErrNotFound
	}
	p, err := h.person(k.Person)
	return k, p, err
}

func (h *house) TakeKey(_ context.Context, kind staff.Kind, hash string) (staff.Key, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	k, ok := h.keys[string(kind)+hash]
	if !ok {
		return staff.Key{}, hotline.ErrNotFound
	}
	delete(h.keys, string(kind)+hash)
	return k, h.err
}

func (h *house) TouchKey(_ context.Context, kind staff.Kind, hash string, k staff.Key) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, ok := h.keys[string(kind)+hash]; ok {
		h.keys[string(kind)+hash] = k
	}
	return h.err
}

func (h *house) DropKey(_ context.Context, kind staff.Kind, hash string, _ staff.Key) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.keys, string(kind)+hash)
	h.version++
	return h.err
}

func (h *house) StaffVersion(context.Context) (int64, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.version, h.err
}
