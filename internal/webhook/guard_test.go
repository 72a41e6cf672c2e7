package webhook_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/twilio"
	"github.com/tideover/tideover/internal/webhook"
)

func signed(method, target, signedAs, body string) *http.Request {
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	req := httptest.NewRequest(method, target, reader)
	f, _ := url.ParseQuery(body)
	if method == http.MethodGet {
		f = nil
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	req.Header.Set("X-Twilio-Signature", twilio.Sign(secret, signedAs, f))
	return req
}

// FAULTS 18, 31, 32.
func TestWhoeverIsNotTwilioIsRefusedAndNothingIsStored(t *testing.T) {
	t.Parallel()
	body := fields().Encode()
	for name, c := range map[string]struct {
		req    *http.Request
		status int
		reason string
	}{
		"no signature":         {unsigned(body), http.StatusForbidden, "signature"},
		"another token":        {resigned(body, twilio.Sign("another", public+"/twilio/voice", fields())), http.StatusForbidden, "signature"},
		"another path":         {signed("POST", "/twilio/voice", public+"/twilio/sms", body), http.StatusForbidden, "signature"},
		"another host":         {signed("POST", "/twilio/voice", "https://evil.example/twilio/voice", body), http.StatusForbidden, "signature"},
		"a query added":        {signed("POST", "/twilio/voice?x=1", public+"/twilio/voice", body), http.StatusForbidden, "signature"},
		"a field added":        {resigned(body+"&Digits=9", twilio.Sign(secret, public+"/twilio/voice", fields())), http.StatusForbidden, "signature"},
		"another account":      {signed("POST", "/twilio/voice", public+"/twilio/voice", fields("AccountSid", "AC00000000000000000000000000000002").Encode()), http.StatusForbidden, "account"},
		"no account":           {signed("POST", "/twilio/voice", public+"/twilio/voice", fields("AccountSid", "-").Encode()), http.StatusForbidden, "account"},
		"to another line":      {signed("POST", "/twilio/voice", public+"/twilio/voice", fields("To", "+15550007777").Encode()), http.StatusForbidden, "number"},
		"from us, yet inbound": {signed("POST", "/twilio/voice", public+"/twilio/voice", fields("From", line, "To", patient).Encode()), http.StatusForbidden, "number"},
		"outbound of another":  {signed("POST", "/twilio/voice", public+"/twilio/voice", fields("Direction", "outbound-api").Encode()), http.StatusForbidden, "number"},
		"neither To nor From":  {signed("POST", "/twilio/voice", public+"/twilio/voice", fields("To", "-", "From", "-").Encode()), http.StatusForbidden, "number"},
		"only From":            {signed("POST", "/twilio/voice", public+"/twilio/voice", fields("To", "-").Encode()), http.StatusForbidden, "number"},
		"70 kB":                {signed("POST", "/twilio/sms", public+"/twilio/sms", textFields("Body", strings.Repeat("x", 70<<10)).Encode()), http.StatusRequestEntityTooLarge, "too-large"},
		"80 kB in chunks":      {chunked(textFields("Body", strings.Repeat("x", 80<<10)).Encode()), http.StatusRequestEntityTooLarge, "too-large"},
		"a semicolon":          {signed("POST", "/twilio/voice", public+"/twilio/voice", body+";a=b"), http.StatusBadRequest, "malformed"},
		"a broken escape":      {signed("POST", "/twilio/voice", public+"/twilio/voice", body+"&a=%zz"), http.StatusBadRequest, "malformed"},
		"JSON":                 {json(body), http.StatusBadRequest, "malformed"},
		"no CallSid":           {signed("POST", "/twilio/voice", public+"/twilio/voice", fields("CallSid", "-").Encode()), http.StatusBadRequest, "malformed"},
		"a CallSid of ours":    {signed("POST", "/twilio/voice", public+"/twilio/voice", fields("CallSid", "CA../../x").Encode()), http.StatusBadRequest, "malformed"},
	} {
		r := newRoutes(t, webhook.Options{})
		res := r.do(c.req)
		if res.Code != c.status || len(r.refused) != 1 || r.refused[0] != c.reason || r.wrote() > 0 {
			t.Errorf("%s: status %d, refused as %v, %d writes", name, res.Code, r.refused, r.wrote())
		}
		if strings.Contains(res.Body.String(), "+1") {
			t.Errorf("%s: the answer holds a number", name)
		}
	}
}

func unsigned(body string) *http.Request {
	req := signed("POST", "/twilio/voice", public+"/twilio/voice", body)
	req.Header.Del("X-Twilio-Signature")
	return req
}

func resigned(body, signature string) *http.Request {
	req := signed("POST", "/twilio/voice", public+"/twilio/voice", body)
	req.Header.Set("X-Twilio-Signature", signature)
	return req
}

func chunked(body string) *http.Request {
	req := signed("POST", "/twilio/sms", public+"/twilio/sms", body)
	req.ContentLength, req.TransferEncoding = -1, []string{"chunked"}
	return req
}

func json(body string) *http.Request {
	req := signed("POST", "/twilio/voice", public+"/twilio/voice", body)
	req.Header.Set("Content-Type", "application/json")
	return req
}

// FAULTS 19.
func TestTheURLThatIsConfiguredIsTheOneThatCounts(t *testing.T) {
	t.Parallel()
	body := fields().Encode()
	for name, c := range map[string]struct{ public, target, signedAs string }{
		"plain":                      {"https://line.example", "/twilio/voice", "https://line.example/twilio/voice"},
		"a port that Twilio keeps":   {"https://line.example:8443", "/twilio/voice", "https://line.example:8443/twilio/voice"},
		"a port that Twilio drops":   {"https://line.example:8443", "/twilio/voice", "https://line.example/twilio/voice"},
		"the default port is signed": {"https://line.example", "/twilio/voice", "https://line.example:443/twilio/voice"},
		"a path that a proxy strips": {"https://line.example/hot", "/twilio/voice", "https://line.example/hot/twilio/voice"},
		"with a query":               {"https://line.example", "/twilio/voice?a=b%20c&d='e'", "https://line.example/twilio/voice?a=b%20c&d='e'"},
		"a slash at the end":         {"https://line.example/", "/twilio/voice", "https://line.example/twilio/voice"},
	} {
		r := newRoutes(t, webhook.Options{PublicURL: c.public})
		req := signed("POST", c.target, c.signedAs, body)
		req.Host = "10.0.0.7:8080" // what a proxy makes of it plays no part
		req.Header.Set("X-Forwarded-Proto", "http")
		if res := r.do(req); res.Code != http.StatusOK {
			t.Errorf("%s: %d", name, res.Code)
		}
	}
}

// FAULTS 15.
func TestBothTokensOfARotationAreAccepted(t *testing.T) {
	t.Parallel()
	for _, tok := range []string{"newtoken", secret} {
		r := newRoutes(t, webhook.Options{Tokens: []string{"newtoken", secret}})
		if res := r.do(resigned(fields().Encode(), twilio.Sign(tok, public+"/twilio/voice", fields()))); res.Code != http.StatusOK {
			t.Errorf("%d", res.Code)
		}
	}
}

func TestAGetIsAnsweredAsWell(t *testing.T) {
	t.Parallel()
	target := "/twilio/voice?" + fields().Encode()
	r := newRoutes(t, webhook.Options{})
	d := r.read(r.do(signed("GET", target, public+target, "")))
	if d.verbs[1] != "Gather" {
		t.Error(d.raw)
	}
}

func TestTheNumberIsInToOrFromByTheDirection(t *testing.T) {
	t.Parallel()
	status := func(path string, f url.Values) int {
		r := newRoutes(t, webhook.Options{})
		r.c = &hotline.Case{ID: caseID, State: hotline.Live}
		return r.post(path, f).Code
	}
	for name, c := range map[string]struct {
		path string
		f    url.Values
		want int
	}{
		"our call's end":         {"/twilio/counselor/status?c=" + string(caseID), staffFields("CallStatus", "ringing"), http.StatusNoContent},
		"our call's end, turned": {"/twilio/counselor/status?c=" + string(caseID), fields("CallStatus", "ringing", "From", line, "To", patient), http.StatusForbidden},
		"a text of ours":         {"/twilio/sms/status?m=x", textFields("From", line, "To", patient, "MessageStatus", "sent"), http.StatusNoContent},
		"a text to us":           {"/twilio/sms/status?m=x", textFields("MessageStatus", "sent"), http.StatusForbidden},
		"a room has neither":     {"/twilio/room?c=" + string(caseID), url.Values{"AccountSid": {account}, "ConferenceSid": {"CF00000000000000000000000000000001"}, "StatusCallbackEvent": {"conference-end"}}, http.StatusNoContent},
		"a text needs one":       {"/twilio/sms", textFields("To", "-", "From", "-"), http.StatusForbidden},
	} {
		if got := status(c.path, c.f); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func TestTheAudioIsOpenCacheableAndASound(t *testing.T) {
	t.Parallel()
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		r := newRoutes(t, webhook.Options{})
		res := r.do(httptest.NewRequest(method, "/audio/hold.wav", nil))
		if res.Code != http.StatusOK || res.Header().Get("Content-Type") != "audio/wav" || !strings.Contains(res.Header().Get("Cache-Control"), "max-age=86400") {
			t.Errorf("%s: %d, %v", method, res.Code, res.Header())
		}
		if sound := res.Body.Bytes(); method == http.MethodGet && (len(sound) < 300_000 || string(sound[:4]) != "RIFF" || string(sound[8:15]) != "WAVEfmt") {
			t.Errorf("%d bytes", len(sound))
		}
	}
}
