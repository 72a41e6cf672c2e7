package config_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/tideover/tideover/config"
)

var update = flag.Bool("update", false, "write .env.example anew")

type env map[string]string

func (e env) lookup(name string) (string, bool) {
	v, has := e[name]
	return v, has
}

func (e env) with(name, value string) env {
	e = maps.Clone(e)
	e[name] = value
	return e
}

func (e env) without(name string) env {
	e = maps.Clone(e)
	delete(e, name)
	return e
}

func good() env {
	return env{
		"TWILIO_ACCOUNT_SID": "AC0123456789abcdef0123456789abcdef", "TWILIO_AUTH_TOKEN": "s3cret-token",
		"REDIS_URL": "redis://:hunter2@redis:6379/0", "TIDEOVER_KEYS_FILE": "/var/lib/tideover/keys.json",
		"TIDEOVER_PUBLIC_URL": "https://line.example.org/", "TIDEOVER_NUMBER": "+1 555 555 0100",
		"TIDEOVER_ONCALL": "+15555550111, +15555550112",
	}
}

func mustLoad(t *testing.T, e env) config.Config {
	t.Helper()
	c, err := config.Load(e.lookup)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestDefaultsAndGivenValues(t *testing.T) {
	t.Parallel()
	c := mustLoad(t, good())
	if c.Addr != ":8080" || c.MetricsAddr != "127.0.0.1:9090" || c.Folder != "" || c.TwilioAPIURL != "" {
		t.Errorf("defaults: %q %q %q %q", c.Addr, c.MetricsAddr, c.Folder, c.TwilioAPIURL)
	}
	if c.PublicURL != "https://line.example.org" || c.ConsoleURL != c.PublicURL {
		t.Errorf("URLs %q, %q", c.PublicURL, c.ConsoleURL)
	}
	if c.Number.E164() != "+15555550100" || len(c.OnCall) != 2 || c.OnCall[1].E164() != "+15555550112" || c.Backup.IsSet() {
		t.Errorf("numbers %q, %v", c.Number.E164(), c.OnCall)
	}
	if c.RedisURL.Reveal() != "redis://:hunter2@redis:6379/0" || len(c.TwilioTokens) != 1 {
		t.Error("secrets are not as given")
	}
}

func TestEmptyMetricsAddressSwitchesThemOff(t *testing.T) {
	t.Parallel()
	if c := mustLoad(t, good().with("TIDEOVER_METRICS_ADDR", "")); c.MetricsAddr != "" {
		t.Errorf("got %q", c.MetricsAddr)
	}
	if c := mustLoad(t, good().with("TIDEOVER_ADDR", "")); c.Addr != ":8080" {
		t.Errorf("an empty listen address gives %q", c.Addr)
	}
}

func TestTokensInRotationAreAllKept(t *testing.T) {
	t.Parallel()
	c := mustLoad(t, good().with("TWILIO_AUTH_TOKEN", "new-one, old-one"))
	if len(c.TwilioTokens) != 2 || c.TwilioTokens[0].Reveal() != "new-one" || c.TwilioTokens[1].Reveal() != "old-one" {
		t.Errorf("%d tokens", len(c.TwilioTokens))
	}
}

// FAULTS 47.
func TestWrongSettingIsNamedAndItsValueIsNot(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string][]string{
		"TWILIO_ACCOUNT_SID":    {"AC0123", "SK0123456789abcdef0123456789abcdef", "ac0123456789abcdef0123456789abcdef", "x AC0123456789abcdef0123456789abcdef"},
		"TWILIO_AUTH_TOKEN":     {"two words", "one,", ",one", "one,,two", "ümlaut"},
		"TWILIO_API_URL":        {"api.twilio.com", "ftp://zzz", "https://"},
		"REDIS_URL":             {"localhost:6379", "http://zzz", "redis:///0", "redis://a:b:c", "redis://host:99999", "redis://a,,b", "unix://?db=1", "unix://host/path", "redis://ho st"},
		"TIDEOVER_ADDR":         {"8080", "myhost", ":http", ":70000"},
		"TIDEOVER_METRICS_ADDR": {"9090", "off"},
		"TIDEOVER_PUBLIC_URL":   {"line.example.org", "/path", "mailto:zz@yy", "https://h?q=1", "https://h#f", "https://user:pw@h", "https://h?", "http://[::1"},
		"TIDEOVER_CONSOLE_URL":  {"console", "https:///"},
		"TIDEOVER_NUMBER":       {"5555550100", "+0555", "+1555", "+1555555010012345", "anonymous", "+1555555o100"},
		"TIDEOVER_ONCALL":       {"5555550111", "+15555550111,", "+15555550111,5", "+15555550111,+1 555 555 0111"},
		"TIDEOVER_BACKUP":       {"988", "+15555550111,+15555550112"},
		"TIDEOVER_CONFIG":       {"/no/such/folder", file},
		"TIDEOVER_KEYS_FILE":    {t.TempDir()},
	} {
		for _, value := range bad {
			t.Run(name+" "+value, func(t *testing.T) {
				t.Parallel()
				_, err := config.Load(good().with(name, value).lookup)
				if err == nil || !strings.HasPrefix(err.Error(), name+": ") || !strings.Contains(err.Error(), "want ") {
					t.Fatalf("got %v", err)
				}
				if strings.Contains(err.Error(), value) {
					t.Errorf("%v shows the value", err)
				}
			})
		}
	}
}

func TestRedisMayBeSeveralHostsOrASocket(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"redis://localhost", "rediss://u:p%40,x@a:1/2", "redis://a:1,b:2,[::1]:3?master_name=line", "unix:///run/redis.sock", "unix://:pw@/run/redis.sock?db=1", "redis://[::1]/0",
	} {
		if _, err := config.Load(good().with("REDIS_URL", url).lookup); err != nil {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestAllFaultsComeAtOnce(t *testing.T) {
	t.Parallel()
	_, err := config.Load(env{"TWILIO_API_KEY": "SK1", "TIDEOVER_ADDR": "x"}.lookup)
	if err == nil {
		t.Fatal("an empty environment is taken")
	}
	for _, name := range []string{
		"TWILIO_ACCOUNT_SID: not set", "TWILIO_AUTH_TOKEN: not set", "REDIS_URL: not set", "TIDEOVER_KEYS_FILE: not set", "TIDEOVER_PUBLIC_URL: not set",
		"TIDEOVER_ONCALL: not set", "TIDEOVER_NUMBER: not set", "TWILIO_API_KEY: want it and TWILIO_API_SECRET", "TIDEOVER_ADDR: want",
	} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%q is not among:\n%v", name, err)
		}
	}
}

func TestCommandsWithoutALineNeedOnlyTheirOwnSettings(t *testing.T) {
	t.Parallel()
	e := env{"REDIS_URL": "redis://localhost", "TIDEOVER_KEYS_FILE": "keys", "TWILIO_ACCOUNT_SID": "wrong", "TIDEOVER_CONSOLE_URL": "http://localhost:8080"}
	c, err := config.Load(e.lookup, config.NeedStore, config.NeedKeys, config.NeedLinks)
	if err != nil {
		t.Fatal(err)
	}
	if c.ConsoleURL != "http://localhost:8080" || c.TwilioAccount != "" || c.Addr != ":8080" {
		t.Errorf("got %v", c)
	}
	if _, err := config.Load(e.with("TIDEOVER_CONSOLE_URL", "x").lookup, config.NeedLinks); err == nil {
		t.Error("a wrong URL is taken where links are needed")
	}
}

func TestLineNeverRingsItself(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]env{
		"TIDEOVER_ONCALL": good().with("TIDEOVER_ONCALL", "+15555550111,+15555550100"), "TIDEOVER_BACKUP": good().with("TIDEOVER_BACKUP", "+15555550100"),
	} {
		if _, err := config.Load(e.lookup); err == nil || !strings.HasPrefix(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNumberComesFromTheFolderWhereTheEnvironmentHasNone(t *testing.T) {
	t.Parallel()
	line, err := config.LoadLine(folder(least + "number: \"+15555550111\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	bare := good().without("TIDEOVER_NUMBER").with("TIDEOVER_CONFIG", t.TempDir())
	c := mustLoad(t, bare.with("TIDEOVER_ONCALL", "+15555550112"))
	if c, err = c.For(line); err != nil || c.Number.E164() != "+15555550111" {
		t.Errorf("got %q, %v", c.Number.E164(), err)
	}
	if _, err := mustLoad(t, bare).For(line); err == nil || !strings.HasPrefix(err.Error(), "TIDEOVER_ONCALL") {
		t.Errorf("a line that pages itself: %v", err)
	}
	if _, err := mustLoad(t, bare).For(config.Line{}); err == nil || !strings.HasPrefix(err.Error(), "TIDEOVER_NUMBER") {
		t.Errorf("no number anywhere: %v", err)
	}
	if c, err := mustLoad(t, good()).For(line); err != nil || c.Number.E164() != "+15555550100" {
		t.Errorf("the environment does not go first: %q, %v", c.Number.E164(), err)
	}
}

// FAULTS 47.
func TestSecretMayComeFromAPrivateFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	fine := write("fine", "from-file,second\n", 0o440)
	c := mustLoad(t, good().without("TWILIO_AUTH_TOKEN").with("TWILIO_AUTH_TOKEN_FILE", fine))
	if len(c.TwilioTokens) != 2 || c.TwilioTokens[0].Reveal() != "from-file" || c.TwilioTokens[1].Reveal() != "second" {
		t.Errorf("%d tokens", len(c.TwilioTokens))
	}
	for name, tc := range map[string]struct {
		e    env
		says string
	}{
		"given twice":           {good().with("TWILIO_AUTH_TOKEN_FILE", fine), "TWILIO_AUTH_TOKEN: given twice"},
		"everybody may read it": {good().without("REDIS_URL").with("REDIS_URL_FILE", write("open", "redis://h", 0o644)), "REDIS_URL: REDIS_URL_FILE: want a file that not everybody may read"},
		"empty":                 {good().without("REDIS_URL").with("REDIS_URL_FILE", write("empty", " \n", 0o600)), "want a file that is not empty"},
		"missing":               {good().without("REDIS_URL").with("REDIS_URL_FILE", filepath.Join(dir, "none")), "does not exist"},
		"a folder":              {good().without("REDIS_URL").with("REDIS_URL_FILE", dir), "want a file"},
		"wrong inside":          {good().without("REDIS_URL").with("REDIS_URL_FILE", write("bad", "mysql://h", 0o600)), "REDIS_URL: want redis://"},
		"not a secret":          {good().without("TIDEOVER_NUMBER").with("TIDEOVER_NUMBER_FILE", fine), "TIDEOVER_NUMBER: not set"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Load(tc.e.lookup)
			if err == nil || !strings.Contains(err.Error(), tc.says) || strings.Contains(err.Error(), dir) {
				t.Errorf("got %v, want %q without the path", err, tc.says)
			}
		})
	}
}

func TestSecretsAndNumbersAreNeverPrinted(t *testing.T) {
	t.Parallel()
	c := mustLoad(t, good().with("TWILIO_API_KEY", "SK9").with("TWILIO_API_SECRET", "pssst"))
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "config", c, "token", c.TwilioTokens[0], "number", c.Number)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "config", c, "tokens", c.TwilioTokens, "number", c.Number)
	raw, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	all := log.String() + string(raw)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		all += fmt.Sprintf(verb, c) + fmt.Sprintf(verb, c.RedisURL) + fmt.Sprintf(verb, c.OnCall) + fmt.Sprintf(verb, &c.TwilioTokens)
	}
	for _, secret := range []string{"s3cret-token", "hunter2", "pssst", "+1555555", "7333637265742d746f6b656e"} {
		if strings.Contains(all, secret) {
			t.Errorf("%s is shown", secret)
		}
	}
	if !strings.Contains(all, "0111") {
		t.Error("the last digits of a number should help the operator to know it again")
	}
}

func TestWarningsNameWhatShouldNotStay(t *testing.T) {
	t.Parallel()
	if got := mustLoad(t, good()).Warnings(); len(got) != 0 {
		t.Errorf("good settings: %v", got)
	}
	local := good().with("TIDEOVER_PUBLIC_URL", "http://127.0.0.1:8080")
	if got := mustLoad(t, local).Warnings(); len(got) != 0 {
		t.Errorf("on one machine: %v", got)
	}
	for name, value := range map[string]string{
		"TIDEOVER_PUBLIC_URL": "http://line.example.org", "TIDEOVER_CONSOLE_URL": "http://desk.example.org", "TIDEOVER_ONCALL": "+15555550111",
		"TWILIO_API_URL": "http://localhost:1", "TWILIO_AUTH_TOKEN": "a,b", "TIDEOVER_METRICS_ADDR": ":9090",
	} {
		got := mustLoad(t, good().with(name, value)).Warnings()
		if len(got) != 1 || !strings.HasPrefix(got[0], name+": ") || strings.Contains(got[0], value) {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestEveryFieldIsReadFromASetting(t *testing.T) {
	t.Parallel()
	e := good().with("TWILIO_API_KEY", "SK9").with("TWILIO_API_SECRET", "x").with("TWILIO_API_URL", "http://localhost:1").
		with("TIDEOVER_CONSOLE_URL", "https://desk.example.org").with("TIDEOVER_BACKUP", "+15555550199").with("TIDEOVER_CONFIG", t.TempDir())
	v := reflect.ValueOf(mustLoad(t, e))
	for i := range v.NumField() {
		if v.Field(i).IsZero() {
			t.Errorf("%s is never set", v.Type().Field(i).Name)
		}
	}
}

func TestEnvExampleIsGeneratedFromTheSettings(t *testing.T) {
	t.Parallel()
	const path = "../.env.example"
	want := config.EnvExample()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("not as generated (%v); run go test ./config -update", err)
	}
}

func TestEnvExampleIsWholeOnceTheTokenIsFilledIn(t *testing.T) {
	t.Parallel()
	e := env{}
	for line := range strings.Lines(config.EnvExample()) {
		if name, value, found := strings.Cut(strings.TrimSpace(line), "="); found && !strings.HasPrefix(line, "#") {
			e[name] = value
		}
	}
	if _, err := config.Load(e.lookup); err == nil || strings.Count(err.Error(), "\n") != 0 || !strings.HasPrefix(err.Error(), "TWILIO_AUTH_TOKEN: not set") {
		t.Errorf("only the token should be missing: %v", err)
	}
	mustLoad(t, e.with("TWILIO_AUTH_TOKEN", "x"))
}
