package twilio_test

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/twilio"
)

// oracles gives the folder that holds node_modules with Twilio's own packages.
func oracles(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("TIDEOVER_ORACLES")
	if dir == "" {
		t.Skip("TIDEOVER_ORACLES is unset: `make test` fetches Twilio's own library and description to compare with")
	}
	return dir
}

type signed struct {
	Token     string     `json:"token"`
	URL       string     `json:"url"`
	Params    url.Values `json:"params"`
	Signature string     `json:"signature"`
}

type verdict struct {
	Signature string `json:"signature"`
	Valid     bool   `json:"valid"`
}

func askLibrary(t *testing.T, cases []signed) []verdict {
	t.Helper()
	in, err := json.Marshal(cases)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "testdata/signature.js", oracles(t))
	cmd.Stdin, cmd.Stderr = strings.NewReader(string(in)), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v", err)
	}
	var verdicts []verdict
	if err := json.Unmarshal(out, &verdicts); err != nil || len(verdicts) != len(cases) {
		t.Fatalf("node answered %d of %d cases: %v", len(verdicts), len(cases), err)
	}
	return verdicts
}

func TestTwiliosLibraryAndWeSignAlike(t *testing.T) {
	t.Parallel()
	cases := drawn(400)
	for i, c := range cases {
		cases[i].Signature = twilio.Sign(c.Token, c.URL, c.Params)
	}
	for i, v := range askLibrary(t, cases) {
		c := cases[i]
		if v.Signature != c.Signature {
			t.Errorf("case %d: we sign %q as %s, the library as %s", i, c.URL, c.Signature, v.Signature)
		}
		if !v.Valid {
			t.Errorf("case %d: the library refuses our signature of %q", i, c.URL)
		}
		u, err := url.Parse(c.URL)
		if err != nil {
			t.Fatal(err)
		}
		check, err := twilio.NewValidator(u.Scheme+"://"+u.Host, []string{"another", c.Token})
		if err != nil {
			t.Fatal(err)
		}
		line := strings.TrimPrefix(c.URL, u.Scheme+"://"+u.Host)
		if !check.Valid(http.MethodPost, line, form(t, c.Params), v.Signature) {
			t.Errorf("case %d: we refuse the library's signature of %q", i, c.URL)
		}
	}
}

func TestTwiliosLibraryAndWeRefuseAlike(t *testing.T) {
	t.Parallel()
	good := signed{Token: "12345", URL: "https://line.example/twilio/voice?c=7", Params: url.Values{"Digits": {"9"}, "From": {"+15550100"}}}
	good.Signature = twilio.Sign(good.Token, good.URL, good.Params)
	bad := map[string]func(*signed){
		"another token":             func(s *signed) { s.Token = "54321" },
		"another path":              func(s *signed) { s.URL = "https://line.example/twilio/sms?c=7" },
		"another query":             func(s *signed) { s.URL = "https://line.example/twilio/voice?c=8" },
		"another key pressed":       func(s *signed) { s.Params = url.Values{"Digits": {"1"}, "From": {"+15550100"}} },
		"a field more":              func(s *signed) { s.Params = url.Values{"Digits": {"9"}, "From": {"+15550100"}, "X": {""}, "Y": {"1"}} },
		"a field less":              func(s *signed) { s.Params = url.Values{"Digits": {"9"}} },
		"no signature":              func(s *signed) { s.Signature = "" },
		"a shorter signature":       func(s *signed) { s.Signature = s.Signature[:27] },
		"http where https was used": func(s *signed) { s.URL = "http://line.example/twilio/voice?c=7" },
	}
	var names []string
	var cases []signed
	for name, spoil := range bad {
		c := good
		spoil(&c)
		names, cases = append(names, name), append(cases, c)
	}
	for i, v := range askLibrary(t, append(cases, good)) {
		if i == len(cases) {
			if !v.Valid {
				t.Error("the library refuses the good one: the table proves nothing")
			}
			continue
		}
		c := cases[i]
		u, _ := url.Parse(c.URL)
		check, err := twilio.NewValidator(u.Scheme+"://"+u.Host, []string{c.Token})
		if err != nil {
			t.Fatal(err)
		}
		if ours := check.Valid(http.MethodPost, u.RequestURI(), form(t, c.Params), c.Signature); ours || v.Valid {
			t.Errorf("%s: we say %v, the library %v, want no twice", names[i], ours, v.Valid)
		}
	}
}

// drawn makes requests of all the kinds that have tripped validators: ports,
// repeated and empty fields, quotes, plus signs, blanks, other alphabets.
func drawn(n int) []signed {
	r := rand.New(rand.NewPCG(4, 15)) // the same cases each time
	pick := func(of []string) string { return of[r.IntN(len(of))] }
	hosts := []string{"https://line.example", "https://line.example:8443", "http://127.0.0.1:8080", "http://line.example", "https://line.example:443", "http://[::1]:8080"}
	paths := []string{"/", "/twilio/voice", "/twilio/voice?c=7&t=12", "/twilio/voice?name=it's", "/twilio/voice?q=%22a+b%22", "/t/?a=1&a=2", "/t?x="}
	names := []string{"From", "To", "Body", "Reason", "ReasonConferenceEnded", "reason", "CallSid", "SpeechResult", "A", "a"}
	values := []string{"", "+15550100", " leading and trailing ", "it's \"so\"", "línea número 1 €", "مرحبا", "日本", "a+b&c=d%20", "line\r\nbreak", "🙂"}
	cases := make([]signed, n)
	for i := range cases {
		params := url.Values{}
		for range r.IntN(6) {
			params.Add(pick(names), pick(values))
		}
		cases[i] = signed{Token: pick([]string{"12345", "0123456789abcdef0123456789abcdef"}), URL: pick(hosts) + pick(paths), Params: params}
	}
	return cases
}
