package standin

import (
	"encoding/binary"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"
)

const unknownSound = 5 * time.Second

// fetchSound makes sure that a sound of the app's exists (a missing one is
// silence for the caller), and gives its name and length. It is asked for once,
// as Twilio keeps sounds. Those of others are never fetched.
func (l *leg) fetchSound(base *url.URL, where string) (name string, length time.Duration) {
	target, err := base.Parse(where)
	if err != nil {
		return where, 0
	}
	name = path.Base(target.Path)
	if target.Host != l.x.public.Host {
		return name, unknownSound
	}
	l.x.mu.Lock()
	length, known := l.x.sounds[target.String()]
	l.x.mu.Unlock()
	if known {
		return name, length
	}
	a, err := l.x.send(hook{kind: "sound", target: target, method: http.MethodGet, sid: l.sid})
	if err == nil && (a.status != http.StatusOK || !strings.HasPrefix(a.kind, "audio/")) {
		err = &refusal{11200, "no sound to play"}
	}
	l.x.mu.Lock()
	defer l.x.mu.Unlock()
	if err != nil {
		l.x.violate(delivery(hook{target: target, sid: l.sid}, err))
		return name + " (missing)", 0
	}
	length = wavLength(a.body)
	l.x.sounds[target.String()] = length
	return name, length
}

// wavLength reads how long a WAV file is from its head; others count as five
// seconds. Only the head needs to be there.
func wavLength(b []byte) time.Duration {
	if len(b) < 44 || string(b[:4]) != "RIFF" || string(b[8:12]) != "WAVE" {
		return unknownSound
	}
	size, rate := binary.LittleEndian.Uint32(b[4:8]), binary.LittleEndian.Uint32(b[28:32])
	if rate == 0 {
		return unknownSound
	}
	return time.Duration(float64(size) / float64(rate) * float64(time.Second))
}
