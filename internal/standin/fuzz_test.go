package standin_test

import (
	"encoding/xml"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/standin"
)

// No answer brings the stand-in down, and what it takes is well-formed, begins
// without a blank and has the one root.
func FuzzDocument(f *testing.F) {
	for _, doc := range []string{
		menu, inRoom("patient", "s", ""), voicemail, `<Say language="es-MX">¿Está bien?</Say><Hangup/>`, `<Pause/><Redirect>/voice</Redirect>`,
		"<![CDATA[a]]>", "<Say>&#0;</Say>", "<Gather><Say/></Gather>", `<Dial><Number>+14155550199</Number></Dial>`, "</Response><Response>",
		`<Say xml:lang="en">a</Say>`, `<Say a="1" a="2">a</Say>`, "<!-- a --><?a b?><Hangup/>",
	} {
		f.Add(`<?xml version="1.0" encoding="UTF-8"?><Response>` + doc + `</Response>`)
	}
	f.Add("")
	f.Add("<")
	f.Add("<Response/>")
	f.Fuzz(func(t *testing.T, doc string) {
		if standin.Taken(http.StatusOK, "text/xml", []byte(doc)) != nil {
			return
		}
		var root struct{ XMLName xml.Name }
		if err := xml.Unmarshal([]byte(doc), &root); err != nil || root.XMLName.Local != "Response" {
			t.Errorf("taken, and is no Response: %v", err)
		}
		if doc[0] != '<' || len(doc) > 64<<10 {
			t.Errorf("taken, with %d bytes, begins with %q", len(doc), doc[0])
		}
	})
}

func TestSeedsOfTheFuzzerAreThere(t *testing.T) {
	t.Parallel()
	found, err := filepath.Glob(filepath.Join("testdata", "fuzz", "FuzzDocument", "*"))
	if err != nil || len(found) == 0 {
		t.Fatalf("no seeds: %v", err)
	}
	for _, name := range found {
		if raw, err := os.ReadFile(name); err != nil || !strings.HasPrefix(string(raw), "go test fuzz v1\n") {
			t.Errorf("%s is no seed: %v", name, err)
		}
	}
}
