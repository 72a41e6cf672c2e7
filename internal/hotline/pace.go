package hotline

import "time"

// Pace is what the account at the carrier may do. The zero value is without
// limits.
type Pace struct {
	PerSecond float64 // new calls; 0: no limit
	Legs      int     // calls at once, in and out; 0: no limit
}

// Kept is how many of the legs are kept for emergencies: two, where a talk is
// still possible beside them.
func (p Pace) Kept() int { return min(2, max(0, p.Legs-2)) }

// Every is the time between two new calls; 0: no limit.
func (p Pace) Every() time.Duration {
	if p.PerSecond <= 0 {
		return 0
	}
	return time.Duration(float64(time.Second) / p.PerSecond)
}

// Dials is how the calls stand that the line makes.
type Dials struct {
	Pace
	Pending int       // due, and not made yet
	Since   time.Time // since when the first of them is; zero: none is
	Up      int       // legs at once, now
}
