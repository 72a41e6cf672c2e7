package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"
	"math"
	"time"
)

// AheadDays is how many days after today Create and TopUp provide keys for.
const AheadDays = 400

const dayForm = "2006-01-02"

// ErrNoKey says that the key of a sealed value is not in the ring: it was
// destroyed because its day is over, or the value is from another ring.
var ErrNoKey = errors.New("no key for this value: destroyed or never known")

// ErrTampered says that a sealed value was changed, cut short, or moved to
// another place than the one it was sealed for.
var ErrTampered = errors.New("sealed value does not fit its place")

// Ring is a snapshot of a key ring file. It never changes and is safe for
// concurrent use.
type Ring struct {
	file     file
	byID     map[string]cipher.AEAD // all that can unseal
	byDay    map[int64]sealer
	first    int64 // the earliest day with a key
	standing sealer
}

// sealer is a key ready for use; making the cipher costs as much as sealing.
type sealer struct {
	id   string
	aead cipher.AEAD
}

// Era gives the id of the store that this ring belongs to, "" if it belongs
// to none yet.
func (r *Ring) Era() string { return r.file.Era }

// DaysAhead counts the days after today (UTC) that have a key, up to the
// first gap. 0 means that nothing can be sealed for tomorrow.
func (r *Ring) DaysAhead(now time.Time) int {
	today := dayNumber(now)
	n := 0
	for {
		if _, has := r.byDay[today+int64(n)+1]; !has {
			return n
		}
		n++
	}
}

// dayNumber counts UTC days since 1970.
func dayNumber(t time.Time) int64 {
	const seconds = 24 * 60 * 60
	n := t.Unix() / seconds
	if t.Unix()%seconds < 0 {
		n--
	}
	return n
}

func newRing(f file) (*Ring, error) {
	r := &Ring{file: f, byID: make(map[string]cipher.AEAD, len(f.Days)+1), byDay: make(map[int64]sealer, len(f.Days)), first: math.MaxInt64}
	var err error
	if r.standing, err = r.add(f.Standing); err != nil {
		return nil, fmt.Errorf("standing key: %w", err)
	}
	if err := f.Index.check(); err != nil {
		return nil, fmt.Errorf("index key: %w", err)
	}
	for _, d := range f.Days {
		day, err := time.Parse(dayForm, d.Day)
		if err != nil {
			return nil, errors.New("a day key without a day as year-month-day")
		}
		n := dayNumber(day)
		if _, twice := r.byDay[n]; twice {
			return nil, fmt.Errorf("day %s: two keys", d.Day)
		}
		if r.byDay[n], err = r.add(d.key); err != nil {
			return nil, fmt.Errorf("day %s: %w", d.Day, err)
		}
		r.first = min(r.first, n)
	}
	return r, nil
}

func (r *Ring) add(k key) (sealer, error) {
	if err := k.check(); err != nil {
		return sealer{}, err
	}
	if _, twice := r.byID[k.ID]; twice {
		return sealer{}, errors.New("its id is used twice")
	}
	block, err := aes.NewCipher(k.Key)
	if err != nil {
		return sealer{}, errors.New("not usable with AES-256")
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return sealer{}, errors.New("not usable with AES-256-GCM")
	}
	r.byID[k.ID] = aead
	return sealer{id: k.ID, aead: aead}, nil
}
