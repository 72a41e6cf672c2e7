package server_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/server"
	"github.com/tideover/tideover/internal/staff"
	"github.com/tideover/tideover/internal/standin"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/twilio"
)

// ledger is what is left of a day: what the line asked of Twilio, how the
// cases ended, what was counted.
type ledger struct {
	asked     map[string]int
	ends      []string
	answered  int
	abandoned int
	rung      map[string]int
	thread    []string
}

// day plays a call, a conversation by text and an emergency to their ends.
func (s *stage) day(t *testing.T) ledger {
	t.Helper()
	sam := s.hire(t, "Sam", staff.Supervisor, "")
	a, b := s.counselor(t, ana, hotline.English), s.counselor(t, ben, hotline.English)

	r, onRosa := s.inLine(t, sam, rosa)
	for range 3 { // turns of the waiting loop
		do(t, r.Silence(t.Context()))
	}
	if q := sam.queue(t); len(q) != 1 {
		t.Errorf("one caller waits, the queue shows %v", q)
	}
	a.claim(t, onRosa.CaseID)
	s.meets(t, a, r, onRosa.CaseID)
	do(t, r.Hangup(t.Context()))
	wait(t, "the talk does not end", func() bool { return a.state(t, onRosa.CaseID) == "wrap_up" })
	a.must(t, http.MethodPost, "/cases/"+onRosa.CaseID+"/close", map[string]any{"disposition": "helped"}, nil)

	m := s.Phone(tom)
	texts(t, m, "Hello, is anybody there?", "2", "person")
	onTom := sam.waiting(t, tom)
	b.claim(t, onTom.CaseID)
	texts(t, m, "I feel lost since my visits stopped")
	b.must(t, http.MethodPost, "/cases/"+onTom.CaseID+"/messages", map[string]any{"text": "I am here with you."}, nil)
	wait(t, "the reply does not reach the texter", func() bool {
		return slices.ContainsFunc(m.Texts(), func(x standin.Text) bool { return x.Body == "I am here with you." })
	})
	thread := b.thread(t, onTom.CaseID)
	b.must(t, http.MethodPost, "/cases/"+onTom.CaseID+"/close", map[string]any{"disposition": "referred"}, nil)

	e := s.Phone(eve)
	do(t, e.Dial(t.Context()))
	do(t, e.Press(t.Context(), "1"))
	do(t, e.Press(t.Context(), "9"))
	onEve := sam.waiting(t, eve)
	rings(t, s.Phone(firstOnCall), "nobody on call is rung")
	do(t, s.Phone(firstOnCall).Answer(t.Context()))
	do(t, s.Phone(firstOnCall).Press(t.Context(), "1"))
	until(t, e, "nobody attends", func(s standin.State) bool { return s.Room != "" && len(s.With) == 1 })
	s.quiet(t)
	do(t, e.Hangup(t.Context()))
	wait(t, "the emergency's talk does not end", func() bool { return sam.state(t, onEve.CaseID) == "closed" })
	wait(t, "nobody was texted after the conversation", func() bool { return s.asked()["POST Messages"] >= 3 })
	until(t, s.Phone(firstOnCall), "the person on call is left alone", func(s standin.State) bool { return s.Phase == standin.Over })
	s.quiet(t)

	if q := sam.queue(t); len(q) != 0 {
		t.Errorf("still in the queue: %v", q)
	}
	board := sam.board(t)
	l := ledger{
		asked: s.asked(), answered: board.Answered, abandoned: board.Abandoned, thread: thread,
		rung: map[string]int{ana: s.calls(ana), ben: s.calls(ben), firstOnCall: s.calls(firstOnCall), secondOnCall: s.calls(secondOnCall)},
	}
	for key, fields := range s.cases(t) {
		if !strings.Contains(key, ":case:") {
			continue
		}
		l.ends = append(l.ends, fields["state"]+" "+fields["disp"])
	}
	slices.Sort(l.ends)
	return l
}

// thread gives direction and words of all messages of a case.
func (p *person) thread(t *testing.T, id string) []string {
	t.Helper()
	var out struct {
		Messages []struct{ Direction, Text string }
	}
	p.must(t, http.MethodGet, "/cases/"+id+"/messages", nil, &out)
	var all []string
	for _, m := range out.Messages {
		all = append(all, m.Direction+": "+m.Text)
	}
	return all
}

// cases gives the hashes of all cases and the members of the queue's sets.
func (s *stage) cases(t *testing.T) map[string]map[string]string {
	t.Helper()
	c, all := s.client(t), map[string]map[string]string{}
	for _, key := range c.Keys(t.Context(), "to:{main}:*").Val() {
		switch c.Type(t.Context(), key).Val() {
		case "hash":
			all[key] = c.HGetAll(t.Context(), key).Val()
		case "zset":
			members := map[string]string{}
			for _, z := range c.ZRangeWithScores(t.Context(), key, 0, -1).Val() {
				members[fmt.Sprint(z.Member)] = fmt.Sprint(z.Score)
			}
			all[key] = members
		}
	}
	return all
}

// Issue 4 clause 7, FAULTS 16: every webhook of a call, of a conversation and
// of an emergency comes twice, or fifty times at once. The day ends the same.
func TestADayOfRepeatedWebhooksEndsAsOneWithout(t *testing.T) {
	t.Parallel()
	want := newStage(t, nil).day(t)
	if len(want.ends) != 3 || want.rung[ana] != 1 || want.rung[ben] != 0 || want.rung[firstOnCall] != 1 || want.rung[secondOnCall] != 0 || want.answered != 3 {
		t.Fatalf("a plain day: %+v", want)
	}
	for name, rule := range map[string]standin.Rule{
		"each webhook comes twice":             {Do: standin.Duplicate, Copies: 1},
		"each webhook comes fifty times":       {Do: standin.Parallel, Copies: 49},
		"the first answer of each is lost":     {Do: standin.LoseAnswer},
		"each question is asked twice at once": {Do: standin.Parallel, Copies: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, nil)
			rule.Match, rule.Count = regexp.MustCompile(`/twilio/`), -1
			s.FailWebhooks(rule)
			got := s.day(t)
			if !maps.Equal(got.asked, want.asked) {
				t.Errorf("asked of Twilio: %v, want %v", got.asked, want.asked)
			}
			if !slices.Equal(got.ends, want.ends) || !maps.Equal(got.rung, want.rung) || !slices.Equal(got.thread, want.thread) {
				t.Errorf("ended as %+v, want %+v", got, want)
			}
			if got.answered != want.answered || got.abandoned != want.abandoned {
				t.Errorf("counted %d answered and %d abandoned, want %d and %d", got.answered, got.abandoned, want.answered, want.abandoned)
			}
		})
	}
}

// again sends a recorded webhook once more and gives status and document.
func (s *stage) again(t *testing.T, h standin.Webhook, token string) (int, string) {
	t.Helper()
	target, _, _ := strings.Cut(h.URL, "#") // the connection settings are neither sent nor signed
	req, err := http.NewRequestWithContext(t.Context(), h.Method, s.base+strings.TrimPrefix(target, s.public), strings.NewReader(h.Params.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("X-Twilio-Signature", twilio.Sign(s.token, target, h.Params))
	req.Header.Set("I-Twilio-Idempotency-Token", token)
	status, raw, _ := exchanged(t, req)
	return status, string(raw)
}

// Issue 4 clause 7, CONTRACT §3 rule 2: each recorded webhook of a whole day
// is sent again after its end, under its own token and under a new one. The
// answer is the same byte by byte, and nothing in the store or at Twilio moves.
// FAULTS 16.
func TestARecordedDaySentAgainLaterChangesNothing(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	s.day(t)
	recorded, before, asked := s.Webhooks(), s.cases(t), len(s.Requests())
	questions := 0
	for _, h := range recorded {
		if h.Kind == "sound" {
			continue
		}
		for _, token := range []string{h.Token, string(hotline.NewToken())} {
			status, doc := s.again(t, h, token)
			if status != h.Status {
				t.Errorf("%s %s: %d, first %d", h.Kind, h.URL, status, h.Status)
			}
			if h.Kind != "voice" && h.Kind != "sms" {
				continue
			}
			questions++
			if doc != h.Answer {
				t.Errorf("%s %s answers otherwise:\n%s\nfirst:\n%s", h.Kind, h.URL, doc, h.Answer)
			}
		}
	}
	if questions < 30 {
		t.Errorf("only %d documents were asked for again", questions)
	}
	after := s.cases(t)
	for key, was := range before {
		if !maps.Equal(was, after[key]) {
			t.Errorf("%s changed: %v, was %v", key, after[key], was)
		}
	}
	for key := range after {
		if _, was := before[key]; !was {
			t.Errorf("%s is new", key)
		}
	}
	if now := len(s.Requests()); now != asked {
		t.Errorf("%d more REST requests", now-asked)
	}
}

// FAULTS 17, 20: callbacks that come in the wrong order or never. The state is
// right in the end, and no caller is lost.
func TestCallbacksThatAreLateOrNeverCome(t *testing.T) {
	t.Parallel()
	const leg, room, over = `/twilio/counselor/status`, `/twilio/room\?`, `/twilio/voice/status`
	hangUp := func(t *testing.T, p *standin.Phone) { t.Helper(); do(t, p.Hangup(t.Context())) }
	for name, c := range map[string]struct {
		rule  standin.Rule
		ends  func(t *testing.T, s *stage, r *standin.Phone, a *person)
		state string
	}{
		"ringing comes after answered":                  {standin.Rule{Match: regexp.MustCompile(leg), Nth: 2, Do: standin.Reorder}, func(t *testing.T, _ *stage, r *standin.Phone, _ *person) { t.Helper(); hangUp(t, r) }, "wrap_up"},
		"the counselor's join comes after the caller's": {standin.Rule{Match: regexp.MustCompile(room), Nth: 1, Do: standin.Reorder}, func(t *testing.T, _ *stage, r *standin.Phone, _ *person) { t.Helper(); hangUp(t, r) }, "wrap_up"},
		"the end of the caller's call is never told":    {standin.Rule{Match: regexp.MustCompile(over), Count: -1, Do: standin.Drop}, func(t *testing.T, _ *stage, r *standin.Phone, _ *person) { t.Helper(); hangUp(t, r) }, "wrap_up"},
		"the end of the counselor's call is never told": {standin.Rule{Match: regexp.MustCompile(leg), Count: -1, Do: standin.Drop}, func(t *testing.T, _ *stage, _ *standin.Phone, a *person) { t.Helper(); hangUp(t, a.phone) }, "waiting"},
		"the room never tells who left":                 {standin.Rule{Match: regexp.MustCompile(room), Nth: 4, Count: -1, Do: standin.Drop}, func(t *testing.T, _ *stage, _ *standin.Phone, a *person) { t.Helper(); hangUp(t, a.phone) }, "waiting"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, nil)
			s.expects = []int{11205}
			s.FailWebhooks(c.rule)
			sam, a := s.hire(t, "Sam", staff.Supervisor, ""), s.counselor(t, ana, hotline.English)
			r, onRosa := s.inLine(t, sam, rosa)
			a.claim(t, onRosa.CaseID)
			s.meets(t, a, r, onRosa.CaseID)
			c.ends(t, s, r, a)
			wait(t, "the case does not become "+c.state, func() bool { return sam.state(t, onRosa.CaseID) == c.state })
			if c.state == "waiting" {
				listens(t, r, "the caller is not on hold")
			}
		})
	}
}

// FAULTS 17: the room never says that anybody joined, so the talk does not
// begin as far as the line knows. The lease ends and the caller is back at the
// old place, on hold, not alone in a room.
func TestATalkThatTheRoomNeverReportsLeadsBackToThePlace(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(o *server.Options) { o.Store = store.Options{Connect: 700 * time.Millisecond} })
	s.expects = []int{11205}
	s.FailWebhooks(standin.Rule{Match: regexp.MustCompile(`/twilio/room\?`), Count: -1, Do: standin.Drop})
	sam, a := s.hire(t, "Sam", staff.Supervisor, ""), s.counselor(t, ana, hotline.English)
	r, onRosa := s.inLine(t, sam, rosa)
	_, _ = s.inLine(t, sam, eve)
	a.claim(t, onRosa.CaseID)
	rings(t, a.phone, "the counselor's phone does not ring")
	do(t, a.phone.Answer(t.Context()))
	do(t, a.phone.Press(t.Context(), "1"))
	if back := sam.waiting(t, rosa); back.CaseID != onRosa.CaseID || back.Position != 1 {
		t.Errorf("the caller stands as %v", back)
	}
	listens(t, r, "the caller is not on hold again")
}

// FAULTS 20: nobody ever says that a caller who waits has hung up. Whoever
// claims is told so, and the case is closed rather than rung for again.
func TestACallerWhoLeftUnnoticedIsFoundOutByTheClaim(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	s.expects = []int{11205}
	s.FailWebhooks(standin.Rule{Match: regexp.MustCompile(`/twilio/voice/status`), Count: -1, Do: standin.Drop})
	sam, a := s.hire(t, "Sam", staff.Supervisor, ""), s.counselor(t, ana, hotline.English)
	r, onRosa := s.inLine(t, sam, rosa)
	do(t, r.Hangup(t.Context()))
	a.claim(t, onRosa.CaseID)
	rings(t, a.phone, "the counselor's phone does not ring")
	do(t, a.phone.Answer(t.Context()))
	do(t, a.phone.Press(context.WithoutCancel(t.Context()), "1"))
	wait(t, "the case is not closed", func() bool { return sam.state(t, onRosa.CaseID) == "closed" })
	until(t, a.phone, "the counselor waits for nobody", func(s standin.State) bool { return s.Phase == standin.Over })
	if said := a.phone.Said(); !strings.Contains(said, "hung up") {
		t.Errorf("the counselor heard %q", said)
	}
	wait(t, "the counselor is not free again", func() bool { return len(a.shift(t).Cases) == 0 })
}
