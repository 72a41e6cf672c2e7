package audit_test

import (
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/audit"
)

func chain(key []byte, bodies ...string) []audit.Block {
	var out []audit.Block
	prev := ""
	for i, body := range bodies {
		b := audit.Block{N: int64(i + 1), Body: []byte(body)}
		b.Link = audit.Link(key, prev, b.N, b.Body)
		prev = b.Link
		out = append(out, b)
	}
	return out
}

func TestTamperedRecordIsFound(t *testing.T) {
	t.Parallel()
	key := []byte("key of the record")
	cases := map[string]struct {
		change func([]audit.Block) []audit.Block
		says   string
	}{
		"untouched":               {func(b []audit.Block) []audit.Block { return b }, ""},
		"an entry was edited":     {func(b []audit.Block) []audit.Block { b[1].Body = []byte("two!"); return b }, "block 2"},
		"a block was taken out":   {func(b []audit.Block) []audit.Block { return append(b[:1], b[2:]...) }, "block 3 stands where block 2"},
		"two blocks were swapped": {func(b []audit.Block) []audit.Block { b[0], b[1] = b[1], b[0]; return b }, "block 2 stands"},
		"numbered anew after a removal": {func(b []audit.Block) []audit.Block {
			b = append(b[:1], b[2:]...)
			b[1].N = 2
			return b
		}, "block 2"},
		"written anew with another key": {func([]audit.Block) []audit.Block { return chain([]byte("thief"), "one", "two", "three") }, "block 1"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := audit.Verify(key, "", 1, tc.change(chain(key, "one", "two", "three")))
			if tc.says == "" && err != nil || tc.says != "" && (err == nil || !strings.Contains(err.Error(), tc.says)) {
				t.Errorf("got %v, want %q", err, tc.says)
			}
		})
	}
}

func TestVerifyGoesOnFromAnAnchor(t *testing.T) {
	t.Parallel()
	key := []byte("k")
	all := chain(key, "one", "two", "three")
	end, err := audit.Verify(key, all[0].Link, 2, all[1:])
	if err != nil || end != all[2].Link {
		t.Errorf("got %q, %v", end, err)
	}
}
