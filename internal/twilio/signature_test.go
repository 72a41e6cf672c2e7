package twilio_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/twilio"
)

// form makes a Form of fields, by the way that every webhook takes.
func form(tb testing.TB, fields url.Values) twilio.Form {
	tb.Helper()
	f, err := twilio.ReadForm(post(fields.Encode()))
	if err != nil {
		tb.Fatalf("form: %v", err)
	}
	return f
}

func post(body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/twilio/voice?Body=from-the-query", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// The walkthrough of Twilio's own documentation, token 12345.
func TestSignatureOfTwiliosDocumentation(t *testing.T) {
	t.Parallel()
	fields := url.Values{
		"CallSid": {"CA1234567890ABCDE"}, "Caller": {"+14158675310"}, "Digits": {"1234"},
		"From": {"+14158675310"}, "To": {"+18005551212"},
	}
	want := "L/OH5YylLD5NRKLltdqwSvS0BnU="
	if got := twilio.Sign("12345", "https://example.com/myapp.php?foo=1&bar=2", fields); got != want {
		t.Errorf("Sign = %s, want %s", got, want)
	}
}

// FAULTS 19.
func TestSignatureIsAcceptedForTheConfiguredURLOnly(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		public, line, signedURL string
		want                    bool
	}{
		"as configured":                                    {"https://line.example", "/twilio/voice?c=1", "https://line.example/twilio/voice?c=1", true},
		"trailing slash of the setting":                    {"https://line.example/", "/twilio/voice", "https://line.example/twilio/voice", true},
		"default port added by Twilio":                     {"https://line.example", "/twilio/sms", "https://line.example:443/twilio/sms", true},
		"default port of http":                             {"http://line.example", "/twilio/sms", "http://line.example:80/twilio/sms", true},
		"own port kept, as for texts":                      {"https://line.example:8443", "/twilio/sms", "https://line.example:8443/twilio/sms", true},
		"own port dropped, as for voice":                   {"https://line.example:8443", "/twilio/voice", "https://line.example/twilio/voice", true},
		"IPv6 host":                                        {"http://[::1]:8080", "/twilio/voice", "http://[::1]:8080/twilio/voice", true},
		"path prefix that the proxy strips":                {"https://org.example/hotline", "/twilio/voice", "https://org.example/hotline/twilio/voice", true},
		"user and password are never signed":               {"https://u:p@line.example", "/twilio/voice", "https://line.example/twilio/voice", true},
		"quote in the query, as sent":                      {"https://line.example", "/twilio/voice?n=it's", "https://line.example/twilio/voice?n=it's", true},
		"escapes in the query, as sent":                    {"https://line.example", "/twilio/voice?n=%c3%a1%2B", "https://line.example/twilio/voice?n=%c3%a1%2B", true},
		"fragment of the connection settings":              {"https://line.example", "/twilio/voice#rc=2", "https://line.example/twilio/voice", true},
		"another host":                                     {"https://line.example", "/twilio/voice", "https://evil.example/twilio/voice", false},
		"http behind a proxy that ends TLS, not as set":    {"https://line.example", "/twilio/voice", "http://line.example/twilio/voice", false},
		"another port":                                     {"https://line.example:8443", "/twilio/voice", "https://line.example:9443/twilio/voice", false},
		"another query":                                    {"https://line.example", "/twilio/voice?c=1", "https://line.example/twilio/voice?c=2", false},
		"query in another order":                           {"https://line.example", "/twilio/voice?b=1&a=2", "https://line.example/twilio/voice?a=2&b=1", false},
		"trailing slash of the path":                       {"https://line.example", "/twilio/voice/", "https://line.example/twilio/voice", false},
		"absolute request line, where a client names host": {"https://line.example", "https://line.example/twilio/voice", "https://line.examplehttps://line.example/twilio/voice", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check, err := twilio.NewValidator(c.public, []string{"token"})
			if err != nil {
				t.Fatal(err)
			}
			fields := url.Values{"Digits": {"9"}, "FromCity": {""}}
			if got := check.Valid(http.MethodPost, c.line, form(t, fields), twilio.Sign("token", c.signedURL, fields)); got != c.want {
				t.Errorf("valid = %v, want %v", got, c.want)
			}
			if got := check.Valid(http.MethodGet, c.line, form(t, fields), twilio.Sign("token", c.signedURL, nil)); got != c.want {
				t.Errorf("by GET: valid = %v, want %v", got, c.want)
			}
		})
	}
}

func TestSignatureCoversEveryField(t *testing.T) {
	t.Parallel()
	check, err := twilio.NewValidator("https://line.example", []string{"new", "old"})
	if err != nil {
		t.Fatal(err)
	}
	const line, target = "/twilio/voice", "https://line.example/twilio/voice"
	signedAs := url.Values{"B": {"2", "1", "2"}, "A": {""}, "a": {"z"}}
	for name, c := range map[string]struct {
		method    string
		fields    url.Values
		signature string
		want      bool
	}{
		"repeated values, each once and sorted": {"POST", url.Values{"B": {"1", "2"}, "A": {""}, "a": {"z"}}, twilio.Sign("new", target, signedAs), true},
		"written out by hand":                   {"POST", signedAs, twilio.Sign("new", target+"AB1B2az", nil), true},
		"token that is being retired":           {"POST", signedAs, twilio.Sign("old", target, signedAs), true},
		"token that never was":                  {"POST", signedAs, twilio.Sign("other", target, signedAs), false},
		"empty field left out":                  {"POST", url.Values{"B": {"1", "2"}, "a": {"z"}}, twilio.Sign("new", target, signedAs), false}, // its name is signed
		"second value of a field left out":      {"POST", url.Values{"B": {"1"}, "A": {""}, "a": {"z"}}, twilio.Sign("new", target, signedAs), false},
		"letter case of a name":                 {"POST", url.Values{"b": {"1", "2"}, "A": {""}, "a": {"z"}}, twilio.Sign("new", target, signedAs), false},
		"nothing signed":                        {"POST", signedAs, "", false},
		"not base64":                            {"POST", signedAs, "%%%", false},
		"GET does not sign fields":              {"GET", signedAs, twilio.Sign("new", target, signedAs), false},
		"GET signed by its URL":                 {"GET", signedAs, twilio.Sign("new", target, nil), true},
		"another method":                        {"PUT", signedAs, twilio.Sign("new", target, signedAs), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := check.Valid(c.method, line, form(t, c.fields), c.signature); got != c.want {
				t.Errorf("valid = %v, want %v", got, c.want)
			}
		})
	}
}

func TestValidatorRefusesToStartUnsafe(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		public string
		tokens []string
	}{
		"no token":         {"https://line.example", nil},
		"an empty token":   {"https://line.example", []string{"t", ""}},
		"no scheme":        {"line.example", []string{"t"}},
		"another scheme":   {"ftp://line.example", []string{"t"}},
		"no host":          {"https:///x", []string{"t"}},
		"a query":          {"https://line.example?x=1", []string{"t"}},
		"a fragment":       {"https://line.example#x", []string{"t"}},
		"not a URL at all": {"https://line.example/%zz", []string{"t"}},
	} {
		if _, err := twilio.NewValidator(c.public, c.tokens); err == nil {
			t.Errorf("%s: accepted", name)
		} else if strings.Contains(err.Error(), "line.example") {
			t.Errorf("%s: the error quotes the setting: %v", name, err)
		}
	}
}

func TestSecretsAndWordsAreNeverPrinted(t *testing.T) {
	t.Parallel()
	const token, number, words = "s3cr3t0token", "+14155550123", "planted words"
	credentials := twilio.Credentials{Account: account, Tokens: []string{token}, Secret: token}
	client, err := twilio.New(twilio.Credentials{Account: account, Tokens: []string{token}}, twilio.Options{})
	if err != nil {
		t.Fatal(err)
	}
	check, err := twilio.NewValidator("https://line.example", []string{token})
	if err != nil {
		t.Fatal(err)
	}
	f := form(t, url.Values{
		"CallSid": {call}, "MessageSid": {text}, "AccountSid": {account}, "From": {number}, "To": {number},
		"SpeechResult": {words}, "Body": {words},
	})
	voice, err := f.Call()
	if err != nil {
		t.Fatal(err)
	}
	sms, err := f.Text()
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]any{
		"credentials": credentials, "client": client, "validator": check, "validator by value": *check, "form": f, "call": voice, "text": sms,
		"text request": twilio.TextRequest{To: voice.To, Body: words}, "listed text": twilio.TextInfo{Body: words},
		"call request": twilio.CallRequest{To: voice.To},
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			out := fmt.Sprintf(verb, v)
			for _, secret := range []string{token, number, number[1:], words, fmt.Sprintf("%x", token), fmt.Sprintf("%x", words), fmt.Sprintf("%d", []byte(token))} {
				if strings.Contains(out, secret) {
					t.Errorf("%s with %s shows a secret", name, verb)
				}
			}
		}
	}
}

func BenchmarkValid(b *testing.B) {
	check, err := twilio.NewValidator("https://line.example", []string{"0123456789abcdef0123456789abcdef"})
	if err != nil {
		b.Fatal(err)
	}
	fields := url.Values{}
	for i := range 30 {
		fields.Set(fmt.Sprintf("Field%d", i), "some value of a usual length")
	}
	f, signature := form(b, fields), twilio.Sign("0123456789abcdef0123456789abcdef", "https://line.example/twilio/voice", fields)
	b.ReportAllocs()
	for b.Loop() {
		if !check.Valid(http.MethodPost, "/twilio/voice", f, signature) {
			b.Fatal("refused")
		}
	}
}
