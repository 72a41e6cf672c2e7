package server_test

import (
	"io"
	"math"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/server"
	"github.com/tideover/tideover/internal/staff"
	"github.com/tideover/tideover/internal/standin"
)

// shut is a line outside of its hours.
func shut(o *server.Options) {
	opens := time.Now().Add(12 * time.Hour)
	o.Hours = func(time.Time) (bool, time.Time) { return false, opens }
}

// tapeRow is a case as the API shows it, with its message.
type tapeRow struct {
	row
	Needs   []string
	Since   string `json:"waiting_since"`
	Message *struct {
		Seconds int
		State   string
	} `json:"voicemail"`
	Answers []struct{ Question, Answer string }
	Lease   *time.Time `json:"lease_expires_at"`
}

func (p *person) tape(t *testing.T, id string) tapeRow {
	t.Helper()
	var c tapeRow
	p.ask(t, http.MethodGet, "/cases/"+id, nil, &c)
	return c
}

// hear asks for the sound of a message; part is a range, or empty.
func (p *person) hear(t *testing.T, id, part string) (int, string, http.Header) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.base+"/api/v1/cases/"+id+"/voicemail", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+p.token)
	if part != "" {
		req.Header.Set("Range", part)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(raw), res.Header
}

// asksToRecord lets somebody call outside of the hours and agree to be
// recorded; lang is the key of the language.
func (s *stage) asksToRecord(t *testing.T, lang string) *standin.Phone {
	t.Helper()
	p := s.Phone(rosa)
	do(t, p.Dial(t.Context()))
	for _, key := range []string{lang, "2", "3", "4", "1"} {
		do(t, p.Press(t.Context(), key))
	}
	records(t, p)
	return p
}

func records(t *testing.T, p *standin.Phone) {
	t.Helper()
	until(t, p, "nothing is recorded", func(s standin.State) bool { return s.Phase == standin.Recording })
}

// home waits until the sound of a case is here and gone at Twilio.
func (s *stage) home(t *testing.T, sam *person, id string) {
	t.Helper()
	wait(t, "the message does not come home", func() bool { m := sam.tape(t, id).Message; return m != nil && m.State == "ready" })
	wait(t, "the recording stays at Twilio", func() bool { return len(s.Tapes()) == 0 })
}

// sooner makes the jobs of a kind due now: what they wait for is not a part of
// the test.
func (s *stage) sooner(t *testing.T, kind string) {
	t.Helper()
	wait(t, "there is no job "+kind, func() bool { return s.nudge(t, kind) })
}

// nudge is sooner where there may be no such job any more.
func (s *stage) nudge(t *testing.T, kind string) (found bool) {
	t.Helper()
	c := redis.NewClient(&redis.Options{Network: "unix", Addr: s.redisd.socket})
	defer func() { _ = c.Close() }()
	for _, set := range []string{"to:{main}:outbox", "to:{main}:dials"} {
		for _, z := range c.ZRangeWithScores(t.Context(), set, 0, -1).Val() {
			if id, _ := z.Member.(string); strings.HasPrefix(id, kind+":") {
				found = true
				rank := math.Floor(z.Score/1e13) * 1e13 // of a call; 0 for all else
				do(t, c.ZAddXX(t.Context(), set, redis.Z{Score: rank + 1, Member: id}).Err())
			}
		}
	}
	return found
}

// soundRequests counts what was asked of Twilio about recordings.
func (s *stage) soundRequests(method, suffix string) (n int) {
	for _, r := range s.Requests() {
		if r.Method == method && strings.Contains(r.Path, "/Recordings") && strings.HasSuffix(r.Path, suffix) {
			n++
		}
	}
	return n
}

// Issue 6 clause 5, in both languages: outside of the hours a message is left
// with consent, comes home sealed, is deleted at Twilio, waits with its need,
// is heard by its owner and supervisors only, and its caller is called back.
func TestAMessageIsLeftHeardAndAnswered(t *testing.T) {
	t.Parallel()
	for lang, key := range map[hotline.Lang]string{hotline.English: "1", hotline.Spanish: "2"} {
		t.Run(string(lang), func(t *testing.T) {
			t.Parallel()
			s := newStage(t, shut)
			sam := s.hire(t, "Sam", staff.Supervisor, "")
			a, other := s.counselor(t, ana, lang), s.counselor(t, ben, lang)
			p := s.asksToRecord(t, key)
			do(t, p.Speak(t.Context(), "please call me about my appointment"))
			do(t, p.Press(t.Context(), "#"))
			do(t, p.Press(t.Context(), "1"))
			until(t, p, "the call does not end", func(s standin.State) bool { return s.Phase == standin.Over })
			said := p.Said()
			names988and911(t, said)
			foreign := map[hotline.Lang]string{hotline.English: "Gracias", hotline.Spanish: "Thank you"}[lang]
			if strings.Contains(said, foreign) || strings.Contains(said, "{{") {
				t.Errorf("the last words: %s", said)
			}
			id := sam.waiting(t, rosa).CaseID
			s.home(t, sam, id)
			got := sam.tape(t, id)
			if got.State != "waiting" || got.Band != "routine" || len(got.Needs) == 0 || got.Needs[0] != "voicemail" || got.Message.Seconds < 2 {
				t.Fatalf("the case: %+v", got)
			}
			if n := len(got.Answers); n == 0 || got.Answers[n-1].Answer == "" {
				t.Errorf("the consent is not among the answers: %+v", got.Answers)
			}
			if ok := s.client(t).HGet(t.Context(), "to:{main}:case:"+id, "tape_ok").Val(); !strings.Contains(ok, "voicemail_agree=1/"+string(lang)+"/voice") {
				t.Errorf("consent kept as %q", ok)
			}
			for who, status := range map[*person]int{sam: http.StatusOK, a: http.StatusForbidden, other: http.StatusForbidden} {
				if code, sound, _ := who.hear(t, id, ""); code != status || code == http.StatusOK && !strings.HasPrefix(sound, "ID3") {
					t.Errorf("hearing it: %d, want %d (%.20q)", code, status, sound)
				}
			}
			a.claim(t, id)
			if lease := a.tape(t, id).Lease; lease == nil || time.Until(*lease) < 50*time.Second {
				t.Errorf("the lease leaves no time to hear the message: %v", lease)
			}
			if code, part, h := a.hear(t, id, "bytes=0-2"); code != http.StatusPartialContent || part != "ID3" || h.Get("Cache-Control") != "no-store" || h.Get("Content-Type") != "audio/mpeg" {
				t.Errorf("a part of it for the owner: %d %q %v", code, part, h)
			}
			if code, _, _ := other.hear(t, id, ""); code != http.StatusForbidden {
				t.Errorf("another counselor hears it: %d", code)
			}
			var log struct {
				Entries []struct{ Who, Action string }
			}
			sam.must(t, http.MethodGet, "/audit?case_id="+id, nil, &log)
			heard := map[string]int{}
			for _, e := range log.Entries {
				if e.Action == "listen" {
					heard[e.Who]++
				}
			}
			if heard[string(sam.id)] != 1 || heard[string(a.id)] != 1 || len(heard) != 2 {
				t.Errorf("hearings in the record: %v", heard)
			}
			if s.calls(ana) != 0 {
				t.Error("the counselor is rung before the message is over")
			}
			s.sooner(t, "ring")
			rings(t, a.phone, "the counselor is not rung")
			do(t, a.phone.Answer(t.Context()))
			do(t, a.phone.Press(t.Context(), "1"))
			rings(t, p, "the caller is not called back")
			do(t, p.Answer(t.Context()))
			do(t, p.Press(t.Context(), "1"))
			wait(t, "they do not meet", func() bool { return a.state(t, id) == "live" })
			do(t, p.Hangup(t.Context()))
			wait(t, "the talk does not end", func() bool { return a.state(t, id) == "wrap_up" })
			if code, _, _ := a.hear(t, id, ""); code != http.StatusOK {
				t.Errorf("after the talk: %d", code)
			}
			a.must(t, http.MethodPost, "/cases/"+id+"/close", map[string]any{"disposition": "helped"}, nil)
			wait(t, "the sound is not sealed for the day on which it must be gone", func() bool {
				return s.client(t).PTTL(t.Context(), "to:{main}:vm:"+id).Val() <= 24*time.Hour
			})
			if code, _, _ := sam.hear(t, id, ""); code != http.StatusOK {
				t.Errorf("the supervisor after the close: %d", code)
			}
		})
	}
}

// Issue 6 clause 5: whoever waits may leave a message instead; place, band and
// time stay, and hanging up in the middle of it leaves it all the same.
func TestAMessageInsteadOfWaitingKeepsThePlace(t *testing.T) {
	t.Parallel()
	for name, ends := range map[string]func(*testing.T, *standin.Phone){
		"kept": func(t *testing.T, p *standin.Phone) {
			t.Helper()
			do(t, p.Press(t.Context(), "#"))
			do(t, p.Press(t.Context(), "1"))
		},
		"hung up while it recorded": func(t *testing.T, p *standin.Phone) { t.Helper(); do(t, p.Hangup(t.Context())) },
		"hung up instead of a key": func(t *testing.T, p *standin.Phone) {
			t.Helper()
			do(t, p.Silence(t.Context()))
			do(t, p.Hangup(t.Context()))
		},
		"silence instead of the key": func(t *testing.T, p *standin.Phone) {
			t.Helper()
			do(t, p.Silence(t.Context()))
			do(t, p.Silence(t.Context()))
			do(t, p.Silence(t.Context()))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, nil)
			sam := s.hire(t, "Sam", staff.Supervisor, "")
			p := s.Phone(rosa)
			do(t, p.Dial(t.Context()))
			for _, key := range []string{"1", "3"} { // not sure whether in danger: urgent
				do(t, p.Press(t.Context(), key))
			}
			before := sam.tape(t, sam.waiting(t, rosa).CaseID)
			do(t, p.Press(t.Context(), "4"))
			do(t, p.Press(t.Context(), "1"))
			records(t, p)
			do(t, p.Speak(t.Context(), "I do not feel well, please call"))
			ends(t, p)
			until(t, p, "the call does not end", func(s standin.State) bool { return s.Phase == standin.Over })
			s.home(t, sam, before.CaseID)
			after := sam.tape(t, before.CaseID)
			if after.State != "waiting" || after.Band != "urgent" || before.Band != "urgent" || after.Since != before.Since || strings.Join(after.Needs, " ") != "voicemail talk" {
				t.Errorf("before %+v\nafter %+v", before, after)
			}
			if q := sam.queue(t); len(q) != 1 || q[0].CaseID != before.CaseID {
				t.Errorf("the queue: %v", q)
			}
			if n := sam.board(t).Abandoned; n != 0 {
				t.Errorf("%d are counted as having left", n)
			}
		})
	}
}

// Issue 6 clause 5: what is no message leads back to a choice, and nothing of
// it stays anywhere.
func TestWhatIsNoMessageLeadsBackToAChoice(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		acts func(*testing.T, *standin.Phone)
		says string
	}{
		"silence":           {func(t *testing.T, p *standin.Phone) { t.Helper(); do(t, p.Silence(t.Context())) }, "There is no message yet"},
		"a key and no word": {func(t *testing.T, p *standin.Phone) { t.Helper(); do(t, p.Press(t.Context(), "#")) }, "There is no message yet"},
		"a breath": {func(t *testing.T, p *standin.Phone) {
			t.Helper()
			do(t, p.Speak(t.Context(), "oh"))
			do(t, p.Press(t.Context(), "#"))
		}, "There is no message yet"},
		"erased": {func(t *testing.T, p *standin.Phone) {
			t.Helper()
			do(t, p.Speak(t.Context(), "this is not what I wanted to say"))
			do(t, p.Press(t.Context(), "#"))
			do(t, p.Press(t.Context(), "3"))
		}, "We are closed now"},
		"0 for a person": {func(t *testing.T, p *standin.Phone) {
			t.Helper()
			do(t, p.Speak(t.Context(), "hello"))
			do(t, p.Press(t.Context(), "0"))
		}, "We are closed now"},
		"9 for an emergency": {func(t *testing.T, p *standin.Phone) {
			t.Helper()
			do(t, p.Speak(t.Context(), "I have taken something"))
			do(t, p.Press(t.Context(), "9"))
		}, "I am calling a person for you now"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, shut)
			sam := s.hire(t, "Sam", staff.Supervisor, "")
			p := s.asksToRecord(t, "1")
			c.acts(t, p)
			if said := p.Said(); !strings.Contains(said, c.says) {
				t.Fatalf("the caller hears: %s", said)
			}
			if name == "9 for an emergency" {
				if got := sam.waiting(t, rosa); got.Band != "emergency" {
					t.Errorf("the case: %v", got)
				}
				return
			}
			do(t, p.Hangup(t.Context()))
			wait(t, "something of it stays at Twilio", func() bool { return len(s.Tapes()) == 0 })
			s.quiet(t)
			if q := sam.queue(t); len(q) != 0 {
				t.Errorf("the queue: %v", q)
			}
			if n := s.soundRequests(http.MethodGet, ".mp3"); n != 0 {
				t.Errorf("%d sounds were fetched", n)
			}
		})
	}
}

var (
	tapeStatus = regexp.MustCompile(`/twilio/voicemail/status`)
	soundOf    = regexp.MustCompile(`^GET .*/Recordings/RE[0-9a-f]+\.mp3$`)
	eraseOf    = regexp.MustCompile(`^DELETE .*/Recordings/`)
)

// FAULTS 16: the callback and the action of a recording come fifty times at
// once: one message, one fetch, one deletion.
func TestFiftyCallbacksOfARecordingFetchItOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t, shut)
	sam := s.hire(t, "Sam", staff.Supervisor, "")
	p := s.asksToRecord(t, "1")
	for _, match := range []*regexp.Regexp{tapeStatus, regexp.MustCompile(`/twilio/voice/turn`)} {
		s.FailWebhooks(standin.Rule{Match: match, Count: -1, Do: standin.Parallel, Copies: 49})
	}
	do(t, p.Speak(t.Context(), "please call me back soon"))
	do(t, p.Press(t.Context(), "#"))
	do(t, p.Press(t.Context(), "1"))
	id := sam.waiting(t, rosa).CaseID
	s.home(t, sam, id)
	s.quiet(t)
	for _, w := range s.Webhooks() { // and once more, long after
		if w.Kind == "recording-status" && w.Note == "" {
			if status, _, err := s.Replay(w); err != nil || status != http.StatusNoContent {
				t.Errorf("replayed: %d %v", status, err)
			}
		}
	}
	if got, gone := s.soundRequests(http.MethodGet, ".mp3"), s.soundRequests(http.MethodDelete, ".json"); got != 1 || gone != 1 {
		t.Errorf("%d times fetched, %d times deleted", got, gone)
	}
	if q := sam.queue(t); len(q) != 1 {
		t.Errorf("the queue: %v", q)
	}
}
