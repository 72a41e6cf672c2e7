package twilio

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the algorithm is Twilio's; a keyed hash does not need collision resistance
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Validator checks X-Twilio-Signature against the URL under which Twilio is
// told to reach us. Host and X-Forwarded headers play no part: anybody may
// send those.
type Validator struct {
	bases  []string // scheme, host and path prefix; without the port and with it
	tokens []string
}

// NewValidator takes the public URL (absolute, http or https, its path being a
// prefix that the proxy strips) and every auth token that is valid now: two
// while a token is being rotated.
func NewValidator(publicURL string, tokens []string) (*Validator, error) {
	u, err := url.Parse(publicURL)
	if err != nil {
		return nil, errors.New("public URL: cannot be read")
	}
	if (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "" {
		return nil, errors.New("public URL: want an absolute http or https URL")
	}
	if u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return nil, errors.New("public URL: want no query and no fragment")
	}
	if len(tokens) == 0 || slices.Contains(tokens, "") {
		return nil, errors.New("auth token: at least one, and none of them empty")
	}
	return &Validator{bases: bases(u), tokens: slices.Clone(tokens)}, nil
}

// bases gives the spellings that Twilio may have signed. It drops the port for
// voice over HTTPS, keeps it for texts and for HTTP, and never signs userinfo.
func bases(u *url.URL) []string {
	host, port := u.Hostname(), u.Port()
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	prefix := strings.TrimRight(u.EscapedPath(), "/")
	return []string{
		u.Scheme + "://" + host + prefix,
		u.Scheme + "://" + host + ":" + port + prefix,
	}
}

// Valid reports whether Twilio signed this request. RequestURI is the raw one
// of the request line; form is what ReadForm made of it. Without a signature,
// or with any method but GET and POST, the answer is no. All candidates are
// always computed, so that the time taken tells nothing.
func (v Validator) Valid(method, requestURI string, form Form, signature string) bool {
	if signature == "" || !strings.HasPrefix(requestURI, "/") {
		return false
	}
	var fields url.Values
	switch method {
	case http.MethodPost:
		fields = form.values
	case http.MethodGet: // everything is in the URL already
	default:
		return false
	}
	requestURI, _, _ = strings.Cut(requestURI, "#")
	tail, given, found := appended(fields), []byte(signature), 0
	for _, token := range v.tokens {
		for _, base := range v.bases {
			found |= subtle.ConstantTimeCompare(given, []byte(sign(token, base+requestURI+tail)))
		}
	}
	return found == 1
}

// Format prints the name only, whatever the verb: the tokens are secret.
func (v Validator) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("twilio.Validator")) }

// Sign computes the signature that Twilio sends for a request to target with
// these POST fields (nil for GET).
func Sign(token, target string, fields url.Values) string {
	return sign(token, target+appended(fields))
}

func sign(token, text string) string {
	mac := hmac.New(sha1.New, []byte(token))
	_, _ = mac.Write([]byte(text)) // a hash never fails
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// appended is the part of the signed text that comes from the body: name and
// value of each field, names in byte order, each distinct value once.
func appended(fields url.Values) string {
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names {
		values := fields[name]
		if len(values) > 1 {
			values = slices.Clone(values)
			slices.Sort(values)
			values = slices.Compact(values)
		}
		for _, value := range values {
			b.WriteString(name)
			b.WriteString(value)
		}
	}
	return b.String()
}
