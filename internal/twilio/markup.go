package twilio

import (
	"bytes"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// markup writes XML in the order in which it is told. The first fault is kept
// and told at the end.
type markup struct {
	b   bytes.Buffer
	err error
}

// attr is left out when it has no name; its value may well be empty.
type attr struct{ name, value string }

const head = `<?xml version="1.0" encoding="UTF-8"?>` + "\n<Response>"

func newMarkup() *markup {
	m := &markup{}
	m.b.Grow(1024)
	m.b.WriteString(head)
	return m
}

func (m *markup) finish() ([]byte, error) {
	m.b.WriteString("</Response>")
	m.require(m.b.Len() <= maxPage, "larger than 64 kB")
	if m.err != nil {
		return nil, m.err
	}
	return m.b.Bytes(), nil
}

func (m *markup) require(ok bool, fault string) {
	if !ok && m.err == nil {
		m.err = errors.New(fault)
	}
}

func (m *markup) open(name string, attrs ...attr) {
	m.start(name, attrs)
	m.b.WriteByte('>')
}

func (m *markup) empty(name string, attrs ...attr) {
	m.start(name, attrs)
	m.b.WriteString("/>")
}

func (m *markup) start(name string, attrs []attr) {
	m.b.WriteByte('<')
	m.b.WriteString(name)
	for _, a := range attrs {
		if a.name == "" {
			continue
		}
		m.b.WriteByte(' ')
		m.b.WriteString(a.name)
		m.b.WriteString(`="`)
		m.escape(a.value, true)
		m.b.WriteByte('"')
	}
}

func (m *markup) close(name string) {
	m.b.WriteString("</")
	m.b.WriteString(name)
	m.b.WriteByte('>')
}

func (m *markup) text(s string) { m.escape(s, false) }

// escape writes what any parser reads back as it was, but for characters that
// XML or a speech engine cannot take: those become U+FFFD.
func (m *markup) escape(s string, quoted bool) {
	from := 0
	for i := 0; i < len(s); {
		if c := s[i]; c >= ' ' && c < 0x7f && c != '&' && c != '<' && c != '>' && c != '"' { // nearly all there is
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if with := escaped(r, size, quoted); with != "" {
			m.b.WriteString(s[from:i])
			m.b.WriteString(with)
			from = i + size
		}
		i += size
	}
	m.b.WriteString(s[from:])
}

func escaped(r rune, size int, quoted bool) string {
	switch {
	case r == '&':
		return "&amp;"
	case r == '<':
		return "&lt;"
	case r == '>':
		return "&gt;"
	case r == '"' && quoted:
		return "&quot;"
	case r == '\r': // a parser would make a newline of it
		return "&#xD;"
	case r == '\n' && quoted: // and a blank of these
		return "&#xA;"
	case r == '\t' && quoted:
		return "&#x9;"
	case r == '\n' || r == '\t':
		return ""
	case r < 0x20, r >= 0x7f && r < 0xa0, r == 0xfffe, r == 0xffff, r == utf8.RuneError && size == 1:
		return "\uFFFD"
	}
	return ""
}

// number is left out at zero, which is Twilio's default.
func (m *markup) number(name string, n int) attr {
	m.require(n >= 0, name+": below zero")
	if n == 0 {
		return attr{}
	}
	return attr{name, strconv.Itoa(n)}
}

func (m *markup) flag(name string, on bool) attr {
	if !on {
		return attr{}
	}
	return attr{name, "true"}
}

func (m *markup) language(where, lang string) string {
	tag, ok := languages[lang]
	m.require(ok, where+": language is neither en nor es")
	return tag
}

// hints are the words to expect, with commas between them.
func (m *markup) hints(g Gather) attr {
	if !g.Speech || len(g.Hints) == 0 {
		return attr{}
	}
	for _, hint := range g.Hints {
		m.require(!strings.Contains(hint, ",") && hint != "" && utf8.RuneCountInString(hint) <= 100, "Gather hint: 1 to 100 characters, no comma")
	}
	m.require(len(g.Hints) <= 500, "Gather: more than 500 hints")
	return attr{"hints", strings.Join(g.Hints, ",")}
}

// link wants an absolute URL, or a path on the host that serves the page.
func (m *markup) link(where, target string) {
	m.require(isLink(target), where+": want an absolute URL or a path")
}

func isLink(target string) bool {
	u, err := url.Parse(target)
	if err != nil || strings.ContainsAny(target, " \t\r\n") {
		return false
	}
	if u.Scheme == "" {
		return u.Host == "" && strings.HasPrefix(target, "/")
	}
	return absolute(u)
}

func absolute(u *url.URL) bool { return (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" }
