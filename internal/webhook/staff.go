package webhook

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/internal/dispatch"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
	"github.com/tideover/tideover/internal/twilio"
)

// inbound is Twilio's direction of a call that came to the line.
const inbound = "inbound"

// staffLeg is a request of a counselor's leg, of a person on call, or of a
// patient who is dialled back.
type staffLeg struct {
	call  twilio.Call
	id    hotline.CaseID
	epoch int64
	n     int    // page
	turn  string // names the document among those of the leg
	name  string // the same without case and owner
	t     int    // turn of the leg
	key   string
	lang  hotline.Lang // that the person on the leg hears
}

// next is the URL of what follows on this leg, which carries its turn plus one.
func (h *Hooks) next(path string, l staffLeg, id hotline.CaseID, epoch int64) string {
	return h.links.staff(path, id, epoch, "t", strconv.Itoa(l.t+1), "l", string(l.lang))
}

// leg answers a request of a staff leg once: a repeat gets the first document.
// While the store fails the leg hears so and asks again.
func (h *Hooks) leg(c echo.Context, turn string, answer func(ctx context.Context, l staffLeg) ([]twilio.Verb, error)) error {
	return h.once(c, turn, h.say(triage.StaffFailing, hotline.English), answer)
}

// once is leg with its own words for the time that the store fails.
func (h *Hooks) once(c echo.Context, turn string, failing []twilio.Verb, answer func(ctx context.Context, l staffLeg) ([]twilio.Verb, error)) error {
	call, err := form(c).Call()
	if err != nil {
		return h.refuse(c, http.StatusBadRequest, "malformed", form(c).Names())
	}
	m := mark(c.QueryParams())
	l := staffLeg{
		call: call, id: m.Case, epoch: m.Epoch, n: positive(c.QueryParam("k")), turn: turn, t: positive(c.QueryParam("t")), key: call.Digits, lang: spokenIn(m.Lang),
	}
	if c.QueryParam("t") != "" {
		l.turn += c.QueryParam("t")
	}
	l.name = l.turn
	if call.Direction == inbound && l.id != "" { // one leg serves many cases
		l.turn += ":" + string(l.id) + ":" + strconv.FormatInt(l.epoch, 10)
	}
	if l.key == "" && !call.HasDigits && singleKey(c.QueryParam("key")) {
		l.key = c.QueryParam("key")
	}
	ctx := c.Request().Context()
	doc, err := h.keptOr(ctx, call.Sid+":"+l.turn, token(c), func() ([]byte, error) {
		verbs, err := answer(ctx, l)
		if err != nil {
			return nil, err
		}
		return twilio.Voice(verbs...)
	})
	if err != nil {
		h.log.ErrorContext(ctx, "staff leg without the store", "route", c.Path(), "case", l.id, "error", err)
		if l.key == "9" && c.Path() == pathCounselorMenu { // the call for help does not wait for the store
			h.opt.Alarm(call.Sid)
		}
		again := h.links.public + h.again(c, call.Digits)
		return h.write(c, append(failing, twilio.Pause{Seconds: 2}, twilio.Redirect{URL: again})...)
	}
	return page(c, doc)
}

func (h *Hooks) keptOr(ctx context.Context, key string, tok hotline.Token, make func() ([]byte, error)) ([]byte, error) {
	doc, kept, err := h.docs.Kept(ctx, key, tok)
	if err != nil || kept {
		return doc, err
	}
	if doc, err = make(); err != nil {
		return nil, err
	}
	return h.docs.Keep(ctx, key, tok, doc)
}

// ending are the last words of a staff leg.
var ending = map[dispatch.Verdict]triage.PhraseID{
	dispatch.Released: triage.StaffReleased, dispatch.Left: triage.StaffLeft, dispatch.Taken: triage.StaffTaken,
	dispatch.Ended: triage.StaffEnded, dispatch.ByText: triage.PageByText, dispatch.Passed: triage.PagePassed,
	dispatch.Handled: triage.PageHandled, dispatch.No: triage.GuestNo, dispatch.Out: triage.GuestOut,
}

// end are the last words of a leg that we dialled. One that called us goes on
// with its loop.
func (h *Hooks) end(v dispatch.Verdict, l staffLeg) []twilio.Verb {
	if l.call.Direction == inbound {
		return []twilio.Verb{twilio.Redirect{URL: h.links.staff(pathPhoneTurn, l.id, l.epoch, "n", l.name, "w", string(v), "l", string(l.lang))}}
	}
	id, known := ending[v]
	if !known {
		id = triage.StaffEnded
	}
	return append(h.say(id, l.lang), twilio.Hangup{})
}

// gate asks for a key and says nothing private; silence goes where a key would.
func (h *Hooks) gate(id triage.PhraseID, lang hotline.Lang, next string) []twilio.Verb {
	return []twilio.Verb{
		twilio.Gather{Keys: 1, FinishOnKey: &noKey, Timeout: 8, Action: next, Body: h.say(id, lang)},
		twilio.Redirect{URL: next},
	}
}

// counselor is a counselor's phone that was picked up.
func (h *Hooks) counselor(c echo.Context) error {
	return h.leg(c, "0", func(ctx context.Context, l staffLeg) ([]twilio.Verb, error) {
		v, cs, err := h.board.Answered(ctx, l.id, l.epoch)
		if err != nil {
			return nil, err
		}
		if l.lang, err = h.board.Speaks(ctx, cs.Owner); err != nil {
			return nil, err
		}
		if v == dispatch.Gate {
			return h.gate(triage.StaffGate, l.lang, h.next(pathCounselorKey, l, l.id, l.epoch)), nil
		}
		return h.end(v, l), nil
	})
}

func (h *Hooks) counselorKey(c echo.Context) error {
	return h.leg(c, "key", func(ctx context.Context, l staffLeg) ([]twilio.Verb, error) {
		v, cs, err := h.board.Pressed(ctx, l.id, l.epoch, hotline.Leg(l.call.Sid), l.key)
		if err != nil {
			return nil, err
		}
		if v == dispatch.Join {
			return append(h.brief(cs, l.lang), h.intoRoom(cs, "counselor", l)), nil
		}
		return h.end(v, l), nil
	})
}

// intoRoom bridges a staff leg. The star leads out to the menu.
func (h *Hooks) intoRoom(c hotline.Case, label string, l staffLeg) twilio.Verb {
	return twilio.Dial{
		Action: h.next(pathCounselorAfter, l, c.ID, c.Epoch), TimeLimit: talkLimit, HangupOnStar: true, Room: h.links.roomOf(c.ID, c.Room, label, l.lang),
	}
}

// brief is what a counselor must know of the caller, in at most 8 s.
func (h *Hooks) brief(c hotline.Case, lang hotline.Lang) []twilio.Verb {
	word := func(prefix triage.PhraseID, key string) string { return h.script.Word(prefix, key, lang) }
	return h.say(triage.StaffBrief, lang,
		"band", word(triage.WordBand, c.Band.String()), "lang", word(triage.WordLang, string(spokenIn(c.Lang))),
		"need", word(triage.WordNeed, string(c.Need())), "risk", word(triage.WordRisk, string('0'+rune(min(max(c.Risk, 0), 3)))))
}

// calledBack says to a counselor what became of a callback.
var calledBack = map[string]triage.PhraseID{
	hotline.CalledNoAnswer: triage.StaffNoAnswer, hotline.CalledBusy: triage.StaffNotReached, hotline.CalledFailed: triage.StaffNotReached,
	hotline.CalledSilent: triage.StaffNobody, hotline.CalledMessage: triage.StaffNobody, hotline.CalledDeclined: triage.StaffNobody,
}

// counselorOver tells a staff leg why it is dismissed.
func (h *Hooks) counselorOver(c echo.Context) error {
	m, w := mark(c.QueryParams()), c.QueryParam("w")
	l := staffLeg{id: m.Case, epoch: m.Epoch, lang: spokenIn(m.Lang)}
	if call, err := form(c).Call(); err == nil {
		l.call = call
	}
	id, back := calledBack[w]
	if back && l.call.Direction != inbound {
		return h.write(c, append(h.say(id, l.lang), twilio.Hangup{})...)
	}
	why := map[string]dispatch.Verdict{
		"left": dispatch.Left, "taken": dispatch.Taken, "ended": dispatch.Ended, "handled": dispatch.Handled, "passed": dispatch.Passed, "part": dispatch.No,
	}
	v, known := why[w]
	switch {
	case back:
		v = dispatch.NotReached
	case !known:
		v = dispatch.Released
	}
	l.name = "over-" + string(v)
	return h.write(c, h.end(v, l)...)
}

func (h *Hooks) counselorStatus(c echo.Context) error {
	call, err := form(c).Call()
	m := mark(c.QueryParams())
	if err != nil || m.Case == "" || !ended(call.Status) {
		return c.NoContent(http.StatusNoContent)
	}
	return h.over(c, call, func(ctx context.Context, leg hotline.Leg) error {
		return h.board.LegOver(ctx, m.Case, m.Epoch, leg, call.Status)
	})
}

// room is a callback of a conference.
func (h *Hooks) room(c echo.Context) error {
	e, err := form(c).RoomEvent()
	m := mark(c.QueryParams())
	if err != nil || m.Case == "" {
		return c.NoContent(http.StatusNoContent)
	}
	what, news := map[string]string{"participant-join": "join", "participant-leave": "leave", "conference-start": "start"}[e.Event]
	if !news {
		return c.NoContent(http.StatusNoContent)
	}
	return h.done(c, h.board.RoomEvent(c.Request().Context(), hotline.RoomEvent{
		Case: m.Case, Room: c.QueryParam("r"), Conference: e.Conference, What: what, Label: e.Label, Leg: hotline.Leg(e.CallSid),
		LegOver: e.LeaveStatus == "completed", Sequence: e.Sequence,
	}))
}

// roomWait is heard by whoever is alone in a room.
func (h *Hooks) roomWait(c echo.Context) error {
	m := mark(c.QueryParams())
	self := h.links.to(pathRoomWait, "l", string(m.Lang))
	return h.write(c, append(h.say(triage.ConnectingLine, m.Lang), twilio.Play{URL: h.links.to(pathAudio)}, twilio.Redirect{URL: self})...)
}
