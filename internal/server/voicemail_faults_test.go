package server_test

import (
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/server"
	"github.com/tideover/tideover/internal/staff"
	"github.com/tideover/tideover/internal/standin"
)

// leavesOne lets somebody leave a message outside of the hours.
func (s *stage) leavesOne(t *testing.T, words string) {
	t.Helper()
	p := s.asksToRecord(t, "1")
	do(t, p.Speak(t.Context(), words))
	do(t, p.Press(t.Context(), "#"))
	do(t, p.Press(t.Context(), "1"))
}

// FAULTS 13, 14, 15: the sound is not there yet, Twilio fails, is busy, refuses
// our credentials, loses the answer. It comes home all the same, and is deleted
// there.
func TestAMessageComesHomeThroughTroubleAtTwilio(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]struct {
		do    standin.Fault
		count int
	}{
		"not there yet": {standin.Answer404, 3}, "fails": {standin.Answer500, 2}, "busy": {standin.Answer429, 2},
		"credentials refused": {standin.Answer401, 2}, "reset": {standin.Reset, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, shut)
			sam := s.hire(t, "Sam", staff.Supervisor, "")
			s.FailREST(standin.Rule{Match: soundOf, Count: f.count, Do: f.do})
			if f.do != standin.Answer404 { // there is what was deleted
				s.FailREST(standin.Rule{Match: eraseOf, Count: f.count, Do: f.do})
			}
			s.leavesOne(t, "please call me back soon")
			id := sam.waiting(t, rosa).CaseID
			wait(t, "the fault was not met", func() bool { return s.soundRequests(http.MethodGet, ".mp3") > 0 })
			s.home(t, sam, id)
			if code, sound, _ := sam.hear(t, id, ""); code != http.StatusOK || !strings.HasPrefix(sound, "ID3") {
				t.Errorf("hearing it: %d %.10q", code, sound)
			}
		})
	}
}

// FAULTS 14: a deletion that Twilio did and did not say so is no trouble.
func TestADeletionWhoseAnswerIsLostIsNoTrouble(t *testing.T) {
	t.Parallel()
	s := newStage(t, shut)
	sam := s.hire(t, "Sam", staff.Supervisor, "")
	s.FailREST(standin.Rule{Match: eraseOf, Do: standin.LoseCommit})
	s.leavesOne(t, "please call me back soon")
	s.home(t, sam, sam.waiting(t, rosa).CaseID)
	wait(t, "it is deleted again and again", func() bool {
		for _, job := range s.client(t).ZRange(t.Context(), "to:{main}:outbox", 0, -1).Val() {
			if strings.HasPrefix(job, "erase:") {
				return false
			}
		}
		return true
	})
}

// FAULTS 14: a sound that cannot be had at all is told, and its caller is
// called back all the same.
func TestAMessageThatCannotBeFetchedIsStillAnswered(t *testing.T) {
	t.Parallel()
	s := newStage(t, shut)
	a := s.counselor(t, ana, hotline.English)
	sam := s.hire(t, "Sam", staff.Supervisor, "")
	s.FailREST(standin.Rule{Match: soundOf, Count: -1, Do: standin.RefuseCode, Code: 20001})
	s.leavesOne(t, "please call me back soon")
	id := sam.waiting(t, rosa).CaseID
	wait(t, "nobody says that it is lost", func() bool { m := sam.tape(t, id).Message; return m != nil && m.State == "lost" })
	if code, _, _ := sam.hear(t, id, ""); code != http.StatusNotFound {
		t.Errorf("hearing what is not here: %d", code)
	}
	a.claim(t, id)
	rings(t, a.phone, "the counselor is not rung")
	do(t, a.phone.Answer(t.Context()))
	do(t, a.phone.Press(t.Context(), "1"))
	rings(t, s.Phone(rosa), "the caller is not called back")
}

// FAULTS 17: the callback of a recording is lost, or all that is told of it.
func TestALostCallbackOfARecordingLosesNoMessage(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lost string
		job  string
		ends func(*testing.T, *standin.Phone)
	}{
		"the callback": {`/twilio/voicemail/status`, "sound", func(t *testing.T, p *standin.Phone) {
			t.Helper()
			do(t, p.Press(t.Context(), "#"))
			do(t, p.Press(t.Context(), "1"))
		}},
		"the callback, and the action at a hang-up": {`/twilio/voicemail/status|/twilio/voice/turn`, "tape", func(t *testing.T, p *standin.Phone) {
			t.Helper()
			do(t, p.Hangup(t.Context()))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, shut)
			s.expects = []int{11205}
			sam := s.hire(t, "Sam", staff.Supervisor, "")
			p := s.asksToRecord(t, "1")
			do(t, p.Speak(t.Context(), "please call me back soon"))
			s.FailWebhooks(standin.Rule{Match: regexp.MustCompile(c.lost), Count: -1, Do: standin.Drop})
			c.ends(t, p)
			until(t, p, "the call does not end", func(s standin.State) bool { return s.Phase == standin.Over })
			s.quiet(t)
			wait(t, "the end of the call is not known", func() bool {
				return len(s.client(t).ZRange(t.Context(), "to:{main}:outbox", 0, -1).Val()) > 0
			})
			s.sooner(t, c.job)
			s.home(t, sam, sam.waiting(t, rosa).CaseID)
		})
	}
}

// FAULTS 1, 3: the store fails while somebody speaks: they hear of 988 and 911,
// and what they said is there once the store is back. The key that ends a
// recording is no answer meanwhile.
func TestAMessageOutlivesAStoreThatFailsWhileItIsSpoken(t *testing.T) {
	t.Parallel()
	for name, f := range failures() {
		if f.half || name == "the store answers two seconds late" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, shut)
			s.expects = []int{11200} // the callback meanwhile
			sam := s.hire(t, "Sam", staff.Supervisor, "")
			p := s.asksToRecord(t, "1")
			do(t, p.Speak(t.Context(), "please call me back soon"))
			f.breaks(t, s)
			do(t, p.Press(t.Context(), "#"))
			said := p.Said()
			names988and911(t, said)
			if !strings.Contains(said, "technical problem") {
				t.Errorf("meanwhile the caller hears: %s", said)
			}
			f.mends(t, s)
			s.ready(t, true)
			do(t, p.Silence(t.Context())) // the pause is over
			if said := p.Said(); !strings.Contains(said, "We have your message") {
				t.Fatalf("after it the caller hears: %s", said)
			}
			do(t, p.Press(t.Context(), "1"))
			id := sam.waiting(t, rosa).CaseID
			s.quiet(t)
			wait(t, "the message does not come home", func() bool {
				s.nudge(t, "sound") // nobody could tell us that it is there
				m := sam.tape(t, id).Message
				return m != nil && m.State == "ready"
			})
			s.home(t, sam, id)
		})
	}
}

// FAULTS 21: a counselor takes the caller who is leaving a message: they talk,
// and the recording is nobody's.
func TestACounselorWhoTakesACallerInTheMiddleOfAMessageTalksWithThem(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	a := s.counselor(t, ana, hotline.English)
	sam := s.hire(t, "Sam", staff.Supervisor, "")
	p, on := s.inLine(t, sam, rosa)
	do(t, p.Press(t.Context(), "4"))
	do(t, p.Press(t.Context(), "1"))
	records(t, p)
	do(t, p.Speak(t.Context(), "please call me back soon"))
	a.claim(t, on.CaseID)
	s.meets(t, a, p, on.CaseID)
	wait(t, "the recording stays at Twilio", func() bool { return len(s.Tapes()) == 0 })
	if m := sam.tape(t, on.CaseID).Message; m != nil {
		t.Errorf("the case has a message: %+v", m)
	}
	do(t, p.Hangup(t.Context()))
	wait(t, "the talk does not end", func() bool { return a.state(t, on.CaseID) == "wrap_up" })
	if n := s.soundRequests(http.MethodGet, ".mp3"); n != 0 {
		t.Errorf("%d sounds were fetched", n)
	}
}

// FAULTS 49: what a caller says lies nowhere in the clear: not in Redis' files,
// logs, metrics or URLs, and no longer at Twilio.
func TestNothingThatWasSaidLiesInTheClear(t *testing.T) {
	t.Parallel()
	metrics := freeAddr(t)
	s := newStage(t, func(o *server.Options) { shut(o); o.MetricsAddr = metrics })
	sam := s.hire(t, "Sam", staff.Supervisor, "")
	planted := map[string]string{"what was said": "purple elephants on the velvet staircase", "the number": rosa[2:], "the tag of the sound": "TIT2"}
	s.leavesOne(t, planted["what was said"])
	id := sam.waiting(t, rosa).CaseID
	s.home(t, sam, id)
	_, sound, _ := sam.hear(t, id, "")
	if len(finds(sound, planted)) != 2 {
		t.Fatal("the sound does not hold what was planted: the scan would prove nothing")
	}
	do(t, s.client(t).Save(t.Context()).Err())
	looked := 0
	err := filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || path == s.keysFile {
			return err
		}
		raw, err := os.ReadFile(path)
		looked++
		if found := finds(string(raw), planted); len(found) > 0 {
			t.Errorf("%s holds %v", filepath.Base(path), found)
		}
		return err
	})
	if err != nil || looked < 2 {
		t.Fatalf("looked into %d files: %v", looked, err)
	}
	_, page := get("http://" + metrics + "/metrics")
	told := s.logs.String() + page
	for _, h := range s.Webhooks() {
		told += h.URL + h.Answer
	}
	for _, r := range s.Requests() {
		told += r.Path
	}
	if found := finds(told, planted); len(found) > 0 {
		t.Errorf("logs, metrics, URLs or documents hold %v", found)
	}
	if strings.Contains(s.logs.String(), "api.twilio.com") {
		t.Error("the log holds the address of a recording")
	}
}
