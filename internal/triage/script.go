package triage

import (
	"slices"
	"time"

	"github.com/tideover/tideover/internal/crisis"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/rights"
)

// Detector looks for words of danger in what callers write and say.
type Detector interface {
	Screen(text string) crisis.Result
}

// Script is a compiled tree. It never changes, and any number of goroutines
// may step it.
type Script struct {
	version  string
	detector Detector
	langs    []hotline.Lang // the first one is the one that is translated
	names    map[hotline.Lang]string
	hear     map[hotline.Lang]map[string]bool // words by which a language is known
	turns    int                              // inputs after which a person takes over
	vars     []variable
	heeded   []variable // those that conditions ask for; nil until they are known

	nodes   map[string]*node
	order   []*node
	roles   roles
	globals []global
	loop    []*option

	phrases   map[PhraseID]*phrase
	resources map[string]resource
	help      help
	calendar  *rights.Calendar // nil: no deadline is told
	zone      *time.Location
	open      []string // texts without a valid seal
	warnings  []Finding
	unproved  bool
}

// roles are the nodes that the engine itself leads to.
type roles struct {
	start, safety, unsure, urgent, danger, menu, person *node
	shut                                                shutNodes // who is not put in line
}

// phrase is a text outside of the tree.
type phrase struct {
	at       spot
	clinical bool
	say      wording
}

// Version names the content of the script's files: the same words give the
// same version, on any machine.
func (s *Script) Version() string { return s.version }

// Langs lists the languages of the script; the first is the one that the
// others were translated from.
func (s *Script) Langs() []hotline.Lang { return slices.Clone(s.langs) }

// Begin gives the session of a new contact.
func (s *Script) Begin(ch hotline.Channel) Session {
	return Session{Script: s.version, Channel: ch}
}

// Waiting gives the session of a caller who waits in the band already, for a
// case whose session was lost.
func (s *Script) Waiting(ch hotline.Channel, lang hotline.Lang, band hotline.Band, need hotline.Need) Session {
	ses := Session{Script: s.version, Channel: ch, Lang: lang, Safety: true}
	best := s.roles.urgent
	if band == hotline.Emergency {
		best, ses.Risk = s.roles.danger, s.roles.danger.risk
	}
	for _, n := range s.order {
		if n.kind == queueNode && n.band == band && n.need == need && n.page == "" && band != hotline.Emergency {
			best = n
			break
		}
	}
	ses.Node, ses.Queue = best.id, best.id
	return ses
}

// Screen asks the detector about words that the script does not step on, e.g.
// of a thread that a counselor has. The ids hold no word of the text. In shadow
// mode there are hits and no level.
func (s *Script) Screen(text string) (level int, hits []string) {
	return s.heard(text)
}

// Sealed reports whether every clinical text has a valid seal.
func (s *Script) Sealed() bool { return len(s.open) == 0 }

// Warnings gives what is worth a look in the files that the script was made
// of, and did not keep it from being made.
func (s *Script) Warnings() []Finding { return slices.Clone(s.warnings) }

// Unreviewed lists the clinical texts that no clinician has sealed as they
// stand, as "node (language)".
func (s *Script) Unreviewed() []string { return slices.Clone(s.open) }
