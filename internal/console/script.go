package console

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/internal/staff"
)

// Scripts are the versions of the line's script.
type Scripts interface {
	// Versions gives what runs and who is on what.
	Versions(ctx context.Context) (ScriptVersions, error)
	// Preview says what the running script would become with these files in
	// place of its own. Faults are no error.
	Preview(ctx context.Context, files map[string]string) (ScriptPreview, error)
	// Publish makes it the running one, on all instances. The error is
	// ErrFaults where it has faults: then nothing changes.
	Publish(ctx context.Context, files map[string]string) (ScriptPreview, error)
	// Use makes an earlier version the running one. Errors: ErrNotFound.
	Use(ctx context.Context, version string) error
	// Recall sends whoever is on a version to a node of the running one.
	// Errors: ErrNotFound, ErrMove (it runs, or there is no such node).
	Recall(ctx context.Context, version, node string) error
}

// ErrFaults says that a script has faults and is not published.
var ErrFaults = errors.New("the script has faults")

// ScriptVersions is what runs, and which versions contacts are on.
type ScriptVersions struct {
	Running    string
	Contacts   map[string]int    // version → open contacts
	Recalled   map[string]string // version → node
	Unreviewed []string          // clinical texts without a seal
}

// ScriptPreview is what a script would be.
type ScriptPreview struct {
	Version    string   // empty where it has faults
	Faults     []string // as `check` prints them
	Warnings   []string
	Changes    string   // in words, the most dangerous first
	Weaker     []string // those by which it is less careful than the running one
	Unreviewed []string
	Contacts   map[string]int // version → open contacts that stay on it
}

// longestScript is the body of a script: all of its files.
const longestScript = 1 << 20

type versionJSON struct {
	Version    string `json:"version"`
	Running    bool   `json:"running"`
	Contacts   int    `json:"contacts"`
	RecalledTo string `json:"recalled_to,omitempty"`
}

func (k *Console) getScript(c echo.Context, _ staff.Visitor) error {
	v, err := k.Scripts.Versions(c.Request().Context())
	if err != nil {
		return err
	}
	out := make([]versionJSON, 0, len(v.Contacts))
	for version, n := range v.Contacts {
		out = append(out, versionJSON{Version: version, Running: version == v.Running, Contacts: n, RecalledTo: v.Recalled[version]})
	}
	slices.SortFunc(out, func(a, b versionJSON) int {
		if a.Running != b.Running {
			return map[bool]int{true: -1, false: 1}[a.Running]
		}
		return strings.Compare(a.Version, b.Version)
	})
	return c.JSON(http.StatusOK, map[string]any{"running": v.Running, "versions": out, "unreviewed": orNone(v.Unreviewed)})
}

func orNone(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func orEmpty(counts map[string]int) map[string]int {
	if counts == nil {
		return map[string]int{}
	}
	return counts
}

type scriptIn struct {
	Files   map[string]string `json:"files"`
	Preview bool              `json:"preview"`
	Reason  string            `json:"reason"`

	weaker *[]string // by which what was published is less careful; filled when it was
}

func (in *scriptIn) check() error {
	in.weaker = new([]string)
	if len(in.Files) == 0 {
		return errors.New("files: want the texts of files by name, such as strike.yaml")
	}
	for name := range in.Files {
		if !strings.HasSuffix(name, ".yaml") || strings.ContainsAny(name, "/\\") || strings.HasPrefix(name, ".") {
			return errors.New("files: want names such as strike.yaml")
		}
	}
	if in.Preview {
		return nil
	}
	return tidy("reason", &in.Reason, 1, longestReason)
}

// putScript shows what a script would change, or publishes it.
func (k *Console) putScript() change[scriptIn] {
	return change[scriptIn]{
		action: "script-publish", longest: longestScript, check: func(in *scriptIn) error { return in.check() },
		reason: func(in scriptIn) string {
			if in.Preview {
				return "preview"
			}
			return LessCareful(in.Reason, *in.weaker)
		},
		do: func(ctx context.Context, a asked[scriptIn]) (int, any, error) {
			act := k.Scripts.Publish
			if a.in.Preview {
				act = k.Scripts.Preview
			}
			p, err := act(ctx, a.in.Files)
			if errors.Is(err, ErrFaults) {
				return 0, nil, newProblem(http.StatusUnprocessableEntity, "script-faults", "The script has faults; the running one goes on").with(strings.Join(p.Faults, "\n"))
			}
			if err != nil {
				return 0, nil, err
			}
			*a.in.weaker = p.Weaker
			return http.StatusOK, map[string]any{
				"version": p.Version, "published": !a.in.Preview, "faults": orNone(p.Faults), "warnings": orNone(p.Warnings),
				"changes": p.Changes, "weaker": orNone(p.Weaker), "unreviewed": orNone(p.Unreviewed), "contacts": orEmpty(p.Contacts),
			}, nil
		},
	}
}

// longestRecorded bounds what the record says of one script.
const longestRecorded = 2000

// LessCareful adds to a reason by what a script is less careful than the one
// before, for the record.
func LessCareful(reason string, weaker []string) string {
	if len(weaker) == 0 {
		return reason
	}
	text := []rune(reason + " | less careful: " + strings.Join(weaker, " | "))
	if len(text) > longestRecorded {
		text = append(text[:longestRecorded], '…')
	}
	return string(text)
}

type versionIn struct {
	Version string `json:"version"`
	To      string `json:"to"`
	Reason  string `json:"reason"`
}

// useScript goes back to a version that ran before.
func (k *Console) useScript() change[versionIn] {
	return change[versionIn]{
		action: "script-use", check: func(in *versionIn) error { return tidy("reason", &in.Reason, 1, longestReason) },
		reason: func(in versionIn) string { return in.Reason },
		do: func(ctx context.Context, a asked[versionIn]) (int, any, error) {
			if err := k.Scripts.Use(ctx, a.in.Version); err != nil {
				return 0, nil, err
			}
			return http.StatusOK, map[string]any{"running": a.in.Version}, nil
		},
	}
}

// recallScript takes a version away from whoever is on it.
func (k *Console) recallScript() change[versionIn] {
	return change[versionIn]{
		action: "script-recall", check: func(in *versionIn) error { return tidy("reason", &in.Reason, 1, longestReason) },
		reason: func(in versionIn) string { return in.Reason },
		do: func(ctx context.Context, a asked[versionIn]) (int, any, error) {
			if err := k.Scripts.Recall(ctx, a.in.Version, a.in.To); err != nil {
				return 0, nil, err
			}
			return http.StatusOK, map[string]any{"version": a.in.Version, "recalled_to": a.in.To}, nil
		},
	}
}
