package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// buckets are the match buckets that a counselor may serve: channel, language
// × need, and whom the caller would rather talk to; and what was opened to all
// languages.
func buckets(w hotline.Want) []string {
	var all []string
	channels := w.Channels
	if len(channels) == 0 {
		channels = []hotline.Channel{hotline.Voice, hotline.SMS}
	}
	sorts := make([]string, 0, 2*len(w.Needs))
	for _, need := range w.Needs {
		sorts = append(sorts, string(need))
		if w.Gender != "" {
			sorts = append(sorts, string(need)+"+"+string(w.Gender))
		}
	}
	for _, ch := range channels {
		for _, sort := range sorts {
			for _, lang := range append(append([]hotline.Lang{}, w.Langs...), hotline.AnyLang) {
				if lang == hotline.AnyLang && strings.Contains(sort, "+") {
					continue // an opening has dropped the wish
				}
				all = append(all, "q:"+string(ch)+":"+string(lang)+":"+sort)
			}
		}
	}
	return all
}

// SetConflicts keeps the numbers that a counselor must never be given, as blind
// indexes, instead of those that were kept before, and says how many they are.
// It holds at once, for claims by name too. Errors: ErrUnknown, ErrEra.
func (s *Store) SetConflicts(ctx context.Context, by hotline.CounselorID, numbers []hotline.Number) (int, error) {
	args := []any{string(by)}
	for _, n := range numbers {
		if i := s.who(n); i != "" {
			args = append(args, i)
		}
	}
	r, err := s.run(ctx, "conflicts", args...)
	if err != nil {
		return 0, err
	}
	if err := verdict(r); err != nil {
		return 0, err
	}
	return strconv.Atoi(r.at(0))
}

func opening(star string) hotline.Opening {
	parts := strings.Split(star, ":")
	if len(parts) != 4 {
		return hotline.Opening{}
	}
	return hotline.Opening{Lang: hotline.Lang(parts[2]), Need: hotline.Need(parts[3])}
}

// WhoMay says what a claim would give each of these counselors now, and what
// keeps each of the cases from them. It asks what a claim asks, in one moment,
// and changes nothing. at is the store's clock. Errors: ErrUnknown, ErrEra.
func (s *Store) WhoMay(ctx context.Context, cases []hotline.Case, wants map[hotline.CounselorID]hotline.Want) (all []hotline.Prospect, at time.Time, err error) {
	ids := make([]string, 0, len(cases))
	for _, c := range cases {
		ids = append(ids, string(c.ID))
	}
	crew := make([]hotline.CounselorID, 0, len(wants))
	args := []any{s.opt.MostThreads, flag(s.opt.KeepBack), strings.Join(ids, ",")}
	for id, want := range wants {
		crew = append(crew, id)
		args = append(args, string(id), s.who(want.Own), strings.Join(buckets(want), ","))
	}
	r, err := s.run(ctx, "whomay", args...)
	if err != nil {
		return nil, at, err
	}
	if err := verdict(r); err != nil {
		return nil, at, err
	}
	rest := r.rest[1:]
	for _, id := range crew {
		var p hotline.Prospect
		if p, rest, err = prospect(rest, cases, wants[id]); err != nil {
			return nil, at, err
		}
		p.ID = id
		all = append(all, p)
	}
	return all, millis(r.at(0)), nil
}

// prospect reads one counselor of the script's answer.
func prospect(rest []string, cases []hotline.Case, want hotline.Want) (hotline.Prospect, []string, error) {
	broken := fmt.Errorf("who may: malformed answer")
	if len(rest) < 5 {
		return hotline.Prospect{}, nil, broken
	}
	n, err := strconv.Atoi(rest[4])
	if err != nil || len(rest) < 5+n {
		return hotline.Prospect{}, nil, broken
	}
	f := pairs(rest[5 : 5+n])
	p := hotline.Prospect{Candidate: hotline.Candidate{Shift: decodeShift(f), Want: want, Idle: f.time("since")}, Best: hotline.CaseID(rest[0])}
	for _, ch := range split(rest[3]) {
		p.Room = append(p.Room, hotline.Channel(ch))
	}
	if since := f.time("idle"); since.After(p.Idle) {
		p.Idle = since
	}
	if p.Best == "" {
		p.Refusal = verdict(reply{word: rest[1]})
	}
	words := strings.Split(rest[2], ",")
	for i, c := range cases {
		if i >= len(words) {
			return hotline.Prospect{}, nil, broken
		}
		p.Each = append(p.Each, mismatch(words[i], c, want))
	}
	return p, rest[5+n:], nil
}

// mismatch reads a word of match.lua.
func mismatch(word string, c hotline.Case, want hotline.Want) hotline.Mismatch {
	switch word {
	case "yes":
		return ""
	case "bucket":
		return want.Why(c)
	}
	return hotline.Mismatch(word)
}
