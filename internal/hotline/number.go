package hotline

import (
	"fmt"
	"log/slog"
	"strings"
)

// Number is the address of a phone as Twilio gives it: E.164, a short code
// of three to six digits, or nothing where the caller withheld it. However it
// is printed, logged or marshalled it shows its last four digits only; E164
// is the one way to the whole.
type Number struct{ e164 string }

// withheld holds what Twilio sends in From for a caller without a number:
// words, and the same words typed on a keypad.
var withheld = map[string]bool{
	"": true, "anonymous": true, "unknown": true, "restricted": true, "unavailable": true, "private": true, "blocked": true,
	"+266696687": true, "+86282452253": true, "+8656696": true, "+2562533": true, "+7378742833": true, "+7748283": true,
}

// ParseNumber reads a number as a person or a setting gives it: a plus and 7
// to 15 digits. Spaces, dots, dashes and brackets are dropped.
func ParseNumber(s string) (Number, error) {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" .-()\u00a0", r) {
			return -1
		}
		return r
	}, s)
	digits := strings.TrimPrefix(s, "+")
	if len(s) == len(digits) || len(digits) < 7 || len(digits) > 15 || !allDigits(digits) || digits[0] == '0' {
		return Number{}, fmt.Errorf("number: want E.164, a plus and 7 to 15 digits")
	}
	return Number{e164: s}, nil
}

// CallerNumber reads the From of a webhook. Withheld numbers, words, SIP and
// client addresses all give the zero Number: nobody may be keyed by them.
func CallerNumber(from string) Number {
	from = strings.TrimSpace(from)
	if withheld[strings.ToLower(from)] {
		return Number{}
	}
	n, err := ParseNumber(from)
	if err != nil {
		return Number{}
	}
	return n
}

// E164 gives the number itself. Whoever calls it must not print it.
func (n Number) E164() string { return n.e164 }

// Known reports whether there is a number at all.
func (n Number) Known() bool { return n.e164 != "" }

// Masked shows the last four digits, as the consoles do.
func (n Number) Masked() string {
	if !n.Known() {
		return "withheld"
	}
	return "•••" + n.e164[max(len(n.e164)-4, 0):]
}

// String, GoString, Format, MarshalText and LogValue all mask.
func (n Number) String() string { return n.Masked() }

// GoString masks, so that %#v does as well.
func (n Number) GoString() string { return n.Masked() }

// Format masks whatever the verb.
func (n Number) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(n.Masked())) }

// MarshalText masks, so that JSON never carries a number by accident.
func (n Number) MarshalText() ([]byte, error) { return []byte(n.Masked()), nil }

// LogValue masks in structured logs.
func (n Number) LogValue() slog.Value { return slog.StringValue(n.Masked()) }

func allDigits(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}
