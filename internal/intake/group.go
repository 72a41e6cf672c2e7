package intake

import (
	"context"
	"strings"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
)

// leaveWords give up a place in a support group, whole message only. None of
// them is a word that the carrier acts on.
var leaveWords = map[string]hotline.Lang{
	"leave group": hotline.English, "leave the group": hotline.English, "leave my group": hotline.English,
	"cancel group": hotline.English, "cancel my group": hotline.English,
	"dejar grupo": hotline.Spanish, "dejar el grupo": hotline.Spanish, "dejar mi grupo": hotline.Spanish,
	"cancelar grupo": hotline.Spanish, "cancelar el grupo": hotline.Spanish, "cancelar mi grupo": hotline.Spanish,
}

// leavesGroup reports whether a text gives up a place in a group, and in which
// language it says so.
func leavesGroup(text string) (hotline.Lang, bool) {
	words := strings.Fields(strings.ToLower(strings.Trim(text, " .,!¡¿?\"'“”\n")))
	lang, leaves := leaveWords[strings.Join(words, " ")]
	return lang, leaves
}

// talking: a counselor has the thread, and whatever is written is for them.
func talking(s hotline.State) bool {
	switch s {
	case hotline.Live, hotline.WrapUp, hotline.Claimed, hotline.Connecting:
		return true
	case hotline.Triage, hotline.Waiting, hotline.Promised, hotline.Closed:
	}
	return false
}

// leaveGroups gives the places to whoever waits for one. The answer is true
// for a repeat too, and for who had no place.
func (d *Desk) leaveGroups(ctx context.Context, t Text, lang hotline.Lang) ([]byte, error) {
	if _, err := d.threads.LeaveGroups(ctx, t.From); err != nil {
		return nil, err
	}
	doc, err := d.texts(triage.TextGroupLeft, lang)
	if err != nil {
		return nil, err
	}
	return d.docs.Keep(ctx, t.Sid+":0", t.Token, doc)
}
