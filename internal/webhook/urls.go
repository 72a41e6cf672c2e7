package webhook

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/intake"
)

// The paths that Twilio is given, under the public URL.
const (
	pathVoice          = "/twilio/voice"
	pathVoiceStatus    = "/twilio/voice/status"
	pathFallback       = "/twilio/voice/fallback"
	pathTurn           = "/twilio/voice/turn"
	pathMove           = "/twilio/voice/move"
	pathAfter          = "/twilio/voice/after"
	pathBackup         = "/twilio/voice/backup"
	pathCallback       = "/twilio/callback"
	pathCallbackKey    = "/twilio/callback/key"
	pathCallbackOver   = "/twilio/callback/over"
	pathCallbackStatus = "/twilio/callback/status"
	pathCounselor      = "/twilio/counselor"
	pathCounselorKey   = "/twilio/counselor/key"
	pathCounselorAfter = "/twilio/counselor/after"
	pathCounselorMenu  = "/twilio/counselor/menu"
	pathCounselorOver  = "/twilio/counselor/over"
	pathCounselorDone  = "/twilio/counselor/status"
	pathPhoneTurn      = "/twilio/phone"
	pathOnCall         = "/twilio/oncall"
	pathOnCallKey      = "/twilio/oncall/key"
	pathOnCallNotice   = "/twilio/oncall/notice"
	pathOnCallStatus   = "/twilio/oncall/status"
	pathGuest          = "/twilio/guest"
	pathGuestKey       = "/twilio/guest/key"
	pathGuestStatus    = "/twilio/guest/status"
	pathRoom           = "/twilio/room"
	pathWhisper        = "/twilio/room/say"
	pathRoomWait       = "/twilio/room/wait"
	pathSMS            = "/twilio/sms"
	pathSMSStatus      = "/twilio/sms/status"
	pathTapeStatus     = "/twilio/voicemail/status"
	pathAudio          = "/audio/hold.wav"
	pathAudioShort     = "/audio/wait.wav"
)

// links writes and reads our own URLs. They hold ids, counters and codes; no
// number and no word of anybody.
type links struct{ public string }

func (l links) to(path string, args ...string) string {
	var b strings.Builder
	b.Grow(len(l.public) + len(path) + 96)
	b.WriteString(l.public)
	b.WriteString(path)
	mark := byte('?')
	for i := 0; i+1 < len(args); i += 2 {
		if args[i+1] == "" {
			continue
		}
		b.WriteByte(mark)
		b.WriteString(args[i])
		b.WriteByte('=')
		b.WriteString(url.QueryEscape(args[i+1]))
		mark = '&'
	}
	return b.String()
}

// turn is where the patient's next key or silence goes.
func (l links) turn(m intake.Mark) string {
	args := []string{"c", string(m.Case), "t", strconv.Itoa(m.Turn), "l", string(m.Lang)}
	if m.Safety {
		args = append(args, "f", "1")
	}
	if m.Hush {
		args = append(args, "h", "1")
	}
	if m.Era != "" {
		args = append(args, "s", m.Era, "b", m.Band.String(), "d", string(m.Need), "q", strconv.FormatInt(m.Enq.UnixMilli(), 10))
	}
	return l.to(pathTurn, args...)
}

// mark reads what turn wrote. What does not parse is left out: the desk leads
// such a request to where the call stands.
func mark(q url.Values) intake.Mark {
	m := intake.Mark{Name: q.Get("n"), Era: q.Get("s"), Need: hotline.NeedTalk}
	if id, err := hotline.ParseCaseID(q.Get("c")); err == nil {
		m.Case = id
	}
	if need := hotline.Need(q.Get("d")); slices.Contains(hotline.Needs(), need) {
		m.Need = need
	}
	m.Safety, m.Hush = q.Get("f") == "1", q.Get("h") == "1"
	m.Turn = positive(q.Get("t"))
	m.Epoch = int64(positive(q.Get("e")))
	if lang := hotline.Lang(q.Get("l")); lang == hotline.English || lang == hotline.Spanish {
		m.Lang = lang
	}
	if band, err := hotline.ParseBand(q.Get("b")); err == nil && m.Era != "" {
		m.Band = band
	}
	if enq := q.Get("q"); enq != "" {
		if ms, err := strconv.ParseInt(enq, 10, 64); err == nil && ms > 0 {
			m.Enq = time.UnixMilli(ms).UTC()
		}
	}
	return m
}

func positive(s string) int {
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 1<<30 {
		return 0
	}
	return n
}

// staff is a URL of a staff leg: case, epoch, and more.
func (l links) staff(path string, id hotline.CaseID, epoch int64, more ...string) string {
	return l.to(path, append([]string{"c", string(id), "e", fmt.Sprint(epoch)}, more...)...)
}

// retried asks Twilio to tell us again where a callback met a lost connection,
// a slow answer or a 5xx: nobody else would tell that a leg is over. What
// stands behind # is for Twilio, is not signed and not sent.
func retried(callback string) string {
	if callback == "" {
		return ""
	}
	return callback + "#rc=3&rp=ct,rt,5xx"
}
