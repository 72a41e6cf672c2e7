package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
)

const maxSecretFile = 64 << 10

// Load reads the settings of the groups that are needed, of all groups if
// none is named. Settings of other groups keep their defaults and are not
// looked at. lookup is os.LookupEnv or a test's own. All faults come at once,
// as joined errors; each begins with the name of its setting.
func Load(lookup func(string) (string, bool), need ...Group) (Config, error) {
	wanted := Group(0)
	for _, g := range need {
		wanted |= g
	}
	if wanted == 0 {
		wanted = needAll
	}
	var c Config
	var faults []error
	for _, s := range settings(&c) {
		if err := s.load(lookup, wanted); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", s.name, err))
		}
	}
	faults = append(faults, c.contradictions(wanted)...)
	if len(faults) > 0 {
		return Config{}, errors.Join(faults...)
	}
	if c.ConsoleURL == "" {
		c.ConsoleURL = c.PublicURL
	}
	return c, nil
}

func (s setting) load(lookup func(string) (string, bool), wanted Group) error {
	value, has := "", false
	if wanted&s.group != 0 {
		var err error
		if value, has, err = s.find(lookup); err != nil {
			return err
		}
	}
	if !has {
		if wanted&s.must != 0 {
			return fmt.Errorf("not set, want %s", s.want)
		}
		if value = s.initial; value == "" {
			return nil
		}
	}
	if !s.set(value) {
		return fmt.Errorf("want %s", s.want)
	}
	return nil
}

// find gives the value and whether there is one. An empty variable is not
// set, since compose files and units write them so, unless empty means
// something.
func (s setting) find(lookup func(string) (string, bool)) (string, bool, error) {
	value, has := lookup(s.name)
	value = strings.TrimSpace(value)
	has = has && (value != "" || s.blank)
	if !s.secret {
		return value, has, nil
	}
	path, byFile := lookup(s.name + "_FILE")
	if path == "" || !byFile {
		return value, has, nil
	}
	if has {
		return "", false, fmt.Errorf("given twice, want either it or %s_FILE", s.name)
	}
	value, err := secretFile(path)
	if err != nil {
		return "", false, fmt.Errorf("%s_FILE: %w", s.name, err)
	}
	return value, true, nil
}

// secretFile reads a secret from a file that is not open to everybody.
func secretFile(path string) (string, error) {
	f, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return "", errors.New("want a file that can be read, this one " + reason(err))
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return "", errors.New("want a file")
	}
	if info.Mode().Perm()&0o007 != 0 {
		return "", errors.New("want a file that not everybody may read, mode 0600 or 0400")
	}
	raw, err := io.ReadAll(io.LimitReader(f, maxSecretFile))
	if err != nil {
		return "", errors.New("want a file that can be read, this one " + reason(err))
	}
	value := strings.TrimSpace(string(raw))
	if value == "" {
		return "", errors.New("want a file that is not empty")
	}
	return value, nil
}

// reason says what is wrong with a file without its name.
func reason(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "does not exist"
	case errors.Is(err, fs.ErrPermission):
		return "may not be read by this user"
	default:
		return "cannot be read"
	}
}

// contradictions are faults between settings that are right one by one.
func (c Config) contradictions(wanted Group) []error {
	var faults []error
	if (c.TwilioAPIKey != "") != c.TwilioAPISecret.IsSet() {
		faults = append(faults, errors.New("TWILIO_API_KEY: want it and TWILIO_API_SECRET, or neither"))
	}
	if wanted&NeedLine != 0 && !c.Number.IsSet() && c.Folder == "" {
		faults = append(faults, errors.New("TIDEOVER_NUMBER: not set, want the line's number as E.164 here or in line.yaml"))
	}
	return append(faults, c.ownNumber()...)
}

// ownNumber finds a line that would ring itself.
func (c Config) ownNumber() []error {
	var faults []error
	if c.Number.IsSet() && slices.Contains(c.OnCall, c.Number) {
		faults = append(faults, errors.New("TIDEOVER_ONCALL: want numbers of people, the line's own number is among them"))
	}
	if c.Number.IsSet() && c.Backup == c.Number {
		faults = append(faults, errors.New("TIDEOVER_BACKUP: want another line, this is the line's own number"))
	}
	return faults
}

// For completes the settings with what the line's file says: the number,
// where the environment has none.
func (c Config) For(l Line) (Config, error) {
	if !c.Number.IsSet() {
		c.Number = l.Number
	}
	if !c.Number.IsSet() {
		return Config{}, errors.New("TIDEOVER_NUMBER: not set, want the line's number as E.164 here or in line.yaml")
	}
	return c, errors.Join(c.ownNumber()...)
}

// Warnings says what works but should not stay so. Lines name settings, never
// values.
func (c Config) Warnings() []string {
	var out []string
	warn := func(when bool, text string) {
		if when {
			out = append(out, text)
		}
	}
	warn(plainAndFar(c.PublicURL), "TIDEOVER_PUBLIC_URL: http, everybody on the way can read what callers say; want https")
	warn(plainAndFar(c.ConsoleURL) && c.ConsoleURL != c.PublicURL, "TIDEOVER_CONSOLE_URL: http, people cannot sign in safely; want https")
	warn(c.TwilioAPIURL != "", "TWILIO_API_URL: calls and texts do not go to Twilio")
	warn(len(c.TwilioTokens) > 1, "TWILIO_AUTH_TOKEN: more than one is accepted; remove the old one when the rotation is done")
	warn(len(c.OnCall) == 1, "TIDEOVER_ONCALL: one person alone; if this phone is off, an emergency waits")
	warn(c.MetricsAddr != "" && !loopback(c.MetricsAddr), "TIDEOVER_METRICS_ADDR: open to other machines; want a private network")
	return out
}

func plainAndFar(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && u.Scheme == "http" && !local(u.Hostname())
}

func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	return err == nil && local(host)
}

func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}
