package standin

import (
	"fmt"
	"math/rand/v2"
)

// ids makes the names of things. They repeat with the seed, on purpose: a
// failing test fails again.
type ids struct{ from *rand.Rand }

func newIDs(seed uint64) *ids {
	return &ids{rand.New(rand.NewPCG(seed, 0x7469646f))} //nolint:gosec // names, no secrets
}

// sid gives kind, two letters, and 32 hex digits.
func (i *ids) sid(kind string) string {
	return fmt.Sprintf("%s%016x%016x", kind, i.from.Uint64(), i.from.Uint64())
}

// token gives the id of one webhook.
func (i *ids) token() string {
	a, b := i.from.Uint64(), i.from.Uint64()
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", a>>32, a>>16&0xffff, a&0xfff|0x4000, b>>48&0x3fff|0x8000, b&0xffffffffffff)
}
