package outreach

import "time"

// Nobody is woken by a text that can wait.
const (
	firstHour = 9
	lastHour  = 20
)

// Daytime gives the first moment at or after t at which a text may arrive that
// nobody waits for.
func Daytime(t time.Time, zone *time.Location) time.Time {
	at := t.In(zone)
	morning := time.Date(at.Year(), at.Month(), at.Day(), firstHour, 0, 0, 0, zone)
	switch {
	case at.Hour() < firstHour:
		return morning
	case at.Hour() >= lastHour:
		return morning.AddDate(0, 0, 1)
	}
	return at
}
