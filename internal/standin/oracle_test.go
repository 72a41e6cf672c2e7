package standin_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tideover/tideover/internal/standin"
)

func oracles(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("TIDEOVER_ORACLES")
	if dir == "" {
		t.Skip("TIDEOVER_ORACLES is unset: `make test` fetches Twilio's own library and description to compare with")
	}
	return dir
}

type signed struct {
	Token     string         `json:"token"`
	URL       string         `json:"url"`
	Params    map[string]any `json:"params"`
	Signature string         `json:"signature"`
}

// Each webhook of a whole call and of texts with odd characters is one that
// Twilio's library takes.
func TestTwiliosLibraryTakesOurSignatures(t *testing.T) {
	t.Parallel()
	dir := oracles(t)
	var lock sync.Mutex
	var cases []signed
	pages := office()
	pages["/key"] = page(menu)
	inner := &app{t: t, says: pages}
	b := set(t, pages)
	witness := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		form, _ := url.ParseQuery(string(raw))
		c := signed{Token: token, URL: public + r.RequestURI, Params: map[string]any{}, Signature: r.Header.Get("X-Twilio-Signature")}
		for name, values := range form {
			c.Params[name] = values[0]
		}
		lock.Lock()
		cases = append(cases, c)
		lock.Unlock()
		r.Body = io.NopCloser(strings.NewReader(string(raw)))
		inner.ServeHTTP(w, r)
	}))
	t.Cleanup(witness.Close)
	b.Route(witness.URL)
	p, _, _, _ := b.talk(t)
	must(t, p.Hangup(t.Context()))
	for _, words := range []string{"¿Está bien?", "a+b=c & d%20e", "'\"<>", "🙂", "two\nlines", " blanks "} {
		_, _ = p.Text(t.Context(), words)
	}
	b.settled(t)
	lock.Lock()
	defer lock.Unlock()
	in, err := json.Marshal(cases)
	must(t, err)
	cmd := exec.CommandContext(t.Context(), "node", "testdata/validate.js", dir)
	cmd.Stdin, cmd.Stderr = strings.NewReader(string(in)), os.Stderr
	out, err := cmd.Output()
	must(t, err)
	var verdicts []bool
	must(t, json.Unmarshal(out, &verdicts))
	if len(verdicts) != len(cases) || len(cases) < 20 {
		t.Fatalf("%d verdicts on %d webhooks", len(verdicts), len(cases))
	}
	for i, taken := range verdicts {
		if !taken {
			t.Errorf("refused: %s %v", cases[i].URL, cases[i].Params)
		}
	}
}

var (
	interfaceLine = regexp.MustCompile(`^\s*(?:export )?interface (\w+)Attributes `)
	attributeLine = regexp.MustCompile(`^\s*"?([\w:-]+)"?\?: `)
)

// What the stand-in takes is no more than Twilio's library knows.
func TestVocabularyIsTwilios(t *testing.T) {
	t.Parallel()
	dir := oracles(t)
	for file, verbs := range standin.Vocabulary() {
		raw, err := os.ReadFile(filepath.Join(dir, "node_modules/twilio/lib/twiml", file))
		must(t, err)
		known, element := map[string][]string{}, ""
		for line := range strings.Lines(string(raw)) {
			if m := interfaceLine.FindStringSubmatch(line); m != nil {
				element = m[1]
				if ssml, is := strings.CutPrefix(element, "Ssml"); is {
					element = strings.ToLower(ssml)
				}
			}
			if m := attributeLine.FindStringSubmatch(line); m != nil {
				known[element] = append(known[element], m[1])
			}
		}
		if len(known) < 2 {
			t.Fatalf("%s: only %d elements were found", file, len(known))
		}
		for verb, attrs := range verbs {
			for _, a := range attrs {
				if !slices.Contains(known[verb], a) {
					t.Errorf("%s: Twilio knows no %s@%s", file, verb, a)
				}
			}
		}
	}
}
