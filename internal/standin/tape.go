package standin

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// tape is a recording that can be fetched and deleted. Guarded by x.mu.
type tape struct {
	sid, call, status string
	seconds           int
	words             []string
	began             time.Time
}

// Tape is a recording that lies with Twilio now.
type Tape struct {
	Sid, Call, Status string
	Seconds           int
}

// Tapes lists the recordings that were not deleted, oldest first.
func (x *Exchange) Tapes() []Tape {
	x.mu.Lock()
	defer x.mu.Unlock()
	all := make([]Tape, 0, len(x.tapes))
	for _, t := range x.tapes {
		all = append(all, Tape{t.sid, t.call, t.status, t.seconds})
	}
	return all
}

// opened begins a recording and gives its id.
func (x *Exchange) opened(call string) string {
	x.mu.Lock()
	defer x.mu.Unlock()
	t := &tape{sid: x.ids.sid("RE"), call: call, status: "in-progress", began: x.o.Now()}
	x.tapes = append(x.tapes, t)
	x.touch()
	return t.sid
}

// whole ends a recording; one without a word is as if it had never been. x.mu
// is held.
func (x *Exchange) whole(sid string, rec recording) (status string) {
	defer x.touch()
	t := x.tape(sid)
	if len(rec.words) == 0 {
		x.drop(sid)
		return "absent"
	}
	t.status, t.seconds, t.words = "completed", rec.seconds(), rec.words
	return t.status
}

func (x *Exchange) tape(sid string) *tape {
	for _, t := range x.tapes {
		if t.sid == sid {
			return t
		}
	}
	return nil
}

func (x *Exchange) drop(sid string) {
	kept := x.tapes[:0:0]
	for _, t := range x.tapes {
		if t.sid != sid {
			kept = append(kept, t)
		}
	}
	x.tapes = kept
}

func (x *Exchange) listTapes(a asked) reply {
	var rows []*tape
	for _, t := range newestFirst(x.tapes) {
		if a.get("CallSid") == "" || a.get("CallSid") == t.call {
			rows = append(rows, t)
		}
	}
	return page(a, "recordings", rows, x.tapeJSON)
}

// fetchTape gives the sound under the id with .mp3, else what is known of it.
func (x *Exchange) fetchTape(a asked) reply {
	sid, sound := strings.CutSuffix(a.ids[0], ".mp3")
	t := x.tape(sid)
	switch {
	case t == nil, sound && t.status != "completed":
		return refuse(http.StatusNotFound, 20404, "The requested resource was not found")
	case sound:
		return reply{status: http.StatusOK, sound: tone(t.words, t.seconds)}
	}
	return reply{status: http.StatusOK, body: x.tapeJSON(t)}
}

func (x *Exchange) removeTape(a asked) reply {
	if x.tape(a.ids[0]) == nil {
		return refuse(http.StatusNotFound, 20404, "The requested resource was not found")
	}
	x.drop(a.ids[0])
	x.touch()
	return reply{status: http.StatusNoContent}
}

func (x *Exchange) tapeJSON(t *tape) map[string]any {
	uri := apiRoot + x.o.Account + "/Recordings/" + t.sid
	return map[string]any{
		"sid": t.sid, "account_sid": x.o.Account, "api_version": "2010-04-01", "call_sid": t.call, "conference_sid": nil,
		"date_created": stamp(t.began), "date_updated": stamp(t.began), "start_time": stamp(t.began), "duration": strconv.Itoa(t.seconds),
		"status": t.status, "channels": 1, "source": "RecordVerb", "error_code": nil, "price": nil, "price_unit": "USD",
		"encryption_details": nil, "uri": uri + ".json", "media_url": "https://api.twilio.com" + uri,
		"subresource_uris": map[string]any{
			"add_on_results": uri + "/AddOnResults.json", "transcriptions": uri + "/Transcriptions.json",
		},
	}
}

// The sound is an MP3 of 32 kbit/s, 16 kHz, mono (MPEG 2, layer III), as large
// as Twilio's.
const (
	frameBytes   = 144
	frameSamples = 576
	frameRate    = 16000
)

// tone makes the sound of a recording: a tag that holds the words, for tests
// that look for them where they must not be, and then a tone for each word.
func tone(words []string, seconds int) []byte {
	said := strings.Fields(strings.Join(words, " "))
	var b bytes.Buffer
	b.Write(tag(strings.Join(said, " ")))
	frames := seconds * frameRate / frameSamples
	for i := range frames {
		pitch := 0
		if n := i * len(said) / frames; n < len(said) && i%6 < 5 {
			pitch = 8 + 4*(len(said[n])%8)
		}
		b.Write(frame(pitch))
	}
	return b.Bytes()
}

// tag is an ID3v2.4 tag with the words as the title.
func tag(words string) []byte {
	synchsafe := func(n int) []byte {
		return []byte{byte(n >> 21 & 0x7f), byte(n >> 14 & 0x7f), byte(n >> 7 & 0x7f), byte(n & 0x7f)}
	}
	text := append([]byte{3}, words...) // 3: UTF-8
	var b bytes.Buffer
	b.WriteString("ID3\x04\x00\x00")
	b.Write(synchsafe(10 + len(text)))
	b.WriteString("TIT2")
	b.Write(synchsafe(len(text)))
	b.Write([]byte{0, 0})
	b.Write(text)
	return b.Bytes()
}

// frame is 36 ms with one spectral line, or silence at 0. It needs nothing of
// the frames before it.
func frame(line int) []byte {
	f := bits{b: make([]byte, 0, frameBytes)}
	f.put(0xfff3, 16) // MPEG 2, layer III, no checksum
	f.put(0x48, 8)    // 32 kbit/s, 16 kHz
	f.put(0xc4, 8)    // mono, original
	pairs, length := 0, 0
	if line > 0 {
		pairs = line/2 + 1
		length = pairs - 1 + 3 // a zero pair is one bit of the first table, a one in its first place two and its sign
	}
	f.put(0, 9) // needs no earlier bytes, private bit
	f.put(length, 12)
	f.put(pairs, 9)
	f.put(200, 8) // gain
	f.put(0, 9+1) // no scale factors, long blocks
	f.put(1<<10|1<<5|1, 15)
	f.put(0, 4+3+1+1)
	if line > 0 {
		for range pairs - 1 {
			f.put(1, 1)
		}
		f.put(0b010, 3)
	}
	return f.filled(frameBytes)
}

// bits writes numbers of any width.
type bits struct {
	b    []byte
	acc  uint64
	have int
}

func (w *bits) put(v, width int) {
	w.acc = w.acc<<width | uint64(v)
	w.have += width
	for w.have >= 8 {
		w.have -= 8
		w.b = append(w.b, byte(w.acc>>w.have))
	}
	w.acc &= 1<<w.have - 1
}

func (w *bits) filled(size int) []byte {
	if w.have > 0 {
		w.put(0, 8-w.have)
	}
	return append(w.b, make([]byte, size-len(w.b))...)
}
