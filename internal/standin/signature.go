package standin

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // Twilio's scheme
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
)

// params are form fields in the order in which they are sent.
type params []param

type param struct{ name, value string }

func (p params) with(pairs ...string) params {
	p = slices.Clone(p)
	for i := 0; i+1 < len(pairs); i += 2 {
		p = append(p, param{pairs[i], pairs[i+1]})
	}
	return p
}

func (p params) encode() string {
	var b strings.Builder
	for i, f := range p {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(f.name))
		b.WriteByte('=')
		b.WriteString(url.QueryEscape(f.value))
	}
	return b.String()
}

func (p params) values() url.Values {
	v := url.Values{}
	for _, f := range p {
		v.Add(f.name, f.value)
	}
	return v
}

// sign gives X-Twilio-Signature: the URL, then each distinct field and value,
// sorted by bytes.
func sign(token, target string, p params) string {
	fields := make([]string, 0, len(p))
	for _, f := range p {
		fields = append(fields, f.name+"\x00"+f.value) // a name that is another's beginning comes first
	}
	slices.Sort(fields)
	mac := hmac.New(sha1.New, []byte(token))
	mac.Write([]byte(target))
	for _, f := range slices.Compact(fields) {
		name, value, _ := strings.Cut(f, "\x00")
		mac.Write([]byte(name + value))
	}
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// signedAs is the URL as Twilio signs it: without the fragment, without a name
// and password, and for voice over HTTPS without the port.
func signedAs(u *url.URL, voice bool) string {
	c := *u
	c.Fragment, c.RawFragment, c.User = "", "", nil
	if voice && c.Scheme == "https" {
		c.Host = c.Hostname()
		if strings.Contains(c.Host, ":") {
			c.Host = "[" + c.Host + "]"
		}
	}
	return c.String()
}
