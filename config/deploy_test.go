package config_test

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/tideover/tideover/config"
)

func deployed(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "deploy", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestFallbackNamesHelpInBothLanguagesAndNeverHangsUp(t *testing.T) {
	t.Parallel()
	d := xml.NewDecoder(strings.NewReader(deployed(t, "fallback.xml")))
	said := map[string]string{}
	var verbs []string
	lang := ""
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			lang = ""
			verbs = append(verbs, tok.Name.Local)
			for _, a := range tok.Attr {
				if a.Name.Local == "language" {
					lang = a.Value
				}
			}
		case xml.CharData:
			said[lang] += string(tok)
		}
	}
	if got := strings.Join(verbs, " "); got != "Response Say Say Pause Redirect" {
		t.Errorf("verbs: %s", got)
	}
	for _, lang := range []string{"en-US", "es-MX"} {
		for _, number := range []string{"9 1 1", "9 8 8"} {
			if !strings.Contains(said[lang], number) {
				t.Errorf("%s does not name %s: %s", lang, number, said[lang])
			}
		}
	}
}

func TestDeployNamesOnlySettingsThatExist(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, name := range regexp.MustCompile(`(?m)^#?([A-Z_]+)=`).FindAllStringSubmatch(config.EnvExample(), -1) {
		known[name[1]] = true
	}
	if len(known) < 10 {
		t.Fatalf("only %d settings found", len(known))
	}
	files := []string{
		"deploy/compose.yaml", "deploy/compose.script.yaml", "deploy/Caddyfile", "deploy/tideover.service", "deploy/README.md", "Dockerfile", "Makefile", "CONTRIBUTING.md",
	}
	for _, name := range files {
		for _, setting := range regexp.MustCompile(`\b(TIDEOVER|TWILIO|REDIS)_[A-Z_]+`).FindAllString(deployed(t, "../"+name), -1) {
			// The two that tests read are not of the product.
			if !known[strings.TrimSuffix(setting, "_FILE")] && !known[setting] && setting != "TIDEOVER_ORACLES" && setting != "TIDEOVER_SCREENSHOTS" {
				t.Errorf("%s names %s, which is no setting", name, setting)
			}
		}
	}
}

func TestComposeKeepsTheKeyRingApartAndRedisInside(t *testing.T) {
	t.Parallel()
	var c struct {
		Services map[string]struct {
			Volumes  []string `yaml:"volumes"`
			Networks []string `yaml:"networks"`
			Ports    []string `yaml:"ports"`
			ReadOnly bool     `yaml:"read_only"`
		} `yaml:"services"`
		Networks map[string]struct {
			Internal bool `yaml:"internal"`
		} `yaml:"networks"`
	}
	if err := yaml.Unmarshal([]byte(deployed(t, "compose.yaml")), &c); err != nil {
		t.Fatal(err)
	}
	for name, s := range c.Services {
		if !s.ReadOnly {
			t.Errorf("%s may write its own root", name)
		}
		if len(s.Ports) > 0 && name != "proxy" {
			t.Errorf("%s is open to the outside", name)
		}
	}
	redis := c.Services["redis"]
	if len(redis.Networks) != 1 || !c.Networks[redis.Networks[0]].Internal {
		t.Errorf("Redis stands in %v", redis.Networks)
	}
	for _, v := range redis.Volumes {
		if strings.HasPrefix(v, "keys:") {
			t.Error("the key ring lies beside the data that it seals")
		}
	}
}

// A changed sentence needs no build and no restart: the folder comes from the
// machine, read-only, and a hang-up signal publishes it.
func TestAFolderOfTheMachineCanBePublishedByASignal(t *testing.T) {
	t.Parallel()
	var c struct {
		Services map[string]struct {
			Environment map[string]string `yaml:"environment"`
			Volumes     []string          `yaml:"volumes"`
		} `yaml:"services"`
	}
	if err := yaml.Unmarshal([]byte(deployed(t, "compose.script.yaml")), &c); err != nil {
		t.Fatal(err)
	}
	app := c.Services["app"]
	folder := app.Environment["TIDEOVER_CONFIG"]
	if len(c.Services) != 1 || len(app.Volumes) != 1 || folder == "" || !strings.HasSuffix(app.Volumes[0], ":"+folder+":ro") {
		t.Errorf("the folder: %+v", c.Services)
	}
	if !strings.Contains(deployed(t, "tideover.service"), "\nExecReload=/bin/kill -s HUP $MAINPID\n") {
		t.Error("systemctl reload does not publish")
	}
	for _, want := range []string{"kill -s HUP app", "systemctl reload tideover", "compose.script.yaml"} {
		if !strings.Contains(deployed(t, "README.md"), want) {
			t.Errorf("the README does not name %s", want)
		}
	}
}

// A new minor version may keep data in another way: nobody gets one unasked.
func TestImagesOfOthersStayOnTheirMinorVersion(t *testing.T) {
	t.Parallel()
	named := regexp.MustCompile(`(?m)^(?:FROM| +image:) ([a-z/]+):(\S+)`)
	minor := regexp.MustCompile(`^\d+\.\d+`)
	seen := 0
	for _, file := range []string{"compose.yaml", "../Dockerfile"} {
		for _, m := range named.FindAllStringSubmatch(deployed(t, file), -1) {
			if m[1] == "tideover" {
				continue // ours, built here
			}
			seen++
			if !minor.MatchString(m[2]) {
				t.Errorf("%s: %s:%s floats", file, m[1], m[2])
			}
		}
	}
	if seen != 3 {
		t.Errorf("%d images of others seen, want Redis, Caddy and Go", seen)
	}
}

func TestRedisTakesItsConfigurationAndLosesNothing(t *testing.T) {
	t.Parallel()
	text := deployed(t, "redis.conf")
	for _, line := range []string{"\nappendonly yes\n", "\nappendfsync always\n", "\nmaxmemory-policy noeviction\n"} {
		if !strings.Contains(text, line) {
			t.Errorf("no line %q", strings.TrimSpace(line))
		}
	}
	server, err := exec.LookPath("redis-server")
	if err != nil {
		t.Skip("no redis-server here: `make test` installs it")
	}
	dir := t.TempDir()
	conf := filepath.Join(dir, "redis.conf")
	if err := os.WriteFile(conf, []byte(strings.Replace(text, "\ndir /data\n", "\ndir "+dir+"\n", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), server, conf, "--port", "0", "--unixsocket", filepath.Join(dir, "s"))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// It logs that it is ready, or why it is not, and ends.
	var said strings.Builder
	buf := make([]byte, 4096)
	for {
		n, err := out.Read(buf)
		said.Write(buf[:n])
		if strings.Contains(said.String(), "Ready to accept connections") || strings.Contains(said.String(), "ready to accept connections") {
			break
		}
		if err != nil {
			t.Fatalf("Redis does not start:\n%s", said.String())
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed
}
