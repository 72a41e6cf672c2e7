package triage_test

import (
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/triage"
)

// A condition sees variables, facts and the date that is handed in, nothing
// else: a step is pure.
func TestConditionsSeeTheDateThatIsHandedInAndNothingElse(t *testing.T) {
	t.Parallel()
	const branch = "- {if: what == \"moved\", goto: appt_new}"
	for cond, fits := range map[string]bool{
		`days_until(last) == -19`: true, `days_since(last) == 19`: true, `business_days(last) > 0`: false, `today == "2026-11-24"`: true, `days_until(offered) == 0`: true,
	} {
		fsys := folder(t)
		spoil(t, fsys, "strike.yaml", branch, "- {if: '"+cond+"', goto: appt_new}")
		s, err := triage.Compile(fsys, calm{}, triage.WithCalendar(calendar(t)))
		if err != nil {
			t.Fatalf("%s: %v", cond, err)
		}
		at := "appt_offer"
		if fits {
			at = "appt_new"
		}
		calls(t, s).press("1", "2", "1", "1", "1", "2", "1105").mustBeAt(at)
	}
	for _, cond := range []string{`now().Year() > 2000`, `len(what) > 3`, `duration("1h") > duration("1m")`, `days_until(what, 3) > 1`, `secrets > 1`} {
		fsys := folder(t)
		spoil(t, fsys, "strike.yaml", branch, "- {if: '"+cond+"', goto: appt_new}")
		if _, err := triage.Compile(fsys, calm{}); err == nil || !strings.Contains(err.Error(), "appt_new_branch") && !strings.Contains(err.Error(), "if: ") {
			t.Errorf("%s: %v", cond, err)
		}
	}
}
