package config_test

import (
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/tideover/tideover/config"
)

const least = "name: {en: Line, es: Línea}\nzone: America/Los_Angeles\n"

func folder(text string) fstest.MapFS {
	return fstest.MapFS{"line.yaml": {Data: []byte(text)}, "hold.mp3": {Data: []byte("x")}}
}

func TestBuiltInLineIsOpenAlwaysAndTexts(t *testing.T) {
	t.Parallel()
	l, err := config.LoadLine(config.FS())
	if err != nil {
		t.Fatal(err)
	}
	if l.ID != "main" || !l.Hours.Always || !l.Texts || l.OnCallDuty || l.MissedRings != 3 || l.Number.IsSet() {
		t.Errorf("got %+v", l)
	}
	if l.Limits != (config.CallerLimits{Calls: 10, Within: 10 * time.Minute}) {
		t.Errorf("limits %+v", l.Limits)
	}
	if l.LinesLong != (config.LinesLong{Wait: 15 * time.Minute, Each: 5}) {
		t.Errorf("lines are long at %+v", l.LinesLong)
	}
	if l.Name["en"] == "" || l.Name["es"] == "" || l.Zone.String() != "America/Los_Angeles" {
		t.Errorf("name %v, zone %v", l.Name, l.Zone)
	}
}

func TestLeftOutKeysHaveTheBuiltInDefaults(t *testing.T) {
	t.Parallel()
	want, err := config.LoadLine(config.FS())
	if err != nil {
		t.Fatal(err)
	}
	got, err := config.LoadLine(folder(least))
	if err != nil {
		t.Fatal(err)
	}
	got.Name = want.Name
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestLineIsReadAsWritten(t *testing.T) {
	t.Parallel()
	l, err := config.LoadLine(folder(least + `id: north-2
number: "+1 (555) 555-0100"
interpreter: "+15555550111"
hours:
  - {days: [mon, fri], from: "09:00", to: "17:30"}
  - {days: [sat], from: "20:00", to: "02:00"}
texts: off
oncall_duty: true
missed_rings: 5
caller_limits: {calls: 0}
lines_long: {wait: 0s, each: 9}
hold_audio: hold.mp3
`))
	if err != nil {
		t.Fatal(err)
	}
	if l.ID != "north-2" || l.Number.E164() != "+15555550100" || l.Texts || !l.OnCallDuty || l.MissedRings != 5 || l.Limits.Calls != 0 || l.HoldAudio != "hold.mp3" {
		t.Errorf("got %+v", l)
	}
	if l.LinesLong != (config.LinesLong{Each: 9}) {
		t.Errorf("lines are long at %+v", l.LinesLong)
	}
	want := []config.Range{
		{Day: time.Monday, From: 9 * time.Hour, To: 17*time.Hour + 30*time.Minute},
		{Day: time.Friday, From: 9 * time.Hour, To: 17*time.Hour + 30*time.Minute},
		{Day: time.Saturday, From: 20 * time.Hour, To: 2 * time.Hour},
	}
	if l.Hours.Always || !reflect.DeepEqual(l.Hours.Weekly, want) {
		t.Errorf("hours %+v", l.Hours)
	}
}

// FAULTS 47.
func TestFaultsOfTheLineNameTheirPlace(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ text, says string }{
		"unknown key":             {least + "houres: always\n", "line.yaml:3:1: error: unknown field"},
		"unknown key in a range":  {least + "hours:\n  - {days: [mon], from: \"09:00\", till: \"10:00\"}\n", "line.yaml:4:34: error: unknown field"},
		"key twice":               {least + "zone: UTC\n", "line.yaml:3:1: error:"},
		"no YAML":                 {"name: [\n", "line.yaml:1:"},
		"a number for a word":     {least + "missed_rings: many\n", "line.yaml:3:15: error:"},
		"empty file":              {"", "line.yaml:1:1: error: name: want a name in en and es"},
		"no Spanish name":         {"zone: UTC\nname: {en: Line}\n", "line.yaml:2:7: error: name: no name in es"},
		"unknown zone":            {"name: {en: Line, es: Línea}\nzone: California\n", "line.yaml:2:7: error: zone: want"},
		"zone of the machine":     {"name: {en: Line, es: Línea}\nzone: Local\n", "line.yaml:2:7: error: zone: want"},
		"id that breaks keys":     {least + "id: a}b\n", "line.yaml:3:5: error: id: want"},
		"empty id":                {least + "id: \"\"\n", "line.yaml:3:5: error: id: want"},
		"no interpreter":          {least + "interpreter: them\n", "line.yaml:3:14: error: interpreter: want E.164"},
		"number without country":  {least + "number: \"5555550100\"\n", "line.yaml:3:9: error: number: want E.164"},
		"texts neither on or off": {least + "texts: sometimes\n", "line.yaml:3:8: error: texts: want on or off"},
		"hours by another word":   {least + "hours: never\n", "line.yaml:3:8: error: hours: want always"},
		"unknown day":             {least + "hours:\n  - {days: [monday], from: \"09:00\", to: \"10:00\"}\n", "line.yaml:4:5: error: hours[0]: want days of mon"},
		"no days":                 {least + "hours:\n  - {from: \"09:00\", to: \"10:00\"}\n", "hours[0]: want days: [mon"},
		"hour beyond the day":     {least + "hours:\n  - {days: [mon], from: \"09:00\", to: \"25:00\"}\n", "hours[0]: want from and to"},
		"begins at midnight's end": {
			least + "hours:\n  - {days: [mon], from: \"24:00\", to: \"10:00\"}\n", "hours[0]: want from and to",
		},
		"no rings at all":        {least + "missed_rings: 0\n", "missed_rings: want 1 to 20"},
		"lines long at once":     {least + "lines_long: {wait: 5s}\n", "lines_long.wait: want 0 for never"},
		"lines long below zero":  {least + "lines_long: {each: -1}\n", "lines_long.each: want 0"},
		"limits below zero":      {least + "caller_limits: {calls: -1, within: 10m}\n", "line.yaml:3:24: error: caller_limits.calls: want 0"},
		"limit without a time":   {least + "caller_limits: {calls: 3}\n", "caller_limits.within: want a time"},
		"audio that is not here": {least + "hold_audio: other.mp3\n", "hold_audio: no such file"},
		"audio outside":          {least + "hold_audio: ../hold.mp3\n", "hold_audio: no such file"},
		"audio Twilio plays not": {least + "hold_audio: hold.ogg\n", "hold_audio: want an .mp3 or .wav"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := config.LoadLine(folder(tc.text))
			if err == nil || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("got %v\nwant %s", err, tc.says)
			}
		})
	}
}

func TestAllFaultsOfTheLineComeAtOnce(t *testing.T) {
	t.Parallel()
	_, err := config.LoadLine(folder("zone: Nowhere\ntexts: no\nmissed_rings: 99\n"))
	for _, key := range []string{"name:", "zone:", "texts:", "missed_rings:"} {
		if err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%s is not among: %v", key, err)
		}
	}
}

func TestFolderWithoutALineIsNamed(t *testing.T) {
	t.Parallel()
	if _, err := config.LoadLine(config.Open(t.TempDir())); err == nil || !strings.Contains(err.Error(), "line.yaml") {
		t.Errorf("got %v", err)
	}
}

func FuzzLineNeverPanics(f *testing.F) {
	f.Add(least)
	f.Add(least + "hours:\n  - {days: [mon], from: \"09:00\", to: \"10:00\"}\n")
	f.Add("a: &a [*a]\n")
	f.Add("hours: !!binary x\n---\n- ")
	f.Fuzz(func(t *testing.T, text string) {
		l, err := config.LoadLine(folder(text))
		if err == nil && (l.ID == "" || l.Zone == nil) {
			t.Errorf("a line without id or zone: %+v", l)
		}
	})
}
