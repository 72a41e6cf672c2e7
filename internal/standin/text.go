package standin

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// text is a message, guarded by Exchange.mu.
type text struct {
	Text
	statusURL string
	sent      time.Time
}

var (
	stopWords  = []string{"STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT"}
	startWords = []string{"START", "UNSTOP", "YES"}
	helpWords  = []string{"HELP", "INFO"}
)

// Texts is the phone's thread, oldest first, without what was blocked.
func (p *Phone) Texts() []Text {
	p.x.mu.Lock()
	defer p.x.mu.Unlock()
	thread := make([]Text, 0, len(p.thread))
	for _, t := range p.thread {
		thread = append(thread, t.Text)
	}
	return thread
}

// Text sends a text to the line and gives what the webhook answered. Twilio's
// own answers to STOP, START and HELP are in the thread only.
func (p *Phone) Text(ctx context.Context, body string) (replies []string, err error) {
	if strings.TrimSpace(body) == "" {
		return nil, errors.New("text: empty")
	}
	x := p.x
	x.mu.Lock()
	t := x.newText(&text{Text: Text{From: p.number, To: x.o.Number, Body: body, Direction: "inbound", Status: "received"}})
	p.thread = append(p.thread, t)
	optOut := x.consent(p, strings.ToUpper(strings.TrimSpace(body)))
	at := order{url: x.hooks.SMSURL}
	params := x.textParams(t, optOut)
	x.pending++
	done := make(chan struct{})
	x.spawn(func() { //nolint:contextcheck // a text is on its way whether or not somebody waits for the answer
		defer close(done)
		replies, err = x.answerText(p, t.Sid, at, params)
		x.mu.Lock()
		x.pending--
		x.touch()
		x.mu.Unlock()
	})
	x.mu.Unlock()
	select {
	case <-done:
		return replies, err
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-x.ctx.Done():
		return nil, errors.New("text: the exchange is closed")
	}
}

// newText registers a message. x.mu is held.
func (x *Exchange) newText(t *text) *text {
	t.Sid, t.At = x.ids.sid("SM"), x.o.Now()
	x.texts = append(x.texts, t)
	x.touch()
	return t
}

// consent does what Twilio does by itself with STOP, START and HELP, and gives
// the word for OptOutType. x.mu is held.
func (x *Exchange) consent(p *Phone, word string) string {
	own := func(body string) {
		t := x.newText(&text{Text: Text{From: x.o.Number, To: p.number, Body: body, Direction: "outbound-reply", Status: "delivered"}})
		p.thread = append(p.thread, t)
	}
	switch {
	case contains(stopWords, word):
		x.optOuts[p.number] = true
		own("You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.")
		return "STOP"
	case contains(startWords, word) && (word != "YES" || x.optOuts[p.number]):
		delete(x.optOuts, p.number)
		own("You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.")
		return "START"
	case contains(helpWords, word):
		own("Reply STOP to unsubscribe. Msg&Data Rates May Apply.")
		return "HELP"
	}
	return ""
}

func (x *Exchange) textParams(t *text, optOut string) params {
	p := params{
		{"MessageSid", t.Sid},
		{"SmsSid", t.Sid},
		{"SmsMessageSid", t.Sid},
		{"AccountSid", x.o.Account},
		{"From", t.From},
		{"To", t.To},
		{"Body", t.Body},
		{"NumMedia", "0"},
		{"NumSegments", strconv.Itoa(segments(t.Body))},
		{"SmsStatus", "received"},
		{"ApiVersion", "2010-04-01"},
	}
	for _, end := range []string{"From", "To"} {
		p = p.with(end+"City", "", end+"State", "CA", end+"Zip", "", end+"Country", "US")
	}
	if optOut != "" && x.o.AdvancedOptOut {
		p = p.with("OptOutType", optOut)
	}
	return p
}

// answerText asks the app and delivers what it answers.
func (x *Exchange) answerText(p *Phone, sid string, at order, fields params) ([]string, error) {
	if at.url == "" {
		return nil, nil // a number without an SMS URL takes texts in silence
	}
	base := x.public
	var replies []string
	for range maxRedirects + 1 {
		target, err := base.Parse(at.url)
		if err != nil {
			return replies, x.refuseText(sid, at.url, &refusal{11100, "no URL"})
		}
		a, err := x.send(hook{kind: "sms", target: target, method: orPost(at.method), params: fields, sid: sid})
		if err != nil {
			return replies, x.refuseText(sid, target.String(), err)
		}
		doc, err := accept(a, target, forText)
		if err != nil {
			return replies, x.refuseText(sid, target.String(), err)
		}
		next := x.replies(p, doc, &replies)
		if next == nil {
			return replies, nil
		}
		base, at = target, *next
	}
	return replies, x.refuseText(sid, at.url, &refusal{11215, "too many redirects"})
}

// replies delivers the messages of a document, and gives its redirect.
func (x *Exchange) replies(p *Phone, doc document, all *[]string) *order {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, v := range doc.verbs {
		if v.name == "Redirect" {
			return &order{url: v.text, method: v.attr("method", http.MethodPost)}
		}
		body := v.text
		for _, c := range v.children {
			body = c.text
		}
		*all = append(*all, body)
		t := x.newText(&text{Text: Text{From: x.o.Number, To: p.number, Body: body, Direction: "outbound-reply", Status: "delivered"}, sent: x.o.Now()})
		if x.optOuts[p.number] {
			t.Status, t.ErrorCode = "failed", 21610
			continue
		}
		p.thread = append(p.thread, t)
	}
	return nil
}

func (x *Exchange) refuseText(sid, where string, err error) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.violate(refused(sid, asRefusal(err), where))
	return err
}

// deliver brings a text of the app's to the phone: sent, then delivered or not.
// x.mu is held.
func (x *Exchange) deliver(t *text) {
	p := x.phone(t.To)
	t.Status, t.sent = "sent", x.o.Now()
	x.reportText(t)
	if t.Status = "delivered"; p.refuses != 0 {
		t.Status, t.ErrorCode = "undelivered", p.refuses
	} else {
		p.thread = append(p.thread, t)
	}
	x.reportText(t)
	x.touch()
}

// reportText tells the app a text's status. x.mu is held.
func (x *Exchange) reportText(t *text) {
	if t.statusURL == "" {
		return
	}
	target, err := url.Parse(t.statusURL)
	if err != nil {
		return
	}
	p := params{
		{"MessageSid", t.Sid},
		{"SmsSid", t.Sid},
		{"MessageStatus", t.Status},
		{"SmsStatus", t.Status},
		{"To", t.To},
		{"From", t.From},
		{"AccountSid", x.o.Account},
		{"ApiVersion", "2010-04-01"},
	}
	if t.ErrorCode != 0 {
		p = p.with("ErrorCode", strconv.Itoa(t.ErrorCode))
	}
	if t.Status != "sent" {
		p = p.with("RawDlrDoneDate", x.o.Now().UTC().Format("0601021504"))
	}
	x.report(hook{kind: "message-status", target: target, method: http.MethodPost, params: p, sid: t.Sid})
}

const gsm7 = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"

// segments counts the parts in which a text travels.
func segments(body string) int {
	units, one, more := 0, 160, 153
	for _, r := range body {
		switch {
		case strings.ContainsRune(gsm7, r):
			units++
		case strings.ContainsRune("^{}\\[~]|€\f", r):
			units += 2
		default:
			units, one, more = len(utf16.Encode([]rune(body))), 70, 67
		}
		if one == 70 {
			break
		}
	}
	if units <= one {
		return 1
	}
	return (units + more - 1) / more
}
