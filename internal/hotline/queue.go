package hotline

import (
	"fmt"
	"time"
)

// Queue is a snapshot of all waiting and promised cases, in claim order.
type Queue struct {
	AsOf  time.Time // the store's clock
	Fresh bool      // false: the store did not answer, this is the last one known
	Cases []Case    // Place 1…n over the line
}

// Depth counts a queue. Every number comes from the same cases, so that
// nothing is counted twice.
type Depth struct {
	Total     int
	ByBand    map[Band]int
	ByChannel map[Channel]int
	ByLang    map[Lang]int
}

// Depth counts the cases of the snapshot.
func (q Queue) Depth() Depth {
	d := Depth{Total: len(q.Cases), ByBand: map[Band]int{}, ByChannel: map[Channel]int{}, ByLang: map[Lang]int{}}
	for _, b := range Bands() {
		d.ByBand[b] = 0
	}
	d.ByChannel[Voice], d.ByChannel[SMS] = 0, 0
	for _, c := range q.Cases {
		d.ByBand[c.Band]++
		d.ByChannel[c.Channel]++
		d.ByLang[c.Lang]++
	}
	return d
}

// LongestWait is the wait of whoever has waited longest, whatever the band.
func (q Queue) LongestWait() time.Duration {
	var longest time.Duration
	for _, c := range q.Cases {
		longest = max(longest, c.Waited(q.AsOf))
	}
	return longest
}

// Why says in words why a case stands where it does, for GET /queue.
func (c Case) Why(now time.Time) string {
	wait := c.Waited(now).Round(time.Second)
	why := fmt.Sprintf("%s, waited %d:%02d", c.Band, int(wait.Minutes()), int(wait.Seconds())%60)
	if c.Lang != "" && c.Lang != English {
		why += ", " + string(c.Lang)
	}
	if c.State == Promised {
		why += ", callback promised" + c.Callback.why(now)
	}
	return why
}
