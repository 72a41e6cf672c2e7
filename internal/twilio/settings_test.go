package twilio_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/twilio"
)

func TestEnvironmentOfTheLibraryHasNoEffect(t *testing.T) {
	t.Setenv("TWILIO_REGION", "au1")
	t.Setenv("TWILIO_EDGE", "sydney")
	t.Setenv("TWILIO_ACCOUNT_SID", "AC"+strings.Repeat("f", 32))
	t.Setenv("TWILIO_AUTH_TOKEN", "other")
	asked := make(chan string, 1)
	c := client(t, twilio.Options{HTTP: &http.Transport{DialContext: func(_ context.Context, _, addr string) (net.Conn, error) {
		asked <- addr
		return nil, errors.New("no network in this test")
	}}})
	if err := second(c.Status(t.Context(), call)); !errors.Is(err, twilio.ErrBusy) {
		t.Error(err)
	}
	if addr := <-asked; addr != "api.twilio.com:443" {
		t.Errorf("asked %s", addr)
	}
	local := serve(t, twilio.Options{}, func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != account || password != secret {
			t.Errorf("signed in as %s", user)
		}
		answer(w, 200, `{"status":"ringing"}`)
	})
	if status, err := local.Status(t.Context(), call); err != nil || status != "ringing" {
		t.Errorf("status %q, error %v", status, err)
	}
}

func TestKeyIsUsedWhereThereIsOne(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "SKkey" || password != "secret" {
			t.Errorf("signed in as %s", user)
		}
		if want := "/stand-in/2010-04-01/Accounts/" + account + "/Calls/" + call + ".json"; r.URL.Path != want {
			t.Errorf("asked %s, want %s", r.URL.Path, want)
		}
		answer(w, 200, `{"status":"queued"}`)
	}))
	defer server.Close()
	c, err := twilio.New(twilio.Credentials{Account: account, Tokens: []string{secret}, Key: "SKkey", Secret: "secret"}, twilio.Options{BaseURL: server.URL + "/stand-in/"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Status(t.Context(), call); err != nil {
		t.Error(err)
	}
}

func TestWrongSettingsAreRefusedWithoutTheirValue(t *testing.T) {
	t.Parallel()
	good := twilio.Credentials{Account: account, Tokens: []string{"planted"}}
	for name, c := range map[string]struct {
		credentials twilio.Credentials
		base        string
	}{
		"no account":               {twilio.Credentials{Tokens: []string{"planted"}}, ""},
		"account of another shape": {twilio.Credentials{Account: "ACplanted", Tokens: []string{"planted"}}, ""},
		"no secret at all":         {twilio.Credentials{Account: account}, ""},
		"an empty token":           {twilio.Credentials{Account: account, Tokens: []string{"planted", ""}}, ""},
		"a key without its secret": {twilio.Credentials{Account: account, Tokens: []string{"planted"}, Key: "planted"}, ""},
		"a secret without its key": {twilio.Credentials{Account: account, Tokens: []string{"planted"}, Secret: "planted"}, ""},
		"base URL without scheme":  {good, "planted:80"},
		"base URL of another":      {good, "ftp://planted"},
		"base URL with a user":     {good, "https://planted:pw@x"},
		"base URL with a query":    {good, "https://x?planted"},
		"base URL that is none":    {good, "https://planted/%zz"},
	} {
		_, err := twilio.New(c.credentials, twilio.Options{BaseURL: c.base})
		if err == nil || strings.Contains(err.Error(), "planted") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}
