// Package audit is the shape of the record of who did and read what: its
// entries, and the chain that shows when one was changed, removed or put in.
// It does no I/O; the store seals the entries and keeps them.
package audit

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"
)

// Entry is one thing that somebody did or read. It holds ids and reasons,
// never a number, a name or what a caller said.
type Entry struct {
	At      time.Time `json:"at"`
	Who     string    `json:"who"`
	Action  string    `json:"action"` // reveal, read, claim, …
	Case    string    `json:"case_id,omitempty"`
	Subject string    `json:"subject,omitempty"` // a person that it was done to
	Reason  string    `json:"reason,omitempty"`
	Request string    `json:"request_id,omitempty"`
	Outcome string    `json:"outcome,omitempty"` // ok, or the kind of problem
}

// Block is a batch of entries as it is kept.
type Block struct {
	N    int64  // counted from 1 without a gap
	Body []byte // the sealed entries
	Link string // chains the block to the one before
}

// Link gives the chain value of block n after prev (empty for the first):
// HMAC-SHA-256 over all three, in hex.
func Link(key []byte, prev string, n int64, body []byte) string {
	mac := hmac.New(sha256.New, key)
	var head [16]byte
	binary.BigEndian.PutUint64(head[:8], uint64(n))
	binary.BigEndian.PutUint64(head[8:], uint64(len(prev)))
	// A hash never fails to take bytes.
	_, _ = mac.Write(head[:])
	_, _ = mac.Write([]byte(prev))
	_, _ = mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// Verify checks blocks in order against the chain value before the first of
// them (empty from the beginning on), and gives the chain value of the last.
// The error names the first block that does not fit.
func Verify(key []byte, prev string, first int64, blocks []Block) (string, error) {
	for i, b := range blocks {
		if want := first + int64(i); b.N != want {
			return "", fmt.Errorf("block %d stands where block %d should", b.N, want)
		}
		if !hmac.Equal([]byte(Link(key, prev, b.N, b.Body)), []byte(b.Link)) {
			return "", fmt.Errorf("block %d was changed, or one before it was", b.N)
		}
		prev = b.Link
	}
	return prev, nil
}
