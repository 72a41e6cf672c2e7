package webhook_test

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/config"
	"github.com/tideover/tideover/internal/crisis"
	"github.com/tideover/tideover/internal/dispatch"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/intake"
	"github.com/tideover/tideover/internal/triage"
	"github.com/tideover/tideover/internal/twilio"
	"github.com/tideover/tideover/internal/webhook"
)

const (
	public  = "https://line.example"
	account = "AC00000000000000000000000000000001"
	secret  = "0123456789abcdef0123456789abcdef"
	line    = "+15550001000"
	patient = "+14155550123"
	backup  = "+15550009000"
	leg     = "CA00000000000000000000000000000001"
	caseID  = hotline.CaseID("0199aaaa-0000-7000-8000-000000000001")
)

// script compiles the built-in script once for all tests; it never changes.
var script = sync.OnceValues(func() (*triage.Script, error) {
	detector, err := crisis.Load(config.FS())
	if err != nil {
		return nil, err
	}
	return triage.Compile(config.FS(), detector, triage.Unproved())
})

// line of routes between Twilio's requests and a store in memory.
type routes struct {
	*bank
	t       *testing.T
	script  *triage.Script
	http    http.Handler
	refused []string
	alarms  []string
}

func newRoutes(t *testing.T, opt webhook.Options) *routes {
	t.Helper()
	s, err := script()
	if err != nil {
		t.Fatal(err)
	}
	r := &routes{bank: &bank{docs: map[string][]byte{}}, t: t, script: s}
	if opt.PublicURL == "" {
		opt.PublicURL = public
	}
	if opt.Tokens == nil {
		opt.Tokens = []string{secret}
	}
	opt.Account, opt.Number = account, number(line)
	opt.Refused = func(reason string) { r.refused = append(r.refused, reason) }
	opt.Alarm = func(l string) { r.alarms = append(r.alarms, l) }
	log := slog.New(slog.DiscardHandler)
	facts := func(known bool) triage.Facts {
		return triage.Facts{Open: true, Counselors: 1, HasNumber: known, CanText: known}
	}
	now := func() time.Time { return time.Unix(1_760_000_000, 0) }
	desk := intake.New(r.bank, r.bank, r.bank, s, facts, webhook.Renderer(opt.PublicURL), func() string { return "era-1" }, now, log)
	board := dispatch.New(r.bank, nil, people{}, nil, desk.Quiet, log)
	hooks, err := webhook.New(desk, board, r.bank, s, opt, log)
	if err != nil {
		t.Fatal(err)
	}
	e := echo.New()
	hooks.Register(e)
	r.http = e
	return r
}

func number(s string) hotline.Number { return hotline.CallerNumber(s) }

// fields of an inbound call; more are names and values, a value of "-" takes
// the field away.
func fields(more ...string) url.Values {
	f := url.Values{
		"CallSid": {leg}, "AccountSid": {account}, "From": {patient}, "To": {line}, "CallStatus": {"in-progress"}, "Direction": {"inbound"},
	}
	return with(f, more...)
}

// staffFields are of a leg that we dialled.
func staffFields(more ...string) url.Values {
	return with(fields("From", line, "To", "+15550002001", "Direction", "outbound-api"), more...)
}

func textFields(more ...string) url.Values {
	f := url.Values{
		"MessageSid": {"SM00000000000000000000000000000001"}, "AccountSid": {account}, "From": {patient}, "To": {line}, "Body": {"hello"}, "NumMedia": {"0"},
	}
	return with(f, more...)
}

func with(f url.Values, more ...string) url.Values {
	for i := 0; i+1 < len(more); i += 2 {
		if more[i+1] == "-" {
			f.Del(more[i])
			continue
		}
		f.Set(more[i], more[i+1])
	}
	return f
}

// post sends a signed request to one of our own URLs or paths.
func (r *routes) post(target string, f url.Values) *httptest.ResponseRecorder {
	r.t.Helper()
	target = strings.TrimPrefix(target, public)
	req := httptest.NewRequestWithContext(r.t.Context(), http.MethodPost, target, strings.NewReader(f.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("X-Twilio-Signature", twilio.Sign(secret, public+target, f))
	return r.do(req)
}

func (r *routes) do(req *http.Request) *httptest.ResponseRecorder {
	res := httptest.NewRecorder()
	r.http.ServeHTTP(res, req)
	return res
}

// document is what a leg hears and where it goes from there.
type document struct {
	raw   string
	verbs []string          // in order, nested ones too
	attrs map[string]string // of "Gather action", "Dial action" …, the last one
	text  string            // all that is spoken or written, in order, 911 and 988 as digits
	urls  []string
}

// read checks what holds for every document of a call, and takes it apart.
func (r *routes) read(res *httptest.ResponseRecorder) document {
	r.t.Helper()
	raw := res.Body.String()
	if res.Code != http.StatusOK || !strings.HasPrefix(res.Header().Get("Content-Type"), "text/xml") || len(raw) >= 64<<10 ||
		res.Header().Get("Content-Length") != strconv.Itoa(len(raw)) || !strings.HasPrefix(raw, "<") {
		r.t.Fatalf("status %d, headers %v, document:\n%s", res.Code, res.Header(), raw)
	}
	d := document{raw: raw, attrs: map[string]string{}}
	dec := xml.NewDecoder(strings.NewReader(raw))
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			r.t.Fatalf("not well-formed: %v\n%s", err, raw)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			d.verbs = append(d.verbs, tok.Name.Local)
			for _, a := range tok.Attr {
				d.attrs[tok.Name.Local+" "+a.Name.Local] = a.Value
				if strings.HasPrefix(a.Value, "http") {
					d.urls = append(d.urls, a.Value)
				}
			}
			if tok.Name.Local == "Hangup" {
				d.text += "<hangup>"
			}
		case xml.CharData:
			if strings.HasPrefix(string(tok), "http") {
				d.urls = append(d.urls, string(tok))
				d.attrs[d.verbs[len(d.verbs)-1]] = string(tok)
				continue
			}
			d.text += string(tok) + " "
		}
	}
	d.text = strings.NewReplacer("9 1 1", "911", "9 8 8", "988").Replace(d.text)
	return d
}

// kind fails unless it may be the last document of a patient.
func (r *routes) kindToPatients(name string, d document) {
	r.t.Helper()
	if before, _, hangs := strings.Cut(d.text, "<hangup>"); hangs && (!strings.Contains(before, "911") || !strings.Contains(before, "988")) {
		r.t.Errorf("%s: hangs up without naming 988 and 911:\n%s", name, d.raw)
	}
	if len(d.verbs) < 2 {
		r.t.Errorf("%s: an empty document hangs up:\n%s", name, d.raw)
	}
	last := d.verbs[len(d.verbs)-1]
	if last != "Redirect" && last != "Hangup" && last != "Conference" && last != "Number" {
		r.t.Errorf("%s: a dead end after %s:\n%s", name, last, d.raw)
	}
}

// bank is a store in memory of one case; what is not needed here panics.
type bank struct {
	dispatch.Store
	mu    sync.Mutex
	c     *hotline.Case
	ses   triage.Session
	docs  map[string][]byte
	fail  error
	hangs bool // until the request's own limit
	calls []string
	word  string
}

func (b *bank) did(format string, args ...any) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls = append(b.calls, fmt.Sprintf(format, args...))
	return b.fail
}

// wrote reports what was stored.
func (b *bank) wrote() int { return len(b.calls) + len(b.docs) }

func (b *bank) Load(_ context.Context, ref triage.Ref) (triage.Position, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fail != nil {
		return triage.Position{}, b.fail
	}
	if doc, ok := b.docs[ref.Doc]; ok && ref.Doc != "" {
		return triage.Position{Doc: doc}, nil
	}
	if b.c == nil || ref.Case != "" && ref.Case != b.c.ID || ref.Leg != "" && ref.Leg != string(b.c.PatientLeg) || ref.Caller.Known() && ref.Caller != b.c.Caller {
		return triage.Position{}, hotline.ErrNotFound
	}
	return triage.Position{Case: *b.c, Session: b.ses, Now: time.Unix(1_760_000_000, 0)}, nil
}

func (b *bank) Commit(ctx context.Context, t triage.Turn, _ hotline.Case) (triage.Committed, error) {
	if b.hangs {
		<-ctx.Done()
		return triage.Committed{}, hotline.ErrUnknown
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fail != nil {
		return triage.Committed{}, b.fail
	}
	name := t.Name
	if name == "" {
		name = strconv.Itoa(t.N)
	}
	if doc, ok := b.docs[t.Leg+":"+name]; ok {
		return triage.Committed{Doc: doc, Word: triage.Replay}, nil
	}
	if b.c == nil {
		b.c = &hotline.Case{ID: t.Case, State: hotline.Triage, Band: hotline.Routine, Channel: t.Channel, Turn: -1, Caller: t.Caller, PatientLeg: hotline.Leg(t.Leg)}
	}
	if t.Doc == nil {
		b.ses, b.c.State = t.Next, hotline.Promised
		return triage.Committed{Word: triage.Awaited, Outcome: "promised"}, nil
	}
	for _, e := range t.Effects {
		switch e := e.(type) {
		case triage.Enqueue:
			b.c.Band = min(b.c.Band, e.Band)
			if b.c.State == hotline.Triage {
				b.c.State, b.c.Place = hotline.Waiting, 2
			}
		case triage.End:
			b.c.State = hotline.Closed
		case triage.Say, triage.Ask, triage.Page, triage.Raise, triage.Promise, triage.Prefer, triage.Seat, triage.Tape, triage.Keep, triage.Erase, triage.ByText, triage.ToText, triage.ToVoice, triage.Owe, triage.SendText, triage.Record:
		}
	}
	b.ses, b.c.Turn, b.c.Lang = t.Next, t.N, t.Next.Lang
	b.docs[t.Leg+":"+name] = t.Doc
	return triage.Committed{Doc: t.Doc, Word: triage.Kept}, nil
}

func (b *bank) Case(context.Context, hotline.CaseID) (hotline.Case, error) {
	if b.fail != nil {
		return hotline.Case{}, b.fail
	}
	if b.c == nil {
		return hotline.Case{}, hotline.ErrNotFound
	}
	return *b.c, nil
}

func (b *bank) Leave(_ context.Context, _ hotline.CaseID, l hotline.Leg) (hotline.State, error) {
	return hotline.Closed, b.did("leave %s", l)
}

func (b *bank) Raise(context.Context, hotline.CaseID, hotline.CounselorID, hotline.Band, bool, int, string) (hotline.State, error) {
	return hotline.Live, b.did("raise")
}

func (b *bank) Recorded(_ context.Context, id hotline.CaseID, leg hotline.Leg, turn int, rec hotline.Recording, _ int, here bool) error {
	return b.did("recorded %s %s %d %s %d %t", id, leg, turn, rec.Sid, rec.Seconds, here)
}

func (b *bank) Receive(_ context.Context, _ hotline.CaseID, _, _ string, doc []byte) ([]byte, error) {
	return doc, b.did("receive")
}

func (b *bank) OptOut(_ context.Context, _ hotline.Number, out bool) error {
	return b.did("optout %v", out)
}
func (b *bank) LeaveGroups(context.Context, hotline.Number) (int, error) { return 0, b.fail }

func (b *bank) OptedOut(context.Context, hotline.Number) (bool, error) { return false, b.fail }

func (b *bank) Kept(_ context.Context, key string, _ hotline.Token) ([]byte, bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	doc, ok := b.docs[key]
	return doc, ok, b.fail
}

func (b *bank) Keep(_ context.Context, key string, _ hotline.Token, doc []byte) ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if kept, ok := b.docs[key]; ok || b.fail != nil {
		return kept, b.fail
	}
	b.docs[key] = doc
	return doc, nil
}

func (b *bank) KeepStep(ctx context.Context, _ hotline.Leg, _ int, key string, tok hotline.Token, doc []byte) ([]byte, error) {
	return b.Keep(ctx, key, tok, doc)
}

func (b *bank) HangUp(context.Context, hotline.Leg) (hotline.CaseID, error) {
	return "", hotline.ErrNotFound
}

func (b *bank) Delivery(_ context.Context, mid, state string) error {
	if b.c == nil && b.fail == nil {
		return hotline.ErrNotFound
	}
	return b.did("delivery %s %s", mid, state)
}

func (b *bank) Connect(_ context.Context, _ hotline.CaseID, _ int64, l hotline.Leg, _ string) (hotline.Case, error) {
	return *b.c, b.did("connect %s", l)
}

func (b *bank) GiveBack(_ context.Context, _ hotline.CaseID, g hotline.GiveBack) (hotline.State, error) {
	return hotline.Waiting, b.did("giveback %s", g.Code)
}

func (b *bank) Finish(_ context.Context, _ hotline.CaseID, f hotline.Finish) (hotline.State, error) {
	return f.To, b.did("finish %s", f.To)
}

func (b *bank) Attend(_ context.Context, _ hotline.CaseID, who hotline.CounselorID, _ hotline.Leg, _ string) (string, string, error) {
	return b.word, "", b.did("attend %s", who)
}
func (b *bank) PassOn(context.Context, hotline.CaseID) error { return b.did("passon") }
func (b *bank) LegEnded(context.Context, hotline.Leg) error  { return b.fail }

func (b *bank) PickUp(_ context.Context, _ hotline.CaseID, _ int64, l hotline.Leg) error {
	return b.did("pickup %s", l)
}

func (b *bank) Room(context.Context, hotline.RoomEvent) (hotline.RoomVerdict, error) {
	return hotline.RoomVerdict{Word: "stale"}, b.did("room")
}
