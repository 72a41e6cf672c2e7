package twilio_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/tideover/tideover/internal/twilio"
)

const (
	account = "AC0123456789abcdef0123456789abcdef"
	call    = "CA0123456789abcdef0123456789abcdef"
	text    = "SM0123456789abcdef0123456789abcdef"
	room    = "CF0123456789abcdef0123456789abcdef"
)

// FAULTS 32.
func TestFormThatIsNoneIsRefusedWithoutItsContent(t *testing.T) {
	t.Parallel()
	const form = "application/x-www-form-urlencoded"
	many := strings.Repeat("a=1&", 100) + "b=1"
	for name, c := range map[string]struct {
		kind, body string
		want       error
	}{
		"70 kB":                           {form, "Body=" + strings.Repeat("planted", 10_000), twilio.ErrTooLarge},
		"64 kB of empty pairs":            {form, strings.Repeat("&", 64<<10), twilio.ErrTooLarge},
		"101 fields":                      {form, many, twilio.ErrTooLarge},
		"a value of more than 8 kB":       {form, "Body=" + strings.Repeat("x", 8<<10+1), twilio.ErrTooLarge},
		"a name of more than 8 kB":        {form, strings.Repeat("x", 8<<10+1) + "=1", twilio.ErrTooLarge},
		"bad percent sign":                {form, "Body=planted%zz", twilio.ErrMalformed},
		"half a percent sign":             {form, "Body=planted%2", twilio.ErrMalformed},
		"semicolon":                       {form, "Body=planted;From=1", twilio.ErrMalformed},
		"JSON":                            {"application/json", `{"Body":"planted"}`, twilio.ErrMalformed},
		"no content type":                 {"", "Body=planted", twilio.ErrMalformed},
		"a content type that is none":     {"application/x-www-form-urlencoded; charset", "Body=planted", twilio.ErrMalformed},
		"a longer content type":           {form + "ed", "Body=planted", twilio.ErrMalformed},
		"multipart":                       {"multipart/form-data; boundary=b", "--b\r\n\r\nplanted\r\n--b--", twilio.ErrMalformed},
		"plain text":                      {"text/plain", "Body=planted", twilio.ErrMalformed},
		"charset is no fault":             {form + "; charset=UTF-8", "Body=fine", nil},
		"letter case is none either":      {"Application/X-WWW-Form-URLencoded", "Body=fine", nil},
		"100 fields":                      {form, strings.TrimSuffix(many, "&b=1"), nil},
		"an empty body":                   {form, "", nil},
		"a key held down for ten minutes": {form, "Digits=" + strings.Repeat("9", 10_000), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := post(c.body)
			r.Header.Set("Content-Type", c.kind)
			if c.kind == "" {
				r.Header.Del("Content-Type")
			}
			_, err := twilio.ReadForm(r)
			if !errors.Is(err, c.want) {
				t.Errorf("error = %v, want %v", err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), "planted") {
				t.Errorf("the error holds what was sent: %v", err)
			}
		})
	}
}

func TestFormOfOtherRequests(t *testing.T) {
	t.Parallel()
	gzipped := post("Body=x")
	gzipped.Header.Set("Content-Encoding", "gzip")
	twice := post("Body=x")
	twice.Header.Add("Content-Type", "text/plain")
	broken := post("")
	broken.Body = io.NopCloser(iotest.ErrReader(errors.New("connection reset, planted")))
	capped := post(strings.Repeat("x", 100))
	capped.Body = http.MaxBytesReader(httptest.NewRecorder(), capped.Body, 10)
	for name, c := range map[string]struct {
		request *http.Request
		want    error
	}{
		"compressed":                {gzipped, twilio.ErrMalformed},
		"two content types":         {twice, twilio.ErrMalformed},
		"a body that breaks off":    {broken, twilio.ErrMalformed},
		"a cap of the server's":     {capped, twilio.ErrTooLarge},
		"another method":            {httptest.NewRequest(http.MethodPut, "/?Body=planted", nil), twilio.ErrMalformed},
		"GET with a semicolon":      {httptest.NewRequest(http.MethodGet, "/?Body=planted;a=1", nil), twilio.ErrMalformed},
		"GET with a bad percent":    {httptest.NewRequest(http.MethodGet, "/?Body=planted%zz", nil), twilio.ErrMalformed},
		"GET with a query of 70 kB": {httptest.NewRequest(http.MethodGet, "/?Body="+strings.Repeat("x", 70_000), nil), twilio.ErrTooLarge},
		"GET with a query":          {httptest.NewRequest(http.MethodGet, "/?Body=fine", nil), nil},
		"POST without any body":     {func() *http.Request { r := post(""); r.Body = nil; return r }(), nil},
	} {
		_, err := twilio.ReadForm(c.request)
		if !errors.Is(err, c.want) || err != nil && strings.Contains(err.Error(), "planted") {
			t.Errorf("%s: error = %v, want %v", name, err, c.want)
		}
	}
}

// Over a real connection, since a recorder knows the length beforehand.
// FAULTS 31.
func TestChunkedBodyIsCappedAndNeverBecomesAnEmptyMessage(t *testing.T) {
	t.Parallel()
	got := make(chan error, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, err := twilio.ReadForm(r)
		got <- err
	}))
	defer server.Close()
	body := io.MultiReader(strings.NewReader("Body="), strings.NewReader(strings.Repeat("x", 80_000)))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := server.Client().Do(req)
	if err == nil {
		_ = res.Body.Close()
	}
	if err := <-got; !errors.Is(err, twilio.ErrTooLarge) {
		t.Errorf("error = %v, want too large", err)
	}
}

// Many fields, each small enough: a reader that stops at the limit would take
// the first 64 kB for the whole.
func TestBodyOfUnknownLengthIsNeverCutShort(t *testing.T) {
	t.Parallel()
	body := ""
	for i := range 16 {
		body += fmt.Sprintf("field%02d=%s&", i, strings.Repeat("x", 4096-9))
	}
	for name, c := range map[string]struct {
		body string
		want error
	}{
		"64 kB":            {body, nil},
		"a byte more":      {body + "y", twilio.ErrTooLarge},
		"a field more":     {body + "Digits=9", twilio.ErrTooLarge},
		"and a great deal": {body + body, twilio.ErrTooLarge},
	} {
		r := post(c.body)
		r.ContentLength = -1
		if _, err := twilio.ReadForm(r); !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", name, err, c.want)
		}
	}
}

func TestFieldsComeFromTheBodyOnlyAndTheBodyIsReadToItsEnd(t *testing.T) {
	t.Parallel()
	r := post("From=%2B15550100")
	rest := bytes.NewBufferString("From=%2B15550100")
	r.Body = io.NopCloser(rest)
	f, err := twilio.ReadForm(r)
	if err != nil {
		t.Fatal(err)
	}
	if f.Has("Body") || f.Get("Body") != "" {
		t.Error("a field of the query stands in for one of the body")
	}
	if rest.Len() != 0 {
		t.Errorf("%d bytes left unread", rest.Len())
	}
}

func TestFormCannotBeChangedFromOutside(t *testing.T) {
	t.Parallel()
	f := form(t, url.Values{"Digits": {"1", "2"}, "": {"x"}})
	f.Values()["Digits"][0] = "9"
	f.Values().Set("Body", "x")
	if f.Get("Digits") != "1" || f.Has("Body") {
		t.Error("Values gives the form itself, not a copy")
	}
	if names := f.Names(); !slices.Equal(names, []string{"", "Digits"}) {
		t.Errorf("Names = %q", names)
	}
}

// FAULTS 33, 34.
func TestTextIsMadeFitToBeStoredAndShown(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ñ", 1600)
	for name, c := range map[string]struct{ raw, want string }{
		"plain":                            {"I need help", "I need help"},
		"accents, emoji and joiners":       {"día 👩‍👧 🏳️‍🌈", "día 👩‍👧 🏳️‍🌈"},
		"right to left":                    {"مرحبا", "مرحبا"},
		"lines and tabs":                   {"a\nb\tc\r\nd\re", "a\nb\tc\nd\ne"},
		"NUL and control characters":       {"a\x00b\x1b[31mc\x7fd\u0085e", "ab[31mcde"},
		"direction overrides":              {"\u202egnp.exe\u202c \u2066x\u2069 \u200e\u200f\u061cz", "gnp.exe x z"},
		"invalid UTF-8":                    {"a\xff\xfeb", "a\uFFFDb"},
		"lone surrogate":                   {"a\xed\xa0\x80b", "a\uFFFDb"},
		"1,600 characters":                 {long, long},
		"blanks are part of what was said": {"  a  ", "  a  "},
	} {
		f := form(t, url.Values{"Body": {c.raw}, c.raw: {"1"}})
		if got := f.Get("Body"); got != c.want || !utf8.ValidString(got) {
			t.Errorf("%s: Get = %q, want %q", name, got, c.want)
		}
		if got := f.Values().Get("Body"); got != c.raw {
			t.Errorf("%s: the signature would be checked over %q", name, got)
		}
		for _, n := range f.Names() {
			if !utf8.ValidString(n) || strings.ContainsRune(n, 0) {
				t.Errorf("%s: a name to be logged is %q", name, n)
			}
		}
	}
}

func FuzzReadForm(f *testing.F) {
	for _, seed := range []string{
		"", "&", "=", "Body=a%20b&Body=c", "Body=%zz", "Body=a;b=c", "%00=%00", "Body=%ff%ed%a0%80", "Digits=%D9%A1%D9%A2",
		"CallSid=" + call + "&AccountSid=" + account + "&Confidence=NaN&SequenceNumber=-1&Digits=12",
		"MessageSid=" + text + "&AccountSid=" + account + "&NumMedia=99999999999999999999&Body=%E2%80%AEx",
		"ConferenceSid=" + room + "&AccountSid=" + account + "&CallSid=x",
	} {
		f.Add(seed, "application/x-www-form-urlencoded", true)
		f.Add(seed, "text/plain", false)
	}
	f.Fuzz(func(t *testing.T, raw, kind string, byPost bool) {
		r := &http.Request{Method: http.MethodGet, URL: &url.URL{RawQuery: raw}, Header: http.Header{}}
		if byPost {
			r = &http.Request{Method: http.MethodPost, URL: &url.URL{}, Header: http.Header{"Content-Type": {kind}}, Body: io.NopCloser(strings.NewReader(raw)), ContentLength: -1}
		}
		form, err := twilio.ReadForm(r)
		if err != nil {
			if !errors.Is(err, twilio.ErrTooLarge) && !errors.Is(err, twilio.ErrMalformed) {
				t.Fatalf("error of neither kind: %v", err)
			}
			if len(form.Values()) != 0 {
				t.Fatal("fields beside an error")
			}
			return
		}
		if want, _ := url.ParseQuery(raw); want.Encode() != form.Values().Encode() {
			t.Fatal("fields are not what was sent")
		}
		for name := range form.Values() {
			if got := form.Get(name); !utf8.ValidString(got) || strings.ContainsAny(got, "\x00\x1b\r\u202e\u2066") {
				t.Fatalf("field is not fit to be shown: %q", got)
			}
		}
		checkEvents(t, form)
	})
}

func checkEvents(t *testing.T, form twilio.Form) {
	t.Helper()
	if c, err := form.Call(); err == nil {
		if strings.Trim(c.Digits, "0123456789*#") != "" || len(c.Digits) > 32 || !(c.Confidence >= 0 && c.Confidence <= 1) || c.Sequence < 0 {
			t.Fatalf("call: digits %q, confidence %v, sequence %d", c.Digits, c.Confidence, c.Sequence)
		}
	} else if !errors.Is(err, twilio.ErrMalformed) {
		t.Fatal(err)
	}
	for _, err := range []error{second(form.Text()), second(form.MessageEvent()), second(form.RoomEvent())} {
		if err != nil && !errors.Is(err, twilio.ErrMalformed) {
			t.Fatal(err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func FuzzSignature(f *testing.F) {
	f.Add("12345", "/twilio/voice?c=1", "Digits=9&From=%2B1", "/x")
	f.Add("t", "/", "", "?")
	f.Add("token", "/it's?\"=%zz", "a=1&a=2&a=1&b=", "#f")
	f.Fuzz(func(t *testing.T, token, line, raw, more string) {
		fields, err := url.ParseQuery(raw)
		if err != nil || token == "" || !strings.HasPrefix(line, "/") || strings.Contains(line, "#") {
			t.Skip()
		}
		check, err := twilio.NewValidator("https://line.example", []string{token})
		if err != nil {
			t.Fatal(err)
		}
		r := post(raw)
		form, err := twilio.ReadForm(r)
		if err != nil {
			t.Skip()
		}
		signature := twilio.Sign(token, "https://line.example"+line, fields)
		if !check.Valid(http.MethodPost, line, form, signature) {
			t.Fatal("own signature refused")
		}
		more, _, _ = strings.Cut(more, "#")
		if more != "" && check.Valid(http.MethodGet, line+more, form, twilio.Sign(token, "https://line.example"+line, nil)) {
			t.Fatal("signature of another URL accepted")
		}
		if check.Valid(http.MethodPost, line, form, fmt.Sprintf("%s ", signature)) {
			t.Fatal("longer signature accepted")
		}
	})
}
