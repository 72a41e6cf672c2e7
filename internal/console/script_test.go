package console_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/console"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

// versions is a shelf of scripts in memory.
type versions struct {
	running  string
	on       map[string]int
	recalled map[string]string
}

func (v *versions) Versions(context.Context) (console.ScriptVersions, error) {
	return console.ScriptVersions{Running: v.running, Contacts: maps.Clone(v.on), Recalled: v.recalled, Unreviewed: []string{"danger (es)"}}, nil
}

func (v *versions) Preview(_ context.Context, files map[string]string) (console.ScriptPreview, error) {
	if strings.Contains(files["strike.yaml"], "fault") {
		return console.ScriptPreview{Faults: []string{"script/strike.yaml:3:1: error: no node \"x\""}}, nil
	}
	return console.ScriptPreview{Version: "c3", Changes: "Clinical texts\n"}, nil
}

func (v *versions) Publish(ctx context.Context, files map[string]string) (console.ScriptPreview, error) {
	p, err := v.Preview(ctx, files)
	if len(p.Faults) > 0 {
		return p, console.ErrFaults
	}
	v.running = p.Version
	v.on[p.Version] += 0
	return p, err
}

func (v *versions) Use(_ context.Context, version string) error {
	if _, known := v.on[version]; !known {
		return fmt.Errorf("script %s: %w", version, hotline.ErrNotFound)
	}
	v.running = version
	return nil
}

func (v *versions) Recall(_ context.Context, version, node string) error {
	if version == v.running {
		return hotline.ErrMove
	}
	v.recalled = map[string]string{version: node}
	return nil
}

func TestSupervisorsPreviewPublishGoBackAndRecallAScript(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boss, a := b.person(staff.Supervisor, nil), b.person(staff.Counselor, nil)
	whole := map[string]string{"strike.yaml": strings.Repeat("# long\n", 20_000)} // larger than any other body may be
	put := func(files map[string]string, preview bool, reason string) map[string]any {
		return map[string]any{"request_id": rid(), "files": files, "preview": preview, "reason": reason}
	}
	a.ask("PUT", "/script", put(whole, true, "")).want(t, 403, "forbidden")
	a.ask("GET", "/script", nil).want(t, 403, "forbidden")
	if got := boss.ask("PUT", "/script", put(whole, true, "")).want(t, 200, ""); got.doc["published"] != false || b.scripts.running != "a1" {
		t.Errorf("a preview: %v, running %s", got.doc, b.scripts.running)
	}
	boss.ask("PUT", "/script", put(whole, false, "")).want(t, 400, "bad-request")
	boss.ask("PUT", "/script", put(map[string]string{"../line.yaml": "x"}, true, "")).want(t, 400, "bad-request")
	boss.ask("PUT", "/script", put(nil, true, "")).want(t, 400, "bad-request")
	refused := boss.ask("PUT", "/script", put(map[string]string{"strike.yaml": "fault"}, false, "new number")).want(t, 422, "script-faults")
	if !strings.Contains(fmt.Sprint(refused.doc["detail"]), "strike.yaml:3:1") || b.scripts.running != "a1" {
		t.Errorf("a script with a fault: %v, running %s", refused.doc, b.scripts.running)
	}
	body := put(whole, false, "new number of the plan")
	boss.ask("PUT", "/script", body).want(t, 200, "")
	boss.ask("PUT", "/script", body).want(t, 200, "")
	if b.scripts.running != "c3" {
		t.Errorf("running %s", b.scripts.running)
	}
	boss.ask("POST", "/script/recall", map[string]any{"request_id": rid(), "version": "c3", "to": "to_person", "reason": "x"}).want(t, 409, "not-now")
	boss.ask("POST", "/script/recall", map[string]any{"request_id": rid(), "version": "b2", "to": "to_person", "reason": "wrong number in it"}).want(t, 200, "")
	boss.ask("POST", "/script/use", map[string]any{"request_id": rid(), "version": "zz", "reason": "x"}).want(t, 404, "not-found")
	boss.ask("POST", "/script/use", map[string]any{"request_id": rid(), "version": "a1", "reason": "as before"}).want(t, 200, "")
	seen := boss.ask("GET", "/script", nil).want(t, 200, "")
	rows, _ := seen.doc["versions"].([]any)
	if first, _ := rows[0].(map[string]any); len(rows) != 3 || first["version"] != "a1" || first["contacts"] != 2.0 || seen.doc["running"] != "a1" {
		t.Errorf("%v", seen.doc)
	}
	said := ""
	for _, e := range b.line.entries {
		said += e.Action + " "
	}
	for _, action := range []string{"script-publish", "script-recall", "script-use"} {
		if !strings.Contains(said, action) {
			t.Errorf("%s is not in the record: %s", action, said)
		}
	}
}
