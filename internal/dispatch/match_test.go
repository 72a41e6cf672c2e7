package dispatch_test

import (
	"slices"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// a crew of one case: what keeps it from each, and in which channels there is
// room.
type seen struct {
	langs  []hotline.Lang
	needs  []hotline.Need
	why    hotline.Mismatch
	room   bool
	gender hotline.Gender
}

func (h *house) crew(crew map[hotline.CounselorID]seen) {
	h.prospects = map[hotline.CounselorID]hotline.Prospect{}
	for id, s := range crew {
		if s.needs == nil {
			s.needs = hotline.Needs()
		}
		h.shifts[id] = hotline.Shift{State: hotline.Available}
		h.wants[id] = hotline.Want{Langs: s.langs, Needs: s.needs, Gender: s.gender}
		p := hotline.Prospect{Each: []hotline.Mismatch{s.why}}
		if s.room {
			p.Room = []hotline.Channel{hotline.Voice}
		}
		h.prospects[id] = p
	}
}

func TestACaseOpensToOthersWhereNobodyIsFreeWhomItIsFor(t *testing.T) {
	t.Parallel()
	en, both := []hotline.Lang{"en"}, []hotline.Lang{"en", "es"}
	talkOnly := []hotline.Need{hotline.NeedTalk}
	wait, all := `open "" "" 1m0s`, `open "*" "medication" 1m0s`
	for name, c := range map[string]struct {
		state hotline.State
		wish  hotline.Gender
		crew  map[hotline.CounselorID]seen
		want  []string
	}{
		"nobody on shift":                       {hotline.Waiting, "", nil, []string{wait}},
		"nobody speaks it":                      {hotline.Waiting, "", map[hotline.CounselorID]seen{"a": {langs: en, why: hotline.NotLanguage, room: true}}, []string{all}},
		"one of two speaks it and is free":      {hotline.Waiting, "", map[hotline.CounselorID]seen{"a": {langs: en, why: hotline.NotLanguage, room: true}, "b": {langs: both, room: true}}, []string{wait}},
		"one of two speaks it and talks":        {hotline.Waiting, "", map[hotline.CounselorID]seen{"a": {langs: en, why: hotline.NotLanguage, room: true}, "b": {langs: both, why: hotline.Full}}, []string{all}},
		"one of two speaks it, both talk":       {hotline.Waiting, "", map[hotline.CounselorID]seen{"a": {langs: en, why: hotline.NotLanguage}, "b": {langs: both, why: hotline.Full}}, []string{all}},
		"only who speaks it is on, and talks":   {hotline.Waiting, "", map[hotline.CounselorID]seen{"b": {langs: both, why: hotline.Full}}, []string{wait}},
		"whoever speaks it is on a break":       {hotline.Waiting, "", map[hotline.CounselorID]seen{"a": {langs: en, why: hotline.NotLanguage, room: true}, "b": {langs: both, why: hotline.NotOn}}, []string{all}},
		"only who must not have it is on":       {hotline.Waiting, "", map[hotline.CounselorID]seen{"a": {langs: en, why: hotline.Conflicted, room: true}}, []string{wait}},
		"a woman is wanted, a man is free":      {hotline.Waiting, hotline.Woman, map[hotline.CounselorID]seen{"a": {langs: both, why: hotline.NotWished, room: true}}, []string{`open "es" "medication" 1m0s`}},
		"nobody has the training":               {hotline.Waiting, "", map[hotline.CounselorID]seen{"a": {langs: both, needs: talkOnly, why: hotline.NotTrained, room: true}}, []string{`open "es" "talk" 1m0s`}},
		"neither the training nor the language": {hotline.Waiting, "", map[hotline.CounselorID]seen{"a": {langs: en, needs: talkOnly, why: hotline.NotLanguage, room: true}}, []string{`open "*" "talk" 1m0s`}},
		"whose hours are over":                  {hotline.Promised, "", map[hotline.CounselorID]seen{"a": {langs: both, why: hotline.OutOfHours, room: true}}, []string{wait}},
		"promised as well":                      {hotline.Promised, "", map[hotline.CounselorID]seen{"a": {langs: en, why: hotline.NotLanguage, room: true}}, []string{all}},
		"held for the counselor of before":      {hotline.Waiting, "", map[hotline.CounselorID]seen{"a": {langs: both, why: hotline.HeldForOther, room: true}}, []string{wait}},
		"in a talk":                             {hotline.Live, "", map[hotline.CounselorID]seen{"a": {langs: en, why: hotline.NotLanguage, room: true}}, nil},
	} {
		h := newHouse(t, c.state)
		h.c.Lang, h.c.Needs, h.c.Wish = hotline.Spanish, []hotline.Need{hotline.NeedMedication}, c.wish
		h.crew(c.crew)
		h.Do(t.Context(), job("nolang", 1))
		h.expect(t, name, append(c.want, "done nolang")...)
	}
}

func TestCandidatesComeInTurnOfTheLongestIdle(t *testing.T) {
	t.Parallel()
	h := newHouse(t, hotline.Waiting)
	now := time.Now()
	idle := map[hotline.CounselorID]time.Duration{"new": time.Minute, "long": time.Hour, "busy": 2 * time.Hour, "mid": 10 * time.Minute}
	crew := map[hotline.CounselorID]seen{}
	for id := range idle {
		crew[id] = seen{langs: []hotline.Lang{"en"}, room: true}
	}
	crew["busy"] = seen{langs: []hotline.Lang{"en"}, why: hotline.Full}
	h.crew(crew)
	for id, d := range idle {
		p := h.prospects[id]
		p.Idle = now.Add(-d)
		h.prospects[id] = p
	}
	all, err := h.Candidates(t.Context(), h.c)
	if err != nil {
		t.Fatal(err)
	}
	var got []hotline.CounselorID
	for _, c := range all {
		got = append(got, c.ID)
	}
	if want := []hotline.CounselorID{"long", "mid", "new", "busy"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if all[3].Why != hotline.Full {
		t.Errorf("%q keeps it from whoever is busy", all[3].Why)
	}
}
