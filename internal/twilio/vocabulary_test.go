package twilio_test

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/twilio"
)

// vocabulary is what the typings of Twilio's own library say of TwiML.
type vocabulary struct {
	enums    map[string][]string          // type → words
	attrs    map[string]map[string]string // element → attribute → type
	children map[string][]string          // element → elements
}

var (
	enumLine  = regexp.MustCompile(`^\s*type (\w+) = (".*");`)
	blockLine = regexp.MustCompile(`^\s*(?:export |declare )?(interface|class) (\w+?)(Attributes)? (?:extends \w+ )?\{`)
	attrLine  = regexp.MustCompile(`^\s*"?([\w:-]+)"?\??: ([\w\[\]]+);`)
	childLine = regexp.MustCompile(`\): (?:Voice|Messaging)Response\.(\w+);`)
)

// readVocabulary goes through the typings line by line. Of an element that is
// described twice the first counts.
func readVocabulary(t *testing.T, file, root string) vocabulary {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(oracles(t), "node_modules/twilio/lib/twiml", file))
	if err != nil {
		t.Fatal(err)
	}
	v := vocabulary{map[string][]string{}, map[string]map[string]string{}, map[string][]string{}}
	kind, name := "", ""
	for line := range strings.Lines(string(raw)) {
		if m := blockLine.FindStringSubmatch(line); m != nil {
			kind, name = m[1], m[2]
			if name == root {
				name = "Response"
			}
			if kind == "interface" && v.attrs[name] == nil {
				v.attrs[name] = map[string]string{}
			} else if kind == "interface" {
				kind = "" // described before
			}
			continue
		}
		if m := enumLine.FindStringSubmatch(line); m != nil {
			v.enums[m[1]] = strings.Split(strings.Trim(m[2], `"`), `" | "`)
		}
		if m := attrLine.FindStringSubmatch(line); m != nil && kind == "interface" {
			v.attrs[name][m[1]] = m[2]
		}
		if m := childLine.FindStringSubmatch(line); m != nil && kind == "class" && !slices.Contains(v.children[name], m[1]) {
			v.children[name] = append(v.children[name], m[1])
		}
	}
	return v
}

func (v vocabulary) allows(kind, value string) bool {
	list := strings.HasSuffix(kind, "[]")
	enum, isEnum := v.enums[strings.TrimSuffix(kind, "[]")]
	switch {
	case kind == "boolean":
		return value == "true" || value == "false"
	case kind == "number":
		n, err := strconv.Atoi(value)
		return err == nil && n >= 0
	case kind == "string":
		return true
	case isEnum && list:
		return value != "" && !slices.ContainsFunc(strings.Split(value, " "), func(w string) bool { return !slices.Contains(enum, w) })
	default:
		return isEnum && slices.Contains(enum, value)
	}
}

type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Children []element  `xml:",any"`
}

// faults lists what Twilio would not understand, and counts the attributes.
func (v vocabulary) faults(e element) (faults []string, attrs int) {
	name := e.XMLName.Local
	for _, a := range e.Attrs {
		kind, known := v.attrs[name][a.Name.Local]
		if !known || !v.allows(kind, a.Value) {
			faults = append(faults, name+"@"+a.Name.Local+"="+a.Value)
		}
	}
	attrs = len(e.Attrs)
	for _, c := range e.Children {
		if !slices.Contains(v.children[name], c.XMLName.Local) {
			faults = append(faults, c.XMLName.Local+" inside "+name)
		}
		f, n := v.faults(c)
		faults, attrs = append(faults, f...), attrs+n
	}
	return faults, attrs
}

func (v vocabulary) read(t *testing.T, page []byte) (faults []string, attrs int) {
	t.Helper()
	if len(page) > 64<<10 || page[0] != '<' {
		t.Fatalf("page of %d bytes begins with %q", len(page), page[0])
	}
	var root element
	if err := xml.Unmarshal(page, &root); err != nil || root.XMLName.Local != "Response" {
		t.Fatalf("page is no Response: %v", err)
	}
	return v.faults(root)
}

func TestEveryVerbIsOfTwiliosVocabulary(t *testing.T) {
	t.Parallel()
	v := readVocabulary(t, "VoiceResponse.d.ts", "VoiceResponse")
	none := ""
	page, err := twilio.Voice(
		twilio.Say{Text: "a", Lang: "en"}, twilio.Say{Text: "a", Lang: "es"}, twilio.Play{URL: "/a", Loop: 3}, twilio.Pause{Seconds: 5},
		twilio.Gather{Keys: 4, Timeout: 3, Action: "/a", Body: []twilio.Verb{twilio.Say{Text: "a", Lang: "en"}, twilio.Play{URL: "/a"}, twilio.Pause{}}},
		twilio.Gather{Speech: true, Lang: "en", Hints: []string{"a"}, FinishOnKey: &none, EmptyResult: true, Action: "/a"},
		twilio.Gather{Speech: true, Lang: "es", Action: "/a"},
		twilio.Dial{Number: "988", Timeout: 20, TimeLimit: 60, HangupOnStar: true, CallerID: "+14155550100"},
		twilio.Dial{Room: &twilio.Room{Name: "r", Muted: true, Label: "patient", WaitURL: "/w", StatusURL: "/s"}},
		twilio.Redirect{URL: "/a"},
	)
	if err != nil {
		t.Fatal(err)
	}
	faults, attrs := v.read(t, page)
	if len(faults) > 0 {
		t.Errorf("Twilio would not understand: %v", faults)
	}
	if want := bytesCount(page, `="`) - 2; attrs != want { // less the two of the XML declaration
		t.Errorf("%d attributes were looked at, the page has %d", attrs, want)
	}
	for _, end := range []twilio.Verb{twilio.Hangup{}, twilio.Dial{Action: "/a", Number: "988"}} {
		page, err := twilio.Voice(end)
		if err != nil {
			t.Fatal(err)
		}
		if faults, _ := v.read(t, page); len(faults) > 0 {
			t.Errorf("Twilio would not understand: %v", faults)
		}
	}
}

func TestAnswersToTextsAreOfTwiliosVocabulary(t *testing.T) {
	t.Parallel()
	v := readVocabulary(t, "MessagingResponse.d.ts", "MessagingResponse")
	page, err := twilio.Texts("a", "b")
	if err != nil {
		t.Fatal(err)
	}
	if faults, _ := v.read(t, page); len(faults) > 0 {
		t.Errorf("Twilio would not understand: %v", faults)
	}
}

// A vocabulary that lets everything pass would prove nothing.
func TestVocabularyFindsFaults(t *testing.T) {
	t.Parallel()
	v := readVocabulary(t, "VoiceResponse.d.ts", "VoiceResponse")
	for name, page := range map[string]string{
		"unknown element":      `<Response><Speak>a</Speak></Response>`,
		"unknown attribute":    `<Response><Say lang="en-US">a</Say></Response>`,
		"unknown language":     `<Response><Say language="xx-XX">a</Say></Response>`,
		"flag that is none":    `<Response><Gather actionOnEmptyResult="yes"/></Response>`,
		"count that is none":   `<Response><Gather numDigits="one"/></Response>`,
		"bridge in a question": `<Response><Gather><Dial/></Gather></Response>`,
		"unknown event":        `<Response><Dial><Conference statusCallbackEvent="start goodbye">r</Conference></Dial></Response>`,
		"a text in a call":     `<Response><Message>a</Message></Response>`,
	} {
		if faults, _ := v.read(t, []byte(page)); len(faults) != 1 {
			t.Errorf("%s: faults %v, want one", name, faults)
		}
	}
}

func bytesCount(page []byte, s string) int { return strings.Count(string(page), s) }
