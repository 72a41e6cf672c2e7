package vault

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"time"
)

// version begins every sealed value, so that another form can be told apart.
const version = "v1"

// coding is strict: one value has one spelling.
var coding = base64.RawURLEncoding.Strict()

// Place is where a sealed value belongs. It is authenticated with the value,
// so that a value moved to another field, record or line is refused.
type Place struct {
	Line   string // id of the line
	Record string // id of the case, person or document
	Field  string // name of the field in the record
}

// aad writes the place so that no two places give the same bytes.
func (p Place) aad() []byte {
	out := make([]byte, 0, len(p.Line)+len(p.Record)+len(p.Field)+6)
	for _, part := range [...]string{p.Line, p.Record, p.Field} {
		out = binary.AppendUvarint(out, uint64(len(part)))
		out = append(out, part...)
	}
	return out
}

// Seal encrypts plain for its place under the key of the day (UTC) of goneBy.
// Once that day is over and its key destroyed, nobody can read it again. A
// day that the ring has no key for is an error: nothing is sealed for longer
// or shorter than asked.
func (r *Ring) Seal(p Place, goneBy time.Time, plain []byte) (string, error) {
	s, has := r.byDay[dayNumber(goneBy)]
	if !has {
		return "", fmt.Errorf("no key for the day %s in the key ring", goneBy.UTC().Format(dayForm))
	}
	return s.seal(p, plain), nil
}

// SealStanding encrypts what has no day on which it must be gone. With a ring
// from Open or Create it never fails.
func (r *Ring) SealStanding(p Place, plain []byte) (string, error) {
	if r.standing.aead == nil {
		return "", fmt.Errorf("the key ring has no standing key")
	}
	return r.standing.seal(p, plain), nil
}

func (s sealer) seal(p Place, plain []byte) string {
	room := make([]byte, 0, len(plain)+s.aead.Overhead())
	binary := s.aead.Seal(room, nil, plain, p.aad()) //nolint:gosec // the nonce is not ours: the cipher draws one and puts it in front
	out := make([]byte, 0, len(version)+len(s.id)+2+coding.EncodedLen(len(binary)))
	out = append(out, version...)
	out = append(out, '.')
	out = append(out, s.id...)
	out = append(out, '.')
	return string(coding.AppendEncode(out, binary))
}

// Unseal gives the plain bytes of what was sealed for this place. The error
// is ErrNoKey or ErrTampered.
func (r *Ring) Unseal(p Place, sealed string) ([]byte, error) {
	form, rest, _ := strings.Cut(sealed, ".")
	id, body, found := strings.Cut(rest, ".")
	// The decoder skips line ends; here they would be a second spelling.
	if form != version || !found || strings.ContainsAny(body, "\r\n") {
		return nil, ErrTampered
	}
	aead, has := r.byID[id]
	if !has {
		return nil, ErrNoKey
	}
	binary, err := coding.DecodeString(body)
	if err != nil {
		return nil, ErrTampered
	}
	plain, err := aead.Open(nil, nil, binary, p.aad())
	if err != nil {
		return nil, ErrTampered
	}
	return plain, nil
}

// Index gives the name under which a value is found without being shown:
// "<key id>:<base64url of an HMAC-SHA-256>". The same value under another
// kind has another name. Whoever holds the index key can try all numbers, so
// the ring lies apart from Redis.
func (r *Ring) Index(kind, value string) string {
	mac := hmac.New(sha256.New, r.file.Index.Key)
	head := binary.AppendUvarint(make([]byte, 0, 64), uint64(len(kind)))
	head = append(append(head, kind...), value...)
	_, _ = mac.Write(head) // a hash takes all bytes
	return r.file.Index.ID + ":" + coding.EncodeToString(mac.Sum(nil))
}

// Subkey derives a key of 32 bytes from the standing key, for one purpose
// such as the chain of the record of access. It is the same as long as the
// ring is.
func (r *Ring) Subkey(purpose string) ([]byte, error) {
	sub, err := hkdf.Key(sha256.New, r.file.Standing.Key, nil, "tideover "+purpose, keySize)
	if err != nil {
		return nil, fmt.Errorf("derive the key for %s: %w", purpose, err)
	}
	return sub, nil
}
