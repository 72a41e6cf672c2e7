package twilio

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// Caps of a webhook. Twilio sends some forty short fields; whatever is larger
// is not Twilio.
const (
	maxForm   = 64 << 10
	maxFields = 100
	maxValue  = 8 << 10
)

var (
	// ErrTooLarge marks a request above the caps. The answer is 413.
	ErrTooLarge = errors.New("form too large")
	// ErrMalformed marks a request that is no form, or whose fields are not
	// what Twilio sends. The answer is 400.
	ErrMalformed = errors.New("form malformed")
)

// Form holds the fields of one webhook, as they came. It cannot be changed.
type Form struct{ values url.Values }

// ReadForm reads the fields: of the query for GET, of the whole body for POST.
// The two are never merged, as net/http and Echo would: a query must not be
// able to stand in for a field that is signed. Errors are ErrTooLarge and
// ErrMalformed, and hold no content.
func ReadForm(r *http.Request) (Form, error) {
	switch r.Method {
	case http.MethodGet:
		return parse(r.URL.RawQuery)
	case http.MethodPost:
		raw, err := readBody(r)
		if err != nil {
			return Form{}, err
		}
		return parse(raw)
	default:
		return Form{}, fmt.Errorf("%w: neither GET nor POST", ErrMalformed)
	}
}

func readBody(r *http.Request) (string, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" || len(r.Header.Values("Content-Type")) != 1 {
		return "", fmt.Errorf("%w: not application/x-www-form-urlencoded", ErrMalformed)
	}
	if coding := r.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		return "", fmt.Errorf("%w: compressed", ErrMalformed)
	}
	if r.ContentLength > maxForm {
		return "", ErrTooLarge
	}
	if r.Body == nil {
		return "", nil
	}
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxForm+1))
	var capped *http.MaxBytesError
	switch {
	case errors.As(err, &capped), len(raw) > maxForm:
		return "", ErrTooLarge
	case err != nil:
		return "", fmt.Errorf("%w: body broke off", ErrMalformed)
	}
	return string(raw), nil
}

func parse(raw string) (Form, error) {
	if len(raw) > maxForm || strings.Count(raw, "&") >= 2*maxFields { // empty pairs are dropped, so some slack
		return Form{}, ErrTooLarge
	}
	values, err := url.ParseQuery(raw)
	if err != nil {
		return Form{}, fmt.Errorf("%w: bad percent sign or semicolon", ErrMalformed) // err itself quotes the content
	}
	fields := 0
	for name, all := range values {
		fields += len(all)
		if len(name) > maxValue || fields > maxFields {
			return Form{}, ErrTooLarge
		}
		for _, value := range all {
			if len(value) > maxValue && name != "Digits" { // a key held down is a wrong key, not an attack
				return Form{}, ErrTooLarge
			}
		}
	}
	return Form{values: values}, nil
}

// Has reports whether the field was sent, be it empty.
func (f Form) Has(name string) bool { return f.values.Has(name) }

// Get gives the first value of a field, fit to be stored and shown: valid
// UTF-8, no control characters but newline and tab, no bidi controls.
func (f Form) Get(name string) string { return clean(f.values.Get(name)) }

// Values gives a copy of the fields as they came, for the signature.
func (f Form) Values() url.Values {
	all := make(url.Values, len(f.values))
	for name, values := range f.values {
		all[name] = slices.Clone(values)
	}
	return all
}

// Names lists the fields in order, cleaned: what may be logged of a request
// that was refused.
func (f Form) Names() []string {
	names := slices.Sorted(maps.Keys(f.values))
	for i, name := range names {
		names[i] = clean(name)
	}
	return names
}

// Format prints the number of fields only, whatever the verb.
func (f Form) Format(s fmt.State, _ rune) { _, _ = fmt.Fprintf(s, "form of %d fields", len(f.values)) }

// LogValue logs the number of fields only.
func (f Form) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(f)) }

func clean(s string) string {
	if plain(s) {
		return s
	}
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case r == '\n' || r == '\t':
			return r
		case r < 0x20, r >= 0x7f && r < 0xa0, bidi(r):
			return -1
		}
		return r
	}, s)
}

// plain spares most fields the copying.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return false
		}
	}
	return utf8.ValidString(s)
}

// bidi tells the characters that turn the direction of what follows, by which
// a text could show itself as another.
func bidi(r rune) bool {
	return r == 0x061c || r == 0x200e || r == 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}
