package config

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // zones are known in an image without zone files too

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

const lineFile = "line.yaml"

// Line is one hotline as its folder describes it.
type Line struct {
	ID          string            // names the line's keys in Redis
	Name        map[string]string // by language, "en" and "es" at least
	Number      Number            // zero if the environment gives it
	Interpreter Number            // rung into a talk; zero: none
	Zone        *time.Location
	Hours       Hours
	Texts       bool // may a prompt offer a text
	OnCallDuty  bool // must on-call duty be acknowledged before calls are taken
	MissedRings int  // in a row, until a counselor is set on a break
	Limits      CallerLimits
	LineLimit   CallerLimits // of all callers together
	MostWaiting int          // in line, about; 0: any number
	LinesLong   LinesLong
	HoldAudio   string // file in the folder, "" for none
	Callbacks   Callbacks
	Account     Account
}

// CallerLimits bound the calls of one number. Emergencies pass.
type CallerLimits struct {
	Calls  int           // 0 for no limit
	Within time.Duration // counted in
}

// LinesLong says when callers are offered something else than to wait.
type LinesLong struct {
	Wait time.Duration // somebody has waited so long; 0: never
	Each int           // so many wait for each counselor on shift; 0: never
}

// rawLine is line.yaml as it is written.
type rawLine struct {
	ID          *string           `yaml:"id"`
	Name        map[string]string `yaml:"name"`
	Number      string            `yaml:"number"`
	Interpreter string            `yaml:"interpreter"`
	Zone        string            `yaml:"zone"`
	Hours       rawHours          `yaml:"hours"`
	Texts       *string           `yaml:"texts"`
	OnCallDuty  bool              `yaml:"oncall_duty"`
	MissedRings *int              `yaml:"missed_rings"`
	Limits      *rawLimits        `yaml:"caller_limits"`
	LineLimit   *rawLimits        `yaml:"line_limit"`
	MostWaiting int               `yaml:"most_waiting"`
	LinesLong   *rawLong          `yaml:"lines_long"`
	HoldAudio   string            `yaml:"hold_audio"`
	Callbacks   *rawCallbacks     `yaml:"callbacks"`
	Account     *rawAccount       `yaml:"account"`
}

type rawLong struct {
	Wait time.Duration `yaml:"wait"`
	Each int           `yaml:"each"`
}

type rawLimits struct {
	Calls  int           `yaml:"calls"`
	Within time.Duration `yaml:"within"`
}

// LoadLine reads line.yaml of a configuration folder. A key that is left out
// has the default of the built-in file; an unknown key is an error. Errors
// are joined and read "line.yaml:line:column: text".
func LoadLine(fsys fs.FS) (Line, error) {
	src, err := fs.ReadFile(fsys, lineFile)
	if err != nil {
		return Line{}, fmt.Errorf("%s:1:1: error: cannot be read; a configuration folder needs this file", lineFile)
	}
	b := lineBuilder{files: fsys}
	if err := b.decode(src); err != nil {
		return Line{}, at(err)
	}
	l := b.build()
	if len(b.faults) > 0 {
		return Line{}, errors.Join(b.faults...)
	}
	return l, nil
}

// at puts the place of a YAML error in front of it.
func at(err error) error {
	var e yaml.Error
	if errors.As(err, &e) && e.GetToken() != nil {
		p := e.GetToken().Position
		return fmt.Errorf("%s:%d:%d: error: %s", lineFile, p.Line, p.Column, e.GetMessage())
	}
	return fmt.Errorf("%s:1:1: error: %w", lineFile, err)
}

// lineBuilder checks the raw file and collects every fault with its place.
type lineBuilder struct {
	tree   *ast.File
	raw    rawLine
	files  fs.FS
	faults []error
}

// decode fills the raw file. The YAML library panics on some malformed
// documents, which for us are faults as others are.
func (b *lineBuilder) decode(src []byte) (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("cannot be read as YAML")
		}
	}()
	if b.tree, err = parser.ParseBytes(src, 0); err != nil {
		return err
	}
	if len(b.tree.Docs) == 0 || b.tree.Docs[0].Body == nil {
		return nil
	}
	return yaml.NodeToValue(b.tree.Docs[0].Body, &b.raw, yaml.Strict())
}

func (b *lineBuilder) fault(key, format string, args ...any) {
	line, column := 1, 1
	if p, err := yaml.PathString("$." + key); err == nil {
		if node, err := p.FilterFile(b.tree); err == nil && node.GetToken() != nil {
			line, column = node.GetToken().Position.Line, node.GetToken().Position.Column
		}
	}
	b.faults = append(b.faults, fmt.Errorf("%s:%d:%d: error: %s: %s", lineFile, line, column, key, fmt.Sprintf(format, args...)))
}

func (b *lineBuilder) build() Line {
	l := Line{
		ID: or(b.raw.ID, "main"), Name: b.name(), Zone: b.zone(), Hours: b.hours(), Texts: b.texts(),
		OnCallDuty: b.raw.OnCallDuty, MissedRings: or(b.raw.MissedRings, 3),
		HoldAudio: b.raw.HoldAudio,
	}
	// The id stands between braces in every key of the line.
	if !regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`).MatchString(l.ID) {
		b.fault("id", "want 1 to 32 small letters, digits and dashes")
	}
	if b.raw.Number != "" && !number(&l.Number)(b.raw.Number) {
		b.fault("number", "want E.164 in quotes, a plus and 7 to 15 digits")
	}
	if b.raw.Interpreter != "" && !number(&l.Interpreter)(b.raw.Interpreter) {
		b.fault("interpreter", "want E.164 in quotes, a plus and 7 to 15 digits")
	}
	if l.MissedRings < 1 || l.MissedRings > 20 {
		b.fault("missed_rings", "want 1 to 20")
	}
	l.Limits = CallerLimits(or(b.raw.Limits, rawLimits{Calls: 10, Within: 10 * time.Minute}))
	b.limit("caller_limits", l.Limits)
	if l.LineLimit = CallerLimits(or(b.raw.LineLimit, rawLimits{Within: time.Minute})); l.LineLimit.Calls != 0 {
		b.limit("line_limit", l.LineLimit)
	}
	if l.MostWaiting = b.raw.MostWaiting; l.MostWaiting < 0 {
		b.fault("most_waiting", "want 0 for any number, or more")
	}
	l.Callbacks = b.callbacks()
	l.Account = b.account()
	l.LinesLong = LinesLong(or(b.raw.LinesLong, rawLong{Wait: 15 * time.Minute, Each: 5}))
	if l.LinesLong.Wait != 0 && (l.LinesLong.Wait < time.Minute || l.LinesLong.Wait > 24*time.Hour) {
		b.fault("lines_long.wait", "want 0 for never, or a time from 1m to 24h")
	}
	if l.LinesLong.Each < 0 {
		b.fault("lines_long.each", "want 0 for never, or more")
	}
	b.audio(l.HoldAudio)
	return l
}

func (b *lineBuilder) name() map[string]string {
	if b.raw.Name == nil {
		b.fault("name", "want a name in en and es")
		return nil
	}
	for _, lang := range []string{"en", "es"} {
		if strings.TrimSpace(b.raw.Name[lang]) == "" {
			b.fault("name", "no name in %s", lang)
		}
	}
	return b.raw.Name
}

func (b *lineBuilder) zone() *time.Location {
	if b.raw.Zone == "" {
		b.fault("zone", "want a zone such as America/Los_Angeles")
		return nil
	}
	// "Local" would be another zone on another machine.
	zone, err := time.LoadLocation(b.raw.Zone)
	if err != nil || b.raw.Zone == "Local" {
		b.fault("zone", "want a zone such as America/Los_Angeles")
	}
	return zone
}

func (b *lineBuilder) texts() bool {
	word := or(b.raw.Texts, "on")
	if word != "on" && word != "off" {
		b.fault("texts", "want on or off")
	}
	return word == "on"
}

func (b *lineBuilder) audio(name string) {
	if name == "" {
		return
	}
	// What Twilio plays.
	if !slices.Contains([]string{".mp3", ".wav"}, path.Ext(name)) {
		b.fault("hold_audio", "want an .mp3 or .wav file")
		return
	}
	if info, err := fs.Stat(b.files, name); err != nil || !info.Mode().IsRegular() {
		b.fault("hold_audio", "no such file in the configuration folder")
	}
}

func (b *lineBuilder) limit(key string, l CallerLimits) {
	if l.Calls < 0 || l.Calls > 10_000 {
		b.fault(key+".calls", "want 0 for no limit, or up to 10000")
	}
	if l.Calls > 0 && (l.Within < time.Minute || l.Within > 24*time.Hour) {
		b.fault(key+".within", "want a time from 1m to 24h")
	}
}

func or[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}

// Idle names the settings that are set and that nothing acts on yet.
func (l Line) Idle() []string {
	var idle []string
	if l.HoldAudio != "" {
		idle = append(idle, "hold_audio")
	}
	return idle
}
