package store_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/audit"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/triage"
)

// planted are words that must never lie in Redis in the clear.
var planted = []string{"4155550188", "PLANTED", "+1415555", "2095550142"}

var plantedCaller = hotline.CallerNumber("+14155550188")

// day plays a day: a call from the menu to its close, with an emergency, a
// callback that fails, a thread with an opt-out, and all that staff write.
func (b *bundle) day(t *testing.T) (call, text hotline.CaseID) {
	t.Helper()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	me := b.on(t)
	call, leg := hotline.NewCaseID(), b.leg()
	ses := triage.Session{Lang: "en", Vars: map[string]string{"name": "PLANTED name", "zip": "PLANTED zip"}}
	b.turn(t, triage.Turn{Case: call, Leg: leg, Channel: hotline.Voice, Caller: plantedCaller, Token: "tok-0", Next: ses, Doc: []byte("PLANTED document")}, hotline.Case{})
	b.turn(t, triage.Turn{
		Case: call, Leg: leg, Channel: hotline.Voice, N: 1, Token: "tok-1", Next: ses, Doc: []byte("PLANTED document"), Effects: []triage.Effect{
			triage.Record{Answer: hotline.Answer{Question: "q1", Answer: "PLANTED answer"}},
			triage.Raise{Risk: 3, Hits: []string{"rule-7"}},
			triage.SendText{Line: triage.Spoken{Lang: "en", Text: "PLANTED text of the script"}},
			triage.Page{},
			triage.Enqueue{Band: hotline.Emergency, Need: hotline.NeedTalk},
		},
	}, b.get(t, call))
	c, err := b.Claim(ctx, hotline.Want{Case: call}, me, hotline.NewToken())
	must(err)
	must(b.Ringing(ctx, call, c.Epoch, counselorLeg, hotline.CounselorField))
	c, err = b.Connect(ctx, call, c.Epoch, counselorLeg, "leg:CAcounselor:1")
	must(err)
	for i, who := range []struct {
		label string
		leg   hotline.Leg
	}{{"counselor", counselorLeg}, {"patient", c.PatientLeg}} {
		b.room(t, c, "join", who.label, who.leg, i)
	}
	_, err = b.SaveNote(ctx, me, call, "PLANTED note", 0, hotline.NewToken())
	must(err)
	_, _, _, _, err = b.SaveOutcome(ctx, me, hotline.NewToken(), "print", 200, []byte("PLANTED outcome"))
	must(err)
	_, err = b.Keep(ctx, "CAcounselor:0", "tok-2", []byte("PLANTED staff document"))
	must(err)
	_, err = b.Raise(ctx, call, me, hotline.Emergency, true, 3, string(me)+":raise")
	must(err)
	_, err = b.Finish(ctx, call, hotline.Finish{By: me, To: hotline.Closed, Disposition: "helped", Token: string(me) + ":end"})
	must(err)
	must(b.Emergency(ctx, call, "sup", "close", "PLANTED next step"))

	text = hotline.NewCaseID()
	b.turn(t, triage.Turn{
		Case: text, Leg: "SM1", Name: "0", Channel: hotline.SMS, Caller: plantedCaller, Token: "tok-3", Next: ses, Doc: []byte("PLANTED reply"),
		Effects: []triage.Effect{triage.Enqueue{Band: hotline.Routine, Need: hotline.NeedTalk}},
	}, hotline.Case{})
	c, err = b.Claim(ctx, hotline.Want{Case: text}, me, hotline.NewToken())
	must(err)
	_, err = b.Receive(ctx, text, "SM2", "PLANTED words of the caller", []byte("PLANTED answer"))
	must(err)
	_, err = b.Write(ctx, me, text, "PLANTED words of the counselor", hotline.NewToken())
	must(err)
	must(b.OptOut(ctx, plantedCaller, true))
	must(b.OptOut(ctx, plantedCaller, false))
	_, err = b.GiveBack(ctx, text, hotline.GiveBack{Epoch: c.Epoch, From: []hotline.State{hotline.Live}, Code: "released", Exclude: 10 * time.Minute})
	must(err)
	_, err = b.Claim(ctx, hotline.Want{Case: text}, me, hotline.NewToken())
	must(err)
	_, err = b.Finish(ctx, text, hotline.Finish{By: me, To: hotline.Closed, Disposition: "helped"})
	must(err)
	back := b.caller(t, "+14155550186")
	b.promised(t, back, triage.Promise{Number: "2095550142", Safe: true, Message: true, Name: "office", Window: hotline.Morning, By: time.Now().Add(time.Hour)})
	must(b.Append(ctx, audit.Entry{Who: string(me), Action: "reveal", Case: string(call), Reason: "PLANTED reason"}))
	must(b.Ready(ctx))
	return call, text
}

// retire carries out what closing left to be done.
func (b *bundle) retire(t fataler) {
	t.Helper()
	for _, d := range b.take(t, "retire") {
		if err := b.Retire(t.Context(), d.Case); err != nil {
			t.Fatal(err)
		}
		if err := b.Done(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
}

// A key after the end must not take the session's end away.
func TestATurnAfterTheCloseLeavesTheSessionItsEnd(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	p := b.play(t, hotline.Closed)
	b.retire(t)
	ses := b.key("ses:" + string(p.ID))
	if ttl := b.rdb.PTTL(t.Context(), ses).Val(); ttl <= 0 {
		t.Fatalf("after the close the session ends in %v", ttl)
	}
	c := b.get(t, p.ID)
	got, err := b.Commit(t.Context(), triage.Turn{
		Case: c.ID, Leg: string(c.PatientLeg), Channel: hotline.Voice, N: c.Turn + 1, Next: triage.Session{Lang: c.Lang}, Doc: []byte("goodbye"),
	}, c)
	if err != nil || got.Word != triage.Kept {
		t.Fatalf("a key after the end: word %d, %v", got.Word, err)
	}
	if ttl := b.rdb.PTTL(t.Context(), ses).Val(); ttl <= 0 {
		t.Errorf("after a key the session ends in %v: never", ttl)
	}
}

// FAULTS 49: planted numbers, names and words, searched for in all of Redis.
func TestNothingOfACallerLiesInRedisInTheClear(t *testing.T) {
	t.Parallel()
	url, dir, _ := ownRedis(t, "--appendonly", "yes", "--appendfsync", "always", "--rdbcompression", "no")
	b := setupAt(t, url, store.Options{})
	b.day(t)
	b.afterCare(t)
	b.wait(t, hotline.Urgent, "es") // and somebody who still waits
	b.leftMessage(t)
	scan := func(when string) {
		t.Helper()
		if err := b.rdb.Save(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		files, size := 0, 0
		err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			raw, err := os.ReadFile(path)
			files, size = files+1, size+len(raw)
			for _, word := range planted {
				if bytes.Contains(raw, []byte(word)) {
					t.Errorf("%s: %q lies in %s", when, word, filepath.Base(path))
				}
			}
			if when == "open" && strings.HasSuffix(path, ".rdb") && strings.HasPrefix(filepath.Base(path), "dump") && !bytes.Contains(raw, []byte("v1.")) {
				t.Error("the scan finds not even what is sealed: it looks in the wrong place")
			}
			return err
		})
		if err != nil || files < 3 || size < 20_000 {
			t.Fatalf("%s: %d files, %d bytes, %v", when, files, size, err)
		}
	}
	scan("open")
	b.retire(t)
	scan("retired")
}

// DESIGN 5: a field is sealed under the key of the day on which it must be
// gone; destroying that key makes every copy unreadable.
func TestClosedCaseIsSealedForTheDayOnWhichItMustBeGone(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{KeepText: 2 * 24 * time.Hour, KeepCase: 4 * 24 * time.Hour})
	start := time.Now()
	call, text := b.day(t)
	b.retire(t)
	day := func(keep time.Duration) []string { // a test may run at midnight
		return []string{start.Add(keep).UTC().Format("20060102"), time.Now().Add(keep).UTC().Format("20060102")}
	}
	texts, number := day(2*24*time.Hour), day(4*24*time.Hour)
	sealed := func(what, value string, want []string) {
		t.Helper()
		if !strings.HasPrefix(value, "v1."+want[0]+"-") && !strings.HasPrefix(value, "v1."+want[1]+"-") {
			t.Errorf("%s is sealed as %.12s, want the day %s", what, value, want[0])
		}
	}
	ctx := t.Context()
	row := b.hash(t, call)
	for field, want := range map[string][]string{"number": number, "note": texts, "answers": texts, "em_words": number} {
		sealed(field, row[field], want)
	}
	for _, id := range []hotline.CaseID{call, text} {
		sealed("session", b.rdb.Get(ctx, b.key("ses:"+string(id))).Val(), texts)
		mids := b.rdb.LRange(ctx, b.key("txt:"+string(id)), 0, -1).Val()
		if len(mids) == 0 {
			t.Error("no texts to look at")
		}
		for _, mid := range mids {
			sealed("text", b.rdb.HGet(ctx, b.key("m:"+mid), "body").Val(), texts)
			if ttl := b.rdb.TTL(ctx, b.key("m:"+mid)).Val(); ttl <= 0 || ttl > 2*24*time.Hour {
				t.Errorf("a text ends in %v", ttl)
			}
		}
	}
	if c := b.get(t, call); c.Caller.E164() != plantedCaller.E164() || c.Note.Text != "PLANTED note" || len(c.Answers) != 1 || c.Emergency.ClosedWords != "PLANTED next step" {
		t.Errorf("what is sealed again reads %+v", c)
	}
	if thread, err := b.Messages(ctx, text); err != nil || len(thread) != 2 || thread[0].Text != "PLANTED words of the caller" {
		t.Errorf("%+v %v", thread, err)
	}
	if pos, err := b.Load(ctx, triage.Ref{Case: call}); err != nil || pos.Session.Vars["name"] != "PLANTED name" {
		t.Errorf("session %+v %v", pos.Session, err)
	}
}

var (
	docLine  = regexp.MustCompile(`(?m)^//\t(\S+)(.*)$`)
	lifetime = regexp.MustCompile(`\s(none|–|by length|policy|with the case|(?:close|begin|due) \+ \d+ h|\d+ (?:s|min|h|d)(?:, \d+ h)?)\s`)
	variable = regexp.MustCompile(`<[^>]+>`)
)

// documented reads the table of keys in doc.go: pattern and whether a key
// ends by itself.
func documented(t *testing.T) map[string]bool {
	t.Helper()
	raw, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	ends := map[string]bool{}
	for _, m := range docLine.FindAllStringSubmatch(string(raw), -1) {
		life := lifetime.FindStringSubmatch(m[2] + " ")
		if life == nil {
			t.Fatalf("doc.go gives no lifetime for %s", m[1])
		}
		switch life[1] {
		case "none", "–", "by length", "policy":
			ends[m[1]] = false
		default:
			ends[m[1]] = true
		}
	}
	return ends
}

// STYLE 16: each Redis key is listed with its lifetime.
func TestEveryKeyThatADayLeavesBehindIsDocumentedAndEnds(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{Pace: hotline.Pace{PerSecond: 500}, Limits: store.Limits{Calls: 5, Within: time.Hour, All: 1000, AllWithin: time.Minute}})
	b.day(t)
	b.wait(t, hotline.Routine, "en")
	if err := b.LegEnded(t.Context(), "CA1"); err != nil {
		t.Fatal(err)
	}
	b.play(t, hotline.Triage)
	b.thread(t, 7)
	if _, err := b.FirstToTell(t.Context(), "era-that-is-lost"); err != nil {
		t.Fatal(err)
	}
	if err := b.Publish(t.Context(), "0a1b", "0a1b", []byte("files")); err != nil {
		t.Fatal(err)
	}
	b.begin(t, "0a1b")
	if err := b.Alert(t.Context(), hotline.ScriptRefused, "a finding"); err != nil {
		t.Fatal(err)
	}
	p := b.play(t, hotline.Waiting) // whose record stays open
	if _, err := b.Leave(t.Context(), p.ID, p.PatientLeg); err != nil {
		t.Fatal(err)
	}
	b.afterCare(t)
	b.leftMessage(t)
	b.retire(t)
	b.mistyped(t)
	b.tooOften(t)
	if _, err := b.SetConflicts(t.Context(), hotline.NewStaffID(), []hotline.Number{caller(70)}); err != nil {
		t.Fatal(err)
	}
	forms, used := documented(t), map[string]bool{}
	for key := range b.dump(t) {
		name := strings.TrimPrefix(key, b.key(""))
		form := match(forms, name)
		if form == "" {
			t.Errorf("%s is not in doc.go", name)
			continue
		}
		used[form] = true
		ttl := b.rdb.PTTL(t.Context(), key).Val()
		open := strings.HasPrefix(form, "case:") && b.open(t, name) || strings.HasPrefix(form, "ses:") && b.open(t, "case:"+strings.TrimPrefix(name, "ses:"))
		if forms[form] && ttl <= 0 && !open {
			t.Errorf("%s never ends, doc.go says it does", name)
		}
		if !forms[form] && ttl > 0 {
			t.Errorf("%s ends in %v, doc.go says it does not", name, ttl)
		}
	}
	for form := range forms {
		if !used[form] {
			t.Errorf("doc.go lists %s, which no day leaves behind", form)
		}
	}
}

// match finds the longest documented form that a key has.
func match(forms map[string]bool, name string) string {
	best := ""
	for form := range forms {
		parts := variable.Split(form, -1)
		for i := range parts {
			parts[i] = regexp.QuoteMeta(parts[i])
		}
		if regexp.MustCompile("^"+strings.Join(parts, ".+")+"$").MatchString(name) && len(form) > len(best) {
			best = form
		}
	}
	return best
}

// open: the case, or its emergency record, still needs a person.
func (b *bundle) open(t fataler, name string) bool {
	t.Helper()
	c := b.get(t, hotline.CaseID(strings.TrimPrefix(name, "case:")))
	return c.State.Open() || c.Emergency.Open()
}

// FAULTS 48: a field that was changed in Redis, or moved from another case, is
// read as nothing. The case itself and everybody else stay in the queue, and it
// is claimed as any other.
func TestOneUnreadableCaseHidesNobody(t *testing.T) {
	t.Parallel()
	b := setup(t, store.Options{})
	first, second, third := b.wait(t, hotline.Emergency, "en"), b.wait(t, hotline.Routine, "en"), b.wait(t, hotline.Routine, "es")
	foreign := b.hash(t, second.ID)["number"]
	if foreign == "" {
		t.Fatal("no number is kept")
	}
	if err := b.rdb.HSet(t.Context(), b.key("case:"+string(first.ID)), "number", foreign, "answers", "changed", "note", foreign).Err(); err != nil {
		t.Fatal(err)
	}
	q, err := b.Queue(t.Context())
	if err != nil || len(q.Cases) != 3 || q.Cases[0].ID != first.ID || q.Cases[0].Caller.Known() || !q.Cases[1].Caller.Known() || q.Cases[2].ID != third.ID {
		t.Fatalf("the queue is %+v, %v", q.Cases, err)
	}
	if board, err := b.Board(t.Context()); err != nil || len(board.Escalations) != 1 {
		t.Errorf("the board shows %d emergencies, %v", len(board.Escalations), err)
	}
	c, err := b.claim(t.Context(), b.on(t))
	if err != nil || c.ID != first.ID || c.PatientLeg == "" {
		t.Errorf("claimed %s with leg %q, %v", c.ID, c.PatientLeg, err)
	}
	if c, err := b.Case(t.Context(), first.ID); err != nil || c.State != hotline.Claimed {
		t.Errorf("read alone it is %s, %v", c.State, err)
	}
}
