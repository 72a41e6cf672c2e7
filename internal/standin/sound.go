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
// silence for the caller), and gives its name and length. Sounds of others are
// never fetched.
func (l *leg) fetchSound(base *url.URL, where string) (name string, length time.Duration) {
	target, err := base.Parse(where)
	if err != nil {
		return where, 0
	}
	name = path.Base(target.Path)
	if target.Host != l.x.public.Host {
		return name, unknownSound
	}
	a, err := l.x.send(hook{kind: "sound", target: target, method: http.MethodGet, sid: l.sid})
	if err == nil && (a.status != http.StatusOK || !strings.HasPrefix(a.kind, "audio/")) {
		err = &refusal{11200, "no sound to play"}
	}
	if err != nil {
		l.x.mu.Lock()
		defer l.x.mu.Unlock()
		v := delivery(hook{target: target, sid: l.sid}, err)
		l.x.violate(v)
		return name + " (missing)", 0
	}
	return name, wavLength(a.body)
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
