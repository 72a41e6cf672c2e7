package server

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"github.com/tideover/tideover/internal/audit"
	"github.com/tideover/tideover/internal/console"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/triage"
)

// start decides once whether the folder with which this instance started is
// published. One that the line has never had was put there by the operator, and
// runs. One that it had before is older than what was published since: it never
// takes the line back by a restart, and somebody is told.
func (p *scripts) start(ctx context.Context, line store.Published) (published bool, err error) {
	switch {
	case p.fault != nil:
		p.refuse(ctx, p.fault)
		return false, nil //nolint:nilerr // the folder has the fault, and the line goes on
	case line.Running == "":
	case line.Folder == p.folder, line.Running == p.folder:
		return false, nil
	case line.Knew(p.folder):
		p.tellOlder(ctx, line)
		return false, nil
	default:
		if fault := rehearsed(p.shelf.Running(), p.files()); fault != nil {
			p.refuse(ctx, fault)
			return false, nil
		}
	}
	if err := p.publish(ctx, p.shelf.Running(), p.folder, p.files()); err != nil {
		return false, err
	}
	p.recordStart(ctx, line)
	return true, nil
}

// recordStart records a folder that a start published over another version.
func (p *scripts) recordStart(ctx context.Context, line store.Published) {
	if line.Running == "" {
		return
	}
	was, err := p.store.Files(ctx, line.Running)
	if err != nil {
		return // nothing to compare with
	}
	if old, err := unpacked(was, p.files(), p.compile); err == nil {
		p.recordFolder(ctx, "start", p.shelf.Running(), old, was)
	}
}

// operator is who puts a folder on the machine: not a person of the roster.
const operator = "operator"

// recordFolder records what the operator published, and by what it is less
// careful than the script before, whose files were these.
func (p *scripts) recordFolder(ctx context.Context, how string, s, old *triage.Script, was []byte) {
	words := triage.WordsOf(p.files())
	if base, err := zip.NewReader(bytes.NewReader(was), int64(len(was))); err == nil {
		words = append(words, triage.WordsOf(base)...)
	}
	weaker := triage.Weaker(s.Diff(old, words...))
	if len(weaker) > 0 {
		p.log.WarnContext(ctx, "the script is less careful than the one before", "script", short(s.Version()), "changes", len(weaker), "first", unnumbered(weaker[0]))
	}
	err := p.store.Append(context.WithoutCancel(ctx), audit.Entry{
		Who: operator, Action: "script-publish", Reason: console.LessCareful(how+" "+short(s.Version()), weaker), Outcome: "ok",
	})
	if err != nil {
		p.log.ErrorContext(ctx, "audit entry not kept", "action", "script-publish", "error", err)
	}
}

func (p *scripts) tellOlder(ctx context.Context, line store.Published) {
	p.log.WarnContext(ctx, "the folder holds an older script: the line keeps the one that was published since",
		"folder", short(p.folder), "script", short(line.Running))
	p.raise(ctx, hotline.ScriptOlder, fmt.Sprintf("folder %s, published %s", short(p.folder), short(line.Running)))
}

// refuse counts a script that was refused and shows it on the wallboard.
func (p *scripts) refuse(ctx context.Context, fault error) {
	p.failed()
	all := told(fault)
	text := unnumbered(all[0])
	if len(all) > 1 {
		text += fmt.Sprintf(" (+%d)", len(all)-1)
	}
	p.log.ErrorContext(ctx, "script refused, the running one goes on", "findings", len(all), "first", text)
	p.raise(ctx, hotline.ScriptRefused, text)
}

// raise shows an alert on every instance; a store that does not answer gets it
// at the next look.
func (p *scripts) raise(ctx context.Context, kind hotline.AlertKind, text string) {
	if p.owed == nil {
		p.owed = map[hotline.AlertKind]string{}
	}
	p.owed[kind] = text
	p.settle(ctx)
}

// settle raises the alerts that the store did not take before.
func (p *scripts) settle(ctx context.Context) {
	for kind, text := range p.owed {
		if err := p.store.Alert(context.WithoutCancel(ctx), kind, text); err != nil {
			p.log.WarnContext(ctx, "alert not shown yet", "alert", string(kind), "error", err)
			continue
		}
		delete(p.owed, kind)
	}
}

// longNumber is what may be somebody's phone number, as a text of a script may
// hold it.
var longNumber = regexp.MustCompile(`\+?[0-9](?:[ ().\-]{0,2}[0-9]){6,}`)

// longestAlert is enough for a place and a sentence.
const longestAlert = 300

func unnumbered(text string) string {
	text = longNumber.ReplaceAllString(strings.Join(strings.Fields(text), " "), "•••")
	if r := []rune(text); len(r) > longestAlert {
		text = string(r[:longestAlert]) + "…"
	}
	return text
}

// beside is a version that was read back: its script, and what else the
// operator's folder holds, such as the line's zone.
type beside struct{ script, folder fs.FS }

// Open implements fs.FS.
func (b beside) Open(name string) (fs.File, error) {
	if name == "script" || strings.HasPrefix(name, "script/") {
		return b.script.Open(name)
	}
	return b.folder.Open(name)
}
