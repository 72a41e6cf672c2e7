package store_test

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/tideover/tideover/internal/hotline"
)

// snapshot is a line as it lies in Redis: what the invariants are about.
type snapshot struct {
	cases   map[hotline.CaseID]map[string]string
	line    map[string]float64
	bands   [4]map[string]float64
	buckets map[string]map[string]float64
	calls   map[hotline.CounselorID]string
	wraps   map[hotline.CounselorID]string // wrap-ups that an emergency interrupted
	threads map[hotline.CounselorID][]string
	on      map[string][]string // version of the script → contacts
}

func scores(z []redis.Z) map[string]float64 {
	m := map[string]float64{}
	for _, e := range z {
		m[e.Member.(string)] = e.Score
	}
	return m
}

// snap reads the given cases and counselors and all indexes at once.
func (b *bundle) snap(t fataler, ids []hotline.CaseID, crew []hotline.CounselorID) snapshot {
	t.Helper()
	ctx := t.Context()
	pipe := b.rdb.Pipeline()
	rows := map[hotline.CaseID]*redis.MapStringStringCmd{}
	for _, id := range ids {
		rows[id] = pipe.HGetAll(ctx, b.key("case:"+string(id)))
	}
	sets := map[string]*redis.ZSliceCmd{"line": pipe.ZRangeWithScores(ctx, b.key("line"), 0, -1)}
	for band := range 4 {
		k := "w:" + strconv.Itoa(band)
		sets[k] = pipe.ZRangeWithScores(ctx, b.key(k), 0, -1)
	}
	for _, ch := range []string{"voice", "sms"} {
		for _, lang := range []string{"en", "es", "*"} {
			for _, need := range []string{"talk", "medication", "talk+woman", "talk+man", "medication+woman", "medication+man"} {
				k := "q:" + ch + ":" + lang + ":" + need
				sets[k] = pipe.ZRangeWithScores(ctx, b.key(k), 0, -1)
			}
		}
	}
	calls, threads := map[hotline.CounselorID]*redis.SliceCmd{}, map[hotline.CounselorID]*redis.StringSliceCmd{}
	for _, who := range crew {
		calls[who] = pipe.HMGet(ctx, b.key("co:"+string(who)), "call", "wrap")
		threads[who] = pipe.SMembers(ctx, b.key("cot:"+string(who)))
	}
	on := map[string]*redis.StringSliceCmd{}
	for _, v := range scriptVersions {
		on[v] = pipe.SMembers(ctx, b.key("on:"+v))
	}
	if _, err := pipe.Exec(ctx); err != nil {
		t.Fatal(err)
	}
	s := snapshot{
		on: map[string][]string{}, cases: map[hotline.CaseID]map[string]string{}, line: scores(sets["line"].Val()), buckets: map[string]map[string]float64{},
		calls: map[hotline.CounselorID]string{}, wraps: map[hotline.CounselorID]string{}, threads: map[hotline.CounselorID][]string{},
	}
	for id, row := range rows {
		s.cases[id] = row.Val()
	}
	for k, cmd := range sets {
		if strings.HasPrefix(k, "q:") {
			s.buckets[k] = scores(cmd.Val())
		}
	}
	for band := range 4 {
		s.bands[band] = scores(sets["w:"+strconv.Itoa(band)].Val())
	}
	for _, who := range crew {
		s.calls[who], _ = calls[who].Val()[0].(string)
		s.wraps[who], _ = calls[who].Val()[1].(string)
		s.threads[who] = threads[who].Val()
	}
	for v, cmd := range on {
		s.on[v] = cmd.Val()
	}
	return s
}

func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// wantScore is the formula of DESIGN 5.
func wantScore(c map[string]string) float64 {
	enq, band := number(c["enq"]), number(c["band"])
	if band == 0 {
		return float64(enq - 4_000_000_000_000)
	}
	score := enq + band*15*60*1000
	if c["head"] == "1" {
		score -= 60 * 60 * 1000
	}
	return float64(score)
}

type faults interface {
	fataler
	Errorf(format string, args ...any)
}

// check holds a snapshot against the invariants of DESIGN 5.
func (s snapshot) check(t faults) {
	t.Helper()
	queued := 0
	for id, c := range s.cases {
		state := hotline.State(c["state"])
		if state.Queued() {
			queued++
		}
		s.checkIndexes(t, string(id), c, state)
		s.checkOwner(t, string(id), c, state)
	}
	s.checkVersions(t)
	waiting := 0
	for _, w := range s.bands {
		waiting += len(w)
	}
	if waiting != len(s.line) || len(s.line) != queued {
		t.Errorf("%d in bands, %d in line, %d cases queued", waiting, len(s.line), queued)
	}
	for who, id := range s.calls {
		c := s.cases[hotline.CaseID(id)]
		if id != "" && (c["owner"] != string(who) || !hotline.State(c["state"]).Owned() || c["channel"] != "voice") {
			t.Errorf("%s has the call %s, which is %s of %q", who, id, c["state"], c["owner"])
		}
	}
	for who, ids := range s.wraps {
		for id := range strings.SplitSeq(strings.TrimSuffix(ids, ","), ",") {
			c := s.cases[hotline.CaseID(id)]
			if id != "" && (c["owner"] != string(who) || c["state"] != "wrap_up" || s.calls[who] == "" || s.calls[who] == id) {
				t.Errorf("%s has interrupted the wrap-up %s, which is %s of %q, and has the call %q", who, id, c["state"], c["owner"], s.calls[who])
			}
		}
	}
	for who, ids := range s.threads {
		for _, id := range ids {
			c := s.cases[hotline.CaseID(id)]
			if c["owner"] != string(who) || !hotline.State(c["state"]).Owned() || c["channel"] != "sms" {
				t.Errorf("%s has the thread %s, which is %s of %q", who, id, c["state"], c["owner"])
			}
		}
	}
}

func (s snapshot) checkIndexes(t faults, id string, c map[string]string, state hotline.State) {
	t.Helper()
	in := map[string]float64{}
	for name, set := range s.buckets {
		if score, is := set[id]; is {
			in[name] = score
		}
	}
	bands := 0
	for band, w := range s.bands {
		enq, is := w[id]
		if !is {
			continue
		}
		bands++
		if strconv.Itoa(band) != c["band"] || int64(enq) != number(c["enq"]) {
			t.Errorf("%s: in w:%d since %.0f, the case has band %s since %s", id, band, enq, c["band"], c["enq"])
		}
	}
	place, inLine := s.line[id]
	if !state.Queued() {
		if len(in)+bands > 0 || inLine {
			t.Errorf("%s is %s and still in %v, %d bands, line %v", id, state, in, bands, inLine)
		}
		return
	}
	want := map[string]float64{c["bucket"]: wantScore(c)}
	if c["star"] != "" {
		want[c["star"]] = wantScore(c)
	}
	if bands != 1 || !inLine || place != wantScore(c) || !maps.Equal(in, want) {
		t.Errorf("%s is %s: in %v want %v, %d bands, line %v at %.0f", id, state, in, want, bands, inLine, place)
	}
}

func (s snapshot) checkOwner(t faults, id string, c map[string]string, state hotline.State) {
	t.Helper()
	owner := hotline.CounselorID(c["owner"])
	switch {
	case state.Owned() && owner == "":
		t.Errorf("%s is %s of nobody", id, state)
	case (state.Queued() || state == hotline.Triage) && owner != "":
		t.Errorf("%s is %s and belongs to %s", id, state, owner)
	case state.Owned() && owner.OnCall() == 0:
		aside := state == hotline.WrapUp && strings.Contains(","+s.wraps[owner], ","+id+",")
		held := aside || s.calls[owner] == id || slices.Contains(s.threads[owner], id)
		if !held {
			t.Errorf("%s is %s of %s, who does not hold it", id, state, owner)
		}
	}
}

// checkAfter holds a step against the one before: what never goes back.
func (s snapshot) checkAfter(t faults, old snapshot, loosened bool, closedRecord bool) {
	t.Helper()
	for id, was := range old.cases {
		c := s.cases[id]
		if len(c) == 0 {
			t.Errorf("%s is gone", id)
			continue
		}
		from, to := hotline.State(was["state"]), hotline.State(c["state"])
		if from != to && !hotline.CanMove(from, to) {
			t.Errorf("%s moved %s → %s", id, from, to)
		}
		for _, fence := range []string{"epoch", "turn", "risk", "note_v"} {
			if number(c[fence]) < number(was[fence]) {
				t.Errorf("%s: %s went from %s to %s", id, fence, was[fence], c[fence])
			}
		}
		if number(c["turn"]) > number(was["turn"])+1 {
			t.Errorf("%s: turn went from %s to %s", id, was["turn"], c["turn"])
		}
		if was["enq"] != "" && c["enq"] != was["enq"] {
			t.Errorf("%s: first enqueue went from %s to %s", id, was["enq"], c["enq"])
		}
		if number(c["band"]) > number(was["band"]) && !loosened {
			t.Errorf("%s: band went from %s to %s", id, was["band"], c["band"])
		}
		if was["owner"] != c["owner"] && to != hotline.Closed && number(c["epoch"]) <= number(was["epoch"]) {
			t.Errorf("%s: owner %q → %q in epoch %s", id, was["owner"], c["owner"], c["epoch"])
		}
		open := was["em_open"] != "" && was["em_closed"] == ""
		if open && !closedRecord && (c["em_open"] != was["em_open"] || c["em_closed"] != "") {
			t.Errorf("%s: the open emergency record was closed or replaced: %q %q", id, c["em_open"], c["em_closed"])
		}
	}
}
