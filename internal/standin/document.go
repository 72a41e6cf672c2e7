package standin

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// node is one element of a document.
type node struct {
	name     string
	attrs    map[string]string
	children []node
	text     string // of its own, trimmed
}

// said is the text of an element, or of the part of a Say that has a rate of
// its own.
func (n node) said() string {
	if n.name == "Say" && n.text == "" && len(n.children) == 1 {
		return n.children[0].text
	}
	return n.text
}

// attr gives an attribute, or what Twilio takes without it.
func (n node) attr(name, otherwise string) string {
	if v, given := n.attrs[name]; given {
		return v
	}
	return otherwise
}

// document is TwiML that was taken, and the URL that it came from.
type document struct {
	verbs []node
	base  *url.URL
}

// setting is what a document is for: each knows other verbs.
type setting int

const (
	forCall setting = iota + 1
	forText
	forWait // somebody alone in a conference
)

// accept reads the answer to a question for TwiML. The error is a *refusal.
func accept(a answer, base *url.URL, s setting) (document, error) {
	if a.status != http.StatusOK {
		return document{}, &refusal{11200, fmt.Sprintf("HTTP %d instead of a document", a.status)}
	}
	kind, _, err := mime.ParseMediaType(a.kind)
	if err != nil || kind != "text/xml" && kind != "application/xml" && kind != "text/html" {
		return document{}, &refusal{12300, "content type is none of TwiML"}
	}
	root, err := readDocument(a.body)
	if err != nil {
		return document{}, err
	}
	if err := check(root, s); err != nil {
		return document{}, err
	}
	return document{verbs: root.children, base: base}, nil
}

// readDocument reads well-formed XML with the root Response.
func readDocument(body []byte) (node, error) {
	if len(body) > maxDocument {
		return node{}, &refusal{11750, "larger than 64 kB"}
	}
	if len(body) == 0 || body[0] != '<' {
		return node{}, &refusal{12100, "does not begin with <"}
	}
	d := xml.NewDecoder(bytes.NewReader(body))
	var open []node
	var root *node
	for {
		tok, err := d.Token()
		switch {
		case errors.Is(err, io.EOF) && root != nil:
			if root.name != "Response" {
				return node{}, &refusal{12100, "root is not Response"}
			}
			return *root, nil
		case err != nil:
			return node{}, &refusal{12100, "not well-formed"}
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if root != nil {
				return node{}, &refusal{12100, "more than one root"}
			}
			n, err := begin(tok)
			if err != nil {
				return node{}, err
			}
			open = append(open, n)
		case xml.EndElement:
			n := open[len(open)-1]
			open = open[:len(open)-1]
			n.text = strings.TrimSpace(n.text)
			if len(open) == 0 {
				root = &n
			} else {
				up := &open[len(open)-1]
				up.children = append(up.children, n)
			}
		case xml.CharData:
			if len(open) > 0 {
				open[len(open)-1].text += string(tok)
			} else if strings.TrimSpace(string(tok)) != "" {
				return node{}, &refusal{12100, "words outside of the root"}
			}
		case xml.Directive:
			return node{}, &refusal{12100, "a document type has no place here"}
		}
	}
}

func begin(e xml.StartElement) (node, error) {
	n := node{name: e.Name.Local, attrs: map[string]string{}}
	for _, a := range e.Attr {
		name := a.Name.Local
		if a.Name.Space != "" {
			name = a.Name.Space + ":" + name
		}
		if _, twice := n.attrs[name]; twice {
			return node{}, &refusal{12100, "an attribute stands twice"}
		}
		n.attrs[name] = a.Value
	}
	return n, nil
}
