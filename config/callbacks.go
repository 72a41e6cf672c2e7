package config

import (
	"regexp"
	"time"
)

// Callbacks are how calls that were promised go out.
type Callbacks struct {
	From, To time.Duration   // of the clock on the wall since midnight
	Again    []time.Duration // pauses after attempts that failed
	Warn     time.Duration   // before the time that was told
	Foreign  []string        // prefixes beside +1 that may be called
	Blocked  []Number        // never called
}

type rawCallbacks struct {
	From    *string         `yaml:"from"`
	To      *string         `yaml:"to"`
	Again   []time.Duration `yaml:"again"`
	Warn    *time.Duration  `yaml:"warn"`
	Foreign []string        `yaml:"foreign"`
	Blocked []string        `yaml:"blocked"`
}

// The hours must hold an hour of each part of the day that callers may ask for.
const (
	latestFrom = 11 * time.Hour
	earliestTo = 18 * time.Hour
)

func (b *lineBuilder) callbacks() Callbacks {
	raw := or(b.raw.Callbacks, rawCallbacks{})
	c := Callbacks{Again: raw.Again, Warn: or(raw.Warn, 30*time.Minute), Foreign: raw.Foreign}
	var fromOK, toOK bool
	c.From, fromOK = clock(or(raw.From, "08:00"))
	c.To, toOK = clock(or(raw.To, "21:00"))
	if !fromOK || c.From > latestFrom {
		b.fault("callbacks.from", `want a time until "11:00": callers may ask for mornings`)
	}
	if !toOK || c.To < earliestTo {
		b.fault("callbacks.to", `want a time from "18:00" to "24:00": callers may ask for evenings`)
	}
	if len(c.Again) == 0 {
		c.Again = []time.Duration{5 * time.Minute, 15 * time.Minute, 45 * time.Minute}
	}
	if len(c.Again) > 10 {
		b.fault("callbacks.again", "want at most 10 pauses")
	}
	for _, pause := range c.Again {
		if pause < time.Minute || pause > 24*time.Hour {
			b.fault("callbacks.again", "want pauses from 1m to 24h")
			break
		}
	}
	if c.Warn < time.Minute || c.Warn > 12*time.Hour {
		b.fault("callbacks.warn", "want a time from 1m to 12h")
	}
	for _, prefix := range c.Foreign {
		if !regexp.MustCompile(`^\+[2-9][0-9]{0,3}$`).MatchString(prefix) {
			b.fault("callbacks.foreign", `want prefixes like "+52"`)
			break
		}
	}
	for _, s := range raw.Blocked {
		var n Number
		if !number(&n)(s) {
			b.fault("callbacks.blocked", "want E.164 in quotes, a plus and 7 to 15 digits")
			break
		}
		c.Blocked = append(c.Blocked, n)
	}
	return c
}
