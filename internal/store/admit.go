package store

import (
	"fmt"
	"time"
)

// Limits bound how many contacts begin; what is urgent passes them. The zero
// value bounds nothing.
type Limits struct {
	Calls     int           // of one number, by channel; 0: no limit
	Within    time.Duration // counted in
	All       int           // of all callers together; 0: no limit
	AllWithin time.Duration
}

// String writes them as admit.lua reads them.
func (l Limits) String() string {
	return fmt.Sprintf("%d:%d:%d:%d", max(l.Calls, 0), l.Within.Milliseconds(), max(l.All, 0), l.AllWithin.Milliseconds())
}
