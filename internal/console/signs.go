package console

import (
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
)

// piece is a stretch of a text as the page shows it.
type piece struct {
	Text         string
	Sign, Shadow bool // the detector found it; it was only recorded
}

// pieces cuts a text where the detector found something. What we wrote
// ourselves is shown as it is.
func (k *Console) pieces(m hotline.Message) []piece {
	text := visible(m.Text)
	if k.Signs == nil || m.Direction != hotline.Inbound {
		return []piece{{Text: text}}
	}
	var all []piece
	at := 0
	for _, s := range k.Signs(text) {
		if s.Start > at {
			all = append(all, piece{Text: text[at:s.Start]})
		}
		all = append(all, piece{Text: text[s.Start:s.End], Sign: true, Shadow: s.Shadow})
		at = s.End
	}
	if at < len(text) {
		all = append(all, piece{Text: text[at:]})
	}
	return all
}

// hitView is a hit of the detector that was kept with a case.
type hitView struct {
	Rule   string
	Shadow bool
}

func hitViews(hits []string) []hitView {
	var all []hitView
	for _, h := range hits {
		rule, shadow := triage.Shadowed(h)
		all = append(all, hitView{rule, shadow})
	}
	return all
}
