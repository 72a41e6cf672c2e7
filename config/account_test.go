package config_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tideover/tideover/config"
)

func TestWhatTheAccountMayDo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text  string
		want  config.Account
		fault string
	}{
		"nothing is said":           {want: config.Account{PerSecond: 1}},
		"a faster account":          {text: "account: {calls_per_second: 5, legs: 20}", want: config.Account{PerSecond: 5, Legs: 20}},
		"only the legs":             {text: "account: {legs: 3}", want: config.Account{PerSecond: 1, Legs: 3}},
		"no calls at all":           {text: "account: {calls_per_second: 0}", fault: "account.calls_per_second: want"},
		"no leg for the counselor":  {text: "account: {legs: 1}", fault: "account.legs: want"},
		"something that is not set": {text: "account: {cps: 1}", fault: "unknown field"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, err := config.LoadLine(fstest.MapFS{"line.yaml": {Data: []byte(least + c.text + "\n")}})
			if c.fault != "" {
				if err == nil || !strings.Contains(err.Error(), c.fault) {
					t.Errorf("%v, want %q", err, c.fault)
				}
				return
			}
			if err != nil || l.Account != c.want {
				t.Errorf("%+v %v, want %+v", l.Account, err, c.want)
			}
		})
	}
}
