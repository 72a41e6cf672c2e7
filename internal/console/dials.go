package console

import "github.com/tideover/tideover/internal/hotline"

// callsJSON is how the calls stand that the line makes, beside what the
// account at the carrier may do.
type callsJSON struct {
	Pending   int     `json:"pending"`
	Oldest    float64 `json:"oldest_pending_seconds"`
	PerSecond float64 `json:"per_second"`
	Legs      int     `json:"legs"`
	MostLegs  int     `json:"legs_limit"`
}

func callsOf(b hotline.Board) callsJSON {
	d := b.Dials
	out := callsJSON{Pending: d.Pending, PerSecond: d.PerSecond, Legs: d.Up, MostLegs: d.Legs}
	if !d.Since.IsZero() {
		out.Oldest = seconds(max(b.Queue.AsOf.Sub(d.Since), 0))
	}
	return out
}
