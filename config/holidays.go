package config

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

const (
	holidaysFile = "script/holidays.yaml"
	unverified   = "draft, not verified"
	notObserved  = "none"
)

// Holidays are the days that no deadline in business days counts.
type Holidays struct {
	Region     string // such as US-CA
	Source     string
	VerifiedOn Day // zero for a draft
	Days       []Holiday
}

// Holiday is one holiday of one year.
type Holiday struct {
	ID       string
	Date     Day
	Observed Day // the day off; zero if there is none
}

// Day is a day of the calendar. The zero Day is none.
type Day struct {
	Year  int
	Month time.Month
	Day   int
}

// rawHolidays is script/holidays.yaml as it is written.
type rawHolidays struct {
	Schema     int          `yaml:"schema"`
	Region     string       `yaml:"region"`
	Source     string       `yaml:"source"`
	VerifiedOn string       `yaml:"verified_on"`
	Holidays   []rawHoliday `yaml:"holidays"`
}

type rawHoliday struct {
	ID       string `yaml:"id"`
	Date     string `yaml:"date"`
	Observed string `yaml:"observed"`
}

// LoadHolidays reads script/holidays.yaml of a configuration folder. Errors
// are joined and read "holidays.yaml:line:column: text". Whether each year is
// whole is for the calendar to say that is made of it.
func LoadHolidays(fsys fs.FS) (Holidays, error) {
	src, err := fs.ReadFile(fsys, holidaysFile)
	if err != nil {
		return Holidays{}, fmt.Errorf("%s:1:1: error: cannot be read; deadlines in business days need this file: %w", path.Base(holidaysFile), err)
	}
	b := holidaysBuilder{}
	if err := b.decode(src); err != nil {
		var e yaml.Error
		if errors.As(err, &e) && e.GetToken() != nil {
			p := e.GetToken().Position
			return Holidays{}, fmt.Errorf("%s:%d:%d: error: %s", path.Base(holidaysFile), p.Line, p.Column, e.GetMessage())
		}
		return Holidays{}, fmt.Errorf("%s:1:1: error: %w", path.Base(holidaysFile), err)
	}
	h := b.build()
	if len(b.faults) > 0 {
		return Holidays{}, errors.Join(b.faults...)
	}
	return h, nil
}

// holidaysBuilder checks the raw file and collects every fault with its place.
type holidaysBuilder struct {
	tree   *ast.File
	raw    rawHolidays
	faults []error
}

// decode fills the raw file. The YAML library panics on some malformed
// documents, which for us are faults as others are.
func (b *holidaysBuilder) decode(src []byte) (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("cannot be read as YAML")
		}
	}()
	if b.tree, err = parser.ParseBytes(src, 0); err != nil {
		return err
	}
	if len(b.tree.Docs) == 0 || b.tree.Docs[0].Body == nil {
		return errors.New("empty")
	}
	return yaml.NodeToValue(b.tree.Docs[0].Body, &b.raw, yaml.Strict())
}

func (b *holidaysBuilder) fault(key, want string) {
	line, column := 1, 1
	if p, err := yaml.PathString("$." + key); err == nil {
		if node, err := p.FilterFile(b.tree); err == nil && node.GetToken() != nil {
			line, column = node.GetToken().Position.Line, node.GetToken().Position.Column
		}
	}
	b.faults = append(b.faults, fmt.Errorf("%s:%d:%d: error: %s: want %s", path.Base(holidaysFile), line, column, key, want))
}

func (b *holidaysBuilder) build() Holidays {
	h := Holidays{Region: b.raw.Region, Source: b.raw.Source}
	if b.raw.Schema != 1 {
		b.fault("schema", "1")
	}
	if h.Region == "" {
		b.fault("region", "whose holidays these are, such as US-CA")
	}
	if h.Source == "" {
		b.fault("source", "where the holidays come from")
	}
	if b.raw.VerifiedOn != unverified {
		var ok bool
		if h.VerifiedOn, ok = day(b.raw.VerifiedOn); !ok {
			b.fault("verified_on", `the date on which the list was compared with its source, or "`+unverified+`"`)
		}
	}
	if len(b.raw.Holidays) == 0 {
		b.fault("holidays", "a list of {id, date}")
	}
	for i, r := range b.raw.Holidays {
		h.Days = append(h.Days, b.holiday(fmt.Sprintf("holidays[%d]", i), r))
	}
	return h
}

func (b *holidaysBuilder) holiday(key string, r rawHoliday) Holiday {
	if !regexp.MustCompile(`^[a-z0-9_]{1,40}$`).MatchString(r.ID) {
		b.fault(key, "an id of small letters, digits and underscores")
	}
	date, ok := day(r.Date)
	if !ok {
		b.fault(key, "date as 2026-12-25")
		return Holiday{}
	}
	observed := date
	switch r.Observed {
	case "":
		// Saturday and Sunday have rules of their own; nobody should guess here.
		if w := date.weekday(); w == time.Saturday || w == time.Sunday {
			b.fault(key, "observed, since "+r.Date+" is a "+w.String())
		}
	case notObserved:
		observed = Day{}
	default:
		if observed, ok = day(r.Observed); !ok {
			b.fault(key+".observed", "a date as 2026-12-25, or "+notObserved)
		}
	}
	return Holiday{ID: r.ID, Date: date, Observed: observed}
}

func day(s string) (Day, bool) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Day{}, false
	}
	return Day{t.Year(), t.Month(), t.Day()}, true
}

func (d Day) weekday() time.Weekday {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Weekday()
}
