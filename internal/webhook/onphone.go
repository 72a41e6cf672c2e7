package webhook

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/internal/dispatch"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
	"github.com/tideover/tideover/internal/twilio"
)

const (
	longestPIN  = 8
	pinPatience = 6 // seconds after the last digit
	speakEvery  = 4 // turns of a loop in which nothing is new
)

// askPIN is a question of its own. It says what for, and nothing else: the
// caller id may be forged.
func (h *Hooks) askPIN(lang hotline.Lang, next string) []twilio.Verb {
	return []twilio.Verb{
		twilio.Gather{Keys: longestPIN, Timeout: pinPatience, Action: next, Body: h.say(triage.PhonePIN, lang)},
		twilio.Redirect{URL: next},
	}
}

// phoneTurn is a turn of the leg of a counselor who called in. With a name
// instead of a turn the leg comes back from a talk, or was sent here.
func (h *Hooks) phoneTurn(c echo.Context) error {
	call, err := form(c).Call()
	if err != nil {
		return h.refuse(c, http.StatusBadRequest, "malformed", form(c).Names())
	}
	ctx, m := c.Request().Context(), mark(c.QueryParams())
	turn := positive(c.QueryParam("t"))
	name := call.Sid + ":phone" + strconv.Itoa(turn)
	if turn == 0 {
		name = call.Sid + ":phone-" + m.Name + ":" + string(m.Case) + ":" + strconv.FormatInt(m.Epoch, 10)
	}
	key := call.Digits
	if key == "" && !call.HasDigits && singleKey(c.QueryParam("key")) {
		key = c.QueryParam("key")
	}
	doc, err := h.phoneDoc(ctx, c, call, name, turn, key)
	if err != nil {
		h.log.ErrorContext(ctx, "counselor's call without the store", "route", c.Path(), "error", err)
		again := h.links.public + h.again(c, call.Digits)
		return h.write(c, append(h.say(triage.StaffFailing, spokenIn(m.Lang)), twilio.Pause{Seconds: 2}, twilio.Redirect{URL: again})...)
	}
	return page(c, doc)
}

func (h *Hooks) phoneDoc(ctx context.Context, c echo.Context, call twilio.Call, name string, turn int, key string) ([]byte, error) {
	for range 3 { // a document in between moves the turn
		doc, kept, err := h.docs.Kept(ctx, name, token(c))
		if err != nil || kept {
			return doc, err
		}
		p, err := h.board.Phone(ctx, hotline.Leg(call.Sid), turn, key)
		if err != nil {
			return nil, err
		}
		if p.Then == dispatch.AsPatient {
			m, _, err := h.patient(c)
			if err != nil {
				return nil, err
			}
			m.Name, m.Case, m.Turn = "patient", "", 0
			return h.desk.Begin(ctx, m)
		}
		if doc, err = twilio.Voice(h.phoneVerbs(p, c, call, key)...); err != nil {
			return nil, err
		}
		if p.Current || p.Then == dispatch.Again {
			return doc, nil
		}
		doc, err = h.docs.KeepStep(ctx, hotline.Leg(call.Sid), turn, name, token(c), doc)
		if !errors.Is(err, hotline.ErrStale) {
			return doc, err
		}
	}
	return nil, hotline.ErrUnknown
}

// told are words about what has just happened.
var told = map[dispatch.Verdict]triage.PhraseID{
	dispatch.WrongPIN: triage.PhoneWrong, dispatch.On: triage.PhoneOn, dispatch.Noted: triage.PhoneNoted, dispatch.Faster: triage.PhoneFaster,
	dispatch.Left: triage.PhoneLeft, dispatch.Ended: triage.PhoneEnded, dispatch.Taken: triage.PhoneTaken, dispatch.Released: triage.PhoneReleased,
	dispatch.NotReached: triage.PhoneNotReached,
}

// phoneVerbs is a document of the leg: what happened, and where it stands.
func (h *Hooks) phoneVerbs(p dispatch.PhoneTurn, c echo.Context, call twilio.Call, key string) []twilio.Verb {
	lang := spokenIn(p.Lang)
	why := dispatch.Verdict(c.QueryParam("w"))
	var words []twilio.Verb
	for _, v := range []dispatch.Verdict{why, p.First} {
		if id, known := told[v]; known {
			words = append(words, h.say(id, lang)...)
		}
	}
	total := p.Waiting[0] + p.Waiting[1] + p.Waiting[2] + p.Waiting[3]
	next := h.links.to(pathPhoneTurn, "t", strconv.Itoa(p.Turn+1), "l", string(lang), "k", strconv.Itoa(total))
	l := staffLeg{call: call, id: p.Case.ID, epoch: p.Case.Epoch, t: p.Turn, lang: lang}
	before, looped := positive(c.QueryParam("k")), c.QueryParam("k") != ""
	speak := key != "" || len(words) > 0 || !looped || total != before || p.Turn%speakEvery == 0
	switch p.Then { //nolint:exhaustive // where a leg stands; all else ends with the goodbye
	case dispatch.AskPIN:
		return append(words, h.askPIN(lang, next)...)
	case dispatch.NoPIN:
		return append(words, append(h.say(triage.PhoneNoPIN, lang), twilio.Hangup{})...)
	case dispatch.Again:
		return []twilio.Verb{twilio.Redirect{URL: h.links.to(pathVoice)}}
	case dispatch.Join:
		return append(words, append(h.brief(p.Case, lang), h.intoRoom(p.Case, "counselor", l))...)
	case dispatch.Back:
		return append(words, h.roomOf(p.Case, l, p.Then))
	case dispatch.Next:
		return h.loop(append(words, h.queue(p.Waiting, total, looped && before == 0, speak, lang)...), next)
	case dispatch.Paused, dispatch.WrapUp:
		id := triage.PhonePaused
		if p.Then == dispatch.WrapUp {
			id = triage.PhoneWrapUp
		}
		if speak {
			words = append(words, h.say(id, lang)...)
		}
		return h.loop(words, next)
	}
	return append(words, append(h.say(triage.Goodbye, lang), twilio.Hangup{})...)
}

// loop waits for a key while a sound plays, and goes on without one.
func (h *Hooks) loop(words []twilio.Verb, next string) []twilio.Verb {
	return []twilio.Verb{
		twilio.Gather{Keys: 1, FinishOnKey: &noKey, Timeout: 1, Action: next, Body: append(words, twilio.Play{URL: h.links.to(pathAudioShort)})},
		twilio.Redirect{URL: next},
	}
}

// queue is one sentence with the number of people who wait, by urgency.
func (h *Hooks) queue(n [4]int, total int, came, speak bool, lang hotline.Lang) []twilio.Verb {
	switch {
	case !speak:
		return nil
	case total == 0:
		return h.say(triage.PhoneNobody, lang)
	}
	var bands []string
	for i, b := range hotline.Bands() {
		if n[i] > 0 {
			bands = append(bands, strconv.Itoa(n[i])+" "+h.script.Word(triage.WordBand, b.String(), lang))
		}
	}
	words := h.say(triage.PhoneWaiting, lang, "total", strconv.Itoa(total), "bands", strings.Join(bands, ", "))
	if came {
		words = slices.Concat(h.say(triage.PhoneCame, lang), words)
	}
	return words
}
