package webhook

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/internal/dispatch"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/intake"
	"github.com/tideover/tideover/internal/triage"
	"github.com/tideover/tideover/internal/twilio"
)

// Script gives the words that stand outside of the tree.
type Script interface {
	Lines(id triage.PhraseID, lang hotline.Lang, ch hotline.Channel, args ...string) []triage.Spoken
	Word(prefix triage.PhraseID, key string, lang hotline.Lang) string
	Screen(text string) (level int, hits []string)
	// Hushed reports whether the caller of these answers cannot talk, so that
	// nothing telling may reach their phone.
	Hushed(answers []hotline.Answer) bool
}

// Docs keeps the documents of staff legs.
type Docs interface {
	Kept(ctx context.Context, key string, tok hotline.Token) ([]byte, bool, error)
	Keep(ctx context.Context, key string, tok hotline.Token, doc []byte) ([]byte, error)
	KeepStep(ctx context.Context, leg hotline.Leg, turn int, key string, tok hotline.Token, doc []byte) ([]byte, error)
	Delivery(ctx context.Context, mid, state string) error
}

// Options are what Twilio knows us by.
type Options struct {
	Account   string
	Number    hotline.Number
	PublicURL string
	Tokens    []string       // auth tokens, all of a rotation
	Backup    hotline.Number // spoken and dialled when we fail; may be unknown
	Limit     time.Duration  // of one answer; 2.4 s
	Refused   func(reason string)
	Alarm     func(leg string) // a caller in danger while the store fails
}

// Hooks are the routes for Twilio.
type Hooks struct {
	desk       *intake.Desk
	board      *dispatch.Board
	docs       Docs
	script     Script
	signatures *twilio.Validator
	links      links
	opt        Options
	log        *slog.Logger
}

// New wires the routes.
func New(desk *intake.Desk, board *dispatch.Board, docs Docs, script Script, opt Options, log *slog.Logger) (*Hooks, error) {
	v, err := twilio.NewValidator(opt.PublicURL, opt.Tokens)
	if err != nil {
		return nil, err
	}
	if opt.Limit == 0 {
		opt.Limit = 2400 * time.Millisecond
	}
	return &Hooks{
		desk: desk, board: board, docs: docs, script: script, signatures: v, links: links{trimSlash(opt.PublicURL)},
		opt: opt, log: log,
	}, nil
}

func trimSlash(s string) string {
	for s != "" && s[len(s)-1] == '/' {
		s = s[:len(s)-1]
	}
	return s
}

// Register puts the routes on e. Only the audio is open to everybody.
func (h *Hooks) Register(e *echo.Echo) {
	g := e.Group("", h.guard, h.limit)
	for path, handle := range map[string]echo.HandlerFunc{
		pathVoice: h.voice, pathTurn: h.turn, pathMove: h.moved, pathAfter: h.after,
		pathVoiceStatus: h.voiceStatus, pathTapeStatus: h.tapeStatus, pathFallback: h.fallback, pathBackup: h.backup,
		pathCallback: h.callback, pathCallbackKey: h.callbackKey, pathCallbackOver: h.callbackOver, pathCallbackStatus: h.callbackStatus,
		pathCounselor: h.counselor, pathCounselorKey: h.counselorKey, pathCounselorAfter: h.counselorAfter,
		pathCounselorMenu: h.menuKey, pathCounselorOver: h.counselorOver, pathCounselorDone: h.counselorStatus,
		pathPhoneTurn: h.phoneTurn,
		pathOnCall:    h.onCall, pathOnCallKey: h.onCallKey, pathOnCallNotice: h.onCallNotice, pathOnCallStatus: h.onCallStatus,
		pathGuest: h.guest, pathGuestKey: h.guestKey, pathGuestStatus: h.guestStatus, pathWhisper: h.whisper,
		pathRoom: h.room, pathRoomWait: h.roomWait, pathSMS: h.sms, pathSMSStatus: h.smsStatus,
	} {
		g.POST(path, handle)
		g.GET(path, handle)
	}
	for path, sound := range map[string][]byte{pathAudio: holdAudio(holdSeconds), pathAudioShort: holdAudio(waitSeconds)} {
		e.GET(path, serveSound(sound))
		e.HEAD(path, serveSound(sound))
	}
}

// limit bounds an answer: Twilio and the caller wait for 3 s at most.
func (h *Hooks) limit(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx, cancel := context.WithTimeout(c.Request().Context(), h.opt.Limit)
		defer cancel()
		c.SetRequest(c.Request().WithContext(ctx))
		return next(c)
	}
}

// page answers with a document.
func page(c echo.Context, doc []byte) error {
	c.Response().Header().Set(echo.HeaderContentLength, strconv.Itoa(len(doc)))
	return c.Blob(http.StatusOK, twilio.ContentType, doc)
}
