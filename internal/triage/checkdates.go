package triage

import (
	"maps"
	"slices"
	"time"
)

// Outdated gives the numbers of others that have expired by the day, or soon
// will have, for whoever has a script already and looks at the calendar.
func (s *Script) Outdated(day time.Time) []Finding {
	found := &findings{}
	s.dated(found, day)
	return found.sorted()
}

// dated finds numbers that are no longer, or soon not, known to be right. The
// engine does not say help that is past its day; what texts name by itself it
// cannot leave out.
func (s *Script) dated(found *findings, day time.Time) {
	if day.IsZero() {
		return
	}
	for _, id := range slices.Sorted(maps.Keys(s.resources)) {
		r := s.resources[id]
		at := found.place(r.at, r.at.id()+".expires_on")
		switch left := daysLeft(day, r.expires); {
		case r.expires.IsZero():
		case left <= 0:
			found.add(at, "expired", "%s has expired: dial the number, then give it a new verified_on and expires_on", id)
		case left <= soonDays:
			found.warn(at, "expiring", "%s expires in %d days: dial the number before that", id, left)
		}
	}
	for _, h := range s.help.all {
		switch left := daysLeft(day, h.expires); {
		case h.expires.IsZero():
		case left <= 0:
			found.warn(h.at, "expired", "%s has expired and is not spoken any more", h.id)
		case left <= soonDays:
			found.warn(h.at, "expiring", "%s expires in %d days", h.id, left)
		}
	}
}

// soonDays is time enough to dial a number and to have the change reviewed.
const soonDays = 14

// daysLeft counts midnights: 0 or less is over.
func daysLeft(day, then time.Time) int {
	today := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC)
	return int(then.Sub(today).Hours() / 24)
}
