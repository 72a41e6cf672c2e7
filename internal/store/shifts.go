package store

import (
	"context"
	"strings"

	"github.com/tideover/tideover/internal/hotline"
)

// Shift reads a counselor's presence; nobody set one yet means off.
func (s *Store) Shift(ctx context.Context, by hotline.CounselorID) (hotline.Shift, error) {
	return s.shift(ctx, by, hotline.Shift{})
}

// SetShift sets it; what is left out stays as it was. ring is kept as given.
func (s *Store) SetShift(ctx context.Context, by hotline.CounselorID, sh hotline.Shift, _ hotline.Token) (hotline.Shift, error) {
	return s.shift(ctx, by, sh)
}

func (s *Store) shift(ctx context.Context, by hotline.CounselorID, set hotline.Shift) (hotline.Shift, error) {
	channels := make([]string, 0, 2)
	for _, ch := range set.Channels {
		channels = append(channels, string(ch))
	}
	ring := ""
	if set.State != "" {
		ring = "0"
		if set.RingMe {
			ring = "1"
		}
	}
	r, err := s.run(ctx, "shift", string(by), string(set.State), strings.Join(channels, ","), ring, set.Via, s.opt.MissedRings)
	if err != nil {
		return hotline.Shift{}, err
	}
	return decodeShift(pairs(r.rest)), nil
}

func decodeShift(f fields) hotline.Shift {
	sh := hotline.Shift{
		State: hotline.Presence(f["state"]), RingMe: f["ring_me"] == "1", Via: f["via"], Missed: f.int("missed"),
		Told: f["told"], Since: f.time("since"), Leg: hotline.Leg(f["phone"]),
	}
	if sh.State == "" {
		sh.State = hotline.Off
	}
	if sh.Via == "" {
		sh.Via = "console"
	}
	for _, ch := range split(f["channels"]) {
		sh.Channels = append(sh.Channels, hotline.Channel(ch))
	}
	if sh.Channels == nil {
		sh.Channels = []hotline.Channel{hotline.Voice, hotline.SMS}
	}
	for _, id := range split(f["cases"]) {
		sh.Cases = append(sh.Cases, hotline.CaseID(id))
	}
	return sh
}
