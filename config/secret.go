package config

import (
	"fmt"
	"log/slog"
)

const mask = "••••"

// Secret is a value that must not be shown. Printed, logged or marshalled it
// is a mask; Reveal is the one way to the value.
type Secret struct{ value string }

// NewSecret wraps a value.
func NewSecret(value string) Secret { return Secret{value: value} }

// Reveal gives the value. Whoever calls it must not print it.
func (s Secret) Reveal() string { return s.value }

// IsSet reports whether there is a value at all.
func (s Secret) IsSet() bool { return s.value != "" }

// String gives the mask, or nothing where there is no value.
func (s Secret) String() string {
	if s.value == "" {
		return ""
	}
	return mask
}

// Format prints the mask for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.String())) }

// LogValue logs the mask.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText writes the mask.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Number is a phone number of a setting, E.164. Printed, logged or marshalled
// it shows its last four digits.
type Number struct{ e164 string }

// E164 gives the whole number, "" if there is none.
func (n Number) E164() string { return n.e164 }

// IsSet reports whether there is a number at all.
func (n Number) IsSet() bool { return n.e164 != "" }

// String gives the masked number.
func (n Number) String() string {
	if len(n.e164) < 4 {
		return ""
	}
	return "•••" + n.e164[len(n.e164)-4:]
}

// Format prints the masked number for every verb.
func (n Number) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(n.String())) }

// LogValue logs the masked number.
func (n Number) LogValue() slog.Value { return slog.StringValue(n.String()) }

// MarshalText writes the masked number.
func (n Number) MarshalText() ([]byte, error) { return []byte(n.String()), nil }
