package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/tideover/tideover/internal/hotline"
)

const (
	feedBlock  = 500 * time.Millisecond
	feedBuffer = 256  // events that a reader may lag behind before it is let go
	feedRecall = 2000 // events that are looked up for who comes back
)

// feed reads the event stream once for all who watch it in this process: the
// number of connections does not grow with the number of consoles.
type feed struct {
	mu      sync.Mutex
	readers map[chan *hotline.Event]bool // pointers: ten thousand buffers of whole events are a third of a gigabyte
	stop    context.CancelFunc           // of the reading goroutine; nil: not running
	ended   sync.WaitGroup
}

// Watch gives the events after the id ("" from now on) until ctx ends. A
// reader that does not keep up is let go: its channel closes, and it may come
// back with the last id that it saw.
func (s *Store) Watch(ctx context.Context, after string) (<-chan hotline.Event, error) {
	live, err := s.join(ctx)
	if err != nil {
		return nil, err
	}
	var missed []redis.XMessage
	if after != "" {
		missed, err = s.rdb.XRangeN(ctx, s.key("ev"), "("+after, "+", feedRecall).Result()
		if err != nil {
			s.part(live)
			return nil, fmt.Errorf("watch: %w: %w", hotline.ErrUnknown, plain(err))
		}
	}
	out := make(chan hotline.Event)
	go func() {
		defer close(out)
		defer s.part(live)
		for _, m := range missed {
			if !deliver(ctx, out, decodeEvent(m)) {
				return
			}
			after = m.ID
		}
		for {
			select {
			case e, ok := <-live:
				if !ok || newer(e.ID, after) && !deliver(ctx, out, *e) {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	return out, nil
}

func deliver(ctx context.Context, out chan<- hotline.Event, e hotline.Event) bool {
	select {
	case out <- e:
		return true
	case <-ctx.Done():
		return false
	}
}

// join adds a reader, and starts the reading with the first one.
func (s *Store) join(ctx context.Context) (chan *hotline.Event, error) {
	s.feed.mu.Lock()
	defer s.feed.mu.Unlock()
	if s.feed.stop == nil {
		last, err := s.rdb.XRevRangeN(ctx, s.key("ev"), "+", "-", 1).Result()
		if err != nil {
			return nil, fmt.Errorf("watch: %w: %w", hotline.ErrUnknown, plain(err))
		}
		from := "0-0"
		if len(last) > 0 {
			from = last[0].ID
		}
		reading, stop := context.WithCancel(context.WithoutCancel(ctx))
		s.feed.readers, s.feed.stop = map[chan *hotline.Event]bool{}, stop
		s.feed.ended.Go(func() { s.pump(reading, from) })
	}
	ch := make(chan *hotline.Event, feedBuffer)
	s.feed.readers[ch] = true
	return ch, nil
}

// part removes a reader, and ends the reading with the last one.
func (s *Store) part(ch chan *hotline.Event) {
	s.feed.mu.Lock()
	defer s.feed.mu.Unlock()
	delete(s.feed.readers, ch)
	if len(s.feed.readers) == 0 && s.feed.stop != nil {
		s.feed.stop()
		s.feed.stop = nil
	}
}

// pump reads the stream and hands each event to every reader.
func (s *Store) pump(ctx context.Context, after string) {
	for ctx.Err() == nil {
		got, err := s.read(ctx, after)
		if err != nil {
			if !isNil(err) && !pause(ctx, feedBlock) {
				return
			}
			continue
		}
		for _, m := range got[0].Messages {
			after = m.ID
			e := decodeEvent(m)
			s.spread(ctx, &e)
		}
	}
}

// read waits for events. The client would wait ten seconds longer than the
// block for a store that stands still, and a stop of this process as well.
func (s *Store) read(ctx context.Context, after string) ([]redis.XStream, error) {
	ctx, cancel := context.WithTimeout(ctx, feedBlock+s.opt.Deadline)
	defer cancel()
	return s.rdb.XRead(ctx, &redis.XReadArgs{Streams: []string{s.key("ev"), after}, Count: 200, Block: feedBlock}).Result()
}

func (s *Store) spread(ctx context.Context, e *hotline.Event) {
	s.feed.mu.Lock()
	defer s.feed.mu.Unlock()
	if ctx.Err() != nil { // a later reading has taken over
		return
	}
	for ch := range s.feed.readers {
		select {
		case ch <- e:
		default:
			delete(s.feed.readers, ch)
			close(ch)
		}
	}
}

// newer compares ids of the stream, "milliseconds-number". Every id is newer
// than none.
func newer(id, than string) bool {
	a, an := streamID(id)
	b, bn := streamID(than)
	return a > b || a == b && an > bn
}

func streamID(id string) (ms, n uint64) {
	first, second, _ := strings.Cut(id, "-")
	ms, _ = strconv.ParseUint(first, 10, 64) // not an id: older than all
	n, _ = strconv.ParseUint(second, 10, 64)
	return ms, n
}

func decodeEvent(m redis.XMessage) hotline.Event {
	f := fields{}
	for k, v := range m.Values {
		f[k] = fmt.Sprint(v)
	}
	return hotline.Event{
		ID: m.ID, Kind: f["k"], Case: hotline.CaseID(f["c"]), State: hotline.State(f["s"]), Band: hotline.Band(f.int("b")),
		By: hotline.CounselorID(f["by"]), Code: f["w"], At: f.time("at"),
	}
}

// pause waits; false when ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
