package standin

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// recording is a running Record. Its length is that of the words in it.
type recording struct {
	finish  string
	silence time.Duration
	longest int // seconds
	words   []string
	key     string // that ended it, or hangup
}

// record takes words until a key, silence or the hang-up. Nothing said goes on
// with the next verb.
func (l *leg) record(v node) jump {
	rec := recording{finish: v.attr("finishOnKey", "1234567890*#"), silence: 5 * time.Second}
	if n, err := strconv.Atoi(v.attr("timeout", "5")); err == nil {
		rec.silence = time.Duration(n) * time.Second
	}
	rec.longest = 3600
	if n, err := strconv.Atoi(v.attr("maxLength", "3600")); err == nil {
		rec.longest = n
	}
	if v.attr("playBeep", "true") == "true" {
		l.note("beep")
	}
	sid := l.x.opened(l.sid)
	j := l.take(&rec)
	l.recorded(sid, v, rec)
	action := order{url: v.attr("action", l.base.String()), method: v.attr("method", http.MethodPost)}
	action.extra = []string{
		"RecordingSid", sid, "RecordingUrl", l.recordingURL(sid),
		"RecordingDuration", strconv.Itoa(rec.seconds()), "Digits", rec.key,
	}
	switch {
	case len(rec.words) == 0 || l.x.ctx.Err() != nil:
		return j
	case j.over:
		l.discard(l.base, action)
		return j
	case j.to != nil:
		return j
	}
	return jump{to: &action}
}

// take collects what is said.
func (l *leg) take(rec *recording) jump {
	for {
		c, how, j := l.await(Recording, l.x.paced(rec.silence), func(c command) bool {
			return c.kind == speak || c.kind == press && strings.ContainsAny(c.words, rec.finish)
		})
		switch {
		case j.over:
			rec.key = "hangup"
			return j
		case j.away(), how == elapsed:
			return j
		case c.kind == press:
			rec.key = c.words[:1]
			return j
		}
		rec.words = append(rec.words, c.words)
		if rec.seconds() == rec.longest {
			return jump{}
		}
	}
}

// seconds is how long it takes to say the words, and to fall silent.
func (r recording) seconds() int {
	if len(r.words) == 0 {
		return 0
	}
	return min(int(speech(strings.Join(r.words, " ")).Seconds())+1, r.longest)
}

func (l *leg) recordingURL(sid string) string {
	return "https://api.twilio.com/2010-04-01/Accounts/" + l.x.o.Account + "/Recordings/" + sid
}

// recorded keeps the recording and reports it.
func (l *leg) recorded(sid string, v node, rec recording) {
	l.x.mu.Lock()
	defer l.x.mu.Unlock()
	status := l.x.whole(sid, rec)
	where := v.attr("recordingStatusCallback", "")
	if where == "" || !contains(strings.Fields(v.attr("recordingStatusCallbackEvent", "completed")), status) {
		return
	}
	target, err := l.base.Parse(where)
	if err != nil {
		return
	}
	p := params{
		{"AccountSid", l.x.o.Account},
		{"CallSid", l.sid},
		{"RecordingSid", sid},
		{"RecordingUrl", l.recordingURL(sid)},
		{"RecordingStatus", status},
		{"RecordingDuration", strconv.Itoa(rec.seconds())},
		{"RecordingChannels", "1"},
		{"RecordingSource", "RecordVerb"},
		{"RecordingStartTime", l.x.o.Now().UTC().Format(time.RFC1123Z)},
	}
	l.x.report(hook{kind: "recording-status", target: target, method: v.attr("recordingStatusCallbackMethod", http.MethodPost), params: p, sid: l.sid})
}
