package console

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

// frame is what every page knows. Only the fields of its own content are set.
type frame struct {
	Lang, Other      hotline.Lang
	Title, Page      string // keys of words
	Path, LineName   string
	Person           *staff.Person
	Sees             struct{ Queue, Board, Audit bool }
	Demo, Unreviewed bool
	Spoken           []spoken // texts that the script of the page says

	DataLost, MayClaim, MaySee, Supervises bool

	Queue    *queuePage
	Shift    *shiftPage
	Contacts []contactRow
	Contact  *contactPage
	Paged    bool // Contact is shown to whoever was paged about it
	Board    *boardPage
	Entries  []entryView
}

type spoken struct{ Key, Text string }

func (k *Console) frame(c echo.Context, v staff.Visitor, p page) *frame {
	f := &frame{
		LineName: k.opt.LineName, Demo: k.opt.Demo, Unreviewed: k.opt.Unreviewed != nil && k.opt.Unreviewed(),
		Title: map[string]string{"signin": "sign-in", "contactpage": "contact", "wallboard": "wallboard", "audit": "audit", "oncallpage": "on-call"}[p.name],
		Page:  p.name, Lang: speaks(c.Request(), v.Person), Other: hotline.Spanish, Path: c.Request().URL.Path,
	}
	if f.Title == "" {
		f.Title = "console"
	}
	if f.Lang == hotline.Spanish {
		f.Other = hotline.English
	}
	if v.ID != "" {
		shown := v.Person
		shown.Name = visible(shown.Name)
		f.Person = &shown
		f.Sees.Queue, f.Sees.Board, f.Sees.Audit = may(v, staff.TakeCases), v.Role.May(staff.SeeBoard), v.Role.May(staff.SeeAudit)
	}
	if !p.part {
		f.Spoken = k.spoken(f.Lang)
	}
	return f
}

// spoken are the words that the script of the page needs: outcomes and
// problems.
func (k *Console) spoken(lang hotline.Lang) []spoken {
	var out []spoken
	for key := range k.pages.words {
		if strings.HasPrefix(key, "problem.") || strings.HasPrefix(key, "say.") {
			out = append(out, spoken{key, k.pages.say(key, lang)})
		}
	}
	return out
}

type queuePage struct {
	Total           int
	Oldest, Longest string
	Rows            []queueRow
}

type queueRow struct {
	ID                 string
	Place              int
	Band, Channel      string
	Language           string
	Needs              []string
	Caller             string
	Since, Waited      string
	Callback, OptedOut bool
	Untexted           bool
	Message            string // its length; empty: none was left
}

func queueView(q hotline.Queue) *queuePage {
	out := &queuePage{Total: len(q.Cases), Oldest: oldest(q), Longest: clockOf(q.LongestWait())}
	for _, c := range q.Cases {
		out.Rows = append(out.Rows, queueRow{
			ID: string(c.ID), Place: c.Place, Band: c.Band.String(), Channel: string(c.Channel), Language: "lang." + language(c.Lang),
			Needs: needKeys(c), Caller: c.Caller.Masked(), Since: stampText(c.Enqueued), Waited: clockOf(c.Waited(q.AsOf)),
			Callback: c.State == hotline.Promised, OptedOut: c.OptedOut, Untexted: c.Untexted, Message: tapeLength(c),
		})
	}
	return out
}

func needKeys(c hotline.Case) []string {
	var out []string
	for _, n := range c.Needs {
		out = append(out, "need."+string(n))
	}
	return out
}

// oldest is the first enqueue of whoever has waited longest.
func oldest(q hotline.Queue) string {
	var first time.Time
	for _, c := range q.Cases {
		if !c.Enqueued.IsZero() && (first.IsZero() || c.Enqueued.Before(first)) {
			first = c.Enqueued
		}
	}
	return stampText(first)
}

type shiftPage struct {
	State, Since, SinceShort string
	Told                     string // key of words
	Missed                   int
	Voice, SMS, RingMe       bool
	ByPhone                  bool // no claim here rings anybody: the line is called already
}

func shiftView(s hotline.Shift) *shiftPage {
	out := &shiftPage{State: string(s.State), Since: stampText(s.Since), SinceShort: hourOf(s.Since), Missed: s.Missed, RingMe: s.RingMe}
	out.ByPhone = s.Via == viaPhone && s.State != hotline.Off && s.State != ""
	if out.State == "" {
		out.State = string(hotline.Off)
	}
	for _, ch := range s.Channels {
		out.Voice = out.Voice || ch == hotline.Voice
		out.SMS = out.SMS || ch == hotline.SMS
	}
	if len(s.Channels) == 0 {
		out.Voice, out.SMS = true, true
	}
	switch s.Told {
	case "":
	case "missed-rings":
		out.Told = "told-missed"
	default:
		out.Told = "told-other"
	}
	return out
}

type contactRow struct {
	ID, Band, Caller, Channel string
	Says                      string // key of words
}

func contactLine(c hotline.Case) contactRow {
	return contactRow{ID: string(c.ID), Band: c.Band.String(), Caller: c.Caller.Masked(), Channel: string(c.Channel), Says: says(c)}
}

// says is the key of the sentence for where a case stands.
func says(c hotline.Case) string {
	switch {
	case c.State == hotline.Live && c.Channel == hotline.SMS:
		return "state.text"
	case c.State == hotline.Claimed && c.Voicemail.Left() && c.DialBack:
		return "state.message"
	}
	return "state." + string(c.State)
}

type emergencyView struct {
	Case, OpenedAt, OpenedShort string
	AcknowledgedBy              string
	Attended, Confirmed         bool
	Caller, Channel, Says       string
}

func emergencyOn(c hotline.Case, now time.Time, name func(hotline.CounselorID) string) emergencyView {
	e := emergencyView{
		Case: string(c.ID), OpenedAt: stampText(c.Emergency.OpenedAt), OpenedShort: clockOf(now.Sub(c.Emergency.OpenedAt)),
		Attended: !c.Emergency.AttendedAt.IsZero(), Confirmed: !c.Emergency.ConfirmedAt.IsZero(),
		Caller: c.Caller.Masked(), Channel: string(c.Channel), Says: says(c),
	}
	if !c.Emergency.AcknowledgedAt.IsZero() {
		e.AcknowledgedBy = name(c.Emergency.AcknowledgedBy)
	}
	return e
}

type contactPage struct {
	contactRow
	State, Language                                         string
	Needs                                                   []string
	Talking                                                 string // since when, for the timer
	Mine, MayWrite, MayRelease, MayTransfer, MayClose, Text bool
	MayReveal, OptedOut, Untexted                           bool
	Emergency                                               *emergencyView
	Talk                                                    *talkView
	Message                                                 *tapeView
	Thread                                                  []threadLine
	Note                                                    string
	NoteVersion                                             int
	Answers                                                 []answerJSON
	Callback                                                *callbackView
	Risk                                                    int
	Hits                                                    []hitView
	Colleagues                                              []colleague
	Dispositions                                            []hotline.Disposition
}

type threadLine struct {
	ID, Direction string
	Words         []piece
	At, AtShort   string
	State         string
}

type colleague struct{ ID, Name string }

type entryView struct{ At, Who, Did, Case, Why string }

// contactView shows what a visitor may do with a case where it stands.
func (k *Console) contactView(v staff.Visitor, c hotline.Case, thread []hotline.Message, lang hotline.Lang, name func(hotline.CounselorID) string) *contactPage {
	own := mine(v, c)
	out := &contactPage{
		contactRow: contactLine(c), State: string(c.State), Language: "lang." + language(c.Lang), Mine: own, Text: c.Channel == hotline.SMS,
		MayWrite: mayWrite(v, c), MayRelease: own && c.State == hotline.Claimed,
		MayTransfer: own && (c.State == hotline.Live || c.State == hotline.WrapUp),
		MayClose:    own && (c.State == hotline.Live || c.State == hotline.WrapUp),
		MayReveal:   mayReveal(v, c), OptedOut: c.OptedOut, Untexted: c.Untexted, Note: c.Note.Text, NoteVersion: c.Note.Version,
		Answers: k.answersOf(allAnswers(c), lang), Callback: callbackOn(c, k.Now()), Risk: c.Risk, Hits: hitViews(c.Hits), Dispositions: hotline.Dispositions(), Needs: needKeys(c),
		Message: tapeOn(v, c),
	}
	if c.State == hotline.Live {
		out.Talking = stampText(c.AnsweredAt)
	}
	out.Talk = talkOn(v, c, name)
	if c.Emergency.Open() {
		e := emergencyOn(c, k.Now(), name)
		out.Emergency = &e
	}
	replied := false
	for _, m := range thread {
		replied = replied || m.Direction == hotline.Outbound
		out.Thread = append(out.Thread, threadLine{
			ID: m.ID, Direction: string(m.Direction), Words: k.pieces(m), At: stampText(m.At), AtShort: hourOf(m.At), State: m.State,
		})
	}
	out.MayRelease = out.MayRelease || own && out.MayWrite && !replied
	return out
}

type boardPage struct {
	AsOf, AsOfShort, Oldest, Longest, Level string
	Total, Answered, Abandoned              int
	NobodyOn                                bool
	Bands, Counselors, Channels, Languages  []bar
	Escalations                             []emergencyView
	Alerts                                  []alertView
	Promises                                []promiseView
	Script, ScriptSince, ScriptAge          string
}

type bar struct {
	Key, Word string
	N, Share  int
}

func boardView(b hotline.Board, name func(hotline.CounselorID) string) *boardPage {
	d, s := b.Queue.Depth(), b.Staffing
	out := &boardPage{
		Alerts: alertViews(b.Alerts), Promises: promiseViews(b.Queue), Script: shortVersion(b.Script), ScriptSince: stampText(b.ScriptSince), ScriptAge: ageOf(scriptAge(b)),
		AsOf: stampText(b.Queue.AsOf), AsOfShort: hourOf(b.Queue.AsOf), Oldest: oldest(b.Queue), Longest: clockOf(b.Queue.LongestWait()),
		Level: served(b), Total: d.Total, Answered: b.Answered, Abandoned: b.Abandoned,
		NobodyOn: d.Total > 0 && s.Available+s.Ringing+s.Live+s.WrapUp == 0,
		Counselors: []bar{
			{Word: "c.available", N: s.Available},
			{Word: "c.ringing", N: s.Ringing},
			{Word: "c.live", N: s.Live},
			{Word: "c.wrap_up", N: s.WrapUp},
			{Word: "c.break", N: s.Break},
			{Word: "c.off", N: s.Off},
			{Word: "c.by_phone", N: s.ByPhone},
		},
		Channels: []bar{{Word: "channel.voice", N: d.ByChannel[hotline.Voice]}, {Word: "channel.sms", N: d.ByChannel[hotline.SMS]}},
	}
	for _, band := range hotline.Bands() {
		out.Bands = append(out.Bands, bar{Key: band.String(), Word: "band." + band.String(), N: d.ByBand[band], Share: 100 * d.ByBand[band] / max(d.Total, 1)})
	}
	for l, n := range d.ByLang {
		out.Languages = append(out.Languages, bar{Word: "lang." + language(l), N: n})
	}
	slices.SortFunc(out.Languages, func(a, b bar) int { return cmp.Or(b.N-a.N, cmp.Compare(a.Word, b.Word)) })
	for _, c := range b.Escalations {
		out.Escalations = append(out.Escalations, emergencyOn(c, b.Queue.AsOf, name))
	}
	return out
}

func stampText(t time.Time) string {
	if s := stamp(t); s != nil {
		return *s
	}
	return ""
}

// hourOf is shown until the page's script writes it in the reader's zone.
func hourOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("15:04") + " UTC"
}

// clockOf writes a duration as minutes and seconds.
func clockOf(d time.Duration) string {
	s := int(max(d, 0).Seconds())
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// served is the service level; before anybody was answered or gave up there is
// none to show.
func served(b hotline.Board) string {
	if b.Answered+b.Abandoned == 0 {
		return "–"
	}
	return fmt.Sprintf("%.0f %%", b.ServiceLevel()*100)
}
