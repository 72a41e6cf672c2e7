package config_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/config"
)

const twoGroups = `groups:
  - id: calm-tue
    topic: anxiety
    language: en
    at: 2026-12-01 18:00
    seats: 12
    link: https://meet.example.org/calm
  - {id: duelo, topic: grief, language: es, at: "2026-12-02T19:30:00-08:00", seats: 8, wait_list: 0, link: "https://meet.example.org/d"}
`

func TestAFileOfGroupsIsReadInTheLinesZone(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	all, err := config.ReadGroups("groups.yaml", []byte(twoGroups), zone)
	if err != nil || len(all) != 2 {
		t.Fatalf("%v %v", all, err)
	}
	if g := all[0]; g.ID != "calm-tue" || !g.At.Equal(time.Date(2026, 12, 2, 2, 0, 0, 0, time.UTC)) || g.Seats != 12 || g.WaitList != 12 || g.Line != 2 {
		t.Errorf("%+v", g)
	}
	if g := all[1]; g.Language != "es" || !g.At.Equal(time.Date(2026, 12, 3, 3, 30, 0, 0, time.UTC)) || g.WaitList != 0 {
		t.Errorf("%+v", g)
	}
}

func TestFaultsOfAFileOfGroupsHaveTheirPlace(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ src, want string }{
		"no YAML":     {"groups: [", "groups.yaml:"},
		"empty":       {"", "groups.yaml:1:1: error: groups: want"},
		"unknown key": {strings.Replace(twoGroups, "topic", "topics", 1), "groups.yaml:3:5: error:"},
		"no time":     {strings.Replace(twoGroups, "2026-12-01 18:00", "Tuesday", 1), "groups.yaml:2:7: error: at:"},
		"no such day": {strings.Replace(twoGroups, "2026-12-01 18:00", "2026-02-30 18:00", 1), "error: at:"},
		"seats":       {strings.Replace(twoGroups, "seats: 12", "seats: many", 1), "groups.yaml:6:"},
		"twice":       {strings.Replace(twoGroups, "duelo", "calm-tue", 1), `error: id: "calm-tue" is there twice`},
	}
	for name, tc := range cases {
		if _, err := config.ReadGroups("groups.yaml", []byte(tc.src), time.UTC); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %s", name, err, tc.want)
		}
	}
}
