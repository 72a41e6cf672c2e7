package staff

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// Secret is a token in plain: 256 random bits in base64url. It is shown once
// and prints as dots.
type Secret string

const secretBytes = 32

// newSecret draws a secret from random.
func newSecret(random io.Reader) (Secret, error) {
	raw := make([]byte, secretBytes)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", fmt.Errorf("draw a token: %w", err)
	}
	return Secret(base64.RawURLEncoding.EncodeToString(raw)), nil
}

// Plain gives the secret itself, to be shown once or set as a cookie.
func (s Secret) Plain() string { return string(s) }

// String hides the secret.
func (s Secret) String() string { return "••••" }

// GoString hides the secret.
func (s Secret) GoString() string { return "••••" }

// LogValue hides the secret in structured logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue("••••") }

// wellFormed keeps anything that no secret of ours can be away from the
// store. The strict decoding matters: base64url has several spellings of the
// same bytes, only one is ours.
func (s Secret) wellFormed() bool {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(string(s))
	return err == nil && len(raw) == secretBytes
}

// Hash is what is kept of a secret. The secret has full entropy, so a plain
// SHA-256 cannot be reversed.
func (s Secret) Hash() string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// PIN is the salted hash of a counselor's phone PIN, as salt and key in
// base64 with a dot between. A PIN has few digits, so the hash only slows a
// thief down: it is sealed with the rest of the person.
type PIN string

const (
	pinSalt   = 16
	pinRounds = 200_000
)

// NewPIN hashes four to eight digits.
func NewPIN(digits string) (PIN, error) {
	if len(digits) < 4 || len(digits) > 8 || strings.Trim(digits, "0123456789") != "" {
		return "", errors.New("pin: want four to eight digits")
	}
	salt := make([]byte, pinSalt)
	if _, err := io.ReadFull(rand.Reader, salt); err != nil {
		return "", fmt.Errorf("draw a salt: %w", err)
	}
	key, err := pinKey(digits, salt)
	if err != nil {
		return "", err
	}
	return PIN(base64.RawStdEncoding.EncodeToString(salt) + "." + base64.RawStdEncoding.EncodeToString(key)), nil
}

// Matches reports whether the digits are this PIN. No PIN matches nothing.
func (p PIN) Matches(digits string) bool {
	saltText, keyText, ok := strings.Cut(string(p), ".")
	if !ok {
		return false
	}
	salt, err := base64.RawStdEncoding.DecodeString(saltText)
	if err != nil {
		return false
	}
	want, err := base64.RawStdEncoding.DecodeString(keyText)
	if err != nil || len(want) == 0 {
		return false
	}
	got, err := pinKey(digits, salt)
	return err == nil && subtle.ConstantTimeCompare(got, want) == 1
}

// String hides the hash.
func (p PIN) String() string { return "••••" }

// GoString hides the hash.
func (p PIN) GoString() string { return "••••" }

func pinKey(digits string, salt []byte) ([]byte, error) {
	key, err := pbkdf2.Key(sha256.New, digits, salt, pinRounds, sha256.Size)
	if err != nil {
		return nil, fmt.Errorf("hash a pin: %w", err)
	}
	return key, nil
}
