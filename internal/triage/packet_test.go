package triage_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tideover/tideover/internal/triage"
)

func sheet(t *testing.T, p triage.Packet, id string) triage.Sheet {
	t.Helper()
	for _, s := range p.Sheets {
		if s.ID == id {
			return s
		}
	}
	t.Fatalf("no sheet for %s", id)
	return triage.Sheet{}
}

func TestEveryClinicalTextIsInThePacketInAllLanguages(t *testing.T) {
	t.Parallel()
	fsys := folder(t)
	s := mended(t, fsys)
	p := s.Packet(fsys, nil)
	unsealed := s.Unreviewed()
	if len(unsealed) == 0 || p.Seals != len(unsealed) || p.Open != len(unsealed) || p.Version != s.Version() {
		t.Errorf("%d of %d seals are open, want all of %d", p.Open, p.Seals, len(unsealed))
	}
	for _, text := range unsealed {
		id, _, _ := strings.Cut(text, " (")
		one := sheet(t, p, id)
		if len(one.Rows) == 0 || len(one.Seals) != 2 || len(one.From) == 0 {
			t.Errorf("%s: %+v", id, one)
		}
		for _, r := range one.Rows {
			for _, told := range r.Texts {
				if told.Text == "" || len(r.Texts) != 2 {
					t.Errorf("%s, %s: nothing in %s", id, r.What, told.Lang)
				}
			}
		}
	}
	one := sheet(t, p, "safety_check")
	if !one.Grave || one.Label == "" {
		t.Errorf("%+v", one)
	}
	spoken := one.Rows[0]
	if spoken.What != "text, spoken" || !strings.HasPrefix(spoken.Texts[0].Text, "First, your safety.") || !strings.HasPrefix(spoken.Texts[1].Text, "Primero, su seguridad.") ||
		spoken.Texts[0].Grade <= 0 || spoken.Texts[0].Grade > 8 {
		t.Errorf("%+v", spoken)
	}
	for _, want := range []string{"answer 1 (Yes) → danger, risk 3", "silence: said again in short, then → queue_urgent"} {
		if !strings.Contains(strings.Join(one.Leads, "\n"), want) {
			t.Errorf("%q does not follow: %v", want, one.Leads)
		}
	}
	if from := strings.Join(one.From, "\n"); !strings.Contains(from, "welcome: answer 1, answer 2, silence, not understood") || !strings.Contains(from, "the menu and 0") {
		t.Errorf("reached from %s", from)
	}
	if from := strings.Join(sheet(t, p, "danger").From, "\n"); !strings.Contains(from, "at every question: words of danger") || !strings.Contains(from, "at every question: 9") {
		t.Errorf("danger is reached from %s", from)
	}
	if from := strings.Join(sheet(t, p, "text_medication").From, "\n"); from != "med_text" {
		t.Errorf("the text about medicine is reached from %s", from)
	}
}

func TestASealThatThePacketAsksForIsValidAndALaterChangeIsShown(t *testing.T) {
	t.Parallel()
	before := folder(t)
	hash := ""
	for _, seal := range sheet(t, mended(t, before).Packet(before, nil), "med_few").Seals {
		if seal.Lang == "es" {
			hash = seal.Hash
		}
	}
	spoil(t, before, "review.yaml", "seals: []", "seals:\n  - {id: med_few, lang: es, hash: \""+hash+"\", by: \"M. R., LCSW\", on: 2026-11-24}")
	state := func(fsys, since fstest.MapFS) (triage.Seal, string) {
		s := mended(t, fsys)
		p := s.Packet(fsys, nil)
		if since != nil {
			p = s.Packet(fsys, since)
		}
		one := sheet(t, p, "med_few")
		return one.Seals[1], one.Rows[0].Texts[1].Was
	}
	if seal, was := state(before, nil); !seal.Valid || seal.By != "M. R., LCSW" || seal.On != "2026-11-24" || was != "" {
		t.Errorf("as it was sealed: %+v %q", seal, was)
	}
	after := folder(t)
	after["script/review.yaml"] = before["script/review.yaml"]
	spoil(t, after, "strike.es.yaml", "Pida hoy", "Solicite hoy")
	if seal, was := state(after, nil); seal.Valid || seal.By == "" || seal.Hash == seal.Sealed || was != "" {
		t.Errorf("changed: %+v %q", seal, was)
	}
	if seal, was := state(after, before); seal.Valid || !strings.HasPrefix(was, "Pida hoy") {
		t.Errorf("changed, with the folder as it was: %+v %q", seal, was)
	}
	// A folder of another time than the seal's says nothing of what was sealed.
	other := folder(t)
	spoil(t, other, "strike.es.yaml", "Pida hoy", "Exija hoy")
	if _, was := state(after, other); was != "" {
		t.Errorf("a text that nobody sealed is shown as sealed: %q", was)
	}
}
