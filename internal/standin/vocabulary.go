package standin

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// element is what the stand-in knows of a verb: the attributes that it plays,
// and where it takes text.
type element struct {
	attrs    map[string]func(string) bool
	children []string
	text     bool // required
}

func boolean(s string) bool { return s == "true" || s == "false" }

func oneOf(words ...string) func(string) bool {
	return func(s string) bool { return slices.Contains(words, s) }
}

func someOf(words ...string) func(string) bool {
	return func(s string) bool {
		given := strings.Fields(s)
		return len(given) > 0 && !slices.ContainsFunc(given, func(w string) bool { return !slices.Contains(words, w) })
	}
}

func number(low, high int) func(string) bool {
	return func(s string) bool {
		n, err := strconv.Atoi(s)
		return err == nil && n >= low && n <= high
	}
}

func either(checks ...func(string) bool) func(string) bool {
	return func(s string) bool {
		return slices.ContainsFunc(checks, func(ok func(string) bool) bool { return ok(s) })
	}
}

func anything(string) bool { return true }

func filled(s string) bool { return s != "" }

var (
	e164      = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
	keysOnly  = regexp.MustCompile(`^[0-9*#]*$`).MatchString
	language  = regexp.MustCompile(`^[a-z]{2,3}(-[A-Z]{2}|-[0-9]{3})?$`).MatchString
	labelled  = regexp.MustCompile(`^.{1,128}$`).MatchString
	method    = oneOf("GET", "POST")
	listening = oneOf("dtmf", "speech", "dtmf speech", "speech dtmf")
	seconds   = number(0, 86400)
)

// voiceVerbs is all that a call may be told.
var voiceVerbs = map[string]element{
	"Response": {children: []string{"Say", "Play", "Pause", "Gather", "Redirect", "Hangup", "Dial", "Record"}},
	"Say":      {attrs: map[string]func(string) bool{"voice": filled, "language": language, "loop": number(0, 1000)}, children: []string{"prosody"}, text: true},
	"prosody":  {attrs: map[string]func(string) bool{"rate": oneOf("x-slow", "slow", "medium", "fast", "x-fast")}, text: true},
	"Play":     {attrs: map[string]func(string) bool{"loop": number(0, 1000)}, text: true},
	"Pause":    {attrs: map[string]func(string) bool{"length": number(1, 86400)}},
	"Redirect": {attrs: map[string]func(string) bool{"method": method}, text: true},
	"Hangup":   {},
	"Gather": {attrs: map[string]func(string) bool{
		"input": listening, "action": anything, "method": method, "timeout": either(number(1, 86400), oneOf("auto")),
		"speechTimeout": either(number(1, 86400), oneOf("auto")), "numDigits": number(1, 255), "finishOnKey": keysOnly,
		"language": language, "hints": anything, "profanityFilter": boolean, "bargeIn": boolean, "actionOnEmptyResult": boolean,
		"speechModel": filled, "enhanced": boolean,
	}, children: []string{"Say", "Play", "Pause"}},
	"Dial": {attrs: map[string]func(string) bool{
		"action": filled, "method": method, "timeout": number(1, 600), "timeLimit": number(1, 86400), "hangupOnStar": boolean, "callerId": filled,
	}, children: []string{"Conference", "Number"}},
	"Number": {text: true},
	"Conference": {attrs: map[string]func(string) bool{
		"participantLabel": labelled, "beep": oneOf("true", "false", "onEnter", "onExit"), "muted": boolean,
		"startConferenceOnEnter": boolean, "endConferenceOnExit": boolean, "waitUrl": anything, "waitMethod": method,
		"maxParticipants": number(2, 250), "statusCallback": filled, "statusCallbackMethod": method,
		"statusCallbackEvent": someOf("start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement"),
	}, text: true},
	"Record": {attrs: map[string]func(string) bool{
		"action": filled, "method": method, "timeout": seconds, "maxLength": number(1, 14400), "finishOnKey": keysOnly, "playBeep": boolean,
		"transcribe": oneOf("false"), "trim": oneOf("trim-silence", "do-not-trim"), "recordingStatusCallback": filled,
		"recordingStatusCallbackMethod": method, "recordingStatusCallbackEvent": someOf("in-progress", "completed", "absent"),
	}},
}

// textVerbs is all that may answer a text.
var textVerbs = map[string]element{
	"Response": {children: []string{"Message", "Redirect"}},
	"Message":  {children: []string{"Body"}},
	"Body":     {text: true},
	"Redirect": voiceVerbs["Redirect"],
}

// waitVerbs is all that somebody alone in a conference may be told.
var waitVerbs = map[string]element{
	"Response": {children: []string{"Say", "Play", "Pause", "Redirect"}},
	"Say":      voiceVerbs["Say"], "prosody": voiceVerbs["prosody"], "Play": voiceVerbs["Play"], "Pause": voiceVerbs["Pause"], "Redirect": voiceVerbs["Redirect"],
}

// check walks a document. The error is a *refusal.
func check(root node, s setting) error {
	verbs := map[setting]map[string]element{forCall: voiceVerbs, forText: textVerbs, forWait: waitVerbs}[s]
	if s == forCall && len(root.children) == 0 {
		return &refusal{12200, "an empty Response would end the call"}
	}
	return walk(root, verbs)
}

func walk(n node, verbs map[string]element) error {
	e, known := verbs[n.name]
	if !known {
		return &refusal{12200, "unknown verb " + n.name}
	}
	for name, value := range n.attrs {
		fits, known := e.attrs[name]
		switch {
		case !known:
			return &refusal{12200, "unknown attribute " + n.name + "@" + name}
		case !fits(value):
			return &refusal{12200, "bad value of " + n.name + "@" + name}
		}
	}
	for _, c := range n.children {
		if !slices.Contains(e.children, c.name) {
			return &refusal{12200, c.name + " inside " + n.name}
		}
		if err := walk(c, verbs); err != nil {
			return err
		}
	}
	return words(n, e)
}

// words checks the text of an element and what depends on it.
func words(n node, e element) error {
	length := utf8.RuneCountInString(n.said())
	switch {
	case n.name == "Message":
		return message(n)
	case e.text && length == 0:
		return &refusal{12200, n.name + " without text"}
	case !e.text && length > 0:
		return &refusal{12200, "text inside " + n.name}
	case n.name == "Say" && length > 4096:
		return &refusal{13520, "Say of more than 4096 characters"}
	case n.name == "Dial" && len(n.children) != 1:
		return &refusal{12200, "Dial: the stand-in bridges to one number or conference"}
	case n.name == "Conference" && length > 128:
		return &refusal{12200, "name of a conference of more than 128 characters"}
	case n.name == "Number" && !e164.MatchString(n.text) && !short.MatchString(n.text):
		return &refusal{13223, "Number is no number"}
	}
	return nil
}

var short = regexp.MustCompile(`^[0-9]{3,6}$`)

// message takes the words of a Message from itself or from its Body.
func message(n node) error {
	body := n.text
	if len(n.children) == 1 {
		body = n.children[0].text
	}
	switch length := utf8.RuneCountInString(body); {
	case length == 0:
		return &refusal{14103, "Message without words"}
	case length > 1600:
		return &refusal{14103, "Message of more than 1600 characters"}
	case n.text != "" && len(n.children) > 0 || len(n.children) > 1:
		return &refusal{12200, "Message with more than one body"}
	}
	return nil
}
